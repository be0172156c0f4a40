"""What a look says about its source and when the next one is: politeness towards hosts, and one pure decision for each look."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

from monitor import websub
from monitor.errors import FetchError
from monitor.model import KINDS, Entry, Outcome, Page, Poll, Source, SourceState, Validators
from monitor.rhythm import LONGEST, WEEK, in_force, in_the_future, interval, missed_window, silent_since
from monitor.sources import Document

BEHIND_A_WALL = timedelta(minutes=30)  # asking again at once makes a wall higher
LOST_AFTER = 8  # looks that found nothing (404) before a source counts as gone like one that says so (410)
QUIET_SEASON = timedelta(weeks=13)  # in which a register may have nothing to record: regulators have holidays, and rare decisions
READABLE = frozenset({Outcome.OK, Outcome.EMPTY})
LASTING = frozenset({Outcome.MOVED, Outcome.HELD})  # do not end because a server says that nothing changed


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
    if result.moved_to and result.moved_to == state.refused_move:
        refused = f"leads for good to {result.moved_to}, which was refused: correct its url, or set enabled: false"
        return _failed(look, FetchError(source.name, Outcome.GONE, refused, status=result.status), result.moved_to)
    if document is not None and document.outcome in READABLE:
        return _read(look, result, document)
    outcome = document.outcome if document else Outcome.PARSE_ERROR
    detail = document.detail if document else "nothing could read it"
    return _failed(look, FetchError(source.name, outcome, detail, status=result.status), result.moved_to)


def _read(look: _Look, page: Page, document: Document) -> Poll:
    source, state = look.source, look.state
    missed = missed_window(source, state, document.entries)
    every = interval(source, state, document.entries, missed, look.finished)
    # What a 404 says that was read, and what its reader explains, is no odd answer.
    suspicious = not document.entries and state.entries > 0 and page.status == 200 and not document.detail
    least = WEEK if KINDS[source.kind].window else QUIET_SEASON
    silence = silent_since(state, document.entries, look.finished, least) if document.entries and not page.moved_to else None
    detail = document.detail
    if silence:
        detail = f"nothing new since {silence:%Y-%m-%d}, which is long for this source"
    elif suspicious:
        detail = "a feed without a single entry, where there were some before"
    elif missed:
        detail = "everything in it is newer than the last look's newest entry: some may have come and gone unseen"
    elif page.moved_to:
        detail = f"leads for good to {page.moved_to}: `monitor sources accept {source.name}` writes that into feeds.yaml"
    elif not detail and (ahead := in_the_future(document.entries, look.finished)):
        detail = f"{ahead} of its {len(document.entries)} entries are dated in the future: the day they were first seen counts instead"
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
    if page.moved_to:
        return Outcome.MOVED
    return Outcome.STALE if silence else Outcome.OK


def _unchanged(look: _Look) -> Poll:
    source, state = look.source, look.state
    every = interval(source, state, (), missed=False, now=look.finished)
    silence = look.finished - state.last_entry if state.last_entry else timedelta(0)
    still_empty = state.outcome is Outcome.EMPTY and not state.entries
    lasting = state.outcome in LASTING or still_empty or (state.outcome is Outcome.STALE and silence > WEEK)
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


def _told(source: Source, every: timedelta) -> timedelta | None:
    return every if every != source.every else None
