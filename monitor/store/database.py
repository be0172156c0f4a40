"""The connection to SQLite or PostgreSQL: how it is opened, and how a transaction begins."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import ModuleType, TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, StatementError

from monitor import migrations
from monitor.errors import StoreError

BUSY_SECONDS = 5
OLDEST_SQLITE = (3, 35, 0)  # RETURNING
PASSWORD = re.compile(r"(://[^:@/]*:)[^@/]*@")
SAFE_WAL = (3, 51, 3)  # before it, several connections in WAL mode could corrupt the file (reliability.md, finding 11)
WRITER_LOCK = 6_772_001  # the advisory lock that makes writers on PostgreSQL take turns, as BEGIN IMMEDIATE does on SQLite


class Database:
    """An open database; the themes of the store build on `_read` and `_write`, one method being one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open `sqlite:///path` or `postgresql+psycopg://…`; what is missing of the schema is created.

        Raises StoreError for a file that cannot be read, is not the monitor's, or was written by a newer version.
        """
        try:
            parsed = make_url(url)
            engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            shown = PASSWORD.sub(r"\1***@", url)
            told = f"{shown}: not usable as a database address ({error}): write sqlite:///monitor.db or postgresql+psycopg://…"
            raise StoreError(told) from error
        store = cls(engine)
        try:
            store._prepare()
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _prepare(self) -> None:
        with self._read() as connection:
            if migrations.is_current(connection):
                return
        with self._errors(), self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                # Only outside a transaction, and only for the steps: a batch step drops and renames tables that others refer to.
                connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            with connection.execution_options(writes=True).begin():
                if not migrations.is_current(connection):
                    migrations.migrate(connection)
                    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                        raise StoreError(f"{self._engine.url}: a step of the schema would leave {broken[0]} without what it refers to")
            connection.invalidate()  # its foreign keys are off

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._errors(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        """One transaction that may write; it has the right to from its first statement, so that it never fails half-way for a lock."""
        with self._errors(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StoreError(f"{self._engine.url.render_as_string()}: {error.orig}") from error
        except StatementError as error:
            raise error.orig or error from error  # a naive time, for instance: the caller's mistake


# ---- opening ---------------------------------------------------------------------------------------------------------


def _driver() -> ModuleType:
    """pysqlite3 where it is installed (it brings its own, newer SQLite), the standard library's otherwise."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3")


def _sqlite(url: URL) -> Engine:
    driver = _driver()
    version: tuple[int, ...] = driver.sqlite_version_info
    if version < OLDEST_SQLITE:
        raise StoreError(f"SQLite {driver.sqlite_version} is too old: install pysqlite3, or a Python with 3.35 or newer")
    if url.database in {None, "", ":memory:"}:
        raise StoreError(f"{url}: name a file, such as sqlite:///monitor.db: what is only in memory is gone with its connection")
    if not (folder := Path(str(url.database)).absolute().parent).is_dir():
        raise StoreError(f"{url}: there is no folder {folder}: create it first")
    engine = create_engine(url, module=driver)
    journal = "WAL" if version >= SAFE_WAL else "DELETE"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:  # noqa: ARG001
        connection.isolation_level = None  # the driver begins nothing by itself: `begin` below does
        wait = f"busy_timeout={BUSY_SECONDS * 1000}"
        for pragma in (wait, "foreign_keys=ON", "synchronous=FULL", f"journal_mode={journal}", "mmap_size=0"):
            _patiently(connection, f"PRAGMA {pragma}", driver.OperationalError)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Not a deferred BEGIN for writers: one that reads first and writes then fails at once when somebody wrote in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


def _patiently(connection: Any, statement: str, locked: type[Exception]) -> None:
    """Run it once the file is free: where the journal mode of a new file changes, SQLite does not wait whatever busy_timeout says."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(statement).close()
            return
        except locked as error:
            if "locked" not in str(error) or monotonic() >= until:
                raise
            sleep(0.01)


def _postgresql(url: URL) -> Engine:
    engine = create_engine(url)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")

    return engine
