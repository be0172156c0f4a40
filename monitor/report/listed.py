"""A table of reStructuredText as a list-table, which stays readable and takes a row without touching another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.report.lines import Line, LineSection, inset, newline
from monitor.report.marks import Signs
from monitor.report.rows import HEADINGS, OURS, SHARES, Roles, cells, roles, whole
from monitor.report.section import Apart, Edit, Entry, NewLine
from monitor.report.words import MARK

DIRECTIVE = re.compile(r"[ \t]*\.\. list-table::.*")
ROW = re.compile(r"[ \t]*\*[ \t]+(?=-(?:[ \t]|$))")
CELL = re.compile(r"-(?:[ \t]+|$)")


@dataclass(slots=True)
class Cell:
    """A cell while its lines are gathered: the place of its words in the text, and where its last line ends."""

    start: int
    end: int
    last: int
    said: str


@dataclass(frozen=True, slots=True)
class ListTable(Apart):
    """The list-table of a section, or the place `room` for one."""

    text: str
    columns: Roles
    places: Sequence[tuple[int, int]]  # of the development of each row
    entries: Sequence[Entry]
    room: int  # of the first row; of the table where there is none
    indent: str | None  # of rows; None where there is no table
    signs: Signs

    def _inserted(self, after: int, lines: Sequence[NewLine]) -> Edit:
        nl = newline(self.text)
        place = self.entries[after].end if after >= 0 else self.room
        written = "".join(self._row(cells(line, self.columns)) for line in lines)
        if self.indent is None:
            options = f"   :header-rows: 1{nl}   :widths: {' '.join(map(str, SHARES))}{nl}"
            blank_follows = self.text[place:].startswith(("\n", "\r")) or not self.text[place:]
            written = f"{nl}.. list-table::{nl}{options}{nl}{self._row(HEADINGS)}{written}{'' if blank_follows else nl}"
        if place == len(self.text) and self.text and not self.text.endswith(("\n", "\r")):
            written = nl + written.removesuffix(nl)
        return Edit(place, place, written)

    def replace(self, index: int, line: NewLine) -> Edit:
        """As Section says; what stands in other cells stays."""
        return Edit(*self.places[index], self.signs.literal(line.text))

    def _row(self, said: Sequence[str]) -> str:
        nl, indent = newline(self.text), "   " if self.indent is None else self.indent
        return "".join(f"{indent}{'  ' if number else '* '}- {self.signs.literal(one)}".rstrip() + nl for number, one in enumerate(said))


def find(section: LineSection, within: range, signs: Signs) -> ListTable:
    """The first list-table of developments among those lines; where there is none, where the section has room for one."""
    text, lines = section.text, section.lines
    for number in within:
        rows = _rows(lines, number, within.stop) if DIRECTIVE.fullmatch(lines[number].text) else []
        columns = roles([signs.read(cell.said) for cell in rows[0][1]]) if rows else None
        if columns is None:
            continue
        there = [(start, row) for start, row in rows[1:] if len(row) == len(columns)]
        at = columns.index("text")
        entries = [_entry(text, start, row, at, signs) for start, row in there]
        places = [(row[at].start, row[at].end) for _, row in there]
        star = text[rows[0][0] :]
        return ListTable(text, columns, places, entries, rows[0][1][-1].last, star[: len(star) - len(star.lstrip())], signs)
    room = max([section.room, *(entry.end for entry in section.entries)])
    return ListTable(text, OURS, (), (), room, None, signs)


def _rows(lines: Sequence[Line], number: int, stop: int) -> list[tuple[int, list[Cell]]]:
    """The rows of the list-table that begins on that line, each with the place it begins at."""
    rows: list[tuple[int, list[Cell]]] = []
    column = -1  # where the hyphen of a cell stands
    for at in range(number + 1, stop):
        line = lines[at]
        if line.blank:
            continue
        if inset(line) <= inset(lines[number]):
            break
        row = ROW.match(line.text)
        hyphen = row.end() if row else len(line.text) - len(line.text.lstrip())
        cell = CELL.match(line.text, hyphen)
        if row:
            rows.append((line.start, []))
            column = hyphen
        end = line.start + len(line.text.rstrip())
        if cell and rows and hyphen == column:
            rows[-1][1].append(Cell(min(line.start + cell.end(), end), end, line.end, line.text[cell.end() :].strip()))
        elif rows:
            last = rows[-1][1][-1]
            last.end, last.last, last.said = end, line.end, f"{last.said} {line.text.strip()}".strip()
    return rows


def _entry(text: str, start: int, row: Sequence[Cell], at: int, signs: Signs) -> Entry:
    said = [signs.read(one.said) for one in row]
    mark = MARK.match(text, row[at].start, row[at].end)
    return Entry(start, row[-1].last, MARK.sub("", said[at], count=1), mark=mark.span() if mark else None, row=whole(said))
