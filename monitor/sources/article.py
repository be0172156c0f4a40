"""The main text of a web page, or of a filing's exhibit: one entry whose body it is."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.model import NO_OPTIONS, Entry, Options, Outcome
from monitor.sources.document import Document
from monitor.sources.text import BLOCKS, clean

LONGEST = 20_000  # characters kept: more is never looked at
SHORTEST = 80  # characters; less is a notice, not a text
AROUND = (
    "script, style, noscript, template, iframe, svg, nav, header, footer, aside, form, button, select, dialog, [hidden], [aria-hidden=true]"
)
PLACES = ("[itemprop=articleBody]", "article", "main, [role=main]", "body")


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:
    """The text where the option `body` says, or else where pages usually have it."""
    if body[:5] == b"%PDF-":
        return Document(Outcome.PARSE_ERROR, detail="a PDF, which is not read")
    if b"\0" in body[:1024]:
        return Document(Outcome.PARSE_ERROR, detail="not a text")
    chosen = options.get("body", ())
    text = _text(body, chosen[0] if chosen else "")
    if chosen and not text:
        return Document(Outcome.PARSE_ERROR, detail=f"the selector of `body`, {chosen[0]}, matches nothing")
    if len(text) < SHORTEST:
        return Document(Outcome.PARSE_ERROR, detail="no text was found on the page")
    return Document(Outcome.OK, (Entry(source, url, "", body=text[:LONGEST]),))


def _text(body: bytes, chosen: str) -> str:
    page = LexborHTMLParser(body)
    if chosen:
        return "\n".join(filter(None, (_plain(node) for node in page.css(chosen))))
    for node in page.css(AROUND):
        node.decompose()
    texts = (max((_plain(node) for node in page.css(place)), key=len, default="") for place in PLACES)
    return next((text for text in texts if len(text) >= SHORTEST), "")


def _plain(node: LexborNode) -> str:
    """The text of a node, with an end of line between its blocks."""
    for inner in node.css("script, style"):
        inner.decompose()
    for block in node.css(", ".join(BLOCKS.split())):
        block.insert_before("\n\n")
        block.insert_after("\n\n")
    text: str = node.text()
    return "\n".join(part for piece in clean(text[: 4 * LONGEST]).split("\n\n") if (part := " ".join(piece.split())))
