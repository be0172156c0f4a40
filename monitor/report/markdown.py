"""Markdown: headings with # or an underline, entries as list items, ids in comments that no reader sees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from monitor.report.lines import HIDDEN, Draft, Line, LineSection, Style, bullet, entry, gather, inset, newline, split, style_of
from monitor.report.plain import CLOSING
from monitor.report.section import TwoSectionsError
from monitor.report.words import is_heading, opens_with_a_date

ATX = re.compile(r" {0,3}(?P<level>#{1,6})(?:[ \t]+(?P<title>.*?))??(?:[ \t]+#+)?[ \t]*")
UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{2,})[ \t]*")  # one hyphen alone is a bullet in reports copied from the web
FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
BOLD = re.compile(r"[ \t]*(?P<sign>\*\*|__)(?P<title>[^*_].*?)(?P=sign):?[ \t]*")
LITERAL = re.compile(r"([\\`*<>\[\]]|(?<!\w)_|_(?!\w))")
ESCAPED = re.compile(r"\\([\\`*<>\[\]_])")
LEAST = 7  # the level of a bold line used as a heading


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its lines are `first` up to `last` (exclusive)."""

    first: int
    last: int
    level: int
    title: str


def find(text: str, heading: str) -> LineSection | None:
    """The section of that heading, or None; raises TwoSectionsError when two have it."""
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
    lines, nl = split(text), newline(text)
    headings = [one for one in _headings(lines, not_prose(lines)) if one.level < LEAST]
    level = max(2, min((one.level for one in headings if one.level > 1), default=2))
    shown = [number for number, line in enumerate(lines) if not line.blank]
    title = f"{'#' * level} {heading}"
    if not shown:
        return text + title + nl
    if CLOSING.match(_plain(lines[shown[-1]].text).strip()):
        place = lines[shown[-1]].start
        return f"{text[:place]}{title}{nl}{nl}{text[place:]}"
    place = lines[shown[-1]].end
    ended = text[:place].endswith(("\n", "\r"))
    return f"{text[:place]}{nl if ended else nl + nl}{title}{nl if ended else ''}{text[place:]}"


def literal(text: str) -> str:
    """A line as Markdown shows it unchanged."""
    return LITERAL.sub(r"\\\1", text)


def _plain(title: str) -> str:
    """A heading's words without links, emphasis and anchors."""
    title = re.sub(r"\{[#.:][^}]*\}\s*$", "", title)
    title = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", title)
    return re.sub(r"<[^>]*>|[*_`\\]", "", title).strip()


def not_prose(lines: Sequence[Line]) -> frozenset[int]:
    """Lines in front matter, in fenced code and in comments of several lines, where nothing is a heading or an entry."""
    inside: set[int] = set()
    first = _front_matter(lines)
    inside.update(range(first))
    fence = ""
    comment = False
    for number in range(first, len(lines)):
        text = lines[number].text
        found = FENCE.match(text)
        if fence:
            inside.add(number)
            if found and found["fence"].startswith(fence) and not text.strip().strip(fence[0]):
                fence = ""
        elif comment:
            inside.add(number)
            comment = "-->" not in text
        elif found:
            inside.add(number)
            fence = found["fence"]
        elif text.lstrip().startswith("<!--") and "-->" not in text:
            inside.add(number)
            comment = True
    return frozenset(inside)


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


def _section(text: str, lines: Sequence[Line], headings: Sequence[Heading], own: Heading, hidden: frozenset[int]) -> LineSection:
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
    if any(draft.bullet for draft in drafts):
        drafts = [draft for draft in drafts if draft.bullet]
    style = style_of(lines, drafts) if drafts else _usual(lines, hidden)
    if not style.mark:
        style = Style("", between=max(1, style.between), columns=style.columns)
    shown = [number for number in range(own.last, last) if not lines[number].blank]
    prose = list(takewhile(lambda number: not CLOSING.match(_plain(lines[number].text)), shown))
    room = lines[prose[-1]].end if prose else lines[own.last - 1].end
    spaced = bool(prose) or own.last >= len(lines) or lines[own.last].blank
    entries = [
        replace(one, text=ESCAPED.sub(r"\1", one.text), room=one.start + len(text[one.start : one.end].rstrip()))
        for one in (entry(text, lines, draft) for draft in drafts)
    ]
    return LineSection(text, lines, drafts, entries, style, room, spaced, hides_ids=True, escape=literal)


def _usual(lines: Sequence[Line], hidden: frozenset[int]) -> Style:
    """The bullet used elsewhere in the report."""
    found = next((found for n, line in enumerate(lines) if n not in hidden and (found := bullet(line)) and not found["number"]), None)
    return Style(found["mark"]) if found and found["mark"] in "-*+" else Style()
