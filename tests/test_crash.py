"""kill -9 at any moment of poll, assess, issue and deliver, then started again: nothing lost, nothing told twice, no second mail."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from monitor.model import Delivery, DeliveryState
from monitor.store import Store
from tests.archive import archive
from tests.commands import monitor, surroundings
from tests.conftest import ROOT
from tests.crashing import STEPS
from tests.loopback import Web
from tests.newsroom import ACT, DAY, HOUR, LM, MONDAY, WEEK, Outlet, feeds_yaml, item
from tests.postoffice import PostOffice
from tests.test_sinks_email import Relay, running

KILLED, SEED = -9, 20260504
KILLS = 25  # at random moments, beside those at every step
AGAIN = timedelta(minutes=11)  # later than every lease of the run before
ISSUES = 2
PEOPLE = [f"analyst{number}@example.org" for number in range(8)]
OUTLETS = {"wire": 1, "trade-press": 2, "second-press": 2, "agency": 1}
NEWS = {
    "Breyanzi": "FDA approves Breyanzi from Bristol Myers Squibb for marginal zone lymphoma",
    "Carvykti": "European Commission approves Carvykti from Johnson & Johnson for multiple myeloma",
    "Yescarta": "FDA approves Yescarta from Gilead for primary CNS lymphoma",
    "Amtagvi": "Health Canada approves Amtagvi from Iovance for melanoma",
    "Aucatzyl": "MHRA approves Aucatzyl from Autolus for acute lymphoblastic leukaemia",
    "Tagrisso": "FDA approves Tagrisso from AstraZeneca for EGFR-mutated lung cancer with leptomeningeal metastases",
    "Tecelra": "FDA grants accelerated approval to Tecelra for synovial sarcoma",
    "Arcellx": "Gilead to acquire Arcellx for $7.8 billion",
}
EDITION = f"""\
  - name: weekly
    markets: [{ACT}, {LM}]
    schedule: "mon 07:00"
    time_zone: Europe/Berlin
    recipients: [{", ".join(PEOPLE)}]
    sinks: [{{folder: digests}}, {{email: true}}]
"""


def publish(outlets: dict[str, Outlet]) -> None:
    """Every event, told by two or three of the outlets on its day of the last week."""
    for number, (name, title) in enumerate(NEWS.items()):
        for each in range(2 + number % 2):
            outlet = list(OUTLETS)[(number + each) % len(OUTLETS)]
            said = title if each == 0 else f"{title}, says report {each + 1}"
            when = MONDAY - 6 * DAY + number * 12 * HOUR + each * HOUR
            outlets[outlet].items.append(item(said, when, guid=f"{name}-{each}"))


@dataclass
class Life:
    """A monitor that is started again and again on one database, with the world around it."""

    folder: Path
    relay: Relay
    process: subprocess.Popen[str]
    office: PostOffice | None = None
    now: datetime = MONDAY - 6 * DAY

    def run(self, **end: Any) -> int:
        """One `monitor run --once`, ended as told; the next one comes when every lease of this one is over."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"now": self.now.isoformat(), **end}) + "\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        self.now += AGAIN
        return code

    def until_done(self) -> None:
        """Run undisturbed: now, when the edition is due, and again a week later."""
        for moment in (self.now, max(self.now, MONDAY), MONDAY + WEEK):
            self.now = moment
            assert self.run() in {0, 1}

    def mails(self) -> list[tuple[str, str]]:
        """(recipient, Message-ID) of all that the relay took."""
        if self.office:
            self.office.settled()
            boxes = [path.name for path in (self.office.folder / "mail").iterdir()]
            there = [(f"{box}@example.org", raw) for box in boxes if box not in {"archive", "bounces"} for raw in self.office.mails(box)]
            return [(person, str(message_from_bytes(raw)["Message-ID"])) for person, raw in there]
        took = [(one.rcpt_tos[0], one.content) for one in self.relay.took]
        return [(person, str(message_from_bytes(content)["Message-ID"])) for person, content in took if isinstance(content, bytes)]

    @contextmanager
    def store(self) -> Iterator[Store]:
        with Store.open(f"sqlite:///{self.folder / 'monitor.db'}") as store:
            yield store

    def outbox(self, *states: DeliveryState) -> list[Delivery]:
        with self.store() as store:
            return list(store.deliveries(states or None))


@contextmanager
def life(folder: Path, editions: str = EDITION, office: PostOffice | None = None) -> Iterator[Life]:
    """A monitor with its outlets and a relay whose mails an archive can be asked for; or, with an office, a real one."""
    relay = Relay()
    outlets = {name: Outlet() for name in OUTLETS}
    with (
        Web({f"/{name}": outlet for name, outlet in outlets.items()}) as web,
        running(relay) as port,
        archive(lambda: [one.content for one in relay.took if isinstance(one.content, bytes)]) as imap,
    ):
        (folder / "feeds.yaml").write_text(feeds_yaml(web, OUTLETS, editions))
        mail = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(port),
            "SMTP_TLS": "none",
            "SMTP_FROM": "Market Monitor <monitor@example.org>",
            "IMAP_HOST": "127.0.0.1",
            "IMAP_PORT": str(imap),
            "IMAP_TLS": "none",
            "IMAP_USER": "archive",
            "IMAP_PASSWORD": "x",
            "MAIL_ARCHIVE": "archive@example.org",
            "MAIL_BOUNCES": "bounces@example.org",
        }
        own = office.environ() if office else {f"MONITOR_{name}": value for name, value in mail.items()}
        environ = surroundings(MONITOR_ALLOW_HOSTS=f"127.0.0.1:{web.port}", MONITOR_WORKERS="2", **own)
        command = [sys.executable, "-m", "tests.crashing", str(folder / "feeds.yaml")]
        with subprocess.Popen(command, cwd=ROOT, env=environ, stdin=PIPE, stdout=PIPE, text=True, start_new_session=True) as process:
            one = Life(folder, relay, process, office)
            assert one.run() == 1  # every source is still empty
            publish(outlets)
            one.now = MONDAY - 4 * HOUR
            yield one
            assert process.stdin is not None
            process.stdin.close()


@dataclass(frozen=True)
class Left:
    """What a life left behind, without what may differ: numbers given in the order of arrival, and who said it first."""

    entries: list[tuple[str, str]]
    events: set[frozenset[str]]
    told: list[str]


def left(one: Life) -> Left:
    with one.store() as store:
        entries = list(store.entries(MONDAY - DAY, MONDAY + 100 * DAY))
        events = [event for stored in entries for _, event in store.reports(stored.id) if event is not None]
        told = {event: frozenset(report.title for report in store.event(event).reports) for event in events}
        assert not store.unassessed(10)
        assert not store.unclustered(10)
        sections = [section for number in {each.issue for each in store.deliveries()} for section in store.issue(number).digest.sections]
        shown = [one.development.headline for section in sections for one in (*section.headlines, *section.mentions, *section.review)]
        return Left(sorted((stored.entry.source, stored.entry.title) for stored in entries), set(told.values()), sorted(shown))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """What a life without a kill leaves."""
    with life(tmp_path_factory.mktemp("undisturbed")) as one:
        one.until_done()
        found = left(one)
        assert Counter(person for person, _ in one.mails()) == Counter(ISSUES * PEOPLE)
        assert {each.state for each in one.outbox()} == {"sent"}
        assert len(found.events) == len(NEWS)
        return found


def nothing_lost_and_nothing_twice(one: Life, undisturbed: Left) -> None:
    """The promises of reliability.md section 2, P1 to P3."""
    assert left(one) == undisturbed
    rows = one.outbox()
    assert Counter(each.recipient for each in rows) == Counter(ISSUES * ["", *PEOPLE])
    assert len({(each.issue, each.recipient) for each in rows}) == len(rows)
    assert {each.state for each in rows} <= {"sent", "in_doubt"}
    took = Counter(own.strip("<>").partition("@")[0] for _, own in one.mails())
    assert [own for own, count in took.items() if count > 1] == []
    assert [each.message_id for each in rows if each.state == "sent" and each.recipient and not took[each.message_id]] == []


def settled_by_sending_again(one: Life) -> None:
    """A person has everything in doubt sent again: each mail is there, a second copy has the Message-ID of the first."""
    doubtful = one.outbox("in_doubt")
    with one.store() as store:
        for each in doubtful:
            store.settle_delivery(each.id, "pending", one.now, "sent again by hand", one.now)
    assert one.run() in {0, 1}
    assert {each.state for each in one.outbox()} == {"sent"}
    assert Counter(person for person, _ in set(one.mails())) == Counter(ISSUES * PEOPLE)
    assert len(one.mails()) <= ISSUES * len(PEOPLE) + len(doubtful)


# ---- the tests -------------------------------------------------------------------------------------------------------


def test_a_kill_before_or_after_any_step_loses_nothing_and_tells_nothing_twice(tmp_path: Path, undisturbed: Left) -> None:
    with life(tmp_path) as one:
        reached = []
        for step in STEPS:
            if step == "writing the issue":
                assert one.run() in {0, 1}
                one.now = MONDAY
            reached += [(step, when) for when in ("before", "after") if one.run(step=step, when=when) == KILLED]
        assert [(step, when) for step in STEPS for when in ("before", "after")] == reached
        one.until_done()
        nothing_lost_and_nothing_twice(one, undisturbed)
        listed = monitor("--config", tmp_path / "feeds.yaml", "outbox", "--json")
        doubtful = one.outbox("in_doubt")
        assert len(doubtful) >= 4  # while claiming, sending, closing, settling
        assert {each["id"] for each in listed.json if each["state"] == "in_doubt"} == {each.id for each in doubtful}
        settled_by_sending_again(one)


@pytest.mark.parametrize("number", range(3))
def test_kills_at_random_moments_lose_nothing_and_tell_nothing_twice(tmp_path: Path, undisturbed: Left, number: int) -> None:
    moment = random.Random(SEED + number)
    with life(tmp_path) as one:
        killed = 0
        while killed < KILLS // 3 + 1:
            if killed == 4:
                one.now = max(one.now, MONDAY)
            killed += one.run(after=moment.uniform(0.01, 0.6)) == KILLED
            if one.now > MONDAY + 3 * DAY:
                break
        assert killed > KILLS // 3
        one.until_done()
        nothing_lost_and_nothing_twice(one, undisturbed)
        settled_by_sending_again(one)


def test_nothing_of_a_killed_run_goes_on_running(tmp_path: Path) -> None:
    with life(tmp_path) as one:
        assert one.run(step="storing looks", when="before") == KILLED
        session = one.process.pid
    deadline = time.monotonic() + 10
    while left_running := processes(session):
        assert time.monotonic() < deadline, left_running
        time.sleep(0.05)


def processes(session: int) -> list[str]:
    """What runs in this session."""
    listed = subprocess.run(["ps", "-eo", "sid=,args="], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in listed if int(line.split()[0]) == session]
