"""Whether the examples of seeds/types.yaml still say what an analyst wrote them for, read by today's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from monitor.assess import Assessor
from monitor.errors import Problem
from monitor.gazetteer import EventType, Seeds
from monitor.model import Assessment, Entry, Source, StoredEntry

WIRE = Source("an example", "")
MOMENT = datetime(2026, 1, 26, tzinfo=UTC)


def broken_examples(folder: Path, seeds: Seeds) -> Iterator[Problem]:
    """Every example under `yes` that does not carry its type, and every one under `no` that does, with the rule that decided."""
    assessor = Assessor(replace(seeds, reader=b""))  # an example shows what the rules say, whatever the second reader thinks
    lines = (folder / "types.yaml").read_text(encoding="utf-8").splitlines()
    for kind in seeds.types.values():
        for wanted, examples in ((True, kind.yes), (False, kind.no)):
            for example in examples:
                stored = StoredEntry(0, Entry(WIRE.name, "", example, published=MOMENT), MOMENT)
                if wrong := _wrong(kind, wanted, assessor.assess(stored, WIRE, tracked_only=False)):
                    key = f"types.{kind.id}.{'yes' if wanted else 'no'}"
                    yield Problem(f"{folder.name}/types.yaml", _line(lines, example), 1, key, f'"{example}" {wrong}')


def _wrong(kind: EventType, wanted: bool, decided: Assessment) -> str:
    """What is wrong with an example, and where the rule stands that decided; empty when it says what it should."""
    types = [report.label.type for report in decided.reports]
    if wanted == (kind.id in types):
        return ""
    reasons = decided.reports[0].reasons if decided.reports else (decided.dropped,)
    why = next((reason.what for reason in reasons if reason), "no rule")
    return f"is read as {types[0] if types else 'nothing'} ({why}): mend the rule, or the example"


def _line(lines: list[str], example: str) -> int:
    """The line on which an example begins, however it is quoted; the first when it is folded beyond finding."""
    return next((number for number, line in enumerate(lines, 1) if example[:40] in line), 1)
