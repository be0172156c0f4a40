"""What the dates of a source say: how often to look at it, whether something was missed, and whether it has fallen silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from monitor.model import KINDS, Entry, Source, SourceState

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)
WEEK = timedelta(days=7)
RECOVERY = 1.1  # how much longer an interval gets with each look, once a day went by without a missed window
SILENT_PERIODS = 3  # a source may be silent for so many of its usual gaps
ENOUGH = 5  # dates before they say how a source writes
LOOKS_PER_WINDOW = 2
LOOKS_PER_GAP = 4


def in_force(source: Source, state: SourceState) -> timedelta:
    """The interval in force: the configured one, or what the source's own dates or missed windows made of it."""
    return min(max(state.every or source.every, _fastest(source)), _slowest(source))


def interval(source: Source, state: SourceState, entries: Sequence[Entry], missed: bool, now: datetime) -> timedelta:
    """The interval after a good look: halved when a window was missed, otherwise nearer to what the source's dates ask for.

    It is shortened at once and made longer slowly, and only once a day went by without a missed window.
    """
    every = in_force(source, state)
    if missed:
        return max(every / 2, _fastest(source))
    fitting = _fitting(source, entries, now) if entries else max(every, source.every if state.last_missed_window else every)
    if fitting <= every:
        return fitting
    calm = state.last_missed_window is None or now - state.last_missed_window >= LONGEST
    return min(every * RECOVERY, fitting) if calm else every


def _fitting(source: Source, entries: Sequence[Entry], now: datetime) -> timedelta:
    """What a source's dates ask for, within the admin's bounds: twice in the time its window spans, four times in its usual gap."""
    dates = _dates(entries, now)
    if len(dates) < ENOUGH:
        return source.every
    gap = _gap(dates)
    if source.fastest is not None and _has_window(source):
        soon = max((dates[-1] - dates[0]) / LOOKS_PER_WINDOW, _fastest(source))
        if soon < source.every:
            return soon
    return max(source.every, min(gap / LOOKS_PER_GAP, _slowest(source)))


def _fastest(source: Source) -> timedelta:
    least = KINDS[source.kind].least_every if source.kind in KINDS else SHORTEST  # what the publisher's documents ask for
    return min(max(SHORTEST if source.fastest is None else source.fastest, least), source.every)


def _slowest(source: Source) -> timedelta:
    return max(source.slowest or source.every, source.every)


def _has_window(source: Source) -> bool:
    return source.kind not in KINDS or KINDS[source.kind].window


# ---- what was missed, and silence --------------------------------------------------------------------------------------


def missed_window(source: Source, state: SourceState, entries: Sequence[Entry]) -> bool:
    """Whether everything in a document is newer than the newest of the last one, so that entries may have come and gone between.

    Undated entries prove nothing, and several that all carry one date were dated by the hour of the look.
    """
    if state.newest_published is None or state.last_check is None or not _has_window(source):
        return False
    dates = [entry.published for entry in entries if entry.published is not None]
    if not dates or len(dates) < len(entries) or (len(dates) > 1 and len(set(dates)) == 1):
        return False
    return min(dates) > min(state.newest_published, state.last_check)  # a date in the future is nobody's last news


def silent_since(state: SourceState, entries: Sequence[Entry], now: datetime, least: timedelta = WEEK) -> datetime | None:
    """Since when a source has been silent, when that is far longer than its rhythm: three of its usual gaps, and `least` at least.

    Its rhythm is that of its dates; where it gives none, that of the looks which brought something. Of a register that has
    neither nobody knows it.
    """
    undated = not any(entry.published for entry in entries)
    if state.last_entry is None or (least > WEEK and undated and state.rhythm is None):
        return None
    dates = _dates(entries, now)
    newest = max([state.last_entry, *dates[-1:]])
    usual = _gap(dates) or state.rhythm or timedelta(0)
    return newest if now - newest > max(usual * SILENT_PERIODS, least) else None


def in_the_future(entries: Sequence[Entry], now: datetime) -> int:
    """How many entries are dated later than the day after now; until then it may be another time zone."""
    return sum(entry.published is not None and entry.published > now + LONGEST for entry in entries)


def _dates(entries: Sequence[Entry], now: datetime) -> list[datetime]:
    return sorted(entry.published for entry in entries if entry.published is not None and entry.published <= now)


def _gap(dates: Sequence[datetime]) -> timedelta:
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(dates)]
    return timedelta(seconds=median(gaps)) if gaps else timedelta(0)
