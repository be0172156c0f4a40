"""The feeds of a market: files that feed readers take, and the web server that shows them to those who may see them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import httpx
import pytest

from monitor import delivering, sinks, web
from monitor.errors import DeliveryError
from monitor.model import Development, Edition, SinkConfig, Status
from monitor.render import Renderer
from tests.conftest import ROOT
from tests.newsroom import MONDAY, newsroom
from tests.weeks import ACT, EDITION, END, EVIL_TITLES, LM, START, composed, delivery, development, issue, week

FEED = SinkConfig("feed", "public", include=("accepted", "proposed"))
ATOM = "{http://www.w3.org/2005/Atom}"


def write(folder: Path, lines: list[Development], edition: Edition = EDITION, sink: SinkConfig = FEED) -> Path:
    """Deliver to a feed sink over these lines; gives the folder of the first market."""
    post = sinks.Post(
        folder, None, Renderer(ROOT / "templates"),
        lambda market, proposed: tuple(one for one in lines if one.market == market and (proposed or one.status != Status.PROPOSED)),
    )  # fmt: skip
    sinks.deliver(delivery(""), issue(composed()), replace(edition, sinks=(sink,)), post, END)
    return folder / "public" / ACT.id


def test_a_development_is_an_entry_with_its_line_its_evidence_and_its_sources(tmp_path: Path) -> None:
    one = development(
        source_url="https://news.example.org/1?a=1&b=2", sources=(("wire", "https://news.example.org/2"), ("odd", "javascript:alert(1)"))
    )
    folder = write(tmp_path, [one])
    read = feedparser.parse((folder / "atom.xml").read_bytes())
    (entry,) = read.entries
    assert (read.bozo, read.version, entry.title) == (False, "atom10", "Kite agreed to buy Kelonia")
    assert [(link.rel, link.href) for link in entry.links] == [
        ("alternate", "https://news.example.org/1?a=1&b=2"), ("related", "https://news.example.org/2"),
    ]  # fmt: skip
    assert "In April 2026, Kite agreed to acquire Kelonia." in entry.content[0].value
    assert "<blockquote>Kite today announced" in entry.content[0].value
    assert "javascript" not in (folder / "atom.xml").read_text()
    (item,) = json.loads((folder / "feed.json").read_bytes())["items"]
    assert (item["id"], item["url"], item["title"]) == (entry.id, one.source_url, entry.title)
    assert item["content_html"] == ElementTree.parse(folder / "atom.xml").getroot().findtext(f"{ATOM}entry/{ATOM}content")
    assert item["date_modified"] == one.updated_at.isoformat()


def test_an_entry_keeps_its_id_and_gets_a_new_time_when_it_changes(tmp_path: Path) -> None:
    before = feedparser.parse((write(tmp_path, [development()]) / "atom.xml").read_bytes())
    later = development(headline="Kite bought Kelonia", updated_at=END, status=Status.ACCEPTED, reviewed_at=END + timedelta(hours=1))
    after = feedparser.parse((write(tmp_path, [later]) / "atom.xml").read_bytes())
    assert before.entries[0].id == after.entries[0].id
    assert before.feed.id == after.feed.id
    assert (after.entries[0].updated, after.feed.updated) == ("2026-04-27T06:00:00+00:00",) * 2


@pytest.mark.parametrize("title", EVIL_TITLES)
def test_any_title_is_text_in_both_feeds(tmp_path: Path, title: str) -> None:
    one = development(headline=title, evidence=title, line_text=title, source_name=title)
    folder = write(tmp_path, [one])
    read = feedparser.parse((folder / "atom.xml").read_bytes(), sanitize_html=False)
    assert (read.bozo, len(read.entries)) == (False, 1)
    (item,) = json.loads((folder / "feed.json").read_text(encoding="utf-8"))["items"]
    for html in (read.entries[0].content[0].value, item["content_html"]):
        assert "<script" not in html
        assert "<img" not in html


def test_the_same_lines_written_twice_are_the_same_bytes(tmp_path: Path) -> None:
    lines = week(40)
    first = {path.name: path.read_bytes() for path in write(tmp_path, lines).iterdir()}
    assert {path.name: path.read_bytes() for path in write(tmp_path, lines[::-1]).iterdir()} == first
    assert set(first) == {"atom.xml", "feed.json"}


def titles(folder: Path) -> list[str]:
    return [entry.title for entry in feedparser.parse((folder / "atom.xml").read_bytes()).entries]


def test_a_feed_has_what_the_edition_wants_newest_first(tmp_path: Path) -> None:
    lines = [
        development("a", headline="Old line of the report", status=Status.BASELINE),
        development("b", headline="Unimportant", importance=1),
        development("c", headline="Elsewhere", market=LM.id),
        development("d", headline="First", status=Status.ACCEPTED),
        development("e", headline="Second", first_seen=START + timedelta(days=2)),
    ]
    edition = replace(EDITION, minimum_importance=2)
    folder = write(tmp_path, lines, edition)
    assert titles(folder) == ["Second", "First"]
    assert titles(folder.parent / LM.id) == ["Elsewhere"]
    assert titles(write(tmp_path, lines, edition, replace(FEED, include=("accepted",)))) == ["First"]


def test_a_feed_without_entries_is_a_feed(tmp_path: Path) -> None:
    read = feedparser.parse((write(tmp_path, []) / "atom.xml").read_bytes())
    assert (read.bozo, read.entries, read.feed.updated) == (False, [], END.isoformat())


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "public").write_text("a file stands in the way")
    with pytest.raises(DeliveryError, match="cannot write") as refused:
        write(tmp_path, [])
    assert refused.value.fate == "retry"


# ---- served ----------------------------------------------------------------------------------------------------------


@contextmanager
def served(folder: Path, more: str = ", serve: true") -> Iterator[str]:
    """The web server of a newsroom whose first issue has written the feed."""
    editions = (
        '  - {name: weekly, markets: [adoptive-cell-therapy], schedule: "mon 07:00", time_zone: Europe/Berlin, '
        f"sinks: [{{feed: public, include: [accepted, proposed]{more}}}]}}\n"
    )  # fmt: skip
    with newsroom(folder, editions=editions) as room:
        room.tell("wire", "FDA approves Kite's Yescarta for follicular lymphoma")
        room.read()
        room.issue(MONDAY + timedelta(hours=1))
        assert dict(delivering.deliver(room.monitor)) == {"sent": 1}
        settings = web.Settings(port=0)
        with web.serving(web.app(room.monitor, settings), settings) as where:
            yield f"{where}/markets"


def test_the_web_server_shows_a_feed_that_says_serve(tmp_path: Path) -> None:
    with served(tmp_path) as where:
        atom, as_json = (httpx.get(f"{where}/{ACT.id}/{name}") for name in ("atom.xml", "feed.json"))
        assert atom.content == (tmp_path / "public" / ACT.id / "atom.xml").read_bytes()
        assert atom.headers["content-type"] == "application/atom+xml; charset=utf-8"
        assert as_json.headers["content-type"] == "application/feed+json"
        assert as_json.json()["version"] == "https://jsonfeed.org/version/1.1"
        again = httpx.get(f"{where}/{ACT.id}/atom.xml", headers={"If-None-Match": f'"other", W/{atom.headers["etag"]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", atom.headers["etag"])
        assert httpx.get(f"{where}/{ACT.id}/atom.xml", headers={"If-None-Match": '"other"'}).status_code == 200
        head = httpx.head(f"{where}/{ACT.id}/atom.xml")
        assert (head.status_code, head.content) == (200, b"")
        for path in (
            f"{LM.id}/atom.xml",
            f"{ACT.id}/feeds.yaml",
            "..%2F..%2Fatom.xml",
            f"..%2F{ACT.id}/atom.xml",
            f"{ACT.id}/..%2Fatom.xml",
        ):
            assert httpx.get(f"{where}/{path}").status_code == 404, path
        assert httpx.post(f"{where}/{ACT.id}/atom.xml").status_code == 405


def test_a_feed_that_does_not_say_serve_is_not_shown(tmp_path: Path) -> None:
    with served(tmp_path, "") as where:
        assert (tmp_path / "public" / ACT.id / "atom.xml").exists()
        assert httpx.get(f"{where}/{ACT.id}/atom.xml").status_code == 404
