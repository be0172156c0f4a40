"""What a request says, what an answer means, and what never leaves the house."""

from __future__ import annotations

import gzip
import logging
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import respx

from monitor.errors import FetchError
from monitor.fetch import Fetcher, allowed_hosts, user_agent
from monitor.model import Outcome, Page, Source, Validators
from tests.loopback import ME, Talk, Web, answer

FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title></channel></rss>'
PAGE = b"<!DOCTYPE html><html><head><title>%s</title></head><body>%s</body></html>"
NEVER = Validators()
SECRET = "Bearer s3cr3t-t0ken"


def fails(fetcher: Fetcher, source: Source, now: datetime, validators: Validators = NEVER) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.get(source, validators, now)
    assert caught.value.source == source.name
    return caught.value


def page(found: Page | None) -> Page:
    assert found is not None
    return found


# ---- conditional requests ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"ETag": '"a1"'}, {"if-none-match": '"a1"'}),
        ({"ETag": 'W/"\xe9"'}, {"if-none-match": 'W/"\xe9"'}),
        ({"Last_Modified": "Mon, 04 May 2026 04:00:00 GMT"}, {"if-modified-since": "Mon, 04 May 2026 04:00:00 GMT"}),
        ({}, {}),
    ],
)
def test_a_second_look_asks_with_what_the_first_was_given(given: dict[str, str], asked: dict[str, str], now: datetime) -> None:
    def script(talk: Talk) -> None:
        head = b"".join(f"{name.replace('_', '-')}: {value}\r\n".encode("latin-1") for name, value in given.items())
        talk.say(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + FEED)

    with Web({"/": script}) as web:
        fetcher, source = web.fetcher(), web.source("/")
        first = page(fetcher.get(source, NEVER, now))
        fetcher.get(source, first.validators, now)
        sent = {name: value for name, value in web.asked[1].headers.items() if name.startswith("if-")}
    assert sent == asked


def test_not_modified_is_none(now: datetime) -> None:
    with Web({"/": answer(304)}) as web:
        assert web.fetcher().get(web.source("/"), Validators(etag='"a"'), now) is None


def test_not_modified_that_nobody_asked_for_is_no_answer(now: datetime) -> None:
    with Web({"/": answer(304)}) as web:
        assert fails(web.fetcher(), web.source("/"), now).outcome is Outcome.UNREACHABLE


def test_the_same_body_again_is_none_even_where_the_server_calls_it_new(now: datetime) -> None:
    with Web({"/": answer(200, FEED, ETag='"1"')}) as web:
        first = page(web.fetcher().get(web.source("/"), NEVER, now))
        web.scripts["/"] = answer(200, FEED, ETag='"2"')
        assert web.fetcher().get(web.source("/"), first.validators, now) is None


# ---- what an answer means ------------------------------------------------------------------------------------------------

WALL = PAGE % (b"Just a moment...", b'<script src="/cdn-cgi/challenge-platform/x.js"></script>')
LOGIN = PAGE % (b"Sign in", b'<form><input name=p type="password"></form>')
AKAMAI = PAGE % (b"Access Denied", b"Reference #18.1 https://errors.edgesuite.net/18.1")
SEC = PAGE % (b"SEC", b"Your Request Originates from an Undeclared Automated Tool")


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (answer(429), Outcome.THROTTLED),
        (answer(429, WALL), Outcome.THROTTLED),
        (answer(503, Retry_After="120"), Outcome.THROTTLED),
        (answer(503), Outcome.UNREACHABLE),
        (answer(503, b"down", Retry_After="soon"), Outcome.UNREACHABLE),
        (answer(500), Outcome.UNREACHABLE),
        (answer(504, PAGE % (b"Error", b"Reference #30 https://errors.edgesuite.net/30")), Outcome.UNREACHABLE),
        (answer(401), Outcome.UNREACHABLE),
        (answer(400), Outcome.UNREACHABLE),
        (answer(204), Outcome.UNREACHABLE),
        (answer(202, b"", x_amzn_waf_action="challenge"), Outcome.BLOCKED),
        (answer(404), Outcome.GONE),
        (answer(410), Outcome.GONE),
        (answer(404, PAGE % (b"Not found", b"nothing here")), Outcome.GONE),
        (answer(403), Outcome.BLOCKED),
        (answer(403, WALL), Outcome.BLOCKED),
        (answer(503, WALL), Outcome.BLOCKED),
        (answer(200, WALL), Outcome.BLOCKED),
        (answer(200, FEED, cf_mitigated="challenge"), Outcome.BLOCKED),
        (answer(404, AKAMAI), Outcome.BLOCKED),
        (answer(403, SEC), Outcome.BLOCKED),
        (answer(200, LOGIN), Outcome.BLOCKED),
        (answer(302, Location="/apology_objects/abuse-detection-apology.html"), Outcome.BLOCKED),
        (answer(302, Location="https://consent.example.org/m?continue=x"), Outcome.BLOCKED),
        (answer(302, Location="/login?next=/"), Outcome.BLOCKED),
        (answer(302), Outcome.UNREACHABLE),
        (answer(302, Location=" "), Outcome.UNREACHABLE),
        (answer(302, Location="/"), Outcome.UNREACHABLE),
        (answer(300, Location="/feed"), Outcome.UNREACHABLE),
        (answer(302, Location="//"), Outcome.UNREACHABLE),
        (answer(302, Location="file:///etc/passwd"), Outcome.REFUSED),
        (answer(302, Location="http://user:pw@127.0.0.1/"), Outcome.REFUSED),
        (answer(302, Location="http://[::1/"), Outcome.REFUSED),
        (answer(302, Location="http://127.0.0.1:9/"), Outcome.REFUSED),
        (answer(302, Location="http://169.254.169.254/latest/meta-data"), Outcome.REFUSED),
        (answer(200, b"x", Content_Encoding="br"), Outcome.UNREACHABLE),
        (answer(200, FEED, Content_Encoding="gzip"), Outcome.UNREACHABLE),
    ],
)
def test_an_answer_that_is_no_page_has_its_own_name(script: Callable[[Talk], None], outcome: Outcome, now: datetime) -> None:
    with Web({"/": script, "/login?next=/": answer(200, PAGE % (b"Portal", b"welcome"))}) as web:
        assert fails(web.fetcher(), web.source("/"), now).outcome is outcome


@pytest.mark.parametrize(
    ("body", "kind", "ends"),
    [
        (b'{"error": {"code": "NOT_FOUND"}}', "openfda", None),
        (b'{"error": {"code": "NOT_FOUND"}}', "feed", Outcome.GONE),
        (b"Not found", "openfda", Outcome.GONE),
        (PAGE % (b"Not found", b"nothing here"), "openfda", Outcome.GONE),
    ],
)
def test_a_404_is_an_answer_where_a_kind_says_by_it_that_nothing_fits(body: bytes, kind: str, ends: Outcome | None, now: datetime) -> None:
    with Web({"/": answer(404, body)}) as web:
        source = web.source("/", kind=kind)
        if ends is None:
            found = page(web.fetcher().get(source, NEVER, now))
            assert (found.status, found.body) == (404, body)
        else:
            assert fails(web.fetcher(), source, now).outcome is ends


def test_a_kind_may_be_larger_than_a_feed(now: datetime) -> None:
    body = b'{"data": [' + b" " * 12_000_000 + b"]}"
    with Web({"/": answer(200, body)}) as web:
        fetcher = web.fetcher()
        assert page(fetcher.get(web.source("/", kind="ema_medicines"), NEVER, now)).body == body
        assert fails(fetcher, web.source("/"), now).outcome is Outcome.TOO_LARGE


NEWS_OF_A_WALL = WALL.replace(b"<!DOCTYPE html><html>", b'<?xml version="1.0"?><rss>')


BEHIND_A_WALL = PAGE % (b"Home", b'our feed has moved <script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>')


@pytest.mark.parametrize("body", [FEED, b"", NEWS_OF_A_WALL, BEHIND_A_WALL])
def test_what_the_publisher_itself_says_is_a_page_whatever_it_is(body: bytes, now: datetime) -> None:
    with Web({"/": answer(200, body)}) as web:
        assert page(web.fetcher().get(web.source("/"), NEVER, now)).body == body


def test_a_wall_is_not_asked_again_on_its_own_page(now: datetime) -> None:
    with Web({"/": answer(302, Location="/apology_objects/abuse-detection-apology.html")}) as web:
        fails(web.fetcher(), web.source("/"), now)
        assert [talk.path for talk in web.asked] == ["/"]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta(0)),
        ("99999999", timedelta(days=30)),
        ("9" * 4000, timedelta(days=30)),
        ("Mon, 04 May 2026 05:00:00 GMT", timedelta(hours=1)),
        ("Mon, 04 May 2026 01:00:00 -0400", timedelta(hours=1)),
        ("Sun, 03 May 2026 04:00:00 GMT", timedelta(days=-1)),
        ("-5", None),
        ("soon", None),
        ("Mon, 99 May 2026 05:00:00 GMT", None),
        ("", None),
        ("12٣", None),
    ],
)
def test_when_a_server_wants_to_be_asked_again(text: str, after: timedelta | None, now: datetime) -> None:
    script = lambda talk: talk.say(b"HTTP/1.1 429 X\r\nRetry-After: " + text.encode() + b"\r\n\r\n")  # noqa: E731
    with Web({"/": script}) as web:
        assert fails(web.fetcher(), web.source("/"), now).retry_after == (None if after is None else now + after)


# ---- redirects -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "moved"),
    [(301, 308, True), (308, 301, True), (301, 302, False), (303, 301, False), (307, 307, False)],
)
def test_only_a_way_of_permanent_redirects_says_that_a_source_moved(first: int, second: int, moved: bool, now: datetime) -> None:
    with Web({"/": answer(first, Location="next"), "/next": answer(second, Location="/feed"), "/feed": answer(200, FEED)}) as web:
        found = page(web.fetcher().get(web.source("/"), NEVER, now))
        assert (found.url, found.moved_to) == (web.url("/feed"), web.url("/feed") if moved else None)


def test_five_redirects_are_followed_and_no_more(now: datetime) -> None:
    hops = {f"/{n}": answer(302, Location=f"/{n + 1}") for n in range(6)}
    with Web({**hops, "/6": answer(200, FEED)}) as web:
        assert page(web.fetcher().get(web.source("/1"), NEVER, now)).body == FEED
        assert "redirects" in fails(web.fetcher(), web.source("/0"), now).detail


def test_a_secret_is_for_the_origin_it_was_given_for(now: datetime) -> None:
    with Web({"/": answer(200, FEED)}) as other, Web({"/": answer(302, Location="/here")}) as web:
        web.scripts["/here"] = answer(302, Location=other.url("/"))
        allow = frozenset({("127.0.0.1", web.port), ("127.0.0.1", other.port)})
        Fetcher(ME, allow, {"TOKEN": SECRET}).get(web.source("/", auth="TOKEN"), NEVER, now)
        assert [talk.headers.get("authorization") for talk in (*web.asked, *other.asked)] == [SECRET, SECRET, None]


# ---- what a request says -------------------------------------------------------------------------------------------------


def test_a_request_says_who_asks_and_takes_no_cookies(now: datetime) -> None:
    with Web({"/": answer(200, FEED, Set_Cookie="a=b")}) as web:
        fetcher = web.fetcher()
        fetcher.get(web.source("/"), NEVER, now)
        fetcher.get(web.source("/", contact="desk@example.org"), NEVER, now)
        first, second = (talk.headers for talk in web.asked)
    assert first["user-agent"] == "MarketMonitor/0.1 (someone@example.org)"
    assert second["user-agent"] == "MarketMonitor/0.1 (desk@example.org)"
    assert first["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in second


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        (None, "MarketMonitor/1.2"),
        ("a@example.org", "MarketMonitor/1.2 (a@example.org)"),
        ("a@example.org\r\nX: y", "MarketMonitor/1.2 (a@example.orgX: y)"),
    ],
)
def test_the_user_agent_names_whom_to_write_to(contact: str | None, agent: str) -> None:
    assert user_agent("1.2", contact) == agent


@pytest.mark.parametrize("value", ["", "two\nlines", "ümlaut"])
def test_a_secret_that_is_missing_or_broken_is_named_and_not_shown(value: str, now: datetime) -> None:
    with Web({"/": answer(200, FEED)}) as web:
        error = fails(web.fetcher(secrets={"TOKEN": value}), web.source("/", auth="TOKEN"), now)
        assert error.outcome is Outcome.REFUSED
        assert "TOKEN" in error.detail
        assert value not in error.detail or not value
        assert web.asked == []


@pytest.mark.parametrize(
    "echo",
    [
        b"HTTP/1.1 200 %s\r\nBad\x00: %s\r\n\r\n",
        b"%s %s\r\n\r\n",
        b"HTTP/1.1 302 X\r\nLocation: http://s3cr3t-t0ken.example/%.0s%.0s\r\n\r\n",
    ],
)
def test_no_secret_reaches_an_error_or_a_log(echo: bytes, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echoed = echo % (SECRET.encode(), SECRET.encode())
    with Web({"/?key=s3cr3t-t0ken": lambda talk: talk.say(echoed)}) as web:
        error = fails(web.fetcher(secrets={"TOKEN": SECRET}), web.source("/?key=s3cr3t-t0ken", auth="TOKEN"), now)
    assert "s3cr3t" not in str(error)
    assert "s3cr3t" not in caplog.text


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", set()),
        ("10.0.0.1:8080, Feeds.Corp:443", {("10.0.0.1", 8080), ("feeds.corp", 443)}),
        ("[::1]:80", {("::1", 80)}),
    ],
)
def test_hosts_are_allowed_with_their_port(text: str, pairs: set[tuple[str, int]]) -> None:
    assert allowed_hosts(text) == pairs


@pytest.mark.parametrize(
    "text", ["localhost", "10.0.0.0/8:80", "*:80", "a:b", "a:0", "a:99999", "http://a:80", "::1:80", ":80", "[]:80", "user@a:80"]
)
def test_an_allowed_host_that_could_mean_more_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        allowed_hosts(text)


def test_proxies_of_the_environment_are_ignored(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Web({"/": answer(200, FEED)}) as web:
        assert page(web.fetcher().get(web.source("/"), NEVER, now)).status == 200


# ---- bodies --------------------------------------------------------------------------------------------------------------


def deflated(body: bytes, window: int) -> bytes:
    packer = zlib.compressobj(wbits=window)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(FEED, mtime=0)),
        ("x-gzip", gzip.compress(FEED, mtime=0)),
        ("GZIP", gzip.compress(FEED, mtime=0) + b"\0" * 100),
        ("gzip", gzip.compress(FEED[:30]) + gzip.compress(FEED[30:])),
        ("deflate", deflated(FEED, 15)),
        ("deflate", deflated(FEED, -15)),
        ("identity", FEED),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_a_packed_body_is_unpacked_however_it_arrives(encoding: str, packed: bytes, step: int, now: datetime) -> None:
    def script(talk: Talk) -> None:
        talk.say(f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for at in range(0, len(packed), step):
            talk.say(b"%x\r\n%s\r\n" % (len(packed[at : at + step]), packed[at : at + step]))
        talk.say(b"0\r\n\r\n")

    with Web({"/": script}) as web:
        assert page(web.fetcher().get(web.source("/"), NEVER, now)).body == FEED


@respx.mock
def test_the_closed_web_of_respx_closes_this_door_too(now: datetime) -> None:
    respx.get("https://news.example.org/feed?a=1").mock(return_value=httpx.Response(200, content=FEED, headers={"etag": '"1"'}))
    found = page(Fetcher(ME).get(Source("a", "https://news.example.org/feed?a=1"), NEVER, now))
    assert (found.body, found.validators.etag) == (FEED, '"1"')
    with pytest.raises(respx.models.AllMockedAssertionError):
        Fetcher(ME).get(Source("a", "https://elsewhere.example.org/"), NEVER, datetime(2026, 1, 1, tzinfo=UTC))


def test_only_fetch_is_a_door_to_the_web() -> None:
    root = Path(__file__).parents[1] / "monitor"
    opened = [path for path in root.rglob("*.py") if "urlopen(" in path.read_text() or "feedparser.parse(" in path.read_text()]
    assert [path.name for path in opened] == ["feed.py"]
    assert "feedparser.parse(BytesIO(" in opened[0].read_text()
