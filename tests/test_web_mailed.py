"""Links in mails, followed as mail programs, scanners and people follow them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest

from monitor import delivering, web
from monitor.links import Links, Verb
from monitor.model import Development, Status
from tests.newsroom import DAY, EDITION, HOUR, MONDAY, WEEK, Newsroom, newsroom
from tests.test_service import by_mail
from tests.test_sinks_email import Relay, running

SECRET = "tests know it, and nobody else should"
BY_MAIL = EDITION.replace("sinks: [{folder: digests}]", "recipients: [anna@example.org, ben@example.org]\n    sinks: [{email: true}]")
APPROVED = "FDA approves Breyanzi from Bristol Myers Squibb for marginal zone lymphoma"
ANNA = "anna@example.org"


@contextmanager
def mailed(folder: Path) -> Iterator[tuple[Newsroom, Links]]:
    """A newsroom with one proposed line, an issue that tells it, and the web server."""
    with newsroom(folder, editions=BY_MAIL) as room:
        room.tell("wire", APPROVED)
        room.read(room.now + HOUR)
        room.issue(MONDAY)
        settings = web.Settings(port=0, public="http://127.0.0.1", secret=SECRET)
        with web.serving(web.app(room.monitor, settings), settings) as where:
            yield room, Links(where, SECRET)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Newsroom, Links]]:
    with mailed(tmp_path) as both:
        yield both


def line(room: Newsroom) -> Development:
    (found,) = room.table()
    return found


def act(room: Newsroom, links: Links, verb: Verb) -> str:
    return links.act(verb, line(room), ANNA, room.now)


def test_looking_at_the_link_to_unsubscribe_changes_nothing_and_a_post_ends_the_edition(opened: tuple[Newsroom, Links]) -> None:
    room, links = opened
    url = links.leave("weekly", ANNA)
    assert [httpx.request(method, url).status_code for method in ("GET", "HEAD")] == [200, 405]
    assert room.monitor.store.suppressions() == ()
    for _ in range(2):
        answer = httpx.post(url, content="List-Unsubscribe=One-Click", headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    room.issue(MONDAY + WEEK)
    states = {one.recipient: one.state for one in room.monitor.store.deliveries(issue=2)}
    assert states == {ANNA: "suppressed", "ben@example.org": "pending"}
    assert "gets no more issues" in httpx.get(url).text


def test_the_headers_of_the_mail_that_came_end_the_edition_by_one_post(tmp_path: Path) -> None:
    relay, public = Relay(), "https://monitor.example.org"
    with running(relay) as port:
        secrets = {**by_mail(port), "MONITOR_WEB_PUBLIC_URL": public, "MONITOR_WEB_SECRET": SECRET}
        with newsroom(tmp_path, editions=BY_MAIL, first_look=False, secrets=secrets) as room:
            room.issue(MONDAY)
            assert delivering.deliver(room.monitor) == {"sent": 2}
            came = next(one for one in relay.took if one.rcpt_tos == [ANNA])
            headers = message_from_bytes(came.content)  # type: ignore[arg-type]
            (url,) = re.findall(rf"<({public}/unsubscribe/[^>]+)>", headers["List-Unsubscribe"])
            settings = web.Settings(port=0, public=public, secret=SECRET)
            with web.serving(web.app(room.monitor, settings), settings) as here:
                way, value = headers["List-Unsubscribe-Post"].split("=")
                assert httpx.post(url.replace(public, here), data={way: value}).status_code == 200
            assert [(one.address, one.edition) for one in room.monitor.store.suppressions()] == [(ANNA, "weekly")]


@pytest.mark.parametrize("what", ["leave", "act"])
def test_a_link_that_is_not_ours_leads_nowhere(opened: tuple[Newsroom, Links], what: str) -> None:
    room, links = opened
    right = links.leave("weekly", ANNA) if what == "leave" else act(room, links, "accept")
    other = replace(links, secret=SECRET + "!")
    forged = other.leave("weekly", ANNA) if what == "leave" else act(room, other, "accept")
    swapped = right.replace("/unsubscribe/", "/x/").replace("/decide/", "/unsubscribe/").replace("/x/", "/decide/")
    for url in (forged, right[:-1], right + "x", swapped, right.replace(".", "/", 1), links.public + "/decide/é.x"):
        assert {httpx.get(url).status_code, httpx.post(url).status_code} <= {404}, url
    assert room.monitor.store.suppressions() == ()
    assert line(room).status is Status.PROPOSED


def test_a4_a_line_is_accepted_by_one_click_and_a_second_changes_nothing(opened: tuple[Newsroom, Links]) -> None:
    room, links = opened
    url = act(room, links, "accept")
    shown = httpx.get(url)
    assert shown.status_code == 200
    assert line(room).line_text in shown.text
    assert "<button>Accept this line</button>" in shown.text
    assert line(room).status is Status.PROPOSED
    assert httpx.post(url).status_code == 200
    accepted = line(room)
    assert (accepted.status, accepted.reviewed_by, accepted.reviewed_at) == (Status.ACCEPTED, ANNA, room.now)
    room.now += HOUR
    assert httpx.post(url).status_code == 410
    assert httpx.post(links.act("reject", accepted, "ben@example.org", room.now)).status_code == 410
    assert line(room) == accepted
    assert len(room.monitor.store.decisions(accepted.id)) == 1


def test_a_line_is_edited_in_the_words_that_were_typed(opened: tuple[Newsroom, Links]) -> None:
    room, links = opened
    url = act(room, links, "edit")
    assert httpx.post(url, data={"line": "  "}).status_code == 400
    assert httpx.post(url, data={"line": "In April 2026, <b>we</b>\nsaid so."}).status_code == 200
    assert (line(room).status, line(room).line_text) == (Status.EDITED, "In April 2026, <b>we</b> said so.")
    assert "<b>" not in httpx.get(url).text


def test_a_line_is_rejected(opened: tuple[Newsroom, Links]) -> None:
    room, links = opened
    assert httpx.post(act(room, links, "reject")).status_code == 200
    assert line(room).status is Status.REJECTED


def test_a_link_of_a_line_that_reads_otherwise_now_says_so_and_does_nothing(opened: tuple[Newsroom, Links]) -> None:
    room, links = opened
    old = links.act("accept", replace(line(room), line_text="It was told otherwise."), ANNA, room.now)
    for answer in (httpx.get(old), httpx.post(old)):
        assert (answer.status_code, "reads otherwise" in answer.text) == (410, True)
    assert line(room).status is Status.PROPOSED


def test_a_link_is_good_for_thirty_days(opened: tuple[Newsroom, Links]) -> None:
    room, links = opened
    url = act(room, links, "accept")
    room.now += 30 * DAY
    assert httpx.post(url).status_code == 410
    assert line(room).status is Status.PROPOSED


# ---- what waits for a person -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "more", "state"), [(HOUR, "", "pending"), (25 * HOUR, "", "held"), (HOUR, "    approve: true\n", "held")])
def test_a_late_issue_and_one_to_be_approved_wait_for_a_person(tmp_path: Path, late: object, more: str, state: str) -> None:
    with newsroom(tmp_path, editions=EDITION + more) as room:
        room.issue(MONDAY + late)  # type: ignore[operator]
        assert [one.state for one in room.monitor.store.deliveries()] == [state]
        if state == "held":
            assert delivering.deliver(room.monitor) == {}
            (issue,) = delivering.approve(room.monitor, "weekly")
            assert issue.number == 1
        assert delivering.deliver(room.monitor) == {"sent": 1}


def test_a_preview_takes_no_number_and_a_copy_sent_again_says_so(tmp_path: Path) -> None:
    with newsroom(tmp_path, editions=BY_MAIL) as room:
        room.now = MONDAY - HOUR
        assert delivering.preview(room.monitor, "weekly").number == 1
        assert room.monitor.store.issues() == ()
        room.issue(MONDAY)
        assert delivering.resend(room.monitor, 1) == 2
        assert delivering.resend(room.monitor, 1, "carl@example.org") == 1
        rows = room.monitor.store.deliveries()
        assert sorted((one.recipient, one.resent) for one in rows) == [
            (ANNA, 0), (ANNA, 1), ("ben@example.org", 0), ("ben@example.org", 1), ("carl@example.org", 1),
        ]  # fmt: skip
        assert len({one.message_id for one in rows}) == 5
