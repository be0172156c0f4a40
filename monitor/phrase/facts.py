"""What an event offers to a line: a word or several for each placeholder, with the place they came from; nothing for what is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from monitor.gazetteer import Agency, Market, Product, Seeds
from monitor.match import folded_name
from monitor.model import Event, EventDate, Slot, Span
from monitor.phrase.companies import named, parties
from monitor.phrase.examples import indication_words
from monitor.phrase.filling import Piece, Words, joined
from monitor.phrase.numbers import numbers
from monitor.phrase.stated import printed, products_of, reporting, teller
from monitor.phrase.wording import as_running_text, day, indication, month

ADVICE = frozenset({"regulatory_recommendation", "adcom_outcome"})
RECOMMENDS = {"ec": "ema"}  # who advises whom: outlets say EU for both
# What is given before there is anything to treat; a cancer vaccine is a treatment.
PREVENTS = re.compile(
    r"(?i)\b(?<!cancer )(?<!neoantigen )(?<!therapeutic )(?<!mrna )vaccines?\b"
    r"|\bprevent(?:s|ion|ing|ative|ive)?\b|\bprophyla\w+|\bimmuni[sz]ation\b"
)
CLASS_ENDING = re.compile(r"(?i)[ -]?(?:immuno)?therap(?:y|ies)$|[ -]?(?:cells?|treatments?|products?)$|(?<=T)s$")


def told(event: Event, market: Market, seeds: Seeds) -> dict[str, Words]:
    """Placeholder → words, for all that is known."""
    words: dict[str, Words] = {"month": month_of(event.date)}
    people = parties(event, market, seeds)
    words |= named(people)
    words |= _agency(event, market, seeds)
    words |= _product(event, market, seeds)
    words |= _indication(event)
    words |= numbers(event)
    words |= _plain(event, seeds)
    kind = seeds.types.get(event.type)
    if event.date.precision == "day":
        words["day"] = Words((Piece(day(event.date.value.isoformat()), "date", f"{event.date.origin} {event.date.value.isoformat()}"),))
    lead = event.reports[0].source
    words["source"] = Words((Piece(lead, "span", lead),))
    words["label"] = Words((Piece((kind.label if kind else "") or event.type.replace("_", " "), "template", "types.yaml"),))
    return words


def month_of(when: EventDate) -> Words:
    """The month, or the quarter or year where no more is known."""
    return Words((Piece(month(when), "date", f"{when.origin} {when.value.isoformat()}"),))


# ---- agency, product, indication -------------------------------------------------------------------------------------


def agency_of(event: Event, market: Market, seeds: Seeds) -> Agency | None:
    """The tracked agency that decided."""
    slot = event.slot("agency")
    if slot is None:
        return None
    every = [market, *seeds.markets.values()]
    id_ = RECOMMENDS.get(slot.id or "", slot.id) if event.type in ADVICE else slot.id
    for one in every:
        if id_ in one.agencies:
            return one.agencies[id_ or ""]
    return next((agency for one in every for agency in one.agencies.values() if agency.short == slot.value), None)


def _agency(event: Event, market: Market, seeds: Seeds) -> dict[str, Words]:
    agency, slot = agency_of(event, market, seeds), event.slot("agency")
    if agency is not None:
        the = agency.name not in seeds.style.without_article
        full, short = (Piece(name, "seed", f"agency {agency.id}") for name in (agency.name, agency.short))
        return {"agency": Words((full,), (short,), the)}
    return {"agency": replace(printed(slot, event), the=True)} if slot else {}


def _product(event: Event, market: Market, seeds: Seeds) -> dict[str, Words]:
    words: dict[str, Words] = {}
    tracked = products_of(event, market, seeds)
    if 0 < len(tracked) <= 3:
        full, short = joined([_named(product) for product in tracked]), joined([_called(product) for product in tracked])
        words["product"] = Words(full.first, short.first)
    elif not tracked and (untracked := _untracked(event)) is not None:
        words["product"] = untracked
    if len(tracked) == 1:
        words |= _kind(tracked[0], seeds)
    if (term := _class(event, market)) and (name := as_running_text(CLASS_ENDING.sub("", term.text))):
        words["class"] = Words((Piece(name, "span", event.reports[0].source, term),))
    return words


def _class(event: Event, market: Market) -> Span | None:
    """Where a title names a kind of therapy, and not the ending of a medicine's name: one of the market's own before a neighbouring one."""
    kinds = {folded_name(term.alias.text): term.role for term in market.terms if term.role in {"core", "adjacent"}}
    terms = [one for report in event.reports for one in report.mentions if one.kind == "term" and one.span.field == "title"]
    found = [one for one in terms if one.id in kinds and not one.id.endswith("cel")]
    return min(found, key=lambda one: kinds[one.id] != "core").span if found else None


def _called(product: Product) -> Words:
    name = product.brand or product.generic or (product.codes[0] if product.codes else product.id)
    return Words((Piece(name, "seed", f"product {product.id}", brand=name == product.brand),))


def _named(product: Product) -> Words:
    """Brand with the generic name in brackets, or what there is."""
    name = _called(product).first
    if product.brand and product.generic and product.brand.casefold() != product.generic.casefold():
        name = (*name, Piece(" (", "template"), Piece(product.generic, "seed", f"product {product.id}"), Piece(")", "template"))
    return Words(name)


def _untracked(event: Event) -> Words | None:
    products = [slot for slot in event.slots if slot.name == "product" and not slot.id]
    generics = [slot for slot in event.slots if slot.name == "generic" and not slot.id]
    if len(products) == 1 and len(generics) == 1 and products[0].value.casefold() != generics[0].value.casefold():
        if _stands_before(generics[0], products[0]) and not _in_brackets(generics[0], products[0]):
            return joined([printed(slot, event) for slot in (generics[0], products[0])])  # two medicines: tofanib and Zevocel
        brand, generic = printed(products[0], event), printed(generics[0], event)
        called = tuple(replace(piece, brand=True) for piece in brand.first)
        return Words((*called, Piece(" (", "template"), *generic.first, Piece(")", "template")), called)
    if len(products) == 2 and _in_brackets(*products):
        first, second = (printed(slot, event).first for slot in products)
        return Words((*first, Piece(" (", "template"), *second, Piece(")", "template")), first)
    first_three = (products or generics)[:3]
    return joined([printed(slot, event) for slot in first_three]) if first_three else None


def _stands_before(first: Slot, second: Slot) -> bool:
    return (
        first.span is not None
        and second.span is not None
        and first.span.field == second.span.field
        and first.span.start < second.span.start
    )


def _in_brackets(first: Slot, second: Slot) -> bool:
    """Whether the second name of a medicine stands in brackets right behind the first."""
    if first.span is None or second.span is None or first.span.field != second.span.field:
        return False
    return 0 < second.span.start - first.span.end <= len("® (")


def _kind(product: Product, seeds: Seeds) -> dict[str, Words]:
    said = seeds.style.modalities.get(product.modality, "")
    if not said:
        return {}
    words = {"modality": Words((Piece(said, "template", f"style.yaml, {product.modality}"),))}
    if product.target and product.target.casefold() not in said.casefold():
        words["directed_at"] = Words((Piece(product.target, "seed", f"product {product.id}"),))
    return words


def _indication(event: Event) -> dict[str, Words]:
    slot = event.slot("indication")
    text = indication(slot.span.text if slot.span else slot.value) if slot else ""
    if slot is None or not text:
        return {}
    text = as_running_text(text)
    report = reporting(slot, event)
    prevents = report is not None and bool(PREVENTS.search(f"{report.title} {report.sentence}"))
    piece = Piece(text, "span" if slot.span else "seed", teller(slot, event), slot.span)
    return indication_words((piece,), "prevention" if prevents else "treatment")


# ---- the rest --------------------------------------------------------------------------------------------------------


def _plain(event: Event, seeds: Seeds) -> Mapping[str, Words]:
    words: dict[str, Words] = {}
    for name in ("trial", "nct"):
        if (slot := event.slot(name)) is not None:
            words["nct" if slot.value.upper().startswith("NCT") else name] = printed(slot, event)
    if (slot := event.slot("phase")) is not None:
        words["phase"] = Words((Piece("phase ", "template"), Piece(slot.value, "span", teller(slot, event), slot.span)))
    if (slot := event.slot("designation")) is not None:
        said = seeds.style.designations.get(slot.value) or seeds.style.designations.get(slot.value.casefold())
        if said:
            words["designation"] = Words((Piece(said, "template", "style.yaml, designations", slot.span),))
    return words
