"""The figures of `monitor evaluate`, against examples worked by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor import cluster
from monitor.config import load_seeds, shipped
from monitor.evaluation import Expected, Item, Prediction, Run, figures, groups, misses, slots
from monitor.evaluation.grounding import Grounding
from monitor.gazetteer import Style, Template, Wording
from tests.telling import tell

ACT, LM = "adoptive-cell-therapy", "leptomeningeal-metastases"


def found(id: str = "a", **facts: Any) -> Prediction:  # noqa: A002
    """A prediction of nothing, but for what is said."""
    nothing: dict[str, Any] = {
        "type": None, "stage": None, "markets": {}, "players": (), "slots": {}, "line": None, "shown": "dropped",
        "event": f"alone:{id}", "why": (),
    }  # fmt: skip
    return Prediction(id, **(nothing | facts))


def scored(*judged: tuple[dict[str, Any], Prediction], drafted: tuple[tuple[str, bool], ...] = (), seconds: float = 1.0) -> dict[str, Any]:
    """The figures of predictions against expectations."""
    items = [Item(prediction.id, "A title", expect=Expected(**expect)) for expect, prediction in judged]
    return figures(items, Run(tuple(prediction for _, prediction in judged), drafted, seconds))


# ---- event and type --------------------------------------------------------------------------------------------------


def test_development_or_not_leaves_out_items_for_which_both_are_right() -> None:
    said = scored(
        ({"types": ("approval",)}, found(type="approval")),  # right
        ({"types": ("approval",)}, found()),  # missed
        ({"types": (None,)}, found(type="approval")),  # wrong
        ({"types": (None,)}, found()),  # rightly nothing
        ({"types": (None, "approval")}, found(type="approval")),  # left out
        ({}, found(type="approval")),  # not labelled
    )["event"]
    assert said == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "n": 4}


def test_any_of_the_types_is_right_and_a_wrong_one_is_both_wrong_and_missed() -> None:
    said = scored(
        ({"types": ("approval", "label_update")}, found(type="label_update")),  # right
        ({"types": ("approval",)}, found(type="license")),  # wrong and missed
        ({"types": (None, "approval")}, found(type="license")),  # wrong, not missed
        ({"types": (None, "approval")}, found()),  # nothing to count
        ({"types": ("approval",)}, found()),  # missed
    )
    assert said["type"] == {"precision": 1 / 3, "recall": 1 / 3, "f1": 2 / 6, "n": 5}
    assert said["type_by"] == {
        "approval": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "n": 2},
        "label_update": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "n": 1},
        "license": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "n": 0},
    }


# ---- market, tier, player --------------------------------------------------------------------------------------------


def test_a_market_expected_only_by_its_player_counts_neither_way() -> None:
    said = scored(
        ({"types": ("approval",), "markets": {ACT: "core", LM: "player_only"}}, found(markets={ACT: "adjacent", LM: "core"})),
        ({"types": ("approval",), "markets": {ACT: "core"}}, found(markets={ACT: "player_only"})),  # not close enough: missed
        ({"types": ("approval",), "markets": {}}, found(markets={LM: "core"})),  # wrong
        ({"types": (None,), "markets": {}}, found(markets={LM: "core"})),  # announces nothing: not scored
        ({"types": ("approval",), "markets": {LM: "core"}}, found(markets={LM: "core"})),
    )
    assert said["market"] == {"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3, "n": 3}
    assert said["tier"] == {"accuracy": 0.5, "n": 2}


def test_players_are_counted_one_by_one() -> None:
    said = scored(
        ({"players": ("bms", "gilead")}, found(players=("bms", "lilly"))),
        ({"players": ()}, found(players=())),
        ({}, found(players=("lilly",))),
    )["player"]
    assert said == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "n": 2}


# ---- slots -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "one", "other", "alike"),
    [
        ("product", "KEYTRUDA®", "Keytruda", True),
        ("product", "Abecma", "Breyanzi", False),
        ("trial", "CARTITUDE-4", "Cartitude -4", True),
        ("date", "2025-06-26", "2025-06", True),
        ("date", "2025-06-26", "2025-06-27", False),
        ("date", "2025", "2025-06", True),
        ("date", "2025-06", "2025-07-01", False),
        ("total", 1200.0, 1200, True),
        ("total", 1196.0, 1200, True),
        ("total", 1250.0, 1200, False),
        ("indication", "adults with relapsed or refractory multiple myeloma", "relapsed or refractory multiple myeloma", True),
        ("indication", "multiple myeloma, relapsed", "relapsed multiple myeloma", True),
        ("indication", "multiple myeloma", "marginal zone lymphoma", False),
        ("roles", ("gets", "Gilead Sciences, Inc."), ("gets", "Gilead"), True),
        ("roles", ("gets", "Gilead"), ("gives", "Gilead"), False),
        ("roles", ("party", "Merck KGaA"), ("party", "MERCK"), True),
        ("roles", ("party", "Arcellx"), ("party", "Arcturus"), False),
        ("roles", ("party", "Inc."), ("party", "Nkarta, Inc."), False),
    ],
)
def test_two_values_of_a_slot(slot: str, one: Any, other: Any, alike: bool) -> None:
    assert slots.same(slot, one, other) is alike
    assert slots.same(slot, other, one) is alike


def test_slots_are_counted_by_value_and_what_is_not_stated_must_stay_empty() -> None:
    expected = {
        "product": ("Carvykti",), "generic": ("cilta-cel", "ide-cel"), "agency": None, "phase": "3", "date": None,
        "roles": {"licensee": "Janssen", "licensor": "Legend Biotech"},
    }  # fmt: skip
    extracted = {
        "product": ("CARVYKTI™",),  # right
        "generic": ("cilta-cel", "axi-cel"),  # one right, one wrong, one missed
        "agency": "FDA",  # wrong: not stated
        "phase": None,  # missed
        "date": None,  # rightly nothing
        "total": 5.0,  # not labelled
        "roles": {"buyer": "Janssen Biotech, Inc.", "sponsor": "Legend"},  # a buyer gets, as a licensee does; a sponsor does not give
    }
    said = scored(({"slots": expected}, found(slots=extracted)))
    assert said["slot"] == {"precision": 3 / 6, "recall": 3 / 6, "f1": 0.5, "n": 6}
    assert said["slot_by"]["generic"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "n": 2}
    assert said["slot_by"]["agency"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "n": 0}
    assert said["slot_by"]["date"] == {"precision": None, "recall": None, "f1": None, "n": 0}
    assert said["slot_by"]["roles"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "n": 2}
    assert "total" not in said["slot_by"]


def test_one_name_is_matched_once_and_as_many_as_possible_are() -> None:
    assert slots.compare("generic", ("a", "a"), ("a",)) == (1, 1, 0)
    wide, narrow = ("party", "Merck"), ("party", "Merck KGaA")
    assert slots.paired([wide, narrow], [narrow, ("party", "Merck Sharp")], lambda one, other: slots.same("roles", one, other)) == (2, 0, 0)


# ---- lines, leaks, grounded, speed -----------------------------------------------------------------------------------


def test_lines_and_leaks() -> None:
    said = scored(
        ({"line": True}, found(line="In May 2026, …", shown="headline")),
        ({"line": True}, found()),
        ({"line": False, "level": "drop"}, found(line="In May 2026, …", shown="headline")),
        ({"line": False, "level": "drop"}, found(shown="mention")),
        ({"line": False, "level": "mention"}, found(shown="mention")),
        ({"line": False, "level": "review"}, found()),
    )
    assert said["line"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "n": 6}
    assert said["leaks"] == {"lines": 1, "shown": 2, "n": 4}


def test_where_nothing_is_to_be_judged_there_is_no_figure() -> None:
    said = scored(({"line": False}, found()), seconds=0.5)
    assert said["line"] == {"precision": None, "recall": None, "f1": None, "n": 1}
    assert said["tier"] == {"accuracy": None, "n": 0}
    assert said["grounded"] == {"share": 1.0, "n": 0}
    assert said["speed"] == {"items_per_cpu_second": 2.0, "n": 1}


def test_the_share_of_grounded_lines() -> None:
    assert scored(drafted=(("a", True), ("b", True), ("c", False)))["grounded"] == {"share": 2 / 3, "n": 3}


@pytest.mark.parametrize(
    ("line", "strange"),
    [
        ("In May 2026, Gilead agreed to buy Arcellx for USD 7.8 billion.", ()),  # months and amounts in another form than the source's
        ("In May 2026, Gilead agreed to buy Arcellx for USD 7.9 billion.", ("7.9",)),
        ("In June 2026, Gilead agreed to buy the pioneer Arcellx.", ("june", "pioneer")),
    ],
)
def test_a_word_of_a_line_comes_from_template_source_or_seeds(line: str, strange: tuple[str, ...]) -> None:
    seeds, _ = load_seeds(shipped("seeds"))
    known = Style({"acquisition": {"": Wording(first=(Template("In {month}, {acquirer} agreed to buy {target} for {total}."),))}})
    report = tell("Gilead to acquire Arcellx for $7.8bn", type="acquisition", acquirer="Gilead=gilead", target="Arcellx", total=7800)
    event = cluster.merge((report,), "e1")
    assert Grounding(replace(seeds, style=known)).strange(line, event) == strange


# ---- clusters --------------------------------------------------------------------------------------------------------


def test_b_cubed_of_the_textbook_example() -> None:
    # Two groups found, {1 1 1 1 1 2} and {1 2 2 2 2}; events 1 and 2 have six and five items as well.
    together, expected = "AAAAAABBBBB", "11111212222"
    precision, recall, f1 = groups.b_cubed(together, expected)
    assert precision == pytest.approx((25 / 6 + 1 / 6 + 1 / 5 + 16 / 5) / 11)
    assert recall == pytest.approx((25 / 6 + 1 / 6 + 1 / 5 + 16 / 5) / 11)
    assert f1 == pytest.approx(precision)


def test_items_that_stand_alone_flatter_b_cubed_but_not_the_pairs() -> None:
    alone, expected = "abcdefgh", "aacdefgh"  # the first two belong together, and were not put together
    precision, recall, _ = groups.b_cubed(alone, expected)
    assert precision == 1.0
    assert recall == pytest.approx((0.5 + 0.5 + 6) / 8)
    assert groups.pairs(alone, expected) == (0, 0, 1)


def test_pairs_count_every_pair_of_a_group() -> None:
    assert groups.pairs("AAAB", "1122") == (1, 2, 1)  # right 1-1; wrong twice 1-2; missed 2-2


def test_clusters_are_scored_over_the_items_whose_event_is_known() -> None:
    said = scored(
        ({"event": "x"}, found("a", event="e1")),
        ({"event": "x"}, found("b", event="e1")),
        ({"event": "y"}, found("c", event="e1")),
        ({}, found("d", event="e1")),
    )
    precision, recall = (4 / 3 + 1 / 3) / 3, 1.0
    assert said["cluster"] == {"precision": precision, "recall": recall, "f1": 2 * precision / (precision + 1), "n": 3}
    assert said["pair"] == {"precision": 1 / 3, "recall": 1.0, "f1": 0.5, "n": 1}


# ---- misses --------------------------------------------------------------------------------------------------------


def test_every_miss_is_listed_with_what_was_expected_and_what_was_found() -> None:
    item = Item("a", "A title", expect=Expected(types=("approval",), players=("bms",), slots={"phase": "3"}, line=True))
    (kind, player, slot, line) = misses([item], Run((found(type="license", slots={"phase": "2"}),), (), 1.0))
    assert (kind.figure, kind.expected, kind.found) == ("type", "approval", "license")
    assert (player.figure, player.expected, player.found) == ("player", "bms", "nothing")
    assert (slot.figure, slot.expected, slot.found) == ("slot phase", "3", "2")
    assert (line.figure, line.expected, line.found) == ("line", "a line", "nothing")
