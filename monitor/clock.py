"""When things are due: cron arithmetic for editions, the heartbeat of the running service. APScheduler does both, remembers nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from monitor.model import Edition

ONE = timedelta(seconds=1)


def next_due(edition: Edition, after: datetime) -> datetime:
    """The first moment strictly after `after` at which the edition is due, in UTC.

    Never twice on one local day: an hour that the autumn change repeats counts once (reliability.md 2, DST).
    """
    zone = ZoneInfo(edition.time_zone)
    hour, minute = edition.at.split(":")
    trigger = CronTrigger(day_of_week=",".join(edition.weekdays), hour=int(hour), minute=int(minute), timezone=zone)
    moment = after
    while True:
        fire = trigger.get_next_fire_time(None, (moment + ONE).astimezone(zone))
        assert fire is not None, "a weekly trigger always fires again"
        due = datetime.fromtimestamp(fire.timestamp(), UTC)
        if due > after and fire.fold == 0:
            return due
        moment = max(due, moment + ONE)


def last_due(edition: Edition, now: datetime) -> datetime:
    """The latest moment not after `now` at which the edition was due, in UTC."""
    due = next_due(edition, now - timedelta(days=9))
    while (following := next_due(edition, due)) <= now:
        due = following
    return due


def is_due_at(edition: Edition, moment: datetime) -> bool:
    """Whether the edition's schedule has that moment."""
    return next_due(edition, moment - ONE) == moment


def period(edition: Edition, due: datetime, last_end: datetime | None) -> tuple[datetime, datetime]:
    """The period that an issue due at `due` reports, [start, end) in UTC: from the end of the last issue, or one regular period."""
    return (last_end if last_end is not None else last_due(edition, due - ONE)), due


class Heartbeat:
    """Calls `beat` every `seconds`, never twice at once, and catches up with one call after a pause."""

    def __init__(self, beat: Callable[[], None], seconds: float = 30.0) -> None:
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(beat, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None)

    def start(self) -> None:
        """Begin beating; the first beat comes after one interval."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop beating and wait for a beat in progress."""
        self._scheduler.shutdown(wait=True)
