"""Which type an entry tells: the rules' claims and the second reader's opinion, added up with a name for each addend.

The reader speaks where no rule claims, and casts doubt where it disagrees. It never overrules a negative rule: a type that a veto,
a plan or a negation took back, or an entry that is noise, stays without a claim whatever the reader thinks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.classify import Claim, Reading
from monitor.gazetteer import Trigger
from monitor.model import Reason
from monitor.reader import NOTHING, Opinion
from monitor.text import Sentence

READER = "second-reader"  # as the rule of a claim that only it makes
# What is added up to how sure a decision is, and by what the rules decide where there is no reader.
TITLE = 0.6  # a rule's claim in the title
TEXT = 0.8  # the same outside the title, times the weight of the claim
OFFICIAL = 0.15  # in choosing: a regulator speaks; its words are few and plain, and an approval must not be missed
ALONE = 0.4  # a claim outside the title counts from this weight on
# By what rules and reader decide together: logarithms of odds, the logistic regression of right types on these over the labelled items
# that were read, rounded.
HEARD = 0.8  # of the logarithm of the reader's chance
UNHEARD = 0.001  # the chance of what the reader does not know
SAID = 1.5  # a rule claims the type in the title
OFFICIALLY = 0.85  # and a regulator speaks there
SAID_BELOW = 1.6  # a rule claims it outside the title, times the weight of the claim
UNSAID = -1.0  # no rule claims the type
INSTEAD = -0.5  # more, where a rule claims another in the title
IDLE = 1.1  # for nothing, where a weak class of noise was heard
EAGER = -0.8  # for nothing, always: a person sees what is wrongly found, and nobody what is missed
FOR_A_PERSON = 0.5  # what counts at most where a person shall decide; policy.automatic of seeds/style.yaml lies above it
DOUBT = 0.5  # of the chance that the reader gives to another type: what it takes from the score


@dataclass(frozen=True, slots=True)
class Decision:
    """What an entry is decided to tell and how sure that is (0 to 1), or why it tells nothing; every addend is a reason."""

    claim: Claim | None
    confidence: float
    reasons: tuple[Reason, ...]
    noise: bool = False  # whether it is of a kind that is never news, and not only without an event


def decide(reading: Reading, ask: Callable[[], Opinion | None] | None, sentences: Sequence[Sentence], tier: int) -> Decision:
    """The claim that counts for a source of that tier.

    `ask` is the second reader, asked only when it may decide something; without it the rules decide alone.
    """
    if tier >= 4:
        return Decision(None, 0.0, (Reason("content farm: sources of tier 4 create nothing"),), noise=True)
    if strong := [why for noise, why in reading.noise if noise.strong]:
        return Decision(None, 0.0, tuple(strong), noise=True)
    opinion = ask() if ask else None
    scores, told = _scores(reading, opinion)
    best = max(scores, key=lambda kind: (scores[kind], kind))
    reasons = _addends(best, reading, opinion)
    if best == NOTHING:
        why = [why for _, why in reading.noise] or [Reason("no event type")]
        return Decision(None, 0.0, (*why, *told, *reasons))
    if best in reading.untracked:
        return Decision(None, 0.0, (Reason(f"{best} counts only where something tracked is named"), *told, *reasons))
    claim = next((one for one in _title_first(reading) if one.type == best), None)
    if claim is None:
        title = next((one for one in sentences if one.field == "title"), None)
        if title is None:
            return Decision(None, 0.0, (Reason("no title"), *reasons))
        claim = Claim(best, None, Trigger("", READER), title, title.start, title.end, 0.0)
    if claim.trigger.rule == READER:
        reasons = (*reasons, for_a_person(reasons, Reason("no rule says so")))
    elif doubt := reading.for_review(claim):
        reasons = (*reasons, for_a_person(reasons, doubt))
    score = sum(reason.weight for reason in reasons)
    return Decision(claim, round(min(1.0, max(0.0, score)), 2), reasons)


def for_a_person(reasons: Sequence[Reason], why: Reason) -> Reason:
    """The addend that leaves to a person what the reasons would propose without one."""
    return replace(why, weight=round(min(0.0, FOR_A_PERSON - sum(reason.weight for reason in reasons)), 3))


def _title_first(reading: Reading) -> list[Claim]:
    return sorted(reading.claims, key=lambda claim: claim.field != "title")


def _addends(kind: str, reading: Reading, opinion: Opinion | None) -> tuple[Reason, ...]:
    """The addends of a type's score: its rule, the second reader's chance for it, and its doubt where it prefers another."""
    addends: list[Reason] = []
    if mine := [claim for claim in reading.claims if claim.type == kind]:
        best = max(mine, key=_value)
        addends.append(Reason(f"{kind} by rule {best.trigger.rule} in the {best.field}", None, round(_value(best), 2)))
    if opinion is None:
        return tuple(addends)
    words = ", ".join(f"{gram} {value:+.1f}" for gram, value in opinion.because)
    favourite = opinion.best()
    if kind in opinion.chances:
        heard = f" ({words})" if words and favourite == kind else ""
        addends.append(Reason(f"second reader: {kind}{heard}", None, round(opinion.chances[kind], 2)))
    if favourite != kind:
        heard = f" ({words})" if words else ""
        addends.append(Reason(f"second reader doubts: rather {favourite}{heard}", None, -round(DOUBT * opinion.chances[favourite], 2)))
    return tuple(addends)


def _value(claim: Claim) -> float:
    return TITLE if claim.field == "title" else TEXT * claim.weight


def _scores(reading: Reading, opinion: Opinion | None) -> tuple[dict[str, float], list[Reason]]:
    """What speaks for each type that may be chosen, and for nothing; and which claims there were."""
    claims: dict[str, Claim] = {}  # the weightiest of each type
    for claim in reading.claims:
        if claim.field != "title" and claim.type in reading.refused:
            continue  # the title says it otherwise: "for dogs and cats" stands only there
        if claim.type not in claims or _value(claim) > _value(claims[claim.type]):
            claims[claim.type] = claim
    told = [Reason(f"{claim.type} claimed by rule {claim.trigger.rule} in the {claim.field}") for claim in claims.values()]
    return _alone(reading, claims) if opinion is None else _weighed(reading, claims, opinion), told


def _alone(reading: Reading, claims: Mapping[str, Claim]) -> dict[str, float]:
    """By the rules alone: where they claim a type in the title, no other may be chosen."""
    titled = any(claim.field == "title" for claim in claims.values())
    scores = {
        kind: _value(claim) + (OFFICIAL if claim.official and titled else 0.0)
        for kind, claim in claims.items()
        if claim.field == "title" or not titled
    }
    return {NOTHING: (0.0 if titled else ALONE * TEXT) + (TITLE / 2 if reading.noise else 0.0), **scores}


def _weighed(reading: Reading, claims: Mapping[str, Claim], opinion: Opinion) -> dict[str, float]:
    """By both, as logarithms of odds: what a rule says is added to what the reader thinks. What a regulator does stays what it is."""
    scores = {}
    titled = [claim for claim in claims.values() if claim.field == "title"]
    official = any(claim.official for claim in titled)
    for kind in {NOTHING, *claims, *(kind for kind in opinion.chances if kind not in reading.refused)}:
        score = HEARD * math.log(opinion.chances.get(kind, 0.0) + UNHEARD)
        claim = claims.get(kind)
        if kind == NOTHING:
            score += EAGER + (IDLE if reading.noise else 0.0)
        elif claim is None and official:
            continue
        elif claim is None:
            score += UNSAID + (INSTEAD if titled else 0.0)
        elif claim.field == "title":
            score += SAID + (OFFICIALLY if claim.official else 0.0)
        else:
            score += SAID_BELOW * claim.weight
        scores[kind] = score
    return scores
