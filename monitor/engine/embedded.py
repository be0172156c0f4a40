"""Threads for waiting on the network, in this process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Threads(Generic[Item, Result]):
    """A fixed number of threads that work through items and hand the results back in groups, as they are ready."""

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="look")
        self._draining = threading.Event()

    def unordered(
        self, work: Callable[[Item], Result], failed: Callable[[Item, Exception], Result], items: Iterable[Item], most: int = 200
    ) -> Iterator[list[Result]]:
        """Yield every result exactly once, in groups of whatever is ready (at most `most`), so that the store can commit groups."""
        ready: SimpleQueue[Result | None] = SimpleQueue()

        def run(item: Item) -> None:
            if self._draining.is_set():
                ready.put(None)  # never begun: its lease in the store runs out
                return
            try:
                result = work(item)
            except Exception as error:  # the outermost edge of a job: a fault of ours with one source must not stop the others
                log.exception("a job failed on %s", item)
                result = failed(item, error)
            ready.put(result)

        waiting = 0
        for item in items:
            self._pool.submit(run, item)
            waiting += 1
        while waiting:
            group = [ready.get()]
            try:
                while len(group) < most:
                    group.append(ready.get_nowait())
            except Empty:
                pass
            waiting -= len(group)
            if done := [result for result in group if result is not None]:
                yield done

    def drain(self) -> None:
        """Finish what was begun; what waits is given up."""
        self._draining.set()

    def close(self) -> None:
        """Finish what was begun, take nothing new."""
        self._pool.shutdown(wait=True, cancel_futures=True)
