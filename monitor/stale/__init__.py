"""What developments and seeds have overtaken elsewhere in a report. Pure: passages and what is known in, findings out; nothing changes.

No rule knows a report. Players come from the market's file and from renames, purchases and bankruptcies in the store; figures contradict
each other or the claims in the market's file; lines of therapy and approvals are those of the baseline and of developments.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from monitor.gazetteer import Market
from monitor.model import Development
from monitor.stale import figures, players, treatments
from monitor.stale.passages import Evidence, Finding, Passage, Place

__all__ = ["Evidence", "Finding", "Passage", "Place", "audit"]


def audit(passages: Sequence[Passage], market: Market, developments: Sequence[Development], today: date) -> tuple[Finding, ...]:
    """Everything that is overtaken, from the top of the report to its end."""
    found = [
        *players.findings(passages, market, developments, today),
        *treatments.findings(passages, market, developments),
        *figures.findings(passages, market),
    ]
    return tuple(sorted(found, key=lambda one: (one.place.paragraph, one.place.line or 0, one.place.column or 0, one.kind)))
