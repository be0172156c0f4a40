"""What registers have in common: rows become entries of their own, the first look is no news, and silence is judged by seasons."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.model import KINDS, Outcome
from monitor.sources import register
from tests.internet import ema, fda
from tests.internet.watching import watching
from tests.newsroom import ACT, DAY, LM


def test_a_row_that_says_again_what_another_said_is_told_and_changes_no_identity() -> None:
    row = register.Row("1", "FDA approves Zevocel", "", (), written="2026-05-04", day=date(2026, 5, 4))
    other = register.Row("2", "FDA approves Zevonix", "", ())
    found = register.entries([[row], [row, other]], iter, "register")
    assert [entry.identity for entry in found.entries] == ["1", "2"]
    assert found.detail == "rows that repeat another: 1"


@pytest.mark.parametrize(
    ("shouted", "said"),
    [
        ("KITE PHARMA INC", "Kite Pharma Inc"),
        ("UCB SA", "Ucb SA"),
        ("Kite Pharma, Inc.", "Kite Pharma, Inc."),
        ("NOVARTIS AG", "Novartis AG"),
    ],
)
def test_a_name_in_capitals_is_written_as_elsewhere(shouted: str, said: str) -> None:
    assert register.named(shouted) == said


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].register and kind in fda.endpoints() | ema.endpoints()])
def test_the_first_look_at_a_register_is_its_baseline_and_no_news(kind: str, tmp_path: Path) -> None:
    with watching(tmp_path, [kind]) as watch:
        assert watch.look()[kind].outcome is Outcome.OK
        assert all(stored.baseline for stored in watch.entries())
        assert all(line.baseline for market in (ACT, LM) for line in watch.developments(market))


@pytest.mark.parametrize("kind", ["ema_medicines", "fda_oncology", "openfda_crl"])
def test_a_register_whose_rows_are_all_newer_than_before_has_missed_no_window(kind: str, tmp_path: Path) -> None:
    with watching(tmp_path, [kind]) as watch:
        watch.look()
        endpoint = watch.net[kind]
        for row in endpoint.rows:
            row |= {key: value + timedelta(days=200) for key, value in row.items() if isinstance(value, date)}
        watch.now += timedelta(days=220)
        assert not watch.look()[kind].missed_window


def test_a_register_may_be_quiet_for_a_season_and_not_for_half_a_year(tmp_path: Path) -> None:
    with watching(tmp_path, ["ema_medicines", "fda_cgt"]) as watch:
        watch.look()
        watch.now += timedelta(weeks=8)
        watch.net["ema_medicines"].rows[0]["atc_code_human"] = "L01"  # the list as a whole is another one
        watch.net["fda_cgt"].rows[0]["maker"] = "Kite Pharma"
        assert {look.outcome for look in watch.look().values()} == {Outcome.OK}
        watch.now += timedelta(weeks=30)
        watch.net["ema_medicines"].rows[0]["atc_code_human"] = "L01X"
        watch.net["fda_cgt"].rows[0]["maker"] = "Kite Pharma LLC"
        assert {name: look.outcome for name, look in watch.look().items()} == {"ema_medicines": Outcome.STALE, "fda_cgt": Outcome.OK}


def test_a_register_that_tells_later_what_news_told_adds_to_the_same_line(tmp_path: Path) -> None:
    with watching(tmp_path, ["feed", "fda_oncology", "purple_book"]) as watch:
        watch.look()
        day = date(2026, 5, 5)
        watch.net["feed"].rows.append({"title": "FDA approves Aucatzyl of Autolus for leukemia", "guid": "new", "day": day})
        watch.net["fda_oncology"].rows.insert(0, fda.notification("obecabtagene autoleucel (Aucatzyl, Autolus Inc.)", day, day + 9 * DAY))
        watch.net["purple_book"].rows.append(fda.licensed("125999", "Aucatzyl", "obecabtagene autoleucel", "Autolus Inc.", day))
        for kind, wait in (("feed", 2 * DAY), ("fda_oncology", 9 * DAY), ("purple_book", 20 * DAY)):
            watch.now += wait
            watch.look(kind)
        (line,) = [one for one in watch.developments(ACT) if one.event_date == day]
    assert len(line.sources) == 3
