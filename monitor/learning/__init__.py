"""What the second reader learns from, and how far it may be trusted then (`monitor train`).

lessons.py says where texts come from, examples.py reads them as the service would, judging.py cross-validates, card.py writes it all down.
"""

from __future__ import annotations

from monitor.learning.card import Model, card
from monitor.learning.examples import Read, fingerprint, read
from monitor.learning.judging import JUDGES, Figures, cross_validate
from monitor.learning.lessons import Lesson, corpus, decisions, labelled

__all__ = [
    "JUDGES",
    "Figures",
    "Lesson",
    "Model",
    "Read",
    "card",
    "corpus",
    "cross_validate",
    "decisions",
    "fingerprint",
    "labelled",
    "read",
]
