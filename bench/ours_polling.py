"""What the monitor takes to poll the same feeds twice, in the way of the running service: one process, threads, one store.

`python -m bench.ours_polling PORT FEEDS FOLDER IN_FLIGHT [understand]` prints the first poll, understanding what it brought where that is
asked for, and the unchanged poll.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from bench.measuring import Sample, measured_tree
from monitor import app, pipeline
from monitor.pipeline import Monitor

LATER = timedelta(hours=3)  # by then every source is due again

HEAD = "contact: bench@example.org\nhost_spacing: 0s\ndefaults: {every: 1h, tier: 1}\nsources:\n"


def feeds_yaml(port: int, feeds: int) -> str:
    """All feeds of the server as sources; one host, so without pauses between requests."""
    lines = (f'  - {{name: feed-{n}, url: "http://127.0.0.1:{port}/{n}.xml"}}\n' for n in range(feeds))
    return "".join([HEAD, *lines])


def poll(monitor: Monitor) -> tuple[Sample, Counter[str]]:
    """Look at everything that is due."""
    outcomes: Counter[str] = Counter()
    with measured_tree() as sample:
        for look, _ in pipeline.poll(monitor):
            outcomes[look.outcome] += 1
    return sample, outcomes


def main(port: int, feeds: int, folder: Path, in_flight: int, understand: bool) -> None:
    """Poll, understand, poll again; print what each took."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "feeds.yaml"
    config.write_text(feeds_yaml(port, feeds))
    surroundings = app.environment(str(config), environ={"MONITOR_ALLOW_HOSTS": f"127.0.0.1:{port}", "MONITOR_WORKERS": str(in_flight)})
    with app.opened(surroundings) as monitor:
        first, brought = poll(monitor)
        samples = {"first": first}
        if understand:
            with measured_tree() as samples["understanding"]:
                pipeline.assess(monitor)
        stored = sum(state.entries for state in monitor.store.sources())
        began = monitor.now()
        monitor.now = lambda: _later(began)
        samples["unchanged"], again = poll(monitor)
    told = {name: [sample.wall, sample.cpu] for name, sample in samples.items()}
    print(json.dumps({"samples": told, "stored": stored, "outcomes": [dict(brought), dict(again)]}))


def _later(began: datetime) -> datetime:
    return began + LATER


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), sys.argv[5:] == ["understand"])
