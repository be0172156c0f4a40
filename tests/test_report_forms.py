"""Both reports of ../shared in every form: updated, updated again, edited by hand, taken back, ordered; all outside the section stays."""

from __future__ import annotations

import difflib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import docutils.core
import pytest

from monitor import report
from monitor.errors import ReportFileError
from monitor.model import Development, Status
from tests.developments import APPROVAL, CARVYKTI, DEAL, GALAPAGOS, LEPTOMENINGEAL, SALE
from tests.forms import FORMS, HEADING

LATER = replace(
    LEPTOMENINGEAL, id="e8-lm", event_date=LEPTOMENINGEAL.event_date.replace(month=8), product="Tovorsa", generic=None,
    line_text="In August 2025, Example Oncology opened a trial of Tovorsa* in cancer of the meninges.",
    players=(("example", "Example Oncology", "sponsor"),), type="trial_start", agency=None, indication=None,
)  # fmt: skip
REPORTS: dict[str, tuple[Development, ...]] = {
    "adoptive-cell-therapy": (CARVYKTI, GALAPAGOS, APPROVAL, DEAL),
    "leptomeningeal-metastases": (LEPTOMENINGEAL, LATER),
}


@pytest.fixture(params=[(name, form) for name in REPORTS for form in FORMS], ids=lambda pair: pair[0][:5] + pair[1])
def case(request: pytest.FixtureRequest, shared: Path, tmp_path: Path) -> tuple[Path, tuple[Development, ...]]:
    name, form = request.param
    path = tmp_path / f"report{form}"
    FORMS[form]((shared / f"reports/{name}.txt").read_text(encoding="utf-8"), path)
    return path, REPORTS[name]


def members(content: bytes) -> Mapping[str, bytes]:
    """What a file is made of: the parts of a Word file, or the file."""
    if not content.startswith(b"PK"):
        return {"": content}
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def alike(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def update(path: Path, developments: tuple[Development, ...], **options: object) -> report.Update:
    planned = report.plan(path, developments, create=True, **options)  # type: ignore[arg-type]
    report.write(planned)
    return planned


def added_only(before: bytes, after: bytes) -> bytes:
    """What was put in, at one place; everything before and behind it is as it was, and so is every other part."""
    old, new = members(before), members(after)
    assert list(old) == list(new)
    changed = [name for name in old if old[name] != new[name]]
    assert changed in ([], [""], ["word/document.xml"])
    if not changed:
        return b""
    one, other = old[changed[0]], new[changed[0]]
    start = alike(one, other)
    behind = min(alike(one[::-1], other[::-1]), len(one) - start)
    assert start + behind == len(one), "something that was there is gone"
    return other[start : len(other) - behind]


def test_a_report_gains_its_lines_at_one_place_and_a_second_run_changes_nothing(case: tuple[Path, tuple[Development, ...]]) -> None:
    path, developments = case
    before = path.read_bytes()
    there = report.present_lines(path)
    planned = update(path, developments)
    new = [one for one in developments if one.status is Status.ACCEPTED]
    assert sorted(planned.added) == sorted(one.id for one in new)
    put_in = added_only(before, path.read_bytes()).decode()
    assert all(one.line_text[:40] in put_in for one in new), put_in
    assert len(report.present_lines(path)) == len(there) + len(new)
    again = report.plan(path, developments)
    assert (again.diff(), again.added, again.kept_by_hand, again.flagged) == ("", (), (), ())
    assert report.write(again) is None


def test_a_line_edited_by_hand_stays_and_is_named(case: tuple[Path, tuple[Development, ...]]) -> None:
    path, developments = case
    update(path, developments)
    last = developments[-1]
    edit(path, last.line_text[:24], last.line_text[:17] + "as we hear " + last.line_text[17:24])
    content = path.read_bytes()
    again = report.plan(path, developments)
    assert (again.diff(), again.kept_by_hand) == ("", (last.id,))
    assert report.write(again) is None
    assert path.read_bytes() == content


def edit(path: Path, old: str, new: str) -> None:
    """As an editor of the report does."""
    if path.suffix != ".docx":
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
        return
    import docx

    document = docx.Document(str(path))
    (run,) = [run for paragraph in document.paragraphs for run in paragraph.runs if old in run.text]
    run.text = run.text.replace(old, new)
    document.save(str(path))


@pytest.mark.parametrize("what", ["withdrawn", "superseded", "corrected"])
def test_a_line_whose_event_was_taken_back_is_named_and_stays(case: tuple[Path, tuple[Development, ...]], what: str) -> None:
    path, developments = case
    update(path, developments)
    content = path.read_bytes()
    last = developments[-1]
    since = {
        "withdrawn": replace(last, status=Status.WITHDRAWN),
        "superseded": replace(last, superseded_by="e9"),
        "corrected": replace(last, flag="corrected since: the date"),
    }[what]
    planned = update(path, (*developments[:-1], since))
    (flag,) = planned.flagged
    assert flag.startswith(last.id)
    assert what in flag
    assert path.read_bytes() == content


@pytest.mark.parametrize("form", [".md", ".html"])
def test_a_flag_stands_as_a_comment_beside_its_line_and_goes_with_its_reason(form: str, shared: Path, tmp_path: Path) -> None:
    path = tmp_path / f"report{form}"
    FORMS[form]((shared / "reports/adoptive-cell-therapy.txt").read_text(encoding="utf-8"), path)
    developments = REPORTS["adoptive-cell-therapy"]
    update(path, developments)
    content = path.read_text(encoding="utf-8")
    gone = (*developments[:-1], replace(DEAL, status=Status.WITHDRAWN))
    update(path, gone, comments=True)
    marked = path.read_text(encoding="utf-8")
    (line,) = [line for line in marked.splitlines() if "<!-- monitor-flag: e2-act: withdrawn since" in line]
    assert DEAL.line_text in line
    assert report.plan(path, gone, comments=True).diff() == ""
    update(path, developments, comments=True)
    assert path.read_text(encoding="utf-8") == content


def test_the_order_asked_for_holds_for_new_lines(shared: Path, tmp_path: Path) -> None:
    text = (shared / "reports/leptomeningeal-metastases.txt").read_text(encoding="utf-8")
    for form, make in FORMS.items():
        for order, first in (("oldest_first", LEPTOMENINGEAL), ("newest_first", LATER)):
            path = tmp_path / f"{order}{form}"
            make(text, path)
            update(path, (LEPTOMENINGEAL, LATER), order=order)
            assert report.present_lines(path)[0][:30] == first.line_text[:30], (form, order)


def test_the_difference_of_a_word_file_is_one_of_its_sentences(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    FORMS[".docx"]((shared / "reports/adoptive-cell-therapy.txt").read_text(encoding="utf-8"), path)
    lines = report.plan(path, (CARVYKTI, GALAPAGOS, SALE)).diff().splitlines()
    assert [line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}] == [f"+{SALE.line_text}"]


def test_restructuredtext_reads_without_complaint_and_shows_the_line_as_it_is(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.rst"
    FORMS[".rst"]((shared / "reports/leptomeningeal-metastases.txt").read_text(encoding="utf-8"), path)
    before = docutils.core.publish_string(path.read_text(encoding="utf-8"), settings_overrides={"report_level": 2, "halt_level": 2})
    update(path, (LEPTOMENINGEAL, LATER))
    after = docutils.core.publish_string(path.read_text(encoding="utf-8"), settings_overrides={"report_level": 2, "halt_level": 2})
    told = [line[2:] for line in difflib.ndiff(before.decode().splitlines(), after.decode().splitlines()) if line[:2] == "+ "]
    assert any(LATER.line_text in line for line in told)
    assert sum(HEADING in line for line in told) >= 1


RST = """\
.. contents::

=====
Title
=====

Recent growth
-------------

Text with a block::

    Recent Developments
    -------------------

Recent Developments
-------------------

* In May 2024, Polder was sold to
  Harbour.

.. _players:

Players
-------

None.
"""


def test_restructuredtext_knows_headings_from_blocks_and_keeps_targets_with_their_heading(tmp_path: Path) -> None:
    path = tmp_path / "report.rst"
    path.write_text(RST)
    update(path, (SALE,))
    assert f"* {SALE.line_text[:30]}" in path.read_text()
    assert path.read_text().index("Ghent") < path.read_text().index(".. _players:")
    settings = {"report_level": 2, "halt_level": 2}
    assert b"Ghent" in docutils.core.publish_string(path.read_text(), settings_overrides=settings)
    path.write_text(RST + "\nRecent Developments\n-------------------\n")
    with pytest.raises(ReportFileError, match="more than one"):
        report.plan(path, [SALE])
