"""Reports that a mail was not delivered (RFC 3464, and what servers write that never read it) → Bounces."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from email.utils import parseaddr

from monitor.model import Bounce
from monitor.sinks.mail import header_safe

TOKEN = r"[0-9a-f]{32}\.\d{1,9}(?:\.r\d{1,4})?"  # noqa: S105 - the shape of what the store makes
CAME_BACK_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Failed-Recipients-To")
SOFT_OF_5 = re.compile(r"5\.(2\.[23]|3\.\d+|4\.\d+|5\.\d+|7\.\d+)")  # full, too large, the way there, a policy: not the address
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
OLD_CODE = re.compile(r"(?<![\d.#-])(4[25][0-4]|55[0-4])[ -](?!\d)")
NO_SUCH = re.compile(
    r"(?i)user unknown|unknown user|no such (?:user|mailbox|address|recipient|person)|does ?n.?t (?:exist|have)|does not exist|"
    r"address rejected|mailbox (?:unavailable|not found|disabled)|account (?:is )?disabled|recipient not found|invalid recipient|"
    r"no mailbox here|address couldn.t be found"
)
FULL = re.compile(r"(?i)mailbox (?:is )?full|over quota|quota exceeded|exceeded.{0,20}quota|insufficient storage|mailbox size")
FROM_A_SERVER = re.compile(r"(?i)^(mailer-daemon|postmaster|mail-daemon|mailerdaemon|microsoftexchange[0-9a-f]*)@?")
SUBJECT = re.compile(r"(?i)undeliver|delivery (?:status|failure|has failed)|failure notice|returned mail|mail delivery|unzustellbar")


def read(raw: bytes, bounces: str) -> Bounce | None:
    """What a mail says about one of ours: None when it is no bounce (an answer, a notice of absence, a delay) or names no mail of ours.

    `bounces` is the address of MONITOR_MAIL_BOUNCES.
    """
    message = message_from_bytes(raw, policy=policy.compat32)
    token = _token(message, raw, bounces)
    told = _report(message) if token else None
    if token is None or told is None:
        return None
    hard, detail = told
    own = str(message.get("Message-ID", "")).strip()
    key = hashlib.sha256(f"{token}\0{own}".encode("utf-8", "replace") if own else raw).hexdigest()[:40]
    return Bounce(key, token, hard, header_safe(detail))


def _token(message: Message, raw: bytes, bounces: str) -> str | None:
    """From the address it came back to, or from the Message-ID of what it returns."""
    local, _, domain = bounces.rpartition("@")
    back = re.compile(rf"(?i){re.escape(local)}\+({TOKEN})@{re.escape(domain)}") if local else None
    for name in CAME_BACK_TO if back else ():
        for value in message.get_all(name, []):
            if found := back.search(str(value)) if back else None:
                return found[1].lower()
    returned = re.search(rf"(?im)^(?:Message-ID|References|In-Reply-To|X-Original-Message-ID):\s*<({TOKEN})@".encode(), raw)
    return returned[1].decode() if returned else None


def _report(message: Message) -> tuple[bool, str] | None:
    """Whether it failed for good, and why; None when it tells no failure."""
    statuses = [part for part in message.walk() if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}]
    if statuses:
        return next((told for part in statuses for group in _groups(part) if (told := _recipient(group))), None)
    if _is_answer(message):
        return None
    sender = parseaddr(str(message.get("From", "")))[1]
    if not (FROM_A_SERVER.match(sender) or SUBJECT.search(str(message.get("Subject", ""))) or message.get("X-Failed-Recipients")):
        return None
    return _prose(message)


def _is_answer(message: Message) -> bool:
    """A person's or a robot's answer, such as a notice of absence."""
    auto = str(message.get("Auto-Submitted", "")).lower()
    return auto.startswith("auto-replied") or "X-Autoreply" in message or str(message.get("Precedence", "")).lower() == "auto_reply"


def _groups(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    yield from (one for one in payload if isinstance(one, Message)) if isinstance(payload, list) else ()


def _recipient(group: Message) -> tuple[bool, str] | None:
    action = str(group.get("Action", "")).strip().lower()
    status = str(group.get("Status", "")).strip()
    if action != "failed" and not (not action and status.startswith("5")):
        return None
    why = str(group.get("Diagnostic-Code", "")).partition(";")[2].strip() or status
    exact = STATUS.search(status)
    if exact and exact[0] in {"5.0.0", "5.1.0", "4.0.0"}:  # says nothing: the diagnostic may
        exact = STATUS.search(why) or exact
    return _is_hard(exact[0] if exact else "", why), f"{status} {why}".strip() if why != status else status


def _prose(message: Message) -> tuple[bool, str] | None:
    """What an old or odd server says in words, before the mail that it returns."""
    text = ""
    for part in message.walk():
        if part.get_content_type() in {"text/plain", "text/html"} and not text:
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8", "replace")[:20_000] if isinstance(payload, bytes) else ""
    text = re.split(r"(?im)^-+ ?(?:below this line|original message|this is a copy)|^Return-Path:", text)[0]
    exact, old = STATUS.search(text), OLD_CODE.search(text)
    if not (exact and exact[1] in "45") and not old and not NO_SUCH.search(text) and not FULL.search(text):
        return None
    place = (exact or old or NO_SUCH.search(text) or FULL.search(text)).start()  # type: ignore[union-attr]  # one of them was found
    line = " ".join(text[max(0, text.rfind("\n", 0, place)) : place + 160].split())
    code = exact[0] if exact else {"4": "4.0.0", "5": "5.0.0"}.get(old[1][0], "") if old else ""
    return _is_hard(code, text), line


def _is_hard(status: str, words: str) -> bool:
    if FULL.search(words):
        return False
    if not status or status == "5.0.0":
        return bool(NO_SUCH.search(words))
    return status.startswith("5.") and not SOFT_OF_5.fullmatch(status)
