"""seeds/names.tsv: names that public registers know, so that a medicine or a company is one although nobody tracks it."""

from __future__ import annotations

from typing import get_args

from monitor.errors import Problem
from monitor.gazetteer import Listed
from monitor.text import fold

SHORTEST = 4  # characters: shorter ones stand inside too many other words


def names_of(text: str, file: str) -> tuple[dict[str, Listed], dict[str, str], list[Problem]]:
    """The folded names of a file with their kinds, the nonproprietary names of its brands, and what is wrong with its lines.

    A name that stands twice keeps its first kind.
    """
    names: dict[str, Listed] = {}
    substances: dict[str, str] = {}
    problems: list[Problem] = []
    kinds = {kind: kind for kind in get_args(Listed)}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, *given = line.split("\t")
        name, substance, *more = *map(str.strip, given), "", ""
        if not given or kind not in kinds or any(more) or (substance and kind != "brand"):
            told = f"write {', '.join(kinds)}: one of these, a tab, and the name; behind a brand's a tab and its nonproprietary name"
            problems.append(Problem(file, number, 1, "", told))
        elif len(name) < SHORTEST:
            told = f"{name or 'nothing'} is too short to be a name: at least {SHORTEST} characters, or track it in seeds/markets/"
            problems.append(Problem(file, number, len(kind) + 2, "", told))
        else:
            names.setdefault(fold(name), kinds[kind])
            if substance:
                substances.setdefault(fold(name), substance)
    return names, substances, problems
