"""Everything remembered. One method is one transaction; values come out, never rows."""

from __future__ import annotations

from monitor.store.assessed import Assessed
from monitor.store.developments import Decision, Developments
from monitor.store.entries import Entries
from monitor.store.events import EventChange, Events, ReportKey
from monitor.store.holding import as_held
from monitor.store.issues import EditionState, Issues, NewDelivery
from monitor.store.polls import Polls, Saved
from monitor.store.returns import Returns
from monitor.store.subscriptions import Subscriptions
from monitor.store.table import Table
from monitor.store.yields import Look, Yields

__all__ = ["Decision", "EditionState", "EventChange", "Look", "NewDelivery", "ReportKey", "Saved", "Store", "as_held"]


class Store(Polls, Entries, Assessed, Events, Developments, Table, Issues, Returns, Subscriptions, Yields):
    """The monitor's memory, on SQLite or PostgreSQL. Safe to share between threads and processes: writers take turns."""
