"""The command that tries edited seeds/ on what was read before: backtest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import WELL, show, surroundings

if TYPE_CHECKING:
    from monitor.app import Environment
    from monitor.backtest import Change
    from monitor.model import Development
    from monitor.store import Store

Frozen = list[tuple["Development", "Change"]]


@click.command()
@click.option("--since", default="90d", show_default=True, metavar="PERIOD|DAY", help="Entries first seen since: 90d, or a day.")
@click.option("--seeds", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Default: seeds/ beside feeds.yaml, as edited now.")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
def backtest(since: str, folder: Path | None, json_wanted: bool) -> int:
    """Show what the seeds as edited now would have made of what was read before: gained, lost, retyped, moved, told with other facts.

    Saves nothing. `monitor assess --again` does the same for good. Accepted lines stay in either case; those whose event would change
    are listed.
    """
    from monitor import backtest as trial
    from monitor.app import utc_now
    from monitor.assess import Assessor
    from monitor.config import load_config, load_seeds
    from monitor.store import Store

    around = surroundings()
    now = utc_now()
    start = beginning(since, now)
    seeds, _ = load_seeds(folder or around.beside("seeds"))
    sources = {source.name: source for source in load_config(around.config, None).sources}
    existing(around)
    found: list[Change] = []
    assessor, undecided, read = Assessor(seeds), 0, 0
    with Store.open(around.database) as store, show.Progress("deciding anew") as progress:
        for stored in store.entries(start, now):
            before = store.assessment(stored.id)
            read += 1
            progress(1)
            if before is None or before.revision != stored.revision:
                undecided += 1
                continue
            source = sources.get(stored.entry.source) or unknown(stored.entry.source)
            found += trial.changes(stored, before, assessor.assess(stored, source))
        frozen = _frozen(store, found)
    told = _as_values(start, read, undecided, found, frozen)
    if json_wanted:
        show.as_json(told)
    else:
        _tell(told)
    return WELL


def beginning(since: str, now: datetime) -> datetime:
    """The moment that a period back from now, or a day, begins."""
    from monitor.config.times import duration

    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", since):
            return datetime.fromisoformat(since).replace(tzinfo=UTC)
        return now - duration(since)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{since} is neither a period such as 90d nor a day such as 2026-05-04", param_hint="--since") from error


def existing(around: Environment) -> None:
    """Raise MonitorError rather than start an empty database."""
    from monitor.doctor.machine import file_of
    from monitor.errors import MonitorError

    file = file_of(around.database)
    if file is not None and not file.exists():
        raise MonitorError(f"nothing was read yet: there is no database at {file}")


def unknown(name: str) -> Any:
    """A source that left feeds.yaml, trusted like an aggregator, as the service does."""
    from monitor.model import Source

    return Source(name=name, url="", tier=3, enabled=False)


def _frozen(store: Store, found: Iterable[Change]) -> Frozen:
    """The lines people took into a report that tell an event of which a report would change."""
    from monitor.model import Status

    touched: Frozen = []
    for change in found:
        events = dict.fromkeys(event for _, event in store.reports(change.entry) if event is not None)
        for event in events:
            lines = store.developments_of(event)
            touched += [(line, change) for line in lines if line.status in {Status.ACCEPTED, Status.EDITED}]
    return touched


def _as_values(start: datetime, read: int, undecided: int, found: list[Change], frozen: Frozen) -> dict[str, Any]:
    from monitor import backtest as trial

    def counted(by: Any) -> list[dict[str, Any]]:
        return [{by: name, **{kind: count[kind] for kind in trial.KINDS}} for name, count in trial.counts(found, by).items()]

    return {
        "since": start,
        "entries": read,
        "undecided": undecided,
        "by_source": counted("source"),
        "by_rule": counted("rule"),
        "changes": [_plain(change) for kind in trial.KINDS for change in found if change.kind == kind],
        "accepted": [{"id": line.id, "line": line.line_text, **_plain(change)} for line, change in frozen],
    }


def _plain(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in ("kind", "title", "before", "after", "rule", "source", "entry")}


def _tell(told: dict[str, Any]) -> None:
    left = f", {told['undecided']} not decided about yet and left out" if told["undecided"] else ""
    click.echo(f"{told['entries']} entries since {show.local(told['since'])}{left}: {len(told['changes'])} changes; nothing was saved")
    for part in ("by_source", "by_rule", "changes"):
        if told[part]:
            show.table(told[part], json_wanted=False, empty="")
    if told["accepted"]:
        click.echo("Accepted lines whose event would change; they stay as they are, and `monitor assess --again` flags them:")
        rows = [{key: row[key] for key in ("id", "kind", "before", "after", "line")} for row in told["accepted"]]
        show.table(rows, json_wanted=False, empty="")
