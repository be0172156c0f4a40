"""Mail over real loopback SMTP: what arrives byte for byte, and what is known when the relay refuses or vanishes."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from pathlib import Path

import dkim
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from monitor import sinks
from monitor.errors import DeliveryError
from monitor.model import SinkConfig
from monitor.render import Renderer
from monitor.sinks import email, mail
from tests.conftest import ROOT
from tests.weeks import EDITION, END, EVIL_TITLES, composed, delivery, development, issue, week

RENDERER = Renderer(ROOT / "templates")
BY_MAIL = replace(EDITION, sinks=(SinkConfig("email"),))
SENDER = "Market Monitor <monitor@example.org>"


@dataclass
class Relay:
    """A relay that requires STARTTLS and AUTH and keeps what it took."""

    took: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.took.append(envelope)
        return "250 taken"


def sign_in(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"monitor", b"secret"), handled=False)  # type: ignore[attr-defined]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True)
class Trust:
    server: ssl.SSLContext
    ca_file: str


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return Trust(context, str(path))


@contextmanager
def running(relay: Relay, **options: object) -> Iterator[int]:
    controller = Controller(relay, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture
def relay(trust: Trust) -> Iterator[tuple[Relay, sinks.SmtpSettings]]:
    one = Relay()
    with running(
        one,
        tls_context=trust.server,
        require_starttls=True,
        auth_required=True,
        auth_require_tls=True,
        authenticator=sign_in,
        auth_exclude_mechanism=["LOGIN"],
    ) as port:
        yield one, sinks.SmtpSettings("127.0.0.1", port, SENDER, "monitor", "secret", "starttls", trust.ca_file)


def deliver(smtp: sinks.SmtpSettings | None, title: str = "Kite agreed to buy Kelonia", recipient: str = "analyst@example.org") -> str:
    one = issue(composed([development(headline=title, evidence=title, line_text=title)]))
    post = sinks.Post(Path("/nowhere"), smtp, RENDERER, lambda market, proposed: ())
    return sinks.deliver(delivery(recipient), one, BY_MAIL, post, END)


def fate(smtp: sinks.SmtpSettings | None, **more: str) -> tuple[str, str]:
    with pytest.raises(DeliveryError) as refused:
        deliver(smtp, **more)
    return refused.value.fate, str(refused.value)


# ---- a relay with STARTTLS and AUTH ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 40, 300])
def test_the_bytes_that_left_are_the_bytes_that_arrive(relay: tuple[Relay, sinks.SmtpSettings], count: int) -> None:
    server, smtp = relay
    one, row = issue(composed(week(count))), delivery()
    sinks.deliver(row, one, BY_MAIL, sinks.Post(Path("/nowhere"), smtp, RENDERER, lambda market, proposed: ()), END)
    (took,) = server.took
    html, text = RENDERER.digest_html(one.digest, health=True), RENDERER.digest_text(one.digest, health=True)
    assert took.content == mail.build(one, row, sender=SENDER, html=html, text=text)
    assert (took.mail_from, took.rcpt_tos) == ("monitor@example.org", ["analyst@example.org"])


@pytest.mark.parametrize("title", EVIL_TITLES)
def test_no_title_gains_a_header_or_a_recipient(relay: tuple[Relay, sinks.SmtpSettings], title: str) -> None:
    server, smtp = relay
    deliver(smtp, title)
    (took,) = server.took
    assert took.rcpt_tos == ["analyst@example.org"]
    assert isinstance(took.content, bytes)
    assert "Bcc" not in message_from_bytes(took.content)
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", took.content)


def test_the_relay_can_sign_what_arrives_and_who_tampers_with_it_is_found_out(relay: tuple[Relay, sinks.SmtpSettings]) -> None:
    server, smtp = relay
    one = issue(composed(week(40)))
    html, text = RENDERER.digest_html(one.digest, health=True), RENDERER.digest_text(one.digest, health=True)
    leave = mail.Answers(unsubscribe="https://monitor.example.org/unsubscribe/" + "t" * 300)
    message = mail.build(one, delivery(), sender=SENDER, html=html, text=text, answers=leave)
    email.send(message, mail.Envelope("monitor@example.org", "analyst@example.org"), smtp)
    arrived = server.took[0].content
    assert isinstance(arrived, bytes)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    signed = [b"from", b"to", b"subject", b"date", b"message-id", b"list-unsubscribe", b"list-unsubscribe-post"]
    sealed = dkim.sign(arrived, b"relay", b"example.org", secret, include_headers=signed) + arrived

    def valid(what: bytes) -> bool:
        return bool(dkim.verify(what, dnsfunc=lambda name, timeout=5: b"v=DKIM1; k=rsa; p=" + public))

    assert re.sub(rb"\s", b"", sealed).count(b":list-unsubscribe:list-unsubscribe-post;") == 1
    assert valid(sealed)
    for ours, theirs in (
        (b"/unsubscribe/t", b"/unsubscribe/u"),
        (b"One-Click", b"Two-Click"),
        (b"Subject: ", b"Subject: No "),
        (b"--\r\n", b"--\r\nx"),
    ):
        assert ours in sealed
        assert not valid(sealed.replace(ours, theirs))


def test_a_second_delivery_of_the_same_row_has_the_same_message_id(relay: tuple[Relay, sinks.SmtpSettings]) -> None:
    server, smtp = relay
    deliver(smtp)
    deliver(smtp)
    first, second = server.took
    assert first.content == second.content


def test_the_answer_of_the_relay_is_kept(relay: tuple[Relay, sinks.SmtpSettings]) -> None:
    assert deliver(relay[1]) == "250 taken"


def test_a_wrong_password_takes_nothing_and_is_not_told(relay: tuple[Relay, sinks.SmtpSettings]) -> None:
    state, told = fate(replace(relay[1], password="canary"))
    assert state == "retry"
    assert "535" in told
    assert "canary" not in told


def test_a_certificate_nobody_vouches_for_takes_nothing(relay: tuple[Relay, sinks.SmtpSettings]) -> None:
    state, told = fate(replace(relay[1], ca_file=None))
    assert (state, "CERTIFICATE_VERIFY_FAILED" in told, relay[0].took) == ("retry", True, [])


def test_a_relay_without_starttls_gets_nothing_in_clear() -> None:
    server = Relay()
    with running(server) as port:
        state, told = fate(sinks.SmtpSettings("127.0.0.1", port, SENDER))
    assert (state, "no STARTTLS" in told, server.took) == ("retry", True, [])


def test_mail_in_clear_is_for_this_machine_only() -> None:
    server = Relay()
    with running(server) as port:
        assert deliver(sinks.SmtpSettings("127.0.0.1", port, SENDER, tls="none")) == "250 taken"


# ---- a relay that fails at each step ---------------------------------------------------------------------------------

WELL = {
    "greeting": "220 hi",
    "EHLO": "250 hi",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    ".": "250 taken",
    "QUIT": "221 bye",
}


@contextmanager
def faulty(answers: Mapping[str, str]) -> Iterator[sinks.SmtpSettings]:
    """A relay that answers as told at each step; `drop` closes the connection instead, `drop-body` in the middle of the message."""
    script = {**WELL, **answers}

    def serve(one: socket.socket) -> None:
        with one, one.makefile("rwb") as stream:

            def say(step: str) -> bool:
                if script[step].startswith("drop"):
                    one.shutdown(socket.SHUT_RDWR)
                    return False
                stream.write(script[step].encode() + b"\r\n")
                stream.flush()
                return True

            go_on = say("greeting")
            while go_on and (line := stream.readline()):
                step = line.split()[0].decode().upper()
                go_on = say(step) and step != "QUIT"
                if go_on and step == "DATA" and script["DATA"].startswith("354"):
                    if "body" in script:
                        stream.readline()
                        one.shutdown(socket.SHUT_RDWR)
                        return
                    while stream.readline() != b".\r\n":
                        pass
                    go_on = say(".")

    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)

    def accept() -> None:
        try:
            serve(listener.accept()[0])
        except OSError:
            return  # the client hung up first

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield sinks.SmtpSettings("127.0.0.1", listener.getsockname()[1], SENDER, tls="none")
    finally:
        thread.join()
        listener.close()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"greeting": "421 busy"}, "retry"),
        ({"greeting": "drop"}, "retry"),
        ({"MAIL": "451 later"}, "retry"),
        ({"MAIL": "550 no"}, "failed"),
        ({"RCPT": "450 greylisted"}, "retry"),
        ({"RCPT": "452 too many"}, "retry"),
        ({"RCPT": "550 5.1.1 no such user"}, "failed"),
        ({"RCPT": "421 going away"}, "retry"),
        ({"RCPT": "drop"}, "retry"),
        ({"DATA": "451 later"}, "retry"),
        ({"DATA": "554 no"}, "failed"),
        ({"DATA": "drop"}, "retry"),
        ({".": "451 later"}, "retry"),
        ({".": "550 5.7.1 spam"}, "failed"),
        ({".": "drop"}, "in_doubt"),
        ({".": "what?"}, "in_doubt"),
    ],
)
def test_what_is_known_after_a_failure_depends_on_the_closing_dot(answers: dict[str, str], expected: str) -> None:
    with faulty(answers) as smtp:
        assert fate(smtp)[0] == expected


def test_a_connection_lost_inside_the_message_is_safe_to_try_again() -> None:
    big = b"x" * 76 + b"\r\n"
    with faulty({"body": "drop"}) as smtp, pytest.raises(DeliveryError) as lost:
        email.send(big * 1_000_000, mail.Envelope("a@b.org", "c@d.org"), smtp)
    assert lost.value.fate == "retry"


def test_a_relay_that_hangs_after_the_dot_leaves_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "TIMEOUT", 0.3)
    with faulty({".": ""}) as smtp:  # an empty line is no answer; the rest never comes
        assert fate(smtp)[0] == "in_doubt"


def test_a_goodbye_that_fails_after_the_mail_was_taken_changes_nothing() -> None:
    with faulty({"QUIT": "drop"}) as smtp:
        assert deliver(smtp) == "250 taken"


def test_a_dot_that_begins_a_line_arrives_alone() -> None:
    server = Relay()
    with running(server) as port:
        email.send(
            b"Subject: x\r\n\r\n.\r\n..\r\n", mail.Envelope("a@b.org", "c@d.org"), sinks.SmtpSettings("127.0.0.1", port, SENDER, tls="none")
        )
    assert server.took[0].content == b"Subject: x\r\n\r\n.\r\n..\r\n"


def test_nobody_listening_is_tried_again() -> None:
    state, told = fate(sinks.SmtpSettings("127.0.0.1", free_port(), SENDER, tls="none"))
    assert (state, "nothing was taken" in told) == ("retry", True)


def test_an_edition_by_mail_without_a_relay_says_which_variable_is_missing() -> None:
    state, told = fate(None)
    assert (state, "MONITOR_SMTP_HOST" in told) == ("retry", True)


def test_a_recipient_that_could_smuggle_never_reaches_the_relay() -> None:
    server = Relay()
    with running(server) as port:
        assert fate(sinks.SmtpSettings("127.0.0.1", port, SENDER, tls="none"), recipient="a@b.org>\r\nRCPT TO:<evil@x.org")[0] == "failed"
    assert server.took == []
