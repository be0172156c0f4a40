"""Commands for report builders: report update."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from click.core import ParameterSource

from monitor.cli import WELL, monitor, show
from monitor.cli.claims import report_audit
from monitor.cli.reporting import NO_MARKET, rules_for, update_all, watch_folder

if TYPE_CHECKING:
    from monitor.gazetteer import Market
    from monitor.pipeline import Monitor
DAY = click.DateTime(["%Y-%m-%d"])


def market_of(opened_monitor: Monitor, name: str) -> Market:
    """A market by id or short name; raises NotFound with those there are."""
    from monitor import asked

    return asked.market_of(name, opened_monitor.seeds)


@click.group()
def report() -> None:
    """Bring the Recent Developments section of a report up to date."""


report.add_command(report_audit)


@report.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--market", "-m", metavar="ID", help="Id or short name of the market of FILE.")
@click.option("--rules", type=click.Path(path_type=Path), help="The rules of reports; default: reports.yaml beside feeds.yaml.")
@click.option(
    "--include",
    "include",
    multiple=True,
    type=click.Choice(["accepted", "proposed"]),
    help="accepted is always in; proposed lines are added when you say so.",
)
@click.option("--heading", default="Recent Developments", show_default=True, help="The section's heading, in any case.")
@click.option("--order", type=click.Choice(["as-is", "newest", "oldest"]), default="as-is", show_default=True, help="Of the new lines.")
@click.option("--form", type=click.Choice(["line", "table"]), default="line", show_default=True, help="What new developments become.")
@click.option("--create", is_flag=True, help="Start the section where the report has none.")
@click.option("--tracked", is_flag=True, help="Word: what is added stands there as a tracked change.")
@click.option("--comments", is_flag=True, help="Markdown and HTML: a comment beside each line that is flagged.")
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@click.option("--json", "json_wanted", is_flag=True, help="Say what was done as JSON.")
def update(file: Path | None, rules: Path | None, dry_run: bool, json_wanted: bool, **said: Any) -> int:
    """Add the accepted lines of a market to its section of a Word, HTML, Markdown, reStructuredText or text report, in the report's own
    order and bullet style. Without FILE: to every report of reports.yaml. What is not said here is as the report's own marker says, or
    else reports.yaml.

    Every other byte stays; lines edited by hand stay; a second run changes nothing; the file as it was is kept beside it.
    """
    if file is None:
        return update_all(rules, dry_run=dry_run, json_wanted=json_wanted)

    from monitor import pipeline
    from monitor import report as reports

    context = click.get_current_context()
    given = {name: value for name, value in said.items() if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    with monitor() as opened_monitor:
        if "market" in given:
            given["market"] = market_of(opened_monitor, given["market"]).id
        if "order" in given:
            given["order"] = ORDERS[given["order"]]
        if "include" in given:
            given["proposed"] = "proposed" in given.pop("include")
        wanted = rules_for(opened_monitor, file, rules, given)
        if not wanted.market:
            raise click.UsageError(f"{file}: {NO_MARKET}")
        lines = pipeline.in_report(opened_monitor, wanted.market, wanted.proposed)
        planned = reports.ruled(wanted, lines, opened_monitor.now())
    backup = None if dry_run else reports.write(planned)
    if json_wanted:
        names = ("added", "changed", "kept_by_hand", "flagged")
        show.as_json({"file": file, **{name: getattr(planned, name) for name in names}, "backup": backup, "dry_run": dry_run})
        return WELL
    if dry_run:
        click.echo(planned.diff() or "nothing to change\n", nl=False)
    else:
        click.echo(f"{file}: {len(planned.added)} lines added" + (f"; as it was: {backup}" if backup else ""))
    for sentence in (*planned.flagged, *(f"{id_}: edited by hand, and stays so" for id_ in planned.kept_by_hand)):
        click.echo(sentence, err=True)
    return WELL


@report.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--every", type=click.IntRange(min=1), default=300, show_default=True, metavar="SECONDS", help="How often to look.")
@click.option("--once", is_flag=True, help="Look once and end, as cron wants it.")
def watch(folder: Path, every: int, once: bool) -> int:
    """Keep the reports that FOLDER/reports.yaml names current with what is accepted, until stopped; each change is told."""
    return watch_folder(folder, every=every, once=once)


ORDERS: dict[str, Literal["oldest_first", "newest_first"] | None] = {"as-is": None, "newest": "newest_first", "oldest": "oldest_first"}
