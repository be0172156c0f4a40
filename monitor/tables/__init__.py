"""The schema: what the store remembers, table by table, with the index that serves each listing.

Rows never leave the store; the frozen values of model.py do. A change here needs a step in migrations/versions: a test compares the two.
"""

from sqlalchemy import Table, text

from monitor.tables import assessed, developments, issues, polls, subscriptions
from monitor.tables.columns import EPOCH, MICROSECOND, UTC, Duration, Row

__all__ = ["EPOCH", "MICROSECOND", "UTC", "Duration", "Row", "assessed", "developments", "issues", "polls", "subscriptions"]

# The conditions of the partial indexes, for the queries they serve.
WATCHED, PENDING, LOOSE = text("watched IS TRUE"), text("pending IS TRUE"), text("loose IS TRUE")
IN_REPORT, LIES_AHEAD = text(developments.IN_REPORT), text("due IS NOT NULL")


def _table(name: str) -> Table:
    return Row.metadata.tables[name]


SOURCE, ENTRY, ENTRY_REVISION, POLL, HELD = (_table(name) for name in ("source", "entry", "entry_revision", "poll", "held"))
ASSESSMENT, REPORT, REPORT_KEY, EVENT = _table("assessment"), _table("report"), _table("report_key"), _table("event")
DEVELOPMENT, DEVELOPMENT_PLAYER, DECISION = _table("development"), _table("development_player"), _table("decision")
DEVELOPMENT_PAST = _table("development_past")
EDITION, ISSUE, SHOWN, DELIVERY, SECRET = (_table(name) for name in ("edition", "issue", "shown", "delivery", "secret"))
BOUNCE, SUPPRESSION = _table("bounce"), _table("suppression")
SUBSCRIPTION = _table("subscription")
