"""From a feed to what was decided about it: real feeds over real HTTP, one clock, the whole line."""

from __future__ import annotations

import csv
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from monitor import app, pipeline
from monitor.model import Outcome, Poll, Source, StoredEntry
from monitor.store import Saved
from tests.conftest import SHARED
from tests.loopback import Web, answer
from tests.newsroom import ACT, DAY, HOUR, MINUTE, MONDAY, WEEK, around, feeds_yaml, headlines, newsroom

FEEDS = SHARED / "data" / "feeds"
LATER = datetime(2026, 9, 5, 12, tzinfo=UTC)  # after every capture
NO_MEDICINE = re.compile(r"Device|Dogs|Cattle|Cats|Species|Food|Nutrition")


@dataclass
class Looked:
    """What the line made of files that a server served."""

    looks: dict[str, Poll]
    saved: dict[str, Saved]
    seconds: dict[str, float]
    entries: dict[str, list[StoredEntry]]
    types: dict[str, list[str]]  # title → event types of its reports, tracked or not


def looked_at(folder: Path, files: dict[str, Path], moment: datetime = LATER) -> Looked:
    """Serve these files, look at each once through the line, and decide about what was in them."""
    scripts = {f"/{name}": answer(200, path.read_bytes(), Content_Type=content_type(path)) for name, path in files.items()}
    with Web(scripts) as web:
        (folder / "feeds.yaml").write_text(feeds_yaml(web, dict.fromkeys(files, 1)))
        with app.opened(around(folder, web), now=lambda: moment, jitter=lambda: 0.5) as monitor:
            found = Looked({}, {}, {}, {}, {})
            for name in files:
                started = time.monotonic()
                ((found.looks[name], found.saved[name]),) = pipeline.poll(monitor, [name])
                found.seconds[name] = time.monotonic() - started
            pipeline.assess(monitor)
            for stored in monitor.store.entries(datetime(1970, 1, 1, tzinfo=UTC), moment + DAY):
                found.entries.setdefault(stored.entry.source, []).append(stored)
                if len(files) < 10:
                    source = Source(stored.entry.source, "", tier=1)
                    decided = monitor.assessor.assess(stored, source, tracked_only=False)
                    found.types[stored.entry.title] = [report.label.type for report in decided.reports]
            return found


def content_type(path: Path) -> str:
    return {".json": "application/feed+json", ".html": "text/html"}.get(path.suffix, "application/xml")


# ---- feeds of the domain ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def domain(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Looked:
    names = {
        "fda": "fda_press_releases_2026-09-04.xml", "edgar": "sec_edgar_current_2026-06-11.atom", "recalls": "fda_drug_recalls_excerpt.xml",
        "company": "regeneron_ir_2026-08-19.xml", "preprints": "biorxiv_bio.rdf", "excerpt": "biorxiv_rss1_excerpt.xml",
    }  # fmt: skip
    return looked_at(tmp_path_factory.mktemp("domain"), {name: FEEDS / "domain" / file for name, file in names.items()})


@pytest.mark.parametrize(
    ("name", "count"), [("fda", 20), ("edgar", 40), ("recalls", 1), ("company", 10), ("preprints", 30), ("excerpt", 1)]
)
def test_every_item_of_a_feed_becomes_an_entry_of_its_own(domain: Looked, name: str, count: int) -> None:
    assert domain.looks[name].outcome in {Outcome.OK, Outcome.STALE}
    assert len(domain.entries[name]) == domain.saved[name].new == count
    assert len({one.entry.identity for one in domain.entries[name]}) == count


def test_the_agencys_approvals_of_medicines_are_approvals(domain: Looked) -> None:
    titles = [one.entry.title for one in domain.entries["fda"] if re.match(r"FDA (Approves|Grants Accelerated Approval)", one.entry.title)]
    assert len(titles) == 8
    assert {title: domain.types[title] for title in titles} == {title: ["approval"] for title in titles}


def test_what_the_agency_says_of_devices_food_and_animals_approves_no_medicine(domain: Looked) -> None:
    titles = [one.entry.title for one in domain.entries["fda"] if NO_MEDICINE.search(one.entry.title)]
    assert len(titles) == 10
    assert [title for title in titles if "approval" in domain.types[title]] == []


def test_a_time_of_new_york_is_the_right_moment(domain: Looked) -> None:
    served = Xml.parse(FEEDS / "domain" / "fda_press_releases_2026-09-04.xml").iter("item")
    right = {}
    for item in served:
        text = str(item.findtext("pubDate"))
        assert text.endswith("EDT")
        right[str(item.findtext("link"))] = parsedate_to_datetime(text).astimezone(UTC)
    assert {one.entry.link: one.entry.published for one in domain.entries["fda"]} == right
    assert datetime(2026, 9, 4, 20, 18, 49, tzinfo=UTC) in right.values()


# ---- feeds as they should not be -------------------------------------------------------------------------------------

MESSY = sorted(path for path in (FEEDS / "messy").rglob("*") if path.is_file())


def name_of(path: Path) -> str:
    return path.relative_to(FEEDS).as_posix()


@pytest.fixture(scope="module")
def messy(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Looked:
    return looked_at(tmp_path_factory.mktemp("messy"), {f"feed-{number}": path for number, path in enumerate(MESSY)})


def test_every_messy_feed_ends_in_entries_or_in_a_reason(messy: Looked) -> None:
    assert len(messy.looks) == len(MESSY) > 200
    assert {name for name, look in messy.looks.items() if not look.entries and look.outcome is Outcome.OK} == set()
    assert {name for name, look in messy.looks.items() if look.outcome is Outcome.OK and not messy.entries.get(name)} == set()
    assert [look.detail for look in messy.looks.values() if "a fault of the monitor" in look.detail] == []


def test_whatever_any_parser_can_read_is_read_but_for_what_says_nothing(messy: Looked) -> None:
    with (FEEDS / "MANIFEST.tsv").open() as manifest:
        readable = {row["file"] for row in csv.DictReader(manifest, delimiter="\t") if int(row["entries"] or 0)}
    unread = {path.name for number, path in enumerate(MESSY) if not messy.looks[f"feed-{number}"].entries and name_of(path) in readable}
    assert len(readable) > 150
    assert unread == {"empty.atom", "empty.rss"}


def test_no_messy_feed_holds_the_line_up(messy: Looked) -> None:
    assert {name: spent for name, spent in messy.seconds.items() if spent > 5} == {}


# ---- looking again ---------------------------------------------------------------------------------------------------


def test_what_did_not_change_is_asked_for_conditionally_and_stores_nothing(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.tell("wire", "FDA approves Breyanzi for marginal zone lymphoma")
        assert room.read(room.now + HOUR)["wire"] is Outcome.OK
        assert room.read(room.now + HOUR)["wire"] is Outcome.NOT_MODIFIED
        asked = [talk for talk in room.web.asked if talk.path == "/wire"]
        assert ["if-none-match" in talk.headers for talk in asked] == [False, True, True]
        assert len(room.entries()) == 1


def test_an_edited_item_is_a_revision_and_is_decided_about_anew(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.tell("wire", "Bristol Myers Squibb tells of its quarter", guid="1")
        room.read(room.now + HOUR)
        assert room.table() == ()
        room.outlets["wire"].items.clear()
        room.tell("wire", "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma", guid="1")
        room.read(room.now + HOUR)
        assert [(one.revision, one.entry.title[:12]) for one in room.entries()] == [(2, "FDA approves")]
        assert [one.type for one in room.table()] == ["approval"]


def test_a_line_whose_item_was_taken_back_is_withdrawn(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.tell("wire", "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma", guid="1")
        room.read(room.now + HOUR)
        assert len(room.table()) == 1
        room.outlets["wire"].items.clear()
        room.tell("wire", "Bristol Myers Squibb tells of its quarter", guid="1")
        room.read(room.now + HOUR)
        assert room.table() == ()


def test_what_may_have_been_missed_between_two_looks_is_told(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.tell("wire", "First item")
        room.read(room.now + HOUR)
        room.outlets["wire"].items.clear()
        room.tell("wire", "Much later item", room.now + 5 * HOUR)
        room.tell("wire", "Latest item", room.now + 6 * HOUR)
        room.read(room.now + 7 * HOUR)
        (wire,) = [one for one in room.issue(MONDAY).coverage if one.source == "wire"]
        assert wire.missed_windows == 1
        (state,) = [one for one in room.monitor.store.sources() if one.name == "wire"]
        assert state.every is not None
        assert state.every < HOUR


def test_what_stood_in_a_feed_before_it_was_first_looked_at_is_not_sold_as_news(tmp_path: Path) -> None:
    with newsroom(tmp_path, first_look=False) as room:
        room.tell("wire", "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma", room.now - 2 * WEEK)
        room.read()
        room.tell("trade-press", "Breyanzi from Bristol Myers Squibb gets FDA approval in marginal zone lymphoma", room.now + HOUR - MINUTE)
        room.read(room.now + HOUR)
        assert [(one.baseline, one.n_sources) for one in room.table()] == [(True, 2)]
        digest = room.issue(MONDAY)
        assert [headlines(section) for section in digest.sections] == [[], []]
        assert "no reportable developments" in digest.subject


def test_what_happened_this_week_is_news_though_it_was_there_at_the_first_look(tmp_path: Path) -> None:
    with newsroom(tmp_path, first_look=False) as room:
        room.tell("wire", "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma", room.now - HOUR)
        room.read()
        assert [len(section.headlines) for section in room.issue(MONDAY).sections if section.market == ACT] == [1]
