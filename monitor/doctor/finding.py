"""What one check of the machine found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` is well, look (works, but something is unwise) or wrong; `todo` says what to do when it is not well."""

    check: str
    state: Literal["well", "look", "wrong"]
    found: str
    todo: str = ""
