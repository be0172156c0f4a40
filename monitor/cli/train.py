"""The command that builds the second reader: train."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import WELL, show
from monitor.cli.evaluate import seeds_folder
from monitor.cli.names import own_seeds

if TYPE_CHECKING:
    from monitor.gazetteer import Seeds
    from monitor.learning import Figures, Lesson, Read

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, type=FILE, metavar="[FILE.jsonl]...")
@click.option("--output", "-o", type=FILE, metavar="PATH", help="Write there; default: reader.npz of the seeds/ in use.")
@click.option("--folds", type=click.IntRange(0, 20), default=5, show_default=True, help="Parts of the cross-validation; 0: none, faster.")
@click.option("--seeds", "folder", type=FILE, metavar="DIR", help="Default: seeds/ beside feeds.yaml, otherwise the shipped ones.")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
def train(files: tuple[Path, ...], output: Path | None, folds: int, folder: Path | None, json_wanted: bool) -> int:
    """Build the second reader, which speaks where no rule does, and its model card beside it.

    It learns from seeds/corpus, from labelled files (in the format of `monitor evaluate`) and from what was accepted, edited and rejected
    in the database of this installation, if it has one. Needs the extra `train`. The same examples give the same file.
    """
    from dataclasses import replace

    from monitor import learning, training
    from monitor.app import utc_now
    from monitor.assess import Assessor
    from monitor.config import load_seeds

    path = output or own_seeds(folder) / "reader.npz"
    folder = folder or seeds_folder()
    seeds, _ = load_seeds(folder)
    lessons = _lessons(folder, files, seeds)
    with show.Progress("reading", len(lessons)) as progress:
        read = learning.read(lessons, Assessor(replace(seeds, reader=b"")), progress)
    with show.Progress("learning", folds + 1) as progress:
        reader = training.train([one.example for one in read])
        progress(1)
        figures = learning.cross_validate(read, folds, progress) if folds > 1 else []
    content = reader.dumps()
    model = learning.Model(utc_now(), read, figures, folds, len(content), len(reader.grams))
    _write(path, content, learning.card(model))
    _tell(path, content, read, figures, json_wanted)
    return WELL


def _lessons(folder: Path, files: tuple[Path, ...], seeds: Seeds) -> list[Lesson]:
    """The corpus of this seeds/ (the shipped one where it has none), the files, and the decisions."""
    from monitor import learning
    from monitor.config import shipped

    own = folder / "corpus"
    lessons = learning.corpus(own if own.is_dir() else shipped("seeds") / "corpus", seeds.types)
    for path in files:
        lessons += learning.labelled(path, seeds.types)
    return lessons + _decisions(seeds)


def _decisions(seeds: Seeds) -> list[Lesson]:
    """What was decided here; nothing where there is no feeds.yaml or no database yet."""
    from monitor import learning
    from monitor.app import environment
    from monitor.config import load_config
    from monitor.doctor.machine import file_of
    from monitor.store import Store

    options: dict[str, Any] = click.get_current_context().obj
    if not Path(options["config"] or "feeds.yaml").expanduser().is_file():
        return []
    around = environment(options["config"], options["database"])
    file = file_of(around.database)
    if file is not None and not file.exists():
        return []
    tiers = {source.name: source.tier for source in load_config(around.config, None).sources}
    with Store.open(around.database) as store:
        return learning.decisions(store, seeds.markets.values(), lambda name: tiers.get(name, 3))


def _write(path: Path, content: bytes, card: str) -> None:
    from monitor.errors import MonitorError
    from monitor.files import write_atomically

    try:
        write_atomically(path, content)
        write_atomically(path.with_suffix(".md"), card.encode())
    except OSError as error:
        raise MonitorError(f"{path} cannot be written: {error.strerror}") from error


def _tell(path: Path, content: bytes, read: list[Read], figures: list[Figures], json_wanted: bool) -> None:
    from collections import Counter

    from monitor.learning import JUDGES, fingerprint

    sources = Counter(one.lesson.source for one in read)
    rows: list[dict[str, Any]] = [
        {
            "source": one.source, "half": one.half or "all", "n": one.n,
            **{f"{name} {judge}": figure[judge] for name, figure in (("event", one.event), ("type", one.type)) for judge in JUDGES},
            "alarms": f"{one.alarms} of {one.nothing}",
        }
        for one in figures
    ]  # fmt: skip
    if json_wanted:
        digest = fingerprint(one.example for one in read)
        told = {"written": path, "card": path.with_suffix(".md"), "bytes": len(content), "examples": dict(sources), "hash": digest}
        show.as_json({**told, "figures": rows})
        return
    learnt = ", ".join(f"{count} of {name}" for name, count in sources.items())
    click.echo(f"{path}: {len(content) / 1000:.0f} kB from {len(read)} examples ({learnt})")
    if rows:
        click.echo("F1 by cross-validation; `both` is what the monitor decides:")
        show.table([{key: _number(value) for key, value in row.items()} for row in rows], json_wanted=False, empty="")


def _number(value: object) -> object:
    return f"{value:.3f}" if isinstance(value, float) else value
