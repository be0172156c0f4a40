"""Commands that write names into seeds/: add-alias, add-player."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli import LOOK, WELL, show

if TYPE_CHECKING:
    from monitor.config.editing import Edited

FOLDER = click.option(
    "--seeds", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Default: seeds/ beside feeds.yaml; never the shipped ones."
)
JSON = click.option("--json", "json_wanted", is_flag=True, help="As JSON.")


@click.command()
@click.argument("market")
@click.argument("owner", metavar="PLAYER|PRODUCT")
@click.argument("text")
@click.option("--require-any", "required", multiple=True, metavar="WORDS", help="Counts only when one of these stands in the text.")
@click.option("--reject-any", "rejected", multiple=True, metavar="WORDS", help="Does not count when one of these does.")
@click.option("--case", type=click.Choice(["any", "exact"]), default="any", show_default=True, help="exact: with these capitals only.")
@click.option("--never-alone", is_flag=True, help="Counts only beside another name of the same company or product.")
@FOLDER
@JSON
def add_alias(
    market: str, owner: str, text: str, required: tuple[str, ...], rejected: tuple[str, ...], case: str, never_alone: bool,
    folder: Path | None, json_wanted: bool,
) -> int:  # fmt: skip
    """Write TEXT as another name of a player or product into the file of MARKET (id or short name).

    Everything else in the file stays byte by byte, and a file that would be wrong is not written. Ends with 1 when the name needs a look,
    as `monitor check` would say.
    """
    from monitor.config.editing import Name
    from monitor.config.editing import add_alias as add

    edited = add(own_seeds(folder), market, owner, Name(text, required, rejected, case == "exact", never_alone))
    return _told(edited, json_wanted)


@click.command()
@click.argument("market")
@click.argument("player", metavar="ID")
@click.option("--name", required=True, metavar="TEXT", help="Its legal name; without its legal form that is also its first alias.")
@click.option("--alias", "aliases", multiple=True, metavar="TEXT", help="Another name it goes by; may be given more than once.")
@FOLDER
@JSON
def add_player(market: str, player: str, name: str, aliases: tuple[str, ...], folder: Path | None, json_wanted: bool) -> int:
    """Write a new player with that ID into the file of MARKET (id or short name).

    Use the ID it has in another market, if it has one. Everything else in the file stays byte by byte, and a file that would be wrong is
    not written. Ends with 1 when a name needs a look, as `monitor check` would say.
    """
    from monitor.config.editing import Name
    from monitor.config.editing import add_player as add

    return _told(add(own_seeds(folder), market, player, name, [Name(alias) for alias in aliases]), json_wanted)


def own_seeds(folder: Path | None) -> Path:
    """The seeds/ of the organisation: the named one, or that beside feeds.yaml. Raises MonitorError rather than give the shipped ones."""
    from monitor.config.starter import HERE
    from monitor.errors import MonitorError

    advice = "write files of your own with `monitor init DIR`, or name them with --seeds"
    if folder is None:
        named: str | None = click.get_current_context().obj["config"]
        config = Path(named or "feeds.yaml").expanduser()
        folder = config.parent / "seeds"
        if not config.is_file() or not folder.is_dir():
            raise MonitorError(f"no seeds/ beside {config}, and the shipped ones stay as they are: {advice}")
    if folder.resolve().is_relative_to(HERE / "_shipped"):
        raise MonitorError(f"{folder} belongs to the program and stays as shipped: {advice}")
    if not folder.is_dir():
        raise MonitorError(f"no folder {folder}: {advice}")
    return folder


def _told(edited: Edited, json_wanted: bool) -> int:
    if json_wanted:
        show.as_json(
            {"file": edited.file, "line": edited.line, "inserted": edited.inserted, "warnings": [str(one) for one in edited.warnings]}
        )
    else:
        click.echo(f"{edited.file}:{edited.line}: {edited.inserted}")
        for one in edited.warnings:
            click.echo(str(one), err=True)
    return LOOK if edited.warnings else WELL
