"""Commands about what a report claims: figures, report audit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import LOOK, WELL, monitor, show

if TYPE_CHECKING:
    from monitor.claims import Conflict, Series
    from monitor.stale import Finding

JSON = click.option("--json", "json_wanted", is_flag=True, help="As JSON.")


@click.command()
@click.option("--market", "-m", metavar="ID", help="Only this market, by id or short name; default: every one.")
@JSON
def figures(market: str | None, json_wanted: bool) -> int:
    """List the market sizes that reports print, as claims: stated and recomputed growth, and which of them contradict each other.

    They stand in seeds/markets and change only there: news never touches them.
    """
    from monitor import claims
    from monitor.cli.builder import market_of

    with monitor() as opened:
        markets = [market_of(opened, market)] if market else list(opened.seeds.markets.values())
    rows: list[dict[str, Any]] = []
    against: list[tuple[str, Conflict]] = []
    for one in markets:
        series = [claims.held(each) for each in one.series]
        found = claims.conflicts(series)
        against += [(one.id, each) for each in found]
        rows += [_row(one.id, each, found) for each in series]
    if json_wanted:
        show.as_json(rows)
        return WELL
    shown = [{**row, "points": "; ".join(f"{point['year']} {point['value']:,g}" for point in row["points"])} for row in rows]
    for row in shown:
        row["conflicts"] = ", ".join(each["with"] for each in row["conflicts"])
    show.table(shown, json_wanted=False, empty="no figures: the reports of these markets print no market size")
    for market_id, each in against:
        click.echo(f"{market_id}, {each}")
    return WELL


def _row(market: str, series: Series, found: tuple[Conflict, ...]) -> dict[str, Any]:
    from monitor import claims

    real = claims.recomputed(series)
    mine = [(one.other if one.one == series.id else one.one, one) for one in found if series.id in {one.one, one.other}]
    return {
        "market": market,
        "series": series.id,
        "status": series.status,
        "source": series.section,
        "unit": series.unit,
        "points": [{"year": point.year, "value": point.value} for point in series.points],
        "growth_stated": series.rate,
        "years_stated": f"{series.rate_from}-{series.rate_to}",
        "growth_recomputed": None if real is None else round(real, 2),
        "disagreement": claims.disagreement(series),
        "conflicts": [{"with": other, "year": one.year, "times": round(one.times, 2), "says": str(one)} for other, one in mine],
    }


@click.command("audit")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--market", "-m", required=True, metavar="ID", help="Id or short name of the market.")
@JSON
def report_audit(file: Path, market: str, json_wanted: bool) -> int:
    """List what developments and seeds/ have overtaken in a report: players, lines of therapy, "no approved therapy", figures.

    Each with its place, the sentence, why, and the evidence. Changes nothing; ends with 1 when there is something to look at.
    """
    from monitor import stale
    from monitor.cli.builder import market_of
    from monitor.report import passages

    with monitor() as opened:
        found_market = market_of(opened, market)
        read = passages.read(file)
        told = opened.store.developments(found_market.id)
        found = stale.audit(read, found_market, told, opened.now().date())
    if json_wanted:
        show.as_json([_finding(one) for one in found])
    else:
        for one in found:
            _say(file, one)
        click.echo(f"{file}: {len(found)} to look at" if found else f"{file}: nothing is known to be overtaken")
    return LOOK if found else WELL


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "place": _place(one.place),
        "sentence": one.sentence,
        "why": one.why,
        "evidence": [{"what": each.what, "id": each.id, "source": each.source, "url": each.url} for each in one.evidence],
        "members": [_finding(each) for each in one.members],
    }


def _place(place: Any) -> dict[str, int | str | None]:
    return {"line": place.line, "column": place.column, "paragraph": place.paragraph, "heading": place.heading}


def _say(file: Path, one: Finding, indent: str = "") -> None:
    click.echo(f"{indent}{file}:{one.place}: {one.kind}: {one.why}")
    click.echo(f"{indent}    “{one.sentence if len(one.sentence) <= 240 else one.sentence[:239] + '…'}”")
    for each in one.evidence:
        click.echo(f"{indent}    {each}")
    for member in one.members:
        _say(file, member, indent + "    ")
