"""Editions, their numbered issues, and the outbox: one row for each recipient, so that none is lost and none is sent twice unknowingly."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from monitor.errors import NotFound
from monitor.model import Alerted, Delivery, DeliveryState, Development, Digest, Issue
from monitor.store import keys
from monitor.store.database import Database
from monitor.store.statements import change, put
from monitor.store.values import dump, load
from monitor.tables import DELIVERY, EDITION, ISSUE, SECRET, SHOWN, SOURCE

STATE = [EDITION.c[name] for name in ("name", "next_due", "last_number", "last_end")]
DELIVERY_ROW = (
    "issue_id", "sink", "recipient", "health", "message_id", "state", "attempts", "next_try", "detail", "sent_at", "resent",
)  # fmt: skip
OUTBOX = [DELIVERY.c[name] for name in ("id", *DELIVERY_ROW)]
PERSON = DELIVERY.c.recipient != ""
NO_ALARMS: Mapping[str, str | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EditionState:
    """When an edition is next due, and where its last issue ended."""

    name: str
    next_due: datetime
    last_number: int = 0
    last_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """For whom a row of the outbox is written; `recipient` is empty for a sink that has none."""

    sink: int
    recipient: str
    health: bool
    state: DeliveryState = "pending"
    detail: str = ""


class Issues(Database):
    """Editions, issues and deliveries."""

    def edition_state(self, name: str) -> EditionState | None:
        """What is known of an edition; None when it was never planned."""
        with self._read() as connection:
            return _edition(connection, name)

    def plan_edition(self, name: str, next_due: datetime, now: datetime) -> None:  # noqa: ARG002  what plans by the time will need it
        """Say when an edition is next due; a moment that its last issue covers already is not taken."""
        with self._write() as connection:
            state = _edition(connection, name)
            if state is None or state.last_end is None or next_due > state.last_end:
                _write_edition(connection, EditionState(name, next_due, *((state.last_number, state.last_end) if state else ())))

    def due_editions(self, now: datetime) -> tuple[EditionState, ...]:
        """The editions whose moment has come, longest first."""
        asked = select(*STATE).where(EDITION.c.next_due <= now).order_by(EDITION.c.next_due, EDITION.c.name)
        with self._read() as connection:
            return tuple(EditionState(*row) for row in connection.execute(asked))

    def shown_before(self, edition: str) -> dict[str, Development]:
        """Each development that an issue of this edition told, as the last one told it, by id."""
        asked = select(SHOWN.c.development_id, SHOWN.c.value).where(SHOWN.c.edition == edition)
        with self._read() as connection:
            return {number: load(Development, value) for number, value in connection.execute(asked)}

    def create_issue(
        self,
        edition: str,
        content: Callable[[int], Digest],
        outbox: Sequence[NewDelivery],
        start: datetime,
        end: datetime,
        next_due: datetime,
        now: datetime,
        alarms: Mapping[str, str | None] = NO_ALARMS,
    ) -> Issue | None:
        """Write the next issue with its outbox, all or nothing; `content` makes the digest of its number, and must not use the store.

        None when this period was issued meanwhile: of two clocks one makes the issue. `alarms`: the trouble of each source that it tells.
        """
        with self._write() as connection:
            state = _edition(connection, edition) or EditionState(edition, next_due)
            if state.last_end is not None and start < state.last_end:
                return None
            number = state.last_number + 1
            digest = content(number)
            values = {"edition": edition, "number": number, "period_start": start, "period_end": end, "created": now}
            issue: int = connection.execute(insert(ISSUE).values(**values, value=dump(digest)).returning(ISSUE.c.id)).scalar_one()
            secret = _secret(connection)
            ids = [keys.message_key(secret, edition, number, one.recipient) for one in outbox]
            waiting = (_row(issue, one, key, now) for one, key in zip(outbox, ids, strict=True))
            put(connection, DELIVERY, DELIVERY_ROW, waiting)
            shown = {one.id: one for one in _told(digest)}
            rows = ((edition, one.id, issue, dump(one)) for one in shown.values())
            put(connection, SHOWN, ("edition", "development_id", "issue_id", "value"), rows, replace=True)
            _write_edition(connection, EditionState(edition, next_due, number, end))
            change(connection, SOURCE, ("alarmed",), ("name",), ((word, source) for source, word in alarms.items()))
        return Issue(issue, edition, number, digest, now)

    def alerted(self, alerts: Iterable[str]) -> dict[str, Alerted]:
        """What these alerts told, and of which a copy was sent, by event; the first one that did."""
        sent = select(DELIVERY.c.id).where(DELIVERY.c.issue_id == ISSUE.c.id, DELIVERY.c.state == "sent").exists()
        columns = (ISSUE.c.number, ISSUE.c.created, SHOWN.c.value)
        asked = select(*columns).join(SHOWN, SHOWN.c.issue_id == ISSUE.c.id).where(ISSUE.c.edition.in_(sorted(alerts)), sent)
        with self._read() as connection:
            rows = connection.execute(asked.order_by(ISSUE.c.created, ISSUE.c.id)).all()
        found: dict[str, Alerted] = {}
        for number, created, value in rows:
            one = load(Development, value)
            found.setdefault(one.event or one.id, Alerted(number, created, one))
        return found

    def issued_until(self) -> datetime | None:
        """The latest moment that the issues of any edition cover; it lies ahead when they were made by a clock that was."""
        with self._read() as connection:
            found: datetime | None = connection.execute(select(func.max(EDITION.c.last_end))).scalar()
        return found

    def issued_between(self, edition: str, since: datetime, until: datetime) -> int:
        """How many issues of an edition were made in [since, until]."""
        asked = select(ISSUE.c.id).where(ISSUE.c.edition == edition, ISSUE.c.created >= since, ISSUE.c.created <= until)
        with self._read() as connection:
            return len(connection.execute(asked).all())

    def alarmed(self) -> dict[str, str]:
        """The trouble that the last alarm told of each source, where it told any that is not over."""
        asked = select(SOURCE.c.name, SOURCE.c.alarmed).where(SOURCE.c.alarmed.is_not(None))
        with self._read() as connection:
            return dict(connection.execute(asked).all())

    def issue(self, number: int) -> Issue:
        """The issue of that id (not of that number in its edition); raises NotFound."""
        with self._read() as connection:
            row = connection.execute(select(ISSUE).where(ISSUE.c.id == number)).first()
        if row is None:
            raise NotFound(f"no issue {number}")
        return _issue(row)

    def issue_end(self, edition: str, number: int) -> datetime:
        """Where the period of an edition's issue of that number ends; raises NotFound with the last number there is."""
        asked = select(ISSUE.c.period_end).where(ISSUE.c.edition == edition, ISSUE.c.number == number)
        with self._read() as connection:
            found: datetime | None = connection.execute(asked).scalar()
            state = _edition(connection, edition)
        if found is None:
            there = f"its last is {edition}/{state.last_number}" if state and state.last_number else "it has none so far"
            raise NotFound(f"no issue {number} of the edition {edition!r}; {there}")
        return found

    def deliveries(self, states: Iterable[DeliveryState] | None = None, issue: int | None = None) -> tuple[Delivery, ...]:
        """The outbox, oldest first: all of it, or only what is in these states, or of this issue."""
        asked = select(*OUTBOX).where(DELIVERY.c.id > 0).order_by(DELIVERY.c.id)
        if states is not None:
            asked = asked.where(DELIVERY.c.state.in_(sorted(states)))
        if issue is not None:
            asked = asked.where(DELIVERY.c.issue_id == issue)
        with self._read() as connection:
            return tuple(_delivery(row) for row in connection.execute(asked))

    def claim_delivery(self, now: datetime, lease: timedelta) -> Delivery | None:
        """A delivery that is due, marked as being sent before anything leaves; None when there is none.

        Who has not settled it when the lease ends is taken for dead.
        """
        due = (
            select(DELIVERY.c.id)
            .where(DELIVERY.c.state == "pending", DELIVERY.c.next_try <= now)
            .order_by(DELIVERY.c.next_try, DELIVERY.c.id)
            .limit(1)
        )
        with self._read() as connection:
            if connection.execute(due).first() is None:
                return None
        claim = (
            update(DELIVERY)
            .where(DELIVERY.c.id == due.scalar_subquery(), DELIVERY.c.state == "pending")
            .values(state="sending", attempts=DELIVERY.c.attempts + 1, next_try=now + lease)
            .returning(*OUTBOX)
        )
        with self._write() as connection:
            row = connection.execute(claim).first()
        return None if row is None else _delivery(row)

    def issues(self, edition: str | None = None, limit: int = 200) -> tuple[Issue, ...]:
        """The issues there are, newest first: all of them, or an edition's."""
        asked = select(ISSUE).order_by(ISSUE.c.id.desc()).limit(limit)
        if edition is not None:
            asked = asked.where(ISSUE.c.edition == edition)
        with self._read() as connection:
            return tuple(_issue(row) for row in connection.execute(asked))

    def release_issue(self, number: int, now: datetime) -> int:
        """Let the deliveries of an issue that wait for a person go out; returns how many there were."""
        waiting = (DELIVERY.c.issue_id == number) & (DELIVERY.c.state == "held")
        with self._write() as connection:
            return connection.execute(update(DELIVERY).where(waiting).values(state="pending", next_try=now, detail="")).rowcount

    def send_again(self, issue: int, to: Sequence[tuple[int, str, bool]], now: datetime) -> int:
        """A further copy of an issue for each (sink, recipient, health), under a Message-ID of its own; returns how many."""
        with self._write() as connection:
            columns = (DELIVERY.c.sink, DELIVERY.c.recipient)
            asked = select(*columns, func.max(DELIVERY.c.resent)).where(DELIVERY.c.issue_id == issue).group_by(*columns)
            last = {(sink, person): resent for sink, person, resent in connection.execute(asked)}
            edition, number = connection.execute(select(ISSUE.c.edition, ISSUE.c.number).where(ISSUE.c.id == issue)).one()
            secret = _secret(connection)
            rows = []
            for sink, person, health in to:
                resent = last.get((sink, person), 0) + 1
                key = f"{keys.message_key(secret, edition, number, person)}.r{resent}"
                rows.append(_row(issue, NewDelivery(sink, person, health), key, now, resent))
            put(connection, DELIVERY, DELIVERY_ROW, rows)
        return len(rows)

    def resolve_delivery(self, doubtful: Delivery, state: DeliveryState, now: datetime, detail: str, again: datetime | None = None) -> bool:
        """Say what became of a delivery in doubt; False when somebody else did meanwhile."""
        values: dict[str, Any] = {"state": state, "detail": detail, "next_try": again} | ({"sent_at": now} if state == "sent" else {})
        same = (DELIVERY.c.id == doubtful.id) & (DELIVERY.c.state == "in_doubt") & (DELIVERY.c.attempts == doubtful.attempts)
        with self._write() as connection:
            return connection.execute(update(DELIVERY).where(same).values(**values)).rowcount == 1

    def settle_delivery(self, number: int, state: DeliveryState, now: datetime, detail: str = "", again: datetime | None = None) -> None:
        """Say how a delivery ended; `again` is when to try anew. Raises NotFound."""
        values: dict[str, Any] = {"state": state, "detail": detail, "next_try": again if again or state != "pending" else now}
        if state == "sent":
            values["sent_at"] = now
        with self._write() as connection:
            if not connection.execute(update(DELIVERY).where(DELIVERY.c.id == number).values(**values)).rowcount:
                raise NotFound(f"no delivery {number}")

    def last_sent(self) -> tuple[str, datetime | None]:
        """Which database this is (its copies are the same; empty before it made an issue), and when it last sent something; None: never."""
        with self._read() as connection:
            secret = connection.execute(select(SECRET.c.value).where(SECRET.c.name == "message_id")).scalar_one_or_none()
            of_this = hashlib.sha256(secret.encode()).hexdigest()[:16] if secret else ""
            latest: datetime | None = connection.execute(select(func.max(DELIVERY.c.sent_at))).scalar_one()
            return of_this, latest

    def recover_deliveries(self, now: datetime) -> int:
        """Settle what a process that died was sending; returns how many are in doubt, because a person may have got them.

        A folder or a report is done anew: that harms nobody. What is within its lease may be in the hands of a process that lives.
        """
        left = (DELIVERY.c.state == "sending") & (DELIVERY.c.next_try <= now)
        with self._read() as connection:
            if connection.execute(select(DELIVERY.c.id).where(left).limit(1)).first() is None:
                return 0
        why = "the monitor ended while sending it"
        with self._write() as connection:
            connection.execute(update(DELIVERY).where(left, ~PERSON).values(state="pending", next_try=now, detail=why))
            return connection.execute(update(DELIVERY).where(left, PERSON).values(state="in_doubt", next_try=None, detail=why)).rowcount


def _edition(connection: Connection, name: str) -> EditionState | None:
    row = connection.execute(select(*STATE).where(EDITION.c.name == name)).first()
    return None if row is None else EditionState(*row)


def _write_edition(connection: Connection, state: EditionState) -> None:
    row = (state.name, state.next_due, state.last_number, state.last_end)
    put(connection, EDITION, ("name", "next_due", "last_number", "last_end"), [row], replace=True)


def _secret(connection: Connection) -> str:
    put(connection, SECRET, ("name", "value"), [("message_id", secrets.token_hex(16))])  # left out when there is one
    found: str = connection.execute(select(SECRET.c.value).where(SECRET.c.name == "message_id")).scalar_one()
    return found


def _row(issue: int, new: NewDelivery, key: str, now: datetime, resent: int = 0) -> tuple[Any, ...]:
    next_try = now if new.state == "pending" else None
    return (issue, new.sink, new.recipient, new.health, key, new.state, 0, next_try, new.detail, None, resent)


def _issue(row: Any) -> Issue:
    return Issue(row.id, row.edition, row.number, load(Digest, row.value), row.created)


def _told(digest: Digest) -> Iterator[Development]:
    for section in digest.sections:
        for item in (*section.mentions, *section.review, *section.proposed, *section.updates, *section.headlines):
            yield item.development


def _delivery(row: Any) -> Delivery:
    return Delivery(*row)
