"""How alike two partitions are: B-cubed, and over pairs (evaluation.md: B-cubed flatters where most items stand alone)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from math import comb, fsum

Count = tuple[float, float, float]  # precision, recall, F1


def b_cubed(found: Sequence[Hashable], expected: Sequence[Hashable]) -> Count:
    """Of each item's group, how much belongs there; of what belongs there, how much is in it; on average over items. Needs an item."""
    both = Counter(zip(found, expected, strict=True))
    in_found, in_expected = Counter(found), Counter(expected)
    # The `number` items that share group and event count alike: each has `number` right ones around it, itself among them.
    # fsum, because the order of the items must not show in the last digit either.
    precision = fsum(number * number / in_found[group] for (group, _), number in both.items()) / len(found)
    recall = fsum(number * number / in_expected[event] for (_, event), number in both.items()) / len(found)
    return precision, recall, 2 * precision * recall / (precision + recall)


def pairs(found: Sequence[Hashable], expected: Sequence[Hashable]) -> tuple[int, int, int]:
    """Pairs of items put together rightly, put together wrongly, and missed."""
    right = sum(comb(number, 2) for number in Counter(zip(found, expected, strict=True)).values())
    put = sum(comb(number, 2) for number in Counter(found).values())
    wanted = sum(comb(number, 2) for number in Counter(expected).values())
    return right, put - right, wanted - right
