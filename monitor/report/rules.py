"""What one report wants of its market: how many lines, from when on, how important; and what a person might take out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monitor.model import Development, Status
from monitor.report.section import Form, Order

ADDED = frozenset({Status.ACCEPTED, Status.EDITED, Status.PROPOSED})


@dataclass(frozen=True, slots=True)
class Rules:
    """Of one report. Nothing here takes a line out of a report: what no longer fits is named."""

    path: Path
    market: str = ""  # its id; empty where nothing says it yet
    heading: str = "Recent Developments"
    form: Form = "line"
    order: Order | None = None  # None: as the report has it
    maximum: int | None = None
    months: int | None = None  # the period, counted back from the day of the update
    minimum_importance: int = 1
    baseline: bool = True  # whether the report's own lines stay whatever their age
    proposed: bool = False
    tracked: bool = False
    create: bool = False
    comments: bool = False


def since(months: int, today: date) -> date:
    """The first day of a period that ends today, whole months included."""
    count = today.year * 12 + today.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def fitting(rules: Rules, developments: Sequence[Development], today: date) -> frozenset[str]:
    """The ids that belong into the report: important and recent enough, the newest up to the maximum."""
    first = since(rules.months, today) if rules.months is not None else date.min
    kept = [one for one in developments if one.status in ADDED or one.status is Status.BASELINE]
    recent = [one for one in kept if one.event_date >= first and (one.importance >= rules.minimum_importance or _own(rules, one))]
    counted = [one for one in recent if not _own(rules, one)]
    counted.sort(key=lambda one: (one.event_date, one.importance, one.id), reverse=True)
    return frozenset({one.id for one in counted[: rules.maximum]} | {one.id for one in kept if _own(rules, one)})


def _own(rules: Rules, one: Development) -> bool:
    """Whether it is a line of the report itself that stays as it is."""
    return rules.baseline and one.status is Status.BASELINE
