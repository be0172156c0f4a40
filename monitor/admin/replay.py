"""Saved bodies through the whole line again: read, assessed, clustered and phrased in a database that is thrown away afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import app, pipeline, polling, raw
from monitor.admin.verdicts import Verdict, verdict
from monitor.app import Environment
from monitor.config import Config
from monitor.gazetteer import Seeds
from monitor.model import Development, Outcome, Poll, Source, Status
from monitor.pipeline import Monitor
from monitor.raw import Saved
from monitor.sources import Document

SHOWN = tuple(status for status in Status if status not in {Status.BASELINE, Status.WITHDRAWN})
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Look:
    """One saved look: its files, how it ended, and what it brought that was new then."""

    files: tuple[Path, ...]
    moment: datetime
    outcome: Outcome
    detail: str
    entries: int
    new: int
    revised: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the saved bodies of a source would become."""

    source: Source
    looks: tuple[Look, ...]
    verdicts: tuple[Verdict, ...]
    developments: tuple[Development, ...]


def replay(around: Environment, config: Config, seeds: Seeds, source: Source, bodies: Sequence[Saved]) -> Replayed:
    """Take saved bodies as the looks they were; the database of the surroundings is not touched."""
    clock = [bodies[0].moment]
    alone = replace(config, sources=(replace(source, enabled=True, keep_raw=None),), groups=(), editions=())
    with tempfile.TemporaryDirectory(prefix="monitor-replay-") as folder:
        elsewhere = replace(around, database=f"sqlite:///{Path(folder) / 'replay.db'}")
        with app.assembled(elsewhere, alone, seeds, now=lambda: clock[0], jitter=lambda: 0.5) as monitor:
            _empty_first_look(monitor, source)
            looks = []
            for pages in raw.looks(bodies):
                clock[0] = max(pages[0].moment, clock[0])
                looks.append(_look(monitor, source, pages))
            pipeline.assess(monitor)
            return Replayed(source, tuple(looks), _verdicts(monitor), _developments(monitor))


def _empty_first_look(monitor: Monitor, source: Source) -> None:
    """Else the first body would be what was there before, and not news."""
    moment = monitor.now() - timedelta(seconds=1)
    monitor.store.record_polls([Poll(source.name, Outcome.EMPTY, moment, moment, moment)])


def _look(monitor: Monitor, source: Source, pages: Sequence[Saved]) -> Look:
    documents = [monitor.reader.read(source.kind, one.page.body, source, one.page.url or source.url) for one in pages]
    state = next(state for state in monitor.store.sources() if state.name == source.name)
    now = monitor.now()
    poll = polling.decide(source, state, pages[0].page, _joined(documents), started=now, finished=now, jitter=0.5)
    (saved,) = monitor.store.record_polls([poll])
    return Look(
        tuple(one.file for one in pages), now, poll.outcome, poll.detail, len(poll.entries), saved.new, saved.revised, poll.parse_failures
    )


def _joined(documents: Sequence[Document]) -> Document:
    """The pages of one look as one document; one that cannot be read speaks for all."""
    bad = next((one for one in documents if one.outcome not in polling.READABLE), None)
    entries = {entry.identity: entry for one in reversed(documents) for entry in one.entries}
    return bad or replace(documents[0], entries=tuple(entries.values()) if len(documents) > 1 else documents[0].entries)


def _verdicts(monitor: Monitor) -> tuple[Verdict, ...]:
    decided = ((stored, monitor.store.assessment(stored.id)) for stored in monitor.store.entries(FIRST, LAST))
    return tuple(verdict(stored, assessment) for stored, assessment in decided if assessment is not None)


def _developments(monitor: Monitor) -> tuple[Development, ...]:
    return tuple(one for market in monitor.seeds.markets for one in monitor.store.developments(market, statuses=SHOWN, oldest_first=True))
