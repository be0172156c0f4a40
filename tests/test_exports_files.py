"""The table as a workbook, a Word table and Parquet: reopened by other programs they say the same, and nothing in them is alive."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import docx
import openpyxl
import pandas
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from monitor import exports
from monitor.errors import MonitorError
from monitor.exports import About
from monitor.model import Changed, Development
from tests.conftest import need
from tests.developments import APPROVAL, CARVYKTI, DEAL, GALAPAGOS, LEPTOMENINGEAL
from tests.test_exports import HOSTILE, markdown_rows

AS_OF = datetime(2026, 5, 4, 5, 0, 0, 250_000, tzinfo=UTC)
QUARTER = replace(DEAL, id="e5-act", event_date=date(2025, 11, 20), date_precision="quarter")
YEAR = replace(DEAL, id="e6-act", event_date=date(2025, 11, 20), date_precision="year")
ROWS = (DEAL, replace(APPROVAL, headline="=1+1", line_text="half \ud83d a sign\x07 & <b>"), QUARTER, YEAR, GALAPAGOS, CARVYKTI)
ACT, LM = DEAL.market, LEPTOMENINGEAL.market
ABOUT = About(AS_OF, {"markets": [ACT], "since": date(2020, 1, 1)}, markets={ACT: "ACT"})
IDS = [one.id for one in ROWS]


def saved(folder: Path, suffix: str, rows: tuple[exports.Row, ...] = ROWS, about: About = ABOUT) -> Path:
    path = folder / f"table.{suffix}"
    exports.save(path, rows, about)
    return path


def sheet(path: Path, title: str = "ACT") -> Worksheet:
    found = openpyxl.load_workbook(path)[title]
    assert isinstance(found, Worksheet)
    return found


def column(found: Worksheet, name: str) -> list[object]:
    heads = [cell.value for cell in found[1]]
    return [cell.value for cell in list(found.columns)[heads.index(name)][1:]]


READ: dict[str, Callable[[Path], list[object]]] = {
    "csv": lambda path: [row["id"] for row in csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""))],
    "tsv": lambda path: [row["id"] for row in csv.DictReader(io.StringIO(path.read_text("utf-8")), delimiter="\t", quoting=csv.QUOTE_NONE)],
    "json": lambda path: [row["id"] for row in json.loads(path.read_bytes())["rows"]],
    "jsonl": lambda path: [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()],
    "md": lambda path: [row[exports.COLUMNS.index("id")] for row in markdown_rows(path.read_text("utf-8"))[1:]],
    "html": lambda path: list(re.findall(r'<tr data-id="([^"]*)"', path.read_text("utf-8"))),
    "xlsx": lambda path: column(sheet(path), "id"),
    "docx": lambda path: [row.cells[-1].text for row in docx.Document(str(path)).tables[0].rows][1:],
    "parquet": lambda path: list(pandas.read_parquet(path)["id"]),
}


@pytest.mark.parametrize("suffix", READ)
def test_every_file_reopens_with_the_same_ids_in_the_same_order(suffix: str, tmp_path: Path) -> None:
    assert READ[suffix](saved(tmp_path, suffix)) == IDS


@pytest.mark.parametrize("suffix", READ)
def test_the_same_table_is_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    first = saved(tmp_path, suffix).read_bytes()
    os.utime(tmp_path / f"table.{suffix}", (0, 0))
    assert saved(tmp_path, suffix).read_bytes() == first


@pytest.mark.parametrize("suffix", READ)
def test_an_empty_table_is_a_whole_file(suffix: str, tmp_path: Path) -> None:
    assert READ[suffix](saved(tmp_path, suffix, ())) == []


def test_a_workbook_has_dates_as_dates_and_numbers_as_numbers(tmp_path: Path) -> None:
    found = sheet(saved(tmp_path, "xlsx"))
    days = [found.cell(row, 1) for row in range(2, len(ROWS) + 2)]
    assert [cell.value for cell in days[:2]] == [datetime(2026, 2, 23), datetime(2025, 12, 4)]  # noqa: DTZ001  as openpyxl reads
    assert (days[2].value, days[2].number_format) == (datetime(2025, 10, 1), 'yyyy"-Q4"')  # noqa: DTZ001
    assert [days[place].number_format for place in (3, 4)] == ["yyyy", "yyyy\\-mm"]
    assert column(found, "deal_upfront")[0] == 7800
    assert column(found, "importance")[0] == 5
    seen = column(found, "first_seen")[0]
    assert isinstance(seen, datetime)
    assert abs(seen.replace(tzinfo=UTC) - DEAL.first_seen) < timedelta(seconds=1)
    assert [cell.value for cell in found[1]] == list(exports.COLUMNS)


@pytest.mark.parametrize(
    ("sign", "count", "kept"),
    [("a", 32_767, 32_767), ("a", 32_768, 32_737), ("\U0001d6fc", 16_384, 16_368), ("\U0001d6fc", 16_383, 16_383)],
)
def test_what_is_too_long_for_a_cell_says_that_it_was_cut(sign: str, count: int, kept: int, tmp_path: Path) -> None:
    path = saved(tmp_path, "xlsx", (replace(DEAL, line_text=sign * count),))
    shown = str(column(sheet(path), "line_text")[0])
    assert shown == sign * kept + (" … [cut: a cell holds no more]" if kept < count else "")
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767, "Excel counts as UTF-16 does"
    notes = {row[0]: row[1] for row in sheet(path, "Notes").values}
    assert "[cut: a cell holds no more]" in str(notes["long texts"])


def test_a_workbook_opens_ready_for_work(tmp_path: Path) -> None:
    found = sheet(saved(tmp_path, "xlsx"))
    assert found.freeze_panes == "A2"
    assert found.auto_filter.ref == f"A1:{found.cell(1, len(exports.COLUMNS)).column_letter}{len(ROWS) + 1}"


def test_each_market_has_its_sheet_and_the_notes_say_what_it_is(tmp_path: Path) -> None:
    about = replace(ABOUT, markets={"other": "No: rows/here", ACT: "ACT", LM: "LM"})
    path = saved(tmp_path, "xlsx", (*ROWS, LEPTOMENINGEAL), about)
    assert openpyxl.load_workbook(path).sheetnames == ["No  rows here", "ACT", "LM", "Notes"]
    assert [column(sheet(path, title), "id") for title in ("No  rows here", "ACT", "LM")] == [[], IDS, [LEPTOMENINGEAL.id]]
    notes = {cells[0].value: cells[1].value for cells in sheet(path, "Notes").iter_rows()}
    assert notes["as_of"] == "2026-05-04T05:00:00.250000Z"
    assert (notes["filter markets"], notes["filter since"]) == (ACT, "2020-01-01")
    assert (notes["rows in ACT"], notes["rows in LM"], notes["rows"]) == ("6", "1", "7")
    assert set(exports.COLUMNS) <= set(notes)


@pytest.mark.parametrize("title", [*HOSTILE, "_x003D_1", "=cmd|' /C calc'!A0"])
def test_no_title_is_a_formula_in_a_workbook(title: str, tmp_path: Path) -> None:
    one = replace(DEAL, headline=title, source_name=title, players=((title, title, title),), source_url=title)
    found = sheet(saved(tmp_path, "xlsx", (one,)))
    cells = [cell for cell in found[2] if cell.value is not None and cell.data_type != "n" and not cell.is_date]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    begins = {str(cell.value): cell.quotePrefix for cell in cells}
    assert all(quoted for value, quoted in begins.items() if value[:1] in "=+-@|%\t\r\n")
    parts = zipfile.ZipFile(tmp_path / "table.xlsx")
    assert "<f>" not in "".join(parts.read(name).decode() for name in parts.namelist())


@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
def test_no_file_links_outside_or_carries_a_program(suffix: str, tmp_path: Path) -> None:
    parts = zipfile.ZipFile(saved(tmp_path, suffix))
    related = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".rels"))
    assert "External" not in related
    assert "http" not in "".join(re.findall(r'Target="([^"]*)"', related))
    assert not [name for name in parts.namelist() if re.search(r"vba|macro|embed|externalLink", name, re.IGNORECASE)]
    whole = "".join(parts.read(name).decode() for name in parts.namelist())
    assert not re.search(r"<(hyperlink|w:hyperlink|w:fldSimple|w:instrText|ddeLink)", whole)


def test_a_word_table_shows_what_fits_a_page_and_every_column_when_asked(tmp_path: Path) -> None:
    table = docx.Document(str(saved(tmp_path, "docx"))).tables[0]
    heads = [cell.text for cell in table.rows[0].cells]
    assert heads[0] == "event_date"
    assert len(heads) == 10
    assert table.rows[2].cells[2].text == "=1+1"
    chosen = replace(ABOUT, columns=exports.chosen(["id", "indication"]))
    assert [cell.text for cell in docx.Document(str(saved(tmp_path, "docx", ROWS, chosen))).tables[0].rows[0].cells] == ["id", "indication"]


def test_parquet_has_types(tmp_path: Path) -> None:
    import pyarrow.parquet

    read = pyarrow.parquet.read_table(saved(tmp_path, "parquet"))
    kinds = {field.name: str(field.type) for field in read.schema}
    assert (kinds["event_date"], kinds["first_seen"], kinds["deal_max"]) == ("date32[day]", "timestamp[us, tz=UTC]", "double")
    assert read.schema.metadata[b"as_of"] == b"2026-05-04T05:00:00.250000Z"
    assert read["players"][0].as_py()[1] == {"id": "arcellx", "name": "Arcellx", "role": "target"}
    assert read["event_date"][0].as_py() == date(2026, 2, 23)


def test_without_pyarrow_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MonitorError, match=r'pip install "market-monitor\[parquet\]"'):
        saved(tmp_path, "parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "docx", "parquet", "json"])
def test_the_marker_of_a_change_is_the_first_column(suffix: str, tmp_path: Path) -> None:
    rows = (Changed(DEAL, "new"), Changed(replace(APPROVAL, market=ACT), "withdrawn"))
    path = saved(tmp_path, suffix, rows, replace(ABOUT, columns=exports.chosen([], changes=True)))
    shown = {
        "csv": lambda: path.read_text().splitlines()[1].split(",")[0].strip('"'),
        "xlsx": lambda: sheet(path)["A2"].value,
        "docx": lambda: docx.Document(str(path)).tables[0].rows[1].cells[0].text,
        "parquet": lambda: pandas.read_parquet(path)["change"][0],
        "json": lambda: json.loads(path.read_text())["rows"][0]["change"],
    }[suffix]
    assert shown() == "new"


def test_a_file_that_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    path = saved(tmp_path, "xlsx")
    before = path.read_bytes()

    def broken() -> object:
        yield DEAL
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError, match="gone"):
        exports.save(path, broken(), ABOUT)  # type: ignore[arg-type]
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_libreoffice_makes_pages_of_both(tmp_path: Path) -> None:
    office, text = shutil.which("soffice"), shutil.which("pdftotext")
    need(bool(office and text), "needs LibreOffice: apt install libreoffice-calc libreoffice-writer poppler-utils --no-install-recommends")
    assert office
    assert text
    few: tuple[Development, ...] = ROWS[:3]
    about = replace(ABOUT, columns=exports.chosen(["event_date", "headline", "deal_upfront", "id"]))
    for suffix in ("xlsx", "docx"):
        path = saved(tmp_path, suffix, few, about)
        own = f"-env:UserInstallation=file://{tmp_path}/profile"
        subprocess.run(
            [office, own, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)], check=True, capture_output=True
        )
        said = subprocess.run([text, "-layout", str(tmp_path / "table.pdf"), "-"], check=True, capture_output=True, text=True).stdout
        places = [said.index(one.id) for one in few]
        assert places == sorted(places)
        for shown in ("2026-02-23", "=1+1", "7800", "2025-Q4"):
            assert shown in said
