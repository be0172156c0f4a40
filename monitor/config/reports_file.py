"""What reports.yaml may say: the reports that are kept up to date, and what each wants of its market."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from monitor.config.checks import Strict, near, validated
from monitor.config.feeds_file import Line, PathText
from monitor.config.places import read_text, read_tree
from monitor.errors import ConfigError
from monitor.report import Order, Rules

ORDERS: Mapping[str, Order | None] = {"as-is": None, "newest": "newest_first", "oldest": "oldest_first"}


class ReportEntry(Strict):
    """One report."""

    path: PathText = Field(description="the file; one without / in front starts at the folder of reports.yaml")
    market: Line = Field(description="id or short name of its market")
    heading: Line = Field(default="Recent Developments", description="the section's heading, in any case")
    order: Literal["as-is", "newest", "oldest"] = Field(default="as-is", description="of new lines")
    maximum: int | None = Field(default=None, ge=1, description="only the newest so many")
    months: int | None = Field(default=None, ge=1, le=600, description="only what happened in so many months")
    minimum_importance: int = Field(default=1, ge=1, le=5)
    baseline: bool = Field(default=True, description="false: the report's own lines are named too when they are older than the rest")
    proposed: bool = Field(default=False, description="true: proposed lines are added too, marked as such; false: left out")
    tracked: bool = Field(default=False, description="Word: true shows what is added as tracked changes")
    create: bool = Field(default=False, description="begin the section where there is none")
    comments: bool = Field(default=False, description="Markdown and HTML: true puts a comment beside a line that is flagged")


class ReportsFile(Strict):
    """All of reports.yaml."""

    reports: list[ReportEntry] = Field(min_length=1)


def load_reports(path: Path, markets: Mapping[str, str]) -> tuple[Rules, ...]:
    """The rules of every report of a file; `markets`: short name or id in small letters → id. Raises ConfigError with every mistake."""
    tree = read_tree(read_text(path, str(path)), str(path))
    file = validated(ReportsFile, tree)
    entries = file.reports if file else []
    seen: dict[Path, int] = {}
    for number, one in enumerate(entries):
        if one.market.lower() not in markets:
            tree.report(("reports", number, "market"), f"{one.market} is no market here; {near(one.market, markets)}")
        where = path.parent / Path(one.path).expanduser()
        if where in seen:
            tree.report(("reports", number, "path"), f"{one.path} is the report number {seen[where] + 1} already: keep one of them")
        seen.setdefault(where, number)
        if one.tracked and where.suffix.lower() not in {".docx", ".docm"}:
            tree.report(("reports", number, "tracked"), "only a Word file (.docx) can track changes: remove the key")
    if errors := tree.errors():
        raise ConfigError(errors)
    return tuple(
        Rules(
            path=where, market=markets[one.market.lower()], heading=one.heading, order=ORDERS[one.order], maximum=one.maximum,
            months=one.months, minimum_importance=one.minimum_importance, baseline=one.baseline, proposed=one.proposed,
            tracked=one.tracked, create=one.create, comments=one.comments,
        )
        for one, where in zip(entries, seen, strict=True)
    )  # fmt: skip
