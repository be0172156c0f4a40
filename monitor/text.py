"""Reading a text without losing the place: folding that keeps every offset, sentences, and what is boilerplate."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from monitor.model import Entry, Field, Span

FIELDS: tuple[Field, ...] = ("title", "lead", "body")
BODY_CAP = 20_000  # what a release says it says early; behind that stand tables and boilerplate


def _table() -> dict[int, str]:
    """One character for one: spaces, quotes, hyphens, marks, and Latin letters without their accents."""
    table = {ord(mark): " " for mark in "\u00a0\u2002\u2003\u2007\u2009\u200a\u200b\u202f\u2060\u3000\ufeff\u00ae\u2122\u00a9\t\n\r"}
    table |= {ord(mark): "'" for mark in "\u2018\u2019\u201a\u201b\u2032\u00b4`"}
    table |= {ord(mark): '"' for mark in "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"}
    table |= {ord(mark): "-" for mark in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"}
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            table[code] = base.lower()
    return table


TABLE = _table()
# Kana, Han and Hangul set no blanks between words, or glue particles to names: a letter of another script beside one ends or begins a word.
UNSPACED_RUN = re.compile("[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f]+")
SYLLABLE = 4  # Latin letters that say as much as one character of these scripts


def letters(text: str) -> int:
    """How many Latin letters would say as much as the text."""
    return len(text) if text.isascii() else len(text) + (SYLLABLE - 1) * sum(map(len, UNSPACED_RUN.findall(text)))


def without_unspaced(text: str) -> str:
    """The text with an opening bracket for each character of a script without spaces: what stands between keeps its place and has edges."""
    return text if text.isascii() else UNSPACED_RUN.sub(lambda run: "[" * len(run[0]), text)


DASHES = {ord(mark): "-" for mark in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"}


def fold(text: str) -> str:
    """The text in small letters without accents, marks and typographic variants; as long as the text, character by character."""
    folded = text.translate(TABLE)
    lowered = folded.lower()
    if len(lowered) != len(text):  # a few letters grow when they are lowered
        lowered = "".join(small if len(small := character.lower()) == 1 else character for character in folded)
    return lowered


# ---- sentences -------------------------------------------------------------------------------------------------------

ABBREVIATIONS = frozenset(
    "inc corp co ltd plc llc lp sa nv ag dr mr mrs ms prof st vs no jr sr al etc eg ie approx est fig vol dept"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
    " u.s u.k e.u d.c n.j n.y n.v s.a b.v a.g p.l.c ph.d m.d b.sc m.sc i.e e.g a.m p.m u.s.a"
    " ala ariz ark calif colo conn del fla ill ind kan mass mich minn miss mo neb nev okla ore pa tenn tex va wash wis".split()
)
END = re.compile(r"[.!?]+[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9À-Ý\u3040-\u9fff])|[。！？]|\s\*\s(?=\*|\s|[A-Z])|\n\s*\n|##\s|\s[|•·]\s")
LAST_WORD = re.compile(r"([\w.&-]+?)[.!?]+[\"')\]]*\s*$")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The sentences of a text as (start, end), in order, without the blanks around them."""
    end = len(text) if end is None else end
    found: list[tuple[int, int]] = []
    begin = start
    for match in END.finditer(text, start, end):
        if match[0].lstrip()[:1] == "." and _abbreviated(text[begin : match.end()]):
            continue
        _add(text, begin, match.end(), found)
        begin = match.end()
    _add(text, begin, end, found)
    return found


def _abbreviated(sentence: str) -> bool:
    word = LAST_WORD.search(sentence[-24:])
    if word is None:
        return False
    last = word[1].lower()
    return last in ABBREVIATIONS or (len(last) == 1 and last.isalpha() and last != "i") or last.rpartition(".")[2] in {"inc", "corp"}


def _add(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    while start < end and text[start] in " \t\r\n*#>|•·":
        start += 1
    while end > start and text[end - 1] in " \t\r\n*#|•·":
        end -= 1
    if end > start:
        found.append((start, end))


# ---- what triggers and what does not -----------------------------------------------------------------------------------

BOILERPLATE = re.compile(
    r"\b(?:About (?:the )?[A-Z][\w&.,'’®™ -]{1,60}?"
    r"(?=\s+[\w&.'’®™-]+ (?:is|are|was|has|develops|specializes)\b|\s*\n|\s*:|[^.]{0,60}? is an? )"
    r"|Forward[- ]Looking Statements?\b|(?:IMPORTANT|SELECTED|Important|Selected) SAFETY INFORMATION|Important Safety Information"
    r"|Cautionary (?:Note|Statement)|Safe Harbor|(?:Media|Investor|Press) Contacts?\b|Related (?:links|articles|news)\b"
    r"|To view the full press release|Read more (?:at|here|on)|The post .{3,80} appeared first on|NOTE TO INVESTORS)",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an entry: where it stands, which one of its field it is, and whether it only quotes or is boilerplate."""

    field: Field
    start: int
    end: int
    n: int
    boilerplate: bool = False


def sentences_of(entry: Entry) -> tuple[Sentence, ...]:
    """The sentences of title, lead and body, in that order. A body that only repeats the lead is left out."""
    found: list[Sentence] = []
    found += (Sentence("title", start, end, n) for n, (start, end) in enumerate(_title_parts(entry.title)))
    for field, text in (("lead", entry.lead), ("body", entry.body[:BODY_CAP])):
        if field == "body" and (not text or (text.startswith(entry.lead[:80]) and len(text) <= len(entry.lead))):
            continue
        cut = BOILERPLATE.search(text, 40) if len(text) > 40 else None
        limit = cut.start() if cut else len(text)
        found += (Sentence(field, start, end, n, start >= limit) for n, (start, end) in enumerate(sentences(text)))  # type: ignore[arg-type]
    return tuple(found)


def _title_parts(title: str) -> list[tuple[int, int]]:
    """A title is one sentence; a trailing outlet name (" - Reuters") is not part of it."""
    if not title.isascii() and (cut := OUTLET_UNSPACED.search(title)) and cut.start():
        return [(0, cut.start())]
    cut = re.search(r"\s[-–|]\s(?=[^-–|]{2,45}$)", title)
    end = cut.start() if cut and not re.search(r"\d", title[cut.end() :]) and _looks_like_outlet(title[cut.end() :]) else len(title)
    return [(0, end)] if title else []


OUTLET = re.compile(
    r"news|reuters|times|journal|post|wire|press|today|review|magazine|daily|bloomberg|yahoo|finance|fierce|stat\b|biospace|pharm"
    r"|\.com|\.org|\.net|business|report|blog|insider|nasdaq|seeking|simply|marketscreener"
    r"|the |observer|herald|tribune|guardian|medscape|live$|tv$|nature|medical"
    r"|stock titan|tipranks|gurufocus|marketbeat|tradingview|investing|benzinga|finviz|msn|barchart|chartmill|quiver",
    re.IGNORECASE,
)
OUTLET_UNSPACED = re.compile(
    r"\s?[-–_|｜丨]\s?[^-–_|｜丨，。：]{0,14}(?:网|新闻|日报|晚报|时报|财经|资讯|头条|健康|在线|客户端|公众号|专区|市场|经济报道|family|medsci\.cn|新聞|ニュース|신문|뉴스|일보)\s*$"
    r"|\s提供者\s[^，。：]{2,20}$",
    re.IGNORECASE,
)


def _looks_like_outlet(words: str) -> bool:
    return bool(OUTLET.search(words)) and len(words.split()) <= 5


def of(entry: Entry, field: Field) -> str:
    """The text of a field."""
    return entry.title if field == "title" else entry.lead if field == "lead" else entry.body


def span(entry: Entry, field: Field, start: int, end: int) -> Span:
    """The words at a place."""
    return Span(field, start, end, of(entry, field)[start:end])


@lru_cache(maxsize=4096)
def words(folded: str) -> frozenset[str]:
    """The words of a folded text."""
    return frozenset(re.findall(r"[a-z0-9]+", folded))
