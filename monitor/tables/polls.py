"""Sources, their entries, and what each look brought."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field

from monitor.tables.columns import UTC, Duration, Row, partial


class SourceRow(Row, table=True):
    """A source and its state. `watched`: to be polled; `retired`: no longer in feeds.yaml, kept for its entries."""

    __tablename__ = "source"
    __table_args__ = (partial("ix_source_due", "next_check", "id", where="watched IS TRUE"),)

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
    rhythm: timedelta | None = Field(sa_type=Duration)  # usual time between two looks that brought something new
    shown: int  # entries in the last document that was read
    held: int  # rows of `held` that wait for a person
    refused_move: str | None
    alarmed: str | None  # the trouble that the last alarm told of it


class EntryRow(Row, table=True):
    """An entry as it stands now. `guid` and `link` are NULL where they equal `identity`: most feeds say one thing three times."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("source_id", "identity"),
        Index("ix_entry_first_seen", "first_seen", "id"),
        Index("ix_entry_second_key", "second_key"),
        partial("ix_entry_pending", "pending", "id", where="pending IS TRUE"),
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
    body_missing: str | None  # why the text it links to could not be fetched
    body_until: datetime | None = Field(sa_type=UTC)  # until when that is tried again
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


class HeldRow(Row, table=True):
    """An entry that is held back until a person takes it or refuses it; a refused one stays, so that it is known."""

    __tablename__ = "held"

    source_id: int = Field(primary_key=True, foreign_key="source.id")
    identity: str = Field(primary_key=True)
    seen: datetime = Field(sa_type=UTC)
    refused: bool
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
