"""What the tests of registers share: reading a body, and what the rules make of its entries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib import import_module

from monitor.assess import Assessor
from monitor.config import load_seeds, shipped
from monitor.model import KINDS, NO_OPTIONS, Assessment, Options, Source, StoredEntry
from monitor.sources import Document
from tests.internet.watching import NOW, Watch

Told = dict[str, tuple[str, tuple[str, ...], set[str | None], date | None]]


def source(kind: str, url: str = "", options: Options = NO_OPTIONS) -> Source:
    """A source of that kind with its options filled in."""
    defaults = {option.name: option.default for option in KINDS[kind].options if option.default}
    return Source(kind, url or KINDS[kind].url, kind=kind, tier=1, options=tuple((defaults | dict(options)).items()))


def read(kind: str, body: bytes, url: str = "https://register.example/", options: Options = NO_OPTIONS) -> Document:
    """The document in a body, read here and not in a process of its own."""
    found: Document = import_module(KINDS[kind].module).read(body, url, kind, source(kind, url, options).said())
    return found


def titles(found: Document) -> list[str]:
    return [entry.title for entry in found.entries]


def dated(found: Document) -> dict[str, date | None]:
    """Identity → day."""
    return {entry.identity: entry.published.date() if entry.published else None for entry in found.entries}


def told_by(assessments: Iterable[tuple[StoredEntry, Assessment]]) -> Told:
    """Identity → type, products, agencies and date of each entry that belongs to a market."""
    found = {}
    for stored, assessment in assessments:
        for report in assessment.reports:
            agencies = {slot.id for slot in report.slots if slot.name == "agency"}
            found[stored.entry.identity] = (report.label.type, report.products, agencies, report.date.value if report.date else None)
    return found


def understood(watch: Watch, kind: str) -> Told:
    """What is thought of what a source brought."""
    return told_by(watch.assessments(kind))


@cache
def assessor() -> Assessor:
    """The shipped rules."""
    return Assessor(load_seeds(shipped("seeds"))[0])


def thought(found: Document, kind: str) -> Told:
    """What the rules make of a document's entries."""
    stored = [StoredEntry(n, entry, NOW) for n, entry in enumerate(found.entries)]
    return told_by((one, assessor().assess(one, source(kind))) for one in stored)
