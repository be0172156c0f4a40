"""Push: where a feed offers a hub (WebSub), and what the store remembers of a subscription there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Hub:
    """What a feed says of push: its hub, and the topic to subscribe to. Both empty: it offers none."""

    url: str = ""
    topic: str = ""


class PushState(StrEnum):
    """How a subscription stands with its hub."""

    OFFERED = "offered"  # the feed names a hub; nobody asked it yet
    ASKED = "asked"  # the hub was asked, and has not verified yet
    ACTIVE = "active"  # verified: news are pushed until the lease ends
    DENIED = "denied"  # the hub does not want us
    LEAVING = "leaving"  # no longer wanted; kept until the hub has verified that, too


@dataclass(frozen=True, slots=True)
class Subscription:
    """One source's subscription at one hub. Its key is (source, hub, topic); nothing secret is in it."""

    source: str
    hub: str
    topic: str
    state: PushState
    since: datetime  # in this state
    next_try: datetime  # when to ask (again), or to renew
    until: datetime | None = None  # when the lease ends
    failures: int = 0  # requests in a row that led to no verification
    detail: str = ""
    received: int = 0  # deliveries taken
    ignored: int = 0  # deliveries with a wrong signature, or none
    unreadable: int = 0  # deliveries in which there was no news
    last_received: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it apart."""
        return self.source, self.hub, self.topic

    def is_live(self, now: datetime) -> bool:
        """Whether the hub pushes at that moment, as far as it said."""
        return self.state is PushState.ACTIVE and self.until is not None and now < self.until
