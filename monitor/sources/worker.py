"""The process in which documents are read: whatever one does to its reader, this process is what suffers, and it can be ended.

It is started for the purpose, knows no secrets of its parent's environment, and imports nothing of the monitor but sources/ and model.
Requests and answers are JSON behind their length: nothing that came out of a hostile document is ever unpickled.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import struct
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from io import BufferedRWPair
from pathlib import Path

from monitor.model import KINDS, Entry, Options, Outcome
from monitor.sources.document import Document

HEAVY = 160 << 20  # a worker that holds so much after a document is replaced: Python seldom gives memory back
LENGTH = struct.Struct(">I")
READY = b"ready"

Read = Callable[[bytes, str, str, Options], Document]


def main(memory: int) -> None:
    """Read what arrives on standard input, which is a socket, until it closes."""
    _limit(memory)
    reader = _reader("feed")
    gc.freeze()  # what was imported is never garbage
    gc.set_threshold(50_000)
    with socket.socket(fileno=os.dup(0)) as connection, connection.makefile("rwb") as stream:
        _send(stream, READY)
        while (head := receive(stream)) is not None and (body := receive(stream)) is not None:
            kind, url, source, options = json.loads(head)
            reader = _reader(kind)
            last = False
            try:
                document = reader(body, url, source, {name: tuple(values) for name, values in options.items()})
            except MemoryError:
                document, last = Document(Outcome.PARSE_ERROR, detail="reading it takes more memory than is granted"), True
            last = last or _is_heavy()
            _send(stream, encoded(document, last))
            if last:
                return


def _limit(memory: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent decides: it lets finish what was begun, and then closes the socket
    try:
        import resource
    except ImportError:
        return  # no such limits on this system; the time limit holds everywhere
    for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _is_heavy() -> bool:
    # Not getrusage: its figure begins with that of the parent.
    try:
        resident = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return False  # not told on this system
    return resident * os.sysconf("SC_PAGE_SIZE") > HEAVY


def _reader(kind: str) -> Read:
    read: Read = import_module(KINDS[kind].module).read
    return read


# ---- the line between parent and worker ------------------------------------------------------------------------------


def receive(stream: BufferedRWPair) -> bytes | None:
    """The next message, or None when the other side has gone."""
    length = stream.read(LENGTH.size)
    if len(length) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(length)
    message = stream.read(size)
    return message if len(message) == size else None


def _send(stream: BufferedRWPair, message: bytes) -> None:
    stream.write(LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def encoded(document: Document, last: bool) -> bytes:
    """A document as a message; `last` when the worker ends after it."""
    entries = [
        (
            entry.identity, entry.title, entry.lead, entry.body, entry.link, entry.guid, entry.authors, entry.published_text,
            entry.published.isoformat() if entry.published else None, entry.language, entry.content_hash,
        )
        for entry in document.entries
    ]  # fmt: skip
    said = (document.outcome, document.identity, document.unreadable, document.detail, document.next_page, document.hub, document.topic)
    return json.dumps((*said, last, entries)).encode()


def decoded(message: bytes, source: str, language: str) -> tuple[Document, bool]:
    """The document in a message, its entries filled up with what only the parent knows, and whether the worker ends now."""
    outcome, identity, unreadable, detail, next_page, hub, topic, last, entries = json.loads(message)
    read = tuple(
        Entry(
            source, key, title, lead, body, link, guid, tuple(authors), text, datetime.fromisoformat(at) if at else None,
            tongue or language, digest,
        )
        for key, title, lead, body, link, guid, authors, text, at, tongue, digest in entries
    )  # fmt: skip
    return Document(Outcome(outcome), read, identity, unreadable, detail, next_page, hub, topic), last
