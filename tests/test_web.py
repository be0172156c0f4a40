"""The web server: what it refuses to do, what every answer says, and that nobody can hold it up."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from monitor import __version__
from monitor.errors import MonitorError, StoreError
from monitor.web import Settings, guarding, server, serving, settings
from monitor.web import app as rooms
from tests.commands import monitor
from tests.hub import SECRET, Pushed, pushed_newsroom
from tests.loopback import Web
from tests.newsroom import feeds_yaml
from tests.test_service import until

PUBLIC = "https://monitor.example.org"


def environ(**names: str) -> dict[str, str]:
    return {f"MONITOR_WEB_{name}": value for name, value in names.items()}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({}, Settings("127.0.0.1", 8765)),
        ({"LISTEN": "[::1]:9000"}, Settings("::1", 9000)),
        ({"LISTEN": "localhost:1"}, Settings("localhost", 1)),
        ({"PUBLIC_URL": f"{PUBLIC}/monitor/", "SECRET": SECRET}, Settings(public=f"{PUBLIC}/monitor", secret=SECRET)),
        ({"LISTEN": "0.0.0.0:80", "PUBLIC_URL": PUBLIC, "SECRET": SECRET}, Settings("0.0.0.0", 80, PUBLIC, SECRET)),
        ({"PUBLIC_URL": "http://127.0.0.1:8765", "SECRET": SECRET}, Settings(public="http://127.0.0.1:8765", secret=SECRET)),
    ],
)
def test_the_environment_says_where_it_listens(names: dict[str, str], expected: Settings) -> None:
    assert settings(environ(**names)) == expected


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"LISTEN": "8765"}, "write it like 127.0.0.1:8765"),
        ({"LISTEN": "127.0.0.1:http"}, "write it like 127.0.0.1:8765"),
        ({"LISTEN": "127.0.0.1:70000"}, "write it like 127.0.0.1:8765"),
        ({"LISTEN": "::1:8765"}, "write it like 127.0.0.1:8765 or "),
        ({"LISTEN": "0.0.0.0:8765"}, "needs MONITOR_WEB_SECRET and MONITOR_WEB_PUBLIC_URL"),
        ({"LISTEN": "[::]:8765"}, "needs MONITOR_WEB_SECRET and MONITOR_WEB_PUBLIC_URL"),
        ({"LISTEN": "192.168.1.5:8765", "SECRET": SECRET}, "needs MONITOR_WEB_PUBLIC_URL"),
        ({"LISTEN": "monitor.example.org:8765"}, "can be reached by others"),
        ({"SECRET": "short"}, "has 5 characters: take 32 or more"),
        ({"PUBLIC_URL": PUBLIC}, "without MONITOR_WEB_SECRET"),
        ({"PUBLIC_URL": "http://monitor.example.org", "SECRET": SECRET}, "like https://monitor.example.org"),
        ({"PUBLIC_URL": "monitor.example.org", "SECRET": SECRET}, "like https://monitor.example.org"),
        ({"PUBLIC_URL": f"{PUBLIC}/?a=b", "SECRET": SECRET}, "like https://monitor.example.org"),
        ({"PUBLIC_URL": "https://me:word@monitor.example.org", "SECRET": SECRET}, "like https://monitor.example.org"),
        ({"PUBLIC_URL": "https://[::1", "SECRET": SECRET}, "like https://monitor.example.org"),
    ],
)
def test_what_is_unsafe_or_unreadable_is_refused_with_what_to_write_instead(names: dict[str, str], told: str) -> None:
    with pytest.raises(MonitorError, match="environment: MONITOR_WEB_") as refused:
        settings(environ(**names))
    assert told in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Pushed]:
    with pushed_newsroom(tmp_path, subscribed=False) as opened:
        yield opened


def get(room: Pushed, path: str) -> httpx.Response:
    return httpx.get(room.callbacks.public + path)


def test_health_says_whether_the_database_answers_and_nothing_secret(room: Pushed, monkeypatch: pytest.MonkeyPatch) -> None:
    assert get(room, "/healthz").json() == {"status": "ok", "version": __version__, "database": True}

    def gone() -> None:
        raise StoreError("postgresql://monitor:word@db.internal: no such host")

    monkeypatch.setattr(room.monitor.store, "reachable", gone)
    answer = get(room, "/healthz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)
    assert "internal" not in answer.text


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/websub/none"])
def test_every_answer_is_guarded_and_tells_nothing_of_its_server(path: str, room: Pushed) -> None:
    headers = get(room, path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert (headers["x-content-type-options"], headers["x-frame-options"], headers["referrer-policy"]) == ("nosniff", "DENY", "no-referrer")
    assert (headers["cache-control"], headers["connection"]) == ("no-store", "close")
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/"])
def test_pages_of_the_framework_are_not_there(path: str, room: Pushed) -> None:
    assert get(room, path).status_code == 404


def test_without_a_public_address_there_is_no_room_for_hubs(room: Pushed) -> None:
    plain = Settings(port=0)
    with serving(rooms(room.monitor, plain), plain) as where:
        assert httpx.get(f"{where}/websub/x").status_code == 404
        assert httpx.post(f"{where}/websub/x").status_code == 404


@pytest.fixture
def impatient(room: Pushed, monkeypatch: pytest.MonkeyPatch) -> Pushed:
    """A server that waits a fifth of a second where it would wait for seconds."""
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(guarding, "SECONDS", 0.2)
    room.keep_up()
    return room


def connect(room: Pushed) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(room.callbacks.public.rpartition(":")[2])), timeout=20)


def test_clients_that_never_finish_their_headers_do_not_keep_others_out(impatient: Pushed) -> None:
    slow = [connect(impatient) for _ in range(70)]
    try:
        for one in slow:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        until(lambda: get(impatient, "/healthz").status_code == 200, "a place")
    finally:
        for one in slow:
            one.close()


def test_a_body_that_drips_is_given_up(impatient: Pushed) -> None:
    path = httpx.URL(impatient.callbacks.url(impatient.subscription)).path
    with connect(impatient) as slow:
        slow.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nfirst".encode())
        assert b" 408 " in slow.recv(4000)


def test_a_body_without_a_length_is_cut_where_it_becomes_too_large(room: Pushed) -> None:
    room.keep_up()

    def pieces() -> Iterator[bytes]:
        for _ in range(60):
            yield b"x" * 100_000

    with suppress(httpx.TransportError):  # the connection may be closed while we still speak
        assert httpx.post(room.callbacks.url(room.subscription), content=pieces()).status_code == 413
    assert room.monitor.inbox.next(0) is None


def test_nothing_of_a_body_is_read_for_who_does_not_know_the_callback(room: Pushed) -> None:
    with connect(room) as stranger:
        stranger.sendall(b"POST /websub/guess HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n")
        assert b" 404 " in stranger.recv(4000)


def test_headers_without_end_are_refused(room: Pushed) -> None:
    with connect(room) as stranger:
        stranger.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 20_000)
        assert b" 400 " in stranger.recv(4000)


# ---- the command -----------------------------------------------------------------------------------------------------


def test_a_taken_port_is_told_with_what_to_do(tmp_path: Path) -> None:
    with Web({}) as web:
        (tmp_path / "feeds.yaml").write_text(feeds_yaml(web, {"wire": 1}))
        said = monitor("-c", tmp_path / "feeds.yaml", "run", MONITOR_WEB_LISTEN=f"127.0.0.1:{web.port}")
        assert said.code == 2
        assert f"cannot listen on 127.0.0.1:{web.port}" in said.err
        assert "--no-web" in said.err
        assert web.asked == []


def test_a_service_for_cron_needs_no_port(tmp_path: Path) -> None:
    with Web({}) as web:
        (tmp_path / "feeds.yaml").write_text(feeds_yaml(web, {"wire": 1}))
        said = monitor("-c", tmp_path / "feeds.yaml", "run", "--once", MONITOR_WEB_LISTEN=f"127.0.0.1:{web.port}")
        assert "listen" not in said.err


def test_a_service_that_would_listen_to_all_without_a_secret_does_not_start(tmp_path: Path) -> None:
    with Web({}) as web:
        (tmp_path / "feeds.yaml").write_text(feeds_yaml(web, {"wire": 1}))
        said = monitor("-c", tmp_path / "feeds.yaml", "run", MONITOR_WEB_LISTEN="0.0.0.0:0")
        assert (said.code, "MONITOR_WEB_SECRET" in said.err) == (2, True)
