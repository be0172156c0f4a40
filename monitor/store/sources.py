"""What the store remembers of sources: their state, and who looks at them next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, false, func, insert, or_, select, true, update

from monitor.model import Coverage, Outcome, Source, SourceState, Validators
from monitor.store.database import Database
from monitor.tables import ASSESSMENT, ENTRY, POLL, SOURCE, WATCHED

STATE = [
    SOURCE.c[name]
    for name in (
        "name", "next_check", "outcome", "outcome_since", "last_check", "last_success", "last_entry", "newest_published", "etag",
        "last_modified", "body_hash", "failures", "detail", "moved_to", "interval", "missed_windows", "last_missed_window", "entries",
        "baseline_done", "rhythm", "held", "refused_move",
    )
]  # fmt: skip
CONFIGURED_NAMES = ("url", "kind", "every", "watched", "retired")
CONFIGURED = [SOURCE.c[name] for name in ("name", *CONFIGURED_NAMES)]
NEVER_LOOKED_AT = {
    "outcome": None, "outcome_since": None, "last_check": None, "last_success": None, "last_entry": None, "newest_published": None,
    "etag": None, "last_modified": None, "body_hash": None, "failures": 0, "detail": "", "moved_to": None, "interval": None,
    "baseline_done": False, "rhythm": None, "shown": 0, "refused_move": None,
}  # fmt: skip
NEW_SOURCE = {"missed_windows": 0, "last_missed_window": None, "entries": 0, "held": 0, "alarmed": None}


def state(row: Any) -> SourceState:
    """The row of STATE as a value."""
    name, next_check, outcome, since, check, success, entry, newest, etag, modified, body, *rest = row
    outcome = None if outcome is None else Outcome(outcome)
    return SourceState(name, next_check, outcome, since, check, success, entry, newest, Validators(etag, modified, body), *rest)


class Sources(Database):
    """Sources, as feeds.yaml names them and as looks left them."""

    def sync_sources(self, sources: Iterable[Source], now: datetime) -> None:
        """Take over what feeds.yaml says. A source that is new, or moved to another address, is due now; one that left keeps its entries.

        Another address makes the next look a first look: what it serves already is not this week's news.
        """
        wanted = {source.name: configured(source) for source in sources}
        with self._read() as connection:
            if not _differing(wanted, connection.execute(select(*CONFIGURED)).all()):
                return
        with self._write() as connection:
            known = {row.name: row for row in connection.execute(select(*CONFIGURED, SOURCE.c.next_check))}
            for name in _differing(wanted, list(known.values())):
                row, values = known.get(name), wanted.get(name)
                if values is None:
                    connection.execute(update(SOURCE).where(SOURCE.c.name == name).values(watched=False, retired=True))
                elif row is None:
                    fresh = {**NEVER_LOOKED_AT, **NEW_SOURCE, "next_check": now}
                    connection.execute(insert(SOURCE).values(name=name, told_apart_by="", **values, **fresh))
                else:
                    connection.execute(update(SOURCE).where(SOURCE.c.name == name).values(**values, **_after_change(row, values, now)))

    def sources(self) -> tuple[SourceState, ...]:
        """Every source of feeds.yaml, by name."""
        with self._read() as connection:
            rows = connection.execute(select(*STATE).where(SOURCE.c.retired == false()).order_by(SOURCE.c.name)).all()
        return tuple(state(row) for row in rows)

    def first_windows(self) -> dict[str, tuple[int, datetime, datetime]]:
        """How many dated entries the first look at each source found, and the dates of the oldest and the newest: its window."""
        first, last = func.min(ENTRY.c.published), func.max(ENTRY.c.published)
        asked = (
            select(SOURCE.c.name, func.count(), first, last)
            .join_from(ENTRY, SOURCE, ENTRY.c.source_id == SOURCE.c.id)
            .where(ENTRY.c.baseline == true(), ENTRY.c.published.is_not(None), SOURCE.c.retired == false())
            .group_by(SOURCE.c.name)
        )
        with self._read() as connection:
            return {name: (count, oldest, newest) for name, count, oldest, newest in map(tuple, connection.execute(asked))}

    def claim_sources(self, now: datetime, limit: int, lease: timedelta) -> tuple[SourceState, ...]:
        """The sources that are due, longest first, now the caller's alone; who dies loses them when the lease ends."""
        due = select(SOURCE.c.id).where(WATCHED, SOURCE.c.next_check <= now).order_by(SOURCE.c.next_check, SOURCE.c.id)
        with self._read() as connection:  # most ticks find nothing, and need no right to write for that
            if connection.execute(due.limit(1)).first() is None:
                return ()
        with self._write() as connection:
            before: dict[int, datetime] = dict(connection.execute(due.add_columns(SOURCE.c.next_check).limit(limit)).all())
            claim = (
                update(SOURCE)
                .where(SOURCE.c.id == bindparam("claimed"), WATCHED, SOURCE.c.next_check <= now)
                .values(next_check=now + lease)
            )
            if before:
                connection.execute(claim, [{"claimed": number} for number in before])
            rows = connection.execute(select(SOURCE.c.id, *STATE).where(SOURCE.c.id.in_(before))).all()
        ordered = sorted(rows, key=lambda row: (before[row.id], row.id))
        return tuple(state(row[1:]) for row in ordered)

    def clock_set_back(self, now: datetime, unless: timedelta) -> int:
        """Make due what a clock looked at that was ahead, and would look at only when the right one gets there; returns how many sources.

        A clock that is ahead by no more than `unless` may be another machine's.
        """
        ahead = WATCHED & (SOURCE.c.last_check > now + unless)
        with self._read() as connection:
            if connection.execute(select(SOURCE.c.id).where(ahead).limit(1)).first() is None:
                return 0
        with self._write() as connection:
            return connection.execute(update(SOURCE).where(ahead).values(next_check=now, last_check=now)).rowcount

    def claim_source(self, name: str, now: datetime, lease: timedelta) -> SourceState | None:
        """This source, due or not; None when feeds.yaml does not name it."""
        claim = update(SOURCE).where(SOURCE.c.name == name, SOURCE.c.retired == false()).values(next_check=now + lease).returning(*STATE)
        with self._write() as connection:
            row = connection.execute(claim).first()
        return None if row is None else state(row)

    def coverage(self, start: datetime, end: datetime) -> tuple[Coverage, ...]:
        """Each source that was to be looked at in [start, end): its state, and what it brought in that time."""
        missed = func.sum(case((POLL.c.missed_window, 1), else_=0))
        brought = (
            select(POLL.c.source_id, func.sum(POLL.c.new).label("new"), missed.label("missed"))
            .where(POLL.c.finished >= start, POLL.c.finished < end)
            .group_by(POLL.c.source_id)
            .subquery()
        )
        columns = [SOURCE.c[name] for name in ("name", "outcome", "outcome_since", "last_success", "detail")]
        asked = (
            select(*columns, func.coalesce(brought.c.new, 0).label("new"), func.coalesce(brought.c.missed, 0).label("missed"))
            .select_from(SOURCE.outerjoin(brought, brought.c.source_id == SOURCE.c.id))
            .where(SOURCE.c.retired == false(), or_(SOURCE.c.watched == true(), SOURCE.c.last_check >= start))
            .order_by(SOURCE.c.name)
        )
        with self._read() as connection:
            rows = connection.execute(asked).all()
        return tuple(
            Coverage(name, None if outcome is None else Outcome(outcome), since, success, int(new), detail, int(missed_windows))
            for name, outcome, since, success, detail, new, missed_windows in map(tuple, rows)
        )

    def counts(self, start: datetime, end: datetime) -> tuple[int, int, dict[str, int]]:
        """Of the entries first seen in [start, end): how many there are, how many tell something, and why the others do not."""
        counted = (
            select(ASSESSMENT.c.entry_id.is_(None).label("waits"), ASSESSMENT.c.dropped, func.count())
            .select_from(ENTRY.outerjoin(ASSESSMENT, ASSESSMENT.c.entry_id == ENTRY.c.id))
            .where(ENTRY.c.first_seen >= start, ENTRY.c.first_seen < end)
            .group_by("waits", ASSESSMENT.c.dropped)
        )
        with self._read() as connection:
            rows = connection.execute(counted).all()
        dropped = {reason: count for _, reason, count in rows if reason is not None}
        kept = sum(count for waits, reason, count in rows if reason is None and not waits)
        return sum(count for _, _, count in rows), kept, dropped


def configured(source: Source) -> dict[str, Any]:
    """What feeds.yaml says of a source, as its row keeps it."""
    # The options are part of where it looks: with others, what it serves already is not this week's news either.
    where = "#".join((source.url, *(f"{name}={','.join(values)}" for name, values in source.options)))
    return {"url": where, "kind": source.kind, "every": source.every, "watched": source.enabled, "retired": False}


def _differing(wanted: dict[str, dict[str, Any]], rows: Sequence[Any]) -> list[str]:
    known = {row.name: {name: getattr(row, name) for name in CONFIGURED_NAMES} for row in rows}
    changed = [name for name, values in wanted.items() if known.get(name) != values]
    return changed + [name for name, values in known.items() if name not in wanted and not values["retired"]]


def _after_change(row: Any, values: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What else a change in feeds.yaml does to the state of a source."""
    if (row.url, row.kind) != (values["url"], values["kind"]):
        return {**NEVER_LOOKED_AT, "next_check": now}
    if row.every != values["every"]:
        return {"interval": None, "next_check": min(row.next_check, now + values["every"])}
    return {}
