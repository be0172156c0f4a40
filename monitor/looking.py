"""One look at a source: its pages, and the texts behind its entries; whatever happens becomes a typed outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor import following, polling, sources
from monitor.errors import FetchError
from monitor.model import KINDS, Outcome, Page, Poll, Source, SourceState, Validators

if TYPE_CHECKING:
    from monitor.pipeline import Monitor
    from monitor.sources import Document

MOST_PAGES = 10  # of one source in one look


def look(monitor: Monitor, source: Source, state: SourceState) -> Poll:
    """Look at one source once; whatever happens becomes a typed outcome."""
    started = monitor.now()
    result: Page | FetchError | None = None
    document: Document | None = None
    followed = following.NOTHING
    try:
        result, document = sources.at_first(source, started, lambda url: _page(monitor, source, url, state.validators, started))
        if document is not None and document.next_page:
            document = _all_pages(monitor, source, document, started)
        if source.fetch_body and document is not None:
            followed = following.texts(monitor, source, document.entries, started)
            document = replace(document, entries=followed.entries)
    except FetchError as error:
        result, document = error, None
    poll = polling.decide(source, state, result, document, started=started, finished=monitor.now(), jitter=monitor.jitter())
    # What waits for its text is only known while the source shows it: then the whole document is asked for again.
    validators = Validators() if followed.waiting and poll.validators else poll.validators
    return replace(poll, followed=followed.asked, validators=validators)


def _page(monitor: Monitor, source: Source, url: str, validators: Validators, now: datetime) -> tuple[Page, Document] | tuple[None, None]:
    if KINDS[source.kind].for_people:
        following.permit(monitor, source, url, now)
    with monitor.pacer.turn(url):
        page = monitor.fetcher().get(replace(source, url=url), validators, now)
    if monitor.raw is not None:
        monitor.raw.keep(source, url, page, now)
    return (page, monitor.reader.read(source.kind, page.body, source, page.url)) if page else (None, None)


def _all_pages(monitor: Monitor, source: Source, first: Document, now: datetime) -> Document:
    """The document with the pages after its first; a page that fails fails the look, so that nothing is taken for complete."""
    entries, last, pages, kind = {entry.identity: entry for entry in first.entries}, first, 1, KINDS[source.kind]
    while last.next_page and pages < MOST_PAGES:
        try:
            _, document = _page(monitor, source, last.next_page, Validators(), now)
        except FetchError as error:
            if error.status is None or error.status != kind.past_end:
                raise
            last = replace(last, next_page="")
            break
        if document is None or document.outcome not in polling.READABLE:
            why = f": {document.detail}" if document and document.detail else ""
            raise FetchError(source.name, document.outcome if document else Outcome.PARSE_ERROR, f"page {pages + 1} cannot be read{why}")
        entries |= {entry.identity: entry for entry in document.entries if entry.identity not in entries}
        last, pages = document, pages + 1
    cut = f"only the first {pages} pages were read, there are more: narrow what is asked for" if last.next_page else ""
    return replace(first, entries=tuple(entries.values()), detail=cut or first.detail)


def broke(monitor: Monitor, source: Source, state: SourceState, error: Exception) -> Poll:
    failure = FetchError(source.name, Outcome.PARSE_ERROR, f"a fault of the monitor, please report it: {type(error).__name__}: {error}")
    now = monitor.now()
    return polling.decide(source, state, failure, None, started=now, finished=now, jitter=0.5)
