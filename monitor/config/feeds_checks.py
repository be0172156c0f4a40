"""What only several keys of feeds.yaml together can tell: names twice, addresses, options of kinds, sinks, and what is unwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from monitor.config import times, written
from monitor.config.checks import near
from monitor.config.feeds_file import AlertFile, DefaultsFile, EditionFile, FeedsFile, SourceFile
from monitor.config.places import Steps, Tree
from monitor.gazetteer import Market
from monitor.model import KINDS, Kind, Option
from monitor.sources import selectors

SINKS = {
    "folder": "digests", "email": "true", "report": "reports/act.txt", "webhook": "https://…", "slack": '"env:NAME"', "teams": '"env:NAME"',
    "feed": "public", "apprise": '"env:NAME"',
}  # fmt: skip
OF_SINKS = {"market": ("report",), "include": ("report", "feed"), "create": ("report",), "secret": ("webhook",), "serve": ("feed",)}


def check(tree: Tree, markets: Mapping[str, Market]) -> None:
    """Report the mistakes that no single key shows."""
    _check_names(tree)
    _check_addresses(tree)
    _check_kinds(tree)
    _check_editions(tree, markets)


def _repeated(tree: Tree, within: str, key: str, same: Callable[[str], str]) -> list[tuple[Steps, str, int]]:
    """Values of a key that an earlier member of the list has already, with the first one's line."""
    first: dict[str, Steps] = {}
    found = []
    for steps, _ in tree.each(within):
        value = tree.get(*steps, key)
        if isinstance(value, str):
            earlier = first.setdefault(same(value), (*steps, key))
            if earlier != (*steps, key):
                found.append(((*steps, key), value, tree.place(earlier).line))
    return found


def _check_names(tree: Tree) -> None:
    for within, what in (("sources", "source"), ("groups", "group"), ("editions", "edition"), ("alerts", "alert")):
        for steps, name, line in _repeated(tree, within, "name", str.lower):
            tree.report(steps, f"{name} is already the name of the {what} on line {line}: give this one another name")
    issued = {name.lower(): tree.place((*steps, "name")).line for steps, name in _issued(tree, "editions")}
    for steps, name in _issued(tree, "alerts"):
        if taken := issued.get(name.lower()):
            tree.report((*steps, "name"), f"{name} is already the name of the edition on line {taken}: give this one another name")
    for steps, name in _issued(tree, "editions"):
        for market in tree.get(*steps, "markets") or () if tree.get(*steps, "split") and _is_list(tree, steps, "markets") else ():
            if f"{name}-{market}".lower() in issued:
                tree.report((*steps, "split"), f"makes an edition {name}-{market}, which there is already: give one of them another name")


def _issued(tree: Tree, within: str) -> list[tuple[Steps, str]]:
    return [(steps, name) for steps, _ in tree.each(within) if isinstance(name := tree.get(*steps, "name"), str)]


def _check_addresses(tree: Tree) -> None:
    def same(address: str) -> str:
        try:
            return written.same_address(address)
        except ValueError:
            return address

    for steps, _, line in _repeated(tree, "sources", "url", same):
        tree.report(
            steps, f"the source on line {line} has the same address: remove one, they would bring everything twice", severity="warning"
        )


def _check_intervals(file: FeedsFile, tree: Tree) -> None:
    """What is written in one place must be in order; bounds from `defaults` give way to a source's own interval."""
    places: list[tuple[Steps, DefaultsFile | SourceFile]] = [(("defaults",), file.defaults)]
    places += [(("sources", n), one) for n, one in enumerate(file.sources)]
    for steps, one in places:
        every = one.every or file.defaults.every
        if one.fastest and one.fastest > every:
            tree.report((*steps, "fastest"), "is longer than `every`: write a shorter time, or a longer `every`")
        if one.slowest and one.slowest < every:
            tree.report((*steps, "slowest"), "is shorter than `every`: write a longer time, or a shorter `every`")


def _check_kinds(tree: Tree) -> None:
    """Each kind has its own options, and most need an address."""
    usual = tree.get("defaults", "kind") if isinstance(tree.get("defaults"), dict) else None
    for steps, source in tree.each("sources"):
        word = source.get("kind", usual or "feed") if isinstance(source, dict) else None
        kind = KINDS.get(word) if isinstance(word, str) else None
        if kind is None:
            continue  # reported by the model already
        if "url" not in source and not kind.url:
            tree.report((*steps, "url"), "is missing: add `url: …`")
        elif source.get("url", "") is None:
            tree.report((*steps, "url"), "is empty: write a value, or remove the key")
        _check_every(tree, (*steps, "every"), str(word), kind)
        if isinstance(tier := source.get("tier"), int) and 1 <= tier < kind.best_tier:
            tree.report(
                (*steps, "tier"), f"{tier} is too much trust in {word}, which only leads to what others publish: write {kind.best_tier}"
            )
        if source.get("fetch_body") is True and not kind.text:
            tree.report((*steps, "fetch_body"), f"entries of {word} lead to no text that can be read: remove it")
        given = source.get("options")
        given = given if isinstance(given, dict) else {}
        known = {option.name: option for option in kind.options}
        for name, value in given.items():
            if name not in known:
                tree.report((*steps, "options", name), f"is no option of the kind {word}; {near(str(name), known)}", of_key=True)
                continue
            _check_option(tree, (*steps, "options", name), known[name], value)
        for option in kind.options:
            if option.required and option.name not in given:
                tree.report(
                    (*steps, "options"), f"{option.name} is missing: add `{option.name}: {_in_yaml(option.example)}` ({option.help})"
                )


def _in_yaml(text: str) -> str:
    """An example as it must be written to be a text in YAML."""
    if not re.match(r"[\d%'\"&*!|>@`\[{#-]", text):
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'


def _check_every(tree: Tree, steps: Steps, word: str, kind: Kind) -> None:
    try:
        every = times.interval(tree.get(*steps))
    except ValueError:
        return  # not said, or reported by the model already
    if every < kind.least_every:
        hours = kind.least_every // timedelta(hours=1)
        tree.report(steps, f"{tree.get(*steps)} is too often for {word} ({kind.why}): write {hours}h or more")


def _check_option(tree: Tree, steps: Steps, option: Option, value: object) -> None:
    values = value if isinstance(value, list) else [value]
    if len(values) > 1 and not option.many:
        tree.report(steps, "must be one text, not a list")
    for one in values:
        if not isinstance(one, str) or not one.strip():
            continue
        if option.css and not selectors.valid(one):
            tree.report(steps, f"{one} is no CSS selector ({option.help}): write it like {_in_yaml(option.example)}")
        elif not re.fullmatch(option.pattern, one):
            tree.report(steps, f"{one} will not do ({option.help}): write it like {_in_yaml(option.example)}")


def _check_editions(tree: Tree, known: Mapping[str, Market]) -> None:
    for steps, _ in (*tree.each("editions"), *tree.each("alerts")):
        _check_hour(tree, steps)
        markets = [word for word in tree.get(*steps, "markets") or () if isinstance(word, str)] if _is_list(tree, steps, "markets") else []
        for sink, value in tree.each(*steps, "sinks"):
            if isinstance(value, dict):
                _check_sink(tree, sink, value, markets)
        tracked = {player for market in markets if market in known for player in known[market].players}
        for player, value in tree.each(*steps, "players"):
            if tracked and isinstance(value, str) and value not in tracked and any(value in one.players for one in known.values()):
                tree.report(player, f"{value} is not tracked in {', '.join(markets)}: add the market that tracks it, or remove {value}")


def _is_list(tree: Tree, steps: Steps, key: str) -> bool:
    return isinstance(tree.get(*steps, key), list)


def _check_hour(tree: Tree, steps: Steps) -> None:
    """A time that the clocks jump over once a year would lose that week's digest."""
    try:
        _, at = times.schedule(tree.get(*steps, "schedule"))
        zone = times.time_zone(tree.get(*steps, "time_zone"))
    except (ValueError, TypeError, AttributeError):
        return  # reported by the model already
    if gap := times.skipped(at, zone):
        day, instead = gap
        message = f"{at} does not exist on {day:%-d %B %Y} in {zone}, when clocks jump forward: write {instead}"
        tree.report((*steps, "schedule"), message)


def _check_sink(tree: Tree, steps: Steps, sink: dict[str, Any], markets: list[str]) -> None:
    kinds = [kind for kind in SINKS if kind in sink]
    if len(kinds) != 1:
        found = f"names {' and '.join(kinds)}" if kinds else "names none"
        tree.report(steps, f"{found}: a sink is exactly one of {', '.join(f'{{{kind}: {SINKS[kind]}}}' for kind in SINKS)}")
        return
    if sink.get("email") is False:
        tree.report((*steps, "email"), "false sends nothing: write true, or remove the sink")
    for key, owners in OF_SINKS.items():
        if key in sink and kinds[0] not in owners:
            told = f"belongs to a {' or '.join(owners)} sink only: remove it from this {kinds[0]} sink"
            tree.report((*steps, key), told, of_key=True)
    if kinds == ["webhook"] and "secret" not in sink:
        tree.report(steps, 'has no secret, by which the receiver knows us: add secret: "env:WEBHOOK_SECRET" and set that variable')
    if kinds != ["report"]:
        return
    market = sink.get("market")
    if market is None and len(markets) > 1:
        tree.report(steps, f"does not say whose lines the report gets: add market: {markets[0]} (or {', '.join(markets[1:])})")
    elif isinstance(market, str) and markets and market not in markets:
        tree.report(
            (*steps, "market"), f"{market} is not among the edition's markets ({', '.join(markets)}): add it there, or name one of them"
        )


def advise(file: FeedsFile, tree: Tree) -> None:
    """Report what is legal but unwise, and intervals that lie outside their bounds."""
    _check_intervals(file, tree)

    def warn(steps: Steps, message: str, *, of_key: bool = False) -> None:
        tree.report(steps, message, of_key=of_key, severity="warning")

    if not file.sources:
        warn(("sources",), "is empty: nothing will be looked at")
    silent = [one.name for one in file.sources if one.enabled and not (one.contact or file.contact)]
    if silent:
        warn(
            ("contact",), f"is missing, so publishers cannot reach you and some (SEC) refuse: add contact: you@example.org ({silent[0]} …)"
        )
    for n, one in enumerate(file.sources):
        if one.url and written.carries_secret(one.url):
            warn(("sources", n, "url"), 'seems to carry a key or token, which ends up in logs and backups: prefer auth: "env:NAME"')
    _advise_sinks(file, tree)
    addressed = {name for each in (file.editions, file.alerts) for one in each for name in one.groups}
    disabled = {one.name for one in file.groups if not one.enabled}
    for n, group in enumerate(file.groups):
        if group.name not in addressed:
            warn(("groups", n, "name"), f"no edition is addressed to {group.name}: it gets nothing")
    issued: list[tuple[Steps, EditionFile | AlertFile]] = [(("editions", n), one) for n, one in enumerate(file.editions)]
    issued += [(("alerts", n), one) for n, one in enumerate(file.alerts)]
    for place, edition in issued:
        mailed = any(sink.email for sink in edition.sinks)
        reached = bool(edition.recipients) or any(name not in disabled for name in edition.groups)
        if mailed and not reached:
            warn((*place, "sinks"), "mails to nobody: add recipients or an enabled group", of_key=True)
        if edition.recipients and not mailed and not any(sink.folder for sink in edition.sinks):
            warn((*place, "recipients"), "get nothing, since no sink mails: add {email: true} to sinks", of_key=True)


def _advise_sinks(file: FeedsFile, tree: Tree) -> None:
    """Addresses that hold a secret, and feeds that two editions would write."""
    feeds: dict[tuple[str, str], str] = {}
    for n, edition in enumerate(file.editions):
        for m, sink in enumerate(edition.sinks):
            steps = ("editions", n, "sinks", m)
            if sink.webhook and written.carries_secret(sink.webhook):
                told = "seems to carry a key or token: the signature by `secret` is enough, leave it out"
                tree.report((*steps, "webhook"), told, severity="warning")
            for market in edition.markets if sink.feed else ():
                first = feeds.setdefault((sink.feed or "", market), edition.name)
                if first != edition.name:
                    told = f"is written by {first} too, for {market}: give each edition a folder of its own"
                    tree.report((*steps, "feed"), told, severity="warning")
