"""The way out for what is sent to others: one POST through the guard, and whether it may have been taken when no answer came."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import httpcore
import httpx

from monitor.fetch import body, retry_after, trusted
from monitor.fetch.allowance import Allowance, OutOfTime, TooMuch
from monitor.fetch.guard import Guard, Refused, Resolver, address, permit, resolve

SECONDS = 30.0  # for a whole request, far below the lease of a delivery
HEAD = 64 * 1024
ANSWER = 4 * 1024  # bytes of what the receiver says; its status says enough


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receiver answered; `words` is the beginning of its text, as it came."""

    status: int
    words: str
    retry_after: datetime | None


class Unsent(Exception):  # noqa: N818  (it says what happened)
    """No answer came; `perhaps` says whether the receiver may have taken the message all the same. The text names no path or query."""

    def __init__(self, detail: str, *, perhaps: bool) -> None:
        self.perhaps = perhaps
        super().__init__(detail)


class Sender:
    """Sends messages, each on a connection of its own; may be shared by threads. No redirect is followed."""

    def __init__(
        self,
        user_agent: str,
        allow: frozenset[tuple[str, int]] = frozenset(),
        *,
        seconds: float = SECONDS,
        resolver: Resolver = resolve,
        network: httpcore.NetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._user_agent, self._allow, self._seconds = user_agent, allow, seconds
        self._resolver, self._network, self._tls = resolver, network or httpcore.SyncBackend(), tls

    def send(self, to: str, content: bytes, headers: Mapping[str, str], now: datetime) -> Receipt:
        """POST the bytes; https only, but for hosts of MONITOR_ALLOW_HOSTS. Raises Unsent."""
        guard, begun = Guard(self._allow, self._resolver, self._network), False

        def trace(event: str, _: object) -> None:
            nonlocal begun
            begun = begun or event == "http11.send_request_body.started"  # a receiver with less than this has nothing to take

        guard.allowance = Allowance(self._seconds)
        try:
            return self._send(guard, address(to), content, headers, now, trace)
        except httpcore.ProtocolError:
            raise Unsent("the connection broke off or the answer is no HTTP", perhaps=begun) from None  # it may quote what is secret
        except (OutOfTime, httpcore.TimeoutException) as error:
            raise Unsent(f"no answer within {self._seconds:g} seconds" if begun else "no connection in time", perhaps=begun) from error
        except (Refused, TooMuch, httpcore.NetworkError) as error:
            raise Unsent(str(error)[:200] or "the connection broke off", perhaps=begun) from error

    def _send(
        self, guard: Guard, url: httpx.URL, content: bytes, headers: Mapping[str, str], now: datetime, trace: object
    ) -> Receipt:  # fmt: skip
        host, port = permit(url, self._allow)
        if url.scheme != "https" and (host, port) not in self._allow:
            raise Refused(f"{host} is asked without https: everybody on the way could read the message; MONITOR_ALLOW_HOSTS may allow it")
        sent = {"User-Agent": self._user_agent, "Accept-Encoding": body.ENCODINGS, "Connection": "close"}
        sent |= {"Content-Length": str(len(content)), **headers}
        request = httpcore.Request(
            "POST",
            httpcore.URL(scheme=url.raw_scheme, host=host, port=port, target=url.raw_path),
            headers=[(b"Host", url.netloc), *((name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in sent.items())],
            content=content,
            extensions={"trace": trace},
        )
        guard.allowance.grant(HEAD, "the headers of the answer do not end")
        origin = httpcore.Origin(url.raw_scheme, host.encode("ascii"), port)
        tls = (self._tls or trusted()) if url.scheme == "https" else None
        connection = httpcore.HTTPConnection(origin, ssl_context=tls, network_backend=guard)
        try:
            response = connection.handle_request(request)
            got = httpx.Headers(response.headers, encoding="latin-1")
            again = retry_after(got.get("retry-after", ""), now)
            return Receipt(response.status, _words(response, got.get("content-encoding", ""), guard.allowance), again)
        finally:
            connection.close()


def _words(response: httpcore.Response, encoding: str, allowance: Allowance) -> str:
    try:
        allowance.grant(ANSWER, "")
        return body.read(response.iter_stream(), encoding, ANSWER, allowance).decode("utf-8", "replace")
    except (TooMuch, OutOfTime, body.Unreadable, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        return ""  # its status says enough
