"""Cross-validation: what rules, reader and both together say of texts whose events the reader has not learnt from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.decide import decide
from monitor.evaluation.figures import Tally
from monitor.learning.examples import Read
from monitor.learning.lessons import Lesson
from monitor.reader import NOTHING, Reader
from monitor.text import fold
from monitor.training import train

JUDGES = ("rules", "reader", "both")
ALIKE = 6  # words with which two titles begin that may be the same
WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Figures:
    """How often each judge is right about the lessons of a source (and half): F1 of development or not, and of the type."""

    source: str
    half: str
    n: int
    event: Mapping[str, float | None]
    type: Mapping[str, float | None]
    alarms: int  # texts that announce nothing and are taken for a development by both together
    nothing: int  # texts that announce nothing


def folds_of(lessons: Sequence[Lesson], folds: int) -> list[int]:
    """Which fold each lesson is in: those of one event always in the same, and those whose titles begin alike.

    The same release stands in several files, under other names and ids: who has learnt from one copy knows the other by heart.
    """
    heads: dict[str, str] = {}  # a group or the beginning of a title → another of the same fold

    def head(key: str) -> str:
        while heads.setdefault(key, key) != key:
            key = heads[key]
        return key

    for lesson in lessons:
        heads[head(f"group {lesson.group}")] = head(f"title {_beginning(lesson.title)}")
    return [int(hashlib.sha256(head(f"group {one.group}").encode()).hexdigest(), 16) % folds for one in lessons]


def _beginning(title: str) -> str:
    return " ".join(WORDS.findall(fold(title))[:ALIKE])


def cross_validate(lessons: Sequence[Read], folds: int, progress: Callable[[int], None] = lambda _: None) -> list[Figures]:
    """The figures of each source, and of each half of those that have halves. Trains once for each fold."""
    said: dict[int, Mapping[str, str]] = {}
    parts = folds_of([one.lesson for one in lessons], folds)
    for number in range(folds):
        asked = [n for n, part in enumerate(parts) if part == number]
        others = [one.example for one, part in zip(lessons, parts, strict=True) if part != number]
        if asked and others:
            reader = train(others)
            said |= {n: _answers(lessons[n], reader) for n in asked}
        progress(1)
    groups: dict[tuple[str, str], list[int]] = {}
    for n in said:
        lesson = lessons[n].lesson
        for half in ("", lesson.half) if lesson.half else ("",):
            groups.setdefault((lesson.source, half), []).append(n)
    return [_figures(*group, [(lessons[n].lesson, said[n]) for n in of_group]) for group, of_group in sorted(groups.items())]


def _answers(one: Read, reader: Reader) -> dict[str, str]:
    opinion = reader.opinion(one.example.title, one.example.lead)
    claim = decide(one.reading, lambda: opinion, one.sentences, one.lesson.tier).claim
    return {"rules": one.rules, "reader": opinion.best(), "both": claim.type if claim else NOTHING}


def _figures(source: str, half: str, answered: Sequence[tuple[Lesson, Mapping[str, str]]]) -> Figures:
    event = {judge: f1(_event(lesson.kinds, said[judge]) for lesson, said in answered) for judge in JUDGES}
    kind = {judge: f1(_type(lesson.kinds, said[judge]) for lesson, said in answered) for judge in JUDGES}
    nothing = [said["both"] for lesson, said in answered if lesson.kinds == (NOTHING,)]
    return Figures(source, half, len(answered), event, kind, sum(said != NOTHING for said in nothing), len(nothing))


def f1(counted: Iterable[tuple[int, int, int]]) -> float | None:
    """F1 over right, wrong and missed; None where there was nothing to find."""
    tally = Tally()
    for counts in counted:
        tally.add(*counts)
    found: float | None = tally.figure()["f1"]
    return found if tally.right + tally.missed else None


def _event(right: Sequence[str], said: str) -> tuple[int, int, int]:
    """Development or not, as `monitor evaluate` counts it: where either answer is right, nothing is."""
    if NOTHING in right and len(right) > 1:
        return 0, 0, 0
    expected, found = NOTHING not in right, said != NOTHING
    return int(expected and found), int(found and not expected), int(expected and not found)


def _type(right: Sequence[str], said: str) -> tuple[int, int, int]:
    missed = int(NOTHING not in right)
    if said == NOTHING:
        return 0, 0, missed
    return (1, 0, 0) if said in right else (0, 1, missed)
