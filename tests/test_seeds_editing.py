"""Names written into seeds/: nothing else changes, nothing wrong is written, and what is written counts."""

from __future__ import annotations

import difflib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.cli.names import own_seeds
from monitor.config import load_seeds, shipped
from monitor.config.editing import Name, add_alias, add_player, scalar, with_alias, with_player
from monitor.config.reading import read_tree
from monitor.config.starter import HERE
from monitor.errors import ConfigError, MonitorError, NotFound
from monitor.match import Matcher
from monitor.model import Entry
from tests.commands import monitor

MARKETS = sorted((shipped("seeds") / "markets").glob("*.yaml"))
SMALL = """\
# A small market, in every way of writing.
players:
  kite:                          # the first
    legal_name: Kite
    aliases:                     # its names
      - Kite Pharma              # printed so

      # a remark of nobody
  juno: {legal_name: Juno, aliases: [Juno Therapeutics]}   # the second
products:
  tecartus:
    brand: Tecartus
    note: >
      A text of
      several lines.

# the end
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A seeds/ of one's own, beside a feeds.yaml."""
    shutil.copy(shipped("feeds.yaml"), tmp_path)
    ignored = shutil.ignore_patterns("corpus", "reader.npz", "reader.md")
    return Path(shutil.copytree(shipped("seeds"), tmp_path / "seeds", ignore=ignored))


def inserted(text: str, at: int, piece: str) -> str:
    return text[:at] + piece + text[at:]


def found_in(folder: Path, title: str) -> set[str]:
    moment = datetime(2026, 5, 4, tzinfo=UTC)
    matched = Matcher(load_seeds(folder)[0]).match(Entry("wire", "1", title, published=moment), moment.date())
    return {mention.id for mention in matched.mentions}


# ---- nothing else changes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MARKETS, ids=lambda path: path.stem)
def test_a_name_can_be_added_to_players_and_products_without_touching_another_byte(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before = read_tree(text, path.name, dates=True)
    name = Name("Zebrafinch Bio", ("cell therapy", "Kite: old"), exact=True)
    for kind in ("players", "products"):
        for steps, _ in list(before.each(kind))[::6]:
            after = read_tree(inserted(text, *with_alias(text, path.name, str(steps[-1]), name)), path.name, dates=True)
            assert after.errors() == []
            last = after.get(*steps, "aliases").pop()
            assert last == {"text": "Zebrafinch Bio", "case": "exact", "require_any": ["cell therapy", "Kite: old"]}
            if before.get(*steps, "aliases") is None:
                del after.get(*steps)["aliases"]
            assert after.value == before.value, steps


@pytest.mark.parametrize("path", MARKETS, ids=lambda path: path.stem)
def test_a_new_player_is_lines_added_and_no_other(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    changed = inserted(text, *with_player(text, path.name, "zebrafinch", "Zebrafinch Bio, Inc.", [Name("ZFB", ("Zebrafinch",))]))
    told = [line for line in difflib.ndiff(text.splitlines(), changed.splitlines()) if line[0] != " "]
    assert told == [
        "+   zebrafinch:",
        '+     legal_name: "Zebrafinch Bio, Inc."',
        "+     display: Zebrafinch Bio",
        "+     aliases:",
        "+       - Zebrafinch Bio",
        "+       - {text: ZFB, require_any: [Zebrafinch]}",
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_name_in_a_list_of_lines_is_one_line_added(newline: str) -> None:
    text = SMALL.replace("\n", newline)
    changed = inserted(text, *with_alias(text, "small.yaml", "kite", Name("Kite, a Gilead company")))
    line = '      - "Kite, a Gilead company"'
    assert changed == text.replace(f"# printed so{newline}", f"# printed so{newline}{line}{newline}")


def test_a_name_in_brackets_stays_in_them() -> None:
    changed = inserted(SMALL, *with_alias(SMALL, "small.yaml", "juno", Name("Juno")))
    assert changed == SMALL.replace("[Juno Therapeutics]", "[Juno Therapeutics, Juno]")


def test_a_product_without_further_names_gets_a_list_of_them() -> None:
    changed = inserted(SMALL, *with_alias(SMALL, "small.yaml", "tecartus", Name("KTE-X19")))
    assert changed == SMALL.replace("several lines.\n", "several lines.\n    aliases: [KTE-X19]\n")


def test_a_market_without_players_gets_its_first_one() -> None:
    text = "id: new"
    changed = inserted(text, *with_player(text, "new.yaml", "kite", "Kite Pharma", []))
    assert read_tree(changed, "new.yaml").get("players", "kite", "aliases") == ["Kite Pharma"]


ODD = ["no", "2026-05-04", "012", "22:30", "1e3", "a: b", "#1", "x #2", "{a}", "- a", "it's", "null", "第一三共", "Y-mAbs", "@x", "a\\b"]


@pytest.mark.parametrize("text", ODD)
def test_a_name_that_yaml_would_read_otherwise_is_quoted(text: str) -> None:
    tree = read_tree(f"[{scalar(text)}]", "list.yaml")
    assert (tree.value, tree.errors()) == ([text], [])


# ---- nothing wrong is written ----------------------------------------------------------------------------------------


def test_a_name_that_stands_there_already_is_refused_with_its_line() -> None:
    with pytest.raises(MonitorError, match=r"small.yaml:6: .*Kite PHARMA"):
        with_alias(SMALL, "small.yaml", "kite", Name("Kite PHARMA"))


def test_a_player_that_stands_there_already_is_refused_with_its_line() -> None:
    with pytest.raises(MonitorError, match=r"small.yaml:9: .*juno"):
        with_player(SMALL, "small.yaml", "juno", "Juno", [])


def test_an_owner_or_market_that_is_not_there_is_refused_with_the_nearest(folder: Path) -> None:
    with pytest.raises(NotFound, match="did you mean gilead"):
        add_alias(folder, "ACT", "gilaed", Name("Gilead Inc"))
    with pytest.raises(NotFound, match=r"leptomeningeal-metastases \(LM\)"):
        add_alias(folder, "XYZ", "gilead", Name("Gilead Inc"))


def test_a_file_that_would_be_wrong_stays_as_it_was(folder: Path) -> None:
    path = folder / "markets" / "adoptive-cell-therapy.yaml"
    before = path.read_bytes()
    with pytest.raises(ConfigError) as refused:
        add_player(folder, "ACT", "Not_An_Id", "Zebrafinch Bio", [])
    problem = refused.value.problems[0]
    assert problem.file == "seeds/markets/adoptive-cell-therapy.yaml"
    assert (folder.parent / problem.file).read_text().count("\n") > problem.line > 1
    assert "must be an id" in problem.message
    assert path.read_bytes() == before


def test_files_that_are_wrong_already_are_not_written_around(folder: Path) -> None:
    path = folder / "markets" / "leptomeningeal-metastases.yaml"
    path.write_text(path.read_text().replace("short: LM", "shrot: LM"))
    with pytest.raises(ConfigError, match=r"leptomeningeal-metastases.yaml:\d+:\d+: error: shrot"):
        add_alias(folder, "ACT", "gilead", Name("Gilead Incorporated"))


def test_the_shipped_files_of_an_installation_stay_as_they_are() -> None:
    with pytest.raises(MonitorError, match="monitor init"):
        own_seeds(HERE / "_shipped" / "seeds")


def test_without_files_of_ones_own_nothing_is_written(tmp_path: Path) -> None:
    said = monitor("add-alias", "ACT", "gilead", "Gilead Incorporated", folder=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "monitor init" in said.err


# ---- what is written counts ------------------------------------------------------------------------------------------


def test_an_added_name_with_context_counts_only_beside_it(folder: Path) -> None:
    said = monitor("add-alias", "act", "gilead", "Foster", "--require-any", "cell therapy", "--case", "exact", folder=folder.parent)
    assert (said.code, said.err) == (0, "")
    assert "{text: Foster, case: exact, require_any: [cell therapy]}" in said.out
    assert "gilead" in found_in(folder, "Foster opens a cell therapy plant")
    assert "gilead" not in found_in(folder, "Foster opens a bakery")


def test_a_name_that_needs_context_and_has_none_is_written_with_a_warning(folder: Path) -> None:
    said = monitor("add-alias", "ACT", "gilead", "Gil", "--json", folder=folder.parent)
    assert said.code == 1
    assert said.json["inserted"] == "- Gil"
    (warning,) = said.json["warnings"]
    assert "Gil is shorter than five letters" in warning
    where = f"{said.json['file'].removesuffix('.yaml')}.yaml:{said.json['line']}"
    assert warning.startswith(f"{where}:")


def test_a_new_player_is_found_from_then_on(folder: Path) -> None:
    words = ("add-player", "LM", "zebrafinch", "--name", "Zebrafinch Oncology, Inc.", "--alias", "Zebrafinch Onc")
    assert monitor(*words, folder=folder.parent).code == 0
    assert "zebrafinch" in found_in(folder, "Zebrafinch Oncology treats leptomeningeal disease")
    assert "zebrafinch" in found_in(folder, "Zebrafinch Onc treats leptomeningeal disease")
    assert load_seeds(folder)[0].markets["leptomeningeal-metastases"].players["zebrafinch"].legal_name == "Zebrafinch Oncology, Inc."
