"""Commands for analysts: explain, accept, reject, edit."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from monitor.cli import WELL, monitor, show

if TYPE_CHECKING:
    from monitor.model import Status

ACTOR = click.option("--actor", metavar="NAME", help="Who decides; default: the login name.")
JSON = click.option("--json", "json_wanted", is_flag=True, help="As JSON.")


@click.command()
@click.argument("item", required=False, metavar="[ID|URL]")
@click.option("--title", help="Explain this headline instead, as if a source had just published it.")
@click.option("--lead", default="", help="With --title: its first paragraph.")
@click.option("--tier", type=click.IntRange(1, 4), default=1, show_default=True, help="With --title: the tier of its source.")
@JSON
def explain(item: str | None, title: str | None, lead: str, tier: int, json_wanted: bool) -> int:
    """Show the path of a development, an entry (by number or URL) or a headline: names, rule, words, score, market, event, line.

    For what was dropped: why. Writes nothing.
    """
    from monitor import explaining

    if (item is None) == (title is None):
        raise click.UsageError("name a development's id, an entry's number or URL, or give --title")
    with monitor() as opened_monitor:
        if title is not None:
            told = explaining.headline(opened_monitor, title, lead, tier)
        else:
            assert item is not None
            told = explaining.stored(opened_monitor, item)
    if json_wanted:
        show.as_json(told)
    else:
        click.echo(explaining.as_text(told))
    return WELL


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@ACTOR
@JSON
def accept(ids: tuple[str, ...], actor: str | None, json_wanted: bool) -> int:
    """Take proposed lines into the report. An accepted line is frozen: later sources and rules only raise a flag."""
    from monitor.model import Status

    return _decide(ids, Status.ACCEPTED, actor, json_wanted)


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@ACTOR
@JSON
def reject(ids: tuple[str, ...], actor: str | None, json_wanted: bool) -> int:
    """Keep developments out of the report; they are not proposed again."""
    from monitor.model import Status

    return _decide(ids, Status.REJECTED, actor, json_wanted)


@click.command()
@click.argument("development", metavar="ID")
@click.option("--line", metavar="TEXT", help="The line as it shall stand; without it your $EDITOR opens.")
@ACTOR
@JSON
def edit(development: str, line: str | None, actor: str | None, json_wanted: bool) -> int:
    """Take a development into the report in your own words."""
    from monitor.model import Status

    if line is None:
        with monitor() as opened_monitor:
            present = opened_monitor.store.development(development).line_text
        line = click.edit(present)
        if line is None:
            click.echo("nothing was saved in the editor; the line stays as it was", err=True)
            return WELL
    if not line.strip():
        raise click.UsageError("an empty line cannot stand in a report; use `monitor reject` to keep the development out")
    return _decide((development,), Status.EDITED, actor, json_wanted, " ".join(line.split()))


def _decide(ids: tuple[str, ...], status: Status, actor: str | None, json_wanted: bool, line: str | None = None) -> int:
    rows = []
    with monitor() as opened_monitor:
        found = [opened_monitor.store.development(one) for one in ids]  # all exist, or nothing is decided
        for one in found:
            decided = opened_monitor.store.decide(one.id, status, actor or getpass.getuser(), opened_monitor.now(), line)
            words = {"by": decided.reviewed_by, "at": decided.reviewed_at, "line": decided.line_text}
            rows.append({"id": decided.id, "status": str(decided.status), **words})
    show.table(rows, json_wanted=json_wanted, empty="")
    return WELL
