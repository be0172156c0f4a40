"""What came back: which reports end an address, which only count, and which are no reports at all."""

from __future__ import annotations

import mailbox
from dataclasses import replace
from pathlib import Path

import pytest

from monitor import delivering, pipeline
from monitor.model import Bounce, Suppression
from monitor.sinks.bounces import read
from monitor.store import Store
from tests.archive import archive
from tests.commands import monitor
from tests.newsroom import EDITION, HOUR, MONDAY, WEEK, Newsroom, newsroom
from tests.test_store_issues import claimed, issued
from tests.told import NOW

TOKEN = "0123456789abcdef0123456789abcdef.7"
BACK = f"bounces+{TOKEN}@example.org"
HERE = "bounces@example.org"


def dsn(
    status: str, *, action: str = "failed", diagnostic: str = "smtp; 550 5.1.1 no such person", to: str = BACK, own: str = "b1"
) -> bytes:
    """A report as RFC 3464 wants it, as Postfix and Exchange write it."""
    return (
        f"Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\nTo: {to}\r\nMessage-ID: <{own}@mx>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n'
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; anna@example.net\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {diagnostic}\r\n\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{TOKEN}@example.org>\r\nSubject: [Markets]\r\n\r\n--x--\r\n"
    ).encode()


def plain(
    words: str, *, sender: str = "MAILER-DAEMON@mx.example.net", subject: str = "failure notice", to: str = BACK, more: str = ""
) -> bytes:
    """A report in words, as qmail and old servers write it."""
    return f"From: {sender}\r\nTo: {to}\r\nMessage-ID: <q1@mx>\r\nSubject: {subject}\r\n{more}\r\n{words}\r\n".encode()


@pytest.mark.parametrize(
    ("raw", "hard"),
    [
        (dsn("5.1.1"), True),
        (dsn("5.1.10", diagnostic="smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound"), True),
        (dsn("5.0.0", diagnostic="smtp; 550 user unknown"), True),
        (dsn("5.0.0", diagnostic="x-unix; something went wrong"), False),
        (dsn("5.2.2", diagnostic="smtp; 552 5.2.2 mailbox full"), False),
        (dsn("5.7.1", diagnostic="smtp; 550 5.7.1 message content rejected"), False),
        (dsn("4.4.7", diagnostic="smtp; delivery time expired"), False),
        (dsn("5.1.1", to="monitor@example.org"), True),  # known by the mail that it returns
        (plain("<anna@example.net>:\r\n550 5.1.1 User unknown\r\n"), True),
        (plain("Hi. This is the qmail-send program.\r\n<anna@example.net>:\r\nSorry, no mailbox here by that name."), True),
        (plain("Your message was not delivered: the mailbox is full."), False),
        (plain("554 delivery error: dd This user doesn't have an account", subject="Delivery Failure"), True),
    ],
)
def test_what_a_report_says_of_the_address(raw: bytes, hard: bool) -> None:
    bounce = read(raw, HERE)
    assert bounce is not None
    assert (bounce.token, bounce.hard) == (TOKEN, hard)


@pytest.mark.parametrize(
    "raw",
    [
        dsn("4.4.1", action="delayed"),
        dsn("2.0.0", action="delivered"),
        dsn("5.1.1", to="monitor@example.org").replace(TOKEN.encode(), b"something-else"),
        plain(
            "I am away until Monday. 550 things to do.",
            sender="anna@example.net",
            subject="Out of office",
            more="Auto-Submitted: auto-replied\r\n",
        ),
        plain("Thanks, please send me 5.1.1 of the report.", sender="anna@example.net", subject="Re: [Markets]"),
        plain("Everything is well.", subject="failure notice"),
        b"",
        b"\xff\xfe\x00garbage",
    ],
)
def test_what_is_no_report_of_a_mail_of_ours_is_left_alone(raw: bytes) -> None:
    assert read(raw, HERE) is None


def sent(store: Store) -> str:
    """The token of a mail that was sent to Anna."""
    issued(store)
    for one in claimed(store):
        store.settle_delivery(one.id, "sent", NOW)
    return next(one.message_id for one in store.deliveries() if one.recipient.startswith("Anna"))


def test_a_hard_bounce_ends_the_address_and_its_delivery_failed(store: Store) -> None:
    token = sent(store)
    bounce = Bounce("k1", token, True, "5.1.1 no such person")
    assert store.record_bounce(bounce, NOW) == ("Anna@example.org", "suppressed")
    assert store.record_bounce(bounce, NOW + HOUR) == ("Anna@example.org", "known")
    (failed,) = store.deliveries(["failed"])
    assert (failed.message_id, failed.detail) == (token, "came back: 5.1.1 no such person")
    assert store.suppression("ANNA@example.org", "weekly") == Suppression("anna@example.org", "", "bounced", "5.1.1 no such person", NOW)


def test_soft_bounces_end_an_address_when_the_third_mail_came_back(store: Store) -> None:
    token, became = sent(store), []
    for n in range(4):
        became.append(store.record_bounce(Bounce(f"k{n}", token, False, "4.2.2 full"), NOW)[1])
        store.send_again(1, [(1, "Anna@example.org", False)], NOW)
        token = store.deliveries()[-1].message_id
    assert became == ["counted", "counted", "suppressed", "suppressed"]


def test_one_mail_that_comes_back_three_times_counts_once(store: Store) -> None:
    token = sent(store)
    assert [store.record_bounce(Bounce(f"k{n}", token, False, "4.2.2 full"), NOW)[1] for n in range(4)] == ["counted"] * 4


def test_a_bounce_of_no_mail_of_ours_changes_nothing(store: Store) -> None:
    sent(store)
    assert store.record_bounce(Bounce("k", TOKEN, True, "5.1.1"), NOW) == ("", "unknown")
    assert store.suppressions() == ()


def test_who_is_lifted_begins_anew(store: Store) -> None:
    token = sent(store)
    store.record_bounce(Bounce("k1", token, True, "5.1.1"), NOW)
    assert store.lift("anna@example.org")
    assert not store.lift("anna@example.org")
    assert store.suppression("anna@example.org", "weekly") is None


BY_MAIL = EDITION.replace(
    "sinks: [{folder: digests}]", "recipients: [anna@example.org, ben@example.org]\n    sinks: [{folder: digests}, {email: true}]"
)
SMTP = {
    f"MONITOR_SMTP_{name}": value
    for name, value in {"HOST": "127.0.0.1", "PORT": "9", "TLS": "none", "FROM": "monitor@example.org"}.items()
}
MAIL = {**SMTP, "MONITOR_MAIL_BOUNCES": HERE}


def states(room: Newsroom, issue: int) -> dict[str, str]:
    return {one.recipient: one.state for one in room.monitor.store.deliveries(issue=issue)}


def test_a_suppressed_recipient_gets_nothing_and_admins_are_told(tmp_path: Path) -> None:
    with newsroom(tmp_path, editions=BY_MAIL, secrets=MAIL) as room:
        room.issue(MONDAY)
        token = next(one.message_id for one in room.monitor.store.deliveries() if one.recipient == "anna@example.org")
        box = mailbox.mbox(tmp_path / "back.mbox")
        box.add(dsn("5.1.1").replace(TOKEN.encode(), token.encode()))
        box.add(plain("Thank you!", sender="ben@example.org", subject="Re: digest"))
        box.close()
        told = monitor("-c", tmp_path / "feeds.yaml", "bounces", "--mbox", tmp_path / "back.mbox", "--json", **MAIL)
        assert (told.code, [one["became"] for one in told.json["bounces"]], told.json["other_mails"]) == (1, ["suppressed"], 1)
        again = monitor("-c", tmp_path / "feeds.yaml", "bounces", "--mbox", tmp_path / "back.mbox", "--json", **MAIL)
        assert (again.code, [one["became"] for one in again.json["bounces"]]) == (0, ["known"])
        digest = room.issue(MONDAY + WEEK)
        assert states(room, 2) == {"": "pending", "anna@example.org": "suppressed", "ben@example.org": "pending"}
        words = " ".join(room.monitor.post.renderer.digest_text(digest, health=True).split())
        assert "Not sent to anna@example.org: bounced 5.1.1" in words
        assert "anna@example.org" not in room.monitor.post.renderer.digest_text(digest, health=False)
        listed = monitor("-c", tmp_path / "feeds.yaml", "outbox", "--suppressed", "--json")
        assert [(one["address"], one["edition"], one["reason"]) for one in listed.json] == [("anna@example.org", "all", "bounced")]
        assert monitor("-c", tmp_path / "feeds.yaml", "suppress", "anna@example.org", "--lift").code == 0
        assert monitor("-c", tmp_path / "feeds.yaml", "suppress", "anna@example.org", "--lift").code == 2
        assert monitor("-c", tmp_path / "feeds.yaml", "suppress", "ben@example.org", "--edition", "weekly").code == 0
        room.issue(MONDAY + 2 * WEEK)
        assert states(room, 3) == {"": "pending", "anna@example.org": "pending", "ben@example.org": "suppressed"}


def test_who_is_suppressed_while_a_mail_waits_does_not_get_it(tmp_path: Path) -> None:
    with newsroom(tmp_path, editions=BY_MAIL, secrets=MAIL) as room:
        room.issue(MONDAY)
        room.monitor.store.suppress(Suppression("anna@example.org", "weekly", "by hand", "", room.now))
        assert delivering.deliver(room.monitor) == {"sent": 1, "suppressed": 1, "pending": 1}  # nobody listens at the relay
        assert states(room, 1)["anna@example.org"] == "suppressed"


def test_bounces_are_read_from_a_mailbox_by_imap(tmp_path: Path) -> None:
    with newsroom(tmp_path, editions=BY_MAIL, secrets=MAIL) as room:
        room.issue(MONDAY)
        token = next(one.message_id for one in room.monitor.store.deliveries() if one.recipient == "ben@example.org")
        with archive(lambda: [dsn("5.1.1").replace(TOKEN.encode(), token.encode()), b"From: x\r\n\r\nhello\r\n"]) as port:
            imap = {"HOST": "127.0.0.1", "PORT": str(port), "TLS": "none", "USER": "u", "PASSWORD": "p"}
            more = {f"MONITOR_IMAP_{name}": value for name, value in imap.items()}
            told = monitor("-c", tmp_path / "feeds.yaml", "bounces", "--imap", "--json", **MAIL, **more)
        assert [(one["recipient"], one["became"]) for one in told.json["bounces"]] == [("ben@example.org", "suppressed")]


# ---- in doubt --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("policy", "expected"), [("hold", "in_doubt"), ("resend", "pending"), ("ask", "in_doubt")])
def test_without_an_archive_only_resend_sends_what_is_in_doubt(tmp_path: Path, policy: str, expected: str) -> None:
    with newsroom(tmp_path, editions=BY_MAIL, secrets=MAIL) as room:
        edition = replace(room.monitor.config.editions[0], in_doubt=policy)  # type: ignore[arg-type]
        room.monitor.config = replace(room.monitor.config, editions=(edition,))
        list(pipeline.issue(room.monitor, ["weekly"]))
        for one in room.monitor.store.deliveries():
            room.monitor.store.settle_delivery(one.id, "in_doubt" if one.recipient else "sent", room.now)
        for _ in range(3):
            delivering.resolve(room.monitor)
            room.now += HOUR
        mails = [one for one in room.monitor.store.deliveries() if one.recipient]
        assert {one.state for one in mails} == {expected}
        assert all("MONITOR_IMAP_HOST" in one.detail for one in mails) == (policy == "ask")


def test_of_two_that_settle_the_same_doubt_one_does(store: Store) -> None:
    issued(store)
    one = claimed(store)[0]
    store.settle_delivery(one.id, "in_doubt", NOW)
    (doubtful,) = store.deliveries(["in_doubt"])
    assert [store.resolve_delivery(doubtful, "pending", NOW, "", NOW) for _ in range(2)] == [True, False]
