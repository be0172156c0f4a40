"""Links that a mail carries: each for one purpose, derived from the web server's secret, so that nobody can forge one."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from monitor.model import Development

VALID = timedelta(days=30)
LONGEST = 1_000  # characters of a token

Verb = Literal["accept", "edit", "reject"]
VERBS: tuple[Verb, ...] = ("accept", "edit", "reject")


@dataclass(frozen=True, slots=True)
class Act:
    """What a link in a digest is good for."""

    verb: Verb
    development: str
    line: str  # which line it was, as `line_key` says
    recipient: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Leave:
    """Who wants no more of which edition."""

    edition: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads the links; a new secret ends all that are out."""

    public: str  # MONITOR_WEB_PUBLIC_URL
    secret: str  # MONITOR_WEB_SECRET

    def leave(self, edition: str, recipient: str) -> str:
        """Where a recipient ends an edition; for ever good."""
        return f"{self.public}/unsubscribe/{self._token('leave', (edition, recipient))}"

    def act(self, verb: Verb, one: Development, recipient: str, sent: datetime) -> str:
        """Where a recipient decides about the line as it was when the issue was made; good for 30 days."""
        until = int((sent + VALID).timestamp())
        return f"{self.public}/decide/{self._token('act', (verb, one.id, line_key(one), recipient, until))}"

    def leaving(self, token: str) -> Leave | None:
        """Who wants no more of what; None for a token that is not ours."""
        match self._read("leave", token):
            case [str(edition), str(recipient)]:
                return Leave(edition, recipient)
        return None

    def acting(self, token: str) -> Act | None:
        """What a link is good for; None for a token that is not ours."""
        match self._read("act", token):
            case ["accept" | "edit" | "reject" as verb, str(development), str(line), str(recipient), int(until)]:
                return Act(verb, development, line, recipient, datetime.fromtimestamp(until, UTC))
        return None

    def _token(self, purpose: str, told: Sequence[str | int]) -> str:
        payload = _text(json.dumps(told, separators=(",", ":")).encode())
        return f"{payload}.{self._signature(purpose, payload)}"

    def _read(self, purpose: str, token: str) -> object:
        payload, _, signature = token.partition(".")
        right = self._signature(purpose, payload).encode()
        if len(token) > LONGEST or not hmac.compare_digest(right, signature.encode("utf-8", "replace")):
            return None
        try:
            return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (ValueError, binascii.Error):
            return None

    def _signature(self, purpose: str, payload: str) -> str:
        told = "\0".join(("links", purpose, payload)).encode("utf-8", "replace")
        return _text(hmac.new(self.secret.encode(), told, hashlib.sha256).digest()[:20])


def line_key(one: Development) -> str:
    """The same as long as the line reads the same."""
    return hashlib.sha256(one.line_text.encode("utf-8", "replace")).hexdigest()[:12]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
