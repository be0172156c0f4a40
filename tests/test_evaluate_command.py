"""The files that `monitor evaluate` reads, and what it prints and writes."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.cli import cli
from monitor.config import load_seeds, shipped
from monitor.errors import ConfigError
from monitor.evaluation import Expected, Item, half_of, labelled, predict, read_items
from monitor.evaluation.trust import tier_of
from tests.conftest import ROOT

ACT = "adoptive-cell-therapy"


# ---- files -----------------------------------------------------------------------------------------------------------


def written(folder: Path, *lines: str | dict[str, Any]) -> Path:
    path = folder / "items.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def test_every_mistake_of_a_file_is_named_with_its_line_and_key(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"id": "a", "title": "Well", "published": None, "expect": {"types": [None], "slots": {"date": "2025-06"}}},
        '{"id": "b", "title": ',
        {"id": 7, "title": "x", "published": "last week"},
        {"id": "c", "title": "x", "expect": {"types": "approval", "markets": {ACT: "close"}, "line": "yes", "level": "dropped"}},
        {"id": "d", "title": "x", "expect": {"slots": {"total": "1.2bn", "date": "June 2025", "roles": ["Gilead"], "product": "Carvykti"}}},
    )
    with pytest.raises(ConfigError) as refused:
        read_items([path, tmp_path / "absent.jsonl"])
    problems = refused.value.problems
    assert [(problem.line, problem.key) for problem in problems if problem.file == str(path)] == [
        (2, ""), (3, "id"), (3, "published"),
        (4, "expect.types"), (4, "expect.level"), (4, "expect.markets"), (4, "expect.line"),
        (5, "expect.slots.product"), (5, "expect.slots.total"), (5, "expect.slots.date"), (5, "expect.slots.roles"),
    ]  # fmt: skip
    assert all("write" in problem.message or "name a file" in problem.message for problem in problems)
    assert problems[-1].file.endswith("absent.jsonl")


def test_every_key_of_expect_is_optional_and_unknown_keys_are_ignored(tmp_path: Path) -> None:
    path = written(
        tmp_path, {"id": "a", "title": "x"}, "", {"id": "b", "title": "x", "facts": {}, "expect": {"unsure": True, "event": "e"}}
    )
    one, other = read_items([path])
    assert one.expect == Expected()
    assert other.expect.event == "e"


def test_items_of_one_event_are_in_one_half(tmp_path: Path) -> None:
    items = [Item(f"n{n}", "x", expect=Expected(event=f"e{n // 2}")) for n in range(200)]
    tune, held = half_of(items, "tune"), half_of(items, "held")
    assert sorted(item.id for item in (*tune, *held)) == sorted(item.id for item in items)
    assert {item.expect.event for item in tune}.isdisjoint({item.expect.event for item in held})
    assert 60 < len(tune) < 140


@pytest.mark.parametrize(
    ("source", "tier"),
    [("GlobeNewswire", 1), ("Lilly newsroom", 1), ("FDA News", 1), ("sec_8k", 1), ("trade press", 2), ("", 2), ("Sector Weekly", 2),
     ("aggregator", 3), ("finance blog", 3), ("podcast transcript", 3), ("newswire translation", 3), ("content farm", 4)],
)  # fmt: skip
def test_a_source_known_by_name_has_a_tier(source: str, tier: int) -> None:
    assert tier_of(source) == tier


# ---- the whole command -----------------------------------------------------------------------------------------------

PLAIN = ROOT / "tests" / "labelled" / "plain.jsonl"


def evaluated(*arguments: str | Path) -> Any:
    """What `monitor evaluate --json` prints."""
    ran = CliRunner().invoke(cli, ["evaluate", *map(str, arguments), "--json"], standalone_mode=False)
    assert ran.exception is None, ran.output
    return json.loads(ran.stdout)


def test_the_command_gives_the_figures_worked_by_hand() -> None:
    """Of plain.jsonl one item is labelled wrongly on purpose, in its type and its event."""
    said = evaluated(PLAIN)
    assert list(said) == [
        "event", "type", "type_by", "market", "tier", "player", "slot", "slot_by", "line", "leaks", "cluster", "pair", "grounded", "speed",
    ]  # fmt: skip
    assert said["event"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "n": 5}
    assert said["type"] == {"precision": 0.75, "recall": 0.75, "f1": 0.75, "n": 5}
    assert said["type_by"]["license"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "n": 1}
    assert said["leaks"] == {"lines": 0, "shown": 0, "n": 1}
    # Two of four items belong together and are; two more should, by the wrong label, and are not.
    assert said["cluster"] == {"precision": 1.0, "recall": 0.75, "f1": pytest.approx(1.5 / 1.75), "n": 4}
    assert said["pair"] == {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3), "n": 2}
    assert said["grounded"]["share"] == 1.0
    assert said["speed"]["n"] == 5


def test_predictions_say_what_was_decided_in_the_order_of_the_items(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    evaluated(PLAIN, "--predictions", out)
    told = [json.loads(line) for line in out.read_text().splitlines()]
    assert [one["id"] for one in told] == ["mzl-wire", "mzl-press", "arcellx", "wrong-on-purpose", "law-firm"]
    assert all(list(one) == ["id", "type", "stage", "markets", "players", "slots", "line", "shown", "event", "why"] for one in told)
    wire, press, law = told[0], told[1], told[4]
    assert wire["type"] == "approval"
    assert wire["markets"][ACT] == "core"
    assert wire["line"].startswith("In December 2025, ")
    assert wire["event"] == press["event"]
    assert set(wire["slots"]) == set(labelled.SLOTS)
    assert (law["type"], law["line"], law["shown"]) == (None, None, "dropped")
    item = json.loads(PLAIN.read_text().splitlines()[0])
    texts = {"title": item["title"], "lead": item["summary"]}
    spans = [step for step in wire["why"] if step["field"]]
    assert spans
    assert all(texts[step["field"]][step["start"] : step["end"]] == step["text"] for step in spans)


def test_the_order_of_the_items_changes_nothing(tmp_path: Path) -> None:
    items = read_items([PLAIN])
    seeds, _ = load_seeds(shipped("seeds"))
    told = {run: predict([items[n] for n in run], seeds).predictions for run in list(permutations(range(4)))[::5]}
    groups_of = {
        frozenset(frozenset(one.id for one in ran if one.event == event) for event in {one.event for one in ran}) for ran in told.values()
    }
    assert len(groups_of) == 1
    assert len({tuple(sorted((one.id, one.type, one.line, one.shown) for one in ran)) for ran in told.values()}) == 1


def test_misses_come_with_the_path_that_led_there() -> None:
    errors = evaluated(PLAIN, "--errors")["errors"]
    kind = next(miss for miss in errors if miss["figure"] == "type")
    assert (kind["id"], kind["expected"], kind["found"]) == ("wrong-on-purpose", "license", "approval")
    assert any("approval" in step for step in kind["path"])
    text = CliRunner().invoke(cli, ["evaluate", str(PLAIN), "--errors"], standalone_mode=False).stdout
    assert "type · wrong-on-purpose · European Commission approves Yescarta" in text


def test_a_half_is_scored_alone() -> None:
    tune, held = evaluated(PLAIN, "--split", "tune"), evaluated(PLAIN, "--split", "held")
    assert tune["speed"]["n"] + held["speed"]["n"] == 5


def test_a_file_that_cannot_be_read_ends_with_2_and_says_where(tmp_path: Path) -> None:
    path = written(tmp_path, {"id": "a", "title": "x", "expect": {"line": "maybe"}})
    ran = subprocess.run(
        [sys.executable, "-m", "monitor", "evaluate", str(path)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert ran.returncode == 2
    assert f"{path}:1:1: error: expect.line: write true or false, or leave the key out" in ran.stderr
    assert ran.stdout == ""


def test_it_leaves_nothing_behind_and_is_quiet_in_a_pipe(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "monitor", "evaluate", str(PLAIN)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert ran.returncode == 0
    assert ran.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_the_seeds_beside_a_feeds_yaml_win_over_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").touch()
    (tmp_path / "seeds").mkdir()
    ran = subprocess.run(
        [sys.executable, "-m", "monitor", "evaluate", str(PLAIN)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert ran.returncode == 2
    assert "seeds/types.yaml" in ran.stderr
