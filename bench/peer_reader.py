"""What reader takes to poll the same feeds twice; run by the interpreter of an environment that has it.

`python peer_reader.py PORT FEEDS DATABASE IN_FLIGHT` prints both samples as [wall, CPU] and how many entries are stored.
"""

import json
import sys
import time

from reader import make_reader  # type: ignore[import-not-found, unused-ignore]


def main(port: int, feeds: int, database: str, in_flight: int) -> None:
    """Poll twice; print what it took."""
    reader = make_reader(database)
    for feed in range(feeds):
        reader.add_feed(f"http://127.0.0.1:{port}/{feed}.xml")
    samples = []
    for _ in range(2):
        wall, cpu = time.perf_counter(), time.process_time()
        reader.update_feeds(workers=in_flight, scheduled=False)  # now, not when it would by itself
        samples.append([time.perf_counter() - wall, time.process_time() - cpu])
    print(json.dumps({"samples": samples, "stored": reader.get_entry_counts().total}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
