"""FDA's page of oncology approval notifications: a table of what it announced, the newest first.

Its last column is the day of the posting. The day of the decision stands in the prose, "On April 24, 2026, the Food and Drug Administration
approved …", and is what counts; where the prose has none, or one that cannot be meant, the posting has to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from monitor.model import NO_OPTIONS, Options
from monitor.sources import dates, tables
from monitor.sources.document import Document
from monitor.sources.register import Row, day, entries

POSTED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
DECIDED = re.compile(r"\bOn ([A-Z][a-z]+) (\d{1,2}), (\d{4}),? the (?:U\.?S\.? )?(?:Food and Drug Administration|FDA)\b")
LATEST = timedelta(days=366)  # between a decision and its posting: more is a slip of the pen


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:  # noqa: ARG001  (the same for every kind)
    """The notifications of the table."""
    found = tables.find(body, "webpage", "description", "date")
    if isinstance(found, Document):
        return found
    return entries([row for row in found if row], partial(_rows, url=url), source)


def _rows(row: list[tables.Cell], url: str) -> Iterator[Row]:
    page, description, posting = row
    title, prose, written = page.text(), description.text(), posting.text()
    link = tables.link(page, url) or tables.link(description, url)
    if not (title or prose):
        raise ValueError("a row without words")
    found = POSTED.fullmatch(written)
    posted = day(found[3], found[1], found[2]) if found else None
    yield Row(
        key=link or title,
        title=title or prose,
        lead=prose,
        cells=(("Webpage", title), ("Description", prose), ("Date", written)),
        link=link,
        written=written,
        day=_decided(prose, posted) or posted,
    )


def _decided(prose: str, posted: date | None) -> date | None:
    found = DECIDED.search(prose)
    month = dates.MONTHS.get(found[1][:3].lower()) if found else None
    decided = day(found[3], month, found[2]) if found and month else None
    if decided and posted and not timedelta(0) <= posted - decided <= LATEST:
        return None
    return decided
