"""feeds.yaml and seeds/ → values, or every mistake with file, line, column, key and what to write instead."""

from __future__ import annotations

from monitor.config.seeds import load_seeds

__all__ = ["load_seeds"]
