"""The report sink: brings the section of a report file up to date with the lines accepted by now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from monitor.errors import DeliveryError
from monitor.model import Development, SinkConfig


def deliver(
    sink: SinkConfig, folder: Path, lines: Callable[[str, bool], tuple[Development, ...]], markets: Mapping[str, str], now: datetime
) -> str:
    """Add what the report lacks, by its own marker where it has one; a second call changes nothing. Returns how many lines were added.

    Raises DeliveryError (failed) for a sink without path or market, ReportFileError when the file has to be mended first, and ConfigError
    when its marker has.
    """
    from monitor import report  # heavy, and only wanted by editions that keep a report
    from monitor.config.reports_file import marked

    if not sink.path or not sink.market:
        raise DeliveryError("a report sink needs `report: PATH` and `market: ID` in feeds.yaml", "failed")
    path = folder / Path(sink.path).expanduser()
    rules = marked(report.Rules(path, sink.market, proposed="proposed" in sink.include, create=sink.create), markets)
    update = report.ruled(rules, lines(rules.market, rules.proposed), now)
    try:
        report.write(update)
    except OSError as error:
        raise DeliveryError(f"cannot write {path}: {error.strerror or error}", "retry") from error
    return f"{path}: {len(update.added)} added"
