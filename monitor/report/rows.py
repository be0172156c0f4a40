"""The section as a table: a row for each development, the columns those of the report's own table or date, development and source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.model import Development
from monitor.report.section import NewLine
from monitor.report.words import MARK, MONTHS

HEADINGS = ("Date", "Development", "Source")
SHARES = (20, 60, 20)  # of the width; September must fit
ROLES = {
    "date": re.compile(r"dates?|months?|when", re.IGNORECASE),
    "text": re.compile(r"(?:(?:recent|latest|key) )?developments?|events?|what happened", re.IGNORECASE),
    "source": re.compile(r"sources?", re.IGNORECASE),
}
Roles = tuple[str, ...]  # of each column: date, text, source, or empty for a column that only people fill
OURS: Roles = ("date", "text", "source")


def roles(headings: Sequence[str]) -> Roles | None:
    """What each column is for; None where none tells developments, so that the table is another one."""
    found = tuple(next((role for role, names in ROLES.items() if names.fullmatch(heading.strip("*_ "))), "") for heading in headings)
    return found if found.count("text") == 1 and len(found) > 1 else None


def day(one: Development) -> str:
    """When it happened, as a table prints it: the month, less where less is known."""
    year = f"{one.event_date:%Y}"
    match one.date_precision:
        case "year":
            return year
        case "quarter":
            return f"Q{(one.event_date.month + 2) // 3} {year}"
        case _:
            return f"{MONTHS[one.event_date.month - 1].capitalize()} {year}"


def cells(line: NewLine, columns: Roles) -> list[str]:
    """What a new row says in each column."""
    return [getattr(line, role) if role else "" for role in columns]


def whole(said: Sequence[str]) -> str:
    """A row as one text, by which it is known whether somebody edited it."""
    return " | ".join(MARK.sub("", one.strip(), count=1) for one in said)


def in_row(line: NewLine, columns: Roles, beside: Sequence[str] | None = None) -> NewLine:
    """The line as a row: with what else stands there already, or new."""
    said = cells(line, columns)
    if beside is not None:
        said = [said[at] if role == "text" else beside[at] for at, role in enumerate(columns)]
    return replace(line, row=whole(said))
