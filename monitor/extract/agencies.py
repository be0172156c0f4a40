"""Which authority decided: a tracked one, or one that everybody in the field knows by its short name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.classify import Claim
from monitor.extract.text import Text, within
from monitor.gazetteer import Agency, Seeds
from monitor.model import Slot
from monitor.text import Sentence, of, span

REGULATORY = frozenset(
    [
        "approval",
        "label_update",
        "regulatory_recommendation",
        "adcom_outcome",
        "regulatory_rejection",
        "filing_submitted",
        "filing_accepted",
        "review_extension",
        "application_withdrawn",
        "regulatory_update",
        "designation",
        "ind_clearance",
        "clinical_hold",
        "safety_action",
        "reimbursement",
        "product_discontinued",
    ]
)
# Authorities that no market of ours need track, by the name that stands in texts.
_OTHERS = """
TGA PMDA MHLW Swissmedic ANVISA MFDS HSA CDSCO DCGI COFEPRIS TFDA BfArM AIFA ANSM AEMPS G-BA IQWiG CADTH PBAC CMS HAS DEA
"""
OTHERS = re.compile(r"(?<![\w-])(?:Health Canada|" + "|".join(_OTHERS.split()) + r")(?![\w-])")
EUROPE = ("ema", "ec")  # examines, decides


def agency(text: Text, places: Sequence[Sentence], claim: Claim, seeds: Seeds) -> Slot | None:
    """The authority of a regulatory event; nearest to the claim in its own sentence, else the first that is named."""
    if claim.type not in REGULATORY:
        return None
    tracked: dict[str, Agency] = {id_: one for market in seeds.markets.values() for id_, one in market.agencies.items()}
    for place in places:
        found = [*_tracked(text, place, tracked), *_others(text, place)]
        found = [slot for slot in found if not _cannot(slot, claim, found)]
        if found:
            return min(found, key=lambda slot: _distance(slot, claim, place))
    return None


def _tracked(text: Text, place: Sentence, tracked: dict[str, Agency]) -> Iterator[Slot]:
    for mention in text.matched.mentions:
        if mention.kind == "agency" and within(mention, place) and mention.id in tracked:
            yield Slot("agency", tracked[mention.id].short, mention.span, mention.id)


def _others(text: Text, place: Sentence) -> Iterator[Slot]:
    for found in OTHERS.finditer(of(text.entry, place.field), place.start, place.end):
        where = span(text.entry, place.field, found.start(), found.end())
        if not any(
            m.kind == "agency" and m.span.field == place.field and m.span.start < where.end and where.start < m.span.end
            for m in text.matched.mentions
        ):
            yield Slot("agency", found[0], where)


def _cannot(slot: Slot, claim: Claim, found: Sequence[Slot]) -> bool:
    """In Europe one recommends and the other decides: `positive EU CHMP opinion` is the Agency's."""
    examines, decides = EUROPE
    if claim.type == "regulatory_recommendation":
        return slot.id == decides
    return claim.type == "approval" and slot.id == examines and any(other.id == decides for other in found)


def _distance(slot: Slot, claim: Claim, place: Sentence) -> int:
    """How far from the claim, in its own sentence; elsewhere the order of the text."""
    assert slot.span is not None
    if place != claim.sentence:
        return slot.span.start
    return max(slot.span.start - claim.end, claim.start - slot.span.end, 0)
