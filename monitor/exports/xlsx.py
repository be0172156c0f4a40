"""A workbook: dates are dates and numbers numbers, a sheet for each market, and a sheet of notes.

Written by hand as a stream, a row at a time, so that memory stays small. What a source wrote is
always a text cell, never a formula or a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import groupby
from typing import IO

from monitor.exports.columns import (
    CHANGE,
    CHANGE_MEANS,
    MEANINGS,
    MOMENTS,
    About,
    Row,
    Value,
    begins_a_formula,
    clean,
    first_day,
    printed,
    values,
)
from monitor.exports.package import OFFICE, Package, attribute, text
from monitor.model import Changed, Development

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MOST_ROWS, MOST_CHARACTERS = 1_048_576, 32_767  # what a sheet and a cell hold
EPOCH = date(1899, 12, 30)
FIRST_DATE = date(1900, 3, 1)  # before it, spreadsheets disagree about days
WIDTHS = {
    "headline": 48, "line_text": 80, "players": 36, "indication": 30, "source_url": 36, "conflict_note": 30, "superseded_by": 30,
    "confirmed": 24, "market": 24, "id": 28, "first_seen": 19, "updated_at": 19,
}  # fmt: skip
# Formats by number: plain, heading, text that begins like a formula, day, month, quarters, year, moment.
FORMATS = ("yyyy\\-mm\\-dd", "yyyy\\-mm", *(f'yyyy"-Q{n}"' for n in (1, 2, 3, 4)), "yyyy", "yyyy\\-mm\\-dd\\ hh:mm:ss")
HEADING, QUOTED, DAY, MONTH, QUARTER, YEAR, MOMENT = 1, 2, 3, 4, 5, 9, 10
DATES = MOMENTS | {"event_date"}
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
    yield _top([WIDTHS.get(name, 14) for name in about.columns])
    yield (
        '<row r="1">'
        + "".join(f'<c r="{letter}1"{_shown(name, HEADING)}' for letter, name in zip(letters, about.columns, strict=True))
        + "</row>"
    )
    place, places = 1, [(f'<c r="{letter}', name) for letter, name in zip(letters, about.columns, strict=True)]
    for of in rows:
        place += 1
        if place > MOST_ROWS:
            raise ValueError(f"a sheet holds {MOST_ROWS - 1:,} rows and there are more: narrow the table, or write .csv or .parquet")
        one, end = of.development if isinstance(of, Changed) else of, f'{place}"'
        told = zip(places, values(of, about.columns), strict=True)
        cells = [
            f"{begin}{end}{_shown(value) if type(value) is str and name not in DATES else _cell(name, value, one)}"
            for (begin, name), value in told
            if value is not None and value != ""
        ]
        yield f'<row r="{place}">{"".join(cells)}</row>'
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


def _cell(name: str, value: Value, one: Development) -> str:
    """What follows the place of a cell: a date, a moment, a number, or text."""
    if name == "event_date" and one.event_date >= FIRST_DATE:
        day = first_day(one)
        style = {"day": DAY, "month": MONTH, "quarter": QUARTER + (day.month - 1) // 3, "year": YEAR}[one.date_precision]
        return f' s="{style}"><v>{(day - EPOCH).days}</v></c>'
    if name in MOMENTS:
        return f' s="{MOMENT}"><v>{_serial(getattr(one, name))}</v></c>'
    if isinstance(value, int | float):
        return f"><v>{value!r}</v></c>"
    return _shown(printed(value))


def _serial(value: datetime) -> str:
    """A moment in UTC as spreadsheets count, to the second."""
    utc = value.astimezone(UTC)
    return repr((utc.date() - EPOCH).days + (utc.hour * 3600 + utc.minute * 60 + utc.second) / 86400)


@lru_cache(maxsize=4096)
def _shown(value: str, style: int = 0) -> str:
    """A text cell; most columns repeat few values."""
    if begins_a_formula(value):
        style = QUOTED
    if len(value) > MOST_CHARACTERS:
        value = value[: MOST_CHARACTERS - 1] + "…"
    if "_x" in value:
        value = LITERAL_ESCAPE.sub("_x005F_", value)
    shown = f' s="{style}"' if style else ""
    return f' t="inlineStr"{shown}><is><t xml:space="preserve">{text(value)}</t></is></c>'


def _notes(about: About, counts: Mapping[str, int]) -> Iterator[str]:
    """As of when, what was asked, how many rows, and what the columns mean."""
    yield _top([28, 110], frozen=False)
    lines = [("as_of", about.stamp), ("moments", "in UTC"), *((f"filter {name}", value) for name, value in about.asked)]
    lines += [(f"rows in {title}", str(count)) for title, count in counts.items()] + [("rows", str(sum(counts.values()))), ("", "")]
    lines += [(name, CHANGE_MEANS if name == CHANGE else MEANINGS[name]) for name in about.columns]
    for place, (name, said) in enumerate(lines, 1):
        both = (("A", name, HEADING), ("B", said, 0))
        cells = "".join(f'<c r="{column}{place}"{_shown(printed(clean(value)), style)}' for column, value, style in both)
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
