"""What goes wrong between a publisher and us, by name: on the way (WIRE), and in what the publisher writes (rows)."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from monitor.model import Outcome
from tests.internet import Endpoint, Fault, Reply, Row
from tests.loopback import Talk, answer

HTML = "text/html; charset=utf-8"
DOWN = b"<!DOCTYPE html><html><head><title>503</title></head><body><h1>Service unavailable</h1></body></html>"
CONSENT = (
    b"<!DOCTYPE html><html><head><title>Cookies</title></head><body><p>Choose which cookies you allow.</p>"
    b"<button>Accept all</button></body></html>"
)
APOLOGY = "/apology_objects/abuse-detection-apology.html"


def instead(reply: Reply) -> Fault:
    """Answer with this, whatever was asked."""
    return lambda talk, endpoint, usual: reply.send(talk)


def later(retry_after: str | None) -> Fault:
    """429, with that Retry-After."""
    headers = {} if retry_after is None else {"Retry_After": retry_after}
    return instead(Reply(b"slow down", "text/plain", 429, headers))


def truncated(talk: Talk, endpoint: Endpoint, usual: Reply) -> None:
    """The usual body packed, and cut off."""
    packed = gzip.compress(usual.body)
    answer(200, packed[: len(packed) // 2], Content_Type=usual.content_type, Content_Encoding="gzip")(talk)


def mislabelled(talk: Talk, endpoint: Endpoint, usual: Reply) -> None:
    """The usual body, with a character set in the header that is not its own."""
    replace(usual, content_type=usual.content_type.partition(";")[0] + "; charset=utf-16").send(talk)


def dripping(talk: Talk, endpoint: Endpoint, usual: Reply) -> None:
    """The usual head, and a body that never ends."""
    talk.say(f"HTTP/1.1 200 OK\r\nContent-Type: {usual.content_type}\r\n\r\n".encode())
    talk.drip(b" ")


JSON_ERROR = b'{"error": {"code": "SERVER_ERROR", "message": "Something went wrong"}}'

WIRE: Mapping[str, tuple[Fault, Outcome | None]] = {  # name → the fault, and how a look ends (None: well)
    "429 with seconds": (later("86400"), Outcome.THROTTLED),
    "429 with a date": (later("Tue, 05 May 2026 05:00:00 GMT"), Outcome.THROTTLED),
    "429 without a word": (later(None), Outcome.THROTTLED),
    "429 with nonsense": (later("in a while"), Outcome.THROTTLED),
    "503 as a page": (instead(Reply(DOWN, HTML, 503)), Outcome.UNREACHABLE),
    "Akamai's apology": (instead(Reply(b"", HTML, 302, {"Location": APOLOGY})), Outcome.BLOCKED),
    "consent page": (instead(Reply(CONSENT, HTML)), Outcome.HTML),
    "truncated gzip": (truncated, Outcome.UNREACHABLE),
    "wrong charset": (mislabelled, None),
    "slow drip": (dripping, Outcome.TIMED_OUT),
    "JSON error with 200": (instead(Reply(JSON_ERROR, "application/json")), Outcome.PARSE_ERROR),
}


# ---- what the publisher writes -----------------------------------------------------------------------------------------


def in_the_future(endpoint: Endpoint) -> None:
    """Every date lies years ahead."""
    endpoint.rows = [row | {name: row[name].replace(year=2031, day=1) for name in endpoint.dates if row.get(name)} for row in endpoint.rows]


def with_one_key(endpoint: Endpoint) -> None:
    """Every row calls itself by the name of the first."""
    endpoint.rows = [row | {name: endpoint.rows[0][name] for name in endpoint.keys} for row in endpoint.rows]


def overrun(endpoint: Endpoint) -> None:
    """Every row has gone, and newer ones stand in their place."""

    def moved(row: Row) -> Row:
        dates = {name: row[name] + timedelta(days=400) for name in endpoint.dates if row.get(name)}
        return row | dates | {name: f"{row[name]}9" for name in endpoint.keys}

    endpoint.rows = [moved(row) for row in endpoint.rows]


ROWS: Mapping[str, Callable[[Endpoint], None]] = {
    "future dates": in_the_future,
    "repeated keys": with_one_key,
    "window overrun": overrun,
}
