"""Parquet with real types, through pyarrow (extra `parquet`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

from monitor.errors import MonitorError
from monitor.exports.columns import MOMENTS, NUMBERS, WHOLE, About, Row, typed

GROUP = 10_000  # rows held at a time


def parquet(rows: Iterable[Row], about: About, file: IO[bytes]) -> None:
    """Write the file; `as_of` and the filters stand in the metadata of its schema. Raises MonitorError without pyarrow."""
    try:
        import pyarrow as arrow
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise MonitorError('Parquet needs pyarrow: pip install "market-monitor[parquet]"') from error
    told = {"as_of": about.stamp, "filters": json.dumps(dict(about.asked), ensure_ascii=False)}
    schema = arrow.schema([arrow.field(name, _kind(arrow, name)) for name in about.columns], metadata=told)
    with ParquetWriter(file, schema) as writer:
        waiting = iter(rows)
        while some := [typed(one, about.columns) for one in islice(waiting, GROUP)]:
            writer.write_table(arrow.Table.from_pylist(some, schema=schema))


def _kind(arrow: Any, name: str) -> Any:
    """The type of a column."""
    if name == "event_date":
        return arrow.date32()
    if name == "players":
        return arrow.list_(arrow.struct([(part, arrow.string()) for part in ("id", "name", "role")]))
    if name in MOMENTS:
        return arrow.timestamp("us", "UTC")
    if name in WHOLE:
        return arrow.int64()
    return arrow.float64() if name in NUMBERS else arrow.string()
