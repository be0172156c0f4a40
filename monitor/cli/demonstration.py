"""How `monitor demo` tells what it did: on a terminal or in a pipe for people, or as JSON."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import show

if TYPE_CHECKING:
    from monitor.demo.show import Monday, Shown
    from monitor.model import Development


def tell(shown: Shown, command: str) -> None:
    """Print everything, in the order in which a newcomer asks; `command` is how to call the monitor again."""
    _heading("Three Mondays of feeds written for this demo, served on this machine")
    for monday in shown.mondays:
        click.echo(_monday(monday))
    _heading("Where it looked, and how each source answered")
    show.table(
        [
            {"source": one.source, "answered": str(one.outcome).replace("_", " "), "new this week": one.entries, "detail": one.detail}
            for one in shown.coverage
        ],
        json_wanted=False,
        empty="nowhere",
    )
    for market, rows in shown.developments.items():
        _heading(f"Latest developments: {market}")
        show.table([_row(one) for one in rows], json_wanted=False, empty="none yet")
    _heading(f"Why one of them is proposed: {shown.example.id}")
    click.echo(shown.why.rstrip())
    _heading("What it wrote")
    _files(shown)
    _heading("Try next")
    _commands(shown, command)


def _heading(text: str) -> None:
    click.echo(f"\n{click.style(text, bold=True)}")


def _monday(monday: Monday) -> str:
    looks = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in sorted(monday.looks.items(), key=lambda one: -one[1]))
    edited = f", {monday.revised} edited" if monday.revised else ""
    return (
        f"{monday.moment:%a %-d %b %Y}  {sum(monday.looks.values())} sources: {looks}\n"
        f"{'':17}{monday.new} new entries{edited} · {monday.assessed.reports} reports of developments\n"
        f"{'':17}digest {monday.issue.number}: {monday.issue.digest.subject}"
    )


def _row(one: Development) -> dict[str, Any]:
    day = one.event_date.strftime("%Y-%m-%d" if one.date_precision == "day" else "%Y-%m")
    return {"date": day, "status": str(one.status), "development": one.headline, "sources": one.n_sources}


def _files(shown: Shown) -> None:
    mail, page, text = shown.digest
    rows = [("digest", f"{mail}  (opens in a mail program)"), ("", f"{page}  (in a browser)"), ("", f"{text}")]
    rows += [("table" if number == 0 else "", str(path)) for number, path in enumerate(shown.tables.values())]
    rows.append(("report", f"{shown.report}  ({shown.lines_added} lines added to its Recent Developments, as it was beside it)"))
    rows.append(("database", str(shown.folder / "monitor.db")))
    for name, value in rows:
        click.echo(f"  {name:<10} {value}")


def _commands(shown: Shown, command: str) -> None:
    config = f"{command} --config {shlex.quote(str(shown.folder / 'feeds.yaml'))}"
    development = shown.example
    for line in (
        f"table --market {development.market} --status proposed",
        f"explain {development.id}",
        f"accept {development.id}",
        "explain --title 'FDA approves Breyanzi for marginal zone lymphoma'",
        f"report update {shlex.quote(str(shown.report))} --market {development.market} --dry-run",
        "sources",
        "doctor",
    ):
        click.echo(f"  {config} {line}")
    click.echo("The demo's feeds are gone now, so `poll` finds nobody there; `monitor init DIR` starts a folder with real ones.")


def as_json(shown: Shown) -> dict[str, Any]:
    """The same for programs."""
    return {
        "folder": shown.folder,
        "mondays": [_monday_as_json(one) for one in shown.mondays],
        "coverage": [{"source": one.source, "outcome": one.outcome, "entries": one.entries} for one in shown.coverage],
        "developments": {market: [_development_as_json(one) for one in rows] for market, rows in shown.developments.items()},
        "example": shown.example.id,
        "why": shown.why,
        "files": {"digest": shown.digest, "tables": shown.tables, "report": shown.report, "database": shown.folder / "monitor.db"},
    }


def _monday_as_json(one: Monday) -> dict[str, Any]:
    return {
        "moment": one.moment, "looks": one.looks, "new": one.new, "revised": one.revised, "entries": one.assessed.entries,
        "reports": one.assessed.reports, "events": one.assessed.events, "digest": one.issue.number, "subject": one.issue.digest.subject,
    }  # fmt: skip


def _development_as_json(one: Development) -> dict[str, Any]:
    return {
        "id": one.id, "event": one.event, "date": one.event_date, "type": one.type, "status": one.status, "headline": one.headline,
        "line": one.line_text, "sources": [url for _, url in one.sources],
    }  # fmt: skip
