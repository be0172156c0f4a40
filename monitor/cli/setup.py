"""Commands to begin with: demo, init, check, schema, doctor."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import LOOK, WELL, WRONG, show, surroundings

if TYPE_CHECKING:
    from monitor.errors import Problem

JSON = click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
SCHEMAS = {
    "feeds": "feeds.schema.json", "market": "seeds.schema.json", "types": "types.schema.json", "style": "style.schema.json",
    "reports": "reports.schema.json",
}  # fmt: skip


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default="monitor-demo", metavar="[DIR]")
@JSON
def demo(folder: Path, json_wanted: bool) -> int:
    """Run the whole line over feeds written for it, and leave the results in DIR (default: monitor-demo).

    Feeds of invented outlets about true developments are served on this machine and looked at on three Mondays. Nothing leaves this
    machine, no account is needed, nothing keeps running. DIR keeps the database, so that every other command can be tried on it;
    a second run in the same DIR starts over.
    """
    from monitor.cli import demonstration
    from monitor.demo.show import run

    shown = run(folder, show.Progress)
    if json_wanted:
        show.as_json(demonstration.as_json(shown))
    else:
        demonstration.tell(shown, called())
    return WELL


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@JSON
def init(folder: Path, json_wanted: bool) -> int:
    """Write a commented feeds.yaml, seeds/ and templates/ into DIR, to keep in a git repository of your own.

    Nothing that is there already is overwritten.
    """
    from monitor.config import write_starter

    written = write_starter(folder)
    if json_wanted:
        show.as_json({"written": written})
        return WELL
    config = shlex.quote(str(folder / "feeds.yaml"))
    click.echo(f"{len(written)} files written to {folder}. Next:")
    click.echo(f"  1. write your own contact and recipients into {config}; what is looked for stands in {folder / 'seeds'}")
    for number, (command, what) in enumerate((("check", "says what is wrong or unwise"), ("run --once", "looks at every source once")), 2):
        click.echo(f"  {number}. {called()} --config {config} {command:<11} {what}")
    click.echo(f"  4. {called()} --config {config} {'run':<11} is the service; the digests stand in {folder / 'digests'}")
    return WELL


@click.command()
@JSON
def check(json_wanted: bool) -> int:
    """Say everything that is wrong or unwise in feeds.yaml, seeds/ and templates/, and in reports.yaml beside them and the markers of its
    reports, with file, line, key and what to write instead.

    Reads the examples of seeds/types.yaml with today's rules, and renders the templates with a digest that has something in every place.
    Ends with 0 when all is well, 1 when there are warnings only, 2 when something is wrong.
    """
    from monitor.app import load
    from monitor.cli import reporting
    from monitor.config.examples import broken_examples
    from monitor.doctor import templates
    from monitor.errors import ConfigError

    around = surroundings()
    problems: list[Problem] = []
    try:
        _, seeds, warnings = load(around)
        problems += [*warnings, *broken_examples(around.beside("seeds"), seeds), *reporting.problems_of(around.folder, seeds)]
    except ConfigError as error:
        problems += error.problems
    problems += templates.problems_of(around.beside("templates"))
    wrong = any(problem.severity == "error" for problem in problems)
    if json_wanted:
        show.as_json([_as_json(problem) for problem in problems])
    else:
        for problem in problems:
            click.echo(str(problem))
        if not problems:
            click.echo(f"{around.config}, {around.beside('seeds')} and {around.beside('templates')}: nothing to mend")
    return WRONG if wrong else LOOK if problems else WELL


def _as_json(problem: Problem) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in ("severity", "file", "line", "column", "key", "message")}


@click.command()
@click.argument("what", type=click.Choice(list(SCHEMAS)), required=False)
@click.option("--output", "-o", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write there instead of printing.")
def schema(what: str | None, output: Path | None) -> int:
    """Print the JSON Schema of feeds.yaml, of a file of seeds/markets/, of seeds/types.yaml, of seeds/style.yaml or of reports.yaml.

    With --output all of them (or the named one) are written under the names that the first lines of those files expect, so that an editor
    completes and checks them.
    """
    from monitor.config import schema_files
    from monitor.files import write_atomically

    schemas = schema_files()
    if output is None:
        if what is None:
            raise click.UsageError(f"name {', '.join(SCHEMAS)}, or give --output DIR to write them all")
        click.echo(schemas[SCHEMAS[what]], nl=False)
        return WELL
    for name in [SCHEMAS[what]] if what else SCHEMAS.values():
        write_atomically(output / name, schemas[name])
        click.echo(output / name)
    return WELL


@click.command()
@JSON
def doctor(json_wanted: bool) -> int:
    """Check this machine: Python, XML, SQLite, time zones, disk, clock, files, database, outbox, mail relay. Says what to do.

    Changes nothing. Ends with 0 when all is well, 1 when something is worth a look.
    """
    from monitor import doctor as machine

    options: dict[str, Any] = click.get_current_context().obj
    findings = machine.examine(options["config"], options["database"])
    rows = [{"check": one.check, "state": one.state, "found": one.found, "to do": one.todo} for one in findings]
    show.table(rows, json_wanted=json_wanted, empty="")
    return WELL if all(one.state == "well" for one in findings) else LOOK


def called() -> str:
    """How the person called this program, so that what is suggested can be typed."""
    from shutil import which

    own = Path(sys.argv[0])
    if own.name == "__main__.py":
        return f"{Path(sys.executable).name} -m monitor"
    found = which("monitor")
    return "monitor" if found and Path(found).resolve() == own.resolve() else shlex.quote(sys.argv[0])
