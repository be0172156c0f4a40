"""How far the monitor may be trusted: its own code over labelled items, and what came of it in figures (`monitor evaluate`).

A file of labelled items is a contract: others are run than those of the project. Its format stands in labelled.py, what is compared how in
slots.py and groups.py, what each figure says in figures.py, the form of a prediction in predicting.py and written.py. Nothing here
reaches the network or a database.
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
