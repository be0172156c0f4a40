"""The only way out to the web: one GET (or one form for a hub), conditional, guarded, and over at its deadline.

httpx reads addresses and headers. Requests are carried by httpcore, the engine below it, without httpx's client: that one keeps cookies,
follows redirects with our headers, has no deadline for the whole, unpacks without limit and logs addresses with what is secret in them.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from hashlib import sha256
from urllib.parse import urlencode

import httpcore
import httpx

from monitor.errors import FetchError
from monitor.fetch import body, links, walls
from monitor.fetch.allowance import Allowance, OutOfTime, TooMuch
from monitor.fetch.guard import Guard, Refused, Resolver, address, allowed_hosts, permit, resolve
from monitor.model import KINDS, Outcome, Page, Source, Validators
from monitor.sources.sniff import is_json

__all__ = ["Fetcher", "Limits", "allowed_hosts", "user_agent"]

for name in ("httpx", "httpcore"):
    logging.getLogger(name).setLevel(logging.WARNING)  # below it they log addresses and headers, secrets included

MOST_REDIRECTS = 5
FORM_SECONDS = 10.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
CONDITIONAL = ("If-None-Match", "If-Modified-Since")
LONGEST_RETRY = timedelta(days=30)
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one look may cost; tests make it less."""

    seconds: float = 30.0
    head: int = 256 * 1024  # bytes up to the end of the headers, and of what else is read along with them
    wire: int = 5_000_000
    decoded: int = 10_000_000
    error: int = 256 * 1024  # of a page that only says what went wrong


@dataclass(frozen=True, slots=True)
class Answer:
    """One response, its body unpacked when its status makes it worth reading."""

    status: int
    headers: httpx.Headers
    body: bytes = b""


def user_agent(version: str, contact: str | None) -> str:
    """Who we are and where to complain; some publishers refuse those who do not say it."""
    product = f"MarketMonitor/{version}"
    plain = "".join(character for character in contact or "" if " " <= character <= "~").strip("() ")
    return f"{product} ({plain})" if plain else product


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates count."""
    return httpx.create_ssl_context()  # SSL_CERT_FILE counts, for networks with an authority of their own


class Fetcher:
    """Makes requests, one at a time: each thread needs its own."""

    def __init__(
        self,
        user_agent: str,
        allow: frozenset[tuple[str, int]] = frozenset(),
        secrets: Mapping[str, str] | None = None,
        *,
        limits: Limits = Limits(),
        resolver: Resolver = resolve,
        network: httpcore.NetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._user_agent, self._allow, self._secrets = user_agent, allow, secrets or {}
        self._limits, self._granted, self._tls = limits, limits, tls
        self._guard = Guard(allow, resolver, network or httpcore.SyncBackend())

    def close(self) -> None:
        """Nothing stays open between two requests; here so that what is opened can be closed."""

    def get(self, source: Source, validators: Validators, now: datetime) -> Page | None:
        """The page at the source's address, or None when it is what `validators` stand for; raises FetchError."""
        largest = KINDS[source.kind].largest
        self._granted = replace(self._limits, wire=max(self._limits.wire, largest), decoded=max(self._limits.decoded, largest))
        with self._typed(source, self._limits.seconds):
            return self._get(source, validators, now)

    def post(self, source: Source, to: str, form: Mapping[str, str]) -> None:
        """Send a form on behalf of a source, to a hub; raises FetchError unless it is taken.

        It may carry a secret: hence https only, but for hosts of MONITOR_ALLOW_HOSTS, and no redirect is followed.
        """
        self._granted = self._limits
        with self._typed(source, min(FORM_SECONDS, self._limits.seconds)):
            url = address(to)
            if permit(url, self._allow) not in self._allow and url.scheme != "https":
                raise Refused("a hub without https is not used: everybody on the way would learn the secret of the subscription")
            headers = {"User-Agent": self._user_agent, "Accept-Encoding": body.ENCODINGS, "Connection": "close"}
            answer = self._ask(url, headers, urlencode(form).encode("ascii"))
            if not 200 <= answer.status < 300:
                raise FetchError(source.name, Outcome.UNREACHABLE, f"answered {answer.status}", status=answer.status)

    @contextmanager
    def _typed(self, source: Source, seconds: float) -> Iterator[None]:
        """Within it, one request may take so long, and whatever goes wrong becomes a FetchError without anything secret."""
        self._guard.allowance = Allowance(seconds)
        try:
            yield
        except FetchError as error:
            raise self._without_secret(source, error) from None
        except httpcore.ProtocolError:
            # Neither its words nor itself: it may quote the server, who may quote our secret.
            detail = "the connection broke off or the answer is no HTTP"
            raise FetchError(source.name, Outcome.UNREACHABLE, detail) from None
        except (Refused, TooMuch, OutOfTime, body.Unreadable, httpcore.TimeoutException, httpcore.NetworkError) as error:
            raise self._without_secret(source, FetchError(source.name, *self._named(error, seconds))) from error

    def _named(self, error: Exception, seconds: float) -> tuple[Outcome, str]:
        """What an error means for the source, in words."""
        match error:
            case Refused():
                return Outcome.REFUSED, str(error)
            case TooMuch():
                return Outcome.TOO_LARGE, str(error)
            case httpcore.ConnectTimeout():
                return Outcome.TIMED_OUT, "no connection in time"
            case OutOfTime() | httpcore.TimeoutException():
                return Outcome.TIMED_OUT, f"no complete answer within {seconds:g} seconds"
        return Outcome.UNREACHABLE, str(error)[:200] or "the connection broke off"

    def _get(self, source: Source, validators: Validators, now: datetime) -> Page | None:
        url, permanent, hops = address(source.url), True, 0
        headers = self._headers(source, validators)
        while True:
            answer = self._ask(url, headers)
            if answer.status not in REDIRECTS:
                break
            target = self._target(source, url, answer, hops)
            if _origin(target) != _origin(url):
                headers.pop("Authorization", None)
            url, hops, permanent = target, hops + 1, permanent and answer.status in PERMANENT
            if permanent:  # a move is told even where it leads to what we know already
                for name in CONDITIONAL:
                    headers.pop(name, None)
        if answer.status == 304 and (validators.etag or validators.last_modified):
            return None
        wall = walls.in_the_way(url, answer.status, answer.headers, answer.body, redirected=hops > 0)
        nothing = answer.status == 404 and KINDS[source.kind].says_nothing and is_json(answer.body)
        if wall or (answer.status != 200 and not nothing):
            raise _failure(source, answer, wall, now)
        if not nothing and (error := walls.error_within(answer.body)) is not None:
            raise FetchError(source.name, *error, retry_after=retry_after(answer.headers.get("retry-after", ""), now), status=200)
        return _page(url, answer, validators, str(url) if hops and permanent else None)

    def _headers(self, source: Source, validators: Validators) -> dict[str, str]:
        mine = user_agent(self._user_agent.partition("/")[2].partition(" ")[0], source.contact) if source.contact else self._user_agent
        headers = {"User-Agent": mine, "Accept": ACCEPT, "Accept-Encoding": body.ENCODINGS, "Connection": "close"}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        if source.auth:
            headers["Authorization"] = self._secret(source.auth)
        return headers

    def _secret(self, name: str) -> str:
        value = self._secrets.get(name, "").strip()
        if not value:
            raise Refused(f"`auth` names the variable {name}, which is not set in the environment of the monitor")
        if any(not " " <= character <= "~" for character in value):
            raise Refused(f"the value of the variable {name} cannot be sent in a header: it holds a line break or odd letters")
        return value

    def _without_secret(self, source: Source, error: FetchError) -> FetchError:
        detail = error.detail
        for word in self._secrets.get(source.auth or "", "").split():
            if len(word) > 3:
                detail = detail.replace(word, "…")
        return FetchError(error.source, error.outcome, detail, retry_after=error.retry_after, status=error.status)

    def _target(self, source: Source, url: httpx.URL, answer: Answer, hops: int) -> httpx.URL:
        location = answer.headers.get("location", "").strip()
        if not location:
            raise FetchError(source.name, Outcome.UNREACHABLE, "redirected without an address", status=answer.status)
        if hops == MOST_REDIRECTS:
            raise FetchError(source.name, Outcome.UNREACHABLE, f"more than {MOST_REDIRECTS} redirects", status=answer.status)
        try:
            target = url.join(location)
        except (httpx.InvalidURL, ValueError) as error:
            raise Refused("redirected to what cannot be read as a URL") from error
        if url.scheme == "https" and target.scheme == "http":
            raise Refused(f"redirected from https to http at {target.host}")
        if wall := walls.on_the_way(target):
            raise FetchError(source.name, Outcome.BLOCKED, wall, status=answer.status)
        return target

    def _ask(self, url: httpx.URL, headers: Mapping[str, str], form: bytes | None = None) -> Answer:
        host, port = permit(url, self._allow)
        https = url.scheme == "https"
        origin = httpcore.Origin(url.raw_scheme, host.encode("ascii"), port)
        if form is not None:
            headers = {**headers, "Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(form))}
        request = httpcore.Request(
            "GET" if form is None else "POST",
            httpcore.URL(scheme=url.raw_scheme, host=host, port=port, target=url.raw_path),
            headers=[(b"Host", url.netloc), *((key.encode("ascii"), value.encode("latin-1", "replace")) for key, value in headers.items())],
            content=form,
        )
        allowance = self._guard.allowance
        allowance.grant(self._limits.head, "the headers of the answer do not end")
        connection = httpcore.HTTPConnection(origin, ssl_context=(self._tls or trusted()) if https else None, network_backend=self._guard)
        try:
            response = connection.handle_request(request)
            got = httpx.Headers(response.headers, encoding="latin-1")
            return Answer(response.status, got, self._body(response, got))
        finally:
            connection.close()

    def _body(self, response: httpcore.Response, headers: httpx.Headers) -> bytes:
        if response.status in REDIRECTS or response.status in {204, 304}:
            return b""
        limits, allowance = self._granted, self._guard.allowance
        encoding = headers.get("content-encoding", "")
        if response.status == 200:
            length = headers.get("content-length", "")
            if length.isdigit() and len(length) < 20 and int(length) > limits.wire:
                raise TooMuch(f"the answer is larger than {limits.wire // 1_000_000} MB")
            allowance.grant(limits.wire, f"the answer is larger than {limits.wire // 1_000_000} MB")
            return body.read(response.iter_stream(), encoding, limits.decoded, allowance)
        allowance.grant(limits.error, "")
        try:
            return body.read(response.iter_stream(), encoding, limits.error, allowance)
        except (TooMuch, OutOfTime, body.Unreadable, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
            return b""  # its status says enough


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _page(url: httpx.URL, answer: Answer, asked: Validators, moved_to: str | None) -> Page | None:
    digest = sha256(answer.body).hexdigest()
    if digest == asked.body_hash and moved_to is None:
        return None
    headers = answer.headers
    short = {name: value for name in ("etag", "last-modified") if len(value := headers.get(name, "")) <= 1000}
    return Page(
        url=str(url),
        status=answer.status,
        body=answer.body,
        content_type=headers.get("content-type", ""),
        validators=Validators(short.get("etag") or None, short.get("last-modified") or None, digest),
        moved_to=moved_to,
        links=links.of_hubs(headers.get_list("link"), url),
    )


def _failure(source: Source, answer: Answer, wall: str, now: datetime) -> FetchError:
    status, again = answer.status, retry_after(answer.headers.get("retry-after", ""), now)
    if status == 429 or (status == 503 and again is not None):
        outcome, detail = Outcome.THROTTLED, f"asked us to come back later ({status})"
    elif wall:
        outcome, detail = Outcome.BLOCKED, wall
    elif status in {404, 410}:
        outcome, detail = Outcome.GONE, f"there is nothing at this address any more ({status})"
    elif status == 401:
        outcome, detail = Outcome.UNREACHABLE, "wants a login (401): check `auth` of this source"
    else:
        outcome, detail = Outcome.UNREACHABLE, f"answered {status} instead of a page"
    return FetchError(source.name, outcome, detail, retry_after=again, status=status)


def retry_after(text: str, now: datetime) -> datetime | None:
    """When a server wants to be asked again: it says seconds or a date; None for what is neither."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:10])), LONGEST_RETRY)
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
