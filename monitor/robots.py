"""What robots.txt says about a page made for people: whether a program may read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

NAME = "MarketMonitor"  # under which publishers may name us there
KEPT = timedelta(days=1)
LONGEST = 500_000  # bytes that count, as RFC 9309 has it


class Robots:
    """Remembers the robots.txt of each host for a day. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime, RobotFileParser]] = {}
        self._lock = Lock()

    def allow(self, url: str, now: datetime, fetch: Callable[[str], bytes]) -> bool:
        """Whether the page may be read; `fetch` gets the text of a robots.txt, empty where there is none, and what it raises goes on."""
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            known = self._known.get(host)
        if known is None or now - known[0] >= KEPT or now < known[0]:
            rules = RobotFileParser()
            rules.parse(fetch(f"{host}/robots.txt")[:LONGEST].decode("utf-8-sig", "replace").splitlines())
            known = (now, rules)
            with self._lock:
                self._known[host] = known
        return known[1].can_fetch(NAME, url)
