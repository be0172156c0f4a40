"""Text → mentions: every tracked name in a text, with its span, when its boundary, case and context allow it (domain.md 2)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from ahocorasick_rs import AhoCorasick, MatchKind

from monitor.gazetteer import Alias, Seeds
from monitor.model import Entry, Field, Mention, Reason, Span
from monitor.text import DASHES, FIELDS, UNSPACED_RUN, fold, of

Kind = Literal["player", "product", "agency", "term", "trial"]


@dataclass(frozen=True, slots=True)
class Shape:
    """Words that look like a medicine or a company, or that seeds/names.tsv lists as one."""

    field: Field
    start: int
    end: int
    kind: str  # brand, generic, code, company


@dataclass(slots=True)
class Name:
    """One meaning of a written name, in all markets that give it."""

    kind: Kind
    id: str
    alias: Alias
    markets: tuple[str, ...]
    role: str = ""  # of a term: core, adjacent, context, competing, off_market
    former: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a name stands."""

    field: Field
    start: int
    end: int
    key: int  # index of the folded name


@dataclass(slots=True)
class Matched:
    """What was found in an entry: what counts, and what did not and why."""

    mentions: tuple[Mention, ...]
    doubts: tuple[Reason, ...]
    folded: Mapping[Field, str]
    roles: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (market, term) → role
    several: frozenset[str] = frozenset()  # companies of more than one market: large ones, most of whose news concerns none of them
    listed: tuple[Shape, ...] = ()  # what registers know and nobody tracks

    def competes(self, mention: Mention) -> bool:
        """Whether it names a medicine that competes with those of its markets."""
        return mention.kind == "term" and all(self.roles[market, mention.id] == "competing" for market in mention.markets)


class Matcher:
    """Finds tracked names; built once for a version of seeds/."""

    def __init__(self, seeds: Seeds) -> None:
        self._names: list[list[Name]] = []
        self._keys: list[str] = []
        self._listed: list[str] = []  # the kind of a name that is listed only, else empty
        self._roles: dict[tuple[str, str], str] = {}
        names: dict[str, list[Name]] = defaultdict(list)
        for name in _merged(_names(seeds)):
            names[fold(name.alias.text)].append(name)
            if name.kind == "term":
                self._roles.update({(market, name.id): name.role for market in name.markets})
        listed = {name: kind for name, kind in seeds.names.items() if name not in names}
        context = {fold(word) for found in names.values() for name in found for word in (*name.alias.require_any, *name.alias.reject_any)}
        for text in sorted({*names, *context, *listed}):
            self._keys.append(text)
            self._names.append(names.get(text, []))
            self._listed.append(listed.get(text, ""))
        times = Counter(id_ for market in seeds.markets.values() for id_ in market.players)
        self._several = frozenset(id_ for id_, count in times.items() if count > 1)
        self._automaton = AhoCorasick(self._keys, matchkind=MatchKind.Standard)

    def match(self, entry: Entry, published: date) -> Matched:
        """The names of an entry; `published` decides whose a name was at the time."""
        folded = {name: fold(of(entry, name)) for name in FIELDS}
        hits = [hit for name in FIELDS if folded[name] for hit in self._hits(name, folded[name])]
        present = {self._keys[hit.key] for hit in hits}
        mentions: list[Mention] = []
        doubts: list[Reason] = []
        seen: dict[tuple[str, str], set[str]] = defaultdict(set)
        for hit in hits:
            for name in self._names[hit.key]:
                seen[name.kind, name.id].add(self._keys[hit.key])
        for hit in _longest(hit for hit in hits if self._names[hit.key]):
            written = of(entry, hit.field)[hit.start : hit.end]
            span = Span(hit.field, hit.start, hit.end, written)
            good = []
            for name in self._names[hit.key]:
                if why := _against(name, written, present, seen, published):
                    doubts.append(Reason(f"{name.kind} {name.id}: {name.alias.text} {why}", span))
                else:
                    good.append(name)
            players = {name.id for name in good if name.kind == "player"}
            if len(players) > 1:
                doubts.append(Reason(f"ambiguous: {written} may be {' or '.join(sorted(players))}", span))
                good = [name for name in good if name.kind != "player"]
            mentions += (Mention(name.kind, name.id, span, name.markets, _rule(name)) for name in good)
        return Matched(tuple(mentions), tuple(doubts), folded, self._roles, self._several, tuple(self._likely(entry, hits)))

    def _likely(self, entry: Entry, hits: Iterable[Hit]) -> Iterable[Shape]:
        for hit in _longest(hit for hit in hits if self._listed[hit.key]):
            kind, first = self._listed[hit.key], of(entry, hit.field)[hit.start]
            if kind == "generic" or not first.islower():
                yield Shape(hit.field, hit.start, hit.end, kind)

    def _hits(self, name: Field, text: str) -> Iterable[Hit]:
        for key, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if _bounded(text, start, end, self._keys[key]):
                yield Hit(name, start, end, key)


def _rule(name: Name) -> str:
    alias = name.alias
    context = f" beside {' or '.join(alias.require_any)}" if alias.require_any else ""
    return f"{alias.text}{context}{f' ({alias.place})' if alias.place else ''}"


def _bounded(text: str, start: int, end: int, key: str) -> bool:
    """Whether a name stands as a word of its own: a letter beside it forbids, unless one of the two is of a script without spaces."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not _one_word(before, key[0]) and not _one_word(key[-1], after)


def _one_word(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and not UNSPACED_RUN.search(left + right)


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    """Of names inside longer names only the longer ones; the same place may keep several meanings."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (FIELDS.index(hit.field), hit.start, -hit.end)):
        last = kept[-1] if kept else None
        if last and last.field == hit.field and hit.start < last.end:
            continue
        kept.append(hit)
    return kept


def _against(name: Name, written: str, present: set[str], seen: Mapping[tuple[str, str], set[str]], published: date) -> str:
    """Why a name does not count here; empty when it does."""
    if name.alias.case == "exact" and written.translate(DASHES) != name.alias.text.translate(DASHES):
        return "has other capitals"
    return _out_of_time(name.alias, published) or _out_of_place(name, present, seen)


def _out_of_time(alias: Alias, published: date) -> str:
    if alias.since and published < alias.since:
        return f"did not stand for it before {alias.since}"
    if alias.until and published >= alias.until:
        return f"no longer stood for it from {alias.until} on"
    return ""


def _out_of_place(name: Name, present: set[str], seen: Mapping[tuple[str, str], set[str]]) -> str:
    alias, own = name.alias, folded_name(name.alias.text)
    if rejected := next((word for word in alias.reject_any if folded_name(word) in present), None):
        return f"stands beside {rejected}"
    if alias.require_any and not any(folded_name(word) in present and folded_name(word) != own for word in alias.require_any):
        return f"needs one of {', '.join(alias.require_any)}"
    if alias.never_alone and not alias.require_any and not seen[name.kind, name.id] - {own}:
        return "never counts alone"
    return ""


folded_name = lru_cache(maxsize=20_000)(fold)  # names and the words beside them, again and again


def _names(seeds: Seeds) -> Iterable[Name]:
    for market in seeds.markets.values():
        here = (market.id,)
        for player in market.players.values():
            yield from (Name("player", player.id, alias, here) for alias in player.aliases)
            yield from (Name("player", player.id, Alias(former), here, former=True) for former, _ in player.former_names)
        for product in market.products.values():
            yield from (Name("product", product.id, alias, here) for alias in product.aliases)
        for agency in market.agencies.values():
            yield from (Name("agency", agency.id, alias, here) for alias in agency.aliases)
        for term in market.terms:
            yield Name("term", fold(term.alias.text), term.alias, here, role=term.role)
        for trial in market.trials:
            yield Name("trial", trial, Alias(trial, case="exact"), here)


def _merged(names: Iterable[Name]) -> Iterable[Name]:
    """One meaning for names that several markets give alike; aliases that a former name repeats count once."""
    merged: dict[tuple[object, ...], Name] = {}
    plain: set[tuple[str, str, str]] = set()
    for name in names:
        alias = name.alias
        if name.former and (name.kind, name.id, fold(alias.text)) in plain:
            continue
        plain.add((name.kind, name.id, fold(alias.text)))
        key = (name.kind, name.id, fold(alias.text), alias.case, alias.require_any, alias.reject_any, alias.since, alias.until, name.role)
        known = merged.setdefault(key, name)
        if known is not name:
            known.markets = tuple(dict.fromkeys([*known.markets, *name.markets]))
    return merged.values()
