"""The schema: what the store remembers, table by table, with the index that serves each listing.

Rows never leave the store; the frozen values of model.py do. A change here needs a step in migrations/versions: a test compares the two.
"""

from datetime import UTC as UTC_ZONE
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Dialect, Index, MetaData, Table, Text, TypeDecorator, UniqueConstraint, desc, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

EPOCH = datetime(1970, 1, 1, tzinfo=UTC_ZONE)
MICROSECOND = timedelta(microseconds=1)


class UTC(TypeDecorator[datetime]):
    """A moment: aware in, aware in UTC out; a naive one is refused with ValueError.

    On SQLite, which has no time zones, microseconds since 1970: `datetime(first_seen / 1000000, 'unixepoch')` reads them.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone: the store takes aware times only")
        return value if dialect.name == "postgresql" else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC_ZONE) if dialect.name == "postgresql" else EPOCH + timedelta(microseconds=value)


class Duration(TypeDecorator[timedelta]):
    """A length of time, kept as microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else value // MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> timedelta | None:  # noqa: ARG002
        return None if value is None else timedelta(microseconds=value)


class Row(SQLModel):
    """Base of all tables; constraints have names, so that a migration can find them."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _partial(name: str, *columns: Any, where: str) -> Index:
    """An index over the few rows that wait for something; the condition must stand in the query word for word."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


# ---- poll ------------------------------------------------------------------------------------------------------------


class SourceRow(Row, table=True):
    """A source and its state. `watched`: to be polled; `retired`: no longer in feeds.yaml, kept for its entries."""

    __tablename__ = "source"
    __table_args__ = (_partial("ix_source_due", "next_check", "id", where="watched IS TRUE"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    url: str
    kind: str
    every: timedelta = Field(sa_type=Duration)  # as configured
    watched: bool
    retired: bool
    next_check: datetime = Field(sa_type=UTC)
    outcome: str | None
    outcome_since: datetime | None = Field(sa_type=UTC)
    last_check: datetime | None = Field(sa_type=UTC)
    last_success: datetime | None = Field(sa_type=UTC)
    last_entry: datetime | None = Field(sa_type=UTC)
    newest_published: datetime | None = Field(sa_type=UTC)
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    failures: int
    detail: str
    moved_to: str | None
    interval: timedelta | None = Field(sa_type=Duration)  # now in force, when it differs from `every`
    missed_windows: int
    last_missed_window: datetime | None = Field(sa_type=UTC)
    entries: int
    baseline_done: bool
    told_apart_by: str  # guid, link or hash: how the last document's entries were


class EntryRow(Row, table=True):
    """An entry as it stands now. `guid` and `link` are NULL where they equal `identity`: most feeds say one thing three times."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("source_id", "identity"),
        Index("ix_entry_first_seen", "first_seen", "id"),
        Index("ix_entry_second_key", "second_key"),
        _partial("ix_entry_pending", "pending", "id", where="pending IS TRUE"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    identity: str
    title: str
    lead: str
    body: str
    link: str | None
    guid: str | None
    authors: str | None  # JSON list
    published_text: str
    published: datetime | None = Field(sa_type=UTC)
    language: str
    content_hash: str
    first_seen: datetime = Field(sa_type=UTC)
    revised: datetime | None = Field(sa_type=UTC)  # when this revision was first seen, if it is not the first
    revision: int
    baseline: bool
    pending: bool  # not assessed since it was stored or revised
    second_key: int | None = Field(sa_type=BigInteger)  # see store/keys.py


class EntryRevisionRow(Row, table=True):
    """What an entry said before it was edited."""

    __tablename__ = "entry_revision"

    entry_id: int = Field(primary_key=True, foreign_key="entry.id")
    revision: int = Field(primary_key=True)
    seen: datetime = Field(sa_type=UTC)
    value: str = Field(sa_type=Text)  # Entry


class PollRow(Row, table=True):
    """A look that brought something or ended differently from the one before; a look that changed nothing leaves no row."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_finished", "finished"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    started: datetime = Field(sa_type=UTC)
    finished: datetime = Field(sa_type=UTC)
    outcome: str
    status: int | None
    detail: str
    new: int
    revised: int
    unreadable: int
    missed_window: bool


# ---- assess ----------------------------------------------------------------------------------------------------------


class AssessmentRow(Row, table=True):
    """What was decided about an entry; its reports stand in their own table."""

    __tablename__ = "assessment"

    entry_id: int = Field(primary_key=True, foreign_key="entry.id")
    revision: int
    seeds: str
    decided: datetime = Field(sa_type=UTC)
    dropped: str | None  # the class of the reason, when there is no report
    value: str = Field(sa_type=Text)  # Assessment without its reports


class ReportRow(Row, table=True):
    """A report and the event it tells. `loose`: to be clustered, because it is new or changed."""

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_event", "event_id", "place"),
        _partial("ix_report_loose", "loose", "entry_id", "n", where="loose IS TRUE"),
    )

    entry_id: int = Field(primary_key=True, foreign_key="entry.id")
    n: int = Field(primary_key=True)
    event_id: str | None
    place: int  # among the event's reports, best first
    loose: bool
    value: str = Field(sa_type=Text)  # Report


class ReportKeyRow(Row, table=True):
    """Reports that share a key may tell the same event."""

    __tablename__ = "report_key"
    __table_args__ = (Index("ix_report_key_report", "entry_id", "n"),)

    key: str = Field(primary_key=True)
    entry_id: int = Field(primary_key=True)
    n: int = Field(primary_key=True)


class EventRow(Row, table=True):
    """An event; its reports stand in their own table."""

    __tablename__ = "event"
    __table_args__ = (_partial("ix_event_story", "story", where="story IS NOT NULL"),)

    id: str = Field(primary_key=True)
    story: str | None
    value: str = Field(sa_type=Text)  # Event without its reports


class DevelopmentRow(Row, table=True):
    """A line of the table for report builders, column by column as model.Development, and what a decision was made on."""

    __tablename__ = "development"
    __table_args__ = (
        Index("ix_development_latest", "market", desc("date_order"), desc("importance"), "id"),
        Index("ix_development_first_seen", "market", "first_seen"),
        Index("ix_development_updated_at", "market", "updated_at"),
        Index("ix_development_event", "event"),
    )

    id: str = Field(primary_key=True)
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
    proposed_line: str | None  # the line as it was proposed when a person decided
    proposal: str | None = Field(sa_type=Text)  # Development as it would be proposed now, when a decision keeps another


class DevelopmentPlayerRow(Row, table=True):
    """Which players a development names, for the filter."""

    __tablename__ = "development_player"

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


# ---- issue -----------------------------------------------------------------------------------------------------------


class EditionRow(Row, table=True):
    """When an edition is next due, and where its last issue ended."""

    __tablename__ = "edition"
    __table_args__ = (Index("ix_edition_next_due", "next_due"),)

    name: str = Field(primary_key=True)
    next_due: datetime = Field(sa_type=UTC)
    last_number: int
    last_end: datetime | None = Field(sa_type=UTC)


class IssueRow(Row, table=True):
    """An edition's issue for a period: its digest is frozen. Both keys are unique, so two clocks make one issue."""

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("edition", "number", name="uq_issue_number"),
        UniqueConstraint("edition", "period_end", name="uq_issue_period_end"),
    )

    id: int | None = Field(default=None, primary_key=True)
    edition: str
    number: int
    period_start: datetime = Field(sa_type=UTC)
    period_end: datetime = Field(sa_type=UTC)
    created: datetime = Field(sa_type=UTC)
    value: str = Field(sa_type=Text)  # Digest


class ShownRow(Row, table=True):
    """A development as the last issue of an edition that told it showed it."""

    __tablename__ = "shown"

    edition: str = Field(primary_key=True)
    development_id: str = Field(primary_key=True)
    issue_id: int = Field(foreign_key="issue.id")
    value: str = Field(sa_type=Text)  # Development


class DeliveryRow(Row, table=True):
    """The outbox: one issue for one recipient (reliability.md section 2, P2)."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("issue_id", "sink", "recipient", name="uq_delivery_recipient"),
        Index("ix_delivery_state", "state", "next_try", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    issue_id: int = Field(foreign_key="issue.id")
    sink: int
    recipient: str
    health: bool
    message_id: str
    state: str
    attempts: int
    next_try: datetime | None = Field(sa_type=UTC)
    detail: str
    sent_at: datetime | None = Field(sa_type=UTC)


# The conditions of the partial indexes, for the queries they serve.
WATCHED, PENDING, LOOSE = text("watched IS TRUE"), text("pending IS TRUE"), text("loose IS TRUE")


def _table(name: str) -> Table:
    return Row.metadata.tables[name]


SOURCE, ENTRY, ENTRY_REVISION, POLL = _table("source"), _table("entry"), _table("entry_revision"), _table("poll")
ASSESSMENT, REPORT, REPORT_KEY, EVENT = _table("assessment"), _table("report"), _table("report_key"), _table("event")
DEVELOPMENT, DEVELOPMENT_PLAYER, DECISION = _table("development"), _table("development_player"), _table("decision")
EDITION, ISSUE, SHOWN, DELIVERY = _table("edition"), _table("issue"), _table("shown"), _table("delivery")
