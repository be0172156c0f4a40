"""Series as prose and tables print them: amounts with their years, and a growth rate with its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from monitor.claims import Point, Series
from monitor.stale.passages import Passage, Place

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
UNITS: dict[str, float] = {"trillion": 1e6, "tn": 1e6, "billion": 1e3, "bn": 1e3, "b": 1e3, "million": 1.0, "mn": 1.0, "mio": 1.0, "m": 1.0}
UNIT = r"(?P<unit{n}>trillion|tn|billion|bn|million|mn|mio|[bm])\b\.?"
SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
WORDS = {"dollar": "USD", "euro": "EUR", "pound": "GBP", "yuan": "CNY", "yen": "JPY"}
CODE = r"USD|EUR|GBP|CNY|JPY|CHF"
AMOUNT = re.compile(
    rf"(?P<sign>(?:{CODE})\b|US\$|[$€£¥])\s*(?P<a>{NUMBER})\s*{UNIT.format(n=1)}"
    rf"|(?P<b>{NUMBER})\s*{UNIT.format(n=2)}\s*(?:(?P<code>{CODE})\b|(?:U\.?S\.?\s+)?(?P<word>dollar|euro|pound|yuan|yen)s?\b)",
    re.IGNORECASE,
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
RANGE = re.compile(r"\b((?:19|20)\d\d)\s*(?:to|through|until|till|and|[-–—])\s*((?:19|20)\d\d)\b")
RATE = re.compile(rf"(?P<rate>{NUMBER})\s*(?:\([%]\)|%|per\s?cent\b|percent\b)")
GROWTH = re.compile(
    r"\bCAGR\b|\bcompound(?:ed)?\b|\b(?:annual|yearly|growth)\s+(?:\w+\s+)?(?:rate|growth)\b"
    r"|\b(?:annually|a year|per year|per annum|each year|every year)\b|\bp\.a\.",
    re.IGNORECASE,
)
SIZE = re.compile(r"\b(?:market|industry|sector|size|valued?|valuation|worth|revenues?|sales|turnover)\b", re.IGNORECASE)
# A sum somebody pays or raises is no market's size.
PAID = re.compile(
    r"\b(?:acqui|upfront|milestone|raise[sd]?\b|financing|funding|invest|paid\b|pays?\b|deal|takeover|buy|bought|loan|grant|fine[sd]?\b|budget)",
    re.IGNORECASE,
)
GAP = 90  # characters between an amount and the year it belongs to


@dataclass(frozen=True, slots=True)
class Printed:
    """A series as a report prints it, and where."""

    series: Series
    place: Place
    sentence: str
    whole: bool  # of the whole market, not of a part of it


@dataclass(frozen=True, slots=True)
class _Block:
    """What belongs together: a sentence, or all rows of a table."""

    text: str
    place: Place


def printed(passages: Sequence[Passage], parts: Sequence[str]) -> tuple[Printed, ...]:
    """Every series of a report. `parts` are names of segments, regions and products, whose sizes are not the market's."""
    part = re.compile("|".join([r"\bsegment\b|\bsub-?segment\b|\bshare of\b", *(rf"\b{re.escape(one)}\b" for one in parts)]), re.IGNORECASE)
    found: list[Printed] = []
    for blocks in _blocks(passages):
        pending: Printed | None = None
        for block in blocks:
            series = _series(block.text)
            if series is None:
                pending = None
                continue
            own = Printed(series, block.place, " ".join(block.text.split()), not part.search(block.text))
            if pending is not None and (joined := _joined(pending, own)):
                found[-1] = own = joined
            else:
                found.append(own)
            pending = own if own.series.rate is None and len(own.series.points) == 1 else None
    kept = [one for one in found if len(one.series.points) > 1 or one.series.rate is not None]
    return tuple(replace(one, series=replace(one.series, id=f"at {one.place}")) for one in kept)


def _blocks(passages: Sequence[Passage]) -> Iterator[list[_Block]]:
    for (kind, _), members in groupby(passages, key=lambda one: (one.kind, one.group if one.kind == "row" else one.number)):
        rows = list(members)
        if kind == "row":
            yield [_Block(" ; ".join(row.text for row in rows), _first_amount(rows))]
        else:
            yield [_Block(text, one.place(offset)) for one in rows for offset, text in one.sentences()]


def _first_amount(rows: Sequence[Passage]) -> Place:
    return next((row.place(found.start()) for row in rows if (found := AMOUNT.search(row.text))), rows[0].place())


def _joined(before: Printed, after: Printed) -> Printed | None:
    """Two sentences that tell one series: the size now, then the size to come."""
    years = {point.year for point in before.series.points}
    if before.series.unit != after.series.unit or years & {point.year for point in after.series.points}:
        return None
    series = replace(after.series, points=(*before.series.points, *after.series.points))
    return Printed(series, before.place, f"{before.sentence} {after.sentence}", before.whole and after.whole)


def _series(text: str) -> Series | None:
    """The series that a text prints; None where it prints none."""
    amounts = [found for found in AMOUNT.finditer(text) if not _is_per_unit(text, found)]
    if not amounts or PAID.search(text) or not (SIZE.search(text) or GROWTH.search(text)):
        return None
    units = {_currency(found) for found in amounts}
    if len(units) != 1:
        return None
    rate, years, rate_half = _rate(text)
    points = _points(text, amounts)
    if not points:
        return None
    start, end = years or (None, None)
    return Series("", points, f"{units.pop()} million", rate, start, end, rate_half)


def _is_per_unit(text: str, amount: re.Match[str]) -> bool:
    return bool(re.match(r"\s*(?:per|a|each)\s+(?:patient|dose|share|treatment|infusion)\b", text[amount.end() :], re.IGNORECASE))


def _currency(amount: re.Match[str]) -> str:
    if sign := amount["sign"]:
        return SIGNS.get(str(sign).upper(), str(sign).upper())
    return amount["code"].upper() if amount["code"] else WORDS[amount["word"].lower()]


def _value(amount: re.Match[str]) -> tuple[float, float]:
    """The amount in millions, and half a unit of its last digit."""
    digits = amount["a"] or amount["b"]
    factor = UNITS[(amount["unit1"] or amount["unit2"]).lower()]
    return float(digits.replace(",", "")) * factor, _half(digits) * factor


def _half(digits: str) -> float:
    _, _, decimals = digits.partition(".")
    return 0.5 * 10.0 ** -len(decimals)


def _rate(text: str) -> tuple[float | None, tuple[int, int] | None, float]:
    """The growth rate nearest to a word of growth, with the years that stand beside it."""
    words = [found.start() for found in GROWTH.finditer(text)]
    rates = list(RATE.finditer(text))
    if not words or not rates:
        return None, None, 0.0
    chosen = min(rates, key=lambda found: min(abs(found.start() - word) for word in words))
    spans = [
        found for found in RANGE.finditer(text) if 0 <= found.start() - chosen.end() <= GAP or 0 <= chosen.start() - found.end() <= GAP
    ]
    near = min(spans, key=lambda found: abs(found.start() - chosen.end()), default=None)
    return float(chosen["rate"].replace(",", "")), (int(near[1]), int(near[2])) if near else None, _half(chosen["rate"])


def _points(text: str, amounts: Sequence[re.Match[str]]) -> tuple[Point, ...]:
    """Each amount with the year that belongs to it: the one behind it, or before it where the text puts years first."""
    spans = list(RANGE.finditer(text))
    years = [found for found in YEAR.finditer(text) if not any(one.start() <= found.start() < one.end() for one in spans)]
    after = [_year_after(text, n, amounts, years) for n in range(len(amounts))]
    before = [_year_before(n, amounts, years) for n in range(len(amounts))]
    chosen = before if sum(year is not None for year in before) > sum(year is not None for year in after) or _years_first(text) else after
    if not any(chosen) and len(amounts) == 2 and len(spans) == 1:
        first, last = int(spans[0][1]), int(spans[0][2])
        chosen = [first, last]
    points: dict[int, Point] = {}
    for amount, year in zip(amounts, chosen, strict=True):
        if year is not None:
            points.setdefault(year, Point(year, *_value(amount)))
    return tuple(points.values())


def _years_first(text: str) -> bool:
    """Whether a text begins with its year, or is a table, where the year heads its value."""
    return (
        bool(re.match(r"\W*(?:(?:in|by|for|as of|during)\s+)?(?:the year\s+)?(?:19|20)\d\d\b(?!\s*(?:to|[-–—])\s*\d)", text, re.IGNORECASE))
        or " ; " in text
    )


def _year_after(text: str, n: int, amounts: Sequence[re.Match[str]], years: Sequence[re.Match[str]]) -> int | None:
    end = amounts[n + 1].start() if n + 1 < len(amounts) else len(text)
    here = [found for found in years if amounts[n].end() <= found.start() < min(end, amounts[n].end() + GAP)]
    return int(here[0][0]) if here else None


def _year_before(n: int, amounts: Sequence[re.Match[str]], years: Sequence[re.Match[str]]) -> int | None:
    start = amounts[n - 1].end() if n else 0
    here = [found for found in years if max(start, amounts[n].start() - GAP) <= found.start() < amounts[n].start()]
    return int(here[-1][0]) if here else None
