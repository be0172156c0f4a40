"""What every test may lean on: the shared folder, a clock that stands still, a store of its own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.databases import _prepared_database, _prepared_file, database_url, nowhere, postgresql, store

__all__ = ["_prepared_database", "_prepared_file", "database_url", "nowhere", "postgresql", "store"]

from tests.commands import Ran, monitor

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


def need(present: bool, what: str) -> None:
    """Skip with what to install or bring; under `.ci/run` a missing part is a failure."""
    if present:
        return
    if os.environ.get("MONITOR_REQUIRE_ALL") == "1":
        pytest.fail(f"missing, and MONITOR_REQUIRE_ALL=1: {what}")
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real texts beside the checkout; it is not part of the project."""
    need(SHARED.is_dir(), f"needs the real texts of {SHARED}, which are not part of the project")
    return SHARED


@dataclass(frozen=True)
class Demo:
    """A demo that ran: its folder, and what it said about it."""

    folder: Path
    said: Ran


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """`monitor demo`, run once, where the surroundings name a relay and a database; copy the folder before writing into it."""
    folder = tmp_path_factory.mktemp("demo") / "shown"
    said = monitor("demo", folder, "--json", MONITOR_SMTP_HOST="mail.invalid", MONITOR_DATABASE_URL="sqlite:////nowhere/at/all.db")
    assert said.code == 0, said.err
    return Demo(folder, said)


@pytest.fixture
def now() -> datetime:
    """A Monday morning, an hour before the weekly digest in Berlin."""
    return datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
