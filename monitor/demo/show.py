"""The demo's run: three Mondays of the whole line over the demo's own feeds, as if the monitor had been installed on the first of them."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from monitor import app, delivering, explaining, exports, pipeline
from monitor.demo import DEMO_BASELINE, DEMO_NOW, REPORT
from monitor.demo.server import FEEDS_YAML, DemoServer
from monitor.errors import MonitorError
from monitor.files import write_atomically
from monitor.model import Coverage, Development, Issue, Status
from monitor.pipeline import Assessed, Monitor
from monitor.sinks import folder as digests

MONDAYS = (DEMO_BASELINE, DEMO_BASELINE + timedelta(weeks=1), DEMO_NOW)  # 07:00 in Berlin, when the weekly edition is due
EARLIER = timedelta(minutes=10)  # the feeds are looked at before the edition is due, so that it tells what they brought
SHOWN = (Status.BASELINE, Status.PROPOSED, Status.REVIEW)  # nobody has decided anything yet; mentions are for the digest
WRITTEN = ("feeds.yaml", "monitor.db", "monitor.db-journal", "monitor.db-wal", "monitor.db-shm", "digests", "report", "tables")

Progress = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True, slots=True)
class Monday:
    """What the line did on one Monday morning."""

    moment: datetime
    looks: Mapping[str, int]  # outcome → sources
    new: int
    revised: int
    assessed: Assessed
    issue: Issue


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the demo has to tell. `tables`, `digest` and `report` are files."""

    folder: Path
    mondays: tuple[Monday, ...]
    developments: Mapping[str, tuple[Development, ...]]  # market → its table
    why: str  # the path of one of them, in words
    example: Development
    digest: tuple[Path, ...]
    tables: Mapping[str, Path]
    report: Path
    lines_added: int

    @property
    def coverage(self) -> tuple[Coverage, ...]:
        """The sources as the last issue reports them."""
        return self.mondays[-1].issue.digest.coverage


@dataclass
class StandingClock:
    """Stands still until it is set: two people who run the demo see the same digest."""

    moment: datetime = field(default=DEMO_BASELINE - EARLIER)

    def __call__(self) -> datetime:
        return self.moment


def run(folder: Path, progress: Progress) -> Shown:
    """Run the line over the demo's feeds and leave everything it wrote in `folder`; an earlier demo there starts over.

    Raises MonitorError when the folder holds anything else.
    """
    prepare(folder)
    clock = StandingClock()
    with DemoServer() as server:
        write_atomically(folder / "feeds.yaml", server.feeds_yaml().encode())
        around = app.Environment(
            config=(folder / "feeds.yaml").absolute(),
            database=f"sqlite:///{(folder / 'monitor.db').absolute()}",
            allow=server.allow,
            workers=1,  # one after the other, so that every run reads the same entries in the same order
            secrets={},  # no mail leaves the demo, whatever the environment says
        )
        with app.opened(around, now=clock, jitter=lambda: 0.5) as monitor:
            mondays = tuple(_monday(monitor, server, clock, moment, progress) for moment in MONDAYS)
            return _shown(folder, monitor, mondays, clock.moment)


def prepare(folder: Path) -> None:
    """Make the folder ready: new, or with what an earlier demo wrote taken away. Raises MonitorError for anybody else's folder."""
    own = FEEDS_YAML.splitlines()[0]
    if folder.exists():
        feeds = folder / "feeds.yaml"
        if not folder.is_dir():
            raise MonitorError(f"{folder} is a file: name a new folder, as in `monitor demo my-demo`")
        if any(folder.iterdir()) and not (feeds.is_file() and feeds.read_text(errors="replace").startswith(own)):
            raise MonitorError(f"{folder} holds what is not the demo's and stays as it is: name a new folder, as in `monitor demo my-demo`")
    try:
        for name in WRITTEN:
            path = folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        (folder / "report").mkdir(parents=True)
        shutil.copyfile(REPORT, folder / "report" / REPORT.name)
    except OSError as error:
        raise MonitorError(f"{error.filename or folder} cannot be written: {error.strerror}") from error


def _monday(monitor: Monitor, server: DemoServer, clock: StandingClock, moment: datetime, progress: Progress) -> Monday:
    """Look at every source, decide about what came, and send the edition that is due."""
    server.moment, clock.moment = moment, moment - EARLIER
    looks: Counter[str] = Counter()
    new = revised = 0
    day = f"{moment:%-d %b}"
    with progress(f"{day}: looking at the sources", len(monitor.config.sources)) as step:
        for look, saved in pipeline.poll(monitor):
            looks[look.outcome] += 1
            new, revised = new + saved.new, revised + saved.revised
            step(1)
    with progress(f"{day}: deciding", new + revised) as step:
        assessed = pipeline.assess(monitor, step)
    clock.moment = moment
    (issue,) = pipeline.issue(monitor)
    delivering.deliver(monitor)
    return Monday(moment, looks, new, revised, assessed, issue)


def _shown(folder: Path, monitor: Monitor, mondays: tuple[Monday, ...], now: datetime) -> Shown:
    developments, tables = {}, {}
    for market in monitor.seeds.markets.values():
        rows = monitor.store.developments(market.id, statuses=SHOWN)
        developments[market.id] = rows
        tables[market.id] = folder / "tables" / f"{market.id}.csv"
        write_atomically(tables[market.id], exports.export(rows, "csv", as_of=now).encode())
    example = _example(mondays[-1].issue, developments)
    report = folder / "report" / REPORT.name
    return Shown(
        folder=folder,
        mondays=mondays,
        developments=developments,
        why=explaining.as_text(explaining.stored(monitor, example.id)),
        example=example,
        digest=digests.paths(folder / "digests", mondays[-1].issue),
        tables=tables,
        report=report,
        lines_added=len(report.read_text().splitlines()) - len(REPORT.read_text().splitlines()),
    )


def _example(issue: Issue, developments: Mapping[str, tuple[Development, ...]]) -> Development:
    """The development to explain: the first the last issue proposes, or the newest in any table."""
    proposed = [one.development for section in issue.digest.sections for one in section.proposed]
    found = [*proposed, *(one for rows in developments.values() for one in rows if one.status is Status.PROPOSED)]
    if not found:
        raise MonitorError("the demo found no development: this installation is broken, install it again")
    return found[0]
