"""Every fault of the small internet, for every kind of source: it ends in the right state, is told, and passes when the fault does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import KINDS, Outcome
from tests.internet import endpoints
from tests.internet.faults import ROWS, WIRE
from tests.internet.watching import NOW, Watch, watching
from tests.newsroom import DAY

PLAYED = [kind for kind in KINDS if kind in endpoints()]
NO_ANSWER = {Outcome.HTML, Outcome.PARSE_ERROR}  # which of them depends on whether the kind reads pages or not


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """All kinds at once, well."""
    with watching(tmp_path_factory.mktemp("watch"), PLAYED, seconds=1.5) as watch:
        assert {look.outcome for look in watch.look().values()} == {Outcome.OK}
        yield watch


def well(outcome: Outcome) -> bool:
    return outcome in {Outcome.OK, Outcome.NOT_MODIFIED}


@pytest.mark.parametrize("name", WIRE)
def test_a_fault_on_the_way_ends_in_its_state_and_passes(name: str, watch: Watch) -> None:
    fault, ends = WIRE[name]
    before = len(watch.entries())
    for kind in PLAYED:
        watch.net[kind].fault = fault
    looks = watch.look()
    for kind, look in looks.items():
        if ends is None:
            assert well(look.outcome), kind
        else:
            assert look.outcome is ends or {look.outcome, ends} <= NO_ANSWER, kind
            assert look.detail
            assert look.failures == 1
            assert watch.state(kind).outcome is look.outcome
    for kind in PLAYED:
        watch.net[kind].fault = None
    assert all(well(look.outcome) and look.failures == 0 for kind, look in watch.look().items())
    assert len(watch.entries()) == before


@pytest.mark.parametrize(
    ("name", "hours"), [("429 with seconds", 24), ("429 with a date", 24), ("429 without a word", 12), ("429 with nonsense", 12)]
)
def test_who_asks_us_to_wait_is_left_alone_for_as_long(name: str, hours: int, watch: Watch) -> None:
    for kind in PLAYED:
        watch.net[kind].fault = WIRE[name][0]
    looks = watch.look()
    for kind in PLAYED:
        watch.net[kind].fault = None
    assert {look.next_check - NOW for look in looks.values()} == {timedelta(hours=hours)}
    watch.look()


@pytest.mark.parametrize("name", ROWS)
def test_odd_rows_are_read_and_harm_no_other_entry(name: str, tmp_path: Path) -> None:
    with watching(tmp_path, PLAYED) as watch:
        watch.look()
        for kind in PLAYED:
            ROWS[name](watch.net[kind])
        watch.now = NOW + DAY
        looks = watch.look()
        for kind, look in looks.items():
            assert look.outcome in {Outcome.OK, Outcome.NOT_MODIFIED, Outcome.EMPTY}, (kind, look.detail)
            assert not look.missed_window or KINDS[kind].window
            assert len({entry.identity for entry in look.entries}) == len(look.entries)


def test_a_date_in_the_future_makes_no_entry_later_than_the_look(tmp_path: Path) -> None:
    with watching(tmp_path, PLAYED) as watch:
        for kind in PLAYED:
            ROWS["future dates"](watch.net[kind])
        watch.look()
        ahead = [
            stored for stored in watch.entries() if stored.entry.published and stored.entry.published > datetime(2031, 1, 1, tzinfo=UTC)
        ]
        assert ahead
        assert all(stored.effective() <= watch.now for stored in watch.entries())


def test_a_feed_that_was_overrun_says_so(tmp_path: Path) -> None:
    with watching(tmp_path, ["feed"]) as watch:
        watch.look()
        ROWS["window overrun"](watch.net["feed"])
        watch.now = NOW + 401 * DAY
        look = watch.look()["feed"]
        assert look.missed_window
        assert "come and gone unseen" in look.detail
