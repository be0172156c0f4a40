"""Markdown: headings with # or an underline, entries as list items, ids in comments that no reader sees."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.report import pipes
from monitor.report.lines import HIDDEN, Draft, Line, bullet, gather, inset, split
from monitor.report.marks import Signs, begun, section
from monitor.report.section import Section, TwoSectionsError
from monitor.report.words import is_heading, opens_with_a_date

ATX = re.compile(r" {0,3}(?P<level>#{1,6})(?:[ \t]+(?P<title>.*?))??(?:[ \t]+#+)?[ \t]*")
UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{2,})[ \t]*")  # one hyphen alone is a bullet in reports copied from the web
FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
BOLD = re.compile(r"[ \t]*(?P<sign>\*\*|__)(?P<title>[^*_].*?)(?P=sign):?[ \t]*")
SIGNS = Signs(re.compile(r"([\\`*<>\[\]]|(?<!\w)_|_(?!\w))"), re.compile(r"\\([\\`*<>\[\]_])"))
LEAST = 7  # the level of a bold line used as a heading


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its lines are `first` up to `last` (exclusive)."""

    first: int
    last: int
    level: int
    title: str


def find(text: str, heading: str) -> tuple[Section, Section] | None:
    """The lines and the table of the section of that heading, or None; raises TwoSectionsError when two have it."""
    lines = split(text)
    hidden = not_prose(lines)
    headings = _headings(lines, hidden)
    named = [one for one in headings if is_heading(_plain(one.title), heading)]
    if any(one.level < LEAST for one in named):
        named = [one for one in named if one.level < LEAST]
    if len(named) > 1:
        raise TwoSectionsError([one.first + 1 for one in named])
    return _section(text, lines, headings, named[0], hidden) if named else None


def start(text: str, heading: str) -> str:
    """The text with an empty section at its end, at the level of its other sections, but before a closing note."""
    lines = split(text)
    levels = [one.level for one in _headings(lines, not_prose(lines)) if 1 < one.level < LEAST]
    return begun(text, f"{'#' * min(levels, default=2)} {heading}", _plain)


def _plain(title: str) -> str:
    """A heading's words without links, emphasis and anchors."""
    title = re.sub(r"\{[#.:][^}]*\}\s*$", "", title)
    title = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", title)
    return re.sub(r"<[^>]*>|[*_`\\]", "", title).strip()


def not_prose(lines: Sequence[Line]) -> frozenset[int]:
    """Lines in front matter, in fenced code and in comments of several lines, where nothing is a heading or an entry."""
    return frozenset(_unread(lines))


def in_code(lines: Sequence[Line]) -> frozenset[int]:
    """Lines in front matter and in fenced code."""
    return frozenset(number for number, what in _unread(lines).items() if what == "code")


def _unread(lines: Sequence[Line]) -> Mapping[int, Literal["code", "comment"]]:
    """What the lines are that no reader reads as prose."""
    first = _front_matter(lines)
    found: dict[int, Literal["code", "comment"]] = dict.fromkeys(range(first), "code")
    fence = ""
    comment = False
    for number in range(first, len(lines)):
        text = lines[number].text
        fenced = FENCE.match(text)
        if fence:
            found[number] = "code"
            if fenced and fenced["fence"].startswith(fence) and not text.strip().strip(fence[0]):
                fence = ""
        elif comment:
            found[number] = "comment"
            comment = "-->" not in text
        elif fenced:
            found[number] = "code"
            fence = fenced["fence"]
        elif text.lstrip().startswith("<!--") and "-->" not in text:
            found[number] = "comment"
            comment = True
    return found


def _front_matter(lines: Sequence[Line]) -> int:
    """How many lines YAML or TOML front matter takes at the top."""
    if not lines or (fence := lines[0].text.strip("\ufeff \t")) not in {"---", "+++"}:
        return 0
    closing = {fence, "..."} if fence == "---" else {fence}
    return next((number + 1 for number in range(1, len(lines)) if lines[number].text.rstrip() in closing), 0)


def _headings(lines: Sequence[Line], hidden: frozenset[int]) -> list[Heading]:
    headings = []
    for number, line in enumerate(lines):
        if number in hidden or line.blank:
            continue
        if found := ATX.fullmatch(line.text.lstrip("\ufeff")):
            headings.append(Heading(number, number + 1, len(found["level"]), found["title"] or ""))
        elif _underlined(lines, number, hidden):
            whole = number == 0 or lines[number - 1].blank or number - 1 in hidden or bool(ATX.fullmatch(lines[number - 1].text))
            level = 1 if lines[number + 1].text.strip().startswith("=") else 2
            headings.append(Heading(number, number + 2, level, line.text.strip() if whole else ""))
        elif found := BOLD.fullmatch(line.text):
            headings.append(Heading(number, number + 1, LEAST, found["title"]))
    return headings


def _underlined(lines: Sequence[Line], number: int, hidden: frozenset[int]) -> bool:
    below = number + 1
    return below < len(lines) and below not in hidden and bool(UNDERLINE.fullmatch(lines[below].text)) and not _block(lines[number])


def _block(line: Line) -> bool:
    """Whether a line is something other than a paragraph's."""
    return bool(bullet(line) or UNDERLINE.fullmatch(line.text) or line.text.lstrip().startswith(("|", ">", "<!--")))


def _section(
    text: str, lines: Sequence[Line], headings: Sequence[Heading], own: Heading, hidden: frozenset[int]
) -> tuple[Section, Section]:
    last = next((one.first for one in headings if one.first > own.first and one.level <= own.level), len(lines))
    starts = {one.first for one in headings}

    def belongs(draft: Draft, number: int, gap: bool) -> bool:
        line = lines[number]
        if number in starts or (number in hidden and not draft.bullet):
            return False
        if draft.bullet and inset(line) > draft.indent:
            return True
        if gap or number in hidden or _block(line) or HIDDEN.search(draft.texts[-1]):
            return False
        return draft.bullet is not None or not opens_with_a_date(line.text.strip())

    drafts = gather(lines, own.last, last, belongs, lambda _number, _last: False)
    drafts = [draft for draft in drafts if draft.first not in hidden and draft.first not in starts]
    within = range(own.last, last)
    spaced = own.last >= len(lines) or lines[own.last].blank
    there = section(text, lines, drafts, within, SIGNS, _plain, unread=hidden, spaced=spaced, hides_ids=True)
    return there, pipes.find(there, (number for number in within if number not in hidden), spaced=True)
