"""What the quick reader may pass over, and how feedparser treats plain text and addresses: the quick reader does the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from feedparser.mixin import _FeedParserMixin as Rules
from feedparser.util import FeedParserDict

XML = "{http://www.w3.org/XML/1998/namespace}"
DECLARED = re.compile(rb"""xmlns(?::([\w.-]+))?\s*=\s*["']([^"']*)""")
PREFIXES = {uri.lower(): prefix for uri, prefix in Rules.namespaces.items()}
# feedparser has rules for these, and none of them touches what an entry keeps.
HARMLESS = {
    "admin_errorreportsto", "admin_generatoragent", "category", "cloud", "dc_language", "dc_publisher", "dc_rights", "dc_subject",
    "enclosure", "generator", "itunes_block", "itunes_explicit", "itunes_image", "itunes_keywords", "media_category", "media_content",
    "media_credit", "media_keywords", "media_player", "media_rating", "media_thumbnail", "rights",
}  # fmt: skip
# Names that would be stored where feedparser keeps something else.
TAKEN = {
    *FeedParserDict.keymap, "authors", "author", "content", "created", "entries", "feed", "guidislink", "href", "id", "language", "link",
    "links", "published", "source", "summary", "tags", "title", "title_detail", "updated", "published_parsed", "updated_parsed",
    "created_parsed",
}  # fmt: skip

SIMPLE_URL = re.compile(r"https?://[^/?#;\s\\\[\]&]+(?:/[^?#;\s&]*)?(?:\?[^#;\s&]+(?:&[^#;\s&]+)*)?")
SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)/*")
LOOSE_ENTITY = re.compile(r"&([A-Za-z0-9_]+);")
# What is written in a Windows code page although the document says Latin-1.
C1 = re.compile("[\x80-\x9f]")
CP1252 = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}}


class Unknown(Exception):  # noqa: N818
    """Something the quick reader does not know stands in the document."""


class Bystanders:
    """Tells elements nothing depends on, by the prefixes the document gives to namespaces."""

    def __init__(self, body: bytes) -> None:
        self._prefixes: dict[str, str | None] = {"": ""}  # None: feedparser would take its elements for others
        spaces: dict[str, str] = {}
        for written, uri in set(DECLARED.findall(body)):
            space, name = uri.decode("utf-8", "replace"), written.decode("ascii", "replace").lower()
            known = PREFIXES.get(space.lower())
            if known is not None and name in PREFIXES.values() and name not in {"", known}:
                raise Unknown(name)  # a usual prefix with another meaning
            chosen = name if known is None else known
            clash = self._prefixes.get(space, chosen) != chosen or (name and spaces.setdefault(name, space) != space)
            self._prefixes[space] = None if clash else chosen

    def pass_over(self, part: Element) -> None:
        """Raises Unknown unless nothing an entry keeps can depend on this element or anything in it."""
        space, _, name = part.tag.rpartition("}")
        prefix = self._prefixes.get(space[1:])
        if prefix is None or not _silent(prefix, name.lower()):
            raise Unknown(part.tag)
        if part.attrib:
            inherits_nothing(part)
        for inner in part:
            self.pass_over(inner)


@lru_cache(maxsize=4096)
def _silent(prefix: str, name: str) -> bool:
    rule = f"{prefix}_{name}" if prefix else name
    if rule in HARMLESS:
        return True
    return rule not in TAKEN and not hasattr(Rules, f"_start_{rule}") and not hasattr(Rules, f"_end_{rule}")


def plain(part: Element, *known: str) -> None:
    """Raises Unknown for an attribute that is not among those known."""
    if part.attrib and not part.attrib.keys() <= set(known):
        raise Unknown(part.tag)


def inherits_nothing(part: Element) -> None:
    """Raises Unknown for an attribute that would change how what follows is read."""
    if any(name.startswith(XML) or name.lower() in {"base", "lang"} for name in part.attrib):
        raise Unknown(part.tag)


def leaf(parts: Iterable[Element]) -> None:
    """Raises Unknown for an element within one of these."""
    for part in parts:
        if len(part):
            raise Unknown(part.tag)


def text_of(part: Element) -> str:
    """The text of an element as feedparser gives it: what was encoded twice is repaired."""
    text = (part.text or "").strip()
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(CP1252) if C1.search(text) else text


def joined(base: str, address: str) -> str:
    """An address as seen from a base."""
    if SIMPLE_URL.fullmatch(address):
        return address
    try:
        return urljoin(base, SLASHES.sub(r"\1", address))
    except ValueError:
        return ""


def loose(address: str) -> str:
    """An address whose ampersands were escaped once too often."""
    return LOOSE_ENTITY.sub(r"&\1", address.replace("&amp;", "&")) if "&" in address else address
