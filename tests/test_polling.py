"""When a source is looked at again, and what a look says about it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Thread

import pytest

from monitor.errors import FetchError
from monitor.model import KINDS, Entry, Hub, Outcome, Page, Poll, Source, SourceState, Validators
from monitor.polling import HostPacer, decide
from monitor.sources import Document

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MINUTE = timedelta(minutes=1)
SOURCE = Source("wire", "https://wire.example.org/feed", every=HOUR)
NEW = Validators(etag='"2"')
PAGE = Page("https://wire.example.org/feed", 200, b"x", "text/xml", NEW)
MOVED = replace(PAGE, moved_to="https://elsewhere.example.org/feed")


def feed(now: datetime, *ages: timedelta | None) -> Document:
    """A document whose entries are so old; None for one without a date."""
    entries = tuple(
        Entry("wire", str(number), f"Title {number}", published=None if age is None else now - age) for number, age in enumerate(ages)
    )
    return Document(Outcome.OK if entries else Outcome.EMPTY, entries, "guid")


def known(now: datetime, **more: object) -> SourceState:
    """A source that was looked at an hour ago, when its newest entry was two hours old."""
    usual = SourceState(
        "wire", now, Outcome.OK, now - DAY, now - HOUR, now - HOUR, now - HOUR, now - 3 * HOUR, Validators('"1"'), entries=20
    )
    return replace(usual, **more)  # type: ignore[arg-type]


def look(
    now: datetime,
    result: Page | FetchError | None,
    document: Document | None = None,
    state: SourceState | None = None,
    source: Source = SOURCE,
    jitter: float = 0.5,
) -> Poll:
    return decide(source, state or known(now), result, document, started=now - MINUTE, finished=now, jitter=jitter)


def failed(outcome: Outcome, **more: object) -> FetchError:
    return FetchError("wire", outcome, "because", **more)  # type: ignore[arg-type]


def test_a_good_look_brings_the_entries_and_the_validators_and_comes_back_after_the_interval(now: datetime) -> None:
    document = feed(now, HOUR, 5 * HOUR)
    assert look(now, PAGE, document, known(now, failures=7)) == Poll(
        "wire", Outcome.OK, now - MINUTE, now, now + HOUR, document.entries, NEW, 200, wanted_identity="guid", hub=Hub()
    )


def test_a_look_that_found_nothing_new_keeps_the_validators_and_ends_the_failures(now: datetime) -> None:
    assert look(now, None, state=known(now, failures=7)) == Poll("wire", Outcome.NOT_MODIFIED, now - MINUTE, now, now + HOUR, status=304)


# ---- failures ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    ("every", "failures", "hours"),
    [(HOUR, 0, 1), (HOUR, 1, 2), (HOUR, 3, 8), (HOUR, 5, 24), (HOUR, 99, 24), (10 * MINUTE, 2, 4 / 6), (3 * DAY, 0, 72), (3 * DAY, 5, 72)],
)
def test_failures_in_a_row_double_the_pause_up_to_a_day(
    every: timedelta, failures: int, hours: float, jitter: float, now: datetime
) -> None:
    poll = look(now, failed(Outcome.UNREACHABLE), None, known(now, failures=failures), replace(SOURCE, every=every), jitter)
    expected = min(hours * (0.8 + 0.4 * jitter), max(24, every / HOUR))
    assert (poll.next_check - now) / HOUR == pytest.approx(expected)
    assert (poll.failures, poll.validators, poll.entries) == (failures + 1, None, ())


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(seconds=1), HOUR),
        (timedelta(hours=5), timedelta(hours=5)),
        (timedelta(days=30), DAY),
        (timedelta(days=-1), HOUR),
    ],
)
@pytest.mark.parametrize("outcome", [Outcome.THROTTLED, Outcome.BLOCKED, Outcome.UNREACHABLE])
def test_a_server_that_says_when_to_come_back_is_obeyed_within_reason(
    after: timedelta, expected: timedelta, outcome: Outcome, now: datetime
) -> None:
    assert look(now, failed(outcome, retry_after=now + after), jitter=1.0).next_check == now + expected


def test_a_wall_is_left_alone_for_half_an_hour_at_least(now: datetime) -> None:
    often = replace(SOURCE, every=5 * MINUTE)
    assert look(now, failed(Outcome.BLOCKED), source=often).next_check == now + 30 * MINUTE
    assert look(now, failed(Outcome.BLOCKED, retry_after=now + MINUTE), source=often).next_check == now + 30 * MINUTE
    assert look(now, failed(Outcome.BLOCKED), state=known(now, failures=5), source=often).next_check == now + 160 * MINUTE


@pytest.mark.parametrize(
    ("status", "before", "failures", "pause"),
    [
        (410, Outcome.OK, 0, HOUR),
        (410, Outcome.GONE, 1, 7 * DAY),
        (404, Outcome.OK, 0, HOUR),
        (404, Outcome.GONE, 1, 2 * HOUR),
        (404, Outcome.GONE, 9, 7 * DAY),
    ],
)
def test_what_is_gone_is_asked_for_once_a_week(status: int, before: Outcome, failures: int, pause: timedelta, now: datetime) -> None:
    poll = look(now, failed(Outcome.GONE, status=status), state=known(now, outcome=before, failures=failures))
    assert (poll.outcome, poll.next_check) == (Outcome.GONE, now + pause)


@pytest.mark.parametrize("outcome", [Outcome.HTML, Outcome.PARSE_ERROR])
def test_a_page_that_is_no_feed_is_a_failure_and_is_asked_for_again(outcome: Outcome, now: datetime) -> None:
    poll = look(now, MOVED, Document(outcome, detail="a web page"), known(now, failures=1))
    assert (poll.outcome, poll.failures, poll.validators, poll.detail, poll.status) == (outcome, 2, None, "a web page", 200)
    assert (poll.moved_to, poll.next_check) == (MOVED.moved_to, now + 2 * HOUR)


# ---- odd, silent and moved sources ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("entries", "validators"), [(0, NEW), (20, None)])
def test_a_feed_that_suddenly_is_empty_is_not_believed(entries: int, validators: Validators | None, now: datetime) -> None:
    poll = look(now, PAGE, feed(now), known(now, entries=entries))
    assert (poll.outcome, poll.validators, poll.failures) == (Outcome.EMPTY, validators, 0)
    assert bool(poll.detail) == (entries > 0)


@pytest.mark.parametrize(
    ("last_entry", "ages", "stale"),
    [
        (6, [6, 7, 8], False),  # a daily feed may be silent for a week
        (8, [8, 9, 10], True),
        (20, [20, 40, 60], False),  # one that writes every twenty days for sixty
        (70, [70, 90, 110], True),
        (70, [1, 90, 110], False),  # it speaks again
        (8, [None, None], True),
        (8, [], False),  # empty, which is its own state
        (None, [900, 1000], False),  # never seen before: its silence is not known yet
    ],
)
def test_silence_is_judged_by_the_rhythm_of_the_feed(last_entry: int | None, ages: list[int | None], stale: bool, now: datetime) -> None:
    document = feed(now, *(None if age is None else age * DAY for age in ages))
    state = known(now, last_entry=None if last_entry is None else now - last_entry * DAY, newest_published=None)
    poll = look(now, PAGE, document, state)
    assert (poll.outcome is Outcome.STALE, "nothing new since" in poll.detail) == (stale, stale)


def test_once_a_week_a_silent_feed_is_read_as_a_whole_to_judge_its_silence(now: datetime) -> None:
    quiet = known(now, last_entry=now - 14 * DAY)
    assert look(now, None, state=quiet).validators == Validators()
    assert look(now, None, state=replace(quiet, last_entry=now - 13 * DAY)).validators is None


@pytest.mark.parametrize(
    ("before", "last_entry", "after"),
    [(Outcome.STALE, 30, Outcome.STALE), (Outcome.STALE, 1, Outcome.NOT_MODIFIED), (Outcome.MOVED, 1, Outcome.MOVED)],
)
def test_silence_and_an_old_address_last_while_nothing_changes(before: Outcome, last_entry: int, after: Outcome, now: datetime) -> None:
    state = known(now, outcome=before, last_entry=now - last_entry * DAY, moved_to="https://x.example.org/", detail="said before")
    poll = look(now, None, state=state)
    assert (poll.outcome, poll.moved_to) == (after, "https://x.example.org/")


def test_a_source_that_moved_for_good_says_so_until_it_is_back(now: datetime) -> None:
    document = feed(now, HOUR, 5 * HOUR)
    moved = look(now, MOVED, document)
    assert (moved.outcome, moved.moved_to, moved.entries) == (Outcome.MOVED, MOVED.moved_to, document.entries)
    assert look(now, failed(Outcome.TIMED_OUT), state=known(now, moved_to=MOVED.moved_to)).moved_to == MOVED.moved_to
    assert look(now, PAGE, document, known(now, moved_to=MOVED.moved_to)).moved_to is None


# ---- missed windows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ages", "state", "missed"),
    [
        ([10, 60], {}, True),
        ([10, 179], {}, True),
        ([10, 180], {}, False),  # the newest of the last look is still there
        ([10], {}, True),
        ([10, 10, 10], {}, False),  # dated by the hour of the look
        ([10, None], {}, False),  # may be the old one
        ([], {}, False),
        ([10, 20], {"newest_published": None}, False),
        ([10, 20], {"newest_published": "future"}, True),
        ([70, 90], {"newest_published": "future"}, False),
    ],
)
def test_a_window_was_missed_when_everything_is_newer_than_the_last_look(
    ages: list[int | None], state: dict[str, object], missed: bool, now: datetime
) -> None:
    before = {key: now + 9 * DAY if value == "future" else value for key, value in state.items()}
    document = feed(now, *(None if age is None else age * MINUTE for age in ages))
    poll = look(now, PAGE, document, known(now, **before))
    assert poll.missed_window == missed
    assert poll.every == (30 * MINUTE if missed else None)
    assert poll.next_check == now + (30 * MINUTE if missed else HOUR)


@pytest.mark.parametrize(
    ("every", "in_force", "after"),
    [(HOUR, None, 30), (HOUR, 30, 15), (HOUR, 8, 5), (HOUR, 5, 5), (2 * MINUTE, None, 2), (10 * MINUTE, 60, 5)],
)
def test_each_missed_window_halves_the_interval_down_to_five_minutes(
    every: timedelta, in_force: int | None, after: int, now: datetime
) -> None:
    state = known(now, every=in_force and in_force * MINUTE)
    assert look(now, PAGE, feed(now, MINUTE, 2 * MINUTE), state, replace(SOURCE, every=every)).next_check == now + after * MINUTE


def test_a_shortened_interval_recovers_slowly_once_a_day_went_well(now: datetime) -> None:
    state = known(now, every=30 * MINUTE, last_missed_window=now - 23 * HOUR)
    assert look(now, None, state=state).every == 30 * MINUTE
    looks = 0
    state = replace(state, last_missed_window=now - 25 * HOUR)
    while state.every is not None:
        looks, state = looks + 1, replace(state, every=look(now, None, state=state).every)
    assert looks == 8
    assert look(now, failed(Outcome.TIMED_OUT), state=known(now, every=30 * MINUTE)).every == 30 * MINUTE


# ---- intervals from the source's own dates -------------------------------------------------------------------------------


def regular(now: datetime, gap: timedelta, count: int = 20) -> Document:
    """A document with an entry after each gap, the last one just now."""
    return feed(now, *(gap * number for number in range(count)))


@pytest.mark.parametrize(
    ("gap", "fastest", "slowest", "minutes"),
    [
        (2 * MINUTE, None, None, 60),  # nothing written: as configured, until something was missed
        (2 * MINUTE, 10 * MINUTE, None, 19),  # half of the 38 minutes that 20 entries span
        (2 * MINUTE, 30 * MINUTE, None, 30),  # the admin's bound
        (HOUR, 10 * MINUTE, None, 60),  # its window lasts 19 hours
        (30 * DAY, None, DAY, 66),  # longer by a tenth with each look
        (30 * DAY, None, None, 60),
        (8 * MINUTE, None, DAY, 60),
    ],
)
def test_the_interval_follows_window_and_rhythm_within_the_bounds_of_the_admin(
    gap: timedelta, fastest: timedelta | None, slowest: timedelta | None, minutes: int, now: datetime
) -> None:
    poll = look(
        now, PAGE, regular(now, gap), known(now, newest_published=now, last_check=now), replace(SOURCE, fastest=fastest, slowest=slowest)
    )
    assert (poll.missed_window, poll.next_check) == (False, now + minutes * MINUTE)
    assert poll.every == (None if minutes == 60 else minutes * MINUTE)


@pytest.mark.parametrize(("gap", "slowest", "most"), [(30 * DAY, DAY, DAY), (DAY, 2 * DAY, 6 * HOUR), (30 * DAY, 20 * DAY, 7.5 * DAY)])
def test_a_source_that_rarely_writes_is_looked_at_ever_more_seldom_but_never_beyond_its_bound(
    gap: timedelta, slowest: timedelta, most: timedelta, now: datetime
) -> None:
    source, state = replace(SOURCE, slowest=slowest), known(now, newest_published=now)
    for _ in range(80):
        poll = look(now, PAGE, regular(now, gap), state, source)
        state = replace(state, every=poll.every)
    assert (poll.every, poll.next_check) == (most, now + most)
    assert look(now, None, state=state, source=source).next_check == now + most  # unchanged: as before
    assert look(now, PAGE, regular(now, HOUR), state, source).every is None  # it writes again: at once
    assert look(now, None, state=state).next_check == now + HOUR  # the bound was taken out of feeds.yaml


def test_a_short_interval_for_a_short_window_outlasts_looks_that_bring_nothing(now: datetime) -> None:
    source = replace(SOURCE, fastest=10 * MINUTE)
    assert look(now, None, state=known(now, every=19 * MINUTE), source=source).every == 19 * MINUTE


def test_a_list_without_a_window_misses_nothing_and_needs_no_haste(now: datetime) -> None:
    source = replace(SOURCE, kind=next(name for name, kind in KINDS.items() if not kind.window), fastest=5 * MINUTE)
    poll = look(now, PAGE, regular(now, MINUTE), known(now), source)
    assert (poll.missed_window, poll.next_check) == (False, now + HOUR)


# ---- silence without dates, and dates ahead --------------------------------------------------------------------------------


@pytest.mark.parametrize(("rhythm", "silent", "stale"), [(30, 80, False), (30, 91, True), (2, 8, True), (None, 8, True)])
def test_silence_of_an_undated_list_is_judged_by_the_looks_that_brought_something(
    rhythm: int | None, silent: int, stale: bool, now: datetime
) -> None:
    state = known(now, last_entry=now - silent * DAY, rhythm=None if rhythm is None else rhythm * DAY, newest_published=None)
    assert (look(now, PAGE, feed(now, None, None), state).outcome is Outcome.STALE) == stale


def test_dates_ahead_are_told_and_neither_hide_a_silence_nor_make_one(now: datetime) -> None:
    ahead = feed(now, *(-100 * DAY * number for number in range(1, 6)))
    poll = look(now, PAGE, ahead, known(now, newest_published=now + 500 * DAY))
    assert (poll.outcome, poll.missed_window) == (Outcome.OK, True)
    spoke = known(now, newest_published=now + 500 * DAY, last_check=now + 600 * DAY)
    assert "5 of its 5 entries are dated in the future" in look(now, PAGE, ahead, spoke).detail
    assert look(now, PAGE, ahead, replace(spoke, last_entry=now - 9 * DAY)).outcome is Outcome.STALE


@pytest.mark.parametrize(("entries", "after"), [(0, Outcome.EMPTY), (20, Outcome.NOT_MODIFIED)])
def test_an_empty_feed_stays_empty_while_nothing_changes_unless_there_was_something_before(
    entries: int, after: Outcome, now: datetime
) -> None:
    assert look(now, None, state=known(now, outcome=Outcome.EMPTY, entries=entries)).outcome is after


def test_what_is_held_stays_so_while_nothing_changes(now: datetime) -> None:
    poll = look(now, None, state=known(now, outcome=Outcome.HELD, detail="20 are new at once"))
    assert (poll.outcome, poll.detail) == (Outcome.HELD, "20 are new at once")


def test_where_a_person_refused_to_follow_there_is_nothing_any_more(now: datetime) -> None:
    poll = look(now, MOVED, feed(now, HOUR), known(now, refused_move=MOVED.moved_to))
    assert (poll.outcome, poll.entries) == (Outcome.GONE, ())
    assert "was refused: correct its url" in poll.detail
    assert look(now, PAGE, feed(now, HOUR, 9 * HOUR), known(now, refused_move=MOVED.moved_to)).outcome is Outcome.OK


# ---- politeness ----------------------------------------------------------------------------------------------------------


def visits(pacer: HostPacer, urls: list[str], lasting: float = 0.0) -> list[tuple[float, float]]:
    """When each request began and ended, all wanting to go at once."""
    times: list[tuple[float, float]] = []

    def visit(url: str) -> None:
        with pacer.turn(url):
            start = time.monotonic()
            time.sleep(lasting)
            times.append((start, time.monotonic()))

    threads = [Thread(target=visit, args=(url,)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(times)


def test_one_host_is_visited_by_one_request_at_a_time_with_a_pause_between() -> None:
    times = visits(HostPacer(0.05), ["https://a.test/1", "https://A.test:8080/2", "http://a.test/3"], lasting=0.01)
    assert all(later[0] >= earlier[1] and later[0] - earlier[0] >= 0.049 for earlier, later in pairwise(times))


def test_a_slow_host_is_not_asked_again_before_it_answered() -> None:
    times = visits(HostPacer(0.01), ["https://a.test/1", "https://a.test/2"], lasting=0.05)
    assert times[1][0] >= times[0][1]


def test_different_hosts_do_not_wait_for_each_other() -> None:
    times = visits(HostPacer(0.5), [f"https://{n}.test/" for n in range(5)], lasting=0.05)
    assert times[-1][0] - times[0][0] < 0.3


def test_without_a_pause_everything_goes_at_once() -> None:
    times = visits(HostPacer(0), ["https://a.test/"] * 5, lasting=0.1)
    assert times[-1][0] < times[0][1]


def test_an_address_that_is_none_waits_for_nobody_and_breaks_nothing() -> None:
    assert len(visits(HostPacer(0.001), ["http://[", "", "x"])) == 3
