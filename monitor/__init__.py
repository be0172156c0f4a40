"""Market Monitor: what happened in the tracked markets, each line with its source."""

__version__ = "0.1.0"
