"""Looking at a source as the monitor would, without a database: the same fetcher, reader and assessor, and nothing is written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import __version__, polling, sources
from monitor.app import Environment, utc_now
from monitor.assess import Assessor
from monitor.config import Config
from monitor.fetch import Fetcher, user_agent
from monitor.gazetteer import Seeds
from monitor.model import Page, Source, Validators
from monitor.sources import Document, Reader


@dataclass(frozen=True, slots=True)
class Looker:
    """What a look needs; made by `looker`."""

    config: Config
    seeds: Seeds
    assessor: Assessor
    now: datetime
    _fetcher: Callable[[], Fetcher]
    _reader: Reader
    _pacer: polling.HostPacer

    def page(self, source: Source) -> Page:
        """The whole page at the source's address of now; raises FetchError."""
        return sources.at_first(source, self.now, lambda url: self._page(source, url))

    def _page(self, source: Source, url: str) -> Page:
        with self._pacer.turn(url):
            page = self._fetcher().get(replace(source, url=url), Validators(), self.now)
        assert page is not None, "nothing is known that could be unchanged"
        return page

    def document(self, source: Source, page: Page) -> Document:
        """What stands in a page, read as the source's kind."""
        return self._reader.read(source.kind, page.body, source, page.url)


@contextmanager
def looker(around: Environment, config: Config, seeds: Seeds) -> Iterator[Looker]:
    """Everything for looks of any number of threads, closed at the end."""
    fetchers: list[Fetcher] = []
    mine = threading.local()

    def fetcher() -> Fetcher:
        if not hasattr(mine, "fetcher"):
            mine.fetcher = Fetcher(user_agent(__version__, config.contact), around.allow, around.secrets)
            fetchers.append(mine.fetcher)
        found: Fetcher = mine.fetcher
        return found

    reader = Reader()
    try:
        pacer = polling.HostPacer(config.host_spacing.total_seconds())
        yield Looker(config, seeds, Assessor(seeds), utc_now(), fetcher, reader, pacer)
    finally:
        reader.close()
        for each in fetchers:
            each.close()
