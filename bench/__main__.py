"""`python -m bench`: measure everything, print the table, end with 1 when a figure to hold is missed."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import peers, report
from bench.measuring import Case
from bench.sizes import FULL, USUAL, Sizes

CASES = ("starting", "storing", "assessing", "polling", "latest", "table")  # modules of this package: run(sizes, folder) → cases


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases; 1 when a figure to hold was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="What the monitor costs, beside floors and peers.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"only these: {', '.join(CASES)}")
    parser.add_argument("--full", action="store_true", help="more rounds, for figures to be quoted")
    parser.add_argument("--json", action="store_true", help="one object instead of the table")
    parser.add_argument("--peers", action="store_true", help="first install the peers into an environment of their own (needs the network)")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.cases if name not in CASES]:
        parser.error(f"no case {', '.join(unknown)}; there is: {', '.join(CASES)}")
    if options.peers:
        peers.install()
    began = time.monotonic()
    cases: list[Case] = []
    with tempfile.TemporaryDirectory(prefix="market-monitor-bench-") as folder:
        for name in options.cases or CASES:
            print(f"measuring: {name}", file=sys.stderr)
            cases += run(name, FULL if options.full else USUAL, Path(folder))
    if options.json:
        print(json.dumps(report.as_json(cases), indent=2, ensure_ascii=False))
    else:
        print(report.table(cases))
    missed = [f"{case.name}: more than {bound.most:g} × {bound.of}" for case in cases for bound in case.missed]
    verdict = f"MISSED: {'; '.join(missed)}" if missed else "every figure to hold that could be judged is held"
    print(f"{time.monotonic() - began:.0f} s; {verdict}", file=sys.stderr)
    return 1 if missed else 0


def run(name: str, sizes: Sizes, folder: Path) -> list[Case]:
    """Measure one case; its module is imported only now, so that no case pays for what another imports."""
    measured: list[Case] = importlib.import_module(f"bench.{name}").run(sizes, folder)
    return measured


if __name__ == "__main__":
    sys.exit(main())
