"""Items that tell several events: each part as the same item with everything else blanked, so that every place stays where it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.model import Entry, Field
from monitor.text import FIELDS, Sentence, letters, of

MOST = 12  # parts of one item that are looked at
BREAK = re.compile(r"\s*(?:[;；]|\||•|·|\s[–—-]\s|,?\s(?:and|&)\s(?:much |lots )?more\b|:\s)\s*")
COMMA = re.compile(r",\s+(?:and\s+)?")
SEMICOLON = re.compile(r"\s*[;；]\s*")
SHORTEST = 12  # Latin letters in which something can be told


def of_roundup(entry: Entry, sentences: Sequence[Sentence]) -> list[Entry]:
    """What a round-up tells one by one: the pieces of its headline, and its sentences."""
    pieces: list[tuple[Field, int, int]] = []
    for start, end in _pieces(BREAK, entry.title, 0, len(entry.title)):
        pieces += [("title", *piece) for piece in _pieces(COMMA, entry.title, start, end)]
    pieces += [(one.field, one.start, one.end) for one in sentences if one.field != "title" and not one.boilerplate]
    return [_only(entry, *piece) for piece in pieces[:MOST] if letters(of(entry, piece[0])[piece[1] : piece[2]]) >= SHORTEST]


def of_headline(entry: Entry) -> list[Entry]:
    """What a headline tells that is divided by semicolons: its first part with the text below it, and the other parts alone."""
    title = entry.title
    pieces = [(start, end) for start, end in _pieces(SEMICOLON, title, 0, len(title)) if letters(title[start:end]) >= SHORTEST]
    if len(pieces) < 2:
        return []
    first = replace(_only(entry, "title", *pieces[0]), lead=entry.lead, body=entry.body)
    return [first, *(_only(entry, "title", *piece) for piece in pieces[1:MOST])]


def _pieces(between: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for gap in between.finditer(text, start, end):
        if gap.start() > begin:
            yield begin, gap.start()
        begin = gap.end()
    if end > begin:
        yield begin, end


def _only(entry: Entry, field: Field, start: int, end: int) -> Entry:
    """The entry with blanks in place of everything outside the piece."""
    texts = {name: " " * len(of(entry, name)) for name in FIELDS}
    text = of(entry, field)
    texts[field] = " " * start + text[start:end] + " " * (len(text) - end)
    return replace(entry, title=texts["title"], lead=texts["lead"], body=texts["body"])
