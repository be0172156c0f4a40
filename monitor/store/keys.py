"""Keys that the store computes: how dates sort, when two entries are one, what makes a Message-ID unguessable."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from zlib import crc32

from monitor.model import Precision

MONTHS: dict[Precision, int] = {"month": 1, "quarter": 3, "year": 12}
ORDER_BELOW_FIRST_DAY: dict[Precision, int] = {"month": 0, "quarter": -1, "year": -2}
# Parts of an address that tell where a reader came from, not what is read.
FOLLOWED = ("utm_", "fbclid=", "gclid=", "mc_cid=", "mc_eid=", "cmpid=", "ref=rss", "source=rss")
LOWEST = -(2**63)


def date_order(day: date, precision: Precision) -> int:
    """A number that sorts like the date; less exact ones come right below the dated ones of their month, quarter or year."""
    if precision == "day":
        return day.year * 10_000 + day.month * 100 + day.day
    return day.year * 10_000 + _first_month(day, precision) * 100 + ORDER_BELOW_FIRST_DAY[precision]


def lowest_order(day: date) -> int:
    """No event that can have happened on that day or later sorts below this."""
    return date_order(day, "year")


def last_day(day: date, precision: Precision) -> date:
    """The last day on which it can have happened."""
    if precision == "day":
        return day
    months = day.year * 12 + _first_month(day, precision) - 1 + MONTHS[precision]
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1) if months // 12 <= date.max.year else date.max


def _first_month(day: date, precision: Precision) -> int:
    length = MONTHS[precision]
    return (day.month - 1) // length * length + 1


def second_key(link: str, title: str) -> int | None:
    """The same for one item under two guids: a hash of the link in the upper half, of the title in the lower. None without a link.

    Equal keys are a hint: compare `normal_link` and `normal_title` before believing it.
    """
    if not link:
        return None
    return (crc32(normal_link(link).encode("utf-8", "replace")) << 32 | crc32(normal_title(title).encode("utf-8", "replace"))) + LOWEST


def link_keys(link: str) -> tuple[int, int]:
    """The lowest and the highest second key that an entry with this link can have."""
    lowest = (crc32(normal_link(link).encode("utf-8", "replace")) << 32) + LOWEST
    return lowest, lowest + 2**32 - 1


def normal_link(link: str) -> str:
    """The address without what does not tell pages apart: scheme, www, fragment, closing slash, marks of a campaign."""
    rest = link.partition("://")[2] or link
    host, _, path = rest.partition("#")[0].partition("/")
    path, _, query = path.partition("?")
    if query:
        query = "&".join(part for part in query.split("&") if not part.lower().startswith(FOLLOWED))
    return f"{host.lower().removeprefix('www.')}/{path.rstrip('/')}?{query}"


def normal_title(title: str) -> str:
    """The title without case and spacing."""
    return " ".join(title.casefold().split())


def message_key(secret: str, edition: str, number: int, recipient: str) -> str:
    """The left side of a Message-ID: the same for the same issue and recipient, and no other database has it."""
    told = "\0".join((secret, edition, str(number), recipient.casefold()))
    return f"{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:32]}.{number}"
