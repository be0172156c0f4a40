"""Reports → events. A function of the set of reports: neither their order of arrival nor their numbers in the database play a part.

Text alone cannot tell events apart here: the FDA's and the Commission's approval of one medicine read the same, while two headlines of one
purchase have hardly a word in common. So facts decide, and facts that disagree forbid (kinds.py, compare.py); headlines only help where a
fact is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from monitor.cluster import keys as keys_
from monitor.cluster.compare import Verdict, verdict
from monitor.cluster.facts import Facts, facts
from monitor.cluster.kinds import ATTACHES
from monitor.cluster.merging import best_first, event_id, merge
from monitor.model import Report

__all__ = ["Verdict", "cluster", "event_id", "keys", "merge", "same_event"]


def keys(report: Report) -> tuple[str, ...]:
    """What a report must share with another to be compared with it at all; few, selective, the same for ever."""
    return keys_.keys(facts(report))


def same_event(one: Report, other: Report) -> Verdict:
    """Whether two reports tell one event, with the reasons."""
    return verdict(facts(one), facts(other))


def cluster(reports: Sequence[Report]) -> list[tuple[Report, ...]]:
    """The reports by event, each group best source first, the earliest event first.

    The surest pairs are joined first, and a group takes in another only when no two of their reports contradict each other.
    """
    told = sorted((facts(report) for report in reports), key=lambda one: one.order)
    verdicts = _Verdicts(told)
    group_of = {n: [n] for n in range(len(told))}
    for one, other in verdicts.surest_first():
        mine, theirs = group_of[one], group_of[other]
        if mine is theirs or any(verdicts.between(a, b).forbidden for a in mine for b in theirs):
            continue
        mine += theirs
        for n in theirs:
            group_of[n] = mine
    groups = {id(group): sorted(group) for group in group_of.values()}
    ordered = sorted(groups.values(), key=lambda group: (min(told[n].first for n in group), group[0]))
    return [tuple(sorted((told[n].report for n in group), key=best_first)) for group in ordered]


class _Verdicts:
    """What was found about pairs of reports, each looked at once."""

    def __init__(self, told: Sequence[Facts]) -> None:
        self._told = told
        self._found: dict[tuple[int, int], Verdict] = {}

    def between(self, one: int, other: int) -> Verdict:
        pair = (one, other) if one < other else (other, one)
        if pair not in self._found:
            self._found[pair] = verdict(self._told[pair[0]], self._told[pair[1]])
        return self._found[pair]

    def surest_first(self) -> list[tuple[int, int]]:
        """The pairs that tell one event, best first; equal ones by the place of the earlier report."""
        sharing: dict[str, list[int]] = {}
        loosely = any(one.type == ATTACHES for one in self._told)
        for n, one in enumerate(self._told):
            for key in (*(one.report.keys or keys_.keys(one)), *(keys_.loose_keys(one) if loosely else ())):
                sharing.setdefault(key, []).append(n)
        pairs = {pair for members in sharing.values() for pair in combinations(members, 2)}
        same = [(-self.between(*pair).score, pair) for pair in pairs if self.between(*pair).same]
        return [pair for _, pair in sorted(same)]
