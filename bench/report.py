"""What was measured, as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bench.measuring import Bound, Case


def table(cases: Sequence[Case]) -> str:
    """A line for each tool of each case, then its ratios with bound and verdict, then what else is to be said."""
    return "\n".join(line for case in cases for line in _lines(case))


def _lines(case: Case) -> Iterator[str]:
    yield f"{case.name}  (ratios by {'CPU' if case.by == 'cpu' else 'wall'} time)"
    for tool, samples in case.samples.items():
        walls, cpus = [sample.wall for sample in samples], [sample.cpu for sample in samples]
        wall, cpu = case.median(tool, "wall"), case.median(tool, "cpu")
        yield (
            f"  {tool:<10} wall {seconds(wall):>9} ({seconds(min(walls))} – {seconds(max(walls))})   "
            f"CPU {seconds(cpu):>9} ({seconds(min(cpus))} – {seconds(max(cpus))})   {len(samples)} rounds"
        )
    told = {bound.of for bound in case.bounds}
    for bound in case.bounds:
        yield f"  {_verdict(case, bound)}"
    for tool in case.samples:
        if tool != "ours" and tool not in told and (ratio := case.ratio(tool)) is not None:
            yield f"  {ratio:6.2f} × {tool}"
    for tool in case.losses:
        yield f"  LOSS: {tool} is faster"
    for tool in case.missing:
        yield f"  {tool} is not installed: not compared (`python -m bench --peers` installs it apart)"
    if case.noisy:
        yield "  NOISY: the floor itself varied by more than a quarter; measure again on a quiet machine"
    for note in case.notes:
        yield f"  {note}"
    yield ""


def _verdict(case: Case, bound: Bound) -> str:
    ratio = case.ratio(bound.of)
    aim = f"{'to hold' if bound.held else 'aim'}: at most {bound.most:g}"
    if ratio is None:
        return f"     – × {bound.of:<10} {aim}: not judged"
    return f"{ratio:6.2f} × {bound.of:<10} {aim}: {'held' if ratio <= bound.most else 'MISSED'}"


def seconds(value: float) -> str:
    """A duration to three figures."""
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}" if value * factor < 1000 else f"{value * factor:.0f} {unit}"
    return f"{value * 1e6:.3g} µs"


def as_json(cases: Sequence[Case]) -> dict[str, Any]:
    """The same as one object, in seconds."""
    return {
        case.name: {
            "tools": {
                tool: {
                    "rounds": len(samples),
                    **{
                        what: {"median": case.median(tool, what), "min": min(values), "max": max(values)}
                        for what, values in (("wall", [sample.wall for sample in samples]), ("cpu", [sample.cpu for sample in samples]))
                    },
                }
                for tool, samples in case.samples.items()
            },
            "by": case.by,
            "ratios": {tool: case.ratio(tool) for tool in case.samples if tool != "ours"},
            "bounds": [
                {
                    "of": bound.of,
                    "most": bound.most,
                    "to_hold": bound.held,
                    "ratio": (ratio := case.ratio(bound.of)),
                    "held": _held(ratio, bound),
                }
                for bound in case.bounds
            ],
            "losses": case.losses,
            "missing": list(case.missing),
            "noisy": case.noisy,
            "notes": case.notes,
        }
        for case in cases
    }


def _held(ratio: float | None, bound: Bound) -> bool | None:
    return None if ratio is None else ratio <= bound.most
