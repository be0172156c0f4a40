"""seeds/style.yaml: what an analyst may write there, and what is said about a sentence that does not do what its example says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from monitor.config import load_seeds, shipped
from monitor.errors import ConfigError
from monitor.gazetteer import Seeds
from monitor.phrase.filling import PLACES, wanted

STYLE = """
samples:
  medicine:
    month: "2025-12"
    company: [Harbour Cells]
    agency: [U.S. FDA, FDA]
    product: [Polderix (poldercabtagene autoleucel), Polderix]
    modality: in vivo CAR-T therapy
    upfront: 3250
lines:
  approval:
    every:
      of: SAMPLE
      first:
        SENTENCE:
          RESULT
otherwise: {of: medicine}
"""
GOOD = "In {month}, {company} obtained {agency} approval of {product}."
GIVES = "In December 2025, Harbour Cells obtained U.S. FDA approval of Polderix (poldercabtagene autoleucel)."


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped seeds, to be changed."""
    folder = tmp_path_factory.mktemp("organisation") / "seeds"
    shutil.copytree(shipped("seeds"), folder)
    return folder


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return load_seeds(shipped("seeds"))[0]


def said(organisation: Path, sentence: str = GOOD, *, sample: str = "medicine", gives: str = GIVES, text: str = STYLE) -> list[str]:
    """What loading says about a style.yaml with that sentence; nothing when it is taken."""
    written = text.replace("SENTENCE", f'"{sentence}"').replace("SAMPLE", sample).replace("RESULT", f'"{gives}"')
    (organisation / "style.yaml").write_text(written)
    try:
        load_seeds(organisation)
    except ConfigError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_a_sentence_that_gives_what_its_example_says_is_taken(organisation: Path) -> None:
    assert said(organisation) == []


def test_a_sentence_that_gives_something_else_is_refused_with_its_line(organisation: Path) -> None:
    assert said(organisation, gives="In December 2025, Harbour Cells won.") == [
        f"seeds/style.yaml:16:11: error: lines.approval.every.first: the sentence gives something else: {GIVES}"
    ]


def test_a_place_that_does_not_exist_is_refused_with_those_that_do(organisation: Path) -> None:
    (told,) = said(organisation, "In {month}, {sponsor} won.")
    where, _, message = told.partition(": error: ")
    assert where == "seeds/style.yaml:15:9"
    assert message.startswith("lines.approval.every.first: there is nothing called sponsor; there is: month, company")


def test_a_brace_that_is_no_place_is_refused(organisation: Path) -> None:
    (told,) = said(organisation, "In {month}, {Company} won.")
    assert "{Company} is no placeholder: write it like {company}" in told


def test_a_sample_that_does_not_exist_is_refused(organisation: Path) -> None:
    (told,) = said(organisation, sample="medecine")
    assert told.endswith("lines.approval.every.of: medecine is no sample; did you mean medicine?")


def test_a_sample_that_lacks_a_fact_is_refused(organisation: Path) -> None:
    (told,) = said(organisation, "In {month}, {acquirer} won.")
    assert told.endswith("the sample says nothing of acquirer")


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ('month: "2025-12"', "month: December", 'December is no month: write "2025-12"'),
        ("upfront: 3250", "trial: 12", "trial is no amount: write it in quotes"),
        ("upfront: 3250", "goal_date: soon", "soon is no date: write 2026-09-18, 2026-09, 2026-Q3 or 2026-H2"),
        ("upfront: 3250", "price: 12", "there is nothing called price"),
        ("approval:", "aproval:", "aproval is no type; did you mean approval?"),
        ("every:", "CRL:", "CRL is no stage of approval; there are: accelerated"),
    ],
)
def test_what_is_wrong_is_named(wrong: str, right: str, message: str, organisation: Path) -> None:
    assert any(message in told for told in said(organisation, text=STYLE.replace(wrong, right)))


def test_an_article_a_possessive_and_a_second_mention_are_set_by_themselves(organisation: Path) -> None:
    sentence = "In {month}, {company's} {product} won; {product} is {a modality}, says {the agency}."
    product = "Polderix (poldercabtagene autoleucel)"
    gives = f"In December 2025, Harbour Cells' {product} won; Polderix is an in vivo CAR-T therapy, says the U.S. FDA."
    assert said(organisation, sentence, gives=gives) == []


def test_a_folder_without_style_goes_on_with_the_shipped_one(organisation: Path, seeds: Seeds) -> None:
    (organisation / "style.yaml").unlink(missing_ok=True)
    assert load_seeds(organisation)[0].style.wordings.keys() == seeds.style.wordings.keys()


def test_what_decided_is_known_by_the_style_too(organisation: Path, seeds: Seeds) -> None:
    said(organisation)
    assert load_seeds(organisation)[0].version != seeds.version


# ---- the shipped style -----------------------------------------------------------------------------------------------


def test_every_type_that_may_become_a_line_has_a_sentence_and_a_headline(seeds: Seeds) -> None:
    for type_ in seeds.types.values():
        wordings = seeds.style.wordings[type_.id]
        assert wordings[""].headline, type_.id
        assert type_.line == "never" or wordings[""].first, type_.id


def test_every_stage_of_the_style_is_one_of_its_type(seeds: Seeds) -> None:
    for type_, wordings in seeds.style.wordings.items():
        assert set(wordings) - {""} <= set(seeds.types[type_].subtypes)


def test_the_richest_sentence_stands_on_top(seeds: Seeds) -> None:
    for type_, wordings in seeds.style.wordings.items():
        for wording in wordings.values():
            for templates in (wording.first, wording.second):
                for n, template in enumerate(templates):
                    hidden = [later.text for later in templates[n + 1 :] if set(wanted(template.text)) < set(wanted(later.text))]
                    assert not hidden, f"{type_}: {hidden} can never be reached below {template.text!r}"


def test_a_first_sentence_names_its_month_first(seeds: Seeds) -> None:
    firsts = [template.text for wordings in seeds.style.wordings.values() for wording in wordings.values() for template in wording.first]
    assert all(text.startswith("In {month}, ") and text.endswith(".") for text in firsts)


def test_no_sentence_praises(seeds: Seeds) -> None:
    praise = {"breakthrough", "groundbreaking", "landmark", "transformative", "impressive", "exciting", "leading", "novel", "innovative"}
    words = {
        word
        for wordings in seeds.style.wordings.values()
        for wording in wordings.values()
        for template in (*wording.first, *wording.second, *wording.headline)
        for word in template.text.lower().split()
    }
    assert not words & praise


def test_every_modality_of_the_markets_can_be_said(seeds: Seeds) -> None:
    unsaid = {product.modality for market in seeds.markets.values() for product in market.products.values()} - set(seeds.style.modalities)
    assert unsaid <= {"diagnostic", "companion_drug"}


def test_every_place_is_used_by_some_sentence(seeds: Seeds) -> None:
    style = seeds.style
    used = {
        name
        for wordings in style.wordings.values()
        for wording in wordings.values()
        for template in (*wording.first, *wording.second, *wording.headline, *style.any_headline)
        for name in wanted(template.text)
    }
    assert set(PLACES) - used <= {"indication", "partner", "nct"}


# ---- options of the house --------------------------------------------------------------------------------------------

HOUSE = """
house:
  OPTIONS
  present: {obtained: [obtains, obtain]}
  examples:
    - of: medicine
      type: approval
      gives: "LINE"
"""
PRINTED = "Polderix (poldercabtagene autoleucel)"


def housed(organisation: Path, options: str, line: str) -> list[str]:
    """What loading says about a house with these options and this example."""
    text = STYLE.replace('month: "2025-12"', 'month: "2025-12-04"\n    source: Harbour Wire')
    return said(organisation, text=text + HOUSE.replace("OPTIONS", options.replace("; ", "\n  ")).replace("LINE", line))


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ("tense: past", GIVES),
        ("tense: present", f"In December 2025, Harbour Cells obtains U.S. FDA approval of {PRINTED}."),
        ("order: company_first", f"Harbour Cells obtained U.S. FDA approval of {PRINTED} in December 2025."),
        ("order: company_first; date: day", f"Harbour Cells obtained U.S. FDA approval of {PRINTED} on 4 December 2025."),
        ("brand: capitals", GIVES.replace("Polderix", "POLDERIX")),
        ("trademark: true", GIVES.replace("Polderix", "Polderix™")),
        ("date: day", GIVES.replace("In December", "On 4 December")),
        ("sentences: 1", GIVES),
        ("source_note: true", f"{GIVES} Source: Harbour Wire."),
    ],
)
def test_each_option_of_the_house_gives_what_its_example_says(options: str, line: str, organisation: Path) -> None:
    assert housed(organisation, options, line) == []


def test_a_line_of_the_house_that_comes_out_otherwise_is_refused_with_its_line(organisation: Path) -> None:
    (told,) = housed(organisation, "brand: capitals", GIVES)
    where, _, message = told.partition(": error: ")
    number = int(where.split(":")[1])
    assert (organisation / "style.yaml").read_text().splitlines()[number - 1].strip() == f'gives: "{GIVES}"'
    assert message == f"house.examples[0].gives: the line gives something else: {GIVES.replace('Polderix', 'POLDERIX')}"


def test_a_headline_follows_the_brands_of_the_house_and_is_checked_too(organisation: Path) -> None:
    wording = '      headline:\n        "{agency} approves {product}": FDA approves Polderix\notherwise:'
    text = STYLE.replace("otherwise:", wording) + HOUSE.replace("OPTIONS", "brand: capitals\n  trademark: true")
    text = text.replace("LINE", GIVES.replace("Polderix", "POLDERIX™")) + "      headline: FDA approves POLDERIX™\n"
    assert said(organisation, text=text) == []
    (told,) = said(organisation, text=text.replace("approves POLDERIX™", "approves Polderix"))
    assert "house.examples[0].headline: the headline gives something else: FDA approves POLDERIX™" in told


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ("of: medicine\n      type", "of: medecine\n      type", "medecine is no sample; did you mean medicine?"),
        ("type: approval\n      gives", "type: aproval\n      gives", "aproval has no sentences; did you mean approval?"),
        ("  OPTIONS", "  tens: past", "house.tens"),
        ("  OPTIONS", "  tense: future", "house.tense"),
        ("{obtained: [obtains, obtain]}", "{won: [wins, win]}\n  tense: present", "has no word of the sentence at "),
    ],
)
def test_what_is_wrong_with_a_house_is_named(wrong: str, right: str, message: str, organisation: Path) -> None:
    text = STYLE + HOUSE.replace("LINE", GIVES)
    assert wrong in text
    assert any(message in told for told in said(organisation, text=text.replace(wrong, right).replace("  OPTIONS\n", "")))
