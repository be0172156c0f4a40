"""Entry + label → slots: what the words around a claim state, each with its span. What is not stated stays empty (understanding.md B3).

facts.py gathers; names.py and roles.py (with roles.txt) tell who acts, products.py on which medicine, trials.py, agencies.py, diseases.py,
amounts.py and dates.py the rest.
"""

from __future__ import annotations

from monitor.extract.dates import dated
from monitor.extract.diseases import indication
from monitor.extract.facts import facts
from monitor.extract.products import NEWS_OF_MEDICINES, WITH
from monitor.extract.text import Text

__all__ = ["NEWS_OF_MEDICINES", "WITH", "Text", "dated", "facts", "indication"]
