"""What Markdown and reStructuredText have in common: signs that are escaped, and a section that begins and ends with headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from monitor.report.lines import Draft, Line, LineSection, Style, bullet, entry, newline, split, style_of
from monitor.report.words import CLOSING


@dataclass(frozen=True, slots=True)
class Signs:
    """Which signs a form reads as markup: `meant` finds them in a line, `escaped` where they were escaped."""

    meant: re.Pattern[str]
    escaped: re.Pattern[str]

    def literal(self, text: str) -> str:
        """A line as the form shows it unchanged."""
        return self.meant.sub(r"\\\1", text)

    def read(self, text: str) -> str:
        """A line as a reader sees it."""
        return self.escaped.sub(r"\1", text)


def begun(text: str, title: str, plain: Callable[[str], str], *, spaced: bool = True) -> str:
    """The text with an empty section under that title: at its end, but before a closing note. `plain`: a line without its markup."""
    lines, nl = split(text), newline(text)
    last = next((line for line in reversed(lines) if not line.blank), None)
    if last is None:
        return text + title + nl
    gap = nl if spaced else ""
    if CLOSING.match(plain(last.text).strip()):
        return f"{text[: last.start]}{title}{nl}{gap}{text[last.start :]}"
    ended = text[: last.end].endswith(("\n", "\r"))
    return f"{text[: last.end]}{'' if ended else nl}{gap}{title}{nl if ended else ''}{text[last.end :]}"


def section(
    text: str, lines: Sequence[Line], drafts: Sequence[Draft], within: range, signs: Signs, plain: Callable[[str], str],
    *, unread: Collection[int], spaced: bool, hides_ids: bool,
) -> LineSection:  # fmt: skip
    """The section whose lines, below its heading, are `within`; where it has bullets, only those are entries."""
    if any(draft.bullet for draft in drafts):
        drafts = [draft for draft in drafts if draft.bullet]
    style = style_of(lines, drafts) if drafts else _usual(lines, unread)
    if not style.mark:
        style = Style("", between=max(1, style.between), columns=style.columns)
    shown = [number for number in within if not lines[number].blank]
    prose = list(takewhile(lambda number: not CLOSING.match(plain(lines[number].text)), shown))
    room = lines[prose[-1] if prose else within.start - 1].end
    entries = [replace(one, text=signs.read(one.text)) for one in (entry(text, lines, draft) for draft in drafts)]
    if hides_ids:
        entries = [replace(one, room=one.start + len(text[one.start : one.end].rstrip())) for one in entries]
    return LineSection(text, lines, drafts, entries, style, room, spaced or bool(prose), hides_ids, signs.literal)


def _usual(lines: Sequence[Line], unread: Collection[int]) -> Style:
    """The bullet used elsewhere in the report."""
    used = Counter(found["mark"] for n, line in enumerate(lines) if n not in unread and (found := bullet(line)) and not found["number"])
    return Style(next((mark for mark, _ in used.most_common() if mark in "-*+"), "-"))
