"""Commands about what registers know and what lies ahead: audit, calendar."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import LOOK, WELL, monitor, show
from monitor.cli.builder import DAY, market_of

if TYPE_CHECKING:
    from monitor.audit import Checked, Recalled
    from monitor.digest import Ahead
    from monitor.pipeline import Monitor

A_YEAR, A_MONTH = timedelta(days=365), timedelta(days=31)  # a list and the news may date one approval apart
MARKET = click.option("--market", "-m", metavar="ID", help="Only this market, by id or short name; default: every one.")
JSON = click.option("--json", "json_wanted", is_flag=True, help="As JSON.")


@click.command()
@MARKET
@click.option("--since", type=DAY, help="Events of this day or later; default: a year ago.")
@click.option("--until", type=DAY, help="Events of this day or earlier; default: today.")
@click.option("--list", "list_", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Known approvals, as JSON Lines.")
@JSON
def audit(market: str | None, since: datetime | None, until: datetime | None, list_: Path | None, json_wanted: bool) -> int:
    """Hold registers and filings against the news: confirmed, announced only, and what a register alone tells (missed).

    With --list: which approvals of tracked products nothing here tells. Ends with 1 when something was missed.
    """
    from monitor import audit as auditing

    approvals = auditing.known_approvals(list_.read_text(encoding="utf-8-sig"), str(list_)) if list_ else ()
    with monitor() as opened:
        markets = _markets(opened, market)
        last = until.date() if until else opened.now().date()
        first = since.date() if since else last - A_YEAR
        told = [one for each in markets for one in opened.store.developments(each, since=first - A_MONTH if list_ else first, until=last)]
        if list_:
            tracked = [opened.seeds.markets[each] for each in markets]
            return _say_recall(auditing.recall(approvals, tracked, told, first, last), first, last, json_wanted)
        return _say_audit(auditing.reconcile(told, opened.now()), first, last, json_wanted)


def _say_audit(found: tuple[Checked, ...], since: date, until: date, json_wanted: bool) -> int:
    from monitor.audit import STATES

    counts = Counter(one.state for one in found)
    told = {state: counts[state] for state in STATES}
    rows = [
        {
            "state": one.state, "date": one.day, "type": one.type, "development": one.headline, "record": one.record,
            "markets": ", ".join(one.markets), "source": one.source, "maybe": one.maybe, "id": one.development,
        }
        for one in found
    ]  # fmt: skip
    if json_wanted:
        show.as_json(
            {
                "since": since,
                "until": until,
                "counts": told,
                "events": [{**row, "url": one.url} for row, one in zip(rows, found, strict=True)],
            }
        )
    else:
        show.table(rows, json_wanted=False, empty="no event that a register or a filing could tell")
        click.echo(f"{since} to {until}: " + ", ".join(f"{told[state]} {state}" for state in STATES))
    return LOOK if told["missed"] else WELL


def _say_recall(found: tuple[Recalled, ...], since: date, until: date, json_wanted: bool) -> int:
    rows = [
        {
            "state": "told" if one.development else "missed", "product": one.brand, "approved": one.day, "told": one.told,
            "markets": ", ".join(one.markets), "id": one.development or None,
        }
        for one in found
    ]  # fmt: skip
    missed = sum(1 for one in found if not one.development)
    if json_wanted:
        show.as_json({"since": since, "until": until, "tracked": len(found), "missed": missed, "approvals": rows})
    else:
        show.table(rows, json_wanted=False, empty="the list has no approval of a tracked product in this time")
        click.echo(f"{since} to {until}: {len(found)} approvals of tracked products, {missed} missed")
    return LOOK if missed else WELL


@click.command()
@MARKET
@click.option("--until", type=DAY, help="What is expected by this day; default: everything.")
@click.option("--overdue", "late", is_flag=True, help="Instead: what should have happened and was not seen.")
@click.option("--ics", type=click.Path(path_type=Path), metavar="FILE", help="Write them as an iCalendar file.")
@JSON
def calendar(market: str | None, until: datetime | None, late: bool, ics: Path | None, json_wanted: bool) -> int:
    """List the decisions and closings that lie ahead, each with its source and as exactly as it is known.

    With --overdue it ends with 1 when something is.
    """
    from monitor import digest, pipeline
    from monitor.files import write_atomically

    with monitor() as opened:
        now = opened.now()
        today = now.date()
        found = [one for each in _markets(opened, market) for one in pipeline.expected(opened, each, today)]
    last = until.date() if until else date.max
    wanted = digest.overdue(found, today) if late else digest.upcoming(found, today, last)
    wanted = tuple(sorted(wanted, key=lambda one: (one.last, one.market, one.text)))
    if ics is not None:
        from monitor.ics import calendar_file

        write_atomically(ics, calendar_file(wanted, now))
    show.table([_row(one) for one in wanted], json_wanted=json_wanted, empty="nothing is overdue" if late else "nothing is expected")
    return LOOK if late and wanted else WELL


def _row(one: Ahead) -> dict[str, Any]:
    return {
        "date": one.value, "precision": one.precision, "by": one.last, "what": one.text, "market": one.market,
        "source": one.source or "seeds", "id": one.development or None,
    }  # fmt: skip


def _markets(opened: Monitor, market: str | None) -> tuple[str, ...]:
    return (market_of(opened, market).id,) if market else tuple(opened.seeds.markets)
