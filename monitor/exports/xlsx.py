"""A workbook: dates are dates and numbers numbers, a sheet for each market, and a sheet of notes.

Written by hand as a stream, a row at a time, so that memory stays small. What a source wrote is
always a text cell, never a formula or a link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from math import floor
from typing import IO, Any

from monitor.exports.columns import (
    CHANGE,
    CHANGE_MEANS,
    MEANINGS,
    MOMENTS,
    NUMBERS,
    About,
    Row,
    as_held,
    begins_a_formula,
    clean,
    event_date,
    first_day,
    players,
    printed,
)
from monitor.exports.package import OFFICE, Package, attribute, text
from monitor.model import Changed

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MOST_ROWS, MOST_CHARACTERS = 1_048_576, 32_767  # what a sheet and a cell hold
CUT = " … [cut: a cell holds no more]"
LONG = f"what is longer than the {MOST_CHARACTERS:,} characters of a cell ends with “{CUT.strip()}”; CSV, JSON and Parquet have it whole"
EPOCH = date(1899, 12, 30)
DAYS_TO_1970 = (date(1970, 1, 1) - EPOCH).days
FIRST_DATE = date(1900, 3, 1)  # before it, spreadsheets disagree about days
WIDTHS = {
    "headline": 48, "line_text": 80, "players": 36, "indication": 30, "source_url": 36, "conflict_note": 30, "superseded_by": 30,
    "confirmed": 24, "market": 24, "id": 28, "first_seen": 19, "updated_at": 19,
}  # fmt: skip
# Formats by number: plain, heading, text that begins like a formula, day, month, quarters, year, moment.
FORMATS = ("yyyy\\-mm\\-dd", "yyyy\\-mm", *(f'yyyy"-Q{n}"' for n in (1, 2, 3, 4)), "yyyy", "yyyy\\-mm\\-dd\\ hh:mm:ss")
HEADING, QUOTED, DAY, MONTH, QUARTER, YEAR, MOMENT = 1, 2, 3, 4, 5, 9, 10
ALL_DIFFERENT = frozenset({"headline", "line_text", "source_url", "id"})
AT_ONCE = 256  # rows written together
LITERAL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x000D_ as a character
NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="{len(FORMATS)}">'
    + "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{attribute(code)}"/>' for n, code in enumerate(FORMATS))
    + '</numFmts><fonts count="2">'
    '<font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="11">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>'
    + "".join(
        f'<xf numFmtId="{164 + n}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
        '<alignment horizontal="left"/></xf>'
        for n in range(len(FORMATS))
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(slots=True)
class Sheets:
    """The sheets written so far: title → the last row, heading included."""

    ends: dict[str, int] = field(default_factory=dict)
    filtered: dict[str, str] = field(default_factory=dict)  # title → the range that has filters


def workbook(rows: Iterable[Row], about: About, file: IO[bytes]) -> None:
    """Write the workbook; rows come market by market. Raises ValueError for more rows than a sheet holds."""
    with Package(file, about.as_of, f"Latest developments as of {about.stamp}") as package:
        sheets, waiting = Sheets(), list(about.markets)
        for market, some in groupby(rows, key=_market):
            while waiting and waiting[0] != market:  # those without any row have their sheet too
                _sheet(package, sheets, about.markets[waiting.pop(0)], (), about)
            waiting = waiting[1:]
            _sheet(package, sheets, about.markets.get(market, market), some, about)
        for market in waiting or ([] if sheets.ends else ["developments"]):
            _sheet(package, sheets, about.markets.get(market, market), (), about)
        _add(package, sheets, "Notes", _notes(about, {title: end - 1 for title, end in sheets.ends.items()}))
        _finish(package, sheets)


def _market(of: Row) -> str:
    return of.development.market if isinstance(of, Changed) else of.market


def _sheet(package: Package, sheets: Sheets, wanted: str, rows: Iterable[Row], about: About) -> None:
    title = _title(wanted, [*sheets.ends, "Notes"])
    letters = [_letter(n) for n in range(len(about.columns))]
    _add(package, sheets, title, _sheet_xml(rows, about, letters, sheets.ends, title))
    sheets.filtered[title] = f"$A$1:${letters[-1]}${sheets.ends[title]}"


def _add(package: Package, sheets: Sheets, title: str, pieces: Iterator[str]) -> None:
    sheets.ends.setdefault(title, 1)
    package.stream(f"xl/worksheets/sheet{len(sheets.ends)}.xml", pieces, f"{KIND}.worksheet+xml")


def _sheet_xml(rows: Iterable[Row], about: About, letters: list[str], ends: dict[str, int], title: str) -> Iterator[str]:
    yield _top([WIDTHS.get(name, max(14, len(name) + 2)) for name in about.columns])
    yield (
        '<row r="1">'
        + "".join(f'<c r="{letter}1"{_text(name, HEADING)}' for letter, name in zip(letters, about.columns, strict=True))
        + "</row>"
    )
    place, told = 1, [(f'<c r="{letter}', _writer(name)) for letter, name in zip(letters, about.columns, strict=True)]
    some: list[str] = []
    for of in rows:
        place += 1
        if place > MOST_ROWS:
            raise ValueError(f"a sheet holds {MOST_ROWS - 1:,} rows and there are more: narrow the table, or write .csv or .parquet")
        end = f'{place}"'
        cells = [
            f"{begin}{end}{write(value)}"
            for (begin, write), value in zip(told, as_held(of, about.columns), strict=True)
            if value is not None and value != ""
        ]
        some.append(f'<row r="{place}">{"".join(cells)}</row>')
        if len(some) == AT_ONCE:
            yield "".join(some)
            some.clear()
    yield "".join(some)
    ends[title] = place
    yield (
        f'</sheetData><autoFilter ref="A1:{letters[-1]}{place}"/><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" '
        'footer="0.3"/><pageSetup paperSize="8" orientation="landscape" fitToWidth="2" fitToHeight="0"/></worksheet>'
    )


def _top(widths: list[int], frozen: bool = True) -> str:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if frozen else ""
    columns = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, 1))
    return (
        f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">{pane}'
        f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'
    )


def _writer(name: str) -> Callable[[Any], str]:
    """What writes the cells of a column, behind their place."""
    if name in ALL_DIFFERENT:
        return _text
    special: Mapping[str, Callable[[Any], str]] = {"event_date": _date, "players": _players} | dict.fromkeys(MOMENTS, _moment)
    return special.get(name, _number if name in NUMBERS else _repeated)


@lru_cache(maxsize=4096)
def _date(held: tuple[date, str]) -> str:
    day = first_day(*held)
    if held[0] < FIRST_DATE:
        return _text(event_date(*held))
    style = {"day": DAY, "month": MONTH, "quarter": QUARTER + (day.month - 1) // 3, "year": YEAR}[held[1]]
    return f' s="{style}"><v>{(day - EPOCH).days}</v></c>'


def _moment(value: datetime) -> str:
    """A moment in UTC as spreadsheets count, to the second."""
    days, seconds = divmod(floor(value.timestamp()), 86400)
    return f' s="{MOMENT}"><v>{days + DAYS_TO_1970 + seconds / 86400!r}</v></c>'


def _number(value: float) -> str:
    return f"><v>{value!r}</v></c>"


@lru_cache(maxsize=4096)
def _players(value: tuple[tuple[str, str, str], ...]) -> str:
    return _text(printed(players(value)))


def _text(value: str, style: int = 0) -> str:
    """A text cell."""
    if not value.isprintable():
        value = str(clean(value))
    if begins_a_formula(value):
        style = QUOTED
    if len(value) > MOST_CHARACTERS // 2:  # as UTF-16 it may be too long
        value = _fitting(value)
    if "_x" in value:
        value = LITERAL_ESCAPE.sub("_x005F_", value)
    shown = f' s="{style}"' if style else ""
    return f' t="inlineStr"{shown}><is><t xml:space="preserve">{text(value)}</t></is></c>'


def _fitting(value: str) -> str:
    """As much of a text as a cell holds, counted in UTF-16 as Excel does; what was cut says so."""
    units = value.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * MOST_CHARACTERS:
        return value
    return units[: 2 * (MOST_CHARACTERS - len(CUT))].decode("utf-16-le", "ignore") + CUT


@lru_cache(maxsize=4096)
def _repeated(value: object) -> str:
    """A text cell of a column that repeats few values."""
    return _text(str(value))


def _notes(about: About, counts: Mapping[str, int]) -> Iterator[str]:
    """As of when, what was asked, how many rows, and what the columns mean."""
    yield _top([28, 110], frozen=False)
    lines = [
        ("as_of", about.stamp),
        ("moments", "in UTC"),
        ("long texts", LONG),
        *((f"filter {name}", value) for name, value in about.asked),
    ]
    lines += [(f"rows in {title}", str(count)) for title, count in counts.items()] + [("rows", str(sum(counts.values()))), ("", "")]
    lines += [(name, CHANGE_MEANS if name == CHANGE else MEANINGS[name]) for name in about.columns]
    for place, (name, said) in enumerate(lines, 1):
        both = (("A", name, HEADING), ("B", said, 0))
        cells = "".join(f'<c r="{column}{place}"{_text(value, style)}' for column, value, style in both)
        yield f'<row r="{place}">{cells}</row>'
    yield '</sheetData><pageSetup orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>'


def _finish(package: Package, sheets: Sheets) -> None:
    titles = list(sheets.ends)
    listed = "".join(f'<sheet name="{attribute(title)}" sheetId="{n}" r:id="rId{n}"/>' for n, title in enumerate(titles, 1))
    ranges = ""
    for n, title in enumerate(titles):
        if title in sheets.filtered:
            quoted = text("'" + title.replace("'", "''") + "'")
            ranges += (
                f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">{quoted}!{sheets.filtered[title]}</definedName>'
            )
            ranges += f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">{quoted}!$1:$1</definedName>'
    package.add(
        "xl/workbook.xml",
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets><definedNames>{ranges}</definedNames></workbook>',
        f"{KIND}.sheet.main+xml",
    )
    package.add("xl/styles.xml", STYLES, f"{KIND}.styles+xml")
    related = {f"rId{n}": (f"{OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(titles) + 1)}
    package.relate("xl/workbook.xml", related | {f"rId{len(titles) + 1}": (f"{OFFICE}/styles", "styles.xml")})
    package.finish("xl/workbook.xml")


def _title(wanted: str, taken: Iterable[str]) -> str:
    """A name that a sheet may have: at most 31 characters, none of []:*?/\\, each once in any case."""
    base = NOT_IN_A_TITLE.sub(" ", printed(clean(wanted))).strip(" '")[:31] or "developments"
    title, n, there = base, 1, {one.casefold() for one in taken}
    while title.casefold() in there:
        n += 1
        title = f"{base[:27]} {n}"
    return title


def _letter(n: int) -> str:
    """A, B, … Z, AA, …"""
    return (_letter(n // 26 - 1) if n >= 26 else "") + chr(ord("A") + n % 26)
