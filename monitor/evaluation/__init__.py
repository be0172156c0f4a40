"""How far the monitor may be trusted: its own code over labelled items, and what came of it in figures (`monitor evaluate`).

The format of an item, and what each figure says, are a contract; they stand in the README. Nothing here reaches the network or a database.
"""

from __future__ import annotations

from monitor.evaluation.figures import figures
from monitor.evaluation.labelled import Expected, Half, Item, half_of, read_items
from monitor.evaluation.misses import Miss, misses
from monitor.evaluation.predicting import Prediction, Run, predict
from monitor.evaluation.written import as_line, as_table

__all__ = [
    "Expected", "Half", "Item", "Miss", "Prediction", "Run", "as_line", "as_table", "figures", "half_of", "misses", "predict", "read_items",
]  # fmt: skip
