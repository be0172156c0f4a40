"""How many developments a market had, by kind and week, over the last twelve weeks. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from monitor.gazetteer import EventType
from monitor.model import Development, Status, Trend

WEEKS = 12
KINDS = ("Approvals", "Rejections", "Deals", "Trials", "Regulatory", "Other")
COUNTED = (Status.BASELINE, Status.PROPOSED, Status.ACCEPTED, Status.EDITED)
REACH = timedelta(weeks=WEEKS + 1)
_BY_TYPE = {"approval": "Approvals", "regulatory_rejection": "Rejections"}
_BY_FAMILY = {"deal": "Deals", "clinical": "Trials", "regulatory": "Regulatory", "safety": "Regulatory"}


def trend(developments: Iterable[Development], last: date, types: Mapping[str, EventType]) -> Trend:
    """The twelve weeks up to the one that holds `last`. An event counts in the week in which it happened, where its day is known."""
    monday = last - timedelta(days=last.weekday())
    weeks = tuple(monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1))
    counts: Counter[tuple[str, date]] = Counter()
    for one in developments:
        if one.status in COUNTED and one.date_precision == "day" and weeks[0] <= one.event_date <= last:
            counts[_kind(one, types), one.event_date - timedelta(days=one.event_date.weekday())] += 1
    told = [kind for kind in KINDS if any(counts[kind, week] for week in weeks)]
    return Trend(weeks, tuple((kind, tuple(counts[kind, week] for week in weeks)) for kind in told))


def takeaway(found: Trend) -> str:
    """The picture in words: how many in all, and which week had most."""
    every = [sum(counts[n] for _, counts in found.rows) for n in range(len(found.weeks))]
    if not found.total:
        return "no development with a known day in the last twelve weeks"
    most = max(range(len(every)), key=lambda n: (every[n], n))
    return f"{found.total} in twelve weeks, most in week {week_number(found.weeks[most])} ({every[most]}), {every[-1]} in the last"


def week_number(monday: date) -> int:
    """Its number in the ISO calendar."""
    return monday.isocalendar().week


def _kind(one: Development, types: Mapping[str, EventType]) -> str:
    kind = types.get(one.type)
    return _BY_TYPE.get(one.type) or _BY_FAMILY.get(kind.family if kind else "", "Other")
