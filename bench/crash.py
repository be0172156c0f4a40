"""`python -m bench.crash`: kill -9 while issues are on their way, and count what was lost and what came twice, for each policy.

With --postfix by a real Postfix, read by Dovecot (needs root and both installed); without it by a relay and an archive on loopback.
"""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

POLICIES = ("hold", "resend", "ask")
STOPPED = 128 + signal.SIGTERM


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the counts; 1 when anything was lost, or came twice where it must not."""
    parser = argparse.ArgumentParser(prog="python -m bench.crash", description="What kill -9 does to mail.")
    parser.add_argument("--kills", type=int, default=200, help="for each policy (200)")
    parser.add_argument("--policy", action="append", choices=POLICIES, help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=20260504)
    parser.add_argument("--postfix", action="store_true", help="by a real Postfix and Dovecot")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    killing, offices = importlib.import_module("tests.killing"), importlib.import_module("tests.postoffice")
    if options.postfix and offices.missing():
        parser.error(offices.INSTALL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))  # so that Postfix and Dovecot are stopped too
    found: list[Any] = []
    for policy in options.policy or POLICIES:
        with tempfile.TemporaryDirectory(prefix="market-monitor-crash-") as folder:
            people = [f"analyst{number}" for number in range(40)]
            with offices.post_office(people) if options.postfix else nullcontext() as office:
                found.append(killing.count(Path(folder), policy, options.kills, options.seed, office=office))
        print(found[-1], file=sys.stderr)
    if options.json:
        print(json.dumps([asdict(one) for one in found], indent=2))
    else:
        names = list(asdict(found[0]))
        print("| " + " | ".join(name.replace("_", " ") for name in names) + " |\n|" + "---|" * len(names))
        for one in found:
            print("| " + " | ".join(str(value) for value in asdict(one).values()) + " |")
    return 0 if all(one.lost == 0 and (one.policy == "resend" or one.twice == 0) for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
