"""How often to look, and what a look says about its source: politeness towards hosts, and one pure decision for each look."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from threading import Lock
from urllib.parse import urlsplit

from monitor import websub
from monitor.errors import FetchError
from monitor.model import KINDS, Entry, Outcome, Page, Poll, Source, SourceState, Validators
from monitor.sources import Document

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)
BEHIND_A_WALL = timedelta(minutes=30)  # asking again at once makes a wall higher
WEEK = timedelta(days=7)
LOST_AFTER = 8  # looks that found nothing (404) before a source counts as gone like one that says so (410)
RECOVERY = 1.1  # how much longer an interval gets with each look, once a day went by without a missed window
SILENT_PERIODS = 3  # a feed may be silent for so many of its usual gaps
QUIET_SEASON = timedelta(weeks=13)  # in which a register may have nothing to record: regulators have holidays, and rare decisions
READABLE = frozenset({Outcome.OK, Outcome.EMPTY})


# ---- politeness ------------------------------------------------------------------------------------------------------


@dataclass
class _Host:
    lock: Lock = field(default_factory=Lock)
    free_at: float = 0.0


class HostPacer:
    """Lets one request at a time go to a host, with a pause between their starts. With a pause of 0 it lets everything through."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()

    @contextmanager
    def turn(self, url: str) -> Iterator[None]:
        """Wait for this host's turn; it lasts as long as the `with` block."""
        if self._seconds <= 0:
            yield
            return
        with self._lock:
            host = self._hosts.setdefault(_host(url), _Host())
        with host.lock:
            if (wait := host.free_at - time.monotonic()) > 0:
                time.sleep(wait)
            host.free_at = time.monotonic() + self._seconds
            yield


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


# ---- the decision ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a source, whatever it brought."""

    source: Source
    state: SourceState
    started: datetime
    finished: datetime
    jitter: float


def decide(
    source: Source,
    state: SourceState,
    result: Page | FetchError | None,
    document: Document | None,
    *,
    started: datetime,
    finished: datetime,
    jitter: float,
) -> Poll:
    """What a look brought and when to look again. `result` None: not modified. `jitter` is a random number from 0 to 1."""
    look = _Look(source, state, started, finished, jitter)
    if isinstance(result, FetchError):
        return _failed(look, result)
    if result is None:
        return _unchanged(look)
    if document is not None and document.outcome in READABLE:
        return _read(look, result, document)
    outcome = document.outcome if document else Outcome.PARSE_ERROR
    detail = document.detail if document else "nothing could read it"
    return _failed(look, FetchError(source.name, outcome, detail, status=result.status), result.moved_to)


def _read(look: _Look, page: Page, document: Document) -> Poll:
    source, state = look.source, look.state
    window = KINDS[source.kind].window
    missed = window and missed_window(state, document.entries)
    every = interval(source, state, missed, look.finished)
    # What a 404 says that was read, and what its reader explains, is no odd answer.
    suspicious = not document.entries and state.entries > 0 and page.status == 200 and not document.detail
    silence = silent_since(state, document.entries, look.finished, WEEK if window else QUIET_SEASON) if document.entries else None
    detail = document.detail
    if silence:
        detail = f"nothing new since {silence:%Y-%m-%d}, which is long for this source"
    elif suspicious:
        detail = "a feed without a single entry, where there were some before"
    elif missed:
        detail = "everything in it is newer than the last look's newest entry: some may have come and gone unseen"
    return Poll(
        source=source.name,
        outcome=_judged(page, document, silence),
        started=look.started,
        finished=look.finished,
        next_check=look.finished + every,
        entries=document.entries,
        validators=None if suspicious else page.validators,  # what an odd answer stands for is asked for again
        status=page.status,
        detail=detail,
        moved_to=page.moved_to,
        every=_told(source, every),
        parse_failures=document.unreadable,
        wanted_identity=document.identity,
        missed_window=missed,
        hub=websub.offered(page, document) if source.kind == "feed" and document.entries else None,
    )


def pushed(source: Source, entries: Sequence[Entry], now: datetime) -> Poll:
    """What a hub brought, as a look that says nothing of the source's state: it shows a part of the feed."""
    return Poll(source.name, Outcome.OK, now, now, now, tuple(entries), detail="pushed by the hub", pushed=True)


def _judged(page: Page, document: Document, silence: datetime | None) -> Outcome:
    if not document.entries:
        return Outcome.EMPTY
    if silence:
        return Outcome.STALE
    return Outcome.MOVED if page.moved_to else Outcome.OK


def _unchanged(look: _Look) -> Poll:
    source, state = look.source, look.state
    every = interval(source, state, missed=False, now=look.finished)
    silence = look.finished - state.last_entry if state.last_entry else timedelta(0)
    # Silence and an old address do not end because a server says that nothing changed.
    lasting = state.outcome is Outcome.MOVED or (state.outcome is Outcome.STALE and silence > WEEK)
    return Poll(
        source=source.name,
        outcome=state.outcome if lasting and state.outcome else Outcome.NOT_MODIFIED,
        started=look.started,
        finished=look.finished,
        next_check=look.finished + every,
        validators=Validators() if _another_week(state, look.finished) else None,
        status=304,
        detail=state.detail if lasting else "",
        moved_to=state.moved_to,
        every=_told(source, every),
    )


def _another_week(state: SourceState, now: datetime) -> bool:
    """Whether one more week of silence is over: then the whole feed is asked for, to see whether the silence is still its rhythm."""
    if state.last_entry is None or state.last_check is None:
        return False
    return (now - state.last_entry) // WEEK > (state.last_check - state.last_entry) // WEEK


def _failed(look: _Look, error: FetchError, moved_to: str | None = None) -> Poll:
    source, state = look.source, look.state
    return Poll(
        source=source.name,
        outcome=error.outcome,
        started=look.started,
        finished=look.finished,
        next_check=look.finished + _pause(look, error),
        status=error.status,
        detail=error.detail,
        moved_to=moved_to or state.moved_to,
        every=_told(source, in_force(source, state)),
        failures=state.failures + 1,
    )


# ---- when to look again ----------------------------------------------------------------------------------------------


def _pause(look: _Look, error: FetchError) -> timedelta:
    """How long to leave a source alone after a failure."""
    source, state, failures = look.source, look.state, look.state.failures + 1
    longest = max(LONGEST, source.every)
    shortest = BEHIND_A_WALL if error.outcome is Outcome.BLOCKED else timedelta(0)
    if error.retry_after is not None:
        return min(max(error.retry_after - look.finished, in_force(source, state), shortest), longest)
    # Once it may be a mistake of theirs; said again, or not found for days, it is over.
    if error.outcome is Outcome.GONE and state.outcome is Outcome.GONE and (error.status == 410 or failures > LOST_AFTER):
        return max(WEEK, source.every)
    doubled = min(source.every * (1 << min(failures - 1, 20)), longest)
    return max(min(doubled * (0.8 + 0.4 * look.jitter), longest), shortest)


def in_force(source: Source, state: SourceState) -> timedelta:
    """The interval in force: the configured one, or a shorter one since a window was missed."""
    return min(state.every or source.every, source.every)


def interval(source: Source, state: SourceState, missed: bool, now: datetime) -> timedelta:
    """The interval after a good look: halved when a window was missed, slowly longer again when none was for a day."""
    every = in_force(source, state)
    if missed:
        return max(every / 2, min(SHORTEST, source.every))
    calm = state.last_missed_window is None or now - state.last_missed_window >= LONGEST
    return min(every * RECOVERY, source.every) if calm else every


def _told(source: Source, every: timedelta) -> timedelta | None:
    return every if every < source.every else None


# ---- what the dates say ----------------------------------------------------------------------------------------------


def missed_window(state: SourceState, entries: Sequence[Entry]) -> bool:
    """Whether everything in a document is newer than the newest of the last one, so that entries may have come and gone between.

    Undated entries prove nothing, and several that all carry one date were dated by the hour of the look.
    """
    if state.newest_published is None or state.last_check is None:
        return False
    dates = [entry.published for entry in entries if entry.published is not None]
    if not dates or len(dates) < len(entries) or (len(dates) > 1 and len(set(dates)) == 1):
        return False
    return min(dates) > min(state.newest_published, state.last_check)  # a date in the future is nobody's last news


def silent_since(state: SourceState, entries: Sequence[Entry], now: datetime, least: timedelta = WEEK) -> datetime | None:
    """Since when a source has been silent, when that is far longer than its rhythm: three of its usual gaps, and `least` at least.

    Of a register without dates nobody knows the rhythm.
    """
    if state.last_entry is None or (least > WEEK and not any(entry.published for entry in entries)):
        return None
    dates = sorted(entry.published for entry in entries if entry.published is not None and entry.published <= now)
    newest = max([state.last_entry, *dates[-1:]])
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(dates)]
    usual = timedelta(seconds=median(gaps)) if gaps else timedelta(0)
    return newest if now - newest > max(usual * SILENT_PERIODS, least) else None
