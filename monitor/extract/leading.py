"""The first words of a headline before a verb that only companies do: they name one, whatever they look like.

`Immuneering Doses First Patient`, `AC Immune to Regain Rights`, `Longeveron® Presents Results`: neither an ending nor a legal form says so.
"""

from __future__ import annotations

import re

from monitor.extract.guessing import DESCRIBES, LAST_PART, NEVER, ordinary
from monitor.shapes import CODE, is_common
from monitor.text import fold

# A medicine receives, wins and shows as well: those verbs tell nothing.
_DOES = """
announces? announced reports? reported provides? doses initiates submits? files enters signs? launches completes raises closes prices
appoints acquires? acquired presents? presented highlights introduces outlines unveils commences collaborates expands licenses
hosts issues
"""
_TO_DO = """
acquire present participate report host buy sell launch submit merge regain divest in-license out-license raise spin attend discuss showcase
supply provide develop collaborate combine partner
"""
_DOES_TOO = "receive win get secure gain land begin start achieve"  # what a medicine does as well
_FORMS = "|".join(f"[{verb[0].upper()}{verb[0]}]{verb[1:]}" for verb in _DOES.split())
_MOVES = rf"{_FORMS}|[Pp]artners(?=\s(?:[Ww]ith|[Tt]o))|[Tt]o\s(?i:{'|'.join(_TO_DO.split())})"
LEADING = re.compile(
    r"(?P<name>[A-Z0-9][\w&+-]*(?:\.\w+)?(?:\s[A-Z&][\w&+-]*){0,3}?)[®™]?(?:,?\s\([^()]{2,40}\))?"
    rf"(?P<verb>\s(?:{_MOVES}|(?P<too>(?i:{'|'.join(_DOES_TOO.split())})s))\b)"
    r"(?!\s(?:of|by|as|in)\b)"
)
OF_COMPANIES = frozenset(["Bio", "Labs", "Oncology", "Pharma", "Health"])  # with these an everyday word makes a name: Life Bio
_NOBODY = """
company government officials researchers scientists agency regulator court study team administration ministry state city county house
university big small new who today set public mental digital global
"""
NOBODY = frozenset(_NOBODY.split())


def leading(source: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the company stands that a headline begins with, if what it does tells that it is one."""
    found = LEADING.match(source, start, end)
    if found is None:
        return None
    words = found["name"].split()
    folded = [fold(word) for word in words]
    if any(word in NEVER or word in DESCRIBES or word in NOBODY for word in folded) or CODE.fullmatch(words[0]):
        return None
    if any(is_common(word) for word in words) or words[0].isdigit():
        return None
    if found["too"] and words[-1] not in OF_COMPANIES:
        return None
    unknown = any(word not in ordinary() and not LAST_PART.fullmatch(written) for word, written in zip(folded, words, strict=True))
    if not unknown and words[-1] not in OF_COMPANIES and not found["verb"].lower().endswith("announces"):
        return None
    return found.span("name")
