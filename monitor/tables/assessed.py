"""What was decided about entries: assessments, reports, and the events they tell."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from monitor.tables.columns import UTC, Row, partial


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
        partial("ix_report_loose", "loose", "entry_id", "n", where="loose IS TRUE"),
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
    __table_args__ = (Index("ix_report_key_report", "entry_id", "n"), {"sqlite_with_rowid": False})

    key: str = Field(primary_key=True)
    entry_id: int = Field(primary_key=True)
    n: int = Field(primary_key=True)


class EventRow(Row, table=True):
    """An event; its reports stand in their own table."""

    __tablename__ = "event"

    id: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)  # Event without its reports
