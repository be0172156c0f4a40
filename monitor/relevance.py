"""Whether an event belongs to a market and how closely, and how strong its evidence is: a sum of named addends with their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from monitor.classify import Claim
from monitor.gazetteer import EventType, Market, Seeds
from monitor.match import Matched
from monitor.model import MarketMatch, Mention, Reason, Tier
from monitor.text import Sentence, fold

# Families of events about one medicine: that of a company with many, in a disease of no market here, is nobody's news.
OF_A_MEDICINE = frozenset({"regulatory", "clinical", "safety", "access"})
OF_A_COMPANY = frozenset({"acquisition", "acquisition_completed", "bankruptcy", "spin_off", "corporate_rename"})
JOINT = re.compile(
    r"(?:\s(?:diseases?|disorders?|conditions?))?(?:,?\s(?:and|or|&)\s|,\s|/)(?:other\s)?"
)  # between two words of one breath
LONGEST_JOINT = 24  # characters
ASIDE = {"competing": "competing medicine", "off_market": "outside this market:"}  # what a term of the role makes of an event
NEAR_SENTENCES = 2  # of the lead: a name further down is mentioned, not told about


def about(mentions: Sequence[Mention], sentences: Sequence[Sentence], claim: Claim | None) -> tuple[Mention, ...]:
    """The mentions an item is about: those of the title, of the claim's sentence and of the first sentences of the lead."""
    near = [one for one in sentences if not one.boilerplate and _near(one, claim)]
    return tuple(mention for mention in mentions if any(_within(mention, one) for one in near))


def _near(one: Sentence, claim: Claim | None) -> bool:
    return one.field == "title" or (one.field == "lead" and one.n < NEAR_SENTENCES) or (claim is not None and one == claim.sentence)


def _within(mention: Mention, one: Sentence) -> bool:
    return one.field == mention.span.field and one.start <= mention.span.start and mention.span.end <= one.end


def markets(
    mentions: Sequence[Mention],
    matched: Matched,
    seeds: Seeds,
    only: Iterable[str] = (),
    *,
    kind: EventType | None = None,
    disease: bool = False,
) -> tuple[MarketMatch, ...]:
    """The markets of an item, each with its tier and the mentions that decide it.

    `only` restricts to what a source is for. `kind` is the event's type, once it is known, and `disease` whether the title names one.
    """
    allowed = set(only) or set(seeds.markets)
    found = (_market(market, mentions, matched, kind, disease) for market in seeds.markets.values() if market.id in allowed)
    return tuple(match for match in found if match is not None)


def _market(market: Market, mentions: Sequence[Mention], matched: Matched, kind: EventType | None, disease: bool) -> MarketMatch | None:
    here = [mention for mention in mentions if market.id in mention.markets]
    terms: dict[str, list[Mention]] = {"core": [], "adjacent": [], "context": [], "competing": [], "off_market": []}
    for mention in here:
        if mention.kind == "term":
            terms[matched.roles[market.id, mention.id]].append(mention)
    terms["off_market"] = [one for one in terms["off_market"] if not any(_together(one, other, matched) for other in terms["context"])]
    if any(_titled(one) for one in terms["competing"]):  # then the market's words further down are an aside: "makers of CAR-T will look"
        terms |= {role: [one for one in terms[role] if _titled(one)] for role in ("core", "adjacent")}
    products = [(market.products[id_], mention) for mention in here if (id_ := _product_of(mention, market))]
    counted = [
        (product, mention) for product, mention in products if not product.off_market and (not product.require_core_term or terms["core"])
    ]
    core = [mention for product, mention in counted if product.tier == "core"]
    near = [mention for product, mention in counted if product.tier == "adjacent"]
    players = [mention for mention in here if mention.kind == "player"]
    at_home = [player for player in players if player.id not in matched.several]
    elsewhere = kind is None or kind.family not in OF_A_MEDICINE
    tier: Tier
    if core or (terms["core"] and not (terms["off_market"] and not products)):
        tier, why = "core", [*core, *terms["core"]]
    elif (
        not terms["off_market"]
        and (not disease or terms["context"])
        and (pure := [one for one in players if _pure_play(one, market, matched)])
    ):
        tier, why = "core", pure
    elif kind is not None and kind.id in OF_A_COMPANY and (owners := [one for one in at_home if _owns_core(one, market)]):
        tier, why = "core", owners
    elif near or terms["adjacent"] or terms["core"]:
        tier, why = "adjacent", [*near, *terms["adjacent"], *terms["core"]]
    elif terms["competing"] and not terms["off_market"]:
        tier, why = "adjacent", terms["competing"]
    elif products or (players and (elsewhere or terms["context"] or (not disease and at_home))):
        tier, why = "player_only", [*players, *(mention for _, mention in products)]
    else:
        return None
    if terms["off_market"] and not core:
        why.append(terms["off_market"][0])
    return MarketMatch(market.id, tier, tuple(Reason(_what(mention, market, matched), mention.span) for mention in _once(why)))


def _what(mention: Mention, market: Market, matched: Matched) -> str:
    role = matched.roles.get((market.id, mention.id), "") if mention.kind == "term" else ""
    return f"{ASIDE.get(role, mention.kind)} {mention.rule}"


def _together(one: Mention, other: Mention, matched: Matched) -> bool:
    """Whether two words are named in one breath: "cancer and autoimmune diseases" is about both."""
    first, second = sorted((one.span, other.span), key=lambda span: span.start)
    if first.field != second.field or second.start - first.end > LONGEST_JOINT:
        return False
    return JOINT.fullmatch(matched.folded[first.field], first.end, second.start) is not None


def _product_of(mention: Mention, market: Market) -> str | None:
    """The product that is named, or whose trial is: where that is no everyday word, which tells nothing alone."""
    if mention.kind == "product":
        return mention.id if mention.id in market.products else None
    telling = mention.kind == "trial" and any(not character.isalpha() for character in mention.id)
    return market.trials.get(mention.id) if telling else None


def _titled(mention: Mention) -> bool:
    return mention.span.field == "title"


def _pure_play(player: Mention, market: Market, matched: Matched) -> bool:
    """Whether a headline names a company all of whose business is the market's."""
    return _titled(player) and matched.folded["title"][player.span.start : player.span.end] in market.pure_play


def _owns_core(player: Mention, market: Market) -> bool:
    """Whether a company owns a core product: who buys, renames or closes it changes the market."""
    return any(product.tier == "core" and product.owner == player.id for product in market.products.values())


def _once(mentions: Iterable[Mention]) -> list[Mention]:
    seen: dict[tuple[str, str], Mention] = {}
    for mention in mentions:
        seen.setdefault((mention.kind, mention.id), mention)
    return list(seen.values())


def aside(match: MarketMatch) -> str:
    """Why an adjacent event is only mentioned: it is about competing medicines or other diseases; empty when it may be a line."""
    if match.tier != "adjacent":
        return ""
    if any(reason.what.startswith(ASIDE["off_market"]) for reason in match.reasons):
        return "it is about diseases outside this market"
    competing = bool(match.reasons) and all(reason.what.startswith(ASIDE["competing"]) for reason in match.reasons)
    return "it is about medicines that compete with this market's own" if competing else ""


def classes(seeds: Seeds, mentions: Sequence[Mention]) -> Mapping[str, tuple[str, ...]]:
    """Market → its products of the modality that an item names, for measures that name a class and no product."""
    found: dict[str, tuple[str, ...]] = {}
    words = {fold(mention.span.text).replace(" ", "-") for mention in mentions if mention.kind == "term"}
    for market in seeds.markets.values():
        core = (product for product in market.products.values() if product.tier == "core")
        named = tuple(product.id for product in core if any(word.startswith(product.modality) for word in words))
        if named:
            found[market.id] = named
    return found
