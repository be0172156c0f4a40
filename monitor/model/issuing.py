"""Issue: who gets what and when, what a digest says, and what became of each copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from monitor.model.developments import Development
from monitor.model.polling import Outcome


@dataclass(frozen=True, slots=True)
class SinkConfig:
    """Where an edition goes; the keys as feeds.yaml documents them."""

    kind: Literal["folder", "email", "report", "webhook", "slack", "teams", "feed", "apprise"]
    path: str | None = None  # folder, feed: directory; report: the file
    market: str | None = None  # report
    include: tuple[str, ...] = ("accepted",)  # report, feed: accepted and, when asked, proposed
    create: bool = False  # report: start the section where there is none
    url: str | None = None  # webhook
    variable: str | None = None  # webhook: holds its secret; slack, teams, apprise: holds the address, which is one
    serve: bool = False  # feed: the web server shows it


@dataclass(frozen=True, slots=True)
class Group:
    """People who get the same editions. Only `health` groups see the sources' health in detail."""

    name: str
    recipients: tuple[str, ...]
    health: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Urgency:
    """When an alert may leave: outside quiet hours (HH:MM in the edition's zone; none when both are equal), so many a day at most."""

    quiet_from: str = "00:00"
    quiet_until: str = "00:00"
    at_most: int = 5


@dataclass(frozen=True, slots=True)
class Colours:
    """The colour of headings and rules, on light and on dark ground."""

    accent: str = "#1d5c63"
    accent_dark: str = "#8fd0d2"


@dataclass(frozen=True, slots=True)
class Edition:
    """Who gets which markets, when, and how. `weekdays` are mon … sun; `at` is HH:MM in `time_zone`. With `alert`, at once instead."""

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
    intro: str = ""
    colours: Colours = Colours()
    language: str = "en"  # of its days and months
    alert: Urgency | None = None
    in_doubt: Literal["hold", "resend", "ask"] = "hold"  # what becomes of a mail that may have been taken, or not
    reply_to: str = ""  # the person who reads answers
    approve: bool = False  # whether an issue waits for a person
    latest: timedelta = timedelta(hours=24)  # composed later than this after it was due, an issue waits for a person


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
class Yield:
    """What came of a source's entries of a period. Lines are those that were offered for a report, or more."""

    source: str
    entries: int = 0
    matched: int = 0  # entries that name something tracked
    proposed: int = 0  # lines it told
    accepted: int = 0  # of these, the ones a person took
    unique: int = 0  # lines that no other source told


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A development as the digest shows it, with the dated lines already in the report beside it."""

    development: Development
    why_it_matters: str
    correction: str = ""  # what changed since an earlier issue showed it
    already: str = ""  # which alert told it, and what changed since then


@dataclass(frozen=True, slots=True)
class Trend:
    """How many developments of each kind a market had, week by week: `weeks` are Mondays, each row has a number for each."""

    weeks: tuple[date, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(sum(counts) for _, counts in self.rows)


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
    notes_left_out: int = 0  # next dates, what is overdue, and stale parts
    overdue: tuple[str, ...] = ()
    trend: Trend | None = None


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
    known_only: int = 0  # events of this issue that only a register tells
    intro: str = ""
    colours: Colours = Colours()
    language: str = "en"  # of its days and months
    urgent: bool = False  # an alert, not a digest
    sources_shown: int = 40  # in the table of sources
    withheld: tuple[str, ...] = ()  # who is not sent this issue, and why; for admins


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
    resent: int = 0  # 0: the issue itself; 1 and up: sent again, and marked so


@dataclass(frozen=True, slots=True)
class Bounce:
    """One report that a mail was not delivered. `key` is the report's own; `token` the delivery's, from the address it came back to."""

    key: str
    token: str
    hard: bool  # the address does not take mail, now or later
    detail: str


@dataclass(frozen=True, slots=True)
class Suppression:
    """Who gets nothing any more, of one edition or (edition empty) of any, and why."""

    address: str
    edition: str
    reason: Literal["bounced", "unsubscribed", "by hand"]
    detail: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Alerted:
    """What an alert told of a development, when, and in which issue; once a copy of it was sent."""

    number: int
    at: datetime
    development: Development


@dataclass(frozen=True, slots=True)
class Issue:
    """The numbered fact that an edition was composed for a period. Its digest is frozen."""

    id: int
    edition: str
    number: int
    digest: Digest
    created: datetime
