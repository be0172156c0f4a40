"""reports.yaml: what each report wants, updated all at once or watched, and what is wrong in it with its place."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monitor import report
from monitor.config.reports_file import load_reports
from monitor.errors import ConfigError
from monitor.model import Status
from monitor.report.rules import since
from tests.commands import monitor, surroundings
from tests.conftest import Demo
from tests.developments import APPROVAL, CARVYKTI, DEAL, SALE

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
MARKETS = {"act": "adoptive-cell-therapy", "adoptive-cell-therapy": "adoptive-cell-therapy"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "r.md"
    path.write_text(f"# R\n\n## Recent Developments\n\n- {CARVYKTI.line_text}\n")
    return path


def added(path: Path, **rules: object) -> tuple[str, ...]:
    wanted = report.Rules(path, CARVYKTI.market, **rules)  # type: ignore[arg-type]
    return report.ruled(wanted, (CARVYKTI, APPROVAL, DEAL, replace(SALE, importance=2)), NOW).added


def test_only_what_is_new_and_important_enough_is_added(path: Path) -> None:
    assert added(path) == ("e2-act", "e1-act", "e3-act")
    assert added(path, maximum=1) == ("e2-act",)
    assert added(path, months=3) == ("e2-act", "e1-act")
    assert added(path, minimum_importance=3) == ("e2-act", "e1-act")
    assert added(path, order="oldest_first") == ("e3-act", "e1-act", "e2-act")
    assert since(14, date(2026, 3, 2)) == date(2025, 1, 1)


def test_a_line_that_no_longer_fits_is_named_and_stays(path: Path) -> None:
    rules = report.Rules(path, CARVYKTI.market, maximum=1)
    report.write(report.ruled(rules, (CARVYKTI, APPROVAL), NOW))
    planned = report.ruled(rules, (CARVYKTI, APPROVAL, DEAL), NOW)
    assert planned.added == ("e2-act",)
    (flag,) = planned.flagged
    assert flag.startswith("e1-act: beyond")
    assert APPROVAL.line_text in planned.after
    flags = report.ruled(replace(rules, baseline=False), (CARVYKTI, APPROVAL, DEAL), NOW).flagged
    assert [flag.split(":")[0] for flag in flags] == ["seed-act-001", "e1-act"]


def test_a_proposed_line_counts_only_when_it_is_asked_for(path: Path) -> None:
    proposed = replace(DEAL, status=Status.PROPOSED)
    planned = report.ruled(report.Rules(path, CARVYKTI.market, proposed=True), (CARVYKTI, proposed), NOW)
    assert "- \\[proposed\\] In February 2026" in planned.after


WRONG = """\
reports:
  - path: a.md
    market: ATC
  - path: a.md
    market: ACT
    tracked: true
    maximun: 3
  - path: a.md
    market: ACT
"""


def test_every_mistake_has_its_place_and_what_to_write(tmp_path: Path) -> None:
    file = tmp_path / "reports.yaml"
    file.write_text(WRONG)
    with pytest.raises(ConfigError) as caught:
        load_reports(file, MARKETS)
    assert [(one.line, one.key) for one in caught.value.problems] == [(7, "reports[1].maximun")]
    assert "did you mean maximum?" in caught.value.problems[0].message
    file.write_text(WRONG.replace("    maximun: 3\n", ""))
    with pytest.raises(ConfigError) as caught:
        load_reports(file, MARKETS)
    told = [(one.line, one.key, one.message) for one in caught.value.problems]
    assert [(line, key) for line, key, _ in told] == [
        (3, "reports[0].market"),
        (4, "reports[1].path"),
        (6, "reports[1].tracked"),
        (7, "reports[2].path"),
    ]
    assert "did you mean act?" in told[0][2]


@pytest.fixture
def shown(demo: Demo, tmp_path: Path) -> Path:
    """The demo's folder with a report that wants its newest two proposed lines."""
    folder = Path(shutil.copytree(demo.folder, tmp_path / "shown"))
    (folder / "reports").mkdir()
    (folder / "reports" / "act.md").write_text("# R\n\n## Recent Developments\n")
    (folder / "reports" / "reports.yaml").write_text("reports:\n  - {path: act.md, market: ACT, proposed: true, maximum: 2}\n")
    return folder


def test_all_reports_are_updated_and_one_that_cannot_be_is_named(shown: Path) -> None:
    rules = shown / "reports" / "reports.yaml"
    with rules.open("a") as file:
        file.write("  - {path: gone.md, market: ACT}\n")
    seen = monitor("--config", shown / "feeds.yaml", "report", "update", "--rules", rules, "--dry-run")
    assert "+- \\[proposed\\]" in seen.out
    assert "proposed" not in (shown / "reports" / "act.md").read_text()
    done = monitor("--config", shown / "feeds.yaml", "report", "update", "--rules", rules, "--json")
    assert done.code == 1
    assert [(len(one["added"]), bool(one["error"])) for one in done.json] == [(2, False), (0, True)]
    assert (shown / "reports" / "act.md").read_text().count("proposed") == 2
    missing = monitor("--config", shown / "feeds.yaml", "report", "update")
    assert (missing.code, "reports.yaml:1:1" in missing.err) == (2, True)


def test_a_watched_folder_is_kept_current_until_the_signal(shown: Path) -> None:
    command = [sys.executable, "-m", "monitor", "--config", str(shown / "feeds.yaml"), "report", "watch", str(shown / "reports")]
    with subprocess.Popen(command, env=surroundings(PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert "act.md" in running.stdout.readline()
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)
        assert running.returncode == 0
    again = monitor("--config", shown / "feeds.yaml", "report", "watch", shown / "reports", "--once")
    assert (again.code, [line for line in again.out.splitlines() if " added" in line]) == (0, [])
