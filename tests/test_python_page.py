"""The page for scripts and notebooks is true: its blocks run as they stand, and what it promises holds."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import api, developments
from monitor.errors import MonitorError, NotFound
from monitor.model import Development
from tests.commands import surroundings
from tests.conftest import ROOT, Demo

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def shown(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder that the demo left."""
    folder = tmp_path_factory.mktemp("notebook") / "shown"
    shutil.copytree(demo.folder, folder)
    return folder


@pytest.fixture
def pulled(shown: Path) -> dict[str, str]:
    return {"database": f"sqlite:///{shown / 'monitor.db'}", "config": str(shown / "feeds.yaml")}


def test_the_blocks_of_the_page_run_as_they_stand(shown: Path) -> None:
    assert len(BLOCKS) >= 7
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(BLOCKS)], cwd=shown, env=surroundings(), capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert "did you mean" in done.stdout
    assert (shown / "act.xlsx").is_file()


def test_every_parameter_is_named_on_the_page_or_is_an_option_of_the_command() -> None:
    import inspect

    import click

    from monitor.cli.table import table

    names = {str(name) for one in table.params if isinstance(one, click.Option) for name in (one.name,)}
    ours = set(inspect.signature(developments).parameters) - {"markets"}
    assert {name for name in ours if name not in PAGE and name not in names} == set()


def test_importing_the_program_stays_light() -> None:
    ask = "import sys, monitor; print(len([name for name in sys.modules if name.startswith('monitor')]), 'sqlalchemy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=surroundings()).stdout
    assert said.split() == ["1", "False"]


def test_an_unknown_name_of_the_program_is_an_attribute_error() -> None:
    import monitor

    with pytest.raises(AttributeError, match="nowhere"):
        monitor.nowhere  # noqa: B018


def test_a_database_alone_is_enough(shown: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MONITOR_CONFIG", raising=False)
    found = developments("ACT", statuses="all", database=f"sqlite:///{shown / 'monitor.db'}")
    assert all(isinstance(one, Development) for one in found)
    assert len(found) > 5


def test_the_environment_names_the_database(shown: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{shown / 'monitor.db'}")
    assert len(developments(statuses="all")) >= len(developments("LM", statuses="all"))


def test_a_database_that_does_not_exist_is_an_error_and_stays_away(tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match="no database at"):
        developments("ACT", database=f"sqlite:///{tmp_path / 'typo.db'}")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written(shown: Path, pulled: dict[str, str]) -> None:
    before = (shown / "monitor.db").read_bytes()
    developments("ACT", **pulled)  # type: ignore[arg-type]
    assert (shown / "monitor.db").read_bytes() == before


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_without_the_library_it_is_said_what_to_install(library: str, pulled: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    table = developments("ACT", **pulled)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MonitorError, match=f"pip install {library}"):
        getattr(table, f"to_{library}")()


def test_frames_have_every_column_with_its_type_and_the_rows_in_order(pulled: dict[str, str]) -> None:
    table = developments("ACT", statuses="all", **pulled)  # type: ignore[arg-type]
    frame, other = table.to_pandas(), table.to_polars()
    ids = [one.id for one in table]
    assert list(frame["id"]) == other["id"].to_list() == ids
    assert str(frame["event_date"].dtype) == "datetime64[s]"
    assert str(frame["first_seen"].dtype) == "datetime64[us, UTC]"
    assert str(other["event_date"].dtype) == "Date"
    assert other["importance"].to_list() == [one.importance for one in table] == list(frame["importance"])


def test_an_empty_table_has_its_columns_too(pulled: dict[str, str]) -> None:
    table = developments("ACT", text="nothing-says-this", statuses="all", **pulled)  # type: ignore[arg-type]
    assert list(table.to_pandas().columns) == table.to_polars().columns
    assert len(table.to_pandas()) == 0


@pytest.mark.parametrize("named", ["2026-13-01", "last week", "weekly", "2026-01-01x"])
def test_what_is_no_moment_says_how_to_write_one(named: str, pulled: dict[str, str]) -> None:
    from monitor.store import Store

    with Store.open(pulled["database"]) as store, pytest.raises(NotFound, match="2026-05-04"):
        api.moment(store, named)
