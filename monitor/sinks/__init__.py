"""Where an issue goes. Every sink may be called twice for one delivery: the second call must do no harm (reliability.md section 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.errors import DeliveryError, MonitorError
from monitor.model import Delivery, DeliveryState, Development, Edition, Issue
from monitor.render import Renderer
from monitor.sinks import email, folder, report
from monitor.sinks.email import SmtpSettings, smtp_settings

__all__ = ["DeliveryState", "Post", "SmtpSettings", "deliver", "next_try", "recipients", "smtp_settings"]

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)
GIVE_UP = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Post:
    """What the sinks need besides the issue: paths of feeds.yaml count from `folder`; `smtp` is None when no relay is configured."""

    folder: Path
    smtp: SmtpSettings | None
    renderer: Renderer
    lines: Callable[[str, bool], tuple[Development, ...]]  # (market, proposed ones too) → the lines its report may carry, oldest first


def recipients(edition: Edition) -> tuple[tuple[int, str, bool], ...]:
    """(index of the sink, address or "", whether this copy shows the sources' health in detail), one per row of the outbox.

    Somebody who is listed twice gets one mail; a group that is switched off gets none. A folder is for whoever runs the monitor:
    its copy shows the health unless the edition has groups and none of them may see it.
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
            found.append((index, "", sink.kind == "folder" and (not edition.groups or any(group.health for group in edition.groups))))
    return tuple(found)


def deliver(delivery: Delivery, issue: Issue, edition: Edition, post: Post, now: datetime) -> str:  # noqa: ARG001 - a sink that signs or waits will need it
    """Hand one issue to one recipient or place; returns a word for the log. May be called twice for one delivery.

    Raises DeliveryError, whose fate says whether trying again is safe.
    """
    if delivery.sink >= len(edition.sinks):
        raise DeliveryError(f"edition {edition.name} has no sink number {delivery.sink + 1} any more", "failed")
    sink = edition.sinks[delivery.sink]
    try:
        if sink.kind == "folder":
            where = post.folder / Path(sink.path or "digests").expanduser()
            return folder.deliver(delivery, issue, edition, folder=where, renderer=post.renderer, smtp=post.smtp)
        if sink.kind == "email":
            return email.deliver(delivery, issue, edition, post.renderer, post.smtp)
        return report.deliver(sink, post.folder, post.lines)
    except DeliveryError:
        raise
    except MonitorError as error:  # a template or a report file: a person can mend it, and nothing was taken
        raise DeliveryError(str(error), "retry") from error


def next_try(attempts: int, created: datetime, now: datetime) -> datetime | None:
    """When to try again after `attempts` tries: five minutes, doubling up to four hours; None once the issue is 48 hours old."""
    pause = min(FIRST_PAUSE * 2 ** min(max(attempts, 1) - 1, 10), LONGEST_PAUSE)
    return now + pause if now + pause <= created + GIVE_UP else None
