"""Which reports are compared at all: those that share a key.

The store brings together everything that can be reached from key to key, so a key must be nearly as selective as an event: what is told
of every day (one large company, one agency) counts only for a day or two, what is rarely told twice (a medicine and its indication before
one agency, two companies) for as long as such an event is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from monitor.cluster import kinds, records
from monitor.cluster.facts import Facts

NAME_DAYS = 2  # one name alone
RARE_NAME_DAYS = 7  # the name of a company that nobody tracks
LONGEST = 24  # letters of a name


def keys(facts: Facts) -> tuple[str, ...]:
    """The keys of a report: its products, alone and with agency and disease, its pairs of companies, each name, its class."""
    found: dict[str, None] = {}
    for family in kinds.families(facts.type):
        for subject, first, last, days in _subjects(facts, *kinds.reaches(family, facts.type)):
            for period in range(first // days, (last + days) // days + 1):
                found[f"{family}:{subject}:{days}.{period}"] = None
    if facts.type in kinds.SUMS:
        for name in sorted({name for party in facts.parties for name in party} | set(list(facts.names)[:2])):
            for sum_ in {f"{amount:.1e}" for _, amount in facts.amounts.values()}:
                found |= {f"sum:{name[:LONGEST]}:{sum_}:{period}": None for period in (facts.day // 2, (facts.day + 2) // 2)}
    for type_ in records.items(facts.report):
        found |= dict.fromkeys(_of_a_filing(facts, type_))
    return tuple(sorted(found)) or (f"{facts.type}:{facts.report.title[:60]}",)


def loose_keys(facts: Facts) -> tuple[str, ...]:
    """Further keys for reports among which some only attach: whatever is named, whatever happened to it, within a day or two."""
    names = facts.products | facts.owners | {name for party in facts.parties for name in party} | set(facts.names)
    return tuple(f"news:{name[:LONGEST]}:{period}" for name in sorted(names) for period in {facts.day // 2, (facts.day + 2) // 2})


def _subjects(facts: Facts, usual: int, longest: int) -> Iterator[tuple[str, int, int, int]]:
    """What a report is about, the days on which it happened, and how many days apart others may tell of it."""
    day = (facts.day, facts.day)
    for name in sorted(facts.products):
        yield (name[:LONGEST], facts.day - (records.LISTED_WITHIN if records.is_undated(facts.report) else 0), facts.day, usual)
        for disease in sorted(facts.diseases)[:2] or ["-"]:
            if facts.agency:
                yield (f"{name[:LONGEST]}/{facts.agency}/{disease}", facts.first, facts.last, longest)
        for trial in sorted(facts.trials)[:2]:
            yield (f"{name[:LONGEST]}/{trial[:LONGEST]}", facts.first, facts.last, longest)
    for pair in _pairs(facts.parties):
        yield (pair, facts.first, facts.last, longest)
    names = facts.owners | {name for party in facts.parties for name in party}
    for name in sorted(names | (set() if facts.products else set(list(facts.names)[:3]))):
        yield (f"@{name[:LONGEST]}", *day, NAME_DAYS)
    for party in facts.parties if len(facts.parties) < 4 else ():
        if not party & facts.tracked:
            yield (f"@{min(party)[:LONGEST]}", *day, RARE_NAME_DAYS)
    if facts.type in kinds.ABOUT_A_CLASS:
        for term in sorted(facts.terms)[:3]:
            yield (f"#{facts.agency or '-'}/{term[:LONGEST]}/{facts.subtype or '-'}", facts.first, facts.last, longest)
            yield (f"#{term[:LONGEST]}", *day, usual)
    for disease in sorted(facts.diseases)[:2] if facts.agency else ():
        yield (f"{facts.agency}/{disease}", *day, NAME_DAYS)


def _of_a_filing(facts: Facts, type_: str) -> Iterator[str]:
    """The keys under which news of the company were told in the days that make a filing due."""
    names = {name for party in facts.parties for name in party}
    for family in kinds.families(type_):
        for name in sorted(names):
            for period in range((facts.day - records.FILED_WITHIN) // NAME_DAYS, (facts.day + NAME_DAYS) // NAME_DAYS + 1):
                yield f"{family}:@{name[:LONGEST]}:{NAME_DAYS}.{period}"


def _pairs(parties: tuple[frozenset[str], ...]) -> Iterator[str]:
    for one, other in combinations(parties[:4], 2):
        for first, second in product(sorted(one)[:2], sorted(other)[:2]):
            yield "+".join(sorted((first[:LONGEST], second[:LONGEST])))
