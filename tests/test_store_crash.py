"""kill -9 in the middle of a write leaves all of it or nothing, and what was acknowledged is there (reliability.md section 2, P5)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from monitor.model import Status
from monitor.store import Store
from monitor.tables import Row
from tests.test_store_issues import OUTBOX, WEEK, content
from tests.told import NOW, assessed, entry, line, look, report, told, watching

ROOT = Path(__file__).parents[1]
KILLS = 5
PIECES = 12  # what one write consists of


def write_all(store: Store, number: int) -> None:
    """One round of the line: entries, decisions, events, an issue."""
    at = NOW + number * WEEK
    store.record_polls([look(*(entry(f"{number}-{n}", f"{number} {n}") for n in range(PIECES)), at=at)])
    entries = [one.id for one in store.unassessed(1000)]
    reports = {one: report(one, 0, f"k{one}") for one in entries}
    store.record_assessments([assessed(one, reports[one]) for one in entries], at)
    loose = [found for found, _ in store.component(store.unclustered(1000))]
    store.record_events([told(f"e{one.entry}", one) for one in loose], at)
    store.create_issue("weekly", content(*(line(f"e{one.entry}") for one in loose)), OUTBOX, at, at + WEEK, at + 2 * WEEK, at + WEEK)
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()  # acknowledged


def whole(store: Store) -> None:
    """Every transaction is there whole or not at all."""
    entries = list(store.entries(NOW - WEEK, NOW + 10_000 * WEEK))
    state = next(one for one in store.sources() if one.name == "wire-one")
    assert state.entries == len(entries)
    assert len(entries) % PIECES == 0
    waiting = {one.id for one in store.unassessed(100_000)}
    for one in entries:
        decided = store.assessment(one.id)
        assert (decided is None) == (one.id in waiting)
        assert decided is None or len(decided.reports) == 1
    loose = {one.entry for one in store.unclustered(100_000)}
    for one in entries:
        for found, its_event in store.reports(one.id):
            assert (its_event is None) == (found.entry in loose)
            if its_event is not None:
                assert store.event(its_event).reports == (found,)
                assert [each.status for each in store.developments_of(its_event)] == [Status.PROPOSED]
    edition = store.edition_state("weekly")
    issues = {one.issue for one in store.deliveries()}
    assert len(issues) == (edition.last_number if edition else 0)
    assert len(store.deliveries()) == len(issues) * len(OUTBOX)
    for number in issues:
        assert {one.development.id for one in store.issue(number).digest.sections[0].headlines} <= set(store.shown_before("weekly"))


def killed(url: str, first: int, pause: float) -> int:
    """Write rounds from `first` on in another process, kill it after a while; returns the last round it said it finished."""
    code = f"from tests.test_store_crash import *\nwith Store.open({url!r}) as s:\n    for n in range({first}, 10**6): write_all(s, n)"
    child = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = child.stdout.readline()  # it is at work
    time.sleep(pause)
    os.kill(child.pid, signal.SIGKILL)
    said += child.stdout.read()
    child.wait()
    child.stdout.close()
    return max(int(number) for number in said.split())


def test_a_kill_at_any_moment_leaves_all_or_nothing_and_loses_nothing_acknowledged(store: Store, database_url: str) -> None:
    pause = random.Random(20260504).random
    watching(store)
    first = acknowledged = 0
    for _ in range(KILLS):
        last = killed(database_url, first, pause() * 0.2)
        acknowledged += last - first + 1
        first = last + 2
        whole(store)
        edition = store.edition_state("weekly")
        assert edition is not None
        assert edition.last_number >= acknowledged


# ---- every statement of every write ----------------------------------------------------------------------------------


def everything(store: Store) -> list[Any]:
    """All rows of all tables."""
    with store._read() as connection:
        return [sorted(map(repr, connection.execute(table.select()))) for table in Row.metadata.sorted_tables]


def edit(store: Store) -> None:
    store.record_polls([look(entry("one", "one", lead="edited"), entry("new", "new"), at=NOW + WEEK), look(source="ledger")])


def decide_again(store: Store) -> None:
    store.record_assessments([assessed(1, report(1, 0, "another"), report(1, 1, "more")), assessed(2)], NOW + WEEK)


def merge(store: Store) -> None:
    store.record_events([told("e1", report(1, 0, "x"), report(2, 0, "y"))], NOW + WEEK)


def issue(store: Store) -> None:
    store.create_issue("weekly", content(line("e1")), OUTBOX, NOW, NOW + WEEK, NOW + 2 * WEEK, NOW + WEEK)


def accept(store: Store) -> None:
    store.decide("e2-act", Status.ACCEPTED, "km", NOW)


@pytest.mark.parametrize("write", [edit, decide_again, merge, issue, accept])
def test_a_write_that_ends_before_any_of_its_statements_leaves_no_trace(store: Store, write: Callable[[Store], None]) -> None:
    watching(store).record_polls([look(entry("one", "one"), entry("two", "two"))])
    store.record_assessments([assessed(1, report(1, 0, "x")), assessed(2, report(2, 0, "y"))], NOW)
    store.record_events([told("e1", report(1, 0, "x")), told("e2", report(2, 0, "y"))], NOW)
    before = everything(store)
    left = 0

    def stop(*unused: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt

    for allowed in range(100):
        left = allowed
        event.listen(store._engine, "before_cursor_execute", stop)
        try:
            write(store)
        except KeyboardInterrupt:
            continue
        finally:
            event.remove(store._engine, "before_cursor_execute", stop)
            if left < 0:
                assert everything(store) == before
        break
    assert allowed > 3
    assert everything(store) != before
