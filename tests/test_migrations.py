"""The numbered steps make the schema of tables/, all of them or none, and a database of somebody else is left alone."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from monitor import migrations
from monitor.errors import StoreError
from monitor.store import Store
from monitor.tables import Row


def schema(engine: Engine) -> dict[str, object]:
    """Every table with its columns, keys and indexes, as the database itself describes them."""
    found: dict[str, object] = {}
    with engine.connect() as connection:
        look = inspect(connection)
        for table in sorted(set(look.get_table_names()) - {"alembic_version"}):
            columns = sorted((one["name"], str(one["type"]), one["nullable"]) for one in look.get_columns(table))
            foreign = sorted((one["name"], one["constrained_columns"], one["referred_table"]) for one in look.get_foreign_keys(table))
            unique = sorted((one["name"], one["column_names"]) for one in look.get_unique_constraints(table))
            found[table] = (columns, look.get_pk_constraint(table), foreign, unique)
        found["indexes"] = sorted(connection.execute(text(INDEXES[engine.dialect.name])).scalars())
    return found


INDEXES = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
}


def test_the_steps_make_the_schema_that_the_program_expects(nowhere: str) -> None:
    Store.open(nowhere).close()
    engine = create_engine(nowhere)
    by_steps = schema(engine)
    with engine.begin() as connection:
        Row.metadata.drop_all(connection)
        Row.metadata.create_all(connection)
    assert by_steps == schema(engine)
    engine.dispose()


def test_tables_of_pairs_hold_nothing_twice_on_sqlite(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path / 'monitor.db'}").close()
    raw = sqlite3.connect(tmp_path / "monitor.db")
    made = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'")}
    raw.close()
    assert made == {"report_key", "development_player"}


def test_the_head_is_the_last_step() -> None:
    assert migrations.known()[-1] == migrations.HEAD


def test_opening_again_changes_nothing(nowhere: str) -> None:
    for _ in range(2):
        Store.open(nowhere).close()
    engine = create_engine(nowhere)
    with engine.connect() as connection:
        assert migrations.current(connection) == migrations.HEAD
    engine.dispose()


def test_many_that_open_at_once_make_one_schema(nowhere: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(Store.open, [nowhere] * 4):
            assert store.sources() == ()
            store.close()


def test_a_step_that_fails_leaves_nothing_behind(nowhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE source (id INTEGER PRIMARY KEY)"))
        raise RuntimeError("the machine stops here")

    with monkeypatch.context() as broken:
        broken.setattr(migrations, "migrate", half)
        with pytest.raises(RuntimeError, match="stops here"):
            Store.open(nowhere)
    with Store.open(nowhere) as store:
        assert store.sources() == ()


def test_a_database_of_a_newer_program_is_refused(nowhere: str) -> None:
    Store.open(nowhere).close()
    engine = create_engine(nowhere)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match="its schema is number 9999, this program knows up to"):
        Store.open(nowhere)


def test_a_database_of_another_program_is_refused(nowhere: str) -> None:
    engine = create_engine(nowhere)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE books (title TEXT)"))
    engine.dispose()
    with pytest.raises(StoreError, match="not a database of the monitor"):
        Store.open(nowhere)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("not a database, however you look at it" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(f"sqlite:///{path}")
