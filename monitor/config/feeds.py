"""feeds.yaml → Config, or every mistake in it at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from monitor.config import feeds_checks
from monitor.config.checks import validated
from monitor.config.feeds_file import AlertFile, EditionFile, FeedsFile, GroupFile, SinkFile, SourceFile
from monitor.config.places import Tree
from monitor.config.reading import read_text, read_tree
from monitor.errors import ConfigError, Problem
from monitor.gazetteer import Seeds
from monitor.model import KINDS, Colours, Edition, Group, SinkConfig, Source, Urgency


@dataclass(frozen=True, slots=True)
class Config:
    """feeds.yaml, checked. `version` is a hash of the file; `path` says where relative paths of sinks begin."""

    path: Path
    version: str
    contact: str | None
    host_spacing: timedelta
    alarm_after: timedelta
    sources: tuple[Source, ...]
    groups: tuple[Group, ...]
    editions: tuple[Edition, ...]
    alerts: tuple[Edition, ...]
    warnings: tuple[Problem, ...]


def load_config(path: Path, seeds: Seeds | None) -> Config:
    """The configuration of a file; raises ConfigError with every Problem found, in file order.

    Without seeds (they are broken themselves) every name of a market, player or event type is taken as it stands.
    """
    return _config(read_text(path, str(path)), str(path), path, seeds)


def parse_config(text: str, name: str, seeds: Seeds) -> Config:
    """The configuration of a text that stands (or would stand) under this name; raises nothing but ConfigError."""
    return _config(text.removeprefix("\ufeff"), name, Path(name), seeds)


def _config(text: str, name: str, path: Path, seeds: Seeds | None) -> Config:
    tree = read_tree(text, name)
    file = validated(FeedsFile, tree, _known(tree, seeds))
    if tree.value is not None:
        feeds_checks.check(tree, seeds.markets if seeds else {})
    if file is not None:
        feeds_checks.advise(file, tree)
    if errors := tree.errors():
        raise ConfigError(errors)
    assert file is not None, "a file without errors is valid"
    sources = tuple(_source(one, file) for one in file.sources)
    groups = {one.name: _group(one) for one in file.groups}
    return Config(
        path=path,
        version=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        contact=file.contact,
        host_spacing=file.host_spacing,
        alarm_after=file.alarm_after,
        sources=sources,
        groups=tuple(groups.values()),
        editions=tuple(edition for one in file.editions for edition in _split(_edition(one, groups), one)),
        alerts=tuple(_alert(one, groups) for one in file.alerts),
        warnings=tree.warnings(),
    )


def _known(tree: Tree, seeds: Seeds | None) -> dict[str, Any]:
    """The words that may stand for markets, players, event types and groups."""
    groups = {name for steps, _ in tree.each("groups") if isinstance(name := tree.get(*steps, "name"), str)}
    if seeds is None:
        return {"group": groups}
    players = {player for market in seeds.markets.values() for player in market.players}
    return {"market": set(seeds.markets), "player": players, "event type": set(seeds.types), "group": groups}


# ---- values ----------------------------------------------------------------------------------------------------------


def _source(one: SourceFile, file: FeedsFile) -> Source:
    defaults = file.defaults
    kind = one.kind or defaults.kind
    known = KINDS[kind]
    filled = {option.name: option.default for option in known.options if option.default} | one.options
    follows = known.fetch_body if isinstance(known.fetch_body, bool) else known.fetch_body in one.options
    return Source(
        name=one.name,
        url=one.url or known.url,
        kind=kind,
        every=one.every or max(defaults.every, known.least_every),
        fastest=one.fastest or defaults.fastest,
        slowest=one.slowest or defaults.slowest,
        tier=one.tier or max(defaults.tier, known.best_tier),
        language=one.language or defaults.language,
        enabled=one.enabled,
        markets=tuple(dict.fromkeys(one.markets)),
        auth=one.auth,
        contact=one.contact or file.contact,
        options=tuple(sorted(filled.items())),
        push=one.push,
        keep_raw=(one.keep_raw if one.keep_raw is not None else file.keep_raw) or None,
        fetch_body=follows if one.fetch_body is None else one.fetch_body,
    )


def _group(one: GroupFile) -> Group:
    return Group(one.name, tuple(dict.fromkeys(one.recipients)), one.health, one.enabled)


def _edition(one: EditionFile, groups: dict[str, Group]) -> Edition:
    weekdays, at = one.schedule
    return replace(
        _issued(one, groups),
        weekdays=weekdays,
        at=at,
        reply_to=one.reply_to or "",
        approve=one.approve,
        latest=one.latest,
    )


def _issued(one: EditionFile | AlertFile, groups: dict[str, Group]) -> Edition:
    """What editions and alerts say alike."""
    return Edition(
        name=one.name,
        markets=tuple(dict.fromkeys(one.markets)),
        weekdays=(),
        at="",
        time_zone=one.time_zone,
        language=one.language,
        title=one.title or one.name.replace("-", " ").capitalize(),
        players=tuple(dict.fromkeys(one.players)),
        types=tuple(dict.fromkeys(one.types)),
        recipients=tuple(dict.fromkeys(one.recipients)),
        groups=tuple(groups[name] for name in dict.fromkeys(one.groups)),
        sinks=tuple(_sink(sink, one) for sink in one.sinks),
        enabled=one.enabled,
        minimum_importance=one.minimum_importance,
        intro=one.intro or "",
        colours=Colours(one.colours.accent, one.colours.accent_dark),
        in_doubt=one.in_doubt,
    )


def _split(edition: Edition, one: EditionFile) -> tuple[Edition, ...]:
    """One edition for each market where feeds.yaml wants it so; a report's sink goes with its market."""
    if one.split is None:
        return (edition,)
    return tuple(
        replace(
            edition,
            name=f"{edition.name}-{market}",
            markets=(market,),
            sinks=tuple(sink for sink in edition.sinks if sink.kind != "report" or sink.market == market),
        )
        for market in edition.markets
    )


def _alert(one: AlertFile, groups: dict[str, Group]) -> Edition:
    return replace(_issued(one, groups), alert=Urgency(*one.quiet_hours, one.at_most))


def _sink(one: SinkFile, edition: EditionFile | AlertFile) -> SinkConfig:
    if one.folder:
        return SinkConfig("folder", path=one.folder)
    if one.email:
        return SinkConfig("email")
    if one.webhook:
        return SinkConfig("webhook", url=one.webhook, variable=one.secret)
    if one.slack or one.teams or one.apprise:
        kind: Literal["slack", "teams", "apprise"] = "slack" if one.slack else "teams" if one.teams else "apprise"
        return SinkConfig(kind, variable=one.slack or one.teams or one.apprise)
    if one.feed:
        return SinkConfig("feed", one.feed, include=tuple(one.include or ("accepted",)), serve=one.serve or False)
    return SinkConfig("report", one.report, one.market or edition.markets[0], tuple(one.include or ("accepted",)), one.create or False)
