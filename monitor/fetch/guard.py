"""Where we may connect: a name is looked up once, every address it gives is checked, and a checked address is what is dialled.

The name itself is never dialled, so that it cannot mean another machine a moment later. The list of addresses that are nobody's
business is our own: what the standard library calls global differs between versions of Python and includes multicast, 6to4 and NAT64.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread

import httpcore
import httpx

from monitor.fetch.allowance import Allowance

Resolver = Callable[[str, int, float], list[str]]

PORTS = frozenset({80, 443})
MOST_ADDRESSES = 4
CONNECT_SECONDS = 10.0

NOT_PUBLIC_4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
PUBLIC_6 = IPv6Network("2000::/3")  # all that has been given out; NAT64, mapped, private, link and multicast addresses lie outside
NOT_PUBLIC_6 = tuple(
    IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20")
)
ISATAP = 0x5EFE  # with an IPv4 address behind it


class Refused(Exception):  # noqa: N818  (it is the guard that says so; fetch makes an error of it)
    """The guard does not let a request go there; the text says why and names no path or query."""


def public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public internet, and to nothing inside, beside or below it."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in NOT_PUBLIC_4)
    tunnel = (int(address) >> 32 & 0xFDFFFFFF) == ISATAP
    return address in PUBLIC_6 and not tunnel and not any(address in block for block in NOT_PUBLIC_6)


def allowed_hosts(text: str) -> frozenset[tuple[str, int]]:
    """The pairs of "host:port, [::1]:port"; raises ValueError with what to write instead."""
    pairs = set()
    for word in text.replace(",", " ").split():
        host, colon, port = word.rpartition(":")
        host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
        plain = word.startswith("[") or ":" not in host
        if not (colon and host and plain and port.isascii() and port.isdigit() and 0 < int(port) < 65536) or set(host) & set("/@?#*"):
            raise ValueError(f"{word!r} is no host with its port: write it like intranet.example.org:8080 or [fd00::1]:80")
        pairs.add((host.lower(), int(port)))
    return frozenset(pairs)


@lru_cache(maxsize=4096)
def address(text: str) -> httpx.URL:
    """A URL we are ready to ask; this one object is used from here on, so that two parsers cannot disagree about it."""
    try:
        return httpx.URL(text)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise Refused("the address cannot be read as a URL") from error


def permit(url: httpx.URL, allow: frozenset[tuple[str, int]]) -> tuple[str, int]:
    """The host and port to connect to; raises Refused for what is not plain web."""
    if url.scheme not in {"http", "https"}:
        raise Refused("only http and https addresses are read")
    if url.userinfo:
        raise Refused("the address carries a user name: use `auth` instead")
    host = url.raw_host.decode("ascii", "replace").lower()
    if not host:
        raise Refused("the address has no host")
    port = url.port if url.port is not None else (443 if url.scheme == "https" else 80)
    if port not in PORTS and (host, port) not in allow:
        raise Refused(f"port {port} of {host} is not open to feeds: only 80 and 443 are, or what MONITOR_ALLOW_HOSTS lists")
    return host, port


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """Every address the system gives for a name; raises OSError, TimeoutError included."""
    answer: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answer.put([str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except OSError as error:
            answer.put(error)
        except UnicodeError:
            answer.put(OSError("not a name that can be looked up"))

    # The system's lookup knows no deadline. A thread of its own for each, not a pool: a few that hang must not make others wait.
    Thread(target=ask, name="lookup", daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except Empty as error:
        raise TimeoutError("the name was not found in time") from error
    if isinstance(found, OSError):
        raise found
    return found


class Guard(httpcore.NetworkBackend):
    """Opens connections for httpcore; `allowance` is that of the look being made."""

    def __init__(self, allow: frozenset[tuple[str, int]], resolver: Resolver, network: httpcore.NetworkBackend) -> None:
        self._allow, self._resolve, self._network = allow, resolver, network
        self.allowance = Allowance(0)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  (the allowance rules)
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """A connection to one of the checked addresses; raises Refused, or httpcore's errors."""
        addresses = self._checked(host, port)
        error: Exception = httpcore.ConnectError(f"{host} has no address")
        for place, chosen in enumerate(addresses):
            share = self.allowance.seconds() / (len(addresses) - place)
            try:
                stream = self._network.connect_tcp(chosen, port, timeout=min(CONNECT_SECONDS, share))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
            else:
                return Metered(stream, self.allowance)
        raise error

    def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Never."""
        raise Refused("sockets of this machine are not read")

    def _checked(self, host: str, port: int) -> list[str]:
        found = self._addresses(host, port)
        if (host.lower(), port) not in self._allow:
            # One bad answer refuses all: a name that points inside and outside is a trick or a mistake.
            bad = [text for text, parsed in found if not public(parsed)]
            if bad:
                raise Refused(
                    f"{host} leads to {bad[0]}, which is no public address; for a feed of your own network "
                    f"set MONITOR_ALLOW_HOSTS={host}:{port}"
                )
        return [text for text, _ in found][:MOST_ADDRESSES]

    def _addresses(self, host: str, port: int) -> list[tuple[str, IPv4Address | IPv6Address]]:
        try:
            return [(host, ip_address(host))]
        except ValueError:
            pass  # a name, or one of the odd spellings of a number that only the system's lookup understands
        try:
            answers = list(dict.fromkeys(self._resolve(host, port, self.allowance.seconds())))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(f"{host} was not found") from error
        return [(text, ip_address(text)) for text in answers]


class Metered(httpcore.NetworkStream):
    """A connection whose every read and write lasts no longer, and brings no more, than the look may cost."""

    def __init__(self, stream: httpcore.NetworkStream, allowance: Allowance) -> None:
        self._stream, self._allowance = stream, allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        found = self._stream.read(max_bytes, timeout=self._allowance.seconds())
        self._allowance.spend(len(found))
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, timeout=self._allowance.seconds())

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, ssl_context: object, server_hostname: str | None = None, timeout: float | None = None) -> httpcore.NetworkStream:  # noqa: ARG002
        stream = self._stream.start_tls(ssl_context, server_hostname, timeout=self._allowance.seconds())  # type: ignore[arg-type]
        return Metered(stream, self._allowance)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
