"""The frozen values that move along the line; each is named after its stage (design.md).

Every datetime is aware and in UTC. Nothing here reads a clock, a file or the network.
"""

from __future__ import annotations

from monitor.model.asking import Change, Changed, Filters, Lineage, Sources, Wanted
from monitor.model.assessing import (
    TIERS,
    Assessment,
    Conflict,
    Event,
    EventDate,
    Field,
    Label,
    MarketMatch,
    Mention,
    Reason,
    Report,
    Slot,
    Span,
    Tier,
)
from monitor.model.developments import IN_REPORT, Confirmation, Development, Due, Status
from monitor.model.issuing import (
    Coverage,
    Delivery,
    DeliveryState,
    Digest,
    DigestItem,
    Edition,
    Group,
    Issue,
    MarketSection,
    SinkConfig,
    Yield,
)
from monitor.model.kinds import KINDS, NO_OPTIONS, TEXTS, Kind, Option, Options
from monitor.model.polling import Entry, Outcome, Page, Poll, Precision, Source, SourceState, StoredEntry, Validators
from monitor.model.pushing import Hub, PushState, Subscription

__all__ = [
    "IN_REPORT",
    "KINDS",
    "NO_OPTIONS",
    "TEXTS",
    "TIERS",
    "Assessment",
    "Change",
    "Changed",
    "Confirmation",
    "Conflict",
    "Coverage",
    "Delivery",
    "DeliveryState",
    "Development",
    "Digest",
    "DigestItem",
    "Due",
    "Edition",
    "Entry",
    "Event",
    "EventDate",
    "Field",
    "Filters",
    "Group",
    "Hub",
    "Issue",
    "Kind",
    "Label",
    "Lineage",
    "MarketMatch",
    "MarketSection",
    "Mention",
    "Option",
    "Options",
    "Outcome",
    "Page",
    "Poll",
    "Precision",
    "PushState",
    "Reason",
    "Report",
    "SinkConfig",
    "Slot",
    "Source",
    "SourceState",
    "Sources",
    "Span",
    "Status",
    "StoredEntry",
    "Subscription",
    "Tier",
    "Validators",
    "Wanted",
    "Yield",
]
