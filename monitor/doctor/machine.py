"""What the machine must offer: a Python, an XML parser, a database library, time zones, a clock, room on the disk."""

from __future__ import annotations

import importlib
import platform
import pyexpat
import shutil
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.doctor.finding import Finding
from monitor.store.database import OLDEST_SQLITE, SAFE_WAL

OLDEST_PYTHON = (3, 11)
OLDEST_EXPAT = (2, 4, 0)  # older ones let a few bytes of XML grow without bound
ROOM = 500_000_000  # bytes
YEARS = range(2026, 2100)


def python() -> Finding:
    """The Python that runs this."""
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return Finding("Python", "wrong", version, "install Python 3.11 or newer")
    return Finding("Python", "well", f"{version} at {sys.executable}")


def expat(written: str = pyexpat.EXPAT_VERSION) -> Finding:
    """The XML parser under every feed."""
    version = tuple(int(part) for part in written.rpartition("_")[2].split("."))
    if version < OLDEST_EXPAT:
        return Finding("XML parser", "wrong", written, "install a Python built with expat 2.4 or newer: a small feed could fill the memory")
    return Finding("XML parser", "well", written.replace("_", " "))


def sqlite() -> Finding:
    """The SQLite in use, and how far its journal can be trusted."""
    try:
        driver, name = importlib.import_module("pysqlite3.dbapi2"), "pysqlite3"
    except ImportError:
        driver, name = importlib.import_module("sqlite3"), "Python's own"
    version: tuple[int, ...] = driver.sqlite_version_info
    said = f"{driver.sqlite_version} ({name})"
    if version < OLDEST_SQLITE:
        return Finding("SQLite", "wrong", f"{said} is too old", "`pip install pysqlite3`")
    if version < SAFE_WAL:
        return Finding("SQLite", "well", f"{said}, journal DELETE; its WAL can lose data, that of `pip install pysqlite3` does not")
    return Finding("SQLite", "well", f"{said}, journal WAL")


def time_zones(names: Iterable[str]) -> Finding:
    """Whether the zones of the editions are known here."""
    missing = []
    for name in sorted({"Europe/Berlin", "America/New_York", *names}):
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            missing.append(name)
    if missing:
        return Finding("time zones", "wrong", f"unknown here: {', '.join(missing)}", "`pip install tzdata`")
    return Finding("time zones", "well", "known")


def clock(now: datetime | None = None) -> Finding:
    """Whether the year can be true: periods, first-seen dates and certificates depend on it."""
    moment = now or datetime.now(UTC)
    if moment.year not in YEARS:
        return Finding("clock", "wrong", f"says {moment:%Y-%m-%d %H:%M} UTC", "set the clock (NTP) before anything is polled")
    return Finding("clock", "well", f"{moment:%Y-%m-%d %H:%M} UTC")


def disk(folder: Path, room: int = ROOM) -> Finding:
    """Whether there is room for the database to grow."""
    free = shutil.disk_usage(folder).free
    said = f"{free / 1e9:.1f} GB free at {folder}"
    return Finding("disk", "well", said) if free >= room else Finding("disk", "look", said, f"keep at least {room / 1e6:.0f} MB free")


def file_of(database: str) -> Path | None:
    """The file of a SQLite address; None for a server."""
    scheme, _, rest = database.partition(":///")
    return Path(unquote(rest.partition("?")[0])).absolute() if scheme.startswith("sqlite") and rest and rest != ":memory:" else None


def folder_of(database: str) -> Path | None:
    """The folder that holds the database's file, where it exists."""
    file = file_of(database)
    return file.parent if file is not None and file.parent.is_dir() else None
