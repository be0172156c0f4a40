"""Which reports are compared at all: those that share a key.

A key says stage, subject and period. Periods overlap by as much as an event of that stage may be told late, so that two reports of one
event always share a key, and a subject that is in the news every week still falls into many small groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from monitor.cluster import kinds
from monitor.cluster.facts import Facts

CLOSE = 3  # days within which one company, without anything else in common, may be told of in one event
LONGEST = 24


def keys(facts: Facts) -> tuple[str, ...]:
    """The keys of a report: its products, its pairs of companies, each company, its class, its names; each with its periods."""
    stage, reach = kinds.stage(facts.type), kinds.reach(facts.type)
    found: dict[str, None] = {}

    def add(subject: str, reach: int) -> None:
        width = 4 * reach
        for period in range(facts.first // width, (facts.last + reach) // width + 1):
            found[f"{stage}:{subject}:{width}.{period}"] = None

    for name in sorted(facts.products):
        add(name[:LONGEST], reach)
    for one, other in _pairs(facts.parties):
        add(f"{one}+{other}", reach)
    alone = {name for party in facts.parties for name in party} | (set() if facts.products else set(facts.names[:3]))
    for name in sorted(alone):
        add(f"@{name}"[:LONGEST], CLOSE)
    if facts.type in kinds.ABOUT_A_CLASS:
        for term in sorted(facts.terms)[:4] or ["-"]:
            add(f"#{facts.agency or '-'}/{term}"[:LONGEST], reach)
    for disease in sorted(facts.diseases)[:3] if facts.agency else ():
        add(f"{facts.agency}/{disease}", CLOSE)
    return tuple(sorted(found)) or (f"{stage}:{facts.report.title[:60]}",)


def _pairs(parties: tuple[frozenset[str], ...]) -> Iterator[tuple[str, str]]:
    for one, other in combinations(parties[:4], 2):
        for first, second in product(sorted(one)[:2], sorted(other)[:2]):
            low, high = sorted((first[:LONGEST], second[:LONGEST]))
            yield low, high
