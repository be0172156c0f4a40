"""A monitor that reads the small internet at the addresses of the real one: every host is this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from monitor import app, pipeline
from monitor.fetch import Fetcher
from monitor.model import Entry, Outcome, Page, Poll, Source, StoredEntry, Validators
from monitor.pipeline import Monitor
from tests.internet import Internet, internet

NOW = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
EDITIONS = "editions:\n  - {name: weekly, markets: [adoptive-cell-therapy], schedule: 'mon 07:00', time_zone: Europe/Berlin}\n"


class Elsewhere(Fetcher):
    """Goes to this machine whatever the host is, and does not know it."""

    origin = ""

    def get(self, source: Source, validators: Validators, now: datetime) -> Page | None:
        parts = urlsplit(source.url)
        here = replace(source, url=f"{self.origin}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
        page = super().get(here, validators, now)
        return replace(page, url=page.url.replace(self.origin, f"{parts.scheme}://{parts.netloc}", 1)) if page else None


@dataclass
class Outside:
    """The internet, the clock, and the monitor that reads it."""

    net: Internet
    now: datetime
    monitor: Monitor = field(init=False)

    def look(self, name: str = "it") -> Poll:
        """Look at a source once, store what came, and decide about it."""
        ((poll, _),) = pipeline.poll(self.monitor, [name])
        pipeline.assess(self.monitor)
        return poll

    def asked(self, part: str) -> list[str]:
        """The requests whose address holds that part."""
        return [talk.path for talk in self.net.web.asked if part in talk.path]

    def stored(self) -> list[StoredEntry]:
        """All entries, in the order in which they came."""
        return list(self.monitor.store.entries(datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)))

    def entry(self, words: str) -> Entry:
        """The stored entry in whose title those words stand."""
        (found,) = [one.entry for one in self.stored() if words in one.entry.title]
        return found


@contextmanager
def outside(folder: Path, *sources: str, now: datetime = NOW) -> Iterator[Outside]:
    """Open it with sources as feeds.yaml writes them, without their braces."""
    listed = "".join(f"  - {{{source}}}\n" for source in sources)
    (folder / "feeds.yaml").write_text(f"contact: monitor@example.org\nhost_spacing: 0s\nsources:\n{listed}{EDITIONS}")
    with internet() as net:
        here = Outside(net, now)
        around = app.Environment(folder / "feeds.yaml", f"sqlite:///{folder / 'monitor.db'}", frozenset(), 2, {})
        with app.opened(around, now=lambda: here.now, jitter=lambda: 0.5) as here.monitor:
            fetcher = Elsewhere("MarketMonitor/0.1 (monitor@example.org)", frozenset({("127.0.0.1", net.web.port)}))
            fetcher.origin = net.web.url("")
            here.monitor.fetcher = lambda: fetcher
            yield here


__all__ = ["NOW", "Outcome", "Outside", "outside"]
