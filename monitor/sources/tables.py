"""Reads the tables of a web page as rows of cells, each with its text and its first link."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from monitor.model import Outcome
from monitor.sources.document import Document
from monitor.sources.sniff import is_html

HIDDEN = {"script", "style", "template"}


@dataclass(slots=True)
class Cell:
    """A cell; `link` as it is written in the page."""

    words: list[str] = field(default_factory=list)
    link: str = ""

    def text(self) -> str:
        """Its words on one line."""
        return " ".join("".join(self.words).split())


Table = list[list[Cell]]


def find(body: bytes, *headings: str) -> Table | Document:
    """The rows below the first table head that has a column for each heading, in their order; or why there are none."""
    if not body or body.isspace():
        return Document(Outcome.PARSE_ERROR, detail="the answer is empty")
    if not is_html(body):
        return Document(Outcome.PARSE_ERROR, detail="not a web page")
    reader = _Tables()
    reader.feed(body.decode("utf-8", "replace"))
    reader.close()
    for table in reader.tables:
        for number, row in enumerate(table):
            heads = [cell.text().lower() for cell in row]
            columns = [next((n for n, head in enumerate(heads) if head.startswith(heading)), None) for heading in headings]
            if None not in columns:
                return [[line[n] for n in columns if n is not None and n < len(line)] for line in table[number + 1 :]]
    wanted = " and ".join(headings)
    return Document(Outcome.PARSE_ERROR, detail=f"no table with {wanted}: the page has changed, or it is another page")


def link(cell: Cell, url: str) -> str:
    """The address a cell leads to, in a page that stands at `url`."""
    try:
        return urljoin(url, cell.link.strip()) if cell.link.strip() else ""
    except ValueError:
        return ""


class _Tables(HTMLParser):
    """Gathers the cells; a table inside a table is one of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Table] = []
        self._open: list[Table] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open.append([])
            self.tables.append(self._open[-1])
        elif tag in HIDDEN:
            self._hidden += 1
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].append([])
        elif tag in {"td", "th"}:
            if not self._open[-1]:
                self._open[-1].append([])
            self._open[-1][-1].append(Cell())
        elif (cell := self._cell()) is not None:
            if tag in {"p", "br", "li", "div"}:
                cell.words.append(" ")
            elif tag == "a" and not cell.link:
                cell.link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._open:
            self._open.pop()
        elif tag in HIDDEN:
            self._hidden = max(self._hidden - 1, 0)

    def handle_data(self, data: str) -> None:
        if not self._hidden and (cell := self._cell()) is not None:
            cell.words.append(data)

    def _cell(self) -> Cell | None:
        rows = self._open[-1] if self._open else []
        return rows[-1][-1] if rows and rows[-1] else None
