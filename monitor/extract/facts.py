"""Gathers the slots of one claim: from the title first, then from the claim's sentence, then from the first sentences of the lead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.classify import Claim
from monitor.extract import dates
from monitor.extract.agencies import agency
from monitor.extract.amounts import amount_slots
from monitor.extract.disease_words import SHORT
from monitor.extract.diseases import diseases
from monitor.extract.guessing import meets
from monitor.extract.names import INSTITUTION
from monitor.extract.products import products
from monitor.extract.roles import DATELINE, roles
from monitor.extract.text import Text, part_of_title
from monitor.extract.trials import phase, trial
from monitor.gazetteer import Seeds
from monitor.model import EventDate, Slot
from monitor.text import Sentence, of, span

# Designations as style.yaml knows them, and how texts call them.
_DESIGNATIONS = {
    "breakthrough therapy": r"breakthrough[\s-](?:therapy|drug|device|status|designation|tag|therapies|medicine|nod)\w*",
    "fast track": r"fast[\s-]track",
    "RMAT": r"\brmat\b|regenerative medicine advanced therapy",
    "orphan drug": r"orphan[\s-](?:drug|medicin\w+|disease|product|status|designation|tag)",
    "rare pediatric disease": r"rare pa?ediatric(?: disease)?",
    "PRIME": r"\bprime\b(?! (?:minister|medicine|time))|priority medicines",
    "priority review voucher": r"(?:priority review|national priority|priority) vouchers?",
    "priority review": r"priority[\s-]review",
    "ILAP": r"innovation passport|\bilap\b|innovative licensing and access",
    "Sakigake": r"\bsakigake\b",
}
DESIGNATIONS = tuple((name, re.compile(words)) for name, words in _DESIGNATIONS.items())
LINE = re.compile(
    r"\b(?:first|second|third|fourth|1st|2nd|3rd|later|front)[\s-]line\b|\bfrontline\b"
    r"|after (?:at least )?(?:one|two|three|four|\d) (?:or more )?"
    r"(?:prior |earlier |previous )?(?:systemic )?(?:lines? of (?:systemic )?therapy|lines?|therap\w+|treatments?)"
)
# What a company says of itself before it says what it announces: the medicines and diseases in it are those of its business.
DESCRIBED = re.compile(
    r"\b(?:an?|the|your)\s[^.;]{0,120}?\b(?:company|biotech|pharmaceuticals?|developer|leader|provider|pioneer|manufacturer|organi[sz]ation)\b"
    r"[^;]{0,500}?[,”\"]\s(?:(?:today|jointly)\s)*(?:announce[sd]?|reported|is pleased to announce)\b"
)
FAR, HEADED = 1200, 150  # letters
# Types that tell of a company rather than of a medicine: only their title may name what it is for.
OF_COMPANIES = frozenset(
    ["acquisition_completed", "financing", "corporate_rename", "restructuring", "bankruptcy", "manufacturing", "litigation_outcome"]
)


def facts(text: Text, claim: Claim, seeds: Seeds) -> tuple[tuple[Slot, ...], EventDate]:
    """The slots of a claim and when its event happened."""
    places = _places(text, claim)
    told = [_told(text, place) for place in places]
    slots: list[Slot] = [*products(text, claim, told, seeds)]
    slots += [slot for slot in (agency(text, places, claim, seeds), phase(text, told)) if slot]
    slots += trial(text, told)
    slots += [slot for slot in (_indication(text, told, claim), _line(text, told)) if slot]
    slots += _designation(text, places, claim)
    slots += amount_slots(text, places, claim)
    slots += roles(text, claim, places)
    slots += dates.ahead(text, claim)
    day, slot = dates.happened(text, claim, places)
    return (*slots, *([slot] if slot else [])), day


def _places(text: Text, claim: Claim) -> list[Sentence]:
    """The sentences that may state facts of the claim, the nearest first; a claim far below the title may tell something else."""
    usable = [one for one in text.sentences if not one.boilerplate]
    title = [part_of_title(text, claim, one) for one in usable if one.field == "title"] if claim.sentence.n < 3 else []
    own = [] if claim.field == "title" and title else [claim.sentence]
    lead = [one for one in usable if one.field == "lead" and one.n < 3]
    return list(dict.fromkeys([*title, *own, *lead]))


def _told(text: Text, place: Sentence) -> Sentence:
    """Of a lead's sentence that says what kind of company announces something, what it announces."""
    if place.field == "title":
        return place
    dateline = DATELINE.search(of(text.entry, place.field), place.start, place.end)
    if dateline and dateline.start() > place.start + HEADED:
        return place  # the headings before it tell the news
    found = DESCRIBED.search(text.matched.folded[place.field], place.start, min(place.end, place.start + FAR))
    return replace(place, start=found.end()) if found else place


def _indication(text: Text, places: Sequence[Sentence], claim: Claim) -> Slot | None:
    """The disease of the first sentence that names one; among several there the first that something narrows."""
    for place in places:
        if claim.type in OF_COMPANIES and place.field != "title":
            continue
        source = of(text.entry, place.field)
        houses = [one.span() for one in INSTITUTION.finditer(source, place.start, place.end)]
        every = diseases(text.matched.folded[place.field], source, place.start, place.end)
        found = [one for one in every if not meets((one.start, one.end), houses)]
        if found:
            one = next((one for one in found if one.narrowed), found[0])
            spelled = _spelled_out(text, source[one.start : one.end], places) if one.word in SHORT else None
            return spelled or _slot("indication", text, place, one.start, one.end)
    return None


def _spelled_out(text: Text, short: str, places: Sequence[Sentence]) -> Slot | None:
    """The disease in full that some sentence puts before a bare abbreviation of it: cutaneous T-cell lymphoma (CTCL)."""
    for place in places:
        source = of(text.entry, place.field)
        if f"({short})" in source[place.start : place.end]:
            for one in diseases(text.matched.folded[place.field], source, place.start, place.end):
                if source[one.start : one.end].endswith(f"({short})"):
                    return _slot("indication", text, place, one.start, one.end)
    return None


def _line(text: Text, places: Sequence[Sentence]) -> Slot | None:
    for place in places[:3]:
        if found := LINE.search(text.matched.folded[place.field], place.start, place.end):
            return _slot("line_of_therapy", text, place, found.start(), found.end())
    return None


def _slot(name: str, text: Text, place: Sentence, start: int, end: int) -> Slot:
    return Slot(name, of(text.entry, place.field)[start:end], span(text.entry, place.field, start, end))


def _designation(text: Text, places: Sequence[Sentence], claim: Claim) -> Iterator[Slot]:
    """What was granted; of an application that was accepted only a priority review."""
    if claim.type not in {"designation", "filing_accepted"}:
        return
    for place in places:
        folded = text.matched.folded[place.field]
        for name, words in DESIGNATIONS:
            found = words.search(folded, place.start, place.end)
            if found and (claim.type == "designation" or name == "priority review"):
                yield Slot("designation", name, span(text.entry, place.field, found.start(), found.end()))
                return
