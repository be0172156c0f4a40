"""Labelled items through the service's own code: what was decided about each, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from monitor import cluster, digest, phrase
from monitor.assess import Assessor
from monitor.evaluation.grounding import Grounding
from monitor.evaluation.labelled import LISTS, SLOTS, Item, Value
from monitor.evaluation.trust import tier_of
from monitor.extract import WITH
from monitor.gazetteer import Seeds
from monitor.model import TIERS, Assessment, Development, Edition, Entry, Event, Reason, Report, Source, Status, StoredEntry, Tier

Shown = Literal["headline", "proposed", "mention", "review", "dropped"]
ORDER: tuple[Shown, ...] = ("headline", "proposed", "review", "mention", "dropped")
AMOUNT_OF = {"upfront": ("upfront",), "total": ("total", "proceeds")}  # what a financing brings is its whole value
PRINTED = frozenset({"product", "generic", "indication", "trial"})  # told as printed, not as normalised


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was decided about one item; the fields are the keys of a line of --predictions."""

    id: str
    type: str | None
    stage: str | None
    markets: Mapping[str, Tier]
    players: tuple[str, ...]
    slots: Mapping[str, Value]
    line: str | None
    shown: Shown
    event: str
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """The predictions in the order of the items, each drafted line with whether it is grounded, and the CPU time it took."""

    predictions: tuple[Prediction, ...]
    drafted: tuple[tuple[str, bool], ...]
    cpu_seconds: float


def predict(items: Sequence[Item], seeds: Seeds, progress: Callable[[int], None] = lambda _: None, *, tracked_only: bool = False) -> Run:
    """Decide about every item. Items with an expected event are clustered among themselves, and so are the others.

    The service leaves out what belongs to no tracked market (`tracked_only`); types and events of such items are labelled all the same.
    """
    assessor = Assessor(seeds)
    entries = stored(items)
    now = max((entry.first_seen for entry in entries), default=datetime.now(UTC))
    sources = [Source(name=entry.entry.source, url="", tier=tier_of(item.source)) for entry, item in zip(entries, items, strict=True)]
    spent, assessments = 0.0, []
    for entry, source in zip(entries, sources, strict=True):
        began = time.process_time()
        assessments.append(assessor.assess(entry, source, tracked_only=tracked_only))
        spent += time.process_time() - began
        progress(1)
    began = time.process_time()
    events: list[Event] = []
    for among in (True, False):
        mine = [a for a, item in zip(assessments, items, strict=True) if (item.expect.event is not None) is among]
        events += gathered([report for assessment in mine for report in assessment.reports], {event.id for event in events})
    developed = [developments(event, seeds, now) for event in events]
    spent += time.process_time() - began
    told: dict[tuple[int, int], tuple[Event, tuple[Development, ...], Shown]] = {}
    drafted, grounding = [], Grounding(seeds)
    for event, lines in zip(events, developed, strict=True):
        told |= {(report.entry, report.n): (event, lines, shown(lines, seeds)) for report in event.reports}
        drafted += [(one.line_text, not grounding.strange(one.line_text, event)) for one in lines if one.line_text]
    predictions = tuple(prediction(item, assessment, told) for item, assessment in zip(items, assessments, strict=True))
    return Run(predictions, tuple(drafted), spent)


def stored(items: Sequence[Item]) -> list[StoredEntry]:
    """The items as the store would hand them out, each seen when it was published; an undated one when the newest was."""
    newest = max((item.published for item in items if item.published), default=datetime.now(UTC).replace(microsecond=0))
    return [
        StoredEntry(
            id=number,
            entry=Entry(
                source=item.source or "unnamed source",
                identity=item.id,
                title=item.title,
                lead=item.summary,
                link=item.url,
                published=item.published,
                published_text=item.published.isoformat() if item.published else "",
            ),
            first_seen=item.published or newest,
        )
        for number, item in enumerate(items, 1)
    ]


def gathered(reports: Iterable[Report], taken: set[str]) -> list[Event]:
    """The events that the reports tell, read in published order; no event gets an id of `taken`."""
    events = []
    for group in cluster.cluster(sorted(reports, key=lambda report: (report.published, report.entry, report.n))):
        first = id_ = cluster.event_id(group)
        number = 2
        while id_ in taken:
            id_, number = f"{first}-{number}", number + 1
        taken.add(id_)
        events.append(cluster.merge(group, id_))
    return events


def developments(event: Event, seeds: Seeds, now: datetime) -> tuple[Development, ...]:
    """The event as a line for each market it belongs to."""
    found = (phrase.develop(event, seeds.markets[match.market], seeds, now) for match in event.markets if match.market in seeds.markets)
    return tuple(development for development in found if development is not None)


def shown(lines: Sequence[Development], seeds: Seeds) -> Shown:
    """Where the digest of the days around the first report has the event."""
    if not lines:
        return "dropped"
    first = min(one.first_seen for one in lines)
    edition = Edition("evaluation", tuple(seeds.markets), ("mon",), "07:00", "UTC")
    composed = digest.compose(
        edition, 1, first - timedelta(days=1), first + timedelta(days=1), changed=lines, shown_before={}, markets=seeds.markets,
        types=seeds.types, present={}, coverage=(), read=0, kept=0, dropped={},
    )  # fmt: skip
    for place, parts in (("headline", "headlines"), ("proposed", "proposed"), ("review", "review"), ("mention", "mentions")):
        if any(getattr(section, parts) for section in composed.sections):
            return place  # type: ignore[return-value]
    return "dropped"


# ---- one item --------------------------------------------------------------------------------------------------------


def prediction(
    item: Item, assessment: Assessment, told: Mapping[tuple[int, int], tuple[Event, tuple[Development, ...], Shown]]
) -> Prediction:
    """What was decided about one item, from its reports and the events they tell. Its main report gives type, slots and event.

    A round-up has none (its parts count from 1): as a whole it announces nothing, wherever its parts are shown.
    """
    known = [told[report.entry, report.n] for report in assessment.reports]
    main = next((report for report in assessment.reports if report.n == 0), None)
    tells = any(report.label.type and report.markets for report in assessment.reports)  # otherwise it only joins what others tell
    lines = [one.line_text for _, developed, _ in known for one in developed if one.status is Status.PROPOSED and one.line_text]
    return Prediction(
        id=item.id,
        type=main.label.type or None if main else None,
        stage=main.label.subtype if main else None,
        markets=_markets(assessment, known),
        players=_players(assessment),
        slots=slots_of(main) if main else _nothing_stated(),
        line=lines[0] if lines and tells else None,
        shown=min((place for _, _, place in known), key=ORDER.index, default="dropped") if tells else "dropped",
        event=told[main.entry, main.n][0].id if main else f"alone:{item.id}",
        why=_why(assessment),
    )


def _markets(assessment: Assessment, known: Sequence[tuple[Event, tuple[Development, ...], Shown]]) -> dict[str, Tier]:
    """The closest tier per market: as the event's development shows it, or as the report itself says where no development is made."""
    tiers: dict[str, Tier] = {}
    matched = [(match.market, match.tier) for report in assessment.reports for match in report.markets]
    shown_tiers = {one.market: one.relevance for _, developed, _ in known for one in developed}
    for market, tier in [*((market, shown_tiers.get(market, tier)) for market, tier in matched)]:
        tiers[market] = min(tiers.get(market, tier), tier, key=TIERS.index)
    return tiers


def _players(assessment: Assessment) -> tuple[str, ...]:
    """Who acts in it; where nothing is told, whose names stand in its title."""
    if assessment.dropped is None:
        return tuple(dict.fromkeys(player for report in assessment.reports for player, _ in report.players))
    return tuple(dict.fromkeys(one.id for one in assessment.mentions if one.kind == "player" and one.span.field == "title"))


def slots_of(report: Report) -> dict[str, Value]:
    """The slots of a report under the keys of the format; null where nothing is stated."""
    read = _nothing_stated()
    roles: dict[str, list[str]] = {}
    for slot in report.slots:
        text = slot.span.text if slot.span and slot.name in PRINTED else slot.value
        if slot.name.startswith("role:"):
            roles.setdefault(slot.name.removeprefix("role:"), []).append(slot.span.text if slot.span else slot.value)
        elif (name := slot.name.removesuffix(WITH)) in LISTS:
            read[name] = (*_texts(read[name]), text)
        elif slot.name in SLOTS and slot.name not in AMOUNT_OF and read[slot.name] is None:
            read[slot.name] = text
    read |= {name: _dollars(report, names) for name, names in AMOUNT_OF.items()}
    if read["date"] is None and report.date.origin in ("stated", "dateline"):
        read["date"] = _day(report)
    read["roles"] = {role: " and ".join(dict.fromkeys(names)) for role, names in roles.items()}
    return read


def _dollars(report: Report, names: Sequence[str]) -> float | None:
    """The first of these amounts in millions of USD; another currency is none, since nothing here knows its rate."""
    found = (slot for name in names for slot in report.slots if slot.name == name and slot.currency in (None, "USD"))
    return next((float(slot.value.replace(",", "")) for slot in found), None)


def _nothing_stated() -> dict[str, Value]:
    return {name: () if name in LISTS else {} if name == "roles" else None for name in SLOTS}


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _day(report: Report) -> str:
    day = report.date.value.isoformat()
    return {"day": day, "month": day[:7]}.get(report.date.precision, day[:4])


def _why(assessment: Assessment) -> tuple[Reason, ...]:
    """The path that led there: the reason for dropping first, then everything else, each once."""
    steps = [assessment.dropped] if assessment.dropped else []
    for report in assessment.reports:
        steps += [
            Reason(f"type {report.label.type} by rule {report.label.rule}", report.label.trigger, report.label.confidence),
            *report.reasons,
        ]
    steps += assessment.reasons
    steps += [Reason(f"{mention.kind} {mention.id}: {mention.rule}".rstrip(": "), mention.span) for mention in assessment.mentions]
    return tuple(dict.fromkeys(steps))
