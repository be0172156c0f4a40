"""The report sink: brings the section of a report file up to date with the lines accepted by now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from monitor.errors import DeliveryError
from monitor.model import Development, SinkConfig


def deliver(sink: SinkConfig, folder: Path, lines: Callable[[str, bool], tuple[Development, ...]]) -> str:
    """Add what the report lacks; a second call changes nothing. Returns how many lines were added.

    Raises DeliveryError (failed) for a sink without path or market, and ReportFileError when the file has to be mended first.
    """
    from monitor import report  # heavy, and only wanted by editions that keep a report

    if not sink.path or not sink.market:
        raise DeliveryError("a report sink needs `report: PATH` and `market: ID` in feeds.yaml", "failed")
    path = folder / Path(sink.path).expanduser()
    update = report.plan(path, lines(sink.market, "proposed" in sink.include), create=sink.create)
    try:
        report.write(update)
    except OSError as error:
        raise DeliveryError(f"cannot write {path}: {error.strerror or error}", "retry") from error
    return f"{path}: {len(update.added)} added"
