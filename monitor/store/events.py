"""Events: which reports could tell the same one, and what became of them when they were clustered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Integer, and_, cast, delete, or_, select, update

from monitor.errors import NotFound
from monitor.model import Development, Event, Report
from monitor.store import freezing
from monitor.store.database import Database
from monitor.store.freezing import Kept
from monitor.store.lines import kept_where, write_lines
from monitor.store.statements import change, chunks, given, put
from monitor.store.values import dump, load
from monitor.tables import DEVELOPMENT, EVENT, LOOSE, REPORT, REPORT_KEY


@dataclass(frozen=True, slots=True)
class EventChange:
    """An event as clustering left it, and its line for each market."""

    event: Event
    developments: tuple[Development, ...]


class ReportKey(NamedTuple):
    """Which report is meant: the entry, and its place among the reports of that entry."""

    entry: int
    n: int


class Events(Database):
    """Reports that wait to be clustered, and events."""

    def unclustered(self, limit: int) -> tuple[ReportKey, ...]:
        """Reports that are new or changed, or whose event lost one of its reports."""
        asked = select(REPORT.c.entry_id, REPORT.c.n).where(LOOSE).order_by(REPORT.c.loose, REPORT.c.entry_id, REPORT.c.n).limit(limit)
        with self._read() as connection:
            return tuple(ReportKey(*row) for row in connection.execute(asked))

    def component(self, reports: Iterable[ReportKey]) -> tuple[tuple[Report, str | None], ...]:
        """These reports and all that can be reached from them through shared keys and shared events, each with its present event's id."""
        with self._read() as connection:
            found = beyond = set(reports)
            while beyond := _neighbours(connection, beyond) - found:
                found = found | beyond
            rows = _stored(connection, sorted(found))
        return tuple((load(Report, value), event) for _, (event, value) in sorted(rows.items()))

    def record_events(self, changes: Sequence[EventChange], now: datetime) -> None:
        """Write the events of a component and their lines, all or none.

        Events that went into others end, and their lines name the survivor. An event is left for the next round when
        one of its reports changed since the component was read.
        """
        with self._write() as connection:
            before = _stored(connection, [ReportKey(each.entry, each.n) for one in changes for each in one.event.reports])
            fresh = [one for one in changes if all(_is_current(each, before) for each in one.event.reports)]
            rows = [(one.event.id, n, False, each.entry, each.n) for one in fresh for n, each in enumerate(one.event.reports)]
            change(connection, REPORT, ("event_id", "place", "loose"), ("entry_id", "n"), rows)
            put(connection, EVENT, ("id", "value"), ((one.event.id, dump(replace(one.event, reports=()))) for one in fresh), replace=True)
            _end_emptied(connection, fresh, before)
            write_lines(connection, _told_anew(connection, fresh, now), now)

    def event(self, number: str) -> Event:
        """The event of that id with its reports; raises NotFound when there is none, or when no source tells it any more."""
        with self._read() as connection:
            value = connection.execute(select(EVENT.c.value).where(EVENT.c.id == number)).scalar()
            asked = select(REPORT.c.value).where(REPORT.c.event_id == number).order_by(REPORT.c.place)
            reports = connection.execute(asked).scalars().all()
        if value is None:
            raise NotFound(f"no event {number}: it was merged into another, or no source tells it any more")
        return replace(load(Event, value), reports=tuple(load(Report, each) for each in reports))


def _neighbours(connection: Connection, reports: Iterable[ReportKey]) -> set[ReportKey]:
    """The reports that share a key or an event with one of these."""
    found: set[ReportKey] = set()
    for some in chunks(reports):
        wanted = given(connection, some, "entry", "n")
        entry, n = cast(wanted.c.entry, Integer), cast(wanted.c.n, Integer)
        mine, theirs = REPORT_KEY.alias("mine"), REPORT_KEY.alias("theirs")
        by_key = (
            select(theirs.c.entry_id, theirs.c.n)
            .join_from(wanted, mine, and_(mine.c.entry_id == entry, mine.c.n == n))
            .join(theirs, theirs.c.key == mine.c.key)
            .distinct()
        )
        own, sister = REPORT.alias("own"), REPORT.alias("sister")
        by_event = (
            select(sister.c.entry_id, sister.c.n)
            .join_from(wanted, own, and_(own.c.entry_id == entry, own.c.n == n))
            .join(sister, sister.c.event_id == own.c.event_id)
            .distinct()
        )
        for asked in (by_key, by_event):
            found.update(ReportKey(*row) for row in connection.execute(asked))
    return found


def _stored(connection: Connection, reports: Sequence[ReportKey]) -> dict[ReportKey, tuple[str | None, str]]:
    """Event and value of these reports, for those there are."""
    found = {}
    for some in chunks(reports):
        wanted = given(connection, some, "entry", "n")
        same = and_(REPORT.c.entry_id == cast(wanted.c.entry, Integer), REPORT.c.n == cast(wanted.c.n, Integer))
        columns = [REPORT.c[name] for name in ("entry_id", "n", "event_id", "value")]
        for entry, n, event, value in connection.execute(select(*columns).join_from(wanted, REPORT, same)):
            found[ReportKey(entry, n)] = (event, value)
    return found


def _is_current(report: Report, stored: dict[ReportKey, tuple[str | None, str]]) -> bool:
    found = stored.get(ReportKey(report.entry, report.n))
    return found is not None and (found[1] == dump(report) or load(Report, found[1]) == report)


def _end_emptied(connection: Connection, changes: Sequence[EventChange], before: dict[ReportKey, tuple[str | None, str]]) -> None:
    """Hand the lines of events that went into others to those, and end them."""
    told = sorted((each.first_seen, each.entry, each.n, one.event.id) for one in changes for each in one.event.reports)
    survivors: dict[str, str] = {}
    for _, entry, n, event in told:
        if old := before[ReportKey(entry, n)][0]:
            survivors.setdefault(old, event)
    for one in changes:
        survivors.pop(one.event.id, None)
    if not survivors:
        return
    emptied = given(connection, [[event] for event in survivors], "id")
    still_told = set(connection.execute(select(REPORT.c.event_id).join_from(emptied, REPORT, REPORT.c.event_id == emptied.c.id)).scalars())
    for event in sorted(still_told):
        connection.execute(update(REPORT).where(REPORT.c.event_id == event).values(loose=True))
    for event in sorted(survivors.keys() - still_told):
        connection.execute(update(DEVELOPMENT).where(DEVELOPMENT.c.event == event).values(event=survivors[event]))
        connection.execute(delete(EVENT).where(EVENT.c.id == event))


def _told_anew(connection: Connection, changes: Sequence[EventChange], now: datetime) -> list[Kept]:
    """The lines that differ now. A line belongs to the event whose proposal has its id, otherwise to the one it belonged to."""
    events = [one.event.id for one in changes]
    wanted = {each.id: one.event.id for one in changes for each in one.developments}
    kept = kept_where(connection, or_(DEVELOPMENT.c.event.in_(events), DEVELOPMENT.c.id.in_(list(wanted))))
    mine: dict[str, list[Kept]] = {event: [] for event in events}
    for line in kept:
        mine[wanted.get(line.development.id, line.development.event)].append(line)
    return [line for one in changes for line in freezing.told_anew(mine[one.event.id], one.developments, one.event.id, now)]
