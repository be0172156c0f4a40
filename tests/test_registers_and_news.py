"""Registers and filings beside the news: what they bear out, what only they tell, and where the two differ (issue 4; domain.md 5.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor import audit, explaining
from monitor.model import KINDS, Development, Kind, Source, Status
from monitor.pipeline import Monitor
from tests.commands import monitor
from tests.newsroom import DAY, HOUR, Newsroom, item, newsroom

REGISTERS = {"fda-register": 1, "sec-filings": 1}
OUTLETS = {"wire": 1, "trade-press": 2, **REGISTERS}
MIDDAY = datetime(2025, 12, 3, 12, 0, tzinfo=UTC)
APPROVED = "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma"
ROW = "FDA approves Breyanzi (lisocabtagene maraleucel) of Juno Therapeutics, Inc. for marginal zone lymphoma"


@pytest.fixture
def registers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of the outlets are registers: they publish feeds, and count as the records they are."""
    configured = Monitor.source

    def source(self: Monitor, name: str) -> Source:
        found = configured(self, name)
        return replace(found, kind="roster") if name in REGISTERS else found

    monkeypatch.setitem(KINDS, "roster", Kind("monitor.sources.feed", "a register, for tests", register=True))  # type: ignore[arg-type]
    monkeypatch.setattr(Monitor, "source", source)


@pytest.fixture
def room(tmp_path: Path, registers: None) -> Iterator[Newsroom]:
    """A newsroom that reads two outlets and two registers."""
    with newsroom(tmp_path, MIDDAY, OUTLETS) as opened:
        yield opened


def tell(room: Newsroom, outlet: str, title: str, day: datetime, summary: str = "") -> None:
    """Let an outlet publish it on that day, and read it an hour later."""
    room.now = day + HOUR
    room.tell(outlet, title, day, summary)
    room.read()


def only(room: Newsroom, **filters: object) -> Development:
    (one,) = room.table(**filters)  # type: ignore[arg-type]
    return one


def states(room: Newsroom) -> list[str]:
    return [one.state for one in audit.reconcile(room.table(), room.now)]


def text(room: Newsroom, moment: datetime) -> str:
    return " ".join(room.monitor.post.renderer.digest_text(room.issue(moment), health=False).split())


# ---- confirmed -------------------------------------------------------------------------------------------------------


def test_an_approval_known_from_news_is_announced_until_the_register_has_it(room: Newsroom) -> None:
    tell(room, "wire", APPROVED, MIDDAY + DAY)
    assert str(only(room).confirmed) == "announced"
    tell(room, "fda-register", ROW, MIDDAY + 3 * DAY)
    assert str(only(room).confirmed) == "confirmed by fda-register, 2025-12-06"
    assert only(room).n_sources == 2
    assert states(room) == ["confirmed"]


def test_table_explanation_and_digest_say_what_bears_an_event_out(room: Newsroom) -> None:
    tell(room, "wire", APPROVED, MIDDAY + DAY)
    explained = explaining.as_text(explaining.stored(room.monitor, only(room).id))
    assert "Record: announced, not yet in a register or filing" in explained
    assert "Announced; not yet in a register or filing." in text(room, datetime(2025, 12, 8, 6, 0, tzinfo=UTC))
    tell(room, "fda-register", ROW, datetime(2025, 12, 9, 6, 0, tzinfo=UTC))
    explained = explaining.as_text(explaining.stored(room.monitor, only(room).id))
    assert "Record: confirmed by fda-register, 2025-12-09" in explained
    later = text(room, datetime(2025, 12, 15, 6, 0, tzinfo=UTC))
    assert "record now confirmed by fda-register, 2025-12-09 (was announced)" in later
    assert "Confirmed by fda-register, 9 Dec 2025." in later


def test_an_accepted_line_is_confirmed_without_a_flag(room: Newsroom) -> None:
    tell(room, "wire", ROW, MIDDAY + DAY)
    accepted = room.monitor.store.decide(only(room).id, Status.ACCEPTED, "km", room.now)
    tell(room, "fda-register", ROW, MIDDAY + DAY)
    now = only(room)
    assert (now.status, now.line_text, now.flag) == (Status.ACCEPTED, accepted.line_text, "")
    assert str(now.confirmed) == "confirmed by fda-register, 2025-12-04"


def test_what_no_register_tells_is_never_called_announced(room: Newsroom) -> None:
    tell(room, "wire", "Japan's PMDA approves Bristol Myers Squibb's Breyanzi for follicular lymphoma", MIDDAY + DAY)
    tell(room, "wire", "Autolus reports positive phase 2 results of obe-cel in lupus", MIDDAY + DAY)
    assert [one.confirmed for one in room.table()] == [None, None]
    assert states(room) == []


@pytest.mark.parametrize(
    ("news", "item", "type_"),
    [
        ("Gilead to acquire Arcellx for $7.8 billion", "entry into a material definitive agreement", "acquisition"),
        ("Gilead completes acquisition of Arcellx", "completion of acquisition or disposition of assets", "acquisition_completed"),
        ("Gilead completes acquisition of Arcellx", "assets acquired or disposed of (item 2.01)", "acquisition_completed"),
        ("Gilead ends its collaboration with Arcellx", "termination of a material definitive agreement", "deal_termination"),
    ],
)
def test_a_filing_confirms_what_its_item_is_about(room: Newsroom, news: str, item: str, type_: str) -> None:
    tell(room, "wire", news, MIDDAY + DAY)
    assert str(only(room).confirmed) == "announced"
    tell(room, "sec-filings", f"Gilead Sciences, Inc. files an 8-K: {item}", MIDDAY + 4 * DAY)
    one = only(room)
    assert (one.type, str(one.confirmed)) == (type_, "confirmed by sec-filings, 2025-12-07")


def test_a_filing_about_another_item_confirms_nothing(room: Newsroom) -> None:
    tell(room, "wire", "Gilead completes acquisition of Arcellx", MIDDAY + DAY)
    tell(room, "sec-filings", "Gilead Sciences, Inc. files an 8-K: entry into a material definitive agreement", MIDDAY + DAY)
    tell(room, "sec-filings", "Gilead Sciences, Inc. files an 8-K: results of operations and financial condition", MIDDAY + DAY)
    assert str(next(one for one in room.table() if one.type == "acquisition_completed").confirmed) == "announced"


# ---- missed ----------------------------------------------------------------------------------------------------------


def test_a_row_that_no_outlet_told_is_an_event_of_its_own_and_a_miss_after_a_week(room: Newsroom) -> None:
    tell(room, "fda-register", ROW, MIDDAY + DAY)
    one = only(room)
    assert (one.status, str(one.confirmed)) == (Status.PROPOSED, "only in fda-register, 2025-12-04")
    assert states(room) == ["waiting"]
    digest = text(room, datetime(2025, 12, 8, 6, 0, tzinfo=UTC))
    assert "Known only from the register fda-register, 4 Dec 2025." in digest
    assert "Known only from a register, as no outlet told it: 1 development of this issue." in digest
    room.now += 8 * DAY
    assert states(room) == ["missed"]
    tell(room, "trade-press", APPROVED, MIDDAY + 9 * DAY)
    assert states(room) == ["confirmed"]


def test_what_a_register_held_before_anyone_watched_is_no_miss(tmp_path: Path, registers: None) -> None:
    with newsroom(tmp_path, MIDDAY, OUTLETS, first_look=False) as room:
        room.tell("fda-register", ROW, MIDDAY - 90 * DAY)
        room.read()
        room.now += 30 * DAY
        assert str(only(room).confirmed) == "only in fda-register, 2025-09-04"
        assert states(room) == []


def test_the_audit_command_names_the_miss_and_ends_with_one(room: Newsroom) -> None:
    tell(room, "fda-register", ROW, MIDDAY + DAY)
    tell(room, "wire", "Gilead to acquire Arcellx for $7.8 billion", MIDDAY + DAY)
    done = monitor("audit", "--since", "2025-11-01", "--until", "2025-12-31", "--json", folder=room.folder)
    told = done.json
    assert done.code == 1
    assert told["counts"] == {"confirmed": 0, "announced": 1, "waiting": 0, "missed": 1}
    assert told["events"][0]["source"] == "fda-register"
    assert monitor("audit", "--until", "2025-01-01", folder=room.folder).code == 0


# ---- where they differ -----------------------------------------------------------------------------------------------


def test_a_register_that_dates_an_approval_after_it_was_news_is_a_conflict(room: Newsroom) -> None:
    tell(room, "wire", APPROVED, MIDDAY + DAY)
    tell(room, "fda-register", ROW, MIDDAY + 7 * DAY)
    assert only(room).conflict_note == "date: 2025-12-10 (fda-register) / 2025-12-04 (wire)"


def test_a_register_that_names_another_company_is_a_conflict(room: Newsroom) -> None:
    tell(room, "wire", APPROVED, MIDDAY + DAY)
    tell(room, "fda-register", "FDA approves Breyanzi of Novartis Pharmaceuticals for marginal zone lymphoma", MIDDAY + DAY)
    assert "company: " in only(room).conflict_note
    assert "(fda-register)" in only(room).conflict_note


def test_the_owner_and_its_partner_are_no_conflict(room: Newsroom) -> None:
    tell(room, "wire", "FDA approves Legend Biotech's Carvykti for second-line multiple myeloma", MIDDAY + DAY)
    tell(room, "fda-register", "FDA approves Carvykti of Janssen Biotech, Inc. for multiple myeloma", MIDDAY + DAY)
    assert only(room).conflict_note == ""
    assert only(room).confirmed is not None


def test_a_miss_names_the_announcement_that_may_be_the_same_event(room: Newsroom) -> None:
    tell(room, "wire", "FDA approves Bristol Myers Squibb's Breyanzi for follicular lymphoma", MIDDAY + DAY)
    tell(room, "fda-register", ROW, MIDDAY + DAY)
    missed, announced = audit.reconcile(room.table(), room.now + 8 * DAY)
    assert (missed.state, announced.state) == ("missed", "announced")
    assert announced.development in missed.maybe


def test_a_register_without_dates_lists_weeks_later_what_was_told(room: Newsroom) -> None:
    tell(room, "wire", "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma", MIDDAY + DAY)
    room.now = MIDDAY + 22 * DAY
    room.outlets["fda-register"].items.append(
        {**item("FDA approves Breyanzi (lisocabtagene maraleucel) of Juno", room.now), "published": None}
    )
    room.read()
    one = only(room)
    assert (str(one.confirmed), one.conflict_note) == ("confirmed by fda-register, 2025-12-25", "")
    assert one.event_date.isoformat() == "2025-12-04"


# ---- against lists of known approvals ----------------------------------------------------------------------------------


def test_the_news_are_held_against_a_list_of_known_approvals(room: Newsroom) -> None:
    tell(room, "wire", "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma", MIDDAY + DAY)
    tell(room, "wire", "Australia's TGA approves Gilead's Yescarta for follicular lymphoma", MIDDAY + DAY)
    rows = [
        {"brand": "Breyanzi", "proper_name": "lisocabtagene maraleucel", "approved": "2025-12-04"},
        {"brand": "YESCARTA", "ingredient": "axicabtagene ciloleucel-abcd", "date": "2025-12-05"},
        {"brand": "Provenge", "proper_name": "sipuleucel-T", "approved": "2025-12-06"},
    ]
    file = room.folder / "known.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    done = monitor("audit", "--list", file, "--since", "2025-12-01", "--until", "2025-12-31", "--json", folder=room.folder)
    assert done.code == 1, done.err
    assert [(row["state"], row["product"], row["told"]) for row in done.json["approvals"]] == [
        ("missed", "Yescarta", None),
        ("told", "Breyanzi", "2025-12-04"),
    ]


def test_a_list_that_cannot_be_read_is_refused_with_its_line(room: Newsroom) -> None:
    file = room.folder / "known.jsonl"
    file.write_text('{"brand": "Breyanzi", "approved": "2025-12-04"}\n{"brand": "Yescarta", "approved": "soon"}\n')
    done = monitor("audit", "--list", file, folder=room.folder)
    assert done.code == 2
    assert "known.jsonl:2" in done.err


def test_the_labelled_news_tell_what_they_hold_of_the_lists_of_the_fda(shared: Path) -> None:
    """What they miss is in none of their headlines: `python -m bench.recall` names it."""
    from bench import recall
    from monitor.config import load_seeds, shipped

    seeds, _ = load_seeds(shipped("seeds"))
    cells, novel = (found for found in recall.audited(recall.labelled(seeds), seeds).values())
    assert {one.brand for one in cells if one.development} == {"Abecma", "Amtagvi", "Yescarta"}
    assert sum(1 for one in novel if one.development) >= 8
    none, hyrnuo = (found for found in recall.audited(recall.demo(seeds), seeds).values())
    assert none == ()
    assert [bool(one.development) for one in hyrnuo] == [True]
