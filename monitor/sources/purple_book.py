"""FDA's Purple Book as its monthly CSV: every licensed biological medicine, of CBER (cell and gene therapies) and of CDER.

One file holds two tables, this month's changes and then the full list; both begin with a line of column names that starts with N/R/U. A
product with several strengths is one entry, dated by its first approval. This month's file comes late, and the name of its month is written
with a capital in some years and without in others, so four addresses are tried.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from monitor.model import NO_OPTIONS, Options, Outcome
from monitor.sources import dates
from monitor.sources.document import Document
from monitor.sources.register import Row, calls, day, entries
from monitor.sources.sniff import is_html

FIRST, NEEDED = "N/R/U", ("BLA Number", "Proper Name", "Approval Date")
DATE = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{2}|\d{4})")
YEAR = re.compile(r"\b(20\d\d)\b")
MONTHS = "January February March April May June July August September October November December".split()
SHOWN = (
    "Applicant", "BLA Number", "Proprietary Name", "Proper Name", "License Type", "Marketing Status", "Licensure", "Approval Date",
    "Ref. Product Proprietary Name", "Center",
)  # fmt: skip

Line = dict[str, str]


def address(url: str, options: Options, now: datetime) -> tuple[str, ...]:  # noqa: ARG001  (the same for every kind)
    """This month's file and last month's, with either spelling of the month. An address without {month} is left as it is."""
    months = (now, now.replace(day=1) - timedelta(days=1))
    names = [(f"{month.year}", name) for month in months for name in (MONTHS[month.month - 1], MONTHS[month.month - 1].lower())]
    return tuple(dict.fromkeys(url.replace("{year}", year).replace("{month}", name) for year, name in names))


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:
    """The products of both tables."""
    if not body or body.isspace():
        return Document(Outcome.PARSE_ERROR, detail="the answer is empty")
    if is_html(body):
        return Document(Outcome.HTML, detail="a web page instead of a CSV file")
    try:
        lines = list(_lines(body))
    except csv.Error as error:
        return Document(Outcome.PARSE_ERROR, detail=f"not readable as CSV ({error})")
    if not lines:
        return Document(Outcome.PARSE_ERROR, detail=f"no line of column names that begins with {FIRST}, or nothing below it")
    center = options.get("center", ())
    products: dict[str, list[Line]] = {}
    for line in lines:
        if not center or line.get("Center", "") in center:
            products.setdefault(_key(line), []).append(line)
    said = YEAR.findall(url) or YEAR.findall(body[:300].decode("utf-8", "replace"))
    this_year = int(said[-1]) if said else 2079
    return entries(products.items(), lambda product: _rows(*product, this_year), source)


def _lines(body: bytes) -> Iterator[Line]:
    """The lines below each line of column names."""
    columns: list[str] = []
    for cells in csv.reader(io.StringIO(body.decode("utf-8-sig", "replace"), newline="")):
        if cells and cells[0].strip() == FIRST:
            columns = [cell.strip() for cell in cells] if all(name in cells for name in NEEDED) else []
        elif columns and len(cells) > 1:
            yield dict(zip(columns, (cell.strip() for cell in cells), strict=False))


def _key(line: Line) -> str:
    name = line.get("Proprietary Name") or line.get("Proper Name") or line.get("Product Number", "")
    return f"{line.get('BLA Number', '')}/{' '.join(name.split()).casefold()}"


def _rows(key: str, lines: list[Line], this_year: int) -> Iterator[Row]:
    first = min(lines, key=lambda line: _day(line.get("Approval Date", ""), this_year) or date.max)
    number = first["BLA Number"]
    if not number:
        raise ValueError("a line without a BLA number")
    brand, proper, applicant = first.get("Proprietary Name", ""), first.get("Proper Name", ""), first.get("Applicant", "")
    brand = "" if brand.upper() == "N/A" else brand
    like = first.get("Ref. Product Proprietary Name", "")
    gone = "revoked" in first.get("Licensure", "").lower()
    told = f"{applicant} withdraws {calls(brand, proper)} in the US" if gone else f"FDA approves {calls(brand, proper, applicant)}"
    yield Row(
        key=key + ("/revoked" if gone else ""),
        title=told,
        lead=f"Purple Book, BLA {number}, {first.get('Center') or 'FDA'}." + (f" It is a biosimilar of {like}." if like else ""),
        cells=tuple((name, first.get(name, "")) for name in SHOWN),
        written=first.get("Approval Date", ""),
        day=None if gone else _day(first.get("Approval Date", ""), this_year),
    )


def _day(written: str, this_year: int) -> date | None:
    """The day that 5-Jun-26 stands for: none lies after the year of the file."""
    found = DATE.fullmatch(written)
    if found is None or found[2].lower() not in dates.MONTHS:
        return None
    year = int(found[3]) if len(found[3]) == 4 else 2000 + int(found[3])
    return day(year if len(found[3]) == 4 or year <= this_year else year - 100, dates.MONTHS[found[2].lower()], found[1])
