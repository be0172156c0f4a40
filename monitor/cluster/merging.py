"""A group of reports → the event: each fact from the best source that states it, and who says otherwise."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from monitor.cluster import records
from monitor.cluster.facts import company, days, facts
from monitor.cluster.kinds import ATTACHES
from monitor.model import TIERS, Conflict, Event, EventDate, MarketMatch, Report, Slot

ORIGINS = ("baseline", "stated", "dateline", "published", "first_seen")
PRECISIONS = ("day", "month", "quarter", "year")
TOLD_APART = ("goal_date", "upfront", "total", "milestones", "proceeds", "per_share", "expected_close", "phase", "designation", "agency")
SMALL = 0.05  # by how much amounts may differ through rounding
LIKE_THE_FIRST = 3  # days by which outlets date one event differently without disagreeing


def event_id(group: Sequence[Report]) -> str:
    """A stable id, from the report that told it first."""
    first = min((facts(report) for report in group), key=lambda one: one.order).report
    return "e" + hashlib.sha256("\0".join((first.source, first.url, first.title, str(first.n))).encode()).hexdigest()[:10]


def merge(group: Sequence[Report], id: str) -> Event:  # noqa: A002
    """The event that a group of reports tells."""
    reports = tuple(sorted(group, key=best_first))
    telling = [report for report in reports if report.label.type != ATTACHES] or reports
    type_, subtype = _label(telling)
    return Event(
        id=id,
        type=type_,
        subtype=subtype,
        date=date_of(telling),
        slots=_slots(reports),
        players=_players(reports),
        products=_products(reports),
        markets=_markets(reports),
        reports=reports,
        story=story(type_, reports),
        conflicts=_conflicts(reports),
        first_seen=min(report.first_seen for report in reports),
    )


def best_first(report: Report) -> tuple[bool, int, int, str, str, str, int]:
    """What only attaches last; then by tier, then the surest, then the earliest."""
    return (
        report.label.type == ATTACHES,
        report.source_tier,
        -round(report.score * 2),
        report.published.isoformat(),
        report.source,
        report.title,
        report.n,
    )


def _label(reports: Sequence[Report]) -> tuple[str, str | None]:
    """The type most reports of the best tier say, the first of them in doubt."""
    best = [report for report in reports if report.source_tier == reports[0].source_tier]
    counts = Counter(report.label.type for report in best)
    type_ = max(counts, key=lambda each: (counts[each], -[report.label.type for report in best].index(each)))
    subtype = next((report.label.subtype for report in reports if report.label.type == type_ and report.label.subtype), None)
    return type_, subtype


def date_of(reports: Sequence[Report]) -> EventDate:
    """When it happened: what is stated beats a dateline, that beats publication; then the best tier, the exactest, the earliest."""
    return min(reports, key=_dated).date


def _dated(report: Report) -> tuple[int, int, int, date, str]:
    when = report.date
    return (ORIGINS.index(when.origin), report.source_tier, PRECISIONS.index(when.precision), when.value, report.source)


def _slots(reports: Sequence[Report]) -> tuple[Slot, ...]:
    found: dict[str, tuple[Slot, ...]] = {}
    for report in reports:
        mine: dict[str, list[Slot]] = {}
        for slot in report.slots:
            mine.setdefault(slot.name, []).append(slot)
        for name, slots in mine.items():
            found.setdefault(name, tuple(slots))
    return tuple(slot for slots in found.values() for slot in slots)


def _players(reports: Sequence[Report]) -> tuple[tuple[str, str], ...]:
    """Each company with its role; what the best source calls it counts."""
    found: dict[str, str] = {}
    for report in reports:
        for player, role in report.players:
            found.setdefault(player, role)
    return tuple(found.items())


def _products(reports: Sequence[Report]) -> tuple[str, ...]:
    """The products at least half of the reports with products name, the best source's first."""
    naming = [report.products for report in reports if report.products]
    counts = Counter(product for products in naming for product in dict.fromkeys(products))
    every = dict.fromkeys(product for products in naming for product in products)
    return tuple(product for product in every if 2 * counts[product] >= len(naming))


def _markets(reports: Sequence[Report]) -> tuple[MarketMatch, ...]:
    found: dict[str, MarketMatch] = {}
    for report in reports:
        for match in report.markets:
            known = found.get(match.market)
            if known is None or TIERS.index(match.tier) < TIERS.index(known.tier):
                found[match.market] = match
    return tuple(found[market] for market in sorted(found))


# ---- story -----------------------------------------------------------------------------------------------------------

PURCHASE = frozenset({"acquisition", "acquisition_completed"})
REFUSAL = frozenset({"regulatory_rejection", "regulatory_update"})


def story(type_: str, reports: Iterable[Report]) -> str | None:
    """What the steps of one undertaking have in common: a purchase and its closing, a rejection and the next."""
    every = [facts(report) for report in reports]
    subject = ""
    if type_ in PURCHASE:
        targets = [slot for one in every for slot in one.report.slots if slot.name == "role:target"]
        names = [company(slot.value) for slot in targets]
        subject = names[0] if names else ""
        kind = "purchase"
    elif type_ in REFUSAL:
        subject = next((min(one.products) for one in every if one.products), "")
        kind = "refusal"
    return f"s{hashlib.sha256(f'{kind}:{subject}'.encode()).hexdigest()[:10]}" if subject else None


# ---- conflicts -------------------------------------------------------------------------------------------------------


def _conflicts(reports: Sequence[Report]) -> tuple[Conflict, ...]:
    found = []
    for name in TOLD_APART:
        says: dict[str, str] = {}
        for report in reports:
            slot = report.slot(name)
            if slot is not None:
                value = f"{slot.currency} {slot.value}" if slot.currency else slot.value
                if not any(_alike(name, value, known) for known in says):
                    says[value] = report.source
        if len(says) > 1:
            found.append(Conflict(name, tuple(says.items())))
    if (dated := _dates(reports)) is not None:
        found.append(dated)
    known = {one.slot for one in found}
    return (*found, *(one for one in records.mismatches(reports) if one.slot not in known))


def _alike(name: str, value: str, known: str) -> bool:
    if name in {"upfront", "total", "milestones", "proceeds", "per_share"}:
        try:
            (currency, amount), (other, another) = (text.rsplit(" ", 1) if " " in text else ("", text) for text in (value, known))
            first, second = float(amount), float(another)
        except ValueError:
            return value == known
        return currency == other and abs(first - second) <= SMALL * max(abs(first), abs(second))
    return value.casefold() == known.casefold()


def _dates(reports: Sequence[Report]) -> Conflict | None:
    """Days on which sources say it happened, when they lie further apart than reporting explains."""
    says: dict[str, tuple[int, int, str]] = {}
    for report in reports:
        if report.date.origin != "stated":
            continue
        first, last = days(report.date)
        shown = report.date.value.isoformat() if report.date.precision == "day" else f"{report.date.value:%Y-%m}"
        if all(max(0, first - end, start - last) > LIKE_THE_FIRST for start, end, _ in says.values()):
            says[shown] = (first, last, report.source)
    return Conflict("date", tuple((shown, source) for shown, (_, _, source) in says.items())) if len(says) > 1 else None
