"""What every kind of source keeps to, whatever it reads: the contract of the table of kinds."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib import import_module

import pytest

from monitor import sources
from monitor.config.written import url as checked_url
from monitor.errors import FetchError
from monitor.model import KINDS, Entry, Outcome, Page, Source, Validators
from monitor.sources import Document, Reader
from tests.internet import Internet, endpoints, internet
from tests.internet.watching import NOW, source

PLAYED = [kind for kind in KINDS if kind in endpoints()]
CONTROLS = {chr(code) for code in (*range(10), *range(11, 32), *range(127, 160), *range(0xD800, 0xE000))}
READ = {Outcome.OK, Outcome.EMPTY, Outcome.HTML, Outcome.PARSE_ERROR}


@pytest.fixture(scope="module")
def net() -> Iterator[Internet]:
    with internet() as net:
        yield net


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def fetched(net: Internet, one: Source) -> Page:
    """The page of a source, at the first of its addresses that is there."""
    for url in sources.addresses(one, NOW):
        with suppress(FetchError):
            page = net.web.fetcher().get(replace(one, url=url), Validators(), NOW)
            assert page is not None
            return page
    raise AssertionError("nothing is there")


def document(net: Internet, reader: Reader, kind: str) -> tuple[Page, Document]:
    one = source(net, kind)
    page = fetched(net, one)
    return page, reader.read(kind, page.body, one, page.url)


def test_every_kind_is_played_by_a_publisher_of_the_small_internet() -> None:
    assert set(PLAYED) == set(KINDS)


def test_a_kind_says_what_it_is_and_can_be_read() -> None:
    for kind in KINDS.values():
        module = import_module(kind.module)
        assert module.read
        assert kind.dated == hasattr(module, "address")
        assert bool(kind.least_every) == bool(kind.why)
        assert not kind.url or checked_url(kind.url)
        assert all(re.fullmatch(option.pattern, value) for option in kind.options for value in (*option.default, option.example) if value)


@pytest.mark.parametrize("kind", PLAYED)
def test_entries_have_a_title_and_an_identity_that_stays(kind: str, net: Internet, reader: Reader) -> None:
    _, found = document(net, reader, kind)
    assert found.outcome is Outcome.OK
    assert found.entries
    assert all(entry.title and entry.identity for entry in found.entries)
    assert document(net, reader, kind)[1].entries == found.entries
    assert len({entry.identity for entry in found.entries}) == len(found.entries)


@pytest.mark.parametrize("kind", PLAYED)
def test_an_entry_that_leaves_changes_no_other_one(kind: str, net: Internet, reader: Reader) -> None:
    _, before = document(net, reader, kind)
    rows, endpoint = net[kind].rows, net[kind]
    endpoint.rows = rows[:-1]
    try:
        _, after = document(net, reader, kind)
    finally:
        endpoint.rows = rows
    known = {entry.identity: entry for entry in before.entries}
    assert all(known[entry.identity] == entry for entry in after.entries)


def clean(entry: Entry) -> bool:
    words = (entry.title, entry.lead, entry.body, entry.guid, entry.published_text, *entry.authors)
    json.dumps((*words, entry.link, entry.identity)).encode()
    return not any(set(word) & CONTROLS for word in words) and (not entry.link or entry.link.startswith(("http://", "https://")))


def deep(opening: bytes, closing: bytes) -> bytes:
    return opening * 50_000 + closing * 50_000


RUBBISH = {
    "nothing": b"",
    "blanks": b" \n\t ",
    "one letter": b"x",
    "a page": b"<!DOCTYPE html><html><head><title>Hello</title></head><body><p>Welcome</p></body></html>",
    "a page with another table": b"<html><body><table><tr><th>Name<th>Price</tr><tr><td>Tea<td>2</tr></table></body></html>",
    "zeros": b"\0" * 1000,
    "random bytes": random.Random(20260504).randbytes(20_000),
    "a list": b"[1, 2, 3]",
    "a text": b'"data"',
    "an object of another shape": b'{"data": {"results": 7}, "results": "none", "studies": 3}',
    "lists of odd things": b'{"data": [1, null, "x", [], {}], "results": [1, null, "x", [], {}]}',
    "rows of odd things": b'{"data": [{"name_of_medicine": [[]], "category": 9}], "results": [{"submissions": [7], "text": {}}]}',
    "half of an object": b'{"data": [{"name_of_medicine": "X"',
    "an error": b'{"error": {"code": "SERVER_ERROR", "message": "no"}}',
    "a number without end": b'{"data": ' + b"9" * 200_000 + b"}",
    "deep lists": deep(b"[", b"]"),
    "deep objects": b'{"data":' * 20_000 + b"1" + b"}" * 20_000,
    "deep tables": b"<html><body>" + b"<table><tr><td>" * 50_000,
    "deep tags": b"<html><body><table><tr><th>Product</th><th>Manufacturer</th></tr><tr><td>" + deep(b"<div>", b"</div>"),
    "a table without an end": b"a,b,c\n1,2,3\n" * 1000,
    "column names only": b"N/R/U,Applicant,BLA Number,Proper Name,Approval Date\n",
    "a quote without an end": b'N/R/U,BLA Number,Proper Name,Approval Date\n,"' + b"x,\n" * 100_000,
    "no UTF-8": '{"data": [{"name_of_medicine": "Zévocel"}]}'.encode("latin-1"),
    "UTF-16": '{"data": []}'.encode("utf-16"),
}


@pytest.mark.parametrize("kind", PLAYED)
@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_ends_in_a_typed_outcome_with_its_reason(kind: str, rubbish: str, net: Internet, reader: Reader) -> None:
    one = source(net, kind)
    found = reader.read(kind, RUBBISH[rubbish], one, one.url)
    assert found.outcome in READ
    assert (found.outcome is Outcome.OK) == bool(found.entries)
    assert found.outcome in {Outcome.OK, Outcome.EMPTY} or found.detail
    assert all(map(clean, found.entries))


def mutants(body: bytes, number: int, chance: random.Random) -> Iterator[bytes]:
    tokens = [b"<", b">", b'"', b",", b"\0", b"\xff", b"{", b"]", b"</td>", b"\\ud800", "\u202e".encode(), b"99/99/9999", b"9" * 400]
    for _ in range(number):
        broken = bytearray(body[: chance.randrange(len(body) // 2, len(body) + 1)])
        for _ in range(chance.randint(1, 5)):
            at, other = chance.randrange(len(broken) + 1), chance.randrange(len(broken) + 1)
            broken[at : at + chance.choice([0, 0, 1, 20])] = chance.choice([*tokens, bytes(broken[other : other + 200])])
        yield bytes(broken)


@pytest.mark.parametrize("kind", PLAYED)
def test_a_broken_document_ends_in_clean_entries_or_in_a_typed_outcome(kind: str, net: Internet, reader: Reader) -> None:
    page, _ = document(net, reader, kind)
    for body in mutants(page.body, 60, random.Random(kind)):
        found = reader.read(kind, body, source(net, kind), page.url)
        assert found.outcome in READ
        assert (found.outcome is Outcome.OK) == bool(found.entries)
        assert len({entry.identity for entry in found.entries}) == len(found.entries)
        assert all(map(clean, found.entries))


def test_a_table_of_a_million_cells_is_read_or_given_up(net: Internet, reader: Reader) -> None:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["N/R/U", "BLA Number", "Proper Name", "Approval Date"])
    writer.writerows(["", n, f"name {n}", "5-Jun-26"] for n in range(100_000))
    found = reader.read("purple_book", written.getvalue().encode(), source(net, "purple_book"), "https://fda.example/2026/book.csv")
    assert found.outcome in READ
