"""What the words of a report say: is a line the section's heading, which month does an entry tell of, do two lines read the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

PROPOSED = "[proposed] "  # stands visibly before a line nobody has accepted yet
MARK = re.compile(r"\\?\[proposed\\?\][ \t]*", re.IGNORECASE)

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" for month in MONTHS).replace("sep(?:tember)?", "sept?(?:ember)?")
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_DATE = rf"\b(?P<month>{_MONTH})\b\.?(?:\s+{_DAY})?,?\s+(?:of\s+)?(?P<year>{_YEAR})\b|\b(?P<iso>{_YEAR}-(?:0[1-9]|1[0-2]))\b"
DATED = re.compile(_DATE, re.IGNORECASE)
OPENING = re.compile(rf"(?:in|on|by|during|since)?\s*(?:early|mid|late)?[\s-]*(?:the\s+)?(?:{_DAY}\s+)?(?:{_DATE})", re.IGNORECASE)

_NUMBER = r"\d{1,3}(?:\.\d{1,3})*|[ivx]{1,6}"
NUMBERING = re.compile(rf"(?:(?:section|chapter|part)\s+)?(?:{_NUMBER}|[a-z])[.):]?\s+(?=\S)|(?:{_NUMBER})[.):]\s*", re.IGNORECASE)
CLOSING = re.compile(r"(?:note|notes|disclaimer|source|sources|about (?:us|the publisher)|contact)\s*[:–—-]", re.IGNORECASE)
POINTER = re.compile(r"(?:see|refer|read|cf\.?|also|please|as|for|the|our|these|those|this)\b", re.IGNORECASE)


def month(text: str) -> tuple[int, int] | None:
    """The first year and month a text names, however it is written; None when it names none."""
    if not (found := DATED.search(text)):
        return None
    if found["iso"]:
        return int(found["iso"][:4]), int(found["iso"][5:])
    name = found["month"].lower()[:3]
    return int(found["year"]), next(n for n, full in enumerate(MONTHS, 1) if full.startswith(name))


def opens_with_a_date(text: str) -> bool:
    """Whether a paragraph begins as an entry does: "In March 2025, …", marked as proposed or not."""
    return OPENING.match(MARK.sub("", text, count=1)) is not None


def is_heading(line: str, wanted: str) -> bool:
    """Whether a line names the section: `wanted`, in any case, alone or after a number and the market's name.

    A line of a table of contents ends in a page number and a sentence ends in a full stop: neither is a heading.
    """
    text = " ".join(line.replace("\ufeff", "").split()).strip("*_").rstrip(" :").strip("*_")
    words = " ".join(wanted.split()).casefold()
    if not words or not text.casefold().endswith(words):
        return False
    before = text[: len(text) - len(words)]
    if before and before[-1].isalnum():
        return False
    before = before.strip()
    if numbered := NUMBERING.match(before + " "):
        before = before[numbered.end() :].strip()
    before = before.rstrip(" :–—-|").strip()
    if not before:
        return True
    if POINTER.match(before) or re.search(r"[.!?;]\s|[.!?;]$|\b(?:and|the|of|on|in|about)$", before) or len(before.split()) > 15:
        return False
    return before.casefold().split()[-1] in {"market", "market's", "markets"} or title_case(before)


SMALL = frozenset({"with", "from", "into", "over", "under", "than", "that", "this", "their", "between", "through", "within", "across"})


def title_case(text: str) -> bool:
    """Whether most of the longer words begin with a capital, as headings do."""
    words = [word for word in re.findall(r"[^\W_][\w’'-]*", text) if len(word) >= 4 and word.lower() not in SMALL]
    return bool(words) and sum(not word[0].islower() for word in words) >= 0.7 * len(words)


def looks_like_heading(line: str, after_sentence: bool) -> bool:
    """Whether a line of plain text starts something new; `after_sentence`: what stands before it is complete."""
    text = line.strip()
    if not text or len(text) > 140 or text[0].islower() or text[-1] in ".!?;,":
        return False
    count = len(text.split())
    if text.endswith(":") and count <= 14:
        return True
    return (count <= 16 and title_case(text)) or (after_sentence and count <= 6)


ABBREVIATION = re.compile(r"\b(?:U\.S|U\.K|E\.U|Inc|Ltd|Co|Corp|vs|e\.g|i\.e|No|St|Dr|approx|[A-Z])\.$")


def sentence_ended(text: str) -> bool:
    """Whether a line is complete, rather than broken in the middle of a sentence."""
    text = re.sub(r"<!--.*?-->", "", text).rstrip().rstrip("\"'”’)]*_")
    return text.endswith((".", "!", "?", "…")) and not ABBREVIATION.search(text)


def one_line(text: str) -> str:
    """A text as one line without control characters."""
    kept = "".join(one for one in text if one.isspace() or unicodedata.category(one) not in {"Cc", "Cs"})
    return " ".join(kept.split())


_EVEN = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'} | dict.fromkeys("‐‑‒–—―−", "-"))


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """A line without what typesetting changes: case, quotes, dashes, trademark signs, spaces, emphasis, the proposed mark."""
    text = MARK.sub("", text, count=1)
    for sign in "™®©\u00ad\u200b\ufeff":
        text = text.replace(sign, "")
    text = unicodedata.normalize("NFKC", text).translate(_EVEN).casefold()
    return " ".join(re.sub(r"[*_`\\]", "", text).split()).rstrip(" .")


def fingerprint(text: str) -> str:
    """Eight hex digits that tell whether a line was edited since it was written."""
    return hashlib.sha256(normal(text).encode()).hexdigest()[:8]
