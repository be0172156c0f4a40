"""What the formats have in common: a section is a run of entries with places in the text, and says how to add another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from monitor.report.words import fingerprint

Order = Literal["oldest_first", "newest_first"]
Form = Literal["line", "table"]


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
    row: str = ""  # of a table: all cells as a reader sees them

    @property
    def untouched(self) -> bool:
        """Whether it reads as this program wrote it, as far as the format lets that be known."""
        return self.written == fingerprint(self.row or self.text)


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
    date: str = ""  # for a table, as a reader wants it
    source: str = ""
    row: str = ""  # all cells, as Entry has them

    @property
    def written(self) -> str:
        """The fingerprint to hide beside it."""
        return fingerprint(self.row or self.text)


class Section(Protocol):
    """A section's lines, or the rows of its table."""

    @property
    def entries(self) -> Sequence[Entry]:
        """What stands there, from top to bottom."""

    def insert(self, groups: Sequence[tuple[int, Sequence[NewLine]]]) -> Sequence[Edit]:
        """The edits that put lines below the entry of that index, in their order; -1: above the first, or into an empty section.

        Groups come from top to bottom, one for an index.
        """

    def replace(self, index: int, line: NewLine) -> Edit:
        """The edit that puts a line in the place of that entry."""


class Apart:
    """A section in which each group of new lines goes in by itself."""

    __slots__ = ()

    def insert(self, groups: Sequence[tuple[int, Sequence[NewLine]]]) -> Sequence[Edit]:
        """As Section says."""
        return [self._inserted(after, lines) for after, lines in groups]

    def _inserted(self, after: int, lines: Sequence[NewLine]) -> Edit:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Both:
    """The lines of a section and then the rows of its table; new ones go where `form` says, and nothing is told in both."""

    lines: Section
    rows: Section
    form: Form

    @property
    def entries(self) -> Sequence[Entry]:
        """As Section says, lines first."""
        return (*self.lines.entries, *self.rows.entries)

    @property
    def own(self) -> range:
        """The indices of the entries among which new ones go."""
        count, every = len(self.lines.entries), len(self.entries)
        return range(count, every) if self.form == "table" else range(count)

    def insert(self, groups: Sequence[tuple[int, Sequence[NewLine]]]) -> Sequence[Edit]:
        """As Section says; each index is of an own entry, or before or behind them all."""
        part, own = (self.rows if self.form == "table" else self.lines), self.own
        return part.insert([(min(max(after, own.start - 1), own.stop - 1) - own.start, lines) for after, lines in groups])

    def replace(self, index: int, line: NewLine) -> Edit:
        """As Section says."""
        count = len(self.lines.entries)
        return self.lines.replace(index, line) if index < count else self.rows.replace(index - count, line)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; their places are those of the text as it was."""
    pieces, done = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        assert edit.start >= done, "two edits overlap"
        pieces += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join([*pieces, text[done:]])
