"""Filings at the SEC, trials and gov.uk: what their rows become, page by page, with every trap their publishers are known for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from monitor.assess import Assessor
from monitor.config import load_seeds, shipped
from monitor.model import KINDS, NO_OPTIONS, Outcome, Source, Status, StoredEntry
from monitor.sources import Reader, edgar, edgar_company, edgar_current, edgar_search, mhra
from monitor.sources.items import document
from tests.internet import Asked, nlm, sec
from tests.internet.faults import JSON_ERROR
from tests.internet.outside import NOW, outside
from tests.internet.sec import GILEAD, filing

CURRENT = "name: it, kind: edgar_current"
SEARCH = "name: it, kind: edgar_search"
COMPANY = 'name: it, kind: edgar_company, options: {cik: "882095"}'
TRIALS = "name: it, kind: clinicaltrials"
URL = "https://publisher.example/list"


def many(number: int, form: str = "8-K", day: date = date(2026, 5, 1)) -> list[dict[str, Any]]:
    return [filing(f"0001193125-26-{100000 + n}", (f"COMPANY {n} INC", f"{2000 + n:010d}"), form, day, "8.01") for n in range(number)]


# ---- current filings ---------------------------------------------------------------------------------------------------


def test_a_current_filing_is_a_sentence_with_its_items_in_words(tmp_path: Path) -> None:
    with outside(tmp_path, CURRENT) as here:
        assert here.look().outcome is Outcome.OK
        found = here.entry("GILEAD")
    assert found.title == "GILEAD SCIENCES, INC. files an 8-K: entry into a material definitive agreement"
    assert found.lead == "Form 8-K of GILEAD SCIENCES, INC. (CIK 0000882095), items 1.01, 9.01."
    assert found.identity == "0001193125-26-000104/0000882095"
    assert found.link == "https://www.sec.gov/Archives/edgar/data/882095/000119312526000104/0001193125-26-000104-index.htm"
    assert found.published == datetime(2026, 5, 1, 20, 5, tzinfo=UTC)


def test_every_filing_and_filer_of_the_captured_feed_is_an_entry_of_its_own(shared: Path) -> None:
    body = (shared / "data/feeds/domain/sec_edgar_current_2026-06-11.atom").read_bytes()
    found = edgar_current.read(body, URL, "it")
    assert len({entry.identity for entry in found.entries}) == 40
    assert all("/" in entry.identity for entry in found.entries)
    about = next(entry for entry in found.entries if "Seagate" in entry.title)
    assert about.title == "A 144 is filed about Seagate Technology Holdings plc"


def test_a_filing_of_two_filers_is_two_entries_and_the_same_filer_twice_is_one(tmp_path: Path) -> None:
    with outside(tmp_path, CURRENT) as here:
        two = [filing("0001193125-26-000200", who, "8-K", date(2026, 5, 1), "1.01") for who in (sec.GILEAD, sec.ABBVIE, sec.GILEAD)]
        here.net["edgar_current"].rows = two
        assert [entry.identity[-10:] for entry in here.look().entries] == [sec.GILEAD[1], sec.ABBVIE[1]]


def test_forms_are_kept_whole_though_the_sec_lists_all_that_begin_alike(tmp_path: Path) -> None:
    with outside(tmp_path, 'name: it, kind: edgar_current, options: {forms: ["4"]}') as here:
        here.net["edgar_current"].rows = [*many(2, "4"), *many(3, "424B2"), *many(1, "40-F")]
        assert len(here.look().entries) == 2


def test_only_filings_with_the_items_asked_for_are_kept(tmp_path: Path) -> None:
    with outside(tmp_path, 'name: it, kind: edgar_current, options: {items: ["2.01", "1.02"]}') as here:
        (found,) = here.look().entries
    assert found.title == "IOVANCE BIOTHERAPEUTICS, INC. files an 8-K/A: assets acquired or disposed of (item 2.01)"


def test_a_page_without_a_filing_that_is_asked_for_is_no_alarm(tmp_path: Path) -> None:
    with outside(tmp_path, 'name: it, kind: edgar_current, options: {items: ["1.01"]}') as here:
        here.look()
        here.net["edgar_current"].rows = here.net["edgar_current"].rows[1:]
        poll = here.look()
    assert (poll.outcome, poll.detail) == (Outcome.EMPTY, "none of its filings is one of those asked for")
    assert poll.validators is not None, "the next look is conditional again"


def test_as_many_pages_are_read_as_the_admin_says_and_a_503_behind_the_last_is_its_end(tmp_path: Path) -> None:
    with outside(tmp_path, 'name: it, kind: edgar_current, options: {pages: "3"}') as here:
        here.net["edgar_current"].rows = many(200)  # full pages only: the third is a 503 as HTML
        poll = here.look()
        assert (poll.outcome, len(poll.entries)) == (Outcome.OK, 200)
        assert len(here.asked("browse-edgar")) == 3


def test_one_page_is_read_unless_the_admin_says_more(tmp_path: Path) -> None:
    with outside(tmp_path, CURRENT) as here:
        here.net["edgar_current"].rows = many(250)
        assert len(here.look().entries) == 100
        assert len(here.asked("browse-edgar")) == 1


def test_each_form_is_asked_for_by_itself(tmp_path: Path) -> None:
    with outside(tmp_path, "name: it, kind: edgar_current, options: {forms: [8-K, 6-K]}") as here:
        here.net["edgar_current"].rows = [*many(2, "8-K"), *(row | {"accession": f"0009{row['accession'][4:]}"} for row in many(3, "6-K"))]
        assert Counter(entry.title.partition("files ")[2][:6] for entry in here.look().entries) == {"an 8-K": 2, "a 6-K:": 3}


def test_what_rolled_through_the_window_unseen_is_told(tmp_path: Path) -> None:
    with outside(tmp_path, CURRENT) as here:
        here.look()
        here.now += timedelta(hours=1)
        here.net["edgar_current"].rows = [
            row | {"filed": date(2026, 5, 2 + n % 2), "accession": f"{row['accession'][:-6]}{n:06d}"} for n, row in enumerate(many(100))
        ]
        assert here.look().missed_window


def test_a_503_on_the_first_page_is_a_failure(tmp_path: Path) -> None:
    with outside(tmp_path, CURRENT) as here:
        here.net["edgar_current"].fault = lambda talk, endpoint, usual: sec.PAST_THE_END.send(talk)
        assert here.look().outcome is Outcome.UNREACHABLE


def test_a_feed_of_something_else_is_not_taken_for_one_without_filings() -> None:
    body = b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>Hello</title></entry></feed>'
    found = edgar_current.read(body, URL, "it")
    assert (found.outcome, found.unreadable) == (Outcome.PARSE_ERROR, 1)


# ---- full text search --------------------------------------------------------------------------------------------------


def test_a_search_names_both_days_or_it_would_search_all_years(tmp_path: Path) -> None:
    with outside(tmp_path, 'name: it, kind: edgar_search, options: {query: CAR-T, ciks: ["882095"], items: ["1.01"], days: "30"}') as here:
        here.net["edgar_search"].rows += many(5, day=date(2019, 1, 1))
        (found,) = here.look().entries
        (asked,) = here.asked("search-index")
    for part in ("q=CAR-T", "forms=8-K", "ciks=0000882095", "items=1.01", "dateRange=custom", "startdt=2026-04-04", "enddt=2026-05-04"):
        assert part in asked
    assert found.title == "GILEAD SCIENCES, INC. files an 8-K: entry into a material definitive agreement"
    assert found.link.endswith("/882095/000119312526000104/0001193125-26-000104-index.htm")


def test_a_filing_whose_documents_are_hits_is_one_entry(tmp_path: Path) -> None:
    with outside(tmp_path, SEARCH) as here:
        assert len(here.look().entries) == len(here.net["edgar_search"].rows)


def test_a_search_goes_on_to_its_last_page(tmp_path: Path) -> None:
    with outside(tmp_path, SEARCH) as here:
        here.net["edgar_search"].rows = many(120)  # two hits each
        assert len(here.look().entries) == 120
        assert len(here.asked("search-index")) == 3


def test_a_search_with_more_than_is_ever_shown_says_so() -> None:
    hits = json.loads(sec.search(sec.own(), Asked("/", {}, {})).body)
    hits["hits"]["total"] = {"value": 10_000, "relation": "gte"}
    found = edgar_search.read(json.dumps(hits).encode(), f"{URL}?from=9900", "it")
    assert "narrow what is asked for" in found.detail
    assert found.next_page == ""


def test_a_quiet_week_of_a_search_is_no_alarm(tmp_path: Path) -> None:
    with outside(tmp_path, SEARCH) as here:
        here.look()
        here.now += timedelta(days=30)
        poll = here.look()
    assert (poll.outcome, poll.detail) == (Outcome.EMPTY, "nothing that is asked for was filed in these days")


# ---- a company ---------------------------------------------------------------------------------------------------------


def test_a_company_is_asked_for_by_its_number_and_its_filing_brings_the_text_of_the_release(tmp_path: Path) -> None:
    with outside(tmp_path, COMPANY) as here:
        poll = here.look()
        assert poll.outcome is Outcome.OK
        assert here.asked("/submissions") == ["/submissions/CIK0000882095.json"]
        found = here.entry("entry into a material definitive agreement")
    assert found.body.startswith("Exhibit 99.1\nGilead to acquire a maker of cell therapies\n")
    assert "$115 a share in cash, which values the company" in found.body
    assert found.published == datetime(2026, 5, 1, 20, 5, 11, tzinfo=UTC)
    assert (found.body_missing, found.body_until) == ("", None)


def test_other_forms_of_a_company_are_left_out(tmp_path: Path) -> None:
    with outside(tmp_path, COMPANY) as here:
        here.net["edgar_company"].rows += [filing("0001193125-26-000300", GILEAD, form, date(2026, 5, 2)) for form in ("4", "10-Q", "6-K")]
        titles = [entry.title for entry in here.look().entries]
    assert len(titles) == 5
    assert "GILEAD SCIENCES, INC. files a 6-K" in titles


def test_a_number_that_is_no_company_is_told_as_gone(tmp_path: Path) -> None:
    with outside(tmp_path, 'name: it, kind: edgar_company, options: {cik: "1"}') as here:
        assert here.look().outcome is Outcome.GONE


def test_columns_of_different_lengths_are_refused_rather_than_shifted() -> None:
    told = json.loads(sec.submissions(sec.own(), Asked(f"/submissions/CIK{GILEAD[1]}.json", {}, {})).body)
    told["filings"]["recent"]["form"].append("8-K")
    found = edgar_company.read(json.dumps(told).encode(), URL, "it")
    assert (found.outcome, found.detail) == (Outcome.PARSE_ERROR, "its columns are not of one length, so no row can be trusted")


# ---- trials ------------------------------------------------------------------------------------------------------------


def test_a_trial_is_an_entry_when_it_is_first_posted_and_one_when_its_results_are(tmp_path: Path) -> None:
    with outside(tmp_path, TRIALS) as here:
        assert here.look().outcome is Outcome.OK
        found = {entry.entry.identity: entry.entry for entry in here.stored()}
    assert found["NCT07000001/first-posted"].title == (
        "Iovance Biotherapeutics, Inc. lists a phase 2 trial of Lifileucel in Melanoma on ClinicalTrials.gov (NCT07000001)"
    )
    assert found["NCT07000001/first-posted"].lead == "Cells After Surgery. Status: recruiting."
    first, results = found["NCT05000002/first-posted"], found["NCT05000002/results"]
    assert results.title.startswith("Plus Therapeutics posts the results of a phase 1 and phase 2 trial of Rhenium (186Re) obisbemeda in")
    assert (first.published, results.published) == (datetime(2021, 10, 4, tzinfo=UTC), datetime(2026, 4, 27, tzinfo=UTC))
    assert found["NCT05000003/first-posted"].title.startswith("M.D. Anderson Cancer Center lists a trial in Leptomeningeal Metastasis on")
    assert found["NCT05000003/first-posted"].lead == "Cells in the Spine. Status: terminated (No funding)."


def test_a_changed_status_is_a_revision_of_the_trial(tmp_path: Path) -> None:
    with outside(tmp_path, TRIALS) as here:
        here.look()
        here.net["clinicaltrials"].rows[0] |= {"status": "SUSPENDED"}
        here.look()
        (one,) = [stored for stored in here.stored() if stored.entry.identity == "NCT07000001/first-posted"]
    assert (one.revision, one.entry.lead) == (2, "Cells After Surgery. Status: suspended.")


def test_phases_are_asked_for_in_the_advanced_filter_because_there_is_no_other(tmp_path: Path) -> None:
    options = "options: {condition: leptomeningeal, phases: [PHASE1, PHASE3], statuses: [COMPLETED, RECRUITING]}"
    with outside(tmp_path, f"{TRIALS}, {options}") as here:
        poll = here.look()
        (asked,) = here.asked("/studies")
    assert {entry.identity.partition("/")[0] for entry in poll.entries} == {"NCT05000002"}
    assert "filter.phase" not in asked
    assert "filter.advanced=%28AREA%5BPhase%5DPHASE1%20OR%20AREA%5BPhase%5DPHASE3%29%20AND%20AREA%5BLastUpdatePostDate%5DRANGE" in asked


def test_a_list_of_trials_goes_on_to_its_last_page(tmp_path: Path) -> None:
    with outside(tmp_path, TRIALS) as here:
        here.net["clinicaltrials"].rows = [
            nlm.study(f"NCT{n:08d}", "Acme", "T", date(2026, 5, 1), interventions=["Aspirin"]) for n in range(1200)
        ]
        assert len(here.look().entries) == 1200
        assert len(here.asked("/studies")) == 3


# ---- gov.uk ------------------------------------------------------------------------------------------------------------


def test_news_of_the_mhra_are_searched_for_at_gov_uk(tmp_path: Path) -> None:
    with outside(tmp_path, "name: it, kind: mhra, options: {keywords: approves}") as here:
        (found,) = here.look().entries
        (asked,) = here.asked("/search/")
    assert asked == (
        "/search/news-and-communications.atom?keywords=approves&organisations[]=medicines-and-healthcare-products-regulatory-agency"
    )
    assert (found.title, found.identity) == (
        "Regulator approves Aucatzyl for acute leukaemia", "https://www.gov.uk/government/news/tcell-approved",
    )  # fmt: skip


def test_a_page_of_gov_uk_that_is_touched_again_is_no_second_entry(tmp_path: Path) -> None:
    with outside(tmp_path, "name: it, kind: mhra") as here:
        here.look()
        here.net["mhra"].rows[0] |= {"day": date(2026, 5, 3)}
        here.now += timedelta(days=1)
        here.look()
        assert len(here.stored()) == 4
        assert {one.revision for one in here.stored()} == {1}


def test_another_feed_of_the_agency_is_read_where_it_is() -> None:
    other = "https://www.gov.uk/drug-safety-update.atom"
    assert mhra.address(other, NO_OPTIONS, NOW) == other


# ---- rubbish -----------------------------------------------------------------------------------------------------------

RUBBISH = {
    "nothing": b"",
    "a page": b"<!DOCTYPE html><html><body><p>Please enable cookies</p></body></html>",
    "an error": JSON_ERROR,
    "a list": b"[1, 2]",
    "odd rows": b'{"hits": {"total": 3, "hits": [1, {"_source": {"adsh": 4}}]}, "studies": [1, {"protocolSection": 2}]}',
    "half": b'{"hits": {"total": {"value": 1}, "hits": [{"_sou',
    "zeros": b"\0" * 100,
    "deep": b"[" * 100_000,
}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader(workers=1)
    yield reader
    reader.close()


@pytest.mark.parametrize("kind", ["edgar_current", "edgar_search", "edgar_company", "clinicaltrials", "mhra", "google_news", "page"])
@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_is_a_typed_failure_with_its_reason(kind: str, rubbish: str, reader: Reader) -> None:
    source = Source("it", URL, kind=kind, options=(("list", ("li",)),))
    found = reader.read(kind, RUBBISH[rubbish], source, URL)
    assert found.outcome in {Outcome.PARSE_ERROR, Outcome.HTML}
    assert found.detail


def test_an_error_in_the_clothes_of_an_answer_is_quoted() -> None:
    found = edgar_search.read(b'{"message": "Internal server error"}', URL, "it")
    assert (found.outcome, found.detail) == (Outcome.PARSE_ERROR, "the search answered: Internal server error")


# ---- what the rows become ----------------------------------------------------------------------------------------------

TICKERS = {"ABBV", "GILD", "BMY", "IOVA", "AUTL", "ALLO", "NKTX", "LEGN", "AZN", "NVS", "PSTV"}


def test_a_filing_alone_is_never_a_line(shared: Path) -> None:
    assessor = Assessor(load_seeds(shipped("seeds"))[0])
    rows = [json.loads(line) for line in (shared / "data/facts/sec_company_tickers.ndjson").read_text().splitlines()]
    names = [(row["cik"], row["title"]) for row in rows if row["ticker"] in TICKERS]
    numbers = [("9.01",), *((number, "9.01") for number in edgar.ITEMS if number != "1.03")]  # of a bankruptcy the cover says enough
    filings = [edgar.Filing(f"{n}-{cik}", cik, name, "8-K", items, "") for n, items in enumerate(numbers) for cik, name in names]
    entries = document([partial(edgar.item, one) for one in filings], "it").entries
    assert len(entries) == len(numbers) * len(names) > 200
    source = Source("it", URL, kind="edgar_current", tier=1)
    claimed = [entry.title for entry in entries if assessor.assess(StoredEntry(1, entry, NOW), source).dropped is None]
    assert claimed == []


def test_a_trial_on_record_is_neither_a_start_nor_a_result_and_posted_results_wait_for_a_person(tmp_path: Path) -> None:
    with outside(tmp_path, TRIALS) as here:
        here.look()
        store = here.monitor.store
        told = {
            stored.entry.identity: [report.label.type for report in decided.reports if not decided.dropped]
            for stored in here.stored()
            if (decided := store.assessment(stored.id))
        }
        wanted = [status for status in Status if status is not Status.BASELINE]
        lines = store.developments("leptomeningeal-metastases", statuses=wanted)
    assert told == {
        "NCT07000001/first-posted": [], "NCT05000002/first-posted": [], "NCT05000002/results": ["trial_readout"],
        "NCT05000003/first-posted": [],
    }  # fmt: skip
    assert {line.status for line in lines} == {Status.REVIEW}


def test_registers_say_of_themselves_that_they_are() -> None:
    records = {name for name, kind in KINDS.items() if kind.register}
    assert {"edgar_current", "edgar_search", "edgar_company", "clinicaltrials", "mhra"} <= records
    assert {"feed", "page", "google_news"}.isdisjoint(records)
