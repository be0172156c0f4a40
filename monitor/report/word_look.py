"""How the paragraphs of a Word file look: heading or not, in a list or not, and the formatting a new one takes over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.report.tree import Node
from monitor.report.xml import parsed

LEAST = 10  # the level of a paragraph in bold used as a heading; 1 to 9 are those of styles
UNSEEN = frozenset({"w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:txbxContent", "mc:Fallback", "w:instrText", "w:delText"})
SPACES = frozenset({"w:tab", "w:br", "w:cr"})
OF_A_CHANGE = frozenset({"w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:rPrChange", "w:pPrChange"})
OFF = frozenset({"0", "false", "off", "none"})


def child(node: Node | None, *tags: str) -> Node | None:
    """The first child of that tag, of the first child of the tag before, and so on."""
    for tag in tags:
        node = next((one for one in node.elements() if one.tag == tag), None) if node else None
    return node


def value(node: Node | None) -> str | None:
    """What w:val says."""
    return node.attributes.get("w:val") if node else None


def words(node: Node) -> str:
    """What a reader sees of a paragraph, tracked insertions included and deletions left out, as one line."""
    return " ".join("".join(_pieces(node)).split())


def _pieces(node: Node) -> Iterator[str]:
    if node.tag == "w:t":
        yield from (one for one in node.children if isinstance(one, str))
        return
    if node.tag in SPACES:
        yield " "
    elif node.tag == "w:noBreakHyphen":
        yield "-"
    for one in node.elements():
        if one.tag not in UNSEEN:
            yield from _pieces(one)


def runs(paragraph: Node) -> list[Node]:
    """The runs with text a reader sees."""
    return [
        one
        for one in paragraph.walk()
        if one.tag == "w:r" and words(one) and not any(around.tag in UNSEEN for around in _up_to(one, paragraph))
    ]


def _up_to(node: Node, outer: Node) -> Iterator[Node]:
    for around in node.ancestors():
        if around is outer:
            return
        yield around


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str | None
    level: int | None  # 0: body text
    listed: bool | None
    bold: bool | None


@dataclass(slots=True)
class Looks:
    """The styles of a file."""

    styles: dict[str, _Style] = field(default_factory=dict)

    def _chain(self, paragraph: Node) -> Iterator[_Style]:
        name, seen = value(child(paragraph, "w:pPr", "w:pStyle")), set[str]()
        while name in self.styles and name not in seen:
            seen.add(name)
            yield self.styles[name]
            name = self.styles[name].based_on

    def level(self, paragraph: Node) -> int:
        """1 to 9 for a heading, 10 for a paragraph all in bold, 0 for anything else."""
        chain = list(self._chain(paragraph))
        if chain and chain[0].name.startswith("toc"):
            return 0
        own = _outline(child(paragraph, "w:pPr", "w:outlineLvl"))
        found = own if own is not None else next((one.level for one in chain if one.level is not None), 0)
        if found or own is not None:
            return found
        text = words(paragraph)
        by_style = next((one.bold for one in chain if one.bold is not None), False)
        if text and len(text) <= 140 and not self.listed(paragraph) and all(_bold(one, by_style) for one in runs(paragraph)):
            return LEAST
        return 0

    def listed(self, paragraph: Node) -> bool:
        """Whether a paragraph has a bullet or a number of its list."""
        own = child(paragraph, "w:pPr", "w:numPr")
        if own is not None and child(own, "w:numId") is not None:
            return value(child(own, "w:numId")) != "0"
        return next((one.listed for one in self._chain(paragraph) if one.listed is not None), False)

    def depth(self, paragraph: Node) -> int:
        """How deep in its list a paragraph stands."""
        return int(value(child(paragraph, "w:pPr", "w:numPr", "w:ilvl")) or 0)

    def bullets(self) -> str | None:
        """The id of Word's own style for bulleted lists, where the file has it."""
        return next((id_ for id_, one in self.styles.items() if one.name == "list bullet" and one.listed), None)


def looks(styles: str) -> Looks:
    """The looks of a styles part; without one, only what paragraphs say themselves counts."""
    found = Looks()
    for node in parsed(styles).walk():
        if node.tag != "w:style" or node.attributes.get("w:type") != "paragraph":
            continue
        name = (value(child(node, "w:name")) or "").lower()
        level = _outline(child(node, "w:pPr", "w:outlineLvl"))
        if level is None and (number := re.fullmatch(r"heading ([1-9])", name)):
            level = int(number[1])
        numbered = child(node, "w:pPr", "w:numPr")
        listed = None if numbered is None else value(child(numbered, "w:numId")) != "0"
        bold = child(node, "w:rPr", "w:b")
        found.styles[node.attributes.get("w:styleId") or ""] = _Style(
            name, value(child(node, "w:basedOn")), level, listed, None if bold is None else value(bold) not in OFF
        )
    return found


def _outline(node: Node | None) -> int | None:
    said = value(node) or ""
    if not said.isdigit():
        return None
    return int(said) + 1 if int(said) < 9 else 0


def _bold(run: Node, otherwise: bool | None) -> bool:
    own = child(run, "w:rPr", "w:b")
    return bool(otherwise) if own is None else value(own) not in OFF


def formatting(text: str, paragraph: Node) -> str:
    """The w:rPr of the run that holds most of a paragraph's words, without the marks of tracked changes; empty where it has none."""
    own = [one for one in runs(paragraph) if not any(around.tag == "w:hyperlink" for around in _up_to(one, paragraph))]
    most = max(own, key=lambda run: len(words(run)), default=None)
    kept = written_in(text, child(most, "w:rPr"), OF_A_CHANGE)
    return f"<w:rPr>{kept}</w:rPr>" if kept else ""


PLACE_ALONE = frozenset({"w:rPr", "w:sectPr", "w:pPrChange", "w:pageBreakBefore", "w:framePr"})


def properties(text: str, paragraph: Node, mark: str = "") -> str:
    """The w:pPr of a new paragraph beside this one. `mark`: what its own mark says of a tracked insertion."""
    own = child(paragraph, "w:pPr")
    kept = written_in(text, own, PLACE_ALONE)
    of_mark = mark + written_in(text, child(own, "w:rPr"), OF_A_CHANGE)
    kept += f"<w:rPr>{of_mark}</w:rPr>" if of_mark else ""
    return f"<w:pPr>{kept}</w:pPr>" if kept else ""


def written_in(text: str, node: Node | None, without: frozenset[str]) -> str:
    """What stands directly inside, as written, but for some tags."""
    return "".join(text[one.start : one.end] for one in node.elements() if one.tag not in without) if node else ""
