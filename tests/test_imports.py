"""The shape of the program, read from its imports: they only point down, and each library has one door (design.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "monitor"

LAYERS = [
    {"errors", "model", "gazetteer"},
    {
        *("text", "match", "masking", "shapes", "phrases", "searching", "expert", "classify", "reader", "decide", "extract", "relevance"),
        *("assess", "parts", "cluster", "phrase", "digest", "health", "backtest", "audit", "claims", "stale", "asked"),
    },
    {
        *("fetch", "sources", "store", "tables", "migrations", "sinks", "render", "picture", "config", "exports", "ics", "report"),
        *("polling", "files", "raw", "rhythm", "opml", "robots", "websub", "links", "restored"),
    },
    {"pipeline", "alerting", "delivering", "looking", "following", "clock", "engine", "subscribing"},
    {
        *("app", "api", "cli", "explaining", "evaluation", "training", "learning", "web", "web_settings", "demo", "doctor"),
        *("admin", "__main__"),
    },
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

DOORS = {
    "httpx": {"fetch"},
    "httpcore": {"fetch"},
    "feedparser": {"sources"},
    "nh3": {"sources"},
    "selectolax": {"sources"},
    "sqlmodel": {"tables", "store", "migrations"},
    "sqlalchemy": {"tables", "store", "migrations"},
    "alembic": {"store", "migrations"},
    "jinja2": {"render"},
    "css_inline": {"render"},
    "PIL": {"picture"},
    "babel": {"digest"},
    "ruamel": {"config"},
    "apscheduler": {"clock"},
    "click": {"cli"},
    "rich": {"cli"},
    "pyarrow": {"exports"},
    "pandas": {"api"},
    "polars": {"api"},
    "ahocorasick_rs": {"match"},
    "icalendar": {"ics"},
    "numpy": {"reader", "training"},
    "scipy": {"training"},
    "sklearn": {"training"},
    "threadpoolctl": {"training"},
    "re2": {"expert"},
    "pydantic": {"config", "store", "cli"},
    "fastapi": {"web"},
    "uvicorn": {"web"},
    "apprise": {"sinks"},
    "smtplib": {"sinks", "doctor"},
    "imaplib": {"sinks"},
    "mailbox": {"cli"},
}
CLOCKS = {"now", "utcnow", "today", "time"}


def modules() -> Iterator[tuple[str, Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE)
        name = relative.parts[0].removesuffix(".py")
        if name != "__init__":
            yield name, path, ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "monitor")


MODULES = list(modules())


@pytest.mark.parametrize(("name", "path", "tree"), MODULES, ids=[str(path.relative_to(PACKAGE)) for _, path, _ in MODULES])
def test_imports_only_point_down_and_each_library_has_one_door(name: str, path: Path, tree: ast.Module) -> None:
    assert name in RANK, f"{name} has no room in the design: give it a layer"
    for target in imported(tree):
        first, _, rest = target.partition(".")
        if first == "monitor" and rest:
            other = rest.split(".")[0]
            if other in RANK and other != name:
                assert RANK[other] <= RANK[name], f"{path.name} ({name}) looks up at {other}"
                core = RANK["match"]
                assert RANK[name] != core or RANK[other] <= core
        elif first in DOORS:
            assert name in DOORS[first], f"{first} has its door in {sorted(DOORS[first])}, not in {name}"


@pytest.mark.parametrize(("name", "path", "tree"), MODULES, ids=[str(path.relative_to(PACKAGE)) for _, path, _ in MODULES])
def test_nobody_below_composition_asks_the_time(name: str, path: Path, tree: ast.Module) -> None:
    if RANK.get(name) == len(LAYERS) - 1:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            owner = ast.unparse(node.func.value)
            assert owner not in {"datetime", "date", "datetime.datetime", "time", "datetime.date"}, f"{path}:{node.lineno} asks the time"
