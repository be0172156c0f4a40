"""A year of digests on a clock that changes with summer time and is set wrong by up to a week, under two schedulers on one database."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor import app
from monitor.digest.choosing import event_of
from monitor.engine.service import Service
from monitor.model import Issue
from tests.newsroom import ACT, DAY, HOUR, LM, MINUTE, WEEK, Newsroom, around, newsroom
from tests.test_service import by_mail
from tests.test_sinks_email import Relay, running

ZONES = {"berlin": "Europe/Berlin", "new-york": "America/New_York", "sydney": "Australia/Sydney"}
PEOPLE = ("ann@example.org", "bob@example.org")
EDITIONS = "".join(
    f'  - {{name: {name}, markets: [{ACT}, {LM}], schedule: "mon 07:00", time_zone: {zone}, recipients: [{", ".join(PEOPLE)}], '
    "sinks: [{email: true}]}\n"
    for name, zone in ZONES.items()
)
BEGIN = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
END = BEGIN + 52 * WEEK
LATE = DAY  # `latest`, as it is when feeds.yaml does not say otherwise
NEWS = (
    "FDA approves Breyanzi from Bristol Myers Squibb for marginal zone lymphoma",
    "European Commission approves Carvykti from Johnson & Johnson for multiple myeloma",
    "FDA approves Yescarta from Gilead for primary CNS lymphoma",
    "Health Canada approves Amtagvi from Iovance for melanoma",
    "MHRA approves Aucatzyl from Autolus for acute lymphoblastic leukaemia",
    "FDA approves Tagrisso from AstraZeneca for EGFR-mutated lung cancer with leptomeningeal metastases",
    "FDA grants accelerated approval to Tecelra for synovial sarcoma",
    "Gilead to acquire Arcellx for $7.8 billion",
)


@dataclass
class Year:
    """The true time, and how wrong the clock is that both schedulers see."""

    room: Newsroom
    services: tuple[Service, Service]
    relay: Relay
    pool: ThreadPoolExecutor
    true: datetime = BEGIN
    wrong_by: timedelta = timedelta()
    published: list[str] = field(default_factory=list)

    def beat(self) -> None:
        """Both schedulers at the same moment."""
        self.room.now = self.true + self.wrong_by
        for done in [self.pool.submit(service.beat) for service in self.services]:
            done.result()

    def publish(self) -> None:
        title = NEWS[len(self.published)]
        self.published.append(title)
        self.room.tell("wire", title, self.true - MINUTE)

    def issues(self, edition: str) -> list[Issue]:
        return sorted(self.room.monitor.store.issues(edition), key=lambda one: one.number)

    def states(self, issue: Issue) -> set[str]:
        return {one.state for one in self.room.monitor.store.deliveries(issue=issue.id)}


@contextmanager
def year(folder: Path) -> Iterator[Year]:
    relay = Relay()
    with (
        running(relay) as port,
        newsroom(folder, BEGIN, {"wire": 1}, editions=EDITIONS, secrets=by_mail(port)) as room,
        app.opened(around(folder, room.web, by_mail(port)), now=lambda: room.now, jitter=lambda: 0.5) as other,
        ThreadPoolExecutor(2) as pool,
    ):
        yield Year(room, (Service(room.monitor), Service(other)), relay, pool)


def jumps(chance: random.Random) -> list[tuple[datetime, timedelta, timedelta]]:
    """When the clock goes wrong, for how long, and by how much: once or so a month, and on the nights when summer time begins and ends."""
    changes = [datetime(2026, 3, 8, 6), datetime(2026, 3, 29), datetime(2026, 4, 4, 15), datetime(2026, 10, 24, 23), datetime(2026, 11, 1, 5)]
    moments = [one.replace(tzinfo=UTC) for one in changes] + [BEGIN + chance.uniform(10, 350) * DAY for _ in range(10)]
    made: list[tuple[datetime, timedelta, timedelta]] = []
    for moment in sorted(moments):
        if not made or moment > made[-1][0] + made[-1][1]:
            made.append((moment, chance.uniform(0.02, 6) * DAY, chance.uniform(-7, 7) * DAY))
    return made


def each_period_has_one_digest(one: Year) -> None:
    """Every moment of the year lies in one issue of each edition, every issue ends at seven of the zone, each person got it once at most."""
    for name, zone in ZONES.items():
        made = one.issues(name)
        assert [issue.number for issue in made] == list(range(1, len(made) + 1))
        assert all(before.digest.end == after.digest.start for before, after in pairwise(made))
        assert {f"{issue.digest.end.astimezone(ZoneInfo(zone)):%a %H:%M}" for issue in made} == {"Mon 07:00"}
        assert one.true + one.wrong_by - made[-1].digest.end < WEEK
        for issue in made:
            late = issue.created - issue.digest.end > LATE
            assert one.states(issue) == ({"held"} if late else {"sent"}), (issue.created, issue.digest.end)
    took = Counter((envelope.rcpt_tos[0], str(message_from_bytes(envelope.content)["Message-ID"])) for envelope in one.relay.took)
    assert set(took.values()) == {1}
    sent = [issue for name in ZONES for issue in one.issues(name) if one.states(issue) == {"sent"}]
    assert Counter(person for person, _ in took) == dict.fromkeys(PEOPLE, len(sent))


def each_event_is_told_once(one: Year) -> None:
    """In the headlines of one issue of each edition, whatever the clock said when it was read."""
    assert len(one.published) == len(NEWS)
    for name in ZONES:
        sections = [section for issue in one.issues(name) for section in issue.digest.sections]
        told = [event_of(item.development) for section in sections for item in section.headlines]
        assert len(told) == len(set(told)) == len(NEWS), name


def test_every_week_of_a_year_has_one_digest_at_seven_of_each_zone(tmp_path: Path) -> None:
    with year(tmp_path) as one:
        while one.true < END:
            one.beat()
            one.true += 7 * HOUR
        each_period_has_one_digest(one)
        for name, zone in ZONES.items():
            made = one.issues(name)
            assert len(made) == 52
            assert all(issue.created - issue.digest.end < 7 * HOUR for issue in made)
            apart = Counter(after.digest.end - before.digest.end for before, after in pairwise(made))
            assert apart == {WEEK: 49, WEEK - HOUR: 1, WEEK + HOUR: 1}, f"{zone} has an hour less and an hour more once a year"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_clock_that_is_set_wrong_by_up_to_a_week_neither_loses_nor_doubles_a_digest_or_news(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    waiting = jumps(chance)
    right = BEGIN
    with year(tmp_path) as one:
        while one.true < END:
            if waiting and one.true >= waiting[0][0]:
                moment, lasting, one.wrong_by = waiting.pop(0)
                right = moment + lasting
                one.publish() if len(one.published) < len(NEWS) and len(waiting) % 2 else None
            elif one.true >= right:
                if one.wrong_by and len(one.published) < len(NEWS):
                    one.publish()
                one.wrong_by = timedelta()
            one.beat()
            one.true += chance.uniform(3, 16) * HOUR
        one.beat()
        each_period_has_one_digest(one)
        each_event_is_told_once(one)
