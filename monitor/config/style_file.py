"""What seeds/style.yaml may say: the sentences of lines, each with an example that is run when the file is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from monitor.config.checks import Strict, near, validated
from monitor.config.market_file import Word
from monitor.config.places import Steps, Tree
from monitor.gazetteer import EventType, House, Policy, Style, Template, Wording
from monitor.phrase.examples import rendered, sample_headline, sample_line, sample_words
from monitor.phrase.filling import PLACES, Words, mistake, wording_of
from monitor.phrase.housing import shaped

Part = Literal["first", "second", "headline"]
PARTS: tuple[Part, ...] = ("first", "second", "headline")
SENTENCES = f"a sentence: what it gives. Places: {', '.join(f'{{{name}}}' for name in PLACES)}; also {{a X}}, {{the agency}}, {{X's}}"


class WordingFile(Strict):
    """How events of a type, or of one stage of it, are told: each sentence with what it must give for the sample, the richest on top.

    What a stage leaves out is as for every stage.
    """

    of: Word = Field(description="the sample of facts on which the sentences are tried")
    first: dict[Word, Word] = Field(default={}, description=f"what happened; {SENTENCES}")
    second: dict[Word, Word] = Field(default={}, description=f"what it rests on, on which terms; {SENTENCES}")
    headline: dict[Word, Word] = Field(default={}, description=SENTENCES)


class PolicyFile(Strict):
    """What decides between proposing a line, asking a person and only mentioning."""

    automatic: float = Field(default=0.0, description="score from which an event is proposed without a person looking at it first")
    review: float = Field(default=0.0, description="score below which an event is only mentioned")
    financing_from: float = Field(default=100.0, ge=0, description="USD million below which a financing is only mentioned")
    large_deal: float = Field(default=1000.0, ge=0, description="USD million from which a deal weighs one more")
    first_agencies: list[Word] = Field(default=[], description="agencies whose first approvals weigh most")
    complete: dict[Word, list[Word]] = Field(default={}, description="type: what must be known besides its `needs` in types.yaml")


class OptionsFile(Strict):
    """What a house may want of its lines besides the sentences; what is left out is as it is here."""

    tense: Literal["past", "present"] = Field(
        "past", description="present: the words of `present` take the place of theirs in every sentence"
    )
    order: Literal["date_first", "company_first"] = Field(
        default="date_first", description="company_first: the date ends the first sentence"
    )
    brand: Literal["as_written", "capitals"] = Field(default="as_written", description="how brands of products are printed")
    trademark: bool = Field(default=False, description="™ behind a brand at its first mention in a line")
    date: Literal["month", "day"] = Field(default="month", description="day: 4 December 2025 where the day is known")
    sentences: Literal[1, 2] = Field(default=2, description="how many a line has at most")
    source_note: bool = Field(default=False, description="whether a line ends with the name of its best source")


class HouseExample(Strict):
    """A line, and a headline where one is given, that must come out as they stand here."""

    of: Word = Field(description="the sample of facts")
    type: Word = Field(description="whose sentences are taken")
    stage: Word = Field(default="every", description="or one stage of it")
    options: OptionsFile | None = Field(default=None, description="tried with these instead of the house's own")
    gives: Word
    headline: Word | None = Field(default=None, description="only brands follow the options: headlines are in the present, without a day")


class HouseFile(OptionsFile):
    """The options of the house, with examples that are run when the file is read."""

    present: dict[Word, Annotated[list[Word], Field(min_length=2, max_length=2)]] = Field(
        default={}, description="words of the sentences: the same in the present tense, of one company and of several"
    )
    examples: list[HouseExample] = Field(default=[])


class StyleFile(Strict):
    """All of style.yaml."""

    samples: dict[Word, dict[Word, str | int | float | list[str]]] = Field(min_length=1, description="facts on which templates are tried")
    lines: dict[Word, dict[Word, WordingFile]] = Field(description="type: stage (or `every`): wording")
    otherwise: WordingFile = Field(description="headlines for what has none of its own")
    designations: dict[Word, Word] = Field(default={}, description="as extracted: as a line says it")
    modalities: dict[Word, Word] = Field(default={}, description="as the market files write it: as a line says it")
    without_article: list[Word] = Field(default=[], description='agencies that are named without "the"')
    policy: PolicyFile = PolicyFile()
    house: HouseFile = Field(default=HouseFile.model_validate({}), description="options of the house, each with examples")


def style_of(tree: Tree, types: Mapping[str, EventType] | None) -> Style:
    """The house style; what is wrong with it is reported to the tree. `types` None: nothing is said of types."""
    file = validated(StyleFile, tree)
    if file is None:
        return Style()
    samples: dict[str, dict[str, Words]] = {}
    for name, facts in file.samples.items():
        try:
            samples[name] = sample_words(facts)
        except ValueError as error:
            tree.report(("samples", name), str(error))
    wordings: dict[str, dict[str, Wording]] = {}
    for type_, stages in file.lines.items():
        if types is not None and type_ not in types:
            tree.report(("lines", type_), f"{type_} is no type; {near(type_, types)}", of_key=True)
        for stage, wording in stages.items():
            steps: Steps = ("lines", type_, stage)
            if types is not None and stage != "every" and type_ in types and stage not in types[type_].subtypes:
                known = ["every", *types[type_].subtypes]
                tree.report(steps, f"{stage} is no stage of {type_}; {near(stage, known)}", of_key=True)
            wordings.setdefault(type_, {})["" if stage == "every" else stage] = _wording(wording, tree, steps, samples)
    house = _house(file.house, file.house.present)
    _check_house(file.house, house, wordings, samples, tree)
    return Style(
        house=house,
        wordings=wordings,
        any_headline=_wording(file.otherwise, tree, ("otherwise",), samples).headline,
        designations=dict(file.designations),
        modalities=dict(file.modalities),
        without_article=tuple(file.without_article),
        policy=Policy(
            automatic=file.policy.automatic,
            review=file.policy.review,
            financing_from=file.policy.financing_from,
            large_deal=file.policy.large_deal,
            first_agencies=tuple(file.policy.first_agencies),
            complete={type_: tuple(needs) for type_, needs in file.policy.complete.items()},
        ),
    )


def _house(options: OptionsFile, present: Mapping[str, list[str]]) -> House:
    return House(
        options.tense,
        options.order,
        options.brand,
        options.trademark,
        options.date,
        options.sentences,
        options.source_note,
        {past: (forms[0], forms[1]) for past, forms in present.items()},
    )


def _check_house(
    file: HouseFile, house: House, wordings: Mapping[str, Mapping[str, Wording]], samples: Mapping[str, Mapping[str, Words]], tree: Tree
) -> None:
    """Every example gives what it says, and every sentence knows its present tense where the house writes it."""
    for n, example in enumerate(file.examples):
        steps: Steps = ("house", "examples", n)
        if example.of not in samples:
            tree.report((*steps, "of"), f"{example.of} is no sample; {near(example.of, samples)}")
        elif example.type not in wordings:
            tree.report((*steps, "type"), f"{example.type} has no sentences; {near(example.type, wordings)}")
        elif example.stage not in {"every", *wordings[example.type]}:
            tree.report((*steps, "stage"), f"{example.stage} has no sentences of its own; {near(example.stage, wordings[example.type])}")
        else:
            tried = _house(example.options, file.present) if example.options else house
            wording = wording_of(wordings[example.type], example.stage)
            given = sample_line(wording, samples[example.of], tried)
            if given != example.gives:
                tree.report((*steps, "gives"), f"the line gives something else: {given or 'no line, for the sample lacks facts'}")
            given = sample_headline(wording, samples[example.of], tried)
            if example.headline not in {None, given}:
                tree.report((*steps, "headline"), f"the headline gives something else: {given or 'none, for the sample lacks facts'}")
    if house.tense == "present":
        for stages in wordings.values():
            for template in (one for wording in stages.values() for one in wording.first):
                if shaped(template, {}, House(tense="present", present=house.present)) is template:
                    tree.report(("house", "present"), f"has no word of the sentence at {template.place}: {template.text}")


def _wording(file: WordingFile, tree: Tree, steps: Steps, samples: Mapping[str, Mapping[str, Words]]) -> Wording:
    """The sentences of a wording; each that does not do what its example says is reported."""
    if file.of not in samples:
        tree.report((*steps, "of"), f"{file.of} is no sample; {near(file.of, samples)}")
    words = samples.get(file.of)
    parts: dict[Part, tuple[Template, ...]] = {
        part: tuple(_template(say, gives, tree, (*steps, part, say), words) for say, gives in getattr(file, part).items()) for part in PARTS
    }
    return Wording(**parts)


def _template(say: str, gives: str, tree: Tree, steps: Steps, words: Mapping[str, Words] | None) -> Template:
    template = Template(say, f"{tree.file}:{tree.place(steps, of_key=True).line}")
    if message := mistake(say):
        _refuse(tree, steps, message, of_key=True)
    elif words is not None:
        try:
            given = rendered(template, words, as_headline=steps[-2] == "headline")
        except ValueError as error:
            _refuse(tree, steps, str(error), of_key=True)
        else:
            if given != gives:
                _refuse(tree, steps, f"the sentence gives something else: {given}")
    return template


def _refuse(tree: Tree, steps: Steps, message: str, *, of_key: bool = False) -> None:
    """Report a sentence at its place, under the list it stands in: as a key it would be too long to read."""
    place = tree.place(steps, of_key=of_key)
    tree.report(steps[:-1], message, place=place)
