"""What lies ahead: dates that are read from the news, kept until they come true, and asked after when they do not (domain.md 5.4 d)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from monitor import pipeline
from monitor.digest import Ahead, calendar, overdue, upcoming
from monitor.digest.ahead import period
from monitor.ics import calendar_file
from monitor.model import Development, Due, Status
from tests.commands import monitor
from tests.newsroom import ACT, DAY, HOUR, Newsroom, newsroom
from tests.weeks import ACT as MARKET
from tests.weeks import development

NOW = datetime(2025, 9, 1, 12, 0, tzinfo=UTC)
ACCEPTED = "FDA accepts Atara's application for Ebvallo in post-transplant lymphoproliferative disease"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path, NOW) as opened:
        yield opened


def tell(room: Newsroom, title: str, day: datetime, summary: str = "") -> None:
    room.now = day + HOUR
    room.tell("wire", title, day, summary)
    room.read()


def expected(room: Newsroom) -> list[str]:
    """What the wire said lies ahead, but for the dates of seeds/."""
    return [f"{one.value}: {one.text}" for one in pipeline.expected(room.monitor, ACT, room.now.date()) if one.source]


# ---- from the news ---------------------------------------------------------------------------------------------------


def test_a_goal_date_is_the_day_that_is_set_and_not_the_day_it_was_told(room: Newsroom) -> None:
    tell(room, ACCEPTED, NOW + DAY, "The agency set a 10 January goal date.")
    (one,) = room.table()
    assert (one.event_date, one.due) == (date(2025, 9, 2), Due("decision", "2026-01-10", "wire"))
    assert expected(room) == ["2026-01-10: FDA decision on Ebvallo in lymphoproliferative disease"]


def test_a_countdown_to_a_decision_is_no_acceptance_and_proposes_no_line(room: Newsroom) -> None:
    tell(room, "Countdown for tab-cel: FDA decision due by 10 January", datetime(2026, 1, 8, 9, 50, tzinfo=UTC))
    (one,) = room.table()
    assert (one.status, one.line_text, one.headline) == (Status.MENTION, "", "FDA decision on Ebvallo is due by 10 January 2026")
    assert expected(room) == ["2026-01-10: FDA decision on Ebvallo"]


def test_a_date_that_went_by_is_not_the_day_of_what_is_told(room: Newsroom) -> None:
    tell(room, "FDA extends review of Atara's Ebvallo past its January 10, 2026 goal date", datetime(2026, 1, 13, 9, 0, tzinfo=UTC))
    (one,) = room.table()
    assert one.event_date == date(2026, 1, 13)


def test_a_decision_ends_the_wait_and_a_longer_review_moves_it(room: Newsroom) -> None:
    tell(room, ACCEPTED, NOW + DAY, "The agency set a 10 January goal date.")
    tell(room, "FDA extends its review of Atara's Ebvallo", NOW + 90 * DAY, "The new goal date is 10 April 2026.")
    assert expected(room) == ["2026-04-10: FDA decision on Ebvallo"]
    tell(room, "FDA rejects Atara's Ebvallo again", datetime(2026, 4, 9, 12, 0, tzinfo=UTC))
    assert expected(room) == []


def test_a_purchase_is_expected_to_close_until_it_does(room: Newsroom) -> None:
    tell(room, "Gilead to acquire Arcellx for $7.8 billion", NOW + DAY, "The deal is expected to close in the first half of next year.")
    assert [one.partition(":")[0] for one in expected(room)] == ["2026-H1"]
    tell(room, "Gilead completes acquisition of Arcellx", NOW + 100 * DAY)
    assert expected(room) == []


def test_the_digest_names_the_next_dates_and_what_is_overdue(room: Newsroom) -> None:
    tell(room, ACCEPTED, NOW + DAY, "The agency set a 10 October goal date.")
    shown = [room.issue(datetime(2025, 9, 8, 5, 0, tzinfo=UTC)), room.issue(datetime(2025, 10, 20, 5, 0, tzinfo=UTC))]
    renderer = room.monitor.post.renderer
    before, after = (" ".join(renderer.digest_text(one, health=False).split()) for one in shown)
    what = "FDA decision on Ebvallo in lymphoproliferative disease (wire)"
    assert f"Next dates ---------- * 10 Oct 2025 – {what}" in before
    assert f"Overdue ------- * {what}: was due by 10 Oct 2025; nothing seen" in after
    assert "Next dates" not in after
    for line in (f"10 Oct 2025 – {what}", f"{what}: was due by 10 Oct 2025; nothing seen"):
        assert any(line in " ".join(renderer.digest_html(one, health=False).split()) for one in shown)


# ---- one by one ------------------------------------------------------------------------------------------------------


def stated(value: str = "2026-01-10", told: date = date(2025, 9, 1), name: str = "goal", **facts: object) -> Development:
    """A development that says an FDA decision on Yescarta is due."""
    due = Due("decision", value, "wire")
    facts = {"type": "filing_accepted", "product": "YESCARTA", "agency": "FDA", "due": due, "event": name, "event_date": told, **facts}
    return development(name, **facts)


def decision(day: date, **facts: object) -> Development:
    told = {"type": "approval", "product": "YESCARTA", "agency": "FDA", "event": "decision", "event_date": day}
    facts = {"indication": "follicular lymphoma", **told, **facts}
    return development("decision", **facts)


def values(*stating: Development, outcomes: tuple[Development, ...] = ()) -> list[str]:
    return [one.value for one in calendar(MARKET, stating, outcomes) if one.source]


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        (decision(date(2026, 1, 9)), []),
        (decision(date(2026, 1, 9), type="regulatory_rejection"), []),
        (decision(date(2026, 1, 9), type="application_withdrawn"), []),
        (decision(date(2026, 1, 9), type="trial_readout"), ["2026-01-10"]),
        (decision(date(2026, 1, 9), agency="EMA"), ["2026-01-10"]),
        (decision(date(2026, 1, 9), product="ABECMA"), ["2026-01-10"]),
        (decision(date(2025, 8, 1)), ["2026-01-10"]),
        (decision(date(2026, 1, 9), status=Status.WITHDRAWN), ["2026-01-10"]),
        (decision(date(2026, 1, 9), indication="multiple myeloma"), ["2026-01-10"]),
        (decision(date(2025, 10, 1), indication="follicular lymphoma"), []),
        (decision(date(2025, 9, 5), indication=None), ["2026-01-10"]),
    ],
)
def test_only_a_decision_on_the_same_medicine_disease_and_agency_ends_the_wait(outcome: Development, left: list[str]) -> None:
    assert values(stated(indication="follicular lymphoma"), outcomes=(outcome,)) == left


def test_two_diseases_of_one_medicine_are_two_dates() -> None:
    two = (stated(indication="follicular lymphoma"), stated("2026-03-01", name="other", indication="mantle cell lymphoma"))
    assert values(*two) == ["2026-01-10", "2026-03-01"]


def test_what_is_told_later_replaces_what_was_told_before() -> None:
    assert values(stated("2026-04-10", date(2025, 12, 1), "later"), stated()) == ["2026-04-10"]


@pytest.mark.parametrize(
    ("value", "first", "last", "precision"),
    [
        ("2026-01-10", date(2026, 1, 10), date(2026, 1, 10), "day"),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), "month"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), "quarter"),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), "half"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "year"),
    ],
)
def test_a_date_is_held_as_exactly_as_it_is_known(value: str, first: date, last: date, precision: str) -> None:
    (one,) = (one for one in calendar(MARKET, [stated(value)], []) if one.source)
    assert (one.first, one.last, one.precision) == (first, last, precision)
    assert period(value) == (first, last)


def test_what_is_no_date_is_left_out() -> None:
    assert values(stated("2026-13-40"), stated("soon", name="other")) == []


def test_a_passed_date_is_overdue_after_a_week_of_grace_and_forgotten_after_a_year() -> None:
    found = [one for one in calendar(MARKET, [stated()], []) if one.source]
    late = [day for day in (0, 7, 8, 300, 372, 380) if overdue(found, date(2026, 1, 10) + timedelta(days=day))]
    assert late == [8, 300]
    assert upcoming(found, date(2026, 1, 10), date(2026, 3, 1)) == tuple(found)
    assert upcoming(found, date(2026, 1, 11), date(2026, 3, 1)) == ()


def test_a_date_of_seeds_ends_with_the_decision_and_gives_way_to_the_news() -> None:
    yescarta = replace(MARKET.products["yescarta"], next_date=date(2026, 1, 10), next_date_what="goal date")
    market = replace(MARKET, products={"yescarta": yescarta})
    assert [one.value for one in calendar(market, [], [])] == ["2026-01-10"]
    assert calendar(market, [], [decision(date(2026, 1, 9))]) == ()
    assert [one.value for one in calendar(market, [stated("2026-04-10")], [])] == ["2026-04-10"]


# ---- as a file -------------------------------------------------------------------------------------------------------


def read(*found: Ahead) -> list[Any]:
    return list(icalendar.Calendar.from_ical(calendar_file(found, NOW)).walk("VEVENT"))


def test_the_file_holds_whole_days_that_block_nobody_and_invites_nobody() -> None:
    (one,) = (one for one in calendar(MARKET, [stated("2026-H1")], []) if one.source)
    raw = calendar_file([one], NOW)
    (event,) = read(one)
    assert (event["dtstart"].dt, event["dtend"].dt, event["transp"]) == (date(2026, 6, 30), date(2026, 7, 1), "TRANSPARENT")
    assert "expected in the first half of 2026 (wire)" in event["summary"]
    assert b"METHOD" not in raw
    assert b"ATTENDEE" not in raw
    assert raw == calendar_file([one], NOW)


def test_a_moved_date_keeps_its_uid_and_two_dates_never_share_one() -> None:
    uids = [
        str(read(one)[0]["uid"]) for value in ("2026-01-10", "2026-04-10") for one in calendar(MARKET, [stated(value)], []) if one.source
    ]
    assert uids[0] == uids[1]
    two = (stated(indication="follicular lymphoma"), stated(name="other", indication="mantle cell lymphoma"))
    assert len({str(event["uid"]) for event in read(*calendar(MARKET, two, []))}) == 2


def test_no_text_of_a_source_breaks_the_file() -> None:
    evil = "A\r\nBEGIN:VALARM\r\nTRIGGER:-PT1H\x00; , \\n"
    (event,) = read(*(one for one in calendar(MARKET, [stated(product=evil)], []) if one.source))
    assert not event.subcomponents


def test_the_command_lists_what_lies_ahead_and_writes_the_file(room: Newsroom) -> None:
    tell(room, ACCEPTED, NOW + DAY, "The agency set a 10 January 2099 goal date.")
    file = room.folder / "dates.ics"
    done = monitor("calendar", "--market", "ACT", "--json", "--ics", file, folder=room.folder)
    assert done.code == 0, done.err
    (mine,) = [row for row in done.json if row["source"] == "wire"]
    assert (mine["date"], mine["precision"], mine["market"]) == ("2099-01-10", "day", ACT)
    assert b"DTSTART;VALUE=DATE:20990110" in file.read_bytes()
    sooner = monitor("calendar", "-m", "ACT", "--until", "2098-01-01", "--json", folder=room.folder)
    assert "wire" not in {row["source"] for row in sooner.json}
