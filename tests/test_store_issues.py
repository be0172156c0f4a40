"""Issues and their outbox: one issue for a period however many clocks there are, and every delivery in exactly one state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from monitor.errors import NotFound
from monitor.model import Coverage, Delivery, Development, Digest, DigestItem, Issue, MarketSection, Outcome
from monitor.store import EditionState, NewDelivery, Store
from tests.told import HOUR, NOW, line

WEEK = timedelta(days=7)
START, END = NOW - WEEK, NOW
OUTBOX = (NewDelivery(0, "", True), NewDelivery(1, "Anna@example.org", False), NewDelivery(1, "ben@example.org", True))


def content(*headlines: Development, mentions: tuple[Development, ...] = ()) -> Callable[[int], Digest]:
    """What composes a digest that tells these."""
    section = MarketSection(
        "act", "Adoptive cell therapy", "ACT", headlines=tuple(DigestItem(one, "why") for one in headlines),
        mentions=tuple(DigestItem(one, "") for one in mentions), next_dates=((NOW.date(), "decision"),),
    )  # fmt: skip
    looked = Coverage("wire-one", Outcome.OK, START, END, 12)
    said = ("Europe/Berlin", "subject", "", ("one",), (section,), (looked,), 12, 3, (("noise", 9),))
    return lambda number: Digest("weekly", "Weekly", number, START, END, *said)


def issued(
    store: Store, *headlines: Development, start: datetime = START, end: datetime = END, outbox: tuple[NewDelivery, ...] = OUTBOX
) -> Issue | None:
    return store.create_issue("weekly", content(*headlines), outbox, start, end, end + WEEK, end + HOUR)


def claimed(store: Store, now: datetime = NOW + HOUR) -> list[Delivery]:
    """All that is due."""
    return list(iter(lambda: store.claim_delivery(now, HOUR), None))


# ---- editions --------------------------------------------------------------------------------------------------------


def test_an_edition_is_due_once_its_moment_has_come(store: Store) -> None:
    assert store.edition_state("weekly") is None
    store.plan_edition("weekly", NOW, NOW - HOUR)
    assert store.due_editions(NOW - HOUR) == ()
    assert store.due_editions(NOW) == (EditionState("weekly", NOW),)


def test_a_moment_that_was_issued_already_is_not_planned_again(store: Store) -> None:
    store.plan_edition("weekly", END, NOW)
    issued(store)
    store.plan_edition("weekly", END, NOW)
    assert store.edition_state("weekly") == EditionState("weekly", END + WEEK, 1, END)
    store.plan_edition("weekly", END + HOUR, NOW)
    assert store.edition_state("weekly") == EditionState("weekly", END + HOUR, 1, END)


# ---- issues ----------------------------------------------------------------------------------------------------------


def test_an_issue_comes_back_with_its_digest_frozen(store: Store) -> None:
    made = issued(store, line("e1"))
    assert made is not None
    assert store.issue(made.id) == made
    assert (made.number, made.digest.number, made.created) == (1, 1, END + HOUR)
    with pytest.raises(NotFound):
        store.issue(99)


def test_two_clocks_make_one_issue(store: Store, database_url: str) -> None:
    with Store.open(database_url) as other:
        assert issued(store) is not None
        assert issued(other) is None
    assert len(store.deliveries()) == len(OUTBOX)


def test_a_period_that_reaches_into_an_issued_one_is_not_issued(store: Store) -> None:
    issued(store)
    assert issued(store, end=END + HOUR) is None
    made = issued(store, start=END, end=END + WEEK)
    assert made is not None
    assert made.number == 2


def test_an_issue_that_cannot_be_composed_leaves_nothing(store: Store) -> None:
    def broken(number: int) -> Digest:
        raise ZeroDivisionError(number)

    store.plan_edition("weekly", END, NOW)
    with pytest.raises(ZeroDivisionError):
        store.create_issue("weekly", broken, OUTBOX, START, END, END + WEEK, NOW)
    assert store.edition_state("weekly") == EditionState("weekly", END)
    assert store.deliveries() == ()


def test_what_an_edition_showed_is_remembered_as_it_last_showed_it(store: Store) -> None:
    issued(store, line("e1"), line("e2"))
    later = line("e1", agency="EMA")
    issued(store, later, start=END, end=END + WEEK)
    assert store.shown_before("weekly") == {"e1-act": later, "e2-act": line("e2")}
    assert store.shown_before("daily") == {}


def test_message_ids_are_stable_for_an_issue_and_a_recipient_and_differ_between_databases(store: Store, tmp_path: object) -> None:
    issued(store)
    issued(store, start=END, end=END + WEEK)
    keys = [one.message_id for one in store.deliveries()]
    assert len(set(keys)) == len(keys)
    with Store.open(f"sqlite:///{tmp_path}/other.db") as other:
        issued(other)
        assert not {one.message_id for one in other.deliveries()} & set(keys)


# ---- the outbox ------------------------------------------------------------------------------------------------------


def test_every_recipient_has_a_delivery_and_it_is_claimed_once(store: Store, database_url: str) -> None:
    issued(store)
    with Store.open(database_url) as other:
        found = [*claimed(store), *claimed(other)]
    assert [(one.sink, one.recipient, one.health, one.state, one.attempts) for one in found] == [
        (0, "", True, "sending", 1),
        (1, "Anna@example.org", False, "sending", 1),
        (1, "ben@example.org", True, "sending", 1),
    ]


def test_a_delivery_is_in_the_state_it_was_settled_in(store: Store) -> None:
    issued(store)
    one, two, three = claimed(store)
    store.settle_delivery(one.id, "sent", NOW + HOUR, "250 queued")
    store.settle_delivery(two.id, "failed", NOW + HOUR, "550 unknown")
    store.settle_delivery(three.id, "pending", NOW + HOUR, "451 later", NOW + 2 * HOUR)
    assert [(each.state, each.detail, each.sent_at, each.next_try) for each in store.deliveries()] == [
        ("sent", "250 queued", NOW + HOUR, None),
        ("failed", "550 unknown", None, None),
        ("pending", "451 later", None, NOW + 2 * HOUR),
    ]
    assert claimed(store, NOW + HOUR) == []
    assert [each.attempts for each in claimed(store, NOW + 2 * HOUR)] == [2]
    with pytest.raises(NotFound):
        store.settle_delivery(99, "sent", NOW)


def test_after_a_crash_mail_is_in_doubt_and_files_are_written_again(store: Store) -> None:
    issued(store)
    claimed(store)
    assert store.recover_deliveries(NOW + 2 * HOUR) == 2
    assert [one.state for one in store.deliveries()] == ["pending", "in_doubt", "in_doubt"]
    assert [one.recipient for one in claimed(store, NOW + 2 * HOUR)] == [""]


def test_what_another_process_may_still_be_sending_is_left_to_it(store: Store) -> None:
    issued(store)
    claimed(store)
    assert store.recover_deliveries(NOW + 2 * HOUR - timedelta(seconds=1)) == 0
    assert [one.state for one in store.deliveries()] == ["sending"] * 3


def test_what_arrived_after_all_is_settled_though_it_was_in_doubt(store: Store) -> None:
    issued(store)
    found = claimed(store)
    store.recover_deliveries(NOW + 2 * HOUR)
    store.settle_delivery(found[1].id, "sent", NOW)
    assert store.deliveries(["sent"])[0].id == found[1].id


def test_nothing_to_recover_is_nothing(store: Store) -> None:
    issued(store)
    assert store.recover_deliveries(NOW) == 0
    assert [one.state for one in store.deliveries()] == ["pending"] * 3


def test_the_outbox_of_one_issue_or_state_alone(store: Store) -> None:
    first = issued(store)
    issued(store, start=END, end=END + WEEK, outbox=OUTBOX[:1])
    assert first is not None
    assert len(store.deliveries(issue=first.id)) == 3
    claimed(store, END + HOUR)
    assert len(store.deliveries(["pending"])) == 1
