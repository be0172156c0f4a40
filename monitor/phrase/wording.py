"""How a line writes months, days, amounts and indications."""

from __future__ import annotations

import re

from monitor.model import EventDate

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
QUARTERS = {"1": "first", "2": "second", "3": "third", "4": "fourth"}

PEOPLE = re.compile(
    r"(?i)^(?:[\w-]+,? (?:and |or )?){0,5}?(?:adults?(?= with| whose| who| aged|$)|patients?|people|persons|children|women|men|adolescents"
    r"|infants|individuals|recipients|survivors|those)\b"
)
TREATING = re.compile(r"(?i)^(?:the )?(?:treatment|prevention|management) of\b|^use in\b|^treating\b")
# Where a clause that is no longer the indication begins.
CUT = re.compile(
    r"(?i);|\.\s|\s[–—-]\s|,?\s(?:making|marking|becoming|based on|according to|following the (?:fda|agency|approval|results)"
    r"|as the company|after the fda|, the company|supported by|announced|today)\b|,\s(?:which|the first|a first)\b"
)
NOTHING = frozenset(  # says nothing alone
    {"disease", "diseases", "disorder", "disorders", "syndrome", "tumor", "tumors", "tumour", "tumours", "infection", "infections"}
)
LONGEST = 45  # words of an indication


def month(when: EventDate) -> str:
    """December 2025; where only the quarter or the year is known, that."""
    if when.precision == "quarter":
        return f"the {QUARTERS[str((when.value.month + 2) // 3)]} quarter of {when.value.year}"
    return f"{when.value.year}" if when.precision == "year" else f"{MONTHS[when.value.month - 1]} {when.value.year}"


def day(value: str) -> str:
    """18 September 2026, September 2026, the third quarter of 2026, the second half of 2026 or 2026; empty for anything else."""
    if found := re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", value):
        year, number, day_ = found.groups()
        if not 1 <= int(number) <= 12:
            return ""
        return f"{int(day_)} {MONTHS[int(number) - 1]} {year}" if day_ else f"{MONTHS[int(number) - 1]} {year}"
    if found := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", value):
        return f"the {QUARTERS[found[2]]} quarter of {found[1]}"
    if found := re.fullmatch(r"(\d{4})-?[Hh]([12])", value):
        return f"the {QUARTERS[found[2]]} half of {found[1]}"
    return value if re.fullmatch(r"\d{4}", value) else ""


def amount(value: float, currency: str, *, single: bool = False) -> str:
    """USD 3.25 billion, USD 286 million; `single` for a price in units, USD 115 or USD 4.50. Never rounded."""
    if single:
        return f"{currency} {value:,.2f}".removesuffix(".00")
    if value >= 1000 and round(value / 1000, 3) * 1000 == value:
        return f"{currency} {_trimmed(value / 1000)} billion"
    return f"{currency} {_trimmed(value)} million"


def _trimmed(value: float) -> str:
    return f"{value:,.3f}".rstrip("0").rstrip(".")


COUNTED = re.compile(r"(?i)\b(?:tum(?:ou?)r|malignancy|disorder|condition)$")
# The name of one disorder takes no article: post-traumatic stress disorder.
NAMED = re.compile(r"(?i)\b(?:stress|depressive|anxiety|use|bipolar|spectrum|hyperactivity|compulsive|affective) disorder$")


def is_counted(text: str) -> bool:
    """Whether an indication is one of many, and takes an article: a solid tumor."""
    return bool(COUNTED.search(text)) and not NAMED.search(text) and not re.match(r"(?i)(?:an?|the|any|this) ", text)


def is_people(text: str) -> bool:
    """Whether an indication speaks of people, or of treating, rather than of a bare disease."""
    return bool(PEOPLE.match(text) or TREATING.match(text))


_NAMED_AFTER = """
hodgkin hodgkin's crohn crohn's alzheimer's parkinson's duchenne huntington's kaposi merkel ewing wilms burkitt castleman gaucher
fabry pompe hunter hurler waldenstrom waldenström sjögren's sjogren's philadelphia alzheimer parkinson friedreich's behçet's behcet's
graves cushing's addison's peyronie's stargardt dravet rett angelman ebola chagas lyme epstein barr barrett's wilson's menkes barth fanconi
"""
NAMED_AFTER = frozenset(_NAMED_AFTER.split())  # diseases whose names keep their capitals


def as_running_text(text: str) -> str:
    """An indication from a headline in capitals as it stands in a sentence: Children with Leukaemia are children with leukaemia."""
    words = text.split()
    long = [word for word in words if len(word) > 3 and word[0].isalpha()]
    if not long or sum(word[0].isupper() for word in long) < 0.6 * len(long):
        return text
    return " ".join(_lowered(word) for word in words)


def _lowered(word: str) -> str:
    """A word without the capital of a headline; abbreviations, single letters and names of people keep theirs: T-Cell is T-cell."""
    return "".join(part if _keeps_capitals(part) else part.lower() for part in re.split(r"([-/])", word))


def _keeps_capitals(part: str) -> bool:
    if part.strip("().,").casefold().replace("’", "'") in NAMED_AFTER:
        return True
    letters = [letter for letter in part if letter.isalnum()]
    return len(letters) == 1 or sum(letter.isupper() for letter in letters) > 1 or any(letter.isdigit() for letter in letters)


def indication(text: str) -> str:
    """The words of an indication up to the end of their clause, without marks; empty when nothing sensible is left."""
    cleaned = " ".join(re.sub(r"[®™©]", "", text).split())
    cut = CUT.search(cleaned)
    cleaned = cleaned[: cut.start()] if cut else cleaned
    if not is_people(cleaned):
        cleaned = re.split(r"(?i),?\swho\b", cleaned)[0]  # people do, a disease does nothing
    words = cleaned.split()
    if len(words) > LONGEST:
        cleaned = " ".join(words[:LONGEST]).rpartition(",")[0]
    cleaned = re.sub(r"(?i)(?:[\s,;:.–—-]+|\s(?:and|or|in|with|for|who|the|a|an|of|to|after|as))+$", "", cleaned)
    cleaned = re.sub(r"(?i)^(?:for|in|of|the use of|to treat)\s+", "", cleaned)
    if cleaned.casefold() in NOTHING:
        return ""
    unbalanced = cleaned.count("(") != cleaned.count(")")
    return cleaned.rpartition("(")[0].strip(" ,") if unbalanced and "(" in cleaned else cleaned
