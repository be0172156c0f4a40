"""The SEC's full text search: JSON with a hit for each document. Both days are always sent: without one it searches all years."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor.model import NO_OPTIONS, Options, Outcome
from monitor.sources import edgar
from monitor.sources.document import Document
from monitor.sources.items import Item, document
from monitor.sources.sniff import is_html

PAGE = 100
REACHES = 10_000  # hits; the search gives none beyond
NAME = re.compile(r"(?P<name>.+?)\s*(?:\([A-Z0-9., -]+\)\s*)?\(CIK (?P<cik>\d{1,10})\)")


def address(url: str, options: Options, now: datetime) -> str:
    """The first page of what was filed in the last days."""
    since = now - timedelta(days=int(options["days"][0]))
    query = {name: ",".join(values) for name, values in _asked(options).items() if values}
    days = {"dateRange": "custom", "startdt": f"{since:%Y-%m-%d}", "enddt": f"{now:%Y-%m-%d}", "from": "0"}
    return f"{url.partition('?')[0]}?{urlencode(query | days)}"


def _asked(options: Options) -> dict[str, tuple[str, ...]]:
    return {
        "q": options.get("query", ()),
        "forms": options.get("forms", ()),
        "items": options.get("items", ()),
        "ciks": tuple(cik.zfill(10) for cik in options.get("ciks", ())),
    }


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:
    """The filings among the hits, each once, and the address of the next page."""
    if is_html(body):
        return Document(Outcome.HTML, detail="a web page instead of the search's JSON")
    try:
        found = json.loads(body)
        total, hits = found["hits"]["total"], found["hits"]["hits"]
        reached = int(total["value"] if isinstance(total, dict) else total)
    except (ValueError, RecursionError, TypeError, KeyError):
        return Document(Outcome.PARSE_ERROR, detail=_said(body))
    if not isinstance(hits, list):
        return Document(Outcome.PARSE_ERROR, detail="no list of hits")
    if found.get("timed_out"):
        return Document(Outcome.PARSE_ERROR, detail="the search gave up half-way")
    filings: dict[tuple[str, str], edgar.Filing] = {}
    strange = 0
    for hit in hits:
        try:
            for filing in _filings(hit):
                filings.setdefault((filing.accession, filing.cik), filing)
        except (TypeError, KeyError, AttributeError, ValueError):
            strange += 1
    if strange and strange == len(hits):
        return Document(Outcome.PARSE_ERROR, unreadable=strange, detail=f"none of its {strange} hits can be read")
    readers: list[Callable[[], Item]] = [partial(edgar.item, one) for one in filings.values() if edgar.wanted(one, options)]
    told = document(readers, source)
    detail = told.detail or ("" if told.entries else "nothing that is asked for was filed in these days")
    detail = f"{REACHES:,} hits or more, of which the rest is never shown: narrow what is asked for" if reached >= REACHES else detail
    return replace(told, unreadable=strange, detail=detail, next_page=_next(url, reached) if hits else "")


def _filings(hit: Any) -> list[edgar.Filing]:
    """The filing of a hit, once for each filer."""
    told = hit["_source"]
    items = tuple(str(one) for one in told.get("items") or ())
    form = str(told.get("form") or told["root_forms"][0])
    filers = [NAME.fullmatch(name.strip()) for name in told["display_names"]]
    found = [edgar.Filing(told["adsh"], one["cik"].zfill(10), one["name"], form, items, told["file_date"]) for one in filers if one]
    if not found or not isinstance(told["adsh"], str):
        raise ValueError("no filer")
    return found


def _next(url: str, reached: int) -> str:
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    start = int(asked["from"]) + PAGE if asked.get("from", "").isdigit() else PAGE
    return parts._replace(query=urlencode(asked | {"from": str(start)})).geturl() if start < min(reached, REACHES) else ""


def _said(body: bytes) -> str:
    """What an answer says that is no list of hits: errors come with status 200 too."""
    try:
        told = json.loads(body)
        said = told.get("message") or told.get("error") or told.get("errorMessage")
        said = said.get("reason") or said.get("type") if isinstance(said, dict) else said
    except (ValueError, RecursionError, AttributeError):
        return "not readable as JSON"
    return f"the search answered: {str(said)[:200]}" if said else "JSON, but no list of hits"
