"""Figures as claims: market sizes as a report prints them, with the growth they really have and what contradicts them. Pure.

A series is kept as it stands. Nothing here averages two of them, and nothing from news ever reaches them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from monitor.gazetteer import FigureSeries

ROUNDED = 0.1  # percentage points by which a printed growth rate may differ from the recomputed one
APART = 0.1  # share by which two sizes of one year may differ before they compete
FORECAST_STARTS = 1  # "2025 to 2031" may count from the base year 2024


@dataclass(frozen=True, slots=True)
class Point:
    """One printed value, in millions; `half` is half a unit of its last printed digit."""

    year: int
    value: float
    half: float = 0.0


@dataclass(frozen=True, slots=True)
class Series:
    """A claim of how a market grows: values of years, and the growth rate as printed, in percent and with its years."""

    id: str
    points: tuple[Point, ...]
    unit: str = "USD million"
    rate: float | None = None
    rate_from: int | None = None
    rate_to: int | None = None
    rate_half: float = 0.0
    status: str = "printed"
    section: str = ""
    note: str = ""

    @property
    def first(self) -> Point:
        """The earliest value."""
        return min(self.points, key=lambda point: point.year)

    @property
    def last(self) -> Point:
        """The latest value."""
        return max(self.points, key=lambda point: point.year)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two series that give different sizes for one year; `implied` says which of the values are computed and not printed."""

    year: int
    one: str
    one_value: float
    other: str
    other_value: float
    implied: tuple[str, ...] = ()

    @property
    def times(self) -> float:
        """How many times the larger is the smaller."""
        low, high = sorted((self.one_value, self.other_value))
        return high / low

    def __str__(self) -> str:
        return (
            f"{self.year}: {self._said(self.one, self.one_value)}, {self._said(self.other, self.other_value)}; {self.times:.1f} times apart"
        )

    def _said(self, name: str, value: float) -> str:
        return f"{name} {'implies about' if name in self.implied else 'says'} {value:,.0f}"


def held(series: FigureSeries) -> Series:
    """A series of a market's file as a claim."""
    points = tuple(Point(point.year, point.usd_million) for point in series.points)
    rate = (series.cagr_percent, series.cagr_from, series.cagr_to)
    return Series(series.id, points, "USD million", *rate, status=series.status, section=series.section, note=series.note)


def growth(start: float, end: float, years: int) -> float | None:
    """The yearly growth in percent that leads from one value to another; None where there is none to compute."""
    if years <= 0 or start <= 0 or end <= 0:
        return None
    return float(((end / start) ** (1 / years) - 1) * 100)


def recomputed(series: Series) -> float | None:
    """The growth over the years for which values are printed: over the stated ones where they are among them."""
    first, last = _ends(series)
    return growth(first.value, last.value, last.year - first.year)


def _ends(series: Series) -> tuple[Point, Point]:
    by_year = {point.year: point for point in series.points}
    first = by_year.get(series.rate_from or 0, series.first)
    last = by_year.get(series.rate_to or 0, series.last)
    return (first, last) if first.year < last.year else (series.first, series.last)


def disagreement(series: Series) -> str:
    """Why the printed growth rate is not that of the printed values; empty when it is, or when too little is printed to tell."""
    first, last = _ends(series)
    years = last.year - first.year
    real = growth(first.value, last.value, years)
    if series.rate is None or real is None:
        return ""
    if _within(series, first, last, years):
        return ""
    stated = None if series.rate_from is None or series.rate_to is None else series.rate_to - series.rate_from
    if stated and 0 < abs(stated - years) <= FORECAST_STARTS and _within(series, first, last, stated):
        return ""
    said = f"{series.rate:g} % is printed{_years(series)}, but {first.year} to {last.year} gives {real:.2f} %"
    if needed := _needed(series):
        return f"{said}; {needed}"
    return said


def _within(series: Series, first: Point, last: Point, years: int) -> bool:
    """Whether the printed rate is a growth that values rounding to the printed ones can have."""
    assert series.rate is not None
    lowest = growth(first.value + first.half, last.value - last.half, years)
    highest = growth(max(first.value - first.half, 1e-9), last.value + last.half, years)
    slack = max(series.rate_half, ROUNDED) + 1e-9
    return lowest is not None and highest is not None and lowest - slack <= series.rate <= highest + slack


def _years(series: Series) -> str:
    return f" for {series.rate_from} to {series.rate_to}" if series.rate_from and series.rate_to else ""


def _needed(series: Series) -> str:
    """Which value the printed rate would need in its own first year, where that year is not printed."""
    if series.rate is None or series.rate_from is None or series.rate_to is None:
        return ""
    printed = {point.year for point in series.points}
    last = series.last
    if series.rate_from in printed or series.rate_to != last.year:
        return ""
    value = last.value / (1 + series.rate / 100) ** (series.rate_to - series.rate_from)
    return f"it would need about {value:,.0f} million in {series.rate_from}, which is not printed"


def value_in(series: Series, year: int) -> tuple[float, bool] | None:
    """What a series says for a year, and whether it is printed; None outside its years. Between two values it grows evenly."""
    by_year = {point.year: point for point in series.points}
    if year in by_year:
        return by_year[year].value, True
    before = max((point for point in series.points if point.year < year), key=lambda point: point.year, default=None)
    after = min((point for point in series.points if point.year > year), key=lambda point: point.year, default=None)
    if before is not None and after is not None:
        rate = growth(before.value, after.value, after.year - before.year)
    elif before is not None and series.rate is not None and series.rate_to is not None and year <= series.rate_to:
        rate = series.rate
    else:
        return None
    return None if rate is None else (before.value * (1 + rate / 100) ** (year - before.year), False)


def conflict(one: Series, other: Series) -> Conflict | None:
    """Where two series say different sizes, in the first year of which both speak; None when they agree or never speak of one year."""
    if one.unit != other.unit:
        return None
    for year in sorted({point.year for point in (*one.points, *other.points)}):
        ours, theirs = value_in(one, year), value_in(other, year)
        if ours is None or theirs is None:
            continue
        implied = tuple(series.id for series, said in ((one, ours), (other, theirs)) if not said[1])
        found = Conflict(year, one.id, ours[0], other.id, theirs[0], implied)
        if found.times > 1 + APART:
            return found
    return None


def conflicts(series: Iterable[Series]) -> tuple[Conflict, ...]:
    """Every pair that competes; a retired series competes with nobody."""
    present: Sequence[Series] = [one for one in series if one.status != "retired"]
    return tuple(found for one, other in combinations(present, 2) if (found := conflict(one, other)))
