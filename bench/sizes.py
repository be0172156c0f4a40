"""How much is measured: a few minutes' worth, the sizes of the figures that are held (`--full`), or next to nothing, for a test."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Feeds and items of the polls, entries of the store, items to assess, rows of the table, and rounds of each."""

    feeds: int = 1_000
    feed_items: int = 30
    delay: float = 0.1
    in_flight: int = 50
    poll_rounds: int = 2
    store_feeds: int = 1_000
    store_rounds: int = 5
    assess_items: int = 5_000
    assess_rounds: int = 2
    few_rows: int = 10_000
    many_rows: int = 1_000_000
    markets: int = 100
    reads: int = 200
    read_rounds: int = 7
    starts: int = 15
    table_rows: int = 100_000
    table_rounds: int = 2


USUAL = Sizes()
FULL = Sizes(poll_rounds=5, store_rounds=9, assess_rounds=5, read_rounds=15, starts=31, table_rounds=5)
TINY = Sizes(
    feeds=4, feed_items=3, delay=0.0, in_flight=2, poll_rounds=1, store_feeds=4, store_rounds=1, assess_items=5, assess_rounds=1,
    few_rows=200, many_rows=1_000, markets=2, reads=3, read_rounds=1, starts=1, table_rows=200, table_rounds=1,
)  # fmt: skip
