"""A newsroom without a feed: a list of items on a page, found by the admin's CSS selectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.model import NO_OPTIONS, Options, Outcome
from monitor.sources import dates
from monitor.sources.document import Document
from monitor.sources.items import Item, document
from monitor.sources.sniff import is_html, is_json

FOUND_INSIDE = ("link", "title", "date")


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:
    """The items of the list. A selector that matches nothing is an alarm: it is the page that changed, not the news that ended."""
    if not body or body.isspace() or is_json(body) or (b"<" not in body[:65536] and not is_html(body)):
        return Document(Outcome.PARSE_ERROR, detail="not a web page")
    page = LexborHTMLParser(body)
    chosen = {name: values[0] for name, values in options.items() if values}
    nodes = page.css(chosen["list"])
    if not nodes:
        return _nothing("list", chosen["list"])
    for name in FOUND_INSIDE:
        if name in chosen and not any(_inside(node, chosen[name]) for node in nodes):
            return _nothing(name, chosen[name])
    if "date" in chosen and (wrong := _no_date(nodes, chosen)):
        return Document(Outcome.PARSE_ERROR, detail=wrong)
    readers: list[Callable[[], Item]] = [
        partial(_item, node, chosen, url) for node in nodes if _inside(node, chosen.get("link", "a[href]"))
    ]
    following = page.css_first(chosen["next"]) if "next" in chosen else None
    address = _address(following, url) if following else ""
    return replace(document(readers, source), next_page="" if address == url else address)


def _nothing(name: str, selector: str) -> Document:
    return Document(Outcome.PARSE_ERROR, detail=f"the selector of `{name}`, {selector}, matches nothing any more: the page has changed")


def _inside(node: LexborNode, selector: str) -> LexborNode | None:
    """The first match inside an item; the item itself when it is what is looked for, as where a list is one of links."""
    found: LexborNode | None = node.css_first(selector)
    return found or (node if node.css_matches(selector) else None)


def _item(node: LexborNode, chosen: dict[str, str], url: str) -> Item:
    link = _inside(node, chosen.get("link", "a[href]"))
    title = (_inside(node, chosen["title"]) if "title" in chosen else None) or link
    written, moment = _date(node, chosen)
    address = _address(link, url)
    return Item(title=_words(title), link=address, guid=address, date=written, dated=moment)


def _address(node: LexborNode | None, url: str) -> str:
    target = (node.attributes.get("href") or "").strip() if node else ""
    return urljoin(url, target).partition("#")[0] if target else ""


def _words(node: LexborNode | None) -> str:
    return " ".join(node.text(separator=" ").split()).replace("<", "&lt;") if node else ""


def _date(node: LexborNode, chosen: dict[str, str]) -> tuple[str, datetime | None]:
    """The date as it is written, and the moment; a machine's own way of writing it wins."""
    found = _inside(node, chosen["date"]) if "date" in chosen else None
    if found is None:
        return "", None
    marked = (found.attributes.get("datetime") or "").strip()
    if marked and (moment := dates.read(marked)[1]):
        return marked, moment
    written = _words(found)
    if "date_format" not in chosen:
        return written, dates.read(written)[1]
    try:
        parsed = datetime.strptime(written, chosen["date_format"])  # noqa: DTZ007  (its zone follows)
    except ValueError:
        return written, None
    return written, dates.sane(parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC))


def _no_date(nodes: Sequence[LexborNode], chosen: dict[str, str]) -> str:
    """What is wrong when not one of the dates can be read."""
    found = [_date(node, chosen) for node in nodes]
    if any(moment for _, moment in found):
        return ""
    first = next((written for written, _ in found if written), "")
    how = f"as {chosen['date_format']}" if "date_format" in chosen else "without a `date_format`"
    return f"none of its dates can be read {how}; the first is {first!r}"
