"""The command of the table: what is asked, in which format, and where it goes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli import WELL, monitor, show
from monitor.cli.builder import DAY

if TYPE_CHECKING:
    from monitor.asked import Order
    from monitor.exports import About, Format, Row

MANY = "May be given more than once."
SHAPES = ("markdown", "csv", "tsv", "json", "jsonl", "html", "bullets", "xlsx", "docx", "parquet")


@click.command()
@click.option("--market", "-m", "markets", multiple=True, metavar="ID", required=True, help=f"Id or short name, or all. {MANY}")
@click.option("--format", "-f", "shape", type=click.Choice(SHAPES), help="How; default: markdown, or what the suffix of --output names.")
@click.option("--json", "json_wanted", is_flag=True, help="The same as --format json.")
@click.option("--since", type=DAY, help="Events of this day or later.")
@click.option("--until", type=DAY, help="Events of this day or earlier.")
@click.option("--player", "players", multiple=True, metavar="NAME", help=f"This player and what it owned at the time. {MANY}")
@click.option("--product", "products", multiple=True, metavar="NAME", help=f"Brand, generic name or code. {MANY}")
@click.option("--type", "types", multiple=True, metavar="ID", help=f"Event type. {MANY}")
@click.option("--stage", "stages", multiple=True, metavar="STAGE", help=f"Stage of a type (subtype). {MANY}")
@click.option("--agency", "agencies", multiple=True, metavar="NAME", help=f"Who decided. {MANY}")
@click.option("--region", "regions", multiple=True, metavar="NODE", help=f"A region with its countries, or a country. {MANY}")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="STATUS",
    help="baseline, accepted, edited (these by default), proposed, review, mention, rejected, withdrawn, or all.",
)
@click.option("--min-importance", type=click.IntRange(1, 5), default=1, help="Only what weighs as much (1 to 5).")
@click.option("--max-tier", type=click.IntRange(1, 4), default=4, help="Only what a source of this tier or a better one tells.")
@click.option("--text", default="", metavar="WORDS", help="Only rows in which all these words stand.")
@click.option("--order", type=click.Choice(["newest", "oldest", "report"]), default="newest", show_default=True, help="Which comes first.")
@click.option("--columns", default="", metavar="NAMES", help="Only these columns, by comma, or all.")
@click.option("--as-of", metavar="MOMENT", help="The table as it was known then (UTC), the same bytes each time.")
@click.option("--changed-since", metavar="ISSUE", help="Only what is new, changed or withdrawn since an issue (weekly/12), day or moment.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write there instead of printing.")
def table(
    shape: str | None, json_wanted: bool, since: datetime | None, until: datetime | None, as_of: str | None, changed_since: str | None,
    columns: str, output: Path | None, order: Order, **filters: tuple[str, ...],
) -> int:  # fmt: skip
    """Print the latest developments of markets: accepted ones and those the report printed before (baseline), unless --status says more.

    Ids are stable, every row names its source, and all formats hold the same rows in the same order.
    """
    from monitor import api, exports
    from monitor.asked import Asked

    format = _format("json" if json_wanted else shape, output)  # noqa: A001  the option's name
    asked = Asked(since=since.date() if since else None, until=until.date() if until else None, order=order, **filters)  # type: ignore[arg-type]
    if "all" in asked.markets:
        asked = Asked(**{name: getattr(asked, name) for name in asked.__dataclass_fields__ if name != "markets"})
    try:
        every = () if columns == "all" else tuple(name.strip() for name in columns.split(",") if name.strip())
        names = exports.chosen(every, changes=changed_since is not None)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with monitor() as opened_monitor:
        store = opened_monitor.store
        rows, about = api.pull(
            store, opened_monitor.seeds, opened_monitor.config.sources, asked, now=opened_monitor.now(), columns=names, with_path=False,
            as_of=api.moment(store, as_of) if as_of else None, changed_since=api.moment(store, changed_since) if changed_since else None,
        )  # fmt: skip
        with show.Progress("rows") as progress:
            _write(_counted(rows, progress), about, format, output)
    return WELL


def _format(shape: str | None, output: Path | None) -> str:
    """The format asked for, or that of the file's suffix."""
    from monitor import exports

    if output is None:
        if shape in exports.FILES:
            raise click.UsageError(f"{shape} is no text: name a file with --output, such as -o table.{shape}")
        return shape or "markdown"
    if shape:
        return shape
    try:
        return exports.format_of(output)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _write(rows: Iterable[Row], about: About, format: Format | str, output: Path | None) -> None:  # noqa: A002
    from monitor import exports
    from monitor.errors import MonitorError

    if output is None:
        for piece in exports.TEXTS[format](rows, about):
            click.echo(piece, nl=False)
        return
    try:
        exports.save(output, rows, about, format)
    except (OSError, ValueError) as error:
        raise MonitorError(f"{output}: not written: {error}") from error


def _counted(rows: Iterable[Row], progress: show.Progress) -> Iterator[Row]:
    """The rows, told to the bar by hundreds; a terminal that shows the table itself needs no bar."""
    quiet = sys.stdout.isatty()
    for place, one in enumerate(rows, 1):
        yield one
        if not quiet and place % 100 == 0:
            progress(100)
