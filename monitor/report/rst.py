"""reStructuredText: headings by the line below them, entries as list items between blank lines; lines are known by their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.report import listed
from monitor.report.lines import Draft, Line, bullet, gather, inset, newline, split
from monitor.report.marks import Signs, begun, section
from monitor.report.section import Section, TwoSectionsError
from monitor.report.words import is_heading, opens_with_a_date

ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*[ \t]*")
SIGNS = Signs(re.compile(r"([\\`*|]|_(?!\w))"), re.compile(r"\\([\\`*|_])"))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its lines are `first` up to `last` (exclusive). `sign` is that of its adornment, twice when it has a line above too."""

    first: int
    last: int
    sign: str
    title: str


def find(text: str, heading: str) -> tuple[Section, Section] | None:
    """The lines and the table of the section of that heading, or None; raises TwoSectionsError when two have it."""
    lines = split(text)
    hidden = _not_prose(lines)
    headings = _headings(lines, hidden)
    named = [one for one in headings if is_heading(_plain(one.title), heading)]
    if len(named) > 1:
        raise TwoSectionsError([one.first + 1 for one in named])
    return _section(text, lines, headings, named[0], hidden) if named else None


def start(text: str, heading: str) -> str:
    """The text with an empty section at its end, under a heading like its others, but before a closing note."""
    lines, nl = split(text), newline(text)
    headings = _headings(lines, _not_prose(lines))
    signs = list(dict.fromkeys(one.sign for one in headings))
    only_a_title = len(headings) == 1 and signs != ["-"]
    sign = "-" if not signs or only_a_title else signs[min(1, len(signs) - 1)]
    rule = sign[0] * len(heading)
    return begun(text, (rule + nl if len(sign) > 1 else "") + heading + nl + rule, _plain)


def _plain(title: str) -> str:
    """A heading's words without markup: roles, emphasis, targets of links."""
    title = re.sub(r":[\w.+-]+:(?=`)", "", title)
    title = re.sub(r"`([^`<]*?)\s*<[^>]*>`__?", r"\1", title)
    return re.sub(r"[*`\\]|\|", "", title).strip()


def _not_prose(lines: Sequence[Line]) -> frozenset[int]:
    """Lines in directives, comments and literal blocks, where nothing is a heading or an entry."""
    inside: set[int] = set()
    depth: int | None = None  # what stands further in than this is inside
    for number, line in enumerate(lines):
        if line.blank:
            continue
        if depth is not None and inset(line) > depth:
            inside.add(number)
            continue
        depth = None
        if line.text.lstrip().startswith(".. ") or line.text.strip() in {"..", "__"}:
            inside.add(number)
            depth = inset(line)
        elif line.text.rstrip().endswith("::"):
            depth = inset(line)
    return frozenset(inside)


def _headings(lines: Sequence[Line], hidden: frozenset[int]) -> list[Heading]:
    headings: list[Heading] = []
    number = 0
    while number < len(lines):
        if number not in hidden and (found := _heading(lines, number)):
            headings.append(found)
            number = found.last
        else:
            number += 1
    return headings


def _heading(lines: Sequence[Line], number: int) -> Heading | None:
    text = lines[number].text.lstrip("\ufeff")
    following = [line.text for line in lines[number + 1 : number + 3]]
    if _adorns(text, "") and len(following) == 2 and _adorns(following[1], following[0]) and following[1].strip() == text.strip():
        return Heading(number, number + 3, text[0] * 2, following[0].strip())
    titled = text.strip() and not text[0].isspace() and not ADORNMENT.fullmatch(text)
    if titled and following and _adorns(following[0], text):
        return Heading(number, number + 2, following[0][0], text.strip())
    return None


def _adorns(line: str, title: str) -> bool:
    """Whether a line underlines a title: as long as it, or long enough for a slip."""
    return bool(ADORNMENT.fullmatch(line)) and len(line.rstrip()) >= min(4, max(2, len(title.rstrip())))


def _section(
    text: str, lines: Sequence[Line], headings: Sequence[Heading], own: Heading, hidden: frozenset[int]
) -> tuple[Section, Section]:
    levels = {sign: level for level, sign in enumerate(dict.fromkeys(one.sign for one in headings))}
    last = end = next((one.first for one in headings if one.first > own.first and levels[one.sign] <= levels[own.sign]), len(lines))
    while any(number in hidden for number in range(own.last, last)) and (last - 1 in hidden or lines[last - 1].blank):
        last -= 1  # a target or comment above the next heading belongs to that
    starts = {one.first for one in headings}

    def belongs(draft: Draft, number: int, gap: bool) -> bool:
        if number in starts or number in hidden:
            return False
        if draft.bullet:
            return inset(lines[number]) > draft.indent
        return not gap and bullet(lines[number]) is None and not opens_with_a_date(lines[number].text.strip())

    drafts = gather(lines, own.last, last, belongs, lambda number, _before: number in starts)
    drafts = [draft for draft in drafts if draft.first not in hidden]
    there = section(text, lines, drafts, range(own.last, last), SIGNS, _plain, unread=hidden, spaced=True, hides_ids=False)
    return there, listed.find(there, range(own.last, end), SIGNS)
