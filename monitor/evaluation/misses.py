"""What went wrong, item by item, with the path that led there: what somebody who tunes rules reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.evaluation.figures import CLOSE, Judged, has_markets, market_pairs, slot_counts, type_counts
from monitor.evaluation.labelled import Item
from monitor.evaluation.predicting import Prediction, Run

ORDER = ("type", "market", "tier", "player", "slot", "line", "leaks", "cluster", "grounded")


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing of one item that counts against a figure."""

    figure: str
    id: str
    title: str
    expected: str
    found: str
    path: tuple[str, ...]


def misses(items: Sequence[Item], run: Run) -> list[Miss]:
    """Every miss, figure by figure in the order of the table."""
    judged = list(zip(items, run.predictions, strict=True))
    every = [miss for pair in judged for miss in _of(*pair)] + list(_clusters(judged))
    every += [Miss("grounded", "", "", "words of the template, the sources and seeds/", line, ()) for line, well in run.drafted if not well]
    return sorted(every, key=lambda miss: ORDER.index(miss.figure.split(" ")[0]))


def _of(item: Item, found: Prediction) -> Iterator[Miss]:
    def miss(figure: str, expected: object, got: object) -> Miss:
        return Miss(figure, item.id, item.title, _said(expected), _said(got), path(found))

    expect = item.expect
    if expect.types is not None and any(type_counts(item, found)[1:]):
        yield miss("type", " or ".join(kind or "no development" for kind in expect.types), found.type)
    if has_markets(item):
        close, wanted = market_pairs(item, found)
        if close != wanted:
            yield miss("market", expect.markets, found.markets)
        for market in sorted(close & wanted):
            assert expect.markets is not None
            if expect.markets[market] != found.markets[market] and found.markets[market] in CLOSE:
                yield miss("tier", {market: expect.markets[market]}, {market: found.markets[market]})
    if expect.players is not None and set(expect.players) != set(found.players):
        yield miss("player", sorted(expect.players), sorted(found.players))
    for slot, counts in slot_counts(item, found):
        if any(counts[1:]):
            assert expect.slots is not None
            yield miss(f"slot {slot}", expect.slots[slot], found.slots.get(slot))
    if expect.line is not None and expect.line != (found.line is not None):
        yield miss("line", "a line" if expect.line else "no line", found.line)
    if expect.level is not None and (found.line is not None or (expect.level == "drop" and found.shown != "dropped")):
        yield miss("leaks", expect.level, found.line or f"shown as {found.shown}")


def _clusters(judged: Sequence[Judged]) -> Iterator[Miss]:
    """Items of one event that stand apart, and items of different events that stand together."""
    known = [(item, found) for item, found in judged if item.expect.event is not None]
    for name, apart in _mixed([(str(item.expect.event), found.event, item, found) for item, found in known]):
        for item, found in apart:
            yield Miss("cluster", item.id, item.title, f"one event ({name})", f"apart, in {found.event}", path(found))
    for name, together in _mixed([(found.event, str(item.expect.event), item, found) for item, found in known]):
        for item, found in together:
            yield Miss("cluster", item.id, item.title, f"event {item.expect.event}", f"together, in {name}", path(found))


def _mixed(rows: list[tuple[str, str, Item, Prediction]]) -> Iterator[tuple[str, list[Judged]]]:
    groups: dict[str, dict[str, list[Judged]]] = defaultdict(lambda: defaultdict(list))
    for group, part, item, found in rows:
        groups[group][part].append((item, found))
    for group, parts in groups.items():
        if len(parts) > 1:
            yield group, [pair for part in parts.values() for pair in part]


def path(found: Prediction) -> tuple[str, ...]:
    """The steps of a decision in words, each with the text that proves it."""
    return tuple(f"{step.what}: “{step.span.text}” ({step.span.field})" if step.span else step.what for step in found.why)


def _said(value: object) -> str:
    if value is None or value in ((), {}, []):
        return "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(str(one) for one in value)
    return str(value)
