"""What registers and filings say beside the news: which types a filing is about, what a record bears out, and where it differs."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from monitor.cluster import kinds
from monitor.cluster.facts import Facts, days, facts
from monitor.cluster.kinds import ATTACHES
from monitor.model import Confirmation, Conflict, Report

FILING = "filing"  # among `confirmed_by` of types.yaml: a company's filing, not an agency's register
FILED_WITHIN = 6  # days: an 8-K is due four business days after what it tells
LISTED_WITHIN = 45  # days after which a register that has no dates may list what was told
REPORTED_LATE = 3  # days by which a register and an outlet date one event differently without disagreeing
# What the items of an 8-K tell, as the SEC calls them; the other items are about no one type.
_SIGNED = frozenset({"acquisition", "asset_sale", "licensing", "partnership", "option_exercise", "spin_off"})
ITEMS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"(?i)entry into an? material definitive|\b1\.01\b"), _SIGNED),
    (re.compile(r"(?i)completion of (?:an? |the )?(?:acquisition|disposition)|\b2\.01\b"), frozenset({"acquisition_completed"})),
    (re.compile(r"(?i)termination of an? material definitive|\b1\.02\b"), frozenset({"deal_termination"})),
)
FORM = re.compile(r"(?i)\b(?:form )?(?:8-k|6-k)\b")


def filed(title: str) -> frozenset[str] | None:
    """The types that the items named by a filing's title are about; None when it is no filing's title."""
    if FORM.search(title) is None:
        return None
    return frozenset[str]().union(*(types for words, types in ITEMS if words.search(title)))


def items(report: Report) -> frozenset[str]:
    """The types that this report's filing is about; nothing for everything else."""
    return (filed(report.title) or frozenset()) if report.register else frozenset()


def leads_to(one: Facts, other: Facts, gap: int) -> bool:
    """Whether one is the filing that the other's event makes due."""
    return gap <= FILED_WITHIN and any(
        theirs.type in items(mine.report) and not theirs.report.register for mine, theirs in ((one, other), (other, one))
    )


def lists(one: Facts, other: Facts, gap: int) -> bool:
    """Whether one is an undated row of a register, seen some time after the other told of it."""
    return gap <= LISTED_WITHIN and any(
        is_undated(mine.report) and not theirs.report.register and theirs.first <= mine.first
        for mine, theirs in ((one, other), (other, one))
    )


def is_undated(report: Report) -> bool:
    """Whether it is a row of a register that does not say when: its date is that of the first look at it."""
    return report.register and report.label.type != ATTACHES and filed(report.title) is None and report.date.origin == "published"


# ---- borne out -------------------------------------------------------------------------------------------------------


def confirmation(reports: Sequence[Report], type_: str, confirmed_by: Collection[str]) -> Confirmation | None:
    """Whether a record bears out what news tell; None for what no register and no filing tells of."""
    if not confirmed_by:
        return None
    records = sorted((report for report in reports if _bears_out(report, type_)), key=lambda one: (one.date.value, one.source))
    news = any(report.label.type != ATTACHES and not report.register for report in reports)
    if not records:
        agencies = {facts(report).agency for report in reports if report.label.type == type_}
        return Confirmation("announced") if FILING in confirmed_by or agencies & set(confirmed_by) else None
    return Confirmation("confirmed" if news else "only", records[0].source, records[0].date.value)


def _bears_out(report: Report, type_: str) -> bool:
    if not report.register:
        return False
    about = filed(report.title)
    return type_ in about if about else report.label.type != ATTACHES and kinds.compatible(report.label.type, type_)


# ---- where they differ -----------------------------------------------------------------------------------------------


def mismatches(reports: Sequence[Report]) -> tuple[Conflict, ...]:
    """Where the first record and the best news differ: its day lies after the news, it names another medicine, or another company."""
    rows = [report for report in reports if report.register and report.label.type != ATTACHES and filed(report.title) is None]
    record = min(rows, key=is_undated, default=None)
    news = [report for report in reports if report.label.type != ATTACHES and not report.register]
    if record is None or not news:
        return ()
    found = (_day(record, news), _product(record, news), _company(record, news))
    return tuple(one for one in found if one is not None)


def _day(record: Report, news: Sequence[Report]) -> Conflict | None:
    """Outlets tell things late, never before they happen. What they state themselves is compared where all dates are."""
    first, _ = days(record.date)
    early = min((one for one in news if one.date.origin != "stated"), key=lambda one: (one.date.value, one.source), default=None)
    if is_undated(record) or early is None or first - days(early.date)[1] <= REPORTED_LATE:
        return None
    return Conflict("date", ((record.date.value.isoformat(), record.source), (early.date.value.isoformat(), early.source)))


def _product(record: Report, news: Sequence[Report]) -> Conflict | None:
    mine = facts(record)
    naming = [one for one in news if facts(one).products]
    if not mine.products or not naming or any(mine.products & facts(one).products for one in naming):
        return None
    return Conflict(
        "product", ((_named(record, "product", "generic"), record.source), (_named(naming[0], "product", "generic"), naming[0].source))
    )


def _company(record: Report, news: Sequence[Report]) -> Conflict | None:
    """Licence holder and owner are both right: only a company that is neither differs."""
    mine = _companies(record)
    naming = [one for one in news if _companies(one)]
    theirs = frozenset[str]().union(*(_companies(one) | facts(one).owners for one in naming))
    if not mine or not naming or mine & theirs or mine & facts(record).owners:
        return None
    return Conflict("company", ((_company_of(record), record.source), (_company_of(naming[0]), naming[0].source)))


def _companies(report: Report) -> frozenset[str]:
    return frozenset(name for party in facts(report).parties for name in party)


def _company_of(report: Report) -> str:
    printed = next((slot.value for slot in report.slots if slot.name.startswith("role:")), "")
    return printed or next((player for player, _ in report.players), "")


def _named(report: Report, *names: str) -> str:
    return next((slot.value for name in names if (slot := report.slot(name))), "") or ", ".join(report.products)
