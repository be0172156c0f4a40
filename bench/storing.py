"""Cases: storing what a poll of many feeds brought, all of it new, and with 95 % of it known."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.measuring import Bound, Case, Sample, Tool, measured, rounds
from bench.sizes import Sizes
from bench.texts import START, item
from monitor.model import Entry, Outcome, Poll, Source
from monitor.store import Store

NEW, KNOWN = "storing, all new", "storing, 95 % known"
GROUP = 200  # as many looks as the service writes at once
LOOKED = START + timedelta(hours=1)


def run(sizes: Sizes, folder: Path) -> list[Case]:
    """Ours through the store; the floor puts the same rows into the same tables by executemany, in one transaction each."""
    cases = {NEW: Case(NEW, bounds=(Bound(2.2),)), KNOWN: Case(KNOWN, bounds=(Bound(1.5),))}
    path = folder / "storing"
    path.mkdir()
    first, second = list(looks(sizes, shift=2)), list(looks(sizes, shift=0))
    rows = (_rows(path / "rows-1.db", sizes, [first]), _rows(path / "rows-2.db", sizes, [second]))
    numbers = iter(range(1 << 20))
    tools: dict[str, Tool] = {
        "ours": lambda: _ours(path / f"ours-{next(numbers)}.db", sizes, first, second),
        "floor": lambda: _floor(path / f"floor-{next(numbers)}.db", sizes, *rows),
    }
    for tool in tools.values():
        tool()  # statements compiled, modules imported, as in a running service
    rounds(cases, tools, sizes.store_rounds)
    return list(cases.values())


def looks(sizes: Sizes, shift: int) -> Iterator[Poll]:
    """A look at each feed. Without shift there are one or two newer items than with a shift of two: 5 % of thirty."""
    for feed in range(sizes.store_feeds):
        start = shift or (feed + 1) % 2
        entries = tuple(_entry(feed, number) for number in range(start, start + sizes.feed_items))
        when = LOOKED if shift else LOOKED + timedelta(hours=2)
        yield Poll(f"feed-{feed}", Outcome.OK, when, when, when + timedelta(hours=1), entries, status=200, wanted_identity="guid")


def _entry(feed: int, number: int) -> Entry:
    title, text, moment = item(feed, number)
    link = f"http://127.0.0.1/{feed}/{number}"
    return Entry(
        source=f"feed-{feed}", identity=link, title=title, lead=text, link=link, guid=link, published_text=moment.isoformat(),
        published=moment, language="en", content_hash=f"{feed:08x}{number:08x}",
    )  # fmt: skip


def _store(path: Path, sizes: Sizes) -> Store:
    store = Store.open(f"sqlite:///{path}")
    store.sync_sources([Source(f"feed-{n}", f"http://127.0.0.1/{n}.xml") for n in range(sizes.store_feeds)], START)
    return store


def _ours(path: Path, sizes: Sizes, *both: list[Poll]) -> Mapping[str, Sample]:
    samples = []
    with _store(path, sizes) as store:
        for polls in both:
            with measured() as sample:
                new = sum(saved.new for n in range(0, len(polls), GROUP) for saved in store.record_polls(polls[n : n + GROUP]))
            samples.append(sample)
    _check(new, sizes)
    return dict(zip((NEW, KNOWN), samples, strict=True))


def _check(new: int, sizes: Sizes) -> None:
    wanted = sizes.store_feeds + sizes.store_feeds // 2
    if new != wanted:
        raise RuntimeError(f"{new} entries were new in the second poll, not {wanted}")


def _rows(path: Path, sizes: Sizes, groups: Iterable[list[Poll]]) -> list[tuple[Any, ...]]:
    """The entries' rows as ours writes them, without their numbers, in the order of the columns."""
    with _store(path, sizes) as store:
        for polls in groups:
            store.record_polls(polls)
    database = _opened(path)
    rows: list[tuple[Any, ...]] = database.execute("SELECT * FROM entry ORDER BY id").fetchall()
    database.close()
    return [(None, *row[1:]) for row in rows]


def _opened(path: Path) -> Any:
    """The file through the driver that the store uses, with its settings."""
    try:
        driver = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        driver = importlib.import_module("sqlite3")
    database = driver.connect(str(path), isolation_level=None)
    for pragma in ("synchronous=FULL", "mmap_size=0"):
        database.execute(f"PRAGMA {pragma}")
    return database


def _floor(path: Path, sizes: Sizes, *both: list[tuple[Any, ...]]) -> Mapping[str, Sample]:
    _store(path, sizes).close()
    database = _opened(path)
    marks = ", ".join("?" * len(both[0][0]))
    samples, counts = [], [0]
    for rows in both:
        with measured() as sample:
            database.execute("BEGIN IMMEDIATE")
            database.executemany(f"INSERT OR IGNORE INTO entry VALUES ({marks})", rows)
            database.execute("COMMIT")
        samples.append(sample)
        counts.append(database.execute("SELECT count(*) FROM entry").fetchone()[0])
    database.close()
    _check(counts[-1] - counts[-2], sizes)
    return dict(zip((NEW, KNOWN), samples, strict=True))
