"""The sources: what each is like, and what a person decides where one asks."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import LOOK, WELL, monitor, show
from monitor.cli.feed_files import export, import_, replay
from monitor.cli.feeds import add, lint, probe
from monitor.cli.service import FINE

if TYPE_CHECKING:
    from monitor.model import Source, SourceState, Subscription, Yield
    from monitor.pipeline import Monitor


@click.group(invoke_without_command=True)
@click.option("--since", default="84d", show_default=True, metavar="PERIOD|DAY", help="Of which entries the yield is told: 84d, or a day.")
@click.option("--plot", "plotted", is_flag=True, help="Draw the days instead: entries, and when a source was in trouble.")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
@click.pass_context
def sources(ctx: click.Context, since: str, plotted: bool, json_wanted: bool) -> int:
    """Show each source's state and since when, its last entry, what came of what it brought, and when it is looked at next.

    new: entries since then; matched: those that name something tracked; proposed and accepted: lines it told; unique: lines that no
    other source told.
    """
    if ctx.invoked_subcommand is not None:
        return WELL
    from monitor.cli.trying import beginning

    with monitor() as opened_monitor:
        start = beginning(since, opened_monitor.now())
        if plotted and not json_wanted:
            _plot(opened_monitor, start)
            return WELL
        rows, now = rows_of(opened_monitor, start), opened_monitor.now()
        hubs = _hubs(opened_monitor)
    if json_wanted:
        show.as_json(rows)
    else:
        show.table(
            [_shown(row) | {"push": _push(hubs.get(row["source"]), now)} for row in rows],
            json_wanted=False,
            empty="feeds.yaml names no source",
        )
        for row in rows:
            if words := "; ".join(filter(None, (row["detail"], row["advice"]))):
                click.echo(f"{row['source']}: {words}")
    return WELL if all(row["state"] in {*FINE, "never looked at"} for row in rows if row["enabled"]) else LOOK


def rows_of(opened_monitor: Monitor, start: datetime) -> list[dict[str, Any]]:
    """Every source of feeds.yaml, with what came of its entries since then."""
    from monitor import health
    from monitor.model import Yield

    store, now = opened_monitor.store, opened_monitor.now()
    states = {state.name: state for state in store.sources()}
    hubs = _hubs(opened_monitor)
    brought, missed = store.yields(start), {one.source: one.missed_windows for one in store.coverage(start, now)}
    rows = []
    for source in opened_monitor.config.sources:
        state, got = states.get(source.name), brought.get(source.name, Yield(source.name))
        told = health.advice(source, state, got, missed.get(source.name, 0))
        rows.append(
            {
                "source": source.name,
                "enabled": source.enabled,
                **_state(source, state),
                **_yield(got),
                "push": _push_json(hubs.get(source.name), now),
                "advice": told,
            }
        )
    return rows


def _hubs(opened_monitor: Monitor) -> dict[str, Subscription]:
    return {one.source: one for one in opened_monitor.store.subscriptions() if one.state != "leaving"}


def _state(source: Source, state: SourceState | None) -> dict[str, Any]:
    moved = f" moved to {state.moved_to}" if state and state.moved_to and state.moved_to not in state.detail else ""
    return {
        "state": str(state.outcome) if state and state.outcome else "never looked at",
        "since": state.outcome_since if state else None,
        "last_success": state.last_success if state else None,
        "last_entry": state.last_entry if state else None,
        "entries": state.entries if state else 0,
        "missed_windows": state.missed_windows if state else 0,
        "next_check": state.next_check if state else None,
        "every": _duration((state.every if state else None) or source.every),
        "held": state.held if state else 0,
        "detail": (state.detail if state else "") + moved,
    }


def _push(one: Subscription | None, now: datetime) -> str:
    """How a source's subscription stands, in few words; nothing for one that offers none."""
    if one is None:
        return ""
    told = "lapsed" if one.state == "active" and not one.is_live(now) else str(one.state)
    until = f" until {show.local(one.until)}" if told == "active" else ""
    ignored = f", {one.ignored} ignored" if one.ignored else ""
    return f"{told} since {show.local(one.since)}{until}{ignored}" + (f" ({one.detail})" if one.detail else "")


def _push_json(one: Subscription | None, now: datetime) -> dict[str, Any] | None:
    if one is None:
        return None
    told = {name: getattr(one, name) for name in ("hub", "topic", "state", "since", "until", "detail", "received", "ignored", "unreadable")}
    return {**told, "live": one.is_live(now), "last_received": one.last_received, "next_try": one.next_try}


def _yield(got: Yield) -> dict[str, int]:
    return {"new": got.entries, "matched": got.matched, "proposed": got.proposed, "accepted": got.accepted, "unique": got.unique}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """The row as a table has room for it; what is said in words stands below the table."""
    left_out = ("entries", "last_success", "advice", "detail")
    return {name: value for name, value in row.items() if name not in left_out}


def _duration(length: timedelta) -> str:
    """As feeds.yaml writes it: 1d, 6h, 1h30m; to the minute."""
    minutes = round(length / timedelta(minutes=1))
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "m"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0m"


def _plot(opened_monitor: Monitor, start: datetime) -> None:
    import shutil

    from monitor.cli import plot

    names = [source.name for source in opened_monitor.config.sources if source.enabled]
    width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
    marks = plot.marks(sys.stdout.encoding or "ascii")
    for line in plot.lines(names, opened_monitor.store.history(start), start, opened_monitor.now(), width, marks):
        click.echo(line)


# ---- deciding --------------------------------------------------------------------------------------------------------


@sources.command()
@click.argument("name", metavar="NAME")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
def accept(name: str, json_wanted: bool) -> None:
    """Take what a source holds back: follow it to where it moved, which writes feeds.yaml, and store the entries that wait.

    Entries of the look that began it are a baseline, as at a first look; what came later is news.
    """
    with monitor() as opened_monitor:
        source, state = _asking(opened_monitor, name)
        moved = _followed(opened_monitor, source, state) if state.moved_to else None
        taken = opened_monitor.store.accept_held(name, moved, opened_monitor.now())
    _say(json_wanted, {"source": name, "taken": taken, "url": moved.url if moved else None},
         f"{name}: {taken} entries taken" + (f"; feeds.yaml now says {moved.url}" if moved else ""))  # fmt: skip


def _followed(opened_monitor: Monitor, source: Source, state: SourceState) -> Source:
    from monitor.config import move
    from monitor.errors import MonitorError
    from monitor.model import KINDS

    config = opened_monitor.config
    if KINDS[source.kind].dated:
        raise MonitorError(f"{source.name}: its address is made anew for each look, so write its new url into {config.path} by hand")
    moved = replace(source, url=state.moved_to or source.url)
    move(config.path, opened_monitor.seeds, source.name, moved.url)
    return moved


@sources.command()
@click.argument("name", metavar="NAME")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
def refuse(name: str, json_wanted: bool) -> None:
    """Leave out for good what a source holds back. Where it moved to is not followed: it counts as gone until its url is corrected."""
    with monitor() as opened_monitor:
        _asking(opened_monitor, name)
        left = opened_monitor.store.refuse_held(name, opened_monitor.now())
    _say(json_wanted, {"source": name, "left_out": left}, f"{name}: {left} entries left out")


def _asking(opened_monitor: Monitor, name: str) -> tuple[Source, SourceState]:
    """The source that asks; raises NotFound with those that do."""
    from monitor.errors import NotFound
    from monitor.model import Outcome

    asking = {one.name: one for one in opened_monitor.store.sources() if one.held or one.outcome in {Outcome.MOVED, Outcome.HELD}}
    if name not in asking:
        raise NotFound(f"{name} asks nothing; there is: {', '.join(asking) or 'no source that does'}")
    return opened_monitor.source(name), asking[name]


def _say(json_wanted: bool, value: dict[str, Any], sentence: str) -> None:
    if json_wanted:
        show.as_json(value)
    else:
        click.echo(sentence)


for command in (lint, probe, add, import_, export, replay):
    sources.add_command(command)
