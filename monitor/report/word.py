"""Word: headings by their style or in bold, entries as paragraphs of a list, ids in hidden bookmarks, insertions tracked when wanted."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.report.markup import POINT
from monitor.report.plain import CLOSING
from monitor.report.section import Edit, Entry, NewLine, TwoSectionsError
from monitor.report.tree import Node
from monitor.report.word_look import LEAST, UNSEEN, Looks, child, formatting, looks, properties, words
from monitor.report.words import MARK, fingerprint, is_heading, looks_like_heading, opens_with_a_date
from monitor.report.xml import parsed

AUTHOR = "Market Monitor"
UNSTYLED = LEAST + 1  # the level of a heading that only its words give away
BOOKMARK = re.compile(r"_mon_(?P<written>[0-9a-f]{8})_(?P<id>\w+)")
LONGEST_BOOKMARK = 40
NUMBER = re.compile(r"\sw:id=\"(\d{1,9})\"")
OWN_IDS = re.compile(r"\s(?:w14:paraId|w14:textId)=(?:\"[^\"]*\"|'[^']*')")


def find(text: str, heading: str, styles: str, tracked: datetime | None = None) -> WordSection | None:
    """The section of that heading, or None; raises TwoSectionsError, with the numbers of paragraphs, when two have it."""
    looked, paragraphs = looks(styles), _paragraphs(text)
    named = [(looked.level(one), number) for number, one in enumerate(paragraphs) if is_heading(words(one), heading)]
    named = [(level or UNSTYLED, number) for level, number in named if level or not looked.listed(paragraphs[number])]
    best = [(level, number) for level, number in named if _rank(level) == min(_rank(level) for level, _ in named)]
    if len(best) > 1:
        raise TwoSectionsError([number + 1 for _, number in best])
    return _section(text, looked, paragraphs, *best[0], tracked) if best else None


def start(text: str, heading: str, styles: str, tracked: datetime | None = None) -> str:
    """The text with an empty section at its end, under a heading like its others, but before a closing note."""
    looked, paragraphs = looks(styles), [one for one in _paragraphs(text) if not _in(one, "w:tbl")]
    levels = {id(one): looked.level(one) for one in paragraphs}
    used = sorted({level for level in levels.values() if level})
    level = next((level for level in used if level > 1), next(iter(used), 0))
    like = next((one for one in reversed(paragraphs) if level and levels[id(one)] == level), None)
    ink = _Ink(text, tracked)
    block = ink.paragraph(heading, like) if like else ink.bare(heading, run="<w:rPr><w:b/></w:rPr>")
    shown = [one for one in paragraphs if words(one)]
    if shown and CLOSING.match(words(shown[-1])):
        place = shown[-1].start
    else:
        body = next(one for one in parsed(text).walk() if one.tag == "w:body")
        last = body.elements()[-1] if body.elements() else None
        place = last.start if last and last.tag == "w:sectPr" else body.close
    return text[:place] + block + text[place:]


def shown(text: str) -> str:
    """The paragraphs of a document as lines, to compare two of them."""
    return "".join(f"{words(one)}\n" for one in _paragraphs(text))


def _paragraphs(text: str) -> list[Node]:
    """The paragraphs of the body in their order, those of tables included, text boxes left out."""
    return [
        node
        for node in parsed(text).walk()
        if node.tag == "w:p" and not any(around.tag in UNSEEN for around in node.ancestors() if around.tag)
    ]


def _in(node: Node, tag: str) -> bool:
    return any(around.tag == tag for around in node.ancestors())


def _rank(level: int) -> int:
    """Headings by style before those in bold before those by their words alone."""
    return 0 if level < LEAST else level


@dataclass(frozen=True, slots=True)
class WordSection:
    """The section of a Word file. `like` is the paragraph that a first entry imitates, `room` where it goes."""

    text: str
    nodes: Sequence[Node]
    entries: Sequence[Entry]
    ends: Sequence[int]  # behind each entry and what belongs to it
    between: str
    room: int
    bullets: str | None
    ink: _Ink

    def insert(self, groups: Sequence[tuple[int, Sequence[NewLine]]]) -> Sequence[Edit]:
        """As Section says."""
        return [self._inserted(after, lines) for after, lines in groups]

    def _inserted(self, after: int, lines: Sequence[NewLine]) -> Edit:
        if not self.nodes:
            style = f'<w:pPr><w:pStyle w:val="{html.escape(self.bullets)}"/></w:pPr>' if self.bullets else ""
            return Edit(self.room, self.room, "".join(self.ink.bare(line.text, line, properties=style) for line in lines))
        written = [self.ink.paragraph(line.text, self.nodes[max(after, 0)], line) for line in lines]
        if after < 0:
            return Edit(self.nodes[0].start, self.nodes[0].start, "".join(block + self.between for block in written))
        return Edit(self.ends[after], self.ends[after], "".join(self.between + block for block in written))

    def replace(self, index: int, line: NewLine) -> Edit:
        """As Section says; the paragraph keeps its properties, and where changes are tracked, the old words as deleted ones."""
        node = self.nodes[index]
        own = child(node, "w:pPr")
        first = own.end if own else node.inner
        return Edit(first, node.close, self.ink.old(node) + self.ink.words(_point(node) + line.text, formatting(self.text, node), line))


class _Ink:
    """Writes paragraphs: in ids nobody used, and as tracked changes of a moment when there is one."""

    def __init__(self, text: str, tracked: datetime | None) -> None:
        self.text = text
        self._ids = itertools.count(max(map(int, NUMBER.findall(text)), default=0) + 1)
        self._tracked = tracked

    def _change(self) -> str:
        assert self._tracked is not None
        return f'w:id="{next(self._ids)}" w:author="{AUTHOR}" w:date="{self._tracked.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"'

    def paragraph(self, said: str, like: Node, line: NewLine | None = None) -> str:
        """A paragraph that looks like another."""
        opening = OWN_IDS.sub("", self.text[like.start : like.inner]).removesuffix("/>").removesuffix(">") + ">"
        mark = f"<w:ins {self._change()}/>" if self._tracked else ""
        inner = properties(self.text, like, mark)
        return f"{opening}{inner}{self.words(_point(like) + said if line else said, formatting(self.text, like), line)}</w:p>"

    def bare(self, said: str, line: NewLine | None = None, *, properties: str = "", run: str = "") -> str:
        """A paragraph where there is none to imitate."""
        if self._tracked:
            mark = f"<w:rPr><w:ins {self._change()}/></w:rPr></w:pPr>"
            properties = (properties or "<w:pPr></w:pPr>").removesuffix("</w:pPr>") + mark
        return f"<w:p>{properties}{self.words(said, run, line)}</w:p>"

    def words(self, said: str, run: str, line: NewLine | None) -> str:
        """A run, in a tracked insertion and a hidden bookmark where there are such."""
        written = f'<w:r>{run}<w:t xml:space="preserve">{html.escape(said, quote=False)}</w:t></w:r>'
        if self._tracked:
            written = f"<w:ins {self._change()}>{written}</w:ins>"
        name = _bookmark(line) if line else None
        if name is None:
            return written
        number = next(self._ids)
        return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{written}<w:bookmarkEnd w:id="{number}"/>'

    def old(self, node: Node) -> str:
        """What is left of a paragraph's own words: nothing, or a tracked deletion of what an editor had taken in."""
        if not self._tracked:
            return ""
        gone = "".join(self.text[one.start : one.end] for one in node.elements() if one.tag == "w:r")
        kept = "".join(self.text[one.start : one.end] for one in node.elements() if one.tag == "w:del")
        gone = re.sub(r"<(/?)w:t(?=[\s>/])", r"<\1w:delText", gone)
        return kept + (f"<w:del {self._change()}>{gone}</w:del>" if gone else "")


def _point(node: Node) -> str:
    """The bullet an entry has as a character of its text."""
    found = POINT.match(words(node))
    return found[0].lstrip() if found and not found[0].strip()[0].isdigit() else ""


def _bookmark(line: NewLine) -> str | None:
    """A name Word takes and keeps hidden: letters, digits and _, at most 40. An id that does not fit is known by its words."""
    named = "".join(one if one.isascii() and one.isalnum() else f"_{ord(one):02x}" for one in line.id)
    name = f"_mon_{fingerprint(line.text)}_{named}"
    return name if len(name) <= LONGEST_BOOKMARK else None


def _section(text: str, looked: Looks, paragraphs: Sequence[Node], level: int, own: int, tracked: datetime | None) -> WordSection:
    inside = list(_inside(looked, paragraphs, level, own))
    listed = [one for one in inside if words(one) and (looked.listed(one) or POINT.match(words(one)))]
    if listed:
        top = min(looked.depth(one) for one in listed)
        nodes = [one for one in listed if looked.depth(one) == top]
    else:
        nodes = [one for one in inside if opens_with_a_date(words(one))]
    nodes = [one for one in nodes if one.parent is nodes[0].parent]
    prose = [one for one in inside if words(one)]
    room = prose[-1].end if prose and not nodes else paragraphs[own].end
    ends = [_end(one, looked, inside, nodes) for one in nodes]
    return WordSection(
        text, nodes, [_entry(text, one) for one in nodes], ends, _between(text, nodes), room, looked.bullets(), _Ink(text, tracked)
    )  # fmt: skip


def _inside(looked: Looks, paragraphs: Sequence[Node], level: int, own: int) -> Iterator[Node]:
    """The paragraphs below a heading, up to the next of its level."""
    home = next((around for around in paragraphs[own].ancestors() if around.tag == "w:tc"), None)
    for one in paragraphs[own + 1 :]:
        if next((around for around in one.ancestors() if around.tag == "w:tc"), None) is not home:
            if home is not None:
                return
            continue
        if 0 < looked.level(one) <= level or CLOSING.match(words(one)):
            return
        if level == UNSTYLED and not looked.listed(one) and not POINT.match(words(one)) and looks_like_heading(words(one), True):
            return
        yield one


def _end(node: Node, looked: Looks, inside: Sequence[Node], nodes: Sequence[Node]) -> int:
    """Behind an entry and the points below it."""
    end = node.end
    for one in inside[inside.index(node) + 1 :]:
        if one in nodes or not looked.listed(one) or looked.depth(one) <= looked.depth(node):
            break
        end = one.end
    return end


def _between(text: str, nodes: Sequence[Node]) -> str:
    """The empty paragraph that stands between entries, where there is one."""
    gaps = [text[one.end : other.start] for one, other in itertools.pairwise(nodes)]
    empty = [gap for gap in gaps if re.fullmatch(r"\s*<w:p(?:\s[^<>]*)?(?:/>|>(?:<w:pPr>(?:(?!</?w:p[ >]).)*</w:pPr>)?</w:p>)\s*", gap)]
    return OWN_IDS.sub("", empty[0]) if gaps and len(empty) == len(gaps) else ""


def _entry(text: str, node: Node) -> Entry:
    seen = POINT.sub("", words(node), count=1)
    mark = MARK.search(text, node.inner, node.close) if MARK.match(seen) else None
    names = [value_of for one in node.walk() if one.tag == "w:bookmarkStart" and (value_of := one.attributes.get("w:name"))]
    hidden = next((found for name in names if (found := BOOKMARK.fullmatch(name))), None)
    name = re.sub(r"_([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), hidden["id"]) if hidden else None
    seen = MARK.sub("", seen, count=1).strip()
    return Entry(node.start, node.end, seen, name, hidden["written"] if hidden else None, mark.span() if mark else None)
