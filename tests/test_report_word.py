"""A Word report is found by its heading, imitated paragraph by paragraph, opened by Word's readers, and left alone when it is damaged."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest

from monitor import report
from monitor.errors import ReportFileError
from monitor.model import Status
from tests.conftest import need
from tests.developments import APPROVAL, SALE
from tests.test_report_forms import members

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
OWN = "In June 2024, Harbour Cells hired a new head of quality."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("Recent Developments are told in section 2.")
    document.add_heading("2. Cell Therapy Market Recent Developments", 3)
    run = document.add_paragraph(style="List Number").add_run(OWN)
    run.font.name, run.italic = "Georgia", True
    document.add_heading("Players", 3)
    document.add_paragraph("None.", style="List Bullet")
    document.save(str(tmp_path / "report.docx"))
    return tmp_path / "report.docx"


def xml(path: Path) -> str:
    return members(path.read_bytes())["word/document.xml"].decode()


def test_a_line_takes_the_list_and_the_letters_of_its_neighbour_and_hides_its_id(path: Path) -> None:
    report.write(report.plan(path, [SALE]))
    document = docx.Document(str(path))
    (line,) = [one for one in document.paragraphs if one.text == SALE.line_text]
    assert line.style is not None
    assert (line.style.name, line.runs[0].font.name, line.runs[0].italic) == ("List Number", "Georgia", True)
    assert re.findall(r'w:name="(_mon_[0-9a-f]{8}_e3_2dact)"', xml(path))
    texts = [one.text for one in document.paragraphs]
    assert texts.index(SALE.line_text) + 1 == texts.index(OWN), "newest first, the house order"


def test_a_tracked_line_is_an_insertion_of_that_moment_and_a_later_wording_a_deletion_too(path: Path) -> None:
    report.write(report.plan(path, [SALE], tracked=NOW))
    assert len(re.findall(r'<w:ins w:id="\d+" w:author="Market Monitor" w:date="2026-03-02T07:00:00Z"', xml(path))) == 2
    assert report.plan(path, [SALE], tracked=NOW).diff() == ""
    taken_in = re.sub(r"<w:ins [^>]*/>|</?w:ins\b[^>]*>", "", xml(path))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, part in members(path.read_bytes()).items():
            file.writestr(name, taken_in if name == "word/document.xml" else part)
    path.write_bytes(content.getvalue())
    edited = replace(SALE, status=Status.EDITED, line_text=SALE.line_text.replace("plant", "factory"))
    planned = report.plan(path, [edited], tracked=NOW)
    assert planned.changed == ("e3-act",)
    report.write(planned)
    assert re.search(r"<w:del [^>]*><w:r>.*?<w:delText[^>]*>[^<]*plant", xml(path))
    assert report.present_lines(path)[0] == edited.line_text
    assert report.plan(path, [edited], tracked=NOW).diff() == ""


def test_a_paragraph_in_bold_serves_as_heading_and_dated_paragraphs_as_entries(tmp_path: Path) -> None:
    path = tmp_path / "bold.docx"
    document = docx.Document()
    document.add_paragraph().add_run("Recent Developments").bold = True
    document.add_paragraph(OWN)
    document.add_paragraph().add_run("Players").bold = True
    document.add_paragraph("In March 2020, nobody played.")
    document.save(str(path))
    report.write(report.plan(path, [SALE, APPROVAL]))
    assert report.present_lines(path) == (APPROVAL.line_text, SALE.line_text, OWN)


def test_a_proposed_line_loses_its_mark_when_it_is_accepted(path: Path) -> None:
    report.write(report.plan(path, [replace(SALE, status=Status.PROPOSED)]))
    assert f"[proposed] {SALE.line_text}" in xml(path)
    report.write(report.plan(path, [SALE]))
    assert f">{SALE.line_text}<" in xml(path)


def test_two_sections_are_named_by_their_paragraphs(path: Path) -> None:
    document = docx.Document(str(path))
    document.add_heading("Recent Developments", 2)
    document.save(str(path))
    with pytest.raises(ReportFileError, match=r'more than one "Recent Developments" section, paragraphs 2 and 6'):
        report.plan(path, [SALE])


def damaged(path: Path, case: str) -> tuple[bytes, str]:
    content = path.read_bytes()
    if case == "cut short":
        return content[: len(content) // 2], "damaged"
    if case == "text":
        return b"Recent Developments\n", "no Word file"
    if case == "password":
        return b"\xd0\xcf\x11\xe0" + content, "password"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name, part in members(content).items():
            broken = part.replace(b"</w:body>", b"") if case == "not well-formed" and name == "word/document.xml" else part
            if case == "entities" and name == "word/document.xml":
                broken = part.replace(b"?>", b'?><!DOCTYPE d [<!ENTITY a "b">]>', 1)
            file.writestr(name, broken)
        if case == "signed":
            file.writestr("_xmlsignatures/sig1.xml", "<s/>")
    return written.getvalue(), {"not well-formed": "damaged", "entities": "document type", "signed": "signature"}[case]


@pytest.mark.parametrize("case", ["cut short", "text", "password", "not well-formed", "entities", "signed"])
def test_a_damaged_or_protected_file_is_an_error_and_stays(path: Path, case: str) -> None:
    content, says = damaged(path, case)
    path.write_bytes(content)
    with pytest.raises(ReportFileError, match=says):
        report.plan(path, [SALE])
    assert path.read_bytes() == content


@pytest.mark.parametrize("note", ["~$report.docx", "~$port.docx", ".~lock.report.docx#"])
def test_a_file_open_in_word_stays_as_it_is(path: Path, note: str) -> None:
    content = path.read_bytes()
    path.with_name(note).touch()
    with pytest.raises(ReportFileError, match="close it"):
        report.write(report.plan(path, [SALE]))
    assert path.read_bytes() == content


def test_libreoffice_shows_the_line(path: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    need(office is not None, "needs LibreOffice: apt-get install libreoffice-writer")
    report.write(report.plan(path, [SALE], tracked=NOW))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    subprocess.run(
        [str(office), home, "--headless", "--convert-to", "txt:Text", "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=110,
    )  # fmt: skip
    assert SALE.line_text in (tmp_path / "report.txt").read_text(encoding="utf-8-sig")
