"""The first schema. A step never changes once it is released, so it repeats the types instead of importing them from tables.py."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")
TEXT, LONG_TEXT, WHOLE, BIG, NUMBER, DAY, YES_NO = sa.String(), sa.Text(), sa.Integer(), sa.BigInteger(), sa.Float(), sa.Date(), sa.Boolean()


def table(_table: str, *parts: Any, primary: tuple[str, ...] = ("id",), rowid: bool = True, **columns: Any) -> None:
    """Create a table; a column whose type stands in a tuple may be NULL."""
    made = [
        sa.Column(column, *(kind if isinstance(kind, tuple) else (kind,)), nullable=isinstance(kind, tuple))
        for column, kind in columns.items()
    ]
    op.create_table(_table, *made, *parts, sa.PrimaryKeyConstraint(*primary, name=f"pk_{_table}"), sqlite_with_rowid=rowid)


def unique(name: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=name)


def belongs(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def index(name: str, table: str, *columns: Any, where: str | None = None) -> None:
    condition = sa.text(where) if where else None
    op.create_index(name, table, list(columns), sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    table(
        "source", unique("uq_source_name", "name"),
        id=WHOLE, name=TEXT, url=TEXT, kind=TEXT, every=BIG, watched=YES_NO, retired=YES_NO, next_check=MOMENT, outcome=(TEXT,),
        outcome_since=(MOMENT,), last_check=(MOMENT,), last_success=(MOMENT,), last_entry=(MOMENT,), newest_published=(MOMENT,),
        etag=(TEXT,), last_modified=(TEXT,), body_hash=(TEXT,), failures=WHOLE, detail=TEXT, moved_to=(TEXT,), interval=(BIG,),
        missed_windows=WHOLE, last_missed_window=(MOMENT,), entries=WHOLE, baseline_done=YES_NO, told_apart_by=TEXT,
    )
    index("ix_source_due", "source", "next_check", "id", where="watched IS TRUE")

    table(
        "entry", belongs("entry", "source_id", "source"), unique("uq_entry_source_id", "source_id", "identity"),
        id=WHOLE, source_id=WHOLE, identity=TEXT, title=TEXT, lead=TEXT, body=TEXT, link=(TEXT,), guid=(TEXT,), authors=(TEXT,),
        published_text=TEXT, published=(MOMENT,), language=TEXT, content_hash=TEXT, first_seen=MOMENT, revised=(MOMENT,),
        revision=WHOLE, baseline=YES_NO, pending=YES_NO, second_key=(BIG,),
    )
    index("ix_entry_first_seen", "entry", "first_seen", "id")
    index("ix_entry_second_key", "entry", "second_key")
    index("ix_entry_pending", "entry", "pending", "id", where="pending IS TRUE")

    table(
        "entry_revision", belongs("entry_revision", "entry_id", "entry"), primary=("entry_id", "revision"),
        entry_id=WHOLE, revision=WHOLE, seen=MOMENT, value=LONG_TEXT,
    )
    table(
        "poll", belongs("poll", "source_id", "source"),
        id=WHOLE, source_id=WHOLE, started=MOMENT, finished=MOMENT, outcome=TEXT, status=(WHOLE,), detail=TEXT, new=WHOLE,
        revised=WHOLE, unreadable=WHOLE, missed_window=YES_NO,
    )
    index("ix_poll_finished", "poll", "finished")

    table(
        "assessment", belongs("assessment", "entry_id", "entry"), primary=("entry_id",),
        entry_id=WHOLE, revision=WHOLE, seeds=TEXT, decided=MOMENT, dropped=(TEXT,), value=LONG_TEXT,
    )
    table(
        "report", belongs("report", "entry_id", "entry"), primary=("entry_id", "n"),
        entry_id=WHOLE, n=WHOLE, event_id=(TEXT,), place=WHOLE, loose=YES_NO, value=LONG_TEXT,
    )
    index("ix_report_event", "report", "event_id", "place")
    index("ix_report_loose", "report", "loose", "entry_id", "n", where="loose IS TRUE")
    table("report_key", primary=("key", "entry_id", "n"), rowid=False, key=TEXT, entry_id=WHOLE, n=WHOLE)
    index("ix_report_key_report", "report_key", "entry_id", "n")
    table("event", id=TEXT, value=LONG_TEXT)

    table(
        "development",
        id=TEXT, market=TEXT, date_order=WHOLE, event_date=DAY, date_end=DAY, date_precision=TEXT, type=TEXT, subtype=(TEXT,),
        headline=TEXT, line_text=TEXT, status=TEXT, players=TEXT, product=(TEXT,), generic=(TEXT,), modality=(TEXT,),
        indication=(TEXT,), agency=(TEXT,), country=(TEXT,), region=(TEXT,), trial=(TEXT,), deal_upfront=(NUMBER,),
        deal_max=(NUMBER,), currency=(TEXT,), importance=WHOLE, relevance=TEXT, confidence=NUMBER, source_url=TEXT,
        source_name=TEXT, n_sources=WHOLE, first_seen=MOMENT, updated_at=MOMENT, story_id=(TEXT,), supersedes=(TEXT,),
        superseded_by=(TEXT,), conflict_note=TEXT, reviewed_by=(TEXT,), reviewed_at=(MOMENT,), event=TEXT, why=TEXT,
        evidence=TEXT, sources=TEXT, flag=TEXT, baseline=YES_NO, proposed_line=(TEXT,), proposal=(LONG_TEXT,),
    )
    index("ix_development_latest", "development", "market", sa.desc("date_order"), sa.desc("importance"), "id")
    index(
        "ix_development_in_report", "development", "market", sa.desc("date_order"), sa.desc("importance"), "id",
        where="status IN ('baseline', 'accepted', 'edited')",
    )
    index("ix_development_first_seen", "development", "market", "first_seen")
    index("ix_development_updated_at", "development", "market", "updated_at")
    index("ix_development_event", "development", "event")
    table(
        "development_player", belongs("development_player", "development_id", "development"), primary=("development_id", "player"),
        rowid=False, development_id=TEXT, player=TEXT,
    )
    table(
        "decision", belongs("decision", "development_id", "development"),
        id=WHOLE, development_id=TEXT, at=MOMENT, actor=TEXT, old_status=TEXT, new_status=TEXT, old_line=TEXT, new_line=TEXT,
    )
    index("ix_decision_development", "decision", "development_id", "id")

    table("secret", primary=("name",), name=TEXT, value=TEXT)
    table("edition", primary=("name",), name=TEXT, next_due=MOMENT, last_number=WHOLE, last_end=(MOMENT,))
    index("ix_edition_next_due", "edition", "next_due")
    table(
        "issue", unique("uq_issue_number", "edition", "number"), unique("uq_issue_period_end", "edition", "period_end"),
        id=WHOLE, edition=TEXT, number=WHOLE, period_start=MOMENT, period_end=MOMENT, created=MOMENT, value=LONG_TEXT,
    )
    table(
        "shown", belongs("shown", "issue_id", "issue"), primary=("edition", "development_id"),
        edition=TEXT, development_id=TEXT, issue_id=WHOLE, value=LONG_TEXT,
    )
    table(
        "delivery", belongs("delivery", "issue_id", "issue"), unique("uq_delivery_recipient", "issue_id", "sink", "recipient"),
        id=WHOLE, issue_id=WHOLE, sink=WHOLE, recipient=TEXT, health=YES_NO, message_id=TEXT, state=TEXT, attempts=WHOLE,
        next_try=(MOMENT,), detail=TEXT, sent_at=(MOMENT,),
    )
    index("ix_delivery_state", "delivery", "state", "next_try", "id")
