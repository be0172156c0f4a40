"""The feed sink: an Atom and a JSON feed of each market of the edition, as files."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from monitor.digest import is_for
from monitor.errors import DeliveryError
from monitor.files import write_atomically
from monitor.model import Development, Edition, Issue, SinkConfig, Status
from monitor.sinks.brief import link, one_line

ATOM = "http://www.w3.org/2005/Atom"
NAMES = ("atom.xml", "feed.json")
MOST = 100
_SPACE = uuid.UUID("0b8c2bb4-6f0e-4c59-9b7a-1d2f3c1e8a55")  # ours, from which stable ids are made; never to be changed


def deliver(issue: Issue, edition: Edition, sink: SinkConfig, folder: Path, lines: Callable[[str, bool], tuple[Development, ...]]) -> str:
    """Write the feeds as things stand now, each file whole or not at all; again gives the same bytes. Returns where.

    Raises DeliveryError (retry) when the folder cannot be written.
    """
    root = folder / Path(sink.path or "").expanduser()
    names = {section.market: section.name for section in issue.digest.sections}
    for market in edition.markets:
        told = chosen(lines(market, "proposed" in sink.include), edition)
        title = one_line(f"{names.get(market, market)} · developments", 200)
        try:
            write_atomically(root / market / NAMES[0], atom(market, title, told, issue.created))
            write_atomically(root / market / NAMES[1], json_feed(market, title, told))
        except OSError as error:
            raise DeliveryError(f"edition {edition.name}: cannot write to {root}: {error.strerror or error}", "retry") from error
    return str(root)


def chosen(lines: Sequence[Development], edition: Edition) -> list[Development]:
    """What the edition wants of a market's lines, newest first: news, not the old lines of the report itself."""
    news = [one for one in lines if one.status != Status.BASELINE and is_for(one, edition)]
    return sorted(news, key=lambda one: (one.first_seen, one.id), reverse=True)[:MOST]


def atom(market: str, title: str, told: Sequence[Development], empty: datetime) -> bytes:
    """The Atom feed (RFC 4287); `empty`: its time when it has no entry."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", identity("market", market))
    _add(feed, "title", title)
    _add(feed, "updated", max((_updated(one) for one in told), default=empty).isoformat())
    _add(ElementTree.SubElement(feed, f"{{{ATOM}}}author"), "name", "Market Monitor")
    for one in told:
        entry = ElementTree.SubElement(feed, f"{{{ATOM}}}entry")
        _add(entry, "id", identity("development", one.id))
        _add(entry, "title", _title(one))
        _add(entry, "published", one.first_seen.isoformat())
        _add(entry, "updated", _updated(one).isoformat())
        for number, url in enumerate(_links(one)):
            _add(entry, "link", "", rel="related" if number else "alternate", href=url)
        for term in (one.type, str(one.status)):
            _add(entry, "category", "", term=term)
        _add(entry, "summary", one_line(one.line_text, 1000))
        _add(entry, "content", _html(one), type="html")
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def json_feed(market: str, title: str, told: Sequence[Development]) -> bytes:
    """The JSON feed (version 1.1)."""
    items = []
    for one in told:
        links = _links(one)
        item = {
            "id": identity("development", one.id), "title": _title(one), "summary": one_line(one.line_text, 1000),
            "content_html": _html(one), "date_published": one.first_seen.isoformat(), "date_modified": _updated(one).isoformat(),
            "tags": [one.type, str(one.status)],
        }  # fmt: skip
        items.append(item | ({"url": links[0]} if links else {}))
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": title, "authors": [{"name": "Market Monitor"}],
        "_monitor": {"market": market}, "items": items,
    }  # fmt: skip
    return (json.dumps(feed, indent=1, ensure_ascii=False) + "\n").encode()


def identity(kind: str, number: str) -> str:
    """The same for the same thing in every database and for all time."""
    return f"urn:uuid:{uuid.uuid5(_SPACE, f'{kind}/{number}')}"


def _updated(one: Development) -> datetime:
    return max(one.updated_at, one.reviewed_at or one.updated_at)


def _title(one: Development) -> str:
    return one_line(one.headline or one.line_text, 300) or "(no title)"


def _links(one: Development) -> list[str]:
    return list(dict.fromkeys(found for url in (one.source_url, *(url for _, url in one.sources)) if (found := link(url))))


def _html(one: Development) -> str:
    """The line, the sentence that bears it out, and its sources."""
    parts = [f"<p>{escape(one_line(one.line_text, 1000))}</p>"]
    if evidence := one_line(one.evidence, 1000):
        parts.append(f"<blockquote>{escape(evidence)}</blockquote>")
    named = [(one.source_name, one.source_url), *(pair for pair in one.sources if pair[1] != one.source_url)]
    linked = [(escape(one_line(name, 100)), escape(link(url))) for name, url in named]
    sources = "; ".join(f'<a href="{url}">{name or url}</a>' if url else name for name, url in linked if name or url)
    return "".join([*parts, *([f"<p>Source: {sources}</p>"] if sources else [])])


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes).text = text or None
