"""Which entry of a section tells which development: by hidden id, by the same words, or by month, names and likeness.

An entry tells at most one development. When in doubt two lines are two: a line written twice is seen, a line left out is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from monitor.model import Development, Status
from monitor.report.section import Entry
from monitor.report.words import DATED, month, normal, one_line

ALIKE = 70.0  # likeness (0 to 100) that a reworded line of the same month, with the same names, reaches
ALIKE_ANY_MONTH = 95.0  # for a line whose month was corrected by hand
CORRECTION = 2  # months by which a hand may have put the date right
ALIKE_BASELINE = 40.0  # the report's own wording against ours, where month and name agree
OF_THE_REPORT = frozenset({Status.BASELINE, Status.ACCEPTED, Status.EDITED, Status.PROPOSED})

# What turns one event into another although all names agree.
TURNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:complet(?:ed|es|ion of)|clos(?:ed|es|ing)|finali[sz]ed)\b",
        r"\b(?:reject\w*|declin\w*|refus\w*|complete response letter|turned down)\b",
        r"\b(?:terminat\w*|withdr[ae]w\w*|discontinu\w*|ended)\b",
        r"\b(?:orphan|fast track|breakthrough|priority review|accepted)\b",
    )
)
AGENCIES = tuple(
    re.compile(rf"\b(?:{names})\b", re.IGNORECASE)
    for names in (
        "fda|food and drug administration", "european commission|ec|ema|chmp", "nmpa", "mhra|nice", "pmda|mhlw|japan", "health canada",
        "swissmedic", "tga", "anvisa",
    )
)  # fmt: skip
COMMON = frozenset(
    {"a", "adult", "adults", "after", "an", "and", "at", "for", "in", "least", "less", "line", "lines", "more", "of", "or", "patients",
     "people", "previous", "previously", "prior", "received", "refractory", "relapsed", "systemic", "the", "therapies", "therapy", "to",
     "treated", "treatment", "treatments", "two", "three", "four", "who", "with"}
)  # fmt: skip


def told(entries: Sequence[Entry], developments: Sequence[Development]) -> Mapping[str, int]:
    """Development id → index of the entry that tells it already."""
    found: dict[str, int] = {}
    taken: set[int] = set()
    known = {development.id for development in developments}

    def claim(development: Development, index: int) -> None:
        found[development.id] = index
        taken.add(index)

    by_id = {entry.id: index for index, entry in reversed(list(enumerate(entries))) if entry.id}
    for development in developments:
        if development.id in by_id:
            claim(development, by_id[development.id])
    _claim_the_same_words(entries, developments, found, taken)
    for pool in (
        [development for development in developments if development.status is Status.BASELINE],
        [development for development in developments if development.status in OF_THE_REPORT],
    ):
        pairs = [
            (likeness, -at, -index)
            for at, development in enumerate(pool)
            if development.id not in found
            for index, entry in enumerate(entries)
            if index not in taken and entry.id not in known and (likeness := alike(development, entry)) > 0
        ]
        for _, at, index in sorted(pairs, reverse=True):
            if pool[-at].id not in found and -index not in taken:
                claim(pool[-at], -index)
    _claim_baseline(developments, found)
    return found


def _claim_the_same_words(entries: Sequence[Entry], developments: Sequence[Development], found: dict[str, int], taken: set[int]) -> None:
    words: dict[str, list[int]] = {}
    for index, entry in enumerate(entries):
        words.setdefault(normal(entry.text), []).append(index)
    for development in developments:
        if development.id not in found and (line := normal(one_line(development.line_text))) in words:
            index = next((index for index in words[line] if index not in taken), words[line][0])
            found[development.id] = index
            taken.add(index)


def _claim_baseline(developments: Sequence[Development], found: dict[str, int]) -> None:
    """What the report told before the monitor came may be found in the news too, under another id."""
    baseline = [development for development in developments if development.status is Status.BASELINE and development.id in found]
    for development in developments:
        if development.id in found or development.status not in OF_THE_REPORT:
            continue
        for own in baseline:
            if same_event(development, own):
                found[development.id] = found[own.id]
                break


def same_event(one: Development, other: Development) -> bool:
    """Whether two developments of one market are the same event: type, month, product or players, and no other indication."""
    if one.type != other.type or (one.event_date.year, one.event_date.month) != (other.event_date.year, other.event_date.month):
        return False
    products = [normal(development.product or development.generic or "") for development in (one, other)]
    if all(products):
        if products[0] != products[1] and normal(one.generic or "") != normal(other.generic or "?"):
            return False
    elif not {player for player, _, _ in one.players} & {player for player, _, _ in other.players}:
        return False
    if not _agency_agrees(one.agency or "", other.agency or ""):
        return False
    wanted, there = telling(one.indication or ""), telling(other.indication or "")
    return not wanted or not there or 2 * len(wanted & there) >= min(len(wanted), len(there))


def alike(development: Development, entry: Entry) -> float:
    """How much an entry reads like a reworded line of that development; 0 when it does not."""
    line, there = normal(one_line(development.line_text)), normal(entry.text)
    if not names_agree(development, there):
        return 0
    likeness = fuzz.token_set_ratio(_undated(line), _undated(there))
    printed = month(entry.text)
    months = {month(development.line_text), (development.event_date.year, development.event_date.month)}
    if development.status is Status.BASELINE:
        return likeness if printed in months and likeness >= ALIKE_BASELINE else 0
    if not _facts_agree(development, line, there):
        return 0
    if printed in months:
        return likeness if likeness >= ALIKE else 0
    if (
        printed is not None
        and abs(12 * (printed[0] - development.event_date.year) + printed[1] - development.event_date.month) > CORRECTION
    ):
        return 0
    close = min(likeness, fuzz.token_sort_ratio(_undated(line), _undated(there)))
    return close if close >= ALIKE_ANY_MONTH else 0


def _undated(text: str) -> str:
    return DATED.sub("", text)


def names_agree(development: Development, there: str) -> bool:
    """Whether an entry names the product, or where there is none the companies (two of them when there are two)."""
    products = [normal(name) for name in (development.product, development.generic) if name]
    if any(_named(name, there) for name in products):
        return True
    line = normal(development.line_text)
    if any(_named(name, line) for name in products) and development.status is not Status.BASELINE:
        return False
    players = [name for _, printed, _ in development.players if (name := normal(printed)) and (_named(name, line) or not line)]
    players = players or [normal(printed) for _, printed, _ in development.players]
    needed = min(len(players), 2)
    return needed > 0 and sum(_named(name, there) for name in players) >= (1 if development.status is Status.BASELINE else needed)


FORMS = frozenset(
    {"inc", "ltd", "limited", "nv", "ag", "plc", "co", "corp", "corporation", "company", "llc", "se", "sa", "gmbh", "therapeutics",
     "biotherapeutics", "pharma", "pharmaceuticals", "pharmaceutical", "sciences", "biotech"}
)  # fmt: skip


def _named(name: str, text: str) -> bool:
    """Whether a name stands in a text as whole words, with or without its legal form."""
    short = _words(name).split()
    while len(short) > 1 and short[-1] in FORMS:
        short = short[:-1]
    return len("".join(short)) > 1 and f" {' '.join(short)} " in _words(text)


@lru_cache(maxsize=4096)
def _words(text: str) -> str:
    """The words of a text with one space around each."""
    return " ".join(["", *re.findall(r"[^\W_]+", text), ""])


def telling(indication: str) -> frozenset[str]:
    """The words of an indication that tell it from another."""
    return frozenset(word for word in re.findall(r"[\w-]+", normal(indication)) if word not in COMMON and len(word) > 1)


def _facts_agree(development: Development, line: str, there: str) -> bool:
    """Whether what happened, to which indication and by whose decision, is the same in both."""
    turned = any(bool(turn.search(line)) != bool(turn.search(there)) for turn in TURNS)
    return not turned and _indication_agrees(development, there) and _agency_agrees(line, there)


def _agency_agrees(line: str, there: str) -> bool:
    """Whether no other agency decides in the entry than in the line."""
    deciding, decided = ({agency for agency in AGENCIES if agency.search(text)} for text in (line, there))
    return not deciding or not decided or bool(deciding & decided)


def _indication_agrees(development: Development, there: str) -> bool:
    """Whether at least half of what tells the indication stands in the entry, in full or as its initials."""
    words = [word for word in re.findall(r"[\w-]+", normal(development.indication or "")) if word not in COMMON and len(word) > 1]
    if not words:
        return True
    present = set(re.findall(r"[\w-]+", there))
    initials = {"".join(word[0] for word in words[first:last]) for first in range(len(words)) for last in range(first + 2, len(words) + 1)}
    return bool(initials & {word for word in present if len(word) > 1}) or 2 * sum(word in present for word in words) >= len(words)
