"""How events become lines (cases in corpus/lines.jsonl), which words may stand in one, and what becomes of the rest."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor import cluster, phrase
from monitor.config import load_seeds, shipped
from monitor.gazetteer import House, Seeds
from monitor.model import Development, Event, Status
from monitor.phrase.filling import Piece, a_or_an, sentence
from monitor.phrase.wording import amount, as_running_text, day, indication
from tests.telling import tell

CASES = [json.loads(line) for line in (Path(__file__).parent / "corpus/lines.jsonl").read_text().splitlines()]
ACT, LM = "adoptive-cell-therapy", "leptomeningeal-metastases"
NOW = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return load_seeds(shipped("seeds"))[0]


def event(*reports: dict[str, Any]) -> Event:
    told = [tell(**report) for report in reports]
    assert len(cluster.cluster(told)) == 1
    return cluster.merge(told, cluster.event_id(told))


def developed(told: Event, seeds: Seeds, market: str = "") -> Development | None:
    return phrase.develop(told, seeds.markets[market or told.markets[0].market], seeds, NOW)


def shown(told: Development | None) -> dict[str, Any]:
    if told is None:
        return {"status": None}
    facts = {"status": str(told.status), "importance": told.importance, "line": told.line_text}
    return {**facts, "headline": told.headline, "conflict": told.conflict_note}


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_an_event_is_told_as_the_house_tells_it(case: dict[str, Any], seeds: Seeds) -> None:
    told = developed(event(*case["reports"]), seeds)
    expected = {key: case[key] for key in ("status", "importance", "line", "headline", "conflict") if key in case}
    assert {key: shown(told)[key] for key in expected} == expected


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_every_word_of_a_line_comes_from_somewhere(case: dict[str, Any], seeds: Seeds) -> None:
    told = event(*case["reports"])
    line = phrase.compose(told, seeds.markets[told.markets[0].market], seeds)
    assert phrase.strange(line.text, told, seeds) == ()
    assert all(piece.kind in {"template", "date", "seed"} or piece.span is not None for piece in line.pieces)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_line_opens_with_its_month_and_has_at_most_two_sentences(case: dict[str, Any], seeds: Seeds) -> None:
    told = event(*case["reports"])
    line = phrase.compose(told, seeds.markets[told.markets[0].market], seeds).text
    assert not line or re.match(r"In [A-Z][a-z]+ \d{4}, ", line)
    assert len(re.findall(r"\.(?:\s|$)", line.replace("U.S. ", ""))) <= 2
    assert "  " not in line


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_every_word_comes_from_somewhere_in_another_house_too(case: dict[str, Any], seeds: Seeds) -> None:
    present = seeds.style.house.present
    house = House("present", "company_first", "capitals", trademark=True, date="day", sentences=1, source_note=True, present=present)
    other = replace(seeds, style=replace(seeds.style, house=house))
    told = event(*case["reports"])
    market = seeds.markets[told.markets[0].market]
    line = phrase.compose(told, market, other).text
    assert phrase.strange(line, told, other) == ()
    ours, theirs = (phrase.develop(told, market, house, told.reports[0].first_seen) for house in (seeds, other))
    assert ours is None or theirs is None or theirs.headline.replace("™", "").lower() == ours.headline.lower()
    assert bool(line) == bool(phrase.compose(told, market, seeds).text)
    assert not line or (line.endswith(f" Source: {told.reports[0].source}.") and not line.startswith("In "))


def test_a_headline_prints_brands_as_the_house_does_and_nothing_else_changes(seeds: Seeds) -> None:
    house = House("present", "company_first", "capitals", trademark=True, date="day", sentences=1, source_note=True)
    told = event(*CASES[0]["reports"])
    made = [
        phrase.develop(told, seeds.markets[told.markets[0].market], one, told.reports[0].first_seen)
        for one in (seeds, replace(seeds, style=replace(seeds.style, house=house)))
    ]
    ours, theirs = (one.headline for one in made if one is not None)
    assert (ours.count("Breyanzi"), theirs) == (1, ours.replace("Breyanzi", "BREYANZI™"))


# ---- what keeps a word out -------------------------------------------------------------------------------------------


def test_a_word_nobody_said_keeps_the_line_back(seeds: Seeds) -> None:
    told = event(CASES[0]["reports"][0])
    line = "In December 2025, Bristol Myers Squibb triumphantly obtained U.S. FDA approval of Breyanzi."
    assert phrase.strange(line, told, seeds) == ("triumphantly",)


def test_a_number_nobody_said_keeps_the_line_back(seeds: Seeds) -> None:
    told = event(CASES[3]["reports"][0])
    assert phrase.strange("In April 2026, Eli Lilly agreed to acquire Kelonia for USD 3.75 billion upfront.", told, seeds) == ("3.75",)


def test_a_company_nobody_named_keeps_the_development_back_without_a_line(seeds: Seeds) -> None:
    told = event(CASES[3]["reports"][0])
    renamed = tuple(replace(slot, span=None, value="Polder Therapeutics") if slot.name == "role:target" else slot for slot in told.slots)
    forged = developed(replace(told, slots=renamed), seeds)
    assert forged is not None
    assert (forged.status, forged.line_text) == (Status.REVIEW, "")


def test_without_a_sentence_of_its_type_an_event_is_reviewed(seeds: Seeds) -> None:
    told = developed(event(CASES[3]["reports"][0]), replace(seeds, style=replace(seeds.style, wordings={})))
    assert told is not None
    assert (told.status, told.why[-1].what) == (Status.REVIEW, "review: no line could be written from what the sources state")


def test_the_last_reason_says_why_it_is_what_it_is(seeds: Seeds) -> None:
    told = developed(event({"title": "BioOra partners on CAR-T", "type": "partnership", "sponsor": "BioOra", "terms": ["CAR-T"]}), seeds)
    assert told is not None
    assert told.why[-1].what == "review: not stated: companies"


@pytest.mark.parametrize(("tiers", "status"), [(["core", "adjacent"], Status.PROPOSED), (["adjacent", "core"], Status.REVIEW)])
def test_what_only_a_later_report_makes_core_waits_for_a_person(tiers: list[str], status: Status, seeds: Seeds) -> None:
    case = next(case for case in CASES if case.get("status") == "proposed" and len(case["reports"]) == 1)["reports"][0]
    of = [{ACT: tier} for tier in tiers]
    told = developed(event({**case, "markets": of[0], "tier": 1}, {**case, "markets": of[1], "tier": 2, "source": "wire-two"}), seeds, ACT)
    assert told is not None
    assert (told.relevance, told.status) == ("core", status)


# ---- weight ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agency", "subtype", "tier", "importance"),
    [
        ("fda", "initial", "core", 5),
        ("mhra", "initial", "core", 5),  # one less, and one more for a player of the report's lists
        ("fda", "initial", "adjacent", 5),
        ("fda", "initial", "player_only", 4),
    ],
)
def test_the_weight_of_an_approval(agency: str, subtype: str, tier: str, importance: int, seeds: Seeds) -> None:
    approval = {"title": "Breyanzi approved", "agency": f"X={agency}", "subtype": subtype, "products": ["breyanzi"]}
    told = developed(event({**approval, "markets": {ACT: tier}}), seeds)
    assert told is not None
    assert told.importance == importance


def test_an_adjacent_event_is_proposed_only_where_the_market_takes_its_kind(seeds: Seeds) -> None:
    readout = {"title": "Tukysa results", "type": "trial_readout", "products": ["tukysa"], "phase": "3", "markets": {LM: "adjacent"}}
    approval = {"title": "Tukysa approved", "agency": "FDA=fda", "products": ["tukysa"], "markets": {LM: "adjacent"}}
    assert [told.status for one in (readout, approval) if (told := developed(event(one), seeds))] == [Status.MENTION, Status.PROPOSED]


# ---- the table's columns ---------------------------------------------------------------------------------------------


def test_a_deal_fills_the_columns_of_the_table(seeds: Seeds) -> None:
    told = developed(event(CASES[3]["reports"][0]), seeds)
    assert told is not None
    assert (told.deal_upfront, told.deal_max, told.currency) == (3250.0, 7000.0, "USD")
    assert [(id_, role) for id_, _, role in told.players] == [("lilly", "acquirer"), ("kelonia", "target")]


def test_an_agency_brings_its_country_and_region(seeds: Seeds) -> None:
    told = developed(event({"title": "MHRA approves Aucatzyl", "agency": "MHRA=mhra", "products": ["aucatzyl"]}), seeds)
    assert told is not None
    assert (told.agency, told.country, told.region) == ("MHRA", "United Kingdom", "europe")


def test_ids_depend_on_event_and_market_alone(seeds: Seeds) -> None:
    told = event({"title": "A", "products": ["breyanzi"], "markets": {ACT: "core", LM: "player_only"}})
    ids = {one.id for market in (ACT, LM) if (one := developed(told, seeds, market))}
    assert ids == {f"{told.id}-{ACT}", f"{told.id}-{LM}"}


def test_nobody_is_named_for_a_product_that_others_held_too_on_that_day(seeds: Seeds) -> None:
    told = developed(event({"title": "FDA approves Abecma", "agency": "FDA=fda", "products": ["abecma"], "day": "2021-03-26"}), seeds)
    assert told is not None
    assert (told.players, told.status) == ((), Status.REVIEW)


# ---- the report's own lines ------------------------------------------------------------------------------------------


def test_the_report_s_own_lines_are_the_baseline(seeds: Seeds) -> None:
    lines = phrase.baseline(seeds.markets[ACT], NOW)
    assert [(one.id, one.status, one.event_date) for one in lines] == [
        ("seed-act-001", Status.BASELINE, date(2022, 2, 1)),
        ("seed-act-002", Status.BASELINE, date(2023, 6, 1)),
    ]


def test_a_market_without_lines_has_an_empty_baseline(seeds: Seeds) -> None:
    assert phrase.baseline(seeds.markets[LM], NOW) == ()


# ---- small words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [
        ("adults with myeloma, making it the first such drug", "adults with myeloma"),
        ("relapsed or refractory multiple myeloma after", "relapsed or refractory multiple myeloma"),
        ("for the treatment of lymphoma.", "the treatment of lymphoma"),
        ("Yescarta® in lymphoma (LBCL", "Yescarta in lymphoma"),
        ("  ", ""),
        ("disease", ""),
    ],
)
def test_an_indication_ends_with_its_clause(text: str, trimmed: str) -> None:
    assert indication(text) == trimmed


@pytest.mark.parametrize(
    ("text", "running"),
    [
        ("Relapsed or Refractory CD5-Positive T-Cell Lymphoma", "relapsed or refractory CD5-positive T-cell lymphoma"),
        ("Non-Hodgkin Lymphoma", "non-Hodgkin lymphoma"),
        ("EGFR-Mutated Lung Cancer", "EGFR-mutated lung cancer"),
        ("adults with Hodgkin lymphoma", "adults with Hodgkin lymphoma"),
    ],
)
def test_a_headline_s_capitals_do_not_enter_a_sentence(text: str, running: str) -> None:
    assert as_running_text(text) == running


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3250, "USD 3.25 billion"), (286, "USD 286 million"), (0.5, "USD 0.5 million"), (1000, "USD 1 billion"),
        (7280.55, "USD 7,280.55 million"),
    ],
)  # fmt: skip
def test_amounts_are_written_out_and_never_rounded(value: float, text: str) -> None:
    assert amount(value, "USD") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-09-18", "18 September 2026"), ("2026-09", "September 2026"), ("2026-Q3", "the third quarter of 2026"),
        ("2026-H2", "the second half of 2026"), ("2026", "2026"), ("soon", ""), ("2026-13", ""),
    ],
)  # fmt: skip
def test_dates_are_written_as_exactly_as_they_are_known(value: str, text: str) -> None:
    assert day(value) == text


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("EGFR inhibitor", "an"), ("CAR-T therapy", "a"), ("U.S. FDA label", "a"), ("in vivo therapy", "an"), ("MHRA decision", "an"),
        ("NICE decision", "a"), ("HER2 antibody", "a"),
        ("European approval", "a"), ("EMA opinion", "an"), ("UK approval", "a"), ("antibody", "an"),
    ],
)  # fmt: skip
def test_the_article_follows_the_sound(text: str, article: str) -> None:
    assert a_or_an(text) == article


@pytest.mark.parametrize(
    ("name", "text"),
    [("anitocabtagene autoleucel", "Anitocabtagene autoleucel works."), ("mRNA-4157", "mRNA-4157 works."), ("obe-cel", "Obe-cel works.")],
)
def test_a_sentence_begins_with_a_capital_unless_a_name_has_its_own(name: str, text: str) -> None:
    assert "".join(piece.text for piece in sentence([Piece(name, "span"), Piece(" works.", "template")])) == text
