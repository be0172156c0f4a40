"""Developments: an event as one line for one market, and what people have said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from monitor.model.assessing import Reason, Tier
from monitor.model.polling import Precision


class Status(StrEnum):
    """What people have said of a development; `review` and `mention` are not offered for the report by themselves."""

    BASELINE = "baseline"
    PROPOSED = "proposed"
    REVIEW = "review"
    MENTION = "mention"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # its event was merged into another or is no longer told


IN_REPORT = (Status.BASELINE, Status.ACCEPTED, Status.EDITED)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether a register or a filing bears out what news tell: `announced` by news alone, `confirmed`, or known from it `only`."""

    state: Literal["announced", "confirmed", "only"]
    source: str = ""  # the register
    day: date | None = None  # the register's own date of it

    def __str__(self) -> str:
        if self.state == "announced":
            return "announced"
        return f"{'confirmed by' if self.state == 'confirmed' else 'only in'} {self.source}, {self.day}"


@dataclass(frozen=True, slots=True)
class Due:
    """By when a regulator decides or a deal closes. `value`: 2026-01-10, 2026-01, 2026-Q3, 2026-H2 or 2026."""

    what: Literal["decision", "closing"]
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Development:
    """An event as one line for one market: a row of the latest-developments table (domain.md 5.3, columns in that order)."""

    event_date: date
    date_precision: Precision
    market: str
    type: str
    subtype: str | None
    headline: str
    line_text: str
    status: Status
    players: tuple[tuple[str, str, str], ...]  # (id, printed name, role)
    product: str | None
    generic: str | None
    modality: str | None
    indication: str | None
    agency: str | None
    country: str | None
    region: str | None  # id of a node of the market's geography tree
    trial: str | None
    deal_upfront: float | None  # millions of `currency`
    deal_max: float | None
    currency: str | None
    importance: int  # 1 archive … 5 always a headline
    relevance: Tier
    confidence: float
    source_url: str
    source_name: str
    n_sources: int
    first_seen: datetime
    updated_at: datetime
    story_id: str | None
    supersedes: str | None
    conflict_note: str
    reviewed_by: str | None
    id: str  # stable: derived from event and market
    event: str = ""
    superseded_by: str | None = None
    reviewed_at: datetime | None = None
    why: tuple[Reason, ...] = ()
    evidence: str = ""  # verbatim sentence of the best source
    sources: tuple[tuple[str, str], ...] = ()  # (source name, url), best first
    flag: str = ""  # what changed since a person accepted it
    baseline: bool = False  # known only from a first look at a source: not this week's news
    confirmed: Confirmation | None = None  # None: no register tells of such events
    due: Due | None = None
