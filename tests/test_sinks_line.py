"""Many mails to one relay: one connection at a time, opened anew now and then, and a relay that has had enough loses nobody his mail."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor import delivering
from monitor.sinks import next_try
from tests.newsroom import EDITION, MINUTE, MONDAY, Newsroom, newsroom
from tests.test_service import by_mail
from tests.test_sinks_email import Relay, running

PEOPLE = [f"analyst{number}@example.org" for number in range(60)]
BY_MAIL = EDITION.replace("sinks: [{folder: digests}]", f"recipients: [{', '.join(PEOPLE)}]\n    sinks: [{{email: true}}]")


@dataclass
class Impatient(Relay):
    """A relay that has had enough after so many mails of one connection: it says 421, or hangs up."""

    patience: int = 1000
    hangs_up: bool = False
    mails: Counter[int] = field(default_factory=Counter)  # the client's port → mails of that connection
    begun: list[float] = field(default_factory=list)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self.begun.append(time.monotonic())
        if self.mails[session.peer[1]] >= self.patience:
            return "421 4.7.0 too many mails of one connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails[session.peer[1]] += 1
        return await super().handle_DATA(server, session, envelope)

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hangs_up and self.mails[session.peer[1]] >= self.patience:
            server.transport.close()
        return "250 OK"


@contextmanager
def issued(folder: Path, relay: Impatient) -> Iterator[Newsroom]:
    """An issue for sixty people, waiting in the outbox."""
    with running(relay) as port, newsroom(folder, editions=BY_MAIL, first_look=False, secrets=by_mail(port)) as room:
        room.issue(MONDAY)
        yield room


def test_many_mails_take_few_connections_none_for_ever_and_no_more_than_ten_a_second(tmp_path: Path) -> None:
    relay = Impatient()
    with issued(tmp_path, relay) as room:
        assert delivering.deliver(room.monitor) == {"sent": 60}
    assert list(relay.mails.values()) == [50, 10]
    assert min(later - sooner for sooner, later in pairwise(relay.begun)) >= 0.1


@pytest.mark.parametrize("hangs_up", [False, True], ids=["421", "hangs up"])
def test_a_relay_that_has_had_enough_gets_the_others_later_and_nobody_gets_two(tmp_path: Path, hangs_up: bool) -> None:
    relay = Impatient(patience=7, hangs_up=hangs_up)
    with issued(tmp_path, relay) as room:
        for _ in range(12):
            delivering.deliver(room.monitor)
            room.now = next_try(1, room.now, room.now) + MINUTE  # type: ignore[operator]
        assert {one.state for one in room.monitor.store.deliveries()} == {"sent"}
    assert Counter(one.rcpt_tos[0] for one in relay.took) == dict.fromkeys(PEOPLE, 1)
    assert max(relay.mails.values()) <= 7
