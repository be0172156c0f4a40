"""What a stranger sees: the demo finds every development it was written around, once, and nothing that is none."""

from __future__ import annotations

import csv
import json
import re
import resource
import shlex
import shutil
import socket
import subprocess
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from monitor.demo import DEMO_BASELINE, EXPECTED, REPORT
from monitor.demo.outlets import OUTLETS
from monitor.demo.server import TROUBLED
from tests.commands import monitor
from tests.conftest import Demo

TOLD = [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]
TELLING = [row for row in TOLD if row["kind"] in {"development", "correction"}]


def events(tier: str) -> dict[str, list[dict[str, Any]]]:
    """The developments that at least one market counts in this tier, with the items that tell them."""
    found = defaultdict(list)
    for row in TELLING:
        if tier in row["markets"].values() and row.get("offered", True):  # what weighs too little for a line is a mention
            found[row["event"]].append(row)
    return dict(found)


def developments(demo: Demo, market: str, *statuses: str) -> list[dict[str, Any]]:
    return [one for one in demo.said.json["developments"][market] if one["status"] in statuses]


def telling(demo: Demo, market: str, rows: list[dict[str, Any]], *statuses: str) -> list[dict[str, Any]]:
    """The developments of a market that name one of these items among their sources."""
    links = {row["link"] for row in rows}
    return [one for one in developments(demo, market, *statuses) if links & set(one["sources"])]


def core_market(rows: list[dict[str, Any]]) -> str:
    return next(market for market, tier in rows[0]["markets"].items() if tier == "core")


# ---- what it found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", events("core"))
def test_every_core_development_is_offered_once_with_its_type_and_date(demo: Demo, event: str) -> None:
    rows = events("core")[event]
    found = telling(demo, core_market(rows), rows, "proposed", "review")
    assert len(found) == 1, f"{event}: {[one['headline'] for one in found]}"
    assert found[0]["type"] == rows[0]["type"]
    assert found[0]["date"].startswith(rows[0]["date"])


@pytest.mark.parametrize("event", events("core"))
def test_every_outlet_that_tells_a_core_development_is_heard(demo: Demo, event: str) -> None:
    rows = events("core")[event]
    trusted = {outlet.name for outlet in OUTLETS if outlet.tier <= 2}
    heard = {link for one in telling(demo, core_market(rows), rows, "proposed", "review") for link in one["sources"]}
    assert {row["link"] for row in rows if row["outlet"] in trusted} - heard == set()


def test_no_line_mixes_two_developments(demo: Demo) -> None:
    event_of = {row["link"]: row["event"] for row in TELLING}
    for market in demo.said.json["developments"]:
        for one in developments(demo, market, "proposed", "review"):
            told = {event_of[link] for link in one["sources"] if link in event_of}
            assert len(told) <= 1, one["headline"]


def test_nothing_is_proposed_that_is_no_development(demo: Demo) -> None:
    none = {row["link"]: row["kind"] for row in TOLD if row["kind"] == "unrelated" or row["kind"].startswith("negative:")}
    proposed = [one for market in demo.said.json["developments"] for one in developments(demo, market, "proposed")]
    assert [(none[link], one["headline"]) for one in proposed for link in one["sources"] if link in none] == []


def test_no_market_proposes_what_only_concerns_a_player(demo: Demo) -> None:
    for market in demo.said.json["developments"]:
        loose = [row for row in TELLING if row["markets"].get(market) == "player_only"]
        assert [one["headline"] for one in telling(demo, market, loose, "proposed")] == []


# ---- how it looked ---------------------------------------------------------------------------------------------------


def test_the_first_look_takes_everything_and_the_later_ones_what_is_new(demo: Demo) -> None:
    first, second, third = demo.said.json["mondays"]
    there = sum(row["published"] <= DEMO_BASELINE.isoformat().replace("+00:00", "Z") for row in TOLD)
    assert first["looks"]["ok"] == len(OUTLETS)
    assert first["new"] == there
    assert first["new"] + second["new"] + third["new"] == len(TOLD)
    assert second["looks"]["not_modified"] + third["looks"]["not_modified"] > 0
    assert second["revised"] + third["revised"] == 2


def test_sources_in_trouble_are_named_with_their_trouble(demo: Demo) -> None:
    answered = {one["source"]: one["outcome"] for one in demo.said.json["coverage"]}
    assert {name: answered[name] for name in TROUBLED} == {
        "harbour-gazette": "unreachable", "agency-archive": "blocked", "congress-calendar": "html_instead_of_feed",
    }  # fmt: skip
    assert Counter(answered.values())["unreachable"] == 1


# ---- what it wrote ---------------------------------------------------------------------------------------------------


def test_the_digest_stands_there_as_mail_page_and_text(demo: Demo) -> None:
    mail, page, text = map(Path, demo.said.json["files"]["digest"])
    assert text.read_text().startswith("Weekly market developments\n")
    assert "Weekly market developments" in page.read_text()
    assert mail.read_bytes().startswith(b"From: ")
    assert len(list(mail.parent.glob("*.eml"))) == 3


def test_the_table_holds_the_reports_own_lines_and_the_proposed_ones(demo: Demo) -> None:
    text = Path(demo.said.json["files"]["tables"]["adoptive-cell-therapy"]).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert Counter(row["status"] for row in rows)["baseline"] == 2
    assert all(row["source_url"] and row["source_name"] for row in rows if row["status"] == "proposed")


def test_the_report_gained_lines_in_its_own_order_and_lost_nothing(demo: Demo) -> None:
    before, after = REPORT.read_text().splitlines(), Path(demo.said.json["files"]["report"]).read_text().splitlines()
    added = [line for line in after if line not in before]
    assert [line for line in after if line in before] == before
    assert len(added) >= 8
    assert all(line.startswith("- \\[proposed\\] In ") for line in added)
    months = [line.split("] In ")[1].split(",")[0] for line in added]
    assert months == sorted(months, key=lambda month: time.strptime(month, "%B %Y"))


def test_one_line_is_explained_with_the_words_of_its_source(demo: Demo) -> None:
    assert demo.said.json["example"] in demo.said.json["why"]
    assert len(demo.said.json["why"].splitlines()) > 5


def test_every_line_stands_on_its_evidence(demo: Demo) -> None:
    told = monitor("--config", demo.folder / "feeds.yaml", "explain", demo.said.json["example"], "--json")
    assert told.code == 0
    assert told.json


# ---- what it leaves --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo in words, in its default folder."""
    folder = tmp_path_factory.mktemp("told")
    return Demo(folder / "monitor-demo", monitor("demo", folder=folder))


def test_it_takes_seconds(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = monitor("demo", folder=tmp_path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert said.code == 0
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 20  # its own, whatever else runs here


def test_it_says_nothing_beside_its_result_in_a_pipe(told: Demo) -> None:
    assert (told.said.code, told.said.err) == (0, "")


def test_it_leaves_nothing_running(told: Demo) -> None:
    port = re.search(r"127\.0\.0\.1:(\d+)", (told.folder / "feeds.yaml").read_text())
    assert port is not None
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(port[1])), timeout=1)
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(told.folder) not in running


def test_every_file_it_names_is_there(told: Demo) -> None:
    named = re.findall(r"^  (?:\w+)? +(monitor-demo/\S+)", told.said.out.split("What it wrote")[1], re.MULTILINE)
    assert len(named) == 7
    assert [path for path in named if not (told.folder.parent / path).is_file()] == []


def test_what_it_suggests_can_be_typed(told: Demo) -> None:
    commands = re.findall(r"^  .* -m monitor (--config .*)$", told.said.out.split("Try next")[1], re.MULTILINE)
    assert len(commands) == 7
    ended = {line: monitor(*shlex.split(line), folder=told.folder.parent) for line in commands}
    assert {line: ran.err for line, ran in ended.items() if ran.code not in {0, 1}} == {}


def test_a_second_run_in_the_same_folder_starts_over_and_shows_the_same(demo: Demo, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(demo.folder, tmp_path / "shown"))
    kept = {path.name: path.read_bytes() for path in copy.glob("*/*") if ".bak" not in path.name}
    again = monitor("demo", copy, "--json")
    same = ("mondays", "developments", "coverage", "example", "why")
    assert again.code == 0
    assert {key: again.json[key] for key in same} == {key: demo.said.json[key] for key in same}
    assert {path.name: path.read_bytes() for path in copy.glob("*/*") if ".bak" not in path.name} == kept


@pytest.mark.parametrize("name", ["feeds.yaml", "notes.txt"])
def test_somebody_elses_folder_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine\n")
    said = monitor("demo", tmp_path)
    assert said.code == 2
    assert "name a new folder" in said.err
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine\n")]
