"""What a source answers now, what would be kept of it and why, and what to write in feeds.yaml. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.admin import rhythm, shape
from monitor.admin.addresses import same
from monitor.admin.looking import Looker
from monitor.admin.verdicts import Verdict, verdict
from monitor.engine.embedded import Threads
from monitor.errors import FetchError
from monitor.model import KINDS, Outcome, Page, Source, StoredEntry
from monitor.polling import READABLE
from monitor.sources import Document
from monitor.sources.sniff import is_html

AHEAD = timedelta(days=1)  # a date farther in the future than this is a mistake
HEAVY = 1_000_000
AT_ONCE = 8

WHAT_TO_DO = {
    Outcome.BLOCKED: "a wall takes us for a robot: wait half an hour, look less often, and do not try again and again",
    Outcome.THROTTLED: "asked too often: look less often",
    Outcome.GONE: "look for its new address on the publisher's page, or write enabled: false",
    Outcome.REFUSED: "the monitor does not go there: see the reason above",
    Outcome.UNREACHABLE: "try again later; when it lasts, write enabled: false and say why in a comment",
    Outcome.TIMED_OUT: "try again later; when it lasts, write enabled: false and say why in a comment",
    Outcome.TOO_LARGE: "ask for less, if the publisher's address can say so",
    Outcome.PARSE_ERROR: "is this the right address, and the right kind?",
}


@dataclass(frozen=True, slots=True)
class Probed:
    """One look, with everything an admin would ask of it."""

    source: Source
    outcome: Outcome
    detail: str = ""
    status: int | None = None
    retry_after: datetime | None = None
    page: Page | None = None
    form: str = ""
    kind: str = ""  # how it would be read, as far as can be told
    letters: shape.Letters | None = None
    document: Document | None = None
    window: rhythm.Window | None = None
    unread_dates: tuple[str, ...] = ()  # as they are written
    undated: int = 0  # entries without any date
    ahead: int = 0  # entries dated in the future
    verdicts: tuple[Verdict, ...] = ()
    feeds: tuple[shape.Named, ...] = ()
    advice: tuple[str, ...] = ()
    every: timedelta | None = None  # what the window suggests

    @property
    def kept(self) -> int:
        """How many of its entries tell something of a tracked market."""
        return sum(one.kept for one in self.verdicts)


def probe(looker: Looker, source: Source) -> Probed:
    """Look at a source once; whatever happens is told."""
    try:
        page = looker.page(source)
    except FetchError as error:
        found = Probed(source, error.outcome, error.detail, error.status, error.retry_after)
        return _advised(found)
    return _advised(read(looker, source, page))


def read(looker: Looker, source: Source, page: Page) -> Probed:
    """Everything that can be told of a page; without advice."""
    document = looker.document(source, page)
    entries = document.entries
    dates = [entry.published for entry in entries]
    stored = [StoredEntry(number, entry, looker.now) for number, entry in enumerate(entries, 1)]
    outcome = Outcome.MOVED if document.outcome is Outcome.OK and page.moved_to else document.outcome
    return Probed(
        source, outcome, document.detail, page.status, None, page,
        form=shape.form(page.body),
        kind=recognised(page, source),
        letters=shape.letters(page.body, page.content_type),
        document=document,
        window=rhythm.window(dates),
        unread_dates=tuple(entry.published_text for entry in entries if entry.published is None and entry.published_text),
        undated=sum(not entry.published_text for entry in entries if entry.published is None),
        ahead=sum(moment > looker.now + AHEAD for moment in dates if moment),
        verdicts=tuple(verdict(one, looker.assessor.assess(one, source)) for one in stored),
        feeds=shape.feeds(page.body, page.url, page.content_type) if is_html(page.body) else (),
    )  # fmt: skip


def recognised(page: Page, source: Source) -> str:
    """The kind that reads such a page; nothing where none is known to."""
    if source.kind != "feed":
        return source.kind
    address = same(source.url)
    known = next((name for name, kind in KINDS.items() if kind.url and same(kind.url) == address), "")
    if known:
        return known
    if is_html(page.body):
        return "page" if "page" in KINDS else ""
    return "feed" if shape.form(page.body).startswith(("RSS", "RDF", "Atom", "JSON Feed")) else ""


def probe_all(looker: Looker, sources: Sequence[Source]) -> Iterator[Probed]:
    """Look at many sources at a time; yields each as it is done."""
    threads: Threads[Source, Probed] = Threads(min(AT_ONCE, len(sources) or 1))
    try:
        for group in threads.unordered(lambda source: probe(looker, source), _broke, sources):
            yield from group
    finally:
        threads.close()


def _broke(source: Source, error: Exception) -> Probed:
    return Probed(source, Outcome.PARSE_ERROR, f"a fault of the monitor, please report it: {type(error).__name__}: {error}")


# ---- advice ----------------------------------------------------------------------------------------------------------


def _advised(found: Probed) -> Probed:
    rolls = found.window is not None and found.window.tells and KINDS[found.source.kind].window
    every = rhythm.interval(found.window.length) if found.window and rolls else None
    return replace(found, every=every, advice=(*_of_answer(found), *_of_interval(found, every)))


def _of_answer(found: Probed) -> Iterator[str]:
    page = found.page
    if page is None or found.outcome not in {*READABLE, Outcome.MOVED}:
        if found.feeds:
            yield f"a web page that names feeds: write url: {found.feeds[0].url}" + (", or one of the others" if found.feeds[1:] else "")
        elif found.outcome is Outcome.HTML:
            page_kind = "write kind: page with its selectors" if "page" in KINDS else "search it for an RSS sign"
            yield f"a web page that names no feed: {page_kind}, or take another source"
        elif found.outcome in WHAT_TO_DO:
            yield WHAT_TO_DO[found.outcome]
        return
    if page.moved_to:
        yield f"moved for good: write url: {page.moved_to}"
    if found.kind and found.kind != found.source.kind:
        yield f"this address has a kind of its own: write kind: {found.kind}"
    if found.unread_dates:
        count, example = len(found.unread_dates), found.unread_dates[0]
        yield f"{count} dates cannot be read, as {example!r}: their entries count as published when first seen"
    if not (page.validators.etag or page.validators.last_modified) and len(page.body) > HEAVY:
        yield f"offers no validators, so each look transfers {len(page.body) / HEAVY:.1f} MB: look seldom"
    if found.verdicts and not found.kept:
        yield "nothing of what it shows now would be kept: see the reasons"


def _of_interval(found: Probed, every: timedelta | None) -> Iterator[str]:
    if every is None or found.window is None:
        return
    written, better = rhythm.short(found.source.every), rhythm.short(every)
    if found.source.every > every:
        yield f"write every: {better}, since its window is {rhythm.short(found.window.length)} and every is {written}"
    elif found.source.every * 4 < every:
        yield f"every: {better} would do, every is {written}"
    else:
        yield f"every: {written} fits its window"
