"""The composition root: environment → Monitor."""

from __future__ import annotations

import logging
import os
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from monitor import __version__, phrase, pipeline, polling, sinks, web_settings
from monitor.asked import market_names
from monitor.assess import Assessor
from monitor.config import Config, load_config, load_seeds, shipped
from monitor.config.examples import broken_examples
from monitor.engine.embedded import Threads
from monitor.errors import ConfigError, MonitorError, Problem
from monitor.fetch import Fetcher, allowed_hosts, user_agent
from monitor.fetch.sending import Sender
from monitor.gazetteer import Seeds
from monitor.model import Poll, Source, SourceState
from monitor.pipeline import Monitor
from monitor.raw import Raw
from monitor.render import Renderer
from monitor.restored import LastSent
from monitor.sources import Reader
from monitor.store import Store

log = logging.getLogger(__name__)

WORKERS = 32


@dataclass(frozen=True, slots=True)
class Environment:
    """What the surroundings say: where the files are, which database, which inner hosts may be read, how mail leaves."""

    config: Path
    database: str
    allow: frozenset[tuple[str, int]]
    workers: int
    secrets: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """The folder of feeds.yaml: seeds/ and templates/ beside it win over the shipped ones."""
        return self.config.parent

    @property
    def kept(self) -> Path:
        """The folder of kept bodies: beside a database that is a file, beside feeds.yaml otherwise."""
        return self._file.parent / "raw"

    @property
    def last_sent(self) -> Path:
        """The file that says when something last left: beside a database that is a file, beside feeds.yaml otherwise."""
        return self._file.with_name(f"{self._file.name}.last-sent")

    @property
    def _file(self) -> Path:
        scheme, _, rest = self.database.partition(":///")
        file = unquote(rest.partition("?")[0]) if scheme.startswith("sqlite") else ""
        return Path(file).absolute() if file else self.folder / "monitor"

    def beside(self, name: str) -> Path:
        """seeds/ or templates/ of the organisation, or the shipped one."""
        own = self.folder / name
        return own if own.is_dir() else shipped(name)


def environment(config: str | None = None, database: str | None = None, environ: Mapping[str, str] = os.environ) -> Environment:
    """Read MONITOR_CONFIG, MONITOR_DATABASE_URL, MONITOR_ALLOW_HOSTS and MONITOR_WORKERS; arguments win.

    Raises MonitorError when there is no feeds.yaml or a variable cannot be read.
    """
    path = Path(config or environ.get("MONITOR_CONFIG") or "feeds.yaml").expanduser().absolute()
    if not path.is_file():
        raise MonitorError(f"no configuration at {path}: write one with `monitor init DIR`, or name one with --config or MONITOR_CONFIG")
    try:
        allow = allowed_hosts(environ.get("MONITOR_ALLOW_HOSTS", ""))
        workers = int(environ.get("MONITOR_WORKERS", WORKERS))
    except ValueError as error:
        raise MonitorError(f"environment: MONITOR_ALLOW_HOSTS or MONITOR_WORKERS: {error}") from error
    url = database or environ.get("MONITOR_DATABASE_URL") or f"sqlite:///{path.parent / 'monitor.db'}"
    return Environment(path, url, allow, max(1, workers), environ)


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def load(surroundings: Environment, *, examples: bool = False) -> tuple[Config, Seeds, tuple[Problem, ...]]:
    """feeds.yaml and seeds/, checked, with the warnings; raises ConfigError with every mistake of both.

    `examples`: also refuse rules of types.yaml that break their own examples, which takes half a second.
    """
    try:
        seeds, warnings = load_seeds(surroundings.beside("seeds"))
    except ConfigError as wrong:
        try:
            load_config(surroundings.config, None)
        except ConfigError as also_wrong:
            raise ConfigError((*also_wrong.problems, *wrong.problems)) from wrong
        raise
    config = load_config(surroundings.config, seeds)
    if examples and (broken := tuple(broken_examples(surroundings.beside("seeds"), seeds))):
        raise ConfigError(broken)
    return config, seeds, (*config.warnings, *warnings)


@contextmanager
def opened(
    surroundings: Environment,
    *,
    now: Callable[[], datetime] = utc_now,
    jitter: Callable[[], float] = random.random,
    examples: bool = False,
) -> Iterator[Monitor]:
    """The monitor of these surroundings, closed at the end; the demo and tests bring a clock of their own."""
    config, seeds, _ = load(surroundings, examples=examples)
    with assembled(surroundings, config, seeds, now=now, jitter=jitter) as monitor:
        yield monitor


@contextmanager
def assembled(
    surroundings: Environment, config: Config, seeds: Seeds, *,
    now: Callable[[], datetime] = utc_now, jitter: Callable[[], float] = random.random,
) -> Iterator[Monitor]:  # fmt: skip
    """A Monitor over an open store; threads, reader and fetchers are closed at the end."""
    store = Store.open(surroundings.database)
    fetchers: list[Fetcher] = []
    mine = threading.local()

    def fetcher() -> Fetcher:
        if not hasattr(mine, "fetcher"):
            mine.fetcher = Fetcher(
                user_agent=user_agent(__version__, config.contact), allow=surroundings.allow, secrets=surroundings.secrets
            )
            fetchers.append(mine.fetcher)
        found: Fetcher = mine.fetcher
        return found

    reader = Reader()
    threads: Threads[tuple[Source, SourceState], Poll] = Threads(surroundings.workers)
    monitor = Monitor(
        config=config,
        seeds=seeds,
        store=store,
        now=now,
        fetcher=fetcher,
        reader=reader,
        pacer=polling.HostPacer(config.host_spacing.total_seconds()),
        threads=threads,
        jitter=jitter,
        assessor=Assessor(seeds),
        post=sinks.Post(
            folder=surroundings.folder,
            smtp=sinks.smtp_settings(surroundings.secrets),
            renderer=Renderer(surroundings.beside("templates")),
            lines=lambda market, proposed: pipeline.in_report(monitor, market, proposed),
            sender=Sender(user_agent(__version__, config.contact), surroundings.allow),
            secrets=surroundings.secrets,
            links=web_settings.settings(surroundings.secrets).links,
            markets=market_names(seeds),
        ),
        archive=sinks.imap_settings(surroundings.secrets),
        raw=Raw(surroundings.kept),
        last_sent=LastSent(surroundings.last_sent),
    )
    try:
        settle(monitor)
        yield monitor
    finally:
        threads.close()
        reader.close()
        for each in fetchers:
            each.close()
        store.close()


def settle(monitor: Monitor) -> None:
    """Bring the store in line with the files: sources, the reports' own lines, editions."""
    now = monitor.now()
    monitor.store.sync_sources(monitor.config.sources, now)
    for market in monitor.seeds.markets.values():
        monitor.store.sync_baseline(phrase.baseline(market, now), market=market.id, now=now)
    pipeline.plan_editions(monitor)


class Watch:
    """Notices that feeds.yaml, seeds/ or templates/ changed, and takes the new ones only when they are right."""

    def __init__(self, surroundings: Environment, monitor: Monitor) -> None:
        self._surroundings, self._monitor = surroundings, monitor
        self._seen = self._taken = self._stamp()

    def _stamp(self) -> tuple[tuple[str, int, int], ...]:
        files = [self._surroundings.config]
        for name in ("seeds", "templates"):
            files += sorted(path for path in self._surroundings.beside(name).rglob("*") if path.is_file())
        return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files if path.exists())

    def reload(self) -> bool:
        """Take changed files once they stood still for one beat (an editor may be writing); keep the last good ones when broken."""
        stamp = self._stamp()
        still, self._seen = stamp == self._seen, stamp
        if not still or stamp == self._taken:
            return False
        self._taken = stamp
        try:
            config, seeds, _ = load(self._surroundings, examples=True)
            renderer = Renderer(self._surroundings.beside("templates"))
        except (ConfigError, MonitorError) as error:
            log.error("the changed configuration is not used, the last good one stays:\n%s", error)
            return False
        monitor = self._monitor
        before = {source.name for source in monitor.config.sources}
        after = {source.name for source in config.sources}
        monitor.config, monitor.seeds = config, seeds
        monitor.assessor, monitor.pacer = Assessor(seeds), polling.HostPacer(config.host_spacing.total_seconds())
        monitor.post = replace(monitor.post, renderer=renderer)
        settle(monitor)
        added, removed = sorted(after - before), sorted(before - after)
        log.info("configuration %s in force; sources added: %s; removed: %s", config.version[:8], added or "none", removed or "none")
        return True
