"""A report file is written whole or not at all, in its own encoding, and a copy of how it was stands beside it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from monitor import report
from monitor.errors import ReportFileError
from tests.developments import APPROVAL, SALE

ROOT = Path(__file__).parents[1]
TEXT = "Market Report\nRecent Developments\n- In May 2024, Zürich’s Polder was sold.\nOutlook\nIt grows.\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def beside(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_report_stays_in_its_encoding(encoding: str, path: Path) -> None:
    path.write_bytes(TEXT.encode(encoding))
    report.write(report.plan(path, [SALE]))
    first, last = TEXT.split("- In May")
    assert path.read_bytes() == f"{first}- {SALE.line_text}\n- In May{last}".encode(encoding)
    assert report.plan(path, [SALE]).diff() == ""


def test_latin_1_letters_stay_single_bytes(path: Path) -> None:
    path.write_bytes(TEXT.replace("’", "'").encode("latin-1"))
    report.write(report.plan(path, [replace(SALE, line_text=SALE.line_text.replace("Ghent", "Besançon"))]))
    assert b"Besan\xe7on" in path.read_bytes()
    assert b"Z\xfcrich" in path.read_bytes()


def test_a_sign_the_encoding_lacks_is_named_and_nothing_is_written(path: Path) -> None:
    path.write_bytes(TEXT.encode("cp1252"))
    with pytest.raises(ReportFileError, match=r"cp1252.*'≥' \(U\+2265\).*UTF-8"):
        report.plan(path, [replace(SALE, line_text="In September 2024, Harbour sold ≥ 2 plants.")])
    assert path.read_bytes() == TEXT.encode("cp1252")


def test_the_copy_beside_it_is_the_report_as_it_was(path: Path) -> None:
    path.chmod(0o640)
    backup = report.write(report.plan(path, [SALE]))
    assert backup is not None
    assert backup.read_text(encoding="utf-8") == TEXT
    second = report.write(report.plan(path, [SALE, APPROVAL]))
    assert second is not None
    assert beside(path) == ["report.txt", "report.txt.bak-1", "report.txt.bak-2"]
    assert [one.stat().st_mode & 0o777 for one in (path, backup, second)] == [0o640] * 3


def test_a_link_stays_a_link_and_its_file_is_written(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "links"
    elsewhere.mkdir()
    link = elsewhere / "current.txt"
    link.symlink_to(path)
    backup = report.write(report.plan(link, [SALE]))
    assert link.is_symlink()
    assert SALE.line_text in path.read_text(encoding="utf-8")
    assert backup == path.with_name("report.txt.bak-1")


def test_a_report_changed_between_plan_and_write_is_not_overwritten(path: Path) -> None:
    plan = report.plan(path, [SALE])
    path.write_text(TEXT + "An editor was here.\n", encoding="utf-8")
    with pytest.raises(ReportFileError, match="run again"):
        report.write(plan)
    assert path.read_text(encoding="utf-8").endswith("An editor was here.\n")
    assert beside(path) == ["report.txt"]


def test_a_read_only_report_stays_as_it_is(path: Path) -> None:
    path.chmod(0o444)
    with pytest.raises(ReportFileError, match="read-only"):
        report.write(report.plan(path, [SALE]))
    assert (path.read_text(encoding="utf-8"), beside(path)) == (TEXT, ["report.txt"])


@pytest.mark.parametrize("note", [".~lock.report.txt#", "~$report.txt", ".report.txt.swp"])
def test_a_report_open_in_an_editor_stays_as_it_is(note: str, path: Path) -> None:
    path.with_name(note).touch()
    with pytest.raises(ReportFileError, match="close it"):
        report.write(report.plan(path, [SALE]))
    assert path.read_text(encoding="utf-8") == TEXT


def test_a_report_locked_by_another_program_stays_as_it_is(path: Path) -> None:
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(ReportFileError, match="locked"):
            report.write(report.plan(path, [SALE]))
    assert path.read_text(encoding="utf-8") == TEXT


MALFORMED = {
    "a NUL byte": (TEXT.encode() + b"\0", "NUL byte on line 6"),
    "half a character": (TEXT.encode()[:-5] + b"\xc3\n", "line 5"),
    "no known encoding": (b"\x81\x8d" + TEXT.encode("latin-1", "replace"), "neither UTF-8 nor"),
    "a Word file": (b"PK\x03\x04" + TEXT.encode(), "Word"),
    "a PDF": (b"%PDF-1.7" + TEXT.encode(), "PDF"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_report_is_an_error_that_says_what_is_wrong(case: str, path: Path) -> None:
    content, says = MALFORMED[case]
    path.write_bytes(content)
    with pytest.raises(ReportFileError, match=says):
        report.plan(path, [SALE])
    with pytest.raises(ReportFileError, match=says):
        report.present_lines(path)
    assert path.read_bytes() == content


def test_a_page_with_a_broken_declaration_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<h2>Recent Developments</h2><![oops[<ul><li>In May 2024, x.</li></ul>")
    with pytest.raises(ReportFileError, match="no readable HTML"):
        report.plan(page, [SALE])


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing.txt")
    (tmp_path / "sheet.xlsx").write_text(TEXT)
    for name, says in (
        ("missing.txt", "not exist"),
        ("", "not a file"),
        ("pipe.txt", "not a file"),
        ("gone.txt", "link"),
        ("sheet.xlsx", "ending"),
    ):
        with pytest.raises(ReportFileError, match=says):
            report.plan(tmp_path / name, [SALE])


KILLED = """
import os, sys
from pathlib import Path
from monitor import report
from tests.developments import SALE
plan = report.plan(Path(sys.argv[1]), [SALE])
def killed(self, target):
    assert SALE.line_text in self.read_text(encoding="utf-8"), "the new text stands complete beside the report"
    os.kill(os.getpid(), 9)
Path.replace = killed
report.write(plan)
"""


def test_a_run_killed_before_the_rename_leaves_the_report_and_the_next_run_finishes(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    assert path.read_text(encoding="utf-8") == TEXT
    report.write(report.plan(path, [SALE]))
    assert SALE.line_text in path.read_text(encoding="utf-8")
    assert [name for name in beside(path) if ".bak-" in name] == ["report.txt.bak-1"], "the copy of the run that died serves again"


def test_the_difference_shows_only_what_is_added(path: Path) -> None:
    path.write_text(TEXT.removesuffix("\n").removesuffix("\nIt grows."), encoding="utf-8")
    changed = [line for line in report.plan(path, [SALE]).diff().splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    assert changed == [f"+- {SALE.line_text}"]
