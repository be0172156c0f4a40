"""What an event offers to a line: a word or several for each placeholder, with the place they came from; nothing for what is not known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from monitor.cluster.facts import company as telling_word
from monitor.gazetteer import Agency, Market, Player, Product, Seeds
from monitor.model import Event, EventDate, Report, Slot
from monitor.phrase.examples import indication_words
from monitor.phrase.filling import Piece, Words, joined
from monitor.phrase.numbers import numbers
from monitor.phrase.wording import as_running_text, day, indication, month

ACTING = ("sponsor", "company")
ABBREVIATION = 5  # letters from which a name of its own is more than the short form of another
SINGLE = (
    "partner",
    "funder",
    "acquirer",
    "target",
    "licensor",
    "licensee",
    "seller",
    "buyer",
    "parent",
    "new_company",
    "old_name",
    "new_name",
)
AS_PRINTED = frozenset({"target", "old_name", "new_name", "parent", "new_company"})  # what changes hands is told under its own name
ADVICE = frozenset({"regulatory_recommendation", "adcom_outcome"})
RECOMMENDS = {"ec": "ema"}  # who advises whom: outlets say EU for both
# What is given before there is anything to treat; a cancer vaccine is a treatment.
PREVENTS = re.compile(
    r"(?i)\b(?<!cancer )(?<!neoantigen )(?<!therapeutic )(?<!mrna )vaccines?\b"
    r"|\bprevent(?:s|ion|ing|ative|ive)?\b|\bprophyla\w+|\bimmuni[sz]ation\b"
)
CLASS_ENDING = re.compile(r"(?i)[ -]?(?:immuno)?therap(?:y|ies)$|[ -]?(?:cells?|treatments?|products?)$|(?<=T)s$")


@dataclass(frozen=True, slots=True)
class Party:
    """A company of an event: its id (ours when it is tracked), how the line names it, in which role."""

    id: str
    role: str
    words: Words
    tracked: bool


def told(event: Event, market: Market, seeds: Seeds) -> dict[str, Words]:
    """Placeholder → words, for all that is known."""
    words: dict[str, Words] = {"month": month_of(event.date)}
    people = parties(event, market, seeds)
    words |= _companies(people)
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


# ---- companies -------------------------------------------------------------------------------------------------------


def parties(event: Event, market: Market, seeds: Seeds) -> tuple[Party, ...]:
    """The companies with a role, each once, the tracked ones under their house names."""
    found: dict[str, Party] = {}
    for slot in event.slots:
        if not slot.name.startswith("role:"):
            continue
        role = slot.name.removeprefix("role:")
        player = player_of(slot.id, market, seeds)
        ours = player is not None and _is_called_so(slot.value, player, event.date.value)
        if player is not None and ours and (role not in AS_PRINTED or _is_own_name(slot.value, player)):
            party = Party(player.id, role, _house(player), True)
        else:
            party = Party(slot.id or slug(slot.value), role, _printed(slot, event), slot.id is not None)
        found.setdefault(f"{party.id}/{party.words.text if role in AS_PRINTED else ''}", party)
    named = {party.id for party in found.values()}
    for id_, role in event.players:
        player = player_of(id_, market, seeds)
        if player is not None and id_ not in named:
            found[id_] = Party(id_, role, _house(player), True)
    if not found and (owner := _owner(event, market, seeds)):
        found[owner.id] = Party(owner.id, "sponsor", _house(owner), True)
    return tuple(found.values())


def _owner(event: Event, market: Market, seeds: Seeds) -> Player | None:
    """Whose product it was on that day, where no source names a company; nobody where others held it too, or before."""
    kind, products = seeds.types.get(event.type), products_of(event, market, seeds)
    if len(products) != 1 or (kind is not None and kind.family in {"deal", "corporate"}):
        return None
    product, when = products[0], event.date.value
    if any((one.since is None or one.since <= when) and (one.until is None or when < one.until) for one in product.past_owners):
        return None
    return player_of(product.owner, market, seeds)


def player_of(id_: str | None, market: Market, seeds: Seeds) -> Player | None:
    """The tracked company, of this market or of another."""
    if id_ is None:
        return None
    return market.players.get(id_) or next((other.players[id_] for other in seeds.markets.values() if id_ in other.players), None)


def slug(name: str) -> str:
    """An id for a company nobody tracks."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "unnamed"


def _is_own_name(printed: str, player: Player) -> bool:
    return telling_word(printed) in {telling_word(name) for name in (player.house_name, player.legal_name, player.display)}


def _is_called_so(printed: str, player: Player, when: date) -> bool:
    """Whether a company acted under its house name on a day: not one it came to own later, nor one it took over from."""
    word = telling_word(printed)
    if owned := [one for one in player.owns if telling_word(one.name) == word]:
        return all(one.since is None or one.since <= when for one in owned)
    if former := [until for name, until in player.former_names if telling_word(name) == word]:
        return all(until is not None and until < when for until in former)
    names = (player.house_name, player.legal_name, player.display.partition("(")[0], *player.labels)
    own = {part for name in names for part in (telling_word(name), *re.findall(r"\w+", name.casefold()))}
    return word in own or len(word) < ABBREVIATION or printed.isupper()


def _house(player: Player) -> Words:
    return Words((Piece(player.house_name or player.display, "seed", f"player {player.id}"),))


def _printed(slot: Slot, event: Event) -> Words:
    text = slot.span.text if slot.span else slot.value
    name = re.sub(r"\s*[®™©]|['’]s?$", "", slot.value if _within(slot.value, text) else text).strip(" ,;:")
    if slot.name == "generic" and all(word[1:].islower() for word in name.split()):
        name = name.lower()  # the capitals were the headline's
    return _spanned(name, slot, event)


def _within(value: str, text: str) -> bool:
    return set(re.findall(r"\w+", value.casefold())) <= set(re.findall(r"\w+", text.casefold()))


def _spanned(text: str, slot: Slot, event: Event) -> Words:
    return Words((Piece(text, "span" if slot.span else "seed", teller(slot, event), slot.span),))


def teller(slot: Slot, event: Event) -> str:
    """The source that states a slot."""
    report = reporting(slot, event)
    return report.source if report else ""


def reporting(slot: Slot, event: Event) -> Report | None:
    """The best report that states a slot."""
    return next((report for report in event.reports if slot in report.slots), None)


def _companies(people: Iterable[Party]) -> dict[str, Words]:
    every = [party for party in people if party.words.text]
    acting = [party for party in every if party.role in ACTING]
    if not acting and (owner := next((party for party in every if party.role not in {"partner", "funder"}), None)):
        acting = [owner]
    words: dict[str, Words] = {}
    for role in SINGLE:
        having = [party for party in every if party.role == role]
        if having:
            words[role] = joined([party.words for party in having[:3]])
    if acting:
        words["company"] = joined([party.words for party in acting[:3]])
    both = [party for party in every if party.role in (*ACTING, "partner")]
    if len(both) > 1:
        words["companies"] = joined([party.words for party in both[:4]])
        words.setdefault("partner", joined([party.words for party in both[1:3]]))
        if len(acting) > 1 and not any(party.role == "partner" for party in every):
            words["company"] = both[0].words
    shown: dict[str, str] = {}
    for role in SINGLE:  # nobody buys itself
        if role in words and shown.setdefault(words[role].text, role) != role:
            del words[role]
    return words


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
    return {"agency": replace(_printed(slot, event), the=True)} if slot else {}


def products_of(event: Event, market: Market, seeds: Seeds) -> tuple[Product, ...]:
    """The tracked products of an event."""
    every = [market, *seeds.markets.values()]
    found = (next((one.products[id_] for one in every if id_ in one.products), None) for id_ in event.products)
    return tuple(product for product in found if product is not None)


def _product(event: Event, market: Market, seeds: Seeds) -> dict[str, Words]:
    words: dict[str, Words] = {}
    tracked = products_of(event, market, seeds)
    if 0 < len(tracked) <= 3:
        full, short = joined([_named(product) for product in tracked]), joined([_called(product) for product in tracked])
        words["product"] = Words(full.first, short.first)
    elif not tracked and (printed := _untracked(event)) is not None:
        words["product"] = printed
    if len(tracked) == 1:
        words |= _kind(tracked[0], seeds)
    terms = [mention for report in event.reports for mention in report.mentions if mention.kind == "term" and mention.span.field == "title"]
    if terms and (name := CLASS_ENDING.sub("", terms[0].span.text)):
        words["class"] = Words((Piece(name, "span", event.reports[0].source, terms[0].span),))
    return words


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
        brand, generic = _printed(products[0], event), _printed(generics[0], event)
        called = tuple(replace(piece, brand=True) for piece in brand.first)
        return Words((*called, Piece(" (", "template"), *generic.first, Piece(")", "template")), called)
    if len(products) == 2 and _in_brackets(*products):
        first, second = (_printed(slot, event).first for slot in products)
        return Words((*first, Piece(" (", "template"), *second, Piece(")", "template")), first)
    named = (products or generics)[:3]
    return joined([_printed(slot, event) for slot in named]) if named else None


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
            words["nct" if slot.value.upper().startswith("NCT") else name] = _printed(slot, event)
    if (slot := event.slot("phase")) is not None:
        words["phase"] = Words((Piece("phase ", "template"), Piece(slot.value, "span", teller(slot, event), slot.span)))
    if (slot := event.slot("designation")) is not None:
        said = seeds.style.designations.get(slot.value) or seeds.style.designations.get(slot.value.casefold())
        if said:
            words["designation"] = Words((Piece(said, "template", "style.yaml, designations", slot.span),))
    return words
