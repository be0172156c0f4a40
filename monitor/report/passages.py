"""A report file as passages: paragraphs, items of lists and rows of tables, each with the line and column a reader finds it at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from monitor.errors import ReportFileError
from monitor.report import file, lines, markdown, word
from monitor.report.markup import POINT
from monitor.report.section import UnreadableError
from monitor.report.tree import BLOCKS, UNSEEN, Node, page
from monitor.report.word_look import looks, words
from monitor.report.words import title_case
from monitor.stale.passages import Passage

ENDED = re.compile(r"[.!?:;…][\"”’')\]*_]*\s*$")
MARKUP = re.compile(
    r"<!--.*?-->|\]\([^)]*\)|!?\[(?=[^\]]*\]\()|(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)|`+|^\s*#{1,6}\s|<[^<>\s][^<>]*>"
)
HANGING = 60  # characters from which a line without an end is one of a paragraph broken by hand
RULED = re.compile(r"[\s|:+=-]+")


def read(path: Path) -> tuple[Passage, ...]:
    """The passages of a report, from top to bottom; raises ReportFileError as `file.read` does, and when HTML cannot be taken apart."""
    found = file.read(path)
    if found.package is not None:
        return tuple(_of_word(found.text, found.package.styles))
    try:
        return tuple(READERS[found.kind](found.text))
    except UnreadableError as error:
        raise ReportFileError(path, f"cannot be read as HTML: {error}") from error


def _of_text(text: str) -> Iterator[Passage]:
    return _of_lines(text, frozenset(), marked=False)


def _of_markdown(text: str) -> Iterator[Passage]:
    return _of_lines(text, markdown.not_prose(lines.split(text)), marked=True)


def _of_lines(text: str, hidden: frozenset[int], *, marked: bool) -> Iterator[Passage]:
    """Lines as passages; those of a paragraph or item that was broken by hand are one."""
    number, group = 0, 0
    open_: list[tuple[int, int, str]] = []  # (line, column, text) of the paragraph being gathered
    kind = "text"
    pending = False  # a bullet stood alone on the line above

    def closed() -> Iterator[Passage]:
        nonlocal number
        if open_:
            number += 1
            yield _passage(open_, kind, number, group)
            open_.clear()

    for at, line in enumerate(lines.split(text), 1):
        shown = _plain(line.text) if marked else line.text.replace("\ufeff", " ")
        if at - 1 in hidden or not shown.strip() or (RULED.fullmatch(shown) and not lines.bullet(line)):
            yield from closed()
            continue
        column = len(shown) - len(shown.lstrip()) + 1
        found = lines.bullet(line)
        if found is not None:
            yield from closed()
            if kind != "item":
                group += 1
            kind, pending = "item", not found["rest"].strip()
            if not pending:
                open_.append((at, found.start("rest") + 1, shown[found.start("rest") :]))
        elif shown.lstrip().startswith("|"):
            yield from closed()
            if kind != "row":
                group += 1
            kind, pending = "row", False
            open_.append((at, column, shown.strip()))
            yield from closed()
        elif pending or (open_ and _goes_on(open_[-1][2], shown)):
            open_.append((at, column, shown.strip()))
            pending = False
        else:
            yield from closed()
            kind = "text"
            open_.append((at, column, shown.strip()))
    yield from closed()


def _goes_on(before: str, line: str) -> bool:
    """Whether a line goes on with the sentence of the line above; nothing goes on with a heading."""
    if title_case(before):
        return False
    if ENDED.search(before):
        return len(before) >= HANGING and len(line.split()) > 3 and len(before) < 2 * HANGING and not title_case(line)
    return line.lstrip()[:1].islower() or (len(before) >= HANGING and not title_case(line))


def _passage(gathered: list[tuple[int, int, str]], kind: str, number: int, group: int) -> Passage:
    text, starts = "", []
    for line, column, piece in gathered:
        if text:
            text += " "
        starts.append((len(text), line, column))
        text += piece.rstrip()
    assert kind in {"text", "item", "row"}
    return Passage(text, kind, number, group, tuple(starts))  # type: ignore[arg-type]


def _plain(text: str) -> str:
    """A line of Markdown with blanks in place of its marks, so that every word keeps its column."""
    return MARKUP.sub(lambda found: " " * len(found[0]), text.replace("\ufeff", " "))


LEAVES = frozenset(
    {"p", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "blockquote", "div", "td", "section", "article", "body", ""}
)


def _of_html(text: str) -> Iterator[Passage]:
    """The elements that hold text of their own, and no other such element."""
    tree = page(text)
    groups: dict[int, int] = {}
    number = 0
    for node in [tree, *tree.walk()]:
        if node.tag not in LEAVES or any(
            around.tag in UNSEEN | {"tr", "head"} for around in [node, *node.ancestors()] if around is not node
        ):
            continue
        said = " | ".join(cell.text() for cell in node.elements()) if node.tag == "tr" else _own_text(node)
        if not said:
            continue
        number += 1
        kind = {"li": "item", "tr": "row"}.get(node.tag, "text")
        around = next((one for one in node.ancestors() if one.tag in {"ul", "ol", "table", ""}), tree)
        group = groups.setdefault(id(around), len(groups) + 1)
        yield Passage(said, kind, number, group, tuple(_starts(text, node, said)))  # type: ignore[arg-type]


def _own_text(node: Node) -> str:
    """The text of an element but for the blocks inside it."""
    pieces: list[str] = []

    def gather(one: Node) -> None:
        for child in one.children:
            if isinstance(child, str):
                pieces.append(child)
            elif child.tag == "br":
                pieces.append(" ")
            elif child.tag not in BLOCKS | UNSEEN | LEAVES:
                gather(child)

    gather(node)
    return " ".join("".join(pieces).split())


def _starts(text: str, node: Node, said: str) -> Iterator[tuple[int, int, int]]:
    """Where each word of an element stands in the file, as far as it is written there as it reads."""
    at = node.inner
    for found in re.finditer(r"\S+", said):
        place = text.find(found[0], at, node.close)
        if place < 0:
            continue
        at = place + len(found[0])
        before = text.rfind("\n", 0, place)
        yield found.start(), text.count("\n", 0, place) + 1, place - before
    if not said or at == node.inner:
        yield 0, text.count("\n", 0, node.start) + 1, node.start - text.rfind("\n", 0, node.start)


def _of_word(text: str, styles: str) -> Iterator[Passage]:
    """The paragraphs of a document, and the rows of its tables, as a reader sees them; places are numbers of paragraphs and headings."""
    looked = looks(styles)
    heading, group, kind = "", 0, "text"
    last: Node | None = None  # the row told last
    for number, one in enumerate(word.paragraphs_of(text), 1):
        if (row := _around(one, "w:tr")) is not None:
            if row is not last:
                group += kind != "row" or last is None or row.parent is not last.parent
                kind, last = "row", row
                yield Passage(_row_said(row), "row", number, group, heading=heading)
            continue
        said = POINT.sub("", words(one), count=1)
        if not said:
            continue
        item = looked.listed(one) or said != words(one)
        group += item and kind != "item"
        kind = "item" if item else "text"
        yield Passage(said, "item" if item else "text", number, group, heading=heading)
        heading = said if looked.level(one) else heading


def _around(node: Node, tag: str) -> Node | None:
    return next((one for one in node.ancestors() if one.tag == tag), None)


def _row_said(row: Node) -> str:
    """The cells of a row of a Word table as one text."""
    cells = [cell for cell in row.elements() if cell.tag == "w:tc"]
    return " | ".join(" ".join(words(one) for one in cell.walk() if one.tag == "w:p") for cell in cells)


# A format that brings a reader brings a function of its text here.
READERS: Mapping[file.Kind, Callable[[str], Iterator[Passage]]] = {
    "text": _of_text,
    "rst": _of_text,
    "markdown": _of_markdown,
    "html": _of_html,
}
