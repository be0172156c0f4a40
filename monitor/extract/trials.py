"""Phase, name and registry number of a trial."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.extract.disease_words import SHORT
from monitor.extract.text import Text, within
from monitor.model import Slot
from monitor.shapes import NOT_CODE
from monitor.text import Sentence, of, span

PHASE = re.compile(r"\bphase[\s-]?(?P<one>[1-4]|iii|ii|iv|i)\s?[abc]?(?:\s?[/-]\s?(?:phase\s)?(?P<two>[1-4]|iii|ii|iv|i)\s?[abc]?)?\b")
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
NCT = re.compile(r"\bNCT\d{8}\b")
# Names of trials: ZUMA-7, DESTINY-Breast09, TRAILBLAZER-ALZ 4, monarchE, CORALreef.
NUMBERED = re.compile(
    r"(?<![\w-])[A-Z][A-Za-z]{0,5}[A-Z]{2}[A-Za-z]{0,12}(?:-[A-Z][A-Za-z]{1,11})?"
    r"(?:-[A-Z]{0,2}\d{1,4}|[ -]?\d{1,2}(?!\d)|(?<=[a-z])\d{2})\b(?![®™])(?:\sOLE\b)?"
)
NAMED = re.compile(
    r"(?<![\w-])(?:(?:[A-Z]-)?[A-Z][A-Za-z]*[A-Z]{2}[A-Za-z]*(?:-[A-Z][A-Za-z]*)?(?:\s(?:I{1,3}|IV)\b)?|[a-z]{4,10}[A-Z]{1,2}|[A-Z]{3,}[a-z]{3,}"
    r"|[A-Z][a-z]{1,5}[A-Z][a-z]{1,5}(?![®™]))\b(?!-?\d|-[A-Z]{1,2}\d)"
)
STUDY = re.compile(
    r"(?:,\sa)?[\s®™]{1,3}(?:phase\s\w{1,3}(?:/\w{1,3})?\s)?"
    r"(?:(?:clinical|pivotal|registrational|extension|open-label|randomi[sz]ed|real-world|long-term|observational|\d+-week|placebo-controlled"
    r"|head-to-head|outcomes)\s){0,3}(?:trials?|stud(?:y|ies)|programme?)\b|\sphase\s\w{1,3}\s(?:data|results)\b"
)
MEDICINE = re.compile(r"[A-Z]{1,4}-?\d{3,}\w?")  # INB-200 study: a study of the medicine
BEFORE_STROKE = re.compile(r"\b[A-Z]{4,}[A-Za-z]*-[A-Z]{0,2}\d{1,4}/\Z")  # KEYNOTE-A39/: two names of one trial
SERIES = re.compile(r"[A-Z]{4,}-\d")  # HOPE-2, COUGH-1: trials are counted, medicines numbered
FEW_LETTERS = re.compile(r"[A-Z]\d{3}")  # V007: a trial where the word stands behind it
BEFORE = re.compile(r"(?:phase\s(?:\d|i{1,3}|iv)[ab]?(?:/\d[ab]?)?|pivotal|registrational|ongoing)\s\Z")
# Letters in capitals before the word trial that say what kind of trial it is, or whose.
_NOT_NAMES = """
NASDAQ NYSE CLINICAL PHASE RANDOMIZED RANDOMISED PIVOTAL STUDY TRIAL GLOBE NEWSWIRE NEWS HIV MASH NASH COPD NSCLC SCLC DLBCL MRNA USA
INDUCEMENT REMS RMAT SITC CDMO GMP USD CEO ADHD ALS AML ALL CLL FDA EMA NDA BLA IND ADC III LTFU TNBC MCRPC CRPC HNSCC PTSD IBS IBD GVHD
ATTR TCR TIL CAR NK CRISPR RNA DNA SIRNA AAV GLP EGFR KRAS BRAF PARP NIH NCI BARDA UK EU US AI ESMO ASCO AACR
"""
NOT_NAMES = frozenset(_NOT_NAMES.split()) | NOT_CODE | {short.upper() for short in SHORT}


def phase(text: Text, places: Sequence[Sentence]) -> Slot | None:
    """The phase in figures: 3, 1/2."""
    for place in places:
        if found := PHASE.search(text.matched.folded[place.field], place.start, place.end):
            numbers = [ROMAN.get(part, part) for part in (found["one"], found["two"]) if part]
            return Slot("phase", "/".join(dict.fromkeys(numbers)), span(text.entry, place.field, found.start(), found.end()))
    return None


def trial(text: Text, places: Sequence[Sentence]) -> Iterator[Slot]:
    """The trial's name and its registry number; the number is its name where it has no other."""
    named = next((slot for place in places if (slot := _named(text, place))), None)
    number = next((slot for place in places if (slot := _number(text, place))), None)
    if named:
        yield named
    if number:
        if not named:
            yield Slot("trial", number.value, number.span)
        yield number


def _number(text: Text, place: Sentence) -> Slot | None:
    found = NCT.search(of(text.entry, place.field), place.start, place.end)
    return Slot("nct", found[0], span(text.entry, place.field, found.start(), found.end())) if found else None


def _named(text: Text, place: Sentence) -> Slot | None:
    known = next((mention for mention in text.matched.mentions if mention.kind == "trial" and within(mention, place)), None)
    if known:
        return Slot("trial", known.span.text, known.span, known.id)
    source = of(text.entry, place.field)
    others = [(m.span.start, m.span.end) for m in text.matched.mentions if m.span.field == place.field and m.kind != "trial"]
    for expression in (NUMBERED, NAMED):
        for found in expression.finditer(source, place.start, place.end):
            start, end = found.span()
            if any(start < other[1] and other[0] < end for other in others):
                continue
            if (
                _is_name(found[0])
                and not MEDICINE.fullmatch(found[0])
                and (_is_study(source, start, end) or (expression is NUMBERED and len(_letters(found[0])) >= 6))
            ):
                return Slot("trial", found[0], span(text.entry, place.field, start, end))
    return None


def is_called_trial(source: str, start: int, end: int) -> bool:
    """Whether a code names a trial: it is called one in so many words, or has the long word in front that codes of medicines never have."""
    if source[start - 1 : start] == "/" and BEFORE_STROKE.search(source[max(0, start - 24) : start]):
        return True
    return (
        len(_letters(source[start:end])) >= 6
        or bool(SERIES.fullmatch(source[start:end]))
        or (
            (FEW_LETTERS.fullmatch(source[start:end]) or (not MEDICINE.fullmatch(source[start:end]) and "-" in source[start:end]))
            and _is_study(source, start, end)
        )
    )


def _is_name(word: str) -> bool:
    return _letters(word).upper() not in NOT_NAMES and not any(part.upper() in NOT_NAMES for part in word.split("-")[:1])


def _letters(word: str) -> str:
    found = re.match(r"[A-Za-z]+", word)
    return found[0] if found else ""


def _is_study(source: str, start: int, end: int) -> bool:
    return bool(STUDY.match(source[end : end + 60].lower())) or bool(BEFORE.search(source[max(0, start - 24) : start].lower()))
