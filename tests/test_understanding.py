"""What an item says: names only where they are meant, a type only where the words say that it happened. Cases are in corpus/."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import cluster, phrase
from monitor.assess import Assessor, readable
from monitor.config import load_seeds, shipped
from monitor.decide import decide
from monitor.gazetteer import Seeds, Trigger
from monitor.match import Matcher
from monitor.model import Entry, Source, Status, StoredEntry
from monitor.phrases import PhraseError, check
from monitor.reader import Opinion, Reader
from monitor.searching import Phrases
from monitor.text import fold, sentences

CORPUS = Path(__file__).parent / "corpus"
WIRE = Source("wire", "https://wire.example/feed", tier=1)


def cases(name: str) -> list[list[str]]:
    lines = (CORPUS / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return load_seeds(shipped("seeds"))[0]


@pytest.fixture(scope="module")
def assessor(seeds: Seeds) -> Assessor:
    return Assessor(seeds)


def entry(title: str, lead: str = "", published: datetime | None = None) -> StoredEntry:
    moment = published or datetime(2026, 5, 4, 8, tzinfo=UTC)
    return StoredEntry(1, Entry("wire", "1", title, lead, published=moment), moment)


@pytest.mark.parametrize(("title", "published", "wanted"), cases("names.tsv"))
def test_a_name_counts_where_it_is_meant_and_nowhere_else(title: str, published: str, wanted: str, seeds: Seeds) -> None:
    found = {f"{one.kind}:{one.id}" for one in Matcher(seeds).match(entry(title).entry, date.fromisoformat(published)).mentions}
    for name in wanted.split():
        assert (name.removeprefix("-") in found) == (not name.startswith("-")), found


@pytest.mark.parametrize(("kind", "title"), cases("types.tsv"))
def test_the_rules_alone_say_what_a_headline_tells(kind: str, title: str, assessor: Assessor) -> None:
    text, reading = assessor.read(entry(title))
    claim = decide(reading, None, text.sentences, 1).claim
    assert (claim.type if claim else "-") == kind, reading


@pytest.mark.parametrize(("who", "kind", "title"), cases("for_review.tsv"))
def test_what_is_planned_remembered_or_only_a_part_waits_for_a_person(
    who: str, kind: str, title: str, assessor: Assessor, seeds: Seeds
) -> None:
    text, reading = assessor.read(entry(title))
    told = decide(reading, None, text.sentences, 1)
    asks = [one.what for one in told.reasons if one.what.startswith("for a person by")]
    assert told.claim is not None
    assert told.claim.type == kind
    assert bool(asks) == (who == "ask")
    assert not asks or told.confidence < seeds.style.policy.automatic


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Gilead to acquire Newtubul, adding an antibody-drug conjugate to its oncology pipeline", Status.REVIEW),
        ("Gilead to acquire Newtubul, adding a CAR-T platform to its oncology pipeline", Status.PROPOSED),
        ("Gilead to acquire Arcellx to strengthen its oncology pipeline", Status.PROPOSED),  # seeds/ know whom it bought
        ("Bigfirm Pharmaceuticals to acquire Iovance Biotherapeutics", Status.PROPOSED),
    ],
)
def test_a_purchase_is_proposed_only_where_what_is_bought_belongs(title: str, status: Status, assessor: Assessor, seeds: Seeds) -> None:
    event = cluster.merge(assessor.assess(entry(title), WIRE).reports, "e1")
    told = phrase.develop(event, seeds.markets["adoptive-cell-therapy"], seeds, datetime(2026, 5, 4, 9, tzinfo=UTC))
    assert told is not None
    assert told.status == status, told.reasons


@pytest.mark.parametrize(("title", "tier", "status"), cases("markets.tsv"))
def test_how_close_a_headline_is_to_the_market_and_what_becomes_of_it(
    title: str, tier: str, status: str, assessor: Assessor, seeds: Seeds
) -> None:
    reports = [one for one in assessor.assess(entry(title), WIRE).reports if one.label.type]
    market = seeds.markets["adoptive-cell-therapy"]
    found = [one.tier for report in reports for one in report.markets if one.market == market.id]
    told = phrase.develop(cluster.merge(reports, "e1"), market, seeds, datetime(2026, 5, 4, 9, tzinfo=UTC)) if found else None
    assert (found, told and told.status) == ([] if tier == "-" else [tier], None if status == "-" else status), told and told.why


def test_a_rival_of_the_headline_is_not_made_the_markets_own_by_an_aside(assessor: Assessor, seeds: Seeds) -> None:
    told = entry(
        "Tecvayli reduces risk of progression in a phase 3 trial",
        "Acmed's antibody won in myeloma. Makers of CAR-T will look at it closely.",
    )
    event = cluster.merge(assessor.assess(told, WIRE).reports, "e1")
    development = phrase.develop(event, seeds.markets["adoptive-cell-therapy"], seeds, datetime(2026, 5, 4, tzinfo=UTC))
    assert development is not None
    assert (development.relevance, development.status) == ("adjacent", Status.MENTION)


def test_what_one_source_tells_of_another_disease_a_person_decides(assessor: Assessor, seeds: Seeds) -> None:
    told = [
        "Acmed Therapeutics and Orbit Bio sign a license agreement for an in vivo CAR-T platform",
        "Orbit Bio licenses its in vivo CAR-T platform to Acmed Therapeutics for autoimmune diseases",
    ]
    reports = [report for title in told for report in assessor.assess(entry(title), WIRE).reports]
    development = phrase.develop(
        cluster.merge(reports, "e1"), seeds.markets["adoptive-cell-therapy"], seeds, datetime(2026, 5, 4, tzinfo=UTC)
    )
    assert development is not None
    assert development.status == Status.REVIEW
    assert "one source says that it is about diseases outside this market" in development.why[-1].what


@pytest.mark.parametrize(
    ("title", "products"),
    [
        ("FDA approves Acmed's oncology biosimilar TRAZORA® (trastuzumab-qyyq), a copy of Herceptin®", ()),
        ("FDA expands Acmed's ALIMEX® label with the combination of KEYTRUDA® and chemotherapy in lung cancer", ()),
        ("FDA approves KEYTRUDA® plus ALIMEX® in lung cancer", ("keytruda",)),
    ],
)
def test_the_first_medicine_of_a_headline_is_the_one_that_is_approved(title: str, products: tuple[str, ...], assessor: Assessor) -> None:
    (report,) = assessor.assess(entry(title), WIRE).reports
    assert (report.label.type, report.products) == ("approval", products)


def test_a_past_owner_keeps_what_it_owned_at_the_time(seeds: Seeds) -> None:
    def owner(day: str) -> set[str]:
        found = Matcher(seeds).match(entry("Celgene reports on its CAR-T").entry, date.fromisoformat(day))
        return {one.id for one in found.mentions if one.kind == "player"}

    assert owner("2020-06-01") == {"bms"}


@pytest.mark.parametrize(
    ("phrase", "complaint"),
    [
        ("{AGENCI} approves", "{AGENCI} is not known"),
        ("(approves|clears", "does not close"),
        ("… …", "names no word"),
        ("approves)", "no opening"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_refused_with_what_to_write(phrase: str, complaint: str) -> None:
    with pytest.raises(PhraseError, match=complaint.replace("{", r"\{").replace("}", r"\}")):
        check(phrase)


def test_a_phrase_may_ask_for_a_name_a_gap_an_ending_and_the_beginning() -> None:
    found = Phrases([("{AGENCY} … (approv*|clears) [the] {PRODUCT}", 1), ("^ data from", 2), ("chmp recommends", 3)])
    assert [one.owner for one in found.search("fda today approved the zevocel", "AAA today approved the PPPPPPP")] == [1]
    assert [one.owner for one in found.search("data from x", "data from x")] == [2]
    assert [one.owner for one in found.search("chmp recommends x", "AAAA recommends x")] == [3]
    assert not list(found.search("old data from x", "old data from x"))


def test_a_gap_may_stand_for_the_first_words_and_one_at_the_end_asks_for_nothing() -> None:
    found = Phrases([("^ … (buys|acquires)", 1), ("clock starts …4", 2), ("can", 3)])
    assert [one.owner for one in found.search("spring clinics buys orbit", "spring clinics buys orbit")] == [1]
    assert [one.owner for one in found.search("the clock starts", "the clock starts")] == [2]
    assert not list(found.search("can-3110 wins", "can-3110 wins"))  # a medicine's code


def test_a_veto_does_not_count_beside_what_it_names(seeds: Seeds) -> None:
    veto = Trigger("(price|deal)", "financing-veto-x", unless="private placement")
    kind = replace(seeds.types["financing"], vetoes=(veto,))
    room = Assessor(replace(seeds, types={**seeds.types, "financing": kind}))
    told = {
        title: {one.type for one in room.read(entry(title))[1].claims}
        for title in ("Acme raises $9 million in a deal", "Acme closes private placement in $9 million deal")
    }
    assert ["financing" in types for types in told.values()] == [False, True]


def test_the_second_reader_speaks_where_no_rule_does_and_says_why(assessor: Assessor, seeds: Seeds) -> None:
    headline = entry("Tumour shrinkage in six of eight given Orbit's CAR-T", "The early trial enrolled people with sarcoma.")
    told = assessor.assess(headline, WIRE)
    assert [report.label.rule for report in told.reports] == ["second-reader"]
    assert any(reason.what.startswith("second reader: ") and "(" in reason.what for reason in told.reports[0].reasons)
    assert any(reason.what == "no rule says so" for reason in told.reports[0].reasons)
    assert told.reports[0].label.confidence < seeds.style.policy.automatic  # alone it proposes nothing


@pytest.mark.parametrize(
    "title",
    [
        "FDA approval of Orbit's CAR-T? Investors who lost money may join a class action",
        "Orbit seeks FDA approval of CAR-T for lymphoma after positive data could be approved",
    ],
)
def test_the_second_reader_never_overrules_a_negative_rule(title: str, assessor: Assessor) -> None:
    told = assessor.assess(entry(title), WIRE)
    assert "approval" not in {report.label.type for report in told.reports}


def test_a_content_farm_creates_nothing_and_the_reason_says_so(assessor: Assessor) -> None:
    told = assessor.assess(entry("FDA approves Breyanzi in lymphoma"), Source("farm", "https://farm.example/feed", tier=4))
    assert told.dropped is not None
    assert told.dropped.what.startswith("content farm")


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="monitor train"):
        Reader.loads(b"PK\x03\x04 nothing of the kind")


def test_the_model_that_ships_is_small_and_holds_no_text(seeds: Seeds) -> None:
    assert len(seeds.reader) < 1_000_000
    assert max(len(gram.split()) for gram in Reader.loads(seeds.reader).grams) <= 2


def test_one_text_is_read_the_same_way_every_time(assessor: Assessor) -> None:
    text, _ = assessor.read(entry("FDA clears Breyanzi", "The agency acted on Friday."))
    assert readable(text) == readable(assessor.read(entry("FDA clears Breyanzi", "The agency acted on Friday."))[0])


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_folding_keeps_every_place_and_sentences_hold_the_whole_text(text: str) -> None:
    assert len(fold(text)) == len(text)
    places = sentences(text)
    assert all(start < end for start, end in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))


@given(st.text(max_size=300), st.text(max_size=500))
@settings(max_examples=120, deadline=None)
def test_no_text_whatever_makes_it_stumble_and_every_span_is_exact(title: str, lead: str) -> None:
    stored = entry(title, lead)
    told = ASSESSOR.assess(stored, WIRE, tracked_only=False)
    for mention in told.mentions:
        assert getattr(stored.entry, mention.span.field)[mention.span.start : mention.span.end] == mention.span.text
    for report in told.reports:
        for slot in report.slots:
            assert slot.span is None or getattr(stored.entry, slot.span.field)[slot.span.start : slot.span.end] == slot.span.text


ASSESSOR = Assessor(load_seeds(shipped("seeds"))[0])


def test_what_a_regulator_does_stays_what_the_rules_read_in_the_title(assessor: Assessor) -> None:
    text, reading = assessor.read(entry("European Commission suspends the marketing authorisation of Zevocel"))
    sure = Opinion({"approval": 0.95, "nothing": 0.05}, ())
    claim = decide(reading, lambda: sure, text.sentences, 1).claim
    assert claim is not None
    assert claim.type == "safety_action"
