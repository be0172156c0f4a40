"""The day of which a sentence tells."""

from __future__ import annotations

import re
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)"
)
DATED = re.compile(rf"\b{_MONTH}\b\.?(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?,?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
ISO = re.compile(r"\b((?:19|20)\d\d)-(0[1-9]|1[0-2])(?:-\d\d)?\b")
YEAR = re.compile(r"\b(?:in|since|by|of|during)\s+((?:19|20)\d\d)\b", re.IGNORECASE)


def said_on(text: str) -> date | None:
    """The first day of the month, or of the year, that a text names first; None when it names none."""
    if found := DATED.search(text):
        return date(int(found["year"]), MONTHS.index(found["month"].lower()[:3]) + 1, 1)
    if found := ISO.search(text):
        return date(int(found[1]), int(found[2]), 1)
    if found := YEAR.search(text):
        return date(int(found[1]), 1, 1)
    return None
