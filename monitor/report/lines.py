"""A list of entries made of lines, as plain text and Markdown have it: told apart, imitated, added to.

A bullet may stand before its text or, as in reports copied from the web, alone on the line above it. Paragraphs that open with a date are
entries without bullets.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.report.section import COMMENT, Edit, Entry, NewLine
from monitor.report.words import MARK, opens_with_a_date

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
BULLET = re.compile(r"(?P<indent>[ \t]*)(?P<mark>[-*+•‣◦▪●○·–—]|(?P<number>\d{1,3})[.)])(?P<gap>[ \t]+|$)(?P<rest>.*)")
RULE = re.compile(r"[ \t]*([-*_=~^+#])(?:[ \t]*\1){2,}[ \t]*")
HIDDEN = re.compile(r"[ \t]*<!--\s*monitor\s+(?P<id>\S+)(?:\s+(?P<written>[0-9a-f]{8}))?\s*-->")


def hiding(line: NewLine) -> str:
    """The comment that hides id and fingerprint of a line."""
    return f" <!-- monitor {line.id} {line.written} -->"


@dataclass(frozen=True, slots=True)
class Line:
    """One line and its place; `end` lies behind its newline."""

    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        """Whether a reader sees nothing."""
        return not self.text.strip(" \t\f\ufeff")


def split(text: str) -> list[Line]:
    """The lines of a text, whichever newlines it has; nothing else (form feeds, U+2028) ends a line."""
    return [Line(found.start(), found.end(), found[0].rstrip("\r\n")) for found in _LINE.finditer(text)]


def newline(text: str) -> str:
    """The newline most lines end with."""
    kinds = Counter(re.findall(r"\r\n|\n|\r", text))
    return kinds.most_common(1)[0][0] if kinds else "\n"


def bullet(line: Line) -> re.Match[str] | None:
    """The bullet a line begins with; a rule or an underline is none."""
    return None if RULE.fullmatch(line.text) else BULLET.fullmatch(line.text)


@dataclass(slots=True)
class Draft:
    """An entry while its lines are gathered; `first` and `last` (exclusive) are line numbers."""

    first: int
    last: int
    bullet: re.Match[str] | None
    texts: list[str]

    @property
    def alone(self) -> bool:
        """Whether the bullet has its line for itself."""
        return self.bullet is not None and not self.bullet["rest"].strip()

    @property
    def indent(self) -> int:
        """How far in the bullet stands."""
        return width(self.bullet["indent"]) if self.bullet else 0


def inset(line: Line) -> int:
    """How far in a line begins."""
    return width(line.text[: len(line.text) - len(line.text.lstrip(" \t"))])


def width(space: str) -> int:
    """Columns of leading space."""
    return len(space.expandtabs(4))


Belongs = Callable[[Draft, int, bool], bool]  # does that line, after a blank one or not, go on with the entry?


def gather(lines: Sequence[Line], first: int, last: int, belongs: Belongs, ends: Callable[[int, Draft | None], bool]) -> list[Draft]:
    """The entries from line `first` up to where `ends` says stop."""
    drafts: list[Draft] = []
    current: Draft | None = None
    gap = False
    for number in range(first, last):
        line = lines[number]
        if line.blank:
            gap = True
            continue
        found = bullet(line)
        if current is not None and current.alone and not current.texts and (found is None or width(found["indent"]) > current.indent):
            _take(current, number, line.text)
        elif found is not None and (current is None or current.bullet is None or width(found["indent"]) <= current.indent):
            current = Draft(number, number + 1, found, [found["rest"]] if found["rest"].strip() else [])
            drafts.append(current)
        elif current is not None and belongs(current, number, gap):
            _take(current, number, line.text)
        elif ends(number, drafts[-1] if drafts else None):
            break
        elif (current is None or current.bullet is None) and opens_with_a_date(line.text.strip()):
            current = Draft(number, number + 1, None, [line.text])
            drafts.append(current)
        else:
            current = None
        gap = False
    return [draft for draft in drafts if draft.texts]


def _take(draft: Draft, number: int, text: str) -> None:
    draft.texts.append(text)
    draft.last = number + 1


def entry(text: str, lines: Sequence[Line], draft: Draft) -> Entry:
    """A draft as an entry: what a reader sees of it, and what is hidden."""
    start, end = lines[draft.first].start, lines[draft.last - 1].end
    words = " ".join(draft.texts)
    hidden = HIDDEN.search(words)
    mark = MARK.search(text, start, end)
    flagged = COMMENT.search(text, start, end)
    seen = MARK.sub("", HIDDEN.sub("", COMMENT.sub("", words)), count=1)
    return Entry(
        start, end, " ".join(seen.split()), hidden["id"] if hidden else None, hidden["written"] if hidden else None,
        mark.span() if mark and not text[lines[draft.first].start + _before(draft) : mark.start()].strip() else None,
        (*flagged.span(), flagged["words"]) if flagged else None,
    )  # fmt: skip


def _before(draft: Draft) -> int:
    return draft.bullet.end("mark") if draft.bullet else 0


@dataclass(frozen=True, slots=True)
class Style:
    """How entries of this list look, so that a new one looks the same."""

    mark: str = "-"  # "" for paragraphs; "1." for numbers
    indent: str = ""
    gap: str = " "
    alone: bool = False
    blanks: int = 0  # between a bullet that stands alone and its text
    between: int = 0  # blank lines between entries
    columns: int = 0  # broken at that width; 0: one line

    @property
    def numbered(self) -> bool:
        """Whether entries are counted."""
        return self.mark[:1].isdigit()


def style_of(lines: Sequence[Line], drafts: Sequence[Draft]) -> Style:
    """The looks of the last entry, and the blank lines usual between entries."""
    last = drafts[-1]
    gaps = Counter(sum(line.blank for line in lines[one.last : other.first]) for one, other in pairwise(drafts))
    between = gaps.most_common(1)[0][0] if gaps else 0
    columns = _columns(lines, drafts)
    if last.bullet is None:
        return Style("", between=between if gaps else int(any(line.blank for line in lines)), columns=columns)
    blanks = next((n for n, line in enumerate(lines[last.first + 1 : last.last]) if not line.blank), 0) if last.alone else 0
    gap = last.bullet["gap"]
    return Style(last.bullet["mark"], last.bullet["indent"], gap or ("" if last.alone else " "), last.alone, blanks, between, columns)


def _columns(lines: Sequence[Line], drafts: Sequence[Draft]) -> int:
    """The width entries are broken at; 0 where each is one long line."""
    longest, broken = 0, False
    for draft in drafts:
        shown = [line for line in lines[draft.first + draft.alone : draft.last] if not line.blank]
        if not any(bullet(line) for line in shown[1:]):
            longest = max([longest, *(len(line.text) for line in shown)])
            broken = broken or len(shown) > 1
    return longest if broken and 40 <= longest <= 120 else 0


@dataclass(frozen=True, slots=True)
class LineSection:
    """A section made of lines. `room` is where the first entry goes when there is none yet."""

    text: str
    lines: Sequence[Line]
    drafts: Sequence[Draft]
    entries: Sequence[Entry]
    style: Style
    room: int
    spaced: bool  # an empty line must stand before the first entry
    hides_ids: bool
    escape: Callable[[str], str]

    def insert(self, groups: Sequence[tuple[int, Sequence[NewLine]]]) -> Sequence[Edit]:
        """As Section says. Entries counted 1, 2, 3 … are counted anew below the new ones."""
        edits: list[Edit] = []
        added = 0
        for (after, lines), (following, _) in pairwise([*groups, (len(self.entries) - 1, ())]):
            first = self._number(after) + 1 + added
            edits.append(self._inserted(after, [self._block(line, first + n) for n, line in enumerate(lines)]))
            added += len(lines)
            edits += self._recount(after + 1, following + 1, added)
        return edits

    def _inserted(self, after: int, blocks: Sequence[str]) -> Edit:
        nl = newline(self.text)
        between = nl * self.style.between
        if self.entries and after < 0:
            return Edit(self.entries[0].start, self.entries[0].start, "".join(block + between for block in blocks))
        if self.entries:
            place, written = self.entries[after].end, "".join(between + block for block in blocks)
        else:
            place, written = self.room, (nl if self.spaced else "") + between.join(blocks)
        if place == len(self.text) and self.text and not self.text.endswith(("\n", "\r")):
            written = nl + written.removesuffix(nl)
        return Edit(place, place, written)

    def replace(self, index: int, line: NewLine) -> Edit:
        """As Section says; the bullet stays."""
        there = self.entries[index]
        found = self.drafts[index].bullet
        block = self._block(line, 0)
        if not self.text[there.start : there.end].endswith(("\n", "\r")):
            block = block.removesuffix(newline(self.text))
        kept = len(self.style.indent) + len(self._mark(0)) if found else 0
        return Edit(there.start + (found.end("mark") if found else 0), there.end, block[kept:])

    def _number(self, index: int) -> int:
        """The number of that entry; 0 before a list that counts from 1."""
        numbers = self._numbers()
        if not numbers:
            return 0
        return numbers[index] if index >= 0 else numbers[0] - 1

    def _numbers(self) -> list[int]:
        """The numbers of the entries, where they count one by one; none otherwise."""
        numbers = [int(draft.bullet["number"]) for draft in self.drafts if draft.bullet and draft.bullet["number"]]
        counted = len(numbers) == len(self.drafts) and numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
        return numbers if counted and (len(numbers) > 1 or numbers[0] == 1) else []

    def _recount(self, first: int, last: int, by: int) -> list[Edit]:
        edits = []
        for number, draft in list(zip(self._numbers(), self.drafts, strict=False))[first:last]:
            assert draft.bullet is not None
            start = self.lines[draft.first].start
            edits.append(Edit(start + draft.bullet.start("number"), start + draft.bullet.end("number"), str(number + by)))
        return edits

    def _mark(self, number: int) -> str:
        return f"{number}{self.style.mark[-1]}" if self.style.numbered and self._numbers() else self.style.mark

    def _block(self, line: NewLine, number: int) -> str:
        nl, style = newline(self.text), self.style
        head = style.indent + self._mark(number)
        words = self.escape(line.text)
        if style.alone:
            above, first, hang = head + style.gap + nl * (1 + style.blanks), style.indent, style.indent
        else:
            above, first = "", head + (style.gap if style.mark else "")
            hang = " " * len(first)
        shown = first + words
        if style.columns:
            broken = textwrap.wrap(
                words, style.columns, initial_indent=first, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
            )
            shown = nl.join(broken)
        return above + shown + (hiding(line) if self.hides_ids else "") + nl
