"""The SEC's feed of current filings: Atom with an entry for each filing and filer, the items of an 8-K in its summary."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit

from monitor.model import NO_OPTIONS, Entry, Options, Outcome
from monitor.sources import edgar, feed
from monitor.sources.document import Document
from monitor.sources.items import Item, document

FULL = 100  # entries of a page, the most the SEC gives
TITLE = re.compile(r"(?P<form>.+?) - (?P<name>.+) \((?P<cik>\d{1,10})\) \((?P<role>[^()]+)\)")
ABOUT = {"Subject", "Issuer"}
ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}")
ITEM = re.compile(r"\bItem (\d\.\d\d)\b")


def address(url: str, options: Options, now: datetime) -> str:  # noqa: ARG001  (the same for every kind)
    """The first page of the first form."""
    return _page(url, options.get("forms", ("",))[0], 0)


def _page(url: str, form: str, start: int) -> str:
    query = {"action": "getcurrent", "type": form, "company": "", "dateb": "", "owner": "include", "start": start, "count": FULL}
    return f"{url.partition('?')[0]}?{urlencode(query)}&output=atom"


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:
    """The filings of a page that the options ask for, with the address of the next one."""
    found = feed.read(body, url, source)
    if found.outcome not in {Outcome.OK, Outcome.EMPTY}:
        return found
    filings = {filing.guid: filing for entry in found.entries if (filing := _item(entry, options)) is not None}
    strange = sum(TITLE.fullmatch(entry.title) is None for entry in found.entries)
    if strange and strange == len(found.entries):
        return Document(
            Outcome.PARSE_ERROR, unreadable=strange, detail="a feed, but not of filings: no title reads FORM - NAME (CIK) (Role)"
        )
    readers: list[Callable[[], Item]] = [partial(_same, one) for one in filings.values()]
    read_ = document(readers, source)
    detail = "" if filings else "none of its filings is one of those asked for"
    return replace(read_, unreadable=found.unreadable + strange, detail=detail, next_page=_next(url, len(found.entries), options))


def _same(item: Item) -> Item:
    return item


def _item(entry: Entry, options: Options) -> Item | None:
    title, accession = TITLE.fullmatch(entry.title), ACCESSION.search(f"{entry.guid} {entry.link}")
    if title is None or accession is None:
        return None
    items = tuple(dict.fromkeys(ITEM.findall(f"{entry.lead} {entry.body}")))
    filing = edgar.Filing(
        accession[0], title["cik"].zfill(10), title["name"], title["form"], items, entry.published_text, title["role"] in ABOUT
    )
    if not edgar.wanted(filing, options):
        return None
    return edgar.item(filing, entry.link)


def _next(url: str, entries: int, options: Options) -> str:
    """The next page of the form when this one is full, then the first one of the next form."""
    asked = parse_qs(urlsplit(url).query)
    form, start = asked.get("type", [""])[0], asked.get("start", ["0"])[0]
    forms, pages = list(options.get("forms", ())), int(options.get("pages", ("1",))[0])
    here = int(start) if start.isdigit() else 0
    if entries >= FULL and here // FULL + 1 < pages:
        return _page(url, form, here + FULL)
    after = forms[forms.index(form) + 1 :] if form in forms else []
    return _page(url, after[0], 0) if after else ""
