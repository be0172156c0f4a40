"""Calling the command as a person does: in a process of its own, from any folder, with nothing inherited from the surroundings."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


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
    """Run `monitor` with these words, in a process of its own and a pipe; its modules were read by the process it forks from."""
    asked = {"words": [str(word) for word in words], "folder": str(folder or ""), "environ": surroundings(**environ)}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        talk.settimeout(100)
        talk.connect(_forking())
        socket.send_fds(talk, [json.dumps(asked).encode()], [out.fileno(), err.fileno()])
        code = talk.recv(16)
        said, told = (file.seek(0) or file.read().decode() for file in (out, err))
    return Ran(int(code) if code else -signal.SIGKILL, said, told)


@cache
def _forking() -> str:
    """Where forked.py listens for this process."""
    folder = tempfile.mkdtemp(prefix="monitor-commands-")
    path = f"{folder}/socket"
    command = [sys.executable, "-m", "tests.forked", path]
    process = subprocess.Popen(command, cwd=ROOT, env=surroundings(), stdin=subprocess.DEVNULL)
    atexit.register(_stop, process, folder)
    for _ in range(1200):
        if Path(path).exists() or process.poll() is not None:
            break
        time.sleep(0.05)
    return path


def _stop(process: subprocess.Popen[bytes], folder: str) -> None:
    process.kill()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)
