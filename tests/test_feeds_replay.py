"""`keep_raw` and `monitor sources replay`: bodies that a look brought, kept for a while and taken through the whole line again."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import raw
from monitor.errors import MonitorError, NotFound
from monitor.model import Outcome, Page, Source, Validators
from monitor.raw import Raw, saved
from tests.commands import Ran, monitor
from tests.conftest import SHARED, need
from tests.loopback import answer
from tests.newsroom import ACT, DAY, HOUR, MINUTE, MONDAY, feed, item, newsroom

APPROVED = "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma"
AGAIN = "Bristol Myers Squibb's Breyanzi wins FDA approval in marginal zone lymphoma"
KEEP = "keep_raw: 14d\n"
FEEDS = SHARED / "data" / "feeds"
SOURCE = Source("wire", "https://news.example.org/feed", keep_raw=timedelta(days=14))


def page(body: bytes, url: str = SOURCE.url) -> Page:
    return Page(url, 200, body, "text/xml", Validators('"1"', None, "hash"))


def files(folder: Path, source: str = "wire") -> list[str]:
    return sorted(path.name for path in (folder / "raw" / source).glob("*"))


# ---- keeping ---------------------------------------------------------------------------------------------------------


def test_what_a_look_brings_is_kept_with_where_and_when(tmp_path: Path) -> None:
    with newsroom(tmp_path, MONDAY, {"wire": 1}, more=KEEP, first_look=False) as room:
        room.tell("wire", APPROVED)
        room.read()
        assert files(tmp_path) == ["20260504T050000.000000Z-01.body.gz", "20260504T050000.000000Z-01.head.json"]
        (one,) = saved(tmp_path / "raw" / "wire")
        assert (one.moment, one.page.body) == (MONDAY, feed(*room.outlets["wire"].items))
        head = json.loads((tmp_path / "raw" / "wire" / files(tmp_path)[1]).read_text())
        assert (head["url"], head["status"], head["content_type"]) == (room.web.url("/wire"), 200, "application/rss+xml")
        room.read(MONDAY + HOUR)
        assert len(files(tmp_path)) == 2, "what is unchanged is not kept again"


def test_only_sources_that_say_so_keep_and_each_for_its_own_time(tmp_path: Path) -> None:
    with newsroom(tmp_path, MONDAY, {"wire": 1, "trade-press": 2}, first_look=False) as room:
        room.tell("wire", APPROVED)
        room.read()
        assert not (tmp_path / "raw").exists()
        sources = room.monitor.config.sources
        short = (replace(sources[0], keep_raw=DAY), replace(sources[1], keep_raw=None))
        room.monitor.config = replace(room.monitor.config, sources=short)
        for day in range(4):
            room.tell("wire", f"Harbour town opens bridge {day}", MONDAY + day * DAY)
            room.read(MONDAY + day * DAY + HOUR)
        assert [name for name in files(tmp_path) if name.endswith(raw.BODY)] == [
            f"202605{day:02}T060000.000000Z-01.body.gz" for day in (6, 7)
        ]
        room.read(MONDAY + 10 * DAY)  # unchanged: what is too old goes all the same
        assert files(tmp_path) == []
        assert not (tmp_path / "raw" / "trade-press").exists()


def test_a_look_counts_when_its_body_cannot_be_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "raw").write_text("a file where the folder belongs")
    with newsroom(tmp_path, MONDAY, {"wire": 1}, more=KEEP, first_look=False) as room:
        room.tell("wire", APPROVED)
        assert room.read() == {"wire": Outcome.OK}
        assert len(room.entries()) == 1
    assert "wire: its body is not kept in" in caplog.text


def test_no_secret_of_header_or_address_is_kept(tmp_path: Path) -> None:
    auth = {"FEED_TOKEN": "Bearer hunter2"}
    with newsroom(tmp_path, MONDAY, {"wire": 1}, more=KEEP, first_look=False, secrets=auth) as room:
        source = replace(room.monitor.config.sources[0], url=room.web.url("/wire?api_key=hunter3&page=1"), auth="FEED_TOKEN")
        room.web.scripts["/wire?api_key=hunter3&page=1"] = answer(200, feed(item(APPROVED, MONDAY)))
        room.monitor.config = replace(room.monitor.config, sources=(source,))
        room.read()
        assert room.web.asked[-1].headers["authorization"] == "Bearer hunter2"
    kept = "".join(path.read_text() for path in (tmp_path / "raw" / "wire").glob("*.json"))
    assert "hunter" not in kept
    assert "page=1" in kept


def test_pages_of_one_look_stay_one_look(tmp_path: Path) -> None:
    kept = Raw(tmp_path)
    for n in range(3):
        kept.keep(SOURCE, SOURCE.url, page(b"%d" % n), MONDAY)
    kept.keep(SOURCE, SOURCE.url, page(b"later"), MONDAY + MINUTE)
    assert [[one.page.body for one in look] for look in raw.looks(list(saved(tmp_path / "wire")))] == [[b"0", b"1", b"2"], [b"later"]]


def test_a_body_whose_head_was_never_written_is_no_body(tmp_path: Path) -> None:
    Raw(tmp_path).keep(SOURCE, SOURCE.url, page(b"one"), MONDAY)
    (tmp_path / "wire" / "20260504T060000.000000Z-01.body.gz").write_bytes(gzip.compress(b"two"))
    assert [one.page.body for one in saved(tmp_path / "wire")] == [b"one"]


def test_saved_bodies_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    Raw(tmp_path).keep(SOURCE, SOURCE.url, page(b"one"), MONDAY)
    body, head = (tmp_path / "wire" / f"20260504T050000.000000Z-01{ending}" for ending in (raw.BODY, raw.HEAD))
    whole = body.read_bytes()
    body.write_bytes(whole[:-6])
    with pytest.raises(MonitorError, match=r"body\.gz: cannot be read"):
        list(saved(tmp_path / "wire"))
    body.write_bytes(whole)
    head.write_text("{}")
    with pytest.raises(MonitorError, match="no head of a kept body"):
        list(saved(body))
    with pytest.raises(NotFound, match="no file or folder"):
        list(saved(tmp_path / "nowhere"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound, match=r"`keep_raw: 14d` in feeds\.yaml"):
        list(saved(tmp_path / "empty"))


# ---- replaying -------------------------------------------------------------------------------------------------------


def replay(folder: Path, *words: str | Path) -> Ran:
    return monitor("-c", folder / "feeds.yaml", "sources", "replay", "wire", *words)


def told(tmp_path: Path) -> tuple[Any, list[str]]:
    """Two looks of a wire, kept; and what the monitor itself made of them."""
    with newsroom(tmp_path, MONDAY - DAY, {"wire": 1}, more=KEEP) as room:
        room.tell("wire", APPROVED, MONDAY - HOUR)
        room.tell("wire", "Harbour town opens a new bridge", MONDAY - HOUR)
        room.read(MONDAY)
        room.tell("wire", AGAIN, MONDAY + HOUR)
        room.read(MONDAY + 2 * HOUR)
        return room.entries(), [one.line_text for one in room.table(ACT)]


def test_kept_looks_become_what_they_became(tmp_path: Path) -> None:
    entries, lines = told(tmp_path)
    database = (tmp_path / "monitor.db").read_bytes()
    done = replay(tmp_path, "--json")
    assert done.code == 0, done.err
    assert [(one["outcome"], one["new"]) for one in done.json["looks"]][-2:] == [("ok", 2), ("ok", 1)]
    assert {(one["title"], one["kept"]) for one in done.json["verdicts"]} == {
        (APPROVED, True), (AGAIN, True), ("Harbour town opens a new bridge", False),
    }  # fmt: skip
    assert len(done.json["verdicts"]) == len(entries)
    assert [one["line_text"] for one in done.json["developments"]] == lines
    assert done.json["developments"][0]["n_sources"] == 1
    assert (tmp_path / "monitor.db").read_bytes() == database, "the real database is not touched"


def test_the_same_in_words(tmp_path: Path) -> None:
    told(tmp_path)
    said = replay(tmp_path).out
    assert "Kept 2 of 3" in said
    assert f"kept     2026-05-04  {APPROVED}  <- approval in adoptive-cell-therapy (core)" in said
    assert "dropped  2026-05-04  Harbour town opens a new bridge  <- no tracked market" in said
    assert "Developments: 1" in said
    assert "In May 2026, Bristol Myers Squibb obtained U.S. FDA approval of Breyanzi" in said


def feeds_alone(folder: Path) -> Path:
    (folder / "feeds.yaml").write_text("contact: me@ours.org\nsources:\n  - {name: wire, url: 'https://news.example.org/feed', tier: 1}\n")
    return folder


def test_d7_a_dry_run_on_a_saved_feed_says_what_is_kept_and_dropped_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "saved.xml").write_bytes(feed(item(APPROVED, MONDAY), item("Harbour town opens a new bridge", MONDAY)))
    before = sorted(path.name for path in feeds_alone(tmp_path).iterdir())
    done = replay(tmp_path, "--from", tmp_path / "saved.xml", "--json")
    assert done.code == 0
    assert [(one["kept"], one["what"].split()[0]) for one in done.json["verdicts"]] == [(False, "no"), (True, "approval")]
    assert [one["status"] for one in done.json["developments"]] == ["proposed"]
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_plain_bodies_of_a_folder_are_looks_in_the_order_of_their_days(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    for n, (name, title) in enumerate((("b.xml", APPROVED), ("a.xml.gz", "Harbour town opens a new bridge"))):
        body = feed(item(title, MONDAY))
        (plain / name).write_bytes(gzip.compress(body) if name.endswith("gz") else body)
        os.utime(plain / name, ((MONDAY + n * HOUR).timestamp(),) * 2)
    done = replay(feeds_alone(tmp_path), "--from", plain, "--json").json
    assert [Path(one["files"][0]).name for one in done["looks"]] == ["b.xml", "a.xml.gz"]
    assert [one["read"] for one in done["looks"]] == ["2026-05-04T05:00:00Z", "2026-05-04T06:00:00Z"]


def test_a_body_that_is_no_feed_is_told_and_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!DOCTYPE html><html></html>")
    said = replay(feeds_alone(tmp_path), "--from", tmp_path / "page.html")
    assert said.code == 1
    assert "html_instead_of_feed" in said.out


def test_wrong_use_is_told(tmp_path: Path) -> None:
    feeds_alone(tmp_path)
    assert "no file or folder" in replay(tmp_path).err
    said = monitor("-c", tmp_path / "feeds.yaml", "sources", "replay", "wier")
    assert (said.code, "did you mean wire?" in said.err) == (2, True)


def test_messy_feeds_of_other_projects_replay_without_a_fault(tmp_path: Path) -> None:
    need(FEEDS.is_dir(), f"needs the real feeds of {FEEDS}, which are not part of the project")
    messy = tmp_path / "messy"
    messy.mkdir()
    for n, path in enumerate(sorted((FEEDS / "messy" / "miniflux").rglob("*.xml"))[:40]):
        (messy / f"{n:03}-{path.name}").write_bytes(path.read_bytes())
    for path in (FEEDS / "domain").iterdir():
        (messy / path.name).write_bytes(path.read_bytes())
    done = replay(feeds_alone(tmp_path), "--from", messy, "--json")
    assert done.code in {0, 1}, done.err
    assert len(done.json["looks"]) == len(list(messy.iterdir()))
    assert not any("fault of the monitor" in one["detail"] for one in done.json["looks"])
    assert all(one["what"] for one in done.json["verdicts"])
