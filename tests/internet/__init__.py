"""A small internet on loopback: the publishers whose documents the kinds of source read, each in its documented format.

One file for each publisher, with `endpoints() -> dict[str, Endpoint]`, and a line in PUBLISHERS. What goes wrong stands in faults.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.loopback import Script, Talk, Web, answer

PUBLISHERS = (
    "ema",
    "fda",
    "press",
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request: `path` without its query, `query` as the first value of each name."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What the publisher would answer, before anything goes wrong."""

    body: bytes
    content_type: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, talk: Talk) -> None:
        """Answer with it."""
        answer(self.status, self.body, Content_Type=self.content_type, **self.headers)(talk)


Fault = Callable[[Talk, "Endpoint", Reply], None]


@dataclass
class Endpoint:
    """One address of a publisher. `rows` hold plain values (dates as date), which `render` writes in the publisher's way.

    `path` ends with * when anything may follow. `keys` and `dates` name what makes a row another one, and what says when it was.
    """

    path: str
    rows: list[Row]
    render: Callable[[list[Row], Asked], Reply]
    keys: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    fault: Fault | None = None

    def answers(self, path: str) -> bool:
        """Whether a request for that path is meant for this endpoint."""
        return path.startswith(self.path[:-1]) if self.path.endswith("*") else path == self.path

    def __call__(self, talk: Talk) -> None:
        parts = urlsplit(talk.path)
        asked = Asked(parts.path, dict(reversed(parse_qsl(parts.query, keep_blank_values=True))), dict(talk.headers))
        reply = self.render(self.rows, asked)
        if self.fault is None:
            reply.send(talk)
        else:
            self.fault(talk, self, reply)


class _Paths(dict[str, Script]):
    """Finds the endpoint of a request; scripts that a test put in are found by their exact address first."""

    def __init__(self, endpoints: dict[str, Endpoint]) -> None:
        super().__init__()
        self._endpoints = endpoints

    def get(self, key: str, default: Any = None) -> Any:
        if key in self:
            return self[key]
        path = urlsplit(key).path
        fitting = [one for one in self._endpoints.values() if one.answers(path)]
        return max(fitting, key=lambda one: len(one.path), default=default)


@dataclass
class Internet:
    """The publishers by name, and the server that plays them."""

    endpoints: dict[str, Endpoint]
    web: Web

    def url(self, name: str, more: str = "") -> str:
        """The address of an endpoint, with what follows it."""
        return self.web.url(self.endpoints[name].path.removesuffix("*") + more)

    def __getitem__(self, name: str) -> Endpoint:
        return self.endpoints[name]


def endpoints() -> dict[str, Endpoint]:
    """Every endpoint of every publisher, with a few rows of its own."""
    found: dict[str, Endpoint] = {}
    for name in PUBLISHERS:
        found |= import_module(f"tests.internet.{name}").endpoints()
    return found


@contextmanager
def internet() -> Iterator[Internet]:
    """Open it."""
    playing = endpoints()
    with Web(_Paths(playing)) as web:
        yield Internet(playing, web)
