"""types.yaml → event types, classes of noise, and the words that turn a statement around."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from monitor.config.checks import near, validated
from monitor.config.places import Steps, Tree
from monitor.config.types_file import ExpertFile, NoiseFile, TriggerFile, TypeExpertFile, TypeFile, TypesFile, VetoFile
from monitor.expert import check as check_expression
from monitor.gazetteer import EventType, Noise, Trigger
from monitor.phrases import PhraseError, check

FIELDS = ("title", "lead", "body")
Phrases = tuple[Trigger, ...]
Written = TriggerFile | ExpertFile
Reads = Callable[[Iterable[Written], Steps, str], Phrases]


@dataclass(frozen=True, slots=True)
class Types:
    """What types.yaml says; empty when it cannot be used."""

    types: Mapping[str, EventType] = field(default_factory=dict)
    noise: tuple[Noise, ...] = ()
    modality: Phrases = ()
    negation: Phrases = ()
    history: Phrases = ()


def types_of(tree: Tree) -> Types:
    """The types of a file; every mistake is reported to the tree."""
    file = validated(TypesFile, tree)
    if file is None:
        return Types()
    rules: dict[str, Steps] = {}

    def phrases(entries: Iterable[Written], steps: Steps, prefix: str) -> Phrases:
        return tuple(_trigger(tree, rules, entry, (*steps, n), f"{prefix}-{n + 1}") for n, entry in enumerate(entries))

    for id_, one in file.types.items():
        _check_others(tree, file, id_, one)
    return Types(
        types={id_: _type(tree, id_, one, phrases) for id_, one in file.types.items()},
        noise=tuple(_noise(id_, one, phrases) for id_, one in file.noise.items()),
        modality=phrases(file.modality, ("modality",), "modality"),
        negation=phrases(file.negation, ("negation",), "negation"),
        history=phrases(file.history, ("history",), "history"),
    )


def _check_others(tree: Tree, file: TypesFile, id_: str, one: TypeFile) -> None:
    """The types that a type names must exist, and of two types only one may win over the other."""
    steps: Steps = ("types", id_)
    if one.negation and one.negation not in file.types:
        tree.report((*steps, "negation"), f"{one.negation} is no type; {near(one.negation, file.types)}")
    for n, other in enumerate(one.beats):
        if other not in file.types:
            tree.report((*steps, "beats", n), f"{other} is no type; {near(other, file.types)}")
        elif id_ in file.types[other].beats:
            tree.report((*steps, "beats", n), f"{other} beats {id_} as well: only one of two can win")


def _type(tree: Tree, id_: str, one: TypeFile, phrases: Reads) -> EventType:
    steps: Steps = ("types", id_)
    triggers = phrases(one.triggers, (*steps, "triggers"), id_)
    experts = phrases(one.expert, (*steps, "expert"), f"{id_}-expert")
    for key, n, trigger in (*(("triggers", *each) for each in enumerate(triggers)), *(("expert", *each) for each in enumerate(experts))):
        if trigger.subtype and trigger.subtype not in one.subtypes:
            where: Steps = (*steps, key, n, "subtype")
            tree.report(where, f"{trigger.subtype} is no subtype of {id_}; {near(trigger.subtype, one.subtypes)}")
    return EventType(
        id=id_,
        family=one.family,
        importance=one.importance,
        line=one.line,
        definition=one.definition,
        subtypes=tuple(one.subtypes),
        triggers=triggers,
        vetoes=phrases(one.vetoes, (*steps, "vetoes"), f"{id_}-veto"),
        for_review=phrases(one.for_review, (*steps, "for_review"), f"{id_}-review"),
        needs=tuple(one.needs),
        beats=tuple(one.beats),
        lines=tuple(one.lines),
        headline=tuple(one.headline),
        label=one.label,
        plural=one.plural,
        negation=one.negation,
        asserted=one.asserted,
        only_tracked=one.only_tracked,
        confirmed_by=tuple(one.confirmed_by),
        yes=tuple(one.yes),
        no=tuple(one.no),
        expert=experts,
    )


def _noise(id_: str, one: NoiseFile, phrases: Reads) -> Noise:
    return Noise(
        id=id_,
        label=one.label,
        level=one.level,
        phrases=phrases(one.phrases, ("noise", id_, "phrases"), id_),
        unless=phrases(one.unless, ("noise", id_, "unless"), f"{id_}-unless"),
        strong=one.strong or one.level == "drop",
        expert=phrases(one.expert, ("noise", id_, "expert"), f"{id_}-expert"),
    )


def _trigger(tree: Tree, rules: dict[str, Steps], entry: Written, steps: Steps, rule: str) -> Trigger:
    rule = entry.id or rule
    if rule in rules:
        first = tree.place(rules[rule]).line
        tree.report(steps, f"the rule {rule} stands on line {first} already: give it another id")
    rules[rule] = steps
    expert = entry if isinstance(entry, ExpertFile) else None
    phrase = entry.pattern if isinstance(entry, ExpertFile) else entry.phrase
    unless = entry.unless or "" if isinstance(entry, VetoFile) else ""
    try:
        (check_expression if expert else check)(phrase)
        if unless:
            check(unless)
    except PhraseError as error:
        tree.report((*steps, "pattern") if expert else steps, str(error))
    typed = entry if isinstance(entry, TriggerFile | TypeExpertFile) else None
    return Trigger(
        phrase=phrase,
        rule=rule,
        subtype=typed.subtype if typed else None,
        fields=tuple(typed.fields) if typed and typed.fields else FIELDS,
        unless=unless,
        place=f"{tree.file}:{tree.place(steps).line}",
        yes=tuple(expert.yes) if expert else (),
        no=tuple(expert.no) if expert else (),
    )
