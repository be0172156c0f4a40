"""From the rows of a regulator's register to entries: sentences composed of a row's cells, and an identity that no other row has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeVar

from monitor.model import Outcome
from monitor.sources.document import Document
from monitor.sources.items import UNREADABLE, Item, document
from monitor.sources.sniff import is_html

Record = TypeVar("Record")
LONGEST_CELL = 8_000
LONGEST_NAME = 60
SHORT = {"AB", "AG", "BV", "EU", "GMBH", "IP", "LLC", "LP", "NV", "PBC", "PLC", "SA", "SE", "UK", "US", "USA"}


@dataclass(frozen=True, slots=True)
class Row:
    """One decision as a register tells it. `key` is the same at every look; `written` is the date as given, `day` what it means."""

    key: str
    title: str
    lead: str
    cells: tuple[tuple[str, str], ...]
    link: str = ""
    written: str = ""
    day: date | None = None


def entries(
    records: Iterable[Record], rows: Callable[[Record], Iterable[Row]], source: str, *, detail: str = "", next_page: str = ""
) -> Document:
    """The document of those records; one that cannot be read is counted, and of rows with one key the first counts."""
    found: dict[str, Row] = {}
    unreadable, repeated, reason = 0, 0, ""
    for record in records:
        try:
            made = list(rows(record))
        except UNREADABLE as error:
            unreadable, reason = unreadable + 1, type(error).__name__
            continue
        for row in made:
            repeated += row.key in found
            found.setdefault(row.key, row)
    if unreadable and not found:
        return Document(Outcome.PARSE_ERROR, unreadable=unreadable, detail=f"none of its {unreadable} rows can be read ({reason})")
    told = document([partial(_item, row) for row in found.values()], source)
    if told.outcome is Outcome.PARSE_ERROR:
        return told
    twice = f"rows that repeat another: {repeated}" if repeated else ""
    return replace(
        told, unreadable=told.unreadable + unreadable, detail="; ".join(part for part in (detail, twice) if part), next_page=next_page
    )


def _item(row: Row) -> Item:
    body = "\n\n".join(f"{name}: {value[:LONGEST_CELL]}" for name, value in row.cells if value)
    dated = datetime(row.day.year, row.day.month, row.day.day, tzinfo=UTC) if row.day else None
    return Item(row.title, row.lead or None, body or None, row.link, row.key, date=row.written, dated=dated)


# ---- what rows are made of ---------------------------------------------------------------------------------------------


def answer(body: bytes) -> dict[str, Any] | Document:
    """The object in a JSON body, or the document that says why there is none."""
    if not body or body.isspace():
        return Document(Outcome.PARSE_ERROR, detail="the answer is empty")
    if is_html(body):
        return Document(Outcome.HTML, detail="a web page instead of JSON")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Document(Outcome.PARSE_ERROR, detail=f"not readable as JSON ({type(error).__name__})")
    if not isinstance(found, dict):
        return Document(Outcome.PARSE_ERROR, detail="JSON of another shape: not an object")
    return found


def text(record: Any, name: str) -> str:
    """A cell as one line, nothing when it is empty or no text; lists are joined."""
    value = record.get(name)
    if isinstance(value, list):
        value = ", ".join(str(one) for one in value if isinstance(one, str | int))
    return " ".join(str(value).split()) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def named(words: str) -> str:
    """A name that a register shouts, as it is written elsewhere."""
    if not words.isupper():
        return words
    return " ".join(word if word.strip(".,()") in SHORT else word.capitalize() for word in words.split())


def calls(brand: str, substance: str, holder: str = "") -> str:
    """A medicine in a sentence: Tecartus (brexucabtagene autoleucel) of Kite Pharma. A description where a name should be is left out."""
    if brand and len(substance) > LONGEST_NAME:
        substance = ""
    name = f"{brand} ({substance})" if brand and substance and brand.casefold() != substance.casefold() else brand or substance
    if not name:
        raise ValueError("a row without the name of a medicine")
    return f"{name} of {holder}" if holder else name


def day(year: str | int, month: str | int, number: str | int) -> date | None:
    """That day, or None when the calendar has none such."""
    try:
        return date(int(year), int(month), int(number))
    except (ValueError, OverflowError):
        return None
