"""Push (WebSub): subscriptions are asked for, verified, renewed and ended; what a hub sends takes the same way as what a look brings.

Polling goes on beside it at its own pace: it brings whatever a hub forgot, and whatever was lost between its delivery and the store.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from monitor import polling, websub
from monitor.engine.inbox import Pushed
from monitor.errors import FetchError
from monitor.model import PushState, Source, Subscription
from monitor.pipeline import Monitor
from monitor.sources.items import identified
from monitor.store import Saved
from monitor.websub import Callbacks

log = logging.getLogger(__name__)

MOST_ASKED = 20  # requests to hubs in one beat

Verdict = Literal["taken", "ignored", "full", "gone"]


# ---- on the heartbeat ------------------------------------------------------------------------------------------------


def keep_up(monitor: Monitor, callbacks: Callbacks) -> int:
    """Ask hubs for what is to be subscribed, renewed or ended now; returns how many were asked."""
    for one, count in monitor.inbox.ignored().items():
        monitor.store.count_deliveries(one, monitor.now(), ignored=count)
    asked, silent = 0, set[str]()
    for one in _due(monitor):
        if one.hub in silent:
            continue  # a hub that does not answer must not hold up the beat once for each of its feeds
        if asked == MOST_ASKED:
            break
        asked += 1
        if not _ask(monitor, callbacks, one):
            silent.add(one.hub)
    return asked


def _due(monitor: Monitor) -> Iterator[Subscription]:
    """The subscriptions whose hub is to be asked now; those no longer wanted are set to be ended on the way."""
    configured = {source.name for source in monitor.config.sources}
    wanted = {source.name for source in monitor.config.sources if source.enabled and source.push}
    for one in sorted(monitor.store.subscriptions(), key=lambda one: one.next_try):
        now, step = monitor.now(), one
        if one.source not in wanted and one.state is not PushState.LEAVING:
            after = websub.leaving(one, now)
            if after is None and one.source in configured:
                continue  # offered, and nothing was asked for
            if not monitor.store.change_subscription(one, after) or after is None:
                continue
            step = after
        if step.next_try <= now:
            yield step


def _ask(monitor: Monitor, callbacks: Callbacks, one: Subscription) -> bool:
    now = monitor.now()
    after = websub.asked(one, now)
    if not monitor.store.change_subscription(one, after) or after is None:
        return True  # somebody else asks, or nobody needs to any more
    try:
        with monitor.pacer.turn(one.hub):
            monitor.fetcher().post(Source(one.source, one.hub), one.hub, websub.form(after, callbacks))
    except FetchError as error:
        log.warning("%s: the hub was asked in vain: %s", one.source, error.detail)
        monitor.store.change_subscription(after, websub.failed(after, f"asking the hub: {error.detail}"))
        return error.status is not None
    return True


# ---- what hubs say ---------------------------------------------------------------------------------------------------


def confirm(monitor: Monitor, one: Subscription, mode: str, topic: str, lease: timedelta | None) -> bool:
    """Whether a hub may have its challenge back: only for what was asked for, and a subscription only with a lease that lasts."""
    if not websub.is_expected(one, mode, topic):
        return False
    if mode == "unsubscribe":
        return monitor.store.change_subscription(one, None)
    if lease is None or lease <= timedelta(0):
        monitor.store.change_subscription(one, websub.failed(one, "the hub offers a lease that is none"))
        return False
    return monitor.store.change_subscription(one, websub.verified(one, lease, monitor.now()))


def refuse(monitor: Monitor, one: Subscription, topic: str, reason: str) -> bool:
    """Keep that a hub denied a subscription; False when it is none that was asked for."""
    if topic != one.topic or one.state not in {PushState.ASKED, PushState.ACTIVE}:
        return False
    return monitor.store.change_subscription(one, websub.denied(one, reason, monitor.now()))


def receive(monitor: Monitor, callbacks: Callbacks, one: Subscription, signatures: list[str], body: bytes) -> Verdict:
    """Take a delivery in, to be read soon, when its signature is right."""
    if one.state not in {PushState.ASKED, PushState.ACTIVE}:
        return "gone"
    if not websub.signed(signatures, callbacks.key(one), body):
        monitor.inbox.ignore(one)
        return "ignored"
    return "taken" if monitor.inbox.offer(Pushed(one, body)) else "full"


def take(monitor: Monitor, pushed: Pushed) -> Saved:
    """Read a delivery and store what is in it, under the identities that looks give: what is known already is not new."""
    one = pushed.subscription
    source = next((source for source in monitor.config.sources if source.name == one.source and source.enabled), None)
    if source is None:
        return Saved()
    document = monitor.reader.read(source.kind, pushed.body, source, one.topic)
    now = monitor.now()
    if document.outcome not in polling.READABLE or not document.entries:
        log.info("%s: the hub sent what is no news: %s", one.source, document.detail or "an empty feed")
        monitor.store.count_deliveries(one, now, unreadable=1)
        return Saved()
    entries = identified(document.entries, monitor.store.told_apart_by(one.source) or document.identity)
    (saved,) = monitor.store.record_polls([polling.pushed(source, entries, now)])
    monitor.store.count_deliveries(one, now, received=1)
    return saved
