"""A database that is put back from a backup sends nobody what was sent since, until a person says so."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.test_digest_commands import PEOPLE, Desk, desk

__all__ = ["desk"]


def copied(database: Path, to: Path) -> None:
    """A whole copy of a database, as a nightly job makes one."""
    connection = sqlite3.connect(database)
    connection.execute("VACUUM INTO ?", (str(to),))
    connection.close()


def put_back(backup: Path, database: Path) -> None:
    for name in (database.name, f"{database.name}-wal", f"{database.name}-shm"):
        (database.parent / name).unlink(missing_ok=True)
    database.write_bytes(backup.read_bytes())


def outbox_of(desk: Desk) -> dict[str, str]:
    found: dict[str, str] = next(one for one in desk.type("doctor", "--json").json if one["check"] == "outbox")
    return found


def test_a_database_put_back_sends_nothing_until_a_person_trusts_it(desk: Desk) -> None:
    database, backup = desk.folder / "monitor.db", desk.folder / "backup.db"
    assert desk.type("issue", "weekly").code == 0
    copied(database, backup)
    assert desk.type("issue", "weekly").code == 0
    assert [one.rcpt_tos[0] for one in desk.relay.took] == [*PEOPLE, *PEOPLE]

    put_back(backup, database)
    said = desk.type("issue", "weekly")  # number 2 once more
    assert said.code == 1
    assert "nothing is sent: this database knows nothing of what left on" in said.err
    assert len(desk.relay.took) == 4
    assert outbox_of(desk)["state"] == "wrong"
    assert "put back from a backup" in outbox_of(desk)["found"]
    assert [one["state"] for one in desk.type("outbox", "--json").json] == ["pending", "pending"]

    desk.type("outbox", "--trust")
    assert outbox_of(desk)["state"] == "well"
    assert desk.type("issue", "weekly").code == 0
    assert len(desk.relay.took) == 8
    assert outbox_of(desk)["state"] == "well"


def test_another_database_in_its_place_is_not_taken_for_an_old_one(desk: Desk) -> None:
    assert desk.type("issue", "weekly").code == 0
    for path in desk.folder.glob("monitor.db*"):
        if not path.name.endswith(".last-sent"):
            path.unlink()
    assert desk.type("issue", "weekly").code == 0
    assert len(desk.relay.took) == 4


def test_a_broken_note_is_named_and_holds_everything_back(desk: Desk) -> None:
    assert desk.type("issue", "weekly").code == 0
    note = desk.folder / "monitor.db.last-sent"
    note.write_text("{")
    said = desk.type("issue", "weekly")
    assert (said.code, str(note) in said.err) == (2, True)
    assert "monitor outbox --trust" in said.err
    assert len(desk.relay.took) == 2
    assert outbox_of(desk)["state"] == "wrong"
