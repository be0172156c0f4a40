"""Predictions against labels: the figures of `monitor evaluate`, with the names they have in --json."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.evaluation import groups
from monitor.evaluation.labelled import Item, Value
from monitor.evaluation.predicting import Prediction, Run
from monitor.evaluation.slots import compare

Judged = tuple[Item, Prediction]
CLOSE = ("core", "adjacent")
NO_SLOTS: Mapping[str, Value] = {}


@dataclass
class Tally:
    """Right, wrongly found and missed; `n` is how many things were looked at, where that is not right and missed together."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    n: int | None = None

    def add(self, right: int = 0, wrong: int = 0, missed: int = 0) -> None:
        """Count more."""
        self.right += right
        self.wrong += wrong
        self.missed += missed

    def figure(self) -> dict[str, Any]:
        """Precision, recall, F1 and n; null where there was nothing to judge."""
        found, expected = self.right + self.wrong, self.right + self.missed
        n = expected if self.n is None else self.n
        if not found and not expected:
            return {"precision": None, "recall": None, "f1": None, "n": n}
        return {
            "precision": self.right / found if found else 0.0,
            "recall": self.right / expected if expected else 0.0,
            "f1": 2 * self.right / (found + expected),
            "n": n,
        }


def figures(items: Sequence[Item], run: Run) -> dict[str, Any]:
    """Every figure of evaluation, in the order of the table."""
    judged = list(zip(items, run.predictions, strict=True))
    type_all, type_by = types(judged)
    market, tier = markets(judged)
    slot_all, slot_by = slots(judged)
    cluster, pair = clusters(judged)
    drafted = len(run.drafted)
    return {
        "event": developments(judged),
        "type": type_all,
        "type_by": type_by,
        "market": market,
        "tier": tier,
        "player": players(judged),
        "slot": slot_all,
        "slot_by": slot_by,
        "line": lines(judged),
        "leaks": leaks(judged),
        "cluster": cluster,
        "pair": pair,
        "grounded": {"share": sum(well for _, well in run.drafted) / drafted if drafted else 1.0, "n": drafted},
        "speed": {"items_per_cpu_second": len(items) / run.cpu_seconds if run.cpu_seconds else None, "n": len(items)},
    }


def developments(judged: Iterable[Judged]) -> dict[str, Any]:
    """Development or not; items for which either is right are left out."""
    return _yes_or_no((item.expect.is_development, found.type is not None) for item, found in judged)


def lines(judged: Iterable[Judged]) -> dict[str, Any]:
    """Whether a line is proposed where one must be."""
    return _yes_or_no((item.expect.line, found.line is not None) for item, found in judged)


def _yes_or_no(answers: Iterable[tuple[bool | None, bool]]) -> dict[str, Any]:
    scored = [(expected, found) for expected, found in answers if expected is not None]
    tally = Tally(n=len(scored))
    for expected, found in scored:
        tally.add(expected and found, found and not expected, expected and not found)
    return tally.figure()


def type_counts(item: Item, found: Prediction) -> tuple[int, int, int]:
    """Right, wrong, missed of one item's type."""
    expected = item.expect.types or ()
    missed = int(None not in expected)
    if found.type is None:
        return 0, 0, missed
    return (1, 0, 0) if found.type in expected else (0, 1, missed)


def types(judged: Iterable[Judged]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The type over items, and per type; an item that is missed counts for the first type that would have been right."""
    whole, by = Tally(n=0), defaultdict[str, Tally](Tally)
    for item, found in judged:
        if item.expect.types is None:
            continue
        assert whole.n is not None
        whole.n += 1
        right, wrong, missed = type_counts(item, found)
        whole.add(right, wrong, missed)
        if right or wrong:
            assert found.type is not None
            by[found.type].add(right, wrong)
        if missed:
            by[next(kind for kind in item.expect.types if kind is not None)].add(missed=1)
    return whole.figure(), _by_name(by)


def _by_name(by: Mapping[str, Tally]) -> dict[str, Any]:
    return {name: by[name].figure() for name in sorted(by)}


def market_pairs(item: Item, found: Prediction) -> tuple[set[str], set[str]]:
    """The markets found and expected of one item that count: close ones, but for those expected only by their player."""
    expected = item.expect.markets or {}
    wanted = {market for market, tier in expected.items() if tier in CLOSE}
    close = {market for market, tier in found.markets.items() if tier in CLOSE}
    return {market for market in close if expected.get(market) != "player_only"}, wanted


def has_markets(item: Item) -> bool:
    """Whether its markets are scored: they are known, and it may announce something."""
    return item.expect.markets is not None and any(kind is not None for kind in item.expect.types or ())


def markets(judged: Iterable[Judged]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Markets over (item, market) pairs, and how often the tier of a pair that was found is right."""
    tally, same, pairs = Tally(), 0, 0
    for item, found in judged:
        if has_markets(item):
            close, wanted = market_pairs(item, found)
            tally.add(*_sets(close, wanted))
            pairs += len(close & wanted)
            same += sum(found.markets[market] == (item.expect.markets or {})[market] for market in close & wanted)
    return tally.figure(), {"accuracy": same / pairs if pairs else None, "n": pairs}


def players(judged: Iterable[Judged]) -> dict[str, Any]:
    """Players over (item, player) pairs."""
    tally = Tally()
    for item, found in judged:
        if item.expect.players is not None:
            tally.add(*_sets(set(found.players), set(item.expect.players)))
    return tally.figure()


def _sets(found: set[str], expected: set[str]) -> tuple[int, int, int]:
    return len(found & expected), len(found - expected), len(expected - found)


def slot_counts(item: Item, found: Prediction) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """Right, wrong and missed values of each slot that is known of an item."""
    for slot, expected in (item.expect.slots or NO_SLOTS).items():
        yield slot, compare(slot, found.slots.get(slot), expected)


def slots(judged: Iterable[Judged]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Slot values, over all slots and per slot."""
    whole, by = Tally(), defaultdict[str, Tally](Tally)
    for item, found in judged:
        for slot, counts in slot_counts(item, found):
            whole.add(*counts)
            by[slot].add(*counts)
    return whole.figure(), _by_name(by)


def leaks(judged: Iterable[Judged]) -> dict[str, int]:
    """Of the items that a naive monitor reports: how many got a line, and how many that must not appear at all did."""
    hard = [(item, found) for item, found in judged if item.expect.level is not None]
    return {
        "lines": sum(found.line is not None for _, found in hard),
        "shown": sum(found.shown != "dropped" for item, found in hard if item.expect.level == "drop"),
        "n": len(hard),
    }


def clusters(judged: Iterable[Judged]) -> tuple[dict[str, Any], dict[str, Any]]:
    """B-cubed over the items whose event is known, and the same over pairs of items."""
    known = [(found.event, item.expect.event) for item, found in judged if item.expect.event is not None]
    if not known:
        return Tally().figure(), Tally().figure()
    found, expected = zip(*known, strict=True)
    precision, recall, f1 = groups.b_cubed(found, expected)
    return {"precision": precision, "recall": recall, "f1": f1, "n": len(known)}, Tally(*groups.pairs(found, expected)).figure()
