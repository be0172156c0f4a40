"""How commands print: a table for people, JSON for programs, progress only on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click


def local(moment: datetime | None) -> str:
    """A moment in the reader's zone, to the minute; "never" when there was none."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M %Z") if moment else "never"


def as_json(value: Any) -> None:
    """Print a value as JSON; moments in UTC."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def table(rows: Sequence[dict[str, Any]], *, json_wanted: bool, empty: str) -> None:
    """Print rows of equal keys; the keys are the headings."""
    if json_wanted:
        as_json(rows)
        return
    if not rows:
        click.echo(empty)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in rows[0]:
        drawn.add_column(heading.replace("_", " "), overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(_cell(value)) for value in row.values()))  # Text: what stands in a feed is never markup
    Console(width=None if sys.stdout.isatty() else 200, highlight=False).print(drawn)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return local(value)
    return "" if value is None else str(value)


class Progress:
    """A bar on a terminal, silence in a pipe; the total may be unknown."""

    def __init__(self, label: str, total: int | None = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty(),
        )  # fmt: skip
        self._task = self._bar.add_task(label, total=total)

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self._bar.stop()

    def __call__(self, count: int = 1) -> None:
        """So much more is done."""
        self._bar.advance(self._task, count)
