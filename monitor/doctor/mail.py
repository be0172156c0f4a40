"""Whether mail can leave this machine safely: no feed can write a header, the relay encrypts, and the mailbox can be asked."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage

from monitor.config import Config
from monitor.doctor.finding import Finding
from monitor.doctor.sample import DELIVERY, issue
from monitor.errors import DeliveryError, MailboxError, MonitorError
from monitor.sinks import Mailbox, SmtpSettings, imap_settings, mail, smtp_settings

SMUGGLED = "=?utf-8?q?news=0ABcc=3A_probe=40example.org?="  # holds no line break until somebody decodes it
TIMEOUT = 5.0


def headers() -> Finding:
    """Behavioural probe of CVE-2024-6923: Python's own mail library first, then the monitor's, which does not use it."""
    if ours_writes_two():
        return Finding("mail headers", "wrong", "a subject can smuggle in a second header", "do not send mail; please report this")
    if pythons_writes_two():
        said = "this Python lets a subject smuggle in a header (CVE-2024-6923); the monitor writes its own and is not affected"
        return Finding("mail headers", "well", said)
    return Finding("mail headers", "well", "a subject cannot smuggle in a header")


def pythons_writes_two() -> bool:
    """Whether this Python writes an encoded line break in a subject as a second header."""
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = SMUGGLED
    try:
        return "Bcc" in message_from_bytes(message.as_bytes())
    except MessageError:  # a mended Python refuses
        return False


def ours_writes_two() -> bool:
    """The same question to the monitor's own mails."""
    try:
        built = mail.build(issue(SMUGGLED), DELIVERY, sender=mail.NO_SENDER, html="<p>", text="")
    except DeliveryError:
        return False
    return "Bcc" in message_from_bytes(built) or b"\nBcc:" in built


def relay(environ: Mapping[str, str], config: Config | None) -> Finding:
    """The SMTP relay: whether the settings are right, whether it answers, and whether it encrypts. Sends nothing, logs in nowhere."""
    mailed = (
        [edition.name for edition in (*config.editions, *config.alerts) if any(sink.kind == "email" for sink in edition.sinks)]
        if config
        else []
    )
    try:
        settings = smtp_settings(environ)
    except MonitorError as error:
        return Finding("mail relay", "wrong", str(error), "set it in the environment of the service")
    if settings is not None:
        return _asked(settings)
    if mailed:
        todo = "set MONITOR_SMTP_HOST and MONITOR_SMTP_FROM"
        return Finding("mail relay", "wrong", f"no relay is set, but by e-mail go: {', '.join(mailed)}", todo)
    return Finding("mail relay", "well", "none set, and no edition goes by e-mail")


def mailbox(environ: Mapping[str, str], config: Config | None) -> Finding:
    """The mailbox that is asked about mails in doubt and that bounces are read from: whether it answers, lets us in and has the folder."""
    asking = [one.name for one in (*config.editions, *config.alerts) if one.enabled and one.in_doubt == "ask"] if config else []
    try:
        settings = imap_settings(environ)
        if settings is not None:
            with Mailbox(settings, TIMEOUT):
                found = f"{settings.host}:{settings.port} opens the folder {settings.folder} of {settings.user}"
    except MailboxError as error:
        todo = "check MONITOR_IMAP_HOST, _PORT and _TLS for the server, _USER and _PASSWORD for the login, _FOLDER for the folder"
        return Finding("mailbox", "wrong", str(error), todo)
    except MonitorError as error:
        return Finding("mailbox", "wrong", str(error), "set it in the environment of the service")
    if asking and (settings is None or not environ.get("MONITOR_MAIL_ARCHIVE")):
        todo = "set MONITOR_MAIL_ARCHIVE and MONITOR_IMAP_HOST with its companions, or write in_doubt: hold"
        return Finding("mailbox", "wrong", f"no archive can be asked, but in_doubt: ask is what says: {', '.join(asking)}", todo)
    return Finding("mailbox", "well", found if settings else "none set, and no edition asks one")


def _asked(settings: SmtpSettings) -> Finding:
    where = f"{settings.host}:{settings.port}"
    try:
        return Finding("mail relay", "well", f"{where} {_answer(settings)}")
    except ssl.SSLCertVerificationError as error:
        todo = "name the certificate of your own authority in MONITOR_SMTP_CA, or have the relay's mended"
        return Finding("mail relay", "wrong", f"{where}: its certificate is not trusted ({error.verify_message})", todo)
    except smtplib.SMTPNotSupportedError:
        todo = "mail is not sent in clear: use another port, or MONITOR_SMTP_TLS=tls"
        return Finding("mail relay", "wrong", f"{where} offers no STARTTLS", todo)
    except (OSError, smtplib.SMTPException) as error:
        todo = "check MONITOR_SMTP_HOST, _PORT and _TLS, and whether a firewall is between"
        return Finding("mail relay", "wrong", f"{where}: {type(error).__name__}: {mail.header_safe(str(error))}", todo)


def _answer(settings: SmtpSettings) -> str:
    context = ssl.create_default_context(cafile=settings.ca_file)
    if settings.tls == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT, context=context)
    else:
        connection = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT)
    try:
        connection.ehlo_or_helo_if_needed()
        if settings.tls == "none":
            return "answers, in clear on this machine"
        if settings.tls == "starttls":
            connection.starttls(context=context)
        return f"answers and encrypts ({'STARTTLS' if settings.tls == 'starttls' else 'TLS'}, certificate trusted)"
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()
        connection.close()
