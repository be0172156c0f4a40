"""Market sizes of a report that compete with each other or with the claims in seeds/, and growth rates that do not recompute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.claims import Conflict, Series, conflict, disagreement, held, value_in
from monitor.gazetteer import Market
from monitor.stale.passages import SEEDS, Evidence, Finding, Passage
from monitor.stale.reading import Printed, printed

SAME = 0.01  # share by which two printings of one series may differ


def findings(passages: Sequence[Passage], market: Market) -> Iterator[Finding]:
    """What the report's own numbers contradict, and where they contradict what seeds/ hold as this report's claims."""
    every = printed(passages, _parts(market))
    yield from _growth(every)
    claims = _apart([one for one in every if one.whole])
    seeds = [series for series in map(held, market.series) if series.status != "retired"]
    for first, again in claims:
        evidence = [*_against_report(first, [other for other, _ in claims if other is not first]), *_against_seeds(first, seeds)]
        if evidence:
            also = f" (printed again at {', '.join(str(one.place) for one in again)})" if again else ""
            yield Finding(
                "market size", first.place, first.sentence, f"competes with another size of the same market{also}", tuple(evidence)
            )


def _growth(every: Sequence[Printed]) -> Iterator[Finding]:
    said: set[tuple[object, ...]] = set()
    for one in every:
        if (why := disagreement(one.series)) and (key := (one.series.points, one.series.rate)) not in said:
            said.add(key)
            sizes = ", ".join(f"{point.value:,.2f} in {point.year}" for point in one.series.points)
            yield Finding("growth rate", one.place, one.sentence, why, (Evidence(f"{one.series.unit}: {sizes}", one.series.id, "report"),))


def _parts(market: Market) -> list[str]:
    """Names whose own sizes are not the market's, however the market itself is called."""
    names = [name for region in market.regions for name in (region.name, *region.countries)]
    names += [name for members in market.segments.values() for name in members]
    names += [name for product in market.products.values() for name in (product.brand, product.generic) if name]
    return [name for name in names if name.casefold() not in market.name.casefold()]


def _apart(every: Sequence[Printed]) -> list[tuple[Printed, list[Printed]]]:
    """Each series once, with the other places that print it."""
    claims: list[tuple[Printed, list[Printed]]] = []
    for one in every:
        twin = next((again for first, again in claims if _same(first.series, one.series)), None)
        if twin is not None:
            twin.append(one)
        else:
            claims.append((one, []))
    return claims


def _same(one: Series, other: Series) -> bool:
    """Whether every value that both print is the same, and at least one is."""
    if one.unit != other.unit:
        return False
    theirs = {point.year: point.value for point in other.points}
    both = [(point.value, theirs[point.year]) for point in one.points if point.year in theirs]
    return bool(both) and all(abs(a - b) <= SAME * max(a, b) for a, b in both)


def _against_report(first: Printed, others: Sequence[Printed]) -> Iterator[Evidence]:
    for other in others:
        if found := conflict(first.series, other.series):
            yield Evidence(str(_named(found, first.series.id, "this")), other.series.id, "report")


def _against_seeds(first: Printed, seeds: Sequence[Series]) -> Iterator[Evidence]:
    if not seeds:
        return
    if (own := next((series for series in seeds if _same(first.series, series)), None)) is not None:
        yield from (
            Evidence(f"{own.id} ({own.status}): {found}", other.id, SEEDS)
            for other in seeds
            if other is not own and (found := conflict(own, other))
        )
        return
    for series in seeds:
        if found := conflict(first.series, series):
            kind = "contradicts its own series" if _shares_a_year(first.series, series) else "is none of the held claims"
            yield Evidence(f"{kind}: {_named(found, first.series.id, 'this')}", series.id, SEEDS)


def _shares_a_year(one: Series, other: Series) -> bool:
    return any((said := value_in(other, point.year)) and said[1] for point in one.points)


def _named(found: Conflict, id_: str, name: str) -> Conflict:
    implied = tuple(name if one == id_ else one for one in found.implied)
    return replace(found, one=name if found.one == id_ else found.one, other=name if found.other == id_ else found.other, implied=implied)
