"""What somebody asks of the table, in words → what the store looks for: names found in seeds/ and feeds.yaml, ownership by its dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from typing import Literal

from monitor.errors import NotFound
from monitor.gazetteer import Market, Player, Product, Seeds
from monitor.model import IN_REPORT, Lineage, Source, Sources, Status, Wanted

Order = Literal["newest", "oldest", "report"]
UNKNOWN_TIER = 3  # of a source that is not, or no more, in feeds.yaml
LOWEST_TIER = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters as people write them; empty ones let all pass, several values of one are alternatives."""

    markets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    players: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    min_importance: int = 1
    max_tier: int = LOWEST_TIER
    text: str = ""
    order: Order = "newest"

    @property
    def filters(self) -> dict[str, object]:
        """What was asked, without what was left open."""
        nothing = Asked()
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if value != getattr(nothing, name)
        }


def resolve(asked: Asked, seeds: Seeds, sources: Iterable[Source]) -> tuple[Wanted, ...]:
    """One search for each market asked for, in that order; raises NotFound with the nearest that exist."""
    markets = [market_of(name, seeds) for name in dict.fromkeys(asked.markets)] or list(seeds.markets.values())
    players = tuple(one for name in asked.players for one in lineages(name, seeds))
    stages = {stage for kind in seeds.types.values() for stage in kind.subtypes}
    return tuple(
        Wanted(
            market=market.id,
            since=asked.since,
            until=asked.until,
            players=players,
            products=tuple(name for product in asked.products for name in _product(product, seeds)),
            types=known(asked.types, seeds.types, "event type"),
            stages=known(asked.stages, stages, "stage"),
            agencies=tuple(name for agency in asked.agencies for name in _agency(agency, seeds)),
            places=tuple(place for region in asked.regions for place in _places(region, market, seeds)),
            statuses=statuses(asked.statuses),
            minimum_importance=asked.min_importance,
            sources=_sources(asked.max_tier, sources),
            text=tuple(asked.text.split()),
            oldest_first=asked.order == "oldest" or (asked.order == "report" and market.report_order == "oldest_first"),
        )
        for market in markets
    )


def market_of(name: str, seeds: Seeds) -> Market:
    """A market by id or short name; raises NotFound with those there are."""
    for market in seeds.markets.values():
        if name.lower() in {market.id.lower(), market.short.lower()}:
            return market
    there = ", ".join(f"{market.id} ({market.short})" for market in seeds.markets.values())
    raise NotFound(f"no market {name!r} in seeds/markets; there is: {there}")


def market_names(seeds: Seeds) -> Mapping[str, str]:
    """Ids and short names of the markets in small letters → id."""
    return {name.lower(): one.id for one in seeds.markets.values() for name in (one.id, one.short)}


def known(names: Sequence[str], there: Collection[str], what: str) -> tuple[str, ...]:
    """The names, each of which must exist; raises NotFound with the nearest that do."""
    for name in names:
        if name not in there:
            near = get_close_matches(name, there) or sorted(there)
            raise NotFound(f"no {what} {name!r}; did you mean {', '.join(near[:5])}?")
    return tuple(names)


def statuses(names: Sequence[str]) -> tuple[Status, ...]:
    """The statuses asked for; those of the report when none is."""
    if "all" in names:
        return tuple(Status)
    return tuple(Status(name) for name in known(names, [str(status) for status in Status], "status")) or IN_REPORT


def lineages(name: str, seeds: Seeds) -> tuple[Lineage, ...]:
    """Which rows a player's name stands for: its own, those of players it took over, or only those told under a former name.

    A player has the rows of one it owns, up to the day it let it go; one whose purchase is only announced is not owned.
    """
    players = [player for market in seeds.markets.values() for player in market.players.values()]
    wanted = name.casefold()
    if mine := [player for player in players if wanted == player.id.casefold()]:
        return _distinct(_with_owned(mine, players))
    former = [Lineage(player.id, until, once) for player in players for once, until in _former(player) if once.casefold() == wanted]
    mine = [player for player in players if wanted in _names(player)]
    if found := _distinct([*former, *_with_owned(mine if not former else [], players)]):
        return found
    there = {player.id for player in players} | {player.display for player in players}
    raise NotFound(f"no player {name!r}; did you mean {', '.join((get_close_matches(name, there) or sorted(there))[:5])}?")


def _with_owned(mine: Sequence[Player], players: Sequence[Player]) -> Iterator[Lineage]:
    for player in mine:
        yield Lineage(player.id)
        for owned in player.owns:
            if owned.since is not None:
                names = owned.name.casefold()
                yield from (Lineage(one.id, owned.until) for one in players if names in _names(one) and one.id != player.id)


def _former(player: Player) -> Iterator[tuple[str, date | None]]:
    """Names under which a company's news were told before: its own of former days, and those of companies it took over."""
    yield from ((once, None) for once, _ in player.former_names)
    yield from ((owned.name, owned.until) for owned in player.owns)


def _names(player: Player) -> set[str]:
    free = (alias.text for alias in player.aliases if alias.since is None and alias.until is None)
    return {each.casefold() for each in (player.display, player.legal_name, player.house_name, *player.labels, *free)}


def _distinct(found: Iterable[Lineage]) -> tuple[Lineage, ...]:
    return tuple(dict.fromkeys(found))


def _product(name: str, seeds: Seeds) -> tuple[str, ...]:
    """Every name of a product that goes by this one."""
    products = [product for market in seeds.markets.values() for product in market.products.values()]
    if found := [product for product in products if name.casefold() in _called(product)]:
        return tuple(dict.fromkeys(each for one in found for each in (one.brand, one.generic, *one.codes) if each))
    return known([name], sorted({product.brand or product.generic or product.id for product in products}), "product")


def _called(product: Product) -> set[str]:
    names = (product.id, product.brand, product.generic, *product.codes, *(alias.text for alias in product.aliases))
    return {name.casefold() for name in names if name}


def _agency(name: str, seeds: Seeds) -> tuple[str, ...]:
    """What rows call an agency."""
    agencies = [agency for market in seeds.markets.values() for agency in market.agencies.values()]
    for one in agencies:
        if name.casefold() in {each.casefold() for each in (one.id, one.name, one.short, *(alias.text for alias in one.aliases))}:
            return (one.short,)
    return known([name], sorted({agency.short for agency in agencies}), "agency")


def _places(name: str, market: Market, seeds: Seeds) -> tuple[str, ...]:
    """The node and what lies below it in the market's tree; in a market without such a node, the word itself."""
    wanted = name.casefold()
    for region in market.regions:
        if wanted in {region.id.casefold(), region.name.casefold()}:
            return (region.id, *region.countries)
        for country in region.countries:
            if wanted == country.casefold():
                return (country,)
    every = {each for one in seeds.markets.values() for region in one.regions for each in (region.id, region.name, *region.countries)}
    if wanted in {each.casefold() for each in every}:
        return (name,)
    return known([name], sorted(every), "region")


def _sources(most: int, sources: Iterable[Source]) -> Sources | None:
    """The sources whose tier is that or a better one."""
    if most >= LOWEST_TIER:
        return None
    tiers = {source.name: source.tier for source in sources}
    if most >= UNKNOWN_TIER:
        return Sources(tuple(name for name, tier in tiers.items() if tier > most), but=True)
    return Sources(tuple(name for name, tier in tiers.items() if tier <= most))
