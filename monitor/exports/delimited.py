"""CSV and TSV: no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from monitor.exports.columns import About, Row, begins_a_formula, printed, values


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe in front where it would."""
    return f"'{text}" if begins_a_formula(text) else text


class _Line:
    """A file of one line, for csv.writer."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def comma_separated(rows: Iterable[Row], about: About) -> Iterator[str]:
    """Comma-separated, texts in quotation marks, numbers without."""
    line = _Line()
    writer = csv.writer(line, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(about.columns)
    yield line.text
    for one in rows:
        writer.writerow([value if isinstance(value, int | float) else inert(printed(value)) for value in values(one, about.columns)])
        yield line.text


def tab_separated(rows: Iterable[Row], about: About) -> Iterator[str]:
    """Tab-separated, one line a row: tabs and line breaks inside a text become spaces, so that no quotation marks are needed."""
    yield "\t".join(about.columns) + "\n"
    for one in rows:
        cells = (inert(printed(value)) if not isinstance(value, int | float) else str(value) for value in values(one, about.columns))
        yield "\t".join(" ".join(cell.split()) for cell in cells) + "\n"
