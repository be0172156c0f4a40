"""How much an event weighs for a market, and whether it is proposed, put before a person, only mentioned, or left out (domain.md 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.cluster.facts import company as telling_word
from monitor.cluster.merging import PURCHASE
from monitor.gazetteer import EventType, Market, Policy, Seeds
from monitor.model import Event, Reason, Status, Tier
from monitor.phrase.companies import Party
from monitor.phrase.facts import agency_of
from monitor.phrase.filling import Words
from monitor.phrase.numbers import number
from monitor.phrase.stated import player_of, products_of
from monitor.relevance import aside

AGGREGATOR, CONTENT_FARM = 3, 4
CONDITIONAL = 3  # the importance from which a type of `line: conditional` becomes a line
ALTERNATIVES: Mapping[str, tuple[str, ...]] = {  # what types.yaml calls it → any of these is it
    "company": ("company", "acquirer", "target", "licensee", "licensor", "seller", "buyer", "partner"),
    "parties": ("company",),
    "two_companies": ("companies",),
    "body": ("agency",),
    "product": ("product", "class"),
    "trial_or_phase": ("trial", "phase", "nct"),
    "amount": ("proceeds", "total", "upfront"),
    "subtype": ("designation",),
    "meeting": ("company",),
    "geography": ("company", "agency"),
    "funder": ("funder", "company"),
    "licensor": ("licensor", "companies"),
    "licensee": ("licensee", "companies"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an event for a market: how close it is, its words and companies, and its line, empty where none could be written."""

    tier: Tier
    words: Mapping[str, Words]
    people: tuple[Party, ...]
    line: str
    aside: str = ""  # why it is only mentioned, though it is close enough


@dataclass(frozen=True, slots=True)
class Judgement:
    """How much an event weighs and what is to be done with it; `status` None: it is shown nowhere."""

    importance: int
    status: Status | None
    reasons: tuple[Reason, ...]  # the last one decided


def judge(event: Event, market: Market, seeds: Seeds, known: Known) -> Judgement:
    """The weight of an event and what happens to it, with every step."""
    importance, reasons = weight(event, market, seeds, known)
    status, why = _status(event, market, seeds, known, importance)
    reasons = (*reasons, Reason(f"{status or 'left out'}: {why}"))
    if best_tier(event) >= AGGREGATOR and importance > 2:  # after the decision: what could be a line is for a person to look at
        reasons = (Reason("only aggregators tell it: at most 2", weight=2.0 - importance), *reasons)
        importance = 2
    return Judgement(importance, status, reasons)


# ---- weight ----------------------------------------------------------------------------------------------------------


def weight(event: Event, market: Market, seeds: Seeds, known: Known) -> tuple[int, tuple[Reason, ...]]:
    """From 1 (archive) to 5 (always a headline): the type's own, and what adds to it or takes from it."""
    kind, policy = seeds.types[event.type], seeds.style.policy
    steps = [Reason(f"importance of {kind.label or kind.id}", weight=float(kind.importance))]
    listed = any(party.id in market.players and market.players[party.id].lists for party in known.people)
    products = products_of(event, market, seeds)
    core = any(product.id in market.products and market.products[product.id].tier == "core" for product in products)
    if event.type == "approval" and not _first_of_its_kind(event, market, seeds, policy):
        steps.append(Reason("not a first approval by one of the leading agencies", weight=-1.0))
    worth = max((value for name in ("total", "upfront") if (found := number(event, name)) and (value := found[0])), default=0.0)
    if kind.family == "deal" and worth >= policy.large_deal:
        steps.append(Reason(f"a deal of {worth:,.0f} million", weight=1.0))
    if listed and core:
        steps.append(Reason("a player of the report's lists with a product of this market", weight=1.0))
    if known.tier != "core":
        steps.append(Reason(f"only {known.tier.replace('_', ' ')} to this market", weight=-1.0 if known.tier == "adjacent" else -2.0))
    return min(5, max(1, round(sum(step.weight for step in steps)))), tuple(steps)


def _first_of_its_kind(event: Event, market: Market, seeds: Seeds, policy: Policy) -> bool:
    agency = agency_of(event, market, seeds)
    return event.subtype in (None, "initial", "accelerated", "conditional") and (agency is None or agency.id in policy.first_agencies)


def best_tier(event: Event) -> int:
    """The tier of the best source that tells the event; what only attaches to it does not count."""
    return min((report.source_tier for report in event.reports if report.label.type), default=4)


def best_score(event: Event) -> float:
    """How surely the surest report tells what the event is; one that joined it under another type does not count."""
    return max(report.score for report in event.reports if report.label.type == event.type)


# ---- what happens to it ----------------------------------------------------------------------------------------------


def _status(event: Event, market: Market, seeds: Seeds, known: Known, importance: int) -> tuple[Status | None, str]:
    if best_tier(event) >= CONTENT_FARM:
        return None, "only content farms tell it"
    if why := _only_a_mention(event, market, seeds, known, importance):
        return Status.MENTION, why
    if why := _needs_a_person(event, market, seeds, known):
        return Status.REVIEW, why
    return Status.PROPOSED, f"importance {importance} of an event that is {known.tier} to this market"


def _only_a_mention(event: Event, market: Market, seeds: Seeds, known: Known, importance: int) -> str:
    kind, policy, tier = seeds.types[event.type], seeds.style.policy, known.tier
    allowed, least = market.proposal_families.get(tier, ()), market.proposal.get(tier, 6)
    if kind.line == "conditional":
        least = max(least, CONDITIONAL)
    raised = number(event, "proceeds") or number(event, "total") if event.type == "financing" else None
    score = best_score(event)
    why = ""
    if event.subtype == "goal_date":
        why = "it only says that a decision is near"
    elif tier == "player_only":
        why = "it concerns a player, not this market"
    elif known.aside:
        why = known.aside
    elif event.type == "financing" and (raised is None or raised[0] < policy.financing_from):
        why = f"financing below USD {policy.financing_from:g} million"
    elif kind.line == "never" and event.type != "financing":
        why = f"of type {kind.label or kind.id}, which never becomes a line"
    elif allowed and event.type not in allowed and kind.family not in allowed:
        why = f"of {tier} events this market takes only {', '.join(allowed)}"
    elif importance < least and event.type != "financing":
        why = f"importance {importance} lies under {least}"
    elif score < policy.review:
        why = f"its score {score:.2f} lies under {policy.review:.2f}"
    return why


def _buys_elsewhere(event: Event, market: Market, seeds: Seeds) -> bool:
    """Whether nothing but the buyer ties a purchase to a market, and seeds/ do not know what is bought."""
    if event.type not in PURCHASE:
        return False
    match = next((one for one in event.markets if one.market == market.id), None)
    if match is None or not match.reasons or not all(reason.what.startswith("player ") for reason in match.reasons):
        return False
    buyers = [player for slot in event.slots if slot.name == "role:acquirer" and (player := player_of(slot.id, market, seeds))]
    bought = [slot for slot in event.slots if slot.name == "role:target"]
    known = {telling_word(one.name) for player in buyers for one in player.owns}
    return bool(buyers) and not any(slot.id or telling_word(slot.value) in known for slot in bought)


def _needs_a_person(event: Event, market: Market, seeds: Seeds, known: Known) -> str:
    policy, score = seeds.style.policy, best_score(event)
    if best_tier(event) >= AGGREGATOR:
        return "only aggregators tell it"
    if why := _beside(event, market, known.tier):
        return why
    if _buys_elsewhere(event, market, seeds):
        return "only who buys belongs to this market: whether what is bought does, nobody says"
    if missing := lacking(event, seeds.types[event.type], policy, known.words):
        return f"not stated: {', '.join(missing)}"
    if not known.line:
        return "no line could be written from what the sources state"
    return f"its score {score:.2f} lies under {policy.automatic:.2f}" if score < policy.automatic else ""


def _beside(event: Event, market: Market, tier: Tier) -> str:
    """Why its sources do not agree that it concerns this market; empty when they do."""
    if not _borne_out(event, market, tier):
        return f"neither the leading report nor most reports say what makes it {tier} to this market"
    matches = (match for report in event.reports if report.label.type for match in report.markets if match.market == market.id)
    return next((f"one source says that {why}" for match in matches if (why := aside(match))), "")


def _borne_out(event: Event, market: Market, tier: Tier) -> bool:
    """Whether the leading report, most reports or a title make the event this close: one outlet's aside about a market is no news of it."""
    telling = [report for report in event.reports if report.label.type]
    close = [(report, match) for report in telling for match in report.markets if (match.market, match.tier) == (market.id, tier)]
    titled = any(reason.span is not None and reason.span.field == "title" for _, match in close for reason in match.reasons)
    return titled or any(report is event.reports[0] for report, _ in close) or 2 * len(close) > len(telling)


def lacking(event: Event, kind: EventType, policy: Policy, words: Mapping[str, Words]) -> tuple[str, ...]:
    """What must be known of such an event and is not."""
    wanted = dict.fromkeys([*kind.needs, *policy.complete.get(event.type, ())])
    return tuple(need for need in wanted if not any(name in words for name in ALTERNATIVES.get(need, (need,))))
