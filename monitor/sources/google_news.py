"""A search on Google News, whose items are leads: titles of other publishers' articles, behind addresses that lead to Google."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from html import unescape
from urllib.parse import urlencode

from monitor.model import NO_OPTIONS, Entry, Options, Outcome
from monitor.sources import feed
from monitor.sources.document import Document
from monitor.sources.items import content_hash
from monitor.sources.text import line

PUBLISHER = re.compile(rb"<source\b[^>]*>([^<]{1,300})</source>")


def address(url: str, options: Options, now: datetime) -> str:  # noqa: ARG001  (the same for every kind)
    """The search in one edition; without a span of its own, over the last week."""
    query, language, country = (options[name][0] for name in ("query", "language", "country"))
    asked = query if "when:" in query or "after:" in query else f"{query} when:7d"
    edition = {"hl": language, "gl": country, "ceid": f"{country}:{language.partition('-')[0]}"}
    return f"{url.partition('?')[0]}?{urlencode({'q': asked} | edition)}"


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:  # noqa: ARG001
    """The leads, each once for its title and publisher. None is dated: Google gives old pages new dates, so the first sight counts."""
    found = feed.read(body, url, source)
    if found.outcome is not Outcome.OK:
        return found
    publishers = {line(unescape(one.decode(errors="replace"))) for one in PUBLISHER.findall(body)}
    leads = {lead.identity: lead for entry in found.entries if (lead := _lead(entry, publishers)).title}
    return replace(found, entries=tuple(leads.values()), identity="title")


def _lead(entry: Entry, publishers: set[str]) -> Entry:
    ends = [name for name in publishers if entry.title.endswith(f" - {name}")]
    publisher = max(ends, key=len) if ends else entry.title.rpartition(" - ")[2] if " - " in entry.title else ""
    title = entry.title.removesuffix(f" - {publisher}").rstrip() if publisher else entry.title
    digest = content_hash(title, "", "")
    return replace(
        entry,
        identity=f"lead:{content_hash(title.casefold(), publisher.casefold(), '')}",
        title=title,
        lead="",  # Google repeats the title there
        body="",
        authors=(publisher,) if publisher else (),
        published=None,
        content_hash=digest,
    )
