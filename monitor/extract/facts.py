"""Gathers the slots of one claim: from the title first, then from the claim's sentence, then from the first sentences of the lead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.classify import Claim
from monitor.extract import amounts, dates, diseases, roles
from monitor.gazetteer import Agency, Product, Seeds
from monitor.masking import Masked, Shape
from monitor.match import Matched
from monitor.model import Entry, EventDate, Mention, Slot
from monitor.text import Sentence, fold, of, span

DEALS = frozenset("acquisition acquisition_completed licensing partnership option_exercise asset_sale financing grant deal_termination spin_off".split())
PHASE = re.compile(r"\bphase[\s-]?(?P<one>[1-4]|iii|ii|iv|i)\s?[abc]?(?:\s?[/-]\s?(?:phase\s)?(?P<two>[1-4]|iii|ii|iv|i)\s?[abc]?)?\b")
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
TRIAL = re.compile(
    r"\bNCT\d{8}\b|\b[A-Z][A-Za-z]*[A-Z]{2,}[A-Za-z]*(?:[- ](?=\d)|-)(?:[A-Z]{0,4}-?)?\d{1,4}\b|\b[A-Z]{4,}[A-Za-z]*(?:-[A-Z]{2,})?(?=\s(?:trial|study|phase|Trial|Study|Phase|clinical|program))"
    r"|(?<=[Pp]hase [1-3] )[A-Z]{4,}[\w-]*\b|\b[a-z]{3,}[A-Z]{1,2}[a-z]*(?=\s(?:trial|study|Trial|Study))"
)
NOT_TRIAL = re.compile(r"(?:COVID|SARS|PD|HER|GLP|CAR|BCMA|NASDAQ|NYSE|CLINICAL|PHASE|RANDOMI|PIVOTAL|STUDY|TRIAL|ASCO|ESMO|AACR|FDA|NDA|BLA|CD\d|GLOBE|NEWS|HIV|MASH|NASH|COPD|NSCLC|DLBCL|mRNA|KRAS|EGFR|USA|INDUCEMENT|JAK|TNF|REMS|RMAT|SITC|CDMO|GMP|USD|CEO|ADHD|CLDN|PARP)")
DESIGNATIONS = (
    ("breakthrough therapy", re.compile(r"breakthrough[\s-](?:therapy|drug|device|status|designation|tag|therapies|medicine)\w*|breakthrough (?=tag|status|nod)")),
    ("fast track", re.compile(r"fast[\s-]track")),
    ("RMAT", re.compile(r"\brmat\b|regenerative medicine advanced therapy")),
    ("orphan drug", re.compile(r"orphan[\s-](?:drug|medicin\w+|disease|product|status|designation|tag)")),
    ("rare pediatric disease", re.compile(r"rare p(?:a)?ediatric(?: disease)?")),
    ("PRIME", re.compile(r"\bprime\b(?! (?:minister|carotid|medicine|time))|priority medicines")),
    ("priority review voucher", re.compile(r"(?:priority review|national priority|priority) vouchers?")),
    ("priority review", re.compile(r"priority[\s-]review")),
    ("ILAP", re.compile(r"innovation passport|\bilap\b|innovative licensing and access")),
)
LINE = re.compile(r"\b(?:first|second|third|fourth|1st|2nd|3rd|later|front)[\s-]line\b|after (?:at least )?(?:one|two|three|four|\d) (?:or more )?(?:prior |earlier |previous )?(?:systemic )?(?:lines?|therap\w+|treatments?)")
GOAL = re.compile(r"\b(?:pdufa|goal date|target action date|action date|decision (?:date|by|expected)|target date)\b")
CLOSE = re.compile(r"\b(?:expected to close|close in|closing (?:is )?expected|anticipated to close|expects? to (?:close|complete))\b")


@dataclass(frozen=True, slots=True)
class Text:
    """An entry with all that was read of it so far."""

    entry: Entry
    matched: Matched
    masked: Masked
    sentences: tuple[Sentence, ...]
    published: date


def facts(text: Text, claim: Claim, seeds: Seeds) -> tuple[tuple[Slot, ...], EventDate]:
    """The slots of a claim and when its event happened."""
    places = _places(text, claim)
    slots: list[Slot] = [*_products(text, places, seeds)]
    slots += [slot for find in (_agency, _phase, _trial, _indication, _line) if (slot := find(text, places, claim, seeds))]
    slots += _designation(text, places, claim)
    slots += _amounts(text, places, claim)
    slots += _roles(text, claim, places)
    slots += _ahead(text, claim)
    day, slot = _date(text, claim, places)
    return (*slots, *([slot] if slot else [])), day


def _places(text: Text, claim: Claim) -> list[Sentence]:
    """The sentences that may state facts of the claim, the nearest first."""
    usable = [one for one in text.sentences if not one.boilerplate]
    title = [one for one in usable if one.field == "title"] if claim.field == "title" or _same_story(text, claim) else []
    lead = [one for one in usable if one.field == "lead" and one.n < 3]
    own = [claim.sentence]
    return list(dict.fromkeys([*title, *own, *lead]))


def _same_story(text: Text, claim: Claim) -> bool:
    """A claim of the first sentences tells what the title is about; one far below may tell something else."""
    return claim.sentence.n < 3


# ---- medicines -------------------------------------------------------------------------------------------------------


def _products(text: Text, places: Sequence[Sentence], seeds: Seeds) -> Iterator[Slot]:
    """Medicines of the first sentence that names one: brands and codes as `product`, nonproprietary names as `generic`."""
    known = {id_: product for market in seeds.markets.values() for id_, product in market.products.items()}
    given: set[tuple[str, str]] = set()
    for place in places:
        found = [*_tracked(text, place, known), *_shaped(text, place)]
        for slot in sorted(found, key=lambda slot: slot.span.start if slot.span else 0):
            key = (slot.name, fold(slot.value))
            if key not in given:
                given.add(key)
                yield slot
        if given:
            yield from _bracketed(text, places, given)
            return


def _tracked(text: Text, place: Sentence, known: dict[str, Product]) -> Iterator[Slot]:
    for mention in text.matched.mentions:
        if mention.kind == "product" and _within(mention, place):
            product = known[mention.id]
            written = fold(mention.span.text)
            generic = bool(product.generic) and fold(product.generic or "") == written
            yield Slot("generic" if generic else "product", mention.span.text, mention.span, mention.id)


def _shaped(text: Text, place: Sentence) -> Iterator[Slot]:
    for shape in text.masked.shapes:
        if shape.kind == "company" or shape.field != place.field or not (place.start <= shape.start and shape.end <= place.end):
            continue
        if any(m.kind in {"product", "trial", "agency", "player", "term"} and m.span.field == shape.field and m.span.start < shape.end and shape.start < m.span.end for m in text.matched.mentions):
            continue
        where = span(text.entry, shape.field, shape.start, shape.end)
        if not (shape.kind == "code" and TRIAL.fullmatch(where.text) and _called_trial(text, shape)):
            yield Slot("generic" if shape.kind == "generic" else "product", where.text, where)


def _called_trial(text: Text, shape: Shape) -> bool:
    """Whether a code is called a trial in so many words: NEXICART-2 study."""
    letters = re.match(r"[A-Za-z]+", of(text.entry, shape.field)[shape.start : shape.end])
    return bool(re.match(r"\W{0,2}(?:phase \d\w? )?(?:clinical )?(?:trial|study)", text.matched.folded[shape.field][shape.end : shape.end + 24])) or (
        letters is not None and len(letters[0]) >= 6
    )


def _bracketed(text: Text, places: Sequence[Sentence], given: set[tuple[str, str]]) -> Iterator[Slot]:
    """The name in brackets right behind a medicine that was found, in any of the sentences: Tecelra (afamitresgene autoleucel)."""
    if any(name == "generic" for name, _ in given):
        return
    for place in places:
        for slot in _shaped(text, place):
            if slot.name != "generic" or slot.span is None:
                continue
            before = text.matched.folded[place.field][max(0, slot.span.start - 40) : slot.span.start]
            if before.rstrip().endswith("(") and any(before.rstrip("( ").endswith(value) for _, value in given):
                yield slot
                return


def _within(mention: Mention, place: Sentence) -> bool:
    return mention.span.field == place.field and place.start <= mention.span.start and mention.span.end <= place.end


# ---- single facts ------------------------------------------------------------------------------------------------------

REGULATORY = frozenset(
    "approval label_update regulatory_recommendation adcom_outcome regulatory_rejection filing_submitted filing_accepted review_extension"
    " application_withdrawn regulatory_update designation ind_clearance clinical_hold safety_action reimbursement product_discontinued".split()
)


def _agency(text: Text, places: Sequence[Sentence], claim: Claim, seeds: Seeds) -> Slot | None:
    if claim.type not in REGULATORY:
        return None
    agencies: dict[str, Agency] = {id_: one for market in seeds.markets.values() for id_, one in market.agencies.items()}
    for place in places:
        found = [mention for mention in text.matched.mentions if mention.kind == "agency" and _within(mention, place) and mention.id in agencies]
        if place == claim.sentence and found:
            found.sort(key=lambda mention: abs(mention.span.start - claim.start))
        if found:
            return Slot("agency", agencies[found[0].id].short, found[0].span, found[0].id)
    return None


def _phase(text: Text, places: Sequence[Sentence], claim: Claim, seeds: Seeds) -> Slot | None:  # noqa: ARG001
    for place in places:
        if found := PHASE.search(text.matched.folded[place.field], place.start, place.end):
            numbers = [ROMAN.get(part, part) for part in (found["one"], found["two"]) if part]
            return Slot("phase", "/".join(dict.fromkeys(numbers)), span(text.entry, place.field, found.start(), found.end()))
    return None


def _trial(text: Text, places: Sequence[Sentence], claim: Claim, seeds: Seeds) -> Slot | None:  # noqa: ARG001
    for place in places:
        known = next((mention for mention in text.matched.mentions if mention.kind == "trial" and _within(mention, place)), None)
        if known:
            return Slot("trial", known.span.text, known.span, known.id)
        source = of(text.entry, place.field)
        for found in TRIAL.finditer(source, place.start, place.end):
            letters = re.match(r"[A-Za-z]+", found[0])
            strong = found[0].startswith("NCT") or re.match(r"\W{0,3}(?:phase \w+ )?(?:clinical |pivotal |registrational )?(?:trial|study)", source[found.end() : found.end() + 30].lower())
            if NOT_TRIAL.match(found[0]) or not (strong or (letters and len(letters[0]) >= 6)):
                continue
            return Slot("trial", found[0], span(text.entry, place.field, found.start(), found.end()))
    return None


def _indication(text: Text, places: Sequence[Sentence], claim: Claim, seeds: Seeds) -> Slot | None:  # noqa: ARG001
    if claim.type in {"acquisition_completed", "financing", "corporate_rename", "restructuring", "bankruptcy", "manufacturing", "litigation_outcome"}:
        places = [place for place in places if place.field == "title"]
    for place in places:
        if found := diseases.indication(text.matched.folded[place.field], place.start, place.end):
            return Slot("indication", of(text.entry, place.field)[found[0] : found[1]], span(text.entry, place.field, *found))
    return None


def _line(text: Text, places: Sequence[Sentence], claim: Claim, seeds: Seeds) -> Slot | None:  # noqa: ARG001
    for place in places[:3]:
        if found := LINE.search(text.matched.folded[place.field], place.start, place.end):
            return Slot("line_of_therapy", of(text.entry, place.field)[found.start() : found.end()], span(text.entry, place.field, found.start(), found.end()))
    return None


def _designation(text: Text, places: Sequence[Sentence], claim: Claim) -> Iterator[Slot]:
    if claim.type not in {"designation", "filing_accepted"}:
        return
    for place in places:
        folded = text.matched.folded[place.field]
        for name, words in DESIGNATIONS:
            if (found := words.search(folded, place.start, place.end)) and (claim.type == "designation" or name == "priority review"):
                yield Slot("designation", name, span(text.entry, place.field, found.start(), found.end()))
                return


def _amounts(text: Text, places: Sequence[Sentence], claim: Claim) -> Iterator[Slot]:
    """The sums of a deal; a figure with no telling word in a deal's own sentence is its total."""
    if claim.type not in DEALS:
        return
    given: set[str] = set()
    for place in places:
        found = list(amounts.amounts(text.matched.folded[place.field], place.start, place.end))
        totals = [one for one in found if one.purpose in {"total", ""}]
        for one in found:
            name = one.purpose or "total"
            if name == "price" or name in given or (name == "total" and one.value < max(total.value for total in totals)):
                continue
            if name == "total" and place.field != "title" and claim.type in {"acquisition_completed", "deal_termination", "spin_off"}:
                continue
            given.add(name)
            yield Slot(name, f"{one.value:g}" if one.value < 1e6 else str(one.value), span(text.entry, place.field, one.start, one.end), currency=one.currency)


def _ahead(text: Text, claim: Claim) -> Iterator[Slot]:
    """Dates that lie ahead: the day by which an agency decides, the closing of a deal."""
    for name, words, kinds in (("goal_date", GOAL, {"filing_accepted", "review_extension", "regulatory_rejection"}), ("expected_close", CLOSE, {"acquisition", "asset_sale"})):
        if claim.type not in kinds:
            continue
        for place in text.sentences:
            folded = text.matched.folded[place.field]
            if place.boilerplate or not words.search(folded, place.start, place.end):
                continue
            for one in dates.printed(folded[place.start : place.end], text.published):
                if one.value > text.published:
                    where = span(text.entry, place.field, place.start + one.start, place.start + one.end)
                    yield Slot(name, one.value.isoformat() if one.precision == "day" else f"{one.value:%Y-%m}", where)
                    break
            else:
                continue
            break


def _roles(text: Text, claim: Claim, places: Sequence[Sentence]) -> Iterator[Slot]:
    """Who acts: as the title says, or else the company the first sentence of the lead begins with."""
    title = places[0] if places and places[0].field == "title" else None
    named = list(roles.roles(claim.type, text.entry.title, title.end, _companies(text, title))) if title else []
    named = [one for one in named if not _taken(text, one.start, one.end)]
    for one in named:
        where = span(text.entry, "title", one.start, one.end)
        yield Slot(f"role:{one.role}", where.text, where, _player(text, "title", one.start, one.end))
    if named:
        return
    for place in places:
        if place.field == "lead" and place.n < 2 and (found := _companies(text, place)):
            where = span(text.entry, "lead", *min(found))
            yield Slot(f"role:{roles.SINGLE.get(claim.type, 'sponsor')}", where.text, where, _player(text, "lead", where.start, where.end))
            return


def _companies(text: Text, place: Sentence) -> list[tuple[int, int]]:
    """Where a sentence names tracked companies, and what looks like one."""
    found = {(m.span.start, m.span.end) for m in text.matched.mentions if m.kind == "player" and _within(m, place)}
    for shape in text.masked.shapes:
        if shape.kind == "company" and shape.field == place.field and place.start <= shape.start and shape.end <= place.end:
            found.add((shape.start, shape.end))
    return sorted(found)


def _taken(text: Text, start: int, end: int) -> bool:
    """Whether a place of the title is a medicine or an agency."""
    medicine = any(shape.kind != "company" and shape.field == "title" and shape.start == start for shape in text.masked.shapes)
    return medicine or any(m.kind in {"agency", "product", "term"} and m.span.field == "title" and m.span.start == start and m.span.end >= end for m in text.matched.mentions)


def _player(text: Text, field: str, start: int, end: int) -> str | None:
    """The tracked company that a name stands for or contains."""
    return next((m.id for m in text.matched.mentions if m.kind == "player" and m.span.field == field and start < m.span.end and m.span.start < end), None)


# ---- when ------------------------------------------------------------------------------------------------------------


def _date(text: Text, claim: Claim, places: Sequence[Sentence]) -> tuple[EventDate, Slot | None]:
    """Stated in the claim's sentence, else the dateline's, else the day of publication."""
    folded = text.matched.folded
    for place in [claim.sentence, *(place for place in places if place.field == "lead" and place.n < 2)]:
        stated = dates.dated(folded[place.field], place.start, place.end, text.published)
        line = dates.dateline(folded[place.field], text.published) if place.field == "lead" else None
        if stated and line and stated.start == line.start:
            stated = None
        if stated and (text.published - stated.value).days < 400:
            slot = Slot("date", _written(stated), span(text.entry, place.field, stated.start, stated.end))
            return EventDate(stated.value, stated.precision, "stated"), slot
    for field in ("lead", "body"):
        if line := dates.dateline(folded[field], text.published):  # type: ignore[index]
            return EventDate(line.value, "day", "dateline"), Slot("date", _written(line), span(text.entry, field, line.start, line.end))  # type: ignore[arg-type]
    return EventDate(text.published, "day", "published"), None


def _written(one: dates.Printed) -> str:
    return one.value.isoformat() if one.precision == "day" else f"{one.value:%Y-%m}"
