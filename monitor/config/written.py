"""Durations, schedules, addresses, URLs and names as people write them in feeds.yaml; each refusal says what to write instead."""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from monitor.config.checks import near

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_NAMES = {"monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat", "sunday": "sun"}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SECRET_KEYS = re.compile(r"(?i)(^|[&;])(api[_-]?key|apikey|key|token|access[_-]?token|secret|password|passwd|pwd|sig|signature)=")


def name(text: str) -> str:
    """A name that may stand in file names and mail headers."""
    if not re.fullmatch(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?", text):
        raise ValueError("must be a short name of small letters, digits, hyphens, dots or underscores: write it like fda-press")
    return text


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


def option(value: object) -> tuple[str, ...]:
    """One text or a list of texts. Numbers are refused: YAML would have turned 1.10 into 1.1 and 0320193 into something else."""
    values = value if isinstance(value, list | tuple) else [value]
    for one in values:
        if isinstance(one, bool) or not isinstance(one, str):
            raise ValueError(f'must be text, or a list of texts: write "{one}" in quotes' if one is not None else "is empty: write a value")
        if not one.strip() or any(ord(character) < 32 for character in one):
            raise ValueError("must be one line of text")
    if not values:
        raise ValueError("must not be empty: write a value, or remove the key")
    return tuple(values)


def interval(value: object) -> timedelta:
    """How often to look at a source."""
    every = duration(value)
    if every < timedelta(minutes=1):
        raise ValueError(f"{value} is less than a minute: no publisher allows that, write 10m or more for a busy feed")
    if every > timedelta(days=31):
        raise ValueError(f"{value} is more than a month: write 31d or less, or enabled: false")
    return every


def keeping(value: object) -> timedelta:
    """How long to keep what was read; 0s: not at all."""
    kept = duration(value)
    if kept > timedelta(days=366):
        raise ValueError(f"{value} is more than a year: write 14d or so, it is for looking into, not for the archive")
    return kept


def lateness(value: object) -> timedelta:
    """How late an issue may leave without being asked for."""
    late = duration(value)
    if not timedelta(minutes=10) <= late <= timedelta(days=31):
        raise ValueError(f"{value} is too short or too long to be late by: write 24h, or anything from 10m to 31d")
    return late


def spacing(value: object) -> timedelta:
    """The pause between two requests to one host."""
    pause = duration(value)
    if pause > timedelta(minutes=5):
        raise ValueError(f"{value} between two requests to a host is too long to get anywhere: write 1s to 5m")
    return pause


# ---- URLs and secrets ------------------------------------------------------------------------------------------------


def url(text: str) -> str:
    """An http or https address without credentials. The text of a refused one is never repeated: it may hold a password."""
    if re.search(r"[\x00-\x20\x7f]", text):
        raise ValueError("holds a blank or a line break: write the address in one piece, blanks as %20")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError("cannot be read as an address: check brackets and the port number") from error
    if parts.scheme not in {"http", "https"}:
        raise ValueError(_scheme_advice(parts, text))
    if parts.username is not None or parts.password is not None:
        raise ValueError(
            "holds a user name or password: secrets belong in the environment. Remove everything up to the @ "
            'and write auth: "env:NAME", where NAME is set to the value of the Authorization header'
        )
    host = parts.hostname or ""
    if not host or port == 0 or not re.fullmatch(r"\[?[^\s/?#@\\<>\"'`{}|^]+\]?", host):
        raise ValueError("names no host: write https://host/path")
    if "." not in host and ":" not in host and host != "localhost" and port is None:
        raise ValueError(f"{host} is no complete host name: write it with its domain, as in www.{host}.org")
    return text


def _scheme_advice(parts: SplitResult, text: str) -> str:
    if parts.scheme == "feed":
        return f"feed: is no protocol: write https:{text[5:] if text[5:].startswith('//') else '//' + text[5:].removeprefix('https://')}"
    if not parts.scheme or "." in parts.scheme or re.match(r"[^:/]+:\d", text):  # no scheme, or a host with its port
        return "is no complete address: write https:// and the host in front"
    return f"{parts.scheme}: is not read here: write an address that begins with https:// (or http://)"


def carries_secret(address: str) -> bool:
    """Whether the query seems to hold a key or token."""
    return bool(SECRET_KEYS.search(urlsplit(address).query))


def same_address(address: str) -> str:
    """The address without what makes no difference: capitals of scheme and host, default port, fragment, final slash."""
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    port = "" if parts.port in {None, 80 if parts.scheme == "http" else 443} else f":{parts.port}"
    return f"{host}{port}{parts.path.rstrip('/')}?{parts.query}"


def secret_name(text: str) -> str:
    """The name of an environment variable, from "env:NAME". What is refused is not repeated: it may be the secret itself."""
    return _variable(text, "the secret", "FEED_TOKEN", "the value of the Authorization header")


def secret_of_sink(text: str) -> str:
    """The same, of the key that signs or the address that is secret itself."""
    return _variable(text, "the secret or address", "SINK_SECRET", "it")


def _variable(text: str, what: str, example: str, value: str) -> str:
    found = re.fullmatch(r"env:([A-Za-z_][A-Za-z0-9_]*)", text)
    if found is None:
        raise ValueError(f'must name an environment variable, never hold {what}: write "env:{example}" and set {example} to {value}')
    return found[1]


# ---- mail ------------------------------------------------------------------------------------------------------------


def mail_address(text: str) -> str:
    """A bare address; a domain in other letters is turned into its ASCII form. Nothing that could end a header or an SMTP line passes."""
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", text):
        raise ValueError("holds a line break or control character: write one address, as in analyst@example.org")
    if re.search(r"[<>]", text):
        raise ValueError("must be the bare address without name and angle brackets: write analyst@example.org")
    if re.search(r"[,;\s]", text):
        raise ValueError("must be one address without blanks: write several as a list, [a@example.org, b@example.org]")
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        raise ValueError("is no mail address: write it like analyst@example.org")
    if not local.isascii():
        raise ValueError("has letters before the @ that many mail servers refuse: use an address in plain letters")
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", local) or len(local) > 64:
        raise ValueError("has signs before the @ that no mail server takes: write it like analyst@example.org")
    try:
        plain = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError as error:
        raise ValueError("has a domain that does not exist in the mail system: check the part after the @") from error
    label = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if not re.fullmatch(rf"{label}(\.{label})+", plain) or len(plain) > 253:
        raise ValueError("has no complete domain after the @: write it like analyst@example.org")
    return f"{local}@{plain}"


def contact(text: str) -> str:
    """A mail address or page for publishers who want to reach us; it stands in the User-Agent."""
    if text.startswith(("http://", "https://")):
        if not text.isascii():
            raise ValueError("must be in plain letters, because it is sent in a header")
        return url(text)
    try:
        return mail_address(text)
    except ValueError as error:
        raise ValueError(f"{error} (or the address of a page, https://…)") from error


# ---- schedules -------------------------------------------------------------------------------------------------------


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


def colour(text: str, ground: str) -> str:
    """#rrggbb that can be read on a ground: a contrast of 4.5 or more (WCAG 2.2, AA)."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(f'{text} is no colour: write it like "#1d5c63"')
    brighter, darker = sorted((_luminance(text), _luminance(ground)), reverse=True)
    if (contrast := (brighter + 0.05) / (darker + 0.05)) < 4.5:
        way = "darker" if _luminance(ground) > 0.5 else "lighter"
        raise ValueError(f"{text} cannot be read on {ground} (contrast {contrast:.1f}, it needs 4.5): choose a {way} one")
    return text.lower()


def _luminance(text: str) -> float:
    parts = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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
