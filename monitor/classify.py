"""Entry + mentions → label, or the reason why not. Rules of types.yaml decide first; a second reader (reader.py) speaks where none does.

Per sentence: a trigger claims a type; vetoes, a plan or hope before it, a negation, or a past year take the claim back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from monitor.expert import Experts
from monitor.gazetteer import EventType, Noise, Seeds, Trigger
from monitor.masking import Masked
from monitor.model import Entry, Field, Label, Reason
from monitor.searching import Phrases, found_in
from monitor.text import Sentence, span

WEIGHT = {"title": 1.0, "lead": 0.45, "body": 0.25}
FADE = 0.75  # each further sentence of a field weighs this much less
DEEPEST = {"title": 1, "lead": 5, "body": 4}  # sentences of a field that may claim
OFFICIAL = {"regulatory", "safety"}  # families of types
BEFORE = 48  # characters before a trigger in which a modal word counts
NEAR = 28  # the same for a negation
CLAUSE = re.compile(r"[;:.]\s|,\s(?:and|but|while|as)\s|[。；：，！？｜丨]")
Words = tuple[str, str]  # a sentence folded, and painted
# The year of an event, and not of a trial's protocol, a staging system or a medicine's code ("FIGO 2014", "NTLA-2001").
YEAR = re.compile(
    r"\b(?:in|since|during|from|by|until|of|early|late|mid|back|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|spring|summer|autumn|fall|winter|q[1-4]|quarter of)[\s-](?:(?:early|late|mid|the year)[\s-])?(?:\d{1,2},? )?"
    r"(?P<year>(?:19|20)\d\d)\b"
)
YEAR_UNSPACED = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?[年년]")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence's claim to a type."""

    type: str
    subtype: str | None
    trigger: Trigger
    sentence: Sentence
    start: int
    end: int
    weight: float
    negated: bool = False
    official: bool = False  # tells what a regulator did

    @property
    def field(self) -> Field:
        return self.sentence.field


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the rules say about an entry: claims best first, what was taken back and why, and the noise that was heard."""

    claims: tuple[Claim, ...]
    taken_back: tuple[Reason, ...]
    noise: tuple[tuple[Noise, Reason], ...]
    sums: tuple[tuple[str, float], ...]  # type → weight over all sentences, best first
    refused: frozenset[str] = frozenset()  # types that the title claimed and that were taken back
    untracked: frozenset[str] = frozenset()  # types that would count if anything tracked were named
    for_review: Callable[[Claim], Reason | None] = lambda _: None  # words in its sentence by which a person decides about a claim


class Rules:
    """The phrases and expressions of types.yaml, ready to search."""

    def __init__(self, seeds: Seeds) -> None:
        self._types = seeds.types
        self._only_tracked = frozenset(kind.id for kind in seeds.types.values() if kind.only_tracked)
        self._triggers = Phrases((one.phrase, (kind, one)) for kind in seeds.types.values() for one in kind.triggers)
        self._expert = Experts((one.phrase, (kind, one)) for kind in seeds.types.values() for one in kind.expert)
        self._vetoes = Phrases((one.phrase, (kind, one)) for kind in seeds.types.values() for one in kind.vetoes)
        self._for_review = Phrases((one.phrase, (kind, one)) for kind in seeds.types.values() for one in kind.for_review)
        self._noise = Phrases((one.phrase, (kind, one)) for kind in seeds.noise for one in kind.phrases)
        self._noise_expert = Experts((one.phrase, (kind, one)) for kind in seeds.noise for one in kind.expert)
        self._unless = Phrases((one.phrase, (kind, one)) for kind in seeds.noise for one in kind.unless)
        self._modality = Phrases((one.phrase, one) for one in seeds.modality)
        self._negation = Phrases((one.phrase, one) for one in seeds.negation)
        self._history = Phrases((one.phrase, one) for one in seeds.history)

    def read(self, entry: Entry, masked: Masked, sentences: Sequence[Sentence], published: date, *, tracked: bool = True) -> Reading:
        """What the rules find in the sentences that may claim something; `tracked`: whether the entry names what a market tracks."""
        claims: list[Claim] = []
        back: list[Reason] = []
        refused: set[str] = set()
        for sentence in sentences:
            if sentence.boilerplate or sentence.n >= DEEPEST[sentence.field]:
                continue
            folded = masked.folded[sentence.field][sentence.start : sentence.end]
            words = masked.texts[sentence.field][sentence.start : sentence.end]
            claims += self._claims(entry, sentence, (folded, words), published, back, refused)
        ranked, sums = _ranked(claims, self._types)
        noise = tuple(self._heard(entry, masked, sentences))
        untracked = frozenset() if tracked else self._only_tracked
        return Reading(ranked, tuple(back), noise, sums, frozenset(refused), untracked, partial(self._asks, entry, masked))

    def _asks(self, entry: Entry, masked: Masked, claim: Claim) -> Reason | None:
        """Why a person decides about a claim; looked for only in the sentence of the one that counts."""
        one = claim.sentence
        found = self._for_review.search(masked.folded[one.field][one.start : one.end], masked.texts[one.field][one.start : one.end])
        mine = next((each for each in found if each.owner[0].id == claim.type), None)
        if mine is None:
            return None
        return Reason(f"for a person by {mine.owner[1].rule}", span(entry, one.field, one.start + mine.start, one.start + mine.end))

    def _claims(
        self, entry: Entry, sentence: Sentence, words: Words, published: date, back: list[Reason], refused: set[str]
    ) -> list[Claim]:
        found = [*self._triggers.search(*words), *self._expert.search(*words)]
        if not found:
            return []
        vetoes: dict[str, tuple[Trigger, int, int]] = {}
        for veto in self._vetoes.search(*words):
            if veto.owner[1].unless and found_in(veto.owner[1].unless, *words):
                continue
            vetoes.setdefault(veto.owner[0].id, (veto.owner[1], veto.start, veto.end))
        claims: dict[str, Claim] = {}
        weight = WEIGHT[sentence.field] * FADE**sentence.n
        for one in found:
            kind, trigger = one.owner
            if sentence.field not in trigger.fields or (kind.id in claims and (claims[kind.id].subtype or not trigger.subtype)):
                continue
            start, end = sentence.start + one.start, sentence.start + one.end
            if kind.id in vetoes:
                veto_rule, veto_start, veto_end = vetoes[kind.id]
                where = span(entry, sentence.field, sentence.start + veto_start, sentence.start + veto_end)
                back.append(Reason(f"{kind.id} by {trigger.rule} taken back by {veto_rule.rule}", where))
                if sentence.field == "title":
                    refused.add(kind.id)
                continue
            claim = Claim(kind.id, trigger.subtype, trigger, sentence, start, end, weight, official=kind.family in OFFICIAL)
            if why := self._unmeant(kind, words, one.start, published):
                back.append(Reason(f"{kind.id} by {trigger.rule}: {why}", span(entry, sentence.field, start, end)))
                if sentence.field == "title":
                    refused.add(kind.id)
                if why != "negated" or kind.negation is None:
                    continue
                claim = replace(claim, type=kind.negation, subtype=None, negated=True)
            claims[claim.type] = claim
        return list(_beaten(claims, self._types).values())

    def _unmeant(self, kind: EventType, words: Words, start: int, published: date) -> str:
        """Why a trigger does not say that it happened: a plan, the opposite, or long ago; empty when it does."""
        begin = max(0, start - BEFORE)
        begin += len(words[0][begin:start]) - len(CLAUSE.split(words[0][begin:start])[-1])
        before = words[1][begin:start]  # painted: "Hope Therapeutics" hopes for nothing
        if before:
            near = before[-NEAR:]
            if next(self._negation.search(near, near), None):
                return "negated"
            if kind.asserted and next(self._modality.search(before, before), None):
                return "planned, not done"
            if kind.asserted and next(self._history.search(before, before), None):
                return "happened before"
        year = YEAR.search(words[0], start) or YEAR_UNSPACED.search(words[0], start) if kind.asserted else None
        if year and int(year["year"]) < published.year - 1:
            return f"in {year['year']}"
        return ""

    def _heard(self, entry: Entry, masked: Masked, sentences: Sequence[Sentence]) -> Iterable[tuple[Noise, Reason]]:
        """Classes of noise in the title (and, for law firms and adverts, in the first sentence of the lead)."""
        heard: set[str] = set()
        for sentence in sentences:
            if sentence.field == "body" or sentence.n or sentence.boilerplate:
                continue
            folded = masked.folded[sentence.field][sentence.start : sentence.end]
            words = masked.texts[sentence.field][sentence.start : sentence.end]
            found = [*self._noise.search(folded, words), *self._noise_expert.search(folded, words)]
            unless = {one.owner[0].id for one in self._unless.search(folded, words)} if found else set()
            for one in found:
                noise, trigger = one.owner
                if noise.id in heard or noise.id in unless or (sentence.field == "lead" and noise.id not in LEAD_NOISE):
                    continue
                heard.add(noise.id)
                where = span(entry, sentence.field, sentence.start + one.start, sentence.start + one.end)
                yield noise, Reason(f"noise {noise.id} by {trigger.rule}", where)


LEAD_NOISE = {"law_firm_alert", "market_report_advert", "inducement_grant"}


def _beaten(claims: dict[str, Claim], types: Mapping[str, EventType]) -> dict[str, Claim]:
    """Of several types in one sentence, those that no other of them beats."""
    losers = {loser for kind in claims if kind in types for loser in types[kind].beats}
    left = {kind: claim for kind, claim in claims.items() if kind not in losers}
    return left or claims


def _ranked(claims: list[Claim], types: Mapping[str, EventType]) -> tuple[tuple[Claim, ...], tuple[tuple[str, float], ...]]:
    sums: dict[str, float] = {}
    for claim in claims:
        sums[claim.type] = sums.get(claim.type, 0.0) + claim.weight
    order = sorted(sums, key=lambda kind: (-sums[kind], -types[kind].importance, kind))
    best = sorted(claims, key=lambda claim: (order.index(claim.type), -claim.weight, claim.start))
    return tuple(best), tuple((kind, round(sums[kind], 3)) for kind in order)


def label(claim: Claim, entry: Entry, confidence: float) -> Label:
    """The label a claim stands for."""
    return Label(claim.type, claim.subtype, span(entry, claim.field, claim.start, claim.end), claim.trigger.rule, confidence)
