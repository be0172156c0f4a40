"""What looks brought: entries, stored exactly once for each source and identity, with what makes the next request conditional."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, FromClause, Integer, case, cast, or_, select

from monitor.errors import NotFound
from monitor.model import Entry, Outcome, Poll
from monitor.store import holding, keys
from monitor.store.entries import ENTRY_VALUE, entry_cells, entry_of, storable
from monitor.store.holding import NEW_ENTRY, Holding, as_held, new_entry
from monitor.store.sources import Sources
from monitor.store.statements import change, chunks, given, put
from monitor.store.values import dump
from monitor.tables import ENTRY, ENTRY_REVISION, POLL, SOURCE

SAME_ITEM = timedelta(days=180)  # an item that comes back under another guid within this time is the one we know
READ = {Outcome.OK, Outcome.EMPTY, Outcome.STALE, Outcome.MOVED}  # a document was read
SEEN = READ | {Outcome.NOT_MODIFIED}  # we know that we saw what the source serves
WELL = {Outcome.OK, Outcome.NOT_MODIFIED}  # one state for people: going from one to the other is no news

REVISED_ENTRY = (*ENTRY_VALUE, "revised", "revision", "pending", "second_key")
SOURCE_AFTER = (
    "next_check", "outcome", "outcome_since", "last_check", "last_success", "last_entry", "newest_published", "etag", "last_modified",
    "body_hash", "failures", "detail", "moved_to", "interval", "missed_windows", "last_missed_window", "entries", "baseline_done",
    "told_apart_by", "rhythm", "shown", "held",
)  # fmt: skip
POLL_ROW = ("source_id", "started", "finished", "outcome", "status", "detail", "new", "revised", "unreadable", "missed_window")


@dataclass(frozen=True, slots=True)
class Saved:
    """What one look changed in the store: entries that are new, edited ones, and known ones that came back under another guid.

    `held`: new ones that wait for a person, and why.
    """

    new: int = 0
    revised: int = 0
    renamed: int = 0
    held: int = 0
    why_held: str = ""


@dataclass(slots=True)
class Found:
    """One look, sorted into what is new and what is known; filled step by step."""

    poll: Poll
    source: Any
    baseline: bool
    unknown: dict[str, Entry] = field(default_factory=dict)  # by identity
    edited: list[tuple[Entry, int]] = field(default_factory=list)  # (as it is now, id of the entry)
    renamed: list[tuple[Entry, int]] = field(default_factory=list)  # known by link and title, but under another guid
    held: dict[str, Entry] = field(default_factory=dict)  # new, but held back
    why_held: str = ""
    waiting: int = 0  # entries of the source that are held after this look


class Polls(Sources, Holding):
    """Looks, and the entries they brought."""

    def record_polls(self, polls: Sequence[Poll]) -> tuple[Saved, ...]:
        """Write a group of looks, all of them or none; says for each what it changed.

        Raises NotFound for a source that was never synced.
        """
        saved: list[Saved] = []
        with self._write() as connection:
            for group in _distinct(polls):
                saved += _record(connection, group)
        return tuple(saved)

    def without_text(self, source: str, entries: Sequence[Entry], now: datetime) -> dict[str, datetime | None]:
        """Of a look's entries, those that are new or edited, or whose text is still to be tried: identity → until when, if that is set."""
        found: dict[str, datetime | None] = {}
        with self._read() as connection:
            number = connection.execute(select(SOURCE.c.id).where(SOURCE.c.name == source)).scalar()
            for some in chunks(entries):
                wanted = given(connection, [(entry.identity, entry.content_hash) for entry in some], "identity", "content_hash")
                both, unlike = _unlike(wanted, number)
                waits = (ENTRY.c.body_until > now) & (ENTRY.c.content_hash == wanted.c.content_hash)
                columns = (wanted.c.identity, case((waits, ENTRY.c.body_until)).label("until"))
                rows = connection.execute(select(*columns).select_from(both).where(or_(unlike, waits)))
                found |= {row.identity: row.until for row in rows}
        return found


def _distinct(polls: Iterable[Poll]) -> Iterator[list[Poll]]:
    """Groups in order, in none of which a source stands twice."""
    group: list[Poll] = []
    names: set[str] = set()
    for poll in polls:
        if poll.source in names:
            yield group
            group, names = [], set()
        group.append(poll)
        names.add(poll.source)
    if group:
        yield group


def _record(connection: Connection, polls: Sequence[Poll]) -> list[Saved]:
    found = [_looked(poll, source) for poll, source in zip(polls, _sources(connection, polls), strict=True)]
    _find_known(connection, found)
    _find_renamed(connection, found)
    _hold(connection, found)
    revised = _revise(connection, found)
    _fill_in(connection, found)
    put(connection, ENTRY, NEW_ENTRY, (row for one in found for row in _new_rows(one)))
    saved = [
        Saved(len(one.unknown), count, len(one.renamed), len(one.held), one.why_held) for one, count in zip(found, revised, strict=True)
    ]
    change(connection, SOURCE, SOURCE_AFTER, ("id",), (_after(one, brought) for one, brought in zip(found, saved, strict=True)))
    put(connection, POLL, POLL_ROW, (row for one, brought in zip(found, saved, strict=True) for row in _poll_rows(one, brought)))
    return saved


def _sources(connection: Connection, polls: Sequence[Poll]) -> list[Any]:
    names = given(connection, [[poll.source] for poll in polls], "name")
    rows = {row.name: row for row in connection.execute(select(SOURCE).select_from(names.join(SOURCE, SOURCE.c.name == names.c.name)))}
    if missing := [poll.source for poll in polls if poll.source not in rows]:
        raise NotFound(f"no source {', '.join(missing)} in the store: sync_sources brings it in")
    return [rows[poll.source] for poll in polls]


def _looked(poll: Poll, source: Any) -> Found:
    if poll.finished.tzinfo is None or poll.started.tzinfo is None:
        raise ValueError(f"{poll.source}: a look has no time zone: the store takes aware times only")
    found = Found(poll, source, baseline=not source.baseline_done)
    for entry in map(storable, poll.entries):
        found.unknown.setdefault(entry.identity, entry)
    return found


def _find_known(connection: Connection, found: Sequence[Found]) -> None:
    """Take out of `unknown` what is stored under its identity; what is stored with another content was edited."""
    asked = [(one, entry) for one in found if one.source.entries for entry in one.unknown.values()]
    for some in chunks(asked):
        cells = [(one.source.id, entry.identity, entry.content_hash) for one, entry in some]
        wanted = given(connection, cells, "source_id", "identity", "content_hash")
        both, unlike = _unlike(wanted, cast(wanted.c.source_id, Integer))
        # Only what is new or edited comes back: most of a look is known.
        rows = connection.execute(select(wanted.c.place, ENTRY.c.id).select_from(both).where(unlike)).all()
        numbers: dict[int, int | None] = dict(rows)
        for place, (one, entry) in enumerate(some):
            number = numbers.get(place, 0)
            if number is not None:
                del one.unknown[entry.identity]
                if number:
                    one.edited.append((entry, number))


def _find_renamed(connection: Connection, found: Sequence[Found]) -> None:
    """Take out of `unknown` what is stored under another guid that the document no longer has, with the same link and title."""
    asked = [
        (one, identity, key)
        for one in found
        if one.source.entries and not one.poll.pushed  # what a part of the feed does not show may be there all the same
        for identity, entry in one.unknown.items()
        if (key := keys.second_key(entry.link, entry.title)) is not None
    ]
    for some in chunks(asked):
        wanted = given(connection, [(one.source.id, key) for one, _, key in some], "source_id", "key")
        matched = (ENTRY.c.second_key == cast(wanted.c.key, BigInteger)) & (ENTRY.c.source_id == cast(wanted.c.source_id, Integer))
        columns = [ENTRY.c[name] for name in ("id", "identity", "title", "link", "content_hash", "first_seen")]
        rows = connection.execute(select(wanted.c.place, *columns).select_from(wanted.join(ENTRY, matched)).order_by(ENTRY.c.id.desc()))
        taken: set[int] = set()
        for row in rows:
            one, identity, _ = some[row.place]
            entry = one.unknown.get(identity)
            if entry is None or row.id in taken or not _same_item(one, entry, row):
                continue
            taken.add(row.id)
            del one.unknown[identity]
            one.renamed.append((entry, row.id))
            if entry.content_hash != row.content_hash:
                one.edited.append((entry, row.id))


def _unlike(wanted: FromClause, source: Any) -> tuple[FromClause, ColumnElement[bool]]:
    """The entries of a look beside what is stored of them, and the condition that they are new or edited."""
    same = (ENTRY.c.source_id == source) & (ENTRY.c.identity == wanted.c.identity)
    return wanted.outerjoin(ENTRY, same), or_(ENTRY.c.id.is_(None), ENTRY.c.content_hash != wanted.c.content_hash)


def _same_item(one: Found, entry: Entry, row: Any) -> bool:
    link = row.identity if row.link is None else row.link
    return (
        row.first_seen >= one.poll.finished - SAME_ITEM
        and keys.normal_link(link) == keys.normal_link(entry.link)
        and keys.normal_title(row.title) == keys.normal_title(entry.title)
        and all(row.identity != other.identity for other in one.poll.entries)
    )


def _hold(connection: Connection, found: Sequence[Found]) -> None:
    """Take out of `unknown` what was refused, and hold back what is not believed to be news; its source changes nothing else then."""
    before = holding.held_before(connection, [one.source.id for one in found])
    for one in found:
        known = before.get(one.source.id, {})
        here = {identity for entry in one.poll.entries if (identity := entry.identity) in known}
        refused = {identity for identity in here if known[identity]}
        for identity in refused:
            one.unknown.pop(identity, None)
        one.why_held = holding.flooded(connection, one.source, one.poll, one.unknown, known)
        waiting = {identity for identity, no in known.items() if not no}
        if one.why_held:
            one.held, one.unknown, one.edited, one.renamed = one.unknown, {}, [], []
            one.poll = as_held(one.poll, len(one.held), one.why_held)
            holding.record_held(connection, one.source.id, one.poll.finished, list(one.held.values()))
            waiting |= one.held.keys()
        elif told := here & waiting:
            holding.release(connection, one.source.id, sorted(told))
            waiting -= told
        one.waiting = len(waiting)


def _revise(connection: Connection, found: Sequence[Found]) -> list[int]:
    """Write edited entries, keeping what they said before; says how many each look had."""
    entries = {number: (one, entry) for one in found for entry, number in (*one.renamed, *one.edited)}
    edited = {number for one in found for _, number in one.edited}
    columns = [ENTRY.c[name] for name in ("id", "first_seen", "revised", "revision", "pending", *ENTRY_VALUE)]
    kept, changed = [], []
    for some in chunks(entries):
        wanted = given(connection, [[number] for number in some], "id")
        known = select(*columns, SOURCE.c.name.label("source")).join_from(wanted, ENTRY, ENTRY.c.id == cast(wanted.c.id, Integer))
        for row in connection.execute(known.join(SOURCE)).all():
            one, entry = entries[row.id]
            again, revised, pending = row.revision, row.revised, row.pending
            if row.id in edited:
                kept.append((row.id, row.revision, row.revised or row.first_seen, dump(entry_of(row))))
                again, revised, pending = row.revision + 1, one.poll.finished, True
            elif row.body and not entry.body:
                entry = replace(entry, body=row.body, body_missing="", body_until=None)
            key = keys.second_key(entry.link, entry.title)
            changed.append((*entry_cells(entry), revised, again, pending, key, row.id))
    put(connection, ENTRY_REVISION, ("entry_id", "revision", "seen", "value"), kept)
    change(connection, ENTRY, REVISED_ENTRY, ("id",), changed)
    return [len(one.edited) for one in found]


def _fill_in(connection: Connection, found: Sequence[Found]) -> None:
    """Write the texts that known entries waited for, and why those still missing are."""
    for one in found:
        done = {*one.unknown, *(entry.identity for entry, _ in (*one.edited, *one.renamed))}
        known = [entry for entry in map(storable, one.poll.entries) if entry.identity in one.poll.followed and entry.identity not in done]
        number = one.source.id
        brought = [(entry.body, None, None, True, number, entry.identity) for entry in known if entry.body]
        missing = [(entry.body_missing, entry.body_until, number, entry.identity) for entry in known if not entry.body]
        change(connection, ENTRY, ("body", "body_missing", "body_until", "pending"), ("source_id", "identity"), brought)
        change(connection, ENTRY, ("body_missing", "body_until"), ("source_id", "identity"), missing)


def _new_rows(one: Found) -> Iterator[tuple[Any, ...]]:
    source, now, baseline = one.source.id, one.poll.finished, one.baseline
    return (new_entry(source, entry, now, baseline) for entry in one.unknown.values())


def _after(one: Found, saved: Saved) -> tuple[Any, ...]:
    """The source's row after this look, in the order of SOURCE_AFTER and then its id."""
    poll, before = one.poll, one.source
    validators = poll.validators or before
    now: datetime = poll.finished
    if poll.pushed:  # a part of the feed: its state, its window and its next look are judged by looks alone
        kept = {name: getattr(before, name) for name in SOURCE_AFTER}
        brought = {"last_entry": now if saved.new else before.last_entry, "entries": before.entries + saved.new, "held": one.waiting}
        return (*(kept | brought).values(), before.id)
    entries = () if one.held else poll.entries  # what is held back says nothing about the source we know
    newest = max((entry.published for entry in entries if entry.published), default=before.newest_published)
    return (
        poll.next_check, str(poll.outcome), before.outcome_since if _same_state(one) else now, now,
        now if poll.outcome in SEEN else before.last_success, now if saved.new else before.last_entry, newest,
        validators.etag, validators.last_modified, validators.body_hash, poll.failures, poll.detail, poll.moved_to, poll.every,
        before.missed_windows + poll.missed_window, now if poll.missed_window else before.last_missed_window,
        before.entries + saved.new, before.baseline_done or bool(poll.entries) or poll.outcome in READ,
        poll.wanted_identity or before.told_apart_by, _rhythm(one, saved), len(entries) or before.shown, one.waiting, before.id,
    )  # fmt: skip


def _rhythm(one: Found, saved: Saved) -> timedelta | None:
    before: timedelta | None = one.source.rhythm
    if one.baseline or not saved.new or one.source.last_entry is None:
        return before
    gap: timedelta = one.poll.finished - one.source.last_entry
    return gap if before is None else (3 * before + gap) / 4


def _same_state(one: Found) -> bool:
    return one.poll.outcome == one.source.outcome or {one.poll.outcome, one.source.outcome} <= WELL


def _poll_rows(one: Found, saved: Saved) -> Iterator[tuple[Any, ...]]:
    """A row for a look that brought something or ended differently from the one before."""
    poll = one.poll
    if saved.new or saved.revised or poll.missed_window or poll.parse_failures or not (poll.pushed or _same_state(one)):
        yield (
            one.source.id, poll.started, poll.finished, str(poll.outcome), poll.status, poll.detail, saved.new, saved.revised,
            poll.parse_failures, poll.missed_window,
        )  # fmt: skip
