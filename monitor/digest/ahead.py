"""What lies ahead of a market: decisions that are due and deals that are to close, until they happen. Pure.

Nothing is kept: it is read anew each time from the developments that state a date and from those that tell the outcome.
"""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from monitor.cluster import diseases
from monitor.cluster.facts import days
from monitor.digest import wording
from monitor.digest.dates import ENGLISH, day_name
from monitor.gazetteer import Market
from monitor.model import Development, EventDate, Status
from monitor.phrase.wording import day as in_words

# A company has four business days to file what an agency told it, and some wait for the Monday after.
GRACE = timedelta(days=7)
TOLD_WITHIN = timedelta(days=730)  # a date told longer ago was for a review or a deal that is over
MISSED_FOR = timedelta(days=365)  # after that nobody waits for it
EARLY = timedelta(days=120)  # how long before its date a decision may come that does not say for which disease it is
DECISIONS = ("approval", "label_update", "regulatory_rejection", "application_withdrawn")
CLOSINGS = ("acquisition_completed", "deal_termination")
OUTCOMES = (*DECISIONS, *CLOSINGS)
EUROPE = frozenset({"EMA", "CHMP", "European Commission", "EC"})  # one reviews what another decides


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something expected by `last`, and from `first` on where only a month, quarter, half or year is known."""

    market: str
    what: Literal["decision", "closing", "date"]  # date: as seeds/ says of a product
    first: date
    last: date
    value: str  # 2026-01-10, 2026-01, 2026-Q3, 2026-H2 or 2026
    text: str
    subject: str  # the same for the same expectation, whatever its date becomes
    source: str = ""  # empty: seeds/
    url: str = ""
    development: str = ""
    event: str = ""

    @property
    def precision(self) -> str:
        """How exactly it is known: day, month, quarter, half or year."""
        return {"Q": "quarter", "H": "half"}.get(self.value[5:6]) or {4: "year", 7: "month"}.get(len(self.value), "day")

    def told(self, language: str = ENGLISH) -> str:
        """As a line says it, with the period where no day is known, and the source."""
        if language == ENGLISH or self.precision not in {"month", "quarter"}:
            period = in_words(self.value)
        else:
            period = day_name(self.first, "month" if self.precision == "month" else "quarter", language)
        when = "" if self.precision == "day" else f", expected in {period}"
        return f"{self.text}{when}" + (f" ({self.source})" if self.source else "")


def calendar(market: Market, stating: Sequence[Development], outcomes: Sequence[Development]) -> tuple[Ahead, ...]:
    """Everything still expected in a market, the earliest first, overdue or not; a later statement replaces an earlier one."""
    happened = [one for one in outcomes if one.status is not Status.WITHDRAWN]
    open_ = [one for one in stating if one.due and not any(_is_outcome(one, other, market) for other in happened)]
    standing = [one for one in open_ if not any(_replaces(other, one, market) for other in stating)]
    found = [ahead for one in standing if (ahead := _ahead(one, market))]
    told_of = {product for one in stating for product in _products(one, market)}
    found += [ahead for ahead in _of_seeds(market, happened) if ahead.subject.rpartition("/")[2] not in told_of]
    unique = {(one.subject, one.value): one for one in sorted(found, key=lambda one: (one.source, one.event), reverse=True)}
    return tuple(sorted(unique.values(), key=lambda one: (one.last, one.first, one.text, one.event)))


def overdue(found: Iterable[Ahead], today: date) -> tuple[Ahead, ...]:
    """What should have happened by now, with the grace that reporting takes."""
    return tuple(one for one in found if one.last + GRACE < today <= one.last + MISSED_FOR)


def upcoming(found: Iterable[Ahead], today: date, until: date) -> tuple[Ahead, ...]:
    """What is expected by a day; of a half-year that has begun, only once it ends before that day."""
    return tuple(one for one in found if today <= one.last <= until)


def period(value: str) -> tuple[date, date] | None:
    """The first and last day of 2026-01-10, 2026-01, 2026-Q3, 2026-H2 or 2026; None for anything else."""
    found = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d\d)(?:-(\d\d))?))?", value)
    if found is None:
        return None
    quarter, half, month, day = (int(part) if part else 0 for part in found.groups()[1:])
    year, length = int(found[1]), 3 if quarter else 6 if half else 1 if month else 12
    first = month or 1 + length * ((quarter or half or 1) - 1)
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        last = first + length - 1
        return date(year, first, 1), date(year, last, months.monthrange(year, last)[1])
    except ValueError:
        return None


# ---- one statement ---------------------------------------------------------------------------------------------------


def _ahead(one: Development, market: Market) -> Ahead | None:
    assert one.due is not None
    span = period(one.due.value)
    if span is None:
        return None
    if one.due.what == "decision":
        text = f"{one.agency or 'Regulatory'} decision on {one.product or one.generic or 'an application'}"
        text += f" in {one.indication}" if one.indication and len(one.indication.split()) <= 8 else ""
        about = "+".join(sorted(_products(one, market))) + f"/{_agency(one)}/{','.join(sorted(_diseases(one)))}"
    else:
        text, about = f"Closing: {one.headline}", one.story_id or one.event
    url = next((url for source, url in one.sources if source == one.due.source), one.source_url)
    subject = f"{market.id}/{one.due.what}/{about}"
    return Ahead(market.id, one.due.what, *span, one.due.value, text, subject, one.due.source, url, one.id, one.event)


def _of_seeds(market: Market, happened: Sequence[Development]) -> list[Ahead]:
    """The next dates that seeds/ give for products, unless a decision on the product came since about then."""
    found = []
    for product in market.products.values():
        day = product.next_date
        if day is None or any(wording.is_product(product, one) and one.event_date >= day - EARLY for one in happened):
            continue
        text = wording.date_of_product(product)
        found.append(Ahead(market.id, "date", day, day, day.isoformat(), text, f"{market.id}/date/{product.id}"))
    return found


def _is_outcome(due: Development, outcome: Development, market: Market) -> bool:
    """Whether what was expected happened, or will not."""
    assert due.due is not None
    if outcome.event == due.event or _last(outcome) < due.event_date:
        return False
    if due.due.what == "closing":
        return outcome.type in CLOSINGS and _same_deal(due, outcome)
    span = period(due.due.value)
    clear = bool(_diseases(due) and _diseases(outcome)) or (span is not None and _last(outcome) >= span[1] - EARLY)
    return outcome.type in DECISIONS and clear and _same_review(due, outcome, market)


def _replaces(later: Development, one: Development, market: Market) -> bool:
    """Whether a later statement gives another date for the same thing, as when a review is extended."""
    if later.due is None or one.due is None or later.due.what != one.due.what or later.event == one.event:
        return False
    order = [(each.event_date, each.type == "review_extension", each.first_seen, each.id) for each in (one, later)]
    return order[0] < order[1] and (_same_deal(one, later) if one.due.what == "closing" else _same_review(one, later, market))


def _same_review(one: Development, other: Development, market: Market) -> bool:
    agencies = {_agency(one), _agency(other)} - {""}
    shared = _products(one, market) & _products(other, market)
    return bool(shared) and len(agencies) < 2 and not diseases.disagree(_diseases(one), _diseases(other))


def _same_deal(one: Development, other: Development) -> bool:
    if one.story_id and one.story_id == other.story_id:
        return True
    targets = {player for player, _, role in one.players if role == "target"}
    named = {player for player, _, _ in other.players}
    return bool(targets & named) or len(named & {player for player, _, _ in one.players}) > 1


def _products(one: Development, market: Market) -> frozenset[str]:
    """Ids of the market's products it is about, or their names where they are not tracked."""
    ids = frozenset(product.id for product in market.products.values() if wording.is_product(product, one))
    return ids or frozenset(name.casefold() for name in (one.product, one.generic) if name)


def _diseases(one: Development) -> frozenset[str]:
    return diseases.named(one.indication or "")


def _agency(one: Development) -> str:
    return "EU" if one.agency in EUROPE else one.agency or ""


def _last(one: Development) -> date:
    return date.fromordinal(days(EventDate(one.event_date, one.date_precision))[1])
