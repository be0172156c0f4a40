"""Every error the monitor raises on purpose.

MonitorError
├── ConfigError          feeds.yaml or seeds/ are wrong; carries every Problem found, each with its place
├── FetchError           a source could not be read this time; carries the typed Outcome
├── StoreError           the database is missing, newer than this program, or refuses
├── ReportFileError      a report file has no such section, is malformed or is locked; it stays untouched
├── RenderError          a template names something that does not exist
├── DecisionError        a person's decision cannot stand: the line is the report's own, was withdrawn, or has no words
├── DeliveryError        a sink refused; says whether trying again can help, or nobody knows (in doubt)
├── MailboxError         a mailbox cannot be read now
└── NotFound             an id, a market or a source that does not exist; says which ones do
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.model import Outcome


class MonitorError(Exception):
    """Base of all errors a user can act on; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake (or one unwise but legal choice) in a file, and what to write instead."""

    file: str
    line: int
    column: int
    key: str
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        key = f" {self.key}:" if self.key else ""
        return f"{where}: {self.severity}:{key} {self.message}"


class ConfigError(MonitorError):
    """The configuration cannot be used; `problems` holds every mistake found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class FetchError(MonitorError):
    """A look at a source failed; `outcome` is the state it is now in, `retry_after` when the server asked for peace."""

    def __init__(
        self, source: str, outcome: Outcome, detail: str, *, retry_after: datetime | None = None, status: int | None = None
    ) -> None:
        self.source, self.outcome, self.detail = source, outcome, detail
        self.retry_after, self.status = retry_after, status
        super().__init__(f"{source}: {outcome}: {detail}")


class StoreError(MonitorError):
    """The database cannot be used as it is."""


class ReportFileError(MonitorError):
    """A report file was left untouched, for the reason given."""

    def __init__(self, path: Path, detail: str) -> None:
        self.path = path
        super().__init__(f"{path}: {detail}")


class RenderError(MonitorError):
    """A template cannot be rendered; the text names the template and the missing name."""


class DecisionError(MonitorError):
    """A development cannot be decided so; it stays as it is."""


class DeliveryError(MonitorError):
    """A sink did not take a message.

    `fate` is `retry` (nothing was taken, or trying again is safe), `failed` (it never will be) or `in_doubt` (it may have been taken).
    `retry_after`: when the receiver asked for peace until then.
    """

    def __init__(
        self, detail: str, fate: Literal["retry", "failed", "in_doubt"], *, retry_after: datetime | None = None
    ) -> None:  # fmt: skip
        self.fate: Literal["retry", "failed", "in_doubt"] = fate
        self.retry_after = retry_after
        super().__init__(detail)


class MailboxError(MonitorError):
    """A mailbox cannot be read now; the text says why."""


class NotFound(MonitorError):  # noqa: N818 - reads as what happened
    """Something asked for by name does not exist."""
