"""feeds.yaml and seeds/ → values, or every mistake with file, line, column, key and what to write instead."""

from __future__ import annotations

from monitor.config.feeds import Config, load_config, parse_config
from monitor.config.moving import move
from monitor.config.schema import feeds_schema, schema_files, seeds_schema, style_schema, types_schema
from monitor.config.seeds import load_seeds
from monitor.config.starter import shipped, write_starter

__all__ = [
    "Config",
    "feeds_schema",
    "load_config",
    "load_seeds",
    "move",
    "parse_config",
    "schema_files",
    "seeds_schema",
    "shipped",
    "style_schema",
    "types_schema",
    "write_starter",
]
