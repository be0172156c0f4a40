"""Webhook, Slack, Teams and Apprise: what arrives, within the limits of each, and what an answer or its absence means for the outbox."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import delivering, pipeline, sinks
from monitor.errors import DeliveryError
from monitor.fetch.sending import Sender
from monitor.model import Edition, Issue, SinkConfig
from monitor.render import Renderer
from monitor.sinks import chat, webhook
from tests.conftest import ROOT
from tests.newsroom import MONDAY, newsroom
from tests.receiver import Receiver
from tests.weeks import EDITION, END, EVIL_TITLES, composed, delivery, development, issue, week

KEY = "0123456789abcdef0123456789abcdef"
PATH = "/services/T0AAAAAA/B0BBBBBB/canarycanary"
RENDERER = Renderer(ROOT / "templates")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


def of(kind: str, receiver: Receiver, path: str = PATH) -> tuple[Edition, dict[str, str]]:
    """An edition with one sink of that kind that leads to the receiver, and the environment it needs."""
    address = receiver.url(path)
    if kind == "webhook":
        return replace(EDITION, sinks=(SinkConfig("webhook", url=address, variable="KEY"),)), {"KEY": KEY}
    return replace(EDITION, sinks=(SinkConfig(kind, variable="URL"),)), {"URL": address}  # type: ignore[arg-type]


def send(
    kind: str, receiver: Receiver, *, sender: Sender | None = None, count: int = 3, secrets: Mapping[str, str] | None = None, later: int = 0
) -> str:
    edition, environ = of(kind, receiver)
    ((_, recipient, _),) = sinks.recipients(edition)
    post = sinks.Post(
        Path("/nowhere"), None, RENDERER, lambda *_: (), sender or receiver.sender(), environ if secrets is None else secrets
    )  # fmt: skip
    row = delivery(recipient)
    return sinks.deliver(row, issue(composed(week(count))), edition, post, END + timedelta(seconds=later))


def fate(kind: str, receiver: Receiver, **more: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        send(kind, receiver, **more)
    return refused.value


# ---- webhook ---------------------------------------------------------------------------------------------------------


def test_a_webhook_gets_the_digest_signed_by_the_key_that_both_know(receiver: Receiver) -> None:
    send("webhook", receiver)
    (got,) = receiver.got
    stamp = got.headers["monitor-timestamp"]
    expected = hmac.new(KEY.encode(), stamp.encode() + b"." + got.body, hashlib.sha256).hexdigest()
    assert got.headers["monitor-signature"] == f"v1={expected}"
    assert (stamp, got.headers["content-type"]) == (str(int(END.timestamp())), "application/json")
    read = json.loads(got.body)
    assert (read["format"], read["edition"], read["number"]) == ("market-monitor/digest/1", "weekly", 7)
    assert read["markets"][0]["proposed"][0]["evidence"]


def test_a_repeated_delivery_has_the_same_bytes_and_key_and_a_timestamp_of_its_own(receiver: Receiver) -> None:
    send("webhook", receiver)
    send("webhook", receiver, later=600)
    first, second = receiver.got
    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == delivery().message_id == json.loads(first.body)["id"]
    assert int(second.headers["monitor-timestamp"]) - int(first.headers["monitor-timestamp"]) == 600


def test_every_key_of_the_body_is_documented() -> None:
    def keys(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                yield from keys(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from keys(inner)

    told = composed(week(40), present={})
    body = json.loads(webhook.body(delivery(), issue(told)))
    words = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "webhook.md").read_text()))
    words |= {"date", "what"}
    assert {"evidence", "left_out", "correction"} <= set(keys(body))
    assert set(keys(body)) - words == set()
    assert all(name in (ROOT / "docs" / "webhook.md").read_text() for name in ("Idempotency-Key", "Monitor-Timestamp", "Monitor-Signature"))


@pytest.mark.parametrize("title", EVIL_TITLES)
def test_any_title_arrives_as_json_that_strict_readers_take(title: str) -> None:
    body = webhook.body(delivery(), issue(composed([development(headline=title, evidence=title)])))
    assert body.isascii()
    json.loads(body)["markets"][0]["proposed"][0]["headline"].encode()


def test_a_secret_that_is_missing_or_short_waits_for_a_person(receiver: Receiver) -> None:
    missing, short = fate("webhook", receiver, secrets={}), fate("webhook", receiver, secrets={"KEY": "canary"})
    assert (missing.fate, short.fate) == ("retry", "retry")
    assert "variable KEY, which is not set" in str(missing)
    assert "take 32 characters" in str(short)
    assert "canary" not in str(short)
    assert receiver.got == []


# ---- what an answer means --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "of_webhook", "of_chat"),
    [
        *((status, "failed", "failed") for status in (301, 307, 400, 403, 404, 410, 413)),
        *((status, "retry", "retry") for status in (408, 429, 503)),
        *((status, "retry", "in_doubt") for status in (500, 502, 504, "drop")),
    ],
)  # fmt: skip
def test_an_answer_decides_what_becomes_of_the_delivery(receiver: Receiver, status: int | str, of_webhook: str, of_chat: str) -> None:
    receiver.answers, receiver.headers = [status], {"Location": receiver.url("/elsewhere")}
    assert [fate(kind, receiver).fate for kind in ("webhook", "slack", "teams")] == [of_webhook, of_chat, of_chat]
    assert {got.path for got in receiver.got} == {PATH}, "no redirect is followed"


def test_silence_after_the_whole_message_is_in_doubt_only_where_nobody_knows_a_repetition(receiver: Receiver) -> None:
    receiver.answers = ["silence"]
    short = receiver.sender(seconds=0.3)
    assert (fate("webhook", receiver, sender=short).fate, fate("slack", receiver, sender=short).fate) == ("retry", "in_doubt")


@pytest.mark.parametrize("kind", ["webhook", "slack", "teams"])
def test_where_nobody_listens_nothing_was_taken(kind: str) -> None:
    with socket.socket() as bound:  # taken, and nobody listens
        bound.bind(("127.0.0.1", 0))
        closed = Receiver()
        closed.port = bound.getsockname()[1]
        assert fate(kind, closed).fate == "retry"


@pytest.mark.parametrize("kind", ["webhook", "slack", "teams"])
def test_an_inner_address_gets_nothing_unless_it_is_allowed(receiver: Receiver, kind: str) -> None:
    refused = fate(kind, receiver, sender=Sender("MarketMonitor/0.1"))
    assert (refused.fate, receiver.got) == ("retry", [])
    assert "MONITOR_ALLOW_HOSTS" in str(refused)


def test_nothing_is_sent_in_clear_to_others() -> None:
    with pytest.raises(Exception, match="without https"):
        Sender("MarketMonitor/0.1").send("http://hooks.example.org/in", b"{}", {}, END)


@pytest.mark.parametrize("status", [403, 500, 503, "drop"])
@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_no_piece_of_a_secret_address_is_told_even_when_the_receiver_repeats_it(receiver: Receiver, kind: str, status: int | str) -> None:
    receiver.answers, receiver.says = [status], "no such hook: {path}"
    told = str(fate(kind, receiver))
    assert "127.0.0.1" in told
    assert not re.search("canary|T0AAAAAA|B0BBBBBB", told)


def test_a_wrong_address_in_the_variable_is_not_told(receiver: Receiver) -> None:
    told = str(fate("slack", receiver, secrets={"URL": "hooks.slack.example/canarycanary"}))
    assert "canary" not in told


@pytest.mark.parametrize(
    ("asked", "again"), [("3600", timedelta(hours=1)), ("1", timedelta(minutes=5)), ("Mon, 27 Apr 2026 08:00:00 GMT", timedelta(hours=3))]
)
def test_nothing_is_sent_before_the_receiver_wants_to_be_asked_again(receiver: Receiver, asked: str, again: timedelta) -> None:
    receiver.answers, receiver.headers = [429], {"Retry-After": asked}
    assert sinks.next_try(1, END, END, fate("slack", receiver).retry_after) == END + again


def test_who_wants_to_be_asked_after_the_issue_is_old_gets_it_no_more() -> None:
    assert sinks.next_try(1, END, END, END + timedelta(hours=49)) is None


def test_a_row_that_was_written_for_another_sink_is_not_sent() -> None:
    edition = replace(EDITION, sinks=(SinkConfig("slack", variable="URL"),))
    post = sinks.Post(Path("/nowhere"), None, RENDERER, lambda *_: ())
    with pytest.raises(DeliveryError, match="was another one") as refused:
        sinks.deliver(delivery("analyst@example.org"), issue(composed()), edition, post, END)
    assert refused.value.fate == "failed"


# ---- Slack and Teams -------------------------------------------------------------------------------------------------


def slack_well(message: dict[str, Any]) -> None:
    """What Slack would refuse."""
    blocks = message["blocks"]
    assert 1 <= len(blocks) <= 50
    for block in blocks:
        assert block["type"] in {"header", "section", "context"}
        texts = block["elements"] if block["type"] == "context" else [block["text"]]
        for text in texts:
            assert 1 <= len(text["text"]) <= (150 if block["type"] == "header" else 3000)
            if text["type"] == "mrkdwn":
                links = re.sub(r"<https?://[^<>|\s]+\|[^<>|]+>", "", text["text"])
                assert not re.search("[<>]", links)
                assert not re.search("&(?!amp;|lt;|gt;)", text["text"])
    assert message["text"]


def teams_well(message: dict[str, Any]) -> None:
    """What a workflow of Teams would refuse, or show otherwise than it was meant."""
    assert len(json.dumps(message)) <= 28 * 1024
    (attachment,) = message["attachments"]
    assert (message["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    for block in card["body"]:
        assert block["type"] == "RichTextBlock"
        for run in block["inlines"]:
            assert run["type"] == "TextRun"
            assert run["text"].strip()
            assert "\n" not in run["text"]
            assert "selectAction" not in run or re.match(r"https?://", run["selectAction"]["url"])


WELL = {"slack": slack_well, "teams": teams_well}


@pytest.mark.parametrize("count", [0, 1, 40, 300])
@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_message_of_any_week_is_within_the_limits(receiver: Receiver, kind: str, count: int) -> None:
    send(kind, receiver, count=count)
    (got,) = receiver.got
    assert (got.path, got.headers["content-type"]) == (PATH, "application/json")
    WELL[kind](json.loads(got.body))


@pytest.mark.parametrize("title", ["&" * 5000, "国" * 5000, "<!channel> | *b* <https://evil.example|x>", *EVIL_TITLES])
@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_message_of_any_title_is_within_the_limits(kind: str, title: str) -> None:
    one = development(headline=title, line_text=title or "x", source_name=title, source_url=f"https://news.example.org/?{'&' * 900}")
    told = issue(replace(composed([one] * 1), summary=(title, title, title), subject=title or "x"))
    WELL[kind](chat.slack(told, EDITION) if kind == "slack" else chat.teams(told, EDITION))


def shown(kind: str, told: Issue, edition: Edition = EDITION) -> str:
    return json.dumps(chat.slack(told, edition) if kind == "slack" else chat.teams(told, edition), ensure_ascii=False)


def test_markup_of_a_title_stays_text_in_slack() -> None:
    told = issue(composed([development(headline="<!channel> A & B")]))
    assert "|&lt;!channel&gt; A &amp; B>" in shown("slack", told)


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_long_digest_ends_with_how_many_more_there_are_and_where(kind: str) -> None:
    edition = replace(EDITION, sinks=(*EDITION.sinks, SinkConfig("email")))
    many = [development(f"event{n}", headline=f"Headline {n}", importance=5 if n == 30 else 2) for n in range(40)]
    text = shown(kind, issue(composed(many)), edition)
    there = len(set(re.findall(r"Headline \d+", text)))
    assert f"And {40 - there} more, mentions among them: issue 7 of" in text
    assert "in the folder digests and in the mail" in text


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_quiet_week_says_so(kind: str) -> None:
    assert "No reportable developments: issue 7" in shown(kind, issue(composed()))


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_what_does_not_fit_is_the_least_important(kind: str) -> None:
    address = f"https://news.example.org/{'y' * 700}"
    long = "Kite and a name that goes on and on " * 7
    markets = ["adoptive-cell-therapy", "leptomeningeal-metastases"]
    many = [
        development(f"e{n}", headline=f"H{n:02} {long}", market=markets[n % 2], importance=5 - n // 8, source_url=address)
        for n in range(20)
    ]  # fmt: skip
    found = sorted({int(n) for n in re.findall(r"H(\d\d) ", shown(kind, issue(composed(many))))})
    assert 0 < len(found) < 20
    assert 0 in found
    assert max(5 - n // 8 for n in set(range(20)) - set(found)) <= min(5 - n // 8 for n in found)


# ---- Apprise ---------------------------------------------------------------------------------------------------------

APPRISE = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # what Apprise imports


def through_apprise(address: str | None) -> str:
    edition = replace(EDITION, sinks=(SinkConfig("apprise", variable="URL"),))
    post = sinks.Post(Path("/nowhere"), None, RENDERER, lambda *_: (), secrets={"URL": address} if address else {})
    return sinks.deliver(delivery("apprise:URL"), issue(composed(week(3))), edition, post, END)


@APPRISE
def test_apprise_gets_the_digest_as_text(receiver: Receiver) -> None:
    through_apprise(f"json://127.0.0.1:{receiver.port}/in")
    (got,) = receiver.got
    told = json.loads(got.body)
    assert told["title"] == composed(week(3)).subject
    assert "Proposed lines for the report" in told["message"]


@APPRISE
def test_what_apprise_could_not_send_is_in_doubt(receiver: Receiver) -> None:
    receiver.answers = [500]
    with pytest.raises(DeliveryError) as refused:
        through_apprise(f"json://127.0.0.1:{receiver.port}/canarycanary")
    assert refused.value.fate == "in_doubt"
    assert "canary" not in str(refused.value)


@APPRISE
@pytest.mark.parametrize(("address", "told"), [(None, "URL, which is not set"), ("nonsense://canary", "does not know")])
def test_addresses_that_are_missing_or_unknown_to_apprise_wait_for_a_person(
    address: str | None, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DeliveryError, match=told) as refused:
        through_apprise(address)
    assert refused.value.fate == "retry"
    assert "canary" not in str(refused.value) + caplog.text


def test_without_apprise_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(DeliveryError, match="pip install"):
        through_apprise("json://127.0.0.1:1/")


# ---- the outbox ------------------------------------------------------------------------------------------------------


def edition_with(sink: str) -> str:
    return (
        '  - {name: weekly, markets: [adoptive-cell-therapy], schedule: "mon 07:00", time_zone: Europe/Berlin, '
        f"sinks: [{sink}]}}\n"
    )  # fmt: skip


def test_a_webhook_that_asks_for_peace_is_asked_again_when_it_wants_and_once_only(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [503, 200], {"Retry-After": "7200"}
    editions = edition_with(f'{{webhook: "{receiver.url()}", secret: "env:KEY"}}')
    with newsroom(tmp_path, editions=editions, secrets={"KEY": KEY}) as room:
        room.monitor.post = replace(room.monitor.post, sender=receiver.sender())
        room.tell("wire", "FDA approves Kite's Yescarta for a new indication")
        room.read()
        room.issue(MONDAY + timedelta(hours=8))
        ended = []
        for hours in (0, 1, 2, 3):
            room.now = MONDAY + timedelta(hours=8 + hours)
            ended.append(dict(delivering.deliver(room.monitor)))
        assert ended == [{"pending": 1}, {}, {"sent": 1}, {}]
    assert len({got.headers["idempotency-key"] for got in receiver.got}) == 1


@pytest.mark.parametrize(("kind", "ended"), [("webhook", {"sent": 1}), ("slack", {"in_doubt": 1}), ("teams", {"in_doubt": 1})])
def test_what_was_taken_just_before_a_crash_is_repeated_with_its_key_or_in_doubt(
    tmp_path: Path, receiver: Receiver, kind: str, ended: dict[str, int]
) -> None:
    sink = f'{{webhook: "{receiver.url()}", secret: "env:KEY"}}' if kind == "webhook" else f'{{{kind}: "env:URL"}}'
    with newsroom(tmp_path, editions=edition_with(sink), secrets={"KEY": KEY, "URL": receiver.url()}) as room:
        room.monitor.post = replace(room.monitor.post, sender=receiver.sender())
        room.issue(MONDAY + timedelta(hours=8))
        claimed = room.monitor.store.claim_delivery(room.now, pipeline.LEASE)
        assert claimed is not None
        sinks.deliver(claimed, room.monitor.store.issue(claimed.issue), room.monitor.edition("weekly"), room.monitor.post, room.now)
        room.now += 2 * pipeline.LEASE  # it was never settled: the process is gone
        assert dict(delivering.deliver(room.monitor)) == ended
    assert len(receiver.got) == (2 if kind == "webhook" else 1)
    assert len({(got.headers.get("idempotency-key"), got.body) for got in receiver.got}) == 1


def test_no_secret_reaches_the_database(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answers, receiver.says = [403], "no such hook: {path}"
    with newsroom(tmp_path, editions=edition_with('{slack: "env:URL"}'), secrets={"URL": receiver.url(PATH)}) as room:
        room.monitor.post = replace(room.monitor.post, sender=receiver.sender())
        room.issue(MONDAY + timedelta(hours=8))
        assert dict(delivering.deliver(room.monitor)) == {"failed": 1}
        (row,) = room.monitor.store.deliveries()
        assert (row.recipient, "canary" in row.detail) == ("slack:URL", False)
    assert all(b"canary" not in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
