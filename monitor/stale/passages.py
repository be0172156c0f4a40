"""A report as passages, whatever its format: a paragraph, an item of a list, a row of a table, each knowing where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

# A full stop inside "U.S. FDA", "Nkarta, Inc. said" or "No. 3" ends no sentence.
ABBREVIATED = re.compile(r"(?:\b(?:[A-Z]\.)+|\b(?:Inc|Co|Corp|Ltd|No|Dr|vs|approx|e\.g|i\.e|cf|St|Mr|Ms))\.?$")
END = re.compile(r"[.!?…][\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: line and column, or the paragraph and the heading above where a format has no lines. All count from 1."""

    paragraph: int
    line: int | None = None
    column: int | None = None
    heading: str = ""

    def __str__(self) -> str:
        if self.line is not None:
            return f"{self.line}:{self.column or 1}"
        return f"paragraph {self.paragraph}" + (f" under “{self.heading}”" if self.heading else "")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a report. `group` is equal for items of one list, and for rows of one table."""

    text: str
    kind: Literal["text", "item", "row"]
    number: int  # of the paragraph, from 1
    group: int = 0
    starts: tuple[tuple[int, int, int], ...] = ()  # (offset in the text, line, column), in order; empty in formats without lines
    heading: str = ""  # the one it stands under, in formats without lines

    def place(self, offset: int = 0) -> Place:
        """Where the character of that offset stands in the report."""
        before = [start for start in self.starts if start[0] <= offset]
        if not before:
            return Place(self.number, heading=self.heading)
        at, line, column = before[-1]
        return Place(self.number, line, column + offset - at)

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Each sentence with its offset; an item and a row are one."""
        start = 0
        if self.kind == "text" or "." in self.text:
            for found in END.finditer(self.text):
                if ABBREVIATED.search(self.text[start : found.start() + 1].rstrip()):
                    continue
                yield from _one(self.text, start, found.end())
                start = found.end()
        yield from _one(self.text, start, len(self.text))


def _one(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    piece = text[start:end]
    if said := piece.strip():
        yield start + len(piece) - len(piece.lstrip()), said


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a sentence is overtaken: a claim of seeds/, another place of the report, or a development."""

    what: str
    id: str  # of the player, series or baseline line in seeds/, or of the development
    source: str  # "seeds/markets", "report", or the source's name
    url: str = ""

    def __str__(self) -> str:
        return f"{self.what} [{self.id}, {self.source}{' ' + self.url if self.url else ''}]"


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence that was overtaken or contradicts itself. A list of players has its stale `members`."""

    kind: str
    place: Place
    sentence: str
    why: str
    evidence: tuple[Evidence, ...] = ()
    members: tuple[Finding, ...] = ()


SEEDS = "seeds/markets"
