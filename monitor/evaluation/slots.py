"""Whether what was extracted is what is true: the comparison rules of one slot."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from rapidfuzz import fuzz, utils

from monitor.evaluation.labelled import AMOUNTS, LISTS, Value

ALIKE = 80  # token-set similarity at which two wordings of an indication count as one
ROUNDING = 0.005  # of an amount: 1.2 billion and 1,200 million are one figure, 1.2 and 1.25 billion are not
SIDES = {
    "acquirer": "gets", "licensee": "gets", "buyer": "gets",
    "target": "gives", "licensor": "gives", "seller": "gives",
}  # fmt: skip
LEGAL_FORMS = frozenset({
    "inc", "incorporated", "corp", "corporation", "co", "company", "companies", "ltd", "limited", "llc", "llp", "lp", "plc", "ag", "sa",
    "se", "nv", "bv", "ab", "as", "asa", "gmbh", "kgaa", "kk", "spa", "srl", "oyj", "pty", "holdings",
})  # fmt: skip
MARKS = {ord(mark): None for mark in "®™℠."}

Thing = TypeVar("Thing")
Counts = tuple[int, int, int]  # right, wrongly found, missed


def compare(slot: str, found: Value, expected: Value) -> Counts:
    """How many values of one slot are right, wrongly found and missed."""
    return paired(values(slot, found), values(slot, expected), lambda one, other: same(slot, one, other))


def values(slot: str, value: Value) -> list[Any]:
    """The single values of a slot: a list's entries, the (side, name) pairs of roles, or the one there is."""
    if value is None:
        return []
    if slot in LISTS and not isinstance(value, str | float | int | Mapping):
        return list(value)
    if isinstance(value, Mapping):
        return [(SIDES.get(role, "party"), name) for role, name in value.items()]
    return [value]


def same(slot: str, one: Any, other: Any) -> bool:
    """Whether two values of a slot say the same."""
    if slot == "roles":
        return one[0] == other[0] and same_name(one[1], other[1])
    if slot in AMOUNTS:
        return math.isclose(one, other, rel_tol=ROUNDING)
    if slot == "date":
        shorter = min(len(one), len(other))
        return bool(one[:shorter] == other[:shorter])
    if slot == "indication":
        return fuzz.token_set_ratio(one, other, processor=utils.default_process) >= ALIKE
    return folded(one) == folded(other)


def folded(text: str) -> str:
    """Without case, marks and spaces."""
    return re.sub(r"[®™℠\s]", "", text.casefold())


def same_name(one: str, other: str) -> bool:
    """Whether one company's printed name contains the other's, legal forms aside."""
    first, second = _bare(one), _bare(other)
    return bool(first and second) and (first in second or second in first)


def _bare(name: str) -> str:
    words = [re.sub(r"[^\w&+-]", "", word) for word in re.split(r"[\s,/]+", name.casefold().translate(MARKS))]
    kept = [word for word in words if word and word not in LEGAL_FORMS]
    return "".join(kept or words)


def paired(found: Sequence[Thing], expected: Sequence[Thing], alike: Callable[[Thing, Thing], bool]) -> Counts:
    """Match one to one, as many as possible; returns right, wrongly found, missed."""
    partner: dict[int, int] = {}  # place in expected → place in found

    def place(n: int, tried: set[int]) -> bool:
        for m, wanted in enumerate(expected):
            if m not in tried and alike(found[n], wanted):
                tried.add(m)
                if m not in partner or place(partner[m], tried):
                    partner[m] = n
                    return True
        return False

    right = sum(place(n, set()) for n in range(len(found)))
    return right, len(found) - right, len(expected) - right
