"""Where a new line goes among those that stand in a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from monitor.model import Development, Status
from monitor.report.section import Both, Entry, Order
from monitor.report.words import month

WRITTEN = frozenset({Status.ACCEPTED, Status.EDITED, Status.PROPOSED})

Key = tuple[int, int, int, int, str]  # year, month, day (0: not known), importance, id backwards; larger is newer


def detect(entries: Sequence[Entry]) -> Order:
    """The order most neighbours stand in; newest first, the house order, where nothing tells."""
    months = [printed for entry in entries if (printed := month(entry.text))]
    rising = sum(one < other for one, other in pairwise(months))
    falling = sum(one > other for one, other in pairwise(months))
    return "oldest_first" if rising > falling else "newest_first"


def key_of(one: Development) -> Key:
    """What a development is sorted by."""
    exact = one.date_precision == "day"
    return (one.event_date.year, one.event_date.month, one.event_date.day if exact else 0, one.importance, _backwards(one.id))


def _backwards(text: str) -> str:
    """A string that sorts the other way round, since equal rows of the table stand by ascending id below newer ones."""
    return "".join(chr(0x10FFFF - ord(character)) for character in text) + chr(0x10FFFF)


def keys_of(section: Both, developments: Sequence[Development], found: Mapping[str, int]) -> list[Key | None]:
    """When each entry happened: by its development where the month agrees, else by the month it prints; None where no new one goes."""
    by_index = {index: one for one in developments if (index := found.get(one.id)) is not None and one.status in WRITTEN}
    keys: list[Key | None] = []
    for index, entry in enumerate(section.entries):
        if index not in section.own:
            keys.append(None)
            continue
        printed, one = month(entry.text), by_index.get(index)
        if one is not None and (printed is None or printed == (one.event_date.year, one.event_date.month)):
            keys.append(key_of(one))
        else:
            keys.append((*printed, 0, 0, "") if printed else None)
    return keys


def places(keys: Sequence[Key | None], missing: Sequence[Development], order: Order) -> list[tuple[int, list[Development]]]:
    """After which entry (-1: before the first) the new lines go, in the order of the report; entries there never move."""
    oldest = order == "oldest_first"
    groups: dict[int, list[Development]] = {}
    for one in sorted(missing, key=key_of, reverse=not oldest):
        key = key_of(one)
        dated = [(index, other) for index, other in enumerate(keys) if other is not None]
        if oldest:
            older = [index for index, other in dated if other <= key]
            after = older[-1] if older else (dated[0][0] - 1 if dated else len(keys) - 1)
        else:
            older = [index for index, other in dated if other <= key]
            after = older[0] - 1 if older else (dated[-1][0] if dated else -1)
        groups.setdefault(after, []).append(one)
    return sorted(groups.items())
