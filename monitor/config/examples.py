"""Whether the examples of seeds/types.yaml still say what an analyst wrote them for, read by today's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from monitor.assess import Assessor
from monitor.classify import Reading, Rules
from monitor.config.places import Steps, dotted
from monitor.config.reading import read_text, read_tree
from monitor.errors import Problem
from monitor.gazetteer import EventType, Seeds, Trigger
from monitor.model import Assessment, Entry, Source, StoredEntry
from monitor.text import span

WIRE = Source("an example", "")
MOMENT = datetime(2026, 1, 26, tzinfo=UTC)


def broken_examples(folder: Path, seeds: Seeds) -> Iterator[Problem]:
    """Every example under `yes` that does not carry its type, and every one under `no` that does, with the rule that decided."""
    # An example shows what the rules say, whatever the second reader thinks, and whoever is tracked: nobody in it is.
    everywhere = {id_: replace(kind, only_tracked=False) for id_, kind in seeds.types.items()}
    assessor = Assessor(replace(seeds, reader=b"", types=everywhere))
    found = [*_of_types(seeds, assessor), *_of_experts(seeds, assessor)]
    if found:
        name = f"{folder.name}/types.yaml"
        tree = read_tree(read_text(folder / "types.yaml", name), name, dates=True)
        for steps, message in found:
            place = tree.place(steps)
            yield Problem(name, place.line, place.column, dotted(steps), message)


def _of_types(seeds: Seeds, assessor: Assessor) -> Iterator[tuple[Steps, str]]:
    """The broken examples of types, by everything that the rules say."""
    for kind in seeds.types.values():
        for key, examples in (("yes", kind.yes), ("no", kind.no)):
            for n, example in enumerate(examples):
                if wrong := _wrong(kind, key == "yes", assessor.assess(_stored(example), WIRE, tracked_only=False)):
                    yield ("types", kind.id, key, n), f'"{example}" {wrong}'


def _stored(title: str, lead: str = "") -> StoredEntry:
    return StoredEntry(0, Entry(WIRE.name, "", title, lead, published=MOMENT), MOMENT)


def _wrong(kind: EventType, wanted: bool, decided: Assessment) -> str:
    """What is wrong with an example, and where the rule stands that decided; empty when it says what it should."""
    types = [report.label.type for report in decided.reports if report.label.type]
    if wanted == (kind.id in types):
        return ""
    reasons = decided.reports[0].reasons if decided.reports else (decided.dropped,)
    why = next((reason.what for reason in reasons if reason), "no rule")
    return f"is read as {types[0] if types else 'nothing'} ({why}): mend the rule, or the example"


def _of_experts(seeds: Seeds, assessor: Assessor) -> Iterator[tuple[Steps, str]]:
    """The broken examples of expert rules, each rule asked alone, since a phrase could say the same beside it."""
    silent = {id_: replace(kind, triggers=(), expert=()) for id_, kind in seeds.types.items()}
    for kind in seeds.types.values():
        for n, rule in enumerate(kind.expert):
            alone = Rules(replace(seeds, types={**silent, kind.id: replace(kind, triggers=(), expert=(rule,))}, noise=()))
            for steps, message in _of_expert(rule, alone, assessor, kind):
                yield ("types", kind.id, "expert", n, *steps), message
    for noise in seeds.noise:
        for n, rule in enumerate(noise.expert):
            alone = Rules(replace(seeds, types=silent, noise=(replace(noise, phrases=(), expert=(rule,)),)))
            for steps, message in _of_expert(rule, alone, assessor):
                yield ("noise", noise.id, "expert", n, *steps), message


def _of_expert(rule: Trigger, alone: Rules, assessor: Assessor, kind: EventType | None = None) -> Iterator[tuple[Steps, str]]:
    """Examples that must be claimed and are not, or whose type is another for the rules together; and those that are and must not."""
    for key, examples in (("yes", rule.yes), ("no", rule.no)):
        for n, example in enumerate(examples):
            stored = _stored(example) if "title" in rule.fields else _stored("", example)
            text, _ = assessor.read(stored)
            reading = alone.read(text.entry, text.masked, text.sentences, text.published)
            words = _claimed(reading, rule, text.entry)
            if key == "no" and words is not None:
                yield (key, n), f'"{example}" is claimed by {rule.rule} ("{words}"): mend the pattern, or the example'
            elif key == "yes" and words is None:
                why = reading.taken_back[0].what if reading.taken_back else "it does not fit"
                yield (key, n), f'"{example}" is not claimed by {rule.rule} ({why}): mend the pattern, or the example'
            elif key == "yes" and kind and (wrong := _wrong(kind, True, assessor.assess(stored, WIRE, tracked_only=False))):
                yield (key, n), f'"{example}" {wrong}'


def _claimed(reading: Reading, rule: Trigger, entry: Entry) -> str | None:
    """The words that a rule claims, as a type or as noise; None when it claims none, or stands for the opposite."""
    for claim in reading.claims:
        if claim.trigger == rule and not claim.negated:
            return span(entry, claim.field, claim.start, claim.end).text
    return next((reason.span.text for _, reason in reading.noise if reason.span), None)
