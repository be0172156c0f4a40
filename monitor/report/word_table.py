"""A table of developments in a Word file: a row for each, like its neighbour, its bookmark in the cell that tells the development."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.report.rows import HEADINGS, OURS, SHARES, Roles, cells, in_row, roles, whole
from monitor.report.section import Apart, Edit, Entry, NewLine
from monitor.report.tree import Node
from monitor.report.word_ink import Ink, known
from monitor.report.word_look import OF_A_CHANGE, child, words, written_in
from monitor.report.words import MARK

WIDTH = 9_000  # of all columns, in twentieths of a point, on a page of any usual size
CELL = '<w:pPr><w:spacing w:before="40" w:after="40"/></w:pPr>'
BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
TABLE = (
    f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
    "<w:tblGrid>" + "".join(f'<w:gridCol w:w="{WIDTH * share // 100}"/>' for share in SHARES) + "</w:tblGrid>"
)
NOT_OF_A_ROW = OF_A_CHANGE | {"w:tblHeader", "w:trPrChange"}


@dataclass(frozen=True, slots=True)
class WordTable(Apart):
    """The table of a section, or the place `room` for one."""

    text: str
    columns: Roles
    nodes: Sequence[Node]
    entries: Sequence[Entry]
    room: int  # of the first row; of the table where there is none
    there: bool
    ink: Ink

    def _inserted(self, after: int, lines: Sequence[NewLine]) -> Edit:
        place = self.nodes[after].end if after >= 0 else self.room
        written = "".join(self._row(line, self.nodes[max(after, 0)] if self.nodes else None) for line in lines)
        if not self.there:
            bold = "<w:rPr><w:b/></w:rPr>"
            head = "".join(_cell(width, self.ink.bare(name, properties=CELL, run=bold)) for name, width in _widths(HEADINGS))
            # Two tables without a paragraph between them become one, and none may stand last.
            behind = "" if self.text[place:].lstrip().startswith(("<w:p>", "<w:p ", "<w:p/>")) else self.ink.bare("")
            written = f"{TABLE}<w:tr><w:trPr><w:cantSplit/><w:tblHeader/>{self._inked()}</w:trPr>{head}</w:tr>{written}</w:tbl>{behind}"
        return Edit(place, place, written)

    def replace(self, index: int, line: NewLine) -> Edit:
        """As Section says; what stands in other cells stays."""
        there = _cells(self.nodes[index])
        node = _paragraphs(there[self.columns.index("text")])[0]
        new = in_row(line, self.columns, [_said(one) for one in there])
        return self.ink.again(node, line.text, new)

    def _row(self, line: NewLine, like: Node | None) -> str:
        said, row = cells(line, self.columns), in_row(line, self.columns)
        told = [row if role == "text" else None for role in self.columns]
        if like is None:
            shown = "".join(
                _cell(share, self.ink.bare(one, of, properties=CELL)) for (one, share), of in zip(_widths(said), told, strict=True)
            )
            return f"<w:tr><w:trPr><w:cantSplit/>{self._inked()}</w:trPr>{shown}</w:tr>"
        shown = ""
        for one, cell, of in zip(said, _cells(like), told, strict=True):
            of_cell = child(cell, "w:tcPr")
            looks = self.text[of_cell.start : of_cell.end] if of_cell else ""
            shown += f"<w:tc>{looks}{self.ink.paragraph(one, _paragraphs(cell)[0], of)}</w:tc>"
        of_row = written_in(self.text, child(like, "w:trPr"), NOT_OF_A_ROW) + self._inked()
        return f"<w:tr>{f'<w:trPr>{of_row}</w:trPr>' if of_row else ''}{shown}</w:tr>"

    def _inked(self) -> str:
        return f"<w:ins {self.ink.change()}/>" if self.ink.tracked else ""


def find(text: str, tables: Sequence[Node], room: int, ink: Ink) -> WordTable:
    """The first table of developments among those; where there is none, the room for one."""
    for table in tables:
        rows = [one for one in table.elements() if one.tag == "w:tr"]
        columns = roles([_said(cell) for cell in _cells(rows[0])]) if rows else None
        if columns is None:
            continue
        at = columns.index("text")
        there = [row for row in rows[1:] if len(_cells(row)) == len(columns) and all(_paragraphs(cell) for cell in _cells(row))]
        return WordTable(text, columns, there, [_entry(text, row, at) for row in there], rows[0].end, True, ink)
    return WordTable(text, OURS, (), (), room, False, ink)


def _cells(row: Node) -> list[Node]:
    return [one for one in row.elements() if one.tag == "w:tc"]


def _paragraphs(cell: Node) -> list[Node]:
    return [one for one in cell.elements() if one.tag == "w:p"]


def _said(cell: Node) -> str:
    return " ".join(filter(None, (words(one) for one in _paragraphs(cell))))


def _widths(said: Sequence[str]) -> list[tuple[str, int]]:
    """Each cell of a table of ours, or of a table without rows to imitate, with its width."""
    shares = SHARES if len(said) == len(SHARES) else [100 // len(said)] * len(said)
    return [(one, WIDTH * share // 100) for one, share in zip(said, shares, strict=True)]


def _cell(width: int, paragraph: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraph}</w:tc>'


def _entry(text: str, row: Node, at: int) -> Entry:
    said, cell = [_said(one) for one in _cells(row)], _cells(row)[at]
    mark = MARK.search(text, cell.inner, cell.close) if MARK.match(said[at]) else None
    id_, written = known(row)
    return Entry(row.start, row.end, MARK.sub("", said[at], count=1), id_, written, mark.span() if mark else None, row=whole(said))
