"""`monitor sources probe`: what a source answers now and what would be kept of it, with nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.admin import shape
from tests.commands import Ran, monitor
from tests.conftest import SHARED, need
from tests.loopback import Script, Web, answer
from tests.newsroom import HOUR, MONDAY, feed, feeds_yaml, item

APPROVED = "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma"
BRIDGES = [item(f"Harbour town opens bridge {n}", MONDAY - n * HOUR) for n in range(9)]
NEWS = feed(*BRIDGES, item(APPROVED, MONDAY))
PAGE = b"""<!DOCTYPE html><html><head>
<!-- <link rel="alternate" type="application/rss+xml" href="/commented"> -->
<link rel="alternate" hreflang="de" href="/de"><link rel="alternate" type="application/json" href="/wp-json">
<link title="All &amp; everything" type="application/rss+xml" rel="alternate" href="/wire">
<LINK REL=alternate TYPE=application/atom+xml HREF=more.atom>
</head><body></body></html>"""
FEEDS = SHARED / "data" / "feeds"


def probe(folder: Path, scripts: dict[str, Script], *words: str, sources: dict[str, int] | None = None) -> Ran:
    with Web(scripts) as web:
        names = sources or {path.strip("/"): 1 for path in scripts}
        path = folder / "feeds.yaml"
        path.write_text(feeds_yaml(web, names))
        before = path.read_bytes()
        said = monitor(
            "-c",
            path,
            "sources",
            "probe",
            *[word.replace("WEB", web.url("")) for word in words],
            MONITOR_ALLOW_HOSTS=f"127.0.0.1:{web.port}",
        )
        assert (sorted(one.name for one in folder.iterdir()), path.read_bytes()) == (["feeds.yaml"], before), "a probe writes nothing"
        return said


def test_a_source_is_told_with_its_window_and_what_is_kept_and_why(tmp_path: Path) -> None:
    answers = {"/wire": answer(200, NEWS, ETag='"1"', Last_Modified="Mon, 04 May 2026 05:00:00 GMT", Content_Type="application/rss+xml")}
    said = probe(tmp_path, answers, "wire")
    assert said.code == 0
    assert "wire: ok (200), RSS 2.0, read as feed" in said.out
    assert "validators ETag and Last-Modified" in said.out
    assert "window     8h, " in said.out
    assert "kept       1 of 10" in said.out
    assert f"kept     2026-05-04  {APPROVED}  <- approval in adoptive-cell-therapy (core), rule approval" in said.out
    assert "dropped  2026-05-04  Harbour town opens bridge 0  <- no tracked market" in said.out
    assert said.out.rstrip().endswith("every: 1h fits its window")


def test_the_same_for_programs(tmp_path: Path) -> None:
    (told,) = probe(tmp_path, {"/wire": answer(200, NEWS)}, "wire", "--json").json
    assert (told["outcome"], told["status"], told["format"], told["kind"], told["entries"], told["kept"]) == (
        "ok",
        200,
        "RSS 2.0",
        "feed",
        10,
        1,
    )
    assert (told["window"], told["etag"], told["last_modified"], told["bytes"]) == ("8h", None, None, len(NEWS))
    assert {one["what"] for one in told["verdicts"] if not one["kept"]} == {"no tracked market"}


def test_without_a_name_every_source_has_a_line_in_the_order_of_the_file(tmp_path: Path) -> None:
    answers = {
        "/wire": answer(200, NEWS), "/gone": answer(404), "/wall": answer(403), "/busy": answer(429, Retry_After="120"),
        "/page": answer(200, PAGE, Content_Type="text/html"), "/moved": answer(301, Location="/wire"), "/nothing": answer(200, b""),
    }  # fmt: skip
    said, told = probe(tmp_path, answers), probe(tmp_path, answers, "--json").json
    assert said.code == 1
    assert [(one["source"], one["outcome"]) for one in told] == [
        ("wire", "ok"), ("gone", "gone"), ("wall", "blocked"), ("busy", "throttled"), ("page", "html_instead_of_feed"), ("moved", "moved"),
        ("nothing", "parse_error"),
    ]  # fmt: skip
    assert [line.split()[0] for line in said.out.splitlines() if line.strip()][2:] == [one["source"] for one in told]
    assert all(one["advice"] for one in told if one["outcome"] != "ok")
    assert all("verdicts" not in one for one in told)
    moved = next(one for one in told if one["source"] == "moved")
    assert moved["advice"][0].startswith("moved for good: write url: http://127.0.0.1:")


def test_a_page_is_told_with_the_feeds_it_names(tmp_path: Path) -> None:
    said = probe(tmp_path, {"/page": answer(200, PAGE, Content_Type="text/html")}, "WEB/page")
    assert said.code == 1
    assert "/wire  All & everything (RSS)" in said.out
    assert "/more.atom  (Atom)" in said.out
    assert "commented" not in said.out + said.err
    assert "to do      a web page that names feeds: write url: " in said.out


def test_dates_that_cannot_be_read_are_counted_and_shown(tmp_path: Path) -> None:
    body = NEWS.replace(b"<pubDate>Mon, 04 May 2026 05:00:00 GMT</pubDate>", b"<pubDate>yesterday evening</pubDate>").replace(
        b"2026", b"2096", 1
    )
    (told,) = probe(tmp_path, {"/wire": answer(200, body)}, "wire", "--json").json
    assert told["unread_dates"] == ["yesterday evening", "yesterday evening"]
    assert told["future_dates"] == 1
    assert told["advice"][0] == "2 dates cannot be read, as 'yesterday evening': their entries count as published when first seen"


def test_an_encoding_that_does_not_fit_is_told(tmp_path: Path) -> None:
    body = NEWS.replace(b"Harbour town", "Hafenstädte".encode("latin-1"))
    (told,) = probe(tmp_path, {"/wire": answer(200, body, Content_Type="text/xml; charset=iso-8859-1")}, "wire", "--json").json
    assert (told["encoding"]["server"], told["encoding"]["document"]) == ("iso-8859-1", "utf-8")
    assert told["encoding"]["trouble"].startswith("is not utf-8: ")


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("no-such", "no source no-such in"),
        ("ftp://example.org/x", "ftp: is not read here"),
        ("https://me:hunter2@example.org/", "user name"),
    ],
)
def test_wrong_use_ends_with_2_and_repeats_no_secret(tmp_path: Path, word: str, says: str) -> None:
    said = probe(tmp_path, {"/wire": answer(200, NEWS)}, word)
    assert said.code == 2
    assert says in said.err
    assert "hunter2" not in said.err


def test_an_inner_address_is_refused_without_being_asked(tmp_path: Path) -> None:
    said = probe(tmp_path, {"/wire": answer(200, NEWS)}, "http://127.0.0.1:9/feed")
    assert said.code == 1
    assert "refused" in said.out


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"", "nothing"),
        (b"{", "broken JSON"),
        (b"[1]", "JSON"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "JSON Feed"),
        (b"<!-- a > b --><rss version='0.91'/>", "RSS 0.91"),
        ('<?xml version="1.0"?><rdf:RDF xmlns:rdf="x"/>'.encode("utf-16"), "RDF (RSS 1.0)"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "Atom"),
        (b"<urlset/>", "XML <urlset>"),
        (b"hello", "no markup"),
        (PAGE, "a web page"),
    ],
)
def test_the_format_is_told_from_the_body(body: bytes, form: str) -> None:
    assert shape.form(body) == form


def test_addresses_of_feeds_are_joined_to_the_base_of_the_page_and_links_stand_in_where_none_is_named() -> None:
    page = (
        b'<html><head><base href="https://feeds.example.org/a/"></head><a href="news/rss.xml"> News </a><a href="javascript:rss.xml">x</a>'
    )
    assert [(one.url, one.title, one.how) for one in shape.feeds(page, "https://example.org/")] == [
        ("https://feeds.example.org/a/news/rss.xml", "News", "a link")
    ]


@pytest.mark.parametrize("start", [b"<!--", b"<link ", b"<a ", b"<a href=", b"<link rel='"])
def test_a_hostile_page_is_read_in_no_time_to_speak_of(start: bytes) -> None:
    assert shape.feeds(b"<html>" + start * 100_000, "https://example.org/") == ()


def test_real_and_messy_bodies_all_have_a_format_and_an_encoding() -> None:
    need(FEEDS.is_dir(), f"needs the real feeds of {FEEDS}, which are not part of the project")
    files = [path for path in FEEDS.rglob("*") if path.is_file() and path.suffix in {".xml", ".rss", ".rdf", ".atom", ".json"}]
    forms = {path: shape.form(path.read_bytes()) for path in files}
    assert len(files) > 50
    known = sum(form.startswith(("RSS", "RDF", "Atom", "JSON Feed")) for form in forms.values())
    assert known / len(files) > 0.9, sorted(f"{path.name}: {form}" for path, form in forms.items())
    for path in files:
        shape.letters(path.read_bytes(), "application/xml; charset=no-such")


def test_a_real_feed_of_the_fda_is_probed(tmp_path: Path) -> None:
    file = FEEDS / "domain" / "fda_press_releases_2026-09-04.xml"
    need(file.exists(), f"needs {file}, which is not part of the project")
    (told,) = probe(tmp_path, {"/wire": answer(200, file.read_bytes())}, "wire", "--json").json
    assert (told["outcome"], told["unread_dates"], told["undated"], told["future_dates"]) == ("ok", [], 0, 0)
    assert told["entries"] == len(told["verdicts"]) > 10
    assert all(one["what"] for one in told["verdicts"])
