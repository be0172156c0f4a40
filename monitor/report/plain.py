"""Plain text: a heading is a line of its own, and only the shape of the lines says where its section ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from monitor.report import pipes
from monitor.report.lines import RULE, Draft, Line, LineSection, Style, bullet, entry, gather, inset, split, style_of
from monitor.report.marks import begun
from monitor.report.section import Section, TwoSectionsError
from monitor.report.words import CLOSING, is_heading, looks_like_heading, opens_with_a_date, sentence_ended, title_case

INTRODUCTION = 3  # lines of prose that may stand between the heading and its first bullet


def find(text: str, heading: str) -> tuple[Section, Section] | None:
    """The lines and the table of the section of that heading, or None; raises TwoSectionsError when two look alike."""
    lines = split(text)
    named = [number for number, line in enumerate(lines) if _may_be_heading(line) and is_heading(line.text, heading)]
    full = [number for number in named if _has_entries(lines, number)]
    chosen = full or [number for number in named if not _in_contents(lines, number)]
    if len(chosen) > 1:
        raise TwoSectionsError([number + 1 for number in chosen])
    return _section(text, lines, chosen[0]) if chosen else None


def start(text: str, heading: str) -> str:
    """The text with an empty section: at its end, but before a closing note."""
    shown = "\n".join(line.text.strip() for line in split(text)).strip()
    return begun(text, heading, str, spaced="\n\n" in shown)


def _may_be_heading(line: Line) -> bool:
    """Whether a line is no item of a list; "2. Players" may be a heading."""
    found = bullet(line)
    return found is None or (found["number"] is not None and not found["indent"])


def _next_in_number(lines: Sequence[Line], number: int) -> int:
    """Where the heading with the next number stands ("3. Players" after "2. Recent Developments"); the end where there is none."""
    own = bullet(lines[number])
    if own is None or own["number"] is None:
        return len(lines)
    for at in range(number + 1, len(lines)):
        found = bullet(lines[at])
        if found and found["number"] == str(int(own["number"]) + 1) and looks_like_heading(found["rest"], after_sentence=True):
            return at
    return len(lines)


def _below(lines: Sequence[Line], number: int) -> int:
    """The line after a heading and its underline."""
    following = number + 1
    return following + 1 if following < len(lines) and RULE.fullmatch(lines[following].text) else following


def _has_entries(lines: Sequence[Line], number: int) -> bool:
    prose = 0
    for at in range(_below(lines, number), _next_in_number(lines, number)):
        line = lines[at]
        if line.blank:
            continue
        if bullet(line) or opens_with_a_date(line.text.strip()) or pipes.heading_of(lines, at):
            return True
        prose += 1
        if prose > INTRODUCTION or (not _leads_in(line) and _starts_another(lines, at, after_sentence=True)):
            return False
    return False


def _leads_in(line: Line) -> bool:
    """Whether a line announces the list below it, as "The following was agreed:" does."""
    return line.text.rstrip().endswith(":") and not title_case(line.text)


def _starts_another(lines: Sequence[Line], number: int, *, after_sentence: bool) -> bool:
    underlined = number + 1 < len(lines) and RULE.fullmatch(lines[number + 1].text) is not None
    return underlined or RULE.fullmatch(lines[number].text) is not None or looks_like_heading(lines[number].text, after_sentence)


def _in_contents(lines: Sequence[Line], number: int) -> bool:
    """Whether the line stands in a run of titles without any text between them: a table of contents."""
    around = [lines[at].text for at in (number - 2, number - 1, number + 1, number + 2) if 0 <= at < len(lines)]
    return len(around) >= 3 and all(
        text.strip() and len(text) < 100 and not sentence_ended(text) and not RULE.fullmatch(text) for text in around
    )


def _section(text: str, lines: Sequence[Line], number: int) -> tuple[Section, Section]:
    first = _below(lines, number)
    last = _next_in_number(lines, number)
    drafts = gather(lines, first, last, lambda draft, at, gap: _belongs(lines, draft, at, gap), lambda at, before: _ends(lines, at, before))
    style = style_of(lines, drafts) if drafts else _usual(lines)
    room = lines[first - 1].end
    spaced = not drafts and first < len(lines) and lines[first].blank
    there = LineSection(
        text, lines, drafts, [entry(text, lines, draft) for draft in drafts], style, room, spaced, hides_ids=False, escape=str
    )  # fmt: skip
    below = drafts[-1].last if drafts else first
    nearest = [at for at in range(below, last) if not lines[at].blank][: 1 if drafts else INTRODUCTION + 1]
    return there, pipes.find(there, nearest, spaced=style.between > 0 or spaced)


def _belongs(lines: Sequence[Line], draft: Draft, number: int, gap: bool) -> bool:
    """Whether a line goes on with an entry: further in, in the middle of a sentence, or followed by the next bullet of the list."""
    line = lines[number]
    if draft.bullet is not None and inset(line) > draft.indent:
        return True
    ended = gap or sentence_ended(draft.texts[-1])
    if _starts_another(lines, number, after_sentence=ended) or (draft.bullet is None and opens_with_a_date(line.text.strip())):
        return False
    return not ended or _resumes(lines, draft, number)


def _resumes(lines: Sequence[Line], draft: Draft, number: int) -> bool:
    """Whether the list goes on within a few lines, so that what stands between is the entry's second paragraph."""
    if draft.bullet is None:
        return False
    prose = 0
    for at in range(number, len(lines)):
        line = lines[at]
        if line.blank:
            continue
        if found := bullet(line):
            return found["mark"] == draft.bullet["mark"] and (not found["rest"].strip()) == draft.alone and found["number"] is None
        prose += 1
        if prose > INTRODUCTION or CLOSING.match(line.text.strip()) or _starts_another(lines, at, after_sentence=True):
            return False
    return False


def _ends(lines: Sequence[Line], number: int, last: Draft | None) -> bool:
    if last is None:
        heading = not _leads_in(lines[number]) and _starts_another(lines, number, after_sentence=True)
        return heading or not _introduces(lines, number)
    return last.bullet is not None or not opens_with_a_date(lines[number].text.strip())


def _introduces(lines: Sequence[Line], number: int) -> bool:
    """Whether prose below the heading leads to its entries."""
    if opens_with_a_date(lines[number].text.strip()):
        return True
    return _has_entries(lines, number - 1)


def _usual(lines: Sequence[Line]) -> Style:
    """The bullet this report puts before sentences elsewhere; "- " where it has none."""
    styles: Counter[Style] = Counter()
    for number, line in enumerate(lines):
        if not (found := bullet(line)) or found["number"]:
            continue
        alone = not found["rest"].strip()
        said = lines[number + 1].text if alone and number + 1 < len(lines) else found["rest"]
        if sentence_ended(said) and len(said.split()) >= 5:
            styles[Style(found["mark"], found["indent"], "" if alone else found["gap"], alone)] += 1
    return styles.most_common(1)[0][0] if styles else Style()
