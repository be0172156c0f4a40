"""The demo's outlets tell true developments in our own words, and its server behaves as badly as it promises."""

from __future__ import annotations

import gzip
import http.client
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest

from monitor.demo import DEMO_BASELINE, DEMO_NOW, DEMO_START, EXPECTED, REPORT, REPORT_WITHOUT_SECTION
from monitor.demo.feeds import write
from monitor.demo.outlets import OUTLETS, Outlet, published
from monitor.demo.server import APOLOGY, TROUBLED, DemoServer

ROOT = Path(__file__).parents[1]
TOLD = [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]
NAMES = [outlet.name for outlet in OUTLETS]


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer() as running:
        yield running


def look(server: DemoServer, path: str, **asked: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in asked.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def feed(server: DemoServer, name: str) -> tuple[http.client.HTTPResponse, bytes]:
    return look(server, urlsplit(server.url(name)).path)


def links(outlet: Outlet, body: bytes) -> list[str]:
    if outlet.format == "json":
        return [item["url"] for item in json.loads(body)["items"]]
    parsed = feedparser.parse(BytesIO(body), response_headers={"content-type": f"application/xml; charset={outlet.charset}"})
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [entry.link for entry in parsed.entries]


def entries(name: str, moment: datetime = DEMO_NOW) -> list[feedparser.FeedParserDict]:
    outlet = OUTLETS[NAMES.index(name)]
    return feedparser.parse(BytesIO(write(outlet, published(outlet, moment)))).entries


@pytest.mark.parametrize("outlet", OUTLETS, ids=NAMES)
@pytest.mark.parametrize("later", [False, True], ids=["first poll", "second poll"])
def test_every_feed_carries_every_item_of_its_outlet_up_to_the_moment(server: DemoServer, outlet: Outlet, later: bool) -> None:
    moment = server.advance() if later else DEMO_BASELINE
    expected = {row["link"] for row in TOLD if row["outlet"] == outlet.name and datetime.fromisoformat(row["published"]) <= moment}

    answer, body = feed(server, outlet.name)

    assert answer.status == 200
    assert set(links(outlet, body)) == expected
    assert len(links(outlet, body)) == len(expected)


def test_there_is_enough_news_and_enough_noise() -> None:
    outlets_of = defaultdict(set)
    for row in TOLD:
        if row["kind"] in {"development", "correction"}:
            outlets_of[row["event"]].add(row["outlet"])

    assert len(TOLD) >= 120
    assert len({row["link"] for row in TOLD}) == len(TOLD)
    assert sum(row["kind"].startswith("negative:") for row in TOLD) >= 25
    assert sum(len(outlets) >= 3 for outlets in outlets_of.values()) >= 15
    assert {outlet.format for outlet in OUTLETS} == {"rss2", "rss1", "atom", "json"}


def test_the_twelve_weeks_end_on_a_monday_at_seven_in_berlin() -> None:
    moments = [item.published for outlet in OUTLETS for item in published(outlet, DEMO_NOW)]

    assert len(moments) == len(TOLD)  # nothing is dated after the end
    assert min(moments) >= DEMO_START == DEMO_NOW - timedelta(weeks=12)
    assert DEMO_NOW.isoformat() == "2026-01-26T06:00:00+00:00"
    assert DEMO_NOW.weekday() == 0


def test_no_outlet_knows_of_a_development_before_it_happened() -> None:
    assert not [row["link"] for row in TOLD if row["date"] and row["published"][:10] < row["date"]]


def test_developments_agree_with_the_facts_on_record(shared: Path) -> None:
    facts = {}
    for line in (shared / "data" / "labelled" / "developments.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        facts[row["expect"]["event"]] = row
    texts = {item.link: f"{item.title} {item.summary}".lower() for outlet in OUTLETS for item in published(outlet, DEMO_NOW)}
    on_record = [row for row in TOLD if row["gold"] and row["kind"] == "development"]

    assert len({row["gold"] for row in on_record}) >= 10
    for row in on_record:
        fact = facts[row["gold"]]
        names = [company["name"].split()[0] for company in fact["facts"]["companies"]]
        names += [name for product in fact["facts"]["products"] for name in product.values() if name]
        assert row["date"].startswith(fact["facts"]["date"]), row["link"]
        assert row["type"] in fact["expect"]["types"], row["link"]
        assert row["markets"].items() >= fact["expect"]["markets"].items(), row["link"]
        assert any(name.lower() in texts[row["link"]] for name in names), row["link"]


def test_no_sentence_is_taken_from_the_news_or_the_reports(shared: Path) -> None:
    # its own process: the script leaves files open, and prints only its first sixty findings
    ask = "import pathlib, runpy, sys; print(runpy.run_path(sys.argv[1])['borrowed'](list(map(pathlib.Path, sys.argv[2:]))))"
    ours = [path for path in REPORT.parents[1].rglob("*") if path.is_file()]

    found = subprocess.run(
        [sys.executable, "-c", ask, shared / "tools" / "house-check", *ours], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "[]"


def test_links_lead_to_reserved_domains_only() -> None:
    hosts = {urlsplit(link).hostname or "" for outlet in OUTLETS for link in links(outlet, write(outlet, published(outlet, DEMO_NOW)))}

    assert hosts == {f"{name}.example" for name in NAMES}


def test_two_weeks_bring_new_items_and_two_edits(server: DemoServer) -> None:
    before = {item.link: item for outlet in OUTLETS for item in published(outlet, server.moment)}
    after = {item.link: item for outlet in OUTLETS for item in published(outlet, server.advance())}

    edited = {
        link.rsplit("/", 1)[1] for link, item in before.items() if (after[link].title, after[link].summary) != (item.title, item.summary)
    }

    assert len(after) - len(before) >= 30
    assert edited == {"merck-cidara", "breyanzi-mzl"}


def test_a_rejection_of_the_second_week_has_four_outlets_and_was_not_known_at_the_first_poll() -> None:
    told = [row for row in TOLD if row["event"] == "ebvallo-second-crl" and row["kind"] == "development"]

    assert len({row["outlet"] for row in told}) == 4
    assert all(datetime.fromisoformat(row["published"]) > DEMO_BASELINE for row in told)
    assert {date.fromisoformat(row["date"]) for row in told} == {date(2026, 1, 12)}


# ---- the server ----


def test_an_outlet_without_news_answers_304_two_weeks_later(server: DemoServer) -> None:
    first, _ = feed(server, "europa-pharma-brief")
    server.advance()

    second, body = look(server, "/europa-pharma-brief/feed", If_None_Match=first.headers["ETag"])

    assert (second.status, body) == (304, b"")


def test_an_outlet_with_news_does_not_answer_304(server: DemoServer) -> None:
    stamp = feed(server, "oncology-courier")[0].headers["Last-Modified"]
    assert look(server, "/oncology-courier/feed", If_Modified_Since=stamp)[0].status == 304
    server.advance()

    assert look(server, "/oncology-courier/feed", If_Modified_Since=stamp)[0].status == 200


def test_one_source_is_down(server: DemoServer) -> None:
    assert feed(server, "harbour-gazette")[0].status == 503


def test_one_source_is_behind_a_wall(server: DemoServer) -> None:
    answer, _ = feed(server, "agency-archive")

    assert (answer.status, answer.headers["Location"]) == (302, APOLOGY)
    assert look(server, APOLOGY)[0].status == 404


def test_one_source_answers_a_web_page(server: DemoServer) -> None:
    answer, body = feed(server, "congress-calendar")

    assert answer.status == 200
    assert answer.headers.get_content_type() == "text/html"
    assert body.startswith(b"<!DOCTYPE html>")


def test_one_outlet_is_compressed_for_those_who_can_read_it(server: DemoServer) -> None:
    answer, body = look(server, "/cell-therapy-ledger/feed", Accept_Encoding="gzip, deflate")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == feed(server, "cell-therapy-ledger")[1]


def test_nothing_listens_when_the_demo_is_over() -> None:
    with DemoServer() as server:
        pass

    with pytest.raises(ConnectionRefusedError):
        feed(server, "wire-one")


def test_the_configuration_names_every_source_and_only_this_machine(server: DemoServer) -> None:
    text = server.feeds_yaml("copy/report.md")

    assert all(f"name: {name}, " in text for name in (*NAMES, *TROUBLED))
    assert text.count(f"http://127.0.0.1:{server.port}/") == len(NAMES) + len(TROUBLED)
    assert server.allow == {("127.0.0.1", server.port)}
    assert "report: copy/report.md" in text


# ---- the habits of real feeds ----


def test_a_latin_1_feed_keeps_its_accents() -> None:
    outlet = OUTLETS[NAMES.index("europa-pharma-brief")]
    body = write(outlet, published(outlet, DEMO_NOW))

    assert "Märkte".encode("latin-1") in body
    assert any("Génie" in entry.summary for entry in feedparser.parse(BytesIO(body)).entries)


def test_a_zone_name_is_five_hours_behind() -> None:
    oldest = entries("medicines-notices")[-1]

    assert oldest.published == "Mon, 03 Nov 2025 15:30:00 EST"
    assert oldest.published_parsed[:5] == (2025, 11, 3, 20, 30)


def test_one_outlet_puts_html_into_titles() -> None:
    assert all(entry.title.startswith("<a href=") for entry in entries("oncology-courier"))


def test_one_outlet_uses_one_guid_for_a_month() -> None:
    guids = [entry.id for entry in entries("second-hand-science")]

    assert len(set(guids)) == 3 < len(guids)


def test_one_outlet_writes_links_without_its_own_address() -> None:
    outlet = OUTLETS[NAMES.index("cell-therapy-ledger")]

    assert b'href="2025/' in write(outlet, published(outlet, DEMO_NOW))


# ---- the sample reports ----


def test_only_the_first_sample_report_has_the_section_with_two_entries_oldest_first() -> None:
    section = REPORT.read_text(encoding="utf-8").split("## Recent Developments")[1].split("## ")[0]

    assert [line[:18] for line in section.splitlines() if line.startswith("- ")] == ["- In February 2022", "- In June 2023, Ga"]
    assert "Recent Developments" not in REPORT_WITHOUT_SECTION.read_text(encoding="utf-8")
