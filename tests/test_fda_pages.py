"""FDA's pages and the Purple Book: which date counts, what is new in a list without dates, and what a licence is."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Entry, Outcome
from monitor.sources import purple_book
from tests.internet import Asked, Reply, fda
from tests.internet.watching import NOW, watching
from tests.newsroom import ACT, DAY, HOUR
from tests.registers import dated, read, understood

# ---- FDA's pages -----------------------------------------------------------------------------------------------------


def notifications(**more: Any) -> Entry:
    row = fda.own_notifications()[0] | more
    (entry,) = read("fda_oncology", fda.notifications([row], Asked("", {}, {})).body, "https://www.fda.gov/drugs/list").entries
    return entry


def test_a_notification_is_dated_by_the_decision_and_not_by_its_posting(tmp_path: Path) -> None:
    with watching(tmp_path, ["fda_oncology"]) as watch:
        watch.look()
        (told,) = understood(watch, "fda_oncology").values()
    assert told == ("approval", ("tecartus",), {"fda"}, date(2026, 4, 24))


@pytest.mark.parametrize(
    ("prose", "day"),
    [
        ("On April 24, 2026, the Food and Drug Administration approved tucatinib.", date(2026, 4, 24)),
        ("On April 24, 2026, the U.S. Food and Drug Administration granted accelerated approval to tucatinib.", date(2026, 4, 24)),
        ("On Apr 4, 2026 the FDA approved tucatinib.", date(2026, 4, 4)),
        ("Tucatinib (Tukysa) was approved. On January 5, 2024, a trial ended.", date(2026, 4, 28)),
        ("On April 24, 2062, the Food and Drug Administration approved tucatinib.", date(2026, 4, 28)),
        ("On April 24, 2006, the Food and Drug Administration approved tucatinib.", date(2026, 4, 28)),
        ("On April 34, 2026, the Food and Drug Administration approved tucatinib.", date(2026, 4, 28)),
    ],
)
def test_a_day_in_the_prose_counts_where_it_can_be_meant(prose: str, day: date) -> None:
    entry = notifications(text=prose)
    assert entry.published is not None
    assert (entry.published.date(), entry.published_text) == (day, "4/28/2026")


def test_a_notification_links_to_its_own_page() -> None:
    assert notifications().link == "https://www.fda.gov/drugs/tecartus-mcl"


def test_the_columns_may_stand_in_another_order() -> None:
    body = fda.page(
        "Notifications", ("Date", "Webpage", "Description"), [["4/28/2026", '<a href="/x">FDA approves tucatinib</a>', "Words."]]
    )
    (entry,) = read("fda_oncology", body.body).entries
    assert (entry.title, entry.lead, entry.published_text) == ("FDA approves tucatinib", "Words.", "4/28/2026")


def test_a_page_whose_table_has_gone_is_an_alarm_and_no_empty_day() -> None:
    found = read("fda_oncology", fda.page("Notifications", ("Name", "Text"), [["a", "b"]]).body)
    assert (found.outcome, "the page has changed" in found.detail) == (Outcome.PARSE_ERROR, True)


def test_a_new_row_of_the_undated_list_is_news_on_the_day_it_is_seen(tmp_path: Path) -> None:
    with watching(tmp_path, ["fda_cgt"]) as watch:
        watch.look()
        watch.net["fda_cgt"].rows.insert(
            1, {"product": "AUCATZYL (obecabtagene autoleucel)", "maker": "Autolus, Inc.", "path": "/cgt/aucatzyl"}
        )
        watch.now += 3 * DAY
        look = watch.look()["fda_cgt"]
        assert look.detail == "4 products are listed"
        (new,) = [stored for stored in watch.entries() if not stored.baseline]
        assert new.entry.published is None
        assert understood(watch, "fda_cgt")["aucatzyl"] == ("approval", ("aucatzyl",), {"fda"}, watch.now.date())
        assert [line.event_date for line in watch.developments(ACT) if not line.baseline] == [watch.now.date()]


def test_a_row_that_vanishes_from_the_list_takes_nothing_back_and_its_number_says_so(tmp_path: Path) -> None:
    with watching(tmp_path, ["fda_cgt"]) as watch:
        watch.look()
        del watch.net["fda_cgt"].rows[0]
        watch.now += 12 * HOUR
        assert watch.look()["fda_cgt"].detail == "2 products are listed"
        assert len(watch.entries()) == 3


def test_a_product_of_the_list_stays_the_same_when_its_manufacturer_or_its_signs_change() -> None:
    rows = fda.own_products()
    changed = [rows[0] | {"product": "Tecartus® (brexucabtagene autoleucel)", "maker": "Kite Pharma LLC", "path": "/new"}, *rows[1:]]
    before, after = (read("fda_cgt", fda.products(one, Asked("", {}, {})).body) for one in (rows, changed))
    assert list(dated(before)) == list(dated(after))
    assert len(dated(before)) == 3


# ---- Purple Book -----------------------------------------------------------------------------------------------------


def test_this_months_file_is_asked_for_in_either_case_and_then_last_months() -> None:
    url = "https://fda.example/{year}/book-{month}.csv"
    asked = purple_book.address(url, {}, datetime(2026, 1, 31, tzinfo=UTC))
    assert [one.removeprefix("https://fda.example/") for one in asked] == [
        "2026/book-January.csv", "2026/book-january.csv", "2025/book-December.csv", "2025/book-december.csv",
    ]  # fmt: skip
    assert purple_book.address("https://fda.example/book.csv", {}, NOW) == ("https://fda.example/book.csv",)


@pytest.mark.parametrize(("month", "read_from"), [(5, "may"), (6, "may"), (4, "April"), (1, "december")])
def test_the_newest_file_that_is_there_is_read(month: int, read_from: str, tmp_path: Path) -> None:
    with watching(tmp_path, ["purple_book"]) as watch:
        watch.now = NOW.replace(month=month)
        assert watch.look()["purple_book"].outcome is Outcome.OK
        assert f"purplebook-search-{read_from}-data" in watch.net.web.asked[-1].path


def test_where_neither_months_file_is_there_the_source_is_gone(tmp_path: Path) -> None:
    with watching(tmp_path, ["purple_book"]) as watch:
        watch.now = NOW.replace(month=9)
        assert watch.look()["purple_book"].outcome is Outcome.GONE


def test_a_wall_in_front_of_this_months_file_is_not_taken_for_a_file_that_is_missing(tmp_path: Path) -> None:
    with watching(tmp_path, ["purple_book"]) as watch:
        location = {"Location": "/apology_objects/abuse-detection-apology.html"}
        watch.net["purple_book"].fault = lambda talk, endpoint, usual: Reply(b"", "text/html", 302, location).send(talk)
        assert watch.look()["purple_book"].outcome is Outcome.BLOCKED
        assert len(watch.net.web.asked) == 1


def test_both_sections_and_all_strengths_are_one_entry_for_each_product() -> None:
    body = fda.book(fda.own_licences(), Asked(f"{fda.BOOK}2026/purplebook-search-may-data-download.csv", {}, {})).body
    found = read("purple_book", body, "https://fda.example/2026/may.csv")
    assert dated(found) == {
        "125703/tecartus": date(2026, 4, 5),
        "761111/zevomab": date(2019, 6, 5),
        "101063/candida albicans skin test antigen": date(1995, 11, 27),
        "761222/zevosim": date(2026, 3, 9),
    }
    (biosimilar,) = [entry for entry in found.entries if entry.identity == "761222/zevosim"]
    assert "biosimilar of Zevomab" in biosimilar.lead


def test_a_center_may_be_chosen() -> None:
    body = fda.book(fda.own_licences(), Asked(f"{fda.BOOK}2026/purplebook-search-may-data-download.csv", {}, {})).body
    found = read("purple_book", body, options={"center": ("CBER",)})
    assert set(dated(found)) == {"125703/tecartus", "101063/candida albicans skin test antigen"}


def test_a_licence_that_was_revoked_is_a_withdrawal_and_no_approval(tmp_path: Path) -> None:
    with watching(tmp_path, ["purple_book"]) as watch:
        watch.net["purple_book"].rows[0]["Licensure"] = "Voluntarily Revoked"
        watch.look()
        (told,) = understood(watch, "purple_book").values()
    assert (told[0], told[1]) == ("application_withdrawn", ("tecartus",))


@pytest.mark.parametrize(
    ("written", "day"),
    [("5-Jun-26", date(2026, 6, 5)), ("5-Jun-27", date(1927, 6, 5)), ("5-JUN-2024", date(2024, 6, 5)), ("31-Feb-24", None), ("soon", None)],
)
def test_a_year_of_two_digits_lies_never_after_the_year_of_the_file(written: str, day: date | None) -> None:
    assert purple_book._day(written, 2026) == day


def test_the_purple_book_knows_every_cell_and_gene_therapy_by_its_day(shared: Path) -> None:
    rows = fda.licences_of_facts(shared)
    body = fda.book(rows, Asked(f"{fda.BOOK}2026/purplebook-search-may-data-download.csv", {}, {})).body
    found = read("purple_book", body, "https://fda.example/2026/may.csv")
    told = Counter((entry.guid.partition("/")[0], entry.published.date()) for entry in found.entries if entry.published)
    assert told == Counter({(row["BLA Number"], row["Approval Date"]) for row in rows})


def test_the_undated_list_of_all_cell_and_gene_therapies_has_an_entry_for_each(shared: Path) -> None:
    rows = fda.products_of_facts(shared)
    found = read("fda_cgt", fda.products(rows, Asked("", {}, {})).body)
    assert len(found.entries) == len({(row["product"], row["maker"]) for row in rows})
