"""What entries a document becomes, and that no document harms more than its own reading."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from monitor.errors import MonitorError
from monitor.model import KINDS, Entry, Outcome, Source
from monitor.sources import Document, Reader

CASES = Path(__file__).parent / "feeds" / "cases"
SHARED = Path(__file__).parents[2] / "shared" / "data" / "feeds"
URL = "https://news.example.org/feeds/feed.xml"
SOURCE = Source("news", URL, language="xx")
CONTROLS = {chr(code) for code in (*range(10), *range(11, 32), *range(127, 160), *range(0xD800, 0xE000))}
GOOD = b'<rss version="2.0"><channel><title>t</title><item><title>Still here</title><guid>1</guid></item></channel></rss>'


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def read(reader: Reader, body: bytes) -> Document:
    return reader.read("feed", body, SOURCE, URL)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


# ---- case by case --------------------------------------------------------------------------------------------------------


def comparable(entry: Entry, asked: dict[str, Any]) -> dict[str, Any]:
    values = asdict(entry) | {"authors": list(entry.authors), "published": entry.published and entry.published.isoformat()}
    return {key: values[key] for key in asked}


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir() if not path.name.endswith(".expected.json")))
def test_a_document_becomes_its_entries(name: str, reader: Reader) -> None:
    expected = json.loads((CASES / f"{name.rsplit('.', 1)[0]}.expected.json").read_text())
    found = read(reader, (CASES / name).read_bytes())
    entries = expected.get("entries", [])
    assert (found.outcome, found.identity) == (expected["outcome"], expected.get("identity", ""))
    assert found.unreadable == expected.get("unreadable", 0)
    assert [comparable(entry, asked) for entry, asked in zip(found.entries, entries, strict=True)] == entries
    assert len({entry.identity for entry in found.entries}) == len(entries)
    assert found.outcome in {Outcome.OK, Outcome.EMPTY} or found.detail


def test_an_entry_without_a_language_has_that_of_its_source(reader: Reader) -> None:
    assert [entry.language for entry in read(reader, GOOD).entries] == ["xx"]


def test_an_edit_changes_the_hash_and_not_the_identity(reader: Reader) -> None:
    (before,), (after,) = read(reader, GOOD).entries, read(reader, GOOD.replace(b"here", b"there")).entries
    assert (before.identity, before.content_hash != after.content_hash) == (after.identity, True)


def test_a_kind_nobody_reads_is_an_error_that_names_the_others(reader: Reader) -> None:
    with pytest.raises(MonitorError, match="feed"):
        reader.read("gopher", GOOD, SOURCE, URL)


# ---- real feeds ----------------------------------------------------------------------------------------------------------


def test_the_capture_of_the_fda_keeps_its_twenty_items_with_their_hours(reader: Reader, shared: Path) -> None:
    entries = read(reader, (shared / "data/feeds/domain/fda_press_releases_2026-09-04.xml").read_bytes()).entries
    assert len(entries) == 20
    assert entries[0].published_text == "Fri, 04 Sep 2026 16:18:49 EDT"
    assert entries[0].published == datetime.fromisoformat("2026-09-04T20:18:49+00:00")
    assert all(entry.published and entry.link and entry.title == entry.title.strip() and entry.authors == ("FDA",) for entry in entries)


def test_the_capture_of_edgar_keeps_forty_entries_of_which_many_share_an_id(reader: Reader, shared: Path) -> None:
    found = read(reader, (shared / "data/feeds/domain/sec_edgar_current_2026-06-11.atom").read_bytes())
    assert (len({entry.identity for entry in found.entries}), found.identity) == (40, "link")
    assert len({entry.guid for entry in found.entries}) < 40


REAL = files(SHARED / "messy") + files(SHARED / "domain") or [SHARED]  # where there are none, the fixture says what is missing


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("path", REAL, ids=lambda path: str(path.relative_to(SHARED)))
def test_every_real_document_ends_in_entries_or_in_a_typed_outcome(path: Path, reader: Reader) -> None:
    start = time.monotonic()
    found = read(reader, path.read_bytes())
    assert time.monotonic() - start < 5
    assert (found.outcome is Outcome.OK) == bool(found.entries)
    assert found.outcome in {Outcome.OK, Outcome.EMPTY} or found.detail


TOKENS = [
    b"<", b">", b"&", b"\0", b"]]>", b"<![CDATA[", b"&#xD800;", b"&#99999999999;", b"</item>", b'encoding="punycode"', b"\xff\xfe",
    b"xmlns:dc=''", b"<psc:chapter start='x'/>", b"<cc:license/>", "\u202e".encode(), b"<content mode='base64'>", b"9" * 400,
]  # fmt: skip


def mutants(number: int) -> Iterator[bytes]:
    """The documents of the cases, each broken in a few places."""
    chance = random.Random(20260504)
    bodies = [path.read_bytes() for path in files(CASES) if path.suffix in {".xml", ".json"} and path.stat().st_size < 10_000]
    for _ in range(number):
        body = bytearray(chance.choice(bodies))
        for _ in range(chance.randint(1, 6)):
            at, other = chance.randrange(len(body) + 1), chance.randrange(len(body) + 1)
            body[at : at + chance.choice([0, 0, 1, 20])] = chance.choice([*TOKENS, body[other : other + 300]])
        yield bytes(body)


def test_a_broken_document_ends_in_clean_entries_or_in_a_typed_outcome(reader: Reader) -> None:
    for body in mutants(400):
        found = read(reader, body)
        assert (found.outcome is Outcome.OK) == bool(found.entries)
        assert len({entry.identity for entry in found.entries}) == len(found.entries)
        json.dumps([(entry.identity, entry.title, entry.lead, entry.body, entry.link) for entry in found.entries]).encode()
        assert not any(set(entry.title + entry.lead + entry.body) & CONTROLS for entry in found.entries)


# ---- documents that do harm ----------------------------------------------------------------------------------------------


def item(text: bytes) -> bytes:
    return b'<rss version="2.0"><channel><item><title>x</title>' + text + b"</item></channel></rss>"


HARMFUL = {
    "a regular expression that never ends": item(b"<author>" + b"a@" + b"a." * 60_000 + b"!</author>"),
    "a megabyte of attributes": item(b"<x " + b" ".join(b'a%d="1"' % n for n in range(90_000)) + b"/>"),
    "half a million unclosed elements": b'<rss version="2.0"><channel>' + b"<item><a>" * 500_000,
    "more entries than memory": b"<rss version='2.0'>" + b"<item><title>x</title><a>b</a><c>d</c><e>f</e></item>" * 180_000,
    "nested markup": item(b"<description>" + b"&lt;div&gt;" * 900_000 + b"</description>"),
    "unclosed tags in a text": item(b"<description>" + b"&lt;a " * 1_500_000 + b"</description>"),
    "a number without end": item(b"<pubDate>" + b"9" * 2_000_000 + b"</pubDate><guid>" + b"9" * 2_000_000 + b"</guid>"),
    "a JSON number without end": b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": ' + b"9" * 3_000_000 + b"}]}",
}


@pytest.fixture(scope="module")
def impatient() -> Iterator[Reader]:
    reader = Reader(workers=1, seconds=1.0)
    yield reader
    reader.close()


@pytest.mark.parametrize("harm", HARMFUL)
def test_a_harmful_document_is_given_up_and_the_next_is_read(harm: str, impatient: Reader) -> None:
    start = time.monotonic()
    found = read(impatient, HARMFUL[harm])
    assert time.monotonic() - start < 4.0
    assert found.outcome in {Outcome.OK, Outcome.PARSE_ERROR, Outcome.EMPTY}
    assert [entry.title for entry in read(impatient, GOOD).entries] == ["Still here"]


def test_some_of_them_are_really_ended_by_the_limit(impatient: Reader) -> None:
    assert "longer than 1 second" in read(impatient, HARMFUL["a regular expression that never ends"]).detail


def test_a_document_takes_no_more_memory_than_is_granted() -> None:
    patient = Reader(workers=1, seconds=60.0, memory=200 << 20)
    try:
        found = read(patient, b'["' + b"x" * 30_000_000 + "🧬".encode() + b'"]')  # four bytes for each letter, and twice
        assert (found.outcome, "memory" in found.detail) == (Outcome.PARSE_ERROR, True)
        assert read(patient, GOOD).entries
    finally:
        patient.close()


def test_a_worker_that_was_ended_while_idle_is_replaced(impatient: Reader) -> None:
    read(impatient, GOOD)
    worker = impatient._idle.queue[-1]
    assert worker is not None
    worker._process.kill()
    worker._process.wait()
    assert read(impatient, GOOD).entries


def test_many_threads_share_the_workers(reader: Reader) -> None:
    titles: list[str] = []

    def work(number: int) -> None:
        for _ in range(5):
            titles.extend(entry.title for entry in read(reader, GOOD.replace(b"Still here", b"%d" % number)).entries)

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(titles) == sorted(str(number) for number in range(8) for _ in range(5))


def test_after_closing_no_process_is_left() -> None:
    reader = Reader()
    read(reader, GOOD)
    worker = reader._idle.queue[-1]
    assert worker is not None
    reader.close()
    assert worker._process.returncode == 0


def test_the_worker_knows_no_secrets_and_little_of_the_monitor(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import os, sys; from importlib import import_module; import monitor.sources.worker; import_module(%r); print(*sys.modules)"
    command = [sys.executable, "-c", program % KINDS["feed"].module]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert not {"httpx", "sqlalchemy", "pydantic", "jinja2", "monitor.config", "monitor.fetch", "monitor.store"} & set(loaded)
    monkeypatch.setenv("FEED_TOKEN", "s3cr3t")
    reader = Reader(workers=1)
    try:
        read(reader, GOOD)
        environment = Path(f"/proc/{reader._idle.queue[-1]._process.pid}/environ")  # type: ignore[union-attr]
        if environment.exists():
            assert b"s3cr3t" not in environment.read_bytes()
    finally:
        reader.close()


def test_what_a_moment_is_does_not_depend_on_the_zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    reader = Reader(workers=1)
    try:
        (entry,) = read(reader, GOOD.replace(b"<guid>", b"<pubDate>Mon, 04 May 2026 04:00:00 GMT</pubDate><guid>")).entries
        assert entry.published is not None
        assert (entry.published.hour, entry.published.utcoffset()) == (4, timedelta(0))
    finally:
        reader.close()
