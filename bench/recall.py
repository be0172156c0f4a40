"""`python -m bench.recall`: which approvals of tracked products the labelled news and the demo's feeds would have missed.

Two lists of the FDA are held against what the monitor makes of ../shared/data/labelled and of the demo's outlets.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from monitor.assess import Assessor
from monitor.audit import Recalled, known_approvals, recall
from monitor.config import load_seeds, shipped
from monitor.demo import DEMO_NOW
from monitor.demo.outlets import OUTLETS, published
from monitor.evaluation.labelled import Item, read_items
from monitor.evaluation.predicting import developments, gathered, stored
from monitor.evaluation.trust import tier_of
from monitor.gazetteer import Seeds
from monitor.model import Development, Source, StoredEntry

SHARED = Path(__file__).parents[2] / "shared" / "data"
LISTS = ("fda_approved_cgt_products_2026-08.jsonl", "fda_novel_approvals.jsonl")
Told = tuple[date, date, list[Development]]  # first and last day of the news, and what they tell


def made_of(entries: Sequence[StoredEntry], tiers: Iterable[int], seeds: Seeds) -> Told:
    """What the monitor makes of these entries, in memory."""
    assessor = Assessor(seeds)
    sources = [Source(stored_.entry.source, "", tier=tier) for stored_, tier in zip(entries, tiers, strict=True)]
    decided = [assessor.assess(one, source) for one, source in zip(entries, sources, strict=True)]
    events = gathered([report for one in decided for report in one.reports], set())
    days = [one.effective().date() for one in entries]
    return min(days), max(days), [line for event in events for line in developments(event, seeds, datetime(2026, 11, 24, tzinfo=UTC))]


def labelled(seeds: Seeds) -> Told:
    """What the labelled news tell."""
    items = read_items(sorted((SHARED / "labelled").glob("*.jsonl")))
    return made_of(stored(items), (tier_of(item.source) for item in items), seeds)


def demo(seeds: Seeds) -> Told:
    """What the demo's outlets tell."""
    shown = [(outlet, item) for outlet in OUTLETS for item in published(outlet, DEMO_NOW)]
    items = [Item(item.guid, item.title, item.summary, outlet.name, item.published, item.link) for outlet, item in shown]
    return made_of(stored(items), (outlet.tier for outlet, _ in shown), seeds)


def audited(told: Told, seeds: Seeds) -> dict[str, tuple[Recalled, ...]]:
    """Per list: the approvals of tracked products in the time of the news, missed ones first."""
    first, last, lines = told
    found = {}
    for name in LISTS:
        known = known_approvals((SHARED / "facts" / name).read_text(encoding="utf-8"), name)
        found[name] = recall(known, seeds.markets.values(), lines, first, last)
    return found


def main() -> int:
    """Print every list against every collection of news."""
    seeds, _ = load_seeds(shipped("seeds"))
    for title, told in (("the labelled news", labelled(seeds)), ("the demo's feeds", demo(seeds))):
        for name, rows in audited(told, seeds).items():
            missed = [one for one in rows if not one.development]
            print(f"{title}, {told[0]} to {told[1]}, against {name}: {len(rows) - len(missed)} of {len(rows)} told")
            print("".join(f"  missed: {one.brand}, approved {one.day} ({', '.join(one.markets)})\n" for one in missed), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
