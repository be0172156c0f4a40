"""CSS selectors: whether one can be used, and what it finds."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

EMPTY = LexborHTMLParser("<html></html>")


def valid(selector: str) -> bool:
    """Whether it is a CSS selector that the reader of pages understands."""
    try:
        EMPTY.css(selector)
    except SelectolaxError:
        return False
    return True
