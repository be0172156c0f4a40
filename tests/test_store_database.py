"""How the database is opened: it keeps what it acknowledged, and writers take turns (reliability.md, findings 10 and 11)."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store import Store, database
from tests.conftest import need
from tests.told import NOW, entry, look, watching


@pytest.fixture(params=["standard library", "pysqlite3"])
def driven(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store on SQLite through each driver there is."""
    if request.param == "standard library":
        monkeypatch.setattr(database, "_driver", lambda: sqlite3)
    else:
        need("pysqlite3" in sys.modules or database._driver() is not sqlite3, "needs pysqlite3 (pip install pysqlite3)")
    with Store.open(f"sqlite:///{tmp_path / 'monitor.db'}") as store:
        yield store


def setting(store: Store, name: str) -> object:
    with store._read() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_sqlite_keeps_what_it_acknowledged_and_checks_what_belongs_together(driven: Store) -> None:
    assert [setting(driven, name) for name in ("synchronous", "foreign_keys", "mmap_size")] == [2, 1, 0]


def test_a_log_beside_the_file_is_used_only_where_sqlite_does_not_corrupt_it(driven: Store) -> None:
    with driven._read() as connection:
        version = tuple(int(part) for part in str(connection.exec_driver_sql("SELECT sqlite_version()").scalar()).split("."))
    assert setting(driven, "journal_mode") == ("wal" if version >= (3, 51, 3) else "delete")


def many_writers(url: str) -> int:
    """Four callers that each store 25 entries, one look after the other; the source counts what it has by reading and writing."""

    def write(number: int) -> None:
        with Store.open(url) as mine:
            for n in range(25):
                mine.record_polls([look(entry(f"{number}-{n}", f"{number} {n}"))])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with Store.open(url) as store:
        return next(one.entries for one in store.sources() if one.name == "wire-one")


def test_writers_take_turns_and_no_count_is_lost(store: Store, database_url: str) -> None:
    watching(store)
    assert many_writers(database_url) == 100


def test_writers_take_turns_without_a_log_too(driven: Store, tmp_path: Path) -> None:
    watching(driven)
    assert many_writers(f"sqlite:///{tmp_path / 'monitor.db'}") == 100


def test_readers_go_on_while_somebody_writes(store: Store, database_url: str) -> None:
    watching(store)
    with Store.open(database_url) as other, other._write():
        assert len(store.sources()) == 2


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "write sqlite:///monitor.db or postgresql"),
        ("mysql://x/y", "write sqlite:///monitor.db or postgresql"),
        ("sqlite:////nowhere/at/all/monitor.db", "there is no folder /nowhere/at/all: create it first"),
        ("sqlite://", "name a file"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "127.0.0.1"),
    ],
)
def test_an_address_that_cannot_work_says_what_to_do(url: str, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        Store.open(url)


def test_a_password_in_the_address_is_never_told() -> None:
    for url in ("postgresql+psycopg://me:s3cret@127.0.0.1:1/none", "nonsense+x://me:s3cret@host/none"):
        with pytest.raises(StoreError) as caught:
            Store.open(url)
        assert "s3cret" not in str(caught.value)


def test_a_time_without_a_zone_is_refused_as_the_callers_mistake(store: Store) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        store.due_editions(NOW.replace(tzinfo=None))
