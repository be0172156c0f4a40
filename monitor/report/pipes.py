"""A table of lines between upright strokes, as Markdown and text reports have it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from monitor.report.lines import HIDDEN, Line, LineSection, hiding, newline
from monitor.report.rows import HEADINGS, OURS, Roles, cells, in_row, roles, whole
from monitor.report.section import COMMENT, Apart, Edit, Entry, NewLine
from monitor.report.words import MARK

STROKE = re.compile(r"(?<!\\)\|")
RULED = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?")


@dataclass(frozen=True, slots=True)
class PipeTable(Apart):
    """The table of a section, or the place `room` for one. `spaced`: blank lines stand around it."""

    text: str
    columns: Roles
    places: Sequence[Sequence[tuple[int, int]]]  # of each cell of each row
    entries: Sequence[Entry]
    room: int  # of the first row; of the table where there is none
    there: bool
    spaced: bool
    hides_ids: bool
    escape: Callable[[str], str]

    def _inserted(self, after: int, lines: Sequence[NewLine]) -> Edit:
        nl = newline(self.text)
        place = self.entries[after].end if after >= 0 else self.room
        written = "".join(self._row(line) + nl for line in lines)
        if not self.there:
            head = _between(HEADINGS) + nl + _between(["---"] * len(HEADINGS)) + nl
            following = self.text[place:].startswith(("\n", "\r")) or not self.text[place:]
            gap = nl if self.spaced else ""
            written = f"{gap}{head}{written}{'' if following else gap}"
        if place == len(self.text) and self.text and not self.text.endswith(("\n", "\r")):
            written = nl + written.removesuffix(nl)
        return Edit(place, place, written)

    def replace(self, index: int, line: NewLine) -> Edit:
        """As Section says; what stands in other cells stays."""
        said = [_seen(self.text[start:end]) for start, end in self.places[index]]
        hidden = hiding(in_row(line, self.columns, said)) if self.hides_ids else ""
        return Edit(*self.places[index][self.columns.index("text")], self._shown(line.text) + hidden)

    def _row(self, line: NewLine) -> str:
        shown = [self._shown(one) for one in cells(line, self.columns)]
        if self.hides_ids:
            shown[self.columns.index("text")] += hiding(in_row(line, self.columns))
        return _between(shown)

    def _shown(self, text: str) -> str:
        return STROKE.sub(r"\\|", self.escape(text))


def find(section: LineSection, numbers: Iterable[int], *, spaced: bool) -> PipeTable:
    """The first table of developments among those lines; where there is none, where the section has room for one."""
    text, lines = section.text, section.lines
    wanted = list(numbers)
    for number in wanted:
        if columns := heading_of(lines, number):
            break
    else:
        room = max([section.room, *(entry.end for entry in section.entries)])
        return PipeTable(text, OURS, (), (), room, False, spaced, section.hides_ids, section.escape)
    places, entries = [], []
    for at in range(number + 2, len(lines)):
        if not lines[at].text.lstrip().startswith("|"):
            break
        spans = _cells(lines[at])[: len(columns)]
        if len(spans) > columns.index("text"):
            places.append(spans)
            entries.append(_entry(text, lines[at], spans, columns, section.hides_ids))
    return PipeTable(text, columns, places, entries, lines[number + 1].end, True, spaced, section.hides_ids, section.escape)


def heading_of(lines: Sequence[Line], number: int) -> Roles | None:
    """The columns of the table of developments that begins on that line; None where none does."""
    if number + 1 >= len(lines) or not lines[number].text.lstrip().startswith("|") or not RULED.fullmatch(lines[number + 1].text):
        return None
    line = lines[number]
    return roles([line.text[start - line.start : end - line.start] for start, end in _cells(line)])


def _cells(line: Line) -> list[tuple[int, int]]:
    """The places of what stands in the cells of a row, without the blanks around it."""
    strokes = [found.start() for found in STROKE.finditer(line.text)]
    spans = []
    for start, end in zip(strokes, [*strokes[1:], len(line.text)], strict=True):
        inner = line.text[start + 1 : end]
        if inner.strip() or end < len(line.text):
            first = start + 1 + len(inner) - len(inner.lstrip())
            spans.append((line.start + first, line.start + max(first, start + 1 + len(inner.rstrip()))))
    return spans


def _entry(text: str, line: Line, spans: Sequence[tuple[int, int]], columns: Roles, hides_ids: bool) -> Entry:
    at = columns.index("text")
    start, end = spans[at]
    found, flagged = HIDDEN.search(text, start, end), COMMENT.search(text, start, end)
    mark = MARK.match(text, start, end)
    said = [_seen(text[first:last]) for first, last in spans]
    return Entry(
        line.start, line.end, MARK.sub("", said[at], count=1), found["id"] if found else None, found["written"] if found else None,
        mark.span() if mark else None, (*flagged.span(), flagged["words"]) if flagged else None, end if hides_ids else None, whole(said),
    )  # fmt: skip


def _seen(cell: str) -> str:
    """A cell as a reader sees it."""
    return re.sub(r"\\([\\`*<>\[\]_|])", r"\1", HIDDEN.sub("", COMMENT.sub("", cell))).strip()


def _between(shown: Sequence[str]) -> str:
    return f"| {' | '.join(shown)} |"
