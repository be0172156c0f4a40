"""YAML without its surprises, as a tree that knows the place of every key and value (reliability.md T21).

YAML 1.1 and 1.2 readers disagree about `no`, `012`, `22:30`; anchors let 300 bytes become millions of nodes; a repeated key silently wins.
None of that is accepted here: each is reported with its place and what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from monitor.config.places import Place, Steps, Tree
from monitor.config.scalars import plain
from monitor.errors import ConfigError, Problem

SIZE_CAP = 1_000_000
DEPTH_CAP = 12
STUMBLES = (YAMLError, ValueError, AssertionError, IndexError, TypeError, AttributeError, NotImplementedError)  # of the parser


def read_text(path: Path, name: str) -> str:
    """The file as text; raises ConfigError when it cannot be read, is larger than 1 MB or is not UTF-8."""
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_CAP + 1)
    except OSError as error:
        raise ConfigError([Problem(name, 1, 1, "", f"cannot be read: {error.strerror or error}")]) from error
    try:
        if len(content) > SIZE_CAP:
            raise ConfigError([Problem(name, 1, 1, "", "is larger than 1 MB: split it, or remove what was pasted into it by mistake")])
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        raise ConfigError([Problem(name, line, column, "", "is not UTF-8 text: save the file with the encoding UTF-8")]) from error


# YAML 1.2 may hold tab, newline and what can be printed; everything else is a slip of an editor or an attack.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
BREAKS = re.compile("\r\n|\r|\n|\x85|\u2028|\u2029")


def read_tree(text: str, name: str, *, dates: bool = False) -> Tree:
    """The tree of a YAML text; what is wrong stands in its `problems` (with value None when it is no YAML at all).

    `dates`: whether an unquoted 2026-05-04 may stand there (it stays text; the field that wants a date reads it).
    """
    tree = Tree(name)
    if len(text) > SIZE_CAP:
        tree.report((), "is larger than 1 MB: split it, or remove what was pasted into it by mistake")
        return tree
    if bad := UNPRINTABLE.search(text):
        line, column = line_and_column(text, bad.start())
        tree.report((), f"holds the character U+{ord(bad[0]):04X}, which cannot be printed: delete it", place=Place(line, column))
        return tree
    try:
        _Composer(tree, dates).read(text)
    except ReaderError as error:
        line, column = line_and_column(text, getattr(error, "position", 0))
        tree.value = None
        tree.report((), "holds a character that YAML forbids: delete it", place=Place(line, column))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        tree.value = None
        tree.report((), f"is not YAML here: {_advice(str(error.problem or error.context or 'cannot be read'))}", place=place)
    except STUMBLES as error:
        tree.value = None
        tree.report((), f"is not YAML: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
    return tree


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset."""
    line, start = 1, 0
    for found in BREAKS.finditer(text, 0, offset):
        line, start = line + 1, found.end()
    return line, offset - start + 1


def _advice(problem: str) -> str:
    """The parser's word, with what usually caused it."""
    hints = {
        "mapping values are not allowed": 'a text with ": " in it needs quotes around it, and keys of one level the same indentation',
        "could not find expected ':'": "a key needs a colon and a space after it; a text of several lines needs quotes",
        "cannot start any token": "use spaces instead of tabs; a text that begins with @, `, % or * needs quotes",
        "expected <block end>": "the indentation does not fit: keys of one level begin in the same column, and list lines begin with '- '",
        "expected ',' or": "a bracket or brace is not closed, or a comma is missing",
        "unexpected end of stream": "a quote, bracket or brace is not closed",
        "while scanning a quoted": "a quote is not closed",
        "unknown escape": "in double quotes a backslash starts an escape: use single quotes",
    }
    return next((f"{hint} ({problem})" for part, hint in hints.items() if part in problem), problem)


NODES = AliasEvent | ScalarEvent | MappingStartEvent | SequenceStartEvent


def _events(text: str) -> Iterator[Any]:
    """The parser's events: from C, which takes a fifteenth of the time; from Python where C stumbles, since its complaints are better."""
    try:
        return iter(list(YAML(typ="safe", pure=False).parse(text)))
    except STUMBLES:
        events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)
        return events


class _Composer:
    """Builds plain values from parser events, without resolving anything YAML would resolve by surprise."""

    def __init__(self, tree: Tree, dates: bool) -> None:
        self.tree, self.dates = tree, dates

    def read(self, text: str) -> None:
        tree = self.tree
        # One frame per open collection: [value, steps, key waiting for its value]
        stack: list[list[Any]] = []
        documents = 0
        for event in _events(text):
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    tree.report((), "begins a second document: one file holds one, remove the line ---", place=_place(event))
                    return
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                stack.pop()
            elif isinstance(event, NODES) and not self._take(event, stack):
                return

    def _take(self, event: Any, stack: list[list[Any]]) -> bool:
        """Put one node where it belongs; False when reading on would make no sense."""
        tree, place = self.tree, _place(event)
        frame = stack[-1] if stack else None
        steps: Steps = frame[1] if frame else ()
        if frame and isinstance(frame[0], dict) and frame[2] is None:
            return self._key(event, frame, place)
        if frame:
            steps = (*steps, frame[2] if isinstance(frame[0], dict) else len(frame[0]))
        self._refuse_cleverness(event, steps, place)
        value: Any
        if isinstance(event, ScalarEvent):
            value = self._scalar(event, steps, place)
        else:
            value = {} if isinstance(event, MappingStartEvent) else [] if isinstance(event, SequenceStartEvent) else None
        if value is None and steps in tree.keys:
            place = tree.keys[steps]  # nothing stands there: the key is what a person finds
        tree.values.setdefault(steps, place)
        if frame is None:
            tree.value = value
        elif isinstance(frame[0], list):
            frame[0].append(value)
        else:
            frame[0].setdefault(frame[2], value)
            frame[2] = None
        if isinstance(value, dict | list):
            if len(stack) >= DEPTH_CAP:
                tree.report(steps, f"is nested deeper than {DEPTH_CAP} levels: nothing here needs that", place=place)
                tree.value = None
                return False
            stack.append([value, steps, None])
        return True

    def _key(self, event: Any, frame: list[Any], place: Place) -> bool:
        tree = self.tree
        if not isinstance(event, ScalarEvent) or event.value == "":
            tree.report(frame[1], "a key must be a word: write `key: value`", place=place)
            tree.value = None
            return False
        key = str(event.value)
        steps: Steps = (*frame[1], key)
        self._refuse_cleverness(event, steps, place)
        if key == "<<":
            tree.report(steps, "merge keys (<<) are not read here: write the keys out", place=place)
        if key in frame[0]:
            first = tree.keys[steps]
            tree.report(steps, f"stands twice (first on line {first.line}): keep one", place=place)
        tree.keys.setdefault(steps, place)
        frame[2] = key
        return True

    def _refuse_cleverness(self, event: Any, steps: Steps, place: Place) -> None:
        if isinstance(event, AliasEvent):
            self.tree.report(steps, f"aliases are not read here: write the value out instead of *{event.anchor}", place=place)
        elif event.anchor:
            self.tree.report(
                steps, f"anchors are not read here: remove &{event.anchor} and write the value where it is needed", place=place
            )
        elif getattr(event, "tag", None):
            self.tree.report(steps, f"tags are not read here: remove {event.tag}", place=place)

    def _scalar(self, event: ScalarEvent, steps: Steps, place: Place) -> Any:
        text = str(event.value)
        if event.style:  # quoted or block: text is text
            return text
        value, message = plain(text, self.dates)
        if message:
            self.tree.report(steps, message, place=place)
        return value


def _place(event: Any) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)
