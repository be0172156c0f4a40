"""How long a window a document shows, and how often that wants to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

STEPS = tuple(timedelta(minutes=minutes) for minutes in (10, 15, 30, 60, 120, 180, 360, 720, 1440))
TELLING = 5  # dated entries, fewer say nothing of a rhythm
LOOKS = 3  # within one window, so that a look may fail


@dataclass(frozen=True, slots=True)
class Window:
    """What a document shows: how many dated entries, and from when to when."""

    entries: int
    oldest: datetime
    newest: datetime

    @property
    def length(self) -> timedelta:
        """From the oldest to the newest."""
        return self.newest - self.oldest

    @property
    def tells(self) -> bool:
        """Whether there is enough of it to judge an interval by."""
        return self.entries >= TELLING and self.length > timedelta(0)


def window(moments: Iterable[datetime | None]) -> Window | None:
    """The window of these dates; None where nothing is dated."""
    dated = sorted(moment for moment in moments if moment is not None)
    return Window(len(dated), dated[0], dated[-1]) if dated else None


def interval(length: timedelta) -> timedelta:
    """How often to look at what shows so much."""
    return max((step for step in STEPS if step * LOOKS <= length), default=STEPS[0])


def short(time: timedelta) -> str:
    """A time as feeds.yaml writes it: 10m, 6h, 2d; at most two units."""
    left, words = max(int(time.total_seconds()), 0), []
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        number, left = divmod(left, seconds)
        if number:
            words.append(f"{number}{unit}")
    return "".join(words[:2]) or "0s"
