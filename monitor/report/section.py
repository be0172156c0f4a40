"""What the formats have in common: a section is a run of entries with places in the text, and says how to add another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Order = Literal["oldest_first", "newest_first"]


class TwoSectionsError(Exception):
    """More than one heading matches; `lines` are theirs, counted from 1."""

    def __init__(self, lines: Sequence[int]) -> None:
        self.lines = tuple(lines)
        super().__init__(f"headings on lines {', '.join(map(str, lines))}")


class UnreadableError(Exception):
    """The text cannot be taken apart as what its ending says."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands. `start` and `end` are its place, bullet included, blank lines around it not."""

    start: int
    end: int
    text: str  # as a reader sees it: one line, without bullet, mark and hidden id
    id: str | None = None  # hidden in Markdown, HTML and Word
    written: str | None = None  # fingerprint of the line as this program wrote it
    mark: tuple[int, int] | None = None  # place of "[proposed] "
    comment: tuple[int, int, str] | None = None  # place and words of the comment that flags it
    room: int | None = None  # where such a comment goes; None where the format has none


COMMENT = re.compile(r"[ \t]*<!-- monitor-flag: (?P<words>.*?) -->")


def comment(words: str) -> str:
    """A comment that flags an entry for the editor of the file, and that no reader sees."""
    return f" <!-- monitor-flag: {words.replace('--', '- -').replace('>', ')')} -->"


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be written, mark included, with the id to hide beside it."""

    text: str
    id: str


class Section(Protocol):
    """The section of one report."""

    @property
    def entries(self) -> Sequence[Entry]:
        """What stands there, from top to bottom."""

    def insert(self, groups: Sequence[tuple[int, Sequence[NewLine]]]) -> Sequence[Edit]:
        """The edits that put lines below the entry of that index, in their order; -1: above the first, or into an empty section.

        Groups come from top to bottom, one for an index.
        """

    def replace(self, index: int, line: NewLine) -> Edit:
        """The edit that puts a line in the place of that entry."""


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; their places are those of the text as it was."""
    pieces, done = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        assert edit.start >= done, "two edits overlap"
        pieces += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join([*pieces, text[done:]])
