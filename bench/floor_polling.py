"""The least that polling can cost: raw sockets in one selector loop, expat, raw SQL. Understands one server's one format and nothing else.

`python -m bench.floor_polling PORT FEEDS DATABASE IN_FLIGHT` polls all feeds twice and prints what both polls took.
"""

from __future__ import annotations

import json
import selectors
import socket
import sqlite3
import sys
from collections.abc import Iterator
from xml.parsers import expat

from bench.measuring import Sample, measured

SCHEMA = """
CREATE TABLE IF NOT EXISTS feed (id INTEGER PRIMARY KEY, etag TEXT, looked INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, feed INTEGER NOT NULL, guid TEXT NOT NULL, title TEXT, link TEXT, published TEXT,
    text TEXT, UNIQUE (feed, guid));
CREATE INDEX IF NOT EXISTS ix_entry_published ON entry (published);
CREATE INDEX IF NOT EXISTS ix_entry_link ON entry (link);
"""
FIELDS = {"guid": 0, "title": 1, "link": 2, "pubDate": 3, "description": 4}


class Line:
    """One connection that asks for one feed after the other."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.feed = -1
        self.read = bytearray()

    def ask(self, feed: int, etag: str | None) -> None:
        """Send a request."""
        self.feed = feed
        self.read.clear()
        asked = f"If-None-Match: {etag}\r\n" if etag else ""
        self.socket.send(f"GET /{feed}.xml HTTP/1.1\r\nHost: 127.0.0.1\r\n{asked}\r\n".encode())

    def answer(self) -> tuple[int, str | None, bytes] | None:
        """Status, ETag and body, once all of it is there."""
        self.read += self.socket.recv(1 << 18)
        end = self.read.find(b"\r\n\r\n")
        if end < 0:
            return None
        lines = self.read[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        if len(self.read) < end + 4 + length:
            return None
        return int(lines[0].split(" ")[1]), headers.get("etag"), bytes(self.read[end + 4 :])


def entries(body: bytes) -> list[list[str]]:
    """guid, title, link, published and text of each item."""
    found: list[list[str]] = []
    place = -1
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal place
        if name == "item":
            found.append([""] * 5)
        place = FIELDS.get(name, -1) if found else -1

    def end(_: str) -> None:
        nonlocal place
        place = -1

    def text(read: str) -> None:
        if place >= 0:
            found[-1][place] += read

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.Parse(body, True)
    return found


def poll(port: int, feeds: int, database: sqlite3.Connection, number: int, in_flight: int) -> None:
    """Look at every feed once, `in_flight` at a time, and store what is new."""
    etags = dict(database.execute("SELECT id, etag FROM feed"))
    waiting: Iterator[int] = iter(range(feeds))
    selector = selectors.DefaultSelector()
    open_lines = 0
    for _ in range(min(in_flight, feeds)):
        line = Line(port)
        line.ask(feed := next(waiting), etags.get(feed))
        selector.register(line.socket, selectors.EVENT_READ, line)
        open_lines += 1
    database.execute("BEGIN")
    while open_lines:
        for key, _ in selector.select():
            line = key.data
            if (answer := line.answer()) is None:
                continue
            status, etag, body = answer
            if status == 200:
                rows = [(line.feed, *entry) for entry in entries(body)]
                database.executemany(
                    "INSERT OR IGNORE INTO entry (feed, guid, title, link, published, text) VALUES (?, ?, ?, ?, ?, ?)", rows
                )
            database.execute("INSERT OR REPLACE INTO feed VALUES (?, ?, ?)", (line.feed, etag, number))
            if (following := next(waiting, None)) is not None:
                line.ask(following, etags.get(following))
            else:
                selector.unregister(line.socket)
                line.socket.close()
                open_lines -= 1
    database.execute("COMMIT")
    selector.close()


def main(port: int, feeds: int, path: str, in_flight: int) -> None:
    """Poll twice; print the two samples and how many entries are stored."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.executescript(SCHEMA)
    samples: list[Sample] = []
    for number in (1, 2):
        with measured() as sample:
            poll(port, feeds, database, number, in_flight)
        samples.append(sample)
    stored = database.execute("SELECT count(*) FROM entry").fetchone()[0]
    print(json.dumps({"samples": [[sample.wall, sample.cpu] for sample in samples], "stored": stored}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
