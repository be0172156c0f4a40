"""FDA's list of approved cell and gene therapies: names and manufacturers, and not a single date.

The first look is the baseline, so a row that is new later is news on the day it is seen. A row that vanishes takes nothing back: its entry
stays, and the number of rows, which every look tells, is smaller than before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from monitor.model import NO_OPTIONS, Options, Outcome
from monitor.sources import tables
from monitor.sources.document import Document
from monitor.sources.register import Row, calls, entries, named

NAMED = re.compile(r"([^()]+)\((.+)\)\s*")  # TRADE NAME (proper name)
MARKS = re.compile(r"[®™©*]")


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:  # noqa: ARG001  (the same for every kind)
    """The products of the list, without dates."""
    found = tables.find(body, "product", "manufacturer")
    if isinstance(found, Document):
        return found
    listed = [row for row in found if row and any(cell.text() for cell in row)]
    told = entries(listed, partial(_rows, url=url), source, detail=f"{len(listed)} products are listed")
    return told if told.outcome is not Outcome.EMPTY else Document(Outcome.EMPTY, detail="the list has no rows")


def _rows(row: list[tables.Cell], url: str) -> Iterator[Row]:
    product, maker = row
    words, manufacturer = " ".join(MARKS.sub(" ", product.text()).split()), maker.text()
    found = NAMED.fullmatch(words)
    brand, substance = (named(found[1].strip()), found[2].strip()) if found else (words, "")
    yield Row(
        # Banks of cord blood share one name; any other name is one product's, whoever makes it by now.
        key=f"{brand} / {manufacturer}".casefold() if not found or "cord blood" in words.lower() else brand.casefold(),
        title=f"FDA approves {calls(brand, substance, manufacturer)}",
        lead="It stands on FDA's list of approved cell and gene therapies, which does not say since when.",
        cells=(("Product", product.text()), ("Manufacturer", manufacturer)),
        link=tables.link(product, url),
    )
