"""Durations, schedules and time zones as people write them in feeds.yaml; each refusal says what to write instead."""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from monitor.config.checks import near

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_NAMES = {"monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat", "sunday": "sun"}
LOOKS = "is less than a minute or more than 31 days: write 10m or more for a busy feed, 31d or less, or enabled: false"
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def duration(value: object) -> timedelta:
    """30m, 1h, 2d, 90s or 1h30m."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"{value} has no unit: write {value}m for minutes, {value}h for hours or {value}d for days")
    text = str(value).replace(" ", "")
    if not re.fullmatch(r"(\d{1,6}[smhd])+", text):
        raise ValueError(f"{value!r} is no duration: write a number and a unit, as in 30m, 1h or 2d")
    seconds = sum(int(amount) * UNITS[unit] for amount, unit in re.findall(r"(\d+)([smhd])", text))
    return timedelta(seconds=seconds)


def _within(value: object, least: str, most: str, advice: str) -> timedelta:
    """A duration from `least` to `most`; the refusal of any other says what to write."""
    found = duration(value)
    if not duration(least) <= found <= duration(most):
        raise ValueError(f"{value} {advice}")
    return found


def interval(value: object) -> timedelta:
    """How often to look at a source."""
    return _within(value, "1m", "31d", LOOKS)


def keeping(value: object) -> timedelta:
    """How long to keep what was read; 0s: not at all."""
    return _within(value, "0s", "366d", "is more than a year: write 14d or so, it is for looking into, not for the archive")


def lateness(value: object) -> timedelta:
    """How late an issue may leave without being asked for."""
    return _within(value, "10m", "31d", "is too short or too long to be late by: write 24h, or anything from 10m to 31d")


def spacing(value: object) -> timedelta:
    """The pause between two requests to one host."""
    return _within(value, "0s", "5m", "between two requests to a host is too long to get anywhere: write 1s to 5m")


def schedule(text: str) -> tuple[tuple[str, ...], str]:
    """Weekdays and HH:MM of "mon 07:00", "mon,thu 07:00", "mon-fri 07:00" or "daily 07:00"."""
    if re.fullmatch(r"\s*(\S+\s+){4,5}\S+\s*", text) or "*" in text:
        raise ValueError(f'looks like cron, which is not read here: {_WHY_NAMES} Write "mon 07:00"')
    words = text.lower().split()
    if len(words) == 1 and re.fullmatch(r"\d{1,2}:\d\d", words[0]):
        raise ValueError(f'names no day: write "mon {words[0]}", "mon-fri {words[0]}" or "daily {words[0]}"')
    if len(words) < 2:
        raise ValueError('must name days and a time: write "mon 07:00", "mon,thu 07:00", "mon-fri 07:00" or "daily 07:00"')
    return _weekdays("".join(words[:-1])), _clock(words[-1])


def hours(text: str) -> tuple[str, str]:
    """The beginning and end of "20:00-07:00"."""
    begins, dash, ends = text.replace("–", "-").partition("-")
    if not dash:
        raise ValueError(f'{text} is no span of a day: write "20:00-07:00"')
    return _clock(begins.strip()), _clock(ends.strip())


_WHY_NAMES = "numbers for weekdays mean different days in different programs (1 is Monday in cron, Tuesday in some schedulers)."


def _weekdays(text: str) -> tuple[str, ...]:
    if text in {"daily", "everyday"}:
        return WEEKDAYS
    if re.fullmatch(r"[\d,\-*/]+", text):
        raise ValueError(f'uses numbers for weekdays: {_WHY_NAMES} Write names, as in "mon 07:00"')
    chosen: set[str] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        start = WEEKDAYS.index(_weekday(first))
        end = WEEKDAYS.index(_weekday(last)) if dash else start
        span = (end - start) % 7 + 1
        chosen.update(WEEKDAYS[(start + n) % 7] for n in range(span))
    return tuple(day for day in WEEKDAYS if day in chosen)


def _weekday(word: str) -> str:
    short = LONG_NAMES.get(word, word)
    if short in WEEKDAYS:
        return short
    if not word:
        raise ValueError('has a comma or hyphen without a day beside it: write "mon,thu 07:00" or "mon-fri 07:00"')
    raise ValueError(f"{word} is no weekday; {near(word, WEEKDAYS)}")


def _clock(text: str) -> str:
    found = re.fullmatch(r"(\d{1,2}):(\d\d)", text)
    if found is None:
        spoken = re.fullmatch(r"(\d{1,2})(?::(\d\d))?(am|pm)", text)
        if spoken and int(spoken[1]) <= 12:
            hour = int(spoken[1]) % 12 + (12 if spoken[3] == "pm" else 0)
            raise ValueError(f"{text} is no time here: write {hour:02}:{spoken[2] or '00'}")
        raise ValueError(f"{text} is no time: write hours and minutes, as in 07:00")
    hour, minute = int(found[1]), int(found[2])
    if text == "24:00":
        raise ValueError("24:00 is the next day's 00:00: write that day and 00:00")
    if hour > 23 or minute > 59:
        raise ValueError(f"{text} is no time of the day: write 00:00 to 23:59")
    return f"{hour:02}:{minute:02}"


def time_zone(text: str) -> str:
    """A name of the IANA time zone database, such as Europe/Berlin."""
    try:
        if text and not text.startswith((".", "/")):
            zoneinfo.ZoneInfo(text)
            return text
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        pass
    zones = zoneinfo.available_timezones()
    by_city = {zone.rpartition("/")[2].lower().replace("_", " "): zone for zone in sorted(zones)}
    city = by_city.get(text.strip().lower().replace("_", " "))
    if city:
        raise ValueError(f"{text} is no time zone: write {city}")
    hint = near(text, zones) if "/" in text else "write region and city, as in Europe/Berlin or America/New_York"
    raise ValueError(f"{text} is no time zone; {hint if hint.startswith(('did', 'write')) else 'write it like Europe/Berlin'}")


@lru_cache(maxsize=256)
def skipped(at: str, zone: str) -> tuple[date, str] | None:
    """The first day on which clocks jump over this time, and the time to write instead; None when it exists every day.

    Looked up for ten fixed years, so that the same file is right or wrong on every day. The weekday does not matter: a law or
    an edit moves it, and a digest at that hour would be lost without a word.
    """
    hour, minute = (int(part) for part in at.split(":"))
    here = zoneinfo.ZoneInfo(zone)
    day = datetime(2024, 1, 1, hour, minute)  # noqa: DTZ001  (a wall clock's reading: the zone is what is being asked about)
    for _ in range(3660):
        shown = day.replace(tzinfo=here).astimezone(UTC).astimezone(here).replace(tzinfo=None)
        if shown != day:
            return day.date(), _existing(shown, zone)
        day += timedelta(days=1)
    return None


def _existing(shown: datetime, zone: str) -> str:
    at = f"{shown:%H:%M}"
    return at if skipped(at, zone) is None else "07:00"
