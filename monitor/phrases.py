"""Phrase templates: what an analyst writes in types.yaml, compiled to search masked sentences.

A sentence is folded to small letters first, and tracked names are painted over with capitals, so that a template can ask for them:
A an agency, P a tracked product, D a word that looks like a medicine, C a tracked company, O a word that looks like a company.
A template that asks for no name is searched in the unpainted text, so that it may spell one out: "chmp recommends".

A template with Chinese, Japanese or Korean words fits only sentences that have such characters, inside running text: such a word needs no
edge, two words may touch where one of them is of such a script, and a gap counts characters (four for each of its words) and ends before
the next full stop, comma, semicolon or bar.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Generic, TypeVar

from monitor.text import UNSPACED_RUN

GAP = 6  # words that `…` may stand for
IN_GAP = r"[\w.,'/%$&+-]+"
IN_RUNNING = 4  # characters of running text for each word of a gap; a Latin word or a figure between them counts as one
SLOTS = {
    "AGENCY": r"A+",
    "PRODUCT": r"[PD]+",
    "PLAYER": r"[CO]+",
    "MONEY": (
        r"(?:(?:us|c|a|hk)?[$€£¥]\s?|usd\s|eur\s|rmb\s)\d[\d,.]*(?:\s?(?:million|billion|mn|bn|m|b|k)\b)?\+?"
        r"|\d[\d,.]*\s(?:million|billion)"
        r"|(?:\d[\d,.]*|数)\s?余?(?:[十百千万亿億萬만억조]+余?\s?)?(?:美元|美金|欧元|港元|日元|人民币|元|円|ドル|달러|원)|\d[\d,.]*\s?亿"
    ),
    "NUMBER": r"\d[\d,.]*",
    "PHASE": r"phase\s?(?:[1-4]|iii|ii|iv|i)(?:\s?[ab])?(?:\s?[/-]\s?(?:[1-4]|iii|ii|i)(?:[ab])?)?",
    "YEAR": r"(?:19|20)\d\d",
}
TOKEN = re.compile(r"\{[A-Z]+\}|…\d*|[()|\[\]^]|[^\s()|\[\]^{}…]+")


class PhraseError(ValueError):
    """A template that cannot be read; the text says what to write instead."""


@lru_cache(maxsize=4096)
def pattern(phrase: str) -> re.Pattern[str]:
    """The regular expression of a template; raises PhraseError."""
    return re.compile(_Reader(phrase).read())


def check(phrase: str) -> None:
    """Read a template without compiling it, which takes far longer; raises PhraseError."""
    _Reader(phrase).read()


class _Reader:
    """Reads one template from left to right."""

    def __init__(self, phrase: str) -> None:
        self.phrase, self.pieces, self.at = phrase, TOKEN.findall(phrase.replace("...", "…")), 0
        self.running = _running(phrase)

    def read(self) -> str:
        if wide := next((mark for mark in self.phrase if mark in WIDE), None):
            raise PhraseError(f"{wide} in {self.phrase!r} is a full-width mark: write {WIDE[wide]}")
        expression = self._sequence("")
        if self.at < len(self.pieces):
            raise PhraseError(f"{self.pieces[self.at]} has no opening partner in {self.phrase!r}")
        if not any(character.isalpha() for character in self.phrase):
            raise PhraseError(f"{self.phrase!r} names no word to look for")
        before, after = EDGES_IN_RUNNING if self.running else EDGES
        return before + expression + after

    def _sequence(self, closing: str) -> str:
        parts: list[tuple[str, str]] = []  # (kind, expression)
        while self.at < len(self.pieces) and self.pieces[self.at] not in {closing, "|"}:
            piece = self.pieces[self.at]
            if piece in {")", "]"}:
                break
            self.at += 1
            parts.append(self._part(piece))
        return _joined(parts, BETWEEN_IN_RUNNING if self.running else BETWEEN)

    def _part(self, piece: str) -> tuple[str, str]:
        if piece.startswith("{"):
            if piece[1:-1] not in SLOTS:
                raise PhraseError(f"{piece} is not known: use one of {', '.join('{' + name + '}' for name in SLOTS)}")
            return "word", f"(?:{SLOTS[piece[1:-1]]})"
        if piece.startswith("…"):
            first = self.at > 1 and self.pieces[self.at - 2] == "^"
            return "gap", self._gap(int(piece[1:] or GAP), first=first)
        if piece == "^":
            return "start", r"\A\W*"
        if piece == "(":
            return "word", f"(?:{self._choice(')')})"
        if piece == "[":
            return "maybe", self._choice("]")
        stem = piece.rstrip("*").lower()
        if stem != piece.lower() and UNSPACED_RUN.fullmatch(stem[-1:]):
            raise PhraseError(f"{piece} in {self.phrase!r}: leave the * out, since anything may follow {stem}")
        return "word", re.escape(stem.translate(AT_STOPS) if self.running else stem) + (r"[\w'-]*" if piece.endswith("*") else "")

    def _gap(self, words: int, *, first: bool) -> str:
        if self.running:
            return rf"(?:[a-zA-Z0-9]++|[^a-zA-Z0-9\n,;!?|]){{0,{IN_RUNNING * words}}}?"
        if first:  # before it stands nothing
            return rf"(?:{IN_GAP}\W+){{0,{words}}}?"
        return rf"(?:\W+{IN_GAP}){{0,{words}}}?\W+"

    def _choice(self, closing: str) -> str:
        options = [self._sequence(closing)]
        while self.at < len(self.pieces) and self.pieces[self.at] == "|":
            self.at += 1
            options.append(self._sequence(closing))
        if self.at >= len(self.pieces) or self.pieces[self.at] != closing:
            raise PhraseError(f"{self.phrase!r} does not close its {'(' if closing == ')' else '['}: add {closing}")
        self.at += 1
        return "|".join(options)


# Letters and figures that set blanks between words, in a folded or painted text, and those that do not. Not written as ranges of
# scripts: to compile one of those takes a hundred times as long.
SPACED, RUNNING = "[0-9a-zA-Z_]", r"[^\W0-9a-zA-Z_]"
EDGES = (rf"(?<!{SPACED})", rf"(?!{SPACED}|-\d)")  # "can" does not stand in "CAN-3110"
EDGES_IN_RUNNING = (rf"(?:{EDGES[0]}|(?={RUNNING}))", rf"(?:{EDGES[1]}|(?<={RUNNING}))")
AT_STOPS = str.maketrans("。，；！？｜丨", "\n,;!?||")  # where a gap ends, and as what they are searched
WIDE = dict(zip("（）［］｜＊｛｝＾", "()[]|*{}^", strict=True))  # what an input method for Chinese types for the marks of a template
BETWEEN = r"[^\w]{1,3}"
BETWEEN_IN_RUNNING = rf"(?:[^\w\n,;!?|]{{1,3}}|(?<={RUNNING})|(?={RUNNING}))"


def _joined(parts: Sequence[tuple[str, str]], between: str) -> str:
    expression, glue = "", False
    for n, (kind, part) in enumerate(parts):
        if kind == "gap" and n + 1 == len(parts):
            break  # what follows does not matter
        if part.startswith(r"\-"):  # "-approved": grown together with what stands before it
            expression += part
            glue = True
        elif kind in {"gap", "start"}:
            expression += part
            glue = False
        elif kind == "maybe":
            expression += rf"(?:{between}(?:{part}))?" if glue else rf"(?:(?:{part}){between})?"
        else:
            expression += (between if glue else "") + part
            glue = True
    return expression


# ---- many at once ----------------------------------------------------------------------------------------------------

Owner = TypeVar("Owner")
WORD = re.compile(r"[a-z0-9]+|[A-Z]+")
CAPITALS = re.compile(r"[A-Z]+")
PAINTED = ("{AGENCY}", "{PRODUCT}", "{PLAYER}")


@dataclass(frozen=True, slots=True)
class Found(Generic[Owner]):
    """Where a template fits, in characters of the sentence."""

    owner: Owner
    start: int
    end: int


class Phrases(Generic[Owner]):
    """Searches many templates; only those are tried that have a word in the sentence."""

    def __init__(self, entries: Iterable[tuple[str, Owner]]) -> None:
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._entries: list[tuple[str, Owner, bool, bool]] = []  # template, whose it is, whether it asks for a name, is for running text
        for phrase, owner in entries:
            number = len(self._entries)
            self._entries.append((phrase, owner, _painted(phrase), _running(phrase)))
            for word, is_stem in _anchors(phrase):
                (self._by_stem if is_stem else self._by_word)[word].append(number)
        self._stems = sorted({len(stem) for stem in self._by_stem})
        self._known: dict[str, tuple[int, ...]] = {}

    def candidates(self, folded: str, masked: str) -> list[int]:
        """Numbers of the templates that could fit, in the order they were written."""
        numbers: set[int] = set()
        known = self._known
        for word in (*WORD.findall(folded), *CAPITALS.findall(masked), *_in_running(folded)):
            found = known.get(word)
            if found is None:
                found = known[word] = self._of(word)
            if found:
                numbers.update(found)
        return sorted(numbers)

    def _of(self, word: str) -> tuple[int, ...]:
        """Numbers of the templates that want this word or its beginning."""
        if len(self._known) > 50_000:
            self._known.clear()
        numbers = set(self._by_word.get(word, ()))
        for length in self._stems:
            if length <= len(word):
                numbers.update(self._by_stem.get(word[:length], ()))
        for letter in set(word) if word[0].isupper() else ():
            numbers.update(self._by_word.get(letter, ()))
        return tuple(numbers)

    def search(self, folded: str, masked: str) -> Iterator[Found[Owner]]:
        """Every template that fits, at its first place; `folded` and `masked` are the same words, unpainted and painted."""
        texts = _texts(folded, masked)
        for number in self.candidates(folded, masked):
            phrase, owner, painted, running = self._entries[number]
            if running and texts[True] is NO_RUNNING:
                continue  # its Latin alternatives are meant beside Chinese words: "(cde|药审中心)"
            if match := pattern(phrase).search(texts[running][painted]):
                yield Found(owner, match.start(), match.end())


def found_in(phrase: str, folded: str, masked: str) -> bool:
    """Whether one template fits a sentence, unpainted and painted."""
    return pattern(phrase).search(_texts(folded, masked)[_running(phrase)][_painted(phrase)]) is not None


NO_RUNNING = ("", "")


def _texts(folded: str, masked: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """A sentence, unpainted and painted, for plain templates and for those of running text, which find nothing where it has none."""
    in_running = not folded.isascii() and UNSPACED_RUN.search(folded) is not None
    return (folded, masked), (folded.translate(AT_STOPS), masked.translate(AT_STOPS)) if in_running else NO_RUNNING


def _painted(phrase: str) -> bool:
    return any(slot in phrase for slot in PAINTED)


def _running(phrase: str) -> bool:
    return UNSPACED_RUN.search(phrase) is not None


SLOT_ANCHORS = {"AGENCY": ("A",), "PRODUCT": ("P", "D"), "PLAYER": ("C", "O"), "PHASE": ("phase",)}
PAIR = 2  # characters of running text that are looked up
COMMON = frozenset("a an and as at by for from has have in into is it its new of on or s the their this to u us was were will with".split())


def _in_running(folded: str) -> Iterator[str]:
    """The characters of running text one by one and in pairs, as its words have no edges."""
    if not folded.isascii():
        for run in UNSPACED_RUN.findall(folded):
            yield from run
            yield from map("".join, pairwise(run))


def _anchors(phrase: str) -> list[tuple[str, bool]]:
    """Words of which one must stand in any sentence that the template fits: (word, whether it is only a beginning)."""
    tree = _Anchors(TOKEN.findall(phrase.replace("...", "…"))).read()
    return sorted(tree)


class _Anchors:
    """The most telling set of alternative words of a template."""

    def __init__(self, pieces: list[str]) -> None:
        self.pieces, self.at = pieces, 0

    def read(self) -> set[tuple[str, bool]]:
        return self._sequence("") or {("", True)}

    def _sequence(self, closing: str) -> set[tuple[str, bool]]:
        best: set[tuple[str, bool]] = set()
        while self.at < len(self.pieces) and self.pieces[self.at] not in {closing, "|"}:
            piece = self.pieces[self.at]
            self.at += 1
            found: set[tuple[str, bool]] = set()
            if piece == "(":
                found = self._choice(")")
            elif piece == "[":
                self._choice("]")
            elif piece.startswith("{"):
                found = {(letter, False) for letter in SLOT_ANCHORS.get(piece[1:-1], ())}
            elif run := max(UNSPACED_RUN.findall(piece), key=len, default=""):
                found = {(run[:PAIR], False)}
            elif piece[0] != "…" and piece != "^":
                stem = WORD.findall(piece.rstrip("*").lower())
                found = {(max(stem, key=len), piece.endswith("*") and len(stem) == 1)} if stem else set()
            if found and _worth(found) > _worth(best):
                best = found
        return best

    def _choice(self, closing: str) -> set[tuple[str, bool]]:
        options = [self._sequence(closing)]
        while self.at < len(self.pieces) and self.pieces[self.at] == "|":
            self.at += 1
            options.append(self._sequence(closing))
        self.at += 1
        return set().union(*options) if all(options) else set()


def _worth(words: set[tuple[str, bool]]) -> float:
    """How rarely a sentence has one of these words."""
    if not words:
        return 0.0
    rarest: float = min(0.5 if word in COMMON or len(word) == 1 else 1.0 + min(_letters(word), 8) for word, _ in words)
    return rarest / math.sqrt(len(words))


def _letters(word: str) -> int:
    return len(word) * (IN_RUNNING if UNSPACED_RUN.match(word) else 1)
