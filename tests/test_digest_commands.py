"""`monitor digest` as a person types it: preview, approve, send, resend and archive, over a real relay on loopback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.commands import Ran, monitor
from tests.loopback import Web
from tests.newsroom import ACT, LM, Outlet, feeds_yaml
from tests.test_service import by_mail, until
from tests.test_sinks_email import Relay, running

PEOPLE = ["ann@example.org", "bob@example.org"]
EDITIONS = (
    "".join(
        f'  - {{name: {name}, markets: [{ACT}, {LM}], schedule: "mon 07:00", time_zone: Europe/Berlin, recipients: [{", ".join(PEOPLE)}], '
        f"sinks: [{{email: true}}]{more}}}\n"
        for name, more in (("weekly", ""), ("careful", ", approve: true"))
    )
    + f'  - {{name: filed, markets: [{ACT}], schedule: "mon 07:00", time_zone: Europe/Berlin}}\n'
)


@dataclass
class Desk:
    """A folder with its feeds.yaml, a relay, and the commands typed there."""

    folder: Path
    relay: Relay
    environ: dict[str, str] = field(default_factory=dict)

    def type(self, *words: str | Path, **environ: str) -> Ran:
        return monitor(*words, folder=self.folder, **{**self.environ, **environ})

    def mails(self) -> list[EmailMessage]:
        contents = [one.content for one in self.relay.took if isinstance(one.content, bytes)]
        return [message_from_bytes(content, policy=policy.default) for content in contents]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    relay = Relay()
    with Web({"/wire": Outlet()}) as web, running(relay) as port:
        (tmp_path / "feeds.yaml").write_text(feeds_yaml(web, {"wire": 1}, EDITIONS))
        yield Desk(tmp_path, relay, by_mail(port) | {"MONITOR_ALLOW_HOSTS": f"127.0.0.1:{web.port}"})


def test_a_preview_is_a_page_for_the_browser_and_leaves_nothing_else(desk: Desk) -> None:
    said = desk.type("digest", "preview", "weekly")
    assert (said.code, said.err) == (0, "")
    assert re.fullmatch(r"preview-weekly\.html: \[Markets\] .+ – ACT, LM \| .+\n", said.out)
    page = (desk.folder / "preview-weekly.html").read_text(encoding="utf-8")
    assert "Issue 1 · " in page
    assert "cid:" not in page, "a browser has no mail to find the picture in"
    assert desk.type("digest", "archive", "--json").json == []
    assert desk.relay.took == []


def test_a_preview_opens_where_pages_are_opened(desk: Desk) -> None:
    programs = desk.folder / "programs"
    programs.mkdir()
    (programs / "xdg-open").write_text(f'#!/bin/sh\necho "$1" >> {desk.folder}/opened\n')
    (programs / "xdg-open").chmod(0o755)
    said = desk.type("digest", "preview", "weekly", "--output", "next.html", "--open", PATH=f"{programs}:/usr/bin:/bin")
    assert said.code == 0, said.err
    shown = until(lambda: (desk.folder / "opened").exists() and (desk.folder / "opened").read_text().strip(), "a page to be opened")
    assert Path(shown) == desk.folder / "next.html"


def test_a_test_goes_to_one_person_and_counts_for_nothing(desk: Desk) -> None:
    said = desk.type("digest", "send", "weekly", "--to", "me@example.org")
    assert said.code == 0, said.err
    assert said.out.startswith("me@example.org: 250")
    (mail,) = desk.mails()
    assert (desk.relay.took[0].rcpt_tos, mail["To"]) == (["me@example.org"], "me@example.org")
    assert str(mail["Subject"]).startswith("[Test]")
    assert desk.type("digest", "archive", "--json").json == []


def test_an_issue_is_in_the_archive_with_what_became_of_it(desk: Desk) -> None:
    assert desk.type("issue", "weekly").code == 0
    assert sorted(one.rcpt_tos[0] for one in desk.relay.took) == PEOPLE
    (listed,) = desk.type("digest", "archive", "--edition", "weekly", "--json").json
    assert (listed["issue"], listed["edition"], listed["number"], listed["state"]) == (1, "weekly", 1, "sent")
    assert listed["subject"] == str(desk.mails()[0]["Subject"])
    one = desk.type("digest", "archive", "1", "--json").json
    assert sorted(each["recipient"] for each in one["deliveries"]) == PEOPLE
    assert "Issue 1 · " in one["text"]
    shown = desk.type("digest", "archive", "1")
    assert (shown.code, "Issue 1 · " in shown.out, PEOPLE[0] in shown.out) == (0, True, True)
    assert desk.type("digest", "archive", "--edition", "careful", "--json").json == []


def test_an_issue_is_sent_again_to_all_or_to_one_and_says_so(desk: Desk) -> None:
    desk.type("issue", "weekly")
    again = desk.type("digest", "resend", "1", "--json")
    assert again.code == 0
    assert [(one["recipient"], one["state"], one["resent"]) for one in again.json] == [(person, "sent", 1) for person in PEOPLE]
    assert desk.type("digest", "resend", "1", "--to", "carl@example.org").code == 0
    assert [one.rcpt_tos[0] for one in desk.relay.took] == [*PEOPLE, *PEOPLE, "carl@example.org"]
    mails = desk.mails()
    assert len({str(one["Message-ID"]) for one in mails}) == len(mails)
    first = str(mails[0]["Subject"])
    assert [str(one["Subject"]) == first for one in mails] == [True, True, False, False, False]
    assert all("again" in str(one["Subject"]) for one in mails[2:])


def test_an_issue_that_waits_goes_when_somebody_approves_it_and_only_once(desk: Desk) -> None:
    desk.type("issue", "careful")
    assert desk.relay.took == []
    assert desk.type("digest", "archive", "--json").json[0]["state"] == "waiting"
    approved = desk.type("digest", "approve", "careful", "--json")
    assert (approved.code, approved.json[0]["state"]) == (0, "sent")
    assert sorted(one.rcpt_tos[0] for one in desk.relay.took) == PEOPLE
    again = desk.type("digest", "approve", "careful")
    assert (again.code, "waits for approval" in again.err) == (2, True)
    assert len(desk.relay.took) == len(PEOPLE)


def test_a_relay_that_is_down_is_something_to_look_at(desk: Desk) -> None:
    desk.type("issue", "careful")
    down = {"MONITOR_SMTP_PORT": "1"}
    approved = desk.type("digest", "approve", "1", "--json", **down)
    assert (approved.code, approved.json[0]["state"]) == (1, "pending")
    tried = desk.type("digest", "send", "weekly", "--to", "me@example.org", **down)
    assert tried.code == 2
    assert "nothing was taken" in tried.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("preview", "weakly"), "no edition 'weakly' in .*feeds.yaml; there is: weekly, careful, filed"),
        (("send", "weakly", "--to", "me@example.org"), "no edition 'weakly'"),
        (("approve", "weakly"), "no edition 'weakly'"),
        (("archive", "9"), "no issue 9"),
        (("archive", "--edition", "weakly"), "no edition 'weakly'"),
        (("send", "weekly", "--to", "me@example.org, you@example.org"), "address"),
        (("preview", "weekly", "--output", "feeds.yaml/next.html"), "cannot write feeds.yaml/next.html"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_word_is_named_and_nothing_is_done(desk: Desk, words: tuple[str, ...], told: str) -> None:
    said = desk.type("digest", *words)
    assert (said.code, said.out) == (2, "")
    assert re.search(told, said.err), said.err
    assert "Traceback" not in said.err
    assert desk.relay.took == []
    assert list(desk.folder.glob("*.html")) == []


def test_without_a_relay_a_test_says_what_to_set(desk: Desk) -> None:
    said = desk.type("digest", "send", "weekly", "--to", "me@example.org", MONITOR_SMTP_HOST="")
    assert (said.code, "MONITOR_SMTP_HOST" in said.err) == (2, True)


def test_an_edition_without_mail_is_not_sent_again(desk: Desk) -> None:
    assert desk.type("issue", "filed").code == 0
    said = desk.type("digest", "resend", "1")
    assert (said.code, "is not sent by e-mail" in said.err) == (2, True)
    files = desk.type("digest", "archive", "--json").json[0]["files"]
    assert (desk.folder / "digests" / "0001-filed.eml").as_posix() in files
