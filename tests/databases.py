"""A store of its own for every test, on SQLite and on PostgreSQL, so that both keep the same promises."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import Store
from monitor.tables import Row


def _binaries() -> Path | None:
    found = shutil.which("initdb") or next((str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    return None if found is None else Path(found).resolve().parent


def _drivers() -> bool:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return False
    return True


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests, in a folder of its own, behind a socket."""
    from tests.conftest import need

    binaries = _binaries()
    need(binaries is not None and _drivers(), "needs PostgreSQL (apt install postgresql) and psycopg (pip install 'psycopg[binary]')")
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="monitor-pg-"))
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres" if _exists("postgres") else "nobody"
        shutil.chown(folder, user)

    def run(*command: str) -> None:
        subprocess.run([str(binaries / command[0]), *command[1:]], check=True, capture_output=True, user=user, cwd=folder, timeout=60)

    cluster = str(folder / "cluster")
    run("initdb", "-D", cluster, "-U", "monitor", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    # The server's output goes to a file: on an inherited pipe pg_ctl would never come back.
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=50"
    run("pg_ctl", "-D", cluster, "-l", str(folder / "log"), "-o", options, "-w", "start")
    try:
        yield f"postgresql+psycopg://monitor@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", cluster, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _exists(user: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def new_database(server: str) -> str:
    """The address of one more database on the server, empty."""
    import psycopg

    name = f"t{os.urandom(8).hex()}"
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.fixture(params=["sqlite", "postgresql"])
def nowhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database in which there is nothing, not even a schema."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'monitor.db'}"
    return new_database(request.getfixturevalue("postgresql"))


@pytest.fixture(scope="session")
def _prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("prepared") / "monitor.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def _prepared_database(postgresql: str) -> str:
    url = new_database(postgresql)
    Store.open(url).close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with the schema and nothing in it: making one anew for every test would take a second each."""
    if request.param == "sqlite":
        path = tmp_path / "monitor.db"
        shutil.copy(request.getfixturevalue("_prepared_file"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("_prepared_database")
    import psycopg

    tables = ", ".join(table for table in Row.metadata.tables)
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store in which there is nothing yet."""
    with Store.open(database_url) as opened:
        yield opened
