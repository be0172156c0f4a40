"""News arrive by push where a feed offers a hub; polling goes on beside it, and whatever a hub does wrong stays without harm."""

from __future__ import annotations

import hmac
import json
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from monitor import app, subscribing, websub
from monitor.config import load_config
from monitor.fetch.links import of_hubs
from monitor.model import Hub as Offer
from monitor.model import Outcome, PushState, SourceState
from monitor.sources import feed
from monitor.store import Store
from tests.commands import monitor
from tests.hub import SECRET, Hub, Offering, Pushed, pushed_newsroom
from tests.loopback import Web
from tests.newsroom import DAY, HOUR, MINUTE, feeds_yaml, item
from tests.test_service import service, until
from tests.told import NOW, watching

APPROVED = "FDA approves Bristol Myers Squibb's Breyanzi for marginal zone lymphoma"
BOUGHT = "Gilead to acquire Arcellx for $7.8 billion"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Pushed]:
    with pushed_newsroom(tmp_path) as opened:
        yield opened


def news(room: Pushed, title: str = APPROVED, guid: str = "new") -> bytes:
    """A document with that one item, as a hub sends it."""
    return room.outlet.body(item(title, room.now - MINUTE, guid=guid))


def state(room: Pushed) -> SourceState:
    (found,) = room.monitor.store.sources()
    return found


# ---- the subscription ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", [False, True], ids=["in the headers", "in the feed"])
def test_a_feed_that_offers_a_hub_is_subscribed_and_verified(inside: bool, tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, inside=inside) as room:
        one = room.subscription
        assert (one.state, one.hub, one.topic) == (PushState.ACTIVE, room.hub.url, room.web.url("/wire"))
        assert one.until == room.now + 10 * DAY
        assert [(heard.status_code, heard.text) for heard in room.hub.heard] == [(200, "a challenge")]
        (asked,) = room.hub.asked
        assert asked["hub.mode"] == "subscribe"
        assert SECRET not in str(asked)


def test_nothing_secret_is_in_the_database(room: Pushed) -> None:
    asked = room.hub.asked[0]
    kept = (room.folder / "monitor.db").read_bytes() + b"".join(path.read_bytes() for path in room.folder.glob("monitor.db-wal"))
    assert room.hub.url.encode() in kept
    for word in (SECRET, asked["hub.secret"], asked["hub.callback"].rpartition("/")[2]):
        assert word.encode() not in kept


def test_it_is_renewed_before_the_lease_ends_and_asked_no_sooner(room: Pushed) -> None:
    start = room.now
    room.keep_up(start + 8 * DAY)
    assert len(room.hub.asked) == 1
    assert room.keep_up(start + 9 * DAY).until == start + 19 * DAY
    assert len(room.hub.asked) == 2
    assert room.subscription.since == start


@pytest.mark.parametrize("lease", ["0", "-5", "soon", "", None])
def test_a_lease_that_is_none_is_not_confirmed(lease: str | None, tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, lease=lease) as room:
        assert room.hub.heard[0].status_code == 404
        assert (room.subscription.state, room.subscription.until) == (PushState.ASKED, None)
        assert "lease" in room.subscription.detail


def test_a_lease_of_seconds_does_not_make_us_ask_all_the_time(tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, lease="10") as room:
        start = room.now
        for seconds in range(0, 290, 10):
            room.keep_up(start + timedelta(seconds=seconds))
        assert len(room.hub.asked) == 1
        assert not room.subscription.is_live(room.now)
        assert room.keep_up(start + 5 * MINUTE).is_live(room.now)


def test_a_lease_of_a_thousand_years_is_renewed_within_three_months(tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, lease="999999999") as room:
        assert room.subscription.until == room.now + 90 * DAY


def test_a_hub_that_never_verifies_is_asked_ever_less_often(tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, verifies=False) as room:
        start, asked = room.now, []
        for minutes in range(0, 24 * 60, 10):
            room.keep_up(start + minutes * MINUTE)
            asked.append(len(room.hub.asked))
        assert room.subscription.state is PushState.ASKED
        assert asked[-1] == 8  # after 10, 20, 40 … minutes
        room.hub.verifies = True
        assert room.keep_up(room.now + DAY).state is PushState.ACTIVE


def test_a_hub_that_refuses_the_request_is_shown_with_its_answer(tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, status=500) as room:
        assert (room.subscription.state, room.subscription.detail) == (PushState.ASKED, "asking the hub: answered 500")


def test_a_redirect_of_a_hub_is_not_followed_because_the_request_holds_the_secret(tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, status=307) as room:
        assert room.subscription.detail == "asking the hub: answered 307"


def test_a_denial_is_kept_with_its_reason_and_asked_again_after_a_week(tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, denies="not for you") as room:
        assert (room.subscription.state, room.subscription.detail) == (PushState.DENIED, "the hub denies it: not for you")
        start = room.now
        room.keep_up(start + 6 * DAY)
        assert len(room.hub.asked) == 1
        room.hub.denies = ""
        assert room.keep_up(start + 7 * DAY).state is PushState.ACTIVE


@pytest.mark.parametrize(
    "words",
    [
        {"topic": "https://elsewhere.example/feed"},
        {"mode": "unsubscribe"},
        {"mode": ""},
        {"challenge": ""},
        {"mode": "denied", "topic": "x"},
    ],
    ids=["a foreign topic", "an end we did not ask for", "no mode", "no challenge", "a denial of something else"],
)
def test_what_we_did_not_ask_for_is_not_found(words: dict[str, str], room: Pushed) -> None:
    before = room.subscription
    assert room.hub.say(**words).status_code == 404
    assert room.subscription == before


def test_a_hub_that_verifies_before_it_was_asked_finds_nothing(tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, subscribed=False) as room:
        form = {"hub.mode": "subscribe", "hub.topic": room.subscription.topic, "hub.callback": room.callbacks.url(room.subscription)}
        assert room.hub.say(form).status_code == 404
        assert room.subscription.state is PushState.OFFERED


def test_a_callback_cannot_be_guessed(room: Pushed) -> None:
    address = f"{room.callbacks.public}/websub/"
    assert httpx.get(address + "0" * 40).status_code == 404
    assert httpx.post(address + "ü" * 40, content=b"x").status_code == 404


# ---- where a hub is named --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (['<https://hub.example/>; rel="hub", </feed>; rel=self'], [("hub", "https://hub.example/"), ("self", "https://wire.example/feed")]),
        (['<https://hub.example/>; title="a, b; c"; rel="alternate hub"'], [("hub", "https://hub.example/")]),
        (["<a>; REL=HUB", '<b>;rel="self hub"'], [("hub", "https://wire.example/x/a"), ("hub", "https://wire.example/x/b"),
         ("self", "https://wire.example/x/b")]),
        (["<https://hub.example/>", "<https://wire.example/>; rel=next", "rel=hub", "<>; rel=hub", "<a; rel=hub"], []),
        (["<http://[::1/>; rel=hub"], []),
        (["<a>;x" + " " * 7000 + ", <h>; rel=hub"], [("hub", "https://wire.example/x/h")]),
    ],
)  # fmt: skip
def test_link_headers_in_all_their_spellings(headers: list[str], found: list[tuple[str, str]]) -> None:
    assert list(of_hubs(headers, httpx.URL("https://wire.example/x/y"))) == found


ATOM = "http://www.w3.org/2005/Atom"
LINKS = '<{0}link rel="self" href="/feed"/><{0}link rel="hub" href="http://old.example/"/><{0}link rel="hub" href="https://hub.example/"/>'
ENTRY = "<title>A</title><id>1</id><updated>2026-05-04T04:00:00Z</updated>"


@pytest.mark.parametrize(
    "body",
    [
        f"<feed xmlns='{ATOM}'>{LINKS.format('')}<entry>{ENTRY}</entry></feed>",
        f"<!DOCTYPE feed><feed xmlns='{ATOM}'>{LINKS.format('')}<entry>{ENTRY}</entry></feed>",
        f"<rss version='2.0' xmlns:a='{ATOM}'><channel>{LINKS.format('a:')}<item><title>A</title></item></channel></rss>",
        f"<!DOCTYPE rss><rss version='2.0' xmlns:a='{ATOM}'><channel>{LINKS.format('a:')}<item><title>A</title></item></channel></rss>",
        json.dumps({
            "version": "https://jsonfeed.org/version/1.1", "feed_url": "https://wire.example/feed", "items": [{"id": "1", "title": "A"}],
            "hubs": [{"type": "rssCloud", "url": "https://cloud.example/"}, {"type": "WebSub"}, "none", {"type": "WebSub", "url": "https://hub.example/"}],
        }),
    ],
    ids=["Atom", "odd Atom", "RSS", "odd RSS", "JSON"],
)  # fmt: skip
def test_feeds_of_every_kind_name_their_hub_and_one_behind_https_goes_first(body: str) -> None:
    document = feed.read(body.encode(), "https://wire.example/other", "wire")
    assert (document.hub, document.topic) == ("https://hub.example/", "https://wire.example/feed")


# ---- the end of it ---------------------------------------------------------------------------------------------------


def change(room: Pushed, right: str, wrong: str) -> None:
    """Edit feeds.yaml and take it over."""
    path = room.folder / "feeds.yaml"
    path.write_text(path.read_text().replace(right, wrong))
    room.monitor.config = load_config(path, room.monitor.seeds)
    app.settle(room.monitor)


@pytest.mark.parametrize("wrong", ["tier: 1, push: false", "tier: 1, enabled: false"])
def test_a_source_that_opts_out_is_unsubscribed_and_the_hub_may_verify_that(wrong: str, room: Pushed) -> None:
    change(room, "tier: 1", wrong)
    assert subscribing.keep_up(room.monitor, room.callbacks) == 1
    assert room.hub.asked[-1]["hub.mode"] == "unsubscribe"
    assert "hub.secret" not in room.hub.asked[-1]
    assert room.hub.heard[-1].text == "a challenge"
    assert room.monitor.store.subscriptions() == ()


def test_a_source_that_left_feeds_yaml_is_unsubscribed(room: Pushed) -> None:
    change(room, "name: wire", "name: other")
    subscribing.keep_up(room.monitor, room.callbacks)
    assert room.hub.asked[-1]["hub.mode"] == "unsubscribe"
    assert room.monitor.store.subscriptions() == ()


def test_a_source_that_never_wanted_push_asks_nobody(tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, subscribed=False) as room:
        change(room, "tier: 1", "tier: 1, push: false")
        assert subscribing.keep_up(room.monitor, room.callbacks) == 0
        assert room.subscription.state is PushState.OFFERED


@pytest.mark.parametrize("part", ["hub", "topic"])
def test_another_hub_or_topic_is_subscribed_and_the_old_one_left(part: str, room: Pushed) -> None:
    was = room.subscription
    setattr(room.outlet, part, getattr(room.outlet, part) + "/2")
    room.tell("wire", "Something else")
    room.read(room.now + HOUR)
    assert getattr(room.keep_up(), part) == getattr(was, part) + "/2"
    assert [(asked["hub.mode"], asked["hub.topic"]) for asked in room.hub.asked[1:]] == [
        ("unsubscribe", was.topic), ("subscribe", room.outlet.topic),
    ]  # fmt: skip


def test_a_hub_that_does_not_let_go_is_told_three_times_and_then_left(room: Pushed) -> None:
    room.hub.verifies = False
    change(room, "tier: 1", "tier: 1, push: false")
    for _ in range(5):
        subscribing.keep_up(room.monitor, room.callbacks)
        room.now += HOUR
    assert [asked["hub.mode"] for asked in room.hub.asked] == ["subscribe", *["unsubscribe"] * 3]
    assert room.monitor.store.subscriptions() == ()
    assert httpx.post(room.hub.asked[-1]["hub.callback"], content=b"x").status_code == 404


def test_what_arrives_after_we_left_is_answered_with_gone(room: Pushed) -> None:
    room.hub.status = 500  # hears us, and verifies nothing
    change(room, "tier: 1", "tier: 1, push: false")
    room.keep_up()
    assert room.hub.push(news(room), key="whatever").status_code == 410


# ---- what is pushed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_pushed_news_is_decided_about_without_a_look(method: str, room: Pushed) -> None:
    looks = len(room.web.asked)
    assert room.hub.push(news(room), method).status_code == 202
    assert room.take() == 1
    assert [one.event for one in room.table()] != []
    assert len(room.web.asked) == looks
    assert (room.subscription.received, room.subscription.last_received) == (1, room.now)


def test_what_was_pushed_is_nothing_new_to_the_next_look(room: Pushed) -> None:
    room.tell("wire", APPROVED, guid="new")
    room.hub.push(room.outlet.body(room.outlet.items[-1]))
    assert room.take() == 1
    assert room.read(room.now + HOUR) == {"wire": Outcome.OK}
    assert [one.entry.guid for one in room.entries()] == ["old", "new"]


def test_a_delivery_that_is_sent_again_changes_nothing(room: Pushed) -> None:
    for _ in range(3):
        assert room.hub.push(news(room)).status_code == 202
    assert room.take() == 1


def test_an_edited_item_that_is_pushed_is_a_revision(room: Pushed) -> None:
    for title in (BOUGHT, BOUGHT.replace("7.8", "7.9")):
        room.hub.push(news(room, title))
        room.take()
    assert [(one.entry.guid, one.revision) for one in room.entries()] == [("old", 1), ("new", 2)]


def test_a_part_of_the_feed_says_nothing_of_the_source(room: Pushed) -> None:
    before = state(room)
    room.now += MINUTE
    room.hub.push(news(room))  # all of it is newer than the last look's newest entry
    room.take()
    after = state(room)
    assert (after.entries, after.last_entry) == (before.entries + 1, room.now)
    for name in ("outcome", "next_check", "last_check", "validators", "newest_published", "missed_windows", "every", "detail"):
        assert getattr(after, name) == getattr(before, name)


def test_a_part_is_told_apart_as_the_whole_feed_is(tmp_path: Path) -> None:
    """All guids of this feed are one, so that links tell its items apart; in a part of one item the guid would seem to do."""
    with pushed_newsroom(tmp_path, subscribed=False) as room:
        for number in range(3):
            room.outlet.items.append(item(f"{BOUGHT} {number}", room.now - HOUR) | {"guid": "always the same"})
        room.read(room.now + HOUR)
        room.keep_up()
        room.outlet.items.append(item(APPROVED, room.now - MINUTE) | {"guid": "always the same"})
        room.hub.push(room.outlet.body(room.outlet.items[-1]))
        assert room.take() == 1
        room.read(room.now + HOUR)
        assert len(room.entries()) == 5


@pytest.mark.parametrize("body", [b"", b"<html><body>something new!", b"\x00\xff" * 500, b"<rss version='2.0'><channel/></rss>"])
def test_a_ping_without_news_is_counted_and_changes_nothing_else(body: bytes, room: Pushed) -> None:
    before = state(room)
    assert room.hub.push(body).status_code == 202
    assert room.take() == 0
    assert (room.subscription.unreadable, room.subscription.received) == (1, 0)
    assert state(room) == before


@pytest.mark.parametrize(
    "headers",
    [{"X-Hub-Signature": ""}, {"X-Hub-Signature": "sha256=00"}, {"X-Hub-Signature": "md5=00"}, {"X-Hub-Signature": "sha256"}],
    ids=["none", "a wrong one", "an unknown way", "half of one"],
)
def test_what_is_not_signed_is_acknowledged_ignored_and_counted(headers: dict[str, str], room: Pushed) -> None:
    assert room.hub.push(news(room), **headers).status_code == 202
    assert room.take() == 0
    assert room.keep_up().ignored == 1


def test_of_several_signatures_the_strongest_counts() -> None:
    right, wrong = hmac.new(b"key", b"news", "sha1").hexdigest(), "0" * 64
    assert websub.signed([f"sha1={right}"], "key", b"news")
    assert not websub.signed([f"sha1={right}", f"sha256={wrong}"], "key", b"news")
    assert websub.signed([f"SHA256={hmac.new(b'key', b'news', 'sha256').hexdigest().upper()}", f"sha1={wrong}"], "key", b"news")


def test_what_is_signed_with_another_key_is_ignored(room: Pushed) -> None:
    room.hub.push(news(room), key="a guess")
    assert room.take() == 0


def test_news_lost_between_delivery_and_store_are_brought_by_the_next_look(tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path) as room:
        room.tell("wire", APPROVED, guid="new")
        assert room.hub.push(room.outlet.body(room.outlet.items[-1])).status_code == 202
        room.monitor.inbox.__init__()  # type: ignore[misc]  # the process ends here: what was in memory is gone
        assert len(room.entries()) == 1
        room.read(room.now + HOUR)
        assert [one.entry.guid for one in room.entries()] == ["old", "new"]
        assert room.table() != ()


# ---- hostile ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offer", "told"),
    [
        ("http://10.0.0.1/hub", "without https"),
        ("https://10.0.0.1/hub", "no public address"),
        ("https://127.0.0.1/hub", "no public address"),
        ("https://169.254.169.254/latest", "no public address"),
        ("https://hub.example:8080/", "port 8080"),
    ],
)
def test_a_hub_that_is_none_of_the_public_web_is_not_asked(offer: str, told: str, tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, offer=offer) as room:
        assert told in room.subscription.detail
        assert room.subscription.state is PushState.ASKED


@pytest.mark.parametrize("offer", ["file:///etc/passwd", "https://user:word@hub.example/", "javascript:alert(1)"])
def test_a_hub_that_is_no_web_address_is_none(offer: str, tmp_path: Path) -> None:
    with pushed_newsroom(tmp_path, inside=True, subscribed=False, offer=offer) as room:
        assert room.monitor.store.subscriptions() == ()


def test_a_hub_that_floods_us_is_told_to_come_back_later(room: Pushed) -> None:
    answers = [room.hub.push(news(room, guid=str(number))) for number in range(12)]
    assert [each.status_code for each in answers] == [202] * 8 + [503] * 4
    assert answers[-1].headers["retry-after"] == "60"
    assert room.take() == 8
    assert room.hub.push(news(room, guid="later")).status_code == 202


def test_a_body_that_is_too_large_is_refused(room: Pushed) -> None:
    assert room.hub.push(b"x" * 5_000_001).status_code == 413
    assert room.take() == 0


# ---- what the store keeps --------------------------------------------------------------------------------------------


def test_a_step_from_a_state_that_is_past_is_not_taken(store: Store) -> None:
    watching(store).hubs_told({"wire-one": Offer("https://hub.example/", "https://wire.example/feed")}, NOW)
    (one,) = store.subscriptions()
    step = websub.asked(one, NOW)
    assert [store.change_subscription(one, step) for _ in range(2)] == [True, False]
    store.count_deliveries(one, NOW, received=2, ignored=1)
    (kept,) = store.subscriptions()
    assert (kept.state, kept.received, kept.ignored, kept.last_received) == (PushState.ASKED, 2, 1, NOW)
    store.hubs_told({"wire-one": Offer("https://other.example/", "https://wire.example/feed")}, NOW)
    assert {(each.hub, each.state) for each in store.subscriptions()} == {
        ("https://hub.example/", PushState.LEAVING),
        ("https://other.example/", PushState.OFFERED),
    }
    store.hubs_told({"wire-one": Offer()}, NOW)
    assert [(each.hub, each.state) for each in store.subscriptions()] == [("https://hub.example/", PushState.LEAVING)]


# ---- the service -----------------------------------------------------------------------------------------------------


def test_the_service_takes_news_from_a_hub_within_its_beat_and_shows_the_subscription(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = "{}:{}".format(*free.getsockname())
    outlet = Offering()
    with Web({"/wire": outlet}) as served, Hub() as hub:
        outlet.hub, outlet.topic = hub.url, served.url("/wire")
        (tmp_path / "feeds.yaml").write_text(feeds_yaml(served, {"wire": 1}))
        moment = datetime.now(UTC)
        outlet.items.append(item("Old", moment - DAY))
        environ = {
            "MONITOR_ALLOW_HOSTS": f"127.0.0.1:{served.port},127.0.0.1:{hub.port}",
            "MONITOR_WEB_LISTEN": listen,
            "MONITOR_WEB_PUBLIC_URL": f"http://{listen}",
            "MONITOR_WEB_SECRET": SECRET,
        }
        with service(tmp_path, web=True, **environ) as one:
            until(lambda: hub.heard, "the hub to verify")
            assert httpx.get(f"http://{listen}/healthz").json()["status"] == "ok"
            assert hub.push(outlet.body(item(APPROVED, moment - MINUTE))).status_code == 202
            one.says("wire: 1 new entries by push, assessed")
            said = monitor("--config", tmp_path / "feeds.yaml", "sources", "--json").json[0]["push"]
            assert (said["state"], said["live"], said["received"], said["hub"]) == ("active", True, 1, hub.url)
            assert "active since" in monitor("--config", tmp_path / "feeds.yaml", "sources").out
            assert len(served.asked) == 1
            one.process.send_signal(signal.SIGTERM)
            assert one.process.wait(30) == 0
        assert "Traceback" not in one.log.read_text()
        assert SECRET not in one.log.read_text()
