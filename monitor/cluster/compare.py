"""Do two reports tell one event? Facts that disagree forbid it, facts that agree add up, and where a fact is missing words must help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.cluster import diseases, kinds, records, words
from monitor.cluster.facts import Facts, shared_parties
from monitor.cluster.kinds import ATTACHES
from monitor.model import Reason

ENOUGH = 2.5
APART_PERCENT = 20.0
SUBJECTS = (
    "same product",
    "same compan",
    "a company and its product",
    "same trial",
    "same name",
    "same class",
    "same disease",
)  # one of them must agree


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two reports tell one event, how surely, and why. `forbidden`: they never stand in one event, whatever joins them."""

    same: bool
    score: float
    reasons: tuple[Reason, ...]
    forbidden: bool = False


def verdict(one: Facts, other: Facts) -> Verdict:
    """The answer, with every agreement that counted or the disagreement that forbids it."""
    if why_not := disagreement(one, other):  # first: most pairs end here, and what agrees takes far longer to find
        return Verdict(False, 0.0, (Reason(why_not),), forbidden=True)
    agreed = tuple(agreements(one, other))
    if _only_a_company(one, other, agreed):
        agreed = (*agreed, Reason("only one company in common, and not on one day", weight=-0.4))
    if why_not := _too_far(one, other, agreed):
        return Verdict(False, 0.0, (Reason(why_not),), forbidden=True)
    score = round(sum(reason.weight for reason in agreed), 3)
    same = score >= ENOUGH and any(reason.what.startswith(SUBJECTS) for reason in agreed)
    return Verdict(same, score, agreed)


# ---- what agrees -----------------------------------------------------------------------------------------------------


def agreements(one: Facts, other: Facts) -> Iterator[Reason]:
    """Everything in which two reports agree, and what a missing agreement costs."""
    yield from _subjects(one, other)
    shared_product = bool(one.products & other.products)
    if diseases_shared := one.diseases & other.diseases:
        yield Reason(f"same disease: {_shown(diseases_shared)}", weight=0.6)
    if one.agency and one.agency == other.agency:
        yield Reason(f"same agency: {one.agency}", weight=0.4)
    if one.designation and one.designation == other.designation:
        yield Reason(f"same designation: {one.designation}", weight=0.4)
    if amount := _same_amount(one, other):
        yield Reason(f"same amount: {amount}", weight=1.0)
    if one.goal and one.goal == other.goal:
        yield Reason(f"same goal date: {one.goal}", weight=0.6)
    if ATTACHES in (one.type, other.type):
        yield Reason("one of them tells no event by itself", weight=0.0)
    elif one.type == other.type:
        yield Reason(f"same type: {one.type}", weight=0.5)
    else:
        yield Reason(f"{one.type} and {other.type} may be one event", weight=0.3)
    if one.subtype and one.subtype == other.subtype:
        yield Reason(f"same stage: {one.subtype}", weight=0.2)
    if records.leads_to(one, other, apart_days(one, other)):
        yield Reason("a filing that such an event makes due", weight=1.5)
    if shared_product and records.lists(one, other, apart_days(one, other)):
        yield Reason("a register that lists it later", weight=1.0)
    yield _closeness(one, other)
    if alike := round(words.likeness(one.words, other.words), 2):
        yield Reason(f"headlines alike: {alike:.2f}", weight=round(1.8 * alike, 3))


def _subjects(one: Facts, other: Facts) -> Iterator[Reason]:
    """What both are about."""
    shared = one.products & other.products
    if shared:
        exactly = one.products == other.products or not (len(one.products - other.products) and one.brands and other.brands)
        yield Reason(f"same product: {_shown(shared)}", weight=1.8 if exactly else 1.5)
    if count := shared_parties(one.parties, other.parties):
        both = count > 1 or bool(one.gives & other.gives)
        yield Reason("same companies" if both else "same company", weight=2.2 if both else 1.0)
        if not both and _seldom(one, other):
            yield Reason("hardly told twice of one company", weight=0.3)
    elif _owned(one, other) or _owned(other, one):
        yield Reason("a company and its product", weight=1.2)
    elif not shared and (named := _named(one, other)):
        yield Reason(f"same name: {_shown(named)}", weight=1.0 if len({one.names.get(name, name) for name in named}) == 1 else 1.4)
    if not shared and not one.owners and not other.owners and one.tracked and other.tracked and not one.tracked & other.tracked:
        yield Reason("other players", weight=-0.8)
    trials = one.trials & other.trials
    if one.products and other.products and not (shared or trials or one.diseases & other.diseases) and one.type in kinds.CLINICAL:
        yield Reason("nothing says that the medicines are one", weight=-0.8)
    if trials:
        yield Reason(f"same trial: {_shown(trials)}", weight=1.4)
    if _about_a_class(one, other) and (terms := one.terms & other.terms):
        yield Reason(f"same class: {_shown(terms)}", weight=1.0)


def _only_a_company(one: Facts, other: Facts, agreed: tuple[Reason, ...]) -> bool:
    """Whether nothing but one company joins reports of two days: large ones are told of every day."""
    said = {reason.what.partition(":")[0] for reason in agreed}
    if apart_days(one, other) == 0 or not said & {"same company", "same name"}:
        return False
    return not said & {
        "same product",
        "same trial",
        "same disease",
        "same amount",
        "same goal date",
        "a filing that such an event makes due",
    }


def _seldom(one: Facts, other: Facts) -> bool:
    """Whether a company alone says nearly enough: two reports of one day of what happens to it now and then."""
    types = {one.type, other.type}
    return apart_days(one, other) <= 1 and (ATTACHES in types or (len(types) == 1 and one.type in kinds.SELDOM))


def _about_a_class(one: Facts, other: Facts) -> bool:
    types = {one.type, other.type} - {ATTACHES}
    return len(types) == 1 and types < kinds.ABOUT_A_CLASS


def _owned(one: Facts, other: Facts) -> bool:
    """Whether one names only a product and the other only its company."""
    return bool(one.products and not other.products and any(one.owners & party for party in other.parties))


def _named(one: Facts, other: Facts) -> frozenset[str]:
    first = set(one.names) | {name for party in one.parties for name in party}
    second = set(other.names) | {name for party in other.parties for name in party}
    return frozenset(first & second)


def _same_amount(one: Facts, other: Facts) -> str:
    for currency, amount in one.amounts.values():
        for other_currency, other_amount in other.amounts.values():
            if currency == other_currency and amount and abs(amount - other_amount) <= 0.05 * max(amount, other_amount):
                return f"{currency} {amount:g}m"
    return ""


def apart_days(one: Facts, other: Facts) -> int:
    """How many days lie between two events at least, as exactly as their dates are known."""
    return max(0, one.first - other.last, other.first - one.last)


def _closeness(one: Facts, other: Facts) -> Reason:
    gap = apart_days(one, other)
    usual, longest = kinds.window(one.type, other.type)
    if gap <= 1:
        weight = 0.8 if gap == 0 else 0.6
    elif gap <= usual:
        weight = round(0.4 - 0.4 * gap / usual, 3)
    else:
        weight = round(-0.4 - 0.4 * gap / longest, 3)
    return Reason("same day" if gap == 0 else f"{gap} days apart" if gap > 1 else "a day apart", weight=weight)


# ---- what forbids ----------------------------------------------------------------------------------------------------


def disagreement(one: Facts, other: Facts) -> str:
    """Why two reports cannot tell one event, whatever else they agree in; empty when nothing forbids it."""
    return (
        _another_kind(one, other)
        or _other_agency(one, other)
        or _other_subject(one, other)
        or _other_disease(one, other)
        or _other_trial(one, other)
        or _other_amount(one, other)
        or _far_beyond(one, other)
    )


def _another_kind(one: Facts, other: Facts) -> str:
    why = ""
    if one.report.entry == other.report.entry:
        why = "one entry tells of several events"
    elif one.roundup or other.roundup:
        why = "a round-up tells of several events"
    elif not kinds.compatible(one.type, other.type) and not _one_sum(one, other):
        why = f"{one.type} is not {other.type}"
    elif kinds.apart(one.subtype, other.subtype):
        why = f"another stage: {one.subtype}, {other.subtype}"
    return why


def _other_agency(one: Facts, other: Facts) -> str:
    if one.agency and other.agency and one.agency != other.agency and one.type not in kinds.DEALS:
        return f"another agency: {one.agency}, {other.agency}"
    if one.designation and other.designation and one.designation != other.designation:
        return f"another designation: {one.designation}, {other.designation}"
    return ""


def _one_sum(one: Facts, other: Facts) -> bool:
    """Whether both tell of one sum of money, or of the same two names, on one day."""
    told_alike = bool(_same_amount(one, other)) or len(_named(one, other)) > 1
    return {one.type, other.type} <= kinds.SUMS and apart_days(one, other) <= 1 and told_alike


def _other_subject(one: Facts, other: Facts) -> str:
    if one.type in kinds.DEALS:
        if one.gives and other.gives and not one.gives & other.gives and not one.gives & other.gets:
            return f"another company changes hands: {_shown(one.gives)}, {_shown(other.gives)}"
        if (
            len(one.parties) == len(other.parties) == 2
            and shared_parties(one.parties, other.parties) == 1
            and not one.products & other.products
        ):
            return "another partner"
        return ""
    if one.type in kinds.ABOUT_A_CLASS:
        return ""
    for mine, theirs in ((one.brands, other.brands), (one.generics, other.generics)):
        if mine and theirs and not one.products & other.products:
            return f"another product: {_shown(mine)}, {_shown(theirs)}"
    return ""


def _other_disease(one: Facts, other: Facts) -> str:
    if diseases.disagree(one.diseases, other.diseases) and one.type not in kinds.DEALS and one.type not in kinds.ABOUT_A_CLASS:
        return f"another disease: {_shown(one.diseases)}, {_shown(other.diseases)}"
    return ""


def _other_trial(one: Facts, other: Facts) -> str:
    if one.type not in kinds.CLINICAL:
        return ""
    if one.trials and other.trials and not one.trials & other.trials:
        return f"another trial: {_shown(one.trials)}, {_shown(other.trials)}"
    if one.phases and other.phases and not one.phases & other.phases:
        return f"another phase: {_shown(one.phases)}, {_shown(other.phases)}"
    return ""


def _other_amount(one: Facts, other: Facts) -> str:
    """Amounts tell rounds of one company apart; one purchase is told with several (equity, net, with or without later payments)."""
    if one.type not in {"financing", "grant"}:
        return ""
    for name in one.amounts.keys() & other.amounts.keys():
        (currency, amount), (other_currency, other_amount) = one.amounts[name], other.amounts[name]
        if currency == other_currency and abs(amount - other_amount) * 100 > APART_PERCENT * max(amount, other_amount):
            return f"another amount: {currency} {amount:g}m, {other_amount:g}m"
    return ""


def _far_beyond(one: Facts, other: Facts) -> str:
    gap = apart_days(one, other)
    return f"{gap} days apart" if gap > max(3, *kinds.window(one.type, other.type)) else ""


def _too_far(one: Facts, other: Facts, agreed: tuple[Reason, ...]) -> str:
    gap = apart_days(one, other)
    usual, longest = kinds.window(one.type, other.type)
    if gap <= min(usual, 3) or (gap <= longest and _sure(one, other, agreed)):
        return ""
    if gap <= usual and not (one.stated and other.stated):
        return ""
    return f"{gap} days apart"


def _sure(one: Facts, other: Facts, agreed: tuple[Reason, ...]) -> bool:
    """Whether everything that tells events of this type apart is stated on both sides, and agrees."""
    said = {reason.what.partition(":")[0] for reason in agreed}
    if one.type in kinds.DEALS:
        return "same companies" in said
    if one.type in kinds.ABOUT_A_CLASS:
        return "same class" in said and "same stage" in said
    if one.type == "designation" and "same designation" not in said:
        return False
    return (
        "same product" in said
        and ("same agency" in said or "same trial" in said)
        and ("same disease" in said or not (one.diseases and other.diseases))
    )


def _shown(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"
