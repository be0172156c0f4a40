"""Markdown, as a table and as bullets, and an HTML fragment: text that stays text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from monitor.exports.columns import CHANGE, NUMBERS, About, Row, clean, printed, row, web
from monitor.model import Changed

MEANT_LITERALLY = re.compile(r"([\\`*\[\]|]|(?<!\w)_|_(?!\w))")
NOT_IN_AN_ADDRESS = str.maketrans({" ": "%20", "<": "%3C", ">": "%3E", "|": "%7C", "\\": "%5C", "`": "%60", "\n": "", "\r": "", "\t": ""})


def literal(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return MEANT_LITERALLY.sub(r"\\\1", text)


def address(url: str) -> str:
    """An address as Markdown shows and links it; plain text where it leads nowhere on the web."""
    if not web(url):
        return literal(url)
    return f"<{url.translate(NOT_IN_AN_ADDRESS)}>"


def markdown(rows: Iterable[Row], about: About) -> Iterator[str]:
    """A table under one line that says as of when."""
    yield f"Latest developments as of {about.stamp}\n\n"
    yield "| " + " | ".join(about.columns) + " |\n"
    yield "|" + "|".join("---:" if name in NUMBERS else "---" for name in about.columns) + "|\n"
    for one in rows:
        values = row(one, about.columns)
        cells = [address(printed(value)) if name == "source_url" else literal(printed(value)) for name, value in values.items()]
        yield "| " + " | ".join(cells) + " |\n"


def bullets(rows: Iterable[Row], about: About) -> Iterator[str]:  # noqa: ARG001  as all writers
    """The lines alone, for pasting."""
    for of in rows:
        one = of.development if isinstance(of, Changed) else of
        if line := printed(clean(one.line_text or one.headline)):
            yield f"- {literal(line)}\n"


def fragment(rows: Iterable[Row], about: About) -> Iterator[str]:
    """A table element, each row with its id."""
    stamp = about.stamp
    yield f'<table class="developments" data-as-of="{stamp}">\n<caption>Latest developments as of {stamp}</caption>\n<thead>\n<tr>'
    yield "".join(f'<th scope="col">{name}</th>' for name in about.columns)
    yield "</tr>\n</thead>\n<tbody>\n"
    for of in rows:
        values = row(of, about.columns)
        one = of.development if isinstance(of, Changed) else of
        change = f' data-change="{values[CHANGE]}"' if CHANGE in values else ""
        yield f'<tr data-id="{html.escape(printed(clean(one.id)))}"{change}>'
        yield "".join(_cell(name, printed(value)) for name, value in values.items())
        yield "</tr>\n"
    yield "</tbody>\n</table>\n"


def _cell(name: str, text: str) -> str:
    shown = html.escape(text)
    if name == "headline":
        return f'<th scope="row">{shown}</th>'
    if name == "source_url" and web(text):
        return f'<td><a href="{shown}" rel="noopener noreferrer">{shown}</a></td>'
    return f"<td>{shown}</td>"
