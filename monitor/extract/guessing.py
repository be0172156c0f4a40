"""Runs of words in capitals that may be a company's name although nothing but their capitals says so.

A headline in title case gives capitals to everything: a name must begin with a word that everyday language does not know (ordinary.txt,
written out of our own corpus), and what follows it must not leave it half.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

from monitor.extract.disease_words import SHORT
from monitor.shapes import CODE, KIND, LEGAL, is_common
from monitor.text import fold

# Words that neither name a company nor end its name, though everyday language does not know them either.
_NEVER = """
alzheimer parkinson crohn hodgkin huntington duchenne peyronie fabry gaucher pompe stargardt sjogren graves addison cushing hunter
hurler angelman rett dravet lennox-gastaut merkel ewing kaposi wilms burkitt castleman behcet barrett hashimoto tourette lou gehrig
shanghai beijing suzhou shenzhen guangzhou hangzhou wuhan hong kong taiwan taipei singapore tokyo osaka seoul cambridge oxford london
basel boston mumbai hyderabad bangalore dublin copenhagen munich berlin paris leiden ghent philadelphia houston seattle raleigh durham
hart-scott-rodino governor senator secretary commissioner mayor minister mr ms dr booster third fourth fifth sixth seventh eighth ninth
tenth omicron covid longevity oncology biology immunology cardiology neurology radiotherapy biotech biotechs biopharma medicare medicaid
congress senate trump biden kennedy makary prasad pazdur forge groundbreaking acellular act subsidiary hhs cdc nih covid-19
one two three four five six seven eight nine ten twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety hundred
nearly half most
"""
NEVER = frozenset(_NEVER.split())
FEW = 0.6  # share of words in capitals from which a headline is in title case

_SMALL = """
to and or but in of for from with at by on as its has have is are be was will after over amid into cfo ceo stock win get sell buy
acquire merge begin present announce report sign enter join raise file launch start end partner collaborate team expand extend submit
receive combine
"""
SMALL = frozenset(_SMALL.split())  # what follows a name in headlines
_GOES_ON = """
& AI DNA RNA UK&I Medicine Medicines Health Healthcare Medical Group Capital Partners Life Biomedical Scientific
"""
_DESCRIBES = """
drugmaker maker developer partner rival giant startup start-up specialist firm company biotech swiss german french dutch danish chinese
japanese korean american british israeli indian boston vaccine oncology pharma biopharma private former when while where
"""
DESCRIBES = frozenset(_DESCRIBES.split())  # what stands before a name and does not belong to it
LAST_WORD = re.compile(r"(?<![\w-])[A-Z][\w&-]*\s\Z")
GOES_ON = frozenset(_GOES_ON.split())
FIGURE = re.compile(r"\d+(?:st|nd|rd|th|[bmkgBMKx]|mg|year|day|bn|mn)?\Z|\d+-")
PARTNERING = re.compile(r"\s(?:[Ww]ith|[Tt]o|on)\b")  # behind `Partners`, which then is no part of a name
MARKS = ("®", "™", "(TM)", " (TM)")
PERSON = re.compile(
    r"(?i)\b(?:chief|ceo|cfo|cmo|cso|president|chair(?:man|woman)?|founder|director|governor|senator|secretary|commissioner|mayor|minister|mr\.?|ms\.?|dr\.?|professor|analyst|head)\s\Z"
)
BEFORE_A_NAME = re.compile(r"(?i)\b(?:with|by|from|and|acquires?|buys?|buy|to|for|&|between)\s\Z|[:;]\s\Z")
TARGET = re.compile(r"[A-Z]{1,6}-?\d{1,2}[A-Z]?")  # CD5, GPC3, HER2: what medicines aim at
NOT_NAMES = re.compile(
    r"(?:[a-z]{5,}ing|[a-z]{4,}(?:ed|ic|ous|oid|ary|ative|ular|ally|ization|isation|tion|ment))\Z"
)  # verbs and adjectives
WORD = re.compile(r"[\w&][\w&+-]*(?:[.'’](?=\w)(?!s\b)[\w&+-]+)*")
UNTITLED = re.compile(r"(?:ed|ing)\Z")  # with these a word in capitals among small ones is a name: Ypsomed, Pharming
LAST_PART = re.compile(rf"(?:{KIND}|{LEGAL})\.?,?")
BEFORE_A_SEAT = re.compile(rf"\b{LEGAL}\.?,\s\Z")  # Merck & Co., Inc., Rahway, Completes …: where a company sits, not one more of a list
BEHIND_A_SEAT = re.compile(r",\s(?!.{0,40}(?:\band\b|&))")


@cache
def ordinary() -> frozenset[str]:
    """Words of everyday language, in small letters."""
    return frozenset((Path(__file__).parent / "ordinary.txt").read_text(encoding="utf-8").split())


def guessed(source: str, start: int, end: int, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Runs of words in capitals that begin with a word everyday language does not know."""
    words = list(WORD.finditer(source[start:end]))
    titled = _are_titled(words)
    n = 0
    while n < len(words):
        word = words[n]
        n += 1
        here = (start + word.start(), start + word.end())
        if not _can_begin(word[0], titled) or meets(here, taken) or source[here[1] : here[1] + 4].startswith(MARKS):
            continue
        if word[0].isupper() and not _in_a_names_place(source, start, here[0]):
            continue
        if titled and _is_half(source[max(start, here[0] - 24) : here[0]]):
            continue
        if PERSON.search(source[max(start, here[0] - 20) : here[0]]):
            while n < len(words) and words[n][0][0].isupper():
                n += 1
            continue
        if BEFORE_A_SEAT.search(source[max(start, here[0] - 14) : here[0]]) and BEHIND_A_SEAT.match(source, here[1], end):
            continue
        last = here[1]
        while n < len(words) and source[last : start + words[n].start()] == " " and _can_follow(words[n][0], titled):
            place = (start + words[n].start(), start + words[n].end())
            if meets(place, taken) or (words[n][0] == "Partners" and PARTNERING.match(source, place[1])):
                break
            last = place[1]
            n += 1
        short = word[0].isupper() and len(word[0]) < 4
        if short and titled and n < len(words) and source[last : start + words[n].start()] == " " and _goes_on(words[n][0]):
            continue
        yield here[0], last


def is_titled(source: str, start: int, end: int) -> bool:
    """Whether a headline gives capitals to everything."""
    return _are_titled(list(WORD.finditer(source[start:end])))


def _are_titled(words: Sequence[re.Match[str]]) -> bool:
    long = [word[0] for word in words if len(word[0]) > 3 and word[0].isalpha()]
    return sum(word[0].isupper() for word in long) > FEW * len(long)


def _is_half(before: str) -> bool:
    """Whether a word in title case stands right before a place that may belong to the same name, since it is no word of headlines."""
    found = LAST_WORD.search(before)
    return found is not None and _goes_on(found[0].strip()) and fold(found[0].strip()) not in DESCRIBES


def _goes_on(word: str) -> bool:
    """Whether a name in title case may not end before a word: one that is neither a verb nor a word of headlines."""
    return word[0].isupper() and not is_common(word) and not word.endswith(("s", "ed", "ing")) and fold(word) not in SMALL


def _in_a_names_place(source: str, start: int, here: int) -> bool:
    """Whether a company may stand here although its name is an abbreviation, as those of trials, genes and diseases are."""
    return here == start or bool(BEFORE_A_NAME.search(source[max(start, here - 12) : here]))


@lru_cache(maxsize=16_384)
def _can_begin(word: str, titled: bool) -> bool:
    bare = fold(word)
    if not any(letter.isupper() for letter in word) and not re.match(r"\d+(?:bio|[a-z]{4})", word):
        return False
    if (len(word) < 3 and not word.isupper()) or len(word) < 2 or bare in NEVER or bare in SHORT or bare in ordinary() or is_common(word):
        return False
    if (
        bare.rstrip("s") in ordinary()
        or any(part.islower() or (fold(part) in ordinary() and not LAST_PART.fullmatch(part)) for part in word.split("-")[1:])
        or CODE.fullmatch(word)
        or TARGET.fullmatch(word)
    ):
        return False
    if word[0].isdigit() and (FIGURE.match(word) or not word[-1].isalpha()):
        return False
    return (
        not NOT_NAMES.search(bare if titled else UNTITLED.sub("", bare))
        and not (word.isupper() and len(word) > 8 and not word.endswith(("BIO", "PHARMA")))
        and not (word.partition("-")[0].isupper() and "-" in word)
    )


@lru_cache(maxsize=16_384)
def _can_follow(word: str, titled: bool) -> bool:
    if word in {"bio", "pharma", "therapeutics"}:
        return True
    if not word[0].isupper() and word != "&":
        return False
    bare = fold(word)
    if LAST_PART.fullmatch(word) or word in GOES_ON:
        return True
    return not is_common(word) and bare not in NEVER and (bare not in ordinary() or (not titled and not word.isupper()))


def meets(place: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    """Whether a place overlaps one of the others."""
    return any(place[0] < other[1] and other[0] < place[1] for other in others)
