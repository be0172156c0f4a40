"""Entry → assessment: what it says, about whom, for which market, or the reason why it says nothing that counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from monitor import classify, cluster, extract, parts, relevance
from monitor.classify import Claim, Reading, Rules
from monitor.decide import FOR_A_PERSON, Decision, decide, for_a_person
from monitor.gazetteer import Seeds
from monitor.masking import mask
from monitor.match import Matched, Matcher
from monitor.model import KINDS, Assessment, EventDate, MarketMatch, Mention, Reason, Report, Slot, Source, StoredEntry
from monitor.reader import Opinion, Reader, plain
from monitor.text import UNSPACED_RUN, Sentence, letters, sentences_of, span

CAP = 8_000  # characters of a field that are looked at
UNTRACKED = Reason("no tracked market")
ROUNDUP = "roundup"  # the class of noise in seeds/types.yaml
CONTENT_FARM = 4
FILED = Reason("a filing that names only its items: it can bear out what others tell")
REMINDER = timedelta(days=45)  # an agency takes months from accepting an application to deciding: a date so near is no news of accepting


class Assessor:
    """Decides about entries with one version of seeds/; pure, and safe to call from several threads."""

    def __init__(self, seeds: Seeds) -> None:
        self._seeds = seeds
        self._matcher, self._rules = Matcher(seeds), Rules(seeds)
        self._reader = Reader.loads(seeds.reader) if seeds.reader else None

    def assess(self, stored: StoredEntry, source: Source, *, tracked_only: bool = True) -> Assessment:
        """The reports of an entry, or why there are none. Never raises for any text.

        `tracked_only`: leave out what belongs to no market; the evaluation wants to see that too.
        """
        matched = self._matcher.match(stored.entry, stored.effective().date())
        tracked = bool(relevance.markets(matched.mentions, matched, self._seeds, source.markets))
        if tracked_only and not tracked:
            return self._dropped(stored, UNTRACKED, matched.mentions, matched.doubts)  # most of what wires bring ends here
        text, reading = self.read(stored, matched, tracked=tracked)
        # The second reader has learnt from news, and makes a trial with results of one that is merely on record.
        guessed = KINDS[source.kind].guessed
        decision = _in_its_letters(text, decide(reading, lambda: self._opinion(text) if guessed else None, text.sentences, source.tier))
        reasons = (*decision.reasons, *reading.taken_back, *matched.doubts)
        if not source.register and (several := self._several(stored, source, text, reading, decision)):
            return Assessment(stored.id, stored.revision, self._seeds.version, several, None, matched.mentions, reasons)
        if decision.claim is None or (source.register and _only_files(stored.entry.title, decision.claim.type)):
            joins = () if decision.noise else self._joining(stored, source, text, tracked_only)
            why = decision.reasons[0] if decision.claim is None else FILED
            return Assessment(stored.id, stored.revision, self._seeds.version, joins, why, matched.mentions, reasons)
        told, belongs = self._about(source, text, decision.claim)
        if not belongs and tracked_only:
            return self._dropped(stored, UNTRACKED, matched.mentions, reasons)
        report = self._report(stored, source, text, decision, told, belongs)
        return Assessment(stored.id, stored.revision, self._seeds.version, (report,), None, matched.mentions, reasons)

    def _about(self, source: Source, text: extract.Text, claim: Claim) -> tuple[tuple[Mention, ...], tuple[MarketMatch, ...]]:
        """Who and what a claim is about, and the markets it belongs to for that."""
        told = tuple(relevance.about(text.matched.mentions, text.sentences, claim))
        title = text.matched.folded["title"]
        disease = extract.indication(title, 0, len(title)) is not None
        return told, relevance.markets(told, text.matched, self._seeds, source.markets, kind=self._seeds.types[claim.type], disease=disease)

    def _several(self, stored: StoredEntry, source: Source, text: extract.Text, reading: Reading, decision: Decision) -> tuple[Report, ...]:
        """The events of an item that tells several, each from its own words; empty for all others.

        What a round-up tells in passing counts as a further report of an event; where nothing else tells it, a person decides.
        """
        roundup = decision.claim is None and any(noise.id == ROUNDUP for noise, _ in reading.noise) and source.tier < CONTENT_FARM
        entries = parts.of_roundup(stored.entry, text.sentences) if roundup else parts.of_headline(stored.entry) if decision.claim else []
        found: dict[tuple[object, ...], Report] = {}
        for entry in entries:
            if (report := self._part(replace(stored, entry=entry), source, in_passing=roundup)) is not None:
                found.setdefault((report.label.type, report.players, report.products), report)
        if not roundup and len(found) < 2:
            return ()
        first = 1 if roundup else 0  # number 0 is what the item tells as a whole
        return tuple(replace(report, n=n) for n, report in enumerate(found.values(), first))

    def _part(self, stored: StoredEntry, source: Source, *, in_passing: bool) -> Report | None:
        """What one part of an item tells about a tracked company or medicine that it names itself; of a round-up, by the rules alone."""
        text, reading = self.read(stored)
        decision = _in_its_letters(text, decide(reading, None if in_passing else lambda: self._opinion(text), text.sentences, source.tier))
        if decision.claim is None:
            return None
        told, belongs = self._about(source, text, decision.claim)
        if not belongs or not any(mention.kind in {"product", "player"} for mention in told):
            return None
        report = self._report(stored, source, text, decision, told, belongs)
        sentence = report.sentence.strip()
        reasons = report.reasons
        if in_passing:
            reasons = (*reasons, for_a_person(reasons, Reason("told in passing, in a round-up")))
        return replace(
            report,
            title=stored.entry.title.strip() or sentence,
            sentence=sentence,
            reasons=reasons,
            score=round(sum(reason.weight for reason in reasons), 3),
        )

    def read(self, stored: StoredEntry, matched: Matched | None = None, *, tracked: bool | None = None) -> tuple[extract.Text, Reading]:
        """The entry with its names, sentences and claims; `matched` and `tracked` where they are known already."""
        entry, published = stored.entry, stored.effective().date()
        matched = matched or self._matcher.match(entry, published)
        masked = mask(entry, matched, CAP)
        sentences = tuple(one for one in sentences_of(entry) if one.end <= CAP)
        if tracked is None:
            tracked = bool(relevance.markets(matched.mentions, matched, self._seeds))
        reading = self._rules.read(entry, masked, sentences, published, tracked=tracked)
        return extract.Text(entry, matched, masked, sentences, published), reading

    def _opinion(self, text: extract.Text) -> Opinion | None:
        return self._reader.opinion(*readable(text)) if self._reader and in_latin_letters(text.entry.title) else None

    def _joining(self, stored: StoredEntry, source: Source, text: extract.Text, tracked_only: bool) -> tuple[Report, ...]:
        """An entry that names a tracked medicine or company but tells no event may join what others tell (domain.md 4, rule 11)."""
        told = relevance.about(text.matched.mentions, text.sentences, None)
        named = any(mention.kind in {"product", "player"} and mention.span.field == "title" for mention in told)
        if tracked_only and not named:
            return ()
        belongs = relevance.markets(told, text.matched, self._seeds, source.markets)
        return (cluster.prepared(replace(cluster.attachment(stored, source, told), markets=belongs), self._seeds),)

    def _dropped(self, stored: StoredEntry, why: Reason, mentions: tuple[Mention, ...], reasons: tuple[Reason, ...]) -> Assessment:
        return Assessment(stored.id, stored.revision, self._seeds.version, (), why, mentions, reasons)

    def _report(
        self,
        stored: StoredEntry,
        source: Source,
        text: extract.Text,
        decision: Decision,
        told: Sequence[Mention],
        belongs: tuple[MarketMatch, ...],
    ) -> Report:
        claim = decision.claim
        assert claim is not None
        entry = stored.entry
        slots, day = extract.facts(text, claim, self._seeds)
        label = classify.label(claim, entry, round(decision.confidence, 3))
        if claim.type == "filing_accepted" and _reminds(slots, day, claim):
            label = replace(label, subtype="goal_date")
        dated = source.register and entry.published is not None and cluster.filed(entry.title) is None
        if dated and day.origin == "published" and self._seeds.types[claim.type].family == "regulatory":
            day = replace(day, origin="stated")  # a register dates its rows by what happened, not by when it was told
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
            label=label,
            date=day,
            slots=slots,
            mentions=tuple(told),
            markets=belongs,
            players=_players(told, slots, text),
            products=self._products(claim, told, slots),
            sentence=span(entry, where.field, where.start, where.end).text,
            score=round(sum(reason.weight for reason in decision.reasons), 3),
            reasons=decision.reasons,
            baseline=stored.baseline,
            language=entry.language or source.language,
            register=source.register,
        )
        return cluster.prepared(report, self._seeds)

    def _products(self, claim: Claim, told: Sequence[Mention], slots: Sequence[Slot]) -> tuple[str, ...]:
        """What news of medicines are about, else the medicines that are named; a safety measure without any reaches a class."""
        of_medicines = claim.type in extract.NEWS_OF_MEDICINES
        own = [slot.id for slot in slots if slot.name in {"product", "generic"} and of_medicines]
        partners = {slot.id for slot in slots if slot.name.endswith(extract.WITH)}
        others = [mention.id for mention in told if mention.kind == "product" and mention.id not in partners]
        if own and own[0] is None:
            return ()  # the first is the one: tracked ones behind it are what it copies, or is given with
        named = tuple(dict.fromkeys(id_ for id_ in own or others if id_))
        if named or claim.type != "safety_action":
            return named
        return tuple(dict.fromkeys(id_ for ids in relevance.classes(self._seeds, told).values() for id_ in ids))


ANNOUNCES = re.compile(r"\b(?:today )?(?:announced|announces)\b")
OPENING = 3  # sentences in which a release says who announces


def _players(told: Sequence[Mention], slots: Sequence[Slot], text: extract.Text) -> tuple[tuple[str, str], ...]:
    """Tracked companies that act: those with a role, the others of the title, and those that a release lets announce it."""
    roles = {slot.id: slot.name.removeprefix("role:") for slot in slots if slot.name.startswith("role:") and slot.id}
    opening = [one for one in text.sentences if one.field == "lead" and one.n < OPENING and not one.boilerplate]
    folded = text.matched.folded["lead"]
    subjects = [(one.start, verb.start()) for one in opening if (verb := ANNOUNCES.search(folded, one.start, one.end))]
    for mention in (*told, *text.matched.mentions):
        in_title = mention.span.field == "title"
        announces = mention.span.field == "lead" and any(start <= mention.span.start and mention.span.end <= end for start, end in subjects)
        if mention.kind == "player" and mention.id not in roles and (in_title or announces):
            roles[mention.id] = "party"
    return tuple((id_, role) for id_, role in roles.items() if id_)


def in_latin_letters(title: str) -> bool:
    """Whether most of a title stands in the letters that the second reader knows; of others it sees only names and figures."""
    latin = sum(character.isalpha() and character < "\u0250" for character in title)
    return 2 * latin >= letters("".join(character for character in title if character.isalpha()))


def _in_its_letters(text: extract.Text, decision: Decision) -> Decision:
    """The decision, left to a person where the headline is Chinese, Japanese or Korean: no second reader bears the rules out there."""
    title = text.entry.title
    if decision.claim is None or not UNSPACED_RUN.search(title) or in_latin_letters(title):
        return decision
    doubt = for_a_person(decision.reasons, Reason("a headline in Chinese, Japanese or Korean, which the rules read alone"))
    return replace(decision, confidence=min(decision.confidence, FOR_A_PERSON), reasons=(*decision.reasons, doubt))


def _only_files(title: str, type_: str) -> bool:
    """Whether it is a filing's bare title whose items are about something else than what was read into it."""
    about = cluster.filed(title)
    return about is not None and bool(about) and type_ not in about


def _reminds(slots: Sequence[Slot], day: EventDate, claim: Claim) -> bool:
    """Whether it only says that a decision is near: its goal date is too close, and no rule reads an acceptance in it."""
    goal = next((slot.value for slot in slots if slot.name == "goal_date"), "")
    try:
        near = date.fromisoformat(goal) - day.value <= REMINDER
    except ValueError:
        return False
    return near and claim.trigger.rule == "second-reader"


def readable(text: extract.Text) -> tuple[str, str]:
    """Title and beginning of the lead as the second reader sees them."""
    parts: dict[str, list[str]] = {"title": [], "lead": []}
    for one in text.sentences:
        if one.field in parts and not one.boilerplate and one.n < 3:
            parts[one.field].append(text.masked.texts[one.field][one.start : one.end])
    return plain(" ".join(parts["title"])), plain(" ".join(parts["lead"]))
