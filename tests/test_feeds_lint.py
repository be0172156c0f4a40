"""`monitor sources lint`: what is unwise in feeds.yaml, where it stands, and what to write instead."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.admin.addresses import same
from monitor.admin.lint import Remembered, findings
from monitor.admin.rhythm import Window, interval, short
from monitor.config import load_seeds, parse_config, shipped
from monitor.config.editing import scalar
from monitor.model import SourceState
from tests.commands import monitor
from tests.newsroom import DAY, HOUR, MINUTE, MONDAY, newsroom

SEEDS, _ = load_seeds(shipped("seeds"))
WIRE = "https://www.globenewswire.com/RssFeed"
FDA = "https://www.fda.gov/about-fda/contact-fda/stay-informed/rss-feeds"
EMA = "https://www.ema.europa.eu/en/documents/report/medicines-output-medicines_json-report_en.json"
NOTHING = Remembered({}, {})


def feeds(*sources: str, contact: str = "me@ours.org", spacing: str = "1s") -> str:
    """A feeds.yaml with these sources: `url` and more keys behind it."""
    members = "".join(f"  - name: s{n}\n    url: {one}\n" for n, one in enumerate(sources))
    return f"contact: {contact}\nhost_spacing: {spacing}\nsources:\n{members}"


def lint(text: str, remembered: Remembered = NOTHING) -> list[str]:
    return [str(one) for one in findings(text, "feeds.yaml", parse_config(text, "feeds.yaml", SEEDS), remembered)]


def test_the_shipped_file_is_wise() -> None:
    path = shipped("feeds.yaml")
    assert lint(path.read_text()) == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"{WIRE}/subjectcode/27-Clinical%20Study/feedTitle/x",
         "27 is Mergers and Acquisitions, .*: write 90-Clinical Study when that is meant, else 27-Mergers and Acquisitions"),
        (f"{WIRE}/subjectcode/5011-Clinical%20Study/feedTitle/x", "5011 is no subject number that is known .*: write 90-Clinical Study"),
        (f"{WIRE}/subjectcode/5011-Something", "5011 is no subject number .*: look it up in https://www.globenewswire.com/rss/list"),
        (f"{WIRE}/subjectcode/84-Class%20Action/feedTitle/x", "84 is Class Action: law firms .* Remove it"),
        (f"{WIRE}/subjectcode/81-Market%20Research%20Reports/feedTitle/x", "81 is Market Research Reports: .*enabled: false"),
        (f"{WIRE}/subjectcode/Clinical%20Study/feedTitle/x", "names no number, and the number decides: write 90-Clinical Study"),
        (f"{WIRE}/subjectcode/-Clinical%20Study/feedTitle/x", "names no number, and the number decides: write 90-Clinical Study"),
        (f"{WIRE}/subjectcode/25-Licensing%20Agreements/feedTitle/GlobeNewswire%20-%20Partnerships",
         "25 is Licensing Agreements, whatever the feedTitle says: write 29-Partnerships when that is meant"),
        (f"{WIRE}/industry/4577-Biotechnology/feedTitle/x", "4577 is Pharmaceuticals, .*: write 4573-Biotechnology when that is meant"),
        ("https://www.globenewswire.com/JSWidgetFeed/industry/4573", "JSWidgetFeed is a script for web pages, no feed"),
        (f"{WIRE}/subjectcode/90-clinical%20study/feedTitle/anything", ""),
        (f"{WIRE}/organization/AbCdEf==", ""),
        ("http://www.fiercebiotech.com/rss/xml", "is read by https: write https://www.fiercebiotech.com/rss/xml"),
        ("http://feeds.example.org/rss", ""),
        (f"{FDA}/press-announcements/rss.xml", "reports contradict each other: take press-releases/rss.xml"),
        (f"{FDA}/drugs/rss.xml", "none of 20 items was an approval"),
        (f"{FDA}/press-releases/rss.xml", ""),
        ("https://www.fda.gov/AboutFDA/ContactFDA/StayInformed/RSSFeeds/MedWatch/rss.xml", "an FDA address of years ago"),
        ("https://feed.businesswire.com/rss/home/?rss=G1QFDERJXkJeEVlZWA==", "dead by some reports and alive by others"),
        ("https://endpts.com/feed/", "write https://endpoints.news/feed/"),
        ("https://www.biospace.com/deals.rss", "answered 403 .* take https://www.biospace.com/business.rss"),
        ("https://www.prnewswire.com/rss/news-releases-list.rss?company=x", "has no effect"),
        ("https://pubmed.ncbi.nlm.nih.gov/rss/search/?term=car-t", "gives each search an id"),
    ],
)  # fmt: skip
def test_an_address_that_does_not_do_what_it_seems_to_is_told_with_what_to_write(url: str, says: str) -> None:
    found = lint(feeds(scalar(url)))
    if not says:
        assert found == []
        return
    (told,) = found
    assert re.match(r"feeds\.yaml:5:10: warning: sources\[0\]\.url: ", told)
    assert re.search(says if ".*" in says else re.escape(says), told)


def test_what_is_not_enabled_is_left_alone() -> None:
    assert lint(feeds(f"{WIRE}/subjectcode/84-Class%20Action\n    enabled: false")) == []


def test_a_name_and_number_of_a_subject_are_never_told_as_wrong() -> None:
    from monitor.admin.known import INDUSTRIES, NOISE, SUBJECTS

    kinds = {"subjectcode": SUBJECTS, "industry": INDUSTRIES}
    urls = [
        f"{WIRE}/{by}/{code}-{name.replace(' ', '%20')}/feedTitle/GlobeNewswire%20-%20{name.replace(' ', '%20')}\n    every: 6h"
        for by, names in kinds.items()
        for code, name in names.items()
        if code not in NOISE
    ]
    assert len(urls) == 14
    assert lint(feeds(*urls)) == []


# ---- twice -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example.org/feed/", "http://www.news.example.org/feed?utm_source=reader&utm_medium=rss"),
        ("https://news.example.org/feed?a=1&b=2", "https://news.example.org:443/feed?b=2&a=1#top"),
        ("https://news.example.org/a%7Eb", "https://NEWS.example.org/a~b"),
        (f"{WIRE}/subjectcode/90-Clinical%20Study/feedTitle/One", f"{WIRE}/subjectcode/90-Clinical%20Study/feedTitle/Two"),
    ],
)
def test_two_ways_of_writing_one_address_are_told(one: str, other: str) -> None:
    assert same(one) == same(other)
    (told,) = lint(feeds(one, other))
    assert told == "feeds.yaml:7:10: warning: sources[1].url: brings the same as s0 on line 4: remove one of them"


@pytest.mark.parametrize(
    "other", ["https://news.example.org/feed?id=2", "https://news.example.org/Feed?id=1", "https://example.org/feed?id=1"]
)
def test_other_addresses_are_not(other: str) -> None:
    assert lint(feeds("https://news.example.org/feed?id=1", other)) == []


# ---- how often -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (feeds(*[f"https://api.fda.gov/drug/a{n}.json\n    every: 2m" for n in range(2)]), "1,440 requests a day to api.fda.gov"),
        (feeds(*[f"{FDA}/f{n}/rss.xml\n    every: 20m" for n in range(3)]), "9 requests an hour to fda.gov, and its wall"),
        (feeds(*[f"https://news.example.org/{n}\n    every: 1m" for n in range(2)]), "120 requests an hour to news.example.org"),
        (feeds("https://news.example.org/1\n    every: 1m", spacing="5m"), "host_spacing leaves room for 12: looks will come late"),
        (feeds(f"{EMA}\n    every: 6h"), "twice a day, and asks to be asked no more: write every: 12h"),
        (feeds("https://www.sec.gov/cgi-bin/browse-edgar?output=atom", spacing="0s"), "0s is too short for sec.gov (s0)"),
        (feeds("https://www.sec.gov/cgi-bin/browse-edgar?output=atom", contact="https://ours.org/bot"), "wants a mail address"),
    ],
    ids=["openFDA", "the wall of fda.gov", "any host", "spacing too long", "EMA", "spacing too short", "SEC"],
)
def test_a_publisher_asked_more_than_it_takes_is_told(text: str, says: str) -> None:
    (told,) = lint(text)
    assert says in told
    assert "write " in told


def test_what_is_told_to_write_instead_is_enough() -> None:
    text = feeds(*[f"https://api.fda.gov/drug/a{n}.json\n    every: 2m" for n in range(2)])
    (told,) = lint(text)
    better = told.rpartition("write every: ")[2].removesuffix(" or longer")
    assert lint(text.replace("every: 2m", f"every: {better}")) == []


def test_without_a_contact_the_sec_answers_403() -> None:
    text = feeds("https://www.sec.gov/cgi-bin/browse-edgar?output=atom").replace("contact: me@ours.org\n", "")
    told = lint(text)
    assert any("without one it answers 403: write contact: " in one for one in told)


def test_ema_may_be_asked_twice_a_day() -> None:
    assert lint(feeds(f"{EMA}\n    every: 12h")) == []


def test_an_interval_longer_than_the_window_is_told_with_a_better_one() -> None:
    window = Window(20, MONDAY - 4 * HOUR, MONDAY)
    text = feeds("https://news.example.org/feed\n    every: 6h")
    (told,) = lint(text, Remembered({}, {"s0": window}))
    assert told.startswith("feeds.yaml:6:12: warning: sources[0].every: 6h is longer than the window: 20 entries reached back 4h")
    assert told.endswith("write every: 1h")
    assert lint(text.replace("6h", "1h"), Remembered({}, {"s0": window})) == []


def test_missed_windows_are_told_with_the_interval_in_force() -> None:
    state = SourceState("s0", MONDAY, every=20 * MINUTE, missed_windows=3, last_missed_window=MONDAY)
    (told,) = lint(feeds("https://news.example.org/feed\n    every: 1h"), Remembered({"s0": state}, {}))
    assert "3 missed so far, the last on 2026-05-04" in told
    assert told.endswith("write every: 15m")


def test_an_interval_lets_three_looks_fall_into_a_window() -> None:
    for hours in range(1, 100):
        every = interval(hours * HOUR)
        assert every == timedelta(minutes=10) or every * 3 <= hours * HOUR
    assert (short(interval(DAY)), short(90 * MINUTE), short(timedelta(0))) == ("6h", "1h30m", "0s")


# ---- the command -----------------------------------------------------------------------------------------------------


def test_the_command_tells_where_ends_with_1_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(feeds(f"{WIRE}/subjectcode/27-Clinical%20Study"))
    before = path.read_bytes()
    said, told = monitor("-c", path, "sources", "lint"), monitor("-c", path, "sources", "lint", "--json")
    assert (said.code, told.code) == (1, 1)
    assert said.out.startswith(f"{path}:5:10: warning: sources[0].url: 27 is Mergers")
    assert [(one["line"], one["column"], one["key"]) for one in told.json] == [(5, 10, "sources[0].url")]
    assert [one.name for one in tmp_path.iterdir()] == ["feeds.yaml"]
    assert path.read_bytes() == before


def test_a_wise_file_ends_with_0_and_a_broken_one_with_2(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(feeds("https://news.example.org/feed"))
    assert monitor("-c", path, "sources", "lint").code == 0
    path.write_text("sources: 3\n")
    assert monitor("-c", path, "sources", "lint").code == 2


def test_the_command_knows_the_window_from_the_first_look(tmp_path: Path) -> None:
    with newsroom(tmp_path, MONDAY, {"wire": 1}, first_look=False) as room:
        for n in range(8):
            room.tell("wire", f"Harbour town opens bridge {n}", MONDAY - n * 5 * MINUTE)
        room.read()
    said = monitor("-c", tmp_path / "feeds.yaml", "sources", "lint")
    assert said.code == 1
    assert "1h is longer than the window: 8 entries reached back 35m at the first look" in said.out
    assert "write every: 10m" in said.out
