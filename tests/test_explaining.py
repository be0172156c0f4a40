"""What `monitor explain` says: the whole path, or why nothing came of it; and that it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor import explaining, pipeline
from monitor.app import assembled, environment, load
from monitor.config import write_starter
from monitor.errors import NotFound
from monitor.model import Entry, Outcome, Poll
from monitor.pipeline import Monitor

NOW = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
TITLE = "FDA approves Breyanzi in marginal zone lymphoma"
LEAD = "Bristol Myers Squibb said that the U.S. FDA approved Breyanzi for adults with marginal zone lymphoma."


@pytest.fixture(scope="module")
def monitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitor]:
    """An embedded monitor of an organisation that has just begun."""
    folder = tmp_path_factory.mktemp("organisation")
    write_starter(folder)
    surroundings = environment(str(folder / "feeds.yaml"), f"sqlite:///{folder / 'monitor.db'}")
    config, seeds, _ = load(surroundings)
    with assembled(surroundings, config, seeds) as opened:
        opened.now = lambda: NOW
        yield opened


@pytest.fixture(scope="module")
def told(monitor: Monitor) -> Monitor:
    """The same after two entries of one source were polled and assessed."""
    source = monitor.config.sources[0]
    entries = (
        Entry(source.name, "1", TITLE, LEAD, link="https://news.example.org/breyanzi", published=NOW - timedelta(hours=5)),
        Entry(source.name, "2", "Cafeteria gets a new coat of paint", link="https://news.example.org/paint", published=NOW),
    )
    state = monitor.store.claim_source(source.name, NOW, timedelta(minutes=1))
    assert state is not None
    monitor.store.record_polls([Poll(source.name, Outcome.OK, NOW, NOW, NOW + timedelta(hours=1), entries)])
    pipeline.assess(monitor)
    return monitor


def test_a_headline_is_followed_to_its_line(monitor: Monitor) -> None:
    text = explaining.as_text(explaining.headline(monitor, TITLE, LEAD, 1))
    steps = ("product breyanzi: “Breyanzi” [title 13-21]", "Type approval", "adoptive-cell-therapy: core", "proposed, ", "Line: In May")
    assert [step for step in steps if step not in text] == []


def test_each_clause_of_a_line_says_where_it_comes_from(monitor: Monitor) -> None:
    (event,) = explaining.headline(monitor, TITLE, LEAD, 1)["events"]
    clauses = event["developments"][0]["clauses"]
    assert {clause["from"] for clause in clauses} == {"template", "date", "seed", "span"}
    texts = {"title": TITLE, "lead": LEAD}
    assert all(texts[one["field"]][one["start"] : one["end"]] for one in clauses if one["from"] == "span")


def test_a_headline_of_a_content_farm_creates_nothing(monitor: Monitor) -> None:
    assert "Dropped" in explaining.as_text(explaining.headline(monitor, TITLE, LEAD, 4))


def test_what_was_dropped_says_why(monitor: Monitor) -> None:
    told = explaining.headline(monitor, "Gilead shareholders: law firm investigates claims on behalf of investors", "", 2)
    assert told["dropped"]["what"]
    assert told["events"] == []


def test_an_entry_is_explained_by_number_and_by_address(told: Monitor) -> None:
    by_address = explaining.stored(told, "https://news.example.org/breyanzi")
    assert by_address["title"] == TITLE
    assert explaining.stored(told, str(by_address["entry"])) == by_address


def test_a_development_is_explained_by_its_id(told: Monitor) -> None:
    by_address = explaining.stored(told, "https://news.example.org/breyanzi")
    one = by_address["events"][0]["developments"][0]
    by_id = explaining.stored(told, one["id"])
    assert by_id["development"]["line"] == one["line"]
    assert one["line"] in explaining.as_text(by_id)


def test_an_entry_that_says_nothing_says_so(told: Monitor) -> None:
    assert "Dropped: " in explaining.as_text(explaining.stored(told, "https://news.example.org/paint"))


def test_a_line_of_the_report_itself_has_no_path(told: Monitor) -> None:
    assert "printed in the report" in explaining.as_text(explaining.stored(told, "seed-act-001"))


@pytest.mark.parametrize("item", ["no-such-development", "999999", "https://news.example.org/nothing"])
def test_what_does_not_exist_is_not_found(item: str, told: Monitor) -> None:
    with pytest.raises(NotFound):
        explaining.stored(told, item)


def test_explaining_writes_nothing(told: Monitor, tmp_path: Path) -> None:
    database = Path(str(told.store._engine.url.database))
    before = database.read_bytes()
    explaining.as_text(explaining.stored(told, "https://news.example.org/breyanzi"))
    explaining.headline(told, TITLE, LEAD, 1)
    assert database.read_bytes() == before
