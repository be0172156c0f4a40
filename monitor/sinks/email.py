"""The e-mail sink: one recipient per SMTP transaction, and never a guess about what the relay took.

smtplib's own `sendmail` cannot tell a connection lost before the final dot (trying again is safe) from one lost after it (nobody
knows), so the DATA phase is spoken here, over smtplib's connection.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import smtplib
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from monitor.errors import DeliveryError, MonitorError
from monitor.links import Links
from monitor.model import Delivery, Edition, Issue
from monitor.render import Act, Renderer
from monitor.sinks import mail

PORTS = {"starttls": 587, "tls": 465, "none": 25}
TIMEOUT = 30.0
MAILS = 50  # on one connection
PAUSE = 0.1  # seconds between two mails: relays hang up on who is faster (reliability.md 3)
LONGEST_BOUNCES = 20  # of 64 letters before the @; the token needs the others

Fate = Literal["retry", "failed", "in_doubt"]


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The relay. `tls` is none only for a relay on this machine; AUTH is never spoken in clear."""

    host: str
    port: int
    sender: str  # "Market Monitor <monitor@example.org>"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: str | None = None  # of a relay whose certificate the organisation signs itself
    bounces: str = ""  # what cannot be delivered comes back to bounces+TOKEN@example.org
    archive: str = ""  # gets a copy of every mail of an edition whose doubts it settles


class Line:
    """One connection to the relay for many mails, opened anew after every fiftieth; closed at the end of the block.

    Between two mails it waits PAUSE.
    """

    def __init__(self) -> None:
        self._open: smtplib.SMTP | None = None
        self._mails = 0
        self._used = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._open is not None:
            _leave(self._open)
            self._open = None

    def take(self) -> smtplib.SMTP | None:
        """The connection that is open, when the relay still answers on it."""
        if self._used:
            time.sleep(PAUSE)
        self._used = True
        connection, self._open = self._open, None
        if connection is None:
            return None
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self._mails < MAILS and connection.rset()[0] == 250:
                return connection
        _leave(connection)
        return None

    def keep(self, connection: smtplib.SMTP, *, fresh: bool) -> None:
        """Leave it open for the next mail."""
        self._open, self._mails = connection, 1 if fresh else self._mails + 1


def smtp_settings(environ: Mapping[str, str]) -> SmtpSettings | None:
    """Read MONITOR_SMTP_HOST, _PORT, _USER, _PASSWORD, _FROM, _TLS and _CA; None without a host.

    Also MONITOR_MAIL_BOUNCES and MONITOR_MAIL_ARCHIVE. Raises MonitorError naming the variable and what to write instead.
    """
    host = environ.get("MONITOR_SMTP_HOST", "").strip()
    if not host:
        return None
    tls = environ.get("MONITOR_SMTP_TLS", "starttls").strip().lower()
    if tls not in PORTS:
        raise MonitorError(f"MONITOR_SMTP_TLS is {tls!r}: write starttls, tls, or none (only for a relay on this machine)")
    if tls == "none" and not _is_loopback(host):
        raise MonitorError(f"MONITOR_SMTP_TLS=none would send mail in clear to {host}: write starttls or tls")
    port = environ.get("MONITOR_SMTP_PORT", "").strip() or str(PORTS[tls])
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise MonitorError(f"MONITOR_SMTP_PORT is {port!r}: write a number such as 587")
    sender = environ.get("MONITOR_SMTP_FROM", "").strip()
    try:
        mail.address(sender)
    except ValueError as error:
        raise MonitorError(f"MONITOR_SMTP_FROM: {error}") from error
    user = environ.get("MONITOR_SMTP_USER") or None
    if user and tls == "none":
        raise MonitorError("MONITOR_SMTP_USER with MONITOR_SMTP_TLS=none would send the password in clear: leave one of them out")
    password = environ.get("MONITOR_SMTP_PASSWORD") or None
    if user and password is None:
        raise MonitorError("MONITOR_SMTP_USER is set, but MONITOR_SMTP_PASSWORD is not")
    bounces, archive = (_bare(environ, name) for name in ("MONITOR_MAIL_BOUNCES", "MONITOR_MAIL_ARCHIVE"))
    if len(bounces.partition("@")[0]) > LONGEST_BOUNCES:
        raise MonitorError(f"MONITOR_MAIL_BOUNCES is {bounces!r}: its part before the @ may have {LONGEST_BOUNCES} letters, like bounces")
    ca_file = environ.get("MONITOR_SMTP_CA") or None
    return SmtpSettings(host, int(port), sender, user, password, tls, ca_file, bounces, archive)  # type: ignore[arg-type]


def _bare(environ: Mapping[str, str], name: str) -> str:
    text = environ.get(name, "").strip()
    try:
        return mail.address(text) if text else ""
    except ValueError as error:
        raise MonitorError(f"{name}: {error}") from error


def deliver(
    delivery: Delivery, issue: Issue, edition: Edition, renderer: Renderer, smtp: SmtpSettings | None,
    links: Links | None = None, line: Line | None = None,
) -> str:  # fmt: skip
    """Send the issue to one recipient; returns the relay's answer. A second call sends the same bytes with the same Message-ID.

    Raises DeliveryError: retry before the relay can have taken it, failed on a 5xx, in_doubt when the connection broke after that.
    """
    if smtp is None:
        raise DeliveryError(f"edition {edition.name} is sent by e-mail, but MONITOR_SMTP_HOST is not set", "retry")
    act = _acting(links, delivery.recipient, issue) if links else None
    html = renderer.digest_html(issue.digest, health=delivery.health, act=act)
    text = renderer.digest_text(issue.digest, health=delivery.health, act=act)
    png = renderer.digest_picture(issue.digest, health=delivery.health)
    answers = mail.Answers(edition.reply_to, links.leave(edition.name, delivery.recipient) if links else "")
    message = mail.build(issue, delivery, sender=smtp.sender, html=html, text=text, picture=png, answers=answers)
    sender = mail.returning(smtp.bounces, delivery.message_id) if smtp.bounces else mail.address(smtp.sender)
    archive = smtp.archive if edition.in_doubt == "ask" else ""
    return send(message, mail.Envelope(sender, mail.address(delivery.recipient), archive), smtp, line)


def _acting(links: Links, recipient: str, issue: Issue) -> Act:
    return lambda verb, one: links.act(verb, one, recipient, issue.created)


def send(message: bytes, envelope: mail.Envelope, smtp: SmtpSettings, line: Line | None = None) -> str:
    """Hand the bytes to the relay, as they are; returns its answer. `line` stays open for the next. Raises DeliveryError."""
    where = f"{smtp.host}:{smtp.port}"
    kept = line.take() if line else None
    connection = kept or _connect(smtp, where)
    try:
        _ask(connection.mail(envelope.sender), "MAIL FROM", where)
        _ask(connection.rcpt(envelope.recipient), "RCPT TO", where)
        if envelope.archive:
            _archived(connection.rcpt(envelope.archive), where)
        _ask(connection.docmd("DATA"), "DATA", where, well=354)
        connection.send(re.sub(rb"(?m)^\.", b"..", message))  # without the closing dot the relay must not take it
    except (OSError, smtplib.SMTPException) as error:
        connection.close()
        raise DeliveryError(f"{where}: {_told(error)}; nothing was taken", "retry") from error
    except DeliveryError:
        _leave(connection)
        raise
    try:
        connection.send(b".\r\n")
        answer = connection.getreply()
    except (OSError, smtplib.SMTPException) as error:
        connection.close()
        raise DeliveryError(f"{where}: connection lost after the whole message was sent: {_told(error)}", "in_doubt") from error
    if line is not None and 200 <= answer[0] < 300:
        line.keep(connection, fresh=kept is None)
    else:
        _leave(connection)
    if not 200 <= answer[0] < 300:
        fate: Fate = "failed" if 500 <= answer[0] < 600 else "retry" if 400 <= answer[0] < 500 else "in_doubt"
        raise DeliveryError(f"{where} answered {answer[0]} to the message: {_words(answer[1])}", fate)
    return f"{answer[0]} {_words(answer[1])}"


def _connect(smtp: SmtpSettings, where: str) -> smtplib.SMTP:
    """An open, encrypted, authenticated connection. Whatever fails here can be mended by a person, and nothing was taken: retry."""
    name = mail.address(smtp.sender).rpartition("@")[2]
    connection: smtplib.SMTP | None = None
    try:
        context = ssl.create_default_context(cafile=smtp.ca_file) if smtp.tls != "none" else None
        if smtp.tls == "tls":
            connection = smtplib.SMTP_SSL(smtp.host, smtp.port, local_hostname=name, timeout=TIMEOUT, context=context)
        else:
            connection = smtplib.SMTP(smtp.host, smtp.port, local_hostname=name, timeout=TIMEOUT)
        connection.ehlo_or_helo_if_needed()
        if smtp.tls == "starttls":
            if not connection.has_extn("starttls"):
                raise DeliveryError(
                    f"{where}: the relay offers no STARTTLS, and mail is not sent in clear; MONITOR_SMTP_TLS says how", "retry"
                )
            connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()  # what was offered in clear does not count
        elif smtp.tls == "none" and not _is_loopback(smtp.host):
            raise DeliveryError(f"{where}: mail in clear leaves this machine; set MONITOR_SMTP_TLS to starttls or tls", "retry")
        if smtp.user is not None:
            connection.login(smtp.user, smtp.password or "")
    except (OSError, smtplib.SMTPException, DeliveryError) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, DeliveryError):
            raise
        raise DeliveryError(f"{where}: {_told(error)}; nothing was taken", "retry") from error
    return connection


def _ask(answer: tuple[int, bytes], what: str, where: str, well: int = 250) -> None:
    code, words = answer
    if code != well and not (well == 250 and code == 251):
        raise DeliveryError(f"{where} answered {code} to {what}: {_words(words)}", "failed" if 500 <= code < 600 else "retry")


def _archived(answer: tuple[int, bytes], where: str) -> None:
    """Without the copy nobody could be asked later, so a refusal of the archive is mended first."""
    if answer[0] not in {250, 251}:
        raise DeliveryError(f"{where} answered {answer[0]} to MONITOR_MAIL_ARCHIVE: {_words(answer[1])}", "retry")


def _leave(connection: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, smtplib.SMTPException):  # the answer is already known
        connection.quit()
    connection.close()


def _told(error: Exception) -> str:
    """The error in words; of an SMTP refusal its code and text, never what was sent (it may hold the password)."""
    if isinstance(error, smtplib.SMTPResponseException):
        raw = error.smtp_error
        return f"{error.smtp_code} {_words(raw if isinstance(raw, bytes) else str(raw).encode())}"
    return f"{type(error).__name__}: {mail.header_safe(str(error))}"


def _words(answer: bytes) -> str:
    return mail.header_safe(answer.decode("utf-8", "replace"))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
