"""Commands for report builders: report update."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from monitor.cli import WELL, monitor, show

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


@report.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--market", "-m", required=True, metavar="ID", help="Id or short name of the market.")
@click.option(
    "--include",
    "include",
    multiple=True,
    type=click.Choice(["accepted", "proposed"]),
    help="accepted is always in; proposed lines are added when you say so.",
)
@click.option("--heading", default="Recent Developments", show_default=True, help="The section's heading, in any case.")
@click.option("--order", type=click.Choice(["as-is", "newest", "oldest"]), default="as-is", show_default=True, help="Of the new lines.")
@click.option("--create", is_flag=True, help="Start the section where the report has none.")
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@click.option("--json", "json_wanted", is_flag=True, help="Say what was done as JSON.")
def update(
    file: Path, market: str, include: tuple[str, ...], heading: str, order: str, create: bool, dry_run: bool, json_wanted: bool
) -> int:
    """Add the accepted lines of a market to its section of a text, Markdown or HTML report, in the report's own order and bullet style.

    Every other byte stays; lines edited by hand stay; a second run changes nothing; the file as it was is kept beside it.
    """
    from monitor import pipeline
    from monitor import report as reports

    with monitor() as opened_monitor:
        found = market_of(opened_monitor, market)
        lines = pipeline.in_report(opened_monitor, found.id, "proposed" in include)
    planned = reports.plan(file, lines, heading=heading, create=create, order=ORDERS[order])
    backup = None if dry_run else reports.write(planned)
    if json_wanted:
        names = ("added", "changed", "kept_by_hand", "flagged")
        show.as_json({"file": file, **{name: getattr(planned, name) for name in names}, "backup": backup, "dry_run": dry_run})
        return WELL
    if dry_run:
        click.echo(planned.diff() or "nothing to change\n", nl=False)
    else:
        click.echo(f"{file}: {len(planned.added)} lines added" + (f"; as it was: {backup}" if backup else ""))
    for sentence in planned.flagged:
        click.echo(sentence, err=True)
    return WELL


ORDERS: dict[str, Literal["oldest_first", "newest_first"] | None] = {"as-is": None, "newest": "newest_first", "oldest": "oldest_first"}
