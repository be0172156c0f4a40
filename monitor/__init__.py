"""Market Monitor: what happened in the tracked markets, each line with its source."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.api import developments as developments

__version__ = "0.1.0"
__all__ = ["__version__", "developments"]


def __getattr__(name: str) -> Any:
    """`developments` on its first use: importing `monitor` reads nothing else."""
    if name == "developments":
        from monitor.api import developments

        return developments
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
