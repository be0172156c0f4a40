"""Poll: what a source is, what one look at it brought, and what the store remembers of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from monitor.model.kinds import KINDS, Options
from monitor.model.pushing import Hub


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
    HELD = "held"  # everything in it is new at once, in a source we know: a person decides


Precision = Literal["day", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Source:
    """A place to look, as an admin wrote it in feeds.yaml."""

    name: str
    url: str
    kind: str = "feed"
    every: timedelta = timedelta(hours=1)
    fastest: timedelta | None = None  # how often it may be looked at when its window is short; None: only after a missed window
    slowest: timedelta | None = None  # how seldom when it rarely writes; None: never more seldom than `every`
    tier: int = 2  # 1 regulator, filing, wire · 2 edited press · 3 aggregator · 4 content farm
    language: str = "en"
    enabled: bool = True
    markets: tuple[str, ...] = ()  # empty: all
    auth: str | None = None  # NAME of an environment variable that holds the Authorization header's value
    contact: str | None = None  # goes into the User-Agent
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()  # what its kind wants to know, defaults filled in
    push: bool = True  # subscribe to its hub, where it offers one
    keep_raw: timedelta | None = None  # how long the bodies it brings are kept as files; None: not at all
    fetch_body: bool = False  # the text of an entry that has none is fetched from where it links to

    def said(self) -> Options:
        """The options by name."""
        return dict(self.options)

    @property
    def register(self) -> bool:
        """Whether it is a regulator's or company's own record, which confirms what news only announce."""
        return self.kind in KINDS and KINDS[self.kind].register


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
    links: tuple[tuple[str, str], ...] = ()  # (hub or self, address), from the Link headers


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
    content_hash: str = ""  # of title, lead and body as the source gives them: tells an edit
    body_missing: str = ""  # why its text could not be fetched from where it links to
    body_until: datetime | None = None  # until when that is tried again


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
    hub: Hub | None = None  # what the document says of push; None: nothing was read that could say it
    pushed: bool = False  # it came from a hub: a part of the feed, which says nothing of the source's state
    followed: frozenset[str] = frozenset()  # identities of the entries whose text was to be fetched from where they link to


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
    rhythm: timedelta | None = None  # usual time between two looks that brought something new
    held: int = 0  # entries that wait for `monitor sources accept` or `refuse`
    refused_move: str | None = None  # an address that a person refused to follow


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
