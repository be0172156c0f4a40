"""What an admin was promised (user stories D1 to D10).

D2 and the second half of D1 stand in test_service, D4 in test_line, D5 and D6 in test_seeds_editing, D7 in test_feeds_replay, D8 in
test_backtest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from monitor import delivering
from monitor.model import Outcome, Status
from tests.commands import monitor
from tests.loopback import Web, answer
from tests.newsroom import DAY, EDITION, HOUR, MONDAY, feeds_yaml, newsroom
from tests.test_sinks_email import Relay, running

APPROVED = "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma"


# ---- D1 --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def feeds(tmp_path: Path) -> Iterator[Path]:
    """A feeds.yaml in which there is nothing wrong."""
    with Web({}) as web:
        path = tmp_path / "feeds.yaml"
        path.write_text(feeds_yaml(web, {"wire": 1, "trade-press": 2}))
        yield path


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("name: trade-press", "name: wire"),
        ('url: "http:', 'url: "gopher:'),
        ("markets: [adoptive-cell-therapy, ", "markets: [adoptive-cel-therapy, "),
        ('schedule: "mon 07:00"', 'schedule: "1 07:00"'),
        ("time_zone: Europe/Berlin", "time_zone: Europe/Bonn"),
    ],
    ids=["a name twice", "an address of no web", "no such market", "a weekday as a number", "no such zone"],
)
def test_d1_a_mistake_is_refused_with_its_line_and_what_is_wrong(feeds: Path, right: str, wrong: str) -> None:
    text = feeds.read_text()
    feeds.write_text(text.replace(right, wrong, 1))
    line = 1 + text[: text.index(right)].count("\n")
    said = monitor("--config", feeds, "check")
    assert said.code == 2
    assert re.search(rf"feeds\.yaml:{line}:\d+: error: .*", said.out + said.err)


# ---- D3 --------------------------------------------------------------------------------------------------------------


def test_d3_every_kind_of_trouble_is_a_state_of_its_own_with_its_day(tmp_path: Path) -> None:
    names = dict.fromkeys(["missing", "slow", "page", "silent", "moved"], 1)
    with newsroom(tmp_path, MONDAY - 28 * DAY, names) as room:
        for name in names:
            room.tell(name, "Harbour town opens a new bridge")
        room.read(room.now + HOUR)
        impatient = room.web.fetcher(seconds=0.3)
        room.monitor.fetcher = lambda: impatient
        room.web.scripts |= {
            "/missing": answer(404), "/slow": lambda talk: talk.drip(b"H"), "/moved": answer(301, Location=room.web.url("/elsewhere")),
            "/page": answer(200, b"<!DOCTYPE html><html><body>Welcome</body></html>", Content_Type="text/html"),
            "/elsewhere": room.outlets["moved"],
        }  # fmt: skip
        room.outlets["moved"].items.clear()
        room.tell("moved", "Harbour town closes its old bridge", MONDAY - 8 * DAY)
        since = room.now = MONDAY - 7 * DAY
        found = room.read()
        assert found == {
            "missing": Outcome.GONE, "slow": Outcome.TIMED_OUT, "page": Outcome.HTML, "silent": found["silent"], "moved": Outcome.MOVED,
        }  # fmt: skip
        room.outlets["silent"].items.append(room.outlets["silent"].items[0])  # another document that brings nothing
        assert room.read()["silent"] is Outcome.STALE
        states = {one.name: (one.outcome, one.outcome_since) for one in room.monitor.store.sources()}
        assert {name: moment for name, (_, moment) in states.items()} == dict.fromkeys(names, since)
        assert len({outcome for outcome, _ in states.values()}) == 5
        impatient.close()


# ---- D9 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outlet", "statuses"),
    [("wire", [Status.PROPOSED]), ("trade-press", [Status.PROPOSED]), ("aggregator", [Status.REVIEW]), ("content-farm", [])],
)
def test_d9_how_far_an_outlet_is_trusted_decides_what_it_may_begin(tmp_path: Path, outlet: str, statuses: list[Status]) -> None:
    with newsroom(tmp_path) as room:
        room.tell(outlet, APPROVED)
        room.read(room.now + HOUR)
        assert [one.status for one in room.table()] == statuses


# ---- D10 -------------------------------------------------------------------------------------------------------------

GROUPS = """\
groups:
  - {name: analysts, recipients: [analyst@example.org]}
  - {name: admins, recipients: [admin@example.org], health: true}
  - {name: former, recipients: [former@example.org], enabled: false}
"""


def test_d10_admins_see_the_sources_health_analysts_do_not_and_a_group_that_is_off_gets_nothing(tmp_path: Path) -> None:
    by_mail = EDITION.replace("sinks: [{folder: digests}]", "groups: [analysts, admins, former]\n    sinks: [{email: true}]")
    relay = Relay()
    with running(relay) as port:
        mail = {"HOST": "127.0.0.1", "PORT": str(port), "TLS": "none", "FROM": "monitor@example.org"}
        smtp = {f"MONITOR_SMTP_{name}": value for name, value in mail.items()}
        with newsroom(tmp_path, editions=by_mail, more=GROUPS, secrets=smtp) as room:
            room.tell("wire", APPROVED)
            room.read(room.now + HOUR)
            room.issue(MONDAY)
            assert delivering.deliver(room.monitor) == {"sent": 2}
    texts = {}
    for one in relay.took:
        assert isinstance(one.content, bytes)
        part = message_from_bytes(one.content, policy=policy.default).get_body(("plain",))
        assert part is not None
        texts[one.rcpt_tos[0]] = part.get_content()
    assert set(texts) == {"analyst@example.org", "admin@example.org"}
    assert "trade-press · " in texts["admin@example.org"]
    assert "trade-press · " not in texts["analyst@example.org"]
