"""Whether a drafted line says nothing of its own: asked anew here, apart from the check that phrase.py makes when it drafts."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator

from monitor.evaluation.labelled import AMOUNTS
from monitor.gazetteer import Alias, Market, Seeds
from monitor.model import Event, Slot

WORD = re.compile(r"\d[\d.,]*\d|\w+")  # a number with its point is one word
PLACEHOLDER = re.compile(r"\{[^{}]*\}")


class Grounding:
    """Knows every word of the seeds; asks of each line where the rest comes from."""

    def __init__(self, seeds: Seeds) -> None:
        self._seeded = frozenset(_words(_names(seeds.markets.values())))
        self._templates = {
            id_: frozenset(_words(PLACEHOLDER.sub(" ", template) for template in type_.lines)) for id_, type_ in seeds.types.items()
        }

    def strange(self, line: str, event: Event) -> tuple[str, ...]:
        """The words of a line that come neither from a template of its type, nor from a span of a source, nor from a name in seeds/."""
        slots = [slot for report in event.reports for slot in report.slots] + list(event.slots)
        spans = [slot.span.text for slot in slots if slot.span]
        spans += [mention.span.text for report in event.reports for mention in report.mentions]
        known = self._seeded | self._templates.get(event.type, frozenset()) | frozenset(_words([*spans, *_derived(event, slots)]))
        return tuple(word for word in _words([line]) if word not in known)


def _derived(event: Event, slots: Iterable[Slot]) -> Iterator[str]:
    """What a line may write differently from the source: the date in words, an amount in millions or billions, a phase in digits."""
    yield f"{calendar.month_name[event.date.value.month]} {event.date.value.year} {event.date.value.day}"
    yield from (f"quarter {(event.date.value.month + 2) // 3}",) if event.date.precision == "quarter" else ()
    for slot in slots:
        if slot.name in AMOUNTS:
            yield f"million billion USD {slot.currency or ''}"
            yield from _forms(float(slot.value))
            yield from _forms(float(slot.value) / 1000)
        elif slot.name == "phase":
            yield slot.value


def _forms(amount: float) -> Iterator[str]:
    """The ways to write exactly that number."""
    written = (f"{amount:,.{digits}f}" for digits in range(4))
    for text in written:
        if float(text.replace(",", "")) == round(amount, 3):
            yield text
            yield text.replace(",", "")


def _names(markets: Iterable[Market]) -> Iterator[str]:
    for market in markets:
        for player in market.players.values():
            yield from (player.legal_name, player.display, player.house_name, *_texts(player.aliases))
            yield from (owned.name for owned in player.owns)
        for product in market.products.values():
            yield from filter(None, (product.brand, product.generic, product.target, product.modality, *product.codes))
            yield from _texts(product.aliases)
        for agency in market.agencies.values():
            yield from (agency.name, agency.short, *_texts(agency.aliases))
        yield from market.trials
        yield from _texts(term.alias for term in market.terms)


def _texts(aliases: Iterable[Alias]) -> Iterator[str]:
    return (alias.text for alias in aliases)


def _words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in WORD.findall(text.casefold())]
