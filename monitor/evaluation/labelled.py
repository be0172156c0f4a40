"""Labelled items (JSON Lines) → values, or every mistake with its file, line and key.

One object a line: `id, title, summary, source, published` (ISO, or null), `url`, `expect`. Every key of `expect` is optional, and one
that is missing is not scored:

    types     event types that are right, any one of them; null among them: announces no development
    markets   market id → core, adjacent or player_only; {} when it belongs to none
    players   ids of the tracked players that act in it
    slots     product, generic (lists, as printed), indication, agency, phase, trial, designation, upfront, total (USD million),
              date (YYYY-MM-DD or YYYY-MM), roles (role → printed name); null where it is not stated
    line      whether a line must be proposed for some market's report
    event     the same text for all items that tell one event
    level     of an item that fools a naive monitor: drop (shown nowhere), mention, review
    unsure    true where the annotator hesitated; scored all the same, and learnt from less
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from monitor.errors import ConfigError, Problem
from monitor.model import TIERS, Tier

Level = Literal["drop", "mention", "review"]
Half = Literal["tune", "held"]
Value = str | float | tuple[str, ...] | Mapping[str, str] | None

LISTS = ("product", "generic")
TEXTS = ("indication", "agency", "phase", "trial", "designation", "date")
AMOUNTS = ("upfront", "total")
SLOTS = ("product", "generic", "indication", "agency", "phase", "trial", "designation", "upfront", "total", "date", "roles")
LEVELS = ("drop", "mention", "review")


@dataclass(frozen=True, slots=True)
class Expected:
    """What is true of an item, as far as somebody said so; None is not scored."""

    types: tuple[str | None, ...] | None = None
    markets: Mapping[str, Tier] | None = None
    players: tuple[str, ...] | None = None
    slots: Mapping[str, Value] | None = None
    line: bool | None = None
    event: str | None = None
    level: Level | None = None
    unsure: bool = False

    @property
    def is_development(self) -> bool | None:
        """Whether it announces one; None where either answer is right or none was given."""
        if not self.types or (None in self.types and len(set(self.types)) > 1):
            return None
        return None not in self.types


@dataclass(frozen=True, slots=True)
class Item:
    """One item as published, with what is expected of it."""

    id: str
    title: str
    summary: str = ""
    source: str = ""
    published: datetime | None = None
    url: str = ""
    expect: Expected = Expected()

    @property
    def half(self) -> Half:
        """Which half it belongs to: items of one event always to the same."""
        key = "tune:" + (self.expect.event or self.id)
        return "tune" if int(hashlib.sha256(key.encode()).hexdigest(), 16) % 2 == 0 else "held"


def read_items(paths: Iterable[Path]) -> list[Item]:
    """The items of all files, in order; raises ConfigError with every mistake of every file."""
    items: list[Item] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "is not UTF-8"
            problems.append(Problem(str(path), 1, 1, "", f"cannot be read ({why}): name a file with one JSON object a line"))
            continue
        for number, line in enumerate(text.split("\n"), 1):  # not splitlines: a title may hold U+2028
            if line.strip():
                reading = Reading(str(path), number)
                items.append(reading.item(line))
                problems += reading.problems
    if problems:
        raise ConfigError(problems)
    return items


class Reading:
    """One line being read; its mistakes are collected."""

    def __init__(self, file: str, line: int) -> None:
        self._file, self._line = file, line
        self.problems: list[Problem] = []

    def item(self, line: str) -> Item:
        """The item; what is wrong stands in `problems` and is left out."""
        try:
            given = json.loads(line)
        except json.JSONDecodeError as error:
            self._wrong("", f"is not JSON ({error.msg}): write one object a line", error.colno)
            return Item("", "")
        if not isinstance(given, dict):
            self._wrong("", 'write an object: {"id": …, "title": …, "expect": {…}}')
            return Item("", "")
        return Item(
            id=self._text(given, "id", needed=True),
            title=self._text(given, "title", needed=True),
            summary=self._text(given, "summary"),
            source=self._text(given, "source"),
            published=self._moment(given.get("published")),
            url=self._text(given, "url"),
            expect=self._expected(given.get("expect", {})),
        )

    def _wrong(self, key: str, message: str, column: int = 1) -> None:
        self.problems.append(Problem(self._file, self._line, column, key, message))

    def _text(self, given: Mapping[str, Any], key: str, *, needed: bool = False) -> str:
        value = given.get(key)
        if isinstance(value, str) and (value.strip() or not needed):
            return value
        if value is not None or needed:
            self._wrong(key, "write a text" if needed else "write a text or null")
        return ""

    def _moment(self, value: object) -> datetime | None:
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
            if moment is not None:
                return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        if value is not None:
            self._wrong("published", "write a moment such as 2026-04-20T12:00:00Z, or null")
        return None

    def _expected(self, given: object) -> Expected:
        if not isinstance(given, dict):
            self._wrong("expect", "write an object; {} scores nothing")
            return Expected()

        def optional(key: str, is_right: Callable[[Any], bool], what: str) -> Any:
            if key not in given:
                return None
            if is_right(given[key]):
                return given[key]
            self._wrong(f"expect.{key}", f"write {what}, or leave the key out")
            return None

        types = optional("types", _is_types, "a list of event types, null for none of them")
        players = optional("players", _is_texts, "a list of player ids")
        level = optional("level", lambda value: value is None or value in LEVELS, "drop, mention or review")
        return Expected(
            types=tuple(types) if types is not None else None,
            markets=optional("markets", _is_markets, f"an object of market id → {', '.join(TIERS)}"),
            players=tuple(players) if players is not None else None,
            slots=self._slots(given["slots"]) if "slots" in given else None,
            line=optional("line", lambda value: isinstance(value, bool), "true or false"),
            event=optional("event", lambda value: isinstance(value, str) and bool(value), "a text that the items of one event share"),
            level=level,
            unsure=bool(optional("unsure", lambda value: isinstance(value, bool), "true or false")),
        )

    def _slots(self, given: object) -> Mapping[str, Value] | None:
        if not isinstance(given, dict):
            self._wrong("expect.slots", 'write an object such as {"product": [], "date": null}')
            return None
        read: dict[str, Value] = {}
        for key in SLOTS:
            if key not in given:
                continue
            value = given[key]
            wanted, is_right = _slot_rule(key)
            if is_right(value):
                read[key] = tuple(value or ()) if key in LISTS else value
            else:
                self._wrong(f"expect.slots.{key}", f"write {wanted}, or null where it is not stated")
        return read


def _slot_rule(key: str) -> tuple[str, Callable[[Any], bool]]:
    if key in LISTS:
        return "a list of names as printed", lambda value: value is None or _is_texts(value)
    if key in AMOUNTS:
        return "a number of USD million", lambda value: value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    if key == "roles":
        return (
            "an object of role → printed name",
            lambda value: value is None or (isinstance(value, dict) and all(isinstance(name, str) for name in value.values())),
        )
    if key == "date":
        return "YYYY-MM-DD or YYYY-MM", lambda value: value is None or _is_date(value)
    return "a text", lambda value: value is None or isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_types(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(one is None or isinstance(one, str) for one in value)


def _is_markets(value: Any) -> bool:
    return isinstance(value, dict) and all(tier in TIERS for tier in value.values())


def _is_date(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        datetime.strptime(value, "%Y-%m-%d" if len(value) > 7 else "%Y-%m" if len(value) > 4 else "%Y")  # noqa: DTZ007  a day has no zone
    except ValueError:
        return False
    return True


def half_of(items: Sequence[Item], half: Half | None) -> list[Item]:
    """The items of that half; all when none is named."""
    return [item for item in items if half in (None, item.half)]
