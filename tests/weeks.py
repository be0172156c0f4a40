"""Hand-built weeks of developments for the digest's tests: verbs that return values, no files, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.digest import compose
from monitor.gazetteer import Baseline, EventType, Market, Player, Product
from monitor.model import Coverage, Delivery, Development, Digest, Edition, Issue, Outcome, Reason, Source, Status, Tier

START = datetime(2026, 4, 20, 5, 0, tzinfo=UTC)  # Monday 07:00 in Berlin
END = datetime(2026, 4, 27, 5, 0, tzinfo=UTC)
MONDAY = date(2026, 4, 20)

EVIL_TITLES = (
    "שלום: חברת התרופות מקבלת אישור \u202egnorw\u202c לטיפול חדש",
    "国家药监局批准药明巨诺的瑞基奥仑赛注射液用于治疗复发或难治性滤泡性淋巴瘤" * 3,
    "🧬🎉 Approval for a T-cell therapy 👩🏽‍🔬 in 🇪🇺",
    "Endless " * 625,
    "x" * 5000,
    "=?utf-8?q?news=0ABcc=3A_evil=40x?=",
    "News\r\nBcc: evil@x.example\r\n\r\n.\r\n",
    '=HYPERLINK("http://evil.example","click")',
    "<b>bold</b><script>alert(1)</script> & <img src=x onerror=alert(1)>",
    "half \ud83d character and \x00\x07\x85\u2028 controls",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "",
)


def event_type(name: str, family: str, label: str = "", plural: str = "") -> EventType:
    return EventType(name, family, 4, "always", "", (), (), (), (), (), label=label, plural=plural)


TYPES = {
    kind.id: kind
    for kind in (
        event_type("approval", "regulatory", "approval", "approvals"),
        event_type("acquisition", "deal", "acquisition"),
        event_type("acquisition_completed", "deal", "completed acquisition"),
        event_type("regulatory_rejection", "regulatory", "rejection", "rejections"),
        event_type("trial_readout", "clinical", "readout", "readouts"),
    )
}


def player(name: str, **more: object) -> Player:
    return Player(name, name.title(), name.title(), name.title(), (), **more)  # type: ignore[arg-type]


def product(name: str, tier: Tier = "core", **more: object) -> Product:
    return Product(name, name.upper(), name, (), "kite", None, "CAR-T", tier, (), **more)  # type: ignore[arg-type]


def market(name: str = "adoptive-cell-therapy", short: str = "ACT", **more: object) -> Market:
    fields: dict[str, object] = {
        "id": name, "name": f"Market of {name}", "short": short, "report_title": "", "report_order": "oldest_first",
        "players": {"kite": player("kite", lists=("A",)), "tiny": player("tiny")}, "products": {"yescarta": product("yescarta")},
        "terms": (), "regions": (), "agencies": {}, "trials": {}, "segments": {}, "series": (), "claims": (), "baseline": (),
        "proposal": {"core": 1, "adjacent": 3, "player_only": 6},
    }  # fmt: skip
    return Market(**(fields | more))  # type: ignore[arg-type]


ACT = market(
    baseline=(
        Baseline(
            "act-1", date(2022, 2, 1), "month", "approval", "initial", (("kite", "Kite", "sponsor"),), "yescarta", None, "FDA", None, None,
            None, "In February 2022, Kite got an approval.", superseded_by="a wider label since April 2024",
        ),
    ),
)  # fmt: skip
LM = market("leptomeningeal-metastases", "LM", players={}, products={})
MARKETS = {one.id: one for one in (ACT, LM)}
EDITION = Edition("weekly", (ACT.id, LM.id), ("mon",), "07:00", "Europe/Berlin", title="Cell therapy and leptomeningeal metastases")


def development(name: str = "kelonia", **more: object) -> Development:
    fields: dict[str, object] = {
        "event_date": MONDAY, "date_precision": "day", "market": ACT.id, "type": "acquisition", "subtype": None,
        "headline": f"Kite agreed to buy {name.title()}", "line_text": f"In April 2026, Kite agreed to acquire {name.title()}.",
        "status": Status.PROPOSED, "players": (("kite", "Kite", "buyer"),), "product": None, "generic": None, "modality": "in vivo CAR-T",
        "indication": "multiple myeloma", "agency": None, "country": "United States", "region": "north-america", "trial": None,
        "deal_upfront": 3250.0, "deal_max": 7000.0, "currency": "USD", "importance": 4, "relevance": "core", "confidence": 0.9,
        "source_url": f"https://news.example.org/{len(name)}", "source_name": "wire", "n_sources": 7,
        "first_seen": START + timedelta(hours=8), "updated_at": START + timedelta(hours=8), "story_id": None, "supersedes": None,
        "conflict_note": "", "reviewed_by": None, "id": f"{name}-act", "event": name,
        "why": (Reason("alias Kite Pharma"), Reason("type acquisition by rule acquisition-2"), Reason("source tier 1")),
        "evidence": f"Kite today announced that it has agreed to buy {name.title()}.", "sources": (("wire", "https://news.example.org/"),),
    }  # fmt: skip
    return Development(**(fields | more))  # type: ignore[arg-type]


def week(count: int) -> list[Development]:
    """`count` developments of every kind, status and market, the evil titles among them."""
    kinds = ("approval", "acquisition", "trial_readout", "regulatory_rejection")
    statuses = (Status.PROPOSED, Status.PROPOSED, Status.MENTION, Status.REVIEW, Status.ACCEPTED)
    found = []
    for n in range(count):
        title = EVIL_TITLES[(n // 2) % len(EVIL_TITLES)] if count > 1 and n % 2 else f"Kite brought news number {n} to its patients"
        found.append(
            development(
                f"event{n}",
                id=f"event{n}-x",
                headline=title,
                market=(ACT, LM)[n % 3 == 0].id,
                type=kinds[n % 4],
                status=statuses[n % 5],
                importance=1 + n % 5,
                event_date=MONDAY + timedelta(days=n % 7),
                source_name=title or "wire",
                evidence=title,
                line_text=f"In April 2026, {title or 'something'} happened to Kite. " * 2,
                conflict_note=title if n % 4 == 0 else "",
                source_url=f"https://www.example.org/{n}?a=1&b=<2>" if n % 6 == 0 else f"https://www.example.org/news/{n}?a=1&b=2",
                product=title[:50],
                why=(Reason(title), Reason("source tier 1")),
                indication=title,
                agency=title,
            )
        )
    return found


def looked(name: str = "fda-press", outcome: Outcome | None = Outcome.OK, **more: object) -> Coverage:
    return Coverage(name, outcome, START, END, 3, **more)  # type: ignore[arg-type]


COVERAGE = (
    looked("wire"),
    looked("fda-press", Outcome.BLOCKED, detail="a wall answered <b>403</b>"),
    looked("ema", Outcome.NOT_MODIFIED, missed_windows=2),
)


def composed(
    changed: Sequence[Development] = (),
    *,
    edition: Edition = EDITION,
    number: int = 7,
    shown: Mapping[str, Development] | None = None,
    markets: Mapping[str, Market] = MARKETS,
    present: Mapping[str, Sequence[Development]] | None = None,
    coverage: Sequence[Coverage] = COVERAGE,
    **more: Any,
) -> Digest:
    return compose(
        edition, number, START, END, changed=changed, shown_before=shown or {}, markets=markets, types=TYPES, present=present or {},
        coverage=coverage, read=412, kept=len(changed), dropped={"law_firm_alert": 12, "no_tracked_name": 300}, **more,
    )  # fmt: skip


def issue(digest: Digest) -> Issue:
    return Issue(1, digest.edition, digest.number, digest, END)


def delivery(recipient: str = "analyst@example.org", **more: object) -> Delivery:
    return replace(Delivery(1, 1, 0, recipient, True, "0d3ab8c1f6e24795.7", "sending"), **more)  # type: ignore[arg-type]


SOURCE = Source("wire", "https://news.example.org/feed")
