"""A digest that has something in every place, so that rendering it uses every name a template may use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from monitor.model import (
    Confirmation,
    Coverage,
    Delivery,
    Development,
    Digest,
    DigestItem,
    Issue,
    MarketSection,
    Outcome,
    Reason,
    Status,
    Trend,
)

END = datetime(2026, 1, 26, 6, 0, tzinfo=UTC)
START = END - timedelta(weeks=1)

DEVELOPMENT = Development(
    event_date=date(2026, 1, 20), date_precision="day", market="sample-market", type="approval", subtype="initial",
    headline="Sample Company received approval of Samplecel", line_text="In January 2026, Sample Company received approval of Samplecel.",
    status=Status.PROPOSED, players=(("sample", "Sample Company", "sponsor"),), product="Samplecel", generic="samplecel autoleucel",
    modality="CAR-T", indication="a disease", agency="FDA", country="United States", region="north-america", trial="SAMPLE-1",
    deal_upfront=10.0, deal_max=20.0, currency="USD", importance=5, relevance="core", confidence=0.9,
    source_url="https://source.example/1", source_name="sample-source", n_sources=3, first_seen=START, updated_at=START,
    story_id="story", supersedes="earlier", conflict_note="one source says 2 January", reviewed_by=None, id="sample",
    why=(Reason("type approval by rule approval-1"),), evidence="Sample Company said so.",
    sources=(("sample-source", "https://source.example/1"),), flag="a later source says 2 January",
    confirmed=Confirmation("confirmed", "sample-register", date(2026, 1, 20)),
)  # fmt: skip

ITEM = DigestItem(
    DEVELOPMENT,
    why_it_matters="the first of its kind",
    correction="the date is 20 January, not 19 January",
    already="Already sent in alert 1 of 20 Jan 2026.",
)

SECTION = MarketSection(
    market="sample-market", name="Sample market", short="SM", headlines=(ITEM,), proposed=(ITEM,), updates=(ITEM,), mentions=(ITEM,),
    mentions_left_out=1, review=(ITEM,), present_lines=("In May 2025, an earlier line.",), next_dates=((date(2026, 3, 1), "a decision"),),
    stale=("a player's name",), overdue=("FDA decision on Samplecel: was due by 10 Jan 2026; nothing seen",),
    proposed_left_out=1, updates_left_out=1, review_left_out=1, notes_left_out=1,
    trend=Trend(tuple(date(2025, 11, 3) + timedelta(weeks=n) for n in range(12)), (("Approvals", (0, 1, 0, 2, 0, 0, 1, 0, 0, 3, 0, 1)),)),
)  # fmt: skip

FULL = Digest(
    edition="sample", title="Sample edition", number=1, start=START, end=END, time_zone="Europe/Berlin",
    subject="[Markets] 1 approval – SM | 19–25 Jan 2026", preheader="Sample Company received approval", summary=("New events 1",),
    sections=(SECTION,),
    coverage=(
        Coverage("sample-source", Outcome.OK, START, END, 3),
        Coverage("sample-wall", Outcome.BLOCKED, START, None, 0, "a wall answered", missed_windows=1),
        Coverage("sample-new", None, None, None, 0),
    ),
    read=3, kept=1, dropped=(("no_tracked_name", 2),), known_only=1, intro="A word from the desk.",
)  # fmt: skip
QUIET = replace(FULL, sections=(replace(MarketSection("sample-market", "Sample market", "SM")),), coverage=FULL.coverage[:1], dropped=())


def issue(subject: str) -> Issue:
    """The sample as an issue, under a subject of the caller's."""
    return Issue(id=1, edition=FULL.edition, number=1, digest=replace(FULL, subject=subject), created=END)


DELIVERY = Delivery(
    id=1, issue=1, sink=0, recipient="reader@example.org", health=True, message_id="<sample.1@example.org>", state="sending"
)  # fmt: skip
