"""Dates as texts print them: a day or a month, in the sentence, in the dateline, or relative to the day of publication."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.model import Precision

MONTHS = "january february march april may june july august september october november december".split()
MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
DAY_LAST = re.compile(rf"\b(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>20\d\d|19\d\d))?\b")
DAY_FIRST = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH}),?(?:\s+(?P<year>20\d\d|19\d\d))?\b")
ISO = re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
MONTH_ONLY = re.compile(rf"\b(?P<month>{MONTH})\s+(?:of\s+)?(?P<year>20\d\d)\b")
WEEKDAY = re.compile(r"\b(?:on\s+)?(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b")
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
DATELINE_END = 260  # a dateline stands at the beginning of a release


@dataclass(frozen=True, slots=True)
class Printed:
    """A date as printed, with its place in the folded text."""

    value: date
    precision: Precision
    start: int
    end: int
    whole: bool  # the year is printed too


def printed(folded: str, published: date) -> Iterator[Printed]:
    """Every date a folded text prints; a missing year is the one that brings the day nearest to the publication."""
    taken: list[tuple[int, int]] = []
    for expression, precision in ((ISO, "day"), (DAY_LAST, "day"), (DAY_FIRST, "day"), (MONTH_ONLY, "month")):
        for found in expression.finditer(folded):
            if any(start < found.end() and found.start() < end for start, end in taken):
                continue
            value = _value(found.groupdict(), published)
            if value is not None:
                taken.append(found.span())
                yield Printed(value, precision, found.start(), found.end(), bool(found["year"]))  # type: ignore[arg-type]


def _value(parts: dict[str, str | None], published: date) -> date | None:
    name = parts["month"] or ""
    month = int(name) if name.isdigit() else next((n for n, full in enumerate(MONTHS, 1) if full.startswith(name.rstrip(".")[:3])), 0)
    try:
        if parts.get("year"):
            return date(int(parts["year"] or 0), month, int(parts.get("day") or 1))
        nearest = [date(year, month, int(parts["day"] or 1)) for year in (published.year - 1, published.year, published.year + 1)]
    except ValueError:
        return None
    return min(nearest, key=lambda day: abs((day - published).days))


def weekday(folded: str, published: date) -> tuple[date, int, int] | None:
    """The last such weekday not after the publication, for texts of news outlets ("said on Monday")."""
    found = WEEKDAY.search(folded)
    if not found:
        return None
    back = (published.weekday() - WEEKDAYS.index(found["weekday"])) % 7
    return published - timedelta(days=back), found.start(), found.end()


def dateline(folded: str, published: date) -> Printed | None:
    """The date of a release's dateline: a whole date near its beginning, within two weeks of the publication."""
    for one in sorted(printed(folded[:DATELINE_END], published), key=lambda one: one.start):
        if one.precision == "day" and one.whole and abs((published - one.value).days) <= 14:
            return one
    return None


WHEN = re.compile(r"\b(?:on|dated|as of|effective|in|since|by|until|before|after|expected|anticipated|target|goal|pdufa|due|from)\b[\w\s,]{0,24}\Z")
AHEAD = re.compile(r"\b(?:by|until|before|expected|anticipated|target|goal|pdufa|due|action date|close in|later|will)\b")


def dated(folded: str, start: int, end: int, published: date) -> Printed | None:
    """The date on which a sentence says that it happened: `on 3 March`, `in May 2025`; not a goal and not in the future."""
    for one in sorted(printed(folded[start:end], published), key=lambda one: (one.precision != "day", one.start)):
        before = folded[max(start, start + one.start - 40) : start + one.start]
        if one.value > published + timedelta(days=1) or AHEAD.search(before[-30:]):
            continue
        if WHEN.search(before) or one.whole:
            return Printed(one.value, one.precision, start + one.start, start + one.end, one.whole)
    return None
