"""Entry + label → slots: what the words around a claim state, each with its span. What is not stated stays empty (understanding.md B3)."""

from __future__ import annotations

from monitor.extract.dates import dated
from monitor.extract.diseases import indication
from monitor.extract.facts import Text, facts

__all__ = ["Text", "dated", "facts", "indication"]
