"""Developments for tests of the table and the report: each with its facts, so that a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from monitor.model import Development, Status

FIRST = Development(
    event_date=date(2025, 12, 4),
    date_precision="day",
    market="adoptive-cell-therapy",
    type="approval",
    subtype="expanded_indication",
    headline="FDA approves Breyanzi in marginal zone lymphoma",
    line_text="In December 2025, Bristol Myers Squibb secured U.S. FDA clearance to market Breyanzi (lisocabtagene maraleucel) for "
    "adults with marginal zone lymphoma who had two earlier treatments. The file built on one arm of TRANSCEND FL.",
    status=Status.ACCEPTED,
    players=(("bms", "Bristol Myers Squibb", "sponsor"),),
    product="Breyanzi",
    generic="lisocabtagene maraleucel",
    modality="CAR-T",
    indication="marginal zone lymphoma",
    agency="FDA",
    country="United States",
    region="north-america",
    trial="TRANSCEND FL",
    deal_upfront=None,
    deal_max=None,
    currency=None,
    importance=5,
    relevance="core",
    confidence=0.93,
    source_url="https://news.example.org/a?b=1&c=2",
    source_name="example-news",
    n_sources=4,
    first_seen=datetime(2025, 12, 4, 21, 5, tzinfo=UTC),
    updated_at=datetime(2025, 12, 6, 8, 0, tzinfo=UTC),
    story_id=None,
    supersedes=None,
    conflict_note="",
    reviewed_by="km",
    id="e1-act",
)


def development(id: str = "e1-act", **facts: Any) -> Development:  # noqa: A002
    """The Breyanzi approval, but for what is said."""
    return replace(FIRST, id=id, **facts)


APPROVAL = development()
DEAL = development(
    "e2-act",
    event_date=date(2026, 2, 23),
    type="acquisition",
    subtype="company",
    headline="Gilead to buy Arcellx",
    line_text="In February 2026, Gilead Sciences signed to buy Arcellx for USD 115 a share and a later payment. Anito-cel comes with it.",
    players=(("gilead", "Gilead Sciences", "acquirer"), ("arcellx", "Arcellx", "target")),
    product=None,
    generic=None,
    indication=None,
    agency=None,
    trial=None,
    deal_upfront=7800.0,
    deal_max=8000.0,
    currency="USD",
)
CARVYKTI = development(
    "seed-act-001",
    event_date=date(2022, 2, 1),
    date_precision="month",
    status=Status.BASELINE,
    headline="FDA approves Carvykti",
    line_text="In February 2022, Janssen secured U.S. FDA clearance to market Carvykti for multiple myeloma after four treatments.",
    players=(("jnj", "The Janssen Pharmaceutical Companies of Johnson & Johnson", "sponsor"),),
    product="Carvykti",
    generic="ciltacabtagene autoleucel",
    indication="multiple myeloma after four earlier treatments",
    trial="CARTITUDE-1",
)
GALAPAGOS = development(
    "seed-act-002",
    event_date=date(2023, 6, 1),
    date_precision="month",
    status=Status.BASELINE,
    type="data_presentation",
    subtype="conference",
    line_text="In June 2023, Galapagos brought known data of its CD19 candidate to EHA.",
    players=(("galapagos", "Galapagos NV", "sponsor"),),
    product="GLPG5101",
    generic=None,
    indication="haematological cancers",
    agency=None,
    trial=None,
    headline="Galapagos at EHA",
)
LEPTOMENINGEAL = development(
    "e7-lm",
    market="leptomeningeal-metastases",
    event_date=date(2025, 3, 5),
    type="designation",
    subtype="ODD",
    line_text="In March 2025, Plus Therapeutics won U.S. FDA orphan status for rhenium (186Re) obisbemeda in lung cancer of the meninges.",
    players=(("plus", "Plus Therapeutics", "sponsor"),),
    product="Reyobiq",
    generic="rhenium (186Re) obisbemeda",
    indication="lung cancer with leptomeningeal metastases",
    trial=None,
    headline="Orphan status for Reyobiq",
)
SALE = development(
    "e3-act",
    event_date=date(2024, 9, 17),
    type="asset_sale",
    subtype=None,
    headline="Harbour Cells sells its plant",
    line_text="In September 2024, Harbour Cells sold its Ghent plant to Polder Therapeutics.",
    players=(("harbour", "Harbour Cells", "seller"), ("polder", "Polder Therapeutics", "buyer")),
    product=None,
    generic=None,
    indication=None,
    agency=None,
    trial=None,
)
