"""Reports for tests of clustering and phrasing, by a verb: `tell("FDA approves Breyanzi", type="approval", …)`."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, cast

from monitor import cluster
from monitor.model import EventDate, Label, MarketMatch, Mention, Precision, Report, Slot, Span, Tier
from monitor.text import fold

AMOUNTS = {"upfront", "total", "milestones", "proceeds", "per_share"}
PROPERTIES = {
    "source", "tier", "lead", "day", "published", "type", "subtype", "markets", "players", "products", "terms", "score", "entry", "n",
    "baseline",
}  # fmt: skip
ROLES = {
    "sponsor", "partner", "company", "funder", "acquirer", "target", "licensor", "licensee", "seller", "buyer", "parent", "new_company",
    "old_name", "new_name",
}  # fmt: skip


def tell(title: str, **said: Any) -> Report:
    """A report. What is no property of a report is a slot: `agency="FDA"`, `upfront=425`; `acquirer="Gilead=gilead"` gives its id.

    `day` is a date the text states (2025-06-26, or 2025-06), `published` when the entry came out: noon of that day otherwise.
    A value that does not stand in the title is taken to stand in the lead.
    """
    day = said.get("day")
    published = datetime.fromisoformat(said.get("published", f"{(day if day and len(day) == 10 else '2026-05-04')}T12:00")).replace(
        tzinfo=UTC
    )
    source = said.get("source", "wire-one")
    report = Report(
        entry=said.get("entry", zlib.crc32(f"{source}{title}{published}".encode())),
        n=said.get("n", 0),
        source=source,
        source_tier=said.get("tier", 1),
        title=title,
        url=f"https://{source}.example/{zlib.crc32(title.encode()):08x}",
        published=published,
        first_seen=published + timedelta(hours=1),
        label=Label(said.get("type", "approval"), said.get("subtype"), Span("title", 0, len(title), title), "test-1", 0.9),
        date=_date(day, published),
        slots=tuple(_slots(title, said)),
        mentions=tuple(Mention("term", fold(term), _span(term, title, said.get("lead", ""))) for term in said.get("terms", [])),
        markets=tuple(
            MarketMatch(market, cast("Tier", tier)) for market, tier in said.get("markets", {"adoptive-cell-therapy": "core"}).items()
        ),
        players=tuple(_players(said)),
        products=tuple(said.get("products", [])),
        sentence=title,
        score=said.get("score", 5.0),
        baseline=said.get("baseline", False),
    )
    return replace(report, keys=cluster.keys(report))


def _slots(title: str, said: Mapping[str, Any]) -> Iterator[Slot]:
    for name, values in said.items():
        for value in [] if name in PROPERTIES else values if isinstance(values, list) else [values]:
            text, _, id_ = str(value).partition("=")
            span = _span(text, title, said.get("lead", ""))
            yield Slot(f"role:{name}" if name in ROLES else name, text, span, id_ or None, "USD" if name in AMOUNTS else None)


def _span(text: str, title: str, lead: str) -> Span:
    places: tuple[tuple[Literal["title", "lead"], str], ...] = (("title", title), ("lead", lead))
    for field, place in places:
        if (start := place.find(text)) >= 0:
            return Span(field, start, start + len(text), text)
    return Span("lead", 0, len(text), text)


def _date(day: str | None, published: datetime) -> EventDate:
    if day is None:
        return EventDate(published.date(), "day", "published")
    precision: Precision = "day" if len(day) == 10 else "month"
    return EventDate(date.fromisoformat(day if precision == "day" else f"{day}-01"), precision, "stated")


def _players(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((one, "company") for one in said.get("players", []))
    for name, values in said.items():
        for value in (values if isinstance(values, list) else [values]) if name in ROLES else []:
            if "=" in str(value):
                yield str(value).partition("=")[2], name
