"""A mailbox read by IMAP: the archive, which knows whether a mail was taken, and the one that bounces come back to."""

from __future__ import annotations

import contextlib
import imaplib
import ipaddress
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from monitor.errors import MailboxError, MonitorError
from monitor.sinks.mail import header_safe

PORTS = {"tls": 993, "starttls": 143, "none": 143}
TIMEOUT = 30.0
MOST_MESSAGES, MOST_BYTES = 2_000, 400_000


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """The mailbox. `tls` is none only for a server on this machine."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: Literal["tls", "starttls", "none"] = "tls"
    ca_file: str | None = None


def imap_settings(environ: Mapping[str, str]) -> ImapSettings | None:
    """Read MONITOR_IMAP_HOST, _PORT, _USER, _PASSWORD, _FOLDER, _TLS and _CA; None without a host.

    Raises MonitorError naming the variable and what to write instead.
    """
    host = environ.get("MONITOR_IMAP_HOST", "").strip()
    if not host:
        return None
    tls = environ.get("MONITOR_IMAP_TLS", "tls").strip().lower()
    if tls not in PORTS:
        raise MonitorError(f"MONITOR_IMAP_TLS is {tls!r}: write tls, starttls, or none (only for a server on this machine)")
    if tls == "none" and not _is_loopback(host):
        raise MonitorError(f"MONITOR_IMAP_TLS=none would send the password in clear to {host}: write tls or starttls")
    port = environ.get("MONITOR_IMAP_PORT", "").strip() or str(PORTS[tls])
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise MonitorError(f"MONITOR_IMAP_PORT is {port!r}: write a number such as 993")
    user, password = environ.get("MONITOR_IMAP_USER", ""), environ.get("MONITOR_IMAP_PASSWORD", "")
    if not user or not password:
        raise MonitorError("MONITOR_IMAP_HOST is set, but MONITOR_IMAP_USER or MONITOR_IMAP_PASSWORD is not")
    folder = environ.get("MONITOR_IMAP_FOLDER", "").strip() or "INBOX"
    if not re.fullmatch(r"[\x20-\x7e]+", folder):
        raise MonitorError(f"MONITOR_IMAP_FOLDER is {folder!r}: write a name in plain letters")
    return ImapSettings(host, int(port), user, password, folder, tls, environ.get("MONITOR_IMAP_CA") or None)  # type: ignore[arg-type]


class Mailbox:
    """An open mailbox, for reading; raises MailboxError, which says whether server, login or folder is the trouble, never the password."""

    def __init__(self, settings: ImapSettings, timeout: float = TIMEOUT) -> None:
        self._settings, self._timeout = settings, timeout

    def __enter__(self) -> Self:
        one, folder = self._settings, self._settings.folder.replace("\\", "\\\\").replace('"', '\\"')
        with self._errors("cannot be reached"):
            self._server = self._connected()
        try:
            with self._errors(f"does not let {one.user} in"):
                self._server.login(one.user, one.password)
            with self._errors(f"does not open the folder {one.folder}"):
                self._well(self._server.select(f'"{folder}"', readonly=True))
        except MailboxError:
            self._server.shutdown()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self._server.logout()

    def has(self, message_id: str) -> bool:
        """Whether a mail of that Message-ID is there."""
        with self._errors():
            told = message_id.replace("\\", "").replace('"', "")
            found = self._well(self._server.search(None, "HEADER", "Message-ID", f'"{told}"'))
            return bool(found and found[0].split())

    def messages(self, since: datetime) -> Iterator[bytes]:
        """The mails that arrived since that day, newest first, without marking them as read; of a long one its beginning."""
        with self._errors():
            found = self._well(self._server.search(None, "SINCE", imaplib.Time2Internaldate(since)[1:12].strip().replace(" ", "0")))
            for number in reversed(found[0].split()[-MOST_MESSAGES:] if found and found[0] else []):
                answer = self._well(self._server.fetch(number.decode(), f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
                yield from (part[1] for part in answer if isinstance(part, tuple))

    def _connected(self) -> imaplib.IMAP4:
        one = self._settings
        context = ssl.create_default_context(cafile=one.ca_file)
        if one.tls == "tls":
            server: imaplib.IMAP4 = imaplib.IMAP4_SSL(one.host, one.port, ssl_context=context, timeout=self._timeout)
        else:
            server = imaplib.IMAP4(one.host, one.port, timeout=self._timeout)
        try:
            if one.tls == "starttls":
                server.starttls(context)
        except (OSError, imaplib.IMAP4.error):
            server.shutdown()
            raise
        return server

    @contextlib.contextmanager
    def _errors(self, trouble: str = "cannot be read") -> Iterator[None]:
        one = self._settings
        try:
            yield
        except (OSError, imaplib.IMAP4.error) as error:
            said = header_safe(str(error).replace(one.password, "…"))
            raise MailboxError(f"the mailbox at {one.host}:{one.port} {trouble}: {said}") from error

    def _well(self, answer: tuple[str, list[Any]]) -> list[Any]:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error(f"it answered {answer[0]} {answer[1]!r}"[:200])
        return answer[1]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
