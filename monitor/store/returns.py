"""What came back, and who gets nothing any more."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, func, select, update

from monitor.model import Bounce, Suppression
from monitor.store.database import Database
from monitor.store.statements import put
from monitor.tables import BOUNCE, DELIVERY, SUPPRESSION

SOFT_LIMIT = 3  # reports of a full mailbox and the like, after which nothing more is sent
COLUMNS = ("address", "edition", "reason", "detail", "since")

Became = Literal["suppressed", "counted", "known", "unknown"]


class Returns(Database):
    """Bounces and suppressions."""

    def record_bounce(self, bounce: Bounce, now: datetime) -> tuple[str, Became]:
        """Take a bounce once: its delivery failed, and its recipient gets nothing more after a hard one or the third soft one.

        Returns the recipient and what became of it; `unknown` when it answers no mail of ours.
        """
        with self._write() as connection:
            row = connection.execute(select(DELIVERY.c.id, DELIVERY.c.recipient).where(DELIVERY.c.message_id == bounce.token)).first()
            if row is None or not row.recipient:
                return "", "unknown"
            if connection.execute(select(BOUNCE.c.id).where(BOUNCE.c.id == bounce.key)).first() is not None:
                return row.recipient, "known"
            address = row.recipient.casefold()
            put(
                connection, BOUNCE, ("id", "delivery_id", "recipient", "at", "hard", "detail"),
                [(bounce.key, row.id, address, now, bounce.hard, bounce.detail)],
            )  # fmt: skip
            failed = {"state": "failed", "next_try": None, "detail": f"came back: {bounce.detail}"}
            over = DELIVERY.c.state.in_(["sent", "in_doubt"])
            connection.execute(update(DELIVERY).where(DELIVERY.c.id == row.id, over).values(**failed))
            if not bounce.hard and _soft(connection, address) < SOFT_LIMIT:
                return row.recipient, "counted"
            put(connection, SUPPRESSION, COLUMNS, [(address, "", "bounced", bounce.detail, now)])
        return row.recipient, "suppressed"

    def suppress(self, one: Suppression) -> None:
        """Send nothing more to an address: of one edition, or of any. Said again, it stays as it was first said."""
        with self._write() as connection:
            put(connection, SUPPRESSION, COLUMNS, [(one.address.casefold(), one.edition, one.reason, one.detail, one.since)])

    def lift(self, address: str, edition: str = "") -> bool:
        """Send to an address again; its bounces until now no longer count. False when it was not suppressed."""
        mine = (SUPPRESSION.c.address == address.casefold()) & (SUPPRESSION.c.edition == edition)
        with self._write() as connection:
            if not edition:
                connection.execute(update(BOUNCE).where(BOUNCE.c.recipient == address.casefold()).values(recipient=""))
            return connection.execute(delete(SUPPRESSION).where(mine)).rowcount > 0

    def suppressions(self) -> tuple[Suppression, ...]:
        """Everybody who gets nothing any more."""
        asked = select(*(SUPPRESSION.c[name] for name in COLUMNS)).order_by(SUPPRESSION.c.address, SUPPRESSION.c.edition)
        with self._read() as connection:
            return tuple(Suppression(*row) for row in connection.execute(asked))

    def suppression(self, address: str, edition: str) -> Suppression | None:
        """Why an address is not sent that edition; None when it is."""
        asked = select(*(SUPPRESSION.c[name] for name in COLUMNS)).where(
            SUPPRESSION.c.address == address.casefold(), SUPPRESSION.c.edition.in_(["", edition])
        )
        with self._read() as connection:
            row = connection.execute(asked.order_by(SUPPRESSION.c.edition)).first()
        return None if row is None else Suppression(*row)


def _soft(connection: Connection, address: str) -> int:
    """How many mails to that address came back and count."""
    asked = select(func.count(BOUNCE.c.delivery_id.distinct())).where(BOUNCE.c.recipient == address)
    found: int = connection.execute(asked).scalar_one()
    return found
