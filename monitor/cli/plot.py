"""The last weeks of each source as a line of text: a column for each day. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.store import Look

FINE = {"ok", "not_modified"}
LONGEST_NAME = 30
CHANGES = 3  # of a source, the latest
FEWEST = 7


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands for a day."""

    heights: str  # few entries to many
    none: str
    trouble: str


BLOCKS, PLAIN = Marks("▁▂▃▄▅▆▇█", "·", "×"), Marks("12345678", ".", "x")


def marks(encoding: str) -> Marks:
    """Blocks, where the terminal can write them."""
    try:
        (BLOCKS.heights + BLOCKS.none + BLOCKS.trouble).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return PLAIN
    return BLOCKS


def lines(names: Sequence[str], looks: Iterable[Look], start: datetime, now: datetime, width: int, using: Marks) -> Iterator[str]:
    """The plot: what the marks mean, then for each source its days and its latest changes of state. Days are UTC."""
    by_source: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        by_source[look.source].append(look)
    label = min(max(map(len, names), default=0), LONGEST_NAME)
    room = max(width - label - 10, FEWEST)
    span = (now.date() - start.date()).days + 1
    days = [now.date() - timedelta(days=ago) for ago in reversed(range(min(room, span)))]
    low, high = using.heights[0], using.heights[-1]
    yield f"{days[0]} to {days[-1]}, a column for each day: {low} to {high} entries, {using.none} none, {using.trouble} in trouble"
    for name in names:
        mine = by_source[name]
        new, worst = _entries(mine), _trouble(mine, days)
        most = max((new[day] for day in days), default=0)
        cells = "".join(_cell(new[day], most, worst.get(day), using) for day in days)
        yield f"{name[:label]:{label}}  {cells}  {sum(new[day] for day in days)} new".rstrip()
        if changes := _changes(mine, days[0]):
            yield f"{'':{label}}  {', '.join(changes)}"


def _entries(looks: Sequence[Look]) -> dict[date, int]:
    found: dict[date, int] = defaultdict(int)
    for look in looks:
        found[look.at.date()] += look.new
    return found


def _trouble(looks: Sequence[Look], days: Sequence[date]) -> dict[date, bool]:
    """Whether a source was in trouble at the end of each day; days before its first look are left out."""
    found: dict[date, bool] = {}
    waiting, state = list(looks), None
    for day in days:
        while waiting and waiting[0].at.date() <= day:
            state = waiting.pop(0).outcome
        if state is not None:
            found[day] = state not in FINE
    return found


def _cell(new: int, most: int, trouble: bool | None, using: Marks) -> str:
    if new:
        return using.heights[(new * len(using.heights) - 1) // most]
    return " " if trouble is None else using.trouble if trouble else using.none


def _changes(looks: Sequence[Look], first: date) -> list[str]:
    """`4 May blocked`, the latest few; going from ok to not modified is none."""
    found, before = [], None
    for look in looks:
        state = "ok" if look.outcome in FINE else str(look.outcome).replace("_", " ")
        if state != before and before is not None and look.at.date() >= first:
            found.append(f"{look.at:%-d %b} {state}")
        before = state
    return found[-CHANGES:]
