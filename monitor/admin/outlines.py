"""OPML → sources and back: what becomes of each outline, and none is dropped silently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Literal
from urllib.parse import urlsplit

from monitor.admin.addresses import host, same
from monitor.admin.rhythm import short
from monitor.config import Config, times, written
from monitor.config.feeds_editing import NewSource
from monitor.model import KINDS, Source
from monitor.opml import Outline
from monitor.opml import written as as_opml

Fate = Literal["added", "duplicate", "no address", "bad address", "bad value"]
TIERS = {1: "Regulators, filings and wires", 2: "Edited press", 3: "Aggregators", 4: "Content farms"}
LONGEST_NAME = 40
WEAK = ("www", "rss", "feeds", "feed", "news", "blog", "com", "org", "net", "gov", "eu", "uk", "co")


@dataclass(frozen=True, slots=True)
class Taken:
    """What becomes of one outline, and why."""

    line: int
    title: str
    fate: Fate
    detail: str = ""
    source: NewSource | None = None


def name_of(title: str, url: str, taken: Collection[str]) -> str:
    """A name for a source that nobody has yet: from its title, or its host, or its host and path."""
    publisher = "-".join(part for part in host(url).split(".") if part not in WEAK)
    path = "-".join(part for part in re.split(r"[/.]", urlsplit(url).path) if part and part not in {*WEAK, "xml", "atom", "category"})
    wanted = [name for name in (_slug(title), *([] if title else [_slug(publisher), _slug(f"{publisher}-{path}")])) if name] or ["source"]
    lower = {one.lower() for one in taken}
    return next(name for name in (*wanted, *(f"{wanted[-1]}-{n}" for n in range(2, len(lower) + 3))) if name not in lower)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-")


def taken(
    outlines: Sequence[Outline], config: Config, markets: Collection[str], *, tier: int | None = None, enabled: bool = True
) -> list[Taken]:
    """What becomes of each outline: a folder that holds others is none of them."""
    addresses = {same(source.url): source.name for source in config.sources}
    names = {source.name for source in config.sources}
    found = []
    for outline in outlines:
        if outline.children and not outline.url:
            continue
        one = _taken(outline, addresses, names, markets)
        if one.source is not None:
            source = replace(one.source, tier=one.source.tier or tier, enabled=one.source.enabled and enabled)
            one = replace(one, source=source)
            addresses[same(source.url)] = source.name
            names.add(source.name)
        found.append(one)
    return found


def _taken(outline: Outline, addresses: dict[str, str], names: set[str], markets: Collection[str]) -> Taken:
    line, title, url = outline.line, outline.title or outline.url or "(no title)", outline.url
    if not url:
        other = next((key for key in ("url", "htmlurl") if outline.said(key)), "")
        hint = f": has {other} {outline.said(other)} only, a page; `add` finds its feed" if other else ""
        return Taken(line, title, "no address", f"no xmlUrl{hint}")
    try:
        written.url(url)
    except ValueError as error:
        return Taken(line, title, "bad address", str(error))
    if (known := addresses.get(same(url))) is not None:
        return Taken(line, title, "duplicate", f"{known} has this address")
    try:
        source = _source(outline, names, markets)
    except ValueError as error:
        return Taken(line, title, "bad value", str(error))
    return Taken(line, title, "added", "", source)


def _source(outline: Outline, names: set[str], markets: Collection[str]) -> NewSource:
    """The source of an outline; raises ValueError for a value of ours that cannot be meant."""
    said = outline.said
    kind, every, tier, language = (said(f"monitor:{key}") for key in ("kind", "every", "tier", "language"))
    if kind and kind not in KINDS:
        raise ValueError(f"{kind} is no kind of source; there is: {', '.join(KINDS)}")
    if every:
        times.interval(every)
    if tier and tier not in {"1", "2", "3", "4"}:
        raise ValueError(f"{tier} is no tier: write 1 to 4")
    language = (language or said("language")).lower()
    usual = re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", language)
    wanted = said("monitor:name")
    name = wanted if wanted and _free(wanted, names) else name_of(outline.title, outline.url, names)
    categories = [part for path in said("category").split(",") for part in path.strip().split("/")]
    return NewSource(
        name, outline.url, kind if kind != "feed" else None, every or None, int(tier) if tier else None,
        language=language if usual else None,
        markets=tuple(market for market in dict.fromkeys((*categories, *outline.folders)) if market in markets),
        enabled=said("monitor:enabled") != "false",
        note=" / ".join(outline.folders),
    )  # fmt: skip


def _free(name: str, names: set[str]) -> bool:
    written.name(name)
    return name not in names


# ---- back ------------------------------------------------------------------------------------------------------------


def exported(config: Config, now: datetime) -> tuple[bytes, tuple[Source, ...]]:
    """The feeds of feeds.yaml as OPML, by tier, and the sources that are none and so are left out."""
    feeds = [source for source in config.sources if source.kind == "feed"]
    folders = {TIERS[tier]: [_outline(source) for source in feeds if source.tier == tier] for tier in TIERS}
    title = f"Sources of {config.path.name}"
    content = as_opml(title, {name: outlines for name, outlines in folders.items() if outlines}, format_datetime(now, usegmt=True))
    return content, tuple(source for source in config.sources if source.kind != "feed")


def _outline(source: Source) -> dict[str, str]:
    attributes = {
        "type": "rss", "text": source.name, "title": source.name, "xmlUrl": source.url, "language": source.language,
        "monitor:name": source.name, "monitor:kind": source.kind, "monitor:tier": str(source.tier), "monitor:every": short(source.every),
    }  # fmt: skip
    if source.markets:
        attributes["category"] = ",".join(f"/{market}" for market in source.markets)
    return attributes if source.enabled else {**attributes, "monitor:enabled": "false"}
