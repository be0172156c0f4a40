"""Event → its line for a market: two sentences in the house pattern, every word of which comes from a template, a source or seeds/.

The sentences are data (seeds/style.yaml); here they are chosen, filled, checked, and the event is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from monitor import relevance
from monitor.cluster import confirmation
from monitor.gazetteer import Agency, Market, Seeds
from monitor.model import Conflict, Development, Due, Event, MarketMatch, Reason, Status
from monitor.phrase import housing
from monitor.phrase.checking import strange
from monitor.phrase.companies import parties
from monitor.phrase.facts import agency_of, told
from monitor.phrase.filling import Piece, Words, choose, text_of, wanted, wording_of
from monitor.phrase.judging import Known, best_tier, judge
from monitor.phrase.numbers import number
from monitor.phrase.stated import products_of
from monitor.phrase.wording import amount

__all__ = ["Composed", "baseline", "compose", "conflict_note", "develop", "strange"]


REMINDER = "it only says that a decision is near"
AHEAD: Mapping[str, Literal["decision", "closing"]] = {"goal_date": "decision", "expected_close": "closing"}


@dataclass(frozen=True, slots=True)
class Composed:
    """A line with the origin of each stretch of it; empty, with the reason, where none can be written."""

    text: str
    pieces: tuple[Piece, ...] = ()
    why_not: str = ""


def develop(event: Event, market: Market, seeds: Seeds, now: datetime) -> Development | None:
    """The event as a development of a market; None when it is none there or is shown nowhere."""
    match = next((match for match in event.markets if match.market == market.id), None)
    if match is None or event.type not in seeds.types:
        return None
    words, people = told(event, market, seeds), parties(event, market, seeds)
    line = Composed("", why_not=REMINDER) if event.subtype == "goal_date" else compose(event, market, seeds)
    known = Known(match.tier, words, people, line.text, aside=relevance.aside(match))
    judged = judge(event, market, seeds, known)
    if judged.status is None:
        return None
    path = why(event, match, line, judged.reasons)
    return replace(_row(event, market, seeds, known), status=judged.status, importance=judged.importance, why=path, updated_at=now)


def _row(event: Event, market: Market, seeds: Seeds, known: Known) -> Development:
    """The columns that the event and the market alone decide."""
    agency, lead = agency_of(event, market, seeds), event.reports[0]
    upfront, total = number(event, "upfront"), number(event, "total")
    first_seen = event.first_seen or min(report.first_seen for report in event.reports)
    return Development(
        event_date=event.date.value,
        date_precision=event.date.precision,
        market=market.id,
        type=event.type,
        subtype=event.subtype,
        headline=headline(event, known.words, seeds),
        line_text=known.line,
        status=Status.REVIEW,
        players=tuple((party.id, party.words.text, party.role) for party in known.people),
        product=_product(event, market, seeds, generic=False),
        generic=_product(event, market, seeds, generic=True),
        modality=next((product.modality for product in products_of(event, market, seeds)), None),
        indication=known.words["indication"].text if "indication" in known.words else None,
        agency=agency.short if agency else _value(event, "agency"),
        country=agency.country if agency else None,
        region=_region(agency, market),
        trial=_value(event, "trial") or _value(event, "nct"),
        deal_upfront=upfront[0] if upfront else None,
        deal_max=total[0] if total else None,
        currency=(upfront or total or (0.0, None))[1],
        importance=1,
        relevance=known.tier,
        confidence=round(max(report.label.confidence for report in event.reports if report.source_tier == lead.source_tier), 2),
        source_url=lead.url,
        source_name=lead.source,
        n_sources=len({report.source for report in event.reports}),
        first_seen=first_seen,
        updated_at=first_seen,
        story_id=event.story,
        supersedes=None,
        conflict_note=conflict_note(event.conflicts),
        reviewed_by=None,
        id=f"{event.id}-{market.id}",
        event=event.id,
        evidence=lead.sentence or lead.title,
        sources=tuple(dict.fromkeys((report.source, report.url) for report in event.reports)),
        baseline=min(event.reports, key=lambda report: (report.first_seen, not report.baseline)).baseline,
        confirmed=confirmation(event.reports, event.type, seeds.types[event.type].confirmed_by),
        due=_due(event),
    )


def compose(event: Event, market: Market, seeds: Seeds) -> Composed:
    """The line of an event for a market."""
    wording = wording_of(seeds.style.wordings.get(event.type, {}), event.subtype)
    words = told(event, market, seeds)
    first = choose(wording.first, words)
    if first is None:
        lacking = sorted({name for template in wording.first for name in wanted(template.text)} - set(words))
        return Composed(
            "", why_not=f"no sentence for {event.type} without {', '.join(lacking)}" if lacking else f"no sentence for {event.type}"
        )
    if best_tier(event) > 1 and not _a_company_acts(first.text, words):
        return Composed("", why_not="only media tell it, and they name no company")
    second = choose(wording.second, words, frozenset(wanted(first.text)))
    pieces = housing.line(first, second, words, seeds.style.house)
    text = text_of(pieces)
    if odd := strange(text, event, seeds):
        return Composed("", pieces, f"words from nowhere: {', '.join(odd)}")
    return Composed(text, pieces)


def _a_company_acts(template: str, words: Mapping[str, Words]) -> bool:
    named = set(wanted(template)) - {"month", "agency", "product", "indication", "for_indication", "in_indication", "class"}
    return bool(named & set(words)) or "company" in words


def headline(event: Event, words: Mapping[str, Words], seeds: Seeds) -> str:
    """One sentence of our own; where nothing is known but the type, the best source's title in quotation marks."""
    wording = wording_of(seeds.style.wordings.get(event.type, {}), event.subtype)
    template = choose((*wording.headline, *seeds.style.any_headline), words)
    if template is not None:
        return housing.headline(template, words, seeds.style.house)
    label = words["label"].text
    return f"{label[:1].upper()}{label[1:]}: “{' '.join(event.reports[0].title.split())}”"


def why(event: Event, match: MarketMatch, line: Composed, judged: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The whole path of the best report, then what the event added; the last reason says why the status is what it is."""
    lead = event.reports[0]
    steps: list[Reason] = [Reason(f"type {lead.label.type} by rule {lead.label.rule}", lead.label.trigger, lead.label.confidence)]
    steps += [Reason(f"{mention.kind} {mention.id}: {mention.rule}".rstrip(": "), mention.span) for mention in lead.mentions]
    steps += lead.reasons
    steps += match.reasons
    steps.append(Reason(f"source tier {best_tier(event)}: {lead.source}"))
    if len(event.reports) > 1:
        steps.append(Reason(f"told by {len(event.reports)} reports of {len({report.source for report in event.reports})} sources"))
    if line.why_not:
        steps.append(Reason(f"no line: {line.why_not}"))
    return tuple(dict.fromkeys([*steps, *judged]))


def conflict_note(conflicts: tuple[Conflict, ...]) -> str:
    """Who says what, where sources disagree."""
    notes = []
    for conflict in conflicts:
        name = conflict.slot.replace("_", " ")
        notes.append(f"{name}: " + " / ".join(f"{_said(conflict.slot, value)} ({source})" for value, source in conflict.says))
    return "; ".join(notes)


def _said(slot: str, value: str) -> str:
    currency, _, number_ = value.rpartition(" ")
    if slot in {"upfront", "total", "milestones", "proceeds", "per_share"} and currency:
        try:
            return amount(float(number_), currency, single=slot == "per_share")
        except ValueError:
            return value
    return value


def _due(event: Event) -> Due | None:
    """The date ahead that the best source states."""
    for name, what in AHEAD.items():
        for report in event.reports:
            if slot := report.slot(name):
                return Due(what, slot.value, report.source)
    return None


def _value(event: Event, name: str) -> str | None:
    slot = event.slot(name)
    return slot.value if slot else None


def _product(event: Event, market: Market, seeds: Seeds, *, generic: bool) -> str | None:
    tracked = products_of(event, market, seeds)
    if tracked:
        names = [
            product.generic if generic else product.brand or (None if product.generic else next(iter(product.codes), None))
            for product in tracked
        ]
        return " and ".join(name for name in names if name) or None
    return _value(event, "generic" if generic else "product")


def _region(agency: Agency | None, market: Market) -> str | None:
    return agency.region if agency and any(region.id == agency.region for region in market.regions) else None


# ---- what the report says already ------------------------------------------------------------------------------------


def baseline(market: Market, now: datetime) -> tuple[Development, ...]:
    """The developments the market's report prints already, as it stands in its file."""
    return tuple(_of_report(market, number_, now) for number_ in range(len(market.baseline)))


def _of_report(market: Market, number_: int, now: datetime) -> Development:
    line = market.baseline[number_]
    product = market.products.get(line.product or "")
    agency = market.agencies.get(line.agency or "")
    first_seen = datetime(line.date.year, line.date.month, line.date.day, tzinfo=UTC)
    subject = (product.brand or product.generic or product.codes[0]) if product else ", ".join(printed for _, printed, _ in line.players)
    return Development(
        event_date=line.date,
        date_precision=line.precision,
        market=market.id,
        type=line.type,
        subtype=line.subtype,
        headline=f"{line.type.replace('_', ' ').capitalize()}: {subject}",
        line_text=line.line,
        status=Status.BASELINE,
        players=line.players,
        product=product.brand or (product.codes[0] if product.codes and not product.generic else None) if product else None,
        generic=product.generic if product else None,
        modality=product.modality if product else None,
        indication=line.indication,
        agency=agency.short if agency else None,
        country=line.country,
        region=line.region,
        trial=line.trial,
        deal_upfront=None,
        deal_max=None,
        currency=None,
        importance=3,
        relevance="core",
        confidence=1.0,
        source_url=line.source_url,
        source_name=line.source_name,
        n_sources=1,
        first_seen=first_seen,
        updated_at=now,
        story_id=None,
        supersedes=None,
        conflict_note="",
        reviewed_by=None,
        id=line.id,
        event=line.id,
        superseded_by=line.superseded_by or None,
        why=(Reason("printed in the report already"),),
        baseline=True,
    )
