"""Cases: the first poll of many feeds, and a poll when nothing changed, every answer late by the same time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench.measuring import Bound, Case, Sample, Tool, rounds
from bench.peers import reader_python
from bench.sizes import Sizes

FIRST, UNDERSTOOD, UNCHANGED = "first poll", "first poll, understood", "nothing changed"
HERE = Path(__file__).parent


def run(sizes: Sizes, folder: Path) -> list[Case]:
    """Ours and the floor in every round; reader, and understanding what came, in the first alone: they take longer than all the rest."""
    cases = {
        FIRST: Case(FIRST, bounds=(Bound(2.5, held=False), Bound(0.25, of="reader", held=False))),
        UNDERSTOOD: Case(UNDERSTOOD, bounds=(Bound(2.5, held=False), Bound(0.25, of="reader", held=False))),
        UNCHANGED: Case(UNCHANGED, bounds=(Bound(1.3),)),
    }
    numbers = count()
    with serving(sizes) as port:

        def command(interpreter: str | Path, *program: str, understand: bool = False) -> list[str]:
            place = folder / f"polled-{next(numbers)}"
            more = ["understand"] if understand else []
            return [str(interpreter), *program, str(port), str(sizes.feeds), str(place), str(sizes.in_flight), *more]

        def ours() -> Mapping[str, Sample]:
            first = not cases[UNDERSTOOD].samples.get("ours")
            return _ours(sizes, port, command(sys.executable, "-m", "bench.ours_polling", understand=first))

        def floor() -> Mapping[str, Sample]:
            return _other(sizes, port, command(sys.executable, "-m", "bench.floor_polling"))

        tools: dict[str, Tool] = {"ours": ours, "floor": floor}
        if python := reader_python():
            tools["reader"] = lambda: _peer(cases, lambda: _other(sizes, port, command(python, str(HERE / "peer_reader.py"))))
        else:
            for case in cases.values():
                case.missing = ("reader",)
        rounds(cases, tools, sizes.poll_rounds, once=("reader",))
    cases[UNDERSTOOD].notes.append("of floor and reader this is the first poll again: they understand nothing")
    return list(cases.values())


@contextmanager
def serving(sizes: Sizes) -> Iterator[int]:
    """The feed server, in its own process while the block lasts."""
    options = [f"--feeds={sizes.feeds}", f"--items={sizes.feed_items}", f"--delay={sizes.delay}"]
    with subprocess.Popen(
        [sys.executable, "-m", "bench.server", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.stdin.close()


def _ours(sizes: Sizes, port: int, command: Sequence[str]) -> Mapping[str, Sample]:
    samples = {name: Sample(*sample) for name, sample in _ran(sizes, port, command)["samples"].items()}
    found = {FIRST: samples["first"], UNCHANGED: samples["unchanged"]}
    if understanding := samples.get("understanding"):
        found[UNDERSTOOD] = Sample(samples["first"].wall + understanding.wall, samples["first"].cpu + understanding.cpu)
    return found


def _other(sizes: Sizes, port: int, command: Sequence[str]) -> Mapping[str, Sample]:
    first, unchanged = (Sample(*sample) for sample in _ran(sizes, port, command)["samples"])
    return {FIRST: first, UNDERSTOOD: first, UNCHANGED: unchanged}


def _peer(cases: Mapping[str, Case], tool: Tool) -> Mapping[str, Sample]:
    """A peer that does not do its work is told, and leaves no figure; ours and the floor end the benchmark."""
    try:
        return tool()
    except RuntimeError as error:
        for case in cases.values():
            case.notes.append(f"a peer failed and is not compared: {str(error).splitlines()[-1]}")
        return {}


def _ran(sizes: Sizes, port: int, command: Sequence[str]) -> dict[str, Any]:
    """What the command printed; raises RuntimeError unless, by the server's own counters, it fetched everything once and asked again."""
    counters(port)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parent)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    answered, stored = counters(port), sizes.feeds * sizes.feed_items
    wanted = {"200": sizes.feeds, "304": sizes.feeds, "404": 0, "feeds": sizes.feeds}
    if answered != wanted or said["stored"] != stored:
        raise RuntimeError(
            f"{command[1:3]}: the server answered {answered}, not {wanted}, or {said['stored']} entries are there, not {stored}"
        )
    return said


def counters(port: int) -> dict[str, int]:
    """What the server answered since it was last asked."""
    with urlopen(f"http://127.0.0.1:{port}/counters") as answer:
        counted: dict[str, int] = json.load(answer)
    return counted
