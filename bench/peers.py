"""Other programs that do a part of the same, in a virtual environment of their own; where there is none, their columns stay empty."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.gettempdir()) / "market-monitor-bench-peers"
PACKAGES = ("reader[cli]", "sgmllib3k")  # the second is what the first forgets to ask for


def install() -> None:
    """Bring the peers from the package index into their own environment, once."""
    if reader_python() is None:
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(FOLDER / "bin" / "python"), "-m", "pip", "install", "-q", *PACKAGES], check=True)


def reader_python() -> Path | None:
    """The interpreter of the environment that has reader; None where there is none."""
    if list(FOLDER.glob("lib/python*/site-packages/reader")):
        return FOLDER / "bin" / "python"
    return Path(sys.executable) if importlib.util.find_spec("reader") else None
