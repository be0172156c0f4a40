"""Well-formed XML as a tree whose every element knows its place in the text, as tree.py does for HTML."""

from __future__ import annotations

import html
import re

from monitor.report.tree import Node

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[(?P<data>.*?)\]\]>|<\?.*?\?>"
    r"|<(?P<end>/?)(?P<tag>[^\s<>/!?]+)(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(?P<empty>/?)>|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def parsed(text: str) -> Node:
    """The tree of a text that a parser found well-formed."""
    page = Node("", 0, 0, close=len(text), end=len(text))
    here = page
    for found in _TOKEN.finditer(text):
        if found["tag"] is None:
            said = found["data"] if found["data"] is not None else html.unescape(found["text"] or "")
            if said:
                here.children.append(said)
        elif found["end"]:
            here.close, here.end = found.start(), found.end()
            here = here.parent or page
        else:
            attributes = {name: html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(found["attributes"])}
            node = Node(found["tag"], found.start(), found.end(), {**attributes}, here)
            here.children.append(node)
            if found["empty"]:
                node.close = node.end = found.end()
            else:
                here = node
    return page
