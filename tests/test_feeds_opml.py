"""`monitor sources import` and `export`: lists of feeds, nothing dropped silently, and what goes out comes in again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor import opml
from monitor.config import load_config, load_seeds, shipped
from monitor.errors import MonitorError
from tests.commands import monitor
from tests.newsroom import ACT

SEEDS, _ = load_seeds(shipped("seeds"))
EMPTY = "contact: me@ours.org   # ours\nsources:\n  - name: known\n    url: https://known.example.org/feed   # the first\n\n# the end\n"
LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>Mine</title></head><body>
<outline text="Oncology">
  <outline text="Cells &amp; more" type="rss" xmlUrl="https://cells.example.org/feed?a=1&amp;b=2" language="DE"/>
  <outline text="Journals">
    <outline text="Journal of &quot;X&quot;" xmlURL=" https://journal.example.org/rss "/>
  </outline>
  <outline text="adoptive-cell-therapy"><outline text="CAR-T" xmlUrl="https://cart.example.org/feed"/></outline>
</outline>
<outline text="Known" xmlUrl="http://www.known.example.org/feed/"/>
<outline text="Cells again" xmlUrl="https://cells.example.org/feed?b=2&amp;a=1"/>
<outline text="A page" type="link" htmlUrl="https://page.example.org/"/>
<outline text="Old" xmlUrl="feed://old.example.org/rss"/>
<outline text="Secret" xmlUrl="https://me:hunter2@secret.example.org/rss"/>
<outline text="Empty folder"/>
<outline xmlUrl="https://untitled.example.org/feed"/>
<outline text="Cells &amp; more" xmlUrl="https://other.example.org/feed"/>
</body></opml>
"""


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.yaml"
    path.write_text(EMPTY)
    return path


def wanted(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "list.opml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_every_outline_is_told_what_became_of_it(tmp_path: Path, feeds: Path) -> None:
    said = monitor("-c", feeds, "sources", "import", wanted(tmp_path, LIST), "--json")
    assert said.code == 1
    fates = [(one["line"], one["title"], one["fate"], one["source"]) for one in said.json["outlines"]]
    assert fates == [
        (4, "Cells & more", "added", "cells-more"), (6, 'Journal of "X"', "added", "journal-of-x"), (8, "CAR-T", "added", "car-t"),
        (10, "Known", "duplicate", None), (11, "Cells again", "duplicate", None), (12, "A page", "no address", None),
        (13, "Old", "bad address", None), (14, "Secret", "bad address", None), (15, "Empty folder", "no address", None),
        (16, "https://untitled.example.org/feed", "added", "untitled-example"), (17, "Cells & more", "added", "cells-more-2"),
    ]  # fmt: skip
    details = {one["title"]: one["detail"] for one in said.json["outlines"]}
    assert details["Known"] == "known has this address"
    assert details["Cells again"] == "cells-more has this address"
    assert "https://page.example.org/ only, a page" in details["A page"]
    assert "write https://old.example.org/rss" in details["Old"]
    assert "hunter2" not in said.out + said.err


def test_what_is_imported_stands_behind_the_last_source_with_its_folder_as_a_remark(tmp_path: Path, feeds: Path) -> None:
    assert monitor("-c", feeds, "sources", "import", wanted(tmp_path, LIST), "--tier", "3", "--disabled").code == 1
    text = feeds.read_text()
    assert text.startswith(EMPTY.partition("\n\n")[0])
    assert text.endswith("\n\n# the end\n")
    assert (
        "  - name: journal-of-x  # Oncology / Journals\n    url: https://journal.example.org/rss\n    tier: 3\n    enabled: false\n" in text
    )
    sources = {source.name: source for source in load_config(feeds, SEEDS).sources}
    assert (sources["car-t"].markets, sources["cells-more"].language) == ((ACT,), "de")
    assert not any(source.enabled for name, source in sources.items() if name != "known")


def test_a_dry_run_tells_the_same_and_changes_nothing(tmp_path: Path, feeds: Path) -> None:
    dry = monitor("-c", feeds, "sources", "import", wanted(tmp_path, LIST), "--dry-run", "--json").json
    assert feeds.read_text() == EMPTY
    assert monitor("-c", feeds, "sources", "import", wanted(tmp_path, LIST), "--json").json["outlines"] == dry["outlines"]


def test_a_second_import_adds_nothing(tmp_path: Path, feeds: Path) -> None:
    monitor("-c", feeds, "sources", "import", wanted(tmp_path, LIST))
    before = feeds.read_bytes()
    again = monitor("-c", feeds, "sources", "import", wanted(tmp_path, LIST), "--json")
    assert {one["fate"] for one in again.json["outlines"]} == {"duplicate", "no address", "bad address"}
    assert feeds.read_bytes() == before


def test_what_is_exported_is_imported_as_it_was(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    (ours / "feeds.yaml").write_bytes(shipped("feeds.yaml").read_bytes())
    (theirs / "feeds.yaml").write_text("contact: monitor@example.org\nsources: []\n")
    said = monitor("-c", ours / "feeds.yaml", "sources", "export", tmp_path / "all.opml")
    assert said.code == 0
    taken = monitor("-c", theirs / "feeds.yaml", "sources", "import", tmp_path / "all.opml", "--json")
    assert {one["fate"] for one in taken.json["outlines"]} == {"added"}
    read = load_config(ours / "feeds.yaml", SEEDS).sources
    before = [replace(source, fastest=None, slowest=None) for source in read if source.kind == "feed"]  # bounds stand in its `defaults`
    after = load_config(theirs / "feeds.yaml", SEEDS).sources
    assert sorted(after, key=lambda one: one.name) == sorted(before, key=lambda one: one.name)


def test_an_export_to_the_terminal_is_a_list_by_tier(feeds: Path) -> None:
    said = monitor("-c", feeds, "sources", "export")
    (folder,) = [one for one in opml.read(said.out.encode(), "x") if one.children]
    (one,) = [one for one in opml.read(said.out.encode(), "x") if one.url]
    assert (folder.title, one.folders, one.title, one.url) == ("Edited press", ("Edited press",), "known", "https://known.example.org/feed")
    assert (one.said("type"), one.said("monitor:tier"), one.said("language")) == ("rss", "2", "en")


def test_values_of_ours_that_cannot_be_meant_are_told(tmp_path: Path, feeds: Path) -> None:
    ours = f'<opml xmlns:m="{opml.OURS}"><body>' + "".join(
        f'<outline text="t{n}" xmlUrl="https://t{n}.example.org/" {attribute}/>'
        for n, attribute in enumerate(['m:tier="9"', 'm:kind="rss"', 'm:every="often"', 'm:name="Not So"', 'm:tier="1"'])
    )
    said = monitor("-c", feeds, "sources", "import", wanted(tmp_path, ours + "</body></opml>"), "--json")
    assert [one["fate"] for one in said.json["outlines"]] == ["bad value"] * 4 + ["added"]
    assert load_config(feeds, SEEDS).sources[-1].tier == 1


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><opml><body><outline text="&b;"/></body></opml>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body><outline text="&a;"/></body></opml>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB, "list.opml:1:25: declares entities"), (OUTSIDE, "declares entities"),
        ("<opml><body><outline></body></opml>", "is no XML here: mismatched"),
        ("", "is no XML here: no element found"), ("<rss><channel/></rss>", "<rss> is no OPML: .* `add` takes its address"),
        ("<opml>" + "<outline text='a'>" * 60, "more than 50 folders"), (b"\xff\xfe\x00", "is no XML"),
        ('<?xml version="1.0" encoding="no-such"?><opml/>', "list.opml"),
    ],
    ids=["bomb", "outside", "broken", "empty", "a feed", "deep", "rubbish", "encoding"],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path, feeds: Path, content: str | bytes, says: str) -> None:
    path = wanted(tmp_path, content)
    with pytest.raises(MonitorError, match=says):
        opml.read(path.read_bytes(), str(path))
    said = monitor("-c", feeds, "sources", "import", path)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert feeds.read_text() == EMPTY


def test_a_list_with_a_harmless_doctype_or_of_another_encoding_is_read() -> None:
    text = '<?xml version="1.0" encoding="windows-1252"?><!DOCTYPE opml><opml><body><outline text="Ärzte" xmlUrl="https://a.org/"/></body></opml>'
    assert [one.title for one in opml.read(text.encode("cp1252"), "x")] == ["Ärzte"]


def test_a_file_that_is_not_there_is_wrong_use(feeds: Path) -> None:
    said = monitor("-c", feeds, "sources", "import", "missing.opml")
    assert said.code == 2
    assert "missing.opml: cannot be read: No such file" in said.err
