"""What a report builder asks the table for, with every name already found in seeds/ and feeds.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from monitor.model.developments import IN_REPORT, Development, Status


@dataclass(frozen=True, slots=True)
class Lineage:
    """A player in the period it is meant for. `called`: only what was told under this former or absorbed name."""

    player: str
    until: date | None = None  # events before this day
    called: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """Rows whose best source is one of these, or (`but`) none of these."""

    names: tuple[str, ...]
    but: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """One market's rows. Empty filters let all pass; of several values of one filter, any will do."""

    market: str
    since: date | None = None
    until: date | None = None
    players: tuple[Lineage, ...] = ()
    products: tuple[str, ...] = ()  # names it goes by
    types: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    places: tuple[str, ...] = ()  # ids of regions, and countries
    statuses: tuple[Status, ...] = IN_REPORT
    minimum_importance: int = 1
    sources: Sources | None = None
    text: tuple[str, ...] = ()  # words that must all stand in the row
    oldest_first: bool = False


Change = Literal["new", "changed", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that is not as it was at an earlier moment; one that was withdrawn is shown as it is now."""

    development: Development
    change: Change


Filters = Mapping[str, object]  # what was asked, as it was typed, for the file itself to say
