"""A receiver of messages on loopback: keeps every request, and answers, hangs up or falls silent as a test wants."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Self

from monitor.fetch.sending import Sender


@dataclass
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes


@dataclass
class Receiver:
    """The server; `answers` are given one after the other, the last one for ever: a status, `drop` or `silence`."""

    answers: list[int | str] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    says: str = "ok"
    got: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        receiver, self._over = self, Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                answer = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
                if answer == "silence":
                    receiver._over.wait()
                if isinstance(answer, str):
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                text = receiver.says.format(path=self.path).encode()
                self.send_response(answer)
                for name, value in {**receiver.headers, "Content-Length": str(len(text))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def url(self, path: str = "/hook", scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def sender(self, seconds: float = 5.0) -> Sender:
        """A sender that may reach it."""
        return Sender("MarketMonitor/0.1", frozenset({("127.0.0.1", self.port)}), seconds=seconds)
