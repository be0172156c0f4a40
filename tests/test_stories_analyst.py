"""What an analyst was promised (user stories A1 to A10), over outlets on loopback and a clock that is moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pytest

from monitor import delivering, web
from monitor.engine.service import Service
from monitor.model import Development, Digest, Outcome, Status
from tests.conftest import SHARED
from tests.loopback import answer
from tests.newsroom import DAY, EDITION, HOUR, LM, MINUTE, MONDAY, WEEK, Newsroom, newsroom, rows
from tests.test_service import by_mail
from tests.test_sinks_email import Relay, running

LABELLED = SHARED / "data" / "labelled"


def told(digest: Digest, *parts: str, market: str = "") -> list[Development]:
    """What these parts of the digest tell."""
    sections = [section for section in digest.sections if market in {"", section.market}]
    return [one.development for section in sections for part in parts for one in getattr(section, part)]


def text(room: Newsroom, digest: Digest) -> str:
    """The digest as an analyst reads it."""
    return " ".join(room.monitor.post.renderer.digest_text(digest, health=False).split())


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


# ---- A1 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seven", ["2026-03-23T06:00", "2026-03-30T05:00", "2026-10-19T05:00", "2026-10-26T06:00"])
def test_a1_the_digest_comes_on_monday_at_seven_in_weeks_that_change_the_clock_too(tmp_path: Path, seven: str) -> None:
    moment = at(seven)
    with newsroom(tmp_path, moment - 3 * DAY) as room:
        service, sent = Service(room.monitor), []
        for now in (moment - MINUTE, moment, moment + MINUTE, moment + DAY):
            room.now = now
            sent.append(service.beat().issues)
    assert sent == [[], ["weekly 1"], [], []]


# ---- A2 --------------------------------------------------------------------------------------------------------------

FOUR_WORDINGS = [
    "FDA approves Breyanzi for marginal zone lymphoma",
    "Bristol Myers Squibb's Breyanzi wins US nod in MZL",
    "Liso-cel cleared by FDA in marginal zone lymphoma",
    "FDA grants approval to BMS's CAR-T Breyanzi for relapsed or refractory marginal zone lymphoma",
]


def gold(event: str) -> list[str]:
    """The headlines of an event as two careful analysts wrote them down."""
    if not LABELLED.is_dir():
        return []
    return [row["title"] for row in rows(LABELLED / "developments.jsonl") if row["expect"]["event"] == event]


def test_a2_a_development_is_told_once_however_many_outlets_run_it(tmp_path: Path) -> None:
    first = at("2025-12-04T15:00")
    with newsroom(tmp_path, first - DAY) as room:
        for number, (outlet, title) in enumerate(zip(["wire", "trade-press", "second-press", "aggregator"], FOUR_WORDINGS, strict=True)):
            room.now = first + number * 18 * HOUR
            room.tell(outlet, title)
            room.read()
        digest = room.issue(at("2025-12-08T06:00"))
        (only,) = told(digest, "headlines", "mentions", "review", "updates")
        assert only.n_sources == 4
        assert "3 other sources" in text(room, digest)


# ---- A3 --------------------------------------------------------------------------------------------------------------


def test_a3_announcement_and_completion_stay_apart_in_one_story(tmp_path: Path) -> None:
    with newsroom(tmp_path, at("2026-02-21T12:00")) as room:
        room.now = at("2026-02-23T13:00")
        room.tell("wire", "Gilead to acquire Arcellx for $115 a share", summary="It values its partner for anito-cel at $7.8 billion.")
        room.tell("trade-press", "Gilead buys CAR-T partner Arcellx in $7.8bn deal")
        room.read()
        announced = room.issue(at("2026-03-02T06:00"))
        room.now = at("2026-04-28T13:00")
        room.tell("wire", "Gilead completes acquisition of Arcellx", summary="The tender offer expired, and Arcellx now belongs to Gilead.")
        room.tell("trade-press", "Gilead closes Arcellx purchase")
        room.read()
        closed = room.issue(at("2026-05-04T05:00"))
        (deal,), (closing,) = told(announced, "headlines"), told(closed, "updates")
        assert (deal.type, closing.type) == ("acquisition", "acquisition_completed")
        assert deal.event != closing.event
        assert deal.story_id == closing.story_id is not None
        assert (deal.n_sources, closing.n_sources) == (2, 2)


@pytest.mark.parametrize(("announced", "closed"), [("gold-act-001", "gold-act-004"), ("gold-act-103", "gold-act-108")])
def test_a3_the_closing_of_a_deal_is_an_update_weeks_after_its_headline(shared: Path, tmp_path: Path, announced: str, closed: str) -> None:
    days = {row["expect"]["event"]: datetime.fromisoformat(row["published"]) for row in rows(LABELLED / "developments.jsonl")}
    with newsroom(tmp_path, days[announced] - HOUR) as room:
        digests = []
        for event in (announced, closed):
            room.now = days[event] + HOUR
            for outlet, title in zip(["wire", "trade-press", "aggregator"], gold(event)[:3], strict=True):
                room.tell(outlet, title)
            room.read()
            digests.append(room.issue(days[event] + WEEK))
        (deal,), (closing,) = told(digests[0], "headlines"), told(digests[1], "updates")
        assert (deal.type, closing.type) == ("acquisition", "acquisition_completed")
        assert deal.story_id == closing.story_id is not None
        assert told(digests[1], "headlines") == []


# ---- A4 --------------------------------------------------------------------------------------------------------------

PUBLIC, SECRET = "https://monitor.example.org", "tests know it, and nobody else should"


def test_a4_the_link_in_the_mail_accepts_the_line_and_a_second_click_changes_nothing(tmp_path: Path) -> None:
    relay = Relay()
    editions = EDITION.replace("sinks: [{folder: digests}]", "recipients: [anna@example.org]\n    sinks: [{email: true}]")
    with running(relay) as port:
        secrets = {**by_mail(port), "MONITOR_WEB_PUBLIC_URL": PUBLIC, "MONITOR_WEB_SECRET": SECRET}
        with newsroom(tmp_path, editions=editions, secrets=secrets) as room:
            room.tell("wire", "FDA approves Breyanzi from Bristol Myers Squibb for marginal zone lymphoma")
            room.read(room.now + HOUR)
            room.issue(MONDAY)
            assert delivering.deliver(room.monitor) == {"sent": 1}
            page = message_from_bytes(relay.took[0].content, policy=policy.default).get_body(("html",)).get_content()
            (link,) = re.findall(rf'href="({PUBLIC}/decide/[^"]+)"[^>]*>accept this line<', page)
            settings = web.Settings(port=0, public=PUBLIC, secret=SECRET)
            with web.serving(web.app(room.monitor, settings), settings) as here:
                url = link.replace(PUBLIC, here)  # as the proxy before it does
                (offered,) = room.table()
                assert httpx.get(url).status_code == 200
                assert room.table() == (offered,), "looking changes nothing"
                room.now += HOUR
                assert httpx.post(url).status_code == 200
                (accepted,) = room.table()
                assert (accepted.status, accepted.line_text) == (Status.ACCEPTED, offered.line_text)
                assert (accepted.reviewed_by, accepted.reviewed_at) == ("anna@example.org", room.now)
                room.now += HOUR
                assert httpx.post(url).status_code == 410
                assert room.table() == (accepted,)
            room.tell("trade-press", "Breyanzi wins FDA nod in relapsed or refractory follicular lymphoma and marginal zone lymphoma")
            room.read(room.now + HOUR)
            assert accepted.id in {one.id for one in room.table()}
            assert next(one for one in room.table() if one.id == accepted.id).line_text == offered.line_text, "it is frozen"


# ---- A5 --------------------------------------------------------------------------------------------------------------


def test_a5_every_entry_says_why_it_was_chosen(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.tell("wire", "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma")
        room.tell("trade-press", "Novartis withdraws Kymriah application")
        room.tell("second-press", "Gilead to acquire Arcellx for $7.8 billion")
        room.read(room.now + HOUR)
        found = told(room.issue(MONDAY), "headlines", "mentions", "review")
        assert len(found) >= 2
        for one in found:
            said = " / ".join(reason.what for reason in one.why)
            assert f"type {one.type} by" in said
            assert "source tier" in said
            assert any(reason.what.startswith(("alias", "name", "product", "player", "term")) and reason.span for reason in one.why), said


# ---- A6 --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def noisy(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, Digest]]:
    """A week in which nothing came but what only looks like news."""
    with newsroom(tmp_path_factory.mktemp("noisy")) as room:
        for row in rows(LABELLED / "hard_negatives.jsonl"):
            outlet = "content-farm" if row["source"] == "content farm" else "wire" if row["source"] == "newswire" else "trade-press"
            room.tell(outlet, row["title"], room.now + HOUR, row["summary"], row["id"])
        room.read(room.now + 2 * HOUR)
        yield room, room.issue(MONDAY)


def test_a6_what_only_looks_like_news_is_no_headline_and_no_line(noisy: tuple[Newsroom, Digest]) -> None:
    assert [one.headline for one in told(noisy[1], "headlines", "proposed", "updates")] == []
    assert "no reportable developments" in noisy[1].subject


def test_a6_nothing_is_shown_that_only_dropped_items_tell_and_a_mention_is_no_more_than_that(noisy: tuple[Newsroom, Digest]) -> None:
    room, digest = noisy
    levels = {row["title"]: row["expect"]["level"] for row in rows(LABELLED / "hard_negatives.jsonl")}
    shown = {
        part: [{levels[report.title] for report in room.monitor.store.event(one.event).reports} for one in told(digest, part)]
        for part in ("mentions", "review")
    }
    assert shown["mentions"], "some of them are mentions"
    assert all(told_by & {"mention", "review"} for told_by in shown["mentions"])
    assert all("review" in told_by for told_by in shown["review"])


# ---- A7 --------------------------------------------------------------------------------------------------------------


def test_a7_the_day_and_the_month_are_those_of_the_event_whenever_it_is_told(tmp_path: Path) -> None:
    reports = [
        ("2025-06-26T20:00", "wire", "FDA eliminates REMS for autologous CAR-T cell therapies", "Effective June 26, 2025, none is needed."),
        ("2025-06-27T12:00", "trade-press", "FDA drops CAR-T REMS", ""),
        ("2025-07-02T12:00", "second-press", "FDA removes REMS requirements for CAR-T therapies", "It was announced on June 26."),
        ("2025-07-15T12:00", "trade-press", "FDA lifted REMS for CAR-T cell therapies in June", ""),
        ("2025-09-10T12:00", "second-press", "FDA removed CAR-T REMS", "The agency did so on June 26, 2025."),
    ]
    with newsroom(tmp_path, at("2025-06-24T12:00")) as room:
        for day, outlet, title, summary in reports:
            room.now = at(day)
            room.tell(outlet, title, summary=summary)
            room.read()
        (only,) = room.table()
        assert (only.event_date, only.date_precision) == (date(2025, 6, 26), "day")
        assert only.line_text.startswith("In June 2025, ")


def test_a7_the_gold_headlines_of_the_removal_are_one_event_of_its_day(shared: Path, tmp_path: Path) -> None:
    with newsroom(tmp_path, at("2025-06-24T12:00")) as room:
        room.now = at("2025-06-26T20:00")
        for outlet, title in zip(["wire", "trade-press", "aggregator", "second-press"], gold("gold-act-111"), strict=True):
            room.tell(outlet, title)
        room.read()
        proposed = [one for one in room.table() if one.status is Status.PROPOSED]
        assert [(one.event_date, one.type) for one in proposed] == [(date(2025, 6, 26), "safety_action")]


# ---- A8 --------------------------------------------------------------------------------------------------------------


def test_a8_two_releases_that_disagree_about_a_date_are_one_event_with_a_note(tmp_path: Path) -> None:
    with newsroom(tmp_path, at("2026-03-08T12:00"), {"daiichi": 1, "astrazeneca": 1}) as room:
        room.now = at("2026-03-09T12:00")
        title = "Enhertu granted Priority Review in the US for post-neoadjuvant HER2-positive early breast cancer"
        room.tell("daiichi", title, summary="The FDA set a PDUFA date of July 7, 2026, Daiichi Sankyo said.")
        room.tell("astrazeneca", title, summary="The PDUFA date is anticipated during the third quarter of 2026, AstraZeneca said.")
        room.read()
        (only,) = room.table(LM)
        assert "7 July 2026" in only.conflict_note or "2026-07-07" in only.conflict_note
        assert "Q3" in only.conflict_note or "third quarter" in only.conflict_note


# ---- A9 --------------------------------------------------------------------------------------------------------------


def test_a9_a_quiet_week_says_so_and_that_every_source_answered(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        for outlet in room.outlets:
            room.tell(outlet, "Harbour town opens a new bridge")
        room.read(room.now + HOUR)
        digest = room.issue(MONDAY)
        assert "No reportable developments" in text(room, digest)
        assert "5 of 5 sources answered" in text(room, digest)


def test_a9_a_quiet_week_names_the_sources_that_were_silent(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.web.scripts["/wire"] = answer(503)
        room.web.scripts["/trade-press"] = answer(200, b"<!DOCTYPE html><html><body>Please sign in</body></html>", Content_Type="text/html")
        assert room.read(room.now + HOUR)["wire"] is Outcome.UNREACHABLE
        digest = room.issue(MONDAY)
        said = text(room, digest)
        assert "No reportable developments" in said
        assert "wire unreachable" in said
        assert "trade-press html instead of feed" in said


# ---- A10 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("issued", [True, False], ids=["told then", "never told"])
def test_a10_an_old_closing_republished_joins_its_event_and_is_no_headline(tmp_path: Path, issued: bool) -> None:
    with newsroom(tmp_path, at("2025-05-12T12:00")) as room:
        room.now = at("2025-05-13T13:00")
        room.tell("wire", "Bristol Myers Squibb completes acquisition of 2seventy bio")
        room.read()
        if issued:
            room.issue(at("2025-05-19T05:00"))
        room.now = at("2025-12-11T12:00")
        room.tell("trade-press", "BMS completes 2seventy bio takeover", summary="The acquisition was completed on May 13, 2025.")
        room.read()
        (event,) = {one.event for one in room.table()}
        assert len(room.monitor.store.event(event).reports) == 2
        if issued:
            assert told(room.issue(at("2025-12-15T06:00")), "headlines", "proposed") == []


def test_a10_a_closing_that_comes_months_late_is_on_file_and_no_headline(tmp_path: Path) -> None:
    with newsroom(tmp_path, at("2025-12-10T12:00")) as room:
        room.now = at("2025-12-11T12:00")
        room.tell("trade-press", "BMS completes 2seventy bio takeover", summary="The acquisition was completed on May 13, 2025.")
        room.read()
        assert told(room.issue(at("2025-12-15T06:00")), "headlines") == []


def test_weeks_that_follow_each_other_tell_nothing_twice(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.tell("wire", "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma")
        room.read(room.now + HOUR)
        first = room.issue(MONDAY)
        room.now = MONDAY + DAY
        room.tell("trade-press", "Breyanzi approved by FDA in marginal zone lymphoma")
        room.read()
        second = room.issue(MONDAY + WEEK)
        assert (len(told(first, "headlines")), told(second, "headlines", "updates", "mentions")) == (1, [])
