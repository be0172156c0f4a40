"""Reads the dates feeds write: those of mail, with zone names, and those of ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

MAIL = re.compile(
    r"(?:[a-z]+\.?,?\s+)?(\d{1,2})[\s-]+([a-z]{3,9})\.?,?[\s-]+(\d{4}|\d{2}),?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?"
    r"\s*(?:([+-]\d{2}):?(\d{2})|([a-z]{1,5}))?(?:\s+\([a-z ]{2,40}\))?",
    re.IGNORECASE,
)
ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:(?:T|\s+)(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(?:([+-]\d{2}):?(\d{2})?|(Z|UTC|GMT))?)?", re.IGNORECASE
)
MONTHS = {"janfebmaraprmayjunjulaugsepoctnovdec"[3 * month : 3 * month + 3]: month + 1 for month in range(12)}
ZONES = {
    name: hours
    for hours, names in {
        0: "UT UTC GMT Z WET", 1: "CET MET MEZ BST WEST", 2: "CEST MEST MESZ EET", 3: "EEST MSK", 5.5: "IST", 8: "HKT SGT", 9: "JST KST",
        10: "AEST", 11: "AEDT", 12: "NZST", 13: "NZDT", -3: "ADT", -4: "AST EDT ET", -5: "EST CDT CT", -6: "CST MDT MT", -7: "MST PDT PT",
        -8: "PST AKDT", -9: "AKST", -10: "HST",
    }.items()
    for name in names.split()
}  # fmt: skip
FIRST, LAST = 1970, 2100
FARTHEST = timedelta(hours=14)


@lru_cache(maxsize=4096)
def read(text: str) -> tuple[bool, datetime | None]:
    """Whether the way of writing is known, and the moment in UTC; a known way may still say a day or a year that cannot be meant."""
    text = text.strip()
    if found := MAIL.fullmatch(text):
        day, month, year, hour, minute, second, zone_hours, zone_minutes, zone = found.groups()
        if month[:3].lower() not in MONTHS:
            return False, None
        full = int(year) + (0 if len(year) == 4 else 1900 if int(year) >= 90 else 2000)
        return True, _moment((full, MONTHS[month[:3].lower()], int(day)), (hour, minute, second), zone_hours, zone_minutes, zone)
    if found := ISO.fullmatch(text):
        year, month, day, hour, minute, second, zone_hours, zone_minutes, zone = found.groups()
        return True, _moment((int(year), int(month), int(day)), (hour, minute, second), zone_hours, zone_minutes, zone)
    return False, None


def sane(moment: datetime | None) -> datetime | None:
    """The moment, unless its year cannot be meant."""
    return moment if moment is not None and FIRST <= moment.year <= LAST else None


def _moment(
    day: tuple[int, int, int], clock: tuple[str | None, ...], zone_hours: str | None, zone_minutes: str | None, zone: str | None
) -> datetime | None:
    hour, minute, second = (int(part or 0) for part in clock)
    try:
        local = datetime(*day, hour, minute, min(second, 59), tzinfo=UTC)  # a leap second is the second before
        offset = timedelta(hours=ZONES.get((zone or "Z").upper(), 0))
        if zone_hours:
            offset = timedelta(hours=int(zone_hours), minutes=int(zone_hours[0] + (zone_minutes or "0")))
        return None if abs(offset) > FARTHEST else sane(local - offset)
    except (ValueError, OverflowError):
        return None
