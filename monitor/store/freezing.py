"""What becomes of a stored line when its event is told anew, merged or lost, and when a person decides. Pure.

A line that a person accepted, edited or rejected never changes by itself: what would change it only raises a flag.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.errors import DecisionError
from monitor.model import Development, Status

DECIDED = (Status.ACCEPTED, Status.EDITED, Status.REJECTED)
UNTOLD = "no source tells it any more"
ELSEWHERE = "its event no longer belongs to this market"
FACTS = (
    ("type", "type"), ("subtype", "subtype"), ("product", "product"), ("generic name", "generic"), ("indication", "indication"),
    ("agency", "agency"), ("country", "country"), ("region", "region"), ("trial", "trial"), ("upfront", "deal_upfront"),
    ("total", "deal_max"), ("currency", "currency"), ("superseded by", "superseded_by"), ("sources disagree", "conflict_note"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored line, with what a person saw when deciding and what would be proposed now."""

    development: Development
    proposed_line: str | None = None  # set once a person decided
    proposal: Development | None = None  # set once the event was told again after that

    @property
    def decided(self) -> bool:
        return self.development.status in DECIDED


def told_anew(kept: Iterable[Kept], proposed: Sequence[Development], event: str, now: datetime) -> list[Kept]:
    """The lines of an event as they are after it was told anew, those alone that differ: `kept` are all it had, `proposed` one a market."""
    before = list(kept)
    after: list[Kept] = []
    for market in sorted({one.development.market for one in before} | {one.market for one in proposed}):
        mine = [one for one in before if one.development.market == market]
        fresh = next((one for one in proposed if one.market == market), None)
        if fresh is None:
            after += [_ended(one, ELSEWHERE, event, now) for one in mine]
            continue
        if not mine:
            after.append(Kept(replace(fresh, event=event)))
            continue
        survivor, *others = sorted(mine, key=lambda one: _claim(one, fresh.id))
        after.append(_renewed(survivor, replace(fresh, id=survivor.development.id, event=event), now))
        after += [_merged(one, survivor.development.id, event, now) for one in others]
    return [one for one in after if one not in before]


def told_by_nobody(kept: Iterable[Kept], now: datetime) -> list[Kept]:
    """The lines of an event that lost its last report."""
    return [ended for one in kept if (ended := _ended(one, UNTOLD, one.development.event, now)) != one]


def decide(kept: Kept, status: Status, actor: str, now: datetime, line: str | None) -> Kept | None:
    """The line after a person's decision; None when it says what was decided already. Raises DecisionError when it cannot be decided so."""
    one = kept.development
    if one.status is Status.BASELINE:
        raise DecisionError(f"{one.id} stands in the report itself (baseline): change it there and in seeds/markets, not here")
    if one.status is Status.WITHDRAWN:
        raise DecisionError(f"{one.id} was withdrawn: {one.flag}")
    if status not in DECIDED:
        raise DecisionError(f"a person can accept, edit or reject a development, not make it {status}")
    if one.status is status and (line is None or line == one.line_text):
        return None
    base = kept.proposal or one
    offered = base.line_text if kept.proposal or kept.proposed_line is None else kept.proposed_line
    text = {Status.ACCEPTED: offered, Status.REJECTED: one.line_text}.get(status, one.line_text) if line is None else line
    if status is not Status.REJECTED and not text.strip():
        raise DecisionError(f"{one.id} has no line that could stand in a report: write one with `monitor edit {one.id}`")
    told = replace(
        base,
        status=status,
        line_text=text,
        reviewed_by=actor,
        reviewed_at=now,
        updated_at=now,
        first_seen=one.first_seen,
        event=one.event,
        flag="",
    )
    return Kept(told, offered)


def differences(before: Kept, now: Development) -> str:
    """What a person did not know when deciding on `before`; empty when nothing they relied on changed."""
    one = before.development
    found = []
    if (one.event_date, one.date_precision) != (now.event_date, now.date_precision):
        found.append(f"date now {now.event_date} ({now.date_precision}), was {one.event_date} ({one.date_precision})")
    for name, attribute in FACTS:
        old, new = getattr(one, attribute), getattr(now, attribute)
        if old != new:
            found.append(f"{name} now {_told(new)}, was {_told(old)}")
    if sorted(one.players) != sorted(now.players):
        found.append(f"players now {_names(now)}, were {_names(one)}")
    if before.proposed_line is not None and before.proposed_line != now.line_text:
        found.append("the line would now be proposed in other words")
    return "; ".join(found)


def same_but_for_times(one: Development, other: Development) -> bool:
    """Whether two lines say the same, whenever they were written."""
    return replace(one, first_seen=other.first_seen, updated_at=other.updated_at) == other


def _told(value: object) -> str:
    return "not stated" if value in (None, "") else str(value)


def _names(development: Development) -> str:
    return ", ".join(f"{name or player} ({role})" for player, name, role in development.players) or "none"


def _claim(kept: Kept, wanted: str) -> tuple[bool, bool, bool, bool, datetime, str]:
    """Smallest first: which of several lines of one event keeps its place."""
    one = kept.development
    return (
        not kept.decided, one.status is Status.REJECTED, one.status is Status.WITHDRAWN, one.id != wanted, one.first_seen, one.id,
    )  # fmt: skip


def _renewed(kept: Kept, fresh: Development, now: datetime) -> Kept:
    one = kept.development
    if kept.decided:
        flag = differences(kept, fresh)
        same = kept.proposal is not None and same_but_for_times(kept.proposal, fresh)
        # What bears a line out, and what lies ahead, is no part of its text: a person need not decide again.
        told = replace(one, confirmed=fresh.confirmed, due=fresh.due)
        told = told if told == one else replace(told, updated_at=now)
        return replace(kept, development=_flagged(told, flag, fresh.event, now), proposal=kept.proposal if same else fresh)
    first_seen = min(one.first_seen, fresh.first_seen)
    told = replace(fresh, first_seen=first_seen, updated_at=now)
    return Kept(replace(told, updated_at=one.updated_at) if same_but_for_times(one, told) else told)


def _merged(kept: Kept, survivor: str, event: str, now: datetime) -> Kept:
    one = kept.development
    if kept.decided:
        return replace(kept, development=_flagged(one, f"the same event is told by {survivor}", event, now))
    if one.status is Status.WITHDRAWN and one.event == event:
        return kept
    return _withdrawn(kept, f"merged into {survivor}", event, now)


def _ended(kept: Kept, why: str, event: str, now: datetime) -> Kept:
    if kept.decided:
        return replace(kept, development=_flagged(kept.development, why, event, now), proposal=None)
    return _withdrawn(kept, why, event, now)


def _withdrawn(kept: Kept, why: str, event: str, now: datetime) -> Kept:
    one = kept.development
    if one.status is Status.WITHDRAWN:
        return replace(kept, development=replace(one, event=event))
    return Kept(replace(one, status=Status.WITHDRAWN, flag=why, event=event, updated_at=now))


def _flagged(one: Development, flag: str, event: str, now: datetime) -> Development:
    return replace(one, event=event, flag=flag, updated_at=one.updated_at if flag == one.flag else now)
