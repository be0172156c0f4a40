"""A publisher of news with a feed: the kind of source that most are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from tests.internet import Asked, Endpoint, Reply, Row
from tests.newsroom import feed, item


def own() -> list[Row]:
    """Two releases."""
    return [
        {"title": "FDA approves Tecartus of Kite Pharma for mantle cell lymphoma", "guid": "release-1", "day": date(2026, 4, 24)},
        {"title": "Kite Pharma opens a plant in Frederick", "guid": "release-2", "day": date(2026, 4, 28)},
    ]


def told(rows: list[Row], asked: Asked) -> Reply:
    """The releases as RSS."""
    items = [item(row["title"], datetime.combine(row["day"], time(9), UTC), guid=row["guid"]) for row in rows]
    return Reply(feed(*items), "application/rss+xml; charset=utf-8")


def endpoints() -> dict[str, Endpoint]:
    """The one feed."""
    return {"feed": Endpoint("/rss/news.xml", own(), told, keys=("guid",), dates=("day",))}
