"""Where an issue goes: who gets a row of the outbox, what a mail is made of, what a folder holds, when to try again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import sinks
from monitor.errors import DeliveryError, MonitorError
from monitor.model import Development, Group, SinkConfig
from monitor.render import Renderer
from monitor.sinks import mail
from tests.conftest import ROOT
from tests.weeks import ACT, EDITION, END, EVIL_TITLES, composed, delivery, development, issue, week

SENDER = "Market Monitor <monitor@example.org>"
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "List-Id", "List-Unsubscribe", "Auto-Submitted", "Content-Type"]
RENDERER = Renderer(ROOT / "templates")
TEXTS = (
    st.text(max_size=300) | st.sampled_from(EVIL_TITLES) | st.text(st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp")), max_size=50)
)


def built(subject: str = "[Markets] 1 deal", html: str = "<p>x</p>", text: str = "x\n", recipient: str = "analyst@example.org") -> bytes:
    one = issue(replace(composed(), subject=subject))
    return mail.build(one, delivery(recipient), sender=SENDER, html=html, text=text)


def read(message: bytes) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(message, policy=policy.default))


def post(folder: Path, lines: tuple[Development, ...] = ()) -> sinks.Post:
    return sinks.Post(folder, None, RENDERER, lambda market, proposed: lines)


# ---- the bytes of a mail ---------------------------------------------------------------------------------------------


def test_every_header_stands_exactly_once() -> None:
    assert message_from_bytes(built()).keys() == HEADERS


def test_the_headers_say_who_what_when_and_that_nobody_need_answer() -> None:
    raw = message_from_bytes(built())
    assert (raw["From"], raw["To"]) == ("Market Monitor <monitor@example.org>", "analyst@example.org")
    assert raw["Date"] == "Mon, 27 Apr 2026 05:00:00 +0000"
    assert raw["List-Id"] == "<weekly.example.org>"
    assert raw["List-Unsubscribe"] == "<mailto:monitor@example.org?subject=unsubscribe%20weekly>"
    assert raw["Auto-Submitted"] == "auto-generated"


def test_the_message_id_is_what_the_outbox_made_at_the_senders_domain() -> None:
    assert message_from_bytes(built())["Message-ID"] == f"<{delivery().message_id}@example.org>"


def test_a_file_that_nobody_is_sent_is_called_after_its_issue() -> None:
    assert message_from_bytes(built(recipient=""))["Message-ID"] == "<weekly.7@example.org>"


def test_a_message_id_that_would_end_its_header_never_leaves() -> None:
    one, broken = issue(composed()), delivery(message_id="a\r\nBcc: x@y.z\r\nX: ")
    with pytest.raises(DeliveryError, match="does not read back"):
        mail.build(one, broken, sender=SENDER, html="<p>x</p>", text="x")


def test_the_same_mail_built_twice_is_the_same_bytes() -> None:
    assert built() == built()


@settings(max_examples=300, deadline=None)
@given(subject=TEXTS, html=TEXTS, text=TEXTS)
def test_no_text_adds_or_removes_a_header(subject: str, html: str, text: str) -> None:
    message = built(subject, html, text)
    assert message_from_bytes(message).keys() == HEADERS
    assert read(message).keys() == HEADERS


@pytest.mark.parametrize("title", EVIL_TITLES)
def test_a_mail_reads_back_the_same_after_a_relay_rewrote_it(title: str) -> None:
    # Python 3.11.7 writes an encoded line break out as a second header: what a careless next hop would do (CVE-2024-6923).
    again = message_from_bytes(read(built(title)).as_bytes())
    assert again.keys() == HEADERS


def test_an_encoded_word_in_a_title_is_shown_and_not_decoded() -> None:
    assert str(read(built("=?utf-8?q?news=0ABcc=3A_evil=40x?="))["Subject"]) == "= ?utf-8?q?news=0ABcc=3A_evil=40x?="


@settings(max_examples=200, deadline=None)
@given(html=TEXTS, text=TEXTS)
def test_only_ascii_and_whole_line_ends_leave(html: str, text: str) -> None:
    message = built(html=html, text=text)
    assert message.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", message)
    assert max(map(len, message.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("content", ["Grüße – 国家 🧬\n\n.\n..\nFrom here\n" + "x" * 2000, "trailing space \nand tab\t\n", "国" * 500, ""])
def test_text_and_page_arrive_as_they_were_written_text_first(content: str) -> None:
    parts = list(read(built(html=content, text=content)).iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in parts] == [content.rstrip("\n")] * 2


def test_a_subject_with_a_dash_arrives_whole() -> None:
    subject = composed([development()]).subject
    assert str(read(built(subject))["Subject"]) == subject


@given(TEXTS)
def test_a_header_is_one_short_line_of_text(text: str) -> None:
    safe = mail.header_safe(text)
    assert len(safe) <= 200
    assert safe.isprintable() or not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", safe)
    assert "=?" not in safe


@pytest.mark.parametrize(
    "bad",
    [
        "b@t>\r\nRCPT TO:<evil@x",
        "b@t> <evil@x>",
        "<a@b>, <c@d>",
        "a@b.org\n",
        "no address",
        "a@b@c",
        "ä@example.org",
        "a b@example.org",
        "",
        "<>",
    ],
)
def test_an_address_that_could_smuggle_is_refused(bad: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        built(recipient=bad or " ")
    assert refused.value.fate == "failed"


def test_a_domain_in_other_letters_is_written_in_ascii() -> None:
    assert mail.address("Ann <ann@bücher.example>") == "ann@xn--bcher-kva.example"


# ---- folder ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 40, 300])
def test_a_folder_gets_the_mail_the_page_and_the_text(tmp_path: Path, count: int) -> None:
    where = sinks.deliver(delivery(""), issue(composed(week(count))), EDITION, post(tmp_path), END)
    assert where == str(tmp_path / "digests/0007-weekly.eml")
    assert sorted(path.name for path in (tmp_path / "digests").iterdir()) == ["0007-weekly.eml", "0007-weekly.html", "0007-weekly.txt"]
    text, html = read(Path(where).read_bytes()).iter_parts()
    assert html.get_content().split() == (tmp_path / "digests/0007-weekly.html").read_text().split()
    assert text.get_content().splitlines() == (tmp_path / "digests/0007-weekly.txt").read_text().splitlines()
    assert Path(where).stat().st_size < 500_000


def test_delivering_to_a_folder_twice_leaves_the_same_bytes(tmp_path: Path) -> None:
    for _ in range(2):
        sinks.deliver(delivery(""), issue(composed(week(40))), EDITION, post(tmp_path), END)
    assert len(list((tmp_path / "digests").iterdir())) == 3


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "..", "\x00", "con nul", "Ünïcode", "x" * 300])
def test_a_file_name_holds_only_safe_parts(tmp_path: Path, name: str) -> None:
    one = issue(replace(composed(), edition=name))
    sinks.deliver(delivery(""), replace(one, edition=name), EDITION, post(tmp_path / "out"), END)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3
    assert all(re.fullmatch(r"0007-[a-z0-9-]+\.(eml|html|txt)", path.name) for path in (tmp_path / "out/digests").iterdir())


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "digests").write_text("a file in the way")
    with pytest.raises(DeliveryError, match="digests") as refused:
        sinks.deliver(delivery(""), issue(composed()), EDITION, post(tmp_path), END)
    assert refused.value.fate == "retry"


# ---- report ----------------------------------------------------------------------------------------------------------

REPORT = EDITION.__class__(
    "weekly", (ACT.id,), ("mon",), "07:00", "Europe/Berlin", sinks=(SinkConfig("report", path="act.txt", market=ACT.id),)
)


def test_a_report_gains_the_accepted_line_once(tmp_path: Path) -> None:
    path = tmp_path / "act.txt"
    path.write_text("Overview\n\nWords.\n\nRecent Developments\n\n- In May 2023, Kite presented data.\n\nOutlook\n\nMore words.\n")
    line = development().line_text
    for expected in ("1 added", "0 added"):
        told = sinks.deliver(delivery(""), issue(composed()), REPORT, post(tmp_path, (development(),)), END)
        assert told.endswith(expected)
    assert path.read_text().count(line) == 1


def test_a_report_says_by_its_marker_what_becomes_of_the_lines(tmp_path: Path) -> None:
    edition = replace(REPORT, sinks=(SinkConfig("report", path="act.md", market=ACT.id),))
    path = tmp_path / "act.md"
    path.write_text("## Recent Developments\n\n<!-- monitor: form=table -->\n")
    sinks.deliver(delivery(""), issue(composed()), edition, post(tmp_path, (development(),)), END)
    assert f"| April 2026 | \\[proposed\\] {development().line_text} <!-- monitor kelonia-act " in path.read_text()
    path.write_text("## Recent Developments\n\n<!-- monitor: frm=table -->\n")
    with pytest.raises(DeliveryError, match=r"act\.md:3:15: error: frm: is not a key here; did you mean form\?") as refused:
        sinks.deliver(delivery(""), issue(composed()), edition, post(tmp_path, (development(),)), END)
    assert refused.value.fate == "retry"


def test_a_report_that_must_be_mended_is_tried_again_and_named(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"act\.txt") as refused:
        sinks.deliver(delivery(""), issue(composed()), REPORT, post(tmp_path, (development(),)), END)
    assert refused.value.fate == "retry"


# ---- the outbox ------------------------------------------------------------------------------------------------------


def test_everybody_gets_one_row_and_the_health_of_the_best_group_they_are_in() -> None:
    edition = replace(
        EDITION,
        recipients=("c@x.org", "A@x.org"),
        groups=(
            Group("analysts", ("a@x.org", "b@x.org")),
            Group("admins", ("B@x.org",), health=True),
            Group("off", ("z@x.org",), enabled=False),
        ),
        sinks=(SinkConfig("folder", path="d"), SinkConfig("email"), SinkConfig("report", path="r", market=ACT.id)),
    )
    assert sinks.recipients(edition) == (
        (0, "", True),
        (1, "a@x.org", False),
        (1, "B@x.org", True),
        (1, "c@x.org", False),
        (2, "", False),
    )


def test_a_folder_shows_no_health_when_no_group_may_see_it() -> None:
    assert sinks.recipients(replace(EDITION, groups=(Group("analysts", ("a@x.org",)),))) == ((0, "", False),)
    assert sinks.recipients(EDITION) == ((0, "", True),)


def test_pauses_grow_from_five_minutes_to_four_hours_and_end_after_two_days() -> None:
    now, pauses, attempts = END, [], 0
    while attempts < 100:
        attempts += 1
        following = sinks.next_try(attempts, END, now)
        if following is None:
            break
        pauses.append(following - now)
        now = following
    assert pauses[:7] == [timedelta(minutes=m) for m in (5, 10, 20, 40, 80, 160, 240)]
    assert pauses[-1] == timedelta(hours=4)
    assert timedelta(hours=44) < now - END <= timedelta(hours=48)


def test_a_sink_taken_out_of_the_edition_fails_with_its_number() -> None:
    with pytest.raises(DeliveryError, match="no sink number 3") as refused:
        sinks.deliver(delivery(sink=2), issue(composed()), EDITION, post(Path("/nowhere")), END)
    assert refused.value.fate == "failed"


# ---- settings --------------------------------------------------------------------------------------------------------

RELAY = {"MONITOR_SMTP_HOST": "relay.example.org", "MONITOR_SMTP_FROM": SENDER}


def test_without_a_host_there_is_no_relay() -> None:
    assert sinks.smtp_settings({}) is None


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"MONITOR_SMTP_TLS": "none"}, "in clear to relay.example.org"),
        ({"MONITOR_SMTP_TLS": "ssl"}, "write starttls, tls"),
        ({"MONITOR_SMTP_PORT": "smtp"}, "write a number"),
        ({"MONITOR_SMTP_FROM": "nobody"}, "MONITOR_SMTP_FROM"),
        ({"MONITOR_SMTP_USER": "me"}, "MONITOR_SMTP_PASSWORD is not"),
        ({"MONITOR_SMTP_HOST": "localhost", "MONITOR_SMTP_TLS": "none", "MONITOR_SMTP_USER": "me"}, "password in clear"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_to_write(more: dict[str, str], says: str) -> None:
    with pytest.raises(MonitorError, match=says):
        sinks.smtp_settings({**RELAY, **more})


@pytest.mark.parametrize(("tls", "host", "port"), [("starttls", "relay", 587), ("tls", "relay", 465), ("none", "127.0.0.1", 25)])
def test_the_port_follows_the_encryption(tls: str, host: str, port: int) -> None:
    found = sinks.smtp_settings({**RELAY, "MONITOR_SMTP_TLS": tls, "MONITOR_SMTP_HOST": host})
    assert found is not None
    assert found.port == port


def test_a_password_is_never_printed() -> None:
    found = sinks.smtp_settings({**RELAY, "MONITOR_SMTP_USER": "me", "MONITOR_SMTP_PASSWORD": "canary"})
    assert "canary" not in repr(found)
