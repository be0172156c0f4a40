"""What is written into a Word file: paragraphs like their neighbours, in hidden bookmarks and, where wanted, as tracked changes."""

from __future__ import annotations

import html
import itertools
import re
from datetime import UTC, datetime

from monitor.report.markup import POINT
from monitor.report.section import Edit, NewLine
from monitor.report.tree import Node
from monitor.report.word_look import child, formatting, properties, words

AUTHOR = "Market Monitor"
BOOKMARK = re.compile(r"_mon_(?P<written>[0-9a-f]{8})_(?P<id>\w+)")
LONGEST_BOOKMARK = 40
NUMBER = re.compile(r"\sw:id=\"(\d{1,9})\"")
OWN_IDS = re.compile(r"\s(?:w14:paraId|w14:textId)=(?:\"[^\"]*\"|'[^']*')")


class Ink:
    """Writes paragraphs: in ids nobody used, and as tracked changes of a moment when there is one."""

    def __init__(self, text: str, tracked: datetime | None) -> None:
        self.text = text
        self._ids = itertools.count(max(map(int, NUMBER.findall(text)), default=0) + 1)
        self.tracked = tracked

    def change(self) -> str:
        """The attributes of the next tracked change."""
        assert self.tracked is not None
        return f'w:id="{next(self._ids)}" w:author="{AUTHOR}" w:date="{self.tracked.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"'

    def paragraph(self, said: str, like: Node, line: NewLine | None = None) -> str:
        """A paragraph that looks like another."""
        opening = OWN_IDS.sub("", self.text[like.start : like.inner]).removesuffix("/>").removesuffix(">") + ">"
        mark = f"<w:ins {self.change()}/>" if self.tracked else ""
        inner = properties(self.text, like, mark)
        return f"{opening}{inner}{self.words(point(like) + said if line else said, formatting(self.text, like), line)}</w:p>"

    def bare(self, said: str, line: NewLine | None = None, *, properties: str = "", run: str = "") -> str:
        """A paragraph where there is none to imitate."""
        if self.tracked:
            mark = f"<w:rPr><w:ins {self.change()}/></w:rPr></w:pPr>"
            properties = (properties or "<w:pPr></w:pPr>").removesuffix("</w:pPr>") + mark
        return f"<w:p>{properties}{self.words(said, run, line)}</w:p>"

    def words(self, said: str, run: str, line: NewLine | None) -> str:
        """A run, in a tracked insertion and a hidden bookmark where there are such."""
        written = f'<w:r>{run}<w:t xml:space="preserve">{html.escape(said, quote=False)}</w:t></w:r>'
        if self.tracked:
            written = f"<w:ins {self.change()}>{written}</w:ins>"
        name = _bookmark(line) if line else None
        if name is None:
            return written
        number = next(self._ids)
        return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{written}<w:bookmarkEnd w:id="{number}"/>'

    def again(self, node: Node, said: str, line: NewLine) -> Edit:
        """New words in a paragraph that keeps its properties and, where changes are tracked, its old words as deleted ones."""
        own = child(node, "w:pPr")
        written = self._old(node) + self.words(said, formatting(self.text, node), line)
        return Edit(own.end if own else node.inner, node.close, written)

    def _old(self, node: Node) -> str:
        """What is left of a paragraph's own words: nothing, or a tracked deletion of what an editor had taken in."""
        if not self.tracked:
            return ""
        gone = "".join(self.text[one.start : one.end] for one in node.elements() if one.tag == "w:r")
        kept = "".join(self.text[one.start : one.end] for one in node.elements() if one.tag == "w:del")
        gone = re.sub(r"<(/?)w:t(?=[\s>/])", r"<\1w:delText", gone)
        return kept + (f"<w:del {self.change()}>{gone}</w:del>" if gone else "")


def point(node: Node) -> str:
    """The bullet an entry has as a character of its text."""
    found = POINT.match(words(node))
    return found[0].lstrip() if found and not found[0].strip()[0].isdigit() else ""


def _bookmark(line: NewLine) -> str | None:
    """A name Word takes and keeps hidden: letters, digits and _, at most 40. An id that does not fit is known by its words."""
    named = "".join(one if one.isascii() and one.isalnum() else f"_{ord(one):02x}" for one in line.id)
    name = f"_mon_{line.written}_{named}"
    return name if len(name) <= LONGEST_BOOKMARK else None


def known(node: Node) -> tuple[str | None, str | None]:
    """Id and fingerprint that a bookmark inside hides."""
    names = [value_of for one in node.walk() if one.tag == "w:bookmarkStart" and (value_of := one.attributes.get("w:name"))]
    found = next((found for name in names if (found := BOOKMARK.fullmatch(name))), None)
    if found is None:
        return None, None
    return re.sub(r"_([0-9a-f]{2})", lambda sign: chr(int(sign[1], 16)), found["id"]), found["written"]
