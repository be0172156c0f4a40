"""Bytes in, entries out: one module for each kind of source, read in processes that can be ended.

A new kind is a module with `read(body, url, source, options) -> Document` and a line in the table of kinds, monitor/model/kinds.py.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from queue import LifoQueue
from time import monotonic
from typing import TypeVar

from monitor.errors import FetchError, MonitorError
from monitor.model import KINDS, Outcome, Source
from monitor.sources.document import Document
from monitor.sources.worker import LENGTH, READY, decoded

__all__ = ["Document", "Reader", "addresses", "at_first"]

T = TypeVar("T")

SECONDS = 5.0  # for one document
MEMORY = 1 << 30  # for one worker, as addresses: what it really holds is far less
START_SECONDS = 60.0  # for a worker to come up on a busy machine
ROOT = Path(__file__).parents[2]
START = "import sys; sys.path.append(sys.argv[1]); from monitor.sources.worker import main; main(int(sys.argv[2]))"
KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "SYSTEMROOT", "TZ")  # no secrets


def addresses(source: Source, now: datetime) -> tuple[str, ...]:
    """Where to look for this source at that moment, the first that is there: some kinds ask for a span of days or this month's file."""
    kind = KINDS.get(source.kind)
    if kind is None or not kind.dated:
        return (source.url,)
    found: str | tuple[str, ...] = import_module(kind.module).address(source.url, source.said(), now)
    return (found,) if isinstance(found, str) else found


def at_first(source: Source, now: datetime, ask: Callable[[str], T]) -> T:
    """The answer at the first address of `addresses` that is there; raises what `ask` raises, FetchError."""
    *earlier, last = addresses(source, now)
    for url in earlier:
        try:
            return ask(url)
        except FetchError as error:
            if error.outcome is not Outcome.GONE:
                raise
    return ask(last)


class Ended(Exception):  # noqa: N818
    """A worker is no more; the text says how it ended."""


class Reader:
    """Reads documents for many threads in a few processes, which are started when first needed."""

    def __init__(self, workers: int = 2, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._workers, self._seconds, self._memory = workers, seconds, memory
        # The last one used is the next one used, so that a quiet monitor has one process and not all of them.
        self._idle: LifoQueue[Worker | None] = LifoQueue()
        for _ in range(workers):
            self._idle.put(None)

    def read(self, kind: str, body: bytes, source: Source, url: str) -> Document:
        """What stands in a body that came from `url`; a document that cannot be read is one too, with its outcome."""
        if kind not in KINDS:
            raise MonitorError(f"{source.name}: {kind!r} is no kind of source; there is: {', '.join(KINDS)}")
        worker = self._idle.get()
        try:
            tried = worker is not None
            while True:
                worker = worker or Worker(self._memory)
                try:
                    document, last = worker.read(kind, body, source, url, self._seconds)
                except Ended as error:
                    worker.kill()
                    worker = None
                    # One that was idle may have been ended by anybody. A new one that ends is ended by this document.
                    if tried and not isinstance(error.__cause__, TimeoutError):
                        tried = False
                        continue
                    return Document(Outcome.PARSE_ERROR, detail=str(error))
                if last:
                    worker.close()
                    worker = None
                return document
        except BaseException:
            if worker is not None:
                worker.kill()
                worker = None
            raise
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End the processes; waits for those that still read."""
        for _ in range(self._workers):
            if (worker := self._idle.get()) is not None:
                worker.close()
        for _ in range(self._workers):
            self._idle.put(None)


class Worker:
    """One process, seen from the parent. Used by one thread at a time."""

    def __init__(self, memory: int) -> None:
        self._socket, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        with theirs:
            # Started anew, never forked: a fork of a process with threads may wait for ever on a lock nobody holds.
            command = [sys.executable, "-P", "-c", START, str(ROOT), str(memory)]
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=environment)  # noqa: S603  (our own)
        self._until = monotonic() + START_SECONDS
        try:
            if self._receive() != READY:
                raise Ended("it speaks another language")
        except Ended as error:
            self.kill()
            raise MonitorError(f"the process that reads documents could not be started: {error}") from error

    def read(self, kind: str, body: bytes, source: Source, url: str, seconds: float) -> tuple[Document, bool]:
        """What stands in the body, and whether the worker ends now; raises Ended when it did not live to tell."""
        head = json.dumps((kind, url, source.name, source.said())).encode()
        self._until = monotonic() + seconds
        try:
            self._wait()
            self._socket.sendall(b"".join((LENGTH.pack(len(head)), head, LENGTH.pack(len(body)), body)))
        except TimeoutError as error:
            raise Ended(f"reading it takes longer than {seconds:g} seconds") from error
        except OSError as error:
            raise Ended("its reader ended") from error
        try:
            return decoded(self._receive(), source.name, source.language)
        except TimeoutError as error:
            raise Ended(f"reading it takes longer than {seconds:g} seconds") from error

    def _receive(self) -> bytes:
        (size,) = LENGTH.unpack(self._exactly(LENGTH.size))
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        pieces, missing = [], size
        try:
            while missing:
                self._wait()
                piece = self._socket.recv(min(missing, 1 << 20))
                if not piece:
                    raise Ended("its reader ended without an answer")
                pieces.append(piece)
                missing -= len(piece)
        except TimeoutError:
            raise
        except OSError as error:
            raise Ended("its reader ended without an answer") from error
        return b"".join(pieces)

    def _wait(self) -> None:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)

    def close(self) -> None:
        """Let it end by itself; it does at once, because it is idle."""
        self._socket.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it whatever it does."""
        self._process.kill()
        self._process.wait()
        self._socket.close()
