"""`monitor run` as a process that people start, stop, and change the files of; and the service on a clock that is moved."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor import pipeline
from monitor.engine.service import Service
from monitor.store import Store
from tests.commands import surroundings
from tests.loopback import Web
from tests.newsroom import DAY, EDITION, HOUR, MINUTE, MONDAY, WEEK, Newsroom, Outlet, feeds_yaml, newsroom
from tests.test_sinks_email import Relay, running

PATIENCE = 40.0  # seconds, on a machine that has other things to do
PEOPLE = [f"analyst{number}@example.org" for number in range(10)]
BY_MAIL = EDITION.replace("sinks: [{folder: digests}]", f"recipients: [{', '.join(PEOPLE)}]\n    sinks: [{{email: true}}]")


@dataclass
class Running:
    """A `monitor run` in the background."""

    process: subprocess.Popen[str]
    log: Path

    def says(self, pattern: str) -> str:
        """Wait until that stands in its log."""
        return str(until(lambda: re.search(pattern, self.log.read_text()), f"{pattern!r} in the log")[0])

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def until(found: Callable[[], Any], what: str) -> Any:
    """What that gives once it gives something."""
    end = time.monotonic() + PATIENCE
    while not (result := found()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)
    return result


@contextmanager
def service(folder: Path, *, web: bool = False, **environ: str) -> Iterator[Running]:
    """`monitor run` on that folder, beating five times a second."""
    words = [sys.executable, "-m", "monitor", "--config", str(folder / "feeds.yaml"), "run", "--every", "0.2"]
    words += [] if web else ["--no-web"]
    with (folder / "log").open("w") as log, subprocess.Popen(words, env=surroundings(**environ), stderr=log, text=True) as process:
        try:
            yield Running(process, folder / "log")
        finally:
            process.kill()


@contextmanager
def outlets(folder: Path, *names: str, editions: str = EDITION) -> Iterator[tuple[Web, str]]:
    """A feeds.yaml that names these outlets, whose items are yet to come."""
    with Web({f"/{name}": Outlet() for name in names}) as web:
        (folder / "feeds.yaml").write_text(feeds_yaml(web, dict.fromkeys(names, 1), editions))
        yield web, f"127.0.0.1:{web.port}"


@contextmanager
def due(folder: Path) -> Iterator[Store]:
    """The store of that folder, whose edition is due since a minute."""
    now = datetime.now(UTC)
    with Store.open(f"sqlite:///{folder / 'monitor.db'}") as store:
        store.plan_edition("weekly", now - MINUTE, now)
        yield store


def by_mail(port: int) -> dict[str, str]:
    """The variables that name a relay on this machine."""
    mail = {"HOST": "127.0.0.1", "PORT": str(port), "TLS": "none", "FROM": "monitor@example.org"}
    return {f"MONITOR_SMTP_{name}": value for name, value in mail.items()}


# ---- a process -------------------------------------------------------------------------------------------------------


class SlowRelay(Relay):
    """Takes its time, so that a signal comes in the middle of a mail."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(0.1)
        return await super().handle_DATA(server, session, envelope)


def test_sigterm_lets_the_mail_in_hand_arrive_and_begins_no_other(tmp_path: Path) -> None:
    relay = SlowRelay()
    with outlets(tmp_path, "wire", editions=BY_MAIL) as (_, allow), running(relay) as port, due(tmp_path) as store:
        with service(tmp_path, MONITOR_ALLOW_HOSTS=allow, **by_mail(port)) as one:
            until(lambda: len(relay.took) > 2, "three mails")
            assert one.stop() == 0
        states = Counter(each.state for each in store.deliveries())
    assert set(states) == {"sent", "pending"}
    assert states["sent"] == len(relay.took) < len(PEOPLE)


def test_a_changed_feeds_file_is_taken_over_without_a_restart_and_a_broken_one_refused(tmp_path: Path) -> None:
    with outlets(tmp_path, "wire", "trade-press") as (web, allow), service(tmp_path, MONITOR_ALLOW_HOSTS=allow) as one:
        feeds, both = tmp_path / "feeds.yaml", (tmp_path / "feeds.yaml").read_text()
        one.says("looked at 2 sources")
        feeds.write_text(both.replace("editions:", f'  - {{name: third, url: "{web.url("/third")}"}}\neditions:'))
        web.scripts["/third"] = Outlet()
        one.says("sources added: .*third")
        until(lambda: [talk for talk in web.asked if talk.path == "/third"], "a look at the third source")
        feeds.write_text(both.replace("name: trade-press", "name: wire"))
        line = 1 + both[: both.index("trade-press")].count("\n")
        assert re.search(rf"feeds\.yaml:{line}:\d+: error: .*wire", one.says(r"last good one stays:\n.*\n"))
        feeds.write_text(both)
        one.says("removed: .*third")
        assert one.stop() == 0


# ---- a clock that is moved -------------------------------------------------------------------------------------------


def issues(room: Newsroom) -> list[int]:
    """The numbers of all issues there are, by when they were made."""
    return sorted({each.issue for each in room.monitor.store.deliveries()})


def test_a_machine_that_slept_over_monday_sends_one_digest_when_it_wakes(tmp_path: Path) -> None:
    with newsroom(tmp_path, MONDAY - 3 * DAY) as room:
        one = Service(room.monitor)
        one.beat()
        room.now = MONDAY + 2 * HOUR
        assert [one.beat().issues, one.beat().issues] == [["weekly 1"], []]
        (made,) = issues(room)
        digest = room.monitor.store.issue(made).digest
        assert (digest.start, digest.end) == (MONDAY - WEEK, MONDAY)


def test_a_machine_that_slept_for_a_month_sends_one_digest_of_all_of_it(tmp_path: Path) -> None:
    with newsroom(tmp_path, MONDAY) as room:
        one = Service(room.monitor)
        room.now = MONDAY + WEEK
        assert one.beat().issues == ["weekly 1"]
        room.now = MONDAY + 5 * WEEK + 3 * DAY
        assert [one.beat().issues, one.beat().issues] == [["weekly 2"], []]
        digest = room.monitor.store.issue(2).digest
        assert (digest.start, digest.end) == (MONDAY + WEEK, MONDAY + 5 * WEEK)


@pytest.mark.parametrize(
    ("zone", "at"), [("Europe/Berlin", "07:00"), ("Europe/Berlin", "01:30"), ("America/New_York", "01:30"), ("Australia/Sydney", "03:00")]
)
def test_every_week_of_a_year_has_exactly_one_digest_at_its_hour(tmp_path: Path, zone: str, at: str) -> None:
    edition = EDITION.replace("Europe/Berlin", zone).replace("mon 07:00", f"sun {at}")  # the clocks change on a Sunday
    first = datetime(2026, 1, 7, tzinfo=UTC)
    with newsroom(tmp_path, first, {"wire": 1}, editions=edition, first_look=False) as room:
        made = []
        for hour in range(0, 53 * 7 * 24, 3):
            room.now = first + hour * HOUR
            made += [one.digest.end.astimezone(ZoneInfo(zone)) for one in pipeline.issue(room.monitor)]
    assert [f"{moment:%a %H:%M}" for moment in made] == [f"Sun {at}"] * 53
    assert len({moment.date() for moment in made}) == 53


def test_two_processes_make_one_issue_and_one_mail_each(tmp_path: Path) -> None:
    relay = Relay()
    with outlets(tmp_path, "wire", editions=BY_MAIL) as (_, allow), running(relay) as port, due(tmp_path) as store:
        environ = surroundings(MONITOR_ALLOW_HOSTS=allow, **by_mail(port))
        words = [sys.executable, "-m", "monitor", "--config", str(tmp_path / "feeds.yaml"), "run", "--once"]
        both = [subprocess.Popen(words, env=environ, stderr=subprocess.DEVNULL) for _ in range(2)]
        assert {each.wait(PATIENCE) for each in both} <= {0, 1}
        assert {each.state for each in store.deliveries()} == {"sent"}
        assert len({each.issue for each in store.deliveries()}) == 1
    assert Counter(each.rcpt_tos[0] for each in relay.took) == Counter(PEOPLE)


def test_a_schedule_that_was_changed_counts_from_now_on(tmp_path: Path) -> None:
    with newsroom(tmp_path, MONDAY - 3 * DAY) as room:
        sooner = replace(room.monitor.config.editions[0], weekdays=("sat",))
        room.monitor.config = replace(room.monitor.config, editions=(sooner,))
        pipeline.plan_editions(room.monitor)
        state = room.monitor.store.edition_state("weekly")
        assert state is not None
        assert state.next_due == MONDAY - 2 * DAY
