"""The columns of the table: what each means, and what a development says in it, with real types or as text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from monitor.model import Changed, Development, Filters

Value = str | int | float | None | list[dict[str, str]]
Typed = Value | date | datetime
Row = Development | Changed
Said = Callable[[Development], Value]

MEANINGS: Mapping[str, str] = {
    "event_date": "when it happened, no more exact than it is known: day, month, quarter or year",
    "date_precision": "how exactly: day, month, quarter, year",
    "market": "id of the market",
    "type": "event type, by its id in types.yaml",
    "subtype": "stage of the type, such as expanded_indication or closed",
    "headline": "what happened, in our words",
    "line_text": "the line for the report, as accepted or proposed",
    "status": "baseline (printed in the report before), accepted, edited, proposed, review, mention, rejected, withdrawn",
    "players": "companies, with id, printed name and role",
    "product": "brand, or the name it goes by",
    "generic": "generic name",
    "modality_or_class": "kind of medicine, as the market writes it",
    "indication": "disease and line of therapy",
    "agency": "regulator or payer that decided",
    "country": "country of the agency",
    "region": "node of the market's geography tree",
    "trial": "study that is named",
    "deal_upfront": "paid upfront, in millions of the currency",
    "deal_max": "paid at most, in millions of the currency",
    "currency": "of both amounts",
    "importance": "1 (archive) to 5 (always a headline)",
    "relevance": "how close to the market: core, adjacent, player_only",
    "confidence": "0 to 1: how sure the type is",
    "source_url": "the best source",
    "source_name": "its name in feeds.yaml",
    "n_sources": "how many sources tell it",
    "first_seen": "when a source first told it (UTC)",
    "updated_at": "when the row last changed (UTC)",
    "story_id": "story it belongs to",
    "supersedes": "what it overtook",
    "conflict_note": "where sources disagree, and who says what",
    "reviewed_by": "who accepted, edited or rejected it",
    "id": "stable: the same in every format and on every day",
    "superseded_by": "what overtook it",
    "confirmed": "whether a register or filing bears it out",
}
COLUMNS: tuple[str, ...] = tuple(MEANINGS)
CHANGE = "change"
CHANGE_MEANS = "new, changed or withdrawn since the issue or day asked for"
WHOLE = frozenset({"importance", "n_sources"})
NUMBERS = WHOLE | {"deal_upfront", "deal_max", "confidence"}
MOMENTS = frozenset({"first_seen", "updated_at"})


@dataclass(frozen=True, slots=True)
class About:
    """What a table says of itself: as of when, what was asked, which columns, and how its markets are called."""

    as_of: datetime
    filters: Filters = field(default_factory=dict)
    columns: tuple[str, ...] = COLUMNS
    markets: Mapping[str, str] = field(default_factory=dict)  # id → title of its sheet

    @property
    def stamp(self) -> str:
        """The moment in UTC, with its fraction where it has one, so that `--as-of` finds it again."""
        fraction = f".{self.as_of.microsecond:06d}Z" if self.as_of.microsecond else "Z"
        return moment(self.as_of).removesuffix("Z") + fraction

    @property
    def asked(self) -> Iterator[tuple[str, str]]:
        """The filters by name, each as one text."""
        for name in sorted(self.filters):
            value = self.filters[name]
            if isinstance(value, set | frozenset):
                yield name, ", ".join(sorted(str(one) for one in value))
            elif isinstance(value, list | tuple):
                yield name, ", ".join(str(one) for one in value)
            else:
                yield name, str(value)


def row(of: Row, columns: tuple[str, ...] = COLUMNS) -> dict[str, Value]:
    """One development by column, as JSON and text have it. Dates are as exact as they are known: 2026-04-20, 2026-04, 2026-Q2 or 2026."""
    return dict(zip(columns, values(of, columns), strict=True))


def values(of: Row, columns: tuple[str, ...]) -> list[Value]:
    """The same without the names."""
    one = of.development if isinstance(of, Changed) else of
    read, told = _readers(columns)
    found = list(read(one)[:-1])
    for place, say in told:
        found[place] = say(one)
    if isinstance(of, Changed) and CHANGE in columns:
        found[columns.index(CHANGE)] = of.change
    return [value if type(value) is not str or value.isprintable() else clean(value) for value in found]


@lru_cache(maxsize=64)
def _readers(
    columns: tuple[str, ...],
) -> tuple[Callable[[Development], tuple[Value, ...]], list[tuple[int, Callable[[Development], Value]]]]:
    """What reads all columns at once, and what says some of them otherwise than the development does."""
    names = ["id" if name == CHANGE else NAMES.get(name, name) for name in columns]
    named: Callable[[Development], tuple[Value, ...]] = attrgetter(*names, "id")  # of one name alone it would give no tuple
    told = [(place, _VALUES[name]) for place, name in enumerate(columns) if name in _VALUES]
    return named, told


def as_held(of: Row, columns: tuple[str, ...]) -> list[Any]:
    """What a row holds, unchanged and as its own types, for writers that turn each into a cell; a date with its precision."""
    one = of.development if isinstance(of, Changed) else of
    held: list[Any] = list(_readers(columns)[0](one)[:-1])
    if "event_date" in columns:
        held[columns.index("event_date")] = (one.event_date, one.date_precision)
    if isinstance(of, Changed) and CHANGE in columns:
        held[columns.index(CHANGE)] = of.change
    return held


def typed(of: Row, columns: tuple[str, ...] = COLUMNS) -> dict[str, Typed]:
    """The same with dates and moments as such; a date known less exactly is the first day it can have been."""
    one = of.development if isinstance(of, Changed) else of
    found: dict[str, Typed] = dict(row(of, columns))
    for name in columns:
        if name == "event_date":
            found[name] = first_day(one.event_date, one.date_precision)
        elif name in MOMENTS:
            found[name] = getattr(one, name)
    return found


def first_day(day: date, precision: str) -> date:
    """The first day of the day, month, quarter or year that is known."""
    match precision:
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            return day


@lru_cache(maxsize=4096)
def event_date(day: date, precision: str) -> str:
    """The day, month, quarter or year of an event, so that no exactness is pretended."""
    match precision:
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
    return value.astimezone(UTC).isoformat("T", "seconds")[:-6] + "Z"


NAMES = {"modality_or_class": "modality"}
_VALUES: Mapping[str, Said] = {
    "event_date": lambda one: event_date(one.event_date, one.date_precision),
    "status": lambda one: str(one.status),
    "confirmed": lambda one: str(one.confirmed) if one.confirmed else None,
    "players": lambda one: players(one.players),
    "first_seen": lambda one: moment(one.first_seen),
    "updated_at": lambda one: moment(one.updated_at),
}


def players(told: tuple[tuple[str, str, str], ...]) -> Value:
    """Companies as JSON has them."""
    return clean([{"id": player, "name": name, "role": role} for player, name, role in told])


ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(value: Value) -> Value:
    """Text without what no file should hold: control characters and broken halves of characters."""
    if isinstance(value, list):
        return [{key: str(clean(text)) for key, text in one.items()} for one in value]
    if not isinstance(value, str) or not ODD.search(value):
        return value
    return ODD.sub(lambda found: "" if unicodedata.category(found[0]) == "Cc" else "\ufffd", value)


def printed(value: Value) -> str:
    """A value as one cell of text; players as "id: Name (role)"."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(f"{one['id']}: {one['name']}" + (f" ({one['role']})" if one["role"] else "") for one in value)
    return str(value)


# A sign, also in its wide form, or a tab or line break, after spaces and invisible characters: Excel, LibreOffice and Sheets skip those.
FORMULA = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]*[=+\-@|%＝＋－﹣−＠％｜﹦﹢﹫﹪]|[\t\r\n]")


def begins_a_formula(text: str) -> bool:
    """Whether a spreadsheet could run it."""
    return not text[:1].isalnum() and FORMULA.match(text) is not None


def web(url: str) -> bool:
    """Whether an address may be made a link: http and https alone."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
