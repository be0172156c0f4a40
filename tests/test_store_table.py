"""The table as it was known at a moment, what changed between two, and every filter: on both databases, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from monitor import migrations
from monitor.errors import NotFound
from monitor.model import Development, Lineage, Sources, Status, Wanted
from monitor.store import Store
from monitor.store import table as reading
from tests.developments import CARVYKTI
from tests.test_store_developments import LATER, WEEK, dated, proposed, told_again
from tests.told import HOUR, NOW, assessed, line, watching

ALL = tuple(Status)
ANYTHING = Wanted("act", statuses=ALL)
MUCH_LATER = LATER + HOUR


def ids(found: Any) -> list[str]:
    return [one.event for one in found]


def told(store: Store, at: Any, **wanted: Any) -> list[str]:
    return ids(store.table(replace(ANYTHING, **wanted), at))


@pytest.mark.parametrize("page", [1, 2, 3, 1000])
@pytest.mark.parametrize("oldest_first", [False, True])
def test_pages_make_the_same_table_as_one_listing(store: Store, page: int, oldest_first: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", page)
    proposed(store, *WEEK)
    listed = store.developments("act", oldest_first=oldest_first)
    assert tuple(store.table(replace(ANYTHING, oldest_first=oldest_first), NOW)) == listed


def test_a_pull_without_the_path_has_the_same_rows_and_what_every_table_prints(store: Store) -> None:
    proposed(store, *WEEK)
    whole, lean = tuple(store.table(ANYTHING, NOW)), tuple(store.table(ANYTHING, NOW, with_path=False))
    assert any(one.why for one in whole)
    assert lean == tuple(replace(one, why=(), sources=()) for one in whole)


def test_what_changes_during_a_pull_neither_doubles_nor_loses_a_row(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 1)
    proposed(store, line("b", event_date=date(2026, 4, 2)), line("a", event_date=date(2026, 4, 1)))
    pull = store.table(ANYTHING, NOW)
    first = next(pull)
    store.decide("a-act", Status.ACCEPTED, "km", LATER)
    assert [first.id, *((one.id, one.status) for one in pull)] == ["b-act", ("a-act", Status.PROPOSED)]


def test_the_table_of_a_moment_does_not_know_what_came_after(store: Store) -> None:
    proposed(store, line("e1"))
    before = tuple(store.table(ANYTHING, NOW))
    told_again(store, agency="EMA", event_date=date(2020, 1, 1))
    store.decide("e1-act", Status.EDITED, "km", MUCH_LATER, "In my words.")
    assert tuple(store.table(ANYTHING, NOW)) == tuple(store.table(ANYTHING, LATER - HOUR / 2)) == before
    assert [(one.agency, one.status) for one in store.table(ANYTHING, LATER)] == [("EMA", Status.PROPOSED)]
    assert [one.line_text for one in store.table(ANYTHING, MUCH_LATER)] == ["In my words."]
    assert list(store.table(ANYTHING, NOW - HOUR)) == []


def test_a_filter_looks_at_what_was_so_then(store: Store) -> None:
    proposed(store, line("e1"))
    told_again(store, agency="EMA", players=(("kite", "Kite", ""),))
    wanted = {"agencies": ("FDA",), "players": (Lineage("bms"),), "since": date(2025, 12, 1)}
    assert (told(store, NOW, **wanted), told(store, LATER, **wanted)) == (["e1"], [])
    assert (told(store, NOW, players=(Lineage("kite"),)), told(store, LATER, players=(Lineage("kite"),))) == ([], ["e1"])


def test_a_line_that_left_seeds_stood_in_the_table_before(store: Store) -> None:
    one = replace(CARVYKTI, market="act", first_seen=NOW, updated_at=NOW)
    store.sync_baseline([one], "act", NOW)
    store.sync_baseline([], "act", LATER)
    assert [each.id for each in store.table(Wanted("act"), NOW)] == [one.id]
    assert list(store.table(Wanted("act"), LATER)) == []


def test_a_machine_whose_clock_is_ahead_loses_no_row(store: Store) -> None:
    proposed(store, line("e1"))
    assert store.table_moment(["act", "lm"], NOW - HOUR) == NOW
    assert store.table_moment(["act"], LATER) == LATER


# ---- what changed ----------------------------------------------------------------------------------------------------


def marks(store: Store, start: Any, at: Any, **wanted: Any) -> list[tuple[str, str]]:
    return [(one.development.event, one.change) for one in store.table_changes(replace(ANYTHING, **wanted), start, at)]


def test_what_is_new_changed_or_withdrawn_is_marked_in_the_order_of_the_table(store: Store) -> None:
    proposed(store, dated("kept", date(2026, 1, 3)), dated("edited", date(2026, 1, 2)), dated("rejected", date(2026, 1, 1)))
    store.decide("edited-act", Status.ACCEPTED, "km", NOW)
    store.decide("edited-act", Status.EDITED, "km", LATER, "In my words.")
    store.decide("rejected-act", Status.REJECTED, "km", LATER)
    store.sync_baseline([replace(CARVYKTI, market="act", event="baseline")], "act", LATER)
    standing = {"statuses": (Status.BASELINE, Status.ACCEPTED, Status.EDITED, Status.PROPOSED)}
    wanted = [("edited", "changed"), ("rejected", "withdrawn"), ("baseline", "new")]
    assert marks(store, NOW, LATER, **standing) == wanted
    assert marks(store, NOW, LATER, **standing, oldest_first=True) == wanted[::-1]
    assert marks(store, LATER, MUCH_LATER, **standing) == marks(store, NOW, NOW, **standing) == []
    (gone,) = [one.development for one in store.table_changes(replace(ANYTHING, **standing), NOW, LATER) if one.change == "withdrawn"]
    assert gone.status is Status.REJECTED


def test_one_more_source_is_no_change(store: Store) -> None:
    proposed(store, line("e1"))
    told_again(store, n_sources=9)
    assert marks(store, NOW, LATER) == []


def test_changed_twice_is_one_change_and_changed_back_none(store: Store) -> None:
    proposed(store, line("e1"))
    told_again(store, agency="EMA")
    assert marks(store, NOW, LATER) == [("e1", "changed")]
    store.forget_assessments()
    ((found, event),) = store.component(store.unclustered(1))
    from tests.told import told as event_told

    store.record_events([event_told(str(event), found, n_sources=4, updated_at=MUCH_LATER)], MUCH_LATER)
    assert marks(store, NOW, MUCH_LATER) == []


def test_what_no_source_tells_any_more_is_withdrawn(store: Store) -> None:
    proposed(store, line("e1"))
    store.record_assessments([assessed(1)], LATER)
    assert marks(store, NOW, LATER, statuses=(Status.PROPOSED,)) == [("e1", "withdrawn")]


# ---- filters ---------------------------------------------------------------------------------------------------------

STOCK: tuple[Development, ...] = (
    line("cleared", importance=5, event_date=date(2026, 3, 1)),
    dated("deal", date(2026, 2, 1), type="acquisition", subtype="company", players=(("gilead", "Gilead", ""),), importance=3, agency=None,
          product=None, generic=None, source_name="ledger"),
    dated("britain", date(2019, 1, 1), country="United Kingdom", region="europe", agency="MHRA", importance=3, product="Abecma 100%",
          headline="L’Oréal übernimmt_etwas", evidence="Celgene said so."),
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["cleared", "deal", "britain"]),
        ({"players": (Lineage("gilead"), Lineage("kite"))}, ["deal"]),
        ({"players": (Lineage("bms", until=date(2020, 1, 1)),)}, ["britain"]),
        ({"players": (Lineage("bms", called="celgene"),)}, ["britain"]),
        ({"products": ("breyanzi",)}, ["cleared"]),
        ({"products": ("LISOCABTAGENE maraleucel",)}, ["cleared", "britain"]),
        ({"products": ("100%",)}, ["britain"]),
        ({"products": ("%",)}, ["britain"]),
        ({"types": ("approval",)}, ["cleared", "britain"]),
        ({"stages": ("company",)}, ["deal"]),
        ({"agencies": ("MHRA", "EMA")}, ["britain"]),
        ({"places": ("europe", "Germany")}, ["britain"]),
        ({"places": ("United Kingdom",)}, ["britain"]),
        ({"minimum_importance": 4}, ["cleared"]),
        ({"since": date(2026, 2, 1)}, ["cleared", "deal"]),
        ({"until": date(2026, 2, 1)}, ["deal", "britain"]),
        ({"sources": Sources(("ledger",))}, ["deal"]),
        ({"sources": Sources(("ledger",), but=True)}, ["cleared", "britain"]),
        ({"sources": Sources(())}, []),
        ({"text": ("UBERNIMMT", "l’oreal")}, ["britain"]),
        ({"text": ("ubernimmt", "nowhere")}, []),
        ({"statuses": (Status.ACCEPTED,)}, []),
    ],
)
def test_filters(store: Store, wanted: dict[str, Any], found: list[str]) -> None:
    proposed(store, *STOCK)
    assert told(store, NOW, **wanted) == found


# ---- before changes were kept ----------------------------------------------------------------------------------------


def test_a_database_from_before_says_from_when_its_table_can_be_told(nowhere: str) -> None:
    with Store.open(nowhere) as store:
        proposed(watching(store), line("old"), line("e1"))
        store.decide("e1-act", Status.ACCEPTED, "km", LATER)
    engine = create_engine(nowhere)
    with engine.begin() as connection:
        for statement in (
            "DROP TABLE development_past", "DROP INDEX ix_development_since", "DROP INDEX ix_development_known_since",
            "ALTER TABLE development DROP COLUMN since", "ALTER TABLE development DROP COLUMN known_since",
            f"UPDATE alembic_version SET version_num = '{migrations.known()[migrations.known().index('0007') - 1]}'",
        ):  # fmt: skip
            connection.execute(text(statement))
    engine.dispose()
    with Store.open(nowhere) as store:
        assert sorted(told(store, LATER)) == ["e1", "old"]
        with pytest.raises(NotFound, match=r"act cannot be told as of 2026-05-04T04:00:00Z: 1 of its lines .* 2026-05-04T05:00:00"):
            list(store.table(ANYTHING, NOW))
        assert list(store.table(ANYTHING, NOW - HOUR)) == []
        store.decide("e1-act", Status.REJECTED, "km", MUCH_LATER)
        assert [one.status for one in store.table(ANYTHING, LATER) if one.event == "e1"] == [Status.ACCEPTED]
        assert marks(store, LATER, MUCH_LATER) == [("e1", "changed")]
