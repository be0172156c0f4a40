"""What cannot wait: told at once, once, outside quiet hours, and named by the next digest as already sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor import alerting, app, delivering
from monitor.digest.alerting import compose, is_quiet_hour, urgent
from monitor.model import Alerted, Digest, Edition, Status, Urgency
from monitor.render import Renderer
from tests.conftest import ROOT
from tests.newsroom import DAY, HOUR, MINUTE, MONDAY, Newsroom, around, newsroom
from tests.newsroom import EDITION as WEEKLY
from tests.weeks import ACT, END, LM, MARKETS, START, TYPES, composed, development

ALERT = """\
alerts:
  - name: urgent
    markets: [adoptive-cell-therapy, leptomeningeal-metastases]
    time_zone: Europe/Berlin
    {more}
    sinks: [{{folder: alerts}}]
"""
WORDINGS = (
    ("wire", "FDA approves Breyanzi for marginal zone lymphoma"),
    ("trade-press", "Bristol Myers Squibb's Breyanzi wins US nod in MZL"),
    ("second-press", "Liso-cel cleared by FDA in marginal zone lymphoma"),
    ("wire", "FDA grants approval to BMS's CAR-T Breyanzi for relapsed or refractory marginal zone lymphoma"),
)
OTHERS = (
    "FDA approves Carvykti for earlier lines of multiple myeloma",
    "FDA approves Tecartus for mantle cell lymphoma",
    "Gilead to acquire Arcellx for $115 a share",
)
NOON = datetime(2026, 4, 29, 10, 0, tzinfo=UTC)


@contextmanager
def watched(folder: Path, more: str = "at_most: 5", moment: datetime = NOON) -> Iterator[Newsroom]:
    """A newsroom with an alert that watches already."""
    with newsroom(folder, moment - HOUR, editions=WEEKLY, more=ALERT.format(more=more)) as room:
        assert alerts(room) == []
        room.now = moment
        yield room


def alerts(room: Newsroom, moment: datetime | None = None) -> list[Digest]:
    """What alerts leave at that moment, sent at once."""
    room.now = moment or room.now
    made = [one.digest for one in alerting.alert(room.monitor)]
    delivering.deliver(room.monitor)
    return made


def told(digest: Digest) -> list[str]:
    return [item.development.id for section in digest.sections for item in section.headlines]


def test_one_alert_for_an_event_however_many_reports_follow(tmp_path: Path) -> None:
    with watched(tmp_path) as room:
        made = []
        for outlet, title in WORDINGS:
            room.tell(outlet, title)
            room.read()
            made += alerts(room)
            room.now += 7 * HOUR
        (only,) = made
        assert only.subject == "[Alert] approval: Breyanzi, Bristol Myers Squibb – ACT | 29 Apr 2026"
        assert len(told(only)) == 1


def test_what_a_restart_or_a_second_process_finds_was_told_already(tmp_path: Path) -> None:
    with watched(tmp_path) as room:
        room.tell(*WORDINGS[0])
        room.read()
        assert len(alerts(room)) == 1
        with app.opened(around(tmp_path, room.web), now=lambda: room.now + MINUTE) as second:
            assert list(alerting.alert(second)) == []


def test_of_two_processes_that_look_at_the_same_moment_one_makes_the_alert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(tmp_path) as room:
        room.tell(*WORDINGS[0])
        room.read()
        create, other = room.monitor.store.create_issue, []

        def after_another(*args: object, **more: object) -> object:
            monkeypatch.undo()
            other.extend(alerting.alert(room.monitor))
            room.now += MINUTE
            return create(*args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(room.monitor.store, "create_issue", after_another)
        assert list(alerting.alert(room.monitor)) == []
        assert len(other) == 1


def test_what_came_in_quiet_hours_goes_together_when_they_end(tmp_path: Path) -> None:
    with watched(tmp_path, 'quiet_hours: "20:00-07:00"', datetime(2026, 4, 29, 19, 0, tzinfo=UTC)) as room:
        for title in OTHERS[:2]:
            room.tell("wire", title)
            room.read()
            assert alerts(room) == []
            room.now += HOUR
        assert alerts(room, datetime(2026, 4, 30, 4, 59, tzinfo=UTC)) == []
        (morning,) = alerts(room, datetime(2026, 4, 30, 5, 0, tzinfo=UTC))
        assert len(told(morning)) == 2
        assert morning.subject.startswith("[Alert] 2 approvals – ACT")


def test_after_so_many_a_day_the_rest_waits_for_the_next(tmp_path: Path) -> None:
    with watched(tmp_path, "at_most: 1") as room:
        made = []
        for title in OTHERS:
            room.tell("wire", title)
            room.read()
            made.append(len(alerts(room)))
            room.now += HOUR
        assert made == [1, 0, 0]
        (next_day,) = alerts(room, NOON + DAY)
        assert len(told(next_day)) == 2


def test_the_next_digest_names_it_as_already_sent(tmp_path: Path) -> None:
    with watched(tmp_path) as room:
        room.tell(*WORDINGS[0])
        room.read()
        alerts(room)
        digest = room.issue(MONDAY)
        (item,) = digest.sections[0].headlines
        assert item.already == "Already sent in alert 1 of 29 Apr 2026."
        assert digest.summary[1].endswith("Already sent in alerts: 1 development.")
        assert item.already in " ".join(room.monitor.post.renderer.digest_text(digest, health=False).split())


def test_an_alert_that_never_left_is_not_called_sent(tmp_path: Path) -> None:
    with watched(tmp_path) as room:
        room.tell(*WORDINGS[0])
        room.read()
        assert len(list(alerting.alert(room.monitor))) == 1
        assert room.issue(MONDAY).sections[0].headlines[0].already == ""


def test_an_alert_is_written_where_its_sinks_say(tmp_path: Path) -> None:
    with watched(tmp_path) as room:
        room.tell(*WORDINGS[0])
        room.read()
        alerts(room)
        page = (tmp_path / "alerts" / "0001-urgent.html").read_text()
        assert "Alert 1 · 29 Apr 2026 12:00" in page
        assert "Where we looked" not in page


def test_an_alert_that_is_new_does_not_tell_what_was_known_before(tmp_path: Path) -> None:
    with newsroom(tmp_path, NOON - HOUR, more=ALERT.format(more="at_most: 5")) as room:
        room.tell(*WORDINGS[0])
        room.read()
        assert alerts(room, NOON) == []
        room.tell("trade-press", WORDINGS[1][1])
        room.read(NOON + HOUR)
        assert alerts(room) == []


# ---- what is urgent --------------------------------------------------------------------------------------------------

URGENT = Edition(
    "urgent", (ACT.id, LM.id), (), "", "Europe/Berlin", title="At once", minimum_importance=4, alert=Urgency("20:00", "07:00", 5)
)


def chosen(*developments: object, told: tuple[object, ...] = (), gone: tuple[str, ...] = ()) -> list[str]:
    found = urgent(URGENT, developments, told, gone, types=TYPES, since=START, now=END)  # type: ignore[arg-type]
    return [one.id for one in found]


FRESH = END.date() - timedelta(days=1)


@pytest.mark.parametrize(
    "facts",
    [
        {"importance": 3}, {"type": "trial_readout"}, {"status": Status.REVIEW}, {"status": Status.MENTION}, {"baseline": True},
        {"event_date": FRESH - timedelta(days=30)}, {"first_seen": START - timedelta(days=1)}, {"status": Status.REJECTED},
    ],
    ids=["too light", "no such type", "not sure", "mention", "first look", "long ago", "known before", "rejected"],
)  # fmt: skip
def test_what_can_wait_is_no_alert(facts: dict[str, object]) -> None:
    assert chosen(development(event_date=FRESH)) == ["kelonia-act"]
    assert chosen(development(**({"event_date": FRESH} | facts))) == []


def test_an_event_of_two_markets_is_told_once_where_it_is_closest() -> None:
    there = development(id="kelonia-lm", market=LM.id, relevance="adjacent", event_date=FRESH)
    assert chosen(there, development(event_date=FRESH)) == ["kelonia-act"]


def test_what_was_told_under_an_event_that_was_merged_since_is_not_told_again() -> None:
    before, now = development("first", event_date=FRESH), development("second", event_date=FRESH)
    assert chosen(now, told=(before,)) == ["second-act"]
    assert chosen(now, told=(before,), gone=("first-act",)) == []


@pytest.mark.parametrize(("clock", "quiet"), [("19:59", False), ("20:00", True), ("03:00", True), ("06:59", True), ("07:00", False)])
def test_quiet_hours_are_those_of_the_zone_across_midnight(clock: str, quiet: bool) -> None:
    for day in ("2026-03-28", "2026-03-30"):  # before and after the clocks change
        offset = "+01:00" if day < "2026-03-29" else "+02:00"
        assert is_quiet_hour(URGENT, datetime.fromisoformat(f"{day}T{clock}{offset}")) is quiet


def test_no_word_of_a_source_enters_the_subject() -> None:
    evil = development(headline="EVIL", product="EVIL", players=(("kite", "EVIL", "buyer"),), event_date=FRESH, indication="EVIL")
    digest = compose(URGENT, 1, START, END, [evil], markets=MARKETS, types=TYPES, present={})
    assert digest.subject == "[Alert] acquisition: Kite – ACT | 27 Apr 2026"


def test_what_changed_since_the_alert_is_told_as_its_correction() -> None:
    alerted = {"kelonia": Alerted(3, START + 9 * HOUR, development(deal_max=6000.0))}
    (item,) = composed([development()], alerted=alerted).sections[0].headlines
    assert item.already == "Already sent in alert 3 of 20 Apr 2026; corrected since: total now USD 7 billion (was USD 6 billion)"


def test_an_alert_says_the_same_as_page_and_as_text() -> None:
    digest = compose(
        replace(URGENT, intro="From the desk."), 1, START, END, [development(event_date=FRESH)], markets=MARKETS, types=TYPES, present={}
    )
    renderer = Renderer(ROOT / "templates")
    html, text = (render(digest, health=False) for render in (renderer.digest_html, renderer.digest_text))
    for words in ("From the desk.", "Kite agreed to buy Kelonia", "In the source's words", "Source: wire and 6 other sources"):
        assert words in " ".join(text.split())
        assert words in html
