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

from monitor import app
from monitor.digest.choosing import event_of
from monitor.engine.service import Service
from monitor.model import Issue
from tests.newsroom import ACT, DAY, HOUR, LM, MINUTE, MONDAY, WEEK, Newsroom, around, newsroom
from tests.test_alerts import ALERT
from tests.test_service import by_mail
from tests.test_sinks_email import Relay, running

ZONES = {"berlin": "Europe/Berlin", "new-york": "America/New_York", "sydney": "Australia/Sydney"}
PERSON = "ann@example.org"
EDITIONS = "".join(
    f'  - {{name: {name}, markets: [{ACT}, {LM}], schedule: "mon 07:00", time_zone: {zone}, recipients: [{PERSON}], '
    "sinks: [{email: true}]}\n"
    for name, zone in ZONES.items()
)
SUNDAY = datetime(2026, 1, 11, tzinfo=UTC)
WEEKS, SEED = 52, 20260504
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
    true: datetime = SUNDAY - DAY
    wrong_by: timedelta = timedelta()
    published: list[str] = field(default_factory=list)

    def beat(self) -> None:
        """Both schedulers at the same moment."""
        self.room.now = self.true + self.wrong_by
        for done in [self.pool.submit(service.beat) for service in self.services]:
            done.result()

    def publish(self) -> None:
        """The next of the news, where any is left."""
        for title in NEWS[len(self.published) :][:1]:
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
        newsroom(folder, SUNDAY - DAY, {"wire": 1}, editions=EDITIONS, more="defaults: {every: 2d}\n", secrets=by_mail(port)) as room,
        app.opened(around(folder, room.web, by_mail(port)), now=lambda: room.now, jitter=lambda: 0.5) as other,
        ThreadPoolExecutor(2) as pool,
    ):
        yield Year(room, (Service(room.monitor), Service(other)), relay, pool)


def clock_changes(chance: random.Random) -> list[tuple[datetime, timedelta, timedelta]]:
    """When the clock is set wrong, for how long and by how much: about once a month, and in the nights when summer time begins or ends."""
    nights = [
        datetime(2026, month, day, hour, tzinfo=UTC) for month, day, hour in ((3, 8, 6), (3, 29, 0), (4, 4, 15), (10, 24, 23), (11, 1, 5))
    ]
    moments = sorted([*nights, *(SUNDAY + chance.uniform(10, 345) * DAY for _ in range(8))])
    made: list[tuple[datetime, timedelta, timedelta]] = []
    for moment in moments:
        if not made or moment > made[-1][0] + made[-1][1] + DAY:
            made.append((moment, chance.uniform(0.5, 6) * DAY, chance.uniform(-7, 7) * DAY))
    return made


def each_period_has_one_digest(one: Year) -> None:
    """Every moment lies in one issue of each edition, each ends at seven of its zone, and was sent once, or held when late."""
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
    assert Counter(person for person, _ in took) == {PERSON: len(sent)}


def each_event_is_told_once(one: Year) -> None:
    """In the headlines of one issue of each edition, whatever the clock said when it was read."""
    assert len(one.published) == len(NEWS)
    for name in ZONES:
        sections = [section for issue in one.issues(name) for section in issue.digest.sections]
        told = [event_of(item.development) for section in sections for item in section.headlines]
        assert len(told) == len(set(told)) == len(NEWS), name


def test_every_week_of_a_year_has_one_digest_at_seven_of_each_zone(tmp_path: Path) -> None:
    with year(tmp_path) as one:
        for sunday in (SUNDAY + n * WEEK for n in range(WEEKS)):
            for hour in (20, 21, 29, 30, 35, 36):  # seven in Sydney, Berlin and New York, in summer and in winter
                one.true = one.room.now = sunday + hour * HOUR
                one.services[0].beat()
        each_period_has_one_digest(one)
        for name in ZONES:
            made = one.issues(name)
            assert [issue.created - issue.digest.end for issue in made] == [timedelta()] * WEEKS
            assert Counter(after.digest.end - before.digest.end for before, after in pairwise(made)) == {
                WEEK: 49,
                WEEK - HOUR: 1,
                WEEK + HOUR: 1,
            }


def test_a_clock_that_is_set_wrong_by_up_to_a_week_neither_loses_nor_doubles_a_digest_or_news(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    jumps = clock_changes(chance)
    with year(tmp_path) as one:
        right = one.true
        while one.true < SUNDAY + WEEKS * WEEK:
            if jumps and one.true >= jumps[0][0]:
                moment, lasting, one.wrong_by = jumps.pop(0)
                right = moment + lasting
                one.publish()
            elif one.wrong_by and one.true >= right:
                one.wrong_by = timedelta()
                one.publish()
            one.beat()
            one.true += chance.uniform(20, 48) * HOUR
        each_period_has_one_digest(one)
        each_event_is_told_once(one)


# ---- what a clock that was ahead leaves behind -----------------------------------------------------------------------------


@contextmanager
def set_back(folder: Path, more: str = "") -> Iterator[tuple[Newsroom, Service]]:
    """A monitor whose clock was a week ahead for a moment, on the Wednesday of this newsroom, and is right again an hour later."""
    with newsroom(folder, MONDAY - 5 * DAY, {"wire": 1}, more=more) as room:
        one = Service(room.monitor)
        one.beat()
        room.now += WEEK
        assert one.beat().issues == ["weekly 1"]
        room.now += HOUR - WEEK
        yield room, one


def test_sources_are_looked_at_as_soon_as_the_clock_is_right_again(tmp_path: Path) -> None:
    with set_back(tmp_path) as (room, one):
        assert one.beat().looks.total() == 1
        assert one.beat().looks.total() == 0
        room.now += HOUR
        assert one.beat().looks.total() == 1


def test_an_issue_that_a_clock_ahead_made_is_held_and_the_news_after_it_are_in_the_next_one(tmp_path: Path) -> None:
    with set_back(tmp_path) as (room, one):
        room.tell("wire", NEWS[0])
        one.beat()
        (early,) = room.monitor.store.deliveries(["held"])
        assert "late: it was due at 2026-05-04 05:00 UTC" in early.detail
        room.now = MONDAY
        assert one.beat().issues == []
        room.now = MONDAY + WEEK
        assert one.beat().issues == ["weekly 2"]
        (second,) = room.monitor.store.issues("weekly", 1)
        assert [item.development.product for section in second.digest.sections for item in section.headlines] == ["Breyanzi"]


def test_an_alert_does_not_wait_until_the_clock_was_as_late_as_that_of_the_last_one(tmp_path: Path) -> None:
    with set_back(tmp_path, ALERT.format(more="at_most: 1")) as (room, one):
        room.now += WEEK
        room.tell("wire", NEWS[0])
        assert one.beat().issues == ["urgent 1"]
        room.now += HOUR - WEEK
        room.tell("wire", NEWS[1])
        assert one.beat().issues == ["urgent 2"]
        room.tell("wire", NEWS[2])
        room.now += HOUR
        assert one.beat().issues == [], "at most one a day"
