"""Days and months as an edition's language writes them. English is the house's own (20 Apr 2026); Babel (CLDR) knows the others."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.model import Precision

if TYPE_CHECKING:
    from babel import Locale

ENGLISH = "en"
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
SKELETONS = {"day": "yMMMd", "month": "yMMMM", "quarter": "yQQQ", "year": "y"}


def known(language: str) -> bool:
    """Whether days and months can be written in a language, given by its short form: de, pt-br."""
    from babel import Locale, UnknownLocaleError

    try:
        return bool(Locale.parse(language, sep="-"))
    except (UnknownLocaleError, ValueError):
        return False


def short_form(name: str) -> str:
    """The short form of a language that was written in another way: German, Deutsch → de, pt_BR → pt-br; empty for no language."""
    from babel import Locale
    from babel.localedata import locale_identifiers

    if known(hyphened := name.lower().replace("_", "-")):
        return hyphened
    wanted, english = name.strip().casefold(), Locale(ENGLISH).languages
    for short in sorted(locale_identifiers()):
        if "_" not in short and wanted in {english.get(short, "").casefold(), (Locale(short).get_language_name() or "").casefold()}:
            return short
    return ""


def day_name(day: date, precision: Precision = "day", language: str = ENGLISH) -> str:
    """20 Apr 2026, April 2026, Q2 2026 or 2026: never more exact than it is known."""
    if language != ENGLISH:
        from babel.dates import format_skeleton

        return _plain(format_skeleton(SKELETONS[precision], day, locale=_locale(language)))
    if precision == "month":
        return f"{MONTHS[day.month - 1]} {day.year}"
    if precision == "quarter":
        return f"Q{(day.month + 2) // 3} {day.year}"
    if precision == "year":
        return str(day.year)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def moment_name(moment: datetime, time_zone: str, language: str = ENGLISH) -> str:
    """20 Apr 2026 07:00, as the clocks of the zone showed it."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{day_name(local.date(), language=language)} {local:%H:%M}"


def period_name(start: datetime, end: datetime, language: str = ENGLISH) -> str:
    """The days of [start, end), local times: `week 20–26 Apr 2026` for seven of them. A morning's end belongs to the day before."""
    first = start.date()
    last = max(first, (end - timedelta(hours=12)).date())
    if first == last:
        return day_name(first, language=language)
    text = _span(first, last, language)
    return f"week {text}" if (last - first).days == 6 else text


def months(language: str = ENGLISH) -> tuple[str, ...]:
    """The twelve months where there is little room, as they stand alone: Jan, Feb."""
    if language == ENGLISH:
        return tuple(month[:3] for month in MONTHS)
    return tuple(_plain(name) for _, name in sorted(_locale(language).months["stand-alone"]["abbreviated"].items()))


def _span(first: date, last: date, language: str) -> str:
    if language != ENGLISH:
        from babel.dates import format_interval

        return _plain(format_interval(first, last, "yMMMd", locale=_locale(language)))
    if first.year != last.year:
        return f"{day_name(first)}–{day_name(last)}"
    if first.month != last.month:
        return f"{day_name(first).rsplit(' ', 1)[0]}–{day_name(last)}"
    return f"{first.day}–{day_name(last)}"


def _locale(language: str) -> Locale:
    from babel import Locale

    return Locale.parse(language, sep="-")


def _plain(text: str) -> str:
    """With common blanks only: CLDR's thin and unbreakable ones would have every subject encoded."""
    return " ".join(text.split())
