"""Runs the application in a thread of this process, on a socket that was bound before anything else began."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from monitor.errors import MonitorError
from monitor.web.guarding import App
from monitor.web_settings import Settings

MOST_AT_ONCE = 64
HEAD_BYTES = 16 * 1024
HEAD_SECONDS = 10.0
CLOSING_SECONDS = 5

log = logging.getLogger(__name__)


class Impatient(H11Protocol):
    """uvicorn's protocol, which itself would wait for ever for the headers of a request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._patience = self.loop.call_later(HEAD_SECONDS, self._lose_patience)

    def connection_lost(self, exc: Exception | None) -> None:
        self._patience.cancel()
        super().connection_lost(exc)

    def _lose_patience(self) -> None:
        if self.cycle is None:
            self.transport.abort()


@contextmanager
def serving(app: App, settings: Settings) -> Iterator[str]:
    """Serve while the block lasts; gives the address. Raises MonitorError when the port is taken."""
    with _bound(settings) as listener:
        host, port = listener.getsockname()[:2]
        where = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        logging.getLogger("uvicorn").setLevel(logging.ERROR)  # below it tells of every odd request
        server = uvicorn.Server(_config(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web")
        thread.start()
        log.info("listening on %s%s", where, f", reached as {settings.public}" if settings.public else "")
        try:
            yield where
        finally:
            server.should_exit = True
            thread.join()


def _config(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        app=app, http=Impatient, ws="none", loop="asyncio", lifespan="off", interface="asgi3", log_config=None, access_log=False,
        proxy_headers=False, server_header=False, limit_concurrency=MOST_AT_ONCE, h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )  # fmt: skip


def _bound(settings: Settings) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=128)
    except OSError as error:
        raise MonitorError(
            f"the web server cannot listen on {settings.host}:{settings.port} ({error.strerror}): end what listens there, "
            "set MONITOR_WEB_LISTEN to another host:port, or run with --no-web"
        ) from error
