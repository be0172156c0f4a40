"""The kinds of source: how each is read, and what an admin may say about it in feeds.yaml. A new kind is one line here and one module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Options = Mapping[str, tuple[str, ...]]  # what a source says under `options:`, the kind's own defaults filled in
NO_OPTIONS: Options = {}


@dataclass(frozen=True, slots=True)
class Option:
    """A key that a kind understands under `options:`."""

    name: str
    help: str
    pattern: str = r"\S.*"  # what each value must match as a whole
    example: str = ""
    many: bool = False  # a list
    required: bool = False
    default: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of source is read: `module` has read(body, url, source, options) -> Document.

    `dated`: its module also has address(url, options, now) -> str, the address to ask at this moment.
    `window`: it shows the last few only, so that what rolls out between two looks is lost.
    `register`: it is a regulator's or company's own record, which confirms what news only announce.
    """

    module: str
    what: str
    url: str = ""  # where it is when feeds.yaml does not say
    dated: bool = False
    register: bool = False
    window: bool = True
    options: tuple[Option, ...] = ()


KINDS: Mapping[str, Kind] = {
    "feed": Kind("monitor.sources.feed", "RSS, RDF, Atom and JSON feeds"),
}
