"""Painting names over: a folded text in which tracked and likely names are capitals, so that phrases can ask for a kind of name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor import shapes
from monitor.match import Matched, Shape
from monitor.model import Entry, Field
from monitor.text import FIELDS, of, without_unspaced

LETTER = {"agency": "A", "product": "P", "player": "C"}


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
        seen = [shape for shape in found if shape.field == field]
        for shape in matched.listed:
            if shape.field == field and shape.end <= len(text) and not any(one.start < shape.end and shape.start < one.end for one in seen):
                found.append(shape)
                letters[shape.start : shape.end] = ("O" if shape.kind == "company" else "D") * (shape.end - shape.start)
        for mention in matched.mentions:
            if mention.span.field == field and mention.kind in LETTER and mention.span.end <= len(letters):
                letters[mention.span.start : mention.span.end] = LETTER[mention.kind] * (mention.span.end - mention.span.start)
        texts[field] = "".join(letters)
    return Masked(texts, matched.folded, tuple(found))
