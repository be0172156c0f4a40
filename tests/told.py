"""Sources, looks, reports and events for tests of the store: each with its facts, so that a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.model import (
    Assessment,
    Development,
    Entry,
    Event,
    EventDate,
    Label,
    MarketMatch,
    Mention,
    Outcome,
    Poll,
    Reason,
    Report,
    Slot,
    Source,
    Span,
    Status,
    Validators,
)  # fmt: skip
from monitor.store import EventChange, Store
from tests.developments import FIRST

NOW = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WIRE = Source("wire-one", "https://wire.example/feed", tier=1)
LEDGER = Source("ledger", "https://ledger.example/feed")


def entry(identity: str = "g1", title: str = "Gilead to buy Arcellx", **facts: Any) -> Entry:
    """An item of the wire; its hash follows its texts."""
    found = Entry(source="wire-one", identity=identity, title=title, link=f"https://wire.example/{identity}", guid=identity)
    found = replace(found, **facts)
    return replace(found, content_hash=f"{hash((found.title, found.lead, found.body))}")


def look(*entries: Entry, at: datetime = NOW, source: str = "wire-one", **facts: Any) -> Poll:
    """A look that read these entries."""
    found = Poll(
        source=source,
        outcome=Outcome.OK,
        started=at - timedelta(seconds=1),
        finished=at,
        next_check=at + HOUR,
        entries=tuple(replace(one, source=source) for one in entries),
        validators=Validators('"v1"', "Mon, 04 May 2026 04:00:00 GMT", "b0d7"),
        status=200,
    )
    return replace(found, **facts)


def watching(store: Store, *sources: Source) -> Store:
    """The store, with these sources in feeds.yaml."""
    store.sync_sources(sources or (WIRE, LEDGER), NOW)
    return store


def read(store: Store, *titles: str, at: datetime = NOW) -> tuple[int, ...]:
    """Store entries with these titles and return their numbers."""
    store.record_polls([look(*(entry(title, title) for title in titles), at=at)])
    numbers = {stored.entry.title: stored.id for stored in store.entries(at, at + HOUR)}
    return tuple(numbers[title] for title in titles)


TRIGGER = Span("title", 7, 13, "to buy")


def report(number: int, n: int = 0, *keys: str, seen: datetime = NOW, **facts: Any) -> Report:
    """What an entry tells: that Gilead buys Arcellx, but for what is said."""
    found = Report(
        entry=number,
        n=n,
        source="wire-one",
        source_tier=1,
        title="Gilead to buy Arcellx",
        url=f"https://wire.example/{number}",
        published=seen,
        first_seen=seen,
        label=Label("acquisition", "company", TRIGGER, "acquisition-1", 0.9),
        date=EventDate(date(2026, 5, 4), "day", "stated"),
        slots=(Slot("total", "7800", TRIGGER, currency="USD"),),
        mentions=(Mention("player", "gilead", Span("title", 0, 6, "Gilead"), ("act",), "alias Gilead"),),
        markets=(MarketMatch("act", "core", (Reason("player of list A"),)),),
        players=(("gilead", "acquirer"), ("arcellx", "target")),
        sentence="Gilead agreed to buy Arcellx.",
        score=0.8,
        reasons=(Reason("type acquisition by rule acquisition-1", TRIGGER, 0.4),),
        keys=keys or ("deal:gilead:arcellx",),
    )
    return replace(found, **facts)


def assessed(number: int, *reports: Report, revision: int = 1, dropped: str = "no_tracked_name") -> Assessment:
    """What was decided about an entry: these reports, or why there are none."""
    return Assessment(number, revision, "seeds-1", reports, None if reports else Reason(dropped))


def told(name: str, *reports: Report, **facts: Any) -> EventChange:
    """An event told by these reports, with its line for the market `act` (or those that differ by `facts`)."""
    first = reports[0]
    event = Event(
        name, first.label.type, first.label.subtype, first.date, first.slots, first.players, first.products, first.markets, reports,
        first_seen=min(one.first_seen for one in reports),
    )  # fmt: skip
    return EventChange(event, (line(name, **{"n_sources": len(reports), **facts}),))


def line(event: str, **facts: Any) -> Development:
    """The event's line for the market `act`, as phrasing proposes it."""
    proposed = {"market": "act", "status": Status.PROPOSED, "first_seen": NOW, "updated_at": NOW, "reviewed_by": None}
    return replace(FIRST, **{"id": f"{event}-act", "event": event, "why": (Reason("rule", TRIGGER, 0.5),), **proposed, **facts})
