"""Reports for tests of clustering and phrasing, by a verb: `tell("FDA approves Breyanzi", type="approval", …)`."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, cast

from monitor import cluster
from monitor.model import EventDate, Label, MarketMatch, Mention, Precision, Report, Slot, Span, Tier

AMOUNTS = {"upfront", "total", "milestones", "proceeds"}
KNOWN = {
    "source",
    "tier",
    "lead",
    "day",
    "published",
    "type",
    "subtype",
    "markets",
    "players",
    "products",
    "terms",
    "score",
    "entry",
    "n",
    "url",
}


def tell(title: str, **said: Any) -> Report:
    """A report. What is not a property of the report is a slot: `agency="FDA"`, `upfront=425`, `acquirer="AstraZeneca=astrazeneca"`.

    `day` is a date the text states (2025-06-26 or 2025-06), `published` when the entry came out; `NAME=id` gives a slot its seeded id.
    A value that does not stand in the title is taken to stand in the lead.
    """
    published = datetime.fromisoformat(said.get("published", said.get("day", "2026-05-04")[:7] + "-04T09:00")).replace(tzinfo=UTC)
    if "day" in said and "published" not in said and len(said["day"]) == 10:
        published = datetime.fromisoformat(said["day"] + "T12:00").replace(tzinfo=UTC)
    lead = said.get("lead", "")
    slots = tuple(_slot(name, value, title, lead) for name, values in said.items() if name not in KNOWN for value in _list(values))
    source = said.get("source", "wire-one")
    report = Report(
        entry=said.get("entry", zlib.crc32(f"{source}{title}{published}".encode())),
        n=said.get("n", 0),
        source=source,
        source_tier=said.get("tier", 1),
        title=title,
        url=said.get("url", f"https://{source}.example/{zlib.crc32(title.encode()):08x}"),
        published=published,
        first_seen=published + timedelta(hours=1),
        label=Label(said.get("type", "approval"), said.get("subtype"), Span("title", 0, len(title), title), "test-1", 0.9),
        date=_date(said.get("day"), published),
        slots=slots,
        mentions=tuple(Mention("term", term, _span(term, title, lead)) for term in said.get("terms", [])),
        markets=tuple(
            MarketMatch(market, cast("Tier", tier)) for market, tier in said.get("markets", {"adoptive-cell-therapy": "core"}).items()
        ),
        players=_players(said),
        products=tuple(said.get("products", [])),
        sentence=title,
        score=said.get("score", 5.0),
    )
    return replace(report, keys=cluster.keys(report))


def _list(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


ROLES = set(
    [
        "sponsor",
        "partner",
        "company",
        "funder",
        "acquirer",
        "target",
        "licensor",
        "licensee",
        "seller",
        "buyer",
        "parent",
        "new_company",
        "old_name",
        "new_name",
    ]
)


def _slot(name: str, value: Any, title: str, lead: str) -> Slot:
    text, _, id_ = str(value).partition("=")
    full = f"role:{name}" if name in ROLES else name
    currency = "USD" if name in AMOUNTS or name == "per_share" else None
    return Slot(full, text, _span(text, title, lead), id_ or None, currency)


def _span(text: str, title: str, lead: str) -> Span:
    for field, place in (("title", title), ("lead", lead)):
        start = place.find(text)
        if start >= 0:
            return Span(cast("Literal['title', 'lead']", field), start, start + len(text), text)
    return Span("lead", 0, len(text), text)


def _date(day: str | None, published: datetime) -> EventDate:
    if day is None:
        return EventDate(published.date(), "day", "published")
    return EventDate(
        date.fromisoformat(day if len(day) == 10 else f"{day}-01"), cast("Precision", "day" if len(day) == 10 else "month"), "stated"
    )


def _players(said: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = [(one, "company") for one in said.get("players", [])]
    for name, values in said.items():
        if name in ROLES:
            found += [(str(value).partition("=")[2], name) for value in _list(values) if "=" in str(value)]
    return tuple(found)
