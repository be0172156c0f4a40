"""Whether a drafted line says nothing of its own: asked anew here, apart from the check that phrase.py makes when it drafts."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator

from monitor.gazetteer import Alias, Market, Seeds
from monitor.model import Event, Slot

WORD = re.compile(r"\d[\d.,]*\d|\w+")  # a number with its point is one word
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
JOINTS = "a an the and s for in of on treatment prevention phase"  # set between two places, whatever the template
DATES = frozenset({"goal_date", "expected_close", "date"})


class Grounding:
    """Knows every word of the seeds; asks of each line where the rest comes from."""

    def __init__(self, seeds: Seeds) -> None:
        self._seeded = frozenset(
            _words([JOINTS, *_names(seeds.markets.values()), *seeds.style.designations.values(), *seeds.style.modalities.values()])
        )
        self._templates = {
            type_: frozenset(
                word
                for wording in stages.values()
                for template in (*wording.first, *wording.second)
                for word in _words([PLACEHOLDER.sub(" ", template.text)])
            )
            for type_, stages in seeds.style.wordings.items()
        }

    def strange(self, line: str, event: Event) -> tuple[str, ...]:
        """The words of a line that come neither from a template of its type, nor from a span of a source, nor from a name in seeds/."""
        slots = [slot for report in event.reports for slot in report.slots] + list(event.slots)
        spans = [slot.span.text for slot in slots if slot.span]
        spans += [mention.span.text for report in event.reports for mention in report.mentions]
        known = self._seeded | self._templates.get(event.type, frozenset()) | frozenset(_words([*spans, *_derived(event, slots)]))
        return tuple(word for word in _words([line]) if word not in known)


def _derived(event: Event, slots: Iterable[Slot]) -> Iterator[str]:
    """What a line may write differently from the source: a date in words, an amount in millions or billions, a phase in figures."""
    yield from _date(event.date.value.isoformat() if event.date.precision == "day" else event.date.value.isoformat()[:7])
    if event.date.precision == "quarter":
        yield f"quarter {ORDINALS[(event.date.value.month - 1) // 3]}"
    for slot in slots:
        if slot.currency:
            yield f"million billion {slot.currency}"
            yield from _forms(float(slot.value.replace(",", "")))
            yield from _forms(float(slot.value.replace(",", "")) / 1000)
        elif slot.name in DATES:
            yield from _date(slot.value)
        elif slot.name == "phase":
            yield slot.value


ORDINALS = ("first", "second", "third", "fourth")


def _date(value: str) -> Iterator[str]:
    """The words of a date: 2026-09-18, 2026-09, 2026-Q3, 2026-H2 or 2026."""
    for part in value.split("-"):
        if part[:1] in "QH" and part[1:].isdigit():
            yield f"{'quarter' if part[0] == 'Q' else 'half'} {ORDINALS[int(part[1:]) - 1]}"
        elif part.isdigit():
            yield f"{int(part)} {calendar.month_name[int(part)] if int(part) <= 12 else ''}"


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
