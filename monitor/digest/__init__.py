"""Developments → digest: what one edition says about one period (domain.md 5.4). Pure: the same input always gives the same digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from monitor.digest import alerting, choosing, dates, wording
from monitor.digest.ahead import OUTCOMES, TOLD_WITHIN, Ahead, calendar, overdue, upcoming
from monitor.digest.choosing import Chosen, is_for
from monitor.digest.trend import REACH, trend
from monitor.digest.wording import clip, rank
from monitor.gazetteer import EventType, Market, Product
from monitor.model import Alerted, Coverage, Development, Digest, DigestItem, Edition, MarketSection, Status, Trend

__all__ = [
    "OUTCOMES",
    "REACH",
    "TOLD_WITHIN",
    "Ahead",
    "alerting",
    "calendar",
    "compose",
    "is_for",
    "is_quiet",
    "overdue",
    "shortened",
    "upcoming",
]

HEADLINES = 5
PROPOSED = 10
UPDATES = 8
REVIEW = 5
MENTIONS = 10
DATES = 8
STALE = 6
OVERDUE = 5
TRENDS = 4  # markets in the picture
CATALYSTS = timedelta(days=60)
HEADLINE_STATUSES = (Status.PROPOSED, Status.ACCEPTED, Status.EDITED)


def compose(
    edition: Edition,
    number: int,
    start: datetime,
    end: datetime,
    *,
    changed: Sequence[Development],
    shown_before: Mapping[str, Development],
    markets: Mapping[str, Market],
    types: Mapping[str, EventType],
    present: Mapping[str, Sequence[Development]],
    coverage: Sequence[Coverage],
    read: int,
    kept: int,
    dropped: Mapping[str, int],
    ahead: Mapping[str, Sequence[Ahead]] = MappingProxyType({}),
    recent: Mapping[str, Sequence[Development]] = MappingProxyType({}),
    alerted: Mapping[str, Alerted] = MappingProxyType({}),
) -> Digest:
    """The digest of [start, end), both UTC. Nothing in it is told twice; what does not fit is counted, never silently missing.

    `changed` is what the store first saw or changed in the period, `shown_before` how earlier issues of this edition showed it,
    `present` the lines now in each market's report, oldest first, `ahead` what is expected in each (without it: what seeds/ say),
    `recent` each market's last twelve weeks, `alerted` what an alert told before, by event.
    """
    zone = ZoneInfo(edition.time_zone)
    chosen = choosing.choose(edition, start, end, zone, changed=changed, shown_before=shown_before, present=present, first=number <= 1)
    today = end.astimezone(zone).date()
    expected = {market: ahead[market] if market in ahead else calendar(markets[market], (), ()) for market in edition.markets}
    plain = tuple(
        _section(edition, markets[market], chosen, present.get(market, ()), expected[market], today) for market in edition.markets
    )
    last = max(start.astimezone(zone), end.astimezone(zone) - timedelta(hours=12)).date()
    trends = {
        market: trend((one for one in recent[market] if is_for(one, edition)), last, types)
        for market in edition.markets
        if market in recent
    }
    sections = tuple(_with_trend(_marked(one, alerted, zone, edition.language), trends) for one in plain)
    before = sum(1 for section in sections for item in (*section.headlines, *section.updates) if item.already)
    reportable = choosing.reportable(chosen)
    counted = wording.counted(reportable, types)
    period = dates.period_name(start.astimezone(zone), end.astimezone(zone), edition.language)
    shorts = tuple(section.short for section in sections)
    ordered = tuple(sorted(coverage, key=lambda one: (not wording.worth_a_look(one), one.source)))
    return Digest(
        edition=edition.name,
        title=edition.title or f"Market digest: {', '.join(shorts)}",
        number=number,
        start=start,
        end=end,
        time_zone=edition.time_zone,
        subject=wording.subject(counted, shorts, period),
        preheader=wording.preheader(sections, ordered),
        summary=wording.summary(number, sections, chosen, counts=counted, coverage=ordered, read=read, kept=kept, alerted=before),
        sections=sections,
        coverage=ordered,
        read=read,
        kept=kept,
        dropped=tuple(sorted(dropped.items(), key=lambda pair: (-pair[1], pair[0]))),
        known_only=len({choosing.event_of(one) for one in chosen.new if one.confirmed and one.confirmed.state == "only"}),
        intro=edition.intro,
        colours=edition.colours,
        language=edition.language,
    )


def is_quiet(digest: Digest) -> bool:
    """Whether there is nothing to report: only mentions, if anything."""
    return not any(
        section.headlines or section.proposed or section.updates or section.proposed_left_out or section.updates_left_out
        for section in digest.sections
    )


def shortened(digest: Digest, keep: int) -> Digest:
    """The same digest with at most `keep` of everything in a section (0: one headline, the rest in numbers; -1: only numbers)."""
    return replace(digest, sections=tuple(_shorter(section, max(keep, 0), keep or 1) for section in digest.sections))


def _shorter(section: MarketSection, keep: int, headlines: int) -> MarketSection:
    headlines = max(headlines, 0)
    told = {item.development.id for item in section.proposed[:keep]} | {item.development.id for item in section.updates[:keep]}
    lost = sum(1 for item in section.headlines[headlines:] if item.development.id not in told)
    return replace(
        section,
        headlines=section.headlines[:headlines],
        proposed=section.proposed[:keep],
        proposed_left_out=section.proposed_left_out + len(section.proposed[keep:]),
        updates=section.updates[:keep],
        updates_left_out=section.updates_left_out + len(section.updates[keep:]),
        review=section.review[:keep],
        review_left_out=section.review_left_out + len(section.review[keep:]),
        mentions=section.mentions[:keep],
        mentions_left_out=section.mentions_left_out + len(section.mentions[keep:]) + lost,
        present_lines=section.present_lines if keep else (),
        next_dates=section.next_dates[:keep],
        stale=section.stale[:keep],
        overdue=section.overdue[:keep],
        trend=section.trend if keep else None,
        notes_left_out=section.notes_left_out + sum(len(notes[keep:]) for notes in (section.next_dates, section.stale, section.overdue)),
    )


# ---- one market ------------------------------------------------------------------------------------------------------


def _section(
    edition: Edition, market: Market, chosen: Chosen, present: Sequence[Development], ahead: Sequence[Ahead], today: date
) -> MarketSection:  # fmt: skip
    language = edition.language

    def matters(one: Development) -> str:
        return wording.why_it_matters(one, market, present, language)

    mine = [development for development in chosen.new if development.market == market.id]
    older = [development for development in chosen.older if development.market == market.id]
    updates = [(development, text) for development, text in chosen.updates if development.market == market.id]

    at_home = [development for development in mine if chosen.is_home(development)]
    headlines = sorted((one for one in at_home if one.status in HEADLINE_STATUSES), key=rank)[:HEADLINES]
    proposed = sorted((one for one in (*mine, *older, *(one for one, _ in updates)) if _needs_a_line(one)), key=rank)
    review = sorted((one for one in mine if one.status is Status.REVIEW), key=rank)
    told = {one.id for one in (*headlines, *proposed, *review)}
    mentions = sorted((one for one in (*at_home, *older) if one.id not in told), key=rank)
    awaited = tuple((one.last, one.told(language)) for one in upcoming(ahead, today, today + CATALYSTS))
    late = tuple(wording.overdue(one, language) for one in overdue(ahead, today))
    stale = _stale(market, [*mine, *(one for one, _ in updates)], present, language)
    told_updates = [(one, text) for one, text in updates if chosen.is_home(one)]

    return MarketSection(
        market=market.id,
        name=market.name,
        short=market.short,
        headlines=tuple(DigestItem(one, matters(one)) for one in headlines),
        proposed=tuple(DigestItem(one, wording.where_told(one, chosen)) for one in proposed[:PROPOSED]),
        proposed_left_out=max(0, len(proposed) - PROPOSED),
        updates=tuple(DigestItem(one, matters(one), text) for one, text in told_updates[:UPDATES]),
        updates_left_out=max(0, len(told_updates) - UPDATES),
        review=tuple(DigestItem(one, wording.why_review(one)) for one in review[:REVIEW]),
        review_left_out=max(0, len(review) - REVIEW),
        mentions=tuple(DigestItem(one, "") for one in mentions[:MENTIONS]),
        mentions_left_out=max(0, len(mentions) - MENTIONS),
        present_lines=_last_lines(market, present),
        next_dates=awaited[:DATES],
        stale=stale[:STALE],
        overdue=late[:OVERDUE],
        notes_left_out=len(awaited[DATES:]) + len(stale[STALE:]) + len(late[OVERDUE:]),
    )


def _marked(section: MarketSection, alerted: Mapping[str, Alerted], zone: ZoneInfo, language: str) -> MarketSection:
    """The section with a word at everything that an alert told before."""

    def marked(items: tuple[DigestItem, ...]) -> tuple[DigestItem, ...]:
        return tuple(replace(item, already=alerting.already(item.development, alerted, zone, language)) for item in items)

    if not alerted:
        return section
    return replace(section, headlines=marked(section.headlines), updates=marked(section.updates))


def _with_trend(section: MarketSection, trends: Mapping[str, Trend]) -> MarketSection:
    """The busiest markets have their weeks drawn, the others only counted in the table."""
    drawn = sorted((market for market in trends if trends[market].total), key=lambda market: -trends[market].total)[:TRENDS]
    return replace(section, trend=trends[section.market]) if section.market in drawn else section


def _needs_a_line(development: Development) -> bool:
    return development.status is Status.PROPOSED and bool(development.line_text)


def _last_lines(market: Market, present: Sequence[Development]) -> tuple[str, ...]:
    newest = [one.line_text for one in present if one.line_text][-3:]
    return tuple(reversed(newest)) if market.report_order == "newest_first" else tuple(newest)


def _stale(market: Market, developments: Sequence[Development], present: Sequence[Development], language: str) -> tuple[str, ...]:
    """What the report says that this week's players and products show to be out of date (domain.md 1.4)."""
    found: dict[str, None] = {}
    seen = {player for development in developments for player, _, _ in development.players}
    for player in (market.players[each] for each in sorted(seen) if each in market.players):
        former = {name.casefold() for name, _ in player.former_names}
        printed = [label for label in player.labels if label.casefold() in former]
        told = f"The report prints {', '.join(printed)}; the company is now {player.house_name or player.display}." if printed else ""
        if player.stale and not printed:
            told = f"Player {(player.labels or (player.display,))[0]}:"
        if told:
            found[clip(f"{told} {(player.note or 'no longer as the report says') if player.stale else ''}", 260)] = None
    products = {product for development in developments for product in _products(market, development)}
    for line in market.baseline:
        touched = line.product in products if line.product else bool(seen & {player for player, _, _ in line.players})
        if line.superseded_by and touched:
            when = dates.day_name(line.date, line.precision, language)
            found[clip(f"Line of {when} ({_subject(market, line.product, line.players)}): {line.superseded_by}", 240)] = None
    overtaken = {development.supersedes for development in developments if development.supersedes}
    for one in present:
        if one.id in overtaken or one.event in overtaken:
            when = dates.day_name(one.event_date, one.date_precision, language)
            found[clip(f"Line of {when}: overtaken this week ({one.headline})", 240)] = None
    return tuple(found)


def _products(market: Market, development: Development) -> list[str]:
    return [product.id for product in market.products.values() if wording.is_product(product, development)]


def _subject(market: Market, product: str | None, players: Sequence[tuple[str, str, str]]) -> str:
    found: Product | None = market.products.get(product) if product else None
    return wording.product_name(found) if found else ", ".join(printed for _, printed, _ in players) or "no name given"
