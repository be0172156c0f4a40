"""What a body is, from the body itself: its format, its letters, and the feeds that a web page names. Pure."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin

from monitor.sources.sniff import is_html, is_json

HEAD = 512 * 1024  # of a page that is looked at for feeds
MOST_FEEDS = 20
ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)([^>]{0,2000})")
VERSION = re.compile(r"""\bversion\s*=\s*["']([\d.]+)""")
CHARSET = re.compile(r"""(?i)charset\s*=\s*["']?([\w.:-]+)""")
DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""")
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

LINK = re.compile(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
BASE = re.compile(r"<base\b([^<>]{1,2000})>", re.IGNORECASE)
ANCHOR = re.compile(r"<a\b([^<>]{1,2000})>([^<]{0,200})", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
FEED_TYPES = {
    "application/rss+xml": "RSS", "application/atom+xml": "Atom", "application/feed+json": "JSON Feed", "application/rdf+xml": "RDF",
    "application/xml": "XML", "text/xml": "XML",
}  # fmt: skip
LOOKS_LIKE_ONE = re.compile(r"(?i)(\.(rss|atom|rdf)|/rss(\.xml)?|/atom(\.xml)?|/feed|/feeds|/feed\.xml|rss\.xml)/?(\?[^#]*)?$")


@dataclass(frozen=True, slots=True)
class Named:
    """A feed that a page names; `how` says by what."""

    url: str
    title: str
    how: str


def form(body: bytes) -> str:
    """The format in words: RSS 2.0, Atom, JSON Feed, a web page."""
    if not body.strip():
        return "nothing"
    if is_html(body):
        return "a web page"
    if is_json(body):
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return "broken JSON"
        return "JSON Feed" if isinstance(value, dict) and "jsonfeed.org" in str(value.get("version", "")) else "JSON"
    return _root(text(body[: 64 * 1024]))


def _root(start: str) -> str:
    """What the first element of a document says it is."""
    root = ROOT.search(start)
    if root is None:
        return "no markup"
    name, version = root[1].lower(), VERSION.search(root[2])
    if name == "rss":
        return f"RSS {version[1]}" if version else "RSS"
    return {"feed": "Atom", "rdf": "RDF (RSS 1.0)"}.get(name, f"XML <{root[1]}>")


@dataclass(frozen=True, slots=True)
class Letters:
    """How the bytes are said to be written: by the server, by the document, and what is wrong with that."""

    server: str
    document: str
    trouble: str


def letters(body: bytes, content_type: str) -> Letters:
    """What server and document say of the encoding, and whether the body can be read so."""
    by_server = (found[1] if (found := CHARSET.search(content_type)) else "").lower()
    mark = next((name for start, name in MARKS if body.startswith(start)), "")
    declared = DECLARED.match(body)
    by_document = mark or (declared[1].decode("ascii").lower() if declared else "")
    used = by_document or by_server or "utf-8"
    try:
        body.decode(used)
    except LookupError:
        return Letters(by_server, by_document, f"{used} is no encoding that is known")
    except ValueError as error:
        return Letters(by_server, by_document, f"is not {used}: {str(error)[:80]}")
    try:
        differ = by_server and by_document and codecs.lookup(by_server) != codecs.lookup(by_document)
    except LookupError:
        differ = True
    return Letters(by_server, by_document, f"the server says {by_server}, the document {by_document}" if differ else "")


def text(body: bytes, content_type: str = "") -> str:
    """The body as text, whatever it is."""
    found = letters(body, content_type)
    try:
        return body.decode(found.document or found.server or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def feeds(body: bytes, url: str, content_type: str = "") -> tuple[Named, ...]:
    """The feeds a page names in its head; those its links seem to lead to, where it names none."""
    page = _without_comments(text(body[:HEAD], content_type))
    base = next((href for found in BASE.finditer(page) if (href := _attributes(found[1]).get("href"))), "")
    base = _joined(url, base) or url
    named: dict[str, Named] = {}
    for found in LINK.finditer(page):
        attributes = _attributes(found[1])
        kind = FEED_TYPES.get(attributes.get("type", "").split(";")[0].strip().lower())
        if kind and {"alternate", "feed"} & set(attributes.get("rel", "").lower().split()):
            _note(named, base, attributes, attributes.get("title", ""), kind)
    if not named:
        for found in ANCHOR.finditer(page):
            attributes = _attributes(found[1])
            if LOOKS_LIKE_ONE.search(attributes.get("href", "")):
                _note(named, base, attributes, unescape(found[2]), "a link")
    return tuple(named.values())[:MOST_FEEDS]


def _note(named: dict[str, Named], base: str, attributes: dict[str, str], title: str, how: str) -> None:
    address = _joined(base, attributes.get("href", ""))
    if address.startswith(("http://", "https://")):
        named.setdefault(address, Named(address, " ".join(title.split())[:100], how))


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href.strip()).partition("#")[0] if href.strip() else ""
    except ValueError:
        return ""


def _attributes(inside: str) -> dict[str, str]:
    return {found[1].lower(): unescape(found[2] or found[3] or found[4] or "") for found in ATTRIBUTE.finditer(inside)}


def _without_comments(page: str) -> str:
    """Not by an expression: one that begins again at every unclosed comment takes time with the square of them."""
    kept, at = [], 0
    while (start := page.find("<!--", at)) >= 0:
        kept.append(page[at:start])
        end = page.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, page[at:]])
