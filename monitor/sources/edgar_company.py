"""The filings of one company: the SEC's JSON of submissions, whose `recent` holds a list for each column."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from monitor.model import NO_OPTIONS, Options, Outcome
from monitor.sources import edgar
from monitor.sources.document import Document
from monitor.sources.items import Item, document
from monitor.sources.sniff import is_html

COLUMNS = ("accessionNumber", "form", "filingDate")


def address(url: str, options: Options, now: datetime) -> str:  # noqa: ARG001  (the same for every kind)
    """The company's file."""
    return f"{url.rstrip('/')}/CIK{options['cik'][0].zfill(10)}.json"


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:  # noqa: ARG001
    """The recent filings of the forms asked for. Older ones lie in files of their own and are not news."""
    if is_html(body):
        return Document(Outcome.HTML, detail="a web page instead of the company's JSON")
    try:
        company = json.loads(body)
        recent, name, cik = company["filings"]["recent"], str(company["name"]), str(company["cik"]).zfill(10)
        columns = {column: list(recent[column]) for column in COLUMNS}
    except (ValueError, RecursionError, TypeError, KeyError):
        return Document(Outcome.PARSE_ERROR, detail="not the JSON of a company's submissions")
    length = len(columns["accessionNumber"])
    columns |= {column: list(recent.get(column) or [""] * length) for column in ("items", "acceptanceDateTime")}
    if any(len(values) != length for values in columns.values()):
        return Document(Outcome.PARSE_ERROR, detail="its columns are not of one length, so no row can be trusted")
    filings = [_filing(name, cik, {column: values[n] for column, values in columns.items()}) for n in range(length)]
    readers: list[Callable[[], Item]] = [partial(edgar.item, one) for one in filings if edgar.wanted(one, options)]
    found = document(readers, source)
    return found if found.entries else replace(found, detail=found.detail or "none of its filings is of the forms and items asked for")


def _filing(name: str, cik: str, row: dict[str, Any]) -> edgar.Filing:
    items = tuple(part.strip() for part in str(row["items"] or "").split(",") if part.strip())
    return edgar.Filing(
        str(row["accessionNumber"]), cik, name, str(row["form"]), items, str(row["acceptanceDateTime"] or row["filingDate"])
    )
