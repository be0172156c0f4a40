"""Sums of money with what they are for: upfront, milestones, total, per share, proceeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from monitor.classify import Claim
from monitor.extract.text import Text
from monitor.model import Slot
from monitor.text import Sentence, span

DEALS = frozenset(
    [
        "acquisition",
        "acquisition_completed",
        "licensing",
        "partnership",
        "option_exercise",
        "asset_sale",
        "financing",
        "grant",
        "deal_termination",
        "spin_off",
    ]
)
RAISING = frozenset({"financing"})
GIVING = frozenset({"financing", "grant"})  # elsewhere a sum of less than a million is a detail
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3},\d{1,2}(?=\s[mb])|\d{1,12}(?:\.\d+)?"  # the second with a decimal comma
MONEY = re.compile(
    r"(?:(?P<before>us\$|usd|eur|gbp|rmb|cny|chf|jpy|ca\$|c\$|au\$|a\$|hk\$|[$€£¥])\s?)"
    rf"(?P<number>{NUMBER})\+?(?:\s?-?(?P<scale>million|billion|trillion|thousand|mln|bln|mn|bn|mm|m|b|k)\b)?"
    rf"|(?P<number2>{NUMBER})\s?(?P<scale2>million|billion|mn|bn)\s(?P<after>euros?|dollars|us dollars|pounds|yuan|yen|usd|eur)\b"
)
RANGE = re.compile(rf"\bbetween\s(?:\S{{0,4}}?[$€£¥])\s?(?:{NUMBER})(?:\s\w+)?\sand\s(?:\S{{0,4}}?[$€£¥])\s?(?:{NUMBER})")
DECIMAL = re.compile(r"\d{1,3},\d{1,2}")
_CURRENCIES = """
USD us$ usd $ dollars us_dollars
EUR eur € euro euros
GBP gbp £ pounds
CNY rmb cny yuan
JPY jpy ¥ yen
CHF chf
CAD ca$ c$
AUD a$ au$
HKD hk$
"""
CURRENCY = {word.replace("_", " "): line.split()[0] for line in _CURRENCIES.strip().splitlines() for word in line.split()[1:]}
SCALE = {
    "thousand": 0.001, "k": 0.001, "million": 1, "mln": 1, "mn": 1, "mm": 1, "m": 1, "billion": 1000, "bln": 1000, "bn": 1000, "b": 1000,
    "trillion": 1e6,
}  # fmt: skip

# Words near a sum that say what it is for; the nearest wins. `none`: a sum that is no term of the deal.
_PURPOSES = {
    "cvr": r"cvrs?\b|contingent value rights?",
    "per_share": r"per (?:common |ordinary )?(?:share|ads|unit)\b|a share\b|apiece|/share|each share|exercise price|par value",
    "upfront": (
        r"up-?\s?front|initial (?:cash |equity )?(?:payment|investment)|initial cash|at closing|signing fee|\bnow\b|\bdown\b"
        r"|at signing"
    ),
    "milestones": (
        r"milestones?(?: payments?)?(?: (?:of|worth|totall?ing))?(?: up to| as much as)?"
        r"|contingent|additional (?:payments|consideration)|biobucks|earn-?outs?|royalt|\blater\b|more to follow"
        r"|down the line"
    ),
    "none": (
        r"price target|market cap|revenues?\b|\bsales\b|annual cost|list price|price tag of|dividend|\beps\b|net loss|net income"
        r"|profit|earnings|a year\b|per year|annually|market size|cash (?:and|position|runway|balance)|peak|forecast|guidance|\bfine\b"
        r"|penalty|damages"
        r"|total (?:funding|raised|capital|investment) (?:raised )?to|to date|since inception|previously|last year"
        r"|earlier deal|\bdebt\b|per patient"
    ),
    "investment": r"invest\w*",
    "total": (
        r"up to|total|worth|valu\w*|aggregate|\bdeal|acqui|\bbuys?\b|bought|takeover|merger|\bpact|\bfor\b|transaction|rais\w+"
        r"|offering|series [a-h]\b|financing|\bround\b|funding|proceeds|placement|\bipo\b|\bgrant|award|contract"
        r"|loan|facility|\bpays?\b|plunk|shell|settle|biobuck|potential"
    ),
}
PURPOSES = tuple((name, re.compile(words)) for name, words in _PURPOSES.items())
FIRST = PURPOSES[:4]
SUMS_READ = 40  # sums of a sentence that are looked at
CLAUSE = re.compile(r"[;,:]|\band\b|\bplus\b|\bwith\b")
# "… in upfront and milestone payments": one sum for several purposes is the whole, unless each has its own.
SEVERAL = re.compile(
    r"[^.;$€£\d]{0,15}\b(?:in|of|including|comprising|as)\s[^.;$€£\d]{0,20}?\b(?:up-?\s?front|initial|near-term)\b[^.;$€£\d]{0,60}?"
    r"\b(?:and|plus|or)\s(?:[a-z-]+\s){0,3}(?:milestones?|royalt\w+)\b(?![^.;]{0,20}[$€£\d])"
)
SEVERAL_BEFORE = re.compile(
    r"[^$€£\d]*\b(?:up-?\s?front|initial|near-term)\b[^$€£\d]*\b(?:and|plus|or)\s(?:[a-z-]+\s){0,3}milestones?\b[^$€£\d]*\Z"
)
MOST = re.compile(r"(?:up to|as much as|maximum of|potentially|total of|exceed\w*|more than)\s(?:\w+\s)?\Z")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum: millions of `currency` (units for per_share and cvr), and its purpose."""

    purpose: str  # a key of _PURPOSES, or "" when nothing says
    value: float
    currency: str
    start: int
    end: int
    most: bool  # printed as "up to"


def amounts(folded: str, start: int, end: int) -> Iterator[Amount]:
    """The sums between two places of a folded text, in order. The bounds of a range are none: nobody knows yet which it will be."""
    ranges = [found.span() for found in RANGE.finditer(folded, start, end)]
    for found in islice(MONEY.finditer(folded, start, end), SUMS_READ):
        if any(begin <= found.start() < stop for begin, stop in ranges):
            continue
        printed = found["number"] or found["number2"]
        number = float(printed.replace(",", "." if DECIMAL.fullmatch(printed) else ""))
        scale = found["scale"] or found["scale2"]
        millions = number * SCALE[scale] if scale else number / 1e6
        left = folded[max(start, found.start() - 60) : found.start()]
        several = SEVERAL.match(folded, found.end(), min(end, found.end() + 130)) or SEVERAL_BEFORE.match(left)
        purpose = "total" if several else _purpose(left, folded[found.end() : min(end, found.end() + 45)])
        if purpose in {"per_share", "cvr"} and not scale:
            millions = number
        elif purpose == "per_share" or (not scale and number < 10_000):
            continue  # a price or a par value, not the size of anything
        currency = CURRENCY[(found["before"] or found["after"]).strip()]
        yield Amount(purpose, round(millions, 6), currency, found.start(), found.end(), MOST.search(left) is not None)


def _purpose(left: str, right: str) -> str:
    """What a sum is for, by the nearest telling word; the words behind it in the same clause count first."""
    near_right = CLAUSE.split(right)[0]
    for purpose, words in FIRST:
        if words.search(near_right):
            return purpose
    near_left = CLAUSE.split(left)[-1]
    best, nearest = "", 1000
    for purpose, words in PURPOSES:
        for found in words.finditer(near_left):
            distance = len(near_left) - found.end()
            if distance < nearest:
                best, nearest = purpose, distance
        if (after := words.search(near_right)) and after.start() < nearest:
            best, nearest = purpose, after.start()
    if not best:
        best = next((purpose for purpose, words in PURPOSES[2:] if words.search(left) or words.search(right)), "")
    return best


def amount_slots(text: Text, places: Sequence[Sentence], claim: Claim) -> Iterator[Slot]:
    """The sums of a deal; one with no telling word is its total. What a financing brings is its proceeds and its total.

    A total that is less than what is paid at once is another sum: a lead may tell of the partner's last financing.
    """
    found = list(_sums(text, places, claim)) if claim.type in DEALS else []
    paid = max((float(slot.value) for slot in found if slot.name == "upfront"), default=0.0)
    yield from (slot for slot in found if slot.name != "total" or float(slot.value) >= paid)


def _sums(text: Text, places: Sequence[Sentence], claim: Claim) -> Iterator[Slot]:
    given: set[str] = set()
    for place in places:
        found = [(_name(one, claim.type), one) for one in amounts(text.matched.folded[place.field], place.start, place.end)]
        most = max((one.value for name, one in found if name == "total"), default=0.0)
        for name, one in found:
            if not name or name in given or (name == "total" and (one.value < most or not _counts(claim, place, one))):
                continue
            given.add(name)
            where = span(text.entry, place.field, one.start, one.end)
            value = f"{one.value:g}" if one.value < 1e6 else str(one.value)
            yield Slot(name, value, where, currency=one.currency)
            if name == "total" and claim.type in RAISING:
                yield Slot("proceeds", value, where, currency=one.currency)


def _name(one: Amount, kind: str) -> str:
    """The slot of a sum; empty when it is none of the deal's."""
    if one.purpose == "investment":
        return "total" if kind in GIVING else ""
    return "" if one.purpose == "none" else one.purpose or "total"


def _counts(claim: Claim, place: Sentence, one: Amount) -> bool:
    """Whether a sum can be the whole deal's: below the title an older deal may be told, and nobody announces a deal of some thousands."""
    if place.field != "title" and claim.type in {"acquisition_completed", "deal_termination", "spin_off"}:
        return False
    return one.value >= 1 or claim.type in GIVING
