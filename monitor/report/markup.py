"""HTML, a whole page or a fragment of one: headings h1 to h6, entries as list items or paragraphs, ids as attributes."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.report import markup_table
from monitor.report.lines import newline
from monitor.report.markup_table import OWN, hidden
from monitor.report.section import COMMENT, Apart, Edit, Entry, NewLine, Section, TwoSectionsError
from monitor.report.tree import Node, page
from monitor.report.words import CLOSING, MARK, is_heading, opens_with_a_date

LEVELS = {f"h{level}": level for level in range(1, 7)}
LEAST = 7  # the level of a paragraph in bold used as a heading
LISTS = {"ul", "ol"}
SECTIONING = {"", "html", "body", "main", "article", "section", "td", "th", "aside"}
NAVIGATION = {"nav", "script", "style", "template", "noscript", "head"}
POINT = re.compile(r"^\s*(?:[•‣◦▪●–—-]\s+|\d{1,3}[.)]\s+)")
HIDDEN = re.compile(r"\s*monitor\s+(?P<id>\S+)(?:\s+(?P<written>[0-9a-f]{8}))?\s*$")


def find(text: str, heading: str) -> tuple[Section, Section] | None:
    """The lines and the table of the section of that heading, or None; raises TwoSectionsError when two have it."""
    tree = page(text)
    named = [node for node in tree.walk() if _level(node) and is_heading(node.text(), heading)]
    if any(_level(node) < LEAST for node in named):
        named = [node for node in named if _level(node) < LEAST]
    if len(named) > 1:
        raise TwoSectionsError([text.count("\n", 0, node.start) + 1 for node in named])
    return _section(text, tree, named[0]) if named else None


def start(text: str, heading: str) -> str:
    """The text with an empty section at the end of its main part, but before a closing note."""
    tree = page(text)
    nodes = list(tree.walk())
    levels = Counter(LEVELS[node.tag] for node in nodes if LEVELS.get(node.tag, 0) > 1)
    level = min(levels) if levels else 2
    around = next(
        (node for tag in ("main", "article", "body") for node in reversed(nodes) if node.tag == tag and node.end > node.close), tree
    )
    last = around.elements()[-1] if around.elements() else None
    closing = last is not None and last.tag == "p" and CLOSING.match(last.text())
    place = last.start if last is not None and closing else around.inner + len(text[around.inner : around.close].rstrip())
    nl, indent = newline(text), _indent(text, last.start if last else place)
    written = f"<h{level}>{html.escape(heading, quote=False)}</h{level}>"
    if closing:
        return f"{text[:place]}{written}{nl}{indent}{text[place:]}"
    return f"{text[:place]}{nl if text[:place].strip() else ''}{indent}{written}{text[place:]}"


def _level(node: Node) -> int:
    """1 to 6 for a heading, 7 for a paragraph that is all bold, 0 for anything else or what only leads there."""
    if any(around.tag in NAVIGATION for around in node.ancestors()):
        return 0
    if node.tag in LEVELS:
        return LEVELS[node.tag]
    only = node.elements()
    if node.tag in {"p", "div"} and node.bare() and len(only) == 1 and only[0].tag in {"b", "strong"}:
        return LEAST
    return 0


def _indent(text: str, place: int) -> str:
    """The spaces before a place, when nothing else stands before it on its line."""
    before = text[text.rfind("\n", 0, place) + 1 : place]
    return before if not before.strip() else ""


@dataclass(frozen=True, slots=True)
class MarkupSection(Apart):
    """A section of a page: its items, the lists they stand in, and where a list goes when there is none."""

    text: str
    nodes: Sequence[Node]
    entries: Sequence[Entry]
    lists: Sequence[Node]
    room: Node

    def replace(self, index: int, line: NewLine) -> Edit:
        """As Section says."""
        node = self.nodes[index]
        return Edit(node.start, node.end, self._block(line, node))

    def _inserted(self, after: int, lines: Sequence[NewLine]) -> Edit:
        if self.nodes:
            like = self.nodes[max(after, 0)]
            between = self._between(max(after, 0))
            written = [self._block(line, like) for line in lines]
            if after >= 0:
                return Edit(like.end, like.end, "".join(between + block for block in written))
            return Edit(like.start, like.start, "".join(block + between for block in written))
        nl = newline(self.text)
        if self.lists:
            only = self.lists[0]
            indent = _indent(self.text, only.start)
            items = "".join(f"{nl}{indent}  {self._item(line)}" for line in lines)
            return Edit(only.inner, only.inner, items + ("" if self.text[only.inner : only.close].strip(" \t") else nl + indent))
        indent = _indent(self.text, self.room.start)
        items = "".join(f"{nl}{indent}  {self._item(line)}" for line in lines)
        return Edit(self.room.end, self.room.end, f"{nl}{indent}<ul>{items}{nl}{indent}</ul>")

    def _between(self, index: int) -> str:
        """What separates the item from its neighbour, or from the start of its list: spaces, usually with a newline."""
        node = self.nodes[index]
        space = self.text[: node.start]
        space = space[len(space.rstrip()) :]
        if "\n" in space:
            space = newline(self.text) * min(space.count("\n"), 2) + space[space.rfind("\n") + 1 :]
        elif index + 1 < len(self.nodes) and not self.text[node.end : self.nodes[index + 1].start].strip():
            space = self.text[node.end : self.nodes[index + 1].start]
        return space

    def _item(self, line: NewLine) -> str:
        return f"<li{hidden(line)}>{html.escape(line.text, quote=False)}</li>"

    def _block(self, line: NewLine, like: Node) -> str:
        """A line in the tags of its neighbour: classes and one inner element around all the text are imitated."""
        opening = OWN.sub("", self.text[like.start : like.inner])
        cut = len(opening) - (2 if opening.endswith("/>") else 1)
        opening = opening[:cut].rstrip() + hidden(line) + ">"
        only = like.elements()
        inner = html.escape(line.text, quote=False)
        if like.tag == "li" and like.bare() and only and only[0].tag in {"p", "span", "div"}:
            inner = f"{OWN.sub('', self.text[only[0].start : only[0].inner])}{inner}</{only[0].tag}>"
        elif like.tag == "p" and (point := POINT.match(like.text())) and not point[0].strip()[0].isdigit():
            inner = point[0].lstrip() + inner
        return f"{opening}{inner}</{like.tag}>"


def _section(text: str, tree: Node, heading: Node) -> tuple[Section, Section]:
    level = _level(heading)
    home = next(node for node in heading.ancestors() if node.tag in SECTIONING)
    limit = home.close
    for node in tree.walk():
        if node.start >= heading.end and 0 < _level(node) <= level:
            limit = min(limit, node.start)
            break
    parent = heading.parent or tree
    inside = _items(tree, heading.end, min(limit, parent.close))
    lists, nodes = inside if any(inside) else _items(tree, heading.end, limit)
    room = heading
    if parent.tag not in SECTIONING and parent.elements() == [heading] and parent.bare():
        room = parent
    last = max([room, *lists, *nodes], key=lambda node: node.end)
    within = [node for node in tree.walk() if heading.end <= node.start and node.end <= limit]
    rows = markup_table.find(text, within, last.end, _indent(text, room.start))
    return MarkupSection(text, nodes, [_entry(text, node) for node in nodes], lists, room), rows


def _items(tree: Node, first: int, limit: int) -> tuple[list[Node], list[Node]]:
    """The lists between two places and their items; dated paragraphs where there is no list."""
    within = [node for node in tree.walk() if first <= node.start and node.end <= limit]
    within = [node for node in within if not any(around.tag in NAVIGATION for around in node.ancestors())]
    found = [
        node
        for node in within
        if node.tag in LISTS and not any(around.tag == "li" and around.start >= first for around in node.ancestors())
    ]
    lists = [node for node in found if node.parent is found[0].parent]
    items = [item for one in lists for item in one.elements() if item.tag == "li"]
    if lists:
        return lists, items
    dated = [node for node in within if node.tag == "p" and opens_with_a_date(MARK.sub("", POINT.sub("", node.text()), count=1))]
    return [], [node for node in dated if node.parent is dated[0].parent]


def _entry(text: str, node: Node) -> Entry:
    seen = node.text()
    if node.tag == "p":
        seen = POINT.sub("", seen, count=1)
    mark = MARK.search(text, node.inner, node.close) if MARK.match(seen) else None
    noted = next((found for one in _comments(node) if (found := HIDDEN.match(one))), None)
    written = node.attributes.get("data-monitor")
    name = node.attributes.get("data-id")
    if name is None and noted:
        name, written = noted["id"], noted["written"]
    flagged = COMMENT.search(text, node.inner, node.close)
    return Entry(
        node.start, node.end, MARK.sub("", seen, count=1).strip(), name, written, mark.span() if mark else None,
        (*flagged.span(), flagged["words"]) if flagged else None, node.close,
    )  # fmt: skip


def _comments(node: Node) -> list[str]:
    return [*node.comments, *(comment for child in node.walk() for comment in child.comments)]
