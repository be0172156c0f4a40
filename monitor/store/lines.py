"""Rows of the development table ↔ what is decided about them in freezing.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select

from monitor.model import Confirmation, Development, Due, Reason, Status
from monitor.store import freezing, keys
from monitor.store.freezing import Kept
from monitor.store.statements import drop, given, put
from monitor.store.values import dump, load
from monitor.tables import DEVELOPMENT, DEVELOPMENT_PAST, DEVELOPMENT_PLAYER, EVENT, REPORT

NAMES = tuple(one.name for one in fields(Development))
LINES = select(*(DEVELOPMENT.c[name] for name in NAMES))
STATUS = NAMES.index("status")
STATUSES = {str(status): status for status in Status}
STATE = (*NAMES, "date_order", "date_end")
ROW = (*STATE, "proposed_line", "proposal")
ID = NAMES.index("id")
KINDS: dict[str, Any] = {
    "players": tuple[tuple[str, str, str], ...], "why": tuple[Reason, ...], "sources": tuple[tuple[str, str], ...],
    "confirmed": Confirmation, "due": Due,
}  # fmt: skip
JSON = [(NAMES.index(name), kind) for name, kind in KINDS.items()]


def development_of(row: Sequence[Any]) -> Development:
    """The value of a row of LINES."""
    cells = list(row)
    cells[STATUS] = STATUSES[cells[STATUS]]
    for place, kind in JSON:
        cells[place] = None if cells[place] is None else load(kind, cells[place])
    return Development(*cells)


def kept_where(connection: Connection, condition: ColumnElement[bool]) -> list[Kept]:
    """The stored lines for which that holds, by id."""
    asked = LINES.add_columns(DEVELOPMENT.c.proposed_line, DEVELOPMENT.c.proposal).where(condition).order_by(DEVELOPMENT.c.id)
    return [
        Kept(development_of(cells), line, None if proposal is None else load(Development, proposal))
        for *cells, line, proposal in connection.execute(asked)
    ]


def write_lines(connection: Connection, lines: Sequence[Kept], now: datetime) -> None:
    """Write lines, new or known, with the players they name; what a line said until now is kept beside it."""
    before = _standing(connection, [kept.development.id for kept in lines])
    rows, past = [], []
    for kept in lines:
        row, standing = _row(kept), before.get(kept.development.id)
        since = now
        if standing is not None:
            *told, since_then = standing
            if tuple(told) == row[: len(STATE)]:
                since = since_then
            elif since_then < now:
                past.append((*standing, now))
        rows.append((*row, since))
    put(connection, DEVELOPMENT, (*ROW, "since"), rows, replace=True)
    put(connection, DEVELOPMENT_PAST, (*STATE, "since", "until"), past)
    drop(connection, DEVELOPMENT_PLAYER, ("development_id",), ((kept.development.id,) for kept in lines))
    pairs = ((kept.development.id, player) for kept in lines for player in dict.fromkeys(each[0] for each in kept.development.players))
    put(connection, DEVELOPMENT_PLAYER, ("development_id", "player"), pairs)


def _standing(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """The rows of these lines as they are stored, with since when."""
    if not numbers:
        return {}
    asked = given(connection, [[number] for number in numbers], "id")
    columns = [DEVELOPMENT.c[name] for name in (*STATE, "since")]
    rows = connection.execute(select(*columns).join_from(asked, DEVELOPMENT, DEVELOPMENT.c.id == asked.c.id))
    return {row[ID]: tuple(row) for row in rows}


def withdraw_told_by_nobody(connection: Connection, events: Iterable[str], now: datetime) -> None:
    """End those of the events that have no report left, and withdraw their lines; what a person decided stays, with a flag."""
    wanted = sorted(events)
    if not wanted:
        return
    asked = given(connection, [[event] for event in wanted], "id")
    told = set(connection.execute(select(REPORT.c.event_id).join_from(asked, REPORT, REPORT.c.event_id == asked.c.id)).scalars())
    gone = [event for event in wanted if event not in told]
    write_lines(connection, freezing.told_by_nobody(kept_where(connection, DEVELOPMENT.c.event.in_(gone)), now), now)
    connection.execute(delete(EVENT).where(EVENT.c.id.in_(gone)))


def _row(kept: Kept) -> tuple[Any, ...]:
    one = kept.development
    cells = [getattr(one, name) for name in NAMES]
    cells[STATUS] = str(one.status)
    for place, kind in JSON:
        cells[place] = None if cells[place] is None else dump(cells[place], kind)
    order = keys.date_order(one.event_date, one.date_precision)
    end = keys.last_day(one.event_date, one.date_precision)
    return (*cells, order, end, kept.proposed_line, None if kept.proposal is None else dump(kept.proposal))
