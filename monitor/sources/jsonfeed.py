"""Reads JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from monitor.model import Outcome
from monitor.sources.document import Document
from monitor.sources.items import Item, document, pushing
from monitor.sources.plain_parts import joined

VERSIONS = ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/")


def read(body: bytes, url: str, source: str) -> Document:
    """The document in a JSON Feed."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Document(Outcome.PARSE_ERROR, detail=f"not readable as JSON ({type(error).__name__})")
    if not isinstance(feed, dict) or not str(feed.get("version", "")).startswith(VERSIONS):
        return Document(Outcome.PARSE_ERROR, detail="JSON, but no JSON Feed")
    listed = feed.get("items")
    if not isinstance(listed, list):
        return Document(Outcome.PARSE_ERROR, detail="a JSON Feed without a list of items")
    readers: list[Callable[[], Item]] = [partial(_item, item, feed, url) for item in listed]
    hubs = feed.get("hubs")
    named = [hub for hub in (hubs if isinstance(hubs, list) else ()) if isinstance(hub, dict) and _text(hub, "type").lower() == "websub"]
    links = [("self", _text(feed, "feed_url")), *(("hub", _text(hub, "url")) for hub in named)]
    return pushing(document(readers, source), links, url)


def _item(item: Any, feed: dict[str, Any], url: str) -> Item:
    if not isinstance(item, dict):
        raise TypeError("not an object")
    number = item.get("id")
    return Item(
        title=_text(item, "title"),
        summary=_text(item, "summary") or None,
        content=_text(item, "content_html") or _text(item, "content_text") or None,
        link=joined(url, _text(item, "url") or _text(item, "external_url")),
        guid=str(number) if isinstance(number, int | float) else _text(item, "id"),
        authors=_authors(item) or _authors(feed),
        date=_text(item, "date_published") or _text(item, "date_modified"),
        language=_text(item, "language") or _text(feed, "language"),
    )


def _text(where: dict[str, Any], key: str) -> str:
    value = where.get(key)
    return value if isinstance(value, str) else ""


def _authors(where: dict[str, Any]) -> list[str]:
    listed = where.get("authors")
    people = listed if isinstance(listed, list) else [where.get("author")]
    return [name for person in people if isinstance(person, dict) and (name := _text(person, "name"))]
