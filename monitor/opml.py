"""OPML 2.0: lists of feeds as feed readers exchange them. Read by expat without entities of the file's own, written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.errors import MonitorError

LARGEST = 10_000_000
DEEPEST = 50
MOST = 10_000
OURS = "urn:market-monitor:opml"  # of the attributes that only the monitor understands


@dataclass(frozen=True, slots=True)
class Outline:
    """One line of a list; `folders` are those it lies in, outermost first. Names of attributes are in small letters, ours `monitor:…`."""

    line: int
    folders: tuple[str, ...]
    attributes: Mapping[str, str]
    children: bool = False

    @property
    def title(self) -> str:
        """What it is called."""
        return self.said("title") or self.said("text")

    @property
    def url(self) -> str:
        """The address of its feed; nothing where it has none."""
        return self.said("xmlurl")

    def said(self, name: str) -> str:
        """An attribute, without blanks around it."""
        return " ".join(self.attributes.get(name, "").split())


class _Reading:
    """One list as expat tells of it, element by element."""

    def __init__(self, name: str) -> None:
        self.outlines: list[Outline] = []
        self._name = name
        self._open: list[int] = []  # places of the outlines that are open
        self._begun = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.EntityDeclHandler = self._entity

    def _wrong(self, message: str) -> MonitorError:
        return MonitorError(f"{self._name}:{self.parser.CurrentLineNumber}:{self.parser.CurrentColumnNumber + 1}: {message}")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2].lower()
        if not self._begun and tag != "opml":
            raise self._wrong(f"<{tag}> is no OPML: a list of feeds begins with <opml>{_hint(tag)}")
        self._begun = True
        if tag != "outline":
            return
        if len(self._open) >= DEEPEST or len(self.outlines) >= MOST:
            raise self._wrong(f"more than {DEEPEST} folders in each other, or {MOST:,} outlines: that is no list of feeds")
        own = {f"monitor:{key[len(OURS) + 1 :]}" if key.startswith(f"{OURS} ") else key.lower(): value for key, value in attributes.items()}
        if self._open:
            self.outlines[self._open[-1]] = replace(self.outlines[self._open[-1]], children=True)
        folders = tuple(title for place in self._open if (title := self.outlines[place].title))
        self._open.append(len(self.outlines))
        self.outlines.append(Outline(self.parser.CurrentLineNumber, folders, own))

    def _end(self, tag: str) -> None:
        if tag.rpartition(" ")[2].lower() == "outline":
            self._open.pop()

    def _entity(self, *_: object) -> None:
        raise self._wrong("declares entities, which are not read here: remove the <!DOCTYPE …> with them")


def read(content: bytes, name: str) -> tuple[Outline, ...]:
    """Every outline in order; raises MonitorError with the line of what cannot be read."""
    if len(content) > LARGEST:
        raise MonitorError(f"{name} is larger than {LARGEST // 1_000_000} MB: that is no list of feeds")
    reading = _Reading(name)
    try:
        reading.parser.Parse(content, True)
    except expat.ExpatError as error:
        what = expat.errors.messages.get(error.code, "cannot be read")
        raise MonitorError(f"{name}:{error.lineno}:{error.offset + 1}: is no XML here: {what}") from error
    except (LookupError, ValueError) as error:
        raise MonitorError(f"{name}: its encoding is not known: save it as UTF-8 ({error})") from error
    return tuple(reading.outlines)


def _hint(tag: str) -> str:
    return "; this one is a feed itself: `add` takes its address" if tag in {"rss", "feed", "rdf"} else ""


def written(title: str, folders: Mapping[str, Sequence[Mapping[str, str]]], stamp: str) -> bytes:
    """A list with one level of folders; attributes named `monitor:…` are those only the monitor understands."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:monitor="{OURS}">',
        f"  <head><title>{_text(title)}</title><dateCreated>{_text(stamp)}</dateCreated></head>",
        "  <body>",
    ]
    for folder, outlines in folders.items():
        lines.append(f"    <outline {_attributes([('text', folder), ('title', folder)])}>")
        lines += [f"      <outline {_attributes(outline.items())}/>" for outline in outlines]
        lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""]).encode()


def _attributes(pairs: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in pairs)


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
