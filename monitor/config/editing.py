"""Names written into a market's file: one piece of text is inserted, and every other byte of the file stays as it was.

Not by loading and dumping: that would reflow what analysts laid out. The place comes from the parser, and the result is checked before
it is put in the place of the file.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.config.checks import near
from monitor.config.reading import read_text, read_tree
from monitor.config.scalars import plain
from monitor.config.seeds import load_seeds
from monitor.errors import ConfigError, MonitorError, NotFound, Problem
from monitor.files import write_atomically

WIDTH = 140  # characters of a line of the shipped files
DEEPER = 6  # blanks by which a line broken between brackets is indented
BARE = re.compile(r"[^\W\d_][\w .&+'’/-]*")  # needs no quotes, inside brackets neither
LEGAL_FORM = re.compile(r",? (?:Inc|Ltd|Limited|PLC|plc|Corp|Corporation|LLC|L\.P|N\.V|B\.V|S\.A|SE|AG|GmbH|A/S|AB|KGaA|Co)\.?$")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is printed, with what must be true of a text before it counts."""

    text: str
    require_any: tuple[str, ...] = ()
    reject_any: tuple[str, ...] = ()
    exact: bool = False
    never_alone: bool = False

    def written(self) -> str:
        """As a member of a list of names."""
        parts = [f"text: {scalar(self.text)}"]
        parts += ["case: exact"] if self.exact else []
        parts += ["never_alone: true"] if self.never_alone else []
        parts += [
            f"{key}: [{', '.join(map(scalar, words))}]"
            for key, words in (("require_any", self.require_any), ("reject_any", self.reject_any))
            if words
        ]
        return f"{{{', '.join(parts)}}}" if len(parts) > 1 else scalar(self.text)


@dataclass(frozen=True, slots=True)
class Edited:
    """What was written where, and what `monitor check` would say about it."""

    file: Path
    line: int
    inserted: str
    warnings: tuple[Problem, ...]


def add_alias(folder: Path, market: str, owner: str, name: Name) -> Edited:
    """Write another name of a player or product into its market's file.

    Raises NotFound for a market or owner that is not there, MonitorError for a name it has already, ConfigError when seeds/ would be wrong.
    """
    path, text = _market_file(folder, market)
    return _replaced(folder, path, text, *with_alias(text, path.name, owner, name))


def add_player(folder: Path, market: str, id_: str, legal_name: str, names: Sequence[Name]) -> Edited:
    """Write a new player into a market's file; raises as `add_alias` does."""
    path, text = _market_file(folder, market)
    return _replaced(folder, path, text, *with_player(text, path.name, id_, legal_name, names))


# ---- which file ------------------------------------------------------------------------------------------------------


def _market_file(folder: Path, market: str) -> tuple[Path, str]:
    load_seeds(folder)  # what is wrong already is not ours to write around
    there = []
    for path in sorted((folder / "markets").glob("*.yaml")):
        text = read_text(path, str(path))
        tree = read_tree(text, path.name, dates=True)
        if market.lower() in {str(tree.get("id")).lower(), str(tree.get("short")).lower()}:
            return path, text
        there.append(f"{tree.get('id')} ({tree.get('short')})")
    raise NotFound(f"no market {market!r} in {folder / 'markets'}; there is: {', '.join(there)}")


def _replaced(folder: Path, path: Path, text: str, at: int, inserted: str) -> Edited:
    """Put the text with its insertion in the place of the file, once the whole folder was read with it."""
    changed = text[:at] + inserted + text[at:]
    before = {problem.message for problem in load_seeds(folder)[1]}
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch) / folder.resolve().name  # of the same name, which problems are told with
        shutil.copytree(folder, trial, ignore=shutil.ignore_patterns("corpus"))
        (trial / "markets" / path.name).write_bytes(changed.encode())
        warnings = tuple(problem for problem in load_seeds(trial)[1] if problem.message not in before)
    mark = b"\xef\xbb\xbf" if path.read_bytes().startswith(b"\xef\xbb\xbf") else b""
    if read_text(path, str(path)) != text:
        raise MonitorError(f"{path} changed in the meantime: try again")
    write_atomically(path, mark + changed.encode())
    first = at + len(inserted) - len(inserted.lstrip(" ,\r\n"))
    return Edited(path, changed.count("\n", 0, first) + 1, inserted.strip(" ,\r\n"), warnings)


# ---- what is inserted, and where -------------------------------------------------------------------------------------


def with_alias(text: str, file: str, owner: str, name: Name) -> tuple[int, str]:
    """Where the name goes into the text of a market's file, and as what."""
    root = _root(text, file)
    owners = {key.value: node for kind in ("players", "products") for key, node in _pairs(_value(root, kind))}
    if owner not in owners:
        raise NotFound(f"{owner} is neither a player nor a product of {file}; {near(owner, owners)}")
    aliases = _value(owners[owner], "aliases")
    tree = read_tree(text, file, dates=True)
    for kind in ("players", "products"):
        for steps, one in tree.each(kind, owner, "aliases"):
            if (one if isinstance(one, str) else one.get("text", "")).lower() == name.text.lower():
                line = tree.place(steps).line
                raise MonitorError(f"{file}:{line}: {name.text} stands there already; change its context in the file itself")
    if isinstance(aliases, SequenceNode):
        return _member(text, aliases, name.written())
    return _entry(text, owners[owner], "aliases", [f"aliases: [{name.written()}]"])


def with_player(text: str, file: str, id_: str, legal_name: str, names: Sequence[Name]) -> tuple[int, str]:
    """Where a new player goes into the text of a market's file, and as what; its short name is an alias by itself."""
    root = _root(text, file)
    players = _value(root, "players")
    for key, _ in _pairs(players):
        if key.value == id_:
            where = f"{file}:{key.start_mark.line + 1}"
            raise MonitorError(f"{where}: the player {id_} stands there already; add names with `monitor add-alias`")
    short = LEGAL_FORM.sub("", legal_name)
    given = {name.text.lower() for name in names}
    every = [*([] if short.lower() in given else [Name(short)]), *names]
    lines = [f"{id_}:", f"  legal_name: {scalar(legal_name)}", f"  display: {scalar(short)}", "  aliases:"]
    lines += [f"    - {name.written()}" for name in every]
    if players is None:
        return _entry(text, root, "players", ["players:", *(f"  {line}" for line in lines)])
    return _entry(text, players, id_, lines)


def _root(text: str, file: str) -> Any:
    tree = read_tree(text, file, dates=True)
    if problems := tree.errors():
        raise ConfigError(problems)
    return YAML(typ="safe", pure=True).compose(text)


def _pairs(node: Node | None) -> list[tuple[ScalarNode, Node]]:
    return list(node.value) if isinstance(node, MappingNode) else []


def _value(node: Node | None, key: str) -> Node | None:
    """The value of a key; None where there is none, or nothing stands there."""
    found = next((value for name, value in _pairs(node) if name.value == key), None)
    return None if isinstance(found, ScalarNode) else found


def _member(text: str, members: SequenceNode, written: str) -> tuple[int, str]:
    """Another member behind the last of a list, in the list's own way of writing."""
    if members.flow_style:
        return _inside(text, members, written)
    last = members.value[-1]
    dash = text.rindex("-", 0, last.start_mark.index)
    return _line_after(text, last, [text[text.rindex("\n", 0, dash) + 1 : dash] + f"- {written}"])


def _entry(text: str, mapping: Any, key: str, lines: list[str]) -> tuple[int, str]:
    """Another key behind the last of a mapping, in the mapping's own way of writing."""
    if mapping.flow_style:
        inner = ", ".join(line.strip() for line in lines[1:] if not line.strip().startswith("- "))
        names = ", ".join(line.strip()[2:] for line in lines if line.strip().startswith("- "))
        return _inside(text, mapping, lines[0] if len(lines) == 1 else f"{key}: {{{inner} [{names}]}}")
    first, last = mapping.value[0][0], mapping.value[-1][1]
    return _line_after(text, last, [" " * first.start_mark.column + line for line in lines])


def _inside(text: str, node: Any, written: str) -> tuple[int, str]:
    """Behind the last member between brackets or braces; on a line of its own where the line would grow too long."""
    at = node.value[-1] if node.value else None
    if at is None:
        return node.start_mark.index + 1, written
    end = (at[1] if isinstance(at, tuple) else at).end_mark.index
    start = text.rfind("\n", 0, end) + 1
    stop = text.find("\n", end)
    if (len(text) if stop < 0 else stop) - start + len(written) + 2 <= WIDTH:
        return end, f", {written}"
    begins = text[text.rfind("\n", 0, node.start_mark.index) + 1 :]
    indent = min(node.start_mark.column + 1, len(begins) - len(begins.lstrip(" ")) + DEEPER)
    return end, f",{_newline(text)}{' ' * indent}{written}"


def _line_after(text: str, node: Any, lines: list[str]) -> tuple[int, str]:
    """Whole lines below the one on which a value ends; a remark behind the value stays with it."""
    while isinstance(node, MappingNode | SequenceNode) and not node.flow_style:
        # A block's own end mark lies behind the blank lines and remarks that follow it.
        node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
    end = node.end_mark.index
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        end = node.start_mark.index + len(text[node.start_mark.index : end].rstrip())
    stop = text.find("\n", end)
    newline = _newline(text)
    written = newline.join(lines)
    return (len(text), newline + written + newline) if stop < 0 else (stop + 1, written + newline)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def scalar(text: str) -> str:
    """A text as YAML, in quotes where it would mean something else without."""
    value, message = plain(text, False)
    return text if BARE.fullmatch(text) and value == text and not message and text == text.strip() else json.dumps(text, ensure_ascii=False)
