"""Alerts: what cannot wait goes into the outbox at once, each event once; the next digest names it as already sent."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor import digest, sinks
from monitor.digest import alerting
from monitor.model import IN_REPORT, Development, Digest, Edition, Issue, Status
from monitor.pipeline import MOMENT, Monitor
from monitor.store import NewDelivery

log = logging.getLogger(__name__)

LOOKBACK = timedelta(days=8)  # longer than an event may be ago


def alert(monitor: Monitor) -> Iterator[Issue]:
    """Write the alerts that may leave now into the outbox. One that is new in feeds.yaml begins to watch now."""
    for one in monitor.config.alerts:
        if one.enabled and (made := _alert(monitor, one)):
            log.info("alert %s %d: %s", one.name, made.number, made.digest.subject)
            yield made


def _alert(monitor: Monitor, one: Edition) -> Issue | None:
    store, now = monitor.store, monitor.now()
    state = store.edition_state(one.name)  # before what was told: of two processes the slower one then makes no issue
    if state is None:
        store.plan_edition(one.name, now, now)
        return None
    assert one.alert is not None, "alerts stand under alerts"
    if alerting.is_quiet_hour(one, now) or store.issued_between(one.name, alerting.start_of_day(one, now), now) >= one.alert.at_most:
        return None
    start = state.last_end or state.next_due  # next_due: from when on it watches
    found = _urgent(monitor, one, state.next_due, now)
    if not found:
        return None
    present = {market: store.developments(market, statuses=IN_REPORT, oldest_first=True) for market in one.markets}

    def composed(number: int) -> Digest:
        return alerting.compose(
            one, number, min(start, now), now, found, markets=monitor.seeds.markets, types=monitor.seeds.types, present=present
        )  # fmt: skip

    outbox = tuple(NewDelivery(*target) for target in sinks.recipients(one))
    return store.create_issue(one.name, composed, outbox, start, max(now, start + MOMENT), state.next_due, now)


def _urgent(monitor: Monitor, one: Edition, since: datetime, now: datetime) -> tuple[Development, ...]:
    store = monitor.store
    changed = [each for each in store.developments_changed(one.markets, now - LOOKBACK, now + LOOKBACK) if digest.is_for(each, one)]
    told = tuple(store.shown_before(one.name).values())
    alike = {each.type for each in changed} if told else set()
    recent = [each for each in told if each.type in alike and each.event_date >= (now - 2 * LOOKBACK).date()]
    gone = {each.id for each in recent if store.development(each.id).status is Status.WITHDRAWN}
    return alerting.urgent(one, changed, told, gone, types=monitor.seeds.types, since=since, now=now)
