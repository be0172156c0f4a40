"""Registers: every trap that is documented of them, and that their rows are understood like news of the same decision."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import sources
from monitor.assess import Assessor
from monitor.config import load_seeds, shipped
from monitor.model import KINDS, NO_OPTIONS, Assessment, Entry, Options, Outcome, Source, StoredEntry
from monitor.sources import Document, Reader, purple_book, register
from tests.internet import Asked, Reply, ema, fda
from tests.internet.watching import NOW, Watch, watching
from tests.newsroom import ACT, DAY, HOUR, LM

DAYS = {"days": ("30",)}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader(workers=1)
    yield reader
    reader.close()


def source(kind: str, url: str = "", options: Options = NO_OPTIONS) -> Source:
    defaults = {option.name: option.default for option in KINDS[kind].options if option.default}
    return Source(kind, url or KINDS[kind].url, kind=kind, tier=1, options=tuple((defaults | dict(options)).items()))


def read(reader: Reader, kind: str, body: bytes, url: str = "https://register.example/", options: Options = NO_OPTIONS) -> Document:
    return reader.read(kind, body, source(kind, url, options), url)


def titles(found: Document) -> list[str]:
    return [entry.title for entry in found.entries]


def dated(found: Document) -> dict[str, date | None]:
    return {entry.identity: entry.published.date() if entry.published else None for entry in found.entries}


Told = dict[str, tuple[str, tuple[str, ...], set[str | None], date | None]]


def told_by(assessments: Iterable[tuple[StoredEntry, Assessment]]) -> Told:
    """Identity → type, products, agencies and date of each entry that belongs to a market."""
    found = {}
    for stored, assessment in assessments:
        for report in assessment.reports:
            agencies = {slot.id for slot in report.slots if slot.name == "agency"}
            found[stored.entry.identity] = (report.label.type, report.products, agencies, report.date.value if report.date else None)
    return found


def understood(watch: Watch, kind: str) -> Told:
    return told_by(watch.assessments(kind))


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    return Assessor(load_seeds(shipped("seeds"))[0])


def thought(assessor: Assessor, found: Document, kind: str) -> Told:
    """What the rules make of a document's entries."""
    stored = [StoredEntry(n, entry, NOW) for n, entry in enumerate(found.entries)]
    return told_by((one, assessor.assess(one, source(kind))) for one in stored)


# ---- what they have in common ------------------------------------------------------------------------------------------


def test_a_row_that_says_again_what_another_said_is_told_and_changes_no_identity() -> None:
    row = register.Row("1", "FDA approves Zevocel", "", (), written="2026-05-04", day=date(2026, 5, 4))
    other = register.Row("2", "FDA approves Zevonix", "", ())
    found = register.entries([[row], [row, other]], iter, "register")
    assert [entry.identity for entry in found.entries] == ["1", "2"]
    assert found.detail == "rows that repeat another: 1"


@pytest.mark.parametrize(
    ("shouted", "said"),
    [
        ("KITE PHARMA INC", "Kite Pharma Inc"),
        ("UCB SA", "Ucb SA"),
        ("Kite Pharma, Inc.", "Kite Pharma, Inc."),
        ("NOVARTIS AG", "Novartis AG"),
    ],
)
def test_a_name_in_capitals_is_written_as_elsewhere(shouted: str, said: str) -> None:
    assert register.named(shouted) == said


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].register and kind in fda.endpoints() | ema.endpoints()])
def test_the_first_look_at_a_register_is_its_baseline_and_no_news(kind: str, tmp_path: Path) -> None:
    with watching(tmp_path, [kind]) as watch:
        assert watch.look()[kind].outcome is Outcome.OK
        assert all(stored.baseline for stored in watch.entries())
        assert all(line.baseline for market in (ACT, LM) for line in watch.developments(market))


@pytest.mark.parametrize("kind", ["ema_medicines", "fda_oncology", "openfda_crl"])
def test_a_register_whose_rows_are_all_newer_than_before_has_missed_no_window(kind: str, tmp_path: Path) -> None:
    with watching(tmp_path, [kind]) as watch:
        watch.look()
        endpoint = watch.net[kind]
        for row in endpoint.rows:
            row |= {key: value + timedelta(days=200) for key, value in row.items() if isinstance(value, date)}
        watch.now += timedelta(days=220)
        assert not watch.look()[kind].missed_window


def test_a_register_may_be_quiet_for_a_season_and_not_for_half_a_year(tmp_path: Path) -> None:
    with watching(tmp_path, ["ema_medicines", "fda_cgt"]) as watch:
        watch.look()
        watch.now += timedelta(weeks=8)
        watch.net["ema_medicines"].rows[0]["atc_code_human"] = "L01"  # the list as a whole is another one
        watch.net["fda_cgt"].rows[0]["maker"] = "Kite Pharma"
        assert {look.outcome for look in watch.look().values()} == {Outcome.OK}
        watch.now += timedelta(weeks=30)
        watch.net["ema_medicines"].rows[0]["atc_code_human"] = "L01X"
        watch.net["fda_cgt"].rows[0]["maker"] = "Kite Pharma LLC"
        assert {name: look.outcome for name, look in watch.look().items()} == {"ema_medicines": Outcome.STALE, "fda_cgt": Outcome.OK}


def test_a_register_that_tells_later_what_news_told_adds_to_the_same_line(tmp_path: Path) -> None:
    with watching(tmp_path, ["feed", "fda_oncology", "purple_book"]) as watch:
        watch.look()
        day = date(2026, 5, 5)
        watch.net["feed"].rows.append({"title": "FDA approves Aucatzyl of Autolus for leukemia", "guid": "new", "day": day})
        watch.net["fda_oncology"].rows.insert(0, fda.notification("obecabtagene autoleucel (Aucatzyl, Autolus Inc.)", day, day + 9 * DAY))
        watch.net["purple_book"].rows.append(fda.licensed("125999", "Aucatzyl", "obecabtagene autoleucel", "Autolus Inc.", day))
        for kind, wait in (("feed", 2 * DAY), ("fda_oncology", 9 * DAY), ("purple_book", 20 * DAY)):
            watch.now += wait
            watch.look(kind)
        (line,) = [one for one in watch.developments(ACT) if one.event_date == day]
    assert len(line.sources) == 3


# ---- openFDA -----------------------------------------------------------------------------------------------------------


def test_openfda_is_asked_for_a_span_of_days_with_plus_signs_as_they_are(tmp_path: Path) -> None:
    with watching(tmp_path, ["openfda"]) as watch:
        watch.look()
        (asked,) = [talk.path for talk in watch.net.web.asked]
    assert (
        asked.replace("%5B", "[")
        .replace("%5D", "]")
        .endswith("?search=submissions.submission_status_date:[20260404+TO+20260504]&limit=100")
    )


def test_what_else_an_admin_asks_openfda_for_is_added_to_the_search() -> None:
    one = source("openfda", options={"days": ("7",), "search": ('sponsor_name:"KITE PHARMA INC"',)})
    (asked,) = sources.addresses(one, NOW)
    assert asked.endswith('[20260427+TO+20260504]+AND+(sponsor_name:"KITE+PHARMA+INC")&limit=100')


def test_an_address_with_a_question_of_its_own_is_asked_as_it_stands() -> None:
    url = "https://api.fda.gov/drug/drugsfda.json?search=sponsor_name:pfizer&limit=10"
    assert sources.addresses(source("openfda", url), NOW) == (url,)


def test_labelling_and_manufacturing_supplements_are_never_an_approval(tmp_path: Path) -> None:
    with watching(tmp_path, ["openfda"]) as watch:
        watch.look()
        found = understood(watch, "openfda")
    assert found["NDA208065/SUPPL-35"] == ("approval", ("tagrisso",), {"fda"}, date(2026, 4, 20))
    assert found["NDA208065/SUPPL-36"] == ("label_update", ("tagrisso",), {"fda"}, date(2026, 4, 21))
    assert found["NDA208065/SUPPL-37"][0] == "manufacturing"
    assert found["NDA213411/ORIG-1"] == ("approval", ("tukysa",), {"fda"}, date(2026, 4, 17))
    assert len(found) == 4


CLASSES = ["LABELING", "Labeling", "MANUF (CMC)", "CHEMISTRY", "PACKAGE CHANGE", "REMS", "N/A", "UNKNOWN", "SUPPL", ""]


@pytest.mark.parametrize("code", CLASSES)
def test_no_class_of_supplement_but_efficacy_is_an_approval(code: str, reader: Reader, assessor: Assessor) -> None:
    supplement = fda.submission("SUPPL", "40", date(2026, 4, 30), code)
    answer = {"results": [fda.application("NDA213411", "TUKYSA", "TUCATINIB", "SEAGEN INC", supplement)]}
    found = read(reader, "openfda", json.dumps(answer).encode(), options=DAYS)
    assert len(found.entries) == 1
    assert "approval" not in {told[0] for told in thought(assessor, found, "openfda").values()}


def test_what_was_approved_before_the_days_asked_for_and_generics_and_tentative_approvals_are_left_out(tmp_path: Path) -> None:
    with watching(tmp_path, ["openfda"]) as watch:
        watch.look()
        identities = {stored.entry.identity for stored in watch.entries()}
    assert identities == {"NDA208065/SUPPL-35", "NDA208065/SUPPL-36", "NDA208065/SUPPL-37", "NDA213411/ORIG-1"}


def test_a_404_in_json_means_that_nothing_was_approved_and_is_no_alarm(tmp_path: Path) -> None:
    with watching(tmp_path, ["openfda"]) as watch:
        watch.look()
        watch.now += timedelta(days=200)
        look = watch.look()["openfda"]
        assert (look.outcome, look.status, look.detail) == (Outcome.EMPTY, 404, "openFDA has nothing in these days")
        assert look.failures == 0
        assert len(watch.entries()) == 4


def test_a_404_without_json_is_a_page_that_has_gone_for_openfda_too(tmp_path: Path) -> None:
    with watching(tmp_path, ["openfda"]) as watch:
        watch.net["openfda"].fault = lambda talk, endpoint, usual: Reply(b"Not found\n", "text/html", 404).send(talk)
        assert watch.look()["openfda"].outcome is Outcome.GONE


def test_openfda_is_read_page_by_page(tmp_path: Path) -> None:
    with watching(tmp_path, ["openfda"]) as watch:
        watch.net["openfda"].rows = many(250)
        look = watch.look()["openfda"]
        asked = [talk.path.partition("limit=100")[2] for talk in watch.net.web.asked]
    assert (len(look.entries), asked) == (250, ["", "&skip=100", "&skip=200"])


def test_more_than_can_be_read_is_said_loudly(tmp_path: Path) -> None:
    with watching(tmp_path, ["openfda"]) as watch:
        watch.net["openfda"].rows = many(1_100)
        look = watch.look()["openfda"]
        assert (len(look.entries), look.detail) == (1_000, "only the first 10 pages were read, there are more: narrow what is asked for")
        assert watch.state("openfda").detail == look.detail


def test_openfda_skips_no_more_than_25000(reader: Reader) -> None:
    answer = {"meta": {"results": {"skip": 25_000, "limit": 100, "total": 90_000}}, "results": many(1)}
    found = read(reader, "openfda", json.dumps(answer).encode(), "https://api.fda.gov/drug/drugsfda.json?limit=100&skip=25000", DAYS)
    assert (found.next_page, found.detail) == ("", "more than 25,000 fit, of 90,000: ask for fewer days, or add a search")


def test_an_error_in_json_with_status_200_is_told_in_its_own_words(reader: Reader) -> None:
    found = read(reader, "openfda", b'{"error": {"code": "SERVER_ERROR", "message": "Check your request"}}', options=DAYS)
    assert (found.outcome, found.detail) == (Outcome.PARSE_ERROR, "openFDA answers with an error: SERVER_ERROR Check your request")


def many(number: int) -> list[dict[str, Any]]:
    one = fda.submission("ORIG", "1", date(2026, 4, 30))
    return [fda.application(f"NDA{n:06d}", f"ZEVO{n}", f"zevo{n}nib", "ACME INC", one) for n in range(number)]


def test_a_complete_response_letter_is_a_rejection_and_one_taken_back_is_none(tmp_path: Path) -> None:
    with watching(tmp_path, ["openfda_crl"]) as watch:
        watch.net["openfda_crl"].rows += [
            fda.letter(
                "BLA 761426", "KITE PHARMA, INC.", "Yescarta (axicabtagene ciloleucel)", date(2026, 4, 9), "RESCIND COMPLETE RESPONSE"
            )
        ]
        watch.look()
        found = understood(watch, "openfda_crl")
    assert found["CRL_BLA761425_20260402.pdf"] == ("regulatory_rejection", ("tecartus",), {"fda"}, date(2026, 4, 2))
    assert found["CRL_BLA761426_20260409.pdf"][0] == ""


def test_a_letter_whose_text_names_no_medicine_is_told_by_its_application(reader: Reader) -> None:
    letter = fda.own_letters()[0] | {"text": "", "letter_date": "04/02/2026"}
    found = read(reader, "openfda_crl", json.dumps({"results": [letter]}).encode(), options=DAYS)
    assert titles(found) == ["FDA issues a complete response letter to Kite Pharma, Inc. for application BLA 761425"]


# ---- FDA's pages -------------------------------------------------------------------------------------------------------


def notifications(reader: Reader, **more: Any) -> Entry:
    row = fda.own_notifications()[0] | more
    (entry,) = read(reader, "fda_oncology", fda.notifications([row], Asked("", {}, {})).body, "https://www.fda.gov/drugs/list").entries
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
def test_a_day_in_the_prose_counts_where_it_can_be_meant(prose: str, day: date, reader: Reader) -> None:
    entry = notifications(reader, text=prose)
    assert entry.published is not None
    assert (entry.published.date(), entry.published_text) == (day, "4/28/2026")


def test_a_notification_links_to_its_own_page(reader: Reader) -> None:
    assert notifications(reader).link == "https://www.fda.gov/drugs/tecartus-mcl"


def test_the_columns_may_stand_in_another_order(reader: Reader) -> None:
    body = fda.page(
        "Notifications", ("Date", "Webpage", "Description"), [["4/28/2026", '<a href="/x">FDA approves tucatinib</a>', "Words."]]
    )
    (entry,) = read(reader, "fda_oncology", body.body).entries
    assert (entry.title, entry.lead, entry.published_text) == ("FDA approves tucatinib", "Words.", "4/28/2026")


def test_a_page_whose_table_has_gone_is_an_alarm_and_no_empty_day(reader: Reader) -> None:
    found = read(reader, "fda_oncology", fda.page("Notifications", ("Name", "Text"), [["a", "b"]]).body)
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


def test_a_product_of_the_list_stays_the_same_when_its_manufacturer_or_its_signs_change(reader: Reader) -> None:
    rows = fda.own_products()
    changed = [rows[0] | {"product": "Tecartus® (brexucabtagene autoleucel)", "maker": "Kite Pharma LLC", "path": "/new"}, *rows[1:]]
    before, after = (read(reader, "fda_cgt", fda.products(one, Asked("", {}, {})).body) for one in (rows, changed))
    assert list(dated(before)) == list(dated(after))
    assert len(dated(before)) == 3


# ---- Purple Book -------------------------------------------------------------------------------------------------------


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


def test_both_sections_and_all_strengths_are_one_entry_for_each_product(reader: Reader) -> None:
    body = fda.book(fda.own_licences(), Asked(f"{fda.BOOK}2026/purplebook-search-may-data-download.csv", {}, {})).body
    found = read(reader, "purple_book", body, "https://fda.example/2026/may.csv")
    assert dated(found) == {
        "125703/tecartus": date(2026, 4, 5),
        "761111/zevomab": date(2019, 6, 5),
        "101063/candida albicans skin test antigen": date(1995, 11, 27),
        "761222/zevosim": date(2026, 3, 9),
    }
    (biosimilar,) = [entry for entry in found.entries if entry.identity == "761222/zevosim"]
    assert "biosimilar of Zevomab" in biosimilar.lead


def test_a_center_may_be_chosen(reader: Reader) -> None:
    body = fda.book(fda.own_licences(), Asked(f"{fda.BOOK}2026/purplebook-search-may-data-download.csv", {}, {})).body
    found = read(reader, "purple_book", body, options={"center": ("CBER",)})
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


def test_the_purple_book_knows_every_cell_and_gene_therapy_by_its_day(shared: Path, reader: Reader) -> None:
    rows = fda.licences_of_facts(shared)
    body = fda.book(rows, Asked(f"{fda.BOOK}2026/purplebook-search-may-data-download.csv", {}, {})).body
    found = read(reader, "purple_book", body, "https://fda.example/2026/may.csv")
    told = Counter((entry.guid.partition("/")[0], entry.published.date()) for entry in found.entries if entry.published)
    assert told == Counter({(row["BLA Number"], row["Approval Date"]) for row in rows})


def test_the_undated_list_of_all_cell_and_gene_therapies_has_an_entry_for_each(shared: Path, reader: Reader) -> None:
    rows = fda.products_of_facts(shared)
    found = read(reader, "fda_cgt", fda.products(rows, Asked("", {}, {})).body)
    assert len(found.entries) == len({(row["product"], row["maker"]) for row in rows})


# ---- EMA ---------------------------------------------------------------------------------------------------------------


def medicines(*rows: dict[str, Any]) -> bytes:
    return ema.listed(list(rows), Asked("", {}, {})).body


def test_each_step_of_a_medicine_is_an_entry_of_its_own_and_animals_have_none(reader: Reader) -> None:
    assert dated(read(reader, "ema_medicines", medicines(*ema.own()))) == {
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
def test_each_step_is_understood_as_what_it_is(step: str, reader: Reader, assessor: Assessor) -> None:
    more, kind, agency = STEPS[step]
    use = "Treatment of adult patients with relapsed or refractory mantle cell lymphoma"
    row = ema.medicine(5102, "Tecartus", "brexucabtagene autoleucel", "Kite Pharma EU B.V.", therapeutic_indication=use, **more)
    found = read(reader, "ema_medicines", medicines(row | {"advanced_therapy": "Yes"}))
    ((told, products, agencies, day),) = thought(assessor, found, "ema_medicines").values()
    assert (told, products, day) == (kind, ("tecartus",), date(2026, 4, 3))
    assert agency is None or agency in agencies


def test_days_come_first_and_a_day_that_is_none_leaves_the_entry_undated(reader: Reader) -> None:
    rows = [
        {"name_of_medicine": f"Zevo{n}", "ema_product_number": f"{n}", "marketing_authorisation_date": day}
        for n, day in enumerate(["03/04/2026", "31/02/2026", "soon", ""])
    ]
    found = read(reader, "ema_medicines", json.dumps({"data": rows}).encode())
    assert dated(found) == {"0/authorisation": date(2026, 4, 3), "1/authorisation": None}


def test_the_advanced_therapy_flag_is_told_in_the_text(reader: Reader) -> None:
    flagged, plain = read(reader, "ema_medicines", medicines(*ema.own()[:1])), read(reader, "ema_medicines", medicines(ema.own()[2]))
    assert all("advanced therapy" in entry.lead for entry in flagged.entries)
    assert all("advanced therapy" not in entry.lead for entry in plain.entries)


def test_a_new_edition_of_the_list_is_no_edit_of_what_it_says(reader: Reader) -> None:
    row = ema.own()[0]
    before, after = (
        read(reader, "ema_medicines", medicines(row | {"revision_number": n, "last_updated_date": date(2026, 5, int(n))})) for n in "12"
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
