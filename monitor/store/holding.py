"""What is held back until a person decides: everything new of a source that moved for good, or in which everything is new at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from monitor.errors import NotFound
from monitor.model import Entry, Outcome, Poll, Source
from monitor.store import keys
from monitor.store.database import Database
from monitor.store.entries import ENTRY_VALUE, entry_cells
from monitor.store.sources import configured
from monitor.store.statements import put
from monitor.store.values import dump, load
from monitor.tables import ENTRY, HELD, SOURCE

ENOUGH = 5  # entries from which a source counts as known, and a document as more than a busy day
NEARLY_ALL = 0.9
JUMP = 3  # times as many entries as the last document had
BACK_DATED = timedelta(days=2)
HELD_ROW = ("source_id", "identity", "seen", "refused", "value")
NEW_ENTRY = ("source_id", *ENTRY_VALUE, "first_seen", "revised", "revision", "baseline", "pending", "second_key")
TAKEN = {"outcome": str(Outcome.OK), "detail": "", "held": 0}
ASK_ANEW = {"etag": None, "last_modified": None, "body_hash": None}


def new_entry(source: int, entry: Entry, now: datetime, baseline: bool) -> tuple[Any, ...]:
    """The row of an entry that was not known, in the order of NEW_ENTRY."""
    return (source, *entry_cells(entry), now, None, 1, baseline, True, keys.second_key(entry.link, entry.title))


def as_held(poll: Poll, new: int, why: str) -> Poll:
    """The look as it stands when its new entries are held back. A source that moved stays in that state."""
    ask = f"held until `monitor sources accept {poll.source}` or `refuse {poll.source}`"
    if poll.moved_to:
        return replace(poll, outcome=Outcome.MOVED, detail=f"leads for good to {poll.moved_to}; {new} new entries are {ask}")
    return replace(poll, outcome=Outcome.HELD, detail=f"{new} of its {len(poll.entries)} entries are new at once, {why}: {ask}")


def flooded(connection: Connection, source: Any, poll: Poll, new: Mapping[str, Entry], known: Mapping[str, bool]) -> str:
    """Why what is new in a document is not believed to be news; empty when there is no reason to doubt it.

    `known`: what was held before, as identity → whether it was refused.
    """
    if not source.baseline_done or not new:
        return ""
    if poll.pushed:  # a part of the feed, which says nothing of the whole
        return "as before" if source.outcome == Outcome.HELD else ""
    if poll.moved_to:
        return "since it moved for good"
    total = len(poll.entries) - sum(known.get(entry.identity, False) for entry in poll.entries)
    if total < ENOUGH or source.entries < ENOUGH or len(new) < total * NEARLY_ALL:
        return ""
    return "as before" if 2 * len(new.keys() & known.keys()) >= len(new) else _odd(connection, source, list(new.values()))


def _odd(connection: Connection, source: Any, entries: Sequence[Entry]) -> str:
    """What is odd about entries that are all new at once; empty when their dates say that they are new indeed."""
    old = [entry for entry in entries if entry.published and source.last_success and entry.published < source.last_success - BACK_DATED]
    if 2 * len(old) >= len(entries):
        return f"though {len(old)} are dated before the last look"
    if 2 * (met := _met(connection, source, entries)) >= len(entries):
        return f"though {met} have a title or address that stood in it lately"
    fresh = all(entry.published is not None for entry in entries) and not old
    jumped = not fresh and len(entries) >= JUMP * max(source.shown, ENOUGH)
    return f"where there were {source.shown} before" if jumped else ""


def _met(connection: Connection, source: Any, entries: Sequence[Entry]) -> int:
    """How many have a title or link of the entries that came last."""
    last = (
        select(ENTRY.c.title, ENTRY.c.link, ENTRY.c.identity)
        .where(ENTRY.c.source_id == source.id)
        .order_by(ENTRY.c.id.desc())
        .limit(2 * max(source.shown, len(entries)))
    )
    rows = connection.execute(last).all()
    titles = {keys.normal_title(row.title) for row in rows} - {""}
    links = {keys.normal_link(row.identity if row.link is None else row.link) for row in rows} - {""}
    return sum(keys.normal_title(one.title) in titles or keys.normal_link(one.link) in links for one in entries)


class Holding(Database):
    """What a person decides about a source that asks."""

    def held(self, name: str) -> tuple[Entry, ...]:
        """The entries of a source that wait for a person, in the order in which they were seen."""
        asked = (
            select(HELD.c.value)
            .join_from(HELD, SOURCE)
            .where(SOURCE.c.name == name, HELD.c.refused.is_(False))
            .order_by(HELD.c.seen, HELD.c.identity)
        )
        with self._read() as connection:
            return tuple(load(Entry, value) for value in connection.execute(asked).scalars())

    def accept_held(self, name: str, moved: Source | None, now: datetime) -> int:
        """Take what is held: what came with the first look as a baseline, what came later as news; returns how many entries that are.

        `moved`: the source with the address that is followed from now on; it goes on where it was, without another baseline.
        """
        with self._write() as connection:
            source = _row(connection, name)
            mine = HELD.c.source_id == source.id, HELD.c.refused.is_(False)
            rows = connection.execute(select(HELD.c.value, HELD.c.seen).where(*mine).order_by(HELD.c.seen, HELD.c.identity)).all()
            before = connection.execute(select(func.count()).where(ENTRY.c.source_id == source.id)).scalar_one()
            taken = (new_entry(source.id, load(Entry, row.value), now, row.seen == rows[0].seen) for row in rows)
            put(connection, ENTRY, NEW_ENTRY, taken)
            came: int = connection.execute(select(func.count()).where(ENTRY.c.source_id == source.id)).scalar_one() - before
            connection.execute(delete(HELD).where(*mine))
            values = {**TAKEN, "outcome_since": now, "next_check": now, "entries": source.entries + came}
            if came:
                values["last_entry"] = now
            if moved is not None:
                values |= {**configured(moved), **ASK_ANEW, "moved_to": None, "refused_move": None}
            connection.execute(update(SOURCE).where(SOURCE.c.id == source.id).values(**values))
        return came

    def refuse_held(self, name: str, now: datetime) -> int:
        """Leave what is held out for good, and do not follow where the source moved to; returns how many entries that are."""
        with self._write() as connection:
            source = _row(connection, name)
            mine = HELD.c.source_id == source.id, HELD.c.refused.is_(False)
            left: int = connection.execute(update(HELD).where(*mine).values(refused=True)).rowcount
            values: dict[str, Any] = {**ASK_ANEW, "held": 0, "next_check": now}
            if source.outcome == Outcome.MOVED:
                values["refused_move"] = source.moved_to
            else:
                values |= {**TAKEN, "outcome_since": now}
            connection.execute(update(SOURCE).where(SOURCE.c.id == source.id).values(**values))
        return left


def _row(connection: Connection, name: str) -> Any:
    source = connection.execute(select(SOURCE).where(SOURCE.c.name == name)).first()
    if source is None:
        raise NotFound(f"no source {name} in the store")
    return source


def record_held(connection: Connection, source: int, seen: datetime, entries: Sequence[Entry]) -> None:
    """Write entries that are held back; one that is held already keeps the moment it was seen first."""
    put(connection, HELD, HELD_ROW, ((source, entry.identity, seen, False, dump(entry)) for entry in entries))


def held_before(connection: Connection, sources: Sequence[int]) -> dict[int, dict[str, bool]]:
    """What was held or refused, as identity → whether it was refused, of each source that has any."""
    found: dict[int, dict[str, bool]] = {}
    rows = connection.execute(select(HELD.c.source_id, HELD.c.identity, HELD.c.refused).where(HELD.c.source_id.in_(sources)))
    for source, identity, refused in rows:
        found.setdefault(source, {})[identity] = refused
    return found


def release(connection: Connection, source: int, identities: Sequence[str]) -> None:
    """Forget what is no longer held, since the source told it again as usual."""
    connection.execute(delete(HELD).where(HELD.c.source_id == source, HELD.c.identity.in_(identities), HELD.c.refused.is_(False)))
