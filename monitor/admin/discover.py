"""From an address somebody has to a source: the feed itself, or one that a page names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.admin import probe, rhythm
from monitor.admin.addresses import same
from monitor.admin.looking import Looker
from monitor.admin.outlines import name_of
from monitor.admin.probe import Probed
from monitor.admin.shape import Named
from monitor.config.feeds_editing import NewSource
from monitor.errors import MonitorError
from monitor.model import Outcome, Source

GOOD = frozenset({Outcome.OK, Outcome.MOVED, Outcome.EMPTY, Outcome.STALE})


@dataclass(frozen=True, slots=True)
class Discovered:
    """What an address leads to: a source that can be read, or several feeds to choose from."""

    probed: Probed
    choices: tuple[Named, ...] = ()


def discover(looker: Looker, source: Source, choice: int | None = None) -> Discovered:
    """Look at the address, and at the feed its page names (the one of that number, where there are several).

    Raises MonitorError when there is nothing to read, or no such number.
    """
    found = probe.probe(looker, source)
    if found.outcome in GOOD:
        return Discovered(found)
    if found.outcome is not Outcome.HTML or source.kind != "feed":
        raise MonitorError(f"{source.url}: {found.outcome}: {found.detail}" + "".join(f"; {one}" for one in found.advice[:1]))
    if not found.feeds:
        raise MonitorError(f"{source.url} is a web page that names no feed: {found.advice[0]}")
    if choice is None and len(found.feeds) > 1:
        return Discovered(found, found.feeds)
    if choice is not None and not 1 <= choice <= len(found.feeds):
        raise MonitorError(f"{source.url} names {len(found.feeds)} feeds, so --choose takes 1 to {len(found.feeds)}")
    chosen = found.feeds[(choice or 1) - 1]
    second = probe.probe(looker, replace(source, url=chosen.url))
    if second.outcome not in GOOD:
        raise MonitorError(f"{chosen.url}, named by {source.url}: {second.outcome}: {second.detail}")
    return Discovered(second, found.feeds)


def refuse_duplicate(url: str, sources: Sequence[Source]) -> None:
    """Raise MonitorError when one of the sources has this address already."""
    for source in sources:
        if same(source.url) == same(url):
            off = "" if source.enabled else ", which is disabled: set enabled: true there"
            raise MonitorError(f"{source.name} has this address already{off}")


def new_source(found: Probed, given: NewSource, names: Sequence[str]) -> NewSource:
    """The source as it is written: what was given wins, the rest comes from the look."""
    page = found.page
    url = (page.moved_to if page and page.moved_to else None) or found.source.url
    entries = len(found.document.entries) if found.document else 0
    window = f" over {rhythm.short(found.window.length)}" if found.window and found.window.tells else ""
    return replace(
        given,
        url=url,
        name=given.name or name_of("", url, names),
        every=given.every or (rhythm.short(found.every) if found.every else None),
        note=f"{found.form}, {entries} entries{window} when it was added",
    )
