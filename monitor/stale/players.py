"""Lists of players with members that are no longer what the list says, and sentences that name such a company."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from monitor.gazetteer import Market
from monitor.model import Development
from monitor.stale.names import Change, changes, core, names_of, stands_in
from monitor.stale.passages import Finding, Passage, Place
from monitor.stale.times import said_on

LEAST = 3  # tracked names that make a list one of players
STRANGERS = 2  # names in a row that nobody tracks and that a list may have between those somebody does
LONGEST = 10  # words of an item that is only a name
ASIDE = re.compile(r"\s*(?:\(|\[|:\s|\s[–—-]\s)")  # what follows a name in an item
LISTING = re.compile(
    r"\b(?:includ(?:e|es|ing)|such as|are|comprise[sd]?|namely|like|players|companies|participants|vendors)\b:?", re.IGNORECASE
)
BETWEEN = re.compile(r",\s*(?:and\s+|or\s+)?|;\s*|\s+and\s+")
WITHOUT = re.compile(r"\s(?:via|through|which|that|with|is|are|has|have|for)\s")  # what is said of a listed company
KNOWS = re.compile(
    r"\b(?:formerly|now|renamed|rebranded|known as|acqui\w+|bought|takeover|purchase\w*|bankrupt\w*|insolven\w*|liquidat\w*|ceased|exited"
    r"|halted|discontinued|wound down|wind(?:ing)?[ -]down|subsidiary|part of|owned by|owner of|spun|divested|sold|unit of)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Name:
    """A company as a list prints it."""

    text: str
    place: Place
    players: frozenset[str]  # ids of those it stands for
    changes: tuple[Change, ...]


class _Register:
    """Who is tracked, and what became of whom."""

    def __init__(self, market: Market, developments: Sequence[Development], today: date) -> None:
        self.changes = changes(market, developments, today)
        self.players: dict[frozenset[str], set[str]] = {}
        for player in market.players.values():
            for name in names_of(player):
                self.players.setdefault(core(name), set()).add(player.id)

    def name(self, item: str, place: Place) -> _Name | None:
        """A list's item as a tracked company; None when it is none, or more than a name."""
        text = item.strip(" \t*_`|;,")
        if not text or len(text.split()) > LONGEST:
            return None
        aside = ASIDE.search(text)
        own = text[: aside.start()] if aside else text
        words = core(own)
        of_it = tuple(change for change in self.changes if change.is_of(own))
        if words not in self.players and not of_it:
            return None
        if aside:
            of_it = tuple(change for change in of_it if not any(_has_core(name, text) for name in change.aware))
        return _Name(text, place, frozenset(self.players.get(words, ())), of_it)


def _has_core(name: str, text: str) -> bool:
    return core(name) <= core(text)


def findings(passages: Sequence[Passage], market: Market, developments: Sequence[Development], today: date) -> Iterator[Finding]:
    """Each list once, with its stale members; then single sentences."""
    register = _Register(market, developments, today)
    for (kind, _), run in groupby(passages, key=lambda one: (one.kind, one.group if one.kind != "text" else one.number)):
        members = list(run)
        if kind == "text":
            yield from _of_prose(members[0], register)
            continue
        names = [register.name(one.text, one.place(len(one.text) - len(one.text.lstrip()))) for one in members]
        for listed in _lists(names):
            yield from _of_list(listed)
        for one, name in zip(members, names, strict=True):
            if name is None:
                yield from _of_prose(one, register)


def _lists(names: Sequence[_Name | None]) -> Iterator[list[_Name]]:
    """The stretches of a list whose items are tracked companies, with a stranger or two between them."""
    here: list[_Name] = []
    strangers = 0
    for name in names:
        if name is not None:
            here.append(name)
            strangers = 0
            continue
        strangers += 1
        if strangers > STRANGERS:
            if len(here) >= LEAST:
                yield here
            here = []
    if len(here) >= LEAST:
        yield here


def _of_list(listed: Sequence[_Name], sentence: str = "") -> Iterator[Finding]:
    members = [_member(name, listed) for name in listed if name.changes]
    if members:
        text = sentence or " · ".join(name.text for name in listed)
        stale = ", ".join(member.sentence for member in members)
        yield Finding(
            "player list", listed[0].place, text, f"{len(members)} of {len(listed)} players are stale: {stale}", (), tuple(members)
        )


def _member(name: _Name, listed: Sequence[_Name]) -> Finding:
    reasons = []
    for change in name.changes:
        twice = change.owner and any(change.owner in other.players for other in listed if other is not name)
        reasons.append(change.why + (", which the list names too" if twice else ""))
    kind = name.changes[0].kind
    return Finding(kind, name.place, name.text, "; ".join(dict.fromkeys(reasons)), tuple(change.evidence for change in name.changes))


def _of_prose(passage: Passage, register: _Register) -> Iterator[Finding]:
    for offset, sentence in passage.sentences():
        if (listed := _listed(passage, offset, sentence, register)) and said_on(sentence) is None:
            yield from _of_list(listed, sentence)
            continue
        when = said_on(sentence) or said_on(passage.text[:60])
        found = [change for change in register.changes if change.in_prose and _is_stale(change, sentence, passage.text, when)]
        if found:
            reasons = "; ".join(dict.fromkeys(change.why for change in found))
            yield Finding("player", passage.place(offset), sentence, reasons, tuple(change.evidence for change in found))


def _listed(passage: Passage, offset: int, sentence: str, register: _Register) -> list[_Name]:
    """The companies that a sentence lists."""
    tried = [_split(passage, offset, sentence, start.end(), register) for start in LISTING.finditer(sentence)]
    names = max(tried, key=len, default=[])
    return names if len(names) >= LEAST else []


def _split(passage: Passage, offset: int, sentence: str, at: int, register: _Register) -> list[_Name]:
    names: list[_Name] = []
    for piece in BETWEEN.split(sentence[at:]):
        at = max(at, sentence.find(piece, at))
        own = WITHOUT.split(piece.strip().rstrip("."))[0]
        if name := register.name(own, passage.place(offset + at + len(piece) - len(piece.lstrip()))):
            names.append(name)
    return names


def _is_stale(change: Change, sentence: str, around: str, when: date | None) -> bool:
    """Whether a sentence names the company as if nothing had happened: it may know better, or tell of a day before."""
    if when is not None and (change.since is None or when <= change.since):
        return False
    named = [name for name in change.names if stands_in(name, sentence, around) is not None]
    if not named or KNOWS.search(sentence):
        return False
    return not any(stands_in(type(named[0])(name), sentence, around) is not None for name in change.aware)
