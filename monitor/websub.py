"""What WebSub (the W3C recommendation) asks of a subscriber, as pure decisions: secrets, signatures, and what becomes of a subscription."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import Hub, Page, PushState, Subscription
from monitor.sources import Document

WANTED_LEASE = timedelta(days=10)
LONGEST_LEASE = timedelta(days=90)
SHORTEST = timedelta(minutes=5)  # between two requests for one subscription, however short its lease is
PATIENCE = timedelta(minutes=10)  # for a hub to verify, or before it is asked again
LONGEST = timedelta(days=1)
AFTER_DENIAL = timedelta(days=7)
GOODBYES = 3  # requests to unsubscribe; then the lease is left to run out
METHODS = ("sha512", "sha384", "sha256", "sha1")  # strongest first


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Where hubs find us. The secrets of subscriptions are derived, so that the database holds none."""

    public: str  # MONITOR_WEB_PUBLIC_URL
    secret: str  # MONITOR_WEB_SECRET

    def token(self, one: Subscription) -> str:
        """The part of its callback's address that nobody can guess."""
        return self._derived("callback", one)[:40]

    def url(self, one: Subscription) -> str:
        """Its callback."""
        return f"{self.public}/websub/{self.token(one)}"

    def key(self, one: Subscription) -> str:
        """The secret with which the hub signs."""
        return self._derived("signature", one)

    def find(self, token: str, subscriptions: Sequence[Subscription]) -> Subscription | None:
        """The subscription whose callback that is."""
        given = token.encode("utf-8", "replace")
        return next((one for one in subscriptions if hmac.compare_digest(self.token(one).encode(), given)), None)

    def _derived(self, use: str, one: Subscription) -> str:
        told = "\0".join(("websub", use, *one.key))
        return hmac.new(self.secret.encode(), told.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def signed(signatures: Sequence[str], key: str, body: bytes) -> bool:
    """Whether a body carries a right signature; of several, the strongest counts."""
    given: dict[str, str] = {}
    for signature in signatures:
        method, _, digest = signature.strip().partition("=")
        given.setdefault(method.lower(), digest.strip().lower())
    strongest = next((name for name in METHODS if name in given), None)
    if strongest is None:
        return False
    right = hmac.new(key.encode(), body, strongest).hexdigest()
    return hmac.compare_digest(right.encode(), given[strongest].encode("utf-8", "replace"))


def offered(page: Page, document: Document) -> Hub:
    """What a page and its document say of push; headers go before the document, and the page's own address stands in for a topic."""
    said = {rel: [url for name, url in page.links if name == rel] for rel in ("hub", "self")}
    hubs = sorted(said["hub"], key=lambda url: not url.startswith("https:")) or [document.hub]
    return Hub(hubs[0], next(iter(said["self"]), document.topic) or page.url) if hubs[0] else Hub()


def form(one: Subscription, callbacks: Callbacks) -> Mapping[str, str]:
    """The request to a hub: to subscribe, to renew, or to end."""
    mode = "unsubscribe" if one.state is PushState.LEAVING else "subscribe"
    asked = {"hub.mode": mode, "hub.topic": one.topic, "hub.callback": callbacks.url(one)}
    if mode == "unsubscribe":
        return asked
    return asked | {"hub.secret": callbacks.key(one), "hub.lease_seconds": str(int(WANTED_LEASE.total_seconds()))}


# ---- what becomes of a subscription ----------------------------------------------------------------------------------


def asked(one: Subscription, now: datetime) -> Subscription | None:
    """As it is from the moment it is asked for, which is before the request leaves: some hubs verify before they answer.

    None: it was ended often enough, and the hub never said so.
    """
    if one.state is PushState.LEAVING and one.failures >= GOODBYES:
        return None
    again = now + min(PATIENCE * (1 << min(one.failures, 20)), LONGEST)
    lapsed = one.state is PushState.ACTIVE and not one.is_live(now)
    state = PushState.ASKED if lapsed or one.state in {PushState.OFFERED, PushState.DENIED} else one.state
    return replace(_in(one, state, now), next_try=again, failures=one.failures + 1)


def failed(one: Subscription, detail: str) -> Subscription:
    """After a hub did not take the request, or did not verify it as it should."""
    return replace(one, detail=detail[:300])


def verified(one: Subscription, lease: timedelta, now: datetime) -> Subscription:
    """After a hub verified it; renewed when three quarters of the lease are over."""
    lease = min(lease, LONGEST_LEASE)
    renewal = max(lease - min(lease / 4, LONGEST), SHORTEST)
    return replace(_in(one, PushState.ACTIVE, now), until=now + lease, next_try=now + renewal, failures=0, detail="")


def denied(one: Subscription, reason: str, now: datetime) -> Subscription:
    """After a hub said no."""
    words = " ".join(reason.split())[:200]
    told = f"the hub denies it: {words}" if words else "the hub denies it"
    return replace(_in(one, PushState.DENIED, now), until=None, next_try=now + AFTER_DENIAL, detail=told)


def leaving(one: Subscription, now: datetime) -> Subscription | None:
    """When it is no longer wanted; None when there is nothing the hub would have to be told."""
    if one.state in {PushState.OFFERED, PushState.DENIED}:
        return None
    return replace(_in(one, PushState.LEAVING, now), next_try=now, failures=0, detail="")


def is_expected(one: Subscription, mode: str, topic: str) -> bool:
    """Whether a hub that wants this verified asks for what we asked for."""
    if topic != one.topic:
        return False
    if mode == "unsubscribe":
        return one.state is PushState.LEAVING
    return mode == "subscribe" and one.failures > 0 and one.state in {PushState.ASKED, PushState.ACTIVE}


def _in(one: Subscription, state: PushState, now: datetime) -> Subscription:
    return one if one.state is state else replace(one, state=state, since=now)
