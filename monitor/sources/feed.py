"""Feeds: RSS 0.9 to 2.0, RSS 1.0, Atom and JSON Feed. Plain ones are read quickly, odd ones by feedparser; pages are told from feeds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from time import struct_time
from typing import Any

import feedparser

from monitor.model import NO_OPTIONS, Options, Outcome
from monitor.sources import dates, jsonfeed, plain_feed
from monitor.sources.document import Document
from monitor.sources.items import Item, document, pushing
from monitor.sources.sniff import is_html, is_json

HEAD = 64 * 1024
# One that stands for others grows without end, one that stands for a file is none of ours. What stands for itself may stay.
UNSAFE_ENTITY = re.compile(rb"""<!ENTITY(?!\s+[\w.-]+\s+("|')(?:&#\w{1,8};|[^&%"'<])*\1\s*>)[^>]*>""")
REFERENCE = re.compile(rb"&#([xX][0-9a-fA-F]{1,16}|[0-9]{1,4000});")
TEXTS = {"text/plain", "text/html", "application/xhtml+xml", "html", "xhtml", "text"}


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:  # noqa: ARG001  (the same for every kind)
    """The document in a feed's body; whatever the body is, it ends in one."""
    if not body or body.isspace():
        return Document(Outcome.PARSE_ERROR, detail="the answer is empty")
    if is_html(body):
        return Document(Outcome.HTML, detail="a web page instead of a feed")
    if is_json(body):
        return jsonfeed.read(body, url, source)
    plain = plain_feed.read(body, url)
    if plain is not None:
        return pushing(document([partial(_same, item) for item in plain[0]], source), plain[1], url)
    return thorough(body, url, source)


def _same(item: Item) -> Item:
    return item


def thorough(body: bytes, url: str, source: str) -> Document:
    """The document as feedparser reads it."""
    try:
        found = _parsed(body, url)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  it raises many kinds on broken feeds (reliability.md, finding 2), and all mean the same
        try:
            found = _parsed(REFERENCE.sub(_mended, body), url)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  as above
            return Document(Outcome.PARSE_ERROR, detail=f"feedparser cannot read it ({type(error).__name__})")
    if not found.get("version") and not found.entries:
        return Document(Outcome.PARSE_ERROR, detail="not a feed")
    language = found.feed.get("language") or ""
    readers: list[Callable[[], Item]] = [partial(_item, entry, language) for entry in found.entries]
    links = [(link.get("rel") or "", link.get("href") or "") for link in found.feed.get("links") or ()]
    return pushing(document(readers, source), links, url)


def _parsed(body: bytes, url: str) -> Any:
    headers = {"content-location": url, "content-type": "application/xml"}
    if b"<!ENTITY" in (head := body[:HEAD]):
        body = UNSAFE_ENTITY.sub(b"", head) + body[HEAD:]
    # A stream, not bytes: feedparser opens bytes that look like a path, and fetches text that looks like a URL.
    return feedparser.parse(BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def _mended(found: re.Match[bytes]) -> bytes:
    """A reference to a character that does not exist must not cost the other entries."""
    digits = found[1].lower()
    code = int(digits[1:], 16) if digits[:1] == b"x" else int(digits)
    return found[0] if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else b"&#xFFFD;"


def _item(entry: Any, language: str) -> Item:
    contents = [part.get("value") for part in entry.get("content") or () if part.get("type", "text/plain") in TEXTS and part.get("value")]
    # Not entry["updated"]: feedparser answers with `published` there, and warns.
    way = next((way for way in ("published", "updated", "created") if dict.get(entry, way)), "published")
    return Item(
        title=entry.get("title") or "",
        summary=entry.get("summary"),
        content=contents[0] if contents else None,
        link=entry.get("link") or "",
        guid=entry.get("id") or "",
        authors=[author.get("name") or author.get("email") or "" for author in entry.get("authors") or ()],
        date=dict.get(entry, way) or "",
        dated=_moment(dict.get(entry, f"{way}_parsed")) or _marked_up(entry),
        language=(entry.get("title_detail") or {}).get("language") or language,
    )


def _marked_up(entry: Any) -> datetime | None:
    """The moment in <time datetime="…">, which some systems, the FDA's among them, write where the date belongs."""
    mark = entry.get("time")
    return dates.read(str(mark.get("datetime", "")))[1] if isinstance(mark, dict) else None


def _moment(parsed: struct_time | None) -> datetime | None:
    try:
        return datetime(*parsed[:6], tzinfo=UTC) if parsed else None
    except (ValueError, OverflowError):
        return None
