"""Case: the latest 50 developments of a market, among few and among many."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, date, datetime
from pathlib import Path

from bench.measuring import Bound, Case, Sample, Tool, rounds
from bench.sizes import Sizes
from monitor.model import IN_REPORT, Development, Reason, Span, Status
from monitor.store import Store

LIMIT = 50
FEW = "among few"
SEEN = datetime(2026, 5, 1, 6, 0, tzinfo=UTC)

PATTERN = Development(
    event_date=date(2026, 5, 1), date_precision="day", market="m0", type="approval", subtype="expanded_indication",
    headline="FDA approves Breyanzi in marginal zone lymphoma", line_text="In May 2026, the company won clearance to market it. " * 4,
    status=Status.ACCEPTED, players=(("bms", "Bristol Myers Squibb", "sponsor"),), product="Breyanzi", generic="lisocabtagene maraleucel",
    modality="CAR-T", indication="marginal zone lymphoma", agency="FDA", country="United States", region="north-america",
    trial="TRANSCEND FL", deal_upfront=None, deal_max=None, currency=None, importance=5, relevance="core", confidence=0.93,
    source_url="https://news.example.org/a", source_name="example-news", n_sources=2, first_seen=SEEN, updated_at=SEEN, story_id=None,
    supersedes=None, conflict_note="", reviewed_by="km", id="pattern", event="e0", reviewed_at=SEEN,
    why=(Reason("type approval by rule approval-3", Span("title", 4, 12, "approves"), 0.9),),
    evidence="The agency said on Friday that it approves the treatment.",
    sources=(("example-news", "https://news.example.org/a"), ("second-news", "https://second.example.org/b")),
)  # fmt: skip


def run(sizes: Sizes, folder: Path) -> list[Case]:
    """Ours through the store, the floor by the same SELECT through sqlite3; a sample is the mean of many reads of different markets."""
    name = f"latest {LIMIT} of a market, {sizes.many_rows:,} rows"
    case = Case(name, bounds=(Bound(8.0), Bound(1.3, of=FEW)))
    few, many = folder / "few.db", folder / "many.db"
    fill(few, sizes.few_rows, sizes.markets)
    fill(many, sizes.many_rows, sizes.markets)
    with Store.open(f"sqlite:///{few}") as small, Store.open(f"sqlite:///{many}") as large:
        raw = sqlite3.connect(many)
        statement = _statement(raw)
        tools: dict[str, Tool] = {
            "ours": lambda: {name: _through(large, sizes)},
            "floor": lambda: {name: _raw(raw, statement, sizes)},
            FEW: lambda: {name: _through(small, sizes)},
        }
        for tool in tools.values():
            tool()
        rounds({name: case}, tools, sizes.read_rounds)
        raw.close()
    case.notes.append(f"{FEW}: {sizes.few_rows:,} rows; {sizes.markets} markets")
    return [case]


def fill(path: Path, rows: int, markets: int) -> None:
    """A database whose table holds so many developments, spread over markets and years: SQLite copies one that the store wrote."""
    with Store.open(f"sqlite:///{path}") as store:
        store.sync_baseline([PATTERN])
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-400000"):
        database.execute(f"PRAGMA {pragma}")
    day = "date('2019-01-01', '+' || (n / :markets * 2600 / (:rows / :markets + 1)) || ' days')"
    changed = {
        "id": "printf('d%07d', n)", "market": "'m' || (n % :markets)", "event": "'e' || n", "event_date": day, "date_end": day,
        "date_order": f"CAST(strftime('%Y%m%d', {day}) AS INTEGER)", "importance": "1 + n % 5", "status": "'accepted'",
    }  # fmt: skip
    columns = [str(row[1]) for row in database.execute("PRAGMA table_info(development)")]
    chosen = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    database.execute("BEGIN")
    database.execute(
        f"INSERT INTO development WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers LIMIT :rows) "
        f"SELECT {chosen} FROM numbers, (SELECT * FROM development WHERE id = 'pattern')",
        {"rows": rows, "markets": markets},
    )
    database.execute("DELETE FROM development_player WHERE development_id = 'pattern'")
    database.execute("DELETE FROM development WHERE id = 'pattern'")
    database.execute("COMMIT")
    database.close()


def _statement(raw: sqlite3.Connection) -> str:
    columns = ", ".join(f'"{row[1]}"' for row in raw.execute("PRAGMA table_info(development)"))
    return (
        f"SELECT {columns} FROM development WHERE market = ? AND status IN ('baseline', 'accepted', 'edited') "
        f"ORDER BY date_order DESC, importance DESC, id LIMIT {LIMIT}"
    )


def _markets(sizes: Sizes) -> list[str]:
    return [f"m{n * 7 % sizes.markets}" for n in range(sizes.reads)]


def _through(store: Store, sizes: Sizes) -> Sample:
    wall, cpu, wanted = time.perf_counter(), time.process_time(), _markets(sizes)
    for market in wanted:
        _check(len(store.developments(market, statuses=IN_REPORT, limit=LIMIT)))
    return Sample((time.perf_counter() - wall) / len(wanted), (time.process_time() - cpu) / len(wanted))


def _raw(database: sqlite3.Connection, statement: str, sizes: Sizes) -> Sample:
    wall, cpu, wanted = time.perf_counter(), time.process_time(), _markets(sizes)
    for market in wanted:
        _check(len(database.execute(statement, (market,)).fetchall()))
    return Sample((time.perf_counter() - wall) / len(wanted), (time.process_time() - cpu) / len(wanted))


def _check(found: int) -> None:
    if found != LIMIT:
        raise RuntimeError(f"{found} developments came, not {LIMIT}")
