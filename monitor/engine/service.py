"""The running service: one beat looks at what is due, assesses what came, issues what is due and delivers it."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor import alerting, clock, delivering, pipeline, subscribing
from monitor.pipeline import Monitor
from monitor.websub import Callbacks

log = logging.getLogger(__name__)


@dataclass
class Beat:
    """What one beat did."""

    looks: Counter[str] = field(default_factory=Counter)  # outcome → sources
    new: int = 0
    assessed: int = 0
    issues: list[str] = field(default_factory=list)
    delivered: Counter[str] = field(default_factory=Counter)


class Service:
    """Beats until told to stop; what is in flight is finished first. With `callbacks`, it subscribes at hubs and takes what they push."""

    def __init__(self, monitor: Monitor, reload: Callable[[], bool] = lambda: False, callbacks: Callbacks | None = None) -> None:
        self._monitor, self._reload, self._callbacks = monitor, reload, callbacks
        self._stop = threading.Event()
        self._assessing = threading.Lock()  # the beat and what was pushed take turns

    def wanted(self) -> bool:
        """Whether to begin anything new."""
        return not self._stop.is_set()

    def stop(self) -> None:
        """Begin nothing new; what is in flight is finished."""
        self._stop.set()
        self._monitor.threads.drain()
        self._monitor.inbox.wake()

    def beat(self) -> Beat:
        """Do everything that is due, once. Interrupted anywhere, the next beat goes on from the store."""
        done = Beat()
        self._reload()
        for poll, saved in pipeline.poll(self._monitor):
            done.looks[poll.outcome] += 1
            done.new += saved.new
        if self.wanted():
            done.assessed = self._assess()
        if self.wanted():
            alarm = pipeline.alarm(self._monitor)  # before the digest goes
            if alarm is not None:
                log.warning("alarm %d: %s", alarm.number, alarm.digest.subject)
            pipeline.plan_editions(self._monitor)
            made = [*alerting.alert(self._monitor), *pipeline.issue(self._monitor)]
            done.issues = [f"{one.edition} {one.number}" for one in made]
        done.delivered = delivering.deliver(self._monitor, self.wanted)
        if self._callbacks and self.wanted():
            subscribing.keep_up(self._monitor, self._callbacks)
        if done.looks or done.issues or done.delivered:
            log.info(
                "looked at %d sources (%s), %d new entries, %d assessed, issues: %s, deliveries: %s",
                done.looks.total(), _words(done.looks), done.new, done.assessed, ", ".join(done.issues) or "none",
                _words(done.delivered) or "none",
            )  # fmt: skip
        return done

    def run(self, seconds: float) -> None:
        """Beat every `seconds` until `stop` is called, from a signal handler for instance."""
        pushing = threading.Thread(target=self._receive, name="push", daemon=True)
        pushing.start()
        self._guarded()
        heartbeat = clock.Heartbeat(self._guarded, seconds)
        heartbeat.start()
        self._stop.wait()
        heartbeat.stop()
        pushing.join()

    def _assess(self) -> int:
        with self._assessing:
            return pipeline.assess(self._monitor).entries

    def _receive(self) -> None:
        """Read what hubs push as it comes, so that news are decided about within seconds."""
        while self.wanted():
            if (pushed := self._monitor.inbox.next()) is None:
                continue
            try:
                saved = subscribing.take(self._monitor, pushed)
                if saved.new or saved.revised:
                    self._assess()
                    log.info("%s: %d new entries by push, assessed", pushed.subscription.source, saved.new)
            except Exception:  # the outermost edge, as below: the next look at the source brings what was lost here
                log.exception("%s: what its hub pushed could not be taken", pushed.subscription.source)

    def _guarded(self) -> None:
        if not self.wanted():
            return
        try:
            self.beat()
        except Exception:  # the outermost edge: a full disk or a locked database now must not end the service
            log.exception("this beat failed; the next one goes on from what is stored")


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
