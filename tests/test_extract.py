"""What a text states of an event, each fact with the words that say so. Cases are in corpus/slots/; nobody in them exists."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import extract, shapes
from monitor.assess import Assessor
from monitor.classify import Claim
from monitor.config import load_seeds, shipped
from monitor.extract.roles import patterns
from monitor.gazetteer import Seeds, Trigger
from monitor.masking import mask
from monitor.model import Entry, Slot, StoredEntry
from monitor.text import Sentence, of

CORPUS = Path(__file__).parent / "corpus" / "slots"
PUBLISHED = datetime(2026, 3, 4, 8, tzinfo=UTC)
ROLES = frozenset(
    "acquirer target licensor licensee seller buyer sponsor partner company funder old_name new_name parent new_company".split()
)
LONG = 20_000


def cases() -> list[tuple[str, str, str, str]]:
    rows = [line.split("\t") for path in sorted(CORPUS.glob("*.tsv")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row[0], row[1], row[2], row[3] if len(row) > 3 else "") for row in rows if not row[0].startswith("#")]


@cache
def ready() -> tuple[Assessor, Seeds]:
    seeds = load_seeds(shipped("seeds"))[0]
    return Assessor(seeds), seeds


def facts(kind: str, title: str, lead: str, assessor: Assessor, seeds: Seeds) -> tuple[Entry, tuple[Slot, ...]]:
    """The slots of an entry as if its title claimed an event of that kind."""
    entry = Entry("wire", "1", title, lead, published=PUBLISHED)
    text, reading = assessor.read(StoredEntry(1, entry, PUBLISHED))
    claim = next((one for one in reading.claims if one.type == kind and one.field == "title"), None)
    if claim is None and text.sentences:
        claim = Claim(kind, None, Trigger("", ""), text.sentences[0], 0, min(1, len(title)), 1.0)
    return entry, extract.facts(text, claim, seeds)[0] if claim else ()


def values(name: str, slots: Sequence[Slot]) -> list[str]:
    key = f"role:{name}" if name in ROLES else name
    return [f"{slot.value} {slot.currency}" if slot.currency else slot.value for slot in slots if slot.name == key]


@pytest.mark.parametrize(("kind", "title", "wanted", "lead"), cases())
def test_a_fact_is_what_the_words_say_or_absent(kind: str, title: str, wanted: str, lead: str) -> None:
    entry, slots = facts(kind, title, lead, *ready())
    for part in wanted.split("; "):
        name, _, value = part.removeprefix("-").partition(": ")
        found = values(name, slots)
        if part.startswith("-"):
            assert not [one for one in found if value in {"", one}], slots
        else:
            assert found == value.split(" and " if name in ROLES else ", "), slots
    for slot in slots:
        assert slot.span is None or of(entry, slot.span.field)[slot.span.start : slot.span.end] == slot.span.text


def test_there_are_cases_of_every_kind() -> None:
    names = {part.removeprefix("-").partition(": ")[0] for _, _, wanted, _ in cases() for part in wanted.split("; ")}
    assert len(cases()) >= 150
    assert names >= ROLES | {"product", "generic", "indication", "agency", "phase", "trial", "nct", "designation", "line_of_therapy"}
    assert names >= {"upfront", "milestones", "total", "per_share", "proceeds", "cvr", "date", "goal_date", "expected_close"}


WORDS = (
    "Acmed Zorbix Therapeutics, Inc. Pharma to buy acquires from with and of by for the FDA EMA approves Zorbelta® (zorbitinib) zevo-cel"
    " ZB-101 $2.2 billion €40m upfront $87 a share March 3, 2026 lung cancer adults relapsed or refractory (NASDAQ: ACME) Phase 3"
    " ZORBIT-7 trial NCT01234567 ; : , . 's ’ “ ( ) today announced that it has İ ß ﬁ 药明巨诺 — priority review"
).split()
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(sorted(patterns())), title=TEXTS, lead=TEXTS)
def test_no_text_breaks_it_and_every_span_is_exact(kind: str, title: str, lead: str) -> None:
    entry, slots = facts("approval" if kind == "else" else kind, title, lead, *ready())
    for slot in slots:
        assert slot.value
        assert slot.span is None or of(entry, slot.span.field)[slot.span.start : slot.span.end] == slot.span.text


LONG_TEXTS = {
    "capitals": "Abcde ", "names": "Acmed Bio and Zorbix Pharma with ", "tickers": "Abc (NYSE: ", "one word": "a", "one loud word": "A",
    "ampersands": "A&", "dots": "A.", "hyphens": "A-", "figures": "1,234,", "sums": "$1 million ", "days": "3 March 2024 ",
    "diseases": "lung cancer and ", "people": "adults aged 12 years with ", "legal forms": "Inc. ", "institutes": "Institute for Zorbix ",
    "medicines": "qwertynib ", "brands": "Qwerty® (qwertymab) ", "deals": "Acmed to acquire Zorbix for ", "owners": "Zorbix's ",
    "trials": "DESTINATION-Breast09 trial ", "brackets": "(", "blanks": " ", "parts": "; ",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["acquisition", "licensing", "approval", "partnership"])
@pytest.mark.parametrize("words", LONG_TEXTS.values(), ids=LONG_TEXTS)
def test_the_longest_text_is_read_at_once(words: str, kind: str) -> None:
    assessor, seeds = ready()
    title = (words * LONG)[:LONG]
    entry = Entry("wire", "1", title, "", published=PUBLISHED)
    text, _ = assessor.read(StoredEntry(1, Entry("wire", "1", "Acmed"), PUBLISHED))
    matched = assessor._matcher.match(entry, PUBLISHED.date())
    whole = Sentence("title", 0, len(title), 0)
    began = time.process_time()
    read = extract.Text(entry, matched, mask(entry, matched, LONG), (whole,), text.published)
    extract.facts(read, Claim(kind, None, Trigger("", ""), whole, 0, 5, 1.0), seeds)
    assert time.process_time() - began < 1  # a fifth of that on a free machine


def test_what_looks_like_a_company_or_a_medicine_is_found_by_its_last_word() -> None:
    text = "Acmed Therapeutics, Inc. and Zorbix Pharma study zorbitinib and ZB-101 at Harbour Cancer Center"
    assert [text[start:end] for start, end in shapes.companies(text)] == [
        "Acmed Therapeutics, Inc.",
        "Zorbix Pharma",
        "Harbour Cancer Center",
    ]
    assert [(text[start:end], kind) for start, end, kind in shapes.medicines(text)] == [("zorbitinib", "generic"), ("ZB-101", "code")]
