"""What one edition says about one week: everything once, nothing silently missing, silence explained."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digest import is_quiet, shortened
from monitor.digest.dates import day_name, period_name
from monitor.digest.wording import clip, money, subject
from monitor.model import Digest, Outcome, Status
from tests.weeks import ACT, COVERAGE, EDITION, END, EVIL_TITLES, LM, MONDAY, START, composed, development, looked, market, week


def shown(digest: Digest) -> list[str]:
    """Ids of everything the digest tells as a headline, an update, a review or a mention; lines to decide about are asked for, not told."""
    return [
        item.development.id
        for section in digest.sections
        for part in (section.headlines, section.updates, section.review, section.mentions)
        for item in part
    ]


def test_the_subject_counts_by_type_and_names_markets_and_week() -> None:
    digest = composed([development(), development("yes", type="approval"), development("no", type="approval")])
    assert digest.subject == "[Markets] 1 deal, 2 approvals – ACT, LM | week 20–26 Apr 2026"


def test_a_purchase_and_its_completion_both_count_as_deals() -> None:
    digest = composed([development(), development("arcellx", type="acquisition_completed")])
    assert "2 deals" in digest.subject


@given(
    counts=st.lists(st.tuples(st.integers(1, 999), st.sampled_from(["approvals", "regulatory recommendations", "deals"])), max_size=9),
    shorts=st.lists(st.text("ABCDEFGH ", min_size=1, max_size=12), min_size=1, max_size=12),
)
def test_no_subject_reaches_70_characters(counts: list[tuple[int, str]], shorts: list[str]) -> None:
    told = subject([f"{count} {label}" for count, label in counts], shorts, "29 Dec 2025–4 Jan 2026")
    assert len(told) < 70


def test_the_preheader_is_the_most_important_fact() -> None:
    digest = composed([development("small", importance=2), development("big", importance=5, headline="Kite bought Big. " * 20)])
    assert digest.preheader.startswith("Kite bought Big.")
    assert len(digest.preheader) <= 90


def test_a_market_tells_at_most_five_headlines_and_the_rest_as_mentions() -> None:
    digest = composed([development(f"d{n}", status=Status.ACCEPTED) for n in range(20)])
    section = digest.sections[0]
    assert (len(section.headlines), len(section.mentions), section.mentions_left_out) == (5, 10, 5)


@pytest.mark.parametrize("count", [0, 1, 40, 300])
def test_every_development_is_told_or_counted_exactly_once(count: int) -> None:
    changed = week(count)
    digest = composed(changed)
    told = shown(digest)
    assert len(told) == len(set(told))
    asked = {item.development.id for section in digest.sections for item in section.proposed}
    left_out = sum(s.mentions_left_out + s.proposed_left_out + s.review_left_out + s.updates_left_out for s in digest.sections)
    headlines = {item.development.id for section in digest.sections for item in section.headlines}
    proposed_headlines_left_out = left_out - (count - len({*told, *asked}))
    assert 0 <= proposed_headlines_left_out <= len(headlines - asked), "a headline whose line did not fit is counted there too"


def test_the_order_in_which_developments_come_changes_nothing() -> None:
    changed = week(40)
    shuffled = changed[:]
    random.Random(7).shuffle(shuffled)
    assert composed(shuffled) == composed(changed)


def test_an_event_of_two_markets_is_told_where_it_is_closest_and_asked_about_in_both() -> None:
    there = development(id="kelonia-lm", market=LM.id, relevance="adjacent")
    digest = composed([development(), there])
    assert shown(digest) == ["kelonia-act"]
    assert digest.subject.startswith("[Markets] 1 deal –")
    assert [[item.development.id for item in section.proposed] for section in digest.sections] == [["kelonia-act"], ["kelonia-lm"]]
    assert "another market" in digest.sections[1].proposed[0].why_it_matters


def test_announcement_and_closing_in_one_week_are_a_headline_and_an_update() -> None:
    closing = development("closing", type="acquisition_completed", event_date=MONDAY + timedelta(days=3), story_id="arcellx")
    section = composed([closing, development("signing", story_id="arcellx")]).sections[0]
    assert [item.development.id for item in section.headlines] == ["signing-act"]
    assert [(item.development.id, item.correction) for item in section.updates] == [("closing-act", "")]


def test_a_step_that_alone_would_be_a_mention_is_an_update_of_the_headline_it_belongs_to() -> None:
    deal = development("deal", story_id="s", first_seen=START - timedelta(days=9))
    closing = development("closing", type="acquisition_completed", status=Status.MENTION, story_id="s")
    section = composed([closing], shown={deal.id: deal}).sections[0]
    assert [one.development.id for one in section.updates] == [closing.id]
    assert section.mentions == ()


def test_the_closing_of_a_deal_in_the_report_is_an_update() -> None:
    present = development("signing", story_id="arcellx", status=Status.ACCEPTED, first_seen=START - timedelta(days=60))
    section = composed([development("closing", story_id="arcellx")], present={ACT.id: [present]}).sections[0]
    assert ([*section.headlines], len(section.updates)) == ([], 1)


def test_a_changed_amount_is_a_correction_of_the_issue_that_showed_it() -> None:
    digest = composed([development(deal_max=6500.0)], shown={"kelonia-act": development(deal_max=7000.0)})
    (item,) = digest.sections[0].updates
    assert item.correction == "total now USD 6.5 billion (was USD 7 billion)"
    assert digest.summary[1] == "Since issue 6: 1 correction."


def test_what_was_shown_is_not_shown_again_when_only_another_outlet_told_it() -> None:
    digest = composed([development(n_sources=12)], shown={"kelonia-act": development(n_sources=3)})
    assert is_quiet(digest)
    assert shown(digest) == []


def test_what_was_shown_and_is_no_longer_told_is_corrected() -> None:
    digest = composed([development(status=Status.WITHDRAWN)], shown={"kelonia-act": development()})
    assert digest.sections[0].updates[0].correction.startswith("withdrawn")


def test_what_a_person_rejected_is_not_told() -> None:
    assert shown(composed([development(status=Status.REJECTED)])) == []


def test_a_first_look_is_not_sold_as_news_unless_it_happened_this_week() -> None:
    before = development("before", baseline=True, event_date=MONDAY - timedelta(days=40))
    this_week = development("now", baseline=True, event_date=MONDAY + timedelta(days=1))
    digest = composed([before, this_week])
    assert shown(digest) == ["now-act"]
    assert digest.summary[-1].startswith("On file, not news: 1 development")


def test_what_was_understood_too_late_for_the_last_issue_is_in_the_next_one() -> None:
    late = development(first_seen=START - timedelta(minutes=1), updated_at=START + timedelta(minutes=1))
    assert [one.development.id for one in composed([late]).sections[0].headlines] == [late.id]


def test_what_one_market_was_told_does_not_come_too_late_in_another() -> None:
    before = {"event_date": MONDAY - timedelta(days=3), "first_seen": START - timedelta(minutes=1)}
    late = development(market=LM.id, id="kelonia-lm", **before)
    sections = composed([late], shown={"kelonia-act": development()}).sections
    assert [item.development.id for one in sections for item in (*one.headlines, *one.mentions)] == []


@pytest.mark.parametrize(
    "known", [{"baseline": True}, {"event_date": MONDAY - timedelta(days=31)}], ids=["from a first look", "for more than a month"]
)
def test_what_was_known_before_is_not_news_because_it_is_told_again(known: dict[str, object]) -> None:
    known = {"event_date": MONDAY - timedelta(days=20), "first_seen": START - timedelta(days=18), **known}
    section = composed([development(**known)]).sections[0]
    assert (section.headlines, section.proposed, section.mentions) == ((), (), ())


def test_an_old_closing_republished_is_no_headline() -> None:
    stale = development("stale", event_date=MONDAY - timedelta(days=200), status=Status.MENTION)
    section = composed([stale]).sections[0]
    assert ([*section.headlines], [item.development.id for item in section.mentions]) == ([], ["stale-act"])


def test_what_needs_review_is_never_a_headline() -> None:
    section = composed([development(status=Status.REVIEW, conflict_note="goal date: 7 July, third quarter")]).sections[0]
    assert ([*section.headlines], section.review[0].why_it_matters) == ([], "Sources disagree: goal date: 7 July, third quarter")


def test_proposed_lines_stand_beside_the_last_three_lines_of_the_report() -> None:
    present = [development(f"p{n}", line_text=f"Line {n}.", first_seen=START - timedelta(days=99)) for n in range(5)]
    assert composed([development()], present={ACT.id: present}).sections[0].present_lines == ("Line 2.", "Line 3.", "Line 4.")


def test_why_it_matters_names_the_list_and_the_present_line() -> None:
    present = development(
        "old", product="YESCARTA", event_date=date(2022, 2, 1), date_precision="month", first_seen=START - timedelta(days=99)
    )
    digest = composed([development(product="YESCARTA")], present={ACT.id: [present]})
    assert digest.sections[0].headlines[0].why_it_matters == (
        "Kite stands in the report's player list A. The report's line of February 2022 already speaks of YESCARTA."
    )


def test_a_player_under_a_new_name_and_an_overtaken_line_are_possibly_stale() -> None:
    bluebird = replace(
        ACT.players["kite"], labels=("bluebird bio",), former_names=(("bluebird bio", None),), stale=True, note="Oncology left."
    )
    seen = {ACT.id: replace(ACT, players={"kite": bluebird}), LM.id: LM}
    assert composed([development(product="YESCARTA")], markets=seen).sections[0].stale == (
        "The report prints bluebird bio; the company is now Kite. Oncology left.",
        "Line of February 2022 (YESCARTA): a wider label since April 2024",
    )


def test_next_dates_lie_within_sixty_days() -> None:
    today = END.date()
    dated = {
        name: replace(ACT.products["yescarta"], id=name, brand=name, next_date=today + timedelta(days=days), next_date_what="goal date")
        for name, days in (("soon", 60), ("late", 61), ("past", -1))
    }
    digest = composed(markets={ACT.id: market(products=dated), LM.id: LM})
    assert digest.sections[0].next_dates == ((today + timedelta(days=60), "soon: goal date"),)


def test_a_quiet_week_says_so_and_names_the_source_that_was_silent() -> None:
    digest = composed()
    assert digest.subject == "[Markets] no reportable developments – ACT, LM | week 20–26 Apr 2026"
    assert digest.summary[0].startswith("No reportable developments: 412 entries read")
    assert digest.summary[-1] == "Sources: 2 of 3 sources answered; not: fda-press blocked."


def test_sources_worth_a_look_come_first() -> None:
    assert [one.source for one in composed().coverage] == ["ema", "fda-press", "wire"]
    assert composed(coverage=(looked("never", None), *COVERAGE[:1])).coverage[0].source == "never"


def test_a_summary_has_at_most_five_lines() -> None:
    assert len(composed([*week(40), development("b", baseline=True, event_date=date(2020, 1, 1))]).summary) == 5


def test_an_edition_restricted_to_a_player_a_type_or_a_weight_tells_only_those() -> None:
    changed = [development(), development("other", players=(("tiny", "Tiny", "sponsor"),)), development("light", importance=1)]
    assert shown(composed(changed, edition=replace(EDITION, players=("tiny",)))) == ["other-act"]
    assert shown(composed(changed, edition=replace(EDITION, minimum_importance=2))) == ["kelonia-act", "other-act"]
    assert shown(composed(changed, edition=replace(EDITION, types=("approval",)))) == []


def test_a_shortened_digest_counts_what_it_dropped() -> None:
    full, short = composed(week(300)), shortened(composed(week(300)), 2)
    for before, after in zip(full.sections, short.sections, strict=True):
        assert len(after.proposed) == 2
        assert len(after.proposed) + after.proposed_left_out == len(before.proposed) + before.proposed_left_out
        assert len(after.mentions) + after.mentions_left_out >= len(before.mentions) + before.mentions_left_out


@settings(max_examples=30)
@given(st.text(max_size=300) | st.sampled_from(EVIL_TITLES))
def test_no_text_of_a_source_enters_the_subject(text: str) -> None:
    plain = composed([development()])
    evil = composed([development(headline=text, source_name=text, indication=text, evidence=text)])
    assert evil.subject == plain.subject


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("2026-04-20T07:00", "2026-04-27T07:00", "week 20–26 Apr 2026"),
        ("2026-04-27T07:00", "2026-05-04T07:00", "week 27 Apr–3 May 2026"),
        ("2025-12-29T07:00", "2026-01-05T07:00", "week 29 Dec 2025–4 Jan 2026"),
        ("2026-04-20T07:00", "2026-04-21T07:00", "20 Apr 2026"),
        ("2026-04-20T18:00", "2026-04-22T18:00", "20–22 Apr 2026"),
    ],
)
def test_a_period_is_named_by_its_days(start: str, end: str, name: str) -> None:
    from datetime import datetime

    assert period_name(datetime.fromisoformat(start), datetime.fromisoformat(end)) == name


def test_dates_are_never_more_exact_than_they_are_known() -> None:
    assert [day_name(date(2026, 5, 1), p) for p in ("day", "month", "quarter", "year")] == ["1 May 2026", "May 2026", "Q2 2026", "2026"]  # type: ignore[arg-type]


def test_amounts_read_as_people_write_them() -> None:
    assert [money(3250, "USD"), money(286, "USD"), money(1000, None), money(0.5, "EUR")] == [
        "USD 3.25 billion", "USD 286 million", "1 billion", "EUR 0.5 million",
    ]  # fmt: skip


@given(st.text(), st.integers(2, 200))
def test_clipped_text_fits_on_one_line(text: str, length: int) -> None:
    assert len(clip(text, length)) <= length
    assert "\n" not in clip(text, length)


def test_a_source_that_only_answered_with_an_empty_feed_still_answered() -> None:
    assert composed(coverage=(looked("quiet", Outcome.EMPTY),)).summary[-1] == "Sources: 1 of 1 source answered."
