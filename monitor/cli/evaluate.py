"""The command that says how far to trust the monitor: evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import WELL, show

if TYPE_CHECKING:
    from monitor.evaluation import Half, Miss, Prediction

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE.jsonl...")
@click.option("--json", "json_wanted", is_flag=True, help="One object with the names of the figures.")
@click.option("--predictions", type=FILE, metavar="OUT.jsonl", help="Write there what was decided, one object an item.")
@click.option("--errors", is_flag=True, help="Also every miss, with the path that led there.")
@click.option("--split", type=click.Choice(["tune", "held"]), help="Only this half; items of one event are in the same half.")
@click.option("--seeds", "folder", type=FILE, metavar="DIR", help="Default: seeds/ beside feeds.yaml, otherwise the shipped ones.")
def evaluate(
    files: tuple[Path, ...], json_wanted: bool, predictions: Path | None, errors: bool, split: Half | None, folder: Path | None
) -> int:
    """Run labelled items through the code that decides about news, and say how often it is right.

    Needs no network and no feeds.yaml, and leaves no database behind.
    """
    from monitor import evaluation
    from monitor.config import load_seeds

    items = evaluation.half_of(evaluation.read_items(files), split)
    seeds, _ = load_seeds(folder or seeds_folder())
    with show.Progress("deciding", len(items)) as progress:
        run = evaluation.predict(items, seeds, progress)
    figures = evaluation.figures(items, run)
    missed = evaluation.misses(items, run) if errors else []
    if predictions is not None:
        _write(predictions, run.predictions)
    if json_wanted:
        show.as_json({**figures, "errors": [_plain(miss) for miss in missed]} if errors else figures)
        return WELL
    show.table(evaluation.as_table(figures), json_wanted=False, empty="")
    for miss in missed:
        click.echo("\n".join(_told(miss)))
    return WELL


def seeds_folder() -> Path:
    """seeds/ beside the feeds.yaml of this call, when there is one; otherwise the shipped ones."""
    from monitor.config import shipped
    from monitor.errors import MonitorError

    named: str | None = click.get_current_context().obj["config"]
    config = Path(named or "feeds.yaml").expanduser()
    if named and not config.is_file():
        raise MonitorError(f"no configuration at {config}: leave --config and MONITOR_CONFIG out to use the shipped seeds/")
    beside = config.parent / "seeds"
    return beside if config.is_file() and beside.is_dir() else shipped("seeds")


def _write(path: Path, predictions: Sequence[Prediction]) -> None:
    from monitor.errors import MonitorError
    from monitor.evaluation import as_line
    from monitor.files import write_atomically

    try:
        write_atomically(path, "".join(f"{as_line(found)}\n" for found in predictions).encode())
    except OSError as error:
        raise MonitorError(f"{path} cannot be written: {error.strerror}") from error


def _plain(miss: Miss) -> dict[str, Any]:
    return {
        "figure": miss.figure, "id": miss.id, "title": miss.title, "expected": miss.expected, "found": miss.found, "path": list(miss.path),
    }  # fmt: skip


def _told(miss: Miss) -> list[str]:
    return [
        "",
        f"{miss.figure} · {miss.id} · {miss.title}",
        f"  expected  {miss.expected}",
        f"  found     {miss.found}",
        *(f"    {step}" for step in miss.path),
    ]
