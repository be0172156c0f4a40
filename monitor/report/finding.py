"""The section of a report in whichever form the file has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from monitor.errors import ReportFileError
from monitor.report import file, markdown, markup, plain, rst, word
from monitor.report.section import Both, Form, Section, TwoSectionsError, UnreadableError

FIND: Mapping[file.Kind, Callable[[str, str], tuple[Section, Section] | None]] = {
    "text": plain.find, "markdown": markdown.find, "rst": rst.find, "html": markup.find,
}  # fmt: skip
START: Mapping[file.Kind, Callable[[str, str], str]] = {
    "text": plain.start, "markdown": markdown.start, "rst": rst.start, "html": markup.start,
}  # fmt: skip


def find(read: file.ReportFile, text: str, heading: str, form: Form = "line", tracked: datetime | None = None) -> Both | None:
    """The section of that heading in the text of a file; raises ReportFileError when there are two or it cannot be read."""
    try:
        found = word.find(text, heading, read.package.styles, tracked) if read.package else FIND[read.kind](text, heading)
    except UnreadableError as error:
        raise ReportFileError(read.path, f"is no readable HTML: {error}; repair it and run again") from error
    except TwoSectionsError as error:
        where = f"{'paragraphs' if read.package else 'on lines'} {' and '.join(map(str, error.lines))}"
        raise ReportFileError(
            read.path,
            f'has more than one "{heading}" section, {where}; name one exactly with --heading',
        ) from error
    return Both(*found, form) if found else None


def start(read: file.ReportFile, text: str, heading: str, tracked: datetime | None) -> str:
    """The text with an empty section."""
    return word.start(text, heading, read.package.styles, tracked) if read.package else START[read.kind](text, heading)
