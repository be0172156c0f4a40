"""The marker with which a report says its own rules: a comment of Markdown, HTML or reStructuredText that no reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import ReportFileError
from monitor.report import file, markdown
from monitor.report.lines import split

COMMENT = re.compile(r"<!--\s*monitor:(?P<said>(?:(?!-->).)*)(?P<closed>-->)?", re.IGNORECASE)
FORMS: Mapping[file.Kind, re.Pattern[str]] = {
    "markdown": COMMENT,
    "html": COMMENT,
    "rst": re.compile(r"^\.\.[ \t]+monitor:(?P<said>.*)(?P<closed>$)", re.IGNORECASE),
}
WORD = re.compile(r"(?P<key>[^\s=]+)(?:=(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>\S*)))?")


@dataclass(frozen=True, slots=True)
class Word:
    """One key=value of a marker, with line and column, both from 1."""

    key: str
    value: str
    quoted: bool
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Marker:
    """What a report says of itself, as written; `line` and `column` are of the comment."""

    line: int
    column: int
    words: tuple[Word, ...]


def find(path: Path) -> Marker | None:
    """The marker of a report, None where it has none (plain text and Word have no place for one).

    Raises ReportFileError as `file.read` does, and when there are two, or one that does not end on its line.
    """
    read = file.read(path)
    if read.kind not in FORMS:
        return None
    lines = split(read.text)
    unread = markdown.in_code(lines) if read.kind == "markdown" else ()
    found = [
        (number, one) for number, line in enumerate(lines, 1) if number - 1 not in unread for one in FORMS[read.kind].finditer(line.text)
    ]
    if len(found) > 1:
        raise ReportFileError(path, f"has a marker on lines {' and '.join(str(number) for number, _ in found)}; keep one of them")
    for number, one in found:
        if one["closed"] is None:
            raise ReportFileError(path, f"has a marker that does not end on its line {number}; write it in one line, up to -->")
        return Marker(number, one.start() + 1, tuple(_words(one, number)))
    return None


def _words(found: re.Match[str], line: int) -> Iterator[Word]:
    for word in WORD.finditer(found["said"]):
        quoted = word["double"] if word["double"] is not None else word["single"]
        yield Word(
            word["key"], quoted if quoted is not None else word["bare"] or "", quoted is not None, line,
            found.start("said") + word.start() + 1,
        )  # fmt: skip
