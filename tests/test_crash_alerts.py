"""kill -9 while an alert is written and mailed, then started again: told once, to everybody, and with `ask` nobody has to look."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.killing import MAILING
from tests.newsroom import ACT, LM
from tests.newsroom import EDITION as WEEKLY
from tests.test_crash import KILLED, NEWS, life

PEOPLE = [f"analyst{number}@example.org" for number in range(12)]
ALERTS = f"""\
{WEEKLY}alerts:
  - name: urgent
    markets: [{ACT}, {LM}]
    minimum_importance: 1
    time_zone: Europe/Berlin
    in_doubt: ask
    recipients: [{", ".join(PEOPLE)}]
    sinks: [{{email: true}}]
"""
ROUNDS = 3


def test_kills_at_every_step_lose_no_alert_and_send_none_twice(tmp_path: Path) -> None:
    with life(tmp_path, ALERTS) as one:
        reached = [(step, when) for step, when in MAILING * ROUNDS if one.run(step=step, when=when) == KILLED]
        for _ in range(6):  # what is in doubt is asked for after a while, and sent after that where it is missing
            assert one.run() in {0, 1}
        assert set(reached) == set(MAILING)
        rows = [each for each in one.outbox() if each.recipient]
        assert {each.state for each in rows} == {"sent"}
        with one.store() as store:
            alerts = store.issues("urgent")
            told = [item.development.event for issue in alerts for section in issue.digest.sections for item in section.headlines]
        assert len(told) == len(set(told)) == len(NEWS)
        assert {(each.issue, each.recipient) for each in rows} == {(issue.id, person) for issue in alerts for person in PEOPLE}
        came = Counter((person, own.strip("<>").partition("@")[0]) for person, own in one.mails())
        assert came == {(each.recipient, each.message_id): 1 for each in rows}, "none is lost, and none came twice"
