"""Counts what kill -9 does to mail: so many kills while an issue is on its way, then what was lost and what came twice."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.newsroom import ACT, DAY, LM, MONDAY
from tests.postoffice import PostOffice
from tests.test_crash import KILLED, life

GAP = [("closing a mail", "after"), ("settling a delivery", "before")]  # the relay said 250, and nothing of it is stored yet
MAILING = [
    ("writing the issue", "before"), ("writing the issue", "after"), ("claiming a delivery", "after"), ("sending a mail", "before"),
    ("closing a mail", "before"), ("sending a mail", "after"), *GAP, ("settling a delivery", "after"),
]  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """What so many kills led to."""

    policy: str
    kills: int
    in_the_gap: int
    mails: int  # that had to arrive
    lost: int  # neither arrived nor held for a person
    twice: int  # second copies
    twice_under_another_id: int
    held: int


def count(folder: Path, policy: str, kills: int, seed: int, *, people: int = 40, office: PostOffice | None = None) -> Counted:
    """Kill it that often between building and the last commit: at a step when a mail is on its way, or at any moment; then let it end."""
    chance, killed, gap, expected = random.Random(seed), 0, 0, 0
    addresses = [f"analyst{number}@example.org" for number in range(people)]
    edition = (
        f"  - name: weekly\n    markets: [{ACT}, {LM}]\n    schedule: daily 07:00\n    time_zone: Europe/Berlin\n    in_doubt: {policy}\n"
        f"    latest: 31d\n    recipients: [{', '.join(addresses)}]\n    sinks: [{{email: true}}]\n"
    )
    with life(folder, edition, office) as one:
        one.now = MONDAY
        for n in range(kills * 4):
            if killed >= kills:
                break
            if not one.outbox("pending", "sending", "in_doubt") or (policy == "hold" and not one.outbox("pending", "sending")):
                one.now = max(one.now, MONDAY) + DAY  # the next issue
            step, when = chance.choice(GAP if n % 2 else MAILING)
            if n % 4 == 3:
                killed += one.run(after=chance.uniform(0.1, 0.7)) == KILLED
            elif one.run(step=step, when=when) == KILLED:
                killed += 1
                gap += (step, when) in GAP
        for _ in range(30):  # a relay that was overwhelmed is tried again after five minutes, then ten
            assert one.run() in {0, 1}
            if not one.outbox("pending", "sending") and (policy == "hold" or not one.outbox("in_doubt")):
                break
        rows, took = one.outbox(), Counter(one.mails())
        expected = len(rows)
        assert {row.state for row in rows} <= {"sent", "in_doubt"}, [row for row in rows if row.state not in {"sent", "in_doubt"}]
        arrived = {(person, own.strip("<>").partition("@")[0]) for person, own in took}
        held = [row for row in rows if row.state == "in_doubt"]
        lost = [row for row in rows if row.state == "sent" and (row.recipient, row.message_id) not in arrived]
        ids = {row.message_id for row in rows}
        strange = [own for _, own in took if own.strip("<>").partition("@")[0] not in ids]
        twice = sum(copies - 1 for copies in took.values())
    return Counted(policy, killed, gap, expected, len(lost), twice, len(strange), len(held))
