"""The frozen values that move along the line; each is named after its stage (design.md).

Every datetime is aware and in UTC. Nothing here reads a clock, a file or the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

# ---- poll ------------------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """How one look at a source ended."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    EMPTY = "empty"  # a readable feed without entries
    STALE = "stale"  # answers 200, but nothing new for far longer than its rhythm
    THROTTLED = "throttled"  # 429, or 503 with Retry-After
    BLOCKED = "blocked"  # a wall answered instead of the publisher
    MOVED = "moved"  # permanent redirect; the file is the admin's, so only reported
    GONE = "gone"  # 410, or 404 that is really the publisher's
    HTML = "html_instead_of_feed"
    PARSE_ERROR = "parse_error"
    TOO_LARGE = "too_large"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"  # no DNS, no connection, TLS failure, other 4xx or 5xx
    REFUSED = "refused"  # our own guard refused the address


Precision = Literal["day", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Source:
    """A place to look, as an admin wrote it in feeds.yaml."""

    name: str
    url: str
    kind: str = "feed"
    every: timedelta = timedelta(hours=1)
    tier: int = 2  # 1 regulator, filing, wire · 2 edited press · 3 aggregator · 4 content farm
    language: str = "en"
    enabled: bool = True
    markets: tuple[str, ...] = ()  # empty: all
    auth: str | None = None  # NAME of an environment variable that holds the Authorization header's value
    contact: str | None = None  # goes into the User-Agent


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next request conditional; `body_hash` where the server gives nothing to ask with, or answers anew all the same."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A body that was read completely, decoded from its transfer, with where it finally came from."""

    url: str
    status: int
    body: bytes
    content_type: str
    validators: Validators
    moved_to: str | None = None  # set when every hop was permanent (301, 308)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as published. `identity` is stable within its source; `published` is None when it cannot be read."""

    source: str
    identity: str
    title: str  # plain text
    lead: str = ""  # plain text
    body: str = ""  # plain text
    link: str = ""  # http(s) or empty
    guid: str = ""
    authors: tuple[str, ...] = ()
    published_text: str = ""  # as given
    published: datetime | None = None
    language: str = ""
    content_hash: str = ""  # of title, lead and body: tells an edit


@dataclass(frozen=True, slots=True)
class Poll:
    """What one look at a source brought; written to the store as one piece."""

    source: str
    outcome: Outcome
    started: datetime
    finished: datetime
    next_check: datetime
    entries: tuple[Entry, ...] = ()
    validators: Validators | None = None  # None: keep the old ones
    status: int | None = None
    detail: str = ""
    moved_to: str | None = None
    every: timedelta | None = None  # the interval now in force, when it differs from the configured one
    failures: int = 0  # in a row, this one included
    parse_failures: int = 0  # entries of the document that could not be read
    wanted_identity: str = ""  # "guid", "link" or "hash": how this document's entries were told apart
    missed_window: bool = False  # everything in it is newer than all of the last one: something may have come and gone unseen


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the store remembers of a source."""

    name: str
    next_check: datetime
    outcome: Outcome | None = None  # None: never looked at
    outcome_since: datetime | None = None
    last_check: datetime | None = None
    last_success: datetime | None = None  # last time we know we saw what the source serves (ok, not modified, empty, stale, moved)
    last_entry: datetime | None = None  # when we last stored a new entry
    newest_published: datetime | None = None  # of the last document read
    validators: Validators = Validators()
    failures: int = 0
    detail: str = ""
    moved_to: str | None = None
    every: timedelta | None = None
    missed_windows: int = 0
    last_missed_window: datetime | None = None
    entries: int = 0  # stored so far
    baseline_done: bool = False


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry with what the store knows of it. `baseline`: it was there when the source was first looked at."""

    id: int
    entry: Entry
    first_seen: datetime
    baseline: bool = False
    revision: int = 1  # 2 after the first edit

    def effective(self) -> datetime:
        """When it became known: its own date, unless that is missing or lies in the future."""
        published = self.entry.published
        return min(published, self.first_seen) if published else self.first_seen


# ---- assess ----------------------------------------------------------------------------------------------------------

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


# ---- developments ----------------------------------------------------------------------------------------------------


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


# ---- issue -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SinkConfig:
    """Where an edition goes. `kind`: folder, email or report; the other keys as feeds.yaml documents them."""

    kind: Literal["folder", "email", "report"]
    path: str | None = None  # folder: directory; report: the file
    market: str | None = None  # report
    include: tuple[str, ...] = ("accepted",)  # report: accepted and, when asked, proposed
    create: bool = False  # report: start the section where there is none


@dataclass(frozen=True, slots=True)
class Group:
    """People who get the same editions. Only `health` groups see the sources' health in detail."""

    name: str
    recipients: tuple[str, ...]
    health: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Edition:
    """Who gets which markets, when, and how. `weekdays` are mon … sun; `at` is HH:MM in `time_zone`."""

    name: str
    markets: tuple[str, ...]
    weekdays: tuple[str, ...]
    at: str
    time_zone: str
    title: str = ""
    players: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    sinks: tuple[SinkConfig, ...] = (SinkConfig("folder", path="digests"),)
    enabled: bool = True
    minimum_importance: int = 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """One source as the digest reports it, so that silence is credible."""

    source: str
    outcome: Outcome | None
    since: datetime | None
    last_success: datetime | None
    entries: int  # new in the period
    detail: str = ""
    missed_windows: int = 0  # in the period


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A development as the digest shows it, with the dated lines already in the report beside it."""

    development: Development
    why_it_matters: str
    correction: str = ""  # what changed since an earlier issue showed it


@dataclass(frozen=True, slots=True)
class MarketSection:
    """One market's part of a digest (domain.md 5.4)."""

    market: str
    name: str
    short: str
    headlines: tuple[DigestItem, ...] = ()
    proposed: tuple[DigestItem, ...] = ()
    updates: tuple[DigestItem, ...] = ()
    mentions: tuple[DigestItem, ...] = ()
    mentions_left_out: int = 0
    review: tuple[DigestItem, ...] = ()
    present_lines: tuple[str, ...] = ()  # last three of the section as it stands
    next_dates: tuple[tuple[date, str], ...] = ()
    stale: tuple[str, ...] = ()
    proposed_left_out: int = 0
    updates_left_out: int = 0
    review_left_out: int = 0
    notes_left_out: int = 0  # next dates and stale parts


@dataclass(frozen=True, slots=True)
class Digest:
    """One edition's content for one period; the period is [start, end) in UTC, shown in `time_zone`."""

    edition: str
    title: str
    number: int
    start: datetime
    end: datetime
    time_zone: str
    subject: str
    preheader: str
    summary: tuple[str, ...]
    sections: tuple[MarketSection, ...]
    coverage: tuple[Coverage, ...]
    read: int  # entries looked at in the period
    kept: int
    dropped: tuple[tuple[str, int], ...] = ()  # reason class → count


DeliveryState = Literal["pending", "sending", "sent", "failed", "in_doubt", "held", "suppressed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One issue for one recipient (or one sink without recipients): a row of the outbox (reliability.md 2)."""

    id: int
    issue: int
    sink: int  # index into Edition.sinks
    recipient: str  # address, or "" for a sink that has none
    health: bool  # whether this recipient's copy shows the sources' health in detail
    message_id: str
    state: DeliveryState
    attempts: int = 0
    next_try: datetime | None = None
    detail: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """The numbered fact that an edition was composed for a period. Its digest is frozen."""

    id: int
    edition: str
    number: int
    digest: Digest
    created: datetime
