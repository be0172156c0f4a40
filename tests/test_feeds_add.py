"""`monitor sources add`: from an address to a source in feeds.yaml, with every other byte of the file as it was."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.config import load_config, load_seeds, parse_config, shipped
from monitor.config.feeds_editing import NewSource, add_sources, with_sources
from monitor.errors import ConfigError, MonitorError
from monitor.model import Source
from tests.commands import Ran, monitor
from tests.loopback import Script, Web, answer
from tests.newsroom import ACT, HOUR, MONDAY, feed, item

SEEDS, _ = load_seeds(shipped("seeds"))
NEWS = feed(*(item(f"Harbour town opens bridge {n}", MONDAY - n * HOUR) for n in range(13)))
PAGE = b"""<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" title="News" href="/wire">
<link rel="alternate" type="application/atom+xml" title="Comments" href="/comments"></head></html>"""
ONE = PAGE.replace(b'<link rel="alternate" type="application/atom+xml" title="Comments" href="/comments">', b"")
SCRIPTS: dict[str, Script] = {
    "/wire": answer(200, NEWS), "/comments": answer(200, NEWS), "/page": answer(200, PAGE, Content_Type="text/html"),
    "/one": answer(200, ONE, Content_Type="text/html"), "/old": answer(301, Location="/wire"), "/bare": answer(200, b"<html></html>"),
    "/for-now": answer(302, Location="/wire"), "/wall": answer(403),
}  # fmt: skip


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(SCRIPTS) as serving:
        yield serving


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    """The shipped feeds.yaml, with all its remarks."""
    return Path(shutil.copy(shipped("feeds.yaml"), tmp_path / "feeds.yaml"))


def add(feeds: Path, web: Web, *words: str) -> Ran:
    return monitor("-c", feeds, "sources", "add", *words, MONITOR_ALLOW_HOSTS=f"127.0.0.1:{web.port}")


def added(before: str, after: str) -> list[str]:
    """The lines that are new; nothing else may have changed."""
    changes = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:1] in "+-"]
    assert all(line.startswith("+ ") for line in changes), changes
    return [line[2:] for line in changes]


def last(feeds: Path) -> Source:
    return load_config(feeds, SEEDS).sources[-1]


# ---- the command -----------------------------------------------------------------------------------------------------


def test_a_feed_is_written_behind_the_last_source_and_nothing_else_changes(feeds: Path, web: Web) -> None:
    before = feeds.read_text()
    said = add(feeds, web, web.url("/wire"), "--name", "harbour", "--tier", "1", "--market", "act", "--language", "de")
    assert said.code == 0, said.err
    assert added(before, feeds.read_text()) == [
        "  - name: harbour  # RSS 2.0, 13 entries over 12h when it was added",
        f"    url: {web.url('/wire')}",
        "    every: 3h",
        "    tier: 1",
        "    language: de",
        "    markets: [adoptive-cell-therapy]",
    ]
    source = last(feeds)
    assert (source.name, source.tier, source.language, source.markets) == ("harbour", 1, "de", (ACT,))
    line = int(said.out.partition(":")[2].partition(":")[0])
    assert "name: harbour" in feeds.read_text().splitlines()[line - 1]


def test_the_one_feed_of_a_page_is_taken_and_of_several_none_until_one_is_chosen(feeds: Path, web: Web) -> None:
    before = feeds.read_bytes()
    said = add(feeds, web, web.url("/page"))
    assert said.code == 1
    assert f"1  {web.url('/wire')}  News (RSS)" in said.out
    assert f"2  {web.url('/comments')}  Comments (Atom)" in said.out
    assert feeds.read_bytes() == before
    assert [one["number"] for one in add(feeds, web, web.url("/page"), "--json").json["choices"]] == [1, 2]
    assert add(feeds, web, web.url("/page"), "--choose", "2").code == 0
    assert last(feeds).url == web.url("/comments")
    assert add(feeds, web, web.url("/one")).code == 0
    assert last(feeds).url == web.url("/wire")


def test_an_address_that_moved_for_good_is_written_as_the_new_one_and_one_that_did_for_now_is_not(feeds: Path, web: Web) -> None:
    assert add(feeds, web, web.url("/for-now"), "--name", "now").code == 0
    assert last(feeds).url == web.url("/for-now")
    assert add(feeds, web, web.url("/old"), "--name", "old").code == 0
    assert last(feeds).url == web.url("/wire")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["/bare"], "names no feed"), (["/wall"], "blocked"), (["/nothing"], "gone"), (["/page", "--choose", "3"], "--choose takes 1 to 2"),
        (["/wire", "--name", "Harbour Town"], "short name of small letters"), (["/wire", "--name", "ema-news"], "already the name"),
        (["/wire", "--market", "LMX"], "there is: "),
        (["/wire", "--every", "5"], "is no duration"), (["/wire", "--kind", "rss"], "no kind of source"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_to_do_and_nothing_is_written(feeds: Path, web: Web, words: list[str], says: str) -> None:
    before = feeds.read_bytes()
    said = add(feeds, web, web.url(words[0]), *words[1:])
    assert said.code == 2
    assert says in said.err
    assert feeds.read_bytes() == before


def test_an_address_that_is_there_is_refused_without_asking_it_again(feeds: Path, web: Web) -> None:
    assert add(feeds, web, web.url("/wire"), "--name", "one").code == 0
    asked, before = len(web.asked), feeds.read_bytes()
    said = add(feeds, web, web.url("/wire/?utm_source=reader"), "--name", "two")
    assert (said.code, said.err) == (2, "monitor: one has this address already\n")
    assert len(web.asked) == asked
    assert "one has this address already" in add(feeds, web, web.url("/old"), "--name", "two").err
    assert feeds.read_bytes() == before
    said = add(feeds, web, "https://endpoints.news/feed")
    assert "endpoints has this address already, which is disabled: set enabled: true there" in said.err


def test_a_dry_run_shows_what_would_be_written(feeds: Path, web: Web) -> None:
    before = feeds.read_bytes()
    said = add(feeds, web, web.url("/wire"), "--dry-run", "--disabled")
    assert (said.code, feeds.read_bytes()) == (0, before)
    assert "would be written" in said.out
    assert said.out.rstrip().endswith("enabled: false")


def test_what_is_unwise_about_it_is_told(feeds: Path, web: Web) -> None:
    said = add(feeds, web, f"{web.url('/wire')}?token=abc", "--json")
    assert said.code == 2  # the script serves no such path
    web.scripts["/wire?token=abc"] = answer(200, NEWS)
    said = add(feeds, web, f"{web.url('/wire')}?token=abc", "--json")
    assert said.code == 1
    assert ["seems to carry a key or token" in one for one in said.json["warnings"]] == [True]


def test_a_name_is_made_from_host_and_path_where_none_is_given(feeds: Path, web: Web) -> None:
    said = [add(feeds, web, web.url(path), "--json").json["source"] for path in ("/wire", "/comments")]
    assert said == ["127-0-0-1", "127-0-0-1-comments"]


# ---- writing into a file ---------------------------------------------------------------------------------------------

NEW = [
    NewSource("new", "https://new.example.org/feed?a=1&b=2", every="2h", note="a: note # with\nsigns"),
    NewSource("more", "https://m.example.org/"),
]
HEAD = "contact: me@ours.org\n"
LAYOUTS = {
    "a block": "sources:\n  - name: a\n    url: https://a.example.org/    # its address\n\n    # a last remark\n\neditions: []\n",
    "not indented": "sources:\n- name: a\n  url: https://a.example.org/\neditions: []\n",
    "no end of line": "sources:\n  - name: a\n    url: https://a.example.org/",
    "windows": "sources:\r\n  - name: a\r\n    url: https://a.example.org/\r\ngroups: []\r\n",
    "braces": "sources:\n  - {name: a, url: 'https://a.example.org/'}   # one\ngroups: []\n",
    "braces over two lines": "sources:\n  - {name: a,\n     url: 'https://a.example.org/'}\ngroups: []\n",
    "brackets": "sources: [{name: a, url: 'https://a.example.org/'}]\ngroups: []\n",
    "nothing yet": "sources: []\ngroups: []\n",
    "a list last": "sources:\n  - name: a\n    url: https://a.example.org/\n    markets:\n      - adoptive-cell-therapy  # one\n# end\n",
    "deeper": "sources:\n      -   name: a\n          url: https://a.example.org/\n",
    "a mark": "\ufeffsources:\n  - name: a\n    url: https://a.example.org/\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_way_of_writing_a_list_is_added_to(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "feeds.yaml"
    text = LAYOUTS[layout] if layout == "a mark" else HEAD.replace("\n", "\r\n" if "\r" in LAYOUTS[layout] else "\n") + LAYOUTS[layout]
    path.write_bytes(text.encode())
    written = add_sources(path, SEEDS, NEW)
    now = path.read_bytes().decode()
    assert [one.name for one in load_config(path, SEEDS).sources][-2:] == ["new", "more"]
    assert load_config(path, SEEDS).sources[-2].url == NEW[0].url
    rest = now.replace(written.inserted, "", 1)
    assert "".join(rest.split()).replace(",]", "]") == "".join(text.split()), "every other byte stays"
    assert (b"\r\n" in path.read_bytes()) == ("\r\n" in text)
    assert now.count("\n") == now.count("\r\n") or "\r\n" not in now


def test_what_would_be_wrong_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(HEAD + LAYOUTS["a block"])
    for wrong in (
        NewSource("a", "https://b.example.org/"),
        NewSource("b", "gopher://b"),
        NewSource("b", "https://b.org/", markets=("mars",)),
    ):
        before = path.read_bytes()
        with pytest.raises(ConfigError):
            add_sources(path, SEEDS, [wrong])
        assert path.read_bytes() == before


def test_a_file_without_a_list_of_sources_is_not_guessed_at() -> None:
    with pytest.raises(MonitorError, match="no list of sources"):
        with_sources("contact: me@ours.org\n", "feeds.yaml", NEW)


def test_the_shipped_file_takes_a_hundred_at_once(feeds: Path) -> None:
    before = feeds.read_text()
    many = [NewSource(f"n{n}", f"https://n{n}.example.org/feed") for n in range(100)]
    add_sources(feeds, SEEDS, many)
    assert len(added(before, feeds.read_text())) == 200
    assert len(load_config(feeds, SEEDS).sources) == len(parse_config(before, "x", SEEDS).sources) + 100
