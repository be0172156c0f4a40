"""Expert rules: regular expressions of seeds/types.yaml that RE2 runs, with examples of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from monitor.config import load_seeds, types_schema
from monitor.config.examples import broken_examples
from monitor.errors import ConfigError, Problem
from monitor.expert import Experts
from tests.commands import monitor, surroundings
from tests.test_seeds import TYPES, organisation

FENCE = r"""
    expert:
      - pattern: '\b(?:jumps|jumped) (?:the )?last (?:[a-z]+ )?fence\b'
        yes: [Breyanzi jumps the last regulatory fence]
        no: [Breyanzi nears the last fence, "Breyanzi has not jumped the last fence, says Orbit"]
    vetoes: [seeking approval, horse]"""
ADVERT = r"""
noise:
  jobs:
    label: job advert
    level: drop
    phrases: [hiring]
    unless: [hiring freeze]
    expert:
      - {pattern: '^(?:senior|chief) [a-z]+ \(m/f/d\)', id: advert, yes: [Senior chemist (m/f/d)], no: [The senior chemist (m/f/d) retires]}
"""

RULE = "types.approval.expert[0]"


def with_rules(folder: Path, fence: str = FENCE, advert: str = ADVERT) -> Path:
    """Seeds with an expert rule for approvals and one for job adverts."""
    types = TYPES.replace("\n    vetoes: [seeking approval]", fence).replace("yes: [The agency", "yes: [FDA")
    return organisation(folder, re.sub(r"\nnoise:\n.*\n", lambda _: advert, types))


def problems(folder: Path) -> list[Problem]:
    """What `monitor check` says of a seeds folder."""
    try:
        return list(broken_examples(folder, load_seeds(folder)[0]))
    except ConfigError as error:
        return list(error.problems)


def found(pattern: str, folded: str, masked: str = "") -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in Experts([(pattern, "")]).search(folded, masked or folded)]


# ---- what fits -------------------------------------------------------------------------------------------------------


def test_an_expression_fits_in_small_letters_and_may_ask_for_a_name() -> None:
    assert found(r"\bcrl(?:s|-\d+)\b", "two crls were sent") == [(4, 8)]
    assert found(r"{AGENCY},? \w+ly, (?:clears|oks)", "fda, finally, clears it", "AAA, finally, clears it") == [(0, 20)]
    assert found(r"{AGENCY} clears", "they clear it") == []
    assert found(r"pays {MONEY} in cash", "acme pays $1.5 billion in cash") == [(5, 30)]
    assert found(r"größere? dosis", "eine größere dosis") == [(5, 18)]  # places are characters, not bytes
    assert found(r"\b", "nothing to show") == []


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)+$", r"(?:a?){200}(?:a){200}$", r"(.*)*x", r"(?:[a-z]+ ?){99}!"])
def test_a_hostile_expression_on_a_long_text_comes_to_an_end(pattern: str) -> None:
    assert found(pattern, "a" * 100_000 + "b") == []


def test_without_an_expert_rule_re2_is_not_loaded() -> None:
    code = (
        "import sys; from monitor.assess import Assessor; from monitor.config import load_seeds, shipped\n"
        "Assessor(load_seeds(shipped('seeds'))[0]); sys.exit('re2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], env=surroundings(), check=False).returncode == 0


# ---- what is refused -------------------------------------------------------------------------------------------------


def test_rules_that_keep_their_examples_are_taken(tmp_path: Path) -> None:
    folder = with_rules(tmp_path)
    assert problems(folder) == []
    seeds = load_seeds(folder)[0]
    assert [(one.rule, one.place) for one in seeds.types["approval"].expert] == [("approval-expert-1", "seeds/types.yaml:15")]
    assert [one.rule for one in seeds.noise[0].expert] == ["advert"]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"(?<!horse )jumps", "no look-around (invalid perl operator: (?<!): write what must not stand there under vetoes or unless"),
        (r"jumps(?= the)", "no look-around"),
        (r"(jumps) \1", "no back-reference (invalid escape sequence: \\1): write each case out"),
        (r"(?P<a>jumps) (?P=a)", "no back-reference"),
        (r"(?>jumps)", "no atomic groups"),
        (r"jumps++", "possessive repeats"),
        (r"jumps\Z", r"as \z"),
        (r"(jumps", "RE2 cannot read it (missing ): (jumps)"),
        (r"(?:jumps ){2000}", "repeat at most 1,000 times"),
        (r"(?:jumps \pL+){40}", "is too large"),
        (r"FDA jumps", "write fda instead of FDA"),
        (r"{AGENCI} jumps", "{AGENCI} is not known: use one of {AGENCY}"),
        (r"(?:jumps)?", "fits a text without a word"),
    ],
)
def test_an_expression_that_cannot_be_used_is_refused_in_its_place(pattern: str, words: str, tmp_path: Path) -> None:
    folder = with_rules(tmp_path, re.sub("'.*'", lambda _: f"'{pattern}'", FENCE, count=1))
    (problem,) = problems(folder)
    assert (problem.file, problem.line, problem.column) == ("seeds/types.yaml", 15, 18)
    assert problem.key == "types.approval.expert[0].pattern"
    assert words in problem.message


@pytest.mark.parametrize(
    ("old", "new", "place", "key", "words"),
    [
        ("yes: [Breyanzi jumps", "yes: [Breyanzi climbs", "16:15", f"{RULE}.yes[0]", "not claimed by approval-expert-1 (it does not fit)"),
        ("yes: [Breyanzi jumps", "yes: [Horse jumps", "16:15", f"{RULE}.yes[0]", "taken back by approval-veto-2"),
        ("yes: [Breyanzi jumps", "yes: [Breyanzi turns down and jumps", "16:15", f"{RULE}.yes[0]", "is read as regulatory_rejection"),
        ("no: [Breyanzi nears", "no: [Breyanzi jumps", "17:14", f"{RULE}.no[0]", '("jumps the last fence"): mend the pattern'),
        ("yes: [Senior", "yes: [Hiring a senior", "33:75", "noise.jobs.expert[0].yes[0]", "not claimed by advert"),
        ("no: [The senior", "no: [Senior", "33:105", "noise.jobs.expert[0].no[0]", 'claimed by advert ("Senior chemist (m/f/d)")'),
    ],
)
def test_an_example_that_a_rule_breaks_is_named_in_its_place(old: str, new: str, place: str, key: str, words: str, tmp_path: Path) -> None:
    assert old in FENCE + ADVERT
    (problem,) = problems(with_rules(tmp_path, FENCE.replace(old, new), ADVERT.replace(old, new)))
    assert (f"{problem.line}:{problem.column}", problem.key) == (place, key)
    assert words in problem.message


@pytest.mark.parametrize("key", ["pattern", "yes", "no"])
def test_pattern_and_both_kinds_of_examples_must_be_there(key: str, tmp_path: Path) -> None:
    lines = [line for line in FENCE.split("\n") if f"{key}:" not in line]
    fence = "\n".join(lines).replace("        yes:", "      - yes:") if key == "pattern" else "\n".join(lines)
    (problem,) = problems(with_rules(tmp_path, fence))
    assert problem.key == f"types.approval.expert[0].{key}"
    assert "is missing" in problem.message


def test_a_stage_that_the_type_has_not_is_named(tmp_path: Path) -> None:
    (problem,) = problems(with_rules(tmp_path, FENCE.replace("        yes:", "        subtype: acelerated\n        yes:")))
    assert (problem.key, problem.line) == ("types.approval.expert[0].subtype", 16)
    assert "did you mean accelerated?" in problem.message


def test_the_schema_asks_for_the_examples() -> None:
    rule: dict[str, Any] = {"pattern": "jumps", "yes": ["it jumps"], "no": ["it sails"]}
    schema = types_schema()
    wanted = {"$ref": "#/$defs/TypeExpertFile", "$defs": schema["$defs"]}
    jsonschema.validate(rule, wanted)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**rule, "no": []}, wanted)


# ---- as part of the whole --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A started folder whose types have the rule for fences."""
    folder = tmp_path_factory.mktemp("started")
    assert monitor("init", folder).code == 0
    types = folder / "seeds" / "types.yaml"
    rule = FENCE.rpartition("\n")[0].lstrip("\n")
    types.write_text(types.read_text().replace("    vetoes:\n", f"{rule}\n    vetoes:\n", 1))
    return folder


def test_check_names_a_broken_rule_and_ends_with_2(starter: Path, tmp_path: Path) -> None:
    assert "expert" not in monitor("check", folder=starter).out
    types = starter / "seeds" / "types.yaml"
    whole = types.read_text()
    types.write_text(whole.replace("last (?:[a-z]+ )?fence", "last (?!fence)"))
    said = monitor("check", "--json", folder=starter)
    types.write_text(whole)
    (problem,) = said.json
    line = whole.splitlines().index(next(one for one in whole.splitlines() if "pattern:" in one and "fence" in one)) + 1
    assert (said.code, problem["line"], problem["key"]) == (2, line, "types.approval.expert[0].pattern")


def test_explain_shows_the_rule_and_its_words_and_that_a_plan_takes_it_back(starter: Path) -> None:
    told = monitor("explain", "--title", "BMS's Breyanzi jumps the last European fence in lymphoma", folder=starter)
    assert "Type approval by rule approval-expert-1" in told.out
    assert "“jumps the last European fence” [title 15-44]" in told.out
    told = monitor("explain", "--title", "BMS hopes Breyanzi jumped the last European fence", folder=starter)
    assert "approval by approval-expert-1: planned, not done" in told.out
