"""Dates as texts print them: when it happened (in the sentence, in the dateline, or the day of publication), and what lies ahead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from monitor.classify import Claim
from monitor.extract.text import Text
from monitor.model import EventDate, Field, Precision, Slot
from monitor.text import Sentence, span

# English names and their short forms first, then those of releases that companies give out in their own language.
_MONTHS = """
1 january jan januar januari janvier enero gennaio
2 february feb februar februari fevrier febrero febbraio
3 march mar marz maart mars marzo
4 april apr avril abril aprile
5 may mai mei mayo maggio
6 june jun juni juin junio giugno
7 july jul juli juillet julio luglio
8 august aug augustus aout agosto
9 september sep sept septembre septiembre settembre
10 october oct oktober octobre octubre ottobre
11 november nov novembre noviembre
12 december dec dezember decembre diciembre dicembre
"""
MONTHS = {name: int(line.split()[0]) for line in _MONTHS.strip().splitlines() for name in line.split()[1:]}
MONTH = r"(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
DAY_LAST = re.compile(rf"\b(?P<month>{MONTH})\s?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>20\d\d|19\d\d))?\b")
DAY_FIRST = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<month>{MONTH}),?(?:\s+(?P<year>20\d\d|19\d\d))?\b")
ISO = re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
MONTH_ONLY = re.compile(rf"\b(?P<month>{MONTH})\s+(?:of\s+)?(?P<year>20\d\d)\b")
FORMS: tuple[tuple[re.Pattern[str], Precision], ...] = ((ISO, "day"), (DAY_LAST, "day"), (DAY_FIRST, "day"), (MONTH_ONLY, "month"))
DATELINE_END = 260  # a dateline stands at the beginning of a release
DATELINE_DAYS = 14  # how far it may be from the publication
LATER_FIELDS: tuple[Field, ...] = ("lead", "body")
DATES_READ = 40  # dates of a text that are looked at
OLD = 400  # days after which a date tells of something else


@dataclass(frozen=True, slots=True)
class Printed:
    """A date as printed, with its place in the folded text."""

    value: date
    precision: Precision
    start: int
    end: int
    whole: bool  # the year is printed too

    @property
    def written(self) -> str:
        """As slots write it."""
        return self.value.isoformat() if self.precision == "day" else f"{self.value:%Y-%m}"


def printed(folded: str, published: date) -> Iterator[Printed]:
    """Every date a folded text prints; a missing year is the one that brings the day nearest to the publication."""
    if not any(figure in folded for figure in "0123456789"):
        return
    taken: list[tuple[int, int]] = []
    for expression, precision in FORMS:
        for found in islice(expression.finditer(folded), DATES_READ):
            if any(start < found.end() and found.start() < end for start, end in taken):
                continue
            value = _value(found.groupdict(), published)
            if value is not None:
                taken.append(found.span())
                yield Printed(value, precision, found.start(), found.end(), bool(found["year"]))


def _value(parts: dict[str, str | None], published: date) -> date | None:
    name = (parts["month"] or "").rstrip(".")
    month = int(name) if name.isdigit() else MONTHS[name]
    day = int(parts.get("day") or 1)
    try:
        if parts["year"]:
            return date(int(parts["year"]), month, day)
    except ValueError:
        return None
    nearest = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            nearest.append(date(year, month, day))
        except ValueError:  # 29 February
            continue
    return min(nearest, key=lambda one: abs((one - published).days), default=None)


def dateline(folded: str, published: date) -> Printed | None:
    """The date of a release's dateline: a whole date near its beginning, within two weeks of the publication."""
    for one in sorted(printed(folded[:DATELINE_END], published), key=lambda one: one.start):
        if one.precision == "day" and one.whole and abs((published - one.value).days) <= DATELINE_DAYS:
            return one
    return None


WHEN = re.compile(r"\b(?:on|dated|as of|effective|in|since|from)\b[\w\s,]{0,24}\Z")
ON = re.compile(r"\bon (?:the )?\Z")
TODAY = "today"
AHEAD = re.compile(
    r"\b(?:by|until|before|expected|anticipated|target|goal|pdufa|due|action date|close in|later|will|extended to|to|through|moved from"
    r"|start in)\b"
)

GOAL_BEHIND = re.compile(r"\s(?:[a-z.]+\s){0,2}?(?:pdufa|goal|target|deadline|action date|decision date)\b")  # its January 10 goal date


def dated(folded: str, start: int, end: int, published: date, line: Printed | None = None) -> Printed | None:
    """The date on which a sentence says that it happened: `on 3 March`, `in May 2025`; no goal, no future, not the dateline's."""
    for one in sorted(printed(folded[start:end], published), key=lambda one: (one.precision != "day", one.start)):
        before = folded[max(start, start + one.start - 40) : start + one.start]
        if line and line.start <= start + one.start < line.end:
            continue
        if line and start <= line.start < end and not (ON.search(before) and TODAY not in folded[start:end]):
            continue  # a day of something else that is announced
        if one.value > published + timedelta(days=1) or AHEAD.search(before[-30:]) or GOAL_BEHIND.match(folded, start + one.end, end):
            continue  # a day that was set, whether or not anything happened on it
        if WHEN.search(before) or one.whole:
            return Printed(one.value, one.precision, start + one.start, start + one.end, one.whole)
    return None


def happened(text: Text, claim: Claim, places: Sequence[Sentence]) -> tuple[EventDate, Slot | None]:
    """Stated in the claim's sentence, else the dateline's, else the day of publication."""
    folded = text.matched.folded
    for place in [claim.sentence, *(place for place in places if place.field == "lead" and place.n < 2)]:
        line = dateline(folded[place.field], text.published) if place.field == "lead" else None
        stated = dated(folded[place.field], place.start, place.end, text.published, line)
        if stated and (text.published - stated.value).days < OLD:
            where = span(text.entry, place.field, stated.start, stated.end)
            return EventDate(stated.value, stated.precision, "stated"), Slot("date", stated.written, where)
    for name in LATER_FIELDS:
        if line := dateline(folded[name], text.published):
            return EventDate(line.value, "day", "dateline"), Slot("date", line.written, span(text.entry, name, line.start, line.end))
    return EventDate(text.published, "day", "published"), None


# ---- what lies ahead ---------------------------------------------------------------------------------------------------

PART = re.compile(
    r"\b(?:(?P<half>first|second|1st|2nd|h1|h2|1h|2h)(?:\shalf)?|(?P<quarter>first|second|third|fourth|q[1-4]|[1-4]q)(?:\squarter)?"
    r"|(?P<end>(?:by|before|at) (?:the )?(?:end|close)|by (?:the )?year-end|by year end))"
    r"(?:\sof)?(?:\scalendar(?: year)?)?\s(?P<year>20\d\d|(?:the|this|next) year)\b"
)
ORDER = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "fourth": 4}
GOAL = re.compile(r"\b(?:pdufa|goal date|action date|decision (?:date|by|expected|due)|target date|decision (?:is )?(?:expected|due))\b")
CLOSE = re.compile(
    r"\b(?:(?:expected|anticipated|slated|set) to (?:close|complete|be completed)|close (?:in|by)|closing (?:is )?(?:expected|anticipated)"
    r"|(?:completion|closing) (?:in|by) the|expects? (?:it |the (?:deal|transaction) )?to (?:close|complete))\b"
)
AHEADS = (
    ("goal_date", GOAL, frozenset({"filing_accepted", "review_extension", "regulatory_rejection", "filing_submitted"})),
    ("expected_close", CLOSE, frozenset({"acquisition", "asset_sale"})),
)
NEAR = 120  # letters behind the words that announce a date
BEFORE = 60  # letters in front of them


def ahead(text: Text, claim: Claim) -> Iterator[Slot]:
    """Dates that lie ahead: the day by which an agency decides, the closing of a deal; each from the first sentence that names it."""
    for name, words, kinds in AHEADS:
        if claim.type in kinds:
            found = (slot for place in text.sentences if not place.boilerplate for slot in _ahead(text, place, name, words))
            if slot := next(found, None):
                yield slot


def _ahead(text: Text, place: Sentence, name: str, words: re.Pattern[str]) -> Iterator[Slot]:
    folded = text.matched.folded[place.field]
    found = words.search(folded, place.start, place.end)
    if found is None:
        return
    start, end = found.start(), min(place.end, found.end() + NEAR)
    days = sorted(_coming(folded, start, end, text.published), key=lambda one: one.start)
    if not days and GOAL_BEHIND.match(folded, found.start() - 1, place.end):  # a January 10, 2026 goal date
        before = max(place.start, found.start() - BEFORE)
        days = [one for one in _coming(folded, before, found.start(), text.published) if GOAL_BEHIND.match(folded, one.end, place.end)]
    if days:
        yield Slot(name, days[0].written, span(text.entry, place.field, days[0].start, days[0].end))
    elif (part := PART.search(folded, start, end)) and (written := _part_of_year(part, text.published)):
        yield Slot(name, written, span(text.entry, place.field, part.start(), part.end()))


def _coming(folded: str, start: int, end: int, published: date) -> Iterator[Printed]:
    """The dates printed there that lie ahead, by their place in the whole text; one without a year is the next such day."""
    for one in printed(folded[start:end], published):
        value = one.value
        if value <= published and not one.whole and (value.month, value.day) != (2, 29):
            value = value.replace(year=value.year + 1)
        if value > published:
            yield replace(one, value=value, start=start + one.start, end=start + one.end)


def _part_of_year(part: re.Match[str], published: date) -> str:
    """2026-H2, 2026-Q3, or 2026 for its end; empty when it is over."""
    said = part[0]
    year = int(part["year"]) if part["year"].isdigit() else published.year + part["year"].startswith("next")
    if part["end"]:
        return str(year) if year >= published.year else ""
    name = part["half"] or part["quarter"]
    number = ORDER.get(name) or int(re.sub(r"\D", "", name))
    kind = "H" if "half" in said or ("h" in name.replace("fourth", "").replace("third", "") and len(name) == 2) else "Q"
    if kind == "Q" and "quarter" not in said and "q" not in name:
        return ""  # "first 2026 patients"
    last = date(year, number * (6 if kind == "H" else 3), 28)
    return f"{year}-{kind}{number}" if last > published else ""
