"""The index page of an SEC filing: which of its documents is the press release."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.model import NO_OPTIONS, Options, Outcome
from monitor.sources.document import Document

RELEASE = re.compile(r"EX-99(?:\.0?1)?(?:\D.*)?")
VIEWER = "/ix?doc="  # before the address of a document that has figures marked up in it
WHOLE = {"6-K", "6-K/A"}  # forms that often are the release themselves


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:  # noqa: ARG001  (the same for every kind)
    """A document without entries, whose next page is the release."""
    rows = [(cells[3].text().strip(), link) for row in LexborHTMLParser(body).css("table tr") if (link := _link(cells := row.css("td")))]
    if not rows:
        return Document(Outcome.PARSE_ERROR, detail="not the index of a filing")
    chosen = next((link for kind, link in rows if RELEASE.fullmatch(kind)), None)
    chosen = chosen or next((link for kind, link in rows if kind.startswith("EX-99")), None)
    chosen = chosen or next((link for kind, link in rows if kind in WHOLE), None)
    if chosen is None:
        return Document(Outcome.EMPTY, detail="the filing has no exhibit 99.1")
    return Document(Outcome.OK, next_page=urljoin(url, chosen.replace(VIEWER, "")))


def _link(cells: list[LexborNode]) -> str:
    """Where the document of a row is: sequence, description, document, type, size."""
    anchor = cells[2].css_first("a") if len(cells) > 4 else None
    return (anchor.attributes.get("href") or "") if anchor else ""
