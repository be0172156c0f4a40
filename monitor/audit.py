"""Registers against news: what was confirmed, what is only announced, what the news missed, also of a list of known approvals. Pure.

A miss is an event that a register tells and no outlet, a week after it could have been read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from monitor.errors import ConfigError, Problem
from monitor.gazetteer import Market, Product
from monitor.model import Development, Status

NEWS_WITHIN = timedelta(days=7)  # a release comes on the day, trade press within the week; what comes later is no news any more
ALIKE_WITHIN = timedelta(days=10)  # how far apart an announcement and a register's row may lie that are one event told differently
APPROVED_WITHIN = timedelta(days=45)  # how far a list and the news may date one approval apart
State = Literal["confirmed", "announced", "waiting", "missed"]
STATES: tuple[State, ...] = ("confirmed", "announced", "waiting", "missed")


@dataclass(frozen=True, slots=True)
class Checked:
    """An event with what registers and filings say of it. `waiting`: only a register tells it, and news may still come."""

    state: State
    event: str
    markets: tuple[str, ...]
    day: date
    type: str
    headline: str
    record: str  # "confirmed by purple-book, 2026-02-06"
    source: str
    url: str
    development: str
    maybe: str = ""  # an announcement that may be the same event, told with another date, product or company


def reconcile(developments: Iterable[Development], now: datetime) -> tuple[Checked, ...]:
    """Each event that a register could tell, once, misses first. What a first look at a source brought is left out: nobody was watching."""
    by_event: dict[str, list[Development]] = {}
    for one in developments:
        if one.confirmed and not one.baseline and one.status is not Status.WITHDRAWN:
            by_event.setdefault(one.event, []).append(one)
    firsts = [(min(lines, key=lambda one: one.market), tuple(sorted({one.market for one in lines}))) for lines in by_event.values()]
    announced = [one for one, _ in firsts if _state(one, now) == "announced"]
    found = [_checked(one, markets, _state(one, now), announced) for one, markets in firsts]
    return tuple(sorted(found, key=lambda one: (-STATES.index(one.state), -one.day.toordinal(), one.event)))


def _checked(one: Development, markets: tuple[str, ...], state: State, announced: Sequence[Development]) -> Checked:
    like = next((other for other in announced if state in {"waiting", "missed"} and _alike(one, other)), None)
    maybe = f"{like.headline} ({like.event_date}, {like.id})" if like else ""
    return Checked(
        state,
        one.event,
        markets,
        one.event_date,
        one.type,
        one.headline,
        str(one.confirmed),
        one.source_name,
        one.source_url,
        one.id,
        maybe,
    )


def _state(one: Development, now: datetime) -> State:
    assert one.confirmed is not None
    if one.confirmed.state != "only":
        return one.confirmed.state
    return "missed" if one.first_seen + NEWS_WITHIN <= now else "waiting"


def _alike(one: Development, other: Development) -> bool:
    players = {player for player, _, _ in one.players} & {player for player, _, _ in other.players}
    products = {one.product, one.generic} & {other.product, other.generic} - {None}
    near = abs(one.event_date - other.event_date) <= ALIKE_WITHIN
    return one.type == other.type and near and bool(players or products)


# ---- against a list --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """An approval that is known to have happened."""

    brand: str
    generic: str
    day: date
    agency: str = "FDA"


@dataclass(frozen=True, slots=True)
class Recalled:
    """A tracked product's known approval, and the development that tells it; none: it was missed."""

    product: str
    brand: str
    day: date
    markets: tuple[str, ...]
    development: str = ""
    told: date | None = None


def known_approvals(text: str, file: str) -> tuple[Known, ...]:
    """The approvals of a list, one JSON object a line: `brand`, `proper_name` or `ingredient`, `approved` or `date`;
    `agency` where it is not the FDA.

    Raises ConfigError with every line that cannot be read.
    """
    found, problems = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(_known(json.loads(line)))
        except (ValueError, TypeError, AttributeError) as error:
            told = f'cannot be read ({error}): write {{"brand": …, "proper_name": …, "approved": "2026-02-06"}}'
            problems.append(Problem(file, number, 1, "", told))
    if problems:
        raise ConfigError(problems)
    return tuple(found)


def _known(given: Mapping[str, Any]) -> Known:
    brand, generic = str(given.get("brand") or ""), str(given.get("proper_name") or given.get("ingredient") or given.get("generic") or "")
    if not brand and not generic:
        raise ValueError("it names no product")
    return Known(brand, generic, date.fromisoformat(str(given.get("approved") or given.get("date"))), str(given.get("agency") or "FDA"))


def recall(
    known: Iterable[Known], markets: Iterable[Market], told: Sequence[Development], since: date, until: date
) -> tuple[Recalled, ...]:
    """The known approvals of tracked products in a period, each with the development that tells it; those that were missed first."""
    tracked: dict[str, tuple[Product, list[str]]] = {}
    for market in markets:
        for product in market.products.values():
            tracked.setdefault(product.id, (product, []))[1].append(market.id)
    approvals = [one for one in told if one.type in {"approval", "label_update"} and one.status is not Status.WITHDRAWN]
    found = []
    for one in known:
        for product, homes in tracked.values():
            if since <= one.day <= until and _names(product) & {_plain(one.brand), _plain(one.generic)}:
                teller = next((each for each in approvals if _tells(each, product, one)), None)
                printed = product.brand or product.generic or one.brand
                mine = (teller.id, teller.event_date) if teller else ("", None)
                found.append(Recalled(product.id, printed, one.day, tuple(homes), *mine))
    return tuple(sorted(found, key=lambda one: (bool(one.development), one.day, one.product)))


def _names(product: Product) -> frozenset[str]:
    return frozenset(_plain(name) for name in (product.brand, product.generic, *product.codes) if name)


def _plain(name: str) -> str:
    """Without case, marks and the four letters that the FDA hangs on a biological's name."""
    head, dash, tail = name.rpartition("-")
    kept = head if dash and len(tail) == 4 and tail.isalpha() and " " not in tail and len(head) > 5 else name
    return "".join(letter for letter in kept.casefold() if letter.isalnum()) or "?"


def _tells(one: Development, product: Product, known: Known) -> bool:
    names = {_plain(part) for name in (one.product, one.generic) if name for part in name.split(" and ")}
    apart, exact = abs(one.event_date - known.day), one.date_precision == "day"
    near = apart <= (APPROVED_WITHIN if exact else APPROVED_WITHIN * 2)
    return bool(names & _names(product)) and near and one.agency in {None, known.agency}
