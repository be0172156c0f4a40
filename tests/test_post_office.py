"""Mail through a real Postfix, read from a real Dovecot: the bytes, the copy in the archive, what comes back, and kill -9."""

from __future__ import annotations

import imaplib
import os
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from monitor import delivering, pipeline
from monitor.sinks import Mailbox, imap_settings, smtp_settings
from tests.commands import surroundings
from tests.conftest import ROOT
from tests.killing import count
from tests.newsroom import HOUR, MONDAY, newsroom
from tests.postoffice import INSTALL, PASSWORD, PostOffice, missing, post_office, until

PEOPLE = [f"analyst{number}" for number in range(20)]
SECRETS = {"MONITOR_WEB_PUBLIC_URL": "https://monitor.example.org", "MONITOR_WEB_SECRET": "tests know it, and nobody else should"}


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    if missing():
        if os.environ.get("MONITOR_REQUIRE_ALL"):
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    with post_office(PEOPLE) as opened:
        yield opened


def edition(*people: str) -> str:
    listed = ", ".join(f"{name}@example.org" for name in people)
    return (
        "  - name: weekly\n    markets: [adoptive-cell-therapy]\n    schedule: mon 07:00\n    time_zone: Europe/Berlin\n"
        f"    in_doubt: ask\n    reply_to: person@example.org\n    recipients: [{listed}]\n    sinks: [{{email: true}}]\n"
    )


def by_imap(office: PostOffice, name: str) -> list[bytes]:
    """What Dovecot serves of a mailbox."""
    context = ssl.create_default_context(cafile=office.ca_file)
    with imaplib.IMAP4_SSL("127.0.0.1", office.imap, ssl_context=context, timeout=30) as server:
        server.login(f"{name}@example.org", PASSWORD)
        server.select("INBOX", readonly=True)
        (found,) = server.search(None, "ALL")[1]
        return [server.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in found.split()]  # type: ignore[index,misc]


def test_what_arrives_by_starttls_and_auth_is_byte_for_byte_what_left(office: PostOffice, tmp_path: Path) -> None:
    with newsroom(tmp_path, MONDAY - 6 * 24 * HOUR, editions=edition("analyst0"), secrets={**office.environ(), **SECRETS}) as room:
        room.tell("wire", "FDA approves Breyanzi from Bristol Myers Squibb for marginal zone lymphoma")
        room.read(room.now + HOUR)
        room.issue(MONDAY)
        ended = delivering.deliver(room.monitor)
        assert ended == {"sent": 1}, room.monitor.store.deliveries()
        (row,) = room.monitor.store.deliveries()
    office.settled()
    (arrived,), (copy,) = by_imap(office, "analyst0"), by_imap(office, "archive")
    head, _, body = arrived.partition(b"\r\n\r\n")
    own = head[head.index(b"From: ") :]
    assert copy.endswith(own + b"\r\n\r\n" + body)
    message = message_from_bytes(arrived)
    assert f"<bounces+{row.message_id}@example.org>" in str(message["Return-Path"])
    assert "with ESMTPSA" in str(message["Received"])
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
                 "Auto-Submitted", "Reply-To"):  # fmt: skip
        assert len(message.get_all(name, [])) == 1, name
    raw = next(line for line in own.split(b"\r\n") if line.startswith(b"List-Unsubscribe: "))
    assert b"=?" not in raw
    assert raw.startswith(b"List-Unsubscribe: <https://monitor.example.org/unsubscribe/")
    assert max(map(len, arrived.split(b"\r\n"))) <= 998
    assert "accept this line" in message.get_payload()[0].get_payload(decode=True).decode()  # type: ignore[union-attr,index]


def test_what_postfix_cannot_deliver_comes_back_and_ends_the_address(office: PostOffice, tmp_path: Path) -> None:
    secrets = {**office.environ(), "MONITOR_IMAP_USER": "bounces@example.org"}
    with newsroom(tmp_path, MONDAY - HOUR, editions=edition("gone", "analyst1"), secrets=secrets) as room:
        room.issue(MONDAY)
        assert delivering.deliver(room.monitor) == {"sent": 2}
        office.settled()
        settings = room.monitor.archive
        assert settings is not None
        with Mailbox(settings) as mailbox:
            taken, _ = delivering.take_bounces(room.monitor, mailbox.messages(MONDAY))
        assert [(one.recipient, one.became) for one in taken] == [("gone@example.org", "suppressed")], taken
        room.now = MONDAY + 7 * 24 * HOUR
        assert len(list(pipeline.issue(room.monitor))) == 1
        ended = delivering.deliver(room.monitor)
        assert ended == {"sent": 1}, room.monitor.store.deliveries()
        assert {one.recipient: one.state for one in room.monitor.store.deliveries(issue=2)} == {
            "gone@example.org": "suppressed",
            "analyst1@example.org": "sent",
        }


@pytest.mark.timeout(300)
def test_sixty_kills_lose_nothing_and_send_nothing_twice(office: PostOffice, tmp_path: Path) -> None:
    for name in PEOPLE:
        for path in (office.folder / "mail" / name).rglob("*"):
            if path.is_file():
                path.unlink()
    counted = count(tmp_path, "ask", 60, 20260504, people=len(PEOPLE), office=office)
    assert counted.kills >= 60
    assert counted.in_the_gap >= 20
    assert (counted.lost, counted.twice, counted.twice_under_another_id, counted.held) == (0, 0, 0, 0)


def test_the_count_of_kills_stops_its_post_office_when_it_is_stopped(office: PostOffice) -> None:
    with tempfile.TemporaryDirectory(prefix="market-monitor-stopped-") as folder:
        Path(folder).chmod(0o755)  # Postfix and Dovecot run as users of their own
        command = [sys.executable, "-m", "bench.crash", "--postfix", "--policy", "ask"]
        with subprocess.Popen(command, cwd=ROOT, env=surroundings(TMPDIR=folder), stderr=subprocess.DEVNULL) as counting:
            until(lambda: [path for path in Path(folder).glob("*/spool/pid/master.pid") if path.read_text().strip()], 60)
            (running,) = Path(folder).glob("*/spool/pid/master.pid")
            master = int(running.read_text())
            counting.terminate()
            assert counting.wait(60) == 128 + signal.SIGTERM
        until(lambda: not Path(f"/proc/{master}").exists())
        assert list(Path(folder).iterdir()) == []


def test_a_relay_whose_certificate_is_not_trusted_gets_nothing(office: PostOffice, tmp_path: Path) -> None:
    secrets = {name: value for name, value in office.environ().items() if name != "MONITOR_SMTP_CA"}
    assert smtp_settings(secrets) is not None
    assert imap_settings(secrets) is not None
    with newsroom(tmp_path, MONDAY - HOUR, editions=edition("analyst2"), secrets=secrets) as room:
        room.issue(MONDAY)
        assert delivering.deliver(room.monitor) == {"pending": 1}
        (row,) = room.monitor.store.deliveries()
        assert "certificate" in row.detail
