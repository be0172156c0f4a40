"""News of the MHRA on gov.uk: an Atom feed of pages, each under its own address, whatever is changed on it later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from monitor.model import NO_OPTIONS, Entry, Options, Outcome
from monitor.sources import feed
from monitor.sources.document import Document
from monitor.sources.items import Item, document

AGENCY = "medicines-and-healthcare-products-regulatory-agency"


def address(url: str, options: Options, now: datetime) -> str:  # noqa: ARG001  (the same for every kind)
    """The search for the agency's news with these words."""
    if not url.partition("?")[0].endswith("/search/news-and-communications.atom"):
        return url  # one of the agency's other feeds
    words = {"keywords": " ".join(options["keywords"])} if options.get("keywords") else {}
    return f"{url.partition('?')[0]}?{urlencode(words | {'organisations[]': AGENCY}, safe='[]')}"


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:  # noqa: ARG001
    """The entries of the feed. What stands behind # in an id is when the page was touched last: without it, that is a revision."""
    found = feed.read(body, url, source)
    if found.outcome is not Outcome.OK:
        return found
    latest: dict[str, Entry] = {}
    for entry in found.entries:
        latest.setdefault((entry.guid or entry.link).partition("#")[0], entry)
    readers: list[Callable[[], Item]] = [partial(_item, entry, page) for page, entry in latest.items()]
    return replace(document(readers, source), unreadable=found.unreadable)


def _item(entry: Entry, page: str) -> Item:
    return Item(
        entry.title, entry.lead, entry.body, entry.link.partition("#")[0], page, list(entry.authors), entry.published_text, entry.published
    )
