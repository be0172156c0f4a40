"""Trying edited seeds/ on what was read before: what would change is told, and nothing is saved."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.backtest import changes, counts
from monitor.config import shipped
from monitor.model import Assessment, Entry, MarketMatch, Reason, Report, StoredEntry
from tests.commands import Ran, monitor
from tests.conftest import Demo
from tests.telling import tell

MOMENT = datetime(2026, 5, 4, tzinfo=UTC)
ENTRY = StoredEntry(7, Entry("wire", "1", "FDA approves Breyanzi", published=MOMENT), MOMENT)


def told(*reports: Report) -> Assessment:
    return Assessment(7, 1, "seeds", reports)


def silent(why: str) -> Assessment:
    return Assessment(7, 1, "seeds", (), Reason(why))


def differences(before: Assessment, after: Assessment) -> list[tuple[str, str, str]]:
    return [(change.kind, change.before, change.after) for change in changes(ENTRY, before, after)]


APPROVAL = tell("FDA approves Breyanzi", agency="FDA")
IN_ACT = "adoptive-cell-therapy (core)"


# ---- what is told ----------------------------------------------------------------------------------------------------


def test_what_stays_the_same_is_no_change() -> None:
    assert differences(told(APPROVAL), told(replace(APPROVAL, score=1.0, keys=("other",)))) == []
    assert differences(silent("no event type"), silent("no tracked market")) == []


def test_a_report_that_was_not_told_before_is_gained_with_the_reason_why_not() -> None:
    assert differences(silent("no event type"), told(APPROVAL)) == [("gained", "no event type", f"approval in {IN_ACT}")]


def test_a_report_that_is_told_no_more_is_lost_with_the_reason_why() -> None:
    assert differences(told(APPROVAL), silent("noise law_firm_alert")) == [("lost", f"approval in {IN_ACT}", "noise law_firm_alert")]


def test_another_type_or_stage_is_retyped() -> None:
    filed = tell("FDA approves Breyanzi", agency="FDA", type="filing_accepted")
    assert differences(told(APPROVAL), told(filed)) == [("retyped", "approval", "filing_accepted")]
    assert differences(told(APPROVAL), told(replace(APPROVAL, label=replace(APPROVAL.label, subtype="accelerated")))) == [
        ("retyped", "approval", "approval (accelerated)")
    ]


def test_another_tier_or_market_is_moved() -> None:
    moved = replace(APPROVAL, markets=(MarketMatch("adoptive-cell-therapy", "adjacent"),))
    assert differences(told(APPROVAL), told(moved)) == [("moved", IN_ACT, "adoptive-cell-therapy (adjacent)")]
    assert differences(told(APPROVAL), told(replace(APPROVAL, markets=()))) == [("moved", IN_ACT, "no market")]


def test_other_facts_are_named_and_only_those_that_differ() -> None:
    fuller = tell("FDA approves Breyanzi", agency="FDA", product="Breyanzi")
    assert differences(told(APPROVAL), told(fuller)) == [("facts", "nothing more", "product Breyanzi")]


def test_of_several_reports_those_of_one_type_are_compared() -> None:
    deal = replace(tell("Gilead buys Arcellx", type="acquisition"), n=1)
    assert differences(told(APPROVAL, deal), told(replace(deal, n=0))) == [("lost", f"approval in {IN_ACT}", "not told")]


def test_changes_are_counted_by_source_and_by_rule() -> None:
    found = [*changes(ENTRY, silent("no event type"), told(APPROVAL)), *changes(ENTRY, told(APPROVAL), silent("no event type"))]
    assert counts(found, "source") == {"wire": {"gained": 1, "lost": 1}}
    assert counts(found, "rule") == {"test-1": {"gained": 1, "lost": 1}}


# ---- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def tried(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the demo's folder, in which every approval that was offered was accepted."""
    folder = Path(shutil.copytree(demo.folder, tmp_path / "tried"))
    assert on(folder, "accept", *(row["id"] for row in approvals(folder, "proposed"))).code == 0
    return folder


def on(folder: Path, *words: str | Path) -> Ran:
    return monitor("--config", folder / "feeds.yaml", *words)


def approvals(folder: Path, status: str) -> list[dict[str, Any]]:
    """The approvals of adoptive cell therapies that have this status."""
    return list(on(folder, "table", "-m", "ACT", "--status", status, "--type", "approval", "--json").json["rows"])


def everything(folder: Path) -> list[str]:
    """All that the database holds."""
    with closing(sqlite3.connect(folder / "monitor.db")) as connection:
        return list(connection.iterdump())


def backtest(folder: Path, *words: str | Path) -> dict[str, Any]:
    """What a back-test of everything says; it has saved nothing."""
    before = everything(folder)
    said = on(folder, "backtest", "--since", "2020-01-01", "--json", *words)
    assert (said.code, said.err) == (0, "")
    assert everything(folder) == before
    return dict(said.json)


def test_with_the_seeds_that_decided_nothing_would_change(tried: Path) -> None:
    told = backtest(tried)
    assert told["entries"] > 10
    assert (told["undecided"], told["changes"], told["accepted"]) == (0, [], [])


def test_a_source_that_is_trusted_no_more_would_lose_what_it_told(tried: Path) -> None:
    feeds = tried / "feeds.yaml"
    feeds.write_text(re.sub(r"tier: [123]", "tier: 4", feeds.read_text()))
    told = backtest(tried)
    assert {change["kind"] for change in told["changes"]} == {"lost"}
    assert all("tier 4" in change["after"] and change["title"] for change in told["changes"])
    assert sum(row["lost"] for row in told["by_source"]) == sum(row["lost"] for row in told["by_rule"]) == len(told["changes"])


def test_seeds_of_another_folder_can_be_tried_and_accepted_lines_that_they_touch_are_named(tried: Path, tmp_path: Path) -> None:
    seeds = Path(shutil.copytree(shipped("seeds"), tmp_path / "edited", ignore=shutil.ignore_patterns("corpus")))
    market = seeds / "markets" / "adoptive-cell-therapy.yaml"
    market.write_text(market.read_text().replace("tier: core", "tier: adjacent"))
    accepted = approvals(tried, "accepted")
    moved = [row for row in backtest(tried, "--seeds", seeds)["accepted"] if row["kind"] == "moved"]
    assert moved
    assert {row["id"] for row in moved} <= {row["id"] for row in accepted}
    assert all("(core)" in row["before"] and "(adjacent)" in row["after"] for row in moved)
    assert approvals(tried, "accepted") == accepted


def test_for_a_person_it_is_tables_and_says_that_nothing_was_saved(tried: Path) -> None:
    feeds = tried / "feeds.yaml"
    feeds.write_text(re.sub(r"tier: [123]", "tier: 4", feeds.read_text()))
    said = on(tried, "backtest", "--since", "2020-01-01")
    assert said.code == 0
    assert "nothing was saved" in said.out.splitlines()[0]
    assert "Accepted lines whose event would change" in said.out


@pytest.mark.parametrize("since", ["90", "yesterday", "2026-02-30"])
def test_a_period_that_is_none_is_refused(since: str, tried: Path) -> None:
    said = on(tried, "backtest", "--since", since)
    assert said.code == 2
    assert "neither a period such as 90d nor a day" in said.err


def test_without_a_database_none_is_started(tmp_path: Path) -> None:
    shutil.copy(shipped("feeds.yaml"), tmp_path)
    said = on(tmp_path, "backtest")
    assert said.code == 2
    assert "nothing was read yet" in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feeds.yaml"]
