"""Which reports tell one event, in whatever order they come (cases in corpus/clusters.jsonl), and what the event then says."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import cluster
from monitor.cluster.diseases import disagree, named
from monitor.config import load_seeds, shipped
from monitor.model import Event, Report
from tests.telling import tell

CASES = [json.loads(line) for line in (Path(__file__).parent / "corpus/clusters.jsonl").read_text().splitlines()]
EVERY = [tell(**report) for case in CASES for report in case["reports"]]


def reports(case: dict[str, Any]) -> list[Report]:
    return [tell(**report) for report in case["reports"]]


def found(told: Sequence[Report]) -> set[frozenset[str]]:
    """The events, by the headlines of their reports (with their numbers, for two of one entry)."""
    return {frozenset(f"{report.title} {report.source} {report.n}" for report in group) for group in cluster.cluster(told)}


def merged(*told: Report) -> Event:
    return cluster.merge(told, "e1")


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_reports_are_put_together_as_people_would(case: dict[str, Any]) -> None:
    told = reports(case)
    assert found(told) == {frozenset(f"{told[n].title} {told[n].source} {told[n].n}" for n in event) for event in case["events"]}


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_no_order_of_arrival_changes_an_event(case: dict[str, Any]) -> None:
    told = reports(case)
    assert len({frozenset(found(order)) for order in permutations(told)}) == 1


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_numbers_of_entries_play_no_part(case: dict[str, Any]) -> None:
    told = reports(case)
    same_entry = len({report.entry for report in told}) < len(told)
    renumbered = told if same_entry else [replace(report, entry=len(told) - n) for n, report in enumerate(told)]
    assert found(renumbered) == found(told)


@settings(max_examples=40, deadline=None)
@given(st.permutations(EVERY))
def test_all_that_is_told_at_once_falls_into_the_same_events_in_every_order(order: list[Report]) -> None:
    assert found(order) == found(EVERY)


@settings(max_examples=40, deadline=None)
@given(st.permutations(EVERY[:12]), st.integers(0, 12))
def test_an_event_says_the_same_in_every_order(order: list[Report], cut: int) -> None:
    turned = order[cut:] + order[:cut]
    assert {cluster.merge(group, cluster.event_id(group)) for group in cluster.cluster(turned)} == {
        cluster.merge(group, cluster.event_id(group)) for group in cluster.cluster(order)
    }


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_reports_of_one_event_can_be_reached_from_key_to_key(case: dict[str, Any]) -> None:
    told = reports(case)
    for event in case["events"]:
        reached, beyond = {event[0]}, {event[0]}
        while beyond:
            beyond = {n for n in event if n not in reached and any(set(told[n].keys) & set(told[one].keys) for one in beyond)}
            reached |= beyond
        assert reached == set(event) or any(not told[n].label.type for n in event)  # what only attaches has no keys of its own


def test_keys_are_the_same_for_ever() -> None:
    report = tell("FDA approves Polderix in lymphoma", agency="FDA=fda", products=["polderix"], indication="lymphoma", day="2026-03-02")
    assert report.keys == (
        "label:fda/lymphoma:2.369838",
        "label:fda/lymphoma:2.369839",
        "label:polderix/fda/lymphoma:45.16437",
        "label:polderix/fda/lymphoma:45.16438",
        "label:polderix:10.73967",
        "label:polderix:10.73968",
    )


def test_no_report_has_many_keys() -> None:
    assert max(len(report.keys) for report in EVERY) <= 40


def test_ten_years_of_news_about_one_company_are_clustered_in_a_second() -> None:
    chance = random.Random(1)
    told = [
        tell(
            f"Harbour and {name} work together", type="partnership", sponsor="Harbour=harbour", partner=f"{name} Medicines",
            published=f"20{chance.randint(16, 25)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T09:00", source=f"s{n}",
        )
        for n, name in enumerate("".join(chance.choices("bcdfgklmnprst", k=2)) + chance.choice("aeiou") + "vex" for _ in range(2000))
    ]  # fmt: skip
    began = time.process_time()
    cluster.cluster(told)
    assert time.process_time() - began < 3


# ---- verdicts --------------------------------------------------------------------------------------------------------


def test_a_verdict_names_what_agreed() -> None:
    one = tell("FDA clears Polderix", agency="FDA=fda", products=["polderix"])
    other = tell("Polderix cleared", products=["polderix"], source="a")
    assert [reason.what for reason in cluster.same_event(one, other).reasons][:2] == ["same product: polderix", "same type: approval"]


def test_a_verdict_names_what_forbids() -> None:
    one = tell("FDA clears Polderix", agency="FDA=fda", products=["polderix"])
    other = tell("EU clears Polderix", agency="EC=ec", products=["polderix"], source="a")
    assert [reason.what for reason in cluster.same_event(one, other).reasons] == ["another agency: fda, ec"]


@pytest.mark.parametrize("pair", list(permutations(EVERY[:14], 2))[::5], ids=lambda pair: pair[0].title[:30])
def test_a_verdict_does_not_depend_on_who_is_asked_first(pair: tuple[Report, Report]) -> None:
    one, other = cluster.same_event(*pair), cluster.same_event(*reversed(pair))
    assert (one.same, one.forbidden, one.score) == (other.same, other.forbidden, other.score)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("MCL", {"mantle cell lymphoma"}),
        ("adults with relapsed or refractory mantle-cell lymphoma", {"mantle cell lymphoma"}),
        ("DLBCL", {"large b-cell lymphoma"}),
        ("CLL/SLL", {"chronic lymphocytic leukaemia"}),
        ("EGFR-mutated NSCLC", {"non-small cell lung cancer"}),
        ("small cell lung cancer", {"small cell lung cancer"}),
        ("all patients", set()),
    ],
)
def test_a_disease_is_known_by_each_of_its_names(text: str, names: set[str]) -> None:
    assert named(text) == names


def test_a_wider_disease_does_not_contradict_a_narrower_one() -> None:
    assert not disagree(named("lymphoma"), named("follicular lymphoma"))
    assert disagree(named("mantle cell lymphoma"), named("follicular lymphoma"))


# ---- the event -------------------------------------------------------------------------------------------------------


def test_facts_come_from_the_best_source_that_states_them() -> None:
    weak = tell("Harbour buys Polder for $1.5bn", type="acquisition", target="Polder", total=1500, source="a", tier=3)
    strong = tell("Harbour to acquire Polder for up to $1.0 billion", type="acquisition", target="Polder", total=1000)
    slot = merged(weak, strong).slot("total")
    assert slot is not None
    assert slot.value == "1000"


def test_two_goal_dates_are_kept_with_who_says_which() -> None:
    one = tell("Application accepted", type="filing_accepted", products=["polderix"], goal_date="2026-07-07", source="wire-one")
    other = tell("Application accepted for review", type="filing_accepted", products=["polderix"], goal_date="2026-Q3", source="wire-two")
    assert [conflict.says for conflict in merged(one, other).conflicts] == [(("2026-07-07", "wire-one"), ("2026-Q3", "wire-two"))]


def test_amounts_that_differ_by_rounding_are_no_conflict() -> None:
    one, other = (tell("A", type="acquisition", target="Polder", total=amount, source=f"s{amount}") for amount in (1000, 1020))
    assert merged(one, other).conflicts == ()


def test_a_stated_day_beats_the_days_of_publication() -> None:
    told = [
        tell("REMS gone", type="safety_action", day="2025-06-26", tier=2, source="a"),
        tell("REMS gone, it is said", type="safety_action", published="2025-06-27T09:00", source="b"),
        tell("Life after REMS", type="safety_action", published="2025-09-10T09:00", source="c"),
    ]
    assert merged(*told).date.value == date(2025, 6, 26)


def test_a_purchase_and_its_closing_are_one_story() -> None:
    one = merged(tell("Harbour to acquire Polder", type="acquisition", acquirer="Harbour=harbour", target="Polder Therapeutics"))
    other = merged(tell("Harbour completes acquisition", type="acquisition_completed", acquirer="Harbour=harbour", target="Polder"))
    assert one.story == other.story
    assert one.story is not None


def test_an_approval_is_a_story_of_its_own() -> None:
    assert merged(tell("FDA approves Polderix", products=["polderix"])).story is None


def test_an_event_keeps_its_id_when_later_reports_come() -> None:
    first = tell("Harbour buys Polder", type="acquisition", published="2026-03-10T06:00")
    later = tell("Polder goes to Harbour", type="acquisition", published="2026-03-11T06:00", source="a")
    assert cluster.event_id([later, first]) == cluster.event_id([first])


def test_the_closest_tier_of_any_report_counts_for_a_market() -> None:
    near = tell("A", markets={"adoptive-cell-therapy": "core"}, source="a", tier=2)
    far = tell("B", markets={"adoptive-cell-therapy": "player_only"})
    assert [match.tier for match in merged(near, far).markets] == ["core"]


def test_what_only_attaches_neither_leads_nor_dates_an_event() -> None:
    told = tell("FDA approves Polderix", products=["polderix"], source="journal", tier=2, day="2026-03-02")
    aside = tell("Polderix in the spotlight", type=cluster.ATTACHES, products=["polderix"], published="2026-03-01T09:00")
    event = merged(aside, told)
    assert (event.type, event.reports[0], event.date.value) == ("approval", told, date(2026, 3, 2))


def test_a_brand_and_what_is_in_it_are_one_medicine_where_the_list_of_names_says_so() -> None:
    seeds, _ = load_seeds(shipped("seeds"))
    brand = tell("FDA clears Nereus for motion sickness", product="Nereus", agency="FDA=fda", day="2026-03-02")
    substance = tell("FDA nod for tradipitant", generic="tradipitant", agency="FDA=fda", source="ledger", published="2026-03-03T08:00")
    other = tell("FDA nod for zorbitinib", generic="zorbitinib", agency="FDA=fda", source="ledger", published="2026-03-03T08:00")
    assert not cluster.same_event(brand, substance).same
    told = [cluster.prepared(report, seeds) for report in (brand, substance, other)]
    assert cluster.same_event(told[0], told[1]).same
    assert not cluster.same_event(told[0], told[2]).same
    assert cluster.prepared(told[0], seeds) == told[0]


def test_whose_products_a_report_names_is_prepared_for_comparing() -> None:
    report = cluster.prepared(tell("FDA approves Breyanzi", products=["breyanzi"]), load_seeds(shipped("seeds"))[0])
    assert [(slot.name, slot.id) for slot in report.slots] == [("owner", "bms")]
    assert any(key.startswith("label:@bms:") for key in report.keys)
