"""Interleaved rounds, and what they say: medians with their range, CPU beside wall, ratios beside the bound to hold."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

NOISY = 1.25  # a floor whose slowest round is this much slower than its fastest says that the machine was busy
PEERS = ("reader",)
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Sample:
    """One run of one tool."""

    wall: float = 0.0
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Bound:
    """A ratio to hold: to the median of another tool of the same case."""

    most: float
    of: str = "floor"
    held: bool = True  # a missed one ends the benchmark with 1; otherwise it is only told


@dataclass(slots=True)
class Case:
    """What was measured of one thing: each tool's samples, and the ratio that counts."""

    name: str
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    bounds: tuple[Bound, ...] = ()
    by: str = "wall"
    notes: list[str] = field(default_factory=list)
    missing: tuple[str, ...] = ()  # peers that are not installed

    def median(self, tool: str, what: str | None = None) -> float:
        """Of all rounds of a tool."""
        return statistics.median(_seconds(sample, what or self.by) for sample in self.samples[tool])

    def ratio(self, of: str) -> float | None:
        """Ours against another tool's; None where that tool did not run."""
        return self.median("ours") / max(self.median(of), 1e-9) if self.samples.get(of) else None

    @property
    def noisy(self) -> bool:
        """Whether the floor itself varied too much for ratios to mean much."""
        floor = [_seconds(sample, self.by) for sample in self.samples.get("floor", ())]
        return len(floor) > 1 and max(floor) > NOISY * max(min(floor), 1e-9)

    @property
    def missed(self) -> list[Bound]:
        """The bounds to hold that were not held."""
        return [bound for bound in self.bounds if bound.held and (ratio := self.ratio(bound.of)) is not None and ratio > bound.most]

    @property
    def losses(self) -> list[str]:
        """The peers that were faster."""
        return [tool for tool in PEERS if tool in self.samples and self.median(tool) < self.median("ours")]


def _seconds(sample: Sample, what: str) -> float:
    return sample.cpu if what == "cpu" else sample.wall


Tool = Callable[[], Mapping[str, Sample]]


def rounds(cases: Mapping[str, Case], tools: Mapping[str, Tool], times: int, once: Sequence[str] = ()) -> None:
    """Run every tool in turn, `times` times (those of `once` in the first round alone); each run gives a sample for one or more cases."""
    for number in range(times):
        for tool, run in tools.items():
            if number and tool in once:
                continue
            for case, sample in run().items():
                cases[case].samples.setdefault(tool, []).append(sample)


@contextmanager
def measured() -> Iterator[Sample]:
    """Wall and CPU time of the block, this process alone."""
    sample = Sample()
    wall, cpu = time.perf_counter(), time.process_time()
    yield sample
    sample.wall, sample.cpu = time.perf_counter() - wall, time.process_time() - cpu


@contextmanager
def measured_tree() -> Iterator[Sample]:
    """The same with the processes that this one started."""
    sample = Sample()
    wall, cpu = time.perf_counter(), tree_cpu()
    yield sample
    sample.wall, sample.cpu = time.perf_counter() - wall, tree_cpu() - cpu


def tree_cpu() -> float:
    """CPU seconds of this process, its children and theirs, ended ones included."""
    parents: dict[int, tuple[int, float]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            cells = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile; its parent has its time
        parents[int(path.parent.name)] = int(cells[1]), sum(int(cell) for cell in cells[11:15]) / TICKS
    if os.getpid() not in parents:  # no /proc: then without children
        return time.process_time()
    mine = {os.getpid()}
    while more := {pid for pid, (parent, _) in parents.items() if parent in mine} - mine:
        mine |= more
    return sum(parents[pid][1] for pid in mine)
