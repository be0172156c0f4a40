"""A monitor that watches publishers of the small internet: one source for each kind, named like it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor import app, pipeline
from monitor.fetch import Fetcher, Limits
from monitor.model import KINDS, Assessment, Development, Poll, Source, SourceState, Status, StoredEntry
from monitor.pipeline import Monitor
from tests.internet import Internet, internet
from tests.loopback import ME
from tests.newsroom import EDITION, around

NOW = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)
# What follows the path of an endpoint where its kind needs more than an address.
MORE: Mapping[str, str] = {"purple_book": "{year}/purplebook-search-{month}-data-download.csv"}


def source(net: Internet, kind: str, **options: str) -> Source:
    """The publisher of that kind as a source, with its options filled in."""
    given = {name: (value,) for name, value in options.items()}
    filled = {option.name: option.default for option in KINDS[kind].options if option.default} | given
    return Source(kind, net.url(kind, MORE.get(kind, "")), kind=kind, tier=1, options=tuple(sorted(filled.items())))


@dataclass
class Watch:
    """The publishers, the clock, and the monitor."""

    net: Internet
    monitor: Monitor = field(init=False)
    now: datetime = NOW

    def look(self, *kinds: str) -> dict[str, Poll]:
        """Look at those sources (at all when none is named), and decide about what came."""
        names = kinds or [one.name for one in self.monitor.config.sources]
        looks = {look.source: look for look, _ in pipeline.poll(self.monitor, names)}
        pipeline.assess(self.monitor)
        return looks

    def state(self, kind: str) -> SourceState:
        """What the store remembers of a source."""
        return next(state for state in self.monitor.store.sources() if state.name == kind)

    def entries(self, kind: str = "") -> list[StoredEntry]:
        """Everything that was read, of that source when one is named."""
        found = self.monitor.store.entries(datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
        return [one for one in found if kind in {"", one.entry.source}]

    def assessments(self, kind: str = "") -> list[tuple[StoredEntry, Assessment]]:
        """What was read with what is thought of it."""
        assess, known = self.monitor.assessor.assess, self.monitor.source
        return [(one, assess(one, known(one.entry.source))) for one in self.entries(kind)]

    def developments(self, market: str, **filters: Any) -> tuple[Development, ...]:
        """The market's developments but for its own old lines."""
        wanted = [status for status in Status if status is not Status.BASELINE]
        return self.monitor.store.developments(market, **{"statuses": wanted, **filters})


@contextmanager
def watching(folder: Path, kinds: Sequence[str], seconds: float = 20.0) -> Iterator[Watch]:
    """Open it, before the first look; a look may take so many seconds."""
    with internet() as net:
        lines = "".join(f'  - {{name: {kind}, kind: {kind}, url: "{source(net, kind).url}", tier: 1}}\n' for kind in kinds)
        (folder / "feeds.yaml").write_text(
            f"contact: me@example.org\nhost_spacing: 0s\ndefaults: {{every: 12h}}\nsources:\n{lines}editions:\n{EDITION}"
        )
        watch = Watch(net)
        with app.opened(around(folder, net.web), now=lambda: watch.now, jitter=lambda: 0.5) as watch.monitor:
            local = frozenset({("127.0.0.1", net.web.port)})
            watch.monitor.fetcher = lambda: Fetcher(ME, local, limits=Limits(seconds=seconds))
            yield watch
