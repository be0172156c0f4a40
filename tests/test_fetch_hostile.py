"""Whatever a server does, a look at it ends: in time, in little memory, and with a name for what happened."""

from __future__ import annotations

import gzip
import os
import socket
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from monitor.errors import FetchError
from monitor.fetch import Fetcher, Limits
from monitor.model import Outcome, Source, Validators
from tests.loopback import ME, Script, Talk, Web, answer

DEADLINE = 0.6
MEMORY = 32 << 20
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = b"Content-Encoding: gzip\r\n\r\n"


@cache
def bomb() -> bytes:
    """200 MB of nothing, packed."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(200)), packer.flush()])


@cache
def members() -> bytes:
    return gzip.compress(bytes(1 << 20)) * 200


def packed(status: int, body: Callable[[], bytes], encoding: str = "gzip") -> Script:
    """Answers with a body that is only made when it is needed."""

    def script(talk: Talk) -> None:
        answer(status, body(), Content_Encoding=encoding)(talk)

    return script


def until_done(piece: bytes) -> Script:
    """Sends the head it is given, then one piece after the other as fast as it can."""
    return lambda talk: talk.drip(piece, 0)


def says(head: bytes, then: Script = lambda talk: None) -> Script:
    def script(talk: Talk) -> None:
        talk.say(head)
        then(talk)

    return script


def drips(piece: bytes) -> Script:
    return lambda talk: talk.drip(piece)


def silent(talk: Talk) -> None:
    talk.over.wait()


def slow_hop(talk: Talk) -> None:
    """Each redirect alone stays below the deadline; all of them together do not."""
    talk.over.wait(DEADLINE / 3)
    answer(302, Location=f"/{len(talk.path)}{talk.path}")(talk)


BEHAVIOURS: dict[str, tuple[Script, Outcome]] = {
    "accepts and is silent": (silent, Outcome.TIMED_OUT),
    "drips a status line": (says(b"HTTP/1.1 200 ", drips(b"O")), Outcome.TIMED_OUT),
    "drips headers": (says(OK, drips(b"X-A: b\r\n")), Outcome.TIMED_OUT),
    "drips interim answers": (drips(b"HTTP/1.1 103 Early Hints\r\n\r\n"), Outcome.TIMED_OUT),
    "drips a body": (says(OK + b"\r\n", drips(b"<")), Outcome.TIMED_OUT),
    "drips chunks": (says(CHUNKED, drips(b"1\r\n<\r\n")), Outcome.TIMED_OUT),
    "stops in the middle of a packed body": (says(OK + GZIP + gzip.compress(os.urandom(9999))[:99], silent), Outcome.TIMED_OUT),
    "stops in the middle of a body": (says(OK + b"Content-Length: 9999\r\n\r\n<rss", silent), Outcome.TIMED_OUT),
    "redirects slowly": (slow_hop, Outcome.TIMED_OUT),
    "floods with interim answers": (until_done(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500), Outcome.TOO_LARGE),
    "floods with one header": (says(OK + b"X-A: ", until_done(b"a" * 65536)), Outcome.UNREACHABLE),
    "floods with headers": (says(OK, until_done(b"X-A: b\r\n" * 4000)), Outcome.UNREACHABLE),
    "floods with a body": (says(OK + b"\r\n", until_done(b"<a>" * 20000)), Outcome.TOO_LARGE),
    "floods with tiny chunks": (says(CHUNKED, until_done(b"1\r\n<\r\n" * 4000)), Outcome.TIMED_OUT),
    "floods with trailers": (says(CHUNKED + b"0\r\n", until_done(b"X-A: b\r\n" * 4000)), Outcome.UNREACHABLE),
    "says that a terabyte follows": (says(OK + b"Content-Length: 1099511627776\r\n\r\n", silent), Outcome.TOO_LARGE),
    "sends a bomb": (packed(200, bomb), Outcome.TOO_LARGE),
    "sends a bomb of many members": (packed(200, members), Outcome.TOO_LARGE),
    "sends a bomb with an error": (packed(500, bomb), Outcome.UNREACHABLE),
    "packs twice": (packed(200, bomb, "gzip, gzip"), Outcome.UNREACHABLE),
    "packs as brotli": (answer(200, b"\x0b\x02\x80", Content_Encoding="br"), Outcome.UNREACHABLE),
    "packs as zstandard": (answer(200, b"\x28\xb5\x2f\xfd", Content_Encoding="zstd"), Outcome.UNREACHABLE),
    "packs twenty thousand times": (answer(200, b"x", Content_Encoding=",".join(["gzip"] * 9000)), Outcome.UNREACHABLE),
    "breaks off a packed body": (says(OK + GZIP + gzip.compress(b"<rss>" * 999)[:40]), Outcome.UNREACHABLE),
    "breaks off a body": (says(OK + b"Content-Length: 9999\r\n\r\n<rss"), Outcome.UNREACHABLE),
    "breaks off a chunk": (says(CHUNKED + b"ff\r\n<rss"), Outcome.UNREACHABLE),
    "closes at once": (says(b""), Outcome.UNREACHABLE),
    "speaks no HTTP": (says(b"220 mail.example.org ESMTP\r\n"), Outcome.UNREACHABLE),
    "speaks two lengths": (says(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n<rss/>"), Outcome.UNREACHABLE),
    "redirects to itself": (answer(302, Location="/"), Outcome.UNREACHABLE),
    "switches protocols": (says(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", silent), Outcome.UNREACHABLE),
}


def peak(work: Callable[[], None]) -> int:
    """By how much the memory of this process grew at its highest while `work` ran."""
    status, reset = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    try:
        reset.write_text("5")
    except OSError:
        work()
        return 0

    def figure(name: str) -> int:
        return int(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith(name))) << 10

    before = figure("VmRSS")
    work()
    return figure("VmHWM") - before


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_look_at_a_hostile_server_ends_in_time_and_in_little_memory(behaviour: str, now: datetime) -> None:
    script, outcome = BEHAVIOURS[behaviour]
    bomb(), members()
    with Web({"/": script}) as web:
        web.scripts = _Anything(script)

        def look() -> None:
            with pytest.raises(FetchError) as caught:
                web.fetcher(DEADLINE).get(web.source("/"), Validators(), now)
            assert caught.value.outcome is outcome, caught.value.detail

        start = time.monotonic()
        grown = peak(look)
        assert time.monotonic() - start < DEADLINE + 0.5
        assert grown < MEMORY


class _Anything(dict[str, Script]):
    """The same script on every path."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self._script = script

    def get(self, key: str, default: object = None) -> Script:
        return self._script


def test_a_name_server_that_is_silent_costs_no_more_than_the_deadline(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object, **__: object) -> list[object]:
        threading.Event().wait(1)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", late)
    start = time.monotonic()
    with pytest.raises(FetchError) as caught:
        Fetcher(ME, limits=Limits(seconds=0.2)).get(Source("a", "http://slow.test/"), Validators(), now)
    assert (caught.value.outcome, time.monotonic() - start < 0.7) == (Outcome.TIMED_OUT, True)


def test_a_handshake_that_is_silent_costs_no_more_than_the_deadline(now: datetime) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        fetcher = Fetcher(ME, frozenset({("127.0.0.1", port)}), limits=Limits(seconds=0.3))
        start = time.monotonic()
        with pytest.raises(FetchError) as caught:
            fetcher.get(Source("a", f"https://127.0.0.1:{port}/"), Validators(), now)
    assert (caught.value.outcome, time.monotonic() - start < 0.8) == (Outcome.TIMED_OUT, True)


@pytest.mark.parametrize(("size", "fits"), [(0, True), (1, False)])
@pytest.mark.parametrize("packed", [False, True])
def test_the_last_byte_that_fits_is_read_and_the_next_is_too_many(size: int, fits: bool, packed: bool, now: datetime) -> None:
    limits = replace(Limits(), wire=100_000, decoded=100_000) if not packed else replace(Limits(), decoded=100_000)
    body = os.urandom(100_000 + size)
    sent = answer(200, gzip.compress(body), Content_Encoding="gzip") if packed else says(OK + b"\r\n" + body)
    with Web({"/": sent}) as web:
        fetcher = Fetcher(ME, frozenset({("127.0.0.1", web.port)}), limits=limits)
        if fits:
            found = fetcher.get(web.source("/"), Validators(), now)
            assert found is not None
            assert found.body == body
        else:
            with pytest.raises(FetchError) as caught:
                fetcher.get(web.source("/"), Validators(), now)
            assert caught.value.outcome is Outcome.TOO_LARGE


def test_nothing_stays_open_after_a_look(now: datetime) -> None:
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("counts open files as Linux shows them")
    with Web({"/": answer(200, b"<rss/>"), "/cut": says(OK + b"Content-Length: 9\r\n\r\n"), "/moved": answer(301, Location="/")}) as web:
        fetcher = web.fetcher()
        before = len(list(descriptors.iterdir()))
        for path in ["/", "/cut", "/moved"] * 20:
            with suppress(FetchError):
                fetcher.get(web.source(path), Validators(), now)
        time.sleep(0.05)  # the server's own ends
        assert len(list(descriptors.iterdir())) <= before + 1
