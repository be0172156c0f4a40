"""Commands for report builders: table, report update."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from monitor.cli import WELL, monitor, show
from monitor.cli.claims import report_audit
from monitor.cli.reporting import update_all, watch_folder

if TYPE_CHECKING:
    from monitor.gazetteer import Market
    from monitor.model import Status
    from monitor.pipeline import Monitor

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--market", "-m", required=True, metavar="ID", help="Id or short name of the market.")
@click.option(
    "--format", "-f", "shape", type=click.Choice(["csv", "json", "markdown", "html"]), default="markdown", show_default=True, help="How."
)
@click.option("--json", "json_wanted", is_flag=True, help="The same as --format json.")
@click.option("--since", type=DAY, help="Events of this day or later.")
@click.option("--until", type=DAY, help="Events of this day or earlier.")
@click.option("--player", "players", multiple=True, metavar="ID", help="Only this player, its predecessors and what it owned at the time.")
@click.option("--type", "types", multiple=True, metavar="ID", help="Only this event type.")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="STATUS",
    help="baseline, accepted, edited (these by default), proposed, review, mention, rejected, withdrawn, or all.",
)
@click.option("--region", "regions", multiple=True, metavar="NODE", help="A region's id, or a country, of the market's tree.")
@click.option("--order", type=click.Choice(["newest", "oldest"]), default="newest", show_default=True, help="Which comes first.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]), help="The stamp to print (UTC); default: now.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Write there instead of printing.")
def table(
    market: str, shape: str, json_wanted: bool, since: datetime | None, until: datetime | None, players: tuple[str, ...],
    types: tuple[str, ...], statuses: tuple[str, ...], regions: tuple[str, ...], order: str, as_of: datetime | None, output: Path | None,
) -> int:  # fmt: skip
    """Print the latest developments of a market: accepted ones and those the report printed before (baseline), unless --status says more.

    Ids are stable, every row names its source, and all formats hold the same rows in the same order.
    """
    from monitor import exports
    from monitor.files import write_atomically

    with monitor() as opened_monitor:
        found = market_of(opened_monitor, market)
        rows = opened_monitor.store.developments(
            found.id,
            since=since.date() if since else None,
            until=until.date() if until else None,
            players=known(players, {player for one in opened_monitor.seeds.markets.values() for player in one.players}, "player"),
            types=known(types, opened_monitor.seeds.types, "event type"),
            statuses=wanted_statuses(statuses),
            regions=nodes(found, regions),
            oldest_first=order == "oldest",
        )
        stamp = as_of.replace(tzinfo=UTC) if as_of else opened_monitor.now()
    text = exports.export(rows, "json" if json_wanted else shape, as_of=stamp)  # type: ignore[arg-type]
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        write_atomically(output, text.encode())
    return WELL


def market_of(opened_monitor: Monitor, name: str) -> Market:
    """A market by id or short name; raises NotFound with those there are."""
    from monitor.errors import NotFound

    markets = opened_monitor.seeds.markets
    for market in markets.values():
        if name.lower() in {market.id.lower(), market.short.lower()}:
            return market
    there = ", ".join(f"{market.id} ({market.short})" for market in markets.values())
    raise NotFound(f"no market {name!r} in seeds/markets; there is: {there}")


def known(names: Sequence[str], there: Collection[str], what: str) -> tuple[str, ...]:
    """The names, each of which must exist; raises NotFound with the nearest that do."""
    from difflib import get_close_matches

    from monitor.errors import NotFound

    for name in names:
        if name not in there:
            near = get_close_matches(name, there) or sorted(there)
            raise NotFound(f"no {what} {name!r}; did you mean {', '.join(near[:5])}?")
    return tuple(names)


def wanted_statuses(names: Sequence[str]) -> tuple[Status, ...]:
    """The statuses asked for; those of the report when none is."""
    from monitor.model import IN_REPORT, Status

    if "all" in names:
        return tuple(Status)
    return tuple(Status(name) for name in known(names, [str(status) for status in Status], "status")) or IN_REPORT


def nodes(market: Market, names: Sequence[str]) -> tuple[str, ...]:
    """Regions (by id or name) and countries of the market's tree, as the store keeps them."""
    regions = {region.name.lower(): region.id for region in market.regions} | {region.id: region.id for region in market.regions}
    countries = {country.lower(): country for region in market.regions for country in region.countries}
    return tuple(
        regions.get(name.lower()) or countries.get(name.lower()) or known([name], [*regions, *countries], "region")[0] for name in names
    )


@click.group()
def report() -> None:
    """Bring the Recent Developments section of a report up to date."""


report.add_command(report_audit)


@report.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--market", "-m", metavar="ID", help="Id or short name of the market; needed with FILE.")
@click.option(
    "--rules", type=click.Path(path_type=Path), help="Without FILE: the reports of this file; default: reports.yaml beside feeds.yaml."
)
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
@click.option("--tracked", is_flag=True, help="Word: what is added stands there as a tracked change.")
@click.option("--comments", is_flag=True, help="Markdown and HTML: a comment beside each line that is flagged.")
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@click.option("--json", "json_wanted", is_flag=True, help="Say what was done as JSON.")
def update(
    file: Path | None, market: str | None, rules: Path | None, include: tuple[str, ...], heading: str, order: str, create: bool,
    tracked: bool, comments: bool, dry_run: bool, json_wanted: bool,
) -> int:  # fmt: skip
    """Add the accepted lines of a market to its section of a Word, HTML, Markdown, reStructuredText or text report, in the report's own
    order and bullet style. Without FILE: to every report of reports.yaml, by the rules there.

    Every other byte stays; lines edited by hand stay; a second run changes nothing; the file as it was is kept beside it.
    """
    if file is None:
        return update_all(rules, dry_run=dry_run, json_wanted=json_wanted)
    if market is None:
        raise click.UsageError("say which market's lines the report gets: --market ID")

    from monitor import pipeline
    from monitor import report as reports

    with monitor() as opened_monitor:
        found = market_of(opened_monitor, market)
        lines = pipeline.in_report(opened_monitor, found.id, "proposed" in include)
        moment = opened_monitor.now() if tracked else None
    planned = reports.plan(file, lines, heading=heading, create=create, order=ORDERS[order], tracked=moment, comments=comments)
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
