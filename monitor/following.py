"""The second requests: the text that an entry links to. Polite, few at a time, and an entry survives without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.errors import FetchError
from monitor.model import KINDS, Entry, Outcome, Page, Source, Validators

if TYPE_CHECKING:
    from monitor.pipeline import Monitor

MOST = 10  # texts in one look
FRESH = timedelta(days=14)  # what was published longer ago is no news, and its text is left where it is
TRIED_FOR = timedelta(days=3)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
PASSING = frozenset({Outcome.THROTTLED, Outcome.TIMED_OUT, Outcome.UNREACHABLE})  # another look may do better
OF_THE_HOST = PASSING | {Outcome.BLOCKED}  # what holds for everything there: it is not asked again in this look


@dataclass(frozen=True, slots=True)
class Followed:
    """A look's entries with their texts. `asked`: whose text was to be fetched; `waiting`: some are to be tried again."""

    entries: tuple[Entry, ...] = ()
    asked: frozenset[str] = frozenset()
    waiting: bool = False


NOTHING = Followed()


def texts(monitor: Monitor, source: Source, entries: Sequence[Entry], now: datetime) -> Followed:
    """The entries, those that are new, edited or still waiting with the text they link to, or with the reason why it is missing."""
    bare = [entry for entry in entries if entry.link and not entry.body]
    wanted = monitor.store.without_text(source.name, bare, now)
    newest_first = sorted((entry for entry in bare if entry.identity in wanted), key=lambda entry: entry.published or now, reverse=True)
    found: dict[str, Entry] = {}
    refused: dict[str, FetchError] = {}  # by host
    asked = 0
    for entry in newest_first:
        until, host = wanted[entry.identity] or now + TRIED_FOR, urlsplit(entry.link).netloc
        if now - (entry.published or now) > FRESH:
            found[entry.identity] = _without(entry, f"published more than {FRESH.days} days before it was first seen", None)
        elif (error := refused.get(host)) is None and asked == MOST:
            found[entry.identity] = _without(entry, "waits for the next look", until)
        else:
            if error is None:
                asked += 1
                try:
                    found[entry.identity] = replace(entry, body=_text(monitor, source, entry.link, now), body_missing="", body_until=None)
                    continue
                except FetchError as failed:
                    error = failed
                    if error.outcome in OF_THE_HOST:
                        refused[host] = error
            found[entry.identity] = _without(entry, error.detail, until if error.outcome in PASSING else None)
    return Followed(
        tuple(found.get(entry.identity, entry) for entry in entries),
        frozenset(found),
        any(entry.body_until is not None for entry in found.values()),
    )


def _without(entry: Entry, why: str, until: datetime | None) -> Entry:
    return replace(entry, body_missing=f"body not fetched: {why}", body_until=until)


def _text(monitor: Monitor, source: Source, url: str, now: datetime) -> str:
    """The text behind an address: one request, or two where the first page only says where it is; raises FetchError."""
    way = KINDS[source.kind].text
    for reader in (way, "article"):
        if reader == "article" and way == "article":
            permit(monitor, source, url, now)
        page = _get(monitor, source, url, now)
        document = monitor.reader.read(reader, page.body, source, page.url)
        if document.outcome is not Outcome.OK:
            raise FetchError(source.name, document.outcome, document.detail, status=page.status)
        if not document.next_page:
            return document.entries[0].body
        url = document.next_page
    raise FetchError(source.name, Outcome.PARSE_ERROR, "its text lies behind more than two pages")


def _get(monitor: Monitor, source: Source, url: str, now: datetime) -> Page:
    with monitor.pacer.turn(url):
        page = monitor.fetcher().get(_plain(source, url), Validators(), now)
    assert page is not None, "nothing conditional was asked"
    return page


def _plain(source: Source, url: str) -> Source:
    """The source at another address; what opens its own door is not shown to other hosts."""
    at_home = urlsplit(url)[:2] == urlsplit(source.url)[:2]
    return replace(source, url=url, auth=source.auth if at_home else None)


# ---- robots.txt ------------------------------------------------------------------------------------------------------


def permit(monitor: Monitor, source: Source, url: str, now: datetime) -> None:
    """Raise FetchError when the host's robots.txt keeps programs out, or cannot be read."""

    def fetch(address: str) -> bytes:
        try:
            return _get(monitor, source, address, now).body
        except FetchError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return b""  # there is none, which lets everybody in (RFC 9309)
            raise FetchError(
                source.name,
                error.outcome,
                f"its robots.txt could not be read: {error.detail}",
                retry_after=error.retry_after,
                status=error.status,
            ) from error

    if not monitor.robots.allow(url, now, fetch):
        raise FetchError(
            source.name, Outcome.REFUSED, f"robots.txt of {urlsplit(url).hostname} asks programs not to read {urlsplit(url).path}"
        )
