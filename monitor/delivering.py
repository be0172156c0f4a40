"""What becomes of an issue once it is composed: sent, held, asked about, approved, sent again; and what came back."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor import clock, pipeline, sinks
from monitor.errors import DeliveryError, MailboxError, MonitorError, NotFound
from monitor.model import Delivery, DeliveryState, Digest, Issue, SinkConfig
from monitor.pipeline import LEASE, Monitor
from monitor.sinks import bounces, mail

log = logging.getLogger(__name__)

SETTLING = timedelta(minutes=5)  # before the archive is asked: the relay may still be bringing it the mail
ASKED_AGAIN = timedelta(minutes=15)


def deliver(monitor: Monitor, wanted: Callable[[], bool] = lambda: True) -> Counter[str]:
    """Hand every delivery that is due to its sink, one after the other, while `wanted()`; returns how many ended in which state.

    A database that is older than what was sent (restored.py) sends nothing: what waits is counted as `waiting`.
    """
    ended: Counter[str] = Counter()
    if (unknown := monitor.last_sent.missing(monitor.store) if monitor.last_sent else None) is not None:
        left = f"{unknown:%Y-%m-%d %H:%M} UTC"
        log.error("nothing is sent: this database knows nothing of what left on %s; see `monitor doctor`", left)
        return +Counter(waiting=len(monitor.store.deliveries(["pending"])))
    if in_doubt := monitor.store.recover_deliveries(monitor.now()):
        log.warning("%d deliveries are in doubt after an interrupted run: see `monitor outbox`", in_doubt)
        ended["in_doubt"] = in_doubt
    ended += resolve(monitor)
    with sinks.Line() as line:
        post = replace(monitor.post, line=line)
        while wanted() and (delivery := monitor.store.claim_delivery(monitor.now(), LEASE)) is not None:
            state, detail, again = _hand_over(monitor, delivery, post)
            monitor.store.settle_delivery(delivery.id, state, monitor.now(), detail, again)
            ended[state] += 1
    if ended["sent"] and monitor.last_sent:
        monitor.last_sent.note(monitor.store)
    return ended


def _hand_over(monitor: Monitor, delivery: Delivery, post: sinks.Post) -> tuple[DeliveryState, str, datetime | None]:
    now = monitor.now()
    sent = monitor.store.issue(delivery.issue)
    stopped = monitor.store.suppression(delivery.recipient, sent.edition) if delivery.recipient else None
    if stopped is not None:
        return "suppressed", f"{stopped.reason} {stopped.detail}".strip(), None
    try:
        return "sent", sinks.deliver(delivery, sent, monitor.addressed(sent.edition), post, now), None
    except NotFound as error:
        return "failed", str(error), None
    except DeliveryError as error:
        again = sinks.next_try(delivery.attempts, sent.created, now, error.retry_after) if error.fate == "retry" else None
        if again is not None:
            return "pending", str(error), again
        return ("failed" if error.fate == "retry" else error.fate), str(error), None


# ---- in doubt --------------------------------------------------------------------------------------------------------


def resolve(monitor: Monitor) -> Counter[str]:
    """Settle what is in doubt as its edition says: hold it for a person, send it again, or ask the archive. Counts those sent."""
    now, found = monitor.now(), Counter[str]()
    asked = []
    for one in monitor.store.deliveries(["in_doubt"]):
        policy = _policy(monitor, one)
        if policy == "resend":
            monitor.store.resolve_delivery(one, "pending", now, f"sent again: {one.detail}", now)
        elif policy == "ask" and one.next_try is None:
            monitor.store.resolve_delivery(one, "in_doubt", now, one.detail, now + SETTLING)
        elif policy == "ask" and one.next_try is not None and one.next_try <= now:
            asked.append(one)
    if asked:
        found["sent"] = _ask(monitor, asked, now)
    return +found


def _policy(monitor: Monitor, one: Delivery) -> str:
    """An archive can only be asked about mail; what else may have been taken is then held."""
    try:
        edition = monitor.addressed(monitor.store.issue(one.issue).edition)
    except NotFound:
        return "hold"
    if one.sink >= len(edition.sinks):
        return "hold"
    return "hold" if edition.in_doubt == "ask" and edition.sinks[one.sink].kind != "email" else edition.in_doubt


def _ask(monitor: Monitor, asked: list[Delivery], now: datetime) -> int:
    """Look for the mails in the archive: those that are there were sent, the others are sent again. Else in doubt."""
    post, sent = monitor.post, 0
    try:
        if monitor.archive is None or post.smtp is None or not post.smtp.archive:
            raise MailboxError("the archive cannot be asked: set MONITOR_IMAP_HOST and MONITOR_MAIL_ARCHIVE")
        domain = mail.address(post.smtp.sender).rpartition("@")[2]
        with sinks.Mailbox(monitor.archive) as mailbox:
            for one in asked:
                if mailbox.has(f"<{one.message_id}@{domain}>"):
                    sent += monitor.store.resolve_delivery(one, "sent", now, "found in the archive")
                else:
                    monitor.store.resolve_delivery(one, "pending", now, "not in the archive: sent again", now)
    except MailboxError as error:
        log.warning("%d deliveries stay in doubt: %s", len(asked), error)
        for one in asked:
            monitor.store.resolve_delivery(one, "in_doubt", now, str(error), now + ASKED_AGAIN)
    return sent


# ---- what people ask for ---------------------------------------------------------------------------------------------


def preview(monitor: Monitor, name: str) -> Digest:
    """What the edition's next issue would say if it were made now. Writes nothing, and takes no number."""
    edition, now = monitor.edition(name), monitor.now()
    state = monitor.store.edition_state(name)
    start, end = clock.period(edition, now, state.last_end if state else None)
    return pipeline.material(monitor, edition, start, end)((state.last_number if state else 0) + 1)


def send_test(monitor: Monitor, name: str, to: str) -> str:
    """Send what `preview` shows to one address, marked as a test, outside the numbering and the outbox; returns the relay's answer."""
    edition, now = monitor.edition(name), monitor.now()
    issue = sinks.marked(
        Issue(0, name, 0, preview(monitor, name), now), "Test", "This is a test: it has no number, and others did not get it."
    )
    row = Delivery(0, 0, 0, to, True, f"test.{now.timestamp():.6f}", "sending")
    by_mail = replace(edition, sinks=(SinkConfig("email"),), in_doubt="hold")
    post = replace(monitor.post, links=None)
    if post.smtp is not None:
        post = replace(post, smtp=replace(post.smtp, bounces=""))
    return sinks.deliver(row, issue, by_mail, post, now)


def find(monitor: Monitor, what: str) -> Issue:
    """The issue of that id, or the last one of that edition; raises NotFound."""
    if what.isascii() and what.isdigit():
        return monitor.store.issue(int(what))
    made = monitor.store.issues(what, 1)
    if not made:
        monitor.edition(what)
        raise NotFound(f"edition {what} has no issue yet: `monitor digest archive` lists those there are")
    return made[0]


def approve(monitor: Monitor, what: str) -> tuple[Issue, ...]:
    """Let an issue go out that waits for a person: that of an id, or all that wait of an edition. Raises NotFound when none waits."""
    waiting = {one.issue for one in monitor.store.deliveries(["held"])}
    if what.isascii() and what.isdigit():
        chosen = [monitor.store.issue(int(what))]
    else:
        name = monitor.edition(what).name
        chosen = [issue for number in sorted(waiting) if (issue := monitor.store.issue(number)).edition == name]
    released = tuple(issue for issue in chosen if monitor.store.release_issue(issue.id, monitor.now()))
    if not released:
        raise NotFound(f"nothing of {what} waits for approval: `monitor digest archive` lists the issues")
    return released


def resend(monitor: Monitor, number: int, to: str | None = None) -> int:
    """Put an issue into the outbox again, marked, with Message-IDs of its own: to all who got it by mail, or to one address."""
    issue = monitor.store.issue(number)
    edition = monitor.edition(issue.edition)
    by_mail = [index for index, sink in enumerate(edition.sinks) if sink.kind == "email"]
    if not by_mail:
        raise MonitorError(f"edition {edition.name} is not sent by e-mail: its files are where `monitor digest archive {number}` says")
    if to is not None:
        people = [(by_mail[0], to, False)]
    else:
        first = [one for one in monitor.store.deliveries(issue=number) if one.sink in by_mail and not one.resent]
        people = [(one.sink, one.recipient, one.health) for one in first]
    return monitor.store.send_again(number, people, monitor.now())


# ---- what came back --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Returned:
    """What one bounce led to."""

    recipient: str
    became: str
    detail: str


def take_bounces(monitor: Monitor, messages: Iterable[bytes]) -> tuple[tuple[Returned, ...], int]:
    """Take every bounce among these mails, once however often it is read; also says how many mails were something else."""
    address = monitor.post.smtp.bounces if monitor.post.smtp else ""
    taken, others = [], 0
    for raw in messages:
        bounce = bounces.read(raw, address)
        person, became = monitor.store.record_bounce(bounce, monitor.now()) if bounce else ("", "unknown")
        if bounce is None or became == "unknown":
            others += 1
        else:
            taken.append(Returned(person, became, bounce.detail))
    return tuple(taken), others
