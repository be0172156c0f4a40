"""The latest-developments table in every format: the same rows, in the order given, with the same ids (domain.md 5.3).

What is written depends on the developments and `as_of` alone, so that pulling the same table twice gives the same bytes. `chunks` gives it
piece by piece, a row at a time; `export` as one text.

Every text comes from the open web in the end. A spreadsheet must not run it (reliability.md T24), a browser must not read it as markup.
"""

from __future__ import annotations

import csv
import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from monitor.model import Development

Format = Literal["csv", "json", "markdown", "html", "bullets"]
Value = str | int | float | None | list[dict[str, str]]

COLUMNS: tuple[str, ...] = (
    "event_date", "date_precision", "market", "type", "subtype", "headline", "line_text", "status", "players", "product", "generic",
    "modality_or_class", "indication", "agency", "country", "region", "trial", "deal_upfront", "deal_max", "currency", "importance",
    "relevance", "confidence", "source_url", "source_name", "n_sources", "first_seen", "updated_at", "story_id", "supersedes",
    "conflict_note", "reviewed_by", "id", "superseded_by", "confirmed",
)  # fmt: skip
NUMBERS = frozenset({"deal_upfront", "deal_max", "importance", "confidence", "n_sources"})


def export(
    developments: Iterable[Development], format: Format, *, as_of: datetime, filters: Mapping[str, object] | None = None  # noqa: A002
) -> str:  # fmt: skip
    """The whole table as one text. `csv` holds rows alone; the others also say `as_of` (aware), JSON the filters too.

    `bullets` is the Markdown list of the lines, for pasting. Raises ValueError for another format or a naive `as_of`.
    """
    return "".join(chunks(developments, format, as_of=as_of, filters=filters))


def chunks(
    developments: Iterable[Development], format: Format, *, as_of: datetime, filters: Mapping[str, object] | None = None  # noqa: A002
) -> Iterator[str]:  # fmt: skip
    """The same text in pieces, no more than one row held at a time."""
    if format not in WRITERS:
        raise ValueError(f"no table format {format!r}; there is: {', '.join(WRITERS)}")
    return WRITERS[format](developments, moment(as_of), filters or {})


def row(development: Development) -> dict[str, Value]:
    """One development by column. Dates are as exact as they are known: 2026-04-20, 2026-04, 2026-Q2 or 2026."""
    values: dict[str, Value] = {name: getattr(development, name) for name in COLUMNS if hasattr(development, name)}
    values["event_date"] = event_date(development)
    values["modality_or_class"] = development.modality
    values["status"] = str(development.status)
    values["confirmed"] = str(development.confirmed) if development.confirmed else None
    values["players"] = [{"id": player, "name": name, "role": role} for player, name, role in development.players]
    values["first_seen"] = moment(development.first_seen)
    values["updated_at"] = moment(development.updated_at)
    return {name: clean(value) for name in COLUMNS for value in (values[name],)}


def event_date(development: Development) -> str:
    """The day, month, quarter or year of an event, so that no exactness is pretended."""
    day = development.event_date
    match development.date_precision:
        case "month":
            return f"{day:%Y-%m}"
        case "quarter":
            return f"{day:%Y}-Q{(day.month + 2) // 3}"
        case "year":
            return f"{day:%Y}"
        case _:
            return day.isoformat()


def moment(value: datetime) -> str:
    """A time in UTC, to the second, ending in Z."""
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clean(value: Value) -> Value:
    """Text without what no file should hold: control characters and broken halves of characters."""
    if isinstance(value, list):
        return [{key: str(clean(text)) for key, text in one.items()} for one in value]
    if not isinstance(value, str):
        return value
    kept = (one for one in value if one in "\t\n\r" or unicodedata.category(one) != "Cc")
    return "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in kept)


def printed(value: Value) -> str:
    """A value as one cell of text; players as "id: Name (role)"."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(f"{one['id']}: {one['name']}" + (f" ({one['role']})" if one["role"] else "") for one in value)
    return str(value)


# ---- CSV -------------------------------------------------------------------------------------------------------------

# A sign, also in its wide form, or a tab or line break, after spaces and invisible characters: Excel, LibreOffice and Sheets skip those.
FORMULA = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]*[=+\-@|%＝＋－﹣−＠％｜﹦﹢﹫﹪]|[\t\r\n]")


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe in front where it would."""
    return f"'{text}" if FORMULA.match(text) else text


class _Line:
    """A file of one line, for csv.writer."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def _csv(developments: Iterable[Development], as_of: str, filters: Mapping[str, object]) -> Iterator[str]:  # noqa: ARG001
    line = _Line()
    writer = csv.writer(line, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    yield line.text
    for development in developments:
        values = row(development)
        writer.writerow([value if isinstance(value, int | float) else inert(printed(value)) for value in values.values()])
        yield line.text


# ---- JSON ------------------------------------------------------------------------------------------------------------


def _json(developments: Iterable[Development], as_of: str, filters: Mapping[str, object]) -> Iterator[str]:
    head = {"as_of": as_of, "filters": {key: filters[key] for key in sorted(filters)}, "columns": COLUMNS}
    yield json.dumps(head, ensure_ascii=False, default=_plain)[:-1] + ', "rows": ['
    between = "\n"
    for development in developments:
        yield between + json.dumps(row(development), ensure_ascii=False, allow_nan=False)
        between = ",\n"
    yield "\n]}\n"


def _plain(value: object) -> object:
    """Filters come as people and commands name them: dates, tuples, sets."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)


# ---- Markdown --------------------------------------------------------------------------------------------------------

MEANT_LITERALLY = re.compile(r"([\\`*\[\]|]|(?<!\w)_|_(?!\w))")


def literal(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return MEANT_LITERALLY.sub(r"\\\1", text)


def _markdown(developments: Iterable[Development], as_of: str, filters: Mapping[str, object]) -> Iterator[str]:  # noqa: ARG001
    yield f"Latest developments as of {as_of}\n\n"
    yield "| " + " | ".join(COLUMNS) + " |\n"
    yield "|" + "|".join("---:" if name in NUMBERS else "---" for name in COLUMNS) + "|\n"
    for development in developments:
        values = row(development)
        cells = [address(printed(value)) if name == "source_url" else literal(printed(value)) for name, value in values.items()]
        yield "| " + " | ".join(cells) + " |\n"


NOT_IN_AN_ADDRESS = str.maketrans({" ": "%20", "<": "%3C", ">": "%3E", "|": "%7C", "\\": "%5C", "`": "%60", "\n": "", "\r": "", "\t": ""})


def address(url: str) -> str:
    """An address as Markdown shows and links it; plain text where it leads nowhere on the web."""
    if not web(url):
        return literal(url)
    return f"<{url.translate(NOT_IN_AN_ADDRESS)}>"


def _bullets(developments: Iterable[Development], as_of: str, filters: Mapping[str, object]) -> Iterator[str]:  # noqa: ARG001
    for development in developments:
        if line := printed(clean(development.line_text or development.headline)):
            yield f"- {literal(line)}\n"


# ---- HTML ------------------------------------------------------------------------------------------------------------


def web(url: str) -> bool:
    """Whether an address may be made a link: http and https alone."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _html(developments: Iterable[Development], as_of: str, filters: Mapping[str, object]) -> Iterator[str]:  # noqa: ARG001
    yield f'<table class="developments" data-as-of="{as_of}">\n<caption>Latest developments as of {as_of}</caption>\n<thead>\n<tr>'
    yield "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    yield "</tr>\n</thead>\n<tbody>\n"
    for development in developments:
        values = row(development)
        yield f'<tr data-id="{html.escape(printed(values["id"]))}">'
        yield "".join(_cell(name, printed(value)) for name, value in values.items())
        yield "</tr>\n"
    yield "</tbody>\n</table>\n"


def _cell(name: str, text: str) -> str:
    shown = html.escape(text)
    if name == "headline":
        return f'<th scope="row">{shown}</th>'
    if name == "source_url" and web(text):
        return f'<td><a href="{shown}" rel="noopener noreferrer">{shown}</a></td>'
    return f"<td>{shown}</td>"


Writer = Callable[[Iterable[Development], str, Mapping[str, object]], Iterator[str]]
WRITERS: Mapping[str, Writer] = {"csv": _csv, "json": _json, "markdown": _markdown, "html": _html, "bullets": _bullets}
