"""Which words of a sentence name companies, so that roles.py can ask who stands where.

Sure are tracked companies, legal forms, words that only companies' names end with, a ticker behind a name, and words of the title that
the lead writes like a name. What else may be one is guessed (guessing.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.extract.guessing import LAST_PART, NEVER, guessed, is_titled, meets, ordinary
from monitor.extract.leading import leading
from monitor.extract.text import Text
from monitor.model import Field
from monitor.shapes import KIND, LEGAL, is_common
from monitor.text import Sentence, fold, of

TOKEN = re.compile(r"['’](?:s\b)?(?=\W|$)|[$€£¥]?\w(?:\w|[.&+-](?=\w)|['’](?=\w)(?!s\b))*|[^\w\s]")
WORDS_READ, LETTERS_READ = 90, 1200  # of a sentence: who acts is said early
_EXCHANGES = "NASDAQ Nasdaq NasdaqGS NasdaqGM NYSE Euronext LSE AIM TSX SEHK HKEX SIX ASX TSE OTC FWB SSE KOSDAQ KRX"
TICKER = re.compile(rf"[®™]?,?\s?\((?:“[^”]{{1,30}}”\s?[;,]?\s?)?(?:{'|'.join(_EXCHANGES.split())})\b[\w &]{{0,20}}:")
BEFORE_A_TICKER = re.compile(r"(?<![\w&.’'-])[A-Za-z0-9][\w&.'’+-]{1,30}(?:,?\s(?:[A-Z&][\w&.'’+-]{0,30}|and(?=\s[A-Z]))){0,4}\Z")
# A name in running text, where its place says that it is one although everyday language knows its words.
RUNNING = re.compile(
    r"(?:acquir\w{1,3}|buy|buys|purchas\w{1,3}|provider|merge with|teams up with|partners with"
    r"|acquisition of|stock of|shares of|buyout of|merger? with|agreement with|collaboration with"
    r"|partnership with|partnered with)\s(?P<name>[A-Z][\w&-]{1,30}(?:\s[A-Z][\w&-]{1,30}){1,3})(?=\s?[,.(’'](?!\w)|\s[a-z])"
)
_DOES = "Awards? Grants? Announces? Funds? Selects? Backs? Gives? To Receives? Wins? Joins? Partners? Invests? Commits?"
_KINDS = "Institutes? Foundation Society University Hospital Clinic Council Agency Fund Network Trust Consortium"
INSTITUTION = re.compile(
    rf"\b(?:[A-Z][\w.&’'-]{{0,30}}\s){{0,4}}(?:{'|'.join(_KINDS.split())}|Health System|Medical Center|Cancer Center)\b"
    r"(?:\s(?:(?<!University )(?<!Hospital )for|of|on|de)\s(?:the\s)?"
    rf"(?:(?!(?:{'|'.join(_DOES.split())})\b)[A-Z][\w-]{{0,30}}(?:\s(?:and|&)\s(?=[A-Z]))?\s?){{1,3}})?"
)
BEFORE_AN_INSTITUTION = re.compile(rf"(?:[\w.&’'-]+\s)*(?:{'|'.join(_DOES.split())}|With|From|By|At|In|And|Signs?|Collaborates?|Enters?)\s")
# Who pays for research, by the name that stands in texts.
FUNDERS = re.compile(
    r"\b(?:BARDA|DARPA|NIH|NIAID|NIDA|NINDS|NCI|NHLBI|CEPI|CIRM|CPRIT|CARB-X"
    r"|(?:U\.?S\.? )?Department of (?:Defense|Health|Veterans Affairs)"
    r"|European (?:Innovation Council|Investment Bank)|(?:Wellcome|Gates) (?:Trust|Foundation))\b"
)
PAINTED = {"product": "@", "agency": "#", "trial": "trial", "term": "therapy"}


@dataclass(frozen=True, slots=True)
class Name:
    """Where a company's name stands; `sure` when more than its capitals says so."""

    start: int
    end: int
    sure: bool
    words: int = 1


@dataclass(frozen=True, slots=True)
class Painted:
    """A sentence as words with a blank behind each: its names are <0>, <1> … (<1?> when guessed), its medicines @, its agencies #."""

    field: Field
    words: str
    names: tuple[Name, ...]


def painted(text: Text, place: Sentence, start: int, end: int) -> Painted:
    """The words of a sentence between two places, with its names painted over. Words in brackets are left out."""
    source, folded = of(text.entry, place.field), text.matched.folded[place.field]
    end = min(end, start + LETTERS_READ)
    names = _names(text, place.field, start, end)
    marks = [(name.start, name.end, f"<{number}{'' if name.sure else '?'}>") for number, name in enumerate(names)]
    taken = [(name.start, name.end) for name in names]
    marks += (mark for mark in _other(text, place.field, start, end) if not meets((mark[0], mark[1]), taken))
    marks.sort()
    words: list[str] = []
    depth = at = 0
    last = -1  # the mark that was written last
    for token in TOKEN.finditer(source, start, end):
        depth = max(0, depth + (token[0] == "(") - (token[0] == ")"))
        if depth or token[0] in "()®™":
            continue
        while at < len(marks) and marks[at][1] <= token.start():
            at += 1
        if at == len(marks) or marks[at][0] >= token.end():
            _write(words, token[0], folded[token.start() : token.end()])
        elif at != last:
            words.append(marks[at][2])
            last = at
        if len(words) >= WORDS_READ:
            break
    return Painted(place.field, " ".join(words) + " ", tuple(names))


def _write(words: list[str], token: str, folded: str) -> None:
    word = "'s" if token[0] in "'’" else folded
    if word == "vivo" and words and words[-1] == "in":
        words[-1] = "in-vivo"  # no preposition
    else:
        words.append(word)


def _other(text: Text, field: Field, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Medicines and agencies."""
    for mention in text.matched.mentions:
        if mention.span.field == field and mention.kind in PAINTED and start <= mention.span.start < end:
            yield mention.span.start, mention.span.end, PAINTED[mention.kind]
    for shape in text.masked.shapes:
        if shape.field == field and shape.kind != "company" and start <= shape.start < end:
            yield shape.start, shape.end, "@"


def _names(text: Text, field: Field, start: int, end: int) -> list[Name]:
    """Every name between two places, in order, none inside another."""
    sure = list(known(text, field, start, end))
    source = of(text.entry, field)
    taken = [*sure, *((one[0], one[1]) for one in _other(text, field, start, end))]
    if field == "title" and (first := leading(source, start, end)) and not meets(first, sure):
        if source[first[1] : first[1] + 1] in MARKED:
            taken = [place for place in taken if place[0] != first[0]]
        if not meets(first, taken):
            sure.append(first)
            taken.append(first)
    if field == "title":
        if not is_titled(source, start, end):
            running = (found.span("name") for found in RUNNING.finditer(source, start, end))
            sure += [place for place in running if not meets(place, taken)]
        sure += (place for place in _told_by_lead(text, start, end) if not meets(place, taken))
    maybe = guessed(source, start, end, [*taken, *sure])
    found = [Name(*place, True) for place in sure]
    found += (
        Name(*place, False, source[place[0] : place[1]].count(" ") + 1)
        for place in maybe
        if field == "title" or _after_small(source, place[0])
    )
    kept: list[Name] = []
    for name in sorted(found, key=lambda name: (name.start, -name.end)):
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
    return kept


def _after_small(source: str, start: int) -> bool:
    """Whether running text stands before a place: what begins a sentence or stands in a dateline may be anything."""
    return bool(re.search(r"[a-z]{2,}\s\Z", source[max(0, start - 12) : start]))


def known(text: Text, field: Field, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Tracked companies and what only companies are called, each as far as its name goes."""
    source = of(text.entry, field)
    medicines = [(shape.start, shape.end) for shape in text.masked.shapes if shape.field == field and shape.kind != "company"]
    marked = [place.span() for place in MARKED_COMPANY.finditer(source, start, end)] if "®" in source or "™" in source else []
    medicines = [place for place in medicines if not meets(place, marked)]
    medicines += [(m.span.start, m.span.end) for m in text.matched.mentions if m.span.field == field and m.kind in {"product", "agency"}]
    tracked = [(m.span.start, m.span.end) for m in text.matched.mentions if m.kind == "player" and m.span.field == field]
    places = [(place[0], longer.end() if (longer := REST.match(source, place[1])) else place[1]) for place in tracked]
    shaped = [(shape.start, shape.end) for shape in text.masked.shapes if shape.kind == "company" and shape.field == field]
    tickered = list(_before_tickers(source, start, end)) if "(" in source else []
    institutions = [*_institutions(source, start, end), *(found.span() for found in FUNDERS.finditer(source, start, end))]
    for written in (*institutions, *marked, *shaped, *tickered):
        place = written if written in institutions else _trimmed(source, *written, places)
        if place[1] - place[0] > 1 and not _everyday(source[place[0] : place[1]], place, places) and not meets(place, medicines):
            places.append(place)
    merged: list[tuple[int, int]] = []
    for place in sorted(places):
        if merged and place[0] < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], place[1]))
        elif start <= place[0] and place[1] <= end:
            merged.append(place)
    yield from merged


MARKED = ("®", "™")
MARKED_COMPANY = re.compile(rf"(?<![\w-])[A-Z][\w-]{{2,30}}[®™]\s{KIND}\b(?:,?\s{LEGAL}\b\.?)?")  # Theriva™ Biologics


def _institutions(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Institutes, universities and their like, without the words of a headline in title case before them."""
    for found in INSTITUTION.finditer(source, start, end):
        name = found[0].rstrip()
        if before := BEFORE_AN_INSTITUTION.match(name):
            name = name[before.end() :]
        if " " in name:
            yield found.start() + len(found[0].rstrip()) - len(name), found.start() + len(found[0].rstrip())


REST = re.compile(rf"[®™]?\s(?:{KIND}|Medicines?)\b(?:,?\s{LEGAL}\b\.?)?")  # of a name of which seeds/ knows the first word
DASHES = re.compile(r".*(?:\s[–—-]+\s?|--)", re.DOTALL)


def _before_tickers(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in TICKER.finditer(source, start, end):
        if before := BEFORE_A_TICKER.search(source, max(start, found.start() - 100), found.start()):
            yield before.span()


def _trimmed(source: str, start: int, end: int, tracked: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Without everyday words before a name that goes on with a word of its own: `Assessing` Cabaletta Bio."""
    name = source[start:end]
    if dash := DASHES.match(name):
        start += dash.end()
        name = source[start:end]
    words = list(re.finditer(r"\S+", name))
    for n, word in enumerate(words[:-1]):
        here = start + word.start()
        rest = [other[0] for other in words[n + 1 :] if not LAST_PART.fullmatch(other[0])]
        if any(place[0] <= here < place[1] for place in tracked):
            return here, end
        if not is_common(word[0]) and not (
            fold(word[0]) in ordinary() and rest and any(fold(other.strip(",.")) not in ordinary() for other in rest)
        ):
            return here, end
    return (start + words[-1].start(), end) if words and not LAST_PART.fullmatch(words[-1][0]) else (end, end)


def _everyday(name: str, place: tuple[int, int], tracked: Sequence[tuple[int, int]]) -> bool:
    """Whether words only describe companies: a Longevity Biotech, Oncology Biotechs."""
    words = name.split()
    if all(LAST_PART.fullmatch(word) for word in words):
        return True
    return (
        words[-1] in {"Biotech", "Pharma", "Labs", "Vaccines", "Oncology"}
        and all(fold(word) in ordinary() or fold(word) in NEVER for word in words[:-1])
        and not meets(place, tracked)
    )


def _told_by_lead(text: Text, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Words of the title that the beginning of the lead writes like a name."""
    lead = text.entry.lead[:1500]
    told = {lead[place[0] : place[1]] for place in known(text, "lead", 0, len(lead))}
    told |= {found["name"] for found in RUNNING.finditer(lead)}
    title = text.entry.title
    for name in sorted(told, key=len, reverse=True):
        words = re.split(rf"\s(?={KIND}\b)|,?\s(?={LEGAL}\b)", name)[0].split()
        if not words or all(is_common(word) for word in words) or fold(words[0]) in NEVER or len(words[0]) < 2:
            continue
        if len(words) == 1 and fold(words[0]) in ordinary():
            continue
        for found in re.finditer(r"(?<!\w)" + r"\s".join(map(re.escape, words)) + r"(?!\w)", title[start:end]):
            yield start + found.start(), start + found.end()
