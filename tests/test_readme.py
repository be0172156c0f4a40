"""The README is complete and true: what can be typed or written is in it, and what it names exists."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from pydantic import BaseModel

from monitor.config.feeds_file import AlertFile, ColoursFile, DefaultsFile, EditionFile, FeedsFile, GroupFile, SinkFile, SourceFile
from monitor.model import KINDS
from monitor.render import _environment, _values
from tests.conftest import ROOT
from tests.test_cli import EVERY

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = README.split("## Commands")[1].split("\n## ")[0]
KEYS = README.split("## feeds.yaml")[1].split("\n## ")[0]
TEMPLATES = README.split("## Templates")[1].split("\n## ")[0]


def part_of(words: tuple[str, ...]) -> str:
    """The paragraph of a command."""
    found = [part for part in COMMANDS.split("\n\n") if part.startswith(f"`monitor {' '.join(words)}")]
    assert found, f"the README has no paragraph that begins with `monitor {' '.join(words)}"
    return found[0]


def code(text: str) -> set[str]:
    """Everything in backticks, in words."""
    return {word for piece in re.findall(r"`([^`]+)`", text) for word in re.split(r"[\s,=\[\]()]+", piece) if word}


@pytest.mark.parametrize("words", [words for words, command in EVERY.items() if not isinstance(command, click.Group)], ids=" ".join)
def test_every_command_and_option_is_in_the_readme(words: tuple[str, ...]) -> None:
    named = code(part_of(words))
    options = [one for one in EVERY[words].params if isinstance(one, click.Option)]
    assert [one.name for one in options if max(one.opts, key=len) not in named] == []


def test_every_option_the_readme_names_exists() -> None:
    there = {"--help", "--version", "--config", "--database"}
    there |= {word for command in EVERY.values() for one in command.params for word in one.opts}
    named = {word for word in code(COMMANDS) if word.startswith("--")}
    assert named - there == set()


def test_every_command_the_readme_names_exists() -> None:
    commands = {words[0] for words in EVERY}
    named = set(re.findall(r"(?:`|^    |/)monitor ([a-z-]+)", README, re.MULTILINE))
    assert named - commands == set()


def keys(model: type[BaseModel]) -> Iterator[str]:
    yield from model.model_fields


@pytest.mark.parametrize(
    "model",
    [FeedsFile, DefaultsFile, SourceFile, GroupFile, EditionFile, AlertFile, ColoursFile, SinkFile],
    ids=lambda model: model.__name__,
)
def test_every_key_of_feeds_yaml_is_in_the_readme(model: type[BaseModel]) -> None:
    assert set(keys(model)) - code(KEYS) == set()


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_source_has_a_row_with_its_options_in_the_readme(name: str) -> None:
    (row,) = [line for line in KEYS.splitlines() if line.startswith(f"| `{name}` | ") and line.count("|") == 4]
    assert {option.name for option in KINDS[name].options} - code(row.split("|")[3]) == set()


def test_every_environment_variable_is_in_the_readme_and_no_other() -> None:
    pattern = re.compile(r"MONITOR_[A-Z_]+[A-Z]")
    sources = [*(ROOT / "monitor").rglob("*.py"), ROOT / "tests" / "conftest.py"]
    read = {name for path in sources for name in pattern.findall(path.read_text())}
    named = set(pattern.findall(README))
    assert read - named == set()
    assert named - read == set()


def test_every_name_a_template_may_use_is_in_the_readme() -> None:
    import inspect

    import jinja2

    ours = set(_environment(jinja2.DictLoader({}), html=True).filters) - set(jinja2.Environment(autoescape=True).filters)
    values = set(re.findall(r'^        "(\w+)":', inspect.getsource(_values), re.MULTILINE))
    assert len(values) > 5
    assert (ours | values) - code(TEMPLATES) == set()


def test_every_part_of_the_program_stands_in_the_picture() -> None:
    picture = README.split("## How it is built")[1].split("\n## ")[0]
    parts = {f"{path.name}/" if path.is_dir() else path.name for path in (ROOT / "monitor").iterdir() if not path.name.startswith("_")}
    drawn = set(re.findall(r"[\w]+(?:\.py|/)", picture)) - {"monitor/", "seeds/", "templates/", "tests/"}
    assert parts - drawn == set()
    assert drawn - parts - {"test_imports.py"} == set()


def test_the_two_commands_stand_at_the_top_in_one_line_each() -> None:
    top = README.splitlines()[:20]
    typed = [line.strip() for line in top if line.startswith("    ")]
    assert len(typed) == 2
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install") for line in typed)
    assert typed[0].endswith(".venv/bin/monitor demo")
    assert ".venv/bin/python -m pytest" in typed[1]


def test_every_link_inside_the_readme_leads_somewhere() -> None:
    headings = {re.sub(r"[^a-z0-9 -]", "", line.lower()).strip().replace(" ", "-") for line in re.findall(r"(?m)^#+ (.*)$", README)}
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert target.removeprefix("#") in headings if target.startswith("#") else (ROOT / target).exists(), target


def test_every_path_the_readme_names_exists() -> None:
    named = {word for word in code(README) if re.fullmatch(r"(monitor|tests|templates|seeds)/[\w./-]*\w/?", word)}
    assert {word for word in named if not (ROOT / word).exists()} == set()
