"""Case: the table of one market with 100,000 developments as a workbook and as JSON: how long, and in how much memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.latest import fill
from bench.measuring import Bound, Case, Sample, Tool, rounds
from bench.sizes import Sizes

OURS = """
import json, re, sys, time
from datetime import UTC, datetime
from pathlib import Path
from monitor import exports
from monitor.model import Wanted
from monitor.store import Store
database, out, shape = sys.argv[1:]
at = datetime(2027, 1, 1, tzinfo=UTC)
wall, cpu = time.perf_counter(), time.process_time()
with Store.open(f"sqlite:///{database}") as store:
    exports.save(Path(out), store.table(Wanted("m0"), at, with_path=False), exports.About(at, markets={"m0": "M0"}), shape)
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])  # getrusage would tell the parent's
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu, peak]))
"""
FLOOR = """
import csv, json, sqlite3, sys, time
database, out, shape = sys.argv[1:]
wall, cpu = time.perf_counter(), time.process_time()
with open(out, "w", newline="") as file:
    rows = sqlite3.connect(database).execute("SELECT * FROM development WHERE market = 'm0' ORDER BY date_order DESC, importance DESC, id")
    csv.writer(file).writerows(rows)
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu, 0]))
"""
SHAPES = ("xlsx", "json")
MOST_SECONDS, MOST_MEGABYTES = 10, 300


def run(sizes: Sizes, folder: Path) -> list[Case]:
    """Each in a process of its own, so that its memory is its own; the floor writes the same rows as they are through csv."""
    database = folder / "table.db"
    fill(database, sizes.table_rows, 1)
    cases = {shape: Case(f"table of {sizes.table_rows:,} rows as {shape}", bounds=(Bound(20.0, held=False),)) for shape in SHAPES}
    memory: dict[str, list[int]] = {shape: [] for shape in SHAPES}

    def tool(script: str, name: str) -> Tool:
        def measure() -> dict[str, Sample]:
            found = {}
            for shape in SHAPES:
                command = [sys.executable, "-c", script, str(database), str(folder / f"table.{shape}"), shape]
                wall, cpu, kilobytes = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
                found[shape] = Sample(wall, cpu)
                if name == "ours":
                    memory[shape].append(kilobytes)
            return found

        return measure

    rounds(cases, {"ours": tool(OURS, "ours"), "floor": tool(FLOOR, "floor")}, sizes.table_rounds)
    for shape, case in cases.items():
        most, took = max(memory[shape]) // 1024, f"{case.median('ours'):.1f} s, CPU {case.median('ours', 'cpu'):.1f} s"
        case.notes.append(f"{took}, at most {most} MB; aim for 100,000 rows: {MOST_SECONDS} s, {MOST_MEGABYTES} MB")
    return list(cases.values())
