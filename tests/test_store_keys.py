"""Keys that the store computes: how inexact dates sort, and when two items are one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.model import Precision
from monitor.store import keys

DAYS = some.dates(date(1990, 1, 1), date(2090, 1, 1))
INEXACT = some.sampled_from(["month", "quarter", "year"])


@given(DAYS, DAYS)
def test_days_sort_like_dates(one: date, other: date) -> None:
    assert (keys.date_order(one, "day") < keys.date_order(other, "day")) == (one < other)


@given(DAYS, INEXACT)
def test_an_inexact_date_sorts_below_each_day_it_can_be_and_above_the_day_before_them(day: date, precision: Precision) -> None:
    order, last = keys.date_order(day, precision), keys.last_day(day, precision)
    days = [last - timedelta(days=n) for n in range(366)]
    inside = [each for each in days if keys.date_order(each, precision) == order]
    assert order < min(keys.date_order(each, "day") for each in inside)
    assert order > keys.date_order(min(inside) - timedelta(days=1), "day")
    assert keys.date_order(last + timedelta(days=1), precision) != order


def test_the_less_exact_date_sorts_lower() -> None:
    precisions: list[Precision] = ["day", "month", "quarter", "year"]
    orders = [keys.date_order(date(2026, 1, 1), precision) for precision in precisions]
    assert orders == sorted(orders, reverse=True)
    assert len(set(orders)) == 4


@pytest.mark.parametrize(
    ("day", "precision", "last"),
    [
        (date(2026, 2, 3), "day", date(2026, 2, 3)),
        (date(2024, 2, 15), "month", date(2024, 2, 29)),
        (date(2026, 5, 1), "quarter", date(2026, 6, 30)),
        (date(2026, 12, 31), "quarter", date(2026, 12, 31)),
        (date(2026, 7, 1), "year", date(2026, 12, 31)),
        (date(9999, 12, 1), "month", date.max),
    ],
)
def test_the_last_day_it_can_have_been(day: date, precision: Precision, last: date) -> None:
    assert keys.last_day(day, precision) == last


@pytest.mark.parametrize(
    "link",
    [
        "http://example.org/a",
        "https://www.example.org/a/",
        "https://EXAMPLE.org/a?utm_source=x&utm_medium=y#top",
        "https://example.org/a/?fbclid=1",
    ],
)
def test_one_page_has_one_key_however_it_is_linked(link: str) -> None:
    assert keys.second_key(link, "A  title") == keys.second_key("https://example.org/a", "a TITLE")


@pytest.mark.parametrize("link", ["https://example.org/b", "https://example.org/a?id=2", "https://other.org/a", "https://example.org/A"])
def test_other_pages_have_other_keys(link: str) -> None:
    assert keys.second_key(link, "a title") != keys.second_key("https://example.org/a", "a title")


def test_without_a_link_there_is_no_second_key() -> None:
    assert keys.second_key("", "a title") is None


@given(some.text(min_size=1), some.text())
def test_a_second_key_lies_in_its_links_range_and_fits_a_cell(link: str, title: str) -> None:
    lowest, highest = keys.link_keys(link)
    key = keys.second_key(link, title)
    assert key is not None
    assert -(2**63) <= lowest <= key <= highest < 2**63
