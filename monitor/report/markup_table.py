"""A table of developments in HTML: a row for each, its id and fingerprint as attributes, its cells like those of its neighbour."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.report.lines import newline
from monitor.report.rows import HEADINGS, OURS, Roles, cells, in_row, roles, whole
from monitor.report.section import COMMENT, Apart, Edit, Entry, NewLine
from monitor.report.tree import Node
from monitor.report.words import MARK

OWN = re.compile(r"""\s+(?:id|data-id|data-monitor)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MarkupTable(Apart):
    """The table of a section, or the place `room` for one."""

    text: str
    columns: Roles
    nodes: Sequence[Node]
    entries: Sequence[Entry]
    room: int  # of the first row; of the table where there is none
    indent: str
    there: bool

    def _inserted(self, after: int, lines: Sequence[NewLine]) -> Edit:
        nl = newline(self.text)
        if self.nodes:
            like = self.nodes[max(after, 0)]
            between = self.text[: like.start]
            between = between[len(between.rstrip()) :]
            written = [self._row(line, like) for line in lines]
            if after < 0:
                return Edit(like.start, like.start, "".join(row + between for row in written))
            return Edit(like.end, like.end, "".join(between + row for row in written))
        if self.there:
            return Edit(self.room, self.room, "".join(f"{nl}{self.indent}{self._row(line, None)}" for line in lines))
        head = "".join(f'<th scope="col">{name}</th>' for name in HEADINGS)
        parts = ["<table>", f"  <thead><tr>{head}</tr></thead>", "  <tbody>", *(f"    {self._row(line, None)}" for line in lines)]
        return Edit(self.room, self.room, "".join(f"{nl}{self.indent}{part}" for part in [*parts, "  </tbody>", "</table>"]))

    def replace(self, index: int, line: NewLine) -> Edit:
        """As Section says; what stands in other cells stays."""
        node = self.nodes[index]
        cell = _cells(node)[self.columns.index("text")]
        opening = f"{_bare(self.text, node)}{hidden(in_row(line, self.columns, [one.text() for one in _cells(node)]))}>"
        return Edit(node.start, cell.close, f"{opening}{self.text[node.inner : cell.inner]}{html.escape(line.text, quote=False)}")

    def _row(self, line: NewLine, like: Node | None) -> str:
        shown = [html.escape(one, quote=False) for one in cells(line, self.columns)]
        known = hidden(in_row(line, self.columns))
        if like is None:
            return f"<tr{known}>{''.join(f'<td>{one}</td>' for one in shown)}</tr>"
        opened = [(OWN.sub("", self.text[one.start : one.inner]), one.tag) for one in _cells(like)]
        inner = "".join(f"{opening}{one}</{tag}>" for (opening, tag), one in zip(opened, shown, strict=False))
        return f"{_bare(self.text, like)}{known}>{inner}</tr>"


def find(text: str, within: Sequence[Node], room: int, indent: str) -> MarkupTable:
    """The first table of developments among those elements; where there is none, the room for one."""
    for table in within:
        rows = [row for row in table.walk() if row.tag == "tr"] if table.tag == "table" else []
        columns = roles([cell.text() for cell in _cells(rows[0])]) if rows else None
        if columns is None:
            continue
        at = columns.index("text")
        there = [row for row in rows[1:] if len(_cells(row)) == len(columns)]
        body = next((one for one in table.walk() if one.tag == "tbody" and rows[0] not in one.walk()), None)
        place = body.inner if body is not None else rows[0].end
        begins = text.rfind("\n", 0, rows[0].start) + 1
        space = text[begins : rows[0].start]
        return MarkupTable(text, columns, there, [_entry(text, row, at) for row in there], place, "" if space.strip() else space, True)
    return MarkupTable(text, OURS, (), (), room, indent, False)


def _cells(row: Node) -> list[Node]:
    return [one for one in row.elements() if one.tag in {"td", "th"}]


def _bare(text: str, node: Node) -> str:
    """A start tag without its end and without what only one element may say."""
    return OWN.sub("", text[node.start : node.inner]).removesuffix(">").rstrip()


def hidden(line: NewLine) -> str:
    """The attributes that hide id and fingerprint of a line."""
    return f' data-id="{html.escape(line.id)}" data-monitor="{line.written}"'


def _entry(text: str, row: Node, at: int) -> Entry:
    said, cell = [one.text() for one in _cells(row)], _cells(row)[at]
    mark = MARK.search(text, cell.inner, cell.close) if MARK.match(said[at]) else None
    flagged = COMMENT.search(text, cell.inner, cell.close)
    return Entry(
        row.start, row.end, MARK.sub("", said[at], count=1), row.attributes.get("data-id"), row.attributes.get("data-monitor"),
        mark.span() if mark else None, (*flagged.span(), flagged["words"]) if flagged else None, cell.close, whole(said),
    )  # fmt: skip
