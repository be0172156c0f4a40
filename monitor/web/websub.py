"""The room for hubs: they verify that we asked for a subscription, and bring what is new. Others find nothing."""

# Without `annotations` from the future: FastAPI reads the annotations of functions within functions, and cannot look up their names.

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import PlainTextResponse, Response

from monitor import subscribing
from monitor.model import Subscription
from monitor.pipeline import Monitor
from monitor.web.guarding import body
from monitor.websub import Callbacks

AGAIN_SECONDS = "60"
LONGEST_WORD = 2_000
Word = Annotated[str, Query(max_length=LONGEST_WORD)]


def room(monitor: Monitor, callbacks: Callbacks) -> APIRouter:
    """The callbacks of all subscriptions."""
    router = APIRouter()

    def known(token: str) -> Subscription:
        """The subscription of a callback, looked for before anything of a body is read."""
        one = callbacks.find(token, monitor.store.subscriptions())
        if one is None:
            raise HTTPException(404)
        return one

    @router.get("/websub/{token}")
    def verify(
        one: Annotated[Subscription, Depends(known)],
        mode: Annotated[Word, Query(alias="hub.mode")] = "",
        topic: Annotated[Word, Query(alias="hub.topic")] = "",
        challenge: Annotated[Word, Query(alias="hub.challenge")] = "",
        lease: Annotated[Word, Query(alias="hub.lease_seconds")] = "",
        reason: Annotated[Word, Query(alias="hub.reason")] = "",
    ) -> Response:
        """Give a hub its challenge back when it asks about what we asked for, or keep that it denies it."""
        if mode == "denied":
            if not subscribing.refuse(monitor, one, topic, reason):
                raise HTTPException(404)
            return Response(status_code=200)
        if not challenge or not subscribing.confirm(monitor, one, mode, topic, _seconds(lease)):
            raise HTTPException(404)
        return PlainTextResponse(challenge)

    @router.post("/websub/{token}")
    def take(one: Annotated[Subscription, Depends(known)], request: Request, sent: Annotated[bytes, Depends(body)]) -> Response:
        """Take a delivery; one that is not signed as it should be is answered alike, as the recommendation wants."""
        match subscribing.receive(monitor, callbacks, one, request.headers.getlist("x-hub-signature"), sent):
            case "full":
                return Response(status_code=503, headers={"Retry-After": AGAIN_SECONDS})
            case "gone":
                return Response(status_code=410)
        return Response(status_code=202)

    return router


def _seconds(text: str) -> timedelta | None:
    plain = text.strip()
    return timedelta(seconds=int(plain)) if plain.isascii() and plain.isdigit() and len(plain) < 10 else None
