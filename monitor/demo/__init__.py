"""What `monitor demo` shows: feeds of invented outlets about true developments, over twelve weeks, and a sample report.

The outlets' names and addresses (`*.example`) are made up; products, companies, dates and amounts of the developments are real.
The clock of the demo stands still, so that two people who run it see the same digest.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

DEMO_NOW = datetime(2026, 1, 26, 6, 0, tzinfo=UTC)  # Monday 07:00 in Berlin, when the weekly edition is due
DEMO_BASELINE = DEMO_NOW - timedelta(weeks=2)  # the first poll: what happened later is news
DEMO_START = DEMO_NOW - timedelta(weeks=12)  # nothing in the feeds is older

FOLDER = Path(__file__).parent
REPORT = FOLDER / "report" / "adoptive-cell-therapy.md"  # has a section Recent Developments
REPORT_WITHOUT_SECTION = FOLDER / "report" / "leptomeningeal-metastases.txt"
EXPECTED = FOLDER / "expected.jsonl"  # which development each item tells: the truth to compare the line with
