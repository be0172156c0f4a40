"""From items as a document writes them to entries: cleaned, dated, and told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from monitor.model import Entry, Outcome
from monitor.sources import dates
from monitor.sources.document import Document
from monitor.sources.plain_parts import joined
from monitor.sources.text import clean, line, paragraphs, safe_url

MOST_AUTHORS = 20
LONGEST_IDENTITY = 1_024
LONGEST_LEAD = 1_000  # of a first paragraph that stands in for a missing summary
UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError, RecursionError)  # what odd items raise


@dataclass(slots=True)
class Item:
    """One item before anything is cleaned. `summary` and `content` may be missing; `dated` is what its reader made of `date`."""

    title: str = ""
    summary: str | None = None
    content: str | None = None
    link: str = ""
    guid: str = ""
    authors: list[str] = field(default_factory=list)
    date: str = ""
    dated: datetime | None = None
    language: str = ""


def document(items: Iterable[Callable[[], Item]], source: str) -> Document:
    """The document of those items; one that cannot be read is counted, and the others are kept."""
    entries, unreadable, reason = [], 0, ""
    for read in items:
        try:
            entry = _entry(read(), source)
        except UNREADABLE as error:
            unreadable, reason = unreadable + 1, type(error).__name__
            continue
        if entry is None:
            unreadable, reason = unreadable + 1, "it says nothing"
        else:
            entries.append(entry)
    if unreadable and not entries:
        return Document(Outcome.PARSE_ERROR, unreadable=unreadable, detail=f"none of its {unreadable} entries can be read ({reason})")
    told, identity = _told_apart(entries)
    return Document(Outcome.OK if told else Outcome.EMPTY, told, identity, unreadable)


def pushing(document: Document, links: Iterable[tuple[str, str]], base: str) -> Document:
    """The document with the hub and the topic that its links (rel, address) name; a hub behind https goes first."""
    found = [(rel.lower().split(), url) for rel, address in links if address and (url := safe_url(joined(base, address)))]
    hubs = sorted((url for words, url in found if "hub" in words), key=lambda url: not url.startswith("https:"))
    topics = [url for words, url in found if "self" in words]
    return replace(document, hub=hubs[0] if hubs else "", topic=topics[0] if topics else "")


def _entry(item: Item, source: str) -> Entry | None:
    title = line(item.title)
    lead, body = _lead_and_body(item)
    link = safe_url(item.link)
    if not (title or lead or body):
        return None
    written = line(item.date)[:100]
    known, published = dates.read(written)
    return Entry(
        source=source,
        identity="",
        title=title,
        lead=lead,
        body=body,
        link=link,
        guid=clean(item.guid).strip(),
        authors=tuple(dict.fromkeys(name for author in item.authors[:MOST_AUTHORS] if (name := line(author)[:200]))),
        published_text=written,
        published=published if known else dates.sane(item.dated),
        language=_language(item.language),
        content_hash=sha256("\0".join((title, lead, body)).encode()).hexdigest()[:32],
    )


def _lead_and_body(item: Item) -> tuple[str, str]:
    lead = paragraphs(item.summary) if item.summary else ""
    if not item.content:
        return lead, ""
    if item.content != item.summary:
        body = paragraphs(item.content)
        if lead and lead != body:
            return lead, body
    else:
        body = lead
    # One text for both: its first paragraph is the lead, so that nothing is said twice.
    first, _, rest = body.partition("\n")
    return (first, rest) if len(first) <= LONGEST_LEAD else ("", body)


def _language(text: str) -> str:
    word = text.strip().replace("_", "-")
    return word if len(word) <= 35 and word.replace("-", "").isalnum() and word.isascii() else ""


# ---- telling apart ---------------------------------------------------------------------------------------------------


def _told_apart(entries: list[Entry]) -> tuple[tuple[Entry, ...], str]:
    """The entries with their identities, and whether guid, link or hash made them: the first that no two different entries share."""
    distinct = _without_repeats(entries)
    if not distinct:
        return (), ""
    ways: dict[str, Callable[[Entry], str]] = {"guid": lambda entry: entry.guid, "link": lambda entry: entry.link}
    way = next((way for way, key in ways.items() if _tells(distinct, key)), "hash")
    return identified(distinct, way), way


def identified(entries: Iterable[Entry], way: str) -> tuple[Entry, ...]:
    """The entries under the identities that guid, link or hash make of them."""
    made: dict[str, Entry] = {}
    for entry in entries:
        key = {"guid": entry.guid or entry.link, "link": entry.link}.get(way, "")
        identity = key if key and len(key) <= LONGEST_IDENTITY else _hash(key or f"{entry.title}\0{entry.published_text}")
        if identity in made:
            identity = _hash(f"{identity}\0{entry.content_hash}\0{entry.guid}\0{entry.link}")
        made[identity] = replace(entry, identity=identity)
    return tuple(made.values())


def _without_repeats(entries: list[Entry]) -> list[Entry]:
    """The first of entries that are one: the same words, or the same title at the same place and time with the text edited."""
    seen: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        what = entry.title if entry.guid and entry.link and entry.title else entry.content_hash
        seen.setdefault((entry.guid, entry.link, what, entry.published_text), entry)
    return list(seen.values())


def _tells(entries: list[Entry], key: Callable[[Entry], str]) -> bool:
    keys = [found for entry in entries if (found := key(entry))]
    return len(keys) == len(set(keys)) and len(keys) > 0


def _hash(text: str) -> str:
    return "hash:" + sha256(text.encode()).hexdigest()[:32]
