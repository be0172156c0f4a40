"""Reports → events. A function of the set of reports: neither their order of arrival nor their numbers in the database play a part.

Text alone cannot tell events apart here: the FDA's and the Commission's approval of one medicine read the same, while two headlines of one
purchase have hardly a word in common. So facts decide, and facts that disagree forbid (kinds.py, compare.py); headlines only help where a
fact is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from monitor.cluster import keys as keys_
from monitor.cluster.compare import Verdict, verdict
from monitor.cluster.facts import Facts, facts
from monitor.cluster.kinds import ATTACHES
from monitor.cluster.merging import best_first, event_id, merge
from monitor.cluster.records import confirmation, filed
from monitor.gazetteer import Seeds
from monitor.model import EventDate, Label, Mention, Report, Slot, Source, Span, StoredEntry
from monitor.text import fold

__all__ = ["ATTACHES", "Verdict", "attachment", "cluster", "confirmation", "event_id", "filed", "keys", "merge", "prepared", "same_event"]

FEW = 3  # products of a report whose owners count; more are a class
ON_THE_WHOLE = 1.6  # the mean score of all pairs of two groups that become one


def keys(report: Report) -> tuple[str, ...]:
    """What a report must share with another to be compared with it at all; few, selective, the same for ever."""
    return keys_.keys(facts(report))


def prepared(report: Report, seeds: Seeds) -> Report:
    """The report with what comparing needs besides the text, and its keys.

    Slots `owner` say whose its products are, slots `substance` what is in its brands: one outlet prints the brand, another what is in it.
    """
    every = [market.products[id_] for id_ in report.products for market in seeds.markets.values() if id_ in market.products]
    owners = dict.fromkeys(owner for product in every for owner in (product.owner, product.co_owner) if owner)
    told = tuple(slot for slot in report.slots if slot.name not in {"owner", "substance"})
    if 0 < len(report.products) <= FEW:
        told += tuple(Slot("owner", owner, None, owner) for owner in owners)
    brands = [fold(slot.value) for slot in told if slot.name == "product" and not slot.id]
    told += tuple(Slot("substance", seeds.substances[brand], None) for brand in dict.fromkeys(brands) if brand in seeds.substances)
    report = replace(report, slots=told)
    return replace(report, keys=keys(report))


def attachment(stored: StoredEntry, source: Source, mentions: Sequence[Mention]) -> Report:
    """An entry that tells no event by itself, as a report that may join one: it has no type, and alone it makes no development."""
    entry, when = stored.entry, stored.effective()
    players = dict.fromkeys(mention.id for mention in mentions if mention.kind == "player")
    return Report(
        entry=stored.id,
        n=0,
        source=source.name,
        source_tier=source.tier,
        title=entry.title,
        url=entry.link,
        published=when,
        first_seen=stored.first_seen,
        label=Label(ATTACHES, None, Span("title", 0, len(entry.title), entry.title), "", 0.0),
        date=EventDate(when.date(), "day", "published"),
        mentions=tuple(mentions),
        players=tuple((player, "party") for player in players),
        products=tuple(dict.fromkeys(mention.id for mention in mentions if mention.kind == "product")),
        baseline=stored.baseline,
        language=entry.language or source.language,
        register=source.register,
    )


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
        if mine is theirs or not verdicts.fit(mine, theirs):
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

    def fit(self, mine: Sequence[int], theirs: Sequence[int]) -> bool:
        """Whether two groups may become one: no report contradicts another, and they are alike on the whole, not through one alone."""
        found = [self.between(one, other) for one in mine for other in theirs]
        return not any(one.forbidden for one in found) and sum(one.score for one in found) >= ON_THE_WHOLE * len(found)

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
