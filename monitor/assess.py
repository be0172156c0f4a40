"""Entry → assessment: what it says, about whom, for which market, or the reason why it says nothing that counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitor import classify, cluster, extract, relevance
from monitor.classify import Claim, Reading, Rules
from monitor.gazetteer import Seeds
from monitor.masking import mask
from monitor.match import Matcher
from monitor.model import Assessment, EventDate, Label, MarketMatch, Mention, Reason, Report, Slot, Source, StoredEntry
from monitor.text import Sentence, sentences_of, span

CAP = 8_000  # characters of a field that are looked at
ALONE = 0.4  # a claim outside the title counts from this weight on, when the title claims nothing


@dataclass(frozen=True, slots=True)
class Decision:
    """What an entry is decided to tell: a claim and how sure, or why nothing."""

    claim: Claim | None
    confidence: float
    reasons: tuple[Reason, ...]


class Assessor:
    """Decides about entries with one version of seeds/; pure, and safe to call from several threads."""

    def __init__(self, seeds: Seeds) -> None:
        self._seeds = seeds
        self._matcher, self._rules = Matcher(seeds), Rules(seeds)

    def assess(self, stored: StoredEntry, source: Source, *, tracked_only: bool = True) -> Assessment:
        """The reports of an entry, or why there are none. Never raises for any text.

        `tracked_only`: leave out what belongs to no market; the evaluation wants to see that too.
        """
        text, reading = self.read(stored)
        decision = decide(reading, source)
        matched = text.matched
        reasons = (*decision.reasons, *reading.taken_back, *matched.doubts)
        if decision.claim is None:
            return self._dropped(stored, decision.reasons[0], matched.mentions, reasons)
        told = relevance.about(matched.mentions, text.sentences, decision.claim)
        belongs = relevance.markets(told, matched, self._seeds, source.markets)
        if not belongs and tracked_only:
            return self._dropped(stored, Reason("no tracked market"), matched.mentions, reasons)
        report = self._report(stored, source, text, decision, told, belongs)
        return Assessment(stored.id, stored.revision, self._seeds.version, (report,), None, matched.mentions, reasons)

    def read(self, stored: StoredEntry) -> tuple[extract.Text, Reading]:
        """The entry with its names, sentences and claims."""
        entry, published = stored.entry, stored.effective().date()
        matched = self._matcher.match(entry, published)
        masked = mask(entry, matched, CAP)
        sentences = tuple(one for one in sentences_of(entry) if one.end <= CAP)
        return extract.Text(entry, matched, masked, sentences, published), self._rules.read(entry, masked, sentences, published)

    def _dropped(self, stored: StoredEntry, why: Reason, mentions: tuple[Mention, ...], reasons: tuple[Reason, ...]) -> Assessment:
        return Assessment(stored.id, stored.revision, self._seeds.version, (), why, mentions, reasons)

    def _report(
        self, stored: StoredEntry, source: Source, text: extract.Text, decision: Decision, told: Sequence[Mention], belongs: tuple[MarketMatch, ...]
    ) -> Report:
        claim = decision.claim
        assert claim is not None
        entry = stored.entry
        slots, day = extract.facts(text, claim, self._seeds)
        where: Sentence = claim.sentence
        report = Report(
            entry=stored.id,
            n=0,
            source=source.name,
            source_tier=source.tier,
            title=entry.title,
            url=entry.link,
            published=stored.effective(),
            first_seen=stored.first_seen,
            label=classify.label(claim, entry, round(decision.confidence, 3)),
            date=day,
            slots=slots,
            mentions=tuple(told),
            markets=belongs,
            players=_players(told, slots, text.sentences),
            products=self._products(claim, told),
            sentence=span(entry, where.field, where.start, where.end).text,
            score=round(sum(reason.weight for reason in decision.reasons), 3),
            reasons=decision.reasons,
            baseline=stored.baseline,
            language=entry.language or source.language,
        )
        return replace(report, keys=cluster.keys(report))

    def _products(self, claim: Claim, told: Sequence[Mention]) -> tuple[str, ...]:
        """Products that are named; a safety measure that names none reaches all of the class it names."""
        named = tuple(dict.fromkeys(mention.id for mention in told if mention.kind == "product"))
        if named or claim.type != "safety_action":
            return named
        return tuple(dict.fromkeys(id_ for ids in relevance.classes(self._seeds, told).values() for id_ in ids))


def decide(reading: Reading, source: Source) -> Decision:
    """Which claim counts: the title's before the text's; noise and the tier of the source speak against it."""
    dropping = [(noise, why) for noise, why in reading.noise if noise.strong]
    title = [claim for claim in reading.claims if claim.field == "title"]
    if source.tier >= 4:
        return Decision(None, 0.0, (Reason("content farm: tier 4 sources create nothing"),))
    if dropping:
        return Decision(None, 0.0, tuple(why for _, why in dropping))
    if reading.noise and not title:
        return Decision(None, 0.0, tuple(why for _, why in reading.noise))
    if not reading.claims or (not title and reading.sums[0][1] < ALONE):
        return Decision(None, 0.0, (Reason("no event type"),))
    chosen = (title or list(reading.claims))[0]
    return Decision(chosen, 0.9 if title else 0.6, ())


def _players(told: Sequence[Mention], slots: Sequence[Slot], sentences: Sequence[Sentence]) -> tuple[tuple[str, str], ...]:
    """Tracked companies that act: those with a role, then the others of the title."""
    roles = {slot.id: slot.name.removeprefix("role:") for slot in slots if slot.name.startswith("role:") and slot.id}
    for mention in told:
        if mention.kind == "player" and mention.id not in roles and mention.span.field == "title":
            roles[mention.id] = "party"
    return tuple((id_, role) for id_, role in roles.items() if id_)


def headline(title: str) -> str:
    """A title on one line."""
    return " ".join(title.split())


__all__ = ["Assessor", "Decision", "EventDate", "Label", "date", "decide", "headline"]
