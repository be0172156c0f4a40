"""Where an issue goes. Every sink may be called twice for one delivery: the second call must do no harm (reliability.md section 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor.errors import DeliveryError, MonitorError
from monitor.fetch.sending import Sender
from monitor.links import Links
from monitor.model import Delivery, DeliveryState, Development, Edition, Issue, SinkConfig
from monitor.render import Renderer
from monitor.sinks import chat, email, folder, others, report, syndication, webhook
from monitor.sinks.email import Line, SmtpSettings, smtp_settings
from monitor.sinks.imap import ImapSettings, Mailbox, imap_settings

__all__ = [
    "DeliveryState",
    "ImapSettings",
    "Line",
    "Mailbox",
    "Post",
    "SmtpSettings",
    "deliver",
    "imap_settings",
    "marked",
    "next_try",
    "recipients",
    "smtp_settings",
]

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)
GIVE_UP = timedelta(hours=48)
UNREPEATABLE = (
    "slack",
    "teams",
    "apprise",
)  # people would see a message twice: they have a recipient, so that a crash leaves them in doubt


@dataclass(frozen=True, slots=True)
class Post:
    """What the sinks need besides the issue: paths of feeds.yaml count from `folder`; `smtp` is None when no relay is configured."""

    folder: Path
    smtp: SmtpSettings | None
    renderer: Renderer
    lines: Callable[[str, bool], tuple[Development, ...]]  # (market, proposed ones too) → the lines its report may carry, oldest first
    sender: Sender = field(default_factory=lambda: Sender("MarketMonitor"))
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    links: Links | None = None  # None: mails link to nothing of ours
    markets: Mapping[str, str] = field(default_factory=dict)  # ids and short names in small letters → id, for what reports say themselves
    line: Line | None = None  # the open connection to the relay, for many mails


def recipients(edition: Edition) -> tuple[tuple[int, str, bool], ...]:
    """(index of the sink, address or "", whether this copy shows the sources' health in detail), one per row of the outbox.

    Somebody who is listed twice gets one mail; a group that is switched off gets none. A folder is for whoever runs the monitor:
    its copy shows the health unless the edition has groups and none of them may see it.
    A webhook knows a repeated delivery by its key, and files are written anew: these have no recipient, and a crash repeats them.
    """
    people: dict[str, tuple[str, bool]] = {}
    for group in (group for group in edition.groups if group.enabled):
        for address in group.recipients:
            people[address.casefold()] = (address, group.health or people.get(address.casefold(), ("", False))[1])
    for address in edition.recipients:
        people.setdefault(address.casefold(), (address, False))
    found: list[tuple[int, str, bool]] = []
    for index, sink in enumerate(edition.sinks):
        if sink.kind == "email":
            found += [(index, address, health) for address, health in people.values()]
        else:
            found.append(
                (index, _recipient(sink), sink.kind == "folder" and (not edition.groups or any(group.health for group in edition.groups)))
            )
    return tuple(found)


def deliver(delivery: Delivery, issue: Issue, edition: Edition, post: Post, now: datetime) -> str:
    """Hand one issue to one recipient or place; returns a word for the log. May be called twice for one delivery.

    Raises DeliveryError, whose fate says whether trying again is safe.
    """
    if delivery.sink >= len(edition.sinks):
        raise DeliveryError(f"edition {edition.name} has no sink number {delivery.sink + 1} any more", "failed")
    sink = edition.sinks[delivery.sink]
    if delivery.resent:
        issue = marked(issue, "Sent again", f"This is issue {issue.number} again, unchanged.")
    try:
        if sink.kind == "folder":
            where = post.folder / Path(sink.path or "digests").expanduser()
            return folder.deliver(delivery, issue, edition, folder=where, renderer=post.renderer, smtp=post.smtp)
        if sink.kind == "email":
            return email.deliver(delivery, issue, edition, post.renderer, post.smtp, post.links, post.line)
        if sink.kind == "feed":
            return syndication.deliver(issue, edition, sink, post.folder, post.lines)
        if sink.kind == "report":
            return report.deliver(sink, post.folder, post.lines, post.markets, now)
        return _sent(delivery, issue, edition, sink, post, now)
    except DeliveryError:
        raise
    except MonitorError as error:  # a template or a report file: a person can mend it, and nothing was taken
        raise DeliveryError(str(error), "retry") from error


def _sent(delivery: Delivery, issue: Issue, edition: Edition, sink: SinkConfig, post: Post, now: datetime) -> str:
    """Hand an issue to a service that is not mail."""
    if delivery.recipient != _recipient(sink):
        raise DeliveryError(f"sink {delivery.sink + 1} of edition {edition.name} was another one when the issue was made", "failed")
    if sink.kind == "webhook":
        return webhook.deliver(delivery, issue, sink, post.sender, post.secrets, now)
    if sink.kind == "apprise":
        return others.deliver(issue, sink, post.renderer, post.secrets)
    return chat.deliver(issue, edition, sink, post.sender, post.secrets, now)


def _recipient(sink: SinkConfig) -> str:
    """What a row of the outbox says of a sink without addresses; people see what UNREPEATABLE sinks send."""
    return f"{sink.kind}:{sink.variable}" if sink.kind in UNREPEATABLE else ""


def marked(issue: Issue, mark: str, why: str) -> Issue:
    """A copy of an issue that says of itself that it is one."""
    digest = replace(issue.digest, subject=f"[{mark}] {issue.digest.subject}", summary=(why, *issue.digest.summary))
    return replace(issue, digest=digest)


def next_try(attempts: int, created: datetime, now: datetime, asked: datetime | None = None) -> datetime | None:
    """When to try again after `attempts` tries: five minutes, doubling up to four hours, or when the receiver `asked`, if later.

    None once the issue would be 48 hours old.
    """
    again = now + min(FIRST_PAUSE * 2 ** min(max(attempts, 1) - 1, 10), LONGEST_PAUSE)
    again = max(again, asked or again)
    return again if again <= created + GIVE_UP else None
