"""Bringing many reports up to date by their rules, once or again and again."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.asked import market_names
from monitor.cli import LOOK, WELL, monitor, show

if TYPE_CHECKING:
    from monitor.errors import Problem
    from monitor.gazetteer import Seeds
    from monitor.pipeline import Monitor
    from monitor.report import Rules, Update

NAMES = ("added", "changed", "kept_by_hand", "flagged")
FILE = "reports.yaml"
NO_MARKET = "no market is said: add `market: …` to it in reports.yaml, market=… to its own marker, or --market ID"


def problems_of(folder: Path, seeds: Seeds) -> Sequence[Problem]:
    """What is wrong or unwise in the reports.yaml of a folder and in the markers of its reports; nothing where there is no such file."""
    from monitor.config.reports_file import load_reports, marked
    from monitor.errors import ConfigError, Problem, ReportFileError

    if not (folder / FILE).exists():
        return ()
    try:
        listed, unwise = load_reports(folder / FILE, market_names(seeds))
    except ConfigError as error:
        return error.problems
    problems = [*unwise]
    for rules in listed:
        try:
            if rules.path.is_file() and not marked(rules, market_names(seeds)).market:
                problems.append(Problem(str(rules.path), 1, 1, "market", NO_MARKET, "error"))
        except ConfigError as error:
            problems += error.problems
        except ReportFileError as error:
            problems.append(Problem(str(rules.path), 1, 1, "", str(error).removeprefix(f"{rules.path}: "), "error"))
    return problems


def rules_for(opened: Monitor, file: Path, path: Path | None, said: Mapping[str, Any]) -> Rules:
    """What the command line says of a report; for the rest its own marker, and for the rest reports.yaml where it is listed there.

    Raises ConfigError for a mistake in the marker or in reports.yaml, ReportFileError when the report cannot be read.
    """
    from monitor.config.reports_file import load_reports, marked
    from monitor.report import Rules

    names, listing = market_names(opened.seeds), path or opened.config.path.parent / FILE
    listed = load_reports(listing, names)[0] if path is not None or listing.exists() else ()
    there = next((rules for rules in listed if rules.path.resolve() == file.resolve()), Rules(file))
    return replace(marked(replace(there, path=file), names), **said)


def update_all(path: Path | None, *, dry_run: bool, json_wanted: bool) -> int:
    """Bring every report of a reports.yaml up to date; one that cannot be is named and does not keep the others waiting."""
    from monitor.config.reports_file import load_reports

    with monitor() as opened:
        listed, _ = load_reports(path or opened.config.path.parent / FILE, market_names(opened.seeds))
        done = [_updated(opened, rules, dry_run) for rules in listed]
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


def _updated(opened: Monitor, listed: Rules, dry_run: bool) -> tuple[Rules, Update | None, str]:
    from monitor import pipeline
    from monitor import report as reports
    from monitor.config.reports_file import marked
    from monitor.errors import ConfigError, ReportFileError

    try:
        rules = marked(listed, market_names(opened.seeds))
        if not rules.market:
            raise ReportFileError(rules.path, NO_MARKET)
        planned = reports.ruled(rules, pipeline.in_report(opened, rules.market, rules.proposed), opened.now())
        if not dry_run:
            reports.write(planned)
    except ReportFileError as error:
        return listed, None, str(error)
    except ConfigError as error:
        return listed, None, "\n".join(map(str, error.problems))
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
    from monitor.config.reports_file import load_reports
    from monitor.errors import ConfigError

    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    said: set[str] = set()
    trouble = False
    try:
        with monitor() as opened:
            while not stop.is_set():
                try:
                    done = [_updated(opened, rules, False) for rules in load_reports(folder / FILE, market_names(opened.seeds))[0]]
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
