"""The table as it is, as it was at a moment, and what changed between two: from what lines say and what they said before.

Rows come in pages that begin behind the last one (keyset), so that 100,000 take no more memory than a page, and at one moment, so that
what changes meanwhile neither doubles a row nor loses one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, desc, func, literal_column, or_, select, union_all
from sqlalchemy import Table as SqlTable

from monitor.errors import NotFound
from monitor.model import IN_REPORT, Change, Changed, Development, Lineage, Wanted
from monitor.store import keys
from monitor.store.database import Database
from monitor.store.lines import NAMES, development_of
from monitor.store.statements import chunks
from monitor.tables import DEVELOPMENT, DEVELOPMENT_PAST, DEVELOPMENT_PLAYER
from monitor.tables import IN_REPORT as STANDS_IN_REPORT

PAGE = 1_000
COLUMNS = (*NAMES, "date_order")
KEY = tuple(COLUMNS.index(name) for name in ("date_order", "importance", "id"))
PATH = frozenset({"why", "sources"})
# One more source, a better score or a later look is no change that a report builder has to act on.
BESIDE = {
    "updated_at", "first_seen", "n_sources", "confidence", "evidence", "why", "sources", "event", "reviewed_at", "baseline", "flag", "due",
}  # fmt: skip
TOLD = tuple(one.name for one in fields(Development) if one.name not in BESIDE)


class Table(Database):
    """Rows for report builders."""

    def table_moment(self, markets: Collection[str], now: datetime) -> datetime:
        """The moment at which the table is as it stands: now, or the last change where another machine's clock is ahead."""
        asked = [select(func.max(DEVELOPMENT.c.since)).where(DEVELOPMENT.c.market == market) for market in sorted(markets)]
        with self._read() as connection:
            last: list[datetime] = [moment for one in asked if (moment := connection.execute(one).scalar()) is not None]
        return max([now, *last])

    def table(self, wanted: Wanted, at: datetime, *, with_path: bool = True) -> Iterator[Development]:
        """The rows of one market as they were known at that moment, newest first, then by importance, then by id.

        `with_path`: whether they know why they were chosen and every source that tells them, which no table prints and which takes a
        third of the time to read.
        Raises NotFound where a row changed after that moment and what it said before was not kept.
        """
        with self._read() as connection:
            _known(connection, wanted.market, at)
        after: tuple[int, int, str] | None = None
        while True:
            with self._read() as connection:
                page = connection.execute(_page(wanted, at, after, with_path)).all()
            yield from _with_text((development_of(row[: len(NAMES)]) for row in page), wanted.text)
            if len(page) < PAGE:
                return
            after = tuple(page[-1][place] for place in KEY)

    def table_changes(self, wanted: Wanted, start: datetime, at: datetime) -> tuple[Changed, ...]:
        """What is not as it was at `start`, in the order of the table: new in it, changed, or no longer among what is asked for."""
        live, past = DEVELOPMENT.c, DEVELOPMENT_PAST.c
        begun = union_all(
            _rows(DEVELOPMENT, wanted).where(live.since > start, live.since <= at),
            _rows(DEVELOPMENT_PAST, wanted).where(past.since > start, past.since <= at, past.until > at),
        )
        ended = _rows(DEVELOPMENT_PAST, wanted).where(past.since <= start, past.until > start, past.until <= at)
        with self._read() as connection:
            _known(connection, wanted.market, start)
            now, before = (_by_id(connection.execute(asked).all(), wanted.text) for asked in (begun, ended))
            gone = _states(connection, [one for one in before if one not in now], at)
        found: list[tuple[Development, Change]] = [(one, "new") for number, one in now.items() if number not in before]
        found += [(one, "changed") for number, one in now.items() if number in before and _differs(before[number], one)]
        found += [(gone.get(number, one), "withdrawn") for number, one in before.items() if number not in now]
        placed = sorted(found, key=lambda one: _place(one[0]), reverse=wanted.oldest_first)
        return tuple(Changed(*one) for one in placed)


def _known(connection: Connection, market: str, at: datetime) -> None:
    """Raise NotFound when a row of that moment changed since and its earlier state was not kept."""
    row = DEVELOPMENT.c
    lost = (row.market == market, row.known_since.is_not(None), row.known_since > at, row.first_seen <= at)
    earliest, count = connection.execute(select(func.max(row.known_since), func.count()).where(*lost)).one()
    if count:
        raise NotFound(
            f"{market} cannot be told as of {at:%Y-%m-%dT%H:%M:%SZ}: {count} of its lines changed later, and what they said before "
            f"was not kept; the earliest moment that can be told is {earliest:%Y-%m-%dT%H:%M:%S.%fZ}"
        )


def _page(wanted: Wanted, at: datetime, after: tuple[int, int, str] | None, with_path: bool) -> Any:
    live, past = DEVELOPMENT.c, DEVELOPMENT_PAST.c
    # Not `since <= at` itself: SQLite would take the index by since and sort the whole market for every page.
    begun = func.coalesce(live.since, live.since) <= at
    now = _rows(DEVELOPMENT, wanted, with_path).where(begun, *_behind(DEVELOPMENT, wanted, after))
    before = _rows(DEVELOPMENT_PAST, wanted, with_path).where(past.until > at, past.since <= at, *_behind(DEVELOPMENT_PAST, wanted, after))
    order: tuple[Any, ...] = (
        ("date_order", "importance", desc("id")) if wanted.oldest_first else (desc("date_order"), desc("importance"), "id")
    )
    return union_all(now, before).order_by(*order).limit(PAGE)


def _behind(table: SqlTable, wanted: Wanted, after: tuple[int, int, str] | None) -> list[ColumnElement[bool]]:
    """What comes behind the last row of the page before."""
    if after is None:
        return []
    row, (day, importance, number) = table.c, after
    if wanted.oldest_first:
        later = or_(row.importance > importance, and_(row.importance == importance, row.id < number))
        return [row.date_order >= day, or_(row.date_order > day, later)]
    later = or_(row.importance < importance, and_(row.importance == importance, row.id > number))
    return [row.date_order <= day, or_(row.date_order < day, later)]


def _rows(table: SqlTable, wanted: Wanted, with_path: bool = True) -> Select[Any]:
    """The rows that pass the filters, but for the words in the text."""
    row = table.c
    asked = [row.market == wanted.market]
    if wanted.since is not None:
        asked += [row.date_order >= keys.lowest_order(wanted.since), row.date_end >= wanted.since]
    if wanted.until is not None:
        asked.append(row.date_order <= keys.date_order(wanted.until, "day"))
    if set(wanted.statuses) == set(IN_REPORT):
        asked.append(STANDS_IN_REPORT)  # type: ignore[arg-type]  # word for word, so that its own index serves it
    elif wanted.statuses:
        asked.append(row.status.in_(sorted(str(status) for status in wanted.statuses)))
    for column, values in ((row.type, wanted.types), (row.subtype, wanted.stages), (row.agency, wanted.agencies)):
        if values:
            asked.append(column.in_(sorted(values)))
    if wanted.places:
        asked.append(or_(row.region.in_(sorted(wanted.places)), row.country.in_(sorted(wanted.places))))
    if wanted.products:
        named = [column.icontains(name, autoescape=True) for name in sorted(wanted.products) for column in (row.product, row.generic)]
        asked.append(or_(*named))
    if wanted.players:
        asked.append(or_(*(_player(table, one) for one in wanted.players)))
    if wanted.minimum_importance > 1:
        asked.append(row.importance >= wanted.minimum_importance)
    if wanted.sources is not None:
        ours = row.source_name.in_(sorted(wanted.sources.names))
        asked.append(~ours if wanted.sources.but else ours)
    shown = [row[name] if with_path or name not in PATH else literal_column("'[]'").label(name) for name in COLUMNS]
    return select(*shown).where(*asked)


def _player(table: SqlTable, one: Lineage) -> ColumnElement[bool]:
    row = table.c
    if table is DEVELOPMENT:
        pair = DEVELOPMENT_PLAYER.c
        asked: list[ColumnElement[bool]] = [select(pair.player).where(pair.development_id == row.id, pair.player == one.player).exists()]
    else:
        asked = [row.players.contains(f'["{one.player}",', autoescape=True)]
    if one.until is not None:
        asked.append(row.event_date < one.until)
    if one.called:
        asked.append(or_(*(column.icontains(one.called, autoescape=True) for column in (row.headline, row.evidence, row.why, row.players))))
    return and_(*asked)


# ---- rows into values ------------------------------------------------------------------------------------------------


def _with_text(found: Iterable[Development], words: Sequence[str]) -> Iterator[Development]:
    wanted = [folded(word) for word in words]
    for one in found:
        if not wanted or all(word in text for text in (folded(_readable(one)),) for word in wanted):
            yield one


def _readable(one: Development) -> str:
    names = " ".join(name for _, name, _ in one.players)
    cells = (
        one.headline,
        one.line_text,
        names,
        one.product,
        one.generic,
        one.modality,
        one.indication,
        one.agency,
        one.trial,
        one.evidence,
    )
    return "\n".join(cell for cell in cells if cell)


def folded(text: str) -> str:
    """Text without case, accents and differences of writing, for finding words in it."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))


def _by_id(rows: Sequence[Any], words: Sequence[str]) -> dict[str, Development]:
    return {one.id: one for one in _with_text((development_of(row[: len(NAMES)]) for row in rows), words)}


def _states(connection: Connection, numbers: Sequence[str], at: datetime) -> dict[str, Development]:
    """What these lines said at that moment."""
    live, past = DEVELOPMENT.c, DEVELOPMENT_PAST.c
    found: dict[str, Development] = {}
    for some in chunks(numbers, 500):
        now = select(*(live[name] for name in COLUMNS)).where(live.id.in_(some), live.since <= at)
        before = select(*(past[name] for name in COLUMNS)).where(past.id.in_(some), past.since <= at, past.until > at)
        found |= _by_id(connection.execute(union_all(now, before)).all(), ())
    return found


def _differs(before: Development, now: Development) -> bool:
    return any(getattr(before, name) != getattr(now, name) for name in TOLD)


def _place(one: Development) -> tuple[int, int, str]:
    return (-keys.date_order(one.event_date, one.date_precision), -one.importance, one.id)
