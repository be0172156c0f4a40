"""The last look at a line before anybody sees it: every word must come from a template, a source or seeds/.

It reads the finished text, not how it was put together, so that a mistake there cannot hide itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from monitor.gazetteer import House, Market, Seeds, Template, Wording
from monitor.model import Event
from monitor.phrase.filling import PLACEHOLDER
from monitor.phrase.housing import printed_by
from monitor.phrase.wording import amount, day, month

WORD = re.compile(r"\d[\d.,]*\d|\w+")
# What filling.py and facts.py add by themselves between two places.
JOINTS = "a an the and s for in of the treatment prevention of phase USD EUR GBP CNY JPY CHF KRW million billion"


def strange(line: str, event: Event, seeds: Seeds) -> tuple[str, ...]:
    """The words of a line that come from nowhere."""
    known = _words_of_seeds(seeds.version, seeds) | template_words(seeds, event.type)
    known |= set(_words([*_of_sources(event), *_derived(event), *_of_house(event, seeds.style.house)]))
    return tuple(word for word in _words([line]) if word not in known)


@lru_cache(maxsize=4)
def _cached(version: str, holder: _ByIdentity) -> frozenset[str]:  # noqa: ARG001  (the version is the key)
    return frozenset(_words(_names(holder.seeds.markets.values())))


class _ByIdentity:
    """Seeds as a key of a cache: the same files have the same version, and hashing them all would cost more than reading them."""

    def __init__(self, seeds: Seeds) -> None:
        self.seeds = seeds

    def __hash__(self) -> int:
        return hash(id(self.seeds.markets))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.seeds.markets is self.seeds.markets


def _words_of_seeds(version: str, seeds: Seeds) -> frozenset[str]:
    return _cached(version, _ByIdentity(seeds))


def template_words(seeds: Seeds, type_: str) -> frozenset[str]:
    """Every word that the templates of a type print by themselves."""
    style = seeds.style
    texts = [JOINTS, *printed_by(style.house), *style.designations.values(), *style.modalities.values()]
    for wording in style.wordings.get(type_, {}).values():
        texts += (PLACEHOLDER.sub(" ", template.text) for template in _templates(wording))
    return frozenset(_words(texts))


def _templates(wording: Wording) -> Iterator[Template]:
    yield from (*wording.first, *wording.second, *wording.headline)


def _of_sources(event: Event) -> Iterator[str]:
    for report in event.reports:
        yield from (slot.span.text for slot in report.slots if slot.span)
        yield from (mention.span.text for mention in report.mentions)


def _derived(event: Event) -> Iterator[str]:
    """What a line writes in another form than its source: months, days, amounts, phases."""
    yield month(event.date)
    for slot in (slot for report in event.reports for slot in report.slots):
        if slot.currency:
            try:
                value = float(slot.value.replace(",", ""))
            except ValueError:
                continue
            yield amount(value, slot.currency)
            yield amount(value, slot.currency, single=True)
        elif slot.name in {"goal_date", "expected_close", "date"}:
            yield day(slot.value)
        elif slot.name == "phase":
            yield slot.value


def _of_house(event: Event, house: House) -> Iterator[str]:
    """What only a house that asks for it prints: the day, and the name of the source."""
    if house.date == "day" and event.date.precision == "day":
        yield day(event.date.value.isoformat())
    if house.source_note:
        yield event.reports[0].source


def _names(markets: Iterable[Market]) -> Iterator[str]:
    for market in markets:
        for player in market.players.values():
            yield from (player.legal_name, player.display, player.house_name, *(alias.text for alias in player.aliases))
        for product in market.products.values():
            yield from filter(None, (product.brand, product.generic, product.target, *product.codes))
            yield from (alias.text for alias in product.aliases)
        for agency in market.agencies.values():
            yield from (agency.name, agency.short)
        yield from market.trials
        yield from (term.alias.text for term in market.terms)


def _words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in WORD.findall(text.casefold())]
