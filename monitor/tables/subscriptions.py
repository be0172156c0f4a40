"""Subscriptions at hubs (WebSub)."""

from datetime import datetime

from sqlmodel import Field

from monitor.tables.columns import UTC, Row


class SubscriptionRow(Row, table=True):
    """One source's subscription at one hub; its secrets are derived elsewhere and never stored."""

    __tablename__ = "subscription"

    source: str = Field(primary_key=True)
    hub: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    state: str
    since: datetime = Field(sa_type=UTC)
    next_try: datetime = Field(sa_type=UTC)
    until: datetime | None = Field(sa_type=UTC)
    failures: int
    detail: str
    received: int
    ignored: int
    unreadable: int
    last_received: datetime | None = Field(sa_type=UTC)
