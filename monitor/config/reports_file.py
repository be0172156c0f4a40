"""What reports.yaml and a report's own marker may say: what a report wants of its market."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from monitor.config.checks import Strict, near, validated
from monitor.config.feeds_file import Line, PathText
from monitor.config.places import Place, Tree
from monitor.config.reading import read_text, read_tree
from monitor.config.scalars import plain
from monitor.errors import ConfigError, Problem
from monitor.report import Order, Rules, marker

ORDERS: Mapping[str, Order | None] = {"as-is": None, "newest": "newest_first", "oldest": "oldest_first"}


class ReportRules(Strict):
    """What a report wants; a marker in the report says any of it as key=value."""

    market: Line = Field(default="", description="id or short name of its market; may be left to the report's own marker")
    heading: Line = Field(default="Recent Developments", description="the section's heading, in any case")
    form: Literal["line", "table"] = Field(default="line", description="table: date, development and source in columns")
    order: Literal["as-is", "newest", "oldest"] = Field(default="as-is", description="of new lines")
    maximum: int | None = Field(default=None, ge=1, description="only the newest so many")
    months: int | None = Field(default=None, ge=1, le=600, description="only what happened in so many months")
    minimum_importance: int = Field(default=1, ge=1, le=5, description="1 (archive) to 5 (always a headline) and above")
    baseline: bool = Field(default=True, description="false: the report's own lines are named too when they are older than the rest")
    proposed: bool = Field(default=False, description="true: proposed lines are added too, marked as such; false: left out")
    tracked: bool = Field(default=False, description="Word: true shows what is added as tracked changes")
    create: bool = Field(default=False, description="begin the section where there is none")
    comments: bool = Field(default=False, description="Markdown and HTML: true puts a comment beside a line that is flagged")


class ReportEntry(ReportRules):
    """One report of reports.yaml."""

    path: PathText = Field(description="the file; one without / in front starts at the folder of reports.yaml")


class ReportsFile(Strict):
    """All of reports.yaml."""

    reports: list[ReportEntry] = Field(min_length=1)


def load_reports(path: Path, markets: Mapping[str, str]) -> tuple[tuple[Rules, ...], tuple[Problem, ...]]:
    """The rules of every report of a file, and what is unwise in it. Raises ConfigError with every mistake.

    `markets`: short name or id in small letters → id. What reports say in markers of their own is not read here: see `marked`.
    """
    tree = read_tree(read_text(path, str(path)), str(path))
    file = validated(ReportsFile, tree)
    found: list[Rules] = []
    seen: dict[Path, int] = {}
    for number, one in enumerate(file.reports if file else ()):
        where = path.parent / Path(one.path).expanduser()
        found.append(_rules(Rules(where), one, tree, ("reports", number), markets))
        if where in seen:
            tree.report(("reports", number, "path"), f"{one.path} is the report number {seen[where] + 1} already: keep one of them")
        elif not where.is_file():
            tree.report(("reports", number, "path"), f"{where} is no file: correct the path, or remove the report", severity="warning")
        seen.setdefault(where, number)
    if errors := tree.errors():
        raise ConfigError(errors)
    return tuple(found), tree.warnings()


def marked(rules: Rules, markets: Mapping[str, str]) -> Rules:
    """The rules with what the report's own marker says in their place.

    Raises ConfigError, with the marker's place in the report, for what it may not say; ReportFileError when the report cannot be read.
    """
    found = marker.find(rules.path)
    if found is None:
        return rules
    tree = Tree(str(rules.path), {}, values={(): Place(found.line, found.column)})
    for word in found.words:
        place = Place(word.line, word.column)
        if word.key in tree.value:
            tree.report((word.key,), "stands twice: keep one", place=place)
            continue
        tree.keys[(word.key,)] = tree.values[(word.key,)] = place
        tree.value[word.key], refused = (word.value, "") if word.quoted else plain(word.value, False)
        if refused:
            tree.report((word.key,), refused)
    one = validated(ReportRules, tree)
    marked_rules = _rules(rules, one, tree, (), markets) if one else rules
    if errors := tree.errors():
        raise ConfigError(errors)
    return marked_rules


def _rules(rules: Rules, one: ReportRules, tree: Tree, steps: tuple[str | int, ...], markets: Mapping[str, str]) -> Rules:
    """The rules with those keys in their place that are said; a wrong one is reported to the tree."""
    said: dict[str, Any] = {name: getattr(one, name) for name in one.model_fields_set if name != "path"}
    if "order" in said:
        said["order"] = ORDERS[said["order"]]
    if "market" in said:
        if (short := said["market"].lower()) not in markets:
            tree.report((*steps, "market"), f"{said['market']} is no market here; {near(short, markets)}")
        said["market"] = markets.get(short, "")
    if said.get("tracked") and rules.path.suffix.lower() not in {".docx", ".docm"}:
        tree.report((*steps, "tracked"), "only a Word file (.docx) can track changes: remove the key")
    return replace(rules, **said)
