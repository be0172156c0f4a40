"""A process that calls `monitor run --once` as often as it is told, and ends each run where it is told, as kill -9 or a power cut would.

It forks for every run after having read seeds/ once, which makes dozens of runs affordable; nothing of the monitor is open in it.
tests/test_crash.py tells it what to do, one JSON line a run.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import smtplib
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import time_machine

from monitor import app, cli
from monitor.assess import Assessor
from monitor.config import load_config, load_seeds
from monitor.sinks import email, folder
from monitor.store import Store

STEPS: dict[str, tuple[Any, str]] = {
    "claiming sources": (Store, "claim_sources"),
    "storing looks": (Store, "record_polls"),
    "storing decisions": (Store, "record_assessments"),
    "storing events": (Store, "record_events"),
    "writing the issue": (Store, "create_issue"),
    "claiming a delivery": (Store, "claim_delivery"),
    "sending a mail": (email, "send"),
    "closing a mail": (smtplib.SMTP, "send"),
    "settling a delivery": (Store, "settle_delivery"),
    "writing a file": (folder, "write_atomically"),
}
CLOSING = b".\r\n"


def serve(config: str) -> None:
    """Do one run for every order on standard input; answer each with how it ended: its exit code, or -9."""
    seeds, _ = load_seeds(app.environment(config).beside("seeds"))
    assessor = Assessor(seeds)
    vars(app).update(load=lambda around, **options: (load_config(around.config, seeds), seeds, ()), Assessor=lambda seeds: assessor)
    with contextlib.suppress(BrokenPipeError):  # who gave the orders was stopped
        for order in sys.stdin:
            sys.stdout.write(f"{run(config, **json.loads(order))}\n")
            sys.stdout.flush()


def run(config: str, now: str, step: str = "", when: str = "", after: float = 0.0) -> int:
    """One run at that time, killed before or after that step, or after so many seconds, or not at all."""
    child = os.fork()
    if child == 0:
        os._exit(monitor(config, datetime.fromisoformat(now), functools.partial(end_at, step, when) if step else lambda: None))
    end = time.monotonic() + after
    while after and time.monotonic() < end:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        time.sleep(0.002)
    else:
        if after:
            os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def monitor(config: str, now: datetime, arrange: Callable[[], None]) -> int:
    """The command, as in a process of its own."""
    told = os.open(Path(config).parent / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(told, 2)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    sys.argv = ["monitor", "--config", config, "run", "--once"]
    arrange()
    with time_machine.travel(now, tick=True):
        try:
            cli.main()
        except SystemExit as end:
            return int(end.code or 0)
    return 0


def end_at(step: str, when: str) -> None:
    """Have this process end before or after a step that does something."""
    owner, name = STEPS[step]
    proceed = getattr(owner, name)

    def ending(*given: Any, **named: Any) -> Any:
        if owner is smtplib.SMTP and given[1] != CLOSING:
            return proceed(*given, **named)
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = proceed(*given, **named)
        if done or not name.startswith("claim"):
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(owner, name, ending)


if __name__ == "__main__":
    serve(sys.argv[1])
