"""The room of feeds: what feed sinks with `serve: true` have written, read-only."""

# Without `annotations` from the future: FastAPI reads the annotations of functions within functions, and cannot look up their names.

from hashlib import sha256
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException
from fastapi.responses import Response

from monitor.pipeline import Monitor

KINDS = {"atom.xml": "application/atom+xml; charset=utf-8", "feed.json": "application/feed+json"}


def room(monitor: Monitor) -> APIRouter:
    """The feeds of all markets; those that nobody wants shown are not found."""
    router = APIRouter()

    @router.api_route("/markets/{market}/{name}", methods=["GET", "HEAD"])
    def feed(market: str, name: str, known: Annotated[str, Header(alias="if-none-match", max_length=2_000)] = "") -> Response:
        where = _folder(monitor, market)
        if where is None or name not in KINDS:
            raise HTTPException(404)
        try:
            content = (where / name).read_bytes()
        except OSError:
            raise HTTPException(404) from None  # no issue has written it yet
        tag = f'"{sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if known.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in known.split(",")}:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=KINDS[name], headers=headers)

    return router


def _folder(monitor: Monitor, market: str) -> Path | None:
    """Where the first edition that shows this market has its feeds; the name is one of feeds.yaml, never a path."""
    for edition in monitor.config.editions:
        for sink in edition.sinks if edition.enabled and market in edition.markets else ():
            if sink.kind == "feed" and sink.serve and sink.path:
                return monitor.post.folder / Path(sink.path).expanduser() / market
    return None
