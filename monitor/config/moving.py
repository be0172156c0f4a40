"""A source's address in feeds.yaml: that value is replaced, and every other byte of the file stays as it was."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.config.feeds import parse_config
from monitor.config.reading import read_text
from monitor.errors import MonitorError, NotFound
from monitor.files import write_atomically
from monitor.gazetteer import Seeds

BARE = re.compile(r"https?://[\w./?=&%~+:;@!$*'()-]*[\w/]")  # needs no quotes, inside braces neither


def move(path: Path, seeds: Seeds, name: str, url: str) -> int:
    """Write the address of a source into feeds.yaml; returns the line.

    Raises NotFound for a source without an address in the file, ConfigError when the file is or would be wrong.
    """
    text = read_text(path, str(path))
    parse_config(text, str(path), seeds)
    node = _address(YAML(typ="safe", pure=True).compose(text), name)
    if node is None:
        raise NotFound(f"{path} gives the source {name} no url of its own")
    start, end = node.start_mark.index, node.end_mark.index
    changed = text[:start] + (url if node.style is None and BARE.fullmatch(url) else json.dumps(url, ensure_ascii=False)) + text[end:]
    parse_config(changed, str(path), seeds)
    mark = b"\xef\xbb\xbf" if path.read_bytes().startswith(b"\xef\xbb\xbf") else b""
    if read_text(path, str(path)) != text:
        raise MonitorError(f"{path} changed in the meantime: try again")
    write_atomically(path, mark + changed.encode())
    return int(node.start_mark.line) + 1


def _address(root: Node | None, name: str) -> ScalarNode | None:
    """The value of `url` of that source."""
    for source in _members(_value(root, "sources")):
        found, url = _value(source, "name"), _value(source, "url")
        if isinstance(found, ScalarNode) and found.value == name and isinstance(url, ScalarNode):
            return url
    return None


def _members(node: Node | None) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else []


def _value(node: Node | None, key: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)
