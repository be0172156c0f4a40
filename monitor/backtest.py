"""What other seeds would make of entries that were decided about before: gained, lost, retyped, moved, told with other facts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal, get_args

from monitor.model import Assessment, MarketMatch, Report, Slot, StoredEntry

Kind = Literal["gained", "lost", "retyped", "moved", "facts"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Change:
    """How one report of an entry would differ; `before` and `after` in words. `rule` is the one that told it, or would."""

    kind: Kind
    entry: int
    source: str
    title: str
    before: str
    after: str
    rule: str


def changes(stored: StoredEntry, before: Assessment, after: Assessment) -> tuple[Change, ...]:
    """How an entry would be decided about otherwise; empty when it tells the same of the same markets."""
    found = []
    for old, new in _pairs(before.reports, after.reports):
        for kind, was, becomes in _differences(old, new, _why_not(before), _why_not(after)):
            told = new or old
            assert told is not None
            found.append(Change(kind, stored.id, stored.entry.source, stored.entry.title, was, becomes, told.label.rule or "no rule"))
    return tuple(found)


def counts(found: Iterable[Change], by: Literal["source", "rule"]) -> dict[str, Counter[Kind]]:
    """How many changes of each kind a source or a rule has, those with most first."""
    counted: dict[str, Counter[Kind]] = {}
    for change in found:
        counted.setdefault(change.source if by == "source" else change.rule, Counter())[change.kind] += 1
    return dict(sorted(counted.items(), key=lambda one: (-one[1].total(), one[0])))


def _pairs(before: tuple[Report, ...], after: tuple[Report, ...]) -> Iterator[tuple[Report | None, Report | None]]:
    """Reports of one type belong together, the others in their order: an entry may tell several events."""
    left = list(after)
    rest = []
    for old in before:
        same = next((new for new in left if new.label.type == old.label.type), None)
        if same is None:
            rest.append(old)
        else:
            left.remove(same)
            yield old, same
    yield from zip_longest(rest, left)


def _differences(old: Report | None, new: Report | None, why_before: str, why_after: str) -> Iterator[tuple[Kind, str, str]]:
    if old is None and new is not None:
        yield "gained", why_before, f"{_type(new)} in {_markets(new.markets)}"
    elif old is not None and new is None:
        yield "lost", f"{_type(old)} in {_markets(old.markets)}", why_after
    elif old is not None and new is not None:
        for kind, was, becomes in (
            ("retyped", _type(old), _type(new)),
            ("moved", _markets(old.markets), _markets(new.markets)),
            ("facts", *_facts(old, new)),
        ):
            if was != becomes:
                yield kind, was, becomes  # type: ignore[misc]


def _why_not(assessment: Assessment) -> str:
    return assessment.dropped.what if assessment.dropped else "not told"


def _type(report: Report) -> str:
    return f"{report.label.type} ({report.label.subtype})" if report.label.subtype else report.label.type


def _markets(matches: tuple[MarketMatch, ...]) -> str:
    return ", ".join(sorted(f"{match.market} ({match.tier})" for match in matches)) or "no market"


def _facts(old: Report, new: Report) -> tuple[str, str]:
    """The facts that only one of the two has, with the date; where they stand in the text does not matter."""
    was, becomes = _told(old), _told(new)
    return "; ".join(sorted(was - becomes)) or "nothing more", "; ".join(sorted(becomes - was)) or "nothing more"


def _told(report: Report) -> set[str]:
    return {f"date {report.date.value} ({report.date.precision})", *(_fact(slot) for slot in report.slots)}


def _fact(slot: Slot) -> str:
    return f"{slot.name} {slot.value}" + (f" {slot.currency}" if slot.currency else "") + (f" ({slot.id})" if slot.id else "")
