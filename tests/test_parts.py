"""Items that tell several events: round-ups, and headlines divided by semicolons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor import cluster, phrase
from monitor.assess import Assessor
from monitor.config import load_seeds, shipped
from monitor.gazetteer import Seeds
from monitor.model import Entry, Report, Source, Status, StoredEntry

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
WIRE = Source("wire", "https://wire.example/feed", tier=1)
PRESS = Source("press", "https://press.example/feed", tier=2)
TITLE = "Cell therapy round-up: Iovance wins EU approval for Amtagvi; Autolus cuts jobs; a drugmaker reports earnings"


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return load_seeds(shipped("seeds"))[0]


@pytest.fixture(scope="module")
def assessor(seeds: Seeds) -> Assessor:
    return Assessor(seeds)


def told(assessor: Assessor, title: str, lead: str = "", source: Source = PRESS, number: int = 1) -> tuple[Report, ...]:
    item = StoredEntry(number, Entry(source.name, str(number), title, lead, published=NOW), NOW)
    return assessor.assess(item, source).reports


def test_a_round_up_is_read_part_by_part_and_every_place_is_one_of_the_item(assessor: Assessor) -> None:
    reports = told(assessor, TITLE)
    assert [(one.n, one.label.type, one.title) for one in reports] == [
        (1, "approval", "Iovance wins EU approval for Amtagvi"),
        (2, "restructuring", "Autolus cuts jobs"),
    ]
    spans = [one.label.trigger for one in reports] + [slot.span for one in reports for slot in one.slots if slot.span]
    assert all(span.text == TITLE[span.start : span.end] for span in spans)


def test_the_sentences_below_a_round_up_are_parts_as_well(assessor: Assessor) -> None:
    lead = "Novartis won European approval for Kymriah in follicular lymphoma. The weather was fine. Autolus cuts jobs in Stevenage."
    assert {one.label.type for one in told(assessor, "Biotech news in brief", lead)} == {"approval", "restructuring"}


def test_what_only_a_round_up_tells_is_never_proposed(assessor: Assessor, seeds: Seeds) -> None:
    for report in told(assessor, TITLE, source=WIRE):
        event = cluster.merge([report], "round-up")
        lines = [phrase.develop(event, seeds.markets[match.market], seeds, NOW) for match in event.markets]
        assert {line.status for line in lines if line} <= {Status.REVIEW, Status.MENTION}


def test_a_part_joins_the_event_that_a_release_tells_and_the_other_parts_do_not(assessor: Assessor) -> None:
    release = told(assessor, "European Commission approves Amtagvi of Iovance in melanoma", source=WIRE, number=2)
    groups = cluster.cluster([*told(assessor, TITLE), *release])
    assert sorted(sorted((one.entry, one.n) for one in group) for group in groups) == [[(1, 1), (2, 0)], [(1, 2)]]


def test_a_content_farms_round_up_tells_nothing(assessor: Assessor) -> None:
    assert told(assessor, TITLE, source=replace(PRESS, tier=4)) == ()


@pytest.mark.parametrize(
    ("title", "types"),
    [
        ("Iovance Receives Health Canada Approval for Amtagvi; Autolus to Cut a Third of Its Workforce", ["approval", "restructuring"]),
        ("Iovance Receives Health Canada Approval for Amtagvi; Shares Rise", ["approval"]),
        ("Health Canada approves Amtagvi; Amtagvi is approved in Canada", ["approval"]),
    ],
)
def test_a_headline_divided_by_semicolons_makes_as_many_events_as_it_tells(title: str, types: list[str], assessor: Assessor) -> None:
    assert [(one.n, one.label.type) for one in told(assessor, title, source=WIRE)] == list(enumerate(types))
