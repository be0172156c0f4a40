"""What one look at a source may cost: seconds until its deadline, and bytes of the answer that is being read."""

from __future__ import annotations

from time import monotonic


class OutOfTime(Exception):  # noqa: N818
    """The deadline of a look has passed."""


class TooMuch(Exception):  # noqa: N818
    """The answer is larger than may be read; the text says which limit it broke."""


class Allowance:
    """Counts down. Everything that waits asks it how long it may, everything that reads tells it how much came."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds
        self._bytes = 0
        self._what = ""

    def seconds(self) -> float:
        """What is left of the time; raises OutOfTime when nothing is."""
        left = self._end - monotonic()
        if left <= 0:
            raise OutOfTime
        return left

    def grant(self, size: int, what: str) -> None:
        """From here on this many bytes may arrive; `what` they are is named when more do."""
        self._bytes, self._what = size, what

    def spend(self, size: int) -> None:
        """So many have arrived; raises TooMuch when they were too many."""
        self._bytes -= size
        if self._bytes < 0:
            raise TooMuch(self._what)
