"""What looks bring: stored once, with what makes the next request conditional; edits are revisions, first looks are baselines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.errors import NotFound
from monitor.model import Entry, Outcome, Source, SourceState, Validators
from monitor.store import Saved, Store
from tests.told import HOUR, LEDGER, NOW, WIRE, entry, look, watching

DAY = timedelta(days=1)


def stored(store: Store) -> list[Entry]:
    return [one.entry for one in store.entries(NOW - DAY, NOW + 400 * DAY)]


def state(store: Store, name: str = "wire-one") -> SourceState:
    return next(one for one in store.sources() if one.name == name)


def test_an_entry_comes_back_as_it_was_given(store: Store) -> None:
    full = entry(
        lead="Ein Wort: Zürich", body="第二 🧬", link="https://wire.example/a?b=c", authors=("A. Smith", "B"), published_text="Mon, 4 May",
        published=NOW - HOUR, language="de",
    )  # fmt: skip
    watching(store).record_polls([look(full)])
    assert stored(store) == [full]


def test_links_and_guids_that_repeat_the_identity_come_back_too(store: Store) -> None:
    same = entry("https://wire.example/1", link="https://wire.example/1", guid="https://wire.example/1")
    none = entry("hash-1", "Another", link="", guid="")
    watching(store).record_polls([look(same, none)])
    assert stored(store) == [same, none]


def test_what_was_stored_is_not_stored_again(store: Store) -> None:
    watching(store).record_polls([look(entry("a"), entry("b", "Another"))])
    assert store.record_polls([look(entry("a"), entry("b", "Another"), at=NOW + HOUR)]) == (Saved(),)
    assert len(stored(store)) == 2


def test_one_identity_from_two_sources_is_two_entries(store: Store) -> None:
    watching(store).record_polls([look(entry()), look(entry(), source="ledger")])
    assert [one.source for one in stored(store)] == ["wire-one", "ledger"]


def test_saved_comes_in_the_order_of_the_looks(store: Store) -> None:
    watching(store)
    looks = [look(source="ledger"), look(entry("a"), entry("b", "Another")), look(entry("c", "Third"), at=NOW + HOUR)]
    assert store.record_polls(looks) == (Saved(), Saved(new=2), Saved(new=1))


def test_the_first_look_that_read_a_document_is_a_baseline_and_no_other(store: Store) -> None:
    watching(store)
    store.record_polls([look(outcome=Outcome.UNREACHABLE, validators=None)])
    assert not state(store).baseline_done
    store.record_polls([look(entry("old"), at=NOW + HOUR)])
    store.record_polls([look(entry("old"), entry("new", "Another"), at=NOW + 2 * HOUR)])
    assert [(one.entry.identity, one.baseline) for one in store.entries(NOW, NOW + DAY)] == [("old", True), ("new", False)]


def test_an_edited_entry_keeps_what_it_said_before_and_is_decided_about_again(store: Store) -> None:
    before = entry(lead="USD 7.0 billion")
    after = entry(lead="USD 7.8 billion")
    watching(store).record_polls([look(before)])
    assert store.record_polls([look(after, at=NOW + HOUR)]) == (Saved(revised=1),)
    (found,) = store.unassessed(10)
    assert (found.entry, found.revision, found.first_seen) == (after, 2, NOW)
    assert store.revisions(found.id) == (before,)


def test_a_second_edit_keeps_both_earlier_texts(store: Store) -> None:
    watching(store)
    texts = [entry(lead=text) for text in ("one", "two", "three")]
    for hour, text in enumerate(texts):
        store.record_polls([look(text, at=NOW + hour * HOUR)])
    assert store.revisions(store.unassessed(1)[0].id) == tuple(texts[:2])


def test_a_known_item_under_a_new_guid_is_not_new(store: Store) -> None:
    old = entry("guid-1", link="http://www.wire.example/story/?utm_source=rss")
    moved = entry("guid-2", "Gilead  to buy ARCELLX", link="https://wire.example/story")
    watching(store).record_polls([look(old)])
    assert store.record_polls([look(moved, at=NOW + 90 * DAY)])[0].new == 0
    assert store.record_polls([look(moved, at=NOW + 91 * DAY)]) == (Saved(),)
    assert [one.identity for one in stored(store)] == ["guid-2"]


def test_a_new_guid_with_the_same_words_is_no_revision(store: Store) -> None:
    link = "https://wire.example/story"
    watching(store).record_polls([look(entry("guid-1", link=link))])
    assert store.record_polls([look(entry("guid-2", link=link), at=NOW + HOUR)]) == (Saved(renamed=1),)


@pytest.mark.parametrize(
    "other",
    [
        entry("guid-2", link="https://wire.example/another"),
        entry("guid-2", "Another title", link="https://wire.example/story"),
    ],
)
def test_another_link_or_title_is_another_item(store: Store, other: Entry) -> None:
    watching(store).record_polls([look(entry("guid-1", link="https://wire.example/story"))])
    assert store.record_polls([look(other, at=NOW + HOUR)]) == (Saved(new=1),)


def test_a_title_that_comes_back_after_half_a_year_is_another_item(store: Store) -> None:
    link = "https://wire.example/weekly"
    watching(store).record_polls([look(entry("guid-1", link=link))])
    assert store.record_polls([look(entry("guid-2", link=link), at=NOW + 181 * DAY)]) == (Saved(new=1),)


def test_two_items_of_one_document_stay_two_however_alike(store: Store) -> None:
    link = "https://wire.example/weekly"
    watching(store).record_polls([look(entry("guid-1", link=link))])
    assert store.record_polls([look(entry("guid-1", link=link), entry("guid-2", link=link), at=NOW + HOUR)]) == (Saved(new=1),)


def test_the_source_remembers_what_the_look_said(store: Store) -> None:
    watching(store).record_polls([look(entry(published=NOW - HOUR), every=timedelta(minutes=30), wanted_identity="guid")])
    found = state(store)
    assert found.validators == Validators('"v1"', "Mon, 04 May 2026 04:00:00 GMT", "b0d7")
    assert (found.outcome, found.outcome_since, found.last_check, found.last_success, found.last_entry) == (Outcome.OK, *[NOW] * 4)
    assert (found.next_check, found.every, found.entries) == (NOW + HOUR, timedelta(minutes=30), 1)
    assert found.newest_published == NOW - HOUR


def test_a_look_without_validators_keeps_the_old_ones(store: Store) -> None:
    watching(store).record_polls([look(entry())])
    store.record_polls([look(outcome=Outcome.NOT_MODIFIED, validators=None, at=NOW + HOUR)])
    assert state(store).validators.etag == '"v1"'


def test_since_when_a_source_is_in_its_state_survives_looks_that_find_the_same(store: Store) -> None:
    watching(store)
    for hour, outcome in enumerate([Outcome.OK, Outcome.NOT_MODIFIED, Outcome.OK, Outcome.BLOCKED, Outcome.BLOCKED]):
        store.record_polls([look(outcome=outcome, failures=hour, at=NOW + hour * HOUR)])
    found = state(store)
    assert (found.outcome, found.outcome_since, found.last_success) == (Outcome.BLOCKED, NOW + 3 * HOUR, NOW + 2 * HOUR)


def test_missed_windows_are_counted_and_dated(store: Store) -> None:
    watching(store).record_polls([look(entry(), missed_window=True)])
    found = state(store)
    assert (found.missed_windows, found.last_missed_window) == (1, NOW)
    assert {one.source: one.missed_windows for one in store.coverage(NOW - HOUR, NOW + HOUR)} == {"ledger": 0, "wire-one": 1}


def test_coverage_counts_what_came_in_the_period_alone(store: Store) -> None:
    watching(store)
    store.record_polls([look(entry("a"), at=NOW - HOUR)])
    store.record_polls([look(entry("b", "B"), entry("c", "C"), at=NOW)])
    store.record_polls([look(entry("d", "D"), at=NOW + HOUR)])
    assert {one.source: one.entries for one in store.coverage(NOW, NOW + HOUR)} == {"ledger": 0, "wire-one": 2}


def test_a_look_at_a_source_nobody_named_is_refused_and_nothing_is_written(store: Store) -> None:
    watching(store)
    with pytest.raises(NotFound, match="nowhere"):
        store.record_polls([look(entry()), look(source="nowhere")])
    assert stored(store) == []


def test_a_naive_time_is_refused(store: Store) -> None:
    watching(store)
    naive = datetime(2026, 5, 4)  # noqa: DTZ001
    for wrong in (look(entry(), finished=naive), look(entry(), next_check=naive), look(entry(published=naive))):
        with pytest.raises(ValueError, match="no time zone"):
            store.record_polls([wrong])
    assert stored(store) == []


def test_text_that_no_database_takes_costs_the_look_nothing_else(store: Store) -> None:
    watching(store).record_polls([look(entry("a", "NUL \0 inside"), entry("b", "half \ud83d"), entry("c", "fine"))])
    assert [one.title for one in stored(store)] == ["NUL  inside", "half ?", "fine"]
    assert store.record_polls([look(entry("a", "NUL \0 inside"), at=NOW + HOUR)])[0].new == 0


# ---- whose turn it is ------------------------------------------------------------------------------------------------


def test_a_due_source_is_given_to_one_caller_and_comes_back_when_its_lease_ends(store: Store, database_url: str) -> None:
    watching(store)
    with Store.open(database_url) as other:
        assert [one.name for one in store.claim_sources(NOW, 10, HOUR)] == ["wire-one", "ledger"]
        assert other.claim_sources(NOW, 10, HOUR) == ()
        assert len(other.claim_sources(NOW + HOUR, 10, HOUR)) == 2


def test_the_longest_due_comes_first_and_no_more_than_asked_for(store: Store) -> None:
    watching(store)
    store.record_polls([look(entry(), next_check=NOW + 2 * HOUR), look(source="ledger", next_check=NOW + HOUR)])
    assert [one.name for one in store.claim_sources(NOW + 3 * HOUR, 1, HOUR)] == ["ledger"]


def test_a_named_source_is_claimed_whether_due_or_not(store: Store) -> None:
    watching(store).record_polls([look(entry())])
    claimed = store.claim_source("wire-one", NOW, HOUR)
    assert claimed is not None
    assert (claimed.entries, claimed.next_check) == (1, NOW + HOUR)
    assert store.claim_source("nowhere", NOW, HOUR) is None


def test_a_source_that_is_switched_off_is_never_due(store: Store) -> None:
    watching(store, WIRE, replace(LEDGER, enabled=False))
    assert [one.name for one in store.claim_sources(NOW, 10, HOUR)] == ["wire-one"]


# ---- feeds.yaml ------------------------------------------------------------------------------------------------------


def test_a_source_that_left_feeds_yaml_keeps_its_entries_and_its_state(store: Store) -> None:
    watching(store).record_polls([look(entry())])
    store.sync_sources([LEDGER], NOW)
    assert [one.name for one in store.sources()] == ["ledger"]
    assert len(stored(store)) == 1
    store.sync_sources([WIRE, LEDGER], NOW)
    assert state(store).entries == 1
    assert state(store).baseline_done


def test_another_address_forgets_what_the_old_one_said_and_begins_with_a_baseline(store: Store) -> None:
    watching(store).record_polls([look(entry("a"))])
    store.sync_sources([replace(WIRE, url="https://wire.example/new"), LEDGER], NOW + HOUR)
    found = state(store)
    assert (found.validators, found.outcome, found.baseline_done, found.next_check) == (Validators(), None, False, NOW + HOUR)
    store.record_polls([look(entry("a"), entry("b", "B"), at=NOW + HOUR)])
    assert [one.baseline for one in store.entries(NOW, NOW + DAY)] == [True, True]


def test_a_shorter_interval_counts_at_once(store: Store) -> None:
    watching(store, replace(WIRE, every=DAY)).record_polls([look(next_check=NOW + DAY)])
    store.sync_sources([replace(WIRE, every=HOUR)], NOW)
    assert state(store).next_check == NOW + HOUR


def test_the_same_feeds_yaml_again_changes_nothing(store: Store) -> None:
    watching(store).record_polls([look(entry(), next_check=NOW + 5 * HOUR)])
    before = store.sources()
    store.sync_sources([Source("wire-one", WIRE.url, tier=3), LEDGER], NOW + HOUR)
    assert store.sources() == before


# ---- reading entries -------------------------------------------------------------------------------------------------


def test_entries_are_found_by_number_and_by_link(store: Store) -> None:
    watching(store).record_polls([look(entry("a", link="https://wire.example/a/?utm_medium=mail#top"), entry("b", "B"))])
    (found,) = store.entries_at("http://www.wire.example/a")
    assert store.entry(found.id) == found
    with pytest.raises(NotFound):
        store.entry(99)


def test_a_range_of_entries_is_read_page_by_page_without_loss(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.store.entries.PAGE", 3)
    watching(store)
    for hour in range(3):
        store.record_polls([look(*(entry(f"{hour}-{n}", f"{hour} {n}") for n in range(4)), at=NOW + hour * HOUR)])
    assert [one.entry.identity for one in store.entries(NOW, NOW + 2 * HOUR)] == [f"{hour}-{n}" for hour in range(2) for n in range(4)]


def test_the_window_of_a_first_look_reaches_from_its_oldest_to_its_newest_date(store: Store) -> None:
    watching(store)
    dated = [entry(str(n), f"Title {n}", published=NOW - n * HOUR) for n in range(5)]
    store.record_polls([look(*dated, entry("undated", "No date", published=None))])
    store.record_polls([look(entry("later", "Later", published=NOW + DAY), at=NOW + DAY)])
    assert store.first_windows() == {"wire-one": (5, NOW - 4 * HOUR, NOW)}
