"""Calling the command as a person does: in a process of its own, from any folder, with nothing inherited from the surroundings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def surroundings(**more: str) -> dict[str, str]:
    """The environment without any variable of the monitor, with those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_") and name != "PYTHONPATH"}
    return {**kept, "PYTHONWARNINGS": "error", "COLUMNS": "200", **more}


def monitor(*words: str | Path, folder: Path | None = None, **environ: str) -> Ran:
    """Run `monitor` with these words, in a pipe."""
    command = [sys.executable, "-m", "monitor", *map(str, words)]
    done = subprocess.run(
        command, cwd=folder, env=surroundings(**environ), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)
