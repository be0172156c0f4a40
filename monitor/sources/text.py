"""From what feeds call text to plain, clean text: no markup, no controls, one form for each letter."""

from __future__ import annotations

import re
from html import unescape
from unicodedata import normalize
from urllib.parse import urlsplit

import nh3

LONGEST = 64 * 1024  # characters of markup that are looked at: cleaning takes time with the square of them
LONGEST_TITLE = 1_000
LONGEST_LINK = 2_048

BLOCKS = (
    "address article aside blockquote br caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol option p pre section table tbody td tfoot th thead tr ul"
)
INLINE = (
    "a abbr acronym b bdi bdo big button cite code data del dfn em font i iframe img input ins kbd label mark noscript object q s samp "
    "script small source span strike strong style sub sup svg time tt u var video wbr"
)
# Only names that HTML knows: "p <0.001" and "<placebo>" are text.
TAG = re.compile(rf"</?(?:{'|'.join((BLOCKS + ' ' + INLINE).split())})\b[^<]*>|<!--", re.IGNORECASE)
BLOCK = re.compile(rf"<(?=/?(?:{'|'.join(BLOCKS.split())})\b)", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
PARAGRAPH = re.compile(r"\n[ \t\r\f\v]*\n\s*")
# Controls of both sets and what is invisible inside a word; tabs and ends of lines are blanks by then.
UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]")

CLEANER = nh3.Cleaner(tags=set(), attributes={}, clean_content_tags={"script", "style", "iframe", "noscript", "svg", "object"})


def clean(text: str) -> str:
    """The same text as UTF-8 can carry it: no lone surrogates, no controls, composed letters."""
    if UNSEEN.search(text):
        text = UNSEEN.sub(lambda found: "\ufffd" if "\ud800" <= found[0] <= "\udfff" else "", text)
    return text if text.isascii() else normalize("NFC", text)


def line(text: str) -> str:
    """Text on one line, for titles and names."""
    if len(text) > LONGEST:
        text = text[:LONGEST]
    if "<" in text or "&" in text:
        text, _ = _without_markup(text)
    return " ".join(clean(text).split())[:LONGEST_TITLE].rstrip()


def paragraphs(text: str) -> str:
    """Text with an end of line between paragraphs and nowhere else."""
    if len(text) > LONGEST:
        text = text[:LONGEST]
    marked = False
    if "<" in text or "&" in text:
        text, marked = _without_markup(text)
    if "\n" not in text:
        return " ".join(clean(text).split())
    parts = clean(text).split("\n") if marked else PARAGRAPH.split(clean(text))
    return "\n".join(words for part in parts if (words := " ".join(part.split())))


def _without_markup(text: str) -> tuple[str, bool]:
    if "<" in text and TAG.search(text):
        spaced = BLOCK.sub("\n<", " ".join(text.split()))  # so that words of two paragraphs do not grow together
        return unescape(CLEANER.clean(spaced)), True
    if "&" in text:
        return ENTITY.sub(lambda found: unescape(found[0]), text), False
    return text, False


def safe_url(text: str) -> str:
    """The address when it is plain web and harmless wherever it is printed; nothing otherwise."""
    url = text.strip().replace(" ", "%20")
    if not url or len(url) > LONGEST_LINK or not url.isprintable() or "\\" in url:
        return ""
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.port == 0:
            return ""
    except ValueError:
        return ""
    return url.replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
