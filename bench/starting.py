"""Case: how long a command takes to answer, `monitor --help` beside an interpreter that does nothing."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.measuring import Bound, Case, Sample, Tool, rounds
from bench.peers import reader_python
from bench.sizes import Sizes

NAME = "monitor --help"


def run(sizes: Sizes, _: Path) -> list[Case]:
    """Every round starts each command once."""
    case = Case(NAME, bounds=(Bound(1.5, of="reader"),))
    monitor = [str(Path(sys.executable).with_name("monitor"))]
    if not Path(monitor[0]).exists():
        monitor = [sys.executable, "-m", "monitor"]
    tools = {"ours": _starts([*monitor, "--help"]), "floor": _starts([sys.executable, "-c", "pass"])}
    if python := reader_python():
        tools["reader"] = _starts([str(python), "-m", "reader", "--help"])
    else:
        case.missing = ("reader",)
    for start in tools.values():
        start()  # bytecode and file cache
    rounds({NAME: case}, tools, sizes.starts)
    return [case]


def _starts(command: Sequence[str]) -> Tool:
    def start() -> Mapping[str, Sample]:
        before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        took, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
        return {NAME: Sample(took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)}

    return start
