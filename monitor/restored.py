"""A database that was put back from a backup knows nothing of what was sent since, and would send it again (reliability.md section 2).

So the moment of the last delivery is also kept in a file beside the database, which a backup of the database does not bring back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.errors import MonitorError
from monitor.files import write_atomically
from monitor.store import Store


@dataclass(frozen=True, slots=True)
class LastSent:
    """When the database beside it last sent something, by a file."""

    path: Path

    def missing(self, store: Store) -> datetime | None:
        """When something was sent of which this database knows nothing; None where it knows all.

        Raises MonitorError for a file that cannot be read.
        """
        if (noted := self._noted()) is None:
            return None
        database, latest = store.last_sent()
        of, sent = noted
        return sent if of == database and (latest is None or latest < sent) else None

    def note(self, store: Store) -> None:
        """Write down what the database knows."""
        database, latest = store.last_sent()
        if latest is not None:
            write_atomically(self.path, json.dumps({"database": database, "sent": latest.isoformat()}).encode() + b"\n")

    def forget(self) -> None:
        """Let the database send whatever the file says."""
        self.path.unlink(missing_ok=True)

    def _noted(self) -> tuple[str, datetime] | None:
        try:
            said = json.loads(self.path.read_bytes())
            return str(said["database"]), datetime.fromisoformat(said["sent"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            todo = "`monitor outbox --trust` starts it anew"
            raise MonitorError(f"{self.path} cannot be read ({error}): it says when something last left; {todo}") from error
