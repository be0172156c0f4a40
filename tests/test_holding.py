"""What is new all at once in a source we know, or comes from where it moved to, waits for a person and is neither lost nor sold as news."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.model import Entry, Outcome, Poll, SourceState, Validators
from monitor.store import Saved, Store
from tests.told import HOUR, LEDGER, NOW, WIRE, entry, look, watching

DAY = timedelta(days=1)
ELSEWHERE = "https://elsewhere.example/feed"


def news(prefix: str, count: int = 10, published: datetime | None = None, titles: str = "", links: str = "") -> list[Entry]:
    """Entries under guids of that prefix; dated a minute apart up to `published`."""
    return [
        entry(
            f"{prefix}-{number}",
            f"{titles or prefix} story {number}",
            link=f"https://wire.example/{links or prefix}/{number}",
            published=published and published - number * timedelta(minutes=1),
        )
        for number in range(count)
    ]


def known(store: Store, published: datetime | None = NOW) -> Store:
    """A store that has read the wire twice; its last document had ten entries."""
    watching(store).record_polls([look(*news("a", published=published))])
    store.record_polls([look(*news("a", published=published), at=NOW + HOUR)])
    return store


def state(store: Store) -> SourceState:
    return next(one for one in store.sources() if one.name == "wire-one")


def stored(store: Store) -> dict[str, bool]:
    """Identity → whether it is on file as a baseline."""
    return {one.entry.identity: one.baseline for one in store.entries(NOW - DAY, NOW + 400 * DAY)}


FLOODS = {
    "old dates": news("b", published=NOW - 9 * DAY),
    "old titles under new links": news("b", titles="a", published=NOW + 2 * DAY),
    "old links under new titles": news("b", links="a", published=NOW + 2 * DAY),
    "undated, old titles": news("b", titles="a"),
    "undated, three times as many": news("b", 40),
    "nearly all": [*news("b", 19, published=NOW - 9 * DAY), news("a", 1, NOW)[0]],
}
NEWS = {
    "a window that was overrun": news("b", published=NOW + 2 * DAY),
    "undated, as many as ever": news("b"),
    "many on a busy day": news("b", 60, published=NOW + 2 * DAY),
    "old ones beside known ones": [*news("b", 6, published=NOW - 9 * DAY), *news("a", 4, NOW)],
    "a few": news("b", 4, published=NOW - 9 * DAY),
    "a new guid for each": [replace(one, identity=f"new-{one.identity}", guid=f"new-{one.identity}") for one in news("a", published=NOW)],
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_held_with_its_day_and_changes_nothing_on_file(store: Store, name: str) -> None:
    before = stored(known(store))
    (saved,) = store.record_polls([look(*FLOODS[name], at=NOW + 2 * DAY)])
    fresh = [one for one in FLOODS[name] if one.identity.startswith("b")]
    assert (saved.new, saved.revised, saved.renamed, saved.held) == (0, 0, 0, len(fresh))
    assert stored(store) == before
    found = state(store)
    assert (found.outcome, found.outcome_since, found.held) == (Outcome.HELD, NOW + 2 * DAY, len(fresh))
    assert "monitor sources accept wire-one" in found.detail
    assert {one.identity for one in store.held("wire-one")} == {one.identity for one in fresh}


@pytest.mark.parametrize("name", NEWS)
def test_what_may_well_be_news_is_no_flood(store: Store, name: str) -> None:
    known(store)
    (saved,) = store.record_polls([look(*NEWS[name], at=NOW + 2 * DAY)])
    assert (saved.held, state(store).outcome) == (0, Outcome.OK)
    assert saved.new + saved.renamed == len([one for one in NEWS[name] if not one.identity.startswith("a")])


def test_a_source_that_brought_little_so_far_floods_nothing(store: Store) -> None:
    watching(store).record_polls([look(entry("a"))])
    assert store.record_polls([look(*news("b", published=NOW - 9 * DAY), at=NOW + DAY)])[0].new == 10


def flood(*more: Entry, at: datetime = NOW + 2 * DAY) -> Poll:
    return look(*FLOODS["old dates"], *more, at=at)


LATER = entry("b-new", "Something really new", published=NOW + 3 * DAY)


def test_looks_at_a_flood_that_goes_on_lose_nothing(store: Store) -> None:
    known(store).record_polls([flood()])
    (saved,) = store.record_polls([flood(LATER, at=NOW + 3 * DAY)])
    assert (saved.new, saved.held, state(store).outcome_since) == (0, 11, NOW + 2 * DAY)
    assert store.held("wire-one")[-1].identity == "b-new"


def test_an_accepted_flood_is_a_baseline_and_what_came_after_it_is_news(store: Store) -> None:
    known(store).record_polls([flood()])
    store.record_polls([flood(LATER, at=NOW + 3 * DAY)])
    assert store.accept_held("wire-one", None, NOW + 4 * DAY) == 11
    found = stored(store)
    assert (found["b-0"], found["b-new"]) == (True, False)
    after = state(store)
    assert (after.outcome, after.outcome_since, after.held, after.detail) == (Outcome.OK, NOW + 4 * DAY, 0, "")
    assert (after.entries, after.next_check) == (21, NOW + 4 * DAY)
    assert store.record_polls([flood(LATER, at=NOW + 5 * DAY)])[0] == Saved()


def test_a_refused_flood_stays_out_and_what_comes_after_it_is_news(store: Store) -> None:
    known(store).record_polls([flood()])
    assert store.refuse_held("wire-one", NOW + 3 * DAY) == 10
    assert (state(store).outcome, state(store).held, state(store).validators) == (Outcome.OK, 0, Validators())
    assert store.record_polls([flood(LATER, at=NOW + 4 * DAY)])[0] == Saved(new=1)
    assert "b-0" not in stored(store)
    assert stored(store)["b-new"] is False


def test_a_flood_that_ends_by_itself_frees_the_source_and_keeps_what_waits(store: Store) -> None:
    known(store).record_polls([flood()])
    usual = [*news("a", 9, NOW), FLOODS["old dates"][3]]
    store.record_polls([look(*usual, at=NOW + 3 * DAY)])
    found = state(store)
    assert (found.outcome, found.outcome_since, found.held) == (Outcome.OK, NOW + 3 * DAY, 9)
    assert stored(store)["b-3"] is False
    assert store.accept_held("wire-one", None, NOW + 4 * DAY) == 9


# ---- moved for good ------------------------------------------------------------------------------------------------------


def moved(*entries: Entry, at: datetime = NOW + 2 * DAY) -> Poll:
    return look(*entries, at=at, outcome=Outcome.MOVED, moved_to=ELSEWHERE)


def test_what_is_new_where_a_source_moved_to_is_held(store: Store) -> None:
    known(store)
    (saved,) = store.record_polls([moved(*news("a", 9, NOW), LATER)])
    found = state(store)
    assert (saved.new, saved.held, found.held) == (0, 1, 1)
    assert (found.outcome, found.outcome_since, found.moved_to) == (Outcome.MOVED, NOW + 2 * DAY, ELSEWHERE)
    assert f"leads for good to {ELSEWHERE}; 1 new entries" in found.detail


def test_an_accepted_move_goes_on_where_it_was(store: Store) -> None:
    known(store).record_polls([moved(*news("a", 9, NOW), LATER)])
    new = replace(WIRE, url=ELSEWHERE)
    assert store.accept_held("wire-one", new, NOW + 3 * DAY) == 1
    before = store.sources()
    store.sync_sources([new, LEDGER], NOW + 3 * DAY)
    assert store.sources() == before
    found = state(store)
    assert (found.outcome, found.moved_to, found.held, found.baseline_done) == (Outcome.OK, None, 0, True)
    assert store.record_polls([look(*news("a", 9, NOW), LATER, entry("c", "Another"), at=NOW + 4 * DAY)])[0] == Saved(new=1)


def test_a_refused_move_is_remembered(store: Store) -> None:
    known(store).record_polls([moved(LATER)])
    assert store.refuse_held("wire-one", NOW + 3 * DAY) == 1
    assert (state(store).refused_move, state(store).held) == (ELSEWHERE, 0)


def test_the_first_look_may_be_led_elsewhere(store: Store) -> None:
    watching(store)
    assert store.record_polls([moved(*news("a", published=NOW))])[0].new == 10
    assert set(stored(store).values()) == {True}


# ---- rhythm ----------------------------------------------------------------------------------------------------------------


def test_the_rhythm_of_a_source_is_that_of_the_looks_which_brought_something(store: Store) -> None:
    watching(store)
    for day, name in ((0, "a"), (10, "b"), (11, "b"), (14, "c")):
        store.record_polls([look(entry(name, name), at=NOW + day * DAY)])
        if name == "b":
            assert state(store).rhythm == 10 * DAY
    assert state(store).rhythm == (3 * 10 * DAY + 4 * DAY) / 4
