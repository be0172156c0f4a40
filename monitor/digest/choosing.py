"""Which developments are this period's news, which are updates of known stories, and which are only on file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.digest import wording
from monitor.digest.wording import rank
from monitor.model import TIERS, Development, Edition, Status

OLD = timedelta(days=30)  # an event older than this when first heard of is on file, not news (domain.md section 4, rule 10)
DECIDED = (Status.ACCEPTED, Status.EDITED, Status.REJECTED)
UNSEEN = (Status.BASELINE, Status.REJECTED, Status.WITHDRAWN)
MENTIONED = (Status.MENTION, Status.REVIEW)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The period's developments, each in exactly one place; `updates` carry what changed (empty: a new step of a known story)."""

    new: tuple[Development, ...]
    older: tuple[Development, ...]
    updates: tuple[tuple[Development, str], ...]
    homes: Mapping[str, str]  # event → the one market whose section tells it
    first_looks: int  # known only from a first look at a source
    decided: Mapping[str, int]  # status → how many people decided in the period

    def is_home(self, development: Development) -> bool:
        """Whether this market's section is the one that tells the event."""
        return self.homes.get(event_of(development), development.market) == development.market


def event_of(development: Development) -> str:
    """What two markets' developments of one event have in common."""
    return development.event or development.id


def choose(
    edition: Edition,
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    *,
    changed: Sequence[Development],
    shown_before: Mapping[str, Development],
    present: Mapping[str, Sequence[Development]],
    first: bool = False,
) -> Chosen:
    """Sort what changed in the period into news, updates and the rest; whatever order it comes in.

    `first`: the edition has no earlier issue, so that nothing can have come too late for one.
    """
    wanted = sorted((one for one in changed if is_for(one, edition)), key=lambda one: (one.event_date, one.first_seen, one.id))
    told = {event_of(one) for one in shown_before.values()}
    fresh, older, on_file = [], [], []
    updates: list[tuple[Development, str]] = []
    for one in wanted:
        if one.id in shown_before:
            if correction := _correction(shown_before[one.id], one, edition.language):
                updates.append((one, correction))
        elif one.status in UNSEEN:
            continue
        elif not (_is_news(one, start, end, zone) or (not first and event_of(one) not in told and _came_late(one, start))):
            on_file.append(one)
        elif _is_old(one):
            older.append(one)
        else:
            fresh.append(one)
    known = _stories([*shown_before.values(), *on_file, *(line for lines in present.values() for line in lines if line.first_seen < start)])
    weighty = _stories([one for one in shown_before.values() if one.status not in MENTIONED])
    new = []
    for one in fresh:
        stories = {Status.MENTION: weighty, Status.REVIEW: {}}.get(one.status, known)  # what belongs to a headline is no mere mention
        if one.story_id and stories.get(one.story_id, set()) - {event_of(one)}:
            updates.append((one, ""))
        else:
            new.append(one)
            for story, events in _stories([one]).items():
                known.setdefault(story, set()).update(events)
    updates.sort(key=lambda pair: rank(pair[0]))
    decided = Counter(str(one.status) for one in wanted if one.status in DECIDED and one.reviewed_at and start <= one.reviewed_at < end)
    return Chosen(tuple(new), tuple(older), tuple(updates), _homes(edition, [*new, *(one for one, _ in updates)]), len(on_file), decided)


def reportable(chosen: Chosen) -> list[Development]:
    """What the subject counts: each event once, without mentions, reviews and corrections."""
    told = [one for one in chosen.new if one.status not in MENTIONED] + [one for one, correction in chosen.updates if not correction]
    return sorted((one for one in told if chosen.is_home(one)), key=rank)


def is_for(development: Development, edition: Edition) -> bool:
    """Whether the edition wants to hear of it at all."""
    return (
        development.market in edition.markets
        and (not edition.types or development.type in edition.types)
        and (not edition.players or any(player in edition.players for player, _, _ in development.players))
        and development.importance >= edition.minimum_importance
    )


def _is_news(development: Development, start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """It first became known in the period; or, known before or from a first look at a source, it happened in the period."""
    if not development.baseline and start <= development.first_seen:
        return True
    return development.date_precision == "day" and start.astimezone(zone).date() <= development.event_date <= end.astimezone(zone).date()


def _came_late(development: Development, start: datetime) -> bool:
    """Its entry was read before the last issue was composed and understood only after that; nobody was told, and it is not old."""
    return not development.baseline and _last_day(development) >= start.date() - OLD


def _is_old(development: Development) -> bool:
    return _last_day(development) < development.first_seen.date() - OLD


def _last_day(development: Development) -> date:
    return development.event_date + timedelta(days={"day": 0, "month": 31, "quarter": 92, "year": 366}[development.date_precision])


def _correction(shown: Development, now: Development, language: str) -> str:
    """What an earlier issue said that no longer holds; empty when nothing a reader relies on changed."""
    if now.status is Status.WITHDRAWN:
        return "" if shown.status is Status.WITHDRAWN else "withdrawn: no source tells it as an event of its own any more"
    if now.status is Status.REJECTED:
        return ""
    return wording.differences(shown, now, language)


def _stories(developments: Sequence[Development]) -> dict[str, set[str]]:
    stories: dict[str, set[str]] = {}
    for one in developments:
        if one.story_id:
            stories.setdefault(one.story_id, set()).add(event_of(one))
    return stories


def _homes(edition: Edition, developments: Sequence[Development]) -> dict[str, str]:
    """Each event is told in full once: where it is closest to the market, then by weight, then in the edition's order."""
    homes: dict[str, tuple[tuple[bool, int, int, int], str]] = {}
    for one in developments:
        claim = (one.status in MENTIONED, TIERS.index(one.relevance), -one.importance, edition.markets.index(one.market))
        homes[event_of(one)] = min(homes.get(event_of(one), (claim, one.market)), (claim, one.market))
    return {event: market for event, (_, market) in homes.items()}
