"""JSON Schemas of the files people write, from the models that check them, so that an editor completes what the monitor accepts."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from monitor.config.feeds_file import FeedsFile
from monitor.config.market_file import MarketFile
from monitor.config.reports_file import ReportsFile
from monitor.config.style_file import StyleFile
from monitor.config.types_file import TypesFile

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def feeds_schema() -> dict[str, object]:
    """Of feeds.yaml."""
    return _schema(FeedsFile, "feeds.yaml of the Market Monitor")


def seeds_schema() -> dict[str, object]:
    """Of a file of seeds/markets/."""
    return _schema(MarketFile, "A market of the Market Monitor")


def types_schema() -> dict[str, object]:
    """Of seeds/types.yaml."""
    return _schema(TypesFile, "Event types of the Market Monitor")


def style_schema() -> dict[str, object]:
    """Of seeds/style.yaml."""
    return _schema(StyleFile, "How lines of the Market Monitor are written")


def reports_schema() -> dict[str, object]:
    """Of reports.yaml."""
    return _schema(ReportsFile, "reports.yaml of the Market Monitor")


def schema_files() -> dict[str, bytes]:
    """The schemas by the file names that the first lines of feeds.yaml, seeds/ and reports.yaml expect beside feeds.yaml."""
    schemas = {
        "feeds": feeds_schema(), "seeds": seeds_schema(), "types": types_schema(), "style": style_schema(), "reports": reports_schema(),
    }  # fmt: skip
    return {f"{name}.schema.json": (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode() for name, schema in schemas.items()}


def _schema(model: type[BaseModel], title: str) -> dict[str, object]:
    schema: dict[str, object] = {"$schema": DRAFT, **_without_titles(model.model_json_schema(mode="validation"))}
    return {**schema, "title": title}


def _without_titles(value: Any) -> Any:
    """Pydantic repeats every key as a title; editors would show it twice. Defaults that are durations are left out as well."""
    if isinstance(value, list):
        return [_without_titles(member) for member in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _without_titles(member) for key, member in value.items() if not (key == "title" and isinstance(member, str))}
    if isinstance(kept.get("default"), dict) or str(kept.get("default", "")).startswith("PT"):
        kept.pop("default")
    return kept
