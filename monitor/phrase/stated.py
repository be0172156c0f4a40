"""What the sources of an event state, as words with the place they came from, and whom and what seeds/ know behind it."""

from __future__ import annotations

import re

from monitor.gazetteer import Market, Player, Product, Seeds
from monitor.model import Event, Report, Slot
from monitor.phrase.filling import Piece, Words


def printed(slot: Slot, event: Event) -> Words:
    """A slot as its source prints it, without marks."""
    text = slot.span.text if slot.span else slot.value
    name = re.sub(r"\s*[®™©]|['’]s?$", "", slot.value if _within(slot.value, text) else text).strip(" ,;:")
    if slot.name == "generic" and all(word[1:].islower() for word in name.split()):
        name = name.lower()  # the capitals were the headline's
    return spanned(name, slot, event)


def _within(value: str, text: str) -> bool:
    return set(re.findall(r"\w+", value.casefold())) <= set(re.findall(r"\w+", text.casefold()))


def spanned(text: str, slot: Slot, event: Event) -> Words:
    """A text that a slot states."""
    return Words((Piece(text, "span" if slot.span else "seed", teller(slot, event), slot.span),))


def teller(slot: Slot, event: Event) -> str:
    """The source that states a slot."""
    report = reporting(slot, event)
    return report.source if report else ""


def reporting(slot: Slot, event: Event) -> Report | None:
    """The best report that states a slot."""
    return next((report for report in event.reports if slot in report.slots), None)


def player_of(id_: str | None, market: Market, seeds: Seeds) -> Player | None:
    """The tracked company, of this market or of another."""
    if id_ is None:
        return None
    return market.players.get(id_) or next((other.players[id_] for other in seeds.markets.values() if id_ in other.players), None)


def products_of(event: Event, market: Market, seeds: Seeds) -> tuple[Product, ...]:
    """The tracked products of an event."""
    every = [market, *seeds.markets.values()]
    found = (next((one.products[id_] for one in every if id_ in one.products), None) for id_ in event.products)
    return tuple(product for product in found if product is not None)
