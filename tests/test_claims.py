"""Figures are claims: kept as printed, recomputed, held against each other, and never changed by news."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import claims
from monitor.claims import Point, Series
from monitor.config import load_seeds, shipped
from tests import commands
from tests.newsroom import ACT


def series(name: str, *points: tuple[int, float], **facts: object) -> Series:
    return Series(name, tuple(Point(*point) for point in points), **facts)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `monitor init` leaves it."""
    folder = tmp_path_factory.mktemp("claims")
    assert commands.monitor("init", folder).code == 0
    return folder


def test_growth_that_recomputes_is_not_a_disagreement() -> None:
    assert claims.disagreement(series("a", (2020, 100), (2024, 146.41), rate=10.0, rate_from=2020, rate_to=2024)) == ""


def test_a_rate_over_other_years_than_the_values_says_what_it_would_need() -> None:
    said = claims.disagreement(series("a", (2020, 100), (2030, 200), rate=12.0, rate_from=2024, rate_to=2030))
    assert said == (
        "12 % is printed for 2024 to 2030, but 2020 to 2030 gives 7.18 %; it would need about 101 million in 2024, which is not printed"
    )


def test_a_forecast_may_begin_the_year_after_its_base() -> None:
    assert claims.disagreement(series("a", (2024, 100), (2030, 200), rate=14.87, rate_from=2025, rate_to=2030)) == ""


def test_rounded_values_leave_room_for_the_rate() -> None:
    coarse = Series("a", (Point(2020, 1000, 500), Point(2030, 2000, 500)), rate=9.0)
    assert claims.disagreement(coarse) == ""
    assert claims.disagreement(Series("a", (Point(2020, 1000, 5), Point(2030, 2000, 5)), rate=9.0)) != ""


@pytest.mark.parametrize("points", [((2024, 5),), ((2024, 0), (2030, 5)), ((2024, 5), (2030, -1))])
def test_nothing_is_recomputed_where_nothing_can_be(points: tuple[tuple[int, float], ...]) -> None:
    assert claims.recomputed(series("a", *points)) is None
    assert claims.disagreement(series("a", *points, rate=5.0)) == ""


def test_two_series_compete_over_a_value_that_one_only_implies() -> None:
    (found,) = claims.conflicts([series("a", (2020, 100), (2022, 400)), series("b", (2021, 300), (2022, 400))])
    assert str(found) == "2021: a implies about 200, b says 300; 1.5 times apart"


def test_series_that_agree_or_are_retired_or_count_in_another_money_do_not_compete() -> None:
    one, other = series("a", (2020, 100), (2022, 200)), series("b", (2020, 500), (2022, 600))
    assert claims.conflicts([one, series("b", (2020, 102), (2022, 204))]) == ()
    assert claims.conflicts([one, series("b", (2020, 500), (2022, 600), status="retired")]) == ()
    assert claims.conflicts([one, series("b", (2020, 500), (2022, 600), unit="EUR million")]) == ()
    assert len(claims.conflicts([one, other])) == 1


def test_the_shipped_series_are_shown_as_they_were_claimed(folder: Path) -> None:
    ran = commands.monitor("figures", "--market", "ACT", "--json", folder=folder)
    assert ran.code == 0
    rows = {row["series"]: row for row in ran.json}
    held = {one.id: one for one in load_seeds(shipped("seeds"))[0].markets[ACT].series}
    assert {name: [(point["year"], point["value"]) for point in row["points"]] for name, row in rows.items()} == {
        name: [(point.year, point.usd_million) for point in one.points] for name, one in held.items()
    }
    assert {name: (row["growth_stated"], row["growth_recomputed"]) for name, row in rows.items()} == {
        "size-a": (10.5, 10.5), "size-b": (21.5, 21.52), "size-c": (24.5, 22.7),
    }  # fmt: skip
    assert [name for name, row in rows.items() if row["disagreement"]] == ["size-c"]
    assert all(len(row["conflicts"]) == 2 for row in rows.values())


def test_a_market_without_figures_says_so(folder: Path) -> None:
    ran = commands.monitor("figures", "-m", "LM", folder=folder)
    assert ran.code == 0
    assert "print no market size" in ran.out


def test_the_table_names_each_conflict(folder: Path) -> None:
    ran = commands.monitor("figures", folder=folder)
    assert "2024: size-a says 14,776, size-c says 5,600; 2.6 times apart" in ran.out
