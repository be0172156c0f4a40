"""A server on loopback that does whatever a test tells it to: each path has a script that talks to the bare connection."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Thread
from types import TracebackType
from typing import Self

from monitor.fetch import Fetcher, Limits
from monitor.model import Source

ME = "MarketMonitor/0.1 (someone@example.org)"


@dataclass
class Talk:
    """One request as it came in, and the connection to answer on."""

    path: str
    headers: Mapping[str, str]
    connection: socket.socket
    over: Event  # set when the test is

    def say(self, *pieces: bytes) -> None:
        """Send, whether or not anybody still listens."""
        for piece in pieces:
            self.connection.sendall(piece)

    def drip(self, piece: bytes, pause: float = 0.02) -> None:
        """Send one piece after the other until the other side has had enough."""
        while not self.over.wait(pause):
            self.connection.sendall(piece)


Script = Callable[[Talk], None]


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Script:
    """A complete answer; header names are written with underscores."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return lambda talk: talk.say("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


@dataclass
class Web:
    """The server; `asked` keeps every request."""

    scripts: dict[str, Script]
    tls: ssl.SSLContext | None = None
    asked: list[Talk] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._over = Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        with socket.socket() as knock:
            knock.connect(("127.0.0.1", self.port))
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._over.is_set():
                connection.close()
                return
            thread = Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with self.tls.wrap_socket(connection, server_side=True) if self.tls else connection as line:
                request = b""
                while b"\r\n\r\n" not in request:
                    if not (piece := line.recv(65536)):
                        return
                    request += piece
                first, *rest = request.decode("latin-1").split("\r\n")
                headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in rest) if name}
                talk = Talk(first.split()[1], headers, line, self._over)
                self.asked.append(talk)
                self.scripts.get(talk.path, answer(404))(talk)
        except OSError:
            pass  # the other side has gone, as it should

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http{'s' if self.tls else ''}://{host}:{self.port}{path}"

    def source(self, path: str, **more: str) -> Source:
        return Source("source", self.url(path), **more)  # type: ignore[arg-type]

    def fetcher(self, seconds: float = 5.0, secrets: Mapping[str, str] | None = None) -> Fetcher:
        return Fetcher(ME, frozenset({("127.0.0.1", self.port)}), secrets or {}, limits=Limits(seconds=seconds))
