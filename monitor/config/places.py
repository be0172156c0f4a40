"""What a file of people says, and the place of every key and value in it, for errors that name theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from monitor.errors import Problem

PROBLEM_CAP = 100

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, both from 1."""

    line: int
    column: int


def dotted(steps: Steps) -> str:
    """The name of a key as people say it: `sources[2].url`."""
    name = ""
    for step in steps:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else step
    return name


@dataclass(slots=True)
class Tree:
    """What a file says as plain values, where each stands, and what was found wrong so far."""

    file: str
    value: Any = None
    keys: dict[Steps, Place] = field(default_factory=dict)
    values: dict[Steps, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, steps: Steps, *, of_key: bool = False) -> Place:
        """Where a value (or its key) stands; for what is missing, where the nearest thing around it begins."""
        while True:
            found = self.keys.get(steps) if of_key else None
            found = found or self.values.get(steps)
            if found is not None or not steps:
                return found or Place(1, 1)
            steps = steps[:-1]

    def report(
        self,
        steps: Steps,
        message: str,
        *,
        of_key: bool = False,
        severity: Literal["error", "warning"] = "error",
        place: Place | None = None,
    ) -> None:
        """Note a problem; a second error at the same place says nothing new and is left out."""
        where = place or self.place(steps, of_key=of_key)
        if len(self.problems) >= PROBLEM_CAP:
            return
        if severity == "error" and any(
            (one.line, one.column, one.severity) == (where.line, where.column, "error") for one in self.problems
        ):
            return
        self.problems.append(Problem(self.file, where.line, where.column, dotted(steps), message, severity))

    def get(self, *steps: str | int) -> Any:
        """The value at these steps, None where there is none (or where something of another shape stands)."""
        value = self.value
        for step in steps:
            if isinstance(step, str) and isinstance(value, dict):
                value = value.get(step)
            elif isinstance(step, int) and isinstance(value, list) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def each(self, *steps: str | int) -> Iterator[tuple[Steps, Any]]:
        """The members of a list or mapping at these steps, with theirs; nothing when it is neither."""
        value = self.get(*steps)
        pairs: Any = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
        for step, member in pairs:
            yield (*steps, step), member

    def errors(self) -> list[Problem]:
        """The problems that forbid using the file, in file order."""
        return sorted((one for one in self.problems if one.severity == "error"), key=lambda one: (one.line, one.column))

    def warnings(self) -> tuple[Problem, ...]:
        """The problems that do not, in file order."""
        return tuple(sorted((one for one in self.problems if one.severity == "warning"), key=lambda one: (one.line, one.column)))
