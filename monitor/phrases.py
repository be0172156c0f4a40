"""Phrase templates: what an analyst writes in types.yaml, compiled to search masked sentences.

A sentence is folded to small letters first, and tracked names are painted over with capitals, so that a template can ask for them:
A an agency, P a tracked product, D a word that looks like a medicine, C a tracked company, O a word that looks like a company.
A template that asks for no name is searched in the unpainted text, so that it may spell one out: "chmp recommends".

A template with Chinese, Japanese or Korean words fits only sentences that have such characters, inside running text: such a word needs no
edge, two words may touch where one of them is of such a script, and a gap counts characters (four for each of its words) and ends before
the next full stop, comma, semicolon or bar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

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
        self.running = in_running_text(phrase)

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


def in_running_text(phrase: str) -> bool:
    return UNSPACED_RUN.search(phrase) is not None
