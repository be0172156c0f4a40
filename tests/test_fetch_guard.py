"""No address, name, redirect or answer of a name server makes the monitor connect to anything but the public web."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Iterator
from datetime import datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import httpcore
import pytest
import trustme

from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.fetch.guard import Refused, Resolver, permit, public
from monitor.fetch.guard import address as parsed
from monitor.model import Outcome, Source, Validators
from tests.loopback import ME, Web, answer

VECTORS = Path(__file__).parent / "feeds" / "never_dialled.txt"
GOOD = "93.184.216.34"
FEED = b"<rss version='2.0'/>"


def vectors() -> Iterator[tuple[str, list[str]]]:
    for line in VECTORS.read_text().splitlines():
        if line.strip() and not line.lstrip().startswith("# "):
            url, _, answers = line.partition(" -> ")
            yield url.removeprefix('""'), [answer.strip() for answer in answers.split(",") if answer.strip()]


CASES = list(vectors())


class Closed(httpcore.NetworkBackend):
    """A network on which every dial is written down and none succeeds, unless it leads to `where`."""

    def __init__(self, where: int | None = None) -> None:
        self.dialled: list[str] = []
        self._where = where

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self.dialled.append(host)
        if self._where is None:
            raise httpcore.ConnectError("closed")
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self._where, timeout=timeout)


def answers(given: list[str]) -> Resolver:
    def resolver(host: str, port: int, seconds: float) -> list[str]:
        if given:
            return given
        return [socket.inet_ntoa(socket.inet_aton(host))]  # spelled-out numbers; raises OSError for names

    return resolver


@pytest.mark.parametrize(("url", "given"), CASES, ids=[url for url, _ in CASES])
def test_what_is_not_public_web_is_never_dialled(url: str, given: list[str], now: datetime) -> None:
    network = Closed()
    with pytest.raises(FetchError):
        Fetcher(ME, resolver=answers(given), network=network).get(Source("a", url), Validators(), now)
    assert all(public(ip_address(dialled)) and dialled == GOOD for dialled in network.dialled)


def test_there_are_more_than_a_hundred_ways_to_try() -> None:
    assert len(CASES) >= 150


@pytest.mark.parametrize(("url", "given"), CASES, ids=[url for url, _ in CASES])
def test_a_redirect_opens_no_other_way(url: str, given: list[str], now: datetime) -> None:
    with Web({"/": lambda talk: talk.say(b"HTTP/1.1 302 X\r\nLocation: " + url.encode() + b"\r\n\r\n")}) as web:
        network = Closed(web.port)
        resolver = lambda host, port, seconds: [GOOD] if host == "start.test" else answers(given)(host, port, seconds)  # noqa: E731
        with pytest.raises(FetchError):
            Fetcher(ME, resolver=resolver, network=network).get(Source("a", "http://start.test/"), Validators(), now)
        assert set(network.dialled) == {GOOD}


@pytest.mark.parametrize(
    "address", [GOOD, "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001:830::200e", "2001:4860::8888"]
)
def test_the_public_web_stays_open(address: str, now: datetime) -> None:
    with Web({"/": answer(200, FEED)}) as web:
        network = Closed(web.port)
        found = Fetcher(ME, resolver=answers([address]), network=network).get(Source("a", "http://news.test/"), Validators(), now)
        assert found is not None
        assert (network.dialled, web.asked[0].headers["host"]) == ([address], "news.test")


def test_every_block_with_a_special_purpose_is_closed() -> None:
    for block in ["::/3", "::ffff:0:0/96", "64:ff9b::/96", "2001::/32", "2002::/16", "4000::/2", "fc00::/7", "fe80::/10", "ff00::/8"]:
        network = ip_network(block)
        assert not any(public(network[at]) for at in (0, 1, network.num_addresses // 2, -1))


# ---- names ---------------------------------------------------------------------------------------------------------------


def test_a_name_that_changes_between_looking_and_dialling_gains_nothing(now: datetime) -> None:
    lookups = iter([[GOOD], ["127.0.0.1"], ["127.0.0.1"]])
    network = Closed()
    with pytest.raises(FetchError):
        Fetcher(ME, resolver=lambda *_: next(lookups), network=network).get(Source("a", "http://rebind.test/"), Validators(), now)
    assert (network.dialled, len(list(lookups))) == ([GOOD], 2)


def test_the_second_address_is_dialled_when_the_first_does_not_answer(now: datetime) -> None:
    network = Closed()
    given = [GOOD, "93.184.216.35", "93.184.216.36", "93.184.216.37", "93.184.216.38"]
    with pytest.raises(FetchError, match="closed"):
        Fetcher(ME, resolver=answers(given), network=network).get(Source("a", "http://news.test/"), Validators(), now)
    assert network.dialled == given[:4]


@pytest.mark.parametrize(
    ("given", "outcome"),
    [(OSError("no such name"), Outcome.UNREACHABLE), (TimeoutError("late"), Outcome.TIMED_OUT), ([], Outcome.UNREACHABLE)],
)
def test_a_name_without_an_address_is_unreachable(given: Exception | list[str], outcome: Outcome, now: datetime) -> None:
    def resolver(host: str, port: int, seconds: float) -> list[str]:
        if isinstance(given, Exception):
            raise given
        return given

    with pytest.raises(FetchError) as caught:
        Fetcher(ME, resolver=resolver, network=Closed()).get(Source("a", "http://news.test/"), Validators(), now)
    assert caught.value.outcome is outcome


def test_the_system_is_asked_and_gives_loopback_for_localhost(now: datetime) -> None:
    with Web({"/": answer(200, FEED)}) as web:
        source = Source("a", web.url("/", host="localhost"))
        with pytest.raises(FetchError, match="MONITOR_ALLOW_HOSTS"):
            Fetcher(ME).get(source, Validators(), now)
        assert Fetcher(ME, frozenset({("localhost", web.port)})).get(source, Validators(), now) is not None


def test_an_allowed_pair_opens_neither_its_neighbour_port_nor_another_name(now: datetime) -> None:
    allow = frozenset({("127.0.0.1", 8123)})
    assert permit(parsed("http://127.0.0.1:8123/"), allow) == ("127.0.0.1", 8123)
    for url in ("http://127.0.0.1:8124/", "http://localhost:8123/"):
        with pytest.raises(Refused):
            permit(parsed(url), allow)


def test_a_refusal_names_the_setting_that_would_allow_it(now: datetime) -> None:
    with pytest.raises(FetchError, match=r"MONITOR_ALLOW_HOSTS=intranet\.test:80") as caught:
        Fetcher(ME, resolver=answers(["10.0.0.7"])).get(Source("a", "http://intranet.test/feed?key=1"), Validators(), now)
    assert "key" not in str(caught.value)


# ---- certificates --------------------------------------------------------------------------------------------------------


@pytest.fixture
def client() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.fixture
def server(client: ssl.SSLContext) -> ssl.SSLContext:
    """Has a certificate for good.test, which the client trusts."""
    server, authority = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), trustme.CA()
    authority.issue_cert("good.test").configure_cert(server)
    authority.configure_trust(client)
    return server


def test_the_certificate_must_carry_the_name_and_not_the_address(server: ssl.SSLContext, client: ssl.SSLContext, now: datetime) -> None:
    with Web({"/": answer(200, FEED)}, tls=server) as web:
        fetcher = Fetcher(ME, resolver=answers([GOOD]), network=Closed(web.port), tls=client)
        assert fetcher.get(Source("a", "https://good.test/"), Validators(), now) is not None
        with pytest.raises(FetchError, match="certificate") as caught:
            fetcher.get(Source("a", "https://bad.test/"), Validators(), now)
        assert caught.value.outcome is Outcome.UNREACHABLE


def test_a_certificate_of_nobody_we_trust_is_refused(server: ssl.SSLContext, now: datetime) -> None:
    with Web({"/": answer(200, FEED)}, tls=server) as web, pytest.raises(FetchError, match="certificate"):
        Fetcher(ME, resolver=answers([GOOD]), network=Closed(web.port)).get(Source("a", "https://good.test/"), Validators(), now)


def test_https_never_leads_to_http(server: ssl.SSLContext, client: ssl.SSLContext, now: datetime) -> None:
    with Web({"/": answer(301, Location="http://good.test/feed")}, tls=server) as web:
        network = Closed(web.port)
        with pytest.raises(FetchError) as caught:
            Fetcher(ME, resolver=answers([GOOD]), network=network, tls=client).get(Source("a", "https://good.test/"), Validators(), now)
        assert (caught.value.outcome, len(network.dialled)) == (Outcome.REFUSED, 1)
