"""A real HTTP server on loopback that plays the demo's outlets at two moments, and three sources that give trouble."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self

from monitor.demo import DEMO_BASELINE, DEMO_NOW
from monitor.demo.feeds import CONTENT_TYPES, write
from monitor.demo.outlets import OUTLETS, Outlet, published

APOLOGY = "/apology_objects/abuse-detection-apology.html"  # where a well-known wall sends what it takes for a robot
TROUBLED = {  # source name → its path
    "harbour-gazette": "/harbour-gazette/feed.xml",  # answers 503
    "agency-archive": "/agency-archive/rss.xml",  # redirects to an apology that is itself missing
    "congress-calendar": "/congress-calendar/feed",  # answers a web page
}
PAGE = b"<!DOCTYPE html><html><head><title>Congress calendar</title></head><body><h1>Our feed has moved</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Answer:
    """One response, ready to be sent."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class DemoServer:
    """Serves the outlets while the `with` block lasts; `advance()` lets the two weeks after the first poll pass.

    `allow` is what the fetcher's guard must be told, since loopback is refused otherwise.
    """

    def __init__(self) -> None:
        self.moment = DEMO_BASELINE
        self.answers: list[tuple[str, int]] = []  # (path, status) of every request, in order
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, name="demo-feeds", daemon=True)

    @property
    def port(self) -> int:
        return self._http.server_port

    @property
    def allow(self) -> frozenset[tuple[str, int]]:
        return frozenset({("127.0.0.1", self.port)})

    def advance(self) -> datetime:
        """From now on the feeds carry what was published and edited up to DEMO_NOW, which is returned."""
        self.moment = DEMO_NOW
        return self.moment

    def url(self, name: str) -> str:
        """The address of an outlet's feed, or of a source that gives trouble."""
        return f"http://127.0.0.1:{self.port}{TROUBLED.get(name, f'/{name}/feed')}"

    def feeds_yaml(self, report: str = "report/adoptive-cell-therapy.md") -> str:
        """A complete feeds.yaml for this server; `report` is the sample report's copy, seen from that file."""
        sources = "\n".join(self._source(outlet) for outlet in OUTLETS)
        troubled = "\n".join(f'  - {{name: {name}, kind: feed, url: "{self.url(name)}"}}' for name in TROUBLED)
        return FEEDS_YAML.format(sources=sources, troubled=troubled, report=report)

    def _source(self, outlet: Outlet) -> str:
        markets = f", markets: [{', '.join(outlet.markets)}]" if outlet.markets else ""
        return f'  - {{name: {outlet.name}, kind: feed, url: "{self.url(outlet.name)}", tier: {outlet.tier}{markets}}}'

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


FEEDS_YAML = """\
# The demo's sources are invented and served from this machine; they answer only while `monitor demo` runs.
contact: monitor@example.org
host_spacing: 0s # one machine plays every outlet
defaults: {{every: 1h, tier: 2, language: en}}
sources:
{sources}
  # three that give trouble, so that the coverage has something to tell
{troubled}
groups:
  - {{name: analysts, recipients: [analyst@example.org, colleague@example.org]}}
  - {{name: admins, recipients: [admin@example.org], health: true}}
editions:
  - name: weekly
    title: Weekly market developments
    markets: [adoptive-cell-therapy, leptomeningeal-metastases]
    schedule: "mon 07:00"
    time_zone: Europe/Berlin
    groups: [analysts, admins]
    sinks:
      - {{folder: digests}}
      # proposed lines are included because nobody has accepted any yet; leave `include` out for accepted ones only
      - {{report: {report}, market: adoptive-cell-therapy, include: [accepted, proposed]}}
"""


def answer(path: str, asked: Mapping[str, str], moment: datetime) -> Answer:
    """What the server says to a GET of `path` with the request headers `asked` (names in lower case), at `moment`."""
    if outlet := next((outlet for outlet in OUTLETS if path == f"/{outlet.name}/feed"), None):
        return _feed(outlet, asked, moment)
    if path == TROUBLED["harbour-gazette"]:
        return Answer(503, b"down for maintenance\n", {"Content-Type": "text/plain"})
    if path == TROUBLED["agency-archive"]:
        return Answer(302, b"", {"Location": APOLOGY})
    if path == TROUBLED["congress-calendar"]:
        return Answer(200, PAGE, {"Content-Type": "text/html; charset=utf-8"})
    return Answer(404, b"Not found\n", {"Content-Type": "text/html"})


def _feed(outlet: Outlet, asked: Mapping[str, str], moment: datetime) -> Answer:
    items = published(outlet, moment)
    body = write(outlet, items)
    headers = {"Content-Type": f"{CONTENT_TYPES[outlet.format]}; charset={outlet.charset}"}
    unchanged = False
    if outlet.asks == "etag":
        headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        unchanged = asked.get("if-none-match") == headers["ETag"]
    elif outlet.asks == "last-modified":
        headers["Last-Modified"] = format_datetime(max(item.updated for item in items), usegmt=True)
        unchanged = asked.get("if-modified-since") == headers["Last-Modified"]
    if unchanged:
        return Answer(304, b"", headers)
    if outlet.zip and "gzip" in asked.get("accept-encoding", ""):
        return Answer(200, gzip.compress(body, mtime=0), {**headers, "Content-Encoding": "gzip"})
    return Answer(200, body, headers)


def _handler(server: DemoServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers GET for one demo server, and says nothing on the terminal."""

        def do_GET(self) -> None:
            reply = answer(self.path, {name.lower(): value for name, value in self.headers.items()}, server.moment)
            server.answers.append((self.path, reply.status))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 304:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """The demo's own progress is what people read."""

    return Handler
