"""The section as a table, in every form a report may have: begun, updated, edited by hand, taken back; all outside it stays."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docutils.core
import docx
import pytest

from monitor import report
from monitor.errors import ReportFileError
from monitor.model import Development, Status
from tests.conftest import need
from tests.developments import APPROVAL, CARVYKTI, DEAL, SALE
from tests.forms import FORMS, SEGMENTS
from tests.test_report_forms import REPORTS, added_only, edit


@pytest.fixture(params=[(name, form) for name in REPORTS for form in FORMS], ids=lambda pair: pair[0][:5] + pair[1])
def case(request: pytest.FixtureRequest, shared: Path, tmp_path: Path) -> tuple[Path, tuple[Development, ...]]:
    name, form = request.param
    path = tmp_path / f"report{form}"
    FORMS[form]((shared / f"reports/{name}.txt").read_text(encoding="utf-8"), path)
    return path, REPORTS[name]


def update(path: Path, developments: tuple[Development, ...], **options: object) -> report.Update:
    planned = report.plan(path, developments, create=True, form="table", **options)  # type: ignore[arg-type]
    report.write(planned)
    return planned


def new(developments: tuple[Development, ...]) -> list[Development]:
    return [one for one in developments if one.status is Status.ACCEPTED]


def test_a_table_is_begun_at_one_place_and_a_second_run_changes_nothing(case: tuple[Path, tuple[Development, ...]]) -> None:
    path, developments = case
    before, there = path.read_bytes(), report.present_lines(path)
    planned = update(path, developments)
    assert sorted(planned.added) == sorted(one.id for one in new(developments))
    put_in = added_only(before, path.read_bytes()).decode()
    assert all(word in put_in for word in ("Date", "Development", "Source", "2025", "example-news"))
    assert report.present_lines(path)[: len(there)] == there
    assert len(report.present_lines(path)) == len(there) + len(new(developments))
    again = report.plan(path, developments, form="table")
    assert (again.diff(), again.added, again.kept_by_hand, again.flagged) == ("", (), (), ())


def test_a_development_told_in_a_table_is_not_told_as_a_line_again_nor_the_other_way_round(
    case: tuple[Path, tuple[Development, ...]],
) -> None:
    path, developments = case
    first, *rest = new(developments)
    report.write(report.plan(path, (first,), create=True))
    assert update(path, (first, *rest)).added == tuple(one.id for one in rest)
    assert report.plan(path, developments).diff() == ""


def test_rows_come_newest_first_and_each_later_one_at_one_place(case: tuple[Path, tuple[Development, ...]]) -> None:
    path, developments = case
    older, newer = sorted(new(developments), key=lambda one: one.event_date)
    middle = replace(
        older, id="middle", event_date=newer.event_date.replace(day=1), product="Midora", generic=None, type="approval",
        line_text=f"In {newer.event_date:%B %Y}, Middle Pharma won clearance for Midora.",
        players=(("middle", "Middle Pharma", "sponsor"),),
    )  # fmt: skip
    update(path, (older,))
    before = path.read_bytes()
    update(path, (older, middle, newer))
    added_only(before, path.read_bytes())
    assert [line[:26] for line in report.present_lines(path)[-3:]] == [one.line_text[:26] for one in (newer, middle, older)]


def test_a_row_edited_by_hand_stays_and_is_named(case: tuple[Path, tuple[Development, ...]]) -> None:
    path, developments = case
    update(path, developments)
    last = developments[-1]
    change(path, last.line_text[:24], last.line_text[:17] + "as we hear " + last.line_text[17:24])
    content = path.read_bytes()
    again = report.plan(path, developments, form="table")
    assert (again.diff(), again.kept_by_hand) == ("", (last.id,))
    assert path.read_bytes() == content


@pytest.mark.parametrize("what", ["withdrawn", "superseded"])
def test_a_row_whose_event_was_taken_back_is_named_and_stays(case: tuple[Path, tuple[Development, ...]], what: str) -> None:
    path, developments = case
    update(path, developments)
    last = developments[-1]
    gone = replace(last, status=Status.WITHDRAWN) if what == "withdrawn" else replace(last, superseded_by="e99")
    planned = report.plan(path, (*developments[:-1], gone), form="table")
    assert planned.diff() == ""
    assert [flag.split(":")[0] for flag in planned.flagged] == [last.id]


def change(path: Path, old: str, new: str) -> None:
    """As an editor of the report does, in a cell of Word too."""
    if path.suffix != ".docx":
        edit(path, old, new)
        return
    document = docx.Document(str(path))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    (run,) = [run for cell in cells for paragraph in cell.paragraphs for run in paragraph.runs if old in run.text]
    run.text = run.text.replace(old, new)
    document.save(str(path))


def test_another_cell_edited_by_hand_is_named_where_ids_are_hidden(tmp_path: Path) -> None:
    for suffix in (".md", ".html", ".docx"):
        path = tmp_path / f"r{suffix}"
        FORMS[suffix]("R\nRecent Developments\nText.\n", path)
        update(path, (APPROVAL,))
        assert update(path, (APPROVAL,)).kept_by_hand == ()
        change(path, "example-news", "Example News")
        planned = report.plan(path, (APPROVAL,), form="table")
        assert (planned.kept_by_hand, planned.diff()) == (("e1-act",), "")


def test_an_accepted_wording_takes_the_place_of_ours_and_leaves_other_cells(tmp_path: Path) -> None:
    proposed = replace(APPROVAL, status=Status.PROPOSED)
    accepted = replace(
        APPROVAL, status=Status.EDITED, line_text="In December 2025, U.S. regulators cleared Breyanzi for marginal zone lymphoma."
    )
    for suffix in FORMS:
        path = tmp_path / f"r{suffix}"
        FORMS[suffix]("R\nRecent Developments\nThese happened:\n", path)
        update(path, (proposed,))
        assert "[proposed]" in shown(path)
        if suffix in {".txt", ".rst"}:  # no fingerprint is hidden there: only the mark goes
            update(path, (replace(APPROVAL, status=Status.ACCEPTED),))
        else:
            assert update(path, (accepted,)).changed == ("e1-act",)
            assert report.present_lines(path) == (accepted.line_text,)
        assert "[proposed]" not in shown(path)
        assert shown(path).count("example-news") == 1


def shown(path: Path) -> str:
    if path.suffix != ".docx":
        return path.read_text(encoding="utf-8").replace("\\", "")
    document = docx.Document(str(path))
    return " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_a_table_of_the_reports_own_keeps_its_columns_and_looks(tmp_path: Path) -> None:
    page = tmp_path / "r.html"
    page.write_text(
        '<h2>Recent Developments</h2>\n<table class="n">\n<tr><th>No.</th><th>Event</th><th>When</th></tr>\n'
        '<tr class="r"><td class="a">1</td><td><i>x</i> In May 2024, Polder was sold.</td><td>May 2024</td></tr>\n</table>\n'
    )
    update(page, (APPROVAL,))
    assert '\n<tr class="r" data-id="e1-act" data-monitor="' in page.read_text()
    assert (
        f'<td class="a"></td><td>{APPROVAL.line_text}</td><td>December 2025</td></tr>\n<tr class="r"><td class="a">1<' in page.read_text()
    )
    mark = tmp_path / "r.md"
    mark.write_text("## Recent Developments\n\n| Month | Development |\n|:--|--:|\n| May 2024 | In May 2024, Polder was sold. |\n")
    update(mark, (APPROVAL,))
    assert f"|:--|--:|\n| December 2025 | {APPROVAL.line_text} <!-- monitor e1-act " in mark.read_text()


def test_signs_of_tables_in_a_line_stay_signs(tmp_path: Path) -> None:
    odd = replace(SALE, line_text="In September 2024, Harbour | Polder sold *two* plants <in> Ghent.", source_name="a|b")
    for suffix in FORMS:
        path = tmp_path / f"r{suffix}"
        FORMS[suffix]("R\nRecent Developments\nThese happened:\n", path)
        update(path, (odd,))
        assert report.present_lines(path) == (odd.line_text,)
        assert report.plan(path, (odd,), form="table").diff() == ""


def test_docutils_reads_the_table_without_a_complaint(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.rst"
    FORMS[".rst"]((shared / "reports/adoptive-cell-therapy.txt").read_text(encoding="utf-8"), path)
    before = as_page(path)
    update(path, (CARVYKTI, APPROVAL, DEAL))
    page = as_page(path)
    assert page.count("<table") == before.count("<table") + 1
    assert page.count("system-message") == before.count("system-message")
    assert re.search(r'<th class="head">(?:<p>)?Development', page)
    assert DEAL.line_text in page


def as_page(path: Path) -> str:
    page: bytes = docutils.core.publish_string(path.read_text(encoding="utf-8"), writer="html", settings_overrides={"report_level": 1})
    return page.decode()


def test_word_tracks_the_rows_it_gains_and_keeps_the_file_sound(tmp_path: Path) -> None:
    path = tmp_path / "r.docx"
    FORMS[".docx"]("R\nRecent Developments\nThese happened:\nNext Heading\nText.\n", path)
    update(path, (APPROVAL, DEAL), tracked=datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
    (table,) = docx.Document(str(path)).tables
    rows = table._tbl.tr_lst
    assert len(rows) == 3
    assert all(row.xpath("./w:trPr/w:ins[@w:author='Market Monitor']") for row in rows)
    assert report.plan(path, (APPROVAL, DEAL), form="table").diff() == ""


def test_a_table_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.md"
    path.write_text("## Recent Developments\n\n| Year | Size |\n|---|---|\n| 2024 | 5 |\n\n## Next\n")
    update(path, (APPROVAL,))
    assert path.read_text().startswith(
        "## Recent Developments\n\n| Year | Size |\n|---|---|\n| 2024 | 5 |\n\n| Date | Development | Source |\n"
    )
    with pytest.raises(ReportFileError, match='no "Latest News" section'):
        report.plan(path, (APPROVAL,), heading="Latest News", form="table")


def test_libreoffice_shows_the_rows_of_an_updated_report_between_its_paragraphs(shared: Path, tmp_path: Path) -> None:
    office, text = shutil.which("soffice"), shutil.which("pdftotext")
    need(bool(office and text), "needs LibreOffice: apt install libreoffice-writer poppler-utils --no-install-recommends")
    path = tmp_path / "report.docx"
    FORMS[".docx"]((shared / "reports/adoptive-cell-therapy.txt").read_text(encoding="utf-8"), path)
    update(path, (CARVYKTI, APPROVAL, DEAL), tracked=datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
    own = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [str(office), own, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)], check=True, capture_output=True
    )
    said = subprocess.run([str(text), str(tmp_path / "report.pdf"), "-"], check=True, capture_output=True, text=True).stdout
    places = [
        " ".join(said.split()).index(part) for part in ("In June 2023, Galapagos", "Gilead Sciences signed", "TRANSCEND FL", SEGMENTS)
    ]
    assert places == sorted(places)
