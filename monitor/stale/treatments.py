"""Statements about medicines that were overtaken: a line of therapy, "no approved therapy", a development that another superseded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.gazetteer import Alias, Market, Product
from monitor.model import IN_REPORT, Development, Status
from monitor.stale.names import GONE, stands_in
from monitor.stale.passages import SEEDS, Evidence, Finding, Passage
from monitor.stale.times import said_on

COUNTS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "5": 5,
    "6": 6,
    "single": 1,
    "a": 1,
}
ORDINALS = {
    "first": 0,
    "second": 1,
    "third": 2,
    "fourth": 3,
    "fifth": 4,
    "1st": 0,
    "2nd": 1,
    "3rd": 2,
    "4th": 3,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
}
_COUNT = r"(?P<count>one|two|three|four|five|six|single|[1-6]|a)"
_MORE = r"(?:\s+or\s+(?:more|greater))?"
_CARE = r"(?:therap(?:y|ies)|treatments?|regimens?|lines?)"
EARLIER = re.compile(
    rf"\b{_COUNT}{_MORE}\s+(?:[\w-]+\s+)?(?:prior|previous|earlier|preceding)\s+(?:[\w-]+\s+){{0,2}}?{_CARE}\b"
    rf"|\b{_COUNT.replace('count', 'lines')}{_MORE}\s+lines?\s+of\s+(?:[\w-]+\s+)?(?:therapy|treatment)\b",
    re.IGNORECASE,
)
NTH = re.compile(r"\b(?P<nth>first|second|third|fourth|fifth|1st|2nd|3rd|4th)[\s-]+line\b|\b(?P<short>[1-4])L\+?(?!\w)", re.IGNORECASE)
UNTREATED = re.compile(r"\bfront[\s-]?line\b|\bnewly[\s-]diagnosed\b|\bpreviously\s+untreated\b|\btreatment[\s-]na[iï]ve\b", re.IGNORECASE)

_ALLOWED = r"(?:[\w.]+-)?(?:approved|licen[sc]ed|authori[sz]ed|registered)"
_THING = r"(?:therap|treatment|drug|medicine|product|option|agent|cell)"
NONE = re.compile(
    rf"\b(?:no|not\s+any|without(?:\s+an?y?)?|lack(?:s|ing|\s+of)?(?:\s+an?y?)?)\s+(?:[\w/-]+\s+){{0,4}}?{_ALLOWED}\s+(?:[\w/-]+\s+){{0,4}}?{_THING}"
    rf"|\b(?:no|none|nothing|neither)\b[^.;]{{0,70}}?\b(?:has|have|is|are)\s+(?:(?:yet|currently|so\s+far|as\s+yet|been)\s+){{0,3}}{_ALLOWED}\b"
    rf"|\b(?:has|have|is|are)\s+(?:yet\s+to\s+be|not\s+(?:yet\s+)?(?:been\s+)?)\s*{_ALLOWED}\b"
    r"|\b(?:awaits?|awaiting|has\s+yet\s+to\s+(?:win|gain|receive))\s+(?:its\s+)?(?:first\s+)?(?:regulatory\s+)?approval\b",
    re.IGNORECASE,
)
PAST = re.compile(r"\b(?:was|were|had|until|before|previously|at\s+the\s+time|used\s+to)\b", re.IGNORECASE)
DISEASE = re.compile(r"\b(?:for|in|against|to\s+treat)\s+(?P<what>.+)", re.IGNORECASE)
OF_DISEASE = re.compile(r"\b(?:for|in|against|with|treats?|treating)\b", re.IGNORECASE)
ACRONYM = re.compile(r"\b[A-Z]{2,6}\b")  # of a disease: AML, NSCLC
OTHER_ACRONYMS = frozenset({"fda", "ema", "car", "til", "tcr", "usd", "us", "eu", "uk", "ec", "nmpa", "mhra"})
COMMON = frozenset(
    """
    adult adults patient patients people children relapsed refractory prior previous earlier least therapy therapies treatment treatments
    received after lines line disease advanced cancer cancers tumor tumors tumour tumours cell cells positive negative there their which
    approved approval market currently option options specifically indication whose returned resisted worldwide available setting first
    second third fourth united states europe metastatic medicine medicines product products against treat adoptive
    with from that this they have been more than also into only most over such when were will each both care cleared reserved
    """.split()
)


@dataclass(frozen=True, slots=True)
class _Fact:
    """What is known of a product or an event: from seeds' baseline, or a development."""

    when: date
    product: Product | None
    players: tuple[str, ...]
    approval: bool
    indication: str
    words: str  # all that is said of it
    overtaken: str  # what superseded it, in words
    evidence: Evidence
    printed: bool  # the report carries it


def findings(passages: Sequence[Passage], market: Market, developments: Sequence[Development]) -> Iterator[Finding]:
    """Every sentence that a later decision overtook, once."""
    facts = [*_seeds(market), *_told(market, developments)]
    for passage in passages:
        for offset, sentence in passage.sentences():
            found = _line_of_therapy(sentence, passage, market, facts) or _none_approved(sentence, market, facts)
            if found is None and offset == 0:
                found = _superseded(passage, sentence, market, facts)
            if found is not None:
                kind, why, evidence = found
                yield Finding(kind, passage.place(offset), sentence, why, evidence)


Found = tuple[str, str, tuple[Evidence, ...]]


def _seeds(market: Market) -> Iterator[_Fact]:
    for line in market.baseline:
        product = market.products.get(line.product) if line.product else None
        players = tuple(player for player, _, _ in line.players)
        what = line.superseded_by or line.line
        yield _Fact(
            line.date, product, players, line.type == "approval", line.indication or "", line.superseded_by, line.superseded_by,
            Evidence(what, line.id, SEEDS), True,
        )  # fmt: skip


def _told(market: Market, developments: Sequence[Development]) -> Iterator[_Fact]:
    by_id = {one.id: one for one in developments}
    for one in developments:
        if one.status in GONE or one.status is Status.BASELINE:
            continue
        product = next(
            (each for each in market.products.values() if {one.product, one.generic} & {each.brand, each.generic} - {None}), None
        )
        later = by_id.get(one.superseded_by or "")
        evidence = later or one
        yield _Fact(
            one.event_date, product, tuple(player for player, _, _ in one.players), one.type in {"approval", "label_update"},
            one.indication or "", f"{one.indication or ''}. {one.headline}. {one.line_text}. {one.evidence}",
            later.headline if later else "", Evidence(evidence.headline, evidence.id, evidence.source_name, evidence.source_url),
            one.status in IN_REPORT,
        )  # fmt: skip


def earlier_lines(text: str) -> tuple[int, ...]:
    """How many earlier treatments each statement of a text asks for; 0 is the first line."""
    found = [COUNTS[(one["count"] or one["lines"]).lower()] for one in EARLIER.finditer(text)]
    found += [ORDINALS[(one["nth"] or one["short"]).lower()] for one in NTH.finditer(text)]
    return tuple(found + [0] * len(UNTREATED.findall(text)))


def _line_of_therapy(sentence: str, passage: Passage, market: Market, facts: Sequence[_Fact]) -> Found | None:
    """A line of therapy later than the one for which the product is approved since."""
    said = earlier_lines(sentence)
    if not said:
        return None
    when = said_on(sentence) or said_on(passage.text)
    for product in market.products.values():
        if not _names(product, sentence, passage.text):
            continue
        for fact in facts:
            now = earlier_lines(fact.words)
            newer = when is None or when < fact.when or (fact.overtaken and (when.year, when.month) == (fact.when.year, fact.when.month))
            if (
                fact.approval
                and fact.product == product
                and newer
                and now
                and min(now) < min(said)
                and _one_disease(fact.indication, sentence)
            ):
                why = f"{_called(product)}: {_counted(min(said))} is stated, {_counted(min(now))} by now"
                return "line of therapy", why, (fact.evidence,)
    return None


def _counted(lines: int) -> str:
    return "first line" if lines == 0 else f"{lines} earlier treatment{'s' if lines > 1 else ''}"


def _none_approved(sentence: str, market: Market, facts: Sequence[_Fact]) -> Found | None:
    """A statement that nothing is approved, where something is for the same disease, or the very product."""
    denied = NONE.search(sentence)
    if denied is None or PAST.search(sentence):
        return None
    named = [product for product in market.products.values() if _names(product, sentence, sentence)]
    disease = DISEASE.search(sentence, denied.start())
    for fact in facts:
        if not fact.approval or (named and fact.product not in named):
            continue
        if named or disease is None or _shared(disease["what"], fact.indication):
            what = _called(fact.product) if fact.product else "a product"
            since = f"{what} is approved since {fact.when:%Y-%m}" + (f" for {fact.indication}" if fact.indication else "")
            return "no approved therapy", since, (fact.evidence,)
    return None


def _superseded(passage: Passage, sentence: str, market: Market, facts: Sequence[_Fact]) -> Found | None:
    """An entry of the report whose development was overtaken: known by its month and by whom or what it names."""
    when = said_on(sentence)
    if when is None:
        return None
    for fact in facts:
        if not (fact.printed and fact.overtaken) or (when.year, when.month) != (fact.when.year, fact.when.month):
            continue
        players = [market.players[each] for each in fact.players if each in market.players]
        aliases = [*(alias for player in players for alias in player.aliases), *(fact.product.aliases if fact.product else ())]
        if any(stands_in(alias, sentence, passage.text) is not None for alias in aliases):
            return "overtaken", f"since then: {fact.overtaken}", (fact.evidence,)
    return None


def _names(product: Product, text: str, around: str) -> bool:
    names = [*product.aliases, *(Alias(name) for name in (product.brand, product.generic) if name)]
    return any(stands_in(name, text, around) is not None for name in names)


def _called(product: Product) -> str:
    return product.brand or product.generic or product.codes[0]


def _one_disease(indication: str, sentence: str) -> bool:
    return not _content(indication) or _shared(indication, sentence) or not OF_DISEASE.search(sentence)


def _shared(one: str, other: str) -> bool:
    return bool(_content(one) & _content(other))


def _content(text: str) -> frozenset[str]:
    """The words that may name a disease."""
    words = {word.removesuffix("s") for word in re.findall(r"[a-z]{4,}", text.casefold()) if word not in COMMON}
    words |= {found.casefold() for found in ACRONYM.findall(text)} - OTHER_ACRONYMS
    return frozenset(words - COMMON)
