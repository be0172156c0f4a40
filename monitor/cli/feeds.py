"""Commands that look after feeds.yaml: lint, probe, add; import, export and replay stand in feed_files.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import LOOK, WELL, show, surroundings
from monitor.cli.feed_files import JSON, known_markets, source_named, verdict_lines, verdict_row

if TYPE_CHECKING:
    from monitor.admin.lint import Remembered
    from monitor.admin.probe import Probed
    from monitor.admin.shape import Named
    from monitor.app import Environment
    from monitor.config import Config
    from monitor.errors import Problem
    from monitor.model import Source


@click.command()
@JSON
def lint(json_wanted: bool) -> int:
    """Say what is unwise in feeds.yaml: numbers that stand for something else, feeds named twice, publishers asked too often.

    Also intervals longer than what a source shows at a time, as far as the database knows it. Each with file, line, column and what to
    write instead. Sources that are not enabled are left alone. Ends with 1 when there is anything. Writes nothing.
    """
    from monitor.admin.lint import findings
    from monitor.app import load
    from monitor.config.reading import read_text

    around = surroundings()
    config, _, _ = load(around)
    found = findings(read_text(config.path, str(config.path)), str(config.path), config, _remembered(around))
    if json_wanted:
        show.as_json([_problem(one) for one in found])
    else:
        for one in found:
            click.echo(str(one))
        if not found:
            click.echo(f"{config.path}: nothing unwise")
    return LOOK if found else WELL


def _remembered(around: Environment) -> Remembered:
    """What the database knows of the sources, when there is one."""
    from monitor.admin.lint import NOTHING, Remembered
    from monitor.admin.rhythm import Window
    from monitor.doctor.machine import file_of
    from monitor.store import Store

    file = file_of(around.database)
    if file is not None and not file.exists():
        return NOTHING
    with Store.open(around.database) as store:
        windows = {name: Window(*window) for name, window in store.first_windows().items()}
        return Remembered({state.name: state for state in store.sources()}, windows)


def _problem(one: Problem) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("severity", "file", "line", "column", "key", "message")}


# ---- probe -----------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("wanted", nargs=-1, metavar="[NAME|URL]...")
@click.option("--disabled", is_flag=True, help="Without a name: also the sources that are not enabled.")
@JSON
def probe(wanted: tuple[str, ...], disabled: bool, json_wanted: bool) -> int:
    """Look at sources, or at addresses that are none yet, and say what they answer and what would be kept of it, and why.

    With what to write in feeds.yaml at the end. Without a name: every source, a line each. Writes nothing, neither into the database nor
    into feeds.yaml. Ends with 1 when one of them does not answer as it should.
    """
    from monitor.admin.looking import looker
    from monitor.admin.probe import probe_all
    from monitor.app import load

    around = surroundings()
    config, seeds, _ = load(around)
    sources = [_to_probe(config, one) for one in wanted] or [one for one in config.sources if one.enabled or disabled]
    with looker(around, config, seeds) as looking, show.Progress("probing", len(sources)) as progress:
        done = []
        for one in probe_all(looking, sources):
            done.append(one)
            progress()
    place = {source.name: number for number, source in enumerate(sources)}
    done.sort(key=lambda one: place[one.source.name])
    if json_wanted:
        show.as_json([_probed(one, entries=bool(wanted)) for one in done])
    elif wanted:
        click.echo("\n\n".join("\n".join(_told(one)) for one in done))
    else:
        show.table([_row(one) for one in done], json_wanted=False, empty="feeds.yaml names no source")
    return WELL if all(one.outcome in {"ok", "empty"} for one in done) else LOOK


def _to_probe(config: Config, word: str) -> Source:
    """The source of that name or address; an address that is nobody's as a source of its own."""
    from monitor.admin.addresses import same
    from monitor.config import written
    from monitor.errors import MonitorError
    from monitor.model import Source

    if "://" not in word:
        return source_named(config, word)
    try:
        url = written.url(word)
    except ValueError as error:
        raise MonitorError(f"the address {error}") from error
    known = next((source for source in config.sources if same(source.url) == same(url)), None)
    return known or Source(word, url, contact=config.contact)


def _row(one: Probed) -> dict[str, Any]:
    from monitor.admin.rhythm import short

    window = short(one.window.length) if one.window and one.window.tells else None
    return {
        "source": one.source.name, "outcome": str(one.outcome), "status": one.status, "format": one.form, "entries": len(one.verdicts),
        "window": window, "kept": one.kept, "to_do": "; ".join(one.advice) or one.detail,
    }  # fmt: skip


def _probed(one: Probed, *, entries: bool) -> dict[str, Any]:
    """The same for programs."""
    page, letters = one.page, one.letters
    told: dict[str, Any] = {
        **_row(one), "url": one.source.url, "detail": one.detail, "final_url": page.url if page else None,
        "moved_to": page.moved_to if page else None, "retry_after": one.retry_after,
        "etag": page.validators.etag if page else None, "last_modified": page.validators.last_modified if page else None,
        "bytes": len(page.body) if page else None, "kind": one.kind or None,
        "encoding": {"server": letters.server, "document": letters.document, "trouble": letters.trouble} if letters else None,
        "oldest": one.window.oldest if one.window else None, "newest": one.window.newest if one.window else None,
        "unreadable": one.document.unreadable if one.document else 0, "unread_dates": list(one.unread_dates), "undated": one.undated,
        "future_dates": one.ahead, "feeds": [{"url": feed.url, "title": feed.title, "how": feed.how} for feed in one.feeds],
        "advice": list(one.advice),
    }  # fmt: skip
    return {**told, "verdicts": [verdict_row(verdict) for verdict in one.verdicts]} if entries else told


def _told(one: Probed) -> Iterator[str]:
    status = f" ({one.status})" if one.status else ""
    form = f", {one.form}" + (f", read as {one.source.kind}" if one.verdicts else "") if one.form else ""
    yield f"{one.source.name}: {one.outcome}{status}{form}{': ' + one.detail if one.detail else ''}"
    yield from (f"  {label:<11}{text}" for label, text in _facts(one))
    if one.verdicts:
        yield f"  kept       {one.kept} of {len(one.verdicts)}"
        yield from (f"    {line}" for line in verdict_lines(one.verdicts))
    yield from (f"  feed {number:<6}{_named(feed)}" for number, feed in enumerate(one.feeds, 1))
    yield from (f"  to do      {line}" for line in one.advice)


def _facts(one: Probed) -> Iterator[tuple[str, str]]:
    from monitor.admin.rhythm import short

    page, letters = one.page, one.letters
    if one.retry_after:
        yield "again", f"not before {show.local(one.retry_after)}"
    if page is None:
        return
    if page.url != one.source.url:
        yield "address", f"{page.url} ({'moved for good' if page.moved_to else 'redirected for now'})"
    offered = [name for name, value in (("ETag", page.validators.etag), ("Last-Modified", page.validators.last_modified)) if value]
    yield "validators", " and ".join(offered) or f"none: each look transfers all {len(page.body):,} bytes"
    if letters:
        said = [f"{what} says {value}" for what, value in (("server", letters.server), ("document", letters.document)) if value]
        yield "encoding", letters.trouble or ", ".join(said) or "nobody says, taken as utf-8"
    if one.window:
        yield "window", f"{short(one.window.length)}, {show.local(one.window.oldest)} to {show.local(one.window.newest)}"
    if doubts := list(_doubts(one)):
        yield "doubts", "; ".join(doubts)


def _doubts(one: Probed) -> Iterator[str]:
    if one.document and one.document.unreadable:
        yield f"{one.document.unreadable} entries cannot be read"
    if one.unread_dates:
        yield f"{len(one.unread_dates)} dates cannot be read: {', '.join(dict.fromkeys(one.unread_dates[:3]))}"
    if one.undated:
        yield f"{one.undated} entries without a date"
    if one.ahead:
        yield f"{one.ahead} entries dated in the future"
    if one.document and one.document.next_page:
        yield "goes on on another page, which was not looked at"


def _named(feed: Named) -> str:
    return f"{feed.url}  {feed.title} ({feed.how})" if feed.title else f"{feed.url}  ({feed.how})"


# ---- add -------------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("url")
@click.option("--name", help="Its short name; default: made from the address.")
@click.option("--tier", type=click.IntRange(1, 4), help="1 regulator, filing or wire; 2 edited press; 3 aggregator; 4 content farm.")
@click.option(
    "--market", "markets", multiple=True, metavar="ID", help="Only for this market, by id or short name; may be given more than once."
)
@click.option("--every", metavar="TIME", help="How often to look; default: what its window suggests.")
@click.option("--kind", metavar="KIND", help="How it is read; default: as a feed, or the feed that the page names.")
@click.option("--language", metavar="CODE", help="Of its texts, as in en, de or zh.")
@click.option("--choose", type=int, metavar="N", help="Which of the feeds that the page names.")
@click.option("--disabled", is_flag=True, help="Write it with enabled: false.")
@click.option("--dry-run", is_flag=True, help="Show what would be written and change nothing.")
@JSON
def add(
    url: str, name: str | None, tier: int | None, markets: tuple[str, ...], every: str | None, kind: str | None, language: str | None,
    choose: int | None, disabled: bool, dry_run: bool, json_wanted: bool,
) -> int:  # fmt: skip
    """Look at URL, a feed or a page that names one, and write it into feeds.yaml behind the last source.

    Everything else in the file stays byte by byte. An address that is there already is refused, and a file that would be wrong is not
    written. Where a page names several feeds, they are listed (or asked for, on a terminal): --choose takes one. Ends with 1 when nothing
    was chosen, or when what was written needs a look.
    """
    from monitor.admin import discover
    from monitor.admin.lint import findings
    from monitor.admin.looking import looker
    from monitor.app import load
    from monitor.config.feeds_editing import NewSource, add_sources

    around = surroundings()
    config, seeds, _ = load(around)
    given = NewSource(name or "", url, kind, every, tier, language, known_markets(seeds, markets), not disabled)
    discover.refuse_duplicate(url, config.sources)
    with looker(around, config, seeds) as looking:
        source = _candidate(config, given)
        found = discover.discover(looking, source, choose)
        if found.choices and found.probed.outcome == "html_instead_of_feed":
            if not (sys.stdin.isatty() and sys.stdout.isatty()):
                return _to_choose(url, found.choices, json_wanted)
            _to_choose(url, found.choices, json_wanted=False)
            found = discover.discover(looking, source, click.prompt("which", type=click.IntRange(1, len(found.choices))))
    new = discover.new_source(found.probed, given, [one.name for one in config.sources])
    discover.refuse_duplicate(new.url, config.sources)
    written = add_sources(config.path, seeds, [new], dry_run=dry_run)
    last = f"sources[{len(written.config.sources) - 1}]."
    notes = [*written.warnings, *(one for one in findings(written.text, str(config.path), written.config) if one.key.startswith(last))]
    if json_wanted:
        told = {"file": config.path, "line": written.line, "inserted": written.inserted, "dry_run": dry_run}
        show.as_json({**told, "source": new.name, "warnings": [str(one) for one in notes], "probed": _probed(found.probed, entries=False)})
    else:
        click.echo(f"{config.path}:{written.line}:{' would be' if dry_run else ''} written, {found.probed.kept} entries would be kept now")
        click.echo(written.inserted)
        for one in notes:
            click.echo(str(one), err=True)
    return LOOK if notes else WELL


def _candidate(config: Config, given: Any) -> Source:
    """The source as it would be, to look at; raises MonitorError for an address, kind or interval that cannot be."""
    from monitor.config import times, written
    from monitor.errors import MonitorError
    from monitor.model import KINDS, Source

    try:
        url = written.url(given.url)
        if given.every:
            times.interval(given.every)
        if given.name:
            written.name(given.name)
    except ValueError as error:
        raise MonitorError(f"{error}") from error
    if given.kind and given.kind not in KINDS:
        raise MonitorError(f"{given.kind} is no kind of source; there is: {', '.join(KINDS)}")
    if given.name in {source.name for source in config.sources}:
        raise MonitorError(f"{given.name} is already the name of a source: give this one another with --name")
    return Source(given.name or "new", url, given.kind or "feed", tier=given.tier or 2, markets=given.markets, contact=config.contact)


def _to_choose(url: str, choices: tuple[Named, ...], json_wanted: bool) -> int:
    if json_wanted:
        show.as_json({"choices": [{"number": n, "url": one.url, "title": one.title} for n, one in enumerate(choices, 1)]})
    else:
        click.echo(f"{url} names {len(choices)} feeds: take one with --choose")
        for number, feed in enumerate(choices, 1):
            click.echo(f"  {number}  {_named(feed)}")
    return LOOK
