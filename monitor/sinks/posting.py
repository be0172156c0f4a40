"""What the sinks that POST have in common: the variable that holds a secret, and what an answer means for the outbox."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from monitor.errors import DeliveryError
from monitor.fetch.sending import Receipt, Sender, Unsent
from monitor.sinks.brief import one_line

LATER = frozenset({408, 425, 429})


def secret(secrets: Mapping[str, str], variable: str | None, what: str) -> str:
    """The value of a variable; raises DeliveryError (retry, since a person can set it)."""
    value = secrets.get(variable or "", "").strip()
    if not value:
        raise DeliveryError(f"{what} stands in the variable {variable}, which is not set in the environment of the monitor", "retry")
    return value


def hand_over(sender: Sender, to: str, content: bytes, headers: Mapping[str, str], now: datetime, *, again: bool, hide: str = "") -> str:
    """POST a message; returns the answer in words. `again`: the receiver knows a repeated one by its key, so that trying anew is safe.

    Raises DeliveryError. Nothing of `hide`, an address that is a secret, is told.
    """
    try:
        receipt = sender.send(to, content, headers, now)
    except Unsent as error:
        fate: Literal["retry", "in_doubt"] = "in_doubt" if error.perhaps and not again else "retry"
        told = " after the whole message may have been sent" if fate == "in_doubt" else ""
        raise DeliveryError(f"{_host(to)}: {_hidden(str(error), hide)}{told}", fate) from None
    if 200 <= receipt.status < 300:
        return f"{_host(to)} answered {receipt.status}"
    raise _refused(receipt, to, again, hide)


def _refused(receipt: Receipt, to: str, again: bool, hide: str) -> DeliveryError:
    status, told = receipt.status, f"{_host(to)} answered {receipt.status}"
    if 300 <= status < 400:
        return DeliveryError(f"{told}, which leads elsewhere: no redirect is followed with a message, write the final address", "failed")
    if words := one_line(_hidden(receipt.words, hide), 160):
        told = f"{told}: {words}"
    if status in LATER or status == 503:  # nothing was taken
        return DeliveryError(told, "retry", retry_after=receipt.retry_after)
    if 400 <= status < 500:
        return DeliveryError(told, "failed")
    return DeliveryError(told, "retry" if again else "in_doubt", retry_after=receipt.retry_after if again else None)


def _host(to: str) -> str:
    try:
        return one_line(urlsplit(to).hostname or "", 100) or "the receiver"
    except ValueError:
        return "the receiver"


def _hidden(text: str, address: str) -> str:
    """The text without any piece of the address but its host."""
    for piece in sorted(set(re.split(r"[/?&=#:@]+", address)) - {_host(address)}, key=len, reverse=True):
        if len(piece) > 5:
            text = text.replace(piece, "…")
    return text
