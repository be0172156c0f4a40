"""Assess: what an entry names and tells, and the event that its reports tell together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from monitor.model.polling import Precision

Field = Literal["title", "lead", "body"]
Tier = Literal["core", "adjacent", "player_only"]
TIERS: tuple[Tier, ...] = ("core", "adjacent", "player_only")


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a source, by place: `text` is exactly entry.<field>[start:end]."""

    field: Field
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the path that led to a decision, with the words that prove it, when words do."""

    what: str  # e.g. "type approval by rule approval-3", "alias Kite Pharma", "noise law_firm_alert"
    span: Span | None = None
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Mention:
    """A tracked name found in a text. `markets` are those that track it."""

    kind: Literal["player", "product", "agency", "term", "trial"]
    id: str
    span: Span
    markets: tuple[str, ...] = ()
    rule: str = ""  # which alias, and what context it needed


@dataclass(frozen=True, slots=True)
class Label:
    """The event type of a text, and the words that say so."""

    type: str
    subtype: str | None
    trigger: Span
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Slot:
    """One fact of an event with the words it came from.

    `name` is a key of evaluation.md (product, generic, indication, agency, phase, trial, designation, upfront, total, date) or `role:ROLE`.
    `value` is normalised text: dates as YYYY-MM-DD or YYYY-MM, amounts as millions of `currency`. `id` is the seeded id it stands for.
    """

    name: str
    value: str
    span: Span | None = None
    id: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class EventDate:
    """When it happened, how exactly that is known, and who says so."""

    value: date
    precision: Precision = "day"
    origin: Literal["stated", "dateline", "published", "first_seen", "baseline"] = "published"


@dataclass(frozen=True, slots=True)
class MarketMatch:
    """That an event belongs to a market, how closely, and why."""

    market: str
    tier: Tier
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """An entry that tells something that happened about what is tracked. An entry may tell several: `n` counts them from 0."""

    entry: int  # StoredEntry.id
    n: int
    source: str
    source_tier: int
    title: str
    url: str
    published: datetime  # StoredEntry.effective()
    first_seen: datetime
    label: Label
    date: EventDate
    slots: tuple[Slot, ...] = ()
    mentions: tuple[Mention, ...] = ()
    markets: tuple[MarketMatch, ...] = ()
    players: tuple[tuple[str, str], ...] = ()  # (player id, role)
    products: tuple[str, ...] = ()  # product ids
    sentence: str = ""  # the sentence of the trigger, verbatim: the evidence
    score: float = 0.0
    reasons: tuple[Reason, ...] = ()  # every addend of the score
    keys: tuple[str, ...] = ()  # reports that share a key may tell the same event
    baseline: bool = False
    language: str = "en"
    register: bool = False  # a regulator's register or a company's filing says it, no outlet

    def slot(self, name: str) -> Slot | None:
        """The first slot of that name."""
        return next((slot for slot in self.slots if slot.name == name), None)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was decided about one entry: its reports, or the reason why it tells nothing.

    One that tells nothing may still carry a report without a type: it can join an event that others tell, and makes none.
    """

    entry: int
    revision: int
    seeds: str  # version of the seeds that decided
    reports: tuple[Report, ...] = ()
    dropped: Reason | None = None  # set when it tells nothing; `what` starts with the class, e.g. "noise law_firm_alert"
    mentions: tuple[Mention, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sources say different things about one fact of an event."""

    slot: str
    says: tuple[tuple[str, str], ...]  # (value, source name), best tier first


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, told by one or more reports; facts come from the best tier that states them."""

    id: str
    type: str
    subtype: str | None
    date: EventDate
    slots: tuple[Slot, ...]
    players: tuple[tuple[str, str], ...]
    products: tuple[str, ...]
    markets: tuple[MarketMatch, ...]
    reports: tuple[Report, ...]  # best tier first, then earliest
    story: str | None = None  # announcement and completion share one
    conflicts: tuple[Conflict, ...] = ()
    first_seen: datetime | None = None

    def slot(self, name: str) -> Slot | None:
        """The first slot of that name."""
        return next((slot for slot in self.slots if slot.name == name), None)
