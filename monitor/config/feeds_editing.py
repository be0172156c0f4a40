"""Sources written into feeds.yaml: lines are inserted behind the last source, and every other byte of the file stays as it was.

What would be wrong is not written: the whole file is read as it would be, before it takes the place of the old one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from monitor.config import editing
from monitor.config.feeds import Config, parse_config
from monitor.config.reading import read_text, read_tree
from monitor.errors import ConfigError, MonitorError, Problem
from monitor.files import write_atomically
from monitor.gazetteer import Seeds

PLAIN_URL = re.compile(r"https?://[\w./?=&%+~@:;,!$()*'-]+")  # outside of brackets; what begins a comment or a mapping is not in it


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source to be written; what is None or empty is left to the defaults. `note` becomes a comment behind its name."""

    name: str
    url: str
    kind: str | None = None
    every: str | None = None
    tier: int | None = None
    language: str | None = None
    markets: tuple[str, ...] = ()
    enabled: bool = True
    note: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """Its keys as YAML writes them between braces."""
        scalar = editing.scalar
        written: list[tuple[str, str]] = [("name", self.name), ("url", f'"{self.url}"')]
        written += [("kind", self.kind)] if self.kind else []
        written += [("every", self.every)] if self.every else []
        written += [("tier", str(self.tier))] if self.tier else []
        written += [("language", scalar(self.language))] if self.language else []
        written += [("markets", f"[{', '.join(self.markets)}]")] if self.markets else []
        return written + ([] if self.enabled else [("enabled", "false")])

    def lines(self) -> list[str]:
        """As a member of a list, one key a line; an address without quotes where it needs none."""
        url = self.url if PLAIN_URL.fullmatch(self.url) and not self.url.endswith(":") else f'"{self.url}"'
        pairs = [(key, url if key == "url" else value) for key, value in self.pairs()]
        note = " ".join("".join(one if one.isprintable() else " " for one in self.note).split())
        first, *rest = [f"{key}: {value}" for key, value in pairs]
        return [f"- {first}{f'  # {note}' if note else ''}", *(f"  {line}" for line in rest)]

    def inline(self) -> str:
        """As a member of a list between brackets."""
        return f"{{{', '.join(f'{key}: {value}' for key, value in self.pairs())}}}"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, on which line it begins, and the file as it is now."""

    line: int
    inserted: str
    text: str
    config: Config
    warnings: tuple[Problem, ...]  # that were not there before


def add_sources(path: Path, seeds: Seeds, new: Sequence[NewSource], *, dry_run: bool = False) -> Written:
    """Write sources into feeds.yaml, the last ones of its list; `dry_run`: only say what would be written.

    Raises ConfigError when the file is wrong, or would be; MonitorError when it changed in the meantime.
    """
    text = read_text(path, str(path))
    before = parse_config(text, str(path), seeds)
    at, inserted = with_sources(text, str(path), new)
    changed = text[:at] + inserted + text[at:]
    after = parse_config(changed, str(path), seeds)
    if after.sources[: len(before.sources)] != before.sources or [one.name for one in after.sources[len(before.sources) :]] != [
        one.name for one in new
    ]:
        raise MonitorError(f"{path}: its list of sources is laid out in a way that cannot be added to: write them yourself\n{inserted}")
    if not dry_run:
        _replace(path, text, changed)
    known = {problem.message for problem in before.warnings}
    warnings = tuple(problem for problem in after.warnings if problem.message not in known)
    first = at + len(inserted) - len(inserted.lstrip(" ,\r\n"))
    return Written(changed.count("\n", 0, first) + 1, inserted.strip(",\r\n"), changed, after, warnings)


def with_sources(text: str, file: str, new: Sequence[NewSource]) -> tuple[int, str]:
    """Where new sources go into the text of a feeds.yaml, and as what."""
    tree = read_tree(text, file)
    if problems := tree.errors():
        raise ConfigError(problems)
    root: Any = YAML(typ="safe", pure=True).compose(text)
    listed = next((value for key, value in root.value if key.value == "sources"), None)
    if not isinstance(listed, SequenceNode):
        raise MonitorError(f"{file}: has no list of sources to add to: write `sources:` and a first one yourself")
    if listed.flow_style:
        return editing._inside(text, listed, ", ".join(one.inline() for one in new))
    indent = " " * listed.start_mark.column
    compact = all(isinstance(one, MappingNode) and one.flow_style for one in listed.value)
    lines = [f"{indent}{line}" for one in new for line in ([f"- {one.inline()}"] if compact else one.lines())]
    return editing._line_after(text, _last(listed), lines)


def _last(node: Node) -> Node:
    """The node whose end is the end of the list."""
    while isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
    return node


def _replace(path: Path, text: str, changed: str) -> None:
    mark = b"\xef\xbb\xbf" if path.read_bytes().startswith(b"\xef\xbb\xbf") else b""
    if read_text(path, str(path)) != text:
        raise MonitorError(f"{path} changed in the meantime: try again")
    write_atomically(path, mark + changed.encode())
