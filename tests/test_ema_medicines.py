"""EMA's list: each step of a medicine is told once, understood as what it is, and dated by its own column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Outcome, StoredEntry
from tests.internet import Asked, ema
from tests.internet.watching import Watch, watching
from tests.registers import dated, read, thought


def medicines(*rows: dict[str, Any]) -> bytes:
    return ema.listed(list(rows), Asked("", {}, {})).body


def test_each_step_of_a_medicine_is_an_entry_of_its_own_and_animals_have_none() -> None:
    assert dated(read("ema_medicines", medicines(*ema.own()))) == {
        "EMEA/H/C/005102/opinion": date(2020, 10, 15),
        "EMEA/H/C/005102/authorisation": date(2020, 12, 14),
        "EMEA/H/C/006001/opinion": date(2026, 4, 23),
        "EMEA/H/C/006002/opinion": date(2026, 4, 23),
        "EMEA/H/C/006003/opinion": date(2025, 11, 13),
        "EMEA/H/C/006003/refusal": date(2026, 1, 9),
        "EMEA/H/C/006004/application-withdrawn": date(2026, 3, 4),
    }


STEPS: dict[str, tuple[dict[str, Any], str, str | None]] = {
    "opinion": ({"opinion_adopted_date": date(2026, 4, 3), "opinion_status": "Positive"}, "regulatory_recommendation", "ema"),
    "negative opinion": ({"opinion_adopted_date": date(2026, 4, 3), "opinion_status": "Negative"}, "regulatory_rejection", "ema"),
    "opinion without a word": ({"opinion_adopted_date": date(2026, 4, 3)}, "regulatory_recommendation", "ema"),
    "authorisation": ({"marketing_authorisation_date": date(2026, 4, 3)}, "approval", "ec"),
    "exceptional": ({"marketing_authorisation_date": date(2026, 4, 3), "exceptional_circumstances": "Yes"}, "approval", "ec"),
    "refusal": ({"refusal_of_marketing_authorisation_date": date(2026, 4, 3)}, "regulatory_rejection", "ec"),
    "application withdrawn": ({"withdrawal_of_application_date": date(2026, 4, 3)}, "application_withdrawn", None),
    "medicine withdrawn": (
        {"withdrawal_expiry_revocation_lapse_of_marketing_authorisation_date": date(2026, 4, 3), "medicine_status": "Withdrawn"},
        "application_withdrawn",
        None,
    ),
    "suspension": ({"suspension_of_marketing_authorisation_date": date(2026, 4, 3)}, "safety_action", None),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_understood_as_what_it_is(step: str) -> None:
    more, kind, agency = STEPS[step]
    use = "Treatment of adult patients with relapsed or refractory mantle cell lymphoma"
    row = ema.medicine(5102, "Tecartus", "brexucabtagene autoleucel", "Kite Pharma EU B.V.", therapeutic_indication=use, **more)
    found = read("ema_medicines", medicines(row | {"advanced_therapy": "Yes"}))
    ((told, products, agencies, day),) = thought(found, "ema_medicines").values()
    assert (told, products, day) == (kind, ("tecartus",), date(2026, 4, 3))
    assert agency is None or agency in agencies


def test_days_come_first_and_a_day_that_is_none_leaves_the_entry_undated() -> None:
    rows = [
        {"name_of_medicine": f"Zevo{n}", "ema_product_number": f"{n}", "marketing_authorisation_date": day}
        for n, day in enumerate(["03/04/2026", "31/02/2026", "soon", ""])
    ]
    found = read("ema_medicines", json.dumps({"data": rows}).encode())
    assert dated(found) == {"0/authorisation": date(2026, 4, 3), "1/authorisation": None}


def test_the_advanced_therapy_flag_is_told_in_the_text() -> None:
    flagged, plain = read("ema_medicines", medicines(*ema.own()[:1])), read("ema_medicines", medicines(ema.own()[2]))
    assert all("advanced therapy" in entry.lead for entry in flagged.entries)
    assert all("advanced therapy" not in entry.lead for entry in plain.entries)


def test_a_new_edition_of_the_list_is_no_edit_of_what_it_says() -> None:
    row = ema.own()[0]
    before, after = (
        read("ema_medicines", medicines(row | {"revision_number": n, "last_updated_date": date(2026, 5, int(n))})) for n in "12"
    )
    assert before.entries == after.entries


@pytest.fixture(scope="module")
def whole_list(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """EMA's list of July 2026, looked at once; its rows are as long as those of the real file, which has more columns and longer texts."""
    with watching(tmp_path_factory.mktemp("ema"), ["ema_medicines"]) as watch:
        watch.now = datetime(2026, 7, 20, tzinfo=UTC)
        more = {"latest_procedure_affecting_product_information": "x" * 3_000}
        watch.net["ema_medicines"].rows = [row | more for row in ema.of_facts(shared)]
        watch.look()
        yield watch


def test_emas_whole_list_is_read_within_the_limits_of_a_look(whole_list: Watch) -> None:
    state = whole_list.state("ema_medicines")
    assert (state.outcome, state.failures) == (Outcome.OK, 0)
    assert state.entries > 2_500


def advanced(shared: Path) -> list[dict[str, Any]]:
    lines = (shared / "data/facts/ema_medicines_2026-07-20.jsonl").read_text(encoding="utf-8").splitlines()
    return [fact for fact in map(json.loads, lines) if fact["atmp"]]


def steps(whole_list: Watch, fact: dict[str, Any]) -> list[tuple[StoredEntry, str, date]]:
    """The two entries of a medicine, with the type and the date that they should have."""
    stored = {one.entry.identity.rpartition("/")[2]: one for one in whole_list.entries() if one.entry.link == fact["url"]}
    return [
        (stored["opinion"], "regulatory_recommendation", date.fromisoformat(fact["chmp_opinion_on"])),
        (stored["authorisation"], "approval", date.fromisoformat(fact["authorised_on"])),
    ]


def test_the_23_advanced_therapies_of_the_list_come_out_as_opinions_and_approvals_with_their_dates(whole_list: Watch, shared: Path) -> None:
    assess, one_source = whole_list.monitor.assessor.assess, whole_list.monitor.source("ema_medicines")
    facts = advanced(shared)
    assert len(facts) == 23
    for fact in facts:
        for stored, kind, day in steps(whole_list, fact):
            (report,) = assess(stored, one_source, tracked_only=False).reports
            assert (report.label.type, report.date and report.date.value) == (kind, day), stored.entry.title
            assert "advanced therapy" in stored.entry.lead


def test_those_of_the_tracked_markets_are_matched_with_their_product(whole_list: Watch, shared: Path) -> None:
    assess, one_source = whole_list.monitor.assessor.assess, whole_list.monitor.source("ema_medicines")
    markets = whole_list.monitor.seeds.markets.values()
    ids = {product.brand: product.id for market in markets for product in market.products.values() if product.brand}
    tracked = [fact for fact in advanced(shared) if fact["name"] in ids]
    assert {"Kymriah", "Yescarta", "Tecartus", "Breyanzi", "Abecma", "Carvykti", "Aucatzyl", "Ebvallo"} <= {one["name"] for one in tracked}
    for fact in tracked:
        for stored, kind, _ in steps(whole_list, fact):
            (report,) = assess(stored, one_source).reports
            assert (report.label.type, report.products) == (kind, (ids[fact["name"]],)), stored.entry.title
