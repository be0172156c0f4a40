"""The table for report builders, and what people decided about its lines."""

from datetime import date, datetime

from sqlalchemy import Index, Text, desc
from sqlmodel import Field

from monitor.tables.columns import UTC, Row, partial

IN_REPORT = "status IN ('baseline', 'accepted', 'edited')"


class Line(Row):
    """What a line of the table says, now or at a time before; `id` is its own in both."""

    market: str
    date_order: int  # sorts month-only dates behind the dated ones of that month, see store/keys.py
    event_date: date
    date_end: date  # the last day it can have been
    date_precision: str
    type: str
    subtype: str | None
    headline: str
    line_text: str
    status: str
    players: str  # JSON
    product: str | None
    generic: str | None
    modality: str | None
    indication: str | None
    agency: str | None
    country: str | None
    region: str | None
    trial: str | None
    deal_upfront: float | None
    deal_max: float | None
    currency: str | None
    importance: int
    relevance: str
    confidence: float
    source_url: str
    source_name: str
    n_sources: int
    first_seen: datetime = Field(sa_type=UTC)
    updated_at: datetime = Field(sa_type=UTC)
    story_id: str | None
    supersedes: str | None
    superseded_by: str | None
    conflict_note: str
    reviewed_by: str | None
    reviewed_at: datetime | None = Field(sa_type=UTC)
    event: str
    why: str  # JSON
    evidence: str
    sources: str  # JSON
    flag: str
    baseline: bool
    confirmed: str | None  # JSON
    due: str | None  # JSON


class DevelopmentRow(Line, table=True):
    """A line of the table for report builders, column by column as model.Development, and what a decision was made on."""

    __tablename__ = "development"
    __table_args__ = (
        Index("ix_development_latest", "market", desc("date_order"), desc("importance"), "id"),
        partial("ix_development_in_report", "market", desc("date_order"), desc("importance"), "id", where=IN_REPORT),
        Index("ix_development_first_seen", "market", "first_seen"),
        Index("ix_development_updated_at", "market", "updated_at"),
        Index("ix_development_event", "event"),
        partial("ix_development_due", "market", "date_order", where="due IS NOT NULL"),
        Index("ix_development_since", "market", "since"),
        partial("ix_development_known_since", "market", "known_since", where="known_since IS NOT NULL"),
    )

    id: str = Field(primary_key=True)
    proposed_line: str | None  # the line as it was proposed when a person decided
    proposal: str | None = Field(sa_type=Text)  # Development as it would be proposed now, when a decision keeps another
    since: datetime = Field(sa_type=UTC)  # since when the line says what it says
    known_since: datetime | None = Field(sa_type=UTC)  # from when its states are kept; None: from the first


class DevelopmentPastRow(Line, table=True):
    """What a line said before, and from when until when: what the table was at a moment is read from both."""

    __tablename__ = "development_past"
    __table_args__ = (
        Index("ix_development_past_until", "market", "until"),
        Index("ix_development_past_id", "id", "until"),
    )

    n: int | None = Field(default=None, primary_key=True)
    since: datetime = Field(sa_type=UTC)
    until: datetime = Field(sa_type=UTC)
    id: str


class DevelopmentPlayerRow(Row, table=True):
    """Which players a development names, for the filter."""

    __tablename__ = "development_player"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy's way

    development_id: str = Field(primary_key=True, foreign_key="development.id")
    player: str = Field(primary_key=True)


class DecisionRow(Row, table=True):
    """Who accepted, edited or rejected what, and when."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_development", "development_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    development_id: str = Field(foreign_key="development.id")
    at: datetime = Field(sa_type=UTC)
    actor: str
    old_status: str
    new_status: str
    old_line: str
    new_line: str
