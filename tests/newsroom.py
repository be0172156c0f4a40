"""A newsroom for tests of the whole line: outlets that publish on loopback, and a monitor whose clock stands still until it is moved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any

from monitor import app, pipeline
from monitor.model import Development, Digest, MarketSection, Outcome, Status, StoredEntry
from monitor.pipeline import Monitor
from tests.loopback import Script, Talk, Web, answer

ACT, LM = "adoptive-cell-therapy", "leptomeningeal-metastases"
MONDAY = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)  # 07:00 in Berlin, when the weekly edition is due
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
OUTLETS = {"wire": 1, "trade-press": 2, "second-press": 2, "aggregator": 3, "content-farm": 4}  # name → tier
EDITION = """\
  - name: weekly
    markets: [adoptive-cell-therapy, leptomeningeal-metastases]
    schedule: "mon 07:00"
    time_zone: Europe/Berlin
    sinks: [{folder: digests}]
"""


@dataclass
class Outlet:
    """What one outlet serves; it answers 304 to whoever has seen it."""

    items: list[Mapping[str, Any]] = field(default_factory=list)

    def __call__(self, talk: Talk) -> None:
        body = feed(*self.items)
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if talk.headers.get("if-none-match") == tag:
            answer(304, ETag=tag)(talk)
        else:
            answer(200, body, ETag=tag, Content_Type="application/rss+xml")(talk)


def item(title: str, published: datetime, summary: str = "", guid: str = "") -> dict[str, Any]:
    """One item of a feed."""
    link = f"https://news.example/{guid or hashlib.sha256(f'{title}{published}'.encode()).hexdigest()[:12]}"
    return {"title": title, "published": published, "summary": summary, "link": link, "guid": guid or link}


def dated(published: datetime | None) -> str:
    """The item's date as RSS writes it; nothing for an item without one."""
    return f"<pubDate>{format_datetime(published, usegmt=True)}</pubDate>" if published else ""


def feed(*items: Mapping[str, Any]) -> bytes:
    """The items as an RSS document, the last one first."""
    told = "".join(
        f"<item><title>{escape(one['title'])}</title><link>{escape(one['link'])}</link>"
        f'<guid isPermaLink="false">{escape(one["guid"])}</guid>{dated(one["published"])}'
        f"<description>{escape(one['summary'])}</description></item>"
        for one in reversed(items)
    )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link>'
    return f"{head}<description>News</description>{told}</channel></rss>".encode()


@dataclass
class Newsroom:
    """The outlets, the clock, and the monitor that reads them."""

    folder: Path
    web: Web
    outlets: dict[str, Outlet]
    now: datetime
    monitor: Monitor = field(init=False)

    def tell(self, outlet: str, title: str, published: datetime | None = None, summary: str = "", guid: str = "") -> None:
        """Let an outlet publish an item, a minute ago when nothing else is said."""
        self.outlets[outlet].items.append(item(title, published or self.now - MINUTE, summary, guid))

    def read(self, moment: datetime | None = None) -> dict[str, Outcome]:
        """Look at every source at that moment and decide about what came; says how each look ended."""
        self.now = moment or self.now
        looks = {look.source: look.outcome for look, _ in pipeline.poll(self.monitor, list(self.outlets))}
        pipeline.assess(self.monitor)
        return looks

    def issue(self, moment: datetime | None = None) -> Digest:
        """The digest that is due at that moment."""
        self.now = moment or self.now
        (made,) = pipeline.issue(self.monitor)
        return made.digest

    def table(self, market: str = ACT, **filters: Any) -> tuple[Development, ...]:
        """The market's developments, whatever their status, but for its own old lines and what was withdrawn."""
        wanted = [status for status in Status if status not in {Status.BASELINE, Status.WITHDRAWN}]
        return self.monitor.store.developments(market, **{"statuses": wanted, **filters})

    def entries(self) -> tuple[StoredEntry, ...]:
        """Everything that was ever read."""
        return tuple(self.monitor.store.entries(datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)))


def feeds_yaml(web: Web, outlets: Mapping[str, int], editions: str = EDITION, more: str = "") -> str:
    """A feeds.yaml that names these outlets of the server."""
    sources = "".join(f'  - {{name: {name}, url: "{web.url(f"/{name}")}", tier: {tier}}}\n' for name, tier in outlets.items())
    return f"contact: monitor@example.org\nhost_spacing: 0s\n{more}sources:\n{sources}editions:\n{editions}"


@contextmanager
def newsroom(
    folder: Path,
    now: datetime = MONDAY - 6 * DAY,
    outlets: Mapping[str, int] = OUTLETS,
    *,
    editions: str = EDITION,
    more: str = "",
    first_look: bool = True,
    secrets: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Newsroom]:
    """Open it; `first_look`: every outlet was looked at once, while it was still empty, so that what comes is news."""
    serving = {name: Outlet() for name in outlets}
    scripts: dict[str, Script] = {f"/{name}": outlet for name, outlet in serving.items()}
    with Web(scripts) as web:
        (folder / "feeds.yaml").write_text(feeds_yaml(web, outlets, editions, more))
        room = Newsroom(folder, web, serving, now)
        with app.opened(around(folder, web, secrets), now=lambda: room.now, jitter=lambda: 0.5) as room.monitor:
            if first_look:
                room.read(now)
            yield room


def around(folder: Path, web: Web, secrets: Mapping[str, str] = MappingProxyType({})) -> app.Environment:
    """The surroundings of a folder: its feeds.yaml, a database beside it, leave to read the server."""
    database = f"sqlite:///{folder / 'monitor.db'}"
    return app.Environment(folder / "feeds.yaml", database, frozenset({("127.0.0.1", web.port)}), 2, secrets)


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a labelled file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def headlines(section: MarketSection) -> list[str]:
    """The events that a section tells in full."""
    return [one.development.event for one in section.headlines]
