"""The two reports of ../shared in every form a report may have, made from their text: what a house would keep."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from pathlib import Path

import docx

HEADING = "Recent Developments"
SEGMENTS = "Segment Analysis"


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Title, headings, points and paragraphs, as a person sees them in the text."""
    lines = [line.strip("\ufeff") for line in text.splitlines() if line.strip()]
    point = False
    for number, line in enumerate(lines):
        if line == "-":
            point = True
        elif point:
            yield "point", line
            point = False
        elif number == 0:
            yield "title", line
        elif len(line) < 90 and not line.endswith((".", ";", ":")):
            yield "heading", line
        else:
            yield "paragraph", line


def as_word(text: str, path: Path) -> None:
    document = docx.Document()
    styles = {"title": "Title", "heading": "Heading 2", "point": "List Bullet", "paragraph": "Normal"}
    for kind, line in pieces(text):
        run = document.add_paragraph(style=styles[kind]).add_run(line)
        run.italic = kind == "point"
    document.sections[0].header.paragraphs[0].text = "Confidential"
    document.save(str(path))


def as_page(text: str, path: Path) -> None:
    tags = {"title": "h1", "heading": "h2", "paragraph": "p"}
    written = ["<!doctype html>", '<html><head><meta charset="utf-8"><title>R</title></head><body>']
    open_list = False
    for kind, line in pieces(text):
        if open_list != (kind == "point"):
            written.append("</ul>" if open_list else '<ul class="news">')
            open_list = not open_list
        shown = html.escape(line, quote=False)
        written.append(f"  <li>{shown}</li>" if kind == "point" else f"<{tags[kind]}>{shown}</{tags[kind]}>")
    path.write_text("\n".join([*written, "</body></html>", ""]), encoding="utf-8")


def as_markdown(text: str, path: Path) -> None:
    signs = {"title": "\n# ", "heading": "\n## ", "point": "- ", "paragraph": "\n"}
    front = "---\ntitle: R\nsection: Recent Developments\n---\n"
    body = "\n".join(f"{signs[kind]}{line.replace('*', chr(92) + '*')}" for kind, line in pieces(text))
    path.write_text(f"{front}{body}\n".replace("## " + SEGMENTS, "\n## " + SEGMENTS), encoding="utf-8")


def as_rst(text: str, path: Path) -> None:
    written = []
    for kind, line in pieces(text):
        shown = line.replace("*", "\\*")
        rule = {"title": "=", "heading": "-"}.get(kind, "") * len(shown)
        written.append(f"{shown}\n{rule}\n" if rule else f"- {shown}\n" if kind == "point" else f"{shown}\n")
    path.write_text("\n".join(written), encoding="utf-8")


def as_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


FORMS: dict[str, Callable[[str, Path], None]] = {".txt": as_text, ".docx": as_word, ".html": as_page, ".md": as_markdown, ".rst": as_rst}
