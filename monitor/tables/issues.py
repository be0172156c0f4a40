"""Editions, their issues, and the outbox."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from monitor.tables.columns import UTC, Row


class SecretRow(Row, table=True):
    """What only this database knows: no Message-ID of it can be guessed or met elsewhere."""

    __tablename__ = "secret"

    name: str = Field(primary_key=True)
    value: str


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
        UniqueConstraint("issue_id", "sink", "recipient", "resent", name="uq_delivery_recipient"),
        Index("ix_delivery_state", "state", "next_try", "id"),
        Index("ix_delivery_message_id", "message_id"),
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
    resent: int  # 0: the issue itself; then each time it is sent again


class BounceRow(Row, table=True):
    """One report that a mail could not be delivered; its key is the report's own, so that reading it twice counts once."""

    __tablename__ = "bounce"
    __table_args__ = (Index("ix_bounce_recipient", "recipient", "at"),)

    id: str = Field(primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id")
    recipient: str
    at: datetime = Field(sa_type=UTC)
    hard: bool
    detail: str


class SuppressionRow(Row, table=True):
    """Who gets nothing any more: of one edition, or (edition empty) of any."""

    __tablename__ = "suppression"

    address: str = Field(primary_key=True)
    edition: str = Field(primary_key=True)
    reason: str  # bounced, unsubscribed, by hand
    detail: str
    since: datetime = Field(sa_type=UTC)
