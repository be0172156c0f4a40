"""openFDA: what it is asked, how its pages and errors are read, and that no supplement reads as an approval that is none."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import sources
from monitor.model import Outcome
from tests.internet import Reply, fda
from tests.internet.watching import NOW, watching
from tests.registers import read, source, thought, titles, understood

DAYS = {"days": ("30",)}


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
def test_no_class_of_supplement_but_efficacy_is_an_approval(code: str) -> None:
    supplement = fda.submission("SUPPL", "40", date(2026, 4, 30), code)
    answer = {"results": [fda.application("NDA213411", "TUKYSA", "TUCATINIB", "SEAGEN INC", supplement)]}
    found = read("openfda", json.dumps(answer).encode(), options=DAYS)
    assert len(found.entries) == 1
    assert "approval" not in {told[0] for told in thought(found, "openfda").values()}


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


def test_openfda_skips_no_more_than_25000() -> None:
    answer = {"meta": {"results": {"skip": 25_000, "limit": 100, "total": 90_000}}, "results": many(1)}
    found = read("openfda", json.dumps(answer).encode(), "https://api.fda.gov/drug/drugsfda.json?limit=100&skip=25000", DAYS)
    assert (found.next_page, found.detail) == ("", "more than 25,000 fit, of 90,000: ask for fewer days, or add a search")


def test_an_error_in_json_with_status_200_is_told_in_its_own_words() -> None:
    found = read("openfda", b'{"error": {"code": "SERVER_ERROR", "message": "Check your request"}}', options=DAYS)
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


def test_a_letter_whose_text_names_no_medicine_is_told_by_its_application() -> None:
    letter = fda.own_letters()[0] | {"text": "", "letter_date": "04/02/2026"}
    found = read("openfda_crl", json.dumps({"results": [letter]}).encode(), options=DAYS)
    assert titles(found) == ["FDA issues a complete response letter to Kite Pharma, Inc. for application BLA 761425"]
