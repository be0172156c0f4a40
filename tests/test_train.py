"""Building the second reader: from what it learns, that the same makes the same, and what its card says."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.assess import Assessor
from monitor.config import load_seeds, shipped
from monitor.errors import ConfigError, MonitorError
from monitor.learning import corpus, cross_validate, labelled, read
from monitor.learning.judging import f1, folds_of
from monitor.reader import NOTHING, Reader
from monitor.training import Example, train, vectors
from tests.commands import Ran, monitor
from tests.conftest import Demo

TYPES = {"approval", "acquisition", "trial_readout"}
CORPUS = """\
approval\tagency clears the capsule for children
approval\tregulator waves through a new injection\tThe green light came early.
approval\tgreen light for the first vaccine of its kind
acquisition\tbiotech swallows its smaller rival
acquisition\trival gobbled up for two billion\tShareholders get cash.
acquisition\ttakeover of the year: rival swallowed
null\thow to choose a walking stick
null\tfive questions for the new chairman
null\tchairman answers your questions

"""


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """The shipped seeds with a small corpus."""
    folder = Path(shutil.copytree(shipped("seeds"), tmp_path / "seeds", ignore=shutil.ignore_patterns("corpus", "reader.*")))
    (folder / "corpus").mkdir()
    (folder / "corpus" / "small.tsv").write_text(CORPUS)
    return folder


def written(folder: Path, *items: dict[str, Any]) -> Path:
    path = folder / "items.jsonl"
    path.write_text("".join(json.dumps({"id": str(n), **item}) + "\n" for n, item in enumerate(items)))
    return path


def examples(*lines: str) -> list[Example]:
    split = [line.split("\t") for line in lines]
    return [Example(parts[1], "", tuple(parts[0].split("|"))) for parts in split]


# ---- learning --------------------------------------------------------------------------------------------------------


def test_it_learns_words_it_was_shown() -> None:
    lines = [line for line in CORPUS.splitlines() if line]
    reader = train(examples(*(line.replace("null\t", "nothing\t") for line in lines)))
    assert reader.opinion("regulator clears the injection", "").best() == "approval"
    assert reader.opinion("rival swallowed", "").best() == "acquisition"
    assert reader.opinion("questions for the chairman", "").best() == NOTHING
    assert reader.opinion("rival swallowed", "").because[0][0] in "^ rival swallowed $ <rival> <swallowed>"


def test_of_several_right_types_it_takes_the_one_that_its_words_speak_for() -> None:
    lines = [line.replace("null\t", "nothing\t") for line in CORPUS.splitlines() if line]
    reader = train(examples(*lines, *["approval|acquisition\trival swallowed whole"] * 4))
    chances = reader.opinion("rival swallowed whole", "").chances
    assert chances["acquisition"] > chances["approval"]


def test_a_model_survives_being_written_and_read() -> None:
    reader = train(examples("approval\tagency clears the capsule", "approval\tagency clears it", "nothing\tfive questions"))
    again = Reader.loads(reader.dumps())
    assert again.dumps() == reader.dumps()
    assert again.opinion("agency clears", "") == reader.opinion("agency clears", "")


def test_texts_without_a_known_word_tell_nothing() -> None:
    assert train(examples("approval\tagency clears the capsule")).opinion("", "").best() == NOTHING


def test_nothing_to_learn_from_is_said() -> None:
    with pytest.raises(MonitorError, match="name a labelled file"):
        train([])


def test_without_its_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(MonitorError, match=r"pip install 'market-monitor\[train\]'"):
        train(examples("approval\tagency clears the capsule"))


def test_the_reader_makes_the_same_numbers_of_a_text_as_training_did() -> None:
    lines = [line.replace("null\t", "nothing\t") for line in CORPUS.splitlines() if line]
    taught = [replace(one, lead=f"{one.title} again and {one.title}") for one in examples(*lines)]
    matrix, grams, _ = vectors(taught)
    reader = train(taught)
    assert {gram[:2] for gram in grams} == {"t:", "c:", "l:"}
    for row, one in enumerate(taught):
        places, values = reader.values(one.title, one.lead)
        read = {reader.grams[place]: value for place, value in zip(places, values, strict=True)}
        taken = matrix[[row]]
        assert read == pytest.approx({grams[place]: value for place, value in zip(taken.indices, taken.data, strict=True)})


def test_a_type_whose_examples_all_turn_to_another_is_still_known() -> None:
    lines = ["acquisition\trival swallowed"] * 6 + ["approval|acquisition\trival swallowed"] + ["nothing\tfive questions"] * 3
    reader = train(examples(*lines))
    assert reader.opinion("rival swallowed", "").best() == "acquisition"
    assert set(reader.kinds) == {"acquisition", "approval", NOTHING}


def test_where_all_examples_are_of_one_type_there_is_nothing_to_tell_apart() -> None:
    reader = train(examples("nothing\tfive questions", "nothing\tfive questions more"))
    assert reader.opinion("five questions", "").chances == {NOTHING: 1.0}


# ---- from what -------------------------------------------------------------------------------------------------------


def test_lines_of_the_corpus_are_lessons(seeds: Path) -> None:
    lessons = corpus(seeds / "corpus", TYPES)
    assert [lesson.kinds for lesson in lessons] == [("approval",)] * 3 + [("acquisition",)] * 3 + [(NOTHING,)] * 3
    assert (lessons[1].title, lessons[1].lead) == ("regulator waves through a new injection", "The green light came early.")


def test_every_line_of_the_corpus_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.tsv").write_text("approval\nmerger\tone buys another\nnull\ta\tb\tc\n")
    with pytest.raises(ConfigError) as refused:
        corpus(tmp_path, TYPES)
    assert [problem.line for problem in refused.value.problems] == [1, 2, 3]
    assert "merger is no event type" in refused.value.problems[1].message


def test_labelled_items_give_their_types_and_those_with_a_level_alone_nothing(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"title": "a", "expect": {"types": ["approval", None], "event": "e"}},
        {"title": "b", "expect": {"level": "drop"}},
        {"title": "c", "expect": {"line": True}},
        {"title": "d", "expect": {"types": ["approval"], "event": "e"}},
    )
    lessons = labelled(path, TYPES)
    assert [(lesson.title, lesson.kinds) for lesson in lessons] == [
        ("a", ("approval", NOTHING)), ("b", (NOTHING,)), ("d", ("approval",)),
    ]  # fmt: skip
    assert len({part for lesson, part in zip(lessons, folds_of(lessons, 7), strict=True) if lesson.group == "e"}) == 1


def test_what_was_published_twice_is_judged_by_a_model_that_knows_neither(tmp_path: Path) -> None:
    copies = [
        {"id": f"c{n}", "title": "Acme’s Zevocel wins FDA approval in lymphoma - " + outlet, "expect": {"types": ["approval"]}}
        for n, outlet in enumerate(["Reuters", "BioSpace", "Stock Titan", "Endpoints News"])
    ]
    others = [
        {"id": f"o{n}", "title": f"{word} opens a plant", "expect": {"types": ["manufacturing"]}} for n, word in enumerate("abcdefghij")
    ]
    parts = folds_of(labelled(written(tmp_path, *copies, *others), {*TYPES, "manufacturing"}), 7)
    assert len(set(parts[:4])) == 1
    assert len(set(parts)) > 2


def test_a_label_whose_annotator_hesitated_weighs_less(tmp_path: Path) -> None:
    sure, unsure = labelled(
        written(
            tmp_path, {"title": "a", "expect": {"types": ["approval"]}}, {"title": "b", "expect": {"types": ["approval"], "unsure": True}}
        ),
        TYPES,
    )
    assert 0 < unsure.weight < sure.weight == 1


def test_a_type_that_is_none_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, {"title": "a", "expect": {"types": ["merger"]}})
    with pytest.raises(ConfigError, match="merger of 0 is no event type"):
        labelled(path, TYPES)


# ---- how far to trust it ---------------------------------------------------------------------------------------------


def test_nobody_is_asked_about_what_it_learnt_from(seeds: Path) -> None:
    assessor = Assessor(load_seeds(seeds)[0])
    twins = [replace(one, group="one event") for one in corpus(seeds / "corpus", TYPES)]
    assert cross_validate(read(twins, assessor), 3) == []  # one event, one part: nothing is left to learn from
    (figures,) = cross_validate(read(corpus(seeds / "corpus", TYPES), assessor), 3)
    assert (figures.source, figures.n, figures.nothing) == ("corpus", 9, 3)


def test_figures_without_anything_to_find_are_left_empty() -> None:
    assert f1([(0, 1, 0), (0, 0, 0)]) is None
    assert f1([(1, 1, 0)]) == pytest.approx(2 / 3)


# ---- the command -----------------------------------------------------------------------------------------------------


def trained(seeds: Path, *words: str | Path, **environ: str) -> Ran:
    said = monitor("train", "--seeds", seeds, "--json", *words, folder=seeds.parent, **environ)
    assert said.code == 0, said.err
    return said


def test_the_same_examples_give_the_same_file_byte_by_byte(seeds: Path) -> None:
    lead = "Trials went well, shareholders voted early and a vaccine got its green light"
    path = written(seeds.parent, *({"title": f"Item {n}", "summary": lead, "expect": {"types": ["approval"]}} for n in range(9)))
    trained(seeds, path, "--folds", "0", PYTHONHASHSEED="1")
    first = (seeds / "reader.npz").read_bytes()
    trained(seeds, path, "--folds", "0", PYTHONHASHSEED="2")  # with the model of the first time in its place
    assert (seeds / "reader.npz").read_bytes() == first
    assert load_seeds(seeds)[0].reader == first


def test_the_card_says_from_what_with_which_figures_and_how_to_do_it_again(seeds: Path) -> None:
    path = written(seeds.parent, *({"title": f"Agency clears capsule {n}", "expect": {"types": ["approval"]}} for n in range(6)))
    said = trained(seeds, path, "--folds", "3").json
    assert said["examples"] == {"corpus": 9, "items.jsonl": 6}
    card = (seeds / "reader.md").read_text()
    for words in (
        "| examples | 15 |",
        f"`{said['hash'][:16]}`",
        "| approval | 3 | 6 |",
        "| nothing | 3 | 0 |",
        "monitor train items.jsonl",
    ):
        assert words in card
    rows = {(row["source"], row["half"]): row for row in said["figures"]}
    assert {("corpus", "all"), ("items.jsonl", "all")} <= set(rows)
    assert rows["items.jsonl", "all"]["n"] == sum(
        rows["items.jsonl", half]["n"] for half in ("tune", "held") if ("items.jsonl", half) in rows
    )
    assert "| items.jsonl | all | 6 |" in card


def test_without_files_of_ones_own_it_writes_only_where_told(tmp_path: Path) -> None:
    said = monitor("train", "--folds", "0", folder=tmp_path)
    assert said.code == 2
    assert "the shipped ones stay as they are" in said.err
    assert list(tmp_path.iterdir()) == []


def test_what_was_decided_here_teaches_it(seeds: Path, demo: Demo) -> None:
    folder = Path(shutil.copytree(demo.folder, seeds.parent / "tried"))
    config = ("--config", folder / "feeds.yaml")
    rows = monitor(*config, "table", "-m", "ACT", "--status", "proposed", "--json").json["rows"]
    assert monitor(*config, "accept", rows[0]["id"]).code == monitor(*config, "reject", rows[1]["id"]).code == 0
    said = monitor(*config, "train", "--seeds", seeds, "--folds", "0", "--json")
    assert said.code == 0, said.err
    card = (seeds / "reader.md").read_text()
    learnt = said.json["examples"]["decisions"]
    assert learnt >= 2
    told = [line for line in card.splitlines() if line.startswith(f"| {rows[0]['type']} |")]
    assert int(told[0].split("|")[3]) >= 1
    assert f"| nothing | 3 | {learnt - int(told[0].split('|')[3])} |" in card


def test_the_shipped_model_is_small_and_its_card_is_of_it() -> None:
    from monitor.reader import Reader as Shipped

    content = (shipped("seeds") / "reader.npz").read_bytes()
    card = (shipped("seeds") / "reader.md").read_text()
    assert len(content) < 1_000_000
    assert f"| size | {len(content) / 1000:.0f} kB |" in card
    assert f"| n-grams | {len(Shipped.loads(content).grams)} |" in card
