"""Painting names over: a folded text in which tracked and likely names are capitals, so that phrases can ask for a kind of name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor import shapes
from monitor.match import Matched
from monitor.model import Entry, Field
from monitor.text import FIELDS, of, without_unspaced

LETTER = {"agency": "A", "product": "P", "player": "C"}


@dataclass(frozen=True, slots=True)
class Shape:
    """Words that look like a medicine or a company."""

    field: Field
    start: int
    end: int
    kind: str  # brand, generic, code, company


@dataclass(frozen=True, slots=True)
class Masked:
    """The painted texts, each as long as its field, and the shapes they were painted with."""

    texts: Mapping[Field, str]
    folded: Mapping[Field, str]  # the same, unpainted
    shapes: tuple[Shape, ...]


def mask(entry: Entry, matched: Matched, cap: int) -> Masked:
    """Paint an entry; `cap` is how many characters of each field are looked at."""
    texts: dict[Field, str] = {}
    found: list[Shape] = []
    for field in FIELDS:
        text = without_unspaced(of(entry, field)[:cap])
        letters = list(matched.folded[field][:cap])
        for start, end in shapes.companies(text):
            found.append(Shape(field, start, end, "company"))
            letters[start:end] = "O" * (end - start)
        for start, end, kind in shapes.medicines(text):
            found.append(Shape(field, start, end, kind))
            letters[start:end] = "D" * (end - start)
        for mention in matched.mentions:
            if mention.span.field == field and mention.kind in LETTER and mention.span.end <= len(letters):
                letters[mention.span.start : mention.span.end] = LETTER[mention.kind] * (mention.span.end - mention.span.start)
        texts[field] = "".join(letters)
    return Masked(texts, matched.folded, tuple(found))
