"""The demo's outlets and what each has published up to a moment; the items stand in outlets/NAME.jsonl, one a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from monitor.demo import FOLDER

Format = Literal["rss2", "rss1", "atom", "json"]
Asks = Literal["etag", "last-modified", "nothing"]
Quirk = Literal["cdata", "est", "anchor-title", "relative-links", "repeated-guid"]


@dataclass(frozen=True, slots=True)
class Outlet:
    """One invented publisher: how far it can be trusted, and how its feed and its server behave."""

    name: str
    title: str
    format: Format
    tier: int
    asks: Asks = "last-modified"  # what its server offers for conditional requests
    charset: str = "utf-8"
    zip: bool = False
    quirks: frozenset[Quirk] = frozenset()
    markets: tuple[str, ...] = ()

    @property
    def site(self) -> str:
        """Where its articles would stand; a reserved domain, so nobody is impersonated."""
        return f"https://{self.name}.example/"


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it reads at a moment."""

    title: str
    summary: str
    published: datetime
    updated: datetime
    guid: str
    link: str


OUTLETS = (
    Outlet("wire-one", "Wire One: company announcements", "rss2", 1, asks="etag", quirks=frozenset({"cdata"})),
    Outlet("medicines-notices", "Medicines Notices", "rss2", 1, quirks=frozenset({"est"})),
    Outlet("cell-therapy-ledger", "Cell Therapy Ledger", "atom", 2, zip=True, quirks=frozenset({"relative-links"})),
    Outlet("oncology-courier", "Oncology Courier", "rss2", 2, quirks=frozenset({"anchor-title"})),
    Outlet("cns-oncology-review", "CNS Oncology Review", "rss1", 2, markets=("leptomeningeal-metastases",)),
    Outlet("europa-pharma-brief", "Europa Pharma-Brief: Märkte & Médicaments", "rss2", 2, asks="etag", charset="iso-8859-1"),
    Outlet("deal-sheet", "Deal Sheet", "json", 2),
    Outlet("second-hand-science", "Second-Hand Science", "rss2", 3, asks="nothing", quirks=frozenset({"repeated-guid"})),
    Outlet("floor-notes", "Floor Notes", "atom", 3),
    Outlet("miracle-health-daily", "Miracle Health Daily", "rss2", 4, asks="nothing"),
)


@cache
def _rows(name: str) -> tuple[dict[str, object], ...]:
    lines = (FOLDER / "outlets" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def published(outlet: Outlet, moment: datetime) -> tuple[Item, ...]:
    """Everything the outlet serves at `moment`, newest first, with the edits made by then."""
    items = (_item(row, moment) for row in _rows(outlet.name))
    return tuple(sorted((item for item in items if item.published <= moment), key=lambda item: item.published, reverse=True))


def _item(row: dict[str, object], moment: datetime) -> Item:
    when = datetime.fromisoformat(str(row["published"]))
    edited = row.get("edited")
    now_reads, updated = row, when
    if isinstance(edited, dict) and (changed := datetime.fromisoformat(str(edited["updated"]))) <= moment:
        now_reads, updated = edited, changed
    return Item(str(now_reads["title"]), str(now_reads["summary"]), when, updated, str(row["guid"]), str(row["link"]))
