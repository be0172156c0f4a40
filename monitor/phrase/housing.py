"""What a house wants of its lines besides the sentences: tense, order, brands, day, length, source; of headlines, brands alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.gazetteer import House, Template
from monitor.phrase.filling import Piece, Words, fill, sentence, text_of, tidied, wanted

OPENING = re.compile(r"^In \{month\}, ")
IN_MONTH = re.compile(r"\b([Ii])n (?=\{month\})")


def shaped(template: Template, words: Mapping[str, Words], house: House) -> Template:
    """The sentence as the house has it: its tense, where the date stands, and "on" before a day."""
    text = template.text
    if house.tense == "present":
        text = _present(text, house.present, several=_are_several(text, words))
    if house.order == "company_first" and OPENING.match(text):
        text = f"{OPENING.sub('', text).removesuffix('.')} in {{month}}."
    if house.date == "day" and "day" in words:
        text = IN_MONTH.sub(lambda found: "On " if found[1] == "I" else "on ", text)
    return template if text == template.text else replace(template, text=text)


def _present(text: str, present: Mapping[str, tuple[str, str]], *, several: bool) -> str:
    """The first verb of a sentence in the present tense, and whatever stands in the table as several words."""
    keys = "|".join(re.escape(key) for key in sorted(present, key=len, reverse=True))
    done = False

    def now(found: re.Match[str]) -> str:
        nonlocal done
        if done and " " not in found[0]:
            return found[0]
        first, done = not done, True
        return present[found[0]][several and first]

    return re.sub(rf"(?<![\w{{])(?:{keys})(?![\w}}])", now, text) if keys else text


def _are_several(text: str, words: Mapping[str, Words]) -> bool:
    """Whether a sentence is about two or more companies."""
    subject = next((name for name in wanted(text) if name != "month"), "")
    return subject in words and any(piece.kind == "template" and piece.text == " and " for piece in words[subject].first)


def line(first: Template, second: Template | None, words: Mapping[str, Words], house: House) -> tuple[Piece, ...]:
    """The pieces of a line of one or two sentences, as the house wants it."""
    if house.date == "day" and "day" in words:
        words = {**words, "month": words["day"]}
    seen: set[str] = set()
    pieces = fill(shaped(first, words, house), words, seen)
    if house.order == "company_first":
        pieces = sentence(pieces)
    if second is not None and house.sentences == 2:
        pieces = (*pieces, Piece(" ", "template"), *sentence(fill(shaped(second, words, house), words, seen)))
    if house.source_note and "source" in words:
        pieces = (*pieces, Piece(" Source: ", "template"), *words["source"].first, Piece(".", "template"))
    return _brands(pieces, house)


def headline(template: Template, words: Mapping[str, Words], house: House) -> str:
    """A headline, with brands as the house prints them; it is in the present and has neither day nor source in any house."""
    return text_of(_brands(fill(template, words, set(words)), house)).rstrip(".")


def _brands(pieces: Sequence[Piece], house: House) -> tuple[Piece, ...]:
    """Brands in capitals, and with ™ at the first mention, where the house wants it."""
    marked: set[str] = set()
    shown = []
    for piece in pieces:
        if piece.brand:
            text = piece.text.upper() if house.brand == "capitals" else piece.text
            mark = "™" if house.trademark and text not in marked else ""
            marked.add(text)
            piece = replace(piece, text=text + mark)  # noqa: PLW2901
        shown.append(piece)
    return tidied(shown)


def printed_by(house: House) -> tuple[str, ...]:
    """The words that the house's own options put into a line."""
    words = [word for forms in house.present.values() for word in forms] if house.tense == "present" else []
    words += ["on"] if house.date == "day" else []
    return (*words, *(["source"] if house.source_note else []))
