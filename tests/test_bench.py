"""That every case of the benchmark runs and says what it measured; how long anything takes is not asked here."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from bench import report
from bench.__main__ import CASES, run
from bench.measuring import Bound, Case, Sample, rounds
from bench.sizes import TINY


@pytest.mark.parametrize("name", CASES)
def test_every_case_measures_ours_beside_its_floor(name: str, tmp_path: Path) -> None:
    cases = run(name, TINY, tmp_path)
    assert cases
    for case in cases:
        assert case.samples["ours"]
        assert case.samples["floor"]
    assert json.dumps(report.as_json(cases))
    assert all(case.name in report.table(cases) for case in cases)


def case(ours: float, *floor: float, reader: float | None = None) -> Case:
    """A case with one sample of ours and reader and some of the floor."""
    made = Case("a case", bounds=(Bound(1.5), Bound(2.0, of="reader"), Bound(1.0, held=False)))
    made.samples = {"ours": [Sample(ours)], "floor": [Sample(each) for each in floor]}
    if reader is not None:
        made.samples["reader"] = [Sample(reader)]
    return made


def test_a_missed_bound_is_told_from_one_that_is_only_an_aim() -> None:
    assert [bound.most for bound in case(1.6, 1.0).missed] == [1.5]
    assert case(1.4, 1.0).missed == []
    assert "MISSED" in report.table([case(1.4, 1.0)])  # the aim


def test_a_bound_against_a_peer_that_is_absent_is_not_judged() -> None:
    assert "not judged" in report.table([case(1.0, 1.0)])
    assert [bound.of for bound in case(1.0, 1.0, reader=0.4).missed] == ["reader"]


def test_a_faster_peer_is_told_as_a_loss() -> None:
    assert "LOSS: reader" in report.table([case(1.0, 1.0, reader=0.9)])
    assert "LOSS" not in report.table([case(1.0, 1.0, reader=1.1)])


def test_a_floor_that_varies_by_more_than_a_quarter_is_noisy() -> None:
    assert case(1.0, 1.0, 1.3).noisy
    assert not case(1.0, 1.0, 1.2).noisy


def test_rounds_are_interleaved_and_slow_peers_run_once() -> None:
    order: list[str] = []

    def tool(name: str) -> dict[str, Sample]:
        order.append(name)
        return {"a case": Sample(1.0)}

    rounds({"a case": Case("a case")}, {name: partial(tool, name) for name in ("ours", "floor", "reader")}, 2, once=("reader",))
    assert order == ["ours", "floor", "reader", "ours", "floor"]
