"""A feed server of its own process: many feeds, every answer late by the same time, with ETags, counting what it answered.

`python -m bench.server --feeds 1000 --items 30 --delay 0.1` prints its port and serves until its standard input ends.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from email.utils import format_datetime
from html import escape

from bench.texts import START, item

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Feed {n}</title><link>http://127.0.0.1/{n}</link>'
    "<description>Feed {n} of the benchmark</description>\n"
)


def document(feed: int, items: int) -> bytes:
    """An RSS 2.0 feed, newest item first."""
    parts = [HEAD.format(n=feed)]
    for number in range(items):
        title, text, moment = item(feed, number)
        link = f"http://127.0.0.1/{feed}/{number}"
        parts.append(
            f"<item><title>{escape(title)}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>{format_datetime(moment)}</pubDate><description>{escape(text)}</description></item>\n"
        )
    return "".join([*parts, "</channel></rss>\n"]).encode()


class Feeds:
    """What is served, and what was answered so far."""

    def __init__(self, feeds: int, items: int) -> None:
        self.modified = format_datetime(START, usegmt=True)
        self.bodies = {f"/{n}.xml": document(n, items) for n in range(feeds)}
        self.etags = {path: f'"{path[1:-4]}-1"' for path in self.bodies}
        self.answered: Counter[str] = Counter()
        self.whole: set[str] = set()

    def answer(self, path: str, if_none_match: str | None) -> bytes:
        """The response to one request."""
        if path == "/counters":
            counted = {"200": self.answered["200"], "304": self.answered["304"], "404": self.answered["404"], "feeds": len(self.whole)}
            self.answered.clear()
            self.whole.clear()
            return _response("200 OK", json.dumps(counted).encode(), "Content-Type: application/json\r\n")
        if path not in self.bodies:
            self.answered["404"] += 1
            return _response("404 Not Found", b"")
        marks = f"ETag: {self.etags[path]}\r\nLast-Modified: {self.modified}\r\n"
        if if_none_match == self.etags[path]:
            self.answered["304"] += 1
            return f"HTTP/1.1 304 Not Modified\r\n{marks}\r\n".encode()
        self.answered["200"] += 1
        self.whole.add(path)
        return _response("200 OK", self.bodies[path], f"Content-Type: application/rss+xml\r\n{marks}")


def _response(status: str, body: bytes, headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Connection(asyncio.Protocol):
    """One kept-alive connection; requests come one after the other."""

    def __init__(self, feeds: Feeds, delay: float) -> None:
        self._feeds, self._delay = feeds, delay
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            lines = self._read[:end].decode("latin-1").split("\r\n")
            self._read = self._read[end + 4 :]
            path = lines[0].split(" ")[1]
            asked = next((line.partition(":")[2].strip() for line in lines[1:] if line.lower().startswith("if-none-match:")), None)
            closing = any(line.lower().replace(" ", "") == "connection:close" for line in lines[1:])
            response = self._feeds.answer(path, asked)
            asyncio.get_running_loop().call_later(0 if path == "/counters" else self._delay, self._send, response, closing)

    def _send(self, response: bytes, closing: bool) -> None:
        if not self._transport.is_closing():
            self._transport.write(response)
            if closing:
                self._transport.close()


async def serve(feeds: Feeds, delay: float) -> None:
    """Print the port and serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(feeds, delay), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    """Serve what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--items", type=int, default=30)
    parser.add_argument("--delay", type=float, default=0.1)
    options = parser.parse_args()
    asyncio.run(serve(Feeds(options.feeds, options.items), options.delay))


if __name__ == "__main__":
    main()
