"""What a report gains: which lines are missing from its section, where each belongs, and what a person should look at."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from monitor.errors import ReportFileError
from monitor.model import Development, Status
from monitor.report import file, word
from monitor.report.finding import find, start
from monitor.report.order import WRITTEN, detect, keys_of, places
from monitor.report.rows import day
from monitor.report.rules import Rules, fitting
from monitor.report.same import told
from monitor.report.section import Edit, Entry, Form, NewLine, Order, Section, applied, comment
from monitor.report.words import PROPOSED, normal, one_line

TAKEN_BACK = frozenset({Status.REJECTED, Status.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Update:
    """What `plan` found for one report. `before` and `after` are the whole text (of Word its XML); nothing is written yet."""

    path: Path
    before: str
    after: str
    added: tuple[str, ...]  # development ids, in the order of the report
    changed: tuple[str, ...]  # ids whose line, as we wrote it, was replaced or lost its [proposed]
    kept_by_hand: tuple[str, ...]  # ids whose entry reads differently from their line: it stays as it is
    flagged: tuple[str, ...]  # sentences for a person: lines withdrawn, superseded or changed since
    created: bool  # the section was started
    order: Order
    source: file.ReportFile = field(repr=False)

    def diff(self) -> str:
        """The unified difference, of a Word file that of its paragraphs; empty when nothing changes."""
        shown = word.shown if self.source.kind == "word" else str
        before, after = ([line for line in re.split(r"(?<=\n)", shown(text)) if line] for text in (self.before, self.after))
        lines = difflib.unified_diff(before, after, str(self.path), str(self.path))
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


@dataclass(frozen=True, slots=True)
class _Wish:
    developments: Sequence[Development]
    heading: str
    create: bool
    order: Order | None
    only: Collection[str] | None
    tracked: datetime | None
    comments: bool
    form: Form


def plan(
    path: Path,
    developments: Sequence[Development],
    *,
    heading: str = "Recent Developments",
    create: bool = False,
    order: Order | None = None,
    only: Collection[str] | None = None,
    tracked: datetime | None = None,
    comments: bool = False,
    form: Form = "line",
) -> Update:
    """What bringing a report up to date would change; reads the file and touches nothing.

    `only`: the ids that may be added; others are looked for in the report all the same, and named when they are there. `tracked`: the
    moment under which Word shows what is added and changed as tracked changes. `comments`: whether what is flagged gets a comment in the
    file, where its format has comments. `form`: whether new ones are lines, or rows of the section's table, begun where there is none.

    Raises ReportFileError when the file cannot be read as what its ending says, has no such section (unless `create`), or has two.
    """
    read = file.read(path)
    wish = _Wish(developments, heading, create, order, only, tracked, comments, form)
    once = _planned(read, read.text, wish)
    after = read.again(once.after)
    if after == read.text:
        return once
    again = _planned(read, after, wish)
    if again.after != after or set(once.added) & set(again.kept_by_hand):
        would = f'lines put under "{heading}" would not be read again as they are'
        raise ReportFileError(path, f"cannot be updated safely: {would}; end each with a full stop, or add them by hand")
    return replace(once, after=after)


def ruled(rules: Rules, developments: Sequence[Development], now: datetime) -> Update:
    """What bringing a report up to date by its rules would change; as `plan`."""
    return plan(
        rules.path, developments, heading=rules.heading, create=rules.create, order=rules.order,
        only=fitting(rules, developments, now.date()), tracked=now if rules.tracked else None, comments=rules.comments,
        form=rules.form,
    )  # fmt: skip


def write(update: Update) -> Path | None:
    """Write what was planned and return the copy of the report as it was; None when nothing changes.

    Raises ReportFileError, the file untouched, when it changed since it was planned, is read-only, or is open elsewhere.
    """
    if update.after == update.before:
        return None
    return file.replace(update.path, update.source.raw, update.source.encode(update.after))


def present_lines(path: Path, heading: str = "Recent Developments") -> tuple[str, ...]:
    """The entries of a report as it stands, from top to bottom; none when it has no such section. Raises ReportFileError as `plan`."""
    read = file.read(path)
    section = find(read, read.text, heading)
    return tuple(entry.text for entry in section.entries) if section else ()


def _planned(read: file.ReportFile, text: str, wish: _Wish) -> Update:
    developments, heading = wish.developments, wish.heading
    section, base = find(read, text, heading, wish.form, wish.tracked), text
    if section is None:
        if not wish.create:
            raise ReportFileError(read.path, f'has no "{heading}" section; add the heading by hand, or start the section with --create')
        base = start(read, text, heading, wish.tracked)
        section = find(read, base, heading, wish.form, wish.tracked)
        if section is None:
            raise ReportFileError(read.path, f'cannot take a "{heading}" section; add the heading by hand')
    entries, found = section.entries, told(section.entries, developments)
    missing, no_line = _missing(developments, found, wish.only)
    edits, changed = _rewritten(section, developments, found)
    chosen = wish.order or detect([entries[index] for index in section.own])
    groups = places(keys_of(section, developments, found), missing, chosen)
    flags = _flags(entries, developments, found, wish.only)
    if wish.comments:
        edits += _comments(entries, flags, {found[id_] for id_ in changed})
    edits += section.insert([(after, [_new(one) for one in lines]) for after, lines in groups])
    started = base is not text and base != text
    kept = tuple(
        one.id for one in developments
        if one.status in WRITTEN and one.id in found and one.id not in changed
        and _by_hand(entries[found[one.id]], one)
    )  # fmt: skip
    return Update(
        read.path, text, applied(base, edits) if missing or not started else text, tuple(one.id for _, lines in groups for one in lines),
        tuple(changed), kept, (*(flag for _, flag in flags), *no_line), started and bool(missing), chosen, read,
    )  # fmt: skip


def _missing(
    developments: Sequence[Development], found: Mapping[str, int], only: Collection[str] | None
) -> tuple[list[Development], list[str]]:
    """The developments whose line is to be added, and a sentence for each that has none."""
    missing: dict[str, Development] = {}
    flags = []
    for one in developments:
        if one.id in found or one.status not in WRITTEN or (only is not None and one.id not in only):
            continue
        if line := one_line(one.line_text):
            missing.setdefault(normal(line), one)
        elif one.status is not Status.PROPOSED:
            flags.append(f"{one.id}: {one.status} without a line, so nothing was added; write one with monitor edit")
    return list(missing.values()), flags


def _by_hand(entry: Entry, one: Development) -> bool:
    """Whether an entry reads otherwise than its line, or another cell of its row than it was written."""
    return normal(entry.text) != normal(one_line(one.line_text)) or bool(entry.row and entry.written and not entry.untouched)


def _new(one: Development) -> NewLine:
    text = (PROPOSED if one.status is Status.PROPOSED else "") + one_line(one.line_text)
    return NewLine(text, one.id, day(one), one_line(one.source_name))


def _rewritten(section: Section, developments: Sequence[Development], found: Mapping[str, int]) -> tuple[list[Edit], list[str]]:
    """Lines this program wrote and a person has decided about since: the accepted wording takes the place of what nobody edited here."""
    edits, changed = [], []
    for one in developments:
        if one.status not in {Status.ACCEPTED, Status.EDITED} or one.id not in found or not one_line(one.line_text):
            continue
        entry = section.entries[found[one.id]]
        untouched = entry.id == one.id and entry.untouched
        if untouched and (entry.mark or normal(entry.text) != normal(one_line(one.line_text))):
            edits.append(section.replace(found[one.id], _new(one)))
        elif entry.mark:
            edits.append(Edit(*entry.mark, ""))
        else:
            continue
        changed.append(one.id)
    return edits, changed


def _flags(
    entries: Sequence[Entry], developments: Sequence[Development], found: Mapping[str, int], only: Collection[str] | None
) -> list[tuple[int, str]]:
    """What happened since to lines that stand in the report, with their entries; they are never changed for it."""
    flags: list[tuple[int, str]] = []
    told_by = {index for id_, index in found.items()}
    standing = {found[one.id] for one in developments if one.id in found and one.status not in TAKEN_BACK}
    for one in developments:
        if one.id not in found:
            continue
        index = found[one.id]
        if one.status in TAKEN_BACK:
            if index not in standing:
                flags.append((index, f"{one.id}: {one.status} since, but its line is still in the report"))
            continue
        if one.flag:
            flags.append((index, f"{one.id}: {one.flag}"))
        if one.superseded_by:
            flags.append((index, f"{one.id}: superseded by {one.superseded_by}"))
        if only is not None and one.id not in only:
            flags.append((index, f"{one.id}: beyond the report's period, maximum or importance; take its line out if it has had its time"))
    for index, entry in enumerate(entries):
        if index in told_by:
            continue
        if entry.id and entry.written:
            flags.append((index, f"{entry.id}: no longer among the market's developments, but its line is still in the report"))
        elif entry.mark:
            flags.append((index, f"still marked as proposed, but not offered now: {entry.text[:80]}"))
    return flags


def _comments(entries: Sequence[Entry], flags: Sequence[tuple[int, str]], rewritten: Collection[int]) -> list[Edit]:
    """Comments beside what is flagged, as they should be now; those of flags that no longer hold go."""
    edits = []
    for index, entry in enumerate(entries):
        if entry.room is None or index in rewritten:
            continue
        wanted = comment("; ".join(flag for at, flag in flags if at == index)) if any(at == index for at, _ in flags) else ""
        start, end = entry.comment[:2] if entry.comment else (entry.room, entry.room)
        edits += [Edit(start, end, wanted)] if wanted.strip() or entry.comment else []
    return edits
