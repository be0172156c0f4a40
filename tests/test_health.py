"""Alarms go before the digest, once for each change; and what an admin reads about the sources and decides where one asks."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from monitor import health, pipeline
from monitor.cli import plot
from monitor.config import load_config, load_seeds, move
from monitor.engine.service import Service
from monitor.errors import NotFound
from monitor.model import Coverage, Outcome, SourceState, Status, Yield
from monitor.store import Look, Store
from tests.commands import monitor
from tests.conftest import Demo
from tests.loopback import answer
from tests.newsroom import DAY, EDITION, HOUR, MONDAY, Newsroom, newsroom
from tests.receiver import Receiver
from tests.test_sinks_email import Relay, running
from tests.told import NOW, WIRE, assessed, entry, look, read, report, told, watching

GROUPS = """\
alarm_after: 12h
groups:
  - {name: analysts, recipients: [analyst@example.org]}
  - {name: admins, recipients: [admin@example.org], health: true}
"""
TO_BOTH = EDITION.replace("sinks:", "groups: [analysts, admins]\n    sinks:")
APPROVED = "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma"
DOWN = answer(503, b"<!DOCTYPE html><html><body>down</body></html>", Content_Type="text/html")


# ---- when an alarm is due --------------------------------------------------------------------------------------------


def seen(name: str, outcome: Outcome = Outcome.OK, hours: float = 1, missed: int = 0) -> Coverage:
    """A source that has been in that state for so many hours."""
    return Coverage(name, outcome, MONDAY - hours * HOUR, MONDAY, 3, "", missed)


def due(*coverage: Coverage, told: dict[str, str] | None = None) -> tuple[list[str], list[str]] | None:
    """The sources that an alarm tells as bad and as well again; None when no alarm is due."""
    found = health.alarm(coverage, told or {}, MONDAY, 12 * HOUR)
    return found and ([one.source for one in found.bad], [one.source for one in found.recovered])


TROUBLES = [one for one in Outcome if one not in {Outcome.OK, Outcome.NOT_MODIFIED, Outcome.EMPTY}]


@pytest.mark.parametrize("outcome", TROUBLES)
def test_every_trouble_alarms_once_it_lasted_long_enough(outcome: Outcome) -> None:
    assert due(seen("wire", outcome, 11)) is None
    assert due(seen("wire", outcome, 12)) == (["wire"], [])
    assert due(seen("wire", outcome, 30), told={"wire": str(outcome)}) is None


@pytest.mark.parametrize(
    ("coverage", "told", "expected"),
    [
        ([seen("a", Outcome.EMPTY, 20 * 24)], {}, None),
        ([seen("a", Outcome.EMPTY, 21 * 24)], {}, (["a"], [])),
        ([seen("a", missed=1)], {}, None),
        ([seen("a", missed=2)], {}, (["a"], [])),
        ([seen("a", missed=3)], {"a": "missed_windows"}, None),
        ([seen("a", missed=1)], {"a": "missed_windows"}, ([], ["a"])),
        ([seen("a", Outcome.GONE, 13)], {"a": "blocked"}, (["a"], [])),  # another trouble now
        ([seen("a", Outcome.GONE, 2)], {"a": "blocked"}, None),
        ([seen("a", Outcome.GONE, 13), seen("b", Outcome.GONE, 7), seen("c", Outcome.GONE, 5)], {}, (["a", "b"], [])),
        ([seen("a")], {"a": "blocked"}, ([], ["a"])),
        ([seen("a"), seen("b", Outcome.GONE, 40)], {"a": "gone", "b": "gone"}, None),  # wait whether the other comes back too
        ([seen("a", hours=13), seen("b", Outcome.GONE, 40)], {"a": "gone", "b": "gone"}, ([], ["a"])),
        ([seen("a"), seen("b", Outcome.GONE, 40)], {"a": "gone"}, (["b"], ["a"])),
        ([Coverage("new", None, None, None, 0)], {}, None),
    ],
)
def test_one_mail_tells_what_belongs_together(
    coverage: list[Coverage], told: dict[str, str], expected: tuple[list[str], list[str]] | None
) -> None:
    assert due(*coverage, told=told) == expected


# ---- the mails ---------------------------------------------------------------------------------------------------------


def beat(room: Newsroom, moment: datetime) -> list[str]:
    """Let the service do what is due; returns the mails in the folder."""
    room.now = moment
    Service(room.monitor).beat()
    return sorted(path.name for path in (room.folder / "digests").glob("*.eml"))


def subject(room: Newsroom, name: str) -> str:
    return str(message_from_bytes((room.folder / "digests" / name).read_bytes(), policy=policy.default)["Subject"])


def test_admins_are_told_before_the_digest_and_again_when_all_is_well(tmp_path: Path) -> None:
    names = {"wire": 1, "trade-press": 2, "second-press": 2}
    with newsroom(tmp_path, MONDAY - 3 * DAY, names, editions=TO_BOTH, more=GROUPS) as room:
        for name in names:
            room.tell(name, f"Harbour town opens bridge {name}")
        beat(room, room.now + HOUR)
        room.web.scripts |= {"/wire": DOWN, "/trade-press": answer(404)}
        assert beat(room, MONDAY - 14 * HOUR) == []
        assert beat(room, MONDAY) == ["0001-source-alarm.eml", "0001-weekly.eml"]
        assert subject(room, "0001-source-alarm.eml") == "[Sources] 2 sources need a look: trade-press, wire"
        assert [one.issue for one in room.monitor.store.deliveries()] == [1, 2]  # the alarm first
        assert beat(room, MONDAY + HOUR) == ["0001-source-alarm.eml", "0001-weekly.eml"]
        room.web.scripts |= {f"/{name}": room.outlets[name] for name in names}
        assert beat(room, MONDAY + 2 * DAY)[1:] == ["0001-weekly.eml", "0002-source-alarm.eml"]
        assert subject(room, "0002-source-alarm.eml") == "[Sources] 2 well again: trade-press, wire"
        text = (tmp_path / "digests/0001-source-alarm.txt").read_text()
        assert "- trade-press: gone since 3 May 2026 17:00" in text
        assert "answered 503 instead" in text
        assert "1 of 3 sources answered" in text


def test_alarms_are_mailed_to_groups_with_health_alone_and_never_twice(tmp_path: Path) -> None:
    relay = Relay()
    with running(relay) as port:
        mail = {"HOST": "127.0.0.1", "PORT": str(port), "TLS": "none", "FROM": "monitor@example.org"}
        smtp = {f"MONITOR_SMTP_{name}": value for name, value in mail.items()}
        by_mail = TO_BOTH.replace("{folder: digests}", "{email: true}")
        with newsroom(tmp_path, MONDAY - 3 * DAY, {"wire": 1}, editions=by_mail, more=GROUPS, secrets=smtp) as room:
            room.web.scripts["/wire"] = DOWN
            for hours in (0, 13, 14, 15):
                room.now = MONDAY - 2 * DAY + hours * HOUR
                Service(room.monitor).beat()
            with Store.open(f"sqlite:///{tmp_path / 'monitor.db'}") as other:  # a second clock sees what the first did
                assert pipeline.alarm(replace(room.monitor, store=other)) is None
            (issue,) = {one.issue for one in room.monitor.store.deliveries()}
            (sent,) = room.monitor.store.deliveries(issue=issue)
    assert [one.rcpt_tos for one in relay.took] == [["admin@example.org"]]
    content = relay.took[0].content
    assert isinstance(content, bytes)
    assert sent.message_id in message_from_bytes(content)["Message-ID"]


@pytest.mark.parametrize("kind", ["slack", "teams", "webhook"])
def test_an_alarm_goes_where_the_digest_of_admins_goes(tmp_path: Path, kind: str) -> None:
    with Receiver() as receiver:
        url = receiver.url()
        sink = f'{{webhook: "{url}", secret: "env:KEY"}}' if kind == "webhook" else f'{{{kind}: "env:URL"}}'
        editions = TO_BOTH.replace("{folder: digests}", sink)
        secrets = {"URL": url, "KEY": "k" * 32}
        with newsroom(tmp_path, MONDAY - 3 * DAY, {"wire": 1}, editions=editions, more=GROUPS, secrets=secrets) as room:
            room.monitor.post = replace(room.monitor.post, sender=receiver.sender())
            room.web.scripts["/wire"] = DOWN
            for hours in (0, 13, 14):
                room.now = MONDAY - 2 * DAY + hours * HOUR
                Service(room.monitor).beat()
            assert [one.state for one in room.monitor.store.deliveries()] == ["sent"]
    (got,) = receiver.got
    told = got.body.decode()
    assert "[Sources] 1 source needs a look: wire" in told
    assert "wire: unreachable since" in told
    assert "No reportable developments" not in told


def test_without_a_group_that_looks_after_the_sources_there_is_no_alarm(tmp_path: Path) -> None:
    with newsroom(tmp_path, MONDAY - 3 * DAY, {"wire": 1}) as room:
        room.web.scripts["/wire"] = DOWN
        room.read()
        room.now = MONDAY
        assert pipeline.alarm(room.monitor) is None


def test_a_source_that_is_switched_off_alarms_nobody(tmp_path: Path) -> None:
    with newsroom(tmp_path, MONDAY - 3 * DAY, {"wire": 1}, editions=TO_BOTH, more=GROUPS) as room:
        room.web.scripts["/wire"] = DOWN
        room.read()
        room.now = MONDAY
        (source,) = room.monitor.config.sources
        room.monitor.config = replace(room.monitor.config, sources=(replace(source, enabled=False),))
        assert pipeline.alarm(room.monitor) is None


# ---- what came of a source ---------------------------------------------------------------------------------------------


def test_a_source_is_told_by_what_came_of_its_entries(tmp_path: Path) -> None:
    with newsroom(tmp_path, outlets={"wire": 1, "trade-press": 2}) as room:
        room.tell("wire", APPROVED)
        room.tell("wire", "Gilead completes its acquisition of Arcellx for $7.8 billion")
        room.tell("wire", "Harbour town opens a new bridge")
        room.tell("trade-press", APPROVED)
        room.read(room.now + HOUR)
        store = room.monitor.store
        assert store.yields(MONDAY - 30 * DAY) == {
            "wire": Yield("wire", 3, 2, 2, 0, 1), "trade-press": Yield("trade-press", 1, 1, 1, 0, 0),
        }  # fmt: skip
        (shared,) = [one for one in room.table() if one.n_sources == 2]
        store.decide(shared.id, Status.ACCEPTED, "me", room.now)
        assert store.yields(MONDAY - 30 * DAY)["trade-press"] == Yield("trade-press", 1, 1, 1, 1, 0)
        assert store.yields(room.now + HOUR) == {}


def test_who_told_it_before_the_period_counts_as_another(store: Store) -> None:
    watching(store)
    store.record_polls([look(entry("old"), source="ledger", at=NOW - 9 * DAY)])
    alone, shared, old = *read(store, "one", "two"), next(store.entries(NOW - 10 * DAY, NOW - DAY)).id
    store.record_assessments([assessed(number, report(number)) for number in (alone, shared, old)], NOW)
    store.record_events([told("alone", report(alone)), told("shared", report(shared), report(old))], NOW)
    assert store.yields(NOW) == {"wire-one": Yield("wire-one", 2, 2, 2, 0, 1)}
    assert store.yields(NOW - 10 * DAY)["ledger"] == Yield("ledger", 1, 1, 1, 0, 0)


@pytest.mark.parametrize(
    ("brought", "missed", "tier", "words"),
    [
        (Yield("wire", 60, 0, 0, 0, 0), 0, 1, "none of its 60 entries"),
        (Yield("wire", 40, 0, 0, 0, 0), 0, 1, ""),
        (Yield("wire", 60, 20, 6, 2, 0), 0, 2, "other sources told all of its 6 lines too"),
        (Yield("wire", 60, 20, 6, 2, 0), 0, 1, ""),
        (Yield("wire", 60, 20, 6, 2, 1), 0, 2, ""),
        (Yield("wire", 60, 20, 6, 2, 1), 3, 2, "3 windows were missed: look more often"),
    ],
)
def test_what_might_be_done_about_a_source(brought: Yield, missed: int, tier: int, words: str) -> None:
    state = SourceState("wire", NOW, Outcome.OK)
    said = health.advice(replace(WIRE, tier=tier), state, brought, missed)
    assert words in said
    assert bool(words) == bool(said)
    assert health.advice(replace(WIRE, tier=tier, enabled=False), state, brought, missed) == ""


# ---- the plot ----------------------------------------------------------------------------------------------------------


def drawn(looks: list[Look], days: int = 10, width: int = 100, encoding: str = "utf-8") -> list[str]:
    now = datetime(2026, 5, 10, 12, tzinfo=UTC)
    return list(plot.lines(["wire"], looks, now - (days - 1) * DAY, now, width, plot.marks(encoding)))


def at(day: int, outcome: Outcome = Outcome.OK, new: int = 0, month: int = 5) -> Look:
    return Look("wire", datetime(2026, month, day, 8, tzinfo=UTC), outcome, new)


LOOKS = [at(2, new=1), at(3, new=8), at(5, Outcome.BLOCKED), at(7, new=4), at(9, Outcome.NOT_MODIFIED)]


def test_each_day_is_a_column_and_changes_of_state_stand_below() -> None:
    head, days, changes = drawn(LOOKS)
    assert "2026-05-01 to 2026-05-10, a column for each day" in head
    assert days == "wire   ▁█·××▄···  13 new"
    assert changes.strip() == "5 May blocked, 7 May ok"


def test_a_terminal_that_cannot_write_blocks_gets_plain_signs() -> None:
    assert drawn(LOOKS, encoding="ascii")[1] == "wire   18.xx4...  13 new"


def test_a_narrow_terminal_shows_the_last_days() -> None:
    assert drawn(LOOKS, width=21)[1] == "wire  ××▄···  5 new".replace("××▄···  5", "·××█···  4")


def test_the_state_from_before_the_plot_begins_counts() -> None:
    assert drawn([at(20, Outcome.GONE, month=4)])[1] == "wire  ××××××××××  0 new"
    assert drawn([])[1] == "wire              0 new"


# ---- the commands --------------------------------------------------------------------------------------------------------


@pytest.fixture
def tried(demo: Demo, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo.folder, tmp_path / "tried"))


def test_sources_say_what_came_of_them_and_the_plot_is_plain_in_a_pipe(tried: Path) -> None:
    rows = {one["source"]: one for one in monitor("-c", tried / "feeds.yaml", "sources", "--json", "--since", "2025-12-01").json}
    wire = rows["wire-one"]
    assert wire["new"] >= wire["matched"] >= wire["proposed"] > 0
    assert wire["every"] == "1h"
    said = monitor("-c", tried / "feeds.yaml", "sources", "--plot", "--since", "2026-01-01", PYTHONIOENCODING="ascii")
    assert (said.code, "\x1b" in said.out, said.out.isascii()) == (0, False, True)
    assert monitor("-c", tried / "feeds.yaml", "sources", "--since", "soon").code == 2


def test_a_source_that_asks_nothing_cannot_be_answered(tried: Path) -> None:
    said = monitor("-c", tried / "feeds.yaml", "sources", "accept", "wire-one")
    assert (said.code, said.out) == (2, "")
    assert "wire-one asks nothing" in said.err


@pytest.mark.parametrize("answered", ["accept", "refuse"])
def test_a_move_is_written_into_feeds_yaml_only_when_a_person_says_so(tmp_path: Path, answered: str) -> None:
    with newsroom(tmp_path, MONDAY - 3 * DAY, {"wire": 1}) as room:
        room.tell("wire", "Harbour town opens a new bridge")
        room.read(room.now + HOUR)
        new = room.web.url("/elsewhere")
        room.web.scripts |= {"/elsewhere": room.outlets["wire"], "/wire": answer(301, Location=new)}
        room.tell("wire", APPROVED)
        assert room.read(room.now + HOUR) == {"wire": Outcome.MOVED}
        before, old = (tmp_path / "feeds.yaml").read_text(), room.web.url("/wire")
        assert (room.table(), old in before) == ((), True)
        said = monitor(
            "-c", tmp_path / "feeds.yaml", "sources", answered, "wire", "--json", MONITOR_ALLOW_HOSTS=f"127.0.0.1:{room.web.port}"
        )
        assert said.code == 0, said.err
        after = (tmp_path / "feeds.yaml").read_text()
        assert after == (before.replace(old, new) if answered == "accept" else before)
        room.monitor.config = load_config(tmp_path / "feeds.yaml", room.monitor.seeds)
        room.monitor.store.sync_sources(room.monitor.config.sources, room.now)
        expected = {"accept": {Outcome.OK, Outcome.NOT_MODIFIED}, "refuse": {Outcome.GONE}}[answered]
        assert set(room.read(room.now + HOUR).values()) <= expected
        assert len(room.table()) == (answered == "accept")


FILE = """\
# sources
contact: a@example.org
sources:
  - name: wire      # the wire
    url: {}   # seen
    every: 30m
  - {{name: press, url: "https://press.example/rss", tier: 2}} # flow
"""


@pytest.mark.parametrize(
    ("name", "url", "old", "new"),
    [
        ("wire", "https://new.example/a?b=c&d=e%20f", "https://wire.example/feed   #", "https://new.example/a?b=c&d=e%20f   #"),
        ("wire", "https://new.example/a#b", "https://wire.example/feed   #", '"https://new.example/a#b"   #'),
        ("press", "https://new.example/,x", "https://press.example/rss", "https://new.example/,x"),
    ],
)
def test_a_new_address_changes_that_value_and_no_other_byte(name: str, url: str, old: str, new: str, tmp_path: Path, demo: Demo) -> None:
    from monitor.config import shipped

    seeds, _ = load_seeds(shipped("seeds"))
    path = tmp_path / "feeds.yaml"
    text = FILE.format("https://wire.example/feed").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    move(path, seeds, name, url)
    assert path.read_bytes() == b"\xef\xbb\xbf" + text.replace(old, new).encode()
    assert {one.name: one.url for one in load_config(path, seeds).sources}[name] == url
    with pytest.raises(NotFound):
        move(path, seeds, "nowhere", url)
