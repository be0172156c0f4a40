"""The commands as people type them: what they print, and how they end."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import jsonschema
import pytest

from monitor.cli import COMMANDS, cli
from tests.commands import monitor, surroundings
from tests.conftest import ROOT, Demo


def every_command(group: click.Group = cli, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*words, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*words, name))


EVERY = dict(every_command())


@pytest.fixture
def tried(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the demo's folder, to try commands on."""
    return Path(shutil.copytree(demo.folder, tmp_path / "tried"))


def on(folder: Path, *words: str | Path) -> tuple[str | Path, ...]:
    return ("--config", folder / "feeds.yaml", *words)


def starter(tmp_path: Path) -> Path:
    folder = tmp_path / "ours"
    assert monitor("init", folder).code == 0
    return folder


# ---- help ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_explains_itself_and_each_of_its_options(words: tuple[str, ...]) -> None:
    command = EVERY[words]
    said = command.get_help(click.Context(command, info_name=words[-1]))
    assert said.startswith(f"Usage: {words[-1]}")
    assert command.help, f"{words} has no help"
    assert [one.name for one in command.params if isinstance(one, click.Option) and not one.help] == []


def test_help_lists_every_command_and_imports_none() -> None:
    ask = "import atexit, sys; from monitor.cli import main; atexit.register(lambda: print(*sys.modules)); main()"
    said = subprocess.run([sys.executable, "-c", ask, "--help"], capture_output=True, text=True, check=True, env=surroundings()).stdout
    listing, _, loaded = said.rstrip().rpartition("\n")
    assert [name for name in COMMANDS if not re.search(rf"^  {name} ", listing, re.MULTILINE)] == []
    heavy = {"sqlalchemy", "pydantic", "httpx", "feedparser", "jinja2", "rich", "alembic", "apscheduler", "monitor.app", "monitor.model"}
    assert heavy & set(loaded.split()) == set()


# ---- how commands end ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("frobnicate",), "No such command"),
        (("sources", "--frobnicate"), "No such option"),
        (("sources",), "monitor init DIR"),
        (("schema",), "name feeds, market, types"),
        (("explain",), "give --title"),
        (("table",), "--market"),
    ],
    ids=["command", "option", "configuration", "schema", "explain", "market"],
)
def test_wrong_use_ends_with_2_and_says_what_to_do(tmp_path: Path, words: tuple[str, ...], hint: str) -> None:
    said = monitor(*words, folder=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert hint in said.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("table", "-m", "nowhere"), "ACT"),
        (("table", "-m", "ACT", "--type", "aproval"), "approval"),
        (("poll", "no-such-source"), "wire-one"),
        (("issue", "monthly"), "weekly"),
        (("explain", "no-such-thing"), "no-such-thing"),
        (("accept", "no-such-thing"), "no-such-thing"),
        (("outbox", "--sent", "99"), "99"),
        (("report", "update", "missing.md", "-m", "ACT"), "does not exist"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_what_does_not_exist_ends_with_2_and_names_what_there_is(tried: Path, words: tuple[str, ...], hint: str) -> None:
    said = monitor(*on(tried, *words))
    assert (said.code, said.out) == (2, "")
    assert hint in said.err
    assert "Traceback" not in said.err


def test_a_source_in_trouble_is_something_to_look_at(tried: Path) -> None:
    said = monitor(*on(tried, "sources"))
    assert said.code == 1
    assert re.search(r"harbour-gazette +True +unreachable", said.out)


@pytest.mark.parametrize(
    "words",
    [
        ("sources",), ("poll",), ("assess",), ("issue",), ("outbox", "--all"), ("doctor",), ("check",), ("table", "-m", "ACT"),
        ("explain", "--title", "FDA approves Breyanzi"), ("report", "update", "report/adoptive-cell-therapy.md", "-m", "ACT", "--dry-run"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_json_is_json_and_nothing_else_is_said_in_a_pipe(tried: Path, words: tuple[str, ...]) -> None:
    said = monitor(*on(tried, *words, "--json"), folder=tried)
    assert said.code in {0, 1}
    assert said.json is not None
    assert said.err == ""


def test_a_reader_that_goes_away_as_head_does_gets_no_traceback(tried: Path) -> None:
    command = [sys.executable, "-m", "monitor", *map(str, on(tried, "table", "-m", "ACT", "--status", "all", "-f", "json"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings()) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""


# ---- to begin with ---------------------------------------------------------------------------------------------------


def test_a_started_folder_needs_no_mending(tmp_path: Path) -> None:
    said = monitor("check", folder=starter(tmp_path))
    assert (said.code, said.err) == (0, "")


def test_a_folder_is_never_overwritten(tmp_path: Path) -> None:
    folder = starter(tmp_path)
    (folder / "feeds.yaml").write_text("mine\n")
    said = monitor("init", folder)
    assert said.code == 2
    assert "is there already" in said.err
    assert (folder / "feeds.yaml").read_text() == "mine\n"


def test_what_is_unwise_is_told_and_ends_with_1(tmp_path: Path) -> None:
    folder = starter(tmp_path)
    feeds = folder / "feeds.yaml"
    feeds.write_text(re.sub(r"(?m)^contact:.*\n", "", feeds.read_text()))
    said = monitor("check", folder=folder)
    assert said.code == 1
    assert re.search(r"feeds\.yaml:\d+:\d+: warning: contact: ", said.out)


def test_mistakes_of_every_file_are_told_at_once(tmp_path: Path) -> None:
    folder = starter(tmp_path)
    feeds, market, page = folder / "feeds.yaml", folder / "seeds/markets/leptomeningeal-metastases.yaml", folder / "templates/digest.html"
    feeds.write_text(feeds.read_text().replace("schedule: ", "shedule: "))
    market.write_text(market.read_text().replace("\nshort:", "\nshrot:"))
    page.write_text(page.read_text() + "{{ digest.nothing_of_the_kind }}")
    said = monitor("check", "--json", folder=folder)
    assert said.code == 2
    assert {Path(one["file"]).name for one in said.json} == {"feeds.yaml", "leptomeningeal-metastases.yaml", "digest.html"}
    assert {one["severity"] for one in said.json} == {"error"}
    assert next(one["line"] for one in said.json if one["file"].endswith("digest.html")) == len(page.read_text().splitlines())


def test_an_example_that_no_longer_says_its_type_is_named_with_its_line(tmp_path: Path) -> None:
    folder = starter(tmp_path)
    types = folder / "seeds" / "types.yaml"
    types.write_text(re.sub(r"(?m)^    yes:\n", "    yes:\n      - The weather was fine in Basel\n", types.read_text(), count=1))
    said = monitor("check", "--json", folder=folder)
    (found,) = [one for one in said.json if "weather" in one["message"]]
    assert (said.code, found["severity"], found["file"]) == (2, "error", "seeds/types.yaml")
    assert "weather" in types.read_text().splitlines()[found["line"] - 1]


def test_the_schemas_get_the_names_that_the_files_ask_for(tmp_path: Path) -> None:
    said = monitor("schema", "--output", tmp_path / "seeds-and-feeds")
    asked = {
        (path.parent / found[1]).resolve()
        for path in [ROOT / "feeds.yaml", *(ROOT / "seeds").rglob("*.yaml"), ROOT / "README.md"]  # the README shows a reports.yaml
        if (found := re.search(r"\$schema=(\S+)", path.read_text()))
    }
    assert said.code == 0
    assert {path.name for path in asked} == {Path(line).name for line in said.out.splitlines()}
    assert {path.parent for path in asked} == {ROOT}  # beside feeds.yaml, where --output shall point
    for line in said.out.splitlines():
        jsonschema.Draft202012Validator.check_schema(json.loads(Path(line).read_text()))


def test_a_printed_schema_is_the_written_one(tmp_path: Path) -> None:
    monitor("schema", "market", "--output", tmp_path)
    assert monitor("schema", "market").out == (tmp_path / "seeds.schema.json").read_text()


# ---- deciding --------------------------------------------------------------------------------------------------------


def proposed(folder: Path) -> str:
    rows = monitor(*on(folder, "table", "-m", "ACT", "--status", "proposed", "--json")).json["rows"]
    assert rows
    return str(rows[0]["id"])


def test_an_accepted_line_says_who_and_stays(tried: Path) -> None:
    one = proposed(tried)
    first = monitor(*on(tried, "accept", one, "--actor", "ann", "--json")).json[0]
    second = monitor(*on(tried, "accept", one, "--actor", "bob", "--json")).json[0]
    assert first["status"] == "accepted"
    assert (second["by"], second["at"], second["line"]) == ("ann", first["at"], first["line"])


def test_an_edited_line_stands_in_the_table_as_it_was_written(tried: Path) -> None:
    one = proposed(tried)
    assert monitor(*on(tried, "edit", one, "--line", "In  our own words.")).code == 0
    rows = {row["id"]: row for row in monitor(*on(tried, "table", "-m", "ACT", "--json")).json["rows"]}
    assert (rows[one]["line_text"], rows[one]["status"]) == ("In our own words.", "edited")


def test_a_rejected_development_leaves_the_proposals(tried: Path) -> None:
    one = proposed(tried)
    assert monitor(*on(tried, "reject", one)).code == 0
    rows = monitor(*on(tried, "table", "-m", "ACT", "--status", "proposed", "--json")).json["rows"]
    assert one not in {row["id"] for row in rows}


def test_one_unknown_id_keeps_all_from_being_decided(tried: Path) -> None:
    one = proposed(tried)
    assert monitor(*on(tried, "accept", one, "no-such-thing")).code == 2
    assert proposed(tried) == one


# ---- the service -----------------------------------------------------------------------------------------------------


def test_the_service_ends_well_when_it_is_told_to(tried: Path) -> None:
    command = [sys.executable, "-m", "monitor", *map(str, on(tried, "run", "--every", "1", "--no-web"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings()) as running:
        assert running.stderr is not None
        first = running.stderr.readline()
        time.sleep(0.2)
        running.send_signal(signal.SIGTERM)
        _, rest = running.communicate(timeout=30)
    assert running.returncode == 0, first + rest
    assert "Traceback" not in first + rest


def test_a_service_for_cron_does_what_is_due_once(tried: Path) -> None:
    said = monitor(*on(tried, "run", "--once"))
    assert said.code == 1  # the demo's outlets are gone, and that is something to look at
    assert "Traceback" not in said.err


# ---- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "tsv", "json", "jsonl", "md", "html", "xlsx", "docx", "parquet"])
def test_the_suffix_of_a_file_names_its_format(tried: Path, suffix: str) -> None:
    path = tried / f"act.{suffix}"
    said = monitor(*on(tried, "table", "-m", "ACT", "-m", "LM", "--status", "all", "-o", path))
    assert (said.code, said.out, said.err) == (0, "", "")
    begins = {"xlsx": b"PK", "docx": b"PK", "parquet": b"PAR1", "json": b'{"as_of"', "jsonl": b'{"event_date"', "html": b"<table"}
    assert path.read_bytes().startswith(begins.get(suffix, b""))
    assert path.stat().st_size > 1000


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("-f", "xlsx"), "--output"),
        (("-o", "table.pdf"), ".xlsx"),
        (("--columns", "headlin"), "headline"),
        (("--as-of", "2999-01-01"), "nothing can be known yet"),
        (("--as-of", "yesterday"), "2026-05-04"),
        (("--changed-since", "weekly/99"), "weekly/"),
        (("--changed-since", "monthly/1"), "none so far"),
        (("--player", "Novartus"), "Novartis"),
    ],
)
def test_what_the_table_cannot_do_says_what_to_write(tried: Path, words: tuple[str, ...], hint: str) -> None:
    said = monitor(*on(tried, "table", "-m", "ACT", *words))
    assert (said.code, said.out) == (2, "")
    assert hint in said.err


def test_a_table_that_names_its_moment_can_be_pulled_again_to_the_byte(tried: Path) -> None:
    first = monitor(*on(tried, "table", "-m", "all", "--status", "all", "--json"))
    moment, number = first.json["as_of"], first.json["rows"][0]["id"]
    assert monitor(*on(tried, "reject", number)).code == 0
    assert monitor(*on(tried, "table", "-m", "all", "--status", "all", "--json", "--as-of", moment)).out == first.out
    changed = monitor(*on(tried, "table", "-m", "all", "--status", "all", "--json", "--changed-since", moment)).json
    assert [(row["id"], row["change"], row["status"]) for row in changed["rows"]] == [(number, "changed", "rejected")]
    assert changed["columns"][0] == "change"


def test_an_issue_is_a_moment(tried: Path) -> None:
    rows = monitor(*on(tried, "table", "-m", "ACT", "--status", "all", "--json", "--changed-since", "weekly/2")).json["rows"]
    assert {row["change"] for row in rows} >= {"new"}
