"""The folder sink: an issue as files that any mail program or browser opens. What runs without an account."""

from __future__ import annotations

from pathlib import Path

from monitor.errors import DeliveryError
from monitor.files import write_atomically
from monitor.model import Delivery, Edition, Issue
from monitor.render import Renderer, standalone
from monitor.sinks import mail
from monitor.sinks.email import SmtpSettings


def paths(folder: Path, issue: Issue) -> tuple[Path, Path, Path]:
    """The .eml, .html and .txt of an issue, e.g. 0007-weekly.eml."""
    stem = f"{issue.number:04d}-{mail.safe_name(issue.edition)}"
    return folder / f"{stem}.eml", folder / f"{stem}.html", folder / f"{stem}.txt"


def deliver(delivery: Delivery, issue: Issue, edition: Edition, *, folder: Path, renderer: Renderer, smtp: SmtpSettings | None) -> str:
    """Write the issue's three files, each whole or not at all; writing them again gives the same bytes. Returns where.

    Raises DeliveryError (retry) when the folder cannot be written.
    """
    html = renderer.digest_html(issue.digest, health=delivery.health)
    text = renderer.digest_text(issue.digest, health=delivery.health)
    picture = renderer.digest_picture(issue.digest, health=delivery.health)
    message = mail.build(issue, delivery, sender=smtp.sender if smtp else mail.NO_SENDER, html=html, text=text, picture=picture)
    as_mail, as_page, as_text = paths(folder, issue)
    try:
        for path, content in ((as_page, standalone(html, picture).encode()), (as_text, text.encode()), (as_mail, message)):
            write_atomically(path, content)
    except OSError as error:
        raise DeliveryError(f"edition {edition.name}: cannot write to {folder}: {error.strerror or error}", "retry") from error
    return str(as_mail)
