"""The web server's rooms, over the store. FastAPI's own pages (docs, schema) are not among them."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from monitor import __version__
from monitor.errors import StoreError
from monitor.pipeline import Monitor
from monitor.web import feeds, mailed, websub
from monitor.web.guarding import Guarded
from monitor.web.server import serving
from monitor.web_settings import Settings, settings

__all__ = ["Settings", "app", "serving", "settings"]


def app(monitor: Monitor, settings: Settings) -> Guarded:
    """The whole application; a room is an APIRouter of plain functions, hung in here."""
    rooms = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @rooms.get("/healthz")
    def health() -> JSONResponse:
        """Whether the service stands; for whoever watches it."""
        try:
            monitor.store.reachable()
        except StoreError:
            return JSONResponse({"status": "no database", "version": __version__, "database": False}, status_code=503)
        return JSONResponse({"status": "ok", "version": __version__, "database": True})

    if settings.links:
        rooms.include_router(mailed.room(monitor, settings.links))
    if settings.callbacks:
        rooms.include_router(websub.room(monitor, settings.callbacks))
    rooms.include_router(feeds.room(monitor))
    return Guarded(rooms)
