"""Raw regular expressions, written under `expert:` in types.yaml for what no phrase can say.

RE2 runs them, in time that grows with the length of the text alone, so that no expression can hang the service.
They are searched where phrases are (phrases.py): in a folded sentence, painted where the expression asks for a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Generic

from monitor.phrases import SLOTS, PhraseError
from monitor.searching import PAINTED, Found, Owner

LARGEST = 5_000  # steps of a compiled expression, each of which may be tried at each character
SLOT = re.compile(r"\{([A-Z]{2,})\}")
NOT_LETTERS = re.compile(
    r"\\[pP](?:\{\^?\w+\}|\w)|\\x\{[0-9a-fA-F]+\}|\\x[0-9a-fA-F]{2}|\\."  # escapes
    r"|\(\?P?<\w+>|\(\?P=\w+|\(\?[a-zA-Z-]+[:)]|\{[A-Z]{2,}\}"  # names of groups, flags, names that are tracked
)
CAPITALS = re.compile(r"[A-Z][A-Za-z]*")
ADVICE = (  # by what RE2 complains of
    (re.compile(r"\(\?<?[=!]"), "RE2 knows no look-around ({said}): write what must not stand there under vetoes or unless"),
    (re.compile(r"\\[1-9k]|\(\?P$"), "RE2 knows no back-reference ({said}): write each case out, as in (a b|b a)"),
    (
        re.compile(r"\(\?>|repetition operator: .*\+$"),
        "RE2 needs no atomic groups and possessive repeats ({said}): write (?: and plain * or +",
    ),
    (re.compile(r"\\Z"), r"RE2 writes the end of a text as \z ({said})"),
)


def check(pattern: str) -> None:
    """Compile an expression; raises PhraseError with what to write instead."""
    _compiled(pattern)


class Experts(Generic[Owner]):
    """Searches expressions as `Phrases` does templates; without any of them RE2 is not even loaded."""

    def __init__(self, entries: Iterable[tuple[str, Owner]]) -> None:
        self._entries = [(_compiled(pattern), owner, any(slot in pattern for slot in PAINTED)) for pattern, owner in entries]

    def search(self, folded: str, masked: str) -> Iterator[Found[Owner]]:
        """Every expression that fits, at its first place; `folded` and `masked` are the same words, unpainted and painted."""
        for expression, owner, painted in self._entries:
            match = expression.search(masked if painted else folded)
            if match and match.end() > match.start():
                yield Found(owner, match.start(), match.end())


def _compiled(pattern: str) -> Any:
    if capitals := CAPITALS.search(NOT_LETTERS.sub(" ", pattern)):
        raise PhraseError(f"is searched in small letters: write {capitals[0].lower()} instead of {capitals[0]}")
    import re2

    options = re2.Options()
    options.log_errors = False  # it would print them by itself
    try:
        expression = re2.compile(SLOT.sub(_slot, pattern), options)
    except re2.error as error:
        raise PhraseError(_advice(error)) from error
    if expression.search(""):
        raise PhraseError("fits a text without a word: ask for at least one, such as a+ for a*")
    if expression.programsize > LARGEST:
        raise PhraseError(f"is too large ({expression.programsize} steps, {LARGEST} at most): repeat less, and no \\p{{L}}")
    return expression


def _slot(found: re.Match[str]) -> str:
    if found[1] not in SLOTS:
        raise PhraseError(f"{found[0]} is not known: use one of {', '.join('{' + name + '}' for name in SLOTS)}")
    return f"(?:{SLOTS[found[1]]})"


def _advice(error: Exception) -> str:
    """RE2's complaint in people's words."""
    said = error.args[0] if error.args else ""
    said = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    if "too large" in said or "repetition size" in said:
        return f"is too large for RE2 ({said}): repeat at most 1,000 times, and no repeat of repeats"
    advice = next((advice for sign, advice in ADVICE if sign.search(said)), "RE2 cannot read it ({said}): mend it, or write a phrase")
    return advice.format(said=said)
