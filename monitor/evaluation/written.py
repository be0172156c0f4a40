"""Figures and predictions as they are printed and written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from monitor.evaluation.predicting import Prediction

COLUMNS = ("precision", "recall", "f1")


def as_line(found: Prediction) -> str:
    """A prediction as one line of --predictions."""
    return json.dumps(
        {
            "id": found.id,
            "type": found.type,
            "stage": found.stage,
            "markets": dict(found.markets),
            "players": list(found.players),
            "slots": {name: list(value) if isinstance(value, tuple) else value for name, value in found.slots.items()},
            "line": found.line,
            "shown": found.shown,
            "event": found.event,
            "why": [
                {"what": step.what, "field": step.span.field, "start": step.span.start, "end": step.span.end, "text": step.span.text}
                if step.span
                else {"what": step.what, "field": None, "start": None, "end": None, "text": None}
                for step in found.why
            ],
        },
        ensure_ascii=False,
    )


def as_table(figures: Mapping[str, Any]) -> list[dict[str, str]]:
    """The figures as rows of one table; an empty cell says that there was nothing to judge."""
    rows = []
    for name, figure in figures.items():
        if name in ("type_by", "slot_by"):
            rows += [_row(f"  {part}", each) for part, each in figure.items()]
        elif "precision" in figure:
            rows.append(_row(name, figure))
        else:
            said = ", ".join(f"{key.replace('_', ' ')} {_number(value)}" for key, value in figure.items() if key != "n")
            rows.append({"figure": name, "precision": "", "recall": "", "F1": "", "n": str(figure["n"]), "besides": said})
    return rows


def _row(name: str, figure: Mapping[str, Any]) -> dict[str, str]:
    precision, recall, f1 = (_number(figure[column]) for column in COLUMNS)
    return {"figure": name, "precision": precision, "recall": recall, "F1": f1, "n": str(figure["n"]), "besides": ""}


def _number(value: float | None) -> str:
    return "" if value is None else str(value) if isinstance(value, int) else f"{value:.0f}" if value >= 10 else f"{value:.3f}"
