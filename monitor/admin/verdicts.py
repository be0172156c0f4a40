"""What the monitor decides about entries, in a line each: kept as what, or dropped and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Assessment, StoredEntry


@dataclass(frozen=True, slots=True)
class Verdict:
    """One entry and what becomes of it: `what` is the event type and its markets, or the reason why it is dropped."""

    kept: bool
    what: str
    title: str
    published: datetime | None
    published_text: str
    url: str


def verdict(stored: StoredEntry, assessment: Assessment) -> Verdict:
    """What was decided about an entry."""
    entry = stored.entry
    told = "; ".join(_told(assessment))
    kept = assessment.dropped is None
    what = told if kept else assessment.dropped.what if assessment.dropped else ""
    if not kept and assessment.reports:
        what += " (may join an event that others tell)"
    return Verdict(kept, what, entry.title, entry.published, entry.published_text, entry.link)


def _told(assessment: Assessment) -> Iterable[str]:
    for report in assessment.reports:
        stage = f" ({report.label.subtype})" if report.label.subtype else ""
        markets = ", ".join(f"{match.market} ({match.tier})" for match in report.markets)
        yield f"{report.label.type}{stage} in {markets or 'no market'}, rule {report.label.rule}"
