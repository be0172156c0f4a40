"""A digest as the bytes of a mail. The bytes are made here and sent as they are: libraries that rewrite headers break them.

Python 3.11.7 (CVE-2024-6923) writes a subject holding an encoded line break as two headers, and e-mail policies turn a long
List-Unsubscribe into an encoded word that mail programs ignore (reliability.md, findings 7 and 8). So every header is written
by hand from cleaned text, and the finished bytes are read back before they leave.
"""

from __future__ import annotations

import base64
import hashlib
import quopri
import re
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from urllib.parse import quote

from monitor.errors import DeliveryError
from monitor.model import Delivery, Issue

HEADER_LIMIT = 200  # characters of untrusted text in one header
LINE_LIMIT = 998
NO_SENDER = "Market Monitor <monitor@market-monitor.invalid>"  # of files that never leave the folder
NO_RECIPIENT = "undisclosed-recipients:;"

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_NAMED = re.compile(r"[^<>\x00-\x1f\x7f]*<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends to whom; all are bare addresses. The archive gets the same mail in the same transaction, or nobody gets it."""

    sender: str
    recipient: str
    archive: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Where answers to a mail go: a person, and the address that ends it with one click."""

    reply_to: str = ""
    unsubscribe: str = ""  # an https address that takes a POST


NO_ANSWERS = Answers()


def header_safe(text: str) -> str:
    """The text as it may stand in a header: one line, no change of direction, no half characters, nothing that reads as encoded."""
    cleaned = _SURROGATES.sub("\ufffd", _DIRECTION.sub("", _CONTROLS.sub(" ", text)))
    while "=?" in cleaned:  # an encoded word would be decoded by whoever reads it next
        cleaned = cleaned.replace("=?", "= ?")
    return " ".join(cleaned.split())[:HEADER_LIMIT].rstrip()


def address(text: str) -> str:
    """The bare address in `Name <a@b>`, its domain in ASCII; raises ValueError when it is none or could smuggle a second one."""
    named = _NAMED.fullmatch(text)
    bare = (named[1] if named else text).strip(" ")
    local, _, domain = bare.rpartition("@")
    try:
        bare = f"{local}@{domain.encode('idna').decode()}" if domain and not domain.isascii() else bare
    except UnicodeError as error:
        raise ValueError(f"{text!r} has no valid domain") from error
    if not _ADDRESS.fullmatch(bare):
        raise ValueError(f"{text!r} is no plain address such as analyst@example.org")
    return bare


def returning(bounces: str, token: str) -> str:
    """The envelope's sender, by which a bounce tells whose mail it was: bounces+TOKEN@example.org."""
    local, _, domain = bounces.rpartition("@")
    return f"{local}+{token}@{domain}"


def build(
    issue: Issue, delivery: Delivery, *, sender: str, html: str, text: str, picture: bytes = b"", answers: Answers = NO_ANSWERS
) -> bytes:
    """The mail of one issue to one recipient, byte for byte the same at every call; text first, only ASCII, only CRLF.

    `picture`: the PNG that the page shows as cid:weeks; it travels beside the page, so that nothing is loaded from anywhere.

    Raises DeliveryError (failed) when an address cannot stand in a header, or when the bytes do not read back as written.
    """
    try:
        from_address = address(sender)
        recipient = address(delivery.recipient) if delivery.recipient else NO_RECIPIENT
        answers = replace(answers, reply_to=address(answers.reply_to)) if answers.reply_to else answers
    except ValueError as error:
        raise DeliveryError(str(error), "failed") from error
    headers = _headers(issue, message_id(issue, delivery, from_address), (parseaddr(sender)[0], from_address), recipient, answers)
    boundary = "=_" + hashlib.sha256(f"{issue.edition}/{issue.number}/{recipient}".encode("utf-8", "replace")).hexdigest()[:40]
    headers.append(("Content-Type", f'multipart/alternative;\r\n boundary="{boundary}"'))
    page = _part("html", html)
    if picture:
        page = _together(f"{boundary}p", page, picture)
    parts = b"".join(f"--{boundary}\r\n".encode() + part for part in (_part("plain", text), page))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")
    message = head + b"\r\n" + parts + f"--{boundary}--\r\n".encode()
    _prove(message, [name for name, _ in headers], picture)
    return message


def message_id(issue: Issue, delivery: Delivery, sender: str) -> str:
    """The same whenever the mail is built, so that mail programs fold a second copy; nobody else's, since the outbox made it from a secret.

    A file that nobody is sent needs no secret: two databases write the same one.
    """
    left = delivery.message_id if delivery.recipient else f"{safe_name(issue.edition)}.{issue.number}"
    return f"<{left}@{sender.rpartition('@')[2]}>"


def _headers(issue: Issue, identity: str, author: tuple[str, str], recipient: str, answers: Answers) -> list[tuple[str, str]]:
    name, sender = author
    slug, domain = safe_name(issue.edition), sender.rpartition("@")[2]
    mailto = f"<mailto:{answers.reply_to or sender}?subject={quote(f'unsubscribe {slug}')}>"
    at_once = answers.unsubscribe.isascii() and answers.unsubscribe.startswith("http") and not re.search(r"[\s<>,]", answers.unsubscribe)
    leave = [("List-Unsubscribe", f"<{answers.unsubscribe}>, {mailto}" if at_once else mailto)]
    leave += [("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")] if at_once else []
    return [
        ("From", formataddr((header_safe(name) or "Market Monitor", sender))),
        *([("Reply-To", answers.reply_to)] if answers.reply_to else []),
        ("To", recipient),
        ("Subject", _unstructured("Subject", issue.digest.subject)),
        ("Date", format_datetime(issue.created)),
        ("Message-ID", identity),
        ("MIME-Version", "1.0"),
        ("List-Id", f"<{slug}.{domain}>"),
        *leave,
        ("Auto-Submitted", "auto-generated"),
    ]


def safe_name(text: str) -> str:
    """Letters, digits and single hyphens: fit for a file name and for a host label."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-") or "edition"


def _unstructured(name: str, text: str) -> str:
    safe = header_safe(text) or "(no subject)"
    charset = "us-ascii" if safe.isascii() else "utf-8"
    return Header(safe, charset, header_name=name, maxlinelen=75).encode(linesep="\r\n")


def _part(kind: str, content: str) -> bytes:
    """A text part in quoted-printable, or base64 where that is shorter: both survive a relay without 8BITMIME."""
    body = _SURROGATES.sub("\ufffd", content).replace("\r\n", "\n").replace("\r", "\n").encode()
    quoted = quopri.encodestring(body).replace(b"\n", b"\r\n")
    based = base64.encodebytes(body.replace(b"\n", b"\r\n")).replace(b"\n", b"\r\n")
    encoding, encoded = ("quoted-printable", quoted) if len(quoted) <= len(based) else ("base64", based)
    if not encoded.endswith(b"\r\n"):
        encoded += b"\r\n"
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + encoded


def _together(boundary: str, page: bytes, picture: bytes) -> bytes:
    """The page and the picture it shows, as one part."""
    image = "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <weeks>\r\nContent-Disposition: inline\r\n\r\n"
    head = f'Content-Type: multipart/related;\r\n type="text/html"; boundary="{boundary}"\r\n\r\n'.encode()
    parts = (page, image.encode() + base64.encodebytes(picture).replace(b"\n", b"\r\n"))
    return head + b"".join(f"--{boundary}\r\n".encode() + part for part in parts) + f"--{boundary}--\r\n".encode()


def _prove(message: bytes, names: list[str], picture: bytes) -> None:
    """Read the bytes back: the same headers once each, the parts they should have, no bare line ends, no line too long, only ASCII."""
    read = message_from_bytes(message, policy=policy.compat32)
    kinds = [part.get_content_type() for part in read.walk()]
    page = ["multipart/related", "text/html", "image/png"] if picture else ["text/html"]
    well = (
        list(read.keys()) == names
        and len(set(names)) == len(names)
        and kinds == ["multipart/alternative", "text/plain", *page]
        and message.isascii()
        and not re.search(rb"(?<!\r)\n|\r(?!\n)", message)
        and max(map(len, message.split(b"\r\n"))) <= LINE_LIMIT
    )
    if not well:
        raise DeliveryError(f"the mail does not read back as it was written (headers {list(read.keys())}); please report this", "failed")
