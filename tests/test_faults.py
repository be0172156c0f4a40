"""Each fault ends in its state, is told to whoever should know, loses nothing, and is over when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from monitor import pipeline
from monitor.cli.sources import rows_of
from monitor.digest.wording import worth_a_look
from monitor.model import Digest, Outcome, SourceState
from tests.internet import Reply
from tests.internet.faults import WIRE
from tests.loopback import Script, answer
from tests.newsroom import DAY, EDITION, HOUR, MINUTE, MONDAY, Newsroom, feed, item, newsroom
from tests.test_health import APPROVED, GROUPS, TO_BOTH

PATIENCE = 0.4  # seconds of a look, where the server takes its time
BEFORE = MONDAY - 30 * DAY
WALLS = Path(__file__).parent / "walls"


@dataclass(frozen=True)
class Fault:
    """What goes wrong at the wire and how a look at it then ends (None: well); `days`: for how long before the digest."""

    begin: Callable[[Newsroom], None]
    outcome: Outcome | None
    says: str = ""
    days: float = 2
    told: bool = True  # to the admins
    silent: bool = True  # what is published meanwhile is not seen


def answers(script: Script) -> Callable[[Newsroom], None]:
    """The wire answers with this instead."""
    return lambda room: room.web.scripts.update({"/wire": script})


def on_the_way(name: str) -> Callable[[Newsroom], None]:
    """One of the faults that tests/internet plays for every publisher."""

    def begin(room: Newsroom) -> None:
        def script(talk: object) -> None:
            usual = Reply(feed(*room.outlets["wire"].items), "application/rss+xml; charset=utf-8")
            WIRE[name][0](talk, None, usual)  # type: ignore[arg-type]

        room.web.scripts["/wire"] = script

    return begin


def wall(name: str) -> Callable[[Newsroom], None]:
    """The page of walls/ answers."""
    return answers(answer(200, (WALLS / f"{name}.txt").read_bytes().partition(b"\n\n")[2], Content_Type="text/html"))


def moved(room: Newsroom) -> None:
    room.web.scripts |= {"/new": room.outlets["wire"], "/wire": answer(301, Location=room.web.url("/new"))}


def ahead(room: Newsroom) -> None:
    room.outlets["wire"].items += [item(f"Harbour festival number {n}", MONDAY + 900 * DAY + n * DAY) for n in range(3)]


def one_guid(room: Newsroom) -> None:
    room.outlets["wire"].items[:] = [{**one, "guid": "1"} for one in room.outlets["wire"].items]


def overrun(room: Newsroom) -> None:
    room.outlets["wire"].items[:] = [item(f"Ferry {room.now:%d %H} {n} leaves", room.now - n * MINUTE) for n in range(10)]


def flood(room: Newsroom) -> None:
    changed = [item(one["title"], one["published"], guid=f"cms-{n}") for n, one in enumerate(room.outlets["wire"].items)]
    room.outlets["wire"].items[:] = changed


def emptied(room: Newsroom) -> None:
    room.outlets["wire"].items.clear()


def nothing(room: Newsroom) -> None:
    """It is silent."""


FAULTS = {
    "429 with seconds": Fault(on_the_way("429 with seconds"), Outcome.THROTTLED, "come back later"),
    "429 with a date": Fault(on_the_way("429 with a date"), Outcome.THROTTLED, "come back later"),
    "429 without a word": Fault(on_the_way("429 without a word"), Outcome.THROTTLED, "come back later"),
    "429 with nonsense": Fault(on_the_way("429 with nonsense"), Outcome.THROTTLED, "come back later"),
    "503 as a page": Fault(on_the_way("503 as a page"), Outcome.UNREACHABLE, "answered 503"),
    "Akamai's apology": Fault(on_the_way("Akamai's apology"), Outcome.BLOCKED, "apology page"),
    "consent page": Fault(wall("consent_page"), Outcome.BLOCKED, "asks for consent"),
    "login page": Fault(wall("login_page"), Outcome.BLOCKED, "login page"),
    "any page": Fault(wall("plain_page"), Outcome.HTML, "a web page"),
    "truncated gzip": Fault(on_the_way("truncated gzip"), Outcome.UNREACHABLE, "broke off"),
    "wrong charset": Fault(on_the_way("wrong charset"), None, told=False, silent=False),
    "slow drip": Fault(on_the_way("slow drip"), Outcome.TIMED_OUT, "no complete answer"),
    "no answer": Fault(answers(lambda talk: talk.over.wait()), Outcome.TIMED_OUT, "no complete answer"),  # type: ignore[arg-type,return-value]
    "JSON error with 200": Fault(on_the_way("JSON error with 200"), Outcome.PARSE_ERROR, "although with status 200"),
    "404": Fault(answers(answer(404)), Outcome.GONE, "(404)"),
    "410": Fault(answers(answer(410)), Outcome.GONE, "(410)"),
    "moved for good": Fault(moved, Outcome.MOVED, "monitor sources accept wire"),
    "guid flood": Fault(flood, Outcome.HELD, "monitor sources accept wire"),
    "future dates": Fault(ahead, None, "dated in the future", told=False, silent=False),
    "repeated guids": Fault(one_guid, None, told=False, silent=False),
    "window overrun": Fault(overrun, None, silent=False),
    "empty feed for 21 days": Fault(emptied, Outcome.EMPTY, "without a single entry", days=22),
    "silence": Fault(nothing, Outcome.STALE, "nothing new since", days=12),
}  # fmt: skip


def state(room: Newsroom) -> SourceState:
    return next(one for one in room.monitor.store.sources() if one.name == "wire")


def looked(room: Newsroom, fault: Fault, begun: datetime) -> datetime | None:
    """Look until Monday; returns when the look first ended as the fault is expected to."""
    room.now, first = begun, None
    while room.now < MONDAY:
        if fault.begin is overrun and room.now < begun + 2 * DAY:
            overrun(room)
        if room.read()["wire"] == fault.outcome and first is None:
            first = room.now
        room.now += 14 * HOUR
    return first


def told(room: Newsroom) -> tuple[str, Digest]:
    """The alarm that goes before the digest (or nothing), and the digest."""
    room.now = MONDAY
    alarm = pipeline.alarm(room.monitor)
    digest = room.issue()
    assert alarm is None or alarm.id < digest.number + 1
    return (alarm.digest.subject if alarm else ""), digest


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_state_is_told_and_is_over_when_it_ends(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    begun = MONDAY - fault.days * DAY
    with newsroom(tmp_path, begun - 2 * DAY, {"wire": 1}, editions=TO_BOTH, more=GROUPS) as room:
        # Only where the server takes its time: elsewhere a busy machine alone could use up so little.
        fetcher = room.web.fetcher(seconds=PATIENCE if fault.outcome is Outcome.TIMED_OUT else 5.0)
        room.monitor.fetcher = lambda: fetcher
        for number in range(10):
            room.tell("wire", f"Zürich ferry {number} leaves", room.now - number * HOUR)
        assert room.read(begun - DAY) == {"wire": Outcome.OK}
        usual, script, before = list(room.outlets["wire"].items), room.web.scripts["/wire"], room.entries()
        room.now = begun
        fault.begin(room)
        first = looked(room, fault, begun)

        after = state(room)
        subject, digest = told(room)
        (row,), (coverage,) = rows_of(room.monitor, BEFORE), digest.coverage
        if fault.outcome is None:
            assert after.outcome in {Outcome.OK, Outcome.NOT_MODIFIED}
        else:
            assert first is not None
            assert (after.outcome, after.outcome_since) == (fault.outcome, first)
            assert (row["state"], row["since"]) == (str(fault.outcome), first)
            assert (coverage.outcome, coverage.since, worth_a_look(coverage)) == (fault.outcome, first, True)
            text = room.monitor.post.renderer.digest_text(digest, health=False)
            assert f"* wire: {str(fault.outcome).replace('_', ' ')} since" in text
            assert [one.entry for one in room.entries()] == [one.entry for one in before]  # nothing of it is on file
        assert fault.says in after.detail or fault.says in row["detail"] or fault.outcome is None
        assert bool(subject) == fault.told

        room.web.scripts["/wire"] = script
        room.outlets["wire"].items[:] = usual if fault.silent else room.outlets["wire"].items
        room.now = MONDAY + 8 * DAY
        room.tell("wire", APPROVED)
        assert room.read() == {"wire": Outcome.OK}
        assert [one.event for one in room.table() if "Breyanzi" in one.headline] != []
        assert not [one for one in rows_of(room.monitor, BEFORE) if one["state"] != "ok"]
        alarm = pipeline.alarm(room.monitor)
        assert (alarm.digest.subject if alarm else "") == ("[Sources] 1 well again: wire" if fault.told else "")
        titles = [one.entry.title for one in room.entries()]
        assert len(titles) == len(set(titles))
        fetcher.close()


def test_the_days_of_a_fault_are_told_by_one_alarm(tmp_path: Path) -> None:
    with newsroom(
        tmp_path, MONDAY - 3 * DAY, {"wire": 1}, editions=EDITION.replace("sinks:", "groups: [admins]\n    sinks:"), more=GROUPS
    ) as room:
        room.web.scripts["/wire"] = answer(404)
        said = []
        for hours in range(0, 60, 6):
            room.read(MONDAY - 3 * DAY + hours * HOUR)
            if alarm := pipeline.alarm(room.monitor):
                said.append((hours, alarm.digest.subject))
        assert said == [(12, "[Sources] 1 source needs a look: wire")]
