"""What the monitor ships with, and the folder that `monitor init` writes from it."""

from __future__ import annotations

from pathlib import Path

from monitor.config.schema import schema_files
from monitor.errors import MonitorError

HERE = Path(__file__).parents[1]
PARTS = ("feeds.yaml", "seeds", "templates")


def shipped(name: str) -> Path:
    """feeds.yaml, seeds or templates as shipped: inside the wheel, or at the top level of a checkout. Raises MonitorError when missing."""
    for path in (HERE / "_shipped" / name, HERE.parent / name):
        if path.exists():
            return path
    raise MonitorError(f"this installation lacks its {name}: install it again")


def write_starter(folder: Path) -> tuple[Path, ...]:
    """Write feeds.yaml, seeds/, templates/ and the editors' schemas into a folder; returns the files written.

    Writes nothing and raises MonitorError when one of them is there already.
    """
    contents: dict[Path, bytes] = {}
    for part in PARTS:
        origin = shipped(part)
        for path in sorted(origin.rglob("*")) if origin.is_dir() else [origin]:
            if path.is_file() and "__pycache__" not in path.parts:
                target = folder / part / path.relative_to(origin) if origin.is_dir() else folder / part
                contents[target] = path.read_bytes()
    contents |= {folder / name: schema for name, schema in schema_files().items()}
    there = [path for path in (*contents, *(folder / part for part in PARTS)) if path.exists()]
    if there:
        raise MonitorError(f"{there[0]} is there already and stays as it is: name an empty or new folder")
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(content)
    except OSError as error:
        raise MonitorError(f"{error.filename or folder} cannot be written: {error.strerror}") from error
    return tuple(contents)
