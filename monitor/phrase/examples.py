"""What style.yaml's examples stand for: a sample of facts, written as an analyst writes them, as words for templates."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.gazetteer import House, Template, Wording
from monitor.phrase.filling import PLACES, Piece, Words, a_or_an, choose, fill, joined, text_of, wanted
from monitor.phrase.housing import headline, line
from monitor.phrase.wording import MONTHS, amount, day, is_counted, is_people

AMOUNTS = frozenset({"upfront", "total", "milestones", "proceeds"})
ONE_THING_TWICE = frozenset({"agency", "product"})  # [in full, afterwards]
SHORT = 8  # words of an indication that a headline can bear

Fact = str | int | float | list[str]


def sample_words(facts: Mapping[str, Fact]) -> dict[str, Words]:
    """The words of a sample; raises ValueError for what is no fact, or cannot be read."""
    words: dict[str, Words] = {}
    for name, fact in facts.items():
        if name not in PLACES and name != "source":
            raise ValueError(f"there is nothing called {name}; there is: {', '.join(PLACES)}")
        words |= _words(name, fact)
    return words


def rendered(template: Template, words: Mapping[str, Words], *, as_headline: bool = False) -> str:
    """The template filled from a sample; raises ValueError when the sample lacks something."""
    missing = [name for name in wanted(template.text) if name not in words]
    if missing:
        raise ValueError(f"the sample says nothing of {', '.join(missing)}")
    text = text_of(fill(template, words, set(words) if as_headline else set()))
    return text.rstrip(".") if as_headline else text


def sample_line(wording: Wording, words: Mapping[str, Words], house: House) -> str:
    """The line that a house makes of a sample; empty when no sentence can be filled."""
    first = choose(wording.first, words)
    if first is None:
        return ""
    return text_of(line(first, choose(wording.second, words, frozenset(wanted(first.text))), words, house))


def sample_headline(wording: Wording, words: Mapping[str, Words], house: House) -> str:
    """The headline that a house makes of a sample; empty when none can be filled."""
    template = choose(wording.headline, words)
    return headline(template, words, house) if template else ""


def _words(name: str, fact: Fact) -> dict[str, Words]:
    if isinstance(fact, list):
        return {name: _twice(name, fact) if name in ONE_THING_TWICE else joined([Words(_piece(one)) for one in fact])}
    if isinstance(fact, int | float):
        if name not in AMOUNTS | {"per_share"}:
            raise ValueError(f"{name} is no amount: write it in quotes")
        return {name: Words(_piece(amount(float(fact), "USD", single=name == "per_share")))}
    if name == "month" and fact.count("-") == 2 and (said := day(fact)):
        return {"month": Words(_piece(_said(name, fact[:7]))), "day": Words(_piece(said))}
    if name == "indication":
        return indication_words(_piece(fact))
    return {name: Words(_piece(_said(name, fact)), the=name == "agency")}


def _said(name: str, fact: str) -> str:
    """A date or phase in words; anything else as it is."""
    if name == "month":
        year, _, number = fact.partition("-")
        if not (year.isdigit() and number.isdigit() and 1 <= int(number) <= 12):
            raise ValueError(f'{fact} is no month: write "2025-12"')
        return f"{MONTHS[int(number) - 1]} {year}"
    if name in {"goal_date", "expected_close"}:
        if not (said := day(fact)):
            raise ValueError(f"{fact} is no date: write 2026-09-18, 2026-09, 2026-Q3 or 2026-H2")
        return said if name == "goal_date" else f"{'on' if said[:1].isdigit() and ' ' in said else 'in'} {said}"
    return f"phase {fact}" if name == "phase" else fact


def indication_words(pieces: tuple[Piece, ...], aim: str = "treatment") -> dict[str, Words]:
    """An indication in each of its forms: alone, after `for`, after `in`, and after `in` where it is short.

    `aim` is what a medicine for a bare disease does about it: its treatment, or its prevention.
    """
    text = "".join(piece.text for piece in pieces)
    if not is_people(text) and is_counted(text):
        pieces = (Piece(f"{a_or_an(text)} ", "template"), *pieces)
    treating = () if is_people(text) else (Piece(f"the {aim} of ", "template"),)
    after_in = Words((Piece("in ", "template"), *pieces))
    words = {
        "indication": Words(pieces),
        "for_indication": Words((Piece("for ", "template"), *treating, *pieces)),
        "in_indication": after_in,
    }
    return words | ({"in_short": after_in} if len(text.split()) <= SHORT else {})


def _twice(name: str, fact: list[str]) -> Words:
    """A thing in full and afterwards; of a product, its brand is marked."""
    if name != "product":
        return Words(_piece(fact[0]), _piece(fact[-1]), the=True)
    return Words(_branded(fact[0]), _branded(fact[-1], len(fact) > 1), the=True)


def _branded(text: str, brand: bool = False) -> tuple[Piece, ...]:
    """A name with its brand marked: all of it, or what stands before the generic name in brackets."""
    own, bracket, rest = text.partition(" (")
    if brand or bracket:
        return (Piece(own, "seed", brand=True), *(_piece(f"{bracket}{rest}") if bracket else ()))
    return _piece(text)


def _piece(text: str) -> tuple[Piece, ...]:
    return (Piece(text, "seed"),)
