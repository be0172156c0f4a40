"""An HTML page as a tree whose every element knows its place in the text, so that an edit touches nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from monitor.report.section import UnreadableError

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"})
UNSEEN = frozenset({"script", "style", "template", "noscript", "title"})
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "div", "dl", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
     "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"}
)  # fmt: skip


@dataclass(slots=True)
class Node:
    """An element (or, with an empty tag, the page). `start` to `end` is all of it, `inner` to `close` what lies between its tags."""

    tag: str
    start: int
    inner: int
    attributes: dict[str, str | None] = field(default_factory=dict)
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)
    close: int = -1
    end: int = -1
    comments: list[str] = field(default_factory=list)

    def text(self) -> str:
        """What a reader sees, as one line."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in UNSEEN:
                spaced = child.tag in BLOCKS or child.tag in {"li", "br", "td", "th", "tr"}
                yield " " if spaced else ""
                yield from child._pieces()
                yield " " if spaced else ""

    def elements(self) -> list[Node]:
        """The elements directly inside."""
        return [child for child in self.children if isinstance(child, Node)]

    def walk(self) -> Iterator[Node]:
        """Every element below, in the order of the text."""
        for child in self.elements():
            yield child
            yield from child.walk()

    def ancestors(self) -> Iterator[Node]:
        """The elements around it, nearest first; the page is the last."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def bare(self) -> bool:
        """Whether there is no text directly inside, only elements."""
        return not any(isinstance(child, str) and child.strip() for child in self.children)


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.whole = text
        self.page = Node("", 0, 0)
        self.open = [self.page]
        self.starts = [0]
        for number, character in enumerate(text, 1):
            if character == "\n":
                self.starts.append(number)
        self.feed(text)
        self.close()
        self._shut(len(self.open) - 1, len(text))
        self.page.close = self.page.end = len(text)

    def _here(self) -> int:
        line, column = self.getpos()
        return self.starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        here = self._here()
        self._make_room(tag, here)
        inner = here + len(self.get_starttag_text() or "")
        node = Node(tag, here, inner, dict(attrs), self.open[-1])
        self.open[-1].children.append(node)
        if tag in VOID:
            node.close = node.end = inner
        else:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # HTML knows no <p/>: the slash says nothing

    def handle_endtag(self, tag: str) -> None:
        here = self._here()
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                self._shut(len(self.open) - 1 - depth, here)
                node = self.open.pop()
                node.close = here
                closing = self.whole.find(">", here)
                node.end = closing + 1 if closing >= 0 else len(self.whole)
                return
            if tag in {"p", "li", "span", "a", "b", "strong", "em", "i"} and self.open[depth].tag in {
                "ul",
                "ol",
                "section",
                "article",
                "body",
            }:
                return  # a stray end tag closes nothing further out

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        self.open[-1].comments.append(data)

    def _make_room(self, tag: str, here: int) -> None:
        """Close what a start tag closes without saying so: a paragraph before a block, an item before an item."""
        if tag in BLOCKS and self.open[-1].tag == "p":
            self._shut(1, here)
        if tag == "li":
            for depth in range(len(self.open) - 1, 0, -1):
                if self.open[depth].tag in {"ul", "ol"}:
                    return
                if self.open[depth].tag == "li":
                    self._shut(len(self.open) - depth, here)
                    return

    def _shut(self, count: int, here: int) -> None:
        """Elements whose end tag is left out end behind their last visible character."""
        for _ in range(count):
            node = self.open.pop()
            node.close = node.end = node.inner + len(self.whole[node.inner : here].rstrip())


def page(text: str) -> Node:
    """The page of an HTML text, whole or a fragment, however tags are left out; raises UnreadableError on a broken declaration."""
    try:
        return _Reader(text).page
    except AssertionError as error:  # html.parser, on some "<![…"
        raise UnreadableError(str(error)) from error
