"""The webhook sink: the digest as signed JSON (docs/webhook.md). A repeated delivery has the same bytes and the same Idempotency-Key."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.errors import DeliveryError
from monitor.fetch.sending import Sender
from monitor.model import Delivery, DigestItem, Issue, MarketSection, SinkConfig
from monitor.sinks import posting

FORMAT = "market-monitor/digest/1"
SHORTEST_SECRET = 32
FIELDS = (
    "id", "market", "type", "subtype", "headline", "line_text", "product", "generic", "modality", "indication", "agency", "country",
    "trial", "deal_upfront", "deal_max", "currency", "importance", "relevance", "confidence", "source_name", "source_url", "evidence",
    "n_sources", "conflict_note",
)  # fmt: skip


def deliver(delivery: Delivery, issue: Issue, sink: SinkConfig, sender: Sender, secrets: Mapping[str, str], now: datetime) -> str:
    """Send the digest; returns the answer. Raises DeliveryError."""
    key = posting.secret(secrets, sink.variable, "the secret that signs for the webhook")
    if len(key) < SHORTEST_SECRET:
        raise DeliveryError(
            f"the secret in {sink.variable} is too short: take {SHORTEST_SECRET} characters or more, as of `openssl rand -hex 32`",
            "retry",
        )
    content = body(delivery, issue)
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": delivery.message_id,
        "Monitor-Timestamp": stamp,
        "Monitor-Signature": f"v1={signature(key, stamp, content)}",
    }
    return posting.hand_over(sender, sink.url or "", content, headers, now, again=True, hide=key)


def signature(key: str, stamp: str, content: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a dot and the body, in hexadecimal."""
    return hmac.new(key.encode(), stamp.encode() + b"." + content, hashlib.sha256).hexdigest()


def body(delivery: Delivery, issue: Issue) -> bytes:
    """The digest as JSON, pure ASCII; the same bytes whenever it is made."""
    digest = issue.digest
    value = {
        "format": FORMAT,
        "id": delivery.message_id,
        "edition": issue.edition,
        "number": issue.number,
        "title": digest.title,
        "created": issue.created.isoformat(),
        "start": digest.start.isoformat(),
        "end": digest.end.isoformat(),
        "time_zone": digest.time_zone,
        "subject": digest.subject,
        "preheader": digest.preheader,
        "summary": list(digest.summary),
        "entries": {"read": digest.read, "kept": digest.kept},
        "markets": [_market(section) for section in digest.sections],
    }
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _market(section: MarketSection) -> dict[str, Any]:
    return {
        "market": section.market,
        "name": section.name,
        "short": section.short,
        "headlines": [_item(one) for one in section.headlines],
        "proposed": [_item(one) for one in section.proposed],
        "updates": [_item(one) for one in section.updates],
        "review": [_item(one) for one in section.review],
        "mentions": [_item(one) for one in section.mentions],
        "left_out": {
            "proposed": section.proposed_left_out, "updates": section.updates_left_out,
            "review": section.review_left_out, "mentions": section.mentions_left_out,
        },
        "next_dates": [{"date": day.isoformat(), "what": what} for day, what in section.next_dates],
        "overdue": list(section.overdue),
        "stale": list(section.stale),
    }  # fmt: skip


def _item(item: DigestItem) -> dict[str, Any]:
    one = item.development
    return {
        **{name: _text(getattr(one, name)) for name in FIELDS},
        "status": str(one.status),
        "event_date": one.event_date.isoformat(),
        "date_precision": str(one.date_precision),
        "players": [{"id": number, "name": _text(name), "role": role} for number, name, role in one.players],
        "sources": [{"name": _text(name), "url": _text(url)} for name, url in one.sources],
        "confirmed": str(one.confirmed) if one.confirmed else None,
        "first_seen": one.first_seen.isoformat(),
        "updated_at": one.updated_at.isoformat(),
        "why_it_matters": _text(item.why_it_matters),
        "correction": _text(item.correction),
    }


def _text(value: Any) -> Any:
    """Without halves of characters, which many readers of JSON refuse."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value
