"""Which type an entry tells: the rules' claims and the second reader's opinion, added up with a name for each addend.

The reader speaks where no rule claims, and casts doubt where it disagrees. It never overrules a negative rule: a type that a veto,
a plan or a negation took back, or an entry that is noise, stays without a claim whatever the reader thinks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.classify import Claim, Reading
from monitor.gazetteer import Trigger
from monitor.model import Reason
from monitor.reader import NOTHING, Opinion
from monitor.text import Sentence

TITLE = 0.6  # what a rule's claim in the title adds to its type
TEXT = 0.4  # the same outside the title, times the claim's weight
SILENT_TITLE = 0.1  # what speaks for nothing when the title claims nothing
NOISE = 0.15  # what speaks for nothing when a weak class of noise was heard
ALONE = 0.4  # without a reader, a claim outside the title counts from this weight on
SURE = 0.9  # score from which an entry counts as surely understood


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
    scores, reasons = _scores(reading, opinion)
    best = max(scores, key=lambda kind: (scores[kind], kind))
    if best == NOTHING:
        why = [why for _, why in reading.noise] or [Reason("no event type")]
        return Decision(None, 0.0, (*why, *reasons))
    claim = next((one for one in _title_first(reading) if one.type == best), None)
    if claim is None:
        title = next((one for one in sentences if one.field == "title"), None)
        if title is None:
            return Decision(None, 0.0, (Reason("no title"), *reasons))
        claim = Claim(best, None, Trigger("", "second-reader"), title, title.start, title.end, 0.0)
    confidence = min(1.0, max(0.0, scores[best] - 0.5 * scores[NOTHING] + (0.0 if opinion else 0.4)))
    return Decision(claim, round(confidence, 2), tuple(reasons))


def _title_first(reading: Reading) -> list[Claim]:
    return sorted(reading.claims, key=lambda claim: claim.field != "title")


def _scores(reading: Reading, opinion: Opinion | None) -> tuple[dict[str, float], list[Reason]]:
    """What speaks for each type, and for nothing."""
    scores = {NOTHING: 0.0}
    reasons: list[Reason] = []
    best: dict[str, tuple[float, Claim]] = {}
    for claim in reading.claims:
        value = TITLE if claim.field == "title" else TEXT * claim.weight
        if value > best.get(claim.type, (0.0, claim))[0]:
            best[claim.type] = (value, claim)
    for kind, (value, claim) in best.items():
        scores[kind] = value
        reasons.append(Reason(f"{kind} by rule {claim.trigger.rule} in the {claim.field}", None, round(value, 2)))
    silent = not any(claim.field == "title" for claim in reading.claims)
    if opinion is None:
        scores[NOTHING] = (ALONE * TEXT if silent else 0.0) + (TITLE / 2 if reading.noise else 0.0)
        return scores, reasons
    refused = reading.refused - set(best)
    for kind, chance in opinion.chances.items():
        if kind not in refused:
            scores[kind] = scores.get(kind, 0.0) + chance
    favourite = opinion.best()
    words = ", ".join(f"{gram} {value:+.1f}" for gram, value in opinion.because)
    reasons.append(Reason(f"second reader: {favourite}" + (f" ({words})" if words else ""), None, round(opinion.chances[favourite], 2)))
    scores[NOTHING] += (SILENT_TITLE if silent else 0.0) + (NOISE if reading.noise else 0.0)
    return scores, reasons
