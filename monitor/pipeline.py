"""Poll, assess, issue: the order of things. It decides nothing; every decision is a pure function of the core or of polling.py.

Each job may run twice, late, or not at all this time: what is due and what is done stands in the store.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from monitor import assess as understanding
from monitor import clock, cluster, digest, health, looking, phrase, polling, sinks
from monitor.config import Config
from monitor.digest import Ahead
from monitor.engine.embedded import Threads
from monitor.engine.inbox import Inbox
from monitor.errors import NotFound
from monitor.gazetteer import Seeds
from monitor.model import IN_REPORT, Development, Digest, Edition, Event, Issue, Poll, Report, Source, SourceState
from monitor.raw import Raw
from monitor.restored import LastSent
from monitor.robots import Robots
from monitor.store import EventChange, NewDelivery, Saved, Store, as_held

if TYPE_CHECKING:
    from monitor.fetch import Fetcher
    from monitor.sources import Reader

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # longer than a look or a mail may take: what a killed process had in hand is free after this
BATCH = 500
WEEK = timedelta(weeks=1)
MOMENT = timedelta(seconds=1)  # what an alarm or alert covers at least, also when the last one came from a clock that was ahead
NEVER = timedelta(days=36_500)  # alarms have no schedule


@dataclass
class Monitor:
    """Everything the jobs need, put together in app.py. `config`, `seeds` and what is derived from them change when a file does."""

    config: Config
    seeds: Seeds
    store: Store
    now: Callable[[], datetime]
    fetcher: Callable[[], Fetcher]  # the calling thread's own
    reader: Reader
    pacer: polling.HostPacer
    threads: Threads[tuple[Source, SourceState], Poll]
    jitter: Callable[[], float]
    assessor: understanding.Assessor
    post: sinks.Post
    archive: sinks.ImapSettings | None = None  # the mailbox that is asked about mails in doubt
    inbox: Inbox = field(default_factory=Inbox)  # what hubs pushed and nobody read yet
    raw: Raw | None = None  # where bodies are kept, for sources that say so
    robots: Robots = field(default_factory=Robots)
    last_sent: LastSent | None = None  # what a database that was put back does not know

    def source(self, name: str) -> Source:
        """The source as configured; one that left feeds.yaml is trusted like an aggregator, so that it cannot propose a line."""
        found = next((source for source in self.config.sources if source.name == name), None)
        return found or Source(name=name, url="", tier=3, enabled=False)

    def edition(self, name: str) -> Edition:
        """The edition as configured; raises NotFound."""
        found = next((edition for edition in self.config.editions if edition.name == name), None)
        if found is None:
            known = ", ".join(edition.name for edition in self.config.editions) or "none"
            raise NotFound(f"no edition {name!r} in {self.config.path}; there is: {known}")
        return found

    def addressed(self, name: str) -> Edition:
        """The edition or alert of that name, or whom alarms go to; raises NotFound."""
        if name == health.ALARMS and (everybody := health.edition(self.config.editions)):
            return everybody
        return next((alert for alert in self.config.alerts if alert.name == name), None) or self.edition(name)


# ---- poll ------------------------------------------------------------------------------------------------------------


def poll(monitor: Monitor, names: Collection[str] | None = None) -> Iterator[tuple[Poll, Saved]]:
    """Look at every source that is due (or at the named ones, due or not); yields each look once it is in the store."""
    now = monitor.now()
    if names is None:
        if back := monitor.store.clock_set_back(now, LEASE):
            log.warning("the clock was set back: %d sources are looked at now", back)
        claimed: Sequence[SourceState] = monitor.store.claim_sources(now, 10_000, LEASE)
    else:
        claimed = [state for name in names if (state := monitor.store.claim_source(name, now, LEASE)) is not None]
    configured = {source.name: source for source in monitor.config.sources}
    items = [(configured[state.name], state) for state in claimed if state.name in configured]
    for group in monitor.threads.unordered(
        lambda item: looking.look(monitor, *item), lambda item, error: looking.broke(monitor, *item, error), items
    ):
        saved = monitor.store.record_polls(group)
        monitor.store.hubs_told({one.source: one.hub for one in group if one.hub is not None}, monitor.now())
        for done, each in zip(group, saved, strict=True):
            yield (as_held(done, each.held, each.why_held) if each.held else done), each


# ---- assess ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assessed:
    """How much one assess job did."""

    entries: int
    reports: int
    events: int


def assess(monitor: Monitor, progress: Callable[[int], None] = lambda _: None) -> Assessed:
    """Decide about every entry not yet decided about, then put every report into its event."""
    store, entries, reports = monitor.store, 0, 0
    while batch := store.unassessed(BATCH):
        decided = [monitor.assessor.assess(stored, monitor.source(stored.entry.source)) for stored in batch]
        store.record_assessments(decided, monitor.now())
        entries += len(decided)
        reports += sum(len(assessment.reports) for assessment in decided if assessment.dropped is None)
        progress(len(decided))
    return Assessed(entries, reports, gather(monitor))


def gather(monitor: Monitor) -> int:
    """Cluster what has no event yet, together with all it could belong to; returns how many events were written."""
    written = 0
    while loose := monitor.store.unclustered(BATCH):
        now = monitor.now()
        now = max(now, monitor.store.issued_until() or now)  # a clock that was ahead made an issue: this is for the next one
        changes = [EventChange(event, developments(event, monitor.seeds, now)) for event in events_of(monitor.store.component(loose))]
        monitor.store.record_events(changes, now)
        written += len(changes)
    return written


def events_of(component: Sequence[tuple[Report, str | None]]) -> list[Event]:
    """Partition connected reports into events. An event keeps its id: the group with its earliest report inherits it."""
    known = {(report.entry, report.n): event for report, event in component if event is not None}
    taken: set[str] = set()
    events = []
    groups = cluster.cluster([report for report, _ in component])
    for group in sorted(groups, key=lambda group: min((report.first_seen, report.entry, report.n) for report in group)):
        earliest_first = sorted(group, key=lambda report: (report.first_seen, report.entry, report.n))
        ids = [known[key] for report in earliest_first if (key := (report.entry, report.n)) in known]
        fresh = cluster.event_id(group)
        choices = [*ids, fresh, *(f"{fresh}-{number}" for number in range(2, len(groups) + 2))]
        chosen = next(choice for choice in choices if choice not in taken)
        taken.add(chosen)
        events.append(cluster.merge(group, chosen))
    return events


def developments(event: Event, seeds: Seeds, now: datetime) -> tuple[Development, ...]:
    """The event as a line for each market it belongs to."""
    markets = [seeds.markets[match.market] for match in event.markets if match.market in seeds.markets]
    found = (phrase.develop(event, market, seeds, now) for market in markets)
    return tuple(development for development in found if development is not None)


# ---- alarm -----------------------------------------------------------------------------------------------------------


def alarm(monitor: Monitor) -> Issue | None:
    """Write the alarm that is due into the outbox: which sources got into trouble or out of it since the last one. Goes before `issue`."""
    now, store, to = monitor.now(), monitor.store, health.edition(monitor.config.editions)
    if to is None:
        return None
    watched = {source.name for source in monitor.config.sources if source.enabled}
    coverage = [one for one in store.coverage(now - WEEK, now) if one.source in watched]
    found = health.alarm(coverage, store.alarmed(), now, monitor.config.alarm_after)
    state = store.edition_state(to.name)
    start = state.last_end if state and state.last_end else now - WEEK
    if found is None:
        return None
    counts, outbox = store.counts(min(start, now), now), _outbox(monitor, to, "")

    def composed(number: int) -> Digest:
        return health.compose(to, number, min(start, now), now, found, coverage, counts)

    return store.create_issue(to.name, composed, outbox, start, max(now, start + MOMENT), now + NEVER, now, found.told)


# ---- issue -----------------------------------------------------------------------------------------------------------


def plan_editions(monitor: Monitor) -> None:
    """Give every edition of the file its next moment, where it has none or one of a schedule it no longer has; what is overdue stays."""
    now = monitor.now()
    for edition in monitor.config.editions:
        state = monitor.store.edition_state(edition.name) if edition.enabled else None
        if edition.enabled and (state is None or (state.next_due > now and not clock.is_due_at(edition, state.next_due))):
            monitor.store.plan_edition(edition.name, clock.next_due(edition, now), now)


def issue(monitor: Monitor, names: Collection[str] | None = None) -> Iterator[Issue]:
    """Compose the editions that are due (or the named ones, for the period up to now), as issues with their outbox; sends nothing yet.

    After a pause several periods become one issue, up to the last moment at which the edition was due. One that comes too late, or of an
    edition that wants to be approved, waits for a person.
    """
    now = monitor.now()
    if names is None:
        for state in monitor.store.due_editions(now):
            edition = next((edition for edition in monitor.config.editions if edition.name == state.name and edition.enabled), None)
            if edition is not None and (made := _compose(monitor, edition, clock.last_due(edition, now), now)):
                yield made
    else:
        for edition in [monitor.edition(name) for name in names]:
            if made := _compose(monitor, edition, now, now):
                yield made


def _compose(monitor: Monitor, edition: Edition, end: datetime, now: datetime) -> Issue | None:
    state = monitor.store.edition_state(edition.name)
    start, end = clock.period(edition, end, state.last_end if state else None)
    if start >= end:
        return None
    due = max(end, state.next_due) if state else end
    composed, outbox = material(monitor, edition, start, end), _outbox(monitor, edition, _waits(edition, due, now))
    withheld = tuple(f"Not sent to {one.recipient}: {one.detail}." for one in outbox if one.state == "suppressed")

    def content(number: int) -> Digest:
        return replace(composed(number), withheld=withheld)

    return monitor.store.create_issue(edition.name, content, outbox, start, end, clock.next_due(edition, max(end, now)), now)


def _waits(edition: Edition, due: datetime, now: datetime) -> str:
    """Why an issue waits for a person; empty when it does not."""
    if now - due > edition.latest:
        return f"late: it was due at {due:%Y-%m-%d %H:%M} UTC; see `monitor digest approve`"
    return "waits for approval; see `monitor digest approve`" if edition.approve else ""


def _outbox(monitor: Monitor, edition: Edition, waits: str) -> tuple[NewDelivery, ...]:
    found = []
    for sink, person, shows in sinks.recipients(edition):
        stopped = monitor.store.suppression(person, edition.name) if person else None
        if stopped is not None:
            found.append(NewDelivery(sink, person, shows, "suppressed", f"{stopped.reason} {stopped.detail}".strip()))
        else:
            found.append(NewDelivery(sink, person, shows, "held" if waits else "pending", waits))
    return tuple(found)


def material(monitor: Monitor, edition: Edition, start: datetime, end: datetime) -> Callable[[int], Digest]:
    """Everything an issue of that period says, read now; the number comes later."""
    store = monitor.store
    changed = store.developments_changed(edition.markets, start, end)
    shown = store.shown_before(edition.name)
    present = {market: store.developments(market, statuses=IN_REPORT, oldest_first=True) for market in edition.markets}
    coverage = store.coverage(start, end)
    read, kept, dropped = store.counts(start, end)
    ahead = {market: expected(monitor, market, day(end)) for market in edition.markets}
    recent = {market: store.developments(market, since=day(end) - digest.REACH, until=day(end)) for market in edition.markets}
    alerted = store.alerted(alert.name for alert in monitor.config.alerts)

    def composed(number: int) -> Digest:
        return digest.compose(
            edition, number, start, end, changed=changed, shown_before=shown, markets=monitor.seeds.markets, types=monitor.seeds.types,
            present=present, coverage=coverage, read=read, kept=kept, dropped=dropped, ahead=ahead, recent=recent, alerted=alerted,
        )  # fmt: skip

    return composed


def expected(monitor: Monitor, market: str, today: date) -> tuple[Ahead, ...]:
    """Everything that lies ahead of a market, or should have happened, from what is stored now."""
    tracked = monitor.seeds.markets[market]
    stating = monitor.store.developments_ahead(market, today - digest.TOLD_WITHIN)
    outcomes = monitor.store.developments(market, since=today - digest.TOLD_WITHIN, types=digest.OUTCOMES)
    return digest.calendar(tracked, stating, outcomes)


# ---- the table and the report ----------------------------------------------------------------------------------------


def in_report(monitor: Monitor, market: str, include_proposed: bool) -> tuple[Development, ...]:
    """The lines a report of that market may carry, oldest first, and those it must no longer: they are named where they still stand."""
    from monitor.model import Status

    statuses = (*IN_REPORT, Status.REJECTED, Status.WITHDRAWN, *((Status.PROPOSED,) if include_proposed else ()))
    return monitor.store.developments(market, statuses=statuses, oldest_first=True)


def day(moment: datetime) -> date:
    """The UTC day of a moment."""
    return moment.date()
