"""What a report builder was promised (user stories R1 to R10): the table over headlines of ten years, read by the whole line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor import api, exports
from monitor.asked import Asked
from monitor.config import load_seeds, shipped
from monitor.model import IN_REPORT, Development, Status
from tests.conftest import SHARED
from tests.loopback import answer
from tests.newsroom import ACT, HOUR, LM, Newsroom, newsroom, rows

GOLD = SHARED / "data" / "labelled" / "developments.jsonl"
OUTLETS = {"wire": "wire", "trade press": "trade-press", "aggregator": "aggregator"}
TODAY = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def archive(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """Every headline of the labelled developments, read and decided about."""
    with newsroom(tmp_path_factory.mktemp("archive"), TODAY - HOUR) as room:
        for row in rows(GOLD):
            room.tell(OUTLETS[row["source"]], row["title"], datetime.fromisoformat(row["published"]), guid=row["id"].replace("/", "-"))
        room.read(TODAY)
        yield room


def events(developments: tuple[Development, ...]) -> set[str]:
    """The labelled events that these developments tell."""
    return {url.removeprefix("https://news.example/").rpartition("-")[0] for one in developments for _, url in one.sources}


def as_exported(room: Newsroom, shape: exports.Format, market: str = ACT, **filters: object) -> str:
    found = room.monitor.store.developments(market, **{"statuses": tuple(Status), **filters})  # type: ignore[arg-type]
    return exports.export(found, shape, as_of=TODAY)


# ---- R1 to R4 --------------------------------------------------------------------------------------------------------


def test_r1_all_exports_have_the_same_rows_in_the_same_order(archive: Newsroom) -> None:
    as_csv = [row["id"] for row in csv.DictReader(io.StringIO(as_exported(archive, "csv").removeprefix("\ufeff")))]
    as_json = [row["id"] for row in json.loads(as_exported(archive, "json"))["rows"]]
    assert as_csv == as_json
    assert len(as_csv) > 50
    as_markdown = as_exported(archive, "markdown")
    assert [as_markdown.index(one) for one in as_csv] == sorted(as_markdown.index(one) for one in as_csv)


@pytest.mark.parametrize(("market", "count"), [(ACT, 2), (LM, 0)])
def test_r2_the_lines_of_the_report_itself_are_in_the_table_and_marked(archive: Newsroom, market: str, count: int) -> None:
    found = archive.monitor.store.developments(market, statuses=IN_REPORT)
    assert [one.status for one in found] == [Status.BASELINE] * count


def test_r3_the_newest_come_first_or_last_and_every_pull_is_the_same(archive: Newsroom) -> None:
    newest, oldest = archive.table(), archive.table(oldest_first=True)
    assert oldest == tuple(reversed(newest))
    days = [one.event_date for one in newest if one.date_precision == "day"]
    assert days == sorted(days, reverse=True)
    assert as_exported(archive, "csv") == as_exported(archive, "csv")


def test_r3_what_is_known_to_the_month_stands_below_the_dated_ones_of_that_month(archive: Newsroom) -> None:
    found = archive.monitor.store.developments(ACT, statuses=tuple(Status))
    for place, one in enumerate(found):
        if one.date_precision == "month":
            below = [each.event_date for each in found[place + 1 :] if each.date_precision == "day"]
            assert [day for day in below if (day.year, day.month) == (one.event_date.year, one.event_date.month)] == []


def test_r4_proposed_lines_appear_only_when_they_are_asked_for(archive: Newsroom) -> None:
    assert {one.status for one in archive.monitor.store.developments(ACT, statuses=IN_REPORT)} == {Status.BASELINE}
    assert Status.PROPOSED in {one.status for one in archive.table()}


# ---- R5 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["gold-act-007", "gold-act-008", "gold-act-013", "gold-act-016", "gold-act-103", "gold-act-108"])
def test_r5_a_company_has_the_events_of_those_it_absorbed(archive: Newsroom, event: str) -> None:
    assert event in events(archive.table(players=["bms"]))


def test_r5_what_was_spun_out_stays_only_until_that_day(archive: Newsroom) -> None:
    found = archive.table(players=["bluebird"])
    about = [one for one in found if one.product == "Abecma"]
    assert "gold-act-026" in events(tuple(about))
    assert [one.headline for one in about if one.event_date > date(2021, 11, 4)] == []  # on that day bluebird itself let it go


# ---- R6 --------------------------------------------------------------------------------------------------------------


def test_r6_a_region_has_what_its_agencies_decided(archive: Newsroom) -> None:
    found = archive.table(regions=["europe"])
    assert {"gold-act-012", "gold-act-089", "gold-act-107", "gold-act-114", "gold-act-123"} <= events(found)
    assert {one.agency for one in found} <= {"EC", "European Commission", "EMA", "CHMP", "MHRA", "NICE"}


def test_r6_a_country_has_only_its_own(archive: Newsroom) -> None:
    found = archive.table(regions=["United Kingdom"])
    assert {"gold-act-107", "gold-act-123"} <= events(found)
    assert {one.agency for one in found} <= {"MHRA", "NICE"}


# ---- R5 and R6 as they are asked of `monitor table` and from scripts ----------------------------------------------------


def pulled(room: Newsroom, **asked: Any) -> tuple[Development, ...]:
    """The rows of the table for what a person asks, by any name."""
    made, about = api.pull(
        room.monitor.store, room.monitor.seeds, room.monitor.config.sources, Asked(("ACT",), statuses=("all",), **asked), now=room.now
    )
    every = [one for one in made if isinstance(one, Development)]
    assert [one["id"] for one in csv.DictReader(io.StringIO("".join(exports.TEXTS["csv"](every, about)).removeprefix("\ufeff")))] == [
        one.id for one in every
    ]
    return tuple(every)


@pytest.mark.parametrize("name", ["bms", "BMS", "Bristol-Myers Squibb"])
def test_r5_the_table_of_a_player_has_what_it_absorbed(archive: Newsroom, name: str) -> None:
    found = events(pulled(archive, players=(name,)))
    assert {"gold-act-007", "gold-act-008", "gold-act-013", "gold-act-016", "gold-act-103", "gold-act-108"} <= found


def test_r5_the_table_of_a_player_has_what_it_spun_out_only_until_that_day(archive: Newsroom) -> None:
    about = [one for one in pulled(archive, players=("bluebird",)) if one.product == "Abecma"]
    assert "gold-act-026" in events(tuple(about))
    assert max(one.event_date for one in about) <= date(2021, 11, 4)


def test_r5_a_former_name_finds_what_was_told_under_it(archive: Newsroom) -> None:
    found = pulled(archive, players=("Celgene",))
    assert found
    assert {one.id for one in found} < {one.id for one in pulled(archive, players=("bms",))}


def test_r6_the_table_of_a_region_and_of_a_country(archive: Newsroom) -> None:
    region, country = pulled(archive, regions=("Europe",)), pulled(archive, regions=("United Kingdom",))
    assert {"gold-act-012", "gold-act-089", "gold-act-107", "gold-act-114", "gold-act-123"} <= events(region)
    assert {one.agency for one in country} == {"MHRA", "NICE"}
    assert {one.id for one in country} < {one.id for one in region}


# ---- R7 to R10 -------------------------------------------------------------------------------------------------------


def test_r7_the_values_of_a_deal_can_be_reckoned_with(tmp_path: Path) -> None:
    with newsroom(tmp_path, datetime(2024, 11, 26, 12, tzinfo=UTC)) as room:
        summary = "Roche pays about $1.0 billion upfront, and up to $1.5 billion in total, for Poseida's donor-derived CAR-T therapies."
        room.tell("wire", "Roche to acquire Poseida Therapeutics", summary=summary)
        room.read(room.now + HOUR)
        (deal,) = room.table()
        assert (deal.deal_upfront, deal.deal_max, deal.currency) == (1000, 1500, "USD")
        assert "USD 1 billion upfront" in deal.line_text
        assert "USD 1.5 billion in total" in deal.line_text


def test_r8_what_was_overtaken_says_so(archive: Newsroom) -> None:
    (carvykti,) = [one for one in archive.monitor.store.developments(ACT, statuses=[Status.BASELINE]) if one.product == "Carvykti"]
    assert "April 2024" in str(carvykti.superseded_by)
    exported = {row["id"]: row for row in json.loads(as_exported(archive, "json"))["rows"]}
    assert exported[carvykti.id]["superseded_by"] == carvykti.superseded_by


def test_r9_every_row_has_a_source_with_a_name_an_address_and_a_day(archive: Newsroom) -> None:
    for market in (ACT, LM):
        for one in archive.table(market):
            assert one.source_name in OUTLETS.values()
            assert one.source_url.startswith("https://news.example/")
            assert one.first_seen == TODAY


def test_r9_a_source_that_is_gone_keeps_its_rows(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.tell("wire", "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma")
        room.read(room.now + HOUR)
        before = room.table()
        room.web.scripts["/wire"] = answer(410)
        room.read(room.now + HOUR)
        assert room.table() == before != ()


def test_r10_no_news_ever_touches_a_figure(archive: Newsroom) -> None:
    written, _ = load_seeds(shipped("seeds"))
    held = archive.monitor.seeds.markets[ACT]
    assert held.series == written.markets[ACT].series
    assert len(held.series) == 3
    assert sorted(one.status for one in held.series) == ["alternate", "alternate", "headline"]
