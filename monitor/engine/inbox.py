"""What hubs pushed, on its way to the thread that reads it: in memory, and never more than fits, so that a flood stops at the door."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock

from monitor.model import Subscription

MOST = 64
MOST_OF_ONE = 8  # of one subscription: a hub that floods us must leave room for the others
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Pushed:
    """One delivery of a hub, its signature checked."""

    subscription: Subscription
    body: bytes


class Inbox:
    """Deliveries in order. What is in it when the process ends is lost, and the next look at the source brings it."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Pushed | None] = SimpleQueue()
        self._lock = Lock()
        self._waiting: Counter[tuple[str, str, str]] = Counter()
        self._bytes = 0
        self._ignored: Counter[Subscription] = Counter()

    def offer(self, pushed: Pushed) -> bool:
        """Take a delivery in; False when there is no room."""
        key, size = pushed.subscription.key, len(pushed.body)
        with self._lock:
            if self._waiting.total() >= MOST or self._waiting[key] >= MOST_OF_ONE or self._bytes + size > MOST_BYTES:
                return False
            self._waiting[key] += 1
            self._bytes += size
            self._queue.put(pushed)
        return True

    def next(self, seconds: float | None = None) -> Pushed | None:
        """The next delivery; None once `wake` was called, or after so many seconds without one."""
        try:
            pushed = self._queue.get(timeout=seconds)
        except Empty:
            return None
        if pushed is not None:
            with self._lock:
                self._waiting[pushed.subscription.key] -= 1
                self._bytes -= len(pushed.body)
        return pushed

    def wake(self) -> None:
        """Let the one who waits for a delivery go on without."""
        self._queue.put(None)

    def ignore(self, one: Subscription) -> None:
        """Count a delivery that was not signed as it should be: in memory, because writing each would let a flood through."""
        with self._lock:
            self._ignored[one] += 1

    def ignored(self) -> Counter[Subscription]:
        """What was ignored since the last time this was asked."""
        with self._lock:
            counted, self._ignored = self._ignored, Counter()
        return counted
