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
from monitor.config.reports_file import load_reports, marked
from monitor.errors import ConfigError, ReportFileError
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


MARKERS = {
    "r.md": "# R\n\n<!-- monitor: {} -->\n\n## Recent Developments\n",
    "r.html": "<h1>R</h1>\n\n<!-- monitor: {} --><h2>Recent Developments</h2>\n",
    "r.rst": "R\n=\n.. monitor: {}\n\nRecent Developments\n-------------------\n",
}


@pytest.mark.parametrize("name", MARKERS)
def test_a_report_may_say_its_rules_itself(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(MARKERS[name].format('market=ACT maximum=10 order=newest form=table heading="Latest News" baseline=false'))
    rules = marked(report.Rules(path, "other", months=3, maximum=2), MARKETS)
    assert rules == report.Rules(
        path, "adoptive-cell-therapy", "Latest News", "table", order="newest_first", maximum=10, months=3, baseline=False
    )


@pytest.mark.parametrize(
    ("said", "column", "advice"),
    [
        ("market=ATC", 1, "did you mean act?"),
        ("market=ACT maximun=3", 12, "did you mean maximum?"),
        ("market=ACT maximum=ten", 12, "must be a whole number"),
        ("market=ACT form=list", 12, "must be 'line' or 'table'"),
        ("market=ACT tracked=true", 12, "only a Word file"),
        ("market=ACT comments=yes", 12, "write true"),
        ("market=ACT market=ACT", 12, "keep one"),
        ("market=ACT path=x.md", 12, "is not a key here"),
        ("market=ACT tracked", 12, "is empty"),
    ],
)
@pytest.mark.parametrize("name", MARKERS)
def test_a_mistake_in_a_marker_has_its_place_in_the_report(name: str, said: str, column: int, advice: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(MARKERS[name].format(said))
    with pytest.raises(ConfigError) as caught:
        marked(report.Rules(path), MARKETS)
    (problem,) = caught.value.problems
    opening = MARKERS[name].splitlines()[2].index("{")
    assert (problem.file, problem.line, problem.column) == (str(path), 3, opening + column)
    assert advice in problem.message


def test_a_marker_stands_once_in_one_line_and_outside_of_code(tmp_path: Path) -> None:
    path = tmp_path / "r.md"
    path.write_text("```\n<!-- monitor: market=X -->\n```\n")
    assert marked(report.Rules(path), MARKETS).market == ""
    path.write_text("<!-- monitor: market=ACT -->\n\n<!-- monitor: form=table -->\n")
    with pytest.raises(ReportFileError, match="marker on lines 1 and 3; keep one"):
        marked(report.Rules(path), MARKETS)
    path.write_text("<!-- monitor: market=ACT\nform=table -->\n")
    with pytest.raises(ReportFileError, match="does not end on its line 1"):
        marked(report.Rules(path), MARKETS)


def test_the_command_line_comes_before_the_marker_and_the_marker_before_reports_yaml(shown: Path) -> None:
    page = shown / "reports" / "act.md"
    page.write_text("# R\n\n## Recent Developments\n\n<!-- monitor: form=table maximum=1 -->\n")
    command = ("--config", shown / "feeds.yaml", "report", "update", page, "--rules", shown / "reports" / "reports.yaml", "--dry-run")
    seen = monitor(*command, "--json")
    assert len(seen.json["added"]) == 1, "the file says 2, the marker 1; market and proposed lines come from the file"
    assert "+| Date | Development | Source |" in monitor(*command).out
    assert "+- \\[proposed\\]" in monitor(*command, "--form", "line").out
    unsaid = monitor("--config", shown / "feeds.yaml", "report", "update", page, "--dry-run")
    assert (unsaid.code, "--market ID" in unsaid.err) == (2, True)
    page.write_text(page.read_text().replace("form=table", "market=LM"))
    assert monitor("--config", shown / "feeds.yaml", "report", "update", page, "--dry-run", "--market", "ACT").code == 0


def test_check_names_what_is_wrong_in_reports_yaml_and_in_markers(shown: Path) -> None:
    (shown / "reports.yaml").write_text("reports:\n  - {path: reports/act.md}\n  - {path: gone.md, market: ACT}\n")
    seen = monitor("--config", shown / "feeds.yaml", "check", "--json")
    told = [(Path(one["file"]).name, one["line"], one["column"], one["key"], one["severity"]) for one in seen.json]
    assert ("reports.yaml", 3, 12, "reports[1].path", "warning") in told
    assert ("act.md", 1, 1, "market", "error") in told
    assert seen.code == 2
    (shown / "reports" / "act.md").write_text("<!-- monitor: market=ACT frm=table -->\n")
    told = [(one["line"], one["column"], one["key"]) for one in monitor("--config", shown / "feeds.yaml", "check", "--json").json]
    assert (1, 26, "frm") in told
    (shown / "reports.yaml").write_text("reports:\n  - {path: reports/act.md, market: ACT, ordr: newest}\n")
    seen = monitor("--config", shown / "feeds.yaml", "check")
    assert (seen.code, "reports.yaml:2:41: error: reports[0].ordr: is not a key here; did you mean order?" in seen.out) == (2, True)


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
