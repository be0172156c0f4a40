"""The companies of a market file, with every name that stands for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from monitor.config.market_file import AliasFile, MarketFile, OwnedFile, PlayerFile
from monitor.config.places import Steps, Tree
from monitor.gazetteer import Alias, Ownership, Player
from monitor.text import fold


def _alias(one: AliasFile, place: str, since: date | None = None, until: date | None = None) -> Alias:
    return Alias(
        text=one.text,
        case=one.case,
        require_any=tuple(one.require_any),
        reject_any=tuple(one.reject_any),
        never_alone=one.never_alone,
        since=one.since or since,
        until=one.until or until,
        place=place,
    )


def aliases_of(entries: Iterable[AliasFile], tree: Tree, steps: Steps) -> tuple[Alias, ...]:
    """The names, each with the line of the file that gives it."""
    return tuple(_alias(one, f"{tree.file}:{tree.place((*steps, n)).line}") for n, one in enumerate(entries))


def _owned_aliases(owned: OwnedFile, tree: Tree, steps: Steps) -> tuple[Alias, ...]:
    """A subsidiary's name stands for its owner from the closing on; announced is not owned."""
    if owned.since is None and not owned.lineage:
        return ()
    since = None if owned.lineage else owned.since
    if owned.aliases is None:
        return (Alias(owned.name, since=since, until=owned.until, place=f"{tree.file}:{tree.place(steps).line}"),)
    return tuple(
        _alias(one, f"{tree.file}:{tree.place((*steps, 'aliases', n)).line}", since, owned.until) for n, one in enumerate(owned.aliases)
    )


def player_of(id_: str, one: PlayerFile, file: MarketFile, tree: Tree) -> Player:
    """The company, with the names of what it owns and the products it sells."""
    steps: Steps = ("players", id_)
    aliases = list(aliases_of(one.aliases, tree, (*steps, "aliases")))
    for n, owned in enumerate(one.owns):
        aliases += _owned_aliases(owned, tree, (*steps, "owns", n))
    sold = [name for name, product in file.products.items() if id_ in {product.owner, product.co_owner}]
    return Player(
        id=id_,
        legal_name=one.legal_name,
        display=one.display,
        house_name=one.house_name or one.display,
        aliases=tuple(aliases),
        owns=tuple(Ownership(owned.name, owned.since, owned.until, owned.announced) for owned in one.owns),
        former_names=tuple((former.name, former.until) for former in one.former_names),
        products=tuple(dict.fromkeys([*sold, *one.also_sells])),
        lists=tuple(one.lists),
        labels=tuple(one.labels),
        tickers=tuple(one.tickers),
        note=one.note,
        stale=one.stale,
    )


def pure_play(file: MarketFile, players: Mapping[str, Player], tree: Tree) -> frozenset[str]:
    """The folded names of companies all of whose business is the market's; a name that is no alias of its company is reported."""
    found: set[str] = set()
    for id_, one in file.players.items():
        names = [alias.text for alias in players[id_].aliases]
        told = (names if one.pure_play else []) if isinstance(one.pure_play, bool) else one.pure_play
        for n, name in enumerate(told):
            if name not in names:
                tree.report(("players", id_, "pure_play", n), f"{name} is none of its aliases: write one of {', '.join(names)}")
        found |= {fold(name) for name in told}
    return frozenset(found)
