"""Brings a database to the schema of tables.py: numbered steps in versions/, all of them in one transaction or none.

alembic is imported only when there is something to do: `migrate` first asks the database for its number.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from monitor.errors import StoreError

HERE = Path(__file__).parent
HEAD = "0006"


def known() -> tuple[str, ...]:
    """The numbers of the steps this program knows, oldest first."""
    return tuple(sorted(path.stem.split("_")[0] for path in (HERE / "versions").glob("[0-9]*.py")))


def current(connection: Connection) -> str | None:
    """The number the database is at; None for an empty one. Raises StoreError for a database of another program."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        number: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return number
    if tables:
        there = ", ".join(sorted(tables)[:3])
        raise StoreError(f"{connection.engine.url}: not a database of the monitor (it holds {there} …); name another one")
    return None


def is_current(connection: Connection) -> bool:
    """Whether nothing is to be done. Raises StoreError when the database is newer than this program."""
    number = current(connection)
    if number is not None and number not in known():
        raise StoreError(
            f"{connection.engine.url}: its schema is number {number}, this program knows up to {HEAD}: "
            "install the version of the monitor that wrote it, or a newer one"
        )
    return number == HEAD


def migrate(connection: Connection) -> None:
    """Run the missing steps on this connection, inside its transaction; the caller commits."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
