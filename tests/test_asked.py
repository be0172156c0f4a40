"""What somebody writes is found in seeds/: lineage by its dates, regions with their countries, products by any name, sources by tier."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from monitor.asked import Asked, lineages, resolve
from monitor.config import load_seeds, shipped
from monitor.errors import NotFound
from monitor.gazetteer import Ownership, Seeds
from monitor.model import IN_REPORT, Lineage, Source, Sources, Status, Wanted

SOURCES = [Source(f"tier-{tier}", "https://x.example/", tier=tier) for tier in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return load_seeds(shipped("seeds"))[0]


def asked(seeds: Seeds, market: str = "ACT", **words: Any) -> Wanted:
    (found,) = resolve(Asked(markets=(market,), **words), seeds, SOURCES)
    return found


def test_nothing_asked_is_every_market_as_the_report_has_it(seeds: Seeds) -> None:
    found = resolve(Asked(), seeds, SOURCES)
    assert [one.market for one in found] == list(seeds.markets)
    assert {one.statuses for one in found} == {IN_REPORT}
    assert {(one.players, one.places, one.sources, one.text) for one in found} == {((), (), None, ())}


def test_a_market_named_twice_is_searched_once(seeds: Seeds) -> None:
    assert len(resolve(Asked(markets=("act", "act")), seeds, SOURCES)) == 1


def test_a_region_is_its_node_and_what_lies_below_it(seeds: Seeds) -> None:
    assert {"europe", "Germany"} <= set(asked(seeds, regions=("Europe",)).places)
    assert asked(seeds, regions=("germany",)).places == ("Germany",)


def test_a_product_goes_by_its_brand_its_generic_name_and_its_codes(seeds: Seeds) -> None:
    by_brand = asked(seeds, products=("breyanzi",)).products
    assert by_brand == asked(seeds, products=("lisocabtagene maraleucel",)).products
    assert "Breyanzi" in by_brand


def test_an_agency_by_any_name(seeds: Seeds) -> None:
    assert asked(seeds, agencies=("U.S. FDA",)).agencies == asked(seeds, agencies=("fda",)).agencies == ("FDA",)


@pytest.mark.parametrize(
    ("most", "sources"),
    [(1, Sources(("tier-1",))), (2, Sources(("tier-1", "tier-2"))), (3, Sources(("tier-4",), but=True)), (4, None)],
)
def test_a_tier_is_the_sources_that_have_it_and_one_that_left_counts_as_an_aggregator(seeds: Seeds, most: int, sources: object) -> None:
    assert asked(seeds, max_tier=most).sources == sources


def test_the_order_of_the_report_is_its_own(seeds: Seeds) -> None:
    oldest = [seeds.markets[one.market].report_order == "oldest_first" for one in resolve(Asked(order="report"), seeds, SOURCES)]
    assert [one.oldest_first for one in resolve(Asked(order="report"), seeds, SOURCES)] == oldest
    assert True in oldest


def test_statuses_by_name_or_all(seeds: Seeds) -> None:
    assert asked(seeds, statuses=("proposed",)).statuses == (Status.PROPOSED,)
    assert asked(seeds, statuses=("all", "proposed")).statuses == tuple(Status)


# ---- lineage ---------------------------------------------------------------------------------------------------------


def test_a_player_by_id_or_any_plain_name(seeds: Seeds) -> None:
    assert Lineage("bms") in lineages("bms", seeds)
    assert lineages("bms", seeds) == lineages("Bristol Myers Squibb", seeds)


@pytest.mark.parametrize(("name", "owner"), [("Celgene", "bms"), ("Kite Pharma", "gilead"), ("Seattle Genetics", "pfizer")])
def test_a_name_of_former_days_is_its_successor_under_that_name(name: str, owner: str, seeds: Seeds) -> None:
    assert lineages(name.lower(), seeds)[0] == Lineage(owner, None, name)


def test_what_a_player_took_over_is_found_under_it_until_it_let_it_go(seeds: Seeds) -> None:
    market = seeds.markets["adoptive-cell-therapy"]
    owns = (Ownership("Autolus", date(2019, 1, 1), date(2021, 1, 1)), Ownership("Iovance", announced=date(2020, 1, 1)))
    buyer = replace(market.players["amgen"], owns=owns)
    changed = replace(seeds, markets={market.id: replace(market, players={**market.players, "amgen": buyer})})
    assert lineages("amgen", changed) == (Lineage("amgen"), Lineage("autolus", date(2021, 1, 1)))


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ({"market": "nowhere"}, "ACT"),
        ({"players": ("Novartus",)}, "Novartis"),
        ({"products": ("Breyanzy",)}, "Breyanzi"),
        ({"types": ("aproval",)}, "approval"),
        ({"stages": ("initail",)}, "initial"),
        ({"agencies": ("FDAA",)}, "FDA"),
        ({"regions": ("Germny",)}, "Germany"),
        ({"statuses": ("acepted",)}, "accepted"),
    ],
)
def test_a_name_that_does_not_exist_says_which_do(words: dict[str, Any], hint: str, seeds: Seeds) -> None:
    with pytest.raises(NotFound, match=hint):
        asked(seeds, **words)
