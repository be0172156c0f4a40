"""The sources' health: which are in trouble, when an alarm is due and what it says, and which sources are worth their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.digest.dates import moment_name
from monitor.digest.wording import answered_text, clip, number_of, worth_a_look
from monitor.model import Coverage, Digest, Edition, Outcome, Source, SourceState, Yield

ALARMS = "source alarm"  # no edition of feeds.yaml can have this name: it holds a blank
WELL = (Outcome.OK, Outcome.NOT_MODIFIED)
MISSED = 2  # windows within a week: one may be chance, and has shortened the interval
EMPTY_FOR = timedelta(days=21)  # a list without entries may be a quiet one
LINES = 20
SUBJECT = 69
MANY = 50  # entries that say something about a source
SEVERAL = 5  # lines that do


# ---- trouble ---------------------------------------------------------------------------------------------------------


def is_well(one: Coverage) -> bool:
    """Whether the source answers as it should and nothing rolls out of it unseen."""
    return one.outcome in WELL and one.missed_windows < MISSED


def trouble(one: Coverage, now: datetime, after: timedelta) -> str:
    """The trouble in which a source has been for as long as `after`, in a word; empty when it is in none."""
    if one.outcome in WELL:
        return "" if is_well(one) else "missed_windows"
    bound = EMPTY_FOR if one.outcome is Outcome.EMPTY else after
    return str(one.outcome) if one.outcome and one.since and now - one.since >= bound else ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is to be told: sources in new trouble, and those that are well again. `told`: what the store notes of each (None: well)."""

    bad: tuple[Coverage, ...]
    recovered: tuple[Coverage, ...]
    told: Mapping[str, str | None]


def alarm(coverage: Sequence[Coverage], told: Mapping[str, str], now: datetime, after: timedelta) -> Alarm | None:
    """The alarm that is due, if one is; `told` is the trouble of each source that the last one told.

    One mail for many: with the first that was in trouble long enough go those that were half as long. Recoveries go along, or
    alone when nothing told is left in trouble, or when one has lasted as long as trouble must.
    """

    def fresh(bound: timedelta) -> tuple[Coverage, ...]:
        return tuple(one for one in coverage if (word := trouble(one, now, bound)) and told.get(one.source) != word)

    recovered = tuple(one for one in coverage if one.source in told and is_well(one))
    still = any(one.source in told and not is_well(one) for one in coverage)
    lasting = any(one.since and now - one.since >= after for one in recovered)
    if not fresh(after) and not (recovered and (lasting or not still)):
        return None
    bad = fresh(after / 2) if fresh(after) else ()
    words: dict[str, str | None] = {one.source: trouble(one, now, after / 2) for one in bad}
    return Alarm(bad, recovered, words | {one.source: None for one in recovered})


def edition(editions: Sequence[Edition]) -> Edition | None:
    """To whom alarms go and how: the groups with `health`, by the sinks of their editions; None without such a group."""
    theirs = [one for one in editions if one.enabled and any(group.health and group.enabled for group in one.groups)]
    groups = {group.name: group for one in theirs for group in one.groups if group.health and group.enabled}
    ways = tuple(dict.fromkeys(sink for one in theirs for sink in one.sinks if sink.kind not in {"report", "feed"}))
    if not ways:
        return None
    title, groups_ = "Sources that need a look", tuple(groups.values())
    return Edition(ALARMS, (), (), "", theirs[0].time_zone, title, groups=groups_, sinks=ways, language=theirs[0].language)


def compose(
    to: Edition,
    number: int,
    start: datetime,
    now: datetime,
    found: Alarm,
    coverage: Sequence[Coverage],
    counts: tuple[int, int, dict[str, int]],
) -> Digest:
    """The alarm as a digest without markets: what changed on top, every source below."""
    lines = [_told(one, to) for one in found.bad] + [f"{clip(one.source, 40)} is well again" for one in found.recovered]
    more = [f"and {len(lines) - LINES} more, see below"] if len(lines) > LINES else []
    parts = [f"{number_of(len(found.bad), 'source needs', 'sources need')} a look"] if found.bad else []
    parts += [f"{len(found.recovered)} well again"] if found.recovered else []
    named = ", ".join(one.source for one in (*found.bad, *found.recovered))
    read, kept, dropped = counts
    return Digest(
        edition=to.name,
        title=to.title if found.bad else "Sources that are well again",
        number=number,
        start=start,
        end=now,
        time_zone=to.time_zone,
        subject=clip(f"[Sources] {', '.join(parts)}: {named}", SUBJECT),
        preheader=clip(lines[0], 90),
        summary=(*lines[:LINES], *more, f"{answered_text(coverage)}; `monitor sources` shows each of them."),
        sections=(),
        coverage=tuple(sorted(coverage, key=lambda one: (not worth_a_look(one), one.source))),
        read=read,
        kept=kept,
        dropped=tuple(sorted(dropped.items(), key=lambda pair: (-pair[1], pair[0]))),
        language=to.language,
    )


def _told(one: Coverage, to: Edition) -> str:
    if one.outcome in WELL:
        return f"{clip(one.source, 40)}: {one.missed_windows} windows missed within a week, so entries may have come and gone unseen"
    when = f" since {moment_name(one.since, to.time_zone, to.language)}" if one.since else ""
    return f"{clip(one.source, 40)}: {str(one.outcome).replace('_', ' ')}{when}{f' ({one.detail})' if one.detail else ''}"


# ---- whether a source is worth its place -------------------------------------------------------------------------------


def advice(source: Source, state: SourceState | None, brought: Yield, missed: int) -> str:
    """What an admin might do about a source, from what it brought and how many windows were missed in the same time; mostly nothing."""
    if not source.enabled or state is None:
        return ""
    if missed >= MISSED:
        return f"{missed} windows were missed: look more often, or narrow what is asked for"
    if brought.entries >= MANY and not brought.matched:
        return f"none of its {brought.entries} entries named what is tracked: it could go"
    if brought.proposed >= SEVERAL and not brought.unique and source.tier > 1:
        return f"other sources told all of its {brought.proposed} lines too: it could go while they stay"
    return ""
