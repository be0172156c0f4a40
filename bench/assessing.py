"""Case: understanding real items, from finding names to writing lines, beside one scan of their texts for the same names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from bench.measuring import Case, Sample, Tool, measured, rounds
from bench.sizes import Sizes
from monitor.config import load_seeds, shipped
from monitor.evaluation import Item, predict
from monitor.gazetteer import Alias, Seeds

RULES = "rules only"  # without the second reader
ROOT = Path(__file__).parents[1]
NEWS = ROOT.parent / "shared" / "data" / "news"  # real texts; not part of the project
OWN = ROOT / "tests" / "labelled"


def run(sizes: Sizes, folder: Path) -> list[Case]:
    """Ours by the CPU time of match to phrase alone, the floor by that of one Aho-Corasick scan."""
    del folder  # nothing is written
    seeds, _ = load_seeds(shipped("seeds"))
    items, origin = real_items(sizes.assess_items)
    name = f"assess {len(items):,} items"
    case = Case(name, by="cpu", notes=[origin])
    tools: dict[str, Tool] = {
        "ours": lambda: {name: _ours(items, seeds)},
        "floor": lambda: {name: _floor(items, seeds)},
        RULES: lambda: {name: _ours(items, replace(seeds, reader=b""))},
    }
    rounds({name: case}, tools, sizes.assess_rounds)
    speeds = {tool: len(items) / case.median(tool, "cpu") for tool in ("ours", RULES)}
    case.notes.insert(0, f"{speeds['ours']:,.0f} items per CPU-second (aim: 500), {speeds[RULES]:,.0f} with rules alone (aim: 1,000)")
    return [case]


REPEATED = 40  # times at most: no event has more reports, and each is compared with all others


def real_items(most: int) -> tuple[list[Item], str]:
    """Every so-manieth of the real items, so that all files are in; the project's own, repeated, where there are none."""
    origin, paths = "real items of ../shared/data/news", sorted(NEWS.glob("*.jsonl"))
    if not paths:
        origin, paths = "the items of tests/labelled, repeated, for want of real ones", sorted(OWN.glob("*.jsonl"))
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    most = min(most, REPEATED * len(lines))
    step = max(1, len(lines) // most)
    return [_item(number, json.loads(line)) for number, line in enumerate(islice(cycle(lines[::step]), most))], origin


def _item(number: int, given: Mapping[str, str | None]) -> Item:
    published = datetime.fromisoformat(told) if (told := given.get("published")) else None
    return Item(f"{number}", given["title"] or "", given.get("summary") or "", given.get("source") or "", published, given.get("url") or "")


def _ours(items: Sequence[Item], seeds: Seeds) -> Sample:
    with measured() as sample:
        ran = predict(items, seeds, tracked_only=True)  # as the service does
    sample.cpu = ran.cpu_seconds
    return sample


def _floor(items: Sequence[Item], seeds: Seeds) -> Sample:
    names = sorted({alias.text.lower() for alias in _aliases(seeds)})
    automaton = AhoCorasick(names, matchkind=MatchKind.LeftmostLongest)
    with measured() as sample:
        for item in items:
            automaton.find_matches_as_indexes(f"{item.title}\n{item.summary}".lower())
    return sample


def _aliases(seeds: Seeds) -> list[Alias]:
    found: list[Alias] = []
    for market in seeds.markets.values():
        found += [alias for player in market.players.values() for alias in player.aliases]
        found += [alias for product in market.products.values() for alias in product.aliases]
        found += [alias for agency in market.agencies.values() for alias in agency.aliases]
        found += [term.alias for term in market.terms]
    return found
