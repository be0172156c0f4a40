"""`python -m bench.lines [--half read|unread] [--wide] [--sample N]`: the lines that the real news would bring, for a person to judge.

Each stands under the headline that leads it. The news of ../shared are halved by the SHA-256 of their titles: rules were mended after
lines of `read` had been read, only those of `unread` may be believed. `--wide` takes everything about medicines for tracked, so that lines
are written about hundreds of companies. `--sample N` draws N of the lines, the same ones every time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from monitor.config import load_seeds, shipped
from monitor.evaluation import Item, predict
from monitor.gazetteer import Alias, Seeds, Term

NEWS = Path(__file__).parents[2] / "shared" / "data" / "news"
HALVES = ("read", "unread")
WIDE = """
acquire acquires acquisition approval approves bio biotech cancer cell chmp disease drug ema fda gene medicine patients
pharma pharmaceuticals phase study therapeutics therapy treatment trial vaccine
"""


def news(folder: Path, half: str) -> list[Item]:
    """The items of one half."""
    rows = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Item(
            row["id"],
            row["title"],
            row["summary"] or "",
            row["source"],
            datetime.fromisoformat(row["published"]) if row["published"] else None,
            row["url"] or "",
        )
        for row in rows
        if half_of(row["title"]) == half
    ]


def half_of(title: str) -> str:
    """In which half the news of this title are."""
    return HALVES[int(hashlib.sha256(f"h{title}".encode()).hexdigest(), 16) % 2]


def wide(seeds: Seeds) -> Seeds:
    """These seeds with one market more, to which nearly everything about medicines belongs."""
    first = next(iter(seeds.markets.values()))
    terms = tuple(Term(Alias(word), "core") for word in WIDE.split())
    every = replace(
        first,
        id="everything",
        players={},
        products={},
        trials={},
        terms=terms,
        baseline=(),
        proposal={"core": 1, "adjacent": 6, "player_only": 6},
    )
    return replace(seeds, markets={**seeds.markets, every.id: every})


def lines(items: Sequence[Item], seeds: Seeds) -> dict[str, str]:
    """Line → the headline of an item that is told by it."""
    told: dict[str, str] = {}
    for item, prediction in zip(items, predict(items, seeds, tracked_only=True).predictions, strict=True):
        if prediction.line:
            told.setdefault(prediction.line, item.title)
    return told


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.lines")
    parser.add_argument("--half", choices=HALVES, default="unread")
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--sample", type=int, default=0)
    asked = parser.parse_args()
    seeds = load_seeds(shipped("seeds"))[0]
    items = news(NEWS, asked.half)
    told = lines(items, wide(seeds) if asked.wide else seeds)
    drawn = sorted(told)
    if asked.sample:
        drawn = random.Random(asked.sample).sample(drawn, min(asked.sample, len(drawn)))
    for number, line in enumerate(drawn, 1):
        print(f"{number}. {told[line]}\n   {line}")
    print(f"{len(told)} lines of {len(items)} items")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
