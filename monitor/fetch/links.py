"""What Link headers say of push: the hub and the topic of a page (RFC 8288, WebSub section 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import httpx

LINK = re.compile(r"""<([^<>]{1,2000})>((?:\s*;\s*[\w*!-]+(?:\s*=\s*(?:"[^"]*"|[^\s;,"]+))?)*)""")
REL = re.compile(r""";\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""", re.IGNORECASE)
WANTED = ("hub", "self")
MOST, LONGEST = 10, 8_000


def of_hubs(headers: Iterable[str], base: httpx.URL) -> tuple[tuple[str, str], ...]:
    """(hub or self, address) in the order of the headers, addresses as seen from the page."""
    found: list[tuple[str, str]] = []
    for target, parameters in LINK.findall(", ".join(headers)[:LONGEST]):
        rel = REL.search(parameters)
        words = (rel[1] or rel[2] or "").lower().split() if rel else []
        try:
            address = str(base.join(target.strip()))
        except (httpx.InvalidURL, ValueError):
            continue
        found += [(word, address) for word in WANTED if word in words]
    return tuple(found[:MOST])
