"""What cannot wait for the digest: which developments an alert tells, when it may leave, and what it says. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.digest import wording
from monitor.digest.choosing import event_of, is_for
from monitor.digest.dates import ENGLISH, day_name
from monitor.digest.wording import clip, number_of, rank
from monitor.gazetteer import EventType, Market
from monitor.model import TIERS, Alerted, Development, Digest, DigestItem, Edition, MarketSection, Status

FRESH = timedelta(days=7)  # what happened longer ago is no alarm any more: the digest tells it
URGENT = ("approval", "regulatory_rejection")  # and deals, when an alert names no types
TOLD = (Status.PROPOSED, Status.ACCEPTED, Status.EDITED)
AT_MOST = 10  # in one mail; the rest waits for the next one


def is_quiet_hour(alert: Edition, now: datetime) -> bool:
    """Whether nothing may leave at this moment."""
    assert alert.alert is not None, "only alerts have quiet hours"
    begins, ends = alert.alert.quiet_from, alert.alert.quiet_until
    clock = f"{now.astimezone(ZoneInfo(alert.time_zone)):%H:%M}"
    return begins <= clock < ends if begins <= ends else clock >= begins or clock < ends


def start_of_day(alert: Edition, now: datetime) -> datetime:
    """From when on the alerts of this day are counted."""
    return now.astimezone(ZoneInfo(alert.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def urgent(
    alert: Edition,
    developments: Sequence[Development],
    told: Sequence[Development],
    gone: Collection[str],
    *,
    types: Mapping[str, EventType],
    since: datetime,
    now: datetime,
) -> tuple[Development, ...]:
    """What the alert must tell now, each event once and never again, whatever becomes of it, weightiest first.

    `told`: what it told before; `gone`: ids of those that were merged into another event since. `since`: from when on it watches.
    """
    known = {event_of(one) for one in told}
    merged = [one for one in told if one.id in gone]
    oldest = (now - FRESH).astimezone(ZoneInfo(alert.time_zone)).date()
    found: dict[str, Development] = {}
    for one in developments:
        if not (is_for(one, alert) and _is_urgent(one, alert, types) and one.first_seen >= since and one.event_date >= oldest):
            continue
        if event_of(one) in known or any(_same(one, other) for other in merged):
            continue
        found[event_of(one)] = min(found.get(event_of(one), one), one, key=lambda each: _home(each, alert))
    return tuple(sorted(found.values(), key=rank))[:AT_MOST]


def compose(
    alert: Edition,
    number: int,
    start: datetime,
    now: datetime,
    found: Sequence[Development],
    *,
    markets: Mapping[str, Market],
    types: Mapping[str, EventType],
    present: Mapping[str, Sequence[Development]],
) -> Digest:
    """The alert as a digest of headlines alone."""
    sections = []
    for market in (markets[each] for each in alert.markets):
        mine = [one for one in found if one.market == market.id]
        items = tuple(DigestItem(one, wording.why_it_matters(one, market, present.get(market.id, ()), alert.language)) for one in mine)
        if items:
            sections.append(MarketSection(market.id, market.name, market.short, headlines=items))
    local = now.astimezone(ZoneInfo(alert.time_zone))
    counted = wording.counted(found, types)
    shorts = tuple(section.short for section in sections)
    today = day_name(local.date(), language=alert.language)
    told = f"{', '.join(counted)} in {', '.join(shorts)}, known since {today} {local:%H:%M}."
    return Digest(
        edition=alert.name,
        title=alert.title,
        number=number,
        start=start,
        end=now,
        time_zone=alert.time_zone,
        subject=_subject(found, counted, shorts, today, markets, types),
        preheader=clip(found[0].headline, wording.PREHEADER_LIMIT),
        summary=(told, "The next digest names it again, with what became of it."),
        sections=tuple(sections),
        coverage=(),
        read=0,
        kept=len(found),
        intro=alert.intro,
        colours=alert.colours,
        language=alert.language,
        urgent=True,
    )


def already(one: Development, alerted: Mapping[str, Alerted], zone: ZoneInfo, language: str = ENGLISH) -> str:
    """For a digest: which alert told this event before, and what changed since then; empty when none did."""
    before = alerted.get(event_of(one))
    if before is None:
        return ""
    text = f"Already sent in alert {before.number} of {day_name(before.at.astimezone(zone).date(), language=language)}"
    same_market = replace(before.development, conflict_note="") if before.development.market == one.market else None
    changed = wording.differences(same_market, replace(one, conflict_note=""), language) if same_market else ""
    return f"{text}; corrected since: {changed}" if changed else f"{text}."


def _is_urgent(one: Development, alert: Edition, types: Mapping[str, EventType]) -> bool:
    kind = types.get(one.type)
    wanted = bool(alert.types) or one.type in URGENT or (kind is not None and kind.family == "deal")
    return wanted and one.status in TOLD and not one.baseline


def _same(one: Development, other: Development) -> bool:
    """Whether a development that goes under another id now may be the one that was told."""
    alike = {player for player, _, _ in one.players} & {player for player, _, _ in other.players}
    named = one.product == other.product if one.product and other.product else bool(alike)
    return one.type == other.type and named and abs(one.event_date - other.event_date) <= FRESH


def _home(one: Development, alert: Edition) -> tuple[int, int, int]:
    return (TIERS.index(one.relevance), -one.importance, alert.markets.index(one.market))


def _subject(
    found: Sequence[Development], counted: Sequence[str], shorts: Sequence[str], day: str,
    markets: Mapping[str, Market], types: Mapping[str, EventType],
) -> str:  # fmt: skip
    """One event by its type and the names that seeds/ gives it, several in numbers: no word of a source."""
    where = f"{', '.join(shorts)} | {day}"
    first = found[0]
    if len(found) == 1 and (names := _names(first, markets[first.market])):
        kind = types.get(first.type)
        label = (kind.label if kind else "") or first.type.replace("_", " ")
        for kept in range(len(names), 0, -1):
            if len(text := f"[Alert] {label}: {', '.join(names[:kept])} – {where}") <= wording.SUBJECT_LIMIT:
                return text
    text = f"[Alert] {', '.join(counted)} – {where}"
    return (
        text
        if len(text) <= wording.SUBJECT_LIMIT
        else clip(f"[Alert] {number_of(len(found), 'development')} | {day}", wording.SUBJECT_LIMIT)
    )


def _names(one: Development, market: Market) -> list[str]:
    products = [wording.product_name(product) for product in market.products.values() if wording.is_product(product, one)]
    players = [market.players[player].display for player, _, _ in one.players if player in market.players]
    return list(dict.fromkeys((*products[:1], *players[:2])))
