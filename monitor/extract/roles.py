"""Who did what to whom: the lines of roles.txt, compiled once, tried on a sentence whose names are painted over (names.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from monitor.classify import Claim
from monitor.extract.guessing import ordinary
from monitor.extract.names import Name, Painted, painted
from monitor.extract.products import NEWS_OF_MEDICINES
from monitor.extract.text import Text
from monitor.model import Slot
from monitor.text import Sentence, fold, of, span

GAP = r"(?:(?!(?:from|for|with|by|to|as|after|over|amid|that|which|in|rights) |[;:.,] )[^ <]+ ){0,4}?"
LONG_GAP = r"(?:(?!; )[^ ]+ ){0,16}?"
SIGNS = {"|": "|", "^": r"\A", "…": GAP, "……": LONG_GAP}
NOT_BESIDE = "".join(f"(?<!{word} )" for word in ("following", "after", "like", "unlike", "amid", "versus"))  # a list does not begin there
HEADING = re.compile(r"\[([\w ]+)\]")
MACRO = re.compile(r"(\w+) = ")
PART = re.compile(r"……|…|\{\w+[!+]?\}|\$\w+|[()|\[\]^]|!\[?|[^\s()|\[\]{}^!]+")
# The beginning of a release's first sentence up to what it announces; what stands between the name and the verb describes the company.
ANNOUNCES = re.compile(
    r"\A(?P<before>.*?)(?P<who><\d+> (?:(?:, |and |& )*<\d+\??> )*)(?P<between>.{0,700}?)"
    r"(?:(?:today |jointly )*(?:announce[sd]?|reported|reports|said|says) (?:today )?|(?=(?:has|have|will) ))"
    r"(?:that )?(?:it |they |the company |the companies )?"
)
# Where the first sentence begins in a lead whose headings stand before it: behind the wire's name, or the dashes of a dateline.
DATELINE = re.compile(r"/{1,2}\s?--?\s|\([A-Z]{3,10}(?:\s[A-Z]{3,10})?\)\s?(?:--|[–—-])|(?<=[A-Z]\.)\s?(?:-{2,4}|[–—]{1,2})\s?(?=[A-Z])")
NOUN = re.compile(r"(?:data|trials?|study|results|shares|stock|at|of|for|in|on) ")  # what begins a piece of news after "announced"
LABEL = re.compile(
    r"(?:STAT\+|\w*NewsBreaks?|\w+Breaks|Updated?|UPDATED?|Exclusive|BRIEF|Breaking|Correction|Opinion|Report|News)\s*[:–—-]+\s*|[A-Z]{3,5}\s20\d\d:\s*|#\w+\s*"
)
BOTH = frozenset({"partnership", "deal_termination", "licensing", "option_exercise"})
ABOUT = re.compile(
    r"@|\b(?:drugs?|pill|therap(?:y|ies)|vaccines?|candidate|shot|antibody|treatment|medicine|adc|car-t|trial|study|asset|program(?:me)?)\b"
)
LEADS = 6  # sentences of a lead among which one may announce
_PAIRS = """
acquisition acquisition_completed licensing option_exercise asset_sale spin_off corporate_rename partnership deal_termination
"""
PAIRS = frozenset(_PAIRS.split())
# Where news of medicines is told, and who is not their sponsor.
GATHERING = re.compile(
    r"\b(?:Society|Congress|Association|Conference|Meeting|Symposium|Week|College|Journal|Sessions|Federation|Academy)\b"
)
HOUSE_OF_LEARNING = re.compile(r"\b(?:Institutes?|University|Hospital|Cent(?:er|re)|School)\b")  # whose investigators a lead quotes


@dataclass(frozen=True, slots=True)
class Named:
    """A name with its part in the event."""

    role: str
    start: int
    end: int


@cache
def patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    """The compiled lines of roles.txt by the type of event."""
    words: dict[str, str] = {}
    found: dict[str, tuple[re.Pattern[str], ...]] = {}
    kinds: list[str] = []
    text = (Path(__file__).parent / "roles.txt").read_text(encoding="utf-8").replace("\n  ", " ")
    for written in text.splitlines():
        line = written.strip()
        if heading := HEADING.fullmatch(line):
            kinds = heading[1].split()
        elif line.startswith("#"):
            continue
        elif macro := MACRO.match(line):
            words[macro[1]] = line[macro.end() :]
        elif line:
            pattern = re.compile(_compiled(line, words))
            for kind in kinds:
                found[kind] = (*found.get(kind, ()), pattern)
    return found


def _compiled(line: str, words: dict[str, str]) -> str:
    """The regular expression of a line: every word with the blank behind it."""
    while macro := re.search(r"\$(\w+)", line):
        line = line.replace(macro[0], words[macro[1]])
    expression, barred = r"(?:\A|(?<= ))", False
    closing: list[str] = []
    for part in PART.findall(line):
        if part in {"(", "["}:
            expression += "(?!(?:" if barred else "(?:"
            closing.append("))" if barred else ")?" if part == "[" else ")")
        elif part in {")", "]"}:
            expression += closing.pop()
        elif part in SIGNS:
            expression += SIGNS[part]
        elif part == "!":
            barred = True
            continue
        elif part.startswith("{"):
            expression += f"(?P<{part.strip('{!+}')}>{_names(part[-2])})"
        else:
            word = re.escape(part.rstrip("*")) + ("[^ ]* " if part.endswith("*") else " ")
            expression += f"(?!{word})" if barred else word
        barred = False
    return expression


def _names(sign: str) -> str:
    """One name or several joined; with ! only sure ones (a guessed one has a question mark), with + two at least. Never half of a list."""
    name = r"<\d+> " if sign == "!" else r"<\d+\??> "
    return rf"{NOT_BESIDE}(?>{name}(?:(?:(?:, )?(?:and|&|et|und|y|en) |, |/ ){name}){'+' if sign == '+' else '*'})"


def roles(text: Text, claim: Claim, places: Sequence[Sentence]) -> Iterator[Slot]:
    """The companies of an event with their parts: as the title says, or as the first sentence of the lead does."""
    best: list[Named] = []
    where: Sentence | None = None
    lead = [one for one in text.sentences if one.field == "lead" and not one.boilerplate and one.n < LEADS]
    for place in [*(one for one in places if one.field == "title"), *lead]:
        found = _read(text, claim, place)
        if len({one.role for one in found}) > len({one.role for one in best}):
            best, where = found, place
        if best and (claim.type not in PAIRS or len({one.role for one in best}) > 1):
            break
    if where is not None:
        for one in best:
            words = span(text.entry, where.field, one.start, one.end)
            yield Slot(f"role:{one.role}", words.text, words, _player(text, where, one))


def _read(text: Text, claim: Claim, place: Sentence) -> list[Named]:
    start, end = _part(text, place)
    sentence = painted(text, place, start, end)
    if not sentence.names:
        return []
    words = sentence.words if place.field == "title" else _announced(sentence)
    if not words:
        return []
    kinds = patterns()
    for pattern in kinds.get(claim.type, kinds["else"]):
        if (found := pattern.search(words)) and (named := [one for one in _named(found, sentence) if _may_act(text, place, claim, one)]):
            return [] if claim.type in NEWS_OF_MEDICINES and _may_be_a_medicine(text, named, sentence) else _parted(claim.type, named)
    return []


def _may_act(text: Text, place: Sentence, claim: Claim, one: Named) -> bool:
    """Whether a name is one of those that bring medicines forward, where the news is about a medicine."""
    if claim.type not in NEWS_OF_MEDICINES or one.role != "sponsor":
        return True
    name = of(text.entry, place.field)[one.start : one.end]
    return not GATHERING.search(name) and (place.field == "title" or not HOUSE_OF_LEARNING.search(name))


def _may_be_a_medicine(text: Text, named: list[Named], sentence: Painted) -> bool:
    """Whether a guessed name of two words may be a company's and a medicine's, since no other word tells what the news is about."""
    guessed = {(name.start, name.end) for name in sentence.names if not name.sure and name.words > 1}
    if len(named) != 1 or (named[0].start, named[0].end) not in guessed or ABOUT.search(sentence.words):
        return False
    words = of(text.entry, sentence.field)[named[0].start : named[0].end].split()
    return not any(fold(word) in ordinary() for word in words[1:])  # no medicine is called Amplifi Vascular


def _part(text: Text, place: Sentence) -> tuple[int, int]:
    """Of a title what stands behind the label before it, of a lead what stands behind the dateline."""
    start, end = place.start, place.end
    if place.field != "title":
        found = DATELINE.search(of(text.entry, place.field), start, end)
        return (found.end() if found else start), end
    if label := LABEL.match(text.entry.title, start):
        start = label.end()
    return start, end


def _announced(sentence: Painted) -> str:
    """What a release's first sentence announces, as if it were a headline: who, and the words behind `announced`."""
    found = ANNOUNCES.match(sentence.words)
    if found is None:
        return ""
    told = sentence.words[found.end() :]
    return f"{found['who']}{'announces ' if NOUN.match(told) else ''}{told}"


def _named(found: re.Match[str], sentence: Painted) -> Iterator[Named]:
    taken: set[str] = set()
    for role, group in found.groupdict().items():
        for number in re.findall(r"\d+", group or ""):
            if number not in taken:
                taken.add(number)
                name: Name = sentence.names[int(number)]
                yield Named(role, name.start, name.end)


def _parted(kind: str, named: list[Named]) -> list[Named]:
    """Of several names at the beginning of a partnership the first is its sponsor and the others are its partners; so with a merger."""
    for first, other in (("sponsor", "partner"),) if kind in BOTH else (("acquirer", "target"),):
        if {one.role for one in named} == {first} and len(named) > 1:
            return [named[0], *(Named(other, one.start, one.end) for one in named[1:])]
    return named


def _player(text: Text, place: Sentence, one: Named) -> str | None:
    """The tracked company that a name stands for or contains."""
    mentions = (m for m in text.matched.mentions if m.kind == "player" and m.span.field == place.field)
    return next((m.id for m in mentions if one.start < m.span.end and m.span.start < one.end), None)
