"""Bringing many reports up to date by their rules, once or again and again."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli import LOOK, WELL, monitor, show

if TYPE_CHECKING:
    from monitor.pipeline import Monitor
    from monitor.report import Rules, Update

NAMES = ("added", "changed", "kept_by_hand", "flagged")


def rules_of(opened: Monitor, path: Path) -> tuple[Rules, ...]:
    """The rules of a reports.yaml; raises ConfigError."""
    from monitor.config.reports_file import load_reports

    markets = {name.lower(): one.id for one in opened.seeds.markets.values() for name in (one.id, one.short)}
    return load_reports(path, markets)[0]


def update_all(path: Path | None, *, dry_run: bool, json_wanted: bool) -> int:
    """Bring every report of a reports.yaml up to date; one that cannot be is named and does not keep the others waiting."""
    with monitor() as opened:
        done = [_updated(opened, rules, dry_run) for rules in rules_of(opened, path or opened.config.path.parent / "reports.yaml")]
    if json_wanted:
        show.as_json(
            [
                {"file": rules.path, **{name: getattr(planned, name, ()) for name in NAMES}, "error": error, "dry_run": dry_run}
                for rules, planned, error in done
            ]
        )
    else:
        for rules, planned, error in done:
            for sentence in [error] if error else told(rules, planned, dry_run, quiet=False):
                click.echo(sentence, err=bool(error))
    return LOOK if any(error for _, _, error in done) else WELL


def _updated(opened: Monitor, rules: Rules, dry_run: bool) -> tuple[Rules, Update | None, str]:
    from monitor import pipeline
    from monitor import report as reports
    from monitor.errors import ReportFileError

    try:
        planned = reports.ruled(rules, pipeline.in_report(opened, rules.market, rules.proposed), opened.now())
        if not dry_run:
            reports.write(planned)
    except ReportFileError as error:
        return rules, None, str(error)
    return rules, planned, ""


def told(rules: Rules, planned: Update | None, dry_run: bool, *, quiet: bool) -> Sequence[str]:
    """What was done to a report, in sentences; `quiet`: nothing when nothing was."""
    if planned is None:
        return ()
    if dry_run:
        return [planned.diff().rstrip("\n") or f"{rules.path}: nothing to change", *planned.flagged]
    said = [f"{rules.path}: {id_} {what}" for what, ids in (("added", planned.added), ("changed", planned.changed)) for id_ in ids]
    said += [f"{rules.path}: {flag}" for flag in planned.flagged]
    said += [f"{rules.path}: {id_} was edited by hand and stays so" for id_ in planned.kept_by_hand]
    return said if said or quiet else [f"{rules.path}: up to date"]


def watch_folder(folder: Path, *, every: int, once: bool) -> int:
    """Keep the reports of a folder's reports.yaml up to date until the signal to stop; each change and each trouble is told once."""
    from monitor.errors import ConfigError

    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    said: set[str] = set()
    trouble = False
    try:
        with monitor() as opened:
            while not stop.is_set():
                try:
                    done = [_updated(opened, rules, False) for rules in rules_of(opened, folder / "reports.yaml")]
                    sentences = [
                        one for rules, planned, error in done for one in ([error] if error else told(rules, planned, False, quiet=True))
                    ]
                    trouble = any(error for _, _, error in done)
                except ConfigError as error:
                    if once:
                        raise
                    sentences, trouble = [str(problem) for problem in error.problems], True
                for sentence in sentences:
                    if sentence not in said:
                        click.echo(sentence)
                said = set(sentences)
                if once:
                    break
                stop.wait(every)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return LOOK if trouble else WELL
