"""What came of each source: from entries to lines that nobody else told, and how its state went from day to day."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, or_, select

from monitor.model import Outcome, Status, Yield
from monitor.store.database import Database
from monitor.tables import ASSESSMENT, DEVELOPMENT, ENTRY, POLL, REPORT, SOURCE

OFFERED = (Status.PROPOSED, Status.ACCEPTED, Status.EDITED)
TAKEN = (Status.ACCEPTED, Status.EDITED)
UNTRACKED = "no tracked market"  # as assess.py calls the reason, and as the store counts it


class Look(NamedTuple):
    """A look that brought something or ended differently from the one before."""

    source: str
    at: datetime
    outcome: Outcome
    new: int


class Yields(Database):
    """Sources, by what they brought."""

    def yields(self, since: datetime) -> dict[str, Yield]:
        """What came of the entries first seen since then, by source; sources without any are left out."""
        with self._read() as connection:
            came = connection.execute(_entries(since)).all()
            lines = {row.source_id: row for row in connection.execute(_lines(since))}
        found = {}
        for number, name, entries, matched in came:
            told = lines.get(number)
            rest = (int(told.proposed), int(told.accepted), int(told.alone)) if told else (0, 0, 0)
            found[name] = Yield(name, entries, int(matched), *rest)
        return found

    def history(self, since: datetime) -> tuple[Look, ...]:
        """The looks since then that brought something or changed a state, in order, and before them the last one of each source."""
        before = select(func.max(POLL.c.id)).where(POLL.c.finished < since).group_by(POLL.c.source_id)
        asked = (
            select(SOURCE.c.name, POLL.c.finished, POLL.c.outcome, POLL.c.new)
            .join_from(POLL, SOURCE)
            .where(SOURCE.c.retired.is_(False), or_(POLL.c.finished >= since, POLL.c.id.in_(before)))
            .order_by(POLL.c.finished, POLL.c.id)
        )
        with self._read() as connection:
            return tuple(Look(name, at, Outcome(outcome), new) for name, at, outcome, new in connection.execute(asked))


def _entries(since: datetime) -> Select[Any]:
    decided = (ASSESSMENT.c.entry_id.is_not(None)) & or_(ASSESSMENT.c.dropped.is_(None), ASSESSMENT.c.dropped != UNTRACKED)
    return (
        select(SOURCE.c.id, SOURCE.c.name, func.count(), func.sum(case((decided, 1), else_=0)))
        .select_from(ENTRY.join(SOURCE).outerjoin(ASSESSMENT, ASSESSMENT.c.entry_id == ENTRY.c.id))
        .where(ENTRY.c.first_seen >= since)
        .group_by(SOURCE.c.id, SOURCE.c.name)
    )


def _lines(since: datetime) -> Select[Any]:
    """Lines by source: how many were offered, taken, and told by this source alone."""
    telling = (
        select(REPORT.c.event_id, ENTRY.c.source_id)
        .join_from(REPORT, ENTRY)
        .where(ENTRY.c.first_seen >= since, REPORT.c.event_id.is_not(None))
        .distinct()
        .subquery()
    )
    tellers = (
        select(REPORT.c.event_id, func.count(ENTRY.c.source_id.distinct()).label("sources"))
        .join_from(REPORT, ENTRY)
        .where(REPORT.c.event_id.in_(select(telling.c.event_id)))
        .group_by(REPORT.c.event_id)
        .subquery()
    )
    taken = case((DEVELOPMENT.c.status.in_([str(status) for status in TAKEN]), 1), else_=0)
    return (
        select(
            telling.c.source_id,
            func.count().label("proposed"),
            func.sum(taken).label("accepted"),
            func.sum(case((tellers.c.sources == 1, 1), else_=0)).label("alone"),
        )
        .select_from(
            telling.join(tellers, tellers.c.event_id == telling.c.event_id).join(DEVELOPMENT, DEVELOPMENT.c.event == telling.c.event_id)
        )
        .where(DEVELOPMENT.c.status.in_([str(status) for status in OFFERED]))
        .group_by(telling.c.source_id)
    )
