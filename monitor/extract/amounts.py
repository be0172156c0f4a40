"""Sums of money with what they are for: upfront, milestones, total, per share, proceeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MONEY = re.compile(
    r"(?:(?P<before>us\$|usd|eur|gbp|rmb|cny|chf|jpy|ca\$|c\$|a\$|au\$|hk\$|\$|€|£|¥)\s?)(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?-?(?P<scale>million|billion|trillion|thousand|mln|bln|mn|bn|mm|m|b|k)\b)?"
    r"|(?P<number2>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?P<scale2>million|billion|mn|bn)\s(?P<after>euros?|dollars|us dollars|pounds|yuan|yen|usd|eur)\b"
)
CURRENCY = {
    "us$": "USD", "usd": "USD", "$": "USD", "dollars": "USD", "us dollars": "USD", "eur": "EUR", "€": "EUR", "euro": "EUR", "euros": "EUR", "gbp": "GBP",
    "£": "GBP", "pounds": "GBP", "rmb": "CNY", "cny": "CNY", "yuan": "CNY", "chf": "CHF", "jpy": "JPY", "¥": "JPY", "yen": "JPY", "ca$": "CAD",
    "c$": "CAD", "a$": "AUD", "au$": "AUD", "hk$": "HKD",
}  # fmt: skip
SCALE = {"thousand": 0.001, "k": 0.001, "million": 1, "mln": 1, "mn": 1, "mm": 1, "m": 1, "billion": 1000, "bln": 1000, "bn": 1000, "b": 1000, "trillion": 1e6}

# Words near a sum that say what it is for; the nearest wins.
PURPOSE = (
    ("per_share", re.compile(r"per (?:common |ordinary )?(?:share|ads|unit)|a share\b|/share|each share|exercise price|par value")),
    ("upfront", re.compile(r"up-?\s?front|initial payment|initial cash|at closing|signing fee")),
    ("milestones", re.compile(r"milestones?|contingent|additional (?:payments|consideration)|biobucks|earn-?outs?|cvrs?\b|royalt")),
    ("price", re.compile(r"price target|market cap|revenue|sales|annual cost|list price|price tag of|dividend|eps|net loss|net income|profit|earnings|a year\b|market size|cash (?:and|position|runway|balance)|peak|forecast|guidance|fine\b|penalty|damages")),
    ("total", re.compile(r"up to|total|worth|valu|aggregate|deal|acqui|buy|bought|takeover|merger|pact|for\b|transaction|raise|offering|series|financing|round|funding|proceeds|placement|ipo|grant|award|contract|invest|loan|facility|pays?\b|plunk|shell|settle")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum: millions of `currency` (units for per_share), and its purpose."""

    purpose: str  # upfront, milestones, total, per_share, price, or "" when nothing says
    value: float
    currency: str
    start: int
    end: int
    most: bool  # printed as "up to"


def amounts(folded: str, start: int, end: int) -> Iterator[Amount]:
    """The sums between two places of a folded text, in order."""
    for found in MONEY.finditer(folded, start, end):
        number = float((found["number"] or found["number2"]).replace(",", ""))
        scale = found["scale"] or found["scale2"]
        millions = number * SCALE[scale] if scale else number / 1e6
        left, right = folded[max(start, found.start() - 60) : found.start()], folded[found.end() : min(end, found.end() + 45)]
        purpose = _purpose(left, right)
        if purpose == "per_share":
            millions = number
        elif not scale and number < 10_000:
            continue  # a price or a par value, not the size of anything
        yield Amount(
            purpose, round(millions, 6), CURRENCY[(found["before"] or found["after"]).strip()], found.start(), found.end(),
            bool(re.search(r"(?:up to|as much as|maximum of|potentially|total of|exceed\w*|more than)\s(?:\w+\s)?\Z", left)),
        )  # fmt: skip


CLAUSE = re.compile(r"[;,:]|\band\b|\bplus\b|\bwith\b")


def _purpose(left: str, right: str) -> str:
    """What a sum is for, by the nearest telling word; the words behind it in the same clause count first."""
    near_right = CLAUSE.split(right)[0]
    for purpose, words in PURPOSE[:3]:
        if words.search(near_right):
            return purpose
    near_left = CLAUSE.split(left)[-1]
    best, nearest = "", 1000
    for purpose, words in PURPOSE:
        for found in words.finditer(near_left):
            distance = len(near_left) - found.end()
            if distance < nearest:
                best, nearest = purpose, distance
        if (after := words.search(near_right)) and after.start() < nearest:
            best, nearest = purpose, after.start()
    if not best:
        best = next((purpose for purpose, words in PURPOSE if words.search(left) or words.search(right)), "")
    return best
