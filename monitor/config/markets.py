"""A market file's models → the gazetteer's values, with what only the whole file can tell: names that refer to nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Literal

from monitor.config.checks import near
from monitor.config.market_file import AliasFile, BaselineFile, FiguresFile, MarketFile, ProductFile, TermsFile
from monitor.config.places import Steps, Tree
from monitor.config.players import aliases_of, player_of, pure_play
from monitor.config.words import unsafe
from monitor.gazetteer import (
    Agency,
    Alias,
    Baseline,
    Claim,
    EventType,
    FigurePoint,
    FigureSeries,
    Market,
    Ownership,
    Player,
    Product,
    Region,
    Term,
)

Role = Literal["core", "adjacent", "context", "competing", "off_market"]


def market_of(file: MarketFile, tree: Tree, types: Mapping[str, EventType] | None, lender: tuple[MarketFile, Tree] | None = None) -> Market:
    """The market; what does not fit together is reported to the tree.

    `types` None: they could not be read, so nothing is said of them. `lender`: the market whose geography and agencies it shares.
    """
    agencies_tree = tree
    if lender is not None:
        file = file.model_copy(update={"geography": file.geography or lender[0].geography})
        if not file.agencies:
            file, agencies_tree = file.model_copy(update={"agencies": lender[0].agencies}), lender[1]
    _check_products(file, tree)
    _check_places(file, tree)
    if types is not None:
        _check_types(file, tree, types)
    players = {id_: player_of(id_, one, file, tree) for id_, one in file.players.items()}
    products = {id_: _product(id_, one, tree) for id_, one in file.products.items()}
    terms = _terms(file.terms, tree)
    _check_aliases(players, products, terms, tree)
    return Market(
        id=file.id,
        name=file.name,
        short=file.short,
        report_title=file.report.title,
        report_order=file.report.order,
        players=players,
        products=products,
        terms=terms,
        regions=tuple(Region(id_, one.name, tuple(one.countries)) for id_, one in file.geography.items()),
        agencies={
            id_: Agency(
                id_, one.name, one.short, aliases_of(one.aliases, agencies_tree, ("agencies", id_, "aliases")), one.country, one.region
            )
            for id_, one in file.agencies.items()
        },
        trials=dict(file.trials),
        segments={name: tuple(members) for name, members in file.segments.items()},
        series=_series(file.figures, tree),
        claims=tuple(Claim(id_, one.kind, one.note, one.rule) for id_, one in file.figures.claims.items()),
        baseline=tuple(_baseline(id_, one, file, tree) for id_, one in file.baseline.items()),
        proposal={"core": file.proposal.core, "adjacent": file.proposal.adjacent, "player_only": file.proposal.player_only},
        proposal_families={
            "core": tuple(file.proposal_families.core),
            "adjacent": tuple(file.proposal_families.adjacent),
            "player_only": tuple(file.proposal_families.player_only),
        },
        pure_play=pure_play(file, players, tree),
    )


# ---- values ----------------------------------------------------------------------------------------------------------


def _product(id_: str, one: ProductFile, tree: Tree) -> Product:
    steps: Steps = ("products", id_)
    aliases = {alias.text.lower(): alias for alias in aliases_of(one.aliases, tree, (*steps, "aliases"))}
    place = f"{tree.file}:{tree.place(steps, of_key=True).line}"
    for name in (one.brand, one.generic, *one.codes):
        if name:
            aliases.setdefault(name.lower(), Alias(name, place=place))
    return Product(
        id=id_,
        brand=one.brand,
        generic=one.generic,
        codes=tuple(one.codes),
        owner=one.owner,
        co_owner=one.co_owner,
        modality=one.modality,
        tier=one.tier,
        aliases=tuple(aliases.values()),
        target=one.target,
        off_market=one.off_market,
        require_core_term=one.require_core_term,
        next_date=one.next_date.date if one.next_date else None,
        next_date_what=one.next_date.what if one.next_date else "",
        past_owners=tuple(Ownership(past.player, past.since, past.until) for past in one.past_owners),
    )


def _terms(file: TermsFile, tree: Tree) -> tuple[Term, ...]:
    roles: tuple[tuple[Role, list[AliasFile]], ...] = (
        ("core", file.core),
        ("adjacent", file.adjacent),
        ("context", file.context),
        ("competing", file.competing),
        ("off_market", file.off_market),
    )
    return tuple(Term(alias, role) for role, entries in roles for alias in aliases_of(entries, tree, ("terms", role)))


def _series(file: FiguresFile, tree: Tree) -> tuple[FigureSeries, ...]:
    headlines = [id_ for id_, one in file.series.items() if one.status == "headline"]
    for id_ in headlines[1:]:
        tree.report(("figures", "series", id_, "status"), f"{headlines[0]} is the headline already: the others are alternate")
    return tuple(
        FigureSeries(
            id=id_,
            status=one.status,
            section=one.section,
            points=tuple(FigurePoint(point.year, point.usd_million, point.kind) for point in one.points),
            cagr_percent=one.cagr_percent,
            cagr_from=one.cagr_from,
            cagr_to=one.cagr_to,
            note=one.note,
        )
        for id_, one in file.series.items()
    )


def _baseline(id_: str, one: BaselineFile, file: MarketFile, tree: Tree) -> Baseline:
    if (one.date is None) == (one.month is None):
        tree.report(("baseline", id_), "needs either `date: 2022-02-28` or, when the report prints no day, `month: 2022-02`", of_key=True)
    return Baseline(
        id=id_,
        date=one.date or date.fromisoformat(f"{one.month or '1990-01'}-01"),
        precision="day" if one.date else "month",
        type=one.type,
        subtype=one.subtype,
        players=tuple((player.id, player.printed, player.role) for player in one.players),
        product=one.product,
        indication=one.indication,
        agency=one.agency,
        country=one.country,
        region=one.region,
        trial=one.trial,
        line=one.line,
        superseded_by=one.superseded_by,
        source_name=one.source_name or f"report: {file.report.title}",
        source_url=one.source_url,
    )


# ---- what refers to nothing ------------------------------------------------------------------------------------------


def _known(tree: Tree, steps: Steps, word: str | None, known: Collection[str], what: str) -> None:
    if word is not None and word not in known:
        tree.report(steps, f"{word} is no {what} of this file; {near(word, known)}")


def _check_products(file: MarketFile, tree: Tree) -> None:
    for id_, one in file.products.items():
        steps: Steps = ("products", id_)
        _known(tree, (*steps, "owner"), one.owner, file.players, "player")
        _known(tree, (*steps, "co_owner"), one.co_owner, file.players, "player")
        for n, past in enumerate(one.past_owners):
            _known(tree, (*steps, "past_owners", n, "player"), past.player, file.players, "player")
        if not (one.brand or one.generic or one.codes or one.aliases):
            tree.report(steps, "has no name: give it brand, generic or codes", of_key=True)
    for name, product in file.trials.items():
        _known(tree, ("trials", name), product, file.products, "product")
    for id_, player in file.players.items():
        for n, product in enumerate(player.also_sells):
            _known(tree, ("players", id_, "also_sells", n), product, file.products, "product")
    for id_, line in file.baseline.items():
        _known(tree, ("baseline", id_, "product"), line.product, file.products, "product")
        _known(tree, ("baseline", id_, "agency"), line.agency, file.agencies, "agency")
        for n, teller in enumerate(line.players):
            _known(tree, ("baseline", id_, "players", n, "id"), teller.id, file.players, "player")


def _check_places(file: MarketFile, tree: Tree) -> None:
    """Countries and regions must be nodes of the report's own tree."""
    every = {country for region in file.geography.values() for country in region.countries}
    located: list[tuple[Steps, str | None, str | None]] = [
        (("agencies", id_), agency.country, agency.region) for id_, agency in file.agencies.items()
    ]
    located += [(("baseline", id_), one.country, one.region) for id_, one in file.baseline.items()]
    for steps, country, region in located:
        _known(tree, (*steps, "region"), region, file.geography, "region")
        _known(tree, (*steps, "country"), country, every, "country")
        here = file.geography.get(region or "")
        if here and country in every and country not in here.countries:
            tree.report((*steps, "country"), f"{country} does not belong to {here.name}, which has {', '.join(here.countries)}")


def _check_types(file: MarketFile, tree: Tree, types: Mapping[str, EventType]) -> None:
    for id_, one in file.baseline.items():
        steps: Steps = ("baseline", id_)
        if one.type not in types:
            tree.report((*steps, "type"), f"{one.type} is no event type of types.yaml; {near(one.type, types)}")
        elif one.subtype and types[one.type].subtypes and one.subtype not in types[one.type].subtypes:
            tree.report((*steps, "subtype"), f"{one.subtype} is no subtype of {one.type}; {near(one.subtype, types[one.type].subtypes)}")
    words = set(types) | {one.family for one in types.values()}
    for tier, chosen in file.proposal_families:
        for n, word in enumerate(chosen):
            if word not in words:
                tree.report(("proposal_families", tier, n), f"{word} is neither an event type nor a family; {near(word, words)}")


def _check_aliases(players: Mapping[str, Player], products: Mapping[str, Product], terms: Collection[Term], tree: Tree) -> None:
    owners: dict[tuple[str, str], str] = {}
    named: list[tuple[str, str, tuple[Alias, ...]]] = [("players", id_, player.aliases) for id_, player in players.items()]
    named += [("products", id_, product.aliases) for id_, product in products.items()]
    # A term of several words says what it means however short its words are.
    named += [("terms", term.role, (term.alias,)) for term in terms if term.role in {"core", "adjacent"} and " " not in term.alias.text]
    for kind, id_, aliases in named:
        for alias in aliases:
            if message := unsafe(alias):
                tree.report(_steps_of(tree, kind, id_, alias.text), message, severity="warning")
            first = owners.setdefault((kind, alias.text.lower()), id_)
            if first != id_:
                message = f"{alias.text} stands for {first} already: one name can only mean one of them"
                tree.report(_steps_of(tree, kind, id_, alias.text), message, severity="warning")


def _steps_of(tree: Tree, kind: str, id_: str, text: str) -> Steps:
    """Where a name stands in the entry it belongs to."""

    def search(steps: Steps) -> Steps | None:
        value = tree.get(*steps)
        if value == text:
            return steps
        return next((found for child, _ in tree.each(*steps) if (found := search(child))), None)

    return search((kind, id_)) or (kind, id_)
