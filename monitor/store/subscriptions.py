"""What the store remembers of subscriptions at hubs: every step is taken from a known state, so that two processes never take one twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, text, update

from monitor.model import Hub, PushState, Subscription
from monitor.store.database import Database
from monitor.store.statements import put
from monitor.tables import SOURCE, SUBSCRIPTION

COLUMNS = (
    "source", "hub", "topic", "state", "since", "next_try", "until", "failures", "detail", "received", "ignored", "unreadable",
    "last_received",
)  # fmt: skip
ROW = [SUBSCRIPTION.c[name] for name in COLUMNS]


class Subscriptions(Database):
    """Subscriptions, by (source, hub, topic)."""

    def reachable(self) -> None:
        """Raises StoreError when the database does not answer."""
        with self._read() as connection:
            connection.execute(text("SELECT 1"))

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Every subscription, by source."""
        with self._read() as connection:
            rows = connection.execute(select(*ROW).order_by(*ROW[:3])).all()
        return tuple(_subscription(row) for row in rows)

    def hubs_told(self, told: Mapping[str, Hub], now: datetime) -> None:
        """Keep what sources said of push. A hub that a source no longer names stays until its subscription is ended."""
        known: dict[str, set[Hub]] = {}
        with self._read() as connection:
            for source, hub, topic in connection.execute(select(*ROW[:3])):
                known.setdefault(source, set()).add(Hub(hub, topic))
        fresh = [(source, hub) for source, hub in told.items() if hub.url and hub not in known.get(source, ())]
        moved = [(source, hub) for source, hub in told.items() if source in known and known[source] - {hub}]
        if not fresh and not moved:
            return
        with self._write() as connection:
            rows = [(source, hub.url, hub.topic, str(PushState.OFFERED), now, now, None, 0, "", 0, 0, 0, None) for source, hub in fresh]
            put(connection, SUBSCRIPTION, COLUMNS, rows)
            for source, hub in moved:
                others = (SUBSCRIPTION.c.source == source) & ((SUBSCRIPTION.c.hub != hub.url) | (SUBSCRIPTION.c.topic != hub.topic))
                unheard = SUBSCRIPTION.c.state.in_([str(PushState.OFFERED), str(PushState.DENIED)])
                connection.execute(delete(SUBSCRIPTION).where(others, unheard))
                ending = {"state": str(PushState.LEAVING), "since": now, "next_try": now, "failures": 0, "detail": ""}
                connection.execute(update(SUBSCRIPTION).where(others, SUBSCRIPTION.c.state != str(PushState.LEAVING)).values(**ending))

    def change_subscription(self, before: Subscription, after: Subscription | None) -> bool:
        """Take a step (None: forget it); False, and nothing changes, when it is no longer as it was before."""
        as_it_was = and_(
            _is(before), SUBSCRIPTION.c.state == str(before.state), SUBSCRIPTION.c.next_try == before.next_try,
            SUBSCRIPTION.c.failures == before.failures,
        )  # fmt: skip
        step: Any = delete(SUBSCRIPTION).where(as_it_was)
        if after is not None:
            values = {name: getattr(after, name) for name in ("since", "next_try", "until", "failures", "detail")}
            step = update(SUBSCRIPTION).where(as_it_was).values(state=str(after.state), **values)
        with self._write() as connection:
            return bool(connection.execute(step).rowcount)

    def count_deliveries(self, one: Subscription, now: datetime, *, received: int = 0, ignored: int = 0, unreadable: int = 0) -> None:
        """Add to what a hub brought."""
        added: dict[str, Any] = {
            name: SUBSCRIPTION.c[name] + number
            for name, number in (("received", received), ("ignored", ignored), ("unreadable", unreadable))
        }
        if received:
            added["last_received"] = now
        with self._write() as connection:
            connection.execute(update(SUBSCRIPTION).where(_is(one)).values(**added))

    def told_apart_by(self, source: str) -> str:
        """How the last whole document of a source told its entries apart: guid, link or hash; empty when there was none."""
        with self._read() as connection:
            return connection.execute(select(SOURCE.c.told_apart_by).where(SOURCE.c.name == source)).scalar() or ""


def _is(one: Subscription) -> ColumnElement[bool]:
    return and_(SUBSCRIPTION.c.source == one.source, SUBSCRIPTION.c.hub == one.hub, SUBSCRIPTION.c.topic == one.topic)


def _subscription(row: Any) -> Subscription:
    source, hub, topic, state, *rest = row
    return Subscription(source, hub, topic, PushState(state), *rest)
