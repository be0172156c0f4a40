"""The table for report builders: its order, its filters, and lines that stay as a person decided them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from monitor.errors import DecisionError, NotFound
from monitor.model import IN_REPORT, Development, Status
from monitor.store import Decision, Store
from tests.developments import CARVYKTI, GALAPAGOS
from tests.told import HOUR, NOW, assessed, line, read, report, told, watching

LATER = NOW + HOUR
ACT = "adoptive-cell-therapy"


def proposed(store: Store, *lines: Development) -> Store:
    """The store with these lines, each for an event of its own."""
    numbers = read(watching(store), *(one.id for one in lines))
    store.record_assessments([assessed(number, report(number, 0, str(number))) for number in numbers], NOW)
    changes = [told(one.event, report(number, 0, str(number))) for number, one in zip(numbers, lines, strict=True)]
    store.record_events([replace(change, developments=(one,)) for change, one in zip(changes, lines, strict=True)], NOW)
    return store


def told_again(store: Store, **facts: Any) -> Development:
    """Have the one event of the store told again an hour later, differing by these facts."""
    store.forget_assessments()
    ((found, event),) = store.component(store.unclustered(1))
    assert event is not None
    store.record_events([told(event, found, **{"n_sources": 4, "updated_at": LATER, **facts})], LATER)
    return store.development(f"{event}-act")


def ids(found: tuple[Development, ...]) -> list[str]:
    return [one.event for one in found]


def dated(event: str, day: date, **facts: Any) -> Development:
    return line(event, event_date=day, **facts)


WEEK = (
    dated("day-1", date(2026, 4, 1)),
    dated("day-30", date(2026, 4, 30)),
    dated("weighty", date(2026, 4, 20), importance=5),
    dated("light-b", date(2026, 4, 20), importance=2),
    dated("light-a", date(2026, 4, 20), importance=2),
    dated("april", date(2026, 4, 1), date_precision="month"),
    dated("quarter", date(2026, 4, 1), date_precision="quarter"),
    dated("march-31", date(2026, 3, 31)),
    dated("march", date(2026, 3, 15), date_precision="month"),
    dated("year", date(2026, 1, 1), date_precision="year"),
    dated("before", date(2025, 12, 31)),
)
NEWEST_FIRST = ["day-30", "weighty", "light-a", "light-b", "day-1", "april", "quarter", "march-31", "march", "year", "before"]


def test_a_line_comes_back_as_it_was_proposed(store: Store) -> None:
    one = line("e1", deal_upfront=3250.0, deal_max=7000.0, currency="USD", superseded_by="e9-act", subtype=None)
    assert proposed(store, one).developments("act") == (one,)


def test_newest_first_then_importance_then_id_and_months_behind_their_days(store: Store) -> None:
    assert ids(proposed(store, *WEEK).developments("act")) == NEWEST_FIRST


def test_oldest_first_is_the_reverse(store: Store) -> None:
    assert ids(proposed(store, *WEEK).developments("act", oldest_first=True)) == NEWEST_FIRST[::-1]


def test_a_period_takes_in_what_can_have_happened_in_it(store: Store) -> None:
    found = proposed(store, *WEEK).developments("act", since=date(2026, 4, 10), until=date(2026, 4, 20))
    assert ids(found) == ["weighty", "light-a", "light-b", "april", "quarter", "year"]


def test_a_limit_cuts_the_end(store: Store) -> None:
    assert ids(proposed(store, *WEEK).developments("act", limit=2)) == NEWEST_FIRST[:2]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"players": ["gilead", "kite"]}, ["deal"]),
        ({"types": ["approval"]}, ["cleared", "britain"]),
        ({"regions": ["europe"]}, ["britain"]),
        ({"regions": ["United Kingdom", "nowhere"]}, ["britain"]),
        ({"statuses": [Status.MENTION]}, ["deal"]),
        ({"minimum_importance": 5}, ["cleared"]),
        ({"players": ["bms"], "types": ["acquisition"]}, []),
        ({}, ["deal", "cleared", "britain"]),
    ],
)
def test_filters(store: Store, wanted: dict[str, Any], found: list[str]) -> None:
    proposed(
        store,
        line("cleared", importance=5),
        dated("deal", date(2026, 1, 1), type="acquisition", players=(("gilead", "Gilead", ""),), status=Status.MENTION, importance=3),
        dated("britain", date(2025, 1, 1), country="United Kingdom", region="europe", importance=3),
    )
    assert ids(store.developments("act", **wanted)) == found


def test_the_report_gets_baseline_accepted_and_edited_lines(store: Store) -> None:
    proposed(store, line("a"), line("b"), line("c")).sync_baseline([replace(CARVYKTI, market="act")])
    store.decide("a-act", Status.ACCEPTED, "km", NOW)
    store.decide("b-act", Status.EDITED, "km", NOW, "In my words.")
    assert [one.id for one in store.developments("act", statuses=IN_REPORT, oldest_first=True)] == [CARVYKTI.id, "b-act", "a-act"]


def test_told_again_the_same_a_line_does_not_look_changed(store: Store) -> None:
    before = proposed(store, line("e1")).development("e1-act")
    assert told_again(store) == before


def test_an_undecided_line_follows_its_event_and_keeps_when_it_was_first_seen(store: Store) -> None:
    proposed(store, line("e1"))
    found = told_again(store, agency="EMA", first_seen=LATER)
    assert (found.agency, found.first_seen, found.updated_at) == ("EMA", NOW, LATER)


def test_what_changed_is_found_by_when_it_was_seen_or_changed(store: Store) -> None:
    proposed(store, line("e1"))
    told_again(store, agency="EMA")
    assert [len(store.developments_changed(["act"], NOW + n * HOUR, NOW + (n + 1) * HOUR)) for n in (-1, 0, 1, 2)] == [0, 1, 1, 0]
    assert store.developments_changed(["lm"], NOW, LATER) == store.developments_changed([], NOW, LATER) == ()


# ---- decisions -------------------------------------------------------------------------------------------------------


def test_an_accepted_line_says_who_accepted_it_and_when(store: Store) -> None:
    found = proposed(store, line("e1")).decide("e1-act", Status.ACCEPTED, "km", LATER)
    assert (found.status, found.reviewed_by, found.reviewed_at) == (Status.ACCEPTED, "km", LATER)
    assert store.development("e1-act") == found
    assert store.decisions("e1-act") == (Decision(LATER, "km", Status.PROPOSED, Status.ACCEPTED, found.line_text, found.line_text),)


@pytest.mark.parametrize(("status", "words"), [(Status.ACCEPTED, None), (Status.REJECTED, None), (Status.EDITED, "In my words.")])
def test_deciding_the_same_again_changes_nothing(store: Store, status: Status, words: str | None) -> None:
    first = proposed(store, line("e1")).decide("e1-act", status, "km", NOW, words)
    assert store.decide("e1-act", status, "somebody else", LATER, words) == first
    assert len(store.decisions("e1-act")) == 1


@pytest.mark.parametrize(("status", "words"), [(Status.ACCEPTED, None), (Status.REJECTED, None), (Status.EDITED, "In my words.")])
def test_what_a_person_decided_is_frozen_and_only_flagged(store: Store, status: Status, words: str | None) -> None:
    before = proposed(store, line("e1")).decide("e1-act", status, "km", NOW, words)
    after = told_again(store, agency="EMA", line_text="Other words.", event_date=date(2025, 12, 5), headline="Other", status=Status.REVIEW)
    assert replace(after, flag="", updated_at=before.updated_at) == before
    assert after.flag == (
        "date now 2025-12-05 (day), was 2025-12-04 (day); agency now EMA, was FDA; the line would now be proposed in other words"
    )
    proposal = store.proposal("e1-act")
    assert proposal is not None
    assert (proposal.agency, proposal.line_text) == ("EMA", "Other words.")


def test_one_more_source_that_says_nothing_new_raises_no_flag(store: Store) -> None:
    before = proposed(store, line("e1")).decide("e1-act", Status.ACCEPTED, "km", NOW)
    assert told_again(store, n_sources=9) == before


def test_a_flag_goes_when_its_reason_does(store: Store) -> None:
    proposed(store, line("e1")).decide("e1-act", Status.ACCEPTED, "km", NOW)
    assert told_again(store, agency="EMA").flag
    assert told_again(store).flag == ""


def test_a_new_decision_takes_over_the_facts_as_they_are_known_then(store: Store) -> None:
    proposed(store, line("e1")).decide("e1-act", Status.ACCEPTED, "km", NOW)
    told_again(store, agency="EMA", line_text="Other words.")
    found = store.decide("e1-act", Status.EDITED, "km", LATER, "In my words.")
    assert (found.agency, found.line_text, found.flag) == ("EMA", "In my words.", "")
    assert told_again(store, agency="EMA", line_text="Other words.").flag == ""


def test_accepting_after_an_edit_takes_the_proposed_words_back(store: Store) -> None:
    offered = proposed(store, line("e1")).development("e1-act").line_text
    store.decide("e1-act", Status.EDITED, "km", NOW, "In my words.")
    assert store.decide("e1-act", Status.ACCEPTED, "km", NOW).line_text == offered


def test_the_reports_own_lines_cannot_be_decided(store: Store) -> None:
    store.sync_baseline([CARVYKTI])
    with pytest.raises(DecisionError, match="baseline"):
        store.decide(CARVYKTI.id, Status.REJECTED, "km", NOW)
    assert store.development(CARVYKTI.id).status is Status.BASELINE


def test_a_line_without_words_cannot_be_accepted(store: Store) -> None:
    proposed(store, line("e1", line_text="", status=Status.MENTION))
    with pytest.raises(DecisionError, match="monitor edit e1-act"):
        store.decide("e1-act", Status.ACCEPTED, "km", NOW)
    assert store.decide("e1-act", Status.REJECTED, "km", NOW).status is Status.REJECTED


def test_a_withdrawn_line_cannot_be_decided(store: Store) -> None:
    proposed(store, line("e1"))
    store.record_assessments([assessed(store.event("e1").reports[0].entry)], NOW)
    with pytest.raises(DecisionError, match="no source tells it any more"):
        store.decide("e1-act", Status.ACCEPTED, "km", NOW)


def test_an_unknown_id_is_said_to_be_unknown(store: Store) -> None:
    for ask in (store.development, store.proposal, lambda number: store.decide(number, Status.ACCEPTED, "km", NOW)):
        with pytest.raises(NotFound, match="no development 'e9'"):
            ask("e9")


# ---- the reports' own lines ------------------------------------------------------------------------------------------


def test_baseline_lines_are_taken_over_once_whenever_it_is_done(store: Store) -> None:
    store.sync_baseline([CARVYKTI, GALAPAGOS])
    store.sync_baseline([replace(CARVYKTI, first_seen=LATER, updated_at=LATER), GALAPAGOS])
    assert store.developments(ACT) == (GALAPAGOS, CARVYKTI)


def test_a_baseline_line_that_changed_in_seeds_changes_in_the_table(store: Store) -> None:
    store.sync_baseline([CARVYKTI, GALAPAGOS])
    store.sync_baseline([replace(CARVYKTI, trial="CARTITUDE-4", updated_at=LATER), GALAPAGOS])
    found = store.development(CARVYKTI.id)
    assert (found.trial, found.first_seen, found.updated_at) == ("CARTITUDE-4", CARVYKTI.first_seen, LATER)


def test_a_baseline_line_that_left_seeds_leaves_the_report(store: Store) -> None:
    store.sync_baseline([CARVYKTI, GALAPAGOS])
    store.sync_baseline([CARVYKTI])
    assert store.developments(ACT, statuses=IN_REPORT) == (CARVYKTI,)
    store.sync_baseline([], market=ACT)
    assert store.developments(ACT, statuses=IN_REPORT) == ()
    assert store.developments(ACT, statuses=[Status.WITHDRAWN])[0].flag.startswith("no longer among the baseline")
    store.sync_baseline([CARVYKTI, GALAPAGOS])
    assert len(store.developments(ACT, statuses=IN_REPORT)) == 2


def test_a_market_without_baseline_works(store: Store) -> None:
    store.sync_baseline([])
    assert store.developments("leptomeningeal-metastases") == ()
