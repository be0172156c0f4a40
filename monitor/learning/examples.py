"""Lessons as the service would read them: examples to learn from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from monitor.assess import Assessor, readable
from monitor.classify import Reading
from monitor.decide import decide
from monitor.learning.lessons import CORPUS, Lesson
from monitor.reader import NOTHING
from monitor.text import Sentence
from monitor.training import Example


@dataclass(frozen=True, slots=True)
class Read:
    """A lesson, how the rules read it and what they alone decide, and the example it makes."""

    lesson: Lesson
    reading: Reading
    sentences: tuple[Sentence, ...]
    rules: str
    example: Example


def read(lessons: Iterable[Lesson], assessor: Assessor, progress: Callable[[int], None] = lambda _: None) -> list[Read]:
    """The lessons as an assessor reads them. What its rules alone decide is the example's hint, where several types may be right."""
    found = []
    for lesson in lessons:
        text, reading = assessor.read(lesson.stored())
        claim = decide(reading, None, text.sentences, lesson.tier).claim
        rules = claim.type if claim else NOTHING
        # What counts only of what is tracked is labelled as nothing elsewhere, in the same words: the model may see it either way.
        elsewhere = reading.untracked & {one.type for one in reading.claims}
        kinds = tuple(dict.fromkeys([*lesson.kinds, *sorted(elsewhere)]))
        hint = None if lesson.source == CORPUS or elsewhere else rules
        example = Example(*readable(text), kinds, hint, lesson.weight)
        found.append(Read(lesson, reading, text.sentences, rules, example))
        progress(1)
    return found


def fingerprint(examples: Iterable[Example]) -> str:
    """Tells whether two models learnt from the same."""
    digest = hashlib.sha256()
    for one in examples:
        digest.update(repr((one.title, one.lead, one.kinds, one.hint, one.weight)).encode())
    return digest.hexdigest()
