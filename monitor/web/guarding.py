"""What holds for every room of the web server: how much and how long a request may send, and what every answer says.

This file and `body` alone are asynchronous, because the protocol below is; rooms are plain functions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import HTTPException, Request

from monitor.fetch import Limits

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

SECONDS = 20.0  # for a whole request to arrive
MOST = Limits().wire  # bytes of its body: as much as of a page
HEADERS = (
    (b"cache-control", b"no-store"),
    (b"connection", b"close"),  # so that no connection is kept to be fed slowly
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"x-robots-tag", b"noindex"),
)


class Guarded:
    """An application around the rooms' own."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        size, end = 0, asyncio.get_running_loop().time() + SECONDS

        async def limited() -> Message:
            nonlocal size
            try:
                message = await asyncio.wait_for(receive(), end - asyncio.get_running_loop().time())
            except TimeoutError:
                raise HTTPException(408, "the request did not arrive in time") from None
            size += len(message.get("body", b""))
            if size > MOST:
                raise HTTPException(413, f"the request is larger than {MOST // 1_000_000} MB")
            return message

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message.get("headers", ())}
                message["headers"] = [*message.get("headers", ()), *(header for header in HEADERS if header[0] not in own)]
            await send(message)

        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        too_long = length.isdigit() and (len(length) > 15 or int(length) > MOST)
        await (_too_large if too_long else self._app)(scope, limited, dressed)


async def _too_large(scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG001  (the protocol's signature)
    await send({"type": "http.response.start", "status": 413, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"too large"})


async def body(request: Request) -> bytes:
    """The body of a request, for a room that wants it as it came; within the limits above."""
    return await request.body()
