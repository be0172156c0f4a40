"""Word: headings by their style or in bold, entries as paragraphs of a list, ids in hidden bookmarks, insertions tracked when wanted."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.report import word_table
from monitor.report.markup import POINT
from monitor.report.section import Apart, Edit, Entry, NewLine, Section, TwoSectionsError
from monitor.report.tree import Node
from monitor.report.word_ink import OWN_IDS, Ink, known, point
from monitor.report.word_look import LEAST, UNSEEN, Looks, looks, words
from monitor.report.words import CLOSING, MARK, is_heading, looks_like_heading, opens_with_a_date
from monitor.report.xml import parsed

UNSTYLED = LEAST + 1  # the level of a heading that only its words give away


def find(text: str, heading: str, styles: str, tracked: datetime | None = None) -> tuple[Section, Section] | None:
    """The lines and the table of the section of that heading, or None; raises TwoSectionsError, with numbers of paragraphs, when two."""
    looked, paragraphs = looks(styles), paragraphs_of(text)
    named = [(looked.level(one), number) for number, one in enumerate(paragraphs) if is_heading(words(one), heading)]
    named = [(level or UNSTYLED, number) for level, number in named if level or not looked.listed(paragraphs[number])]
    best = [(level, number) for level, number in named if _rank(level) == min(_rank(level) for level, _ in named)]
    if len(best) > 1:
        raise TwoSectionsError([number + 1 for _, number in best])
    return _section(text, looked, paragraphs, *best[0], tracked) if best else None


def start(text: str, heading: str, styles: str, tracked: datetime | None = None) -> str:
    """The text with an empty section at its end, under a heading like its others, but before a closing note."""
    looked, paragraphs = looks(styles), [one for one in paragraphs_of(text) if not _in(one, "w:tbl")]
    levels = {id(one): looked.level(one) for one in paragraphs}
    used = sorted({level for level in levels.values() if level})
    level = next((level for level in used if level > 1), next(iter(used), 0))
    like = next((one for one in reversed(paragraphs) if level and levels[id(one)] == level), None)
    ink = Ink(text, tracked)
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
    return "".join(f"{words(one)}\n" for one in paragraphs_of(text))


def paragraphs_of(text: str) -> list[Node]:
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
class WordSection(Apart):
    """The section of a Word file. `like` is the paragraph that a first entry imitates, `room` where it goes."""

    text: str
    nodes: Sequence[Node]
    entries: Sequence[Entry]
    ends: Sequence[int]  # behind each entry and what belongs to it
    between: str
    room: int
    bullets: str | None
    ink: Ink

    def _inserted(self, after: int, lines: Sequence[NewLine]) -> Edit:
        if not self.nodes:
            style = f'<w:pPr><w:pStyle w:val="{html.escape(self.bullets)}"/></w:pPr>' if self.bullets else ""
            return Edit(self.room, self.room, "".join(self.ink.bare(line.text, line, properties=style) for line in lines))
        written = [self.ink.paragraph(line.text, self.nodes[max(after, 0)], line) for line in lines]
        if after < 0:
            return Edit(self.nodes[0].start, self.nodes[0].start, "".join(block + self.between for block in written))
        return Edit(self.ends[after], self.ends[after], "".join(self.between + block for block in written))

    def replace(self, index: int, line: NewLine) -> Edit:
        """As Section says."""
        return self.ink.again(self.nodes[index], point(self.nodes[index]) + line.text, line)


def _section(
    text: str, looked: Looks, paragraphs: Sequence[Node], level: int, own: int, tracked: datetime | None
) -> tuple[Section, Section]:
    inside = list(_inside(looked, paragraphs, level, own))
    listed = [one for one in inside if words(one) and (looked.listed(one) or POINT.match(words(one)))]
    if listed:
        top = min(looked.depth(one) for one in listed)
        nodes = [one for one in listed if looked.depth(one) == top]
    else:
        nodes = [one for one in inside if opens_with_a_date(words(one))]
    nodes = [one for one in nodes if one.parent is nodes[0].parent]
    heading = paragraphs[own]
    prose = max((one.end for one in inside if words(one)), default=heading.end)
    ends = [_end(one, looked, inside, nodes) for one in nodes]
    ink = Ink(text, tracked)
    lines = WordSection(text, nodes, [_entry(text, one) for one in nodes], ends, _between(text, nodes), prose, looked.bullets(), ink)
    return lines, word_table.find(text, _tables(heading, paragraphs[own + 1 :], inside), prose, ink)


def _tables(heading: Node, following: Sequence[Node], inside: Sequence[Node]) -> list[Node]:
    """The tables beside a heading, up to the paragraph that ends its section."""
    beside = heading.parent
    assert beside is not None
    end = next((one.start for one in following if one.parent is beside and one not in inside), beside.close)
    return [one for one in beside.elements() if one.tag == "w:tbl" and heading.end <= one.start and one.end <= end]


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
    id_, written = known(node)
    return Entry(node.start, node.end, MARK.sub("", seen, count=1).strip(), id_, written, mark.span() if mark else None)
