"""The model card: from what a model was built, how far it may be trusted, and what it cannot do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.learning.examples import Read, fingerprint
from monitor.learning.judging import JUDGES, Figures
from monitor.reader import NOTHING
from monitor.training import LEAST, MOST, STEPS, STRENGTH

CANNOT = """\
It counts words and pieces of words; it does not understand them. It knows neither negation nor condition ("no approval", "if approved"),
which is why it never overrules a negative rule. It reads English. Names of companies, medicines and agencies are painted over before it
reads, so it cannot tell one from another, and figures are all alike to it. Types with few examples above it knows little about. It sees
a title and the first sentences of a lead, never a body."""


@dataclass(frozen=True, slots=True)
class Model:
    """What there is to say of a model that was just built."""

    built: datetime
    lessons: Sequence[Read]
    figures: Sequence[Figures]
    folds: int
    size: int  # bytes
    grams: int


def card(model: Model) -> str:
    """The card as Markdown."""
    return "\n".join([*_what(model), *_examples(model), *_trust(model), "## What it cannot do", "", CANNOT, "", *_again(model)]) + "\n"


def _what(model: Model) -> list[str]:
    return [
        "# The second reader",
        "",
        "`reader.npz` beside this file: a linear model over n-grams, for what no rule of `types.yaml` claims and for doubt where rule and",
        "model disagree. It holds n-grams and weights, no texts. Written by `monitor train`; do not edit it.",
        "",
        "| | |",
        "|---|---|",
        f"| built | {model.built:%Y-%m-%d} |",
        f"| examples | {len(model.lessons)} |",
        f"| hash of the examples | `{fingerprint(one.example for one in model.lessons)[:16]}` |",
        f"| n-grams | {model.grams} |",
        f"| size | {model.size / 1000:.0f} kB |",
        f"| settings | strength {STRENGTH:g}, steps {STEPS}, at most {MOST}, in at least {LEAST} examples |",
        "",
    ]


def _examples(model: Model) -> list[str]:
    """How many examples of each type come from where; one that may have several types counts for each in part."""
    counted: Counter[tuple[str, str]] = Counter()
    for one in model.lessons:
        for kind in one.lesson.kinds:
            counted[kind, one.lesson.source] += 1.0 / len(one.lesson.kinds)  # type: ignore[assignment]
    sources = sorted({one.lesson.source for one in model.lessons})
    kinds = sorted({kind for kind, _ in counted}, key=lambda kind: (kind == NOTHING, kind))
    return [
        "## From what it learnt",
        "",
        "Examples of each type; one for which several types are right counts for each in part.",
        "",
        f"| type | {' | '.join(sources)} |",
        f"|---|{'---:|' * len(sources)}",
        *(f"| {kind} | {' | '.join(f'{counted[kind, source]:.0f}' for source in sources)} |" for kind in kinds),
        "",
    ]


def _trust(model: Model) -> list[str]:
    if not model.figures:
        return ["## How far to trust it", "", "Not measured: built with `--folds 0`.", ""]
    heads = ["source", "half", "n", *(f"{what}, {judge}" for what in ("event", "type") for judge in JUDGES), "alarms"]
    return [
        "## How far to trust it",
        "",
        f"F1 by cross-validation in {model.folds} parts: each text was judged by a model that had learnt from no text of the same event.",
        "`both` is what the monitor decides. `tune` is the half on which rules and settings were chosen, `held` the half that nobody read.",
        "The corpus says everything in as many ways as possible, so its figures are the lowest. *alarms*: texts that announce nothing and",
        "are taken for a development all the same.",
        "",
        f"| {' | '.join(heads)} |",
        f"|---|---|{'---:|' * (len(heads) - 2)}",
        *(_row(one) for one in model.figures),
        "",
    ]


def _row(one: Figures) -> str:
    cells = [figure[judge] for figure in (one.event, one.type) for judge in JUDGES]
    told = " | ".join("" if cell is None else f"{cell:.3f}" for cell in cells)
    return f"| {one.source} | {one.half or 'all'} | {one.n} | {told} | {one.alarms} of {one.nothing} |"


def _again(model: Model) -> list[str]:
    named = sorted({one.lesson.source for one in model.lessons if one.lesson.source.endswith(".jsonl")})
    return [
        "## How to build it anew",
        "",
        f"    monitor train {' '.join(named)}".rstrip(),
        "",
        "The same examples give the same `reader.npz`, byte by byte.",
    ]
