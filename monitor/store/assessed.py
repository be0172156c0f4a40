"""What was decided about entries: their assessments, and the reports they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, cast, select, update

from monitor.model import Assessment, Report
from monitor.store.database import Database
from monitor.store.lines import withdraw_told_by_nobody
from monitor.store.statements import change, chunks, drop, given, put
from monitor.store.values import dump, load
from monitor.tables import ASSESSMENT, ENTRY, REPORT, REPORT_KEY

ASSESSMENT_ROW = ("entry_id", "revision", "seeds", "decided", "dropped", "value")
REPORT_ROW = ("entry_id", "n", "event_id", "place", "loose", "value")


class Known(NamedTuple):
    """A report as it stands in the store."""

    event: str | None
    value: str


class Assessed(Database):
    """Assessments and reports."""

    def record_assessments(self, assessments: Sequence[Assessment], now: datetime) -> None:
        """Write what was decided, in place of what was decided before; one about an older revision of its entry is left out.

        A report that says the same as before stays in its event; events that lose a report are clustered anew, those that lose all end.
        """
        with self._write() as connection:
            current = _current(connection, assessments)
            put(connection, ASSESSMENT, ASSESSMENT_ROW, (_row(each, now) for each in current), replace=True)
            change(connection, ENTRY, ("pending",), ("id",), ((False, each.entry) for each in current))
            lost = _replace_reports(connection, current)
            _loosen(connection, lost)
            withdraw_told_by_nobody(connection, lost, now)

    def forget_assessments(self) -> None:
        """Have everything decided about and clustered anew; until then it all stays as it is."""
        with self._write() as connection:
            connection.execute(update(ENTRY).values(pending=True))
            connection.execute(update(REPORT).values(loose=True))

    def assessment(self, entry: int) -> Assessment | None:
        """What was decided about an entry, with its reports; None when nothing was decided yet."""
        with self._read() as connection:
            value = connection.execute(select(ASSESSMENT.c.value).where(ASSESSMENT.c.entry_id == entry)).scalar()
            if value is None:
                return None
            reports = connection.execute(select(REPORT.c.value).where(REPORT.c.entry_id == entry).order_by(REPORT.c.n)).scalars().all()
        return replace(load(Assessment, value), reports=tuple(load(Report, each) for each in reports))

    def reports(self, entry: int) -> tuple[tuple[Report, str | None], ...]:
        """The reports of an entry, each with the id of the event it belongs to, if it was clustered."""
        asked = select(REPORT.c.value, REPORT.c.event_id).where(REPORT.c.entry_id == entry).order_by(REPORT.c.n)
        with self._read() as connection:
            rows = connection.execute(asked).all()
        return tuple((load(Report, value), event) for value, event in rows)


def _current(connection: Connection, assessments: Sequence[Assessment]) -> list[Assessment]:
    """Those about the revision that is stored."""
    found = []
    for some in chunks(assessments):
        wanted = given(connection, [[each.entry] for each in some], "id")
        revisions = select(ENTRY.c.id, ENTRY.c.revision).join_from(wanted, ENTRY, ENTRY.c.id == cast(wanted.c.id, Integer))
        stored = dict(connection.execute(revisions).all())
        found += [each for each in some if stored.get(each.entry) == each.revision]
    return found


def _row(assessment: Assessment, now: datetime) -> tuple[Any, ...]:
    dropped = None if assessment.reports and assessment.dropped is None else reason_class(assessment)
    value = dump(replace(assessment, reports=()) if assessment.reports else assessment)
    return (assessment.entry, assessment.revision, assessment.seeds, now, dropped, value)


def reason_class(assessment: Assessment) -> str:
    """What a digest counts a dropped entry under: the reason without the rule or the explanation that follows."""
    if assessment.dropped is None:
        return "no reason given"
    return assessment.dropped.what.partition(":")[0].partition(" by ")[0].strip()


def _replace_reports(connection: Connection, assessments: Sequence[Assessment]) -> set[str]:
    """Write the reports that are new or say something else, drop those that are no more; returns the events that lost one."""
    before = _known(connection, [each.entry for each in assessments])
    now = {(report.entry, report.n): (report, dump(report)) for each in assessments for report in each.reports}
    fresh = {key: (report, value) for key, (report, value) in now.items() if key not in before or before[key].value != value}
    old = [key for key in before if key in fresh or key not in now]
    drop(connection, REPORT_KEY, ("entry_id", "n"), old)
    drop(connection, REPORT, ("entry_id", "n"), (key for key in old if key not in now))
    rows = ((*key, before[key].event if key in before else None, 0, True, value) for key, (_, value) in fresh.items())
    put(connection, REPORT, REPORT_ROW, rows, replace=True)
    pairs = ((name, *key) for key, (report, _) in fresh.items() for name in dict.fromkeys(report.keys))
    put(connection, REPORT_KEY, ("key", "entry_id", "n"), pairs)
    return {event for key in old if key not in now and (event := before[key].event) is not None}


def _known(connection: Connection, entries: Iterable[int]) -> dict[tuple[int, int], Known]:
    found = {}
    for some in chunks(entries):
        wanted = given(connection, [[number] for number in some], "id")
        columns = [REPORT.c[name] for name in ("entry_id", "n", "event_id", "value")]
        for entry, n, event, value in connection.execute(
            select(*columns).join_from(wanted, REPORT, REPORT.c.entry_id == cast(wanted.c.id, Integer))
        ):
            found[entry, n] = Known(event, value)
    return found


def _loosen(connection: Connection, events: Iterable[str]) -> None:
    """Have what is left of these events clustered anew."""
    change(connection, REPORT, ("loose",), ("event_id",), ((True, event) for event in sorted(events)))
