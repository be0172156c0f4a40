"""What of a report tells its event from others: names, places, amounts and dates in comparable form."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from monitor.cluster import diseases, kinds
from monitor.cluster.words import COMMON, name_words, weighed
from monitor.model import EventDate, Report
from monitor.text import fold

_FORMS = """
inc incorporated ltd limited nv ag plc co corp corporation company companies llc se sa gmbh bv ab asa oyj kk spa lp holding
holdings group the therapeutics biotherapeutics pharma pharmaceutical pharmaceuticals biopharma biopharmaceuticals sciences
science biosciences bioscience biotech biotechnology biotechnologies medicines medicine laboratories labs oncology genetics
genomics biologics healthcare
"""
FORMS = frozenset(_FORMS.split())
_VAGUE = """
university national institute hospital medical center centre children american united first new general us uk st st. department of
"""
VAGUE = frozenset(_VAGUE.split())
ROUNDUP = re.compile(
    r"(?i)\b(?:and|&) (?:much |lots )?more\W*$|round-?up\b|\b(?:news|updates?) (?:this|of the) week|\bthis week in\b|we.re reading|;[^;]+;"
    r"|\b(?:weekly|daily) (?:digest|brief|recap)"
)
CLASS = re.compile(r"(?:cell)?(?:immuno)?(?:therap(?:y|ies)|treatments?|products?|cells?)$|s$")  # CAR-T cell therapies are cart
AMOUNTS = ("upfront", "total", "proceeds", "milestones", "per_share")
DESIGNATIONS = (
    ("orphan", r"orphan|\bodd\b"),
    ("fast track", r"fast[- ]track|\bftd\b"),
    ("breakthrough", r"breakthrough|\bbtd\b"),
    ("rmat", r"rmat|regenerative"),
    ("prime", r"\bprime\b|priority medicines"),
    ("priority review", r"priority review"),
    ("voucher", r"voucher"),
    ("rare paediatric", r"rare pa?ediatric|\brpd\b"),
    ("ilap", r"ilap|innovative licensing"),
    ("sakigake", r"sakigake"),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """One report in comparable form. Each party is the set of names it goes by: its id when tracked, its first telling word."""

    report: Report
    type: str
    subtype: str | None
    first: int  # the days between which it happened
    last: int
    stated: bool  # the text itself says when
    published: int
    tracked: frozenset[str]  # ids of its players
    brands: frozenset[str]
    generics: frozenset[str]
    parties: tuple[frozenset[str], ...]
    owners: frozenset[str]  # whose its products are, whether or not they are named
    gets: frozenset[str]
    gives: frozenset[str]
    agency: str
    designation: str
    diseases: frozenset[str]
    indication: frozenset[str]
    phases: frozenset[str]
    trials: frozenset[str]
    amounts: Mapping[str, tuple[str, float]]
    goal: str
    terms: frozenset[str]
    names: Mapping[str, int]  # words of the headline that look like names, with their runs
    words: Mapping[str, float]
    roundup: bool  # its headline tells of several things

    @property
    def products(self) -> frozenset[str]:
        """Every name of its products."""
        return self.brands | self.generics

    @property
    def day(self) -> int:
        """The one day that stands for it: that of publication where the text tells no day, or only a month that fits."""
        return self.published if self.first <= self.published <= self.last + 7 else self.first

    @property
    def order(self) -> tuple[str, ...]:
        """A place among other reports that does not depend on when or in which order they arrived."""
        report = self.report
        return (f"{self.published:07}", report.published.isoformat(), report.source, report.url, report.title, f"{report.n:03}")


def facts(report: Report) -> Facts:
    """The report in comparable form."""
    first, last = days(report.date)
    parties, gets, gives = _parties(report)
    brands, generics = _products(report)
    indication = report.slot("indication")
    said = indication.value if indication else ""
    return Facts(
        report=report,
        type=report.label.type,
        subtype=report.label.subtype,
        first=first,
        last=last,
        stated=report.date.origin in {"stated", "dateline", "baseline"},
        published=report.published.date().toordinal(),
        tracked=frozenset(player for player, _ in report.players),
        brands=brands,
        generics=generics,
        parties=parties,
        owners=frozenset(slot.id for slot in report.slots if slot.name == "owner" and slot.id),
        gets=gets,
        gives=gives,
        agency=_agency(report),
        designation=_designation(report),
        diseases=diseases.named(said) or diseases.named(report.title),
        indication=frozenset(word for word in re.findall(r"[a-z0-9-]{3,}", fold(said)) if word not in COMMON),
        phases=_phases(report),
        trials=frozenset(plain(slot.value) for slot in report.slots if slot.name in {"trial", "nct"}),
        amounts=_amounts(report),
        goal=slot.value if (slot := report.slot("goal_date")) else "",
        terms=frozenset(CLASS.sub("", plain(mention.span.text)) for mention in report.mentions if mention.kind == "term"),
        names=name_words(report.title),
        words=weighed(report.title),
        roundup=ROUNDUP.search(report.title) is not None,
    )


def days(when: EventDate) -> tuple[int, int]:
    """The first and the last day on which it may have happened, as ordinals."""
    day = when.value
    if when.precision == "day":
        return day.toordinal(), day.toordinal()
    months = {"month": 1, "quarter": 3, "year": 12}[when.precision]
    start = day.month - 1 - (day.month - 1) % months
    end = start + months
    last = date(day.year, end, calendar.monthrange(day.year, end)[1])
    return date(day.year, start + 1, 1).toordinal(), last.toordinal()


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Letters and figures alone, small, without accents and marks."""
    return re.sub(r"[^a-z0-9\u0400-\uffff]", "", fold(text))


@lru_cache(maxsize=8192)
def company(text: str) -> str:
    """The word of a company's name that tells it from others: RAPT Therapeutics, Inc. is rapt."""
    words = [word for word in re.findall(r"[a-z0-9&\u0400-\uffff]+", fold(text).replace("'s", "")) if word not in {"and", "of", "&"}]
    telling = [word for word in words if word not in FORMS] or words
    while len(telling) > 1 and telling[0] in VAGUE:
        telling = [f"{telling[0]} {telling[1]}", *telling[2:]]
        if telling[0].split()[-1] not in VAGUE:
            break
    return telling[0] if telling else ""


def _parties(report: Report) -> tuple[tuple[frozenset[str], ...], frozenset[str], frozenset[str]]:
    found: dict[str, set[str]] = {}
    gets: set[str] = set()
    gives: set[str] = set()
    ids = {player for player, _ in report.players}
    for player in sorted(ids):
        found[player] = {player}
    for slot in report.slots:
        if not slot.name.startswith("role:"):
            continue
        name = company(slot.value)
        if not name:
            continue
        key = slot.id or next((key for key, names in found.items() if name in names), name)
        found.setdefault(key, set()).update({key, name})
        role = slot.name.removeprefix("role:")
        (gets if role in kinds.GETS else gives if role in kinds.GIVES else set()).update({key, name})
    for player, role in report.players:
        (gets if role in kinds.GETS else gives if role in kinds.GIVES else set()).update(found[player])
    return tuple(frozenset(names) for _, names in sorted(found.items())), frozenset(gets), frozenset(gives)


def _products(report: Report) -> tuple[frozenset[str], frozenset[str]]:
    """Brand-like and generic names. A tracked product is known by its id on both sides."""
    ids = set(report.products) | {slot.id for slot in report.slots if slot.name in {"product", "generic"} and slot.id}
    brands = {plain(slot.value) for slot in report.slots if slot.name == "product" and not slot.id}
    generics = {plain(slot.value) for slot in report.slots if slot.name in {"generic", "substance"} and not slot.id}
    return frozenset(brands | ids), frozenset(generics | ids)


def _agency(report: Report) -> str:
    slot = report.slot("agency")
    said = (slot.id or fold(slot.value)) if slot else ""
    said = said or next((mention.id for mention in report.mentions if mention.kind == "agency"), "")
    # The Commission decides on what its agency examined, and outlets name either.
    return "ec" if said in {"ema", "chmp"} and report.label.type in {"approval", "label_update", "designation"} else said


def _designation(report: Report) -> str:
    slot = report.slot("designation")
    said = fold(f"{slot.value if slot else ''} {report.label.subtype or ''}") if report.label.type == "designation" else ""
    return next((kind for kind, pattern in DESIGNATIONS if re.search(pattern, said)), "")


def _phases(report: Report) -> frozenset[str]:
    return frozenset(part for slot in report.slots if slot.name == "phase" for part in re.split(r"[/-]", slot.value) if part)


def _amounts(report: Report) -> dict[str, tuple[str, float]]:
    found: dict[str, tuple[str, float]] = {}
    for slot in report.slots:
        if slot.name in AMOUNTS and slot.name not in found:
            try:
                found[slot.name] = (slot.currency or "USD", float(slot.value.replace(",", "")))
            except ValueError:
                continue
    return found


def shared_parties(one: Iterable[frozenset[str]], other: Iterable[frozenset[str]]) -> int:
    """How many companies both name."""
    rest = list(other)
    return sum(1 for party in one if any(party & each for each in rest))
