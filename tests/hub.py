"""A hub on loopback (WebSub): takes subscriptions, verifies them, pushes; and does each of these wrongly when a test wants it."""

from __future__ import annotations

import atexit
import functools
import hmac
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

import httpx

from monitor import app, pipeline, subscribing, web
from monitor.model import Subscription
from monitor.sources import Reader
from monitor.store import Store
from monitor.websub import Callbacks
from tests.loopback import Script, Talk, Web, answer
from tests.newsroom import DAY, EDITION, MONDAY, Newsroom, Outlet, around, feed, feeds_yaml

READER = Reader(1)  # for all rooms: starting a process of its own for each takes longer than the test
atexit.register(READER.close)
SECRET = "tests know it, and nobody else should"


@dataclass
class Hub:
    """The hub. `verifies`: before it answers a request, or when the test says so; `status` is its answer."""

    status: int = 202
    verifies: bool = True
    lease: str | None = "864000"
    denies: str = ""
    topic: str = ""  # another than it was asked for
    asked: list[dict[str, str]] = field(default_factory=list)
    heard: list[httpx.Response] = field(default_factory=list)  # what callbacks answered to verifications

    def __enter__(self) -> Self:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                hub.asked.append(form)
                if hub.denies:
                    hub.say(form, mode="denied", reason=hub.denies)
                elif hub.verifies and hub.status == 202:
                    hub.say(form)
                self.send_response(hub.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hub"

    def say(self, form: Mapping[str, str] | None = None, **more: str) -> httpx.Response:
        """Talk to the callback of a request (the last one) as a hub does before it begins or ends anything."""
        form = form or self.asked[-1]
        words = {"mode": form["hub.mode"], "topic": self.topic or form["hub.topic"], "challenge": "a challenge"}
        if self.lease is not None:
            words["lease_seconds"] = self.lease
        heard = httpx.get(form["hub.callback"], params={f"hub.{name}": value for name, value in (words | more).items()})
        self.heard.append(heard)
        return heard

    def push(self, body: bytes, method: str = "sha256", key: str | None = None, **headers: str) -> httpx.Response:
        """Send that to the callback of the last request, signed."""
        form = self.asked[-1]
        signature = hmac.new((form["hub.secret"] if key is None else key).encode(), body, method).hexdigest()
        own = {"X-Hub-Signature": f"{method}={signature}", "Content-Type": "application/rss+xml"} | headers
        return httpx.post(form["hub.callback"], content=body, headers={name: value for name, value in own.items() if value})


@dataclass
class Offering(Outlet):
    """An outlet that offers push: in the headers of its feed, or in the feed itself."""

    hub: str = ""
    topic: str = ""
    inside: bool = False

    def __call__(self, talk: Talk) -> None:
        body = self.body()
        links = {} if self.inside else {"Link": f'<{self.hub}>; rel="hub", <{self.topic}>; rel="self"'}
        answer(200, body, Content_Type="application/rss+xml", **(links if self.hub else {}))(talk)

    def body(self, *items: Mapping[str, Any]) -> bytes:
        """The whole feed, or one with just these items."""
        written = feed(*(items or self.items))
        if not (self.inside and self.hub):
            return written
        links = "".join(f'<a:link rel="{rel}" href="{url}"/>' for rel, url in (("hub", self.hub), ("self", self.topic)))
        return written.replace(b"<channel>", f'<channel xmlns:a="http://www.w3.org/2005/Atom">{links}'.encode())


@dataclass
class Pushed(Newsroom):
    """A newsroom whose one outlet offers a hub, with the web server at which the hub finds us."""

    hub: Hub = field(default_factory=Hub)
    callbacks: Callbacks = field(default_factory=lambda: Callbacks("", SECRET))

    @property
    def outlet(self) -> Offering:
        found = self.outlets["wire"]
        assert isinstance(found, Offering)
        return found

    @property
    def subscription(self) -> Subscription:
        (found,) = self.monitor.store.subscriptions()
        return found

    def keep_up(self, moment: datetime | None = None) -> Subscription:
        """What the heartbeat does for subscriptions, at that moment."""
        self.now = moment or self.now
        subscribing.keep_up(self.monitor, self.callbacks)
        return self.subscription

    def take(self) -> int:
        """Read what was pushed and decide about it; says how many entries were new."""
        new = 0
        while (pushed := self.monitor.inbox.next(0)) is not None:
            new += subscribing.take(self.monitor, pushed).new
        pipeline.assess(self.monitor)
        return new


@functools.cache
def _prepared() -> bytes:
    """A database with the schema and nothing in it."""
    with tempfile.TemporaryDirectory() as folder:
        Store.open(f"sqlite:///{folder}/monitor.db").close()
        return Path(folder, "monitor.db").read_bytes()


@contextmanager
def pushed_newsroom(folder: Path, *, subscribed: bool = True, inside: bool = False, offer: str = "", **faults: Any) -> Iterator[Pushed]:
    """Open it, after the first look at the outlet; `subscribed`: the hub was asked, too. `offer`: another hub than ours."""
    outlet = Offering(inside=inside)
    scripts: dict[str, Script] = {"/wire": outlet}
    with Web(scripts) as served, Hub(**faults) as hub:
        outlet.hub, outlet.topic = offer or hub.url, served.url("/wire")
        outlet.items.append(
            {"title": "Old", "published": MONDAY - 9 * DAY, "summary": "", "link": "https://news.example/old", "guid": "old"}
        )
        (folder / "monitor.db").write_bytes(_prepared())
        (folder / "feeds.yaml").write_text(feeds_yaml(served, {"wire": 1}, EDITION))
        room = Pushed(folder, served, {"wire": outlet}, MONDAY - 6 * DAY, hub)
        surroundings = around(folder, served)
        surroundings = replace(surroundings, allow=surroundings.allow | {("127.0.0.1", hub.port)})
        with app.opened(surroundings, now=lambda: room.now, jitter=lambda: 0.5) as room.monitor:
            room.monitor.reader = READER
            settings = web.Settings(port=0, public="http://127.0.0.1", secret=SECRET)
            with web.serving(web.app(room.monitor, settings), settings) as where:
                room.callbacks = Callbacks(where, SECRET)
                room.read()
                if subscribed:
                    room.keep_up()
                yield room
