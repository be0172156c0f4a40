"""Commands for lists of feeds and saved bodies: import, export, replay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import LOOK, WELL, show, surroundings

if TYPE_CHECKING:
    from monitor.admin.replay import Replayed
    from monitor.admin.verdicts import Verdict
    from monitor.config import Config
    from monitor.gazetteer import Seeds
    from monitor.model import Development, Source

JSON = click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("import")
@click.argument("file", type=FILE, metavar="FILE.opml")
@click.option("--tier", type=click.IntRange(1, 4), help="Of the feeds whose outline names none.")
@click.option("--disabled", is_flag=True, help="Write them with enabled: false, to be probed first.")
@click.option("--dry-run", is_flag=True, help="Say what would become of each, and change nothing.")
@JSON
def import_(file: Path, tier: int | None, disabled: bool, dry_run: bool, json_wanted: bool) -> int:
    """Write the feeds of an OPML list into feeds.yaml, behind the last source, and say what became of each outline.

    Folders become comments, and markets where they are named like one. Nothing is looked at: `probe` does. Ends with 1 when an outline was
    not added.
    """
    from monitor import opml
    from monitor.admin.outlines import taken
    from monitor.app import load
    from monitor.config.feeds_editing import add_sources
    from monitor.errors import MonitorError

    config, seeds, _ = load(surroundings())
    try:
        with file.open("rb") as stream:
            content = stream.read(opml.LARGEST + 1)
    except OSError as error:
        raise MonitorError(f"{file}: cannot be read: {error.strerror or error}") from error
    found = taken(opml.read(content, str(file)), config, seeds.markets, tier=tier, enabled=not disabled)
    new = [one.source for one in found if one.source is not None]
    written = add_sources(config.path, seeds, new, dry_run=dry_run) if new else None
    rows = [
        {"line": one.line, "title": one.title, "fate": one.fate, "source": one.source.name if one.source else None, "detail": one.detail}
        for one in found
    ]
    if json_wanted:
        show.as_json({"file": config.path, "dry_run": dry_run, "outlines": rows, "warnings": [str(one) for one in _warnings(written)]})
    else:
        show.table(rows, json_wanted=False, empty=f"{file} holds no outline")
        click.echo(f"{config.path}: {len(new)} of {len(found)} {'would be added' if dry_run else 'added'}")
        for one in _warnings(written):
            click.echo(str(one), err=True)
    return WELL if len(new) == len(found) else LOOK


def _warnings(written: Any) -> Sequence[Any]:
    return written.warnings if written is not None else ()


@click.command()
@click.argument("file", type=FILE, required=False, metavar="[FILE.opml]")
def export(file: Path | None) -> int:
    """Write the feeds of feeds.yaml as an OPML list, by tier: to the file, whole or not at all, or to the terminal.

    What only the monitor understands stands in attributes of its own, so that `import` reads it again. Sources of other kinds are no feeds
    for other programs and are left out, by name.
    """
    from monitor.admin.outlines import exported
    from monitor.app import load, utc_now
    from monitor.files import write_atomically

    config, _, _ = load(surroundings())
    content, left_out = exported(config, utc_now())
    if file is None:
        click.echo(content.decode(), nl=False)
    else:
        write_atomically(file, content)
        click.echo(f"{file}: {len(config.sources) - len(left_out)} feeds")
    if left_out:
        click.echo(f"left out, no feeds: {', '.join(source.name for source in left_out)}", err=True)
    return WELL


@click.command()
@click.argument("name")
@click.option(
    "--from", "where", type=click.Path(path_type=Path), metavar="PATH",
    help="A saved body, or a folder of them; default: what `keep_raw` kept of this source.",
)  # fmt: skip
@JSON
def replay(name: str, where: Path | None, json_wanted: bool) -> int:
    """Take saved bodies of a source through the whole line again, and say what would be kept or dropped, why, and which lines come of it.

    Everything counts as news. It happens in a database that is thrown away: the monitor's own is not touched, and nothing is fetched.
    Ends with 1 when a body cannot be read.
    """
    from monitor import raw
    from monitor.admin.replay import replay as replayed
    from monitor.app import load
    from monitor.polling import READABLE

    around = surroundings()
    config, seeds, _ = load(around)
    source = source_named(config, name)
    done = replayed(around, config, seeds, source, list(raw.saved(where or around.kept / source.name)))
    if json_wanted:
        show.as_json(_replayed(done))
    else:
        click.echo("\n".join(_told(done)))
    return WELL if all(look.outcome in {*READABLE, "stale", "moved"} for look in done.looks) else LOOK


def _replayed(done: Replayed) -> dict[str, Any]:
    looks = [
        {
            "files": [str(file) for file in look.files], "read": look.moment, "outcome": str(look.outcome), "detail": look.detail,
            "entries": look.entries, "new": look.new, "revised": look.revised, "unreadable": look.unreadable,
        }
        for look in done.looks
    ]  # fmt: skip
    return {
        "source": done.source.name,
        "looks": looks,
        "verdicts": [verdict_row(one) for one in done.verdicts],
        "developments": [_development(one) for one in done.developments],
    }


def _development(one: Development) -> dict[str, Any]:
    names = ("id", "market", "type", "subtype", "event_date", "importance", "headline", "line_text", "n_sources", "source_url")
    return {"status": str(one.status), **{name: getattr(one, name) for name in names}}


def _told(done: Replayed) -> Iterator[str]:
    for look in done.looks:
        trouble = f", {look.unreadable} cannot be read" if look.unreadable else ""
        brought = f"{look.entries} entries, {look.new} new, {look.revised} revised{trouble}"
        yield f"{look.files[0]}, read {show.local(look.moment)}: {look.outcome}, {brought}{': ' + look.detail if look.detail else ''}"
    yield f"Kept {sum(one.kept for one in done.verdicts)} of {len(done.verdicts)}"
    yield from (f"  {line}" for line in verdict_lines(done.verdicts))
    yield f"Developments: {len(done.developments)}"
    for one in done.developments:
        yield f"  {one.market}  {one.status}, importance {one.importance}: {one.headline}"
        if one.line_text:
            yield f"    {one.line_text}"


# ---- what several of these commands share ----------------------------------------------------------------------------


def verdict_lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A line for each entry: kept or dropped, its day, its title, and as what or why."""
    for one in sorted(verdicts, key=lambda one: not one.kept):
        day = f"{one.published:%Y-%m-%d}" if one.published else "no date   "
        yield f"{'kept   ' if one.kept else 'dropped'}  {day}  {one.title or '(no title)'}  <- {one.what}"


def verdict_row(one: Verdict) -> dict[str, Any]:
    """The same for programs."""
    return {
        "kept": one.kept, "what": one.what, "title": one.title, "published": one.published, "published_text": one.published_text,
        "url": one.url,
    }  # fmt: skip


def source_named(config: Config, name: str) -> Source:
    """The source of that name; raises NotFound with the nearest there are."""
    from monitor.config.checks import near
    from monitor.errors import NotFound

    for source in config.sources:
        if source.name == name:
            return source
    raise NotFound(f"no source {name} in {config.path}; {near(name, [source.name for source in config.sources])}")


def known_markets(seeds: Seeds, names: Sequence[str]) -> tuple[str, ...]:
    """The ids of markets given by id or short name; raises NotFound."""
    from monitor.errors import NotFound

    by_name = {name.lower(): market.id for market in seeds.markets.values() for name in (market.id, market.short)}
    if unknown := [name for name in names if name.lower() not in by_name]:
        there = ", ".join(f"{market.id} ({market.short})" for market in seeds.markets.values())
        raise NotFound(f"no market {unknown[0]!r} in seeds/markets; there is: {there}")
    return tuple(dict.fromkeys(by_name[name.lower()] for name in names))
