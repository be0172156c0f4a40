"""JSON with its head, and JSON Lines; both a row at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from monitor.exports.columns import About, Row, moment, row


def as_json(rows: Iterable[Row], about: About) -> Iterator[str]:
    """One object: `as_of`, `filters`, `columns`, and `rows`, one a line."""
    head = {"as_of": about.stamp, "filters": {key: about.filters[key] for key in sorted(about.filters)}, "columns": about.columns}
    yield json.dumps(head, ensure_ascii=False, default=_plain)[:-1] + ', "rows": ['
    between = "\n"
    for one in rows:
        yield between + json.dumps(row(one, about.columns), ensure_ascii=False, allow_nan=False)
        between = ",\n"
    yield "\n]}\n"


def as_lines(rows: Iterable[Row], about: About) -> Iterator[str]:
    """One object a line and nothing else."""
    for one in rows:
        yield json.dumps(row(one, about.columns), ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: object) -> object:
    """Filters come as people and commands name them: dates, tuples, sets."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)
