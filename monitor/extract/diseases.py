"""What an item says a medicine is for: a disease with the words that narrow it and whom it befalls, verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.extract.disease_words import (
    ADJECTIVE_ENDINGS,
    BY_MEDICINE,
    CLASSES,
    COUNTED,
    ENDINGS,
    FIELD,
    GENERAL,
    KEPT,
    MEDICINES,
    NAME_OF,
    NAMED_AFTER,
    NAMES,
    NARROWING,
    NARROWING_ENDINGS,
    NO_DISEASE,
    NOT_NARROWING,
    ONLY_AFTER,
    SHORT,
    VAGUE,
    WITH_LETTERS,
)

# ---- what belongs to it before and behind ------------------------------------------------------------------------------

LETTERED = re.compile(r"\s(?:[a-e]|alfa)(?:\s(?:and|or)\s[a-e])?(?![\w-])")  # hemophilia A, hepatitis B and D
LATIN = re.compile(  # the second word of a disease's name
    r"\s(?:areata|pigmentosa|vera|erythematosus|congenita|capitis|vulgaris|gravis|nervosa|universalis|suppurativa|nodularis|bullosa|fungoides|obliterans|totalis|aeruginosa|planus)\b"
)
TYPED = re.compile(r"\stypes?\s(?:\d[a-c]?|i{1,3}[ab]?)(?:\s(?:and|or|/)\s\d[a-c]?)?(?![\w-])")  # neurofibromatosis type 1
MUTATED = re.compile(r"[a-z]\d{2,4}[a-z]|brca1/2")  # V600E, G12C
WORD = re.compile(r"[\w'/+.%-]*[\w'+%]")
_PEOPLE = "adults|children|adolescents|infants|women|men|individuals|persons|people|patients"
_HAVE = r"\s(?:with|who have|living with|suffering from)\s(?:an?\s|the\s)?\Z"
WHOM = re.compile(
    rf"(?:\b(?:adult|pediatric|paediatric|elderly|older|young)\s)?\b(?:{_PEOPLE})"
    rf"(?:\s(?:and|or)\s(?:adults|children|adolescents|adolescent patients|pediatric patients))?"
    rf"(?:\s(?:aged\s)?\d[\w\s-]{{0,28}}?(?:older|over|years|months|age))?{_HAVE}"
)
ANYBODY = re.compile(rf"(?:individuals|persons|people|patients){_HAVE}")
OF_A_PERSON = re.compile(r"[a-z]{5,}(?:ch|ck|nn|tt|er|in|on|en|ing|ein|ski|sky|man|ano|ini|eau|ard|oux)'s")  # Friedreich's ataxia
_STOP = r"(?=\s?[,.;:()]|\Z)"
_WITH = "metastas[ei]s|mutations?|(?<!with )involvement|ejection fraction|fusions?|alterations?|insertions?|expression|cirrhosis|diabetes"
_FROM = "due to|caused by|associated with|secondary to"
_GIVEN = (
    "after|following|who (?:have|had) received|who received|previously treated with|treated with"
    "|that (?:has|have) progressed (?:on|after|following)"
)
_BEFORE = r"one|two|three|four|\d\+?|prior|previous|failure|progression|relapse|surgery|platinum\S*|anti-\S+|standard"
_BEHIND = (
    r"\s\((?P<short>[a-z0-9+/-]{2,9})\)",  # its abbreviation
    rf"\swith(?:out)?\s(?:[\w/+-]+\s){{0,4}}?(?:{_WITH})\b",
    rf"\s(?:{_FROM})\s(?:[\w'/-]+\s){{0,4}}?(?:disease|syndrome|degeneration|deficiency|infection|failure|disorder)\b",
    rf"\s(?:{_FROM})\s(?:[\w-]+\s)?[\w'-]+",
    # what was given before
    rf",?\s(?:{_GIVEN})\s(?:at least\s)?(?:{_BEFORE})\b[\w\s/+-]{{0,70}}?(?:{_STOP}|(?=\s(?:in|based|marking|at|by|with results|as)\s))",
    rf",?\s(?:whose (?:disease|cancer|tumou?rs?)|who are|who (?:have|had) (?:progressed|relapsed|failed))\s[\w\s/+-]{{3,70}}?{_STOP}",
    rf"\sof the\s[a-z]+(?:\s(?:and\s)?[a-z]+){{0,2}}?\b{_STOP}",
    r"\sof the\s[a-z]+(?:\slining)?\b",
)
BEHIND = tuple(re.compile(pattern) for pattern in _BEHIND)
AND = re.compile(r"\s(?:and|or)\s")
CONFERENCE = re.compile(
    r"\b(?:congress|conference|society|meeting|association|symposium|workshop|institute|college|academy|foundation|federation)"
    r"\s(?:on|of|for)\s[\w\s,&/-]{0,40}\Z"
)
REACH = 110  # letters before the disease's own word in which its narrowing words stand
LONGEST = 220


@dataclass(frozen=True, slots=True)
class Disease:
    """Where a disease stands, and whether anything narrows its own word."""

    start: int
    end: int
    word: str
    narrowed: bool


def indication(folded: str, start: int, end: int) -> tuple[int, int] | None:
    """The first disease between two places of a folded text, for whoever asks only whether one is named."""
    found = next(diseases(folded, folded.upper(), start, end), None)
    return (found.start, found.end) if found else None


def diseases(folded: str, source: str, start: int, end: int) -> Iterator[Disease]:
    """The diseases between two places of a text, in order."""
    last = start
    for found in WORD.finditer(folded, start, end):
        if found.start() < last or not _is_disease(found[0], source[found.start() : found.end()]):
            continue
        following = WORD.match(folded, found.end() + 1)
        then = following[0] if following and folded[found.end()] == " " else ""
        if then and _goes_on(folded, source, found, end):
            continue
        if then in NAME_OF or CONFERENCE.search(folded[max(start, found.start() - 60) : found.start()]):
            continue
        begin = _begin(folded, last, found.start()) if folded[found.start() - 1 : found.start()] != "(" else found.start()
        narrowed = begin < found.start()
        if not _is_telling(found[0], set(WORD.findall(folded[begin : found.start()])), then):
            continue
        finish = found.end()
        if found[0] in NAMED_AFTER and then == "disease":
            finish += len(" disease")
        elif latin := LATIN.match(folded, finish, end):
            finish = latin.end()
        elif found[0] in WITH_LETTERS and (letter := LETTERED.match(folded, finish, end)):
            finish = letter.end()
        if typed := TYPED.match(folded, finish, end):
            finish = typed.end()
        finish = _finish(folded, source, begin, finish, end)
        whom = WHOM.search(folded, max(last, begin - 90), begin)
        if whom and not ANYBODY.fullmatch(whom[0]):
            begin = whom.start()
        last = finish
        yield Disease(begin, min(finish, begin + LONGEST), found[0], narrowed)


def _is_disease(word: str, written: str) -> bool:
    if word in SHORT:
        return written.isupper()
    bare = word.rstrip(".")
    if bare in NAMES or bare in CLASSES:
        return True
    if "-" in bare and (bare.rpartition("-")[2] in NAMES or bare.rpartition("-")[2] in CLASSES):
        return False  # an adjective: the lung-cancer drug
    return len(bare) > 6 and bare.endswith(ENDINGS) and bare not in NO_DISEASE


def _goes_on(folded: str, source: str, found: re.Match[str], end: int) -> bool:
    """Whether a word only narrows the disease behind it: lupus nephritis, Duchenne muscular dystrophy."""
    if found[0] not in NARROWING:
        return False
    last = found.end()
    for word in WORD.finditer(folded, last, min(end, last + 60)):
        if folded[last : word.start()] != " ":
            return False
        if _is_disease(word[0], source[word.start() : word.end()]) and word[0] not in CLASSES:
            return True
        if not _narrows(word[0]):
            return False
        last = word.end()
    return False


def _is_telling(word: str, before: set[str], then: str) -> bool:
    """Whether a word says what a medicine is for: `disease` does not, nor does `cancer` in cancer care."""
    head = word.rpartition("-")[2]
    if then in FIELD and head in GENERAL and not before:
        return False
    if head in CLASSES and "-" not in word and not before - VAGUE and not (head in BY_MEDICINE and then in MEDICINES):
        return False
    needed = ONLY_AFTER.get(head)
    return not needed or bool(before & needed) or (head in BY_MEDICINE and then in MEDICINES)


def _narrows(word: str) -> bool:
    if word in NARROWING or word in NAMED_AFTER or OF_A_PERSON.fullmatch(word) or MUTATED.fullmatch(word):
        return True
    if "/" in word:
        return all(part in NARROWING for part in word.split("/"))
    if word in NOT_NARROWING or not word[-1].isalpha():
        return False
    return word.endswith(NARROWING_ENDINGS) or (word.endswith(ADJECTIVE_ENDINGS) and len(word) > 5 and word.replace("-", "").isalpha())


def _begin(folded: str, start: int, head: int) -> int:
    """Where the words that narrow a disease begin."""
    begin = edge = head
    words = list(WORD.finditer(folded, max(start, head - REACH), head))
    for number in range(len(words) - 1, -1, -1):
        word = words[number]
        between = folded[word.end() : edge].strip(" -)")
        if between and not (between in {",", "(", "&", "/"} and _narrows(word[0])):
            break
        if word[0].isdigit():
            if not number or words[number - 1][0] not in COUNTED:
                break
            edge = word.start()
            continue
        if word[0] in KEPT:
            if not number or not _narrows(words[number - 1][0]):
                break
            edge = word.start()
            continue
        if not (_narrows(word[0]) or folded.startswith("major depressive", word.start())) or (number and words[number - 1][0] == "phase"):
            break
        begin = edge = word.start()
    if folded.count(")", begin, head) > folded.count("(", begin, head):
        begin = WORD.search(folded, folded.rindex(")", begin, head)).start()  # type: ignore[union-attr]  # the disease's own word stands behind
    return begin


def _shortens(short: str, disease: str) -> bool:
    """Whether letters in brackets are a disease's, and not a meeting's about it: Alzheimer's Disease (AD), not (CTAD)."""
    return any(letter.isupper() for letter in short) and short[0].lower() in {word[0][0] for word in WORD.finditer(disease)}


def _finish(folded: str, source: str, begin: int, finish: int, end: int) -> int:
    """Where what belongs to a disease ends: its abbreviation, a second disease, what it comes from, what was given before."""
    for pattern in BEHIND:
        found = pattern.match(folded, finish, min(end, finish + 120))
        if found and (
            "short" not in found.groupdict() or _shortens(source[found.start("short") : found.end("short")], folded[begin:finish])
        ):
            finish = found.end()
            break
    if second := AND.match(folded, finish, end):
        words = list(WORD.finditer(folded, second.end(), min(end, second.end() + 60)))
        for number, word in enumerate(words[:4]):
            if _is_disease(word[0], source[word.start() : word.end()]) and (number or word[0] not in CLASSES):
                following = words[number + 1][0] if number + 1 < len(words) else ""
                return finish if following in NAME_OF or following in FIELD else word.end()
            if not _narrows(word[0]) or folded[word.end() : word.end() + 1] != " ":
                break
    return finish
