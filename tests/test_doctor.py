"""What the doctor finds on a sound machine, and on machines that lack something."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config import write_starter
from monitor.doctor import examine, machine, mail
from tests.archive import archive
from tests.commands import monitor
from tests.test_sinks_email import Relay, Trust, running, trust

__all__ = ["trust"]  # a fixture


def state(findings: list[mail.Finding], check: str) -> str:
    return next(one.state for one in findings if one.check == check)


def by_mail(folder: Path) -> Path:
    """A started folder whose edition goes by e-mail."""
    write_starter(folder)
    feeds = folder / "feeds.yaml"
    feeds.write_text(feeds.read_text().replace("- folder: digests", "- email: true"))
    return feeds


# ---- the machine -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "state"), [("expat_2.3.9", "wrong"), ("expat_2.4.0", "well"), ("expat_2.10.1", "well")])
def test_an_old_xml_parser_is_found(version: str, state: str) -> None:
    assert machine.expat(version).state == state


@pytest.mark.parametrize(("year", "state"), [(1970, "wrong"), (2025, "wrong"), (2026, "well"), (2106, "wrong")])
def test_a_clock_that_cannot_be_right_is_found(year: int, state: str) -> None:
    assert machine.clock(datetime(year, 1, 1, tzinfo=UTC)).state == state


def test_a_full_disk_is_found(tmp_path: Path) -> None:
    assert machine.disk(tmp_path).state == "well"
    assert machine.disk(tmp_path, room=10**18).state == "look"


def test_a_zone_this_machine_does_not_know_is_found() -> None:
    assert machine.time_zones(["Asia/Tokyo"]).state == "well"
    assert "Mars/Olympus" in machine.time_zones(["Mars/Olympus"]).found


def test_the_database_library_is_named_with_the_journal_it_is_trusted_with() -> None:
    assert "journal" in machine.sqlite().found


@pytest.mark.parametrize(
    ("url", "file"),
    [("sqlite:////var/lib/monitor.db", "/var/lib/monitor.db"), ("postgresql+psycopg://db/monitor", None), ("sqlite://", None)],
)
def test_only_a_sqlite_address_names_a_file(url: str, file: str | None) -> None:
    assert machine.file_of(url) == (Path(file) if file else None)


# ---- mail ------------------------------------------------------------------------------------------------------------


def test_our_mails_are_safe_whatever_this_python_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert mail.ours_writes_two() is False
    for python in (True, False):
        monkeypatch.setattr(mail, "pythons_writes_two", lambda python=python: python)
        assert mail.headers().state == "well"


def test_a_second_header_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail.mail, "build", lambda *_, **__: b"Subject: news\r\nBcc: probe@example.org\r\n\r\n")
    assert mail.headers().state == "wrong"


def settings(port: int, **more: str) -> dict[str, str]:
    return {"MONITOR_SMTP_HOST": "127.0.0.1", "MONITOR_SMTP_PORT": str(port), "MONITOR_SMTP_FROM": "monitor@example.org", **more}


def test_a_relay_that_encrypts_is_well(trust: Trust) -> None:
    with running(Relay(), tls_context=trust.server, require_starttls=True) as port:
        finding = mail.relay(settings(port, MONITOR_SMTP_CA=trust.ca_file), None)
    assert (finding.state, "STARTTLS" in finding.found) == ("well", True)


def test_a_relay_nobody_vouches_for_is_found(trust: Trust) -> None:
    with running(Relay(), tls_context=trust.server, require_starttls=True) as port:
        finding = mail.relay(settings(port), None)
    assert finding.state == "wrong"
    assert "MONITOR_SMTP_CA" in finding.todo


def test_a_relay_in_clear_is_found() -> None:
    with running(Relay()) as port:
        finding = mail.relay(settings(port), None)
    assert (finding.state, finding.found) == ("wrong", f"127.0.0.1:{port} offers no STARTTLS")


def test_a_relay_that_is_not_there_is_found() -> None:
    assert mail.relay(settings(1), None).state == "wrong"


def test_wrong_settings_are_found_without_asking_anybody() -> None:
    finding = mail.relay({"MONITOR_SMTP_HOST": "mail.example.org", "MONITOR_SMTP_TLS": "none"}, None)
    assert (finding.state, "in clear" in finding.found) == ("wrong", True)


IMAP = {
    "MONITOR_IMAP_HOST": "127.0.0.1",
    "MONITOR_IMAP_TLS": "none",
    "MONITOR_IMAP_USER": "archive",
    "MONITOR_IMAP_PASSWORD": "canary-secret",
}


@pytest.mark.parametrize(
    ("refuses", "state", "words"),
    [
        ("", "well", "opens the folder Sent of archive"),
        ("LOGIN", "wrong", "does not let archive in: "),
        ("EXAMINE", "wrong", "does not open the folder Sent: "),
    ],
)
def test_the_mailbox_is_opened_and_what_it_refuses_is_named(refuses: str, state: str, words: str) -> None:
    with archive(list, refuses=refuses) as port:
        finding = mail.mailbox({**IMAP, "MONITOR_IMAP_PORT": str(port), "MONITOR_IMAP_FOLDER": "Sent"}, None)
    assert (finding.state, words in finding.found) == (state, True), finding
    assert "canary-secret" not in str(finding), "the server repeats it"


def test_a_mailbox_that_is_not_there_is_found() -> None:
    finding = mail.mailbox({**IMAP, "MONITOR_IMAP_PORT": "1"}, None)
    assert (finding.state, "cannot be reached" in finding.found, "MONITOR_IMAP_HOST" in finding.todo) == ("wrong", True, True)


def test_an_edition_that_asks_the_archive_needs_one(tmp_path: Path) -> None:
    feeds = by_mail(tmp_path / "ours")
    feeds.write_text(feeds.read_text().replace("    sinks:", "    in_doubt: ask\n    sinks:", 1))
    finding = next(one for one in examine(str(feeds), None, {}) if one.check == "mailbox")
    assert (finding.state, "in_doubt: ask" in finding.found, "MONITOR_MAIL_ARCHIVE" in finding.todo) == ("wrong", True, True)


# ---- the whole visit -------------------------------------------------------------------------------------------------


def test_a_started_folder_is_well_and_nothing_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    write_starter(folder)
    before = sorted(folder.rglob("*"))
    findings = examine(str(folder / "feeds.yaml"), None, {})
    assert [(one.check, one.found) for one in findings if one.state != "well"] == []
    assert {"feeds.yaml, seeds", "templates", "database", "disk", "mail relay"} <= {one.check for one in findings}
    assert sorted(folder.rglob("*")) == before


def test_without_a_folder_the_machine_is_looked_at_all_the_same(tmp_path: Path) -> None:
    findings = examine(str(tmp_path / "feeds.yaml"), None, {})
    assert state(findings, "feeds.yaml") == "look"
    assert {"Python", "SQLite", "mail relay"} <= {one.check for one in findings}


def test_an_edition_by_mail_needs_a_relay(tmp_path: Path) -> None:
    assert state(examine(str(by_mail(tmp_path / "ours")), None, {}), "mail relay") == "wrong"


def test_a_secret_that_is_not_set_is_found(tmp_path: Path) -> None:
    feeds = by_mail(tmp_path / "ours")
    feeds.write_text(feeds.read_text().replace("- name: ema-news", '- auth: "env:EMA_TOKEN"\n    name: ema-news'))
    assert state(examine(str(feeds), None, {}), "secrets") == "wrong"
    assert state(examine(str(feeds), None, {"EMA_TOKEN": "x"}), "secrets") == "well"


def test_the_address_of_a_sink_that_is_not_set_is_found(tmp_path: Path) -> None:
    feeds = by_mail(tmp_path / "ours")
    feeds.write_text(feeds.read_text().replace("- email: true", '- slack: "env:SLACK_URL"'))
    assert state(examine(str(feeds), None, {}), "secrets") == "wrong"
    assert state(examine(str(feeds), None, {"SLACK_URL": "x"}), "secrets") == "well"


def test_broken_files_are_counted_and_the_command_that_lists_them_is_named(tmp_path: Path) -> None:
    feeds = by_mail(tmp_path / "ours")
    feeds.write_text("sources: 12\neditions: 13\n")
    finding = next(one for one in examine(str(feeds), None, {}) if one.check == "feeds.yaml, seeds")
    assert (finding.state, "1 more" in finding.found, "monitor check" in finding.todo) == ("wrong", True, True)


def test_a_database_of_somebody_else_is_found(tmp_path: Path) -> None:
    feeds = by_mail(tmp_path / "ours")
    (feeds.parent / "monitor.db").write_bytes(b"not a database, but long enough to be taken for one" * 40)
    assert state(examine(str(feeds), None, {}), "database") == "wrong"


def test_the_command_ends_with_1_when_something_is_worth_a_look(tmp_path: Path) -> None:
    said = monitor("doctor", "--json", folder=tmp_path)
    assert said.code == 1
    assert next(one for one in said.json if one["check"] == "feeds.yaml")["to do"].startswith("`monitor init DIR`")
