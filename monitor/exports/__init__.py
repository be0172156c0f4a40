"""The latest-developments table in every format: the same rows, in the order given, with the same ids (domain.md 5.3).

What is written depends on the developments and `as_of` alone, so that pulling the same table twice gives the same bytes. `chunks` gives a
text format piece by piece, a row at a time; `export` as one text; `save` writes any format to a file, whole or not at all.

Every text comes from the open web in the end. A spreadsheet must not run it (reliability.md T24), a browser must not read it as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Literal, get_args

from monitor.exports import delimited, docx, marked, parquet, structured, xlsx
from monitor.exports.columns import CHANGE, COLUMNS, MEANINGS, NUMBERS, WHOLE, About, Row, Typed, Value, clean, printed, row, typed, web
from monitor.files import atomically
from monitor.model import Filters

__all__ = [
    "CHANGE",
    "COLUMNS",
    "FILES",
    "MEANINGS",
    "NUMBERS",
    "TEXTS",
    "WHOLE",
    "About",
    "FileFormat",
    "Format",
    "Row",
    "Typed",
    "Value",
    "chosen",
    "chunks",
    "clean",
    "export",
    "format_of",
    "printed",
    "row",
    "save",
    "typed",
    "web",
]  # fmt: skip

Format = Literal["csv", "tsv", "json", "jsonl", "markdown", "html", "bullets"]
FileFormat = Literal["xlsx", "docx", "parquet"]
Writer = Callable[[Iterable[Row], About], Iterator[str]]
FileWriter = Callable[[Iterable[Row], About, IO[bytes]], None]

TEXTS: Mapping[str, Writer] = {
    "csv": delimited.comma_separated, "tsv": delimited.tab_separated, "json": structured.as_json, "jsonl": structured.as_lines,
    "markdown": marked.markdown, "html": marked.fragment, "bullets": marked.bullets,
}  # fmt: skip
FILES: Mapping[str, FileWriter] = {"xlsx": xlsx.workbook, "docx": docx.document, "parquet": parquet.parquet}
SUFFIXES: Mapping[str, str] = {
    **{f".{name}": name for name in (*get_args(Format), *FILES)}, ".md": "markdown", ".htm": "html", ".ndjson": "jsonl", ".tab": "tsv",
}  # fmt: skip


def export(
    developments: Iterable[Row],
    format: Format,  # noqa: A002
    *,
    as_of: datetime,
    filters: Filters | None = None,
    columns: tuple[str, ...] = COLUMNS,
) -> str:
    """The whole table as one text. CSV, TSV and JSON Lines hold rows alone; the others also say `as_of` (aware), JSON the filters too.

    `bullets` is the Markdown list of the lines, for pasting. Raises ValueError for another format or a naive `as_of`.
    """
    return "".join(chunks(developments, format, as_of=as_of, filters=filters, columns=columns))


def chunks(
    developments: Iterable[Row],
    format: Format,  # noqa: A002
    *,
    as_of: datetime,
    filters: Filters | None = None,
    columns: tuple[str, ...] = COLUMNS,
) -> Iterator[str]:
    """The same text in pieces, no more than one row held at a time."""
    if format not in TEXTS:
        raise ValueError(f"no table format {format!r} in text; there is: {', '.join(TEXTS)}")
    return TEXTS[format](developments, _checked(About(as_of, filters or {}, columns)))


def save(path: Path, developments: Iterable[Row], about: About, format: str | None = None) -> None:  # noqa: A002
    """Write the table to a file, whole or not at all; the format follows from the suffix when none is named."""
    wanted = format or format_of(path)
    with atomically(path) as file:
        if wanted in FILES:
            narrowed = replace(about, columns=docx.readable(about.columns)) if wanted == "docx" else about
            FILES[wanted](developments, _checked(narrowed), file)
        else:
            for piece in TEXTS[wanted](developments, _checked(about)):
                file.write(piece.encode())


def format_of(path: Path) -> str:
    """The format that a suffix names; ValueError with those there are."""
    if (found := SUFFIXES.get(path.suffix.lower())) is None:
        raise ValueError(f"{path}: no format has the suffix {path.suffix or '(none)'!r}; there is: {', '.join(SUFFIXES)}")
    return found


def chosen(names: Sequence[str], *, changes: bool = False) -> tuple[str, ...]:
    """These columns in this order, all of them for none; with the marker first when changes are told. ValueError for an unknown one."""
    if unknown := [name for name in names if name not in COLUMNS]:
        raise ValueError(f"no column {unknown[0]!r}; there is: {', '.join(COLUMNS)}")
    return (*((CHANGE,) if changes else ()), *(dict.fromkeys(names) if names else COLUMNS))


def _checked(about: About) -> About:
    about.stamp  # noqa: B018  a naive moment is refused before anything is written
    return about
