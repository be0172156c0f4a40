"""What was decided about entries, which reports can tell one event, and what becomes of events when that changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.errors import NotFound
from monitor.model import Reason, Status
from monitor.store import ReportKey, Store
from tests.told import HOUR, NOW, assessed, entry, line, look, read, report, told, watching

LATER = NOW + HOUR


def clustered(store: Store, *titles: str) -> tuple[int, ...]:
    """Entries that each tell the same deal, in event e1."""
    numbers = read(watching(store), *titles)
    reports = [report(number) for number in numbers]
    store.record_assessments([assessed(number, one) for number, one in zip(numbers, reports, strict=True)], NOW)
    store.record_events([told("e1", *reports)], NOW)
    return numbers


def status(store: Store, number: str) -> Status:
    return store.development(number).status


# ---- assessments -----------------------------------------------------------------------------------------------------


def test_an_assessment_comes_back_as_it_was_given(store: Store) -> None:
    number, other = read(watching(store), "one", "two")
    kept = assessed(number, report(number), report(number, 1, "other"))
    dropped = replace(assessed(other), mentions=report(other).mentions, reasons=(Reason("no type", None, 0.5),))
    store.record_assessments([kept, dropped], NOW)
    assert (store.assessment(number), store.assessment(other)) == (kept, dropped)
    assert store.unassessed(10) == ()


def test_nothing_is_known_of_an_entry_before_it_is_decided_about(store: Store) -> None:
    (number,) = read(watching(store), "one")
    assert store.assessment(number) is None


def test_a_decision_about_an_older_revision_is_left_out(store: Store) -> None:
    (number,) = read(watching(store), "one")
    store.record_polls([look(entry("one", "one", lead="edited"), at=LATER)])
    store.record_assessments([assessed(number, report(number))], LATER)
    assert store.assessment(number) is None
    assert [one.revision for one in store.unassessed(10)] == [2]


def test_the_digest_counts_what_was_read_kept_and_dropped_in_its_period(store: Store) -> None:
    one, two, three, _ = read(watching(store), "one", "two", "three", "four")
    read(store, "later", at=LATER)
    noise = assessed(three, dropped="noise law_firm_alert by law-3: said so")
    store.record_assessments([assessed(one, report(one)), assessed(two), noise], NOW)
    assert store.counts(NOW, LATER) == (4, 1, {"no_tracked_name": 1, "noise law_firm_alert": 1})


# ---- what could tell one event ---------------------------------------------------------------------------------------


def test_a_component_reaches_through_keys_and_events_and_no_further(store: Store) -> None:
    a, b, c, d, e = read(watching(store), "a", "b", "c", "d", "e")
    reports = [report(a, 0, "x"), report(b, 0, "x", "y"), report(c, 0, "y"), report(d, 0, "z"), report(e, 0, "alone")]
    store.record_assessments([assessed(one.entry, one) for one in reports], NOW)
    store.record_events([told("e1", reports[2], reports[3])], NOW)
    assert store.unclustered(10) == (ReportKey(a, 0), ReportKey(b, 0), ReportKey(e, 0))
    assert store.component([ReportKey(a, 0)]) == ((reports[0], None), (reports[1], None), (reports[2], "e1"), (reports[3], "e1"))


def test_an_event_comes_back_with_its_reports_best_first(store: Store) -> None:
    one, two = read(watching(store), "one", "two")
    reports = [report(two), report(one)]
    store.record_assessments([assessed(each.entry, each) for each in reports], NOW)
    change = told("e1", *reports)
    store.record_events([change], NOW)
    assert store.event("e1") == change.event
    assert store.reports(one) == ((reports[1], "e1"),)
    assert store.unclustered(10) == ()


def test_the_same_decision_again_leaves_the_event_alone(store: Store) -> None:
    (number,) = clustered(store, "one")
    store.record_assessments([assessed(number, report(number))], LATER)
    assert store.unclustered(10) == ()


def test_another_decision_is_clustered_anew_together_with_its_event(store: Store) -> None:
    one, two = clustered(store, "one", "two")
    changed = report(one, 0, "another", score=0.5)
    store.record_assessments([assessed(one, changed)], LATER)
    assert store.unclustered(10) == (ReportKey(one, 0),)
    assert store.component([ReportKey(one, 0)]) == ((changed, "e1"), (report(two), "e1"))


def test_deciding_anew_about_everything_keeps_events_and_their_ids(store: Store) -> None:
    numbers = clustered(store, "one", "two")
    store.forget_assessments()
    assert len(store.unassessed(10)) == 2
    store.record_assessments([assessed(number, report(number)) for number in numbers], LATER)
    assert store.component(store.unclustered(10)) == tuple((report(number), "e1") for number in numbers)


def test_an_event_that_changed_meanwhile_waits_for_the_next_round(store: Store) -> None:
    (number,) = read(watching(store), "one")
    store.record_assessments([assessed(number, report(number))], NOW)
    store.record_assessments([assessed(number, report(number, score=0.1))], NOW)
    store.record_events([told("e1", report(number))], NOW)
    assert store.unclustered(10) == (ReportKey(number, 0),)
    assert store.developments("act") == ()


# ---- events that end -------------------------------------------------------------------------------------------------


def test_the_lines_of_an_event_that_nobody_tells_any_more_are_withdrawn(store: Store) -> None:
    (number,) = clustered(store, "one")
    store.record_assessments([assessed(number)], LATER)
    found = store.development("e1-act")
    assert (found.status, found.flag, found.updated_at) == (Status.WITHDRAWN, "no source tells it any more", LATER)
    with pytest.raises(NotFound):
        store.event("e1")


def test_what_a_person_decided_is_flagged_instead(store: Store) -> None:
    (number,) = clustered(store, "one")
    store.decide("e1-act", Status.ACCEPTED, "km", NOW)
    store.record_assessments([assessed(number)], LATER)
    found = store.development("e1-act")
    assert (found.status, found.flag) == (Status.ACCEPTED, "no source tells it any more")


def test_an_event_that_loses_one_of_its_reports_is_told_anew(store: Store) -> None:
    one, two = clustered(store, "one", "two")
    store.record_assessments([assessed(one)], LATER)
    assert store.component(store.unclustered(10)) == ((report(two), "e1"),)
    assert status(store, "e1-act") is Status.PROPOSED


def test_a_withdrawn_line_comes_back_under_its_id_when_it_is_told_again(store: Store) -> None:
    (number,) = clustered(store, "one")
    store.record_assessments([assessed(number)], LATER)
    store.record_assessments([assessed(number, report(number))], LATER)
    store.record_events([told("e1", report(number), updated_at=LATER)], LATER)
    found = store.development("e1-act")
    assert (found.status, found.flag, found.updated_at, found.first_seen) == (Status.PROPOSED, "", LATER, NOW)


# ---- events that merge and part --------------------------------------------------------------------------------------


def apart(store: Store) -> tuple[int, int]:
    """Two entries in two events, e1 and e2, the first told earlier."""
    one, two = read(watching(store), "one", "two")
    store.record_assessments([assessed(one, report(one, 0, "x")), assessed(two, report(two, 0, "y"))], NOW)
    store.record_events([told("e1", report(one, 0, "x")), told("e2", report(two, 0, "y"))], NOW)
    return one, two


def merge(store: Store, one: int, two: int) -> None:
    """Have e1 tell both."""
    store.forget_assessments()
    store.record_events([told("e1", report(one, 0, "x"), report(two, 0, "y"))], LATER)


def test_when_two_events_merge_the_line_of_the_earlier_stays_and_the_other_names_it(store: Store) -> None:
    merge(store, *apart(store))
    other = store.development("e2-act")
    assert status(store, "e1-act") is Status.PROPOSED
    assert (other.status, other.flag, other.event) == (Status.WITHDRAWN, "merged into e1-act", "e1")
    with pytest.raises(NotFound):
        store.event("e2")


def test_when_two_events_merge_a_decided_line_stays_whichever_it_was(store: Store) -> None:
    one, two = apart(store)
    accepted = store.decide("e2-act", Status.ACCEPTED, "km", NOW)
    merge(store, one, two)
    survivor, other = store.development("e2-act"), store.development("e1-act")
    assert (survivor.status, survivor.line_text, survivor.event) == (Status.ACCEPTED, accepted.line_text, "e1")
    assert (other.status, other.flag) == (Status.WITHDRAWN, "merged into e2-act")


def test_the_survivor_stays_the_line_of_the_merged_event(store: Store) -> None:
    one, two = apart(store)
    store.decide("e2-act", Status.ACCEPTED, "km", NOW)
    merge(store, one, two)
    merge(store, one, two)
    assert [(found.id, found.status) for found in store.developments_of("e1")] == [
        ("e1-act", Status.WITHDRAWN),
        ("e2-act", Status.ACCEPTED),
    ]


def test_two_decided_lines_of_one_event_both_stay_and_the_later_names_the_other(store: Store) -> None:
    one, two = apart(store)
    for number in ("e1-act", "e2-act"):
        store.decide(number, Status.ACCEPTED, "km", NOW)
    merge(store, one, two)
    assert {found.id: found.status for found in store.developments("act")} == {"e1-act": Status.ACCEPTED, "e2-act": Status.ACCEPTED}
    assert store.development("e2-act").flag == "the same event is told by e1-act"


def test_a_line_in_the_report_goes_before_a_rejected_one(store: Store) -> None:
    one, two = apart(store)
    store.decide("e1-act", Status.REJECTED, "km", NOW)
    store.decide("e2-act", Status.ACCEPTED, "km", NOW)
    merge(store, one, two)
    assert store.development("e1-act").flag == "the same event is told by e2-act"


def test_events_that_part_again_get_their_own_lines_back(store: Store) -> None:
    one, two = apart(store)
    store.decide("e2-act", Status.ACCEPTED, "km", NOW)
    merge(store, one, two)
    store.forget_assessments()
    store.record_events([told("e1", report(one, 0, "x")), told("e2", report(two, 0, "y"))], LATER + HOUR)
    assert (status(store, "e1-act"), status(store, "e2-act")) == (Status.PROPOSED, Status.ACCEPTED)
    assert {store.development(number).event for number in ("e1-act", "e2-act")} == {"e1", "e2"}
    assert store.development("e2-act").flag == ""


def test_a_line_for_a_market_the_event_left_is_withdrawn(store: Store) -> None:
    (number,) = clustered(store, "one")
    store.record_events([replace(told("e1", report(number)), developments=(line("e1", market="lm", id="e1-lm"),))], LATER)
    assert (status(store, "e1-act"), status(store, "e1-lm")) == (Status.WITHDRAWN, Status.PROPOSED)
