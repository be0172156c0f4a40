"""Statements over many rows at once, and the few that SQLite and PostgreSQL spell differently.

Whole rows go to the driver: through a dictionary for each row, SQLAlchemy takes 1.3 times as long for 30,000 entries.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Boolean, Connection, Dialect, FromClause, Table, Text, cast, func, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from monitor.tables import UTC
from monitor.tables.columns import aware, microseconds

CHUNK = 5_000

Item = TypeVar("Item")
Cells = Sequence[Any]


def given(connection: Connection, rows: Sequence[Sequence[str | int]], *columns: str) -> FromClause:
    """Rows of the program as a table to join with: `place` counts them, `columns` name them. One parameter, however many rows.

    On PostgreSQL every cell is text: compare numbers through `whole`.
    """
    value = json.dumps(rows)
    if connection.dialect.name == "sqlite":
        listed = func.json_each(value).table_valued("key", "value")
        cells = [func.json_extract(listed.c.value, f"$[{n}]").label(name) for n, name in enumerate(columns)]
        return select(listed.c.key.label("place"), *cells).subquery("given")
    array = func.jsonb_array_elements(cast(literal(value, Text), postgresql.JSONB))
    found = array.table_valued("value", with_ordinality="key", joins_implicitly=True).render_derived()
    cells = [found.c.value.op("->>")(n).label(name) for n, name in enumerate(columns)]
    return select((found.c.key - 1).label("place"), *cells).subquery("given")


def put(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Cells], *, replace: bool = False) -> None:
    """Insert rows that hold a value for each column in that order; one whose key is known is left out, or replaces the old one."""
    names = ", ".join(_quoted(connection, columns))
    places = ", ".join([_place(connection)] * len(columns))
    clause = "DO NOTHING"
    if replace:
        key = [column.name for column in table.primary_key]
        changed = ", ".join(f"{name} = excluded.{name}" for name in _quoted(connection, [name for name in columns if name not in key]))
        clause = f"({', '.join(_quoted(connection, key))}) DO UPDATE SET {changed}"
    _run_many(connection, f"INSERT INTO {table.name} ({names}) VALUES ({places}) ON CONFLICT {clause}", table, columns, rows)  # noqa: S608  names of our own tables


def change(connection: Connection, table: Table, columns: Sequence[str], key: Sequence[str], rows: Iterable[Cells]) -> None:
    """Set columns of the rows with that key; each row holds a value for every column, then for every part of the key."""
    place = _place(connection)
    changed = ", ".join(f"{name} = {place}" for name in _quoted(connection, columns))
    where = " AND ".join(f"{name} = {place}" for name in _quoted(connection, key))
    _run_many(connection, f"UPDATE {table.name} SET {changed} WHERE {where}", table, [*columns, *key], rows)  # noqa: S608  as above


def drop(connection: Connection, table: Table, key: Sequence[str], rows: Iterable[Cells]) -> None:
    """Delete the rows with that key."""
    where = " AND ".join(f"{name} = {_place(connection)}" for name in _quoted(connection, key))
    _run_many(connection, f"DELETE FROM {table.name} WHERE {where}", table, key, rows)  # noqa: S608  as above


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    listed = list(items)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def _run_many(connection: Connection, statement: str, table: Table, columns: Sequence[str], rows: Iterable[Cells]) -> None:
    binders = _binders(connection.dialect, table, tuple(columns))
    ready = [tuple(row) for row in rows] if not binders else [_bound(row, binders) for row in rows]
    if ready:
        connection.exec_driver_sql(statement, ready)


def _bound(row: Cells, binders: Sequence[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    cells = list(row)
    for n, binder in binders:
        if cells[n] is not None:
            cells[n] = binder(cells[n])
    return tuple(cells)


@lru_cache(maxsize=256)
def _binders(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """What turns a value into what the driver takes, for the columns that need it; None is NULL for all."""
    found = ((n, _binder(dialect, table.c[name].type)) for n, name in enumerate(columns))
    return tuple((n, binder) for n, binder in found if binder is not None)


def _binder(dialect: Dialect, kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if isinstance(kind, Boolean):
        return None  # both drivers take True and False as they are
    if isinstance(kind, UTC):
        return aware if dialect.name == "postgresql" else microseconds
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _place(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def _quoted(connection: Connection, names: Sequence[str]) -> list[str]:
    return [connection.dialect.identifier_preparer.quote(name) for name in names]
