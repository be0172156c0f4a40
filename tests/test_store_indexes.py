"""Every listing is served by an index: no plan reads a table that grows from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from monitor.model import IN_REPORT, Lineage, Status, Wanted
from monitor.store import Store
from tests.test_store_issues import OUTBOX, content
from tests.told import HOUR, NOW, assessed, entry, line, look, read, report, told, watching

GROWING = {
    "entry", "entry_revision", "report", "report_key", "development", "development_past", "development_player", "event", "delivery",
    "assessment", "poll", "decision", "mine", "theirs", "own", "sister",
}  # fmt: skip
WHAT_WAITS = ("ix_entry_pending", "ix_report_loose")  # hold only that, so reading them whole is reading what was asked for
ACT = "act"
ASKED = Wanted(
    ACT, date(2026, 1, 1), date(2026, 5, 1), (Lineage("bms"), Lineage("kite")), ("Breyanzi",), ("approval",), ("initial",), ("FDA",),
    ("europe",), (Status.PROPOSED,), 3, text=("x",),
)  # fmt: skip
IN_EUROPE: dict[str, Any] = {"regions": ["europe"], "minimum_importance": 3}

LISTINGS: dict[str, Callable[[Store], Any]] = {
    "developments": lambda store: store.developments(ACT, limit=50),
    "oldest first": lambda store: store.developments(ACT, oldest_first=True),
    "a period": lambda store: store.developments(ACT, since=date(2026, 1, 1), until=date(2026, 5, 1)),
    "of the report": lambda store: store.developments(ACT, statuses=IN_REPORT, oldest_first=True),
    "by everything": lambda store: store.developments(
        ACT, players=["bms", "kite"], types=["approval"], statuses=[Status.PROPOSED, Status.REVIEW], **IN_EUROPE
    ),
    "table": lambda store: list(store.table(Wanted(ACT, statuses=tuple(Status)), NOW)),
    "table of the report": lambda store: list(store.table(Wanted(ACT, oldest_first=True), NOW)),
    "table by everything": lambda store: list(store.table(ASKED, NOW)),
    "table_changes": lambda store: store.table_changes(ASKED, NOW - HOUR, NOW),
    "table_moment": lambda store: store.table_moment([ACT], NOW),
    "issue_end": lambda store: store.issue_end("daily", 1),
    "development": lambda store: store.development("e1-act"),
    "developments_of": lambda store: store.developments_of("e1"),
    "developments_changed": lambda store: store.developments_changed([ACT, "lm"], NOW - HOUR, NOW + HOUR),
    "developments_ahead": lambda store: store.developments_ahead(ACT, date(2026, 1, 1)),
    "decisions": lambda store: store.decisions("e1-act"),
    "decide": lambda store: store.decide("e1-act", Status.ACCEPTED, "km", NOW),
    "sync_baseline": lambda store: store.sync_baseline([line("b", status=Status.BASELINE)]),
    "unassessed": lambda store: store.unassessed(500),
    "entry": lambda store: store.entry(1),
    "entries_at": lambda store: store.entries_at("https://wire.example/one"),
    "entries": lambda store: list(store.entries(NOW - HOUR, NOW + HOUR)),
    "revisions": lambda store: store.revisions(1),
    "assessment": lambda store: store.assessment(1),
    "reports": lambda store: store.reports(1),
    "unclustered": lambda store: store.unclustered(500),
    "component": lambda store: store.component([(1, 0)]),  # type: ignore[list-item]
    "event": lambda store: store.event("e1"),
    "counts": lambda store: store.counts(NOW - HOUR, NOW + HOUR),
    "coverage": lambda store: store.coverage(NOW - HOUR, NOW + HOUR),
    "claim_sources": lambda store: store.claim_sources(NOW + HOUR, 100, HOUR),
    "record_polls": lambda store: store.record_polls(
        [look(entry("one", "one", lead="edited"), entry("three", "two", link="https://wire.example/two"), at=NOW + HOUR)]
    ),
    "record_assessments": lambda store: store.record_assessments([assessed(1)], NOW),
    "record_events": lambda store: store.record_events([told("e2", report(1), report(2))], NOW),
    "create_issue": lambda store: store.create_issue("weekly", content(line("e1")), OUTBOX, NOW - HOUR, NOW, NOW + HOUR, NOW),
    "deliveries": lambda store: store.deliveries(),
    "claim_delivery": lambda store: store.claim_delivery(NOW + HOUR, HOUR),
    "settle_delivery": lambda store: store.settle_delivery(1, "sent", NOW),
    "recover_deliveries": lambda store: store.recover_deliveries(NOW),
    "shown_before": lambda store: store.shown_before("weekly"),
}


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite in which everything happened once."""
    with Store.open(f"sqlite:///{tmp_path / 'monitor.db'}") as store:
        one, two = read(watching(store), "one", "two")
        store.record_assessments([assessed(one, report(one)), assessed(two, report(two))], NOW)
        store.record_events([told("e1", report(one), report(two))], NOW)
        store.create_issue("daily", content(line("e1")), OUTBOX, NOW - HOUR, NOW, NOW + HOUR, NOW)
        yield store


@contextmanager
def plans(store: Store) -> Iterator[list[tuple[str, str]]]:
    """Collects each statement that is run meanwhile, with SQLite's plan for it."""
    found: list[tuple[str, str]] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            one = parameters[0] if many else parameters
            rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", one).fetchall()
            found.append((statement, "\n".join(row[3] for row in rows)))

    event.listen(store._engine, "before_cursor_execute", explain)
    yield found
    event.remove(store._engine, "before_cursor_execute", explain)


@pytest.mark.parametrize("listing", LISTINGS)
def test_no_listing_reads_a_growing_table_from_end_to_end(busy: Store, listing: str) -> None:
    with plans(busy) as found:
        LISTINGS[listing](busy)
    assert found
    for statement, plan in found:
        read_whole = [step for step in re.findall(r"^SCAN .+", plan, re.MULTILINE) if step.split()[1] in GROWING]
        assert all(step.endswith(WHAT_WAITS) for step in read_whole), f"{statement}\n{plan}"


@pytest.mark.parametrize("listing", ["developments", "oldest first", "of the report", "a period"])
def test_the_table_comes_from_its_index_in_order(busy: Store, listing: str) -> None:
    with plans(busy) as found:
        LISTINGS[listing](busy)
    assert "ORDER BY" not in found[-1][1], found[-1][1]


@pytest.mark.parametrize(
    ("listing", "index"),
    [("of the report", "ix_development_in_report"), ("unassessed", "ix_entry_pending"), ("unclustered", "ix_report_loose"),
     ("claim_sources", "ix_source_due"), ("claim_delivery", "ix_delivery_state"), ("counts", "ix_entry_first_seen"),
     ("developments_ahead", "ix_development_due"), ("table_moment", "ix_development_since")],
)  # fmt: skip
def test_a_listing_uses_the_index_that_was_made_for_it(busy: Store, listing: str, index: str) -> None:
    with plans(busy) as found:
        LISTINGS[listing](busy)
    assert index in found[0][1]


@pytest.mark.parametrize(("listing", "index"), [("table", "ix_development_latest"), ("table of the report", "ix_development_in_report")])
def test_a_page_of_the_table_comes_from_its_index_in_order(busy: Store, listing: str, index: str) -> None:
    with plans(busy) as found:
        LISTINGS[listing](busy)
    live, _, past = found[-1][1].partition("RIGHT")
    assert index in live
    assert "ORDER BY" not in live
    assert "ix_development_past_until" in past
