"""Many phrase templates at once: only those are tried on a sentence that have a word in it."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Generic, TypeVar

from monitor.phrases import AT_STOPS, IN_RUNNING, TOKEN, in_running_text, pattern
from monitor.text import UNSPACED_RUN

Owner = TypeVar("Owner")
Anchor = tuple[str, bool]  # a word, and whether it is only the beginning of one
WORD = re.compile(r"[a-z0-9]+")
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
        self._also: list[tuple[_Wanted, ...]] = []  # of each template, what a sentence must have besides the word it is looked up by
        for phrase, owner in entries:
            number = len(self._entries)
            self._entries.append((phrase, owner, _painted(phrase), in_running_text(phrase)))
            anchors, *also = _anchors(phrase)
            self._also.append(tuple(_Wanted.of(words) for words in also))
            for word, is_stem in anchors:
                (self._by_stem if is_stem else self._by_word)[word].append(number)
        self._stems = sorted({len(stem) for stem in self._by_stem})
        self._known: dict[str, tuple[int, ...]] = {}

    def candidates(self, folded: str, masked: str) -> list[int]:
        """Numbers of the templates that could fit, in the order they were written."""
        numbers: set[int] = set()
        known = self._known
        words = _words(folded, masked)
        for word in words:
            found = known.get(word)
            if found is None:
                found = known[word] = self._of(word)
            if found:
                numbers.update(found)
        return sorted(number for number in numbers if all(wanted.among(words) for wanted in self._also[number]))

    def _of(self, word: str) -> tuple[int, ...]:
        """Numbers of the templates that want this word or its beginning."""
        if len(self._known) > 50_000:
            self._known.clear()
        numbers = set(self._by_word.get(word, ()))
        for length in self._stems:
            if length <= len(word):
                numbers.update(self._by_stem.get(word[:length], ()))
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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Words and beginnings of words of which a sentence must have one."""

    words: frozenset[str]
    stems: tuple[str, ...]

    @classmethod
    def of(cls, anchors: Iterable[tuple[str, bool]]) -> _Wanted:
        pairs = list(anchors)
        return cls(frozenset(word for word, stem in pairs if not stem), tuple(word for word, stem in pairs if stem))

    def among(self, words: frozenset[str]) -> bool:
        return not self.words.isdisjoint(words) or (bool(self.stems) and any(word.startswith(self.stems) for word in words))


def found_in(phrase: str, folded: str, masked: str) -> bool:
    """Whether one template fits a sentence, unpainted and painted."""
    return pattern(phrase).search(_texts(folded, masked)[in_running_text(phrase)][_painted(phrase)]) is not None


NO_RUNNING = ("", "")


def _texts(folded: str, masked: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """A sentence, unpainted and painted, for plain templates and for those of running text, which find nothing where it has none."""
    in_running = not folded.isascii() and UNSPACED_RUN.search(folded) is not None
    return (folded, masked), (folded.translate(AT_STOPS), masked.translate(AT_STOPS)) if in_running else NO_RUNNING


def _painted(phrase: str) -> bool:
    return any(slot in phrase for slot in PAINTED)


SLOT_ANCHORS = {"AGENCY": ("A",), "PRODUCT": ("P", "D"), "PLAYER": ("C", "O"), "PHASE": ("phase",)}
PAIR = 2  # characters of running text that are looked up
COMMON = frozenset("a an and as at by for from has have in into is it its new of on or s the their this to u us was were will with".split())


@lru_cache(maxsize=64)
def _words(folded: str, masked: str) -> frozenset[str]:
    """What a sentence is looked up by; several sets of templates are searched in one sentence after another."""
    return frozenset((*WORD.findall(folded), *"".join(CAPITALS.findall(masked)), *_in_running(folded)))


def _in_running(folded: str) -> Iterator[str]:
    """The characters of running text one by one and in pairs, as its words have no edges."""
    if not folded.isascii():
        for run in UNSPACED_RUN.findall(folded):
            yield from run
            yield from map("".join, pairwise(run))


def _anchors(phrase: str) -> list[set[Anchor]]:
    """Sets of words of which one must stand in any sentence that the template fits, the most telling set first; never empty."""
    found = _Anchors(TOKEN.findall(phrase.replace("...", "…"))).sequence("")
    return sorted(found, key=_worth, reverse=True) or [{("", True)}]


class _Anchors:
    """Reads the words that a template cannot do without."""

    def __init__(self, pieces: list[str]) -> None:
        self.pieces, self.at = pieces, 0

    def sequence(self, closing: str) -> list[set[Anchor]]:
        """Of each place of a sequence that must be filled, the words that may fill it."""
        places: list[set[Anchor]] = []
        while self.at < len(self.pieces) and self.pieces[self.at] not in {closing, "|"}:
            piece = self.pieces[self.at]
            self.at += 1
            found: set[Anchor] = set()
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
            if found:
                places.append(found)
        return places

    def _choice(self, closing: str) -> set[Anchor]:
        options = [self._best(closing)]
        while self.at < len(self.pieces) and self.pieces[self.at] == "|":
            self.at += 1
            options.append(self._best(closing))
        self.at += 1
        return set().union(*options) if all(options) else set()

    def _best(self, closing: str) -> set[Anchor]:
        return max(self.sequence(closing), key=_worth, default=set())


def _worth(words: set[Anchor]) -> float:
    """How rarely a sentence has one of these words."""
    rarest: float = min(0.5 if word in COMMON or len(word) == 1 else 1.0 + min(_letters(word), 8) for word, _ in words)
    return rarest / math.sqrt(len(words))


def _letters(word: str) -> int:
    return len(word) * (IN_RUNNING if UNSPACED_RUN.match(word) else 1)
