"""What is unwise in feeds.yaml although it is right: each with its place, and what to write instead. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.admin import known, rhythm
from monitor.admin.addresses import host, same, wire
from monitor.admin.wires import wrong_wire
from monitor.config import Config, written
from monitor.config.reading import read_tree
from monitor.errors import Problem
from monitor.model import Source, SourceState

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Note:
    """One finding about the source of that number; the key is where it stands in the file."""

    source: int
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the database knows of the sources, by name; nothing where there is none yet."""

    states: Mapping[str, SourceState]
    windows: Mapping[str, rhythm.Window]


NOTHING = Remembered({}, {})


def findings(text: str, name: str, config: Config, remembered: Remembered = NOTHING) -> tuple[Problem, ...]:
    """Everything that is unwise, in file order. `text` is that of the file, which was read as `config`."""
    tree = read_tree(text, name)
    watched = [(number, source) for number, source in enumerate(config.sources) if source.enabled]
    for rule in (_wires, _traps, _http, _sec, _ema, _budgets):
        for note in rule(watched, config):
            tree.report(("sources", note.source, note.key), note.message, severity="warning")
    for note in _duplicates(watched, lambda number: tree.place(("sources", number)).line):
        tree.report(("sources", note.source, note.key), note.message, severity="warning")
    for note in _windows(watched, remembered):
        tree.report(("sources", note.source, note.key), note.message, severity="warning")
    for message in _spacing(watched, config):
        tree.report(("host_spacing",), message, severity="warning")
    return tree.warnings()


Watched = Sequence[tuple[int, Source]]


# ---- addresses -------------------------------------------------------------------------------------------------------


def _wires(watched: Watched, config: Config) -> Iterator[Note]:  # noqa: ARG001  (rules are alike)
    for number, source in watched:
        asked = wire(source.url)
        if asked and (message := wrong_wire(asked)):
            yield Note(number, "url", message)


def _traps(watched: Watched, config: Config) -> Iterator[Note]:  # noqa: ARG001
    for number, source in watched:
        address, at = source.url.lower(), host(source.url)
        for trap in known.TRAPS:
            if known.within(at, trap.host) and trap.part in address:
                yield Note(number, "url", f"{trap.says}: {trap.instead}")
                break


def _http(watched: Watched, config: Config) -> Iterator[Note]:  # noqa: ARG001
    for number, source in watched:
        at = host(source.url)
        if source.url.lower().startswith("http://") and any(known.within(at, domain) for domain in known.HTTPS):
            yield Note(number, "url", f"{at} is read by https: write https://{source.url[7:]}")


def _duplicates(watched: Watched, line: Callable[[int], int]) -> Iterator[Note]:
    first: dict[str, tuple[int, Source]] = {}
    for number, source in watched:
        key = same(source.url)
        earlier = first.setdefault(key, (number, source))
        if earlier[0] == number:
            continue
        other = earlier[1]
        if other.kind == source.kind and other.options != source.options:
            continue  # the options are part of what is asked for
        where = f"{other.name} on line {line(earlier[0])}"
        if other.kind != source.kind:
            yield Note(
                number, "url", f"is also the address of {where}, which reads it as {other.kind}: keep the one that fits, remove the other"
            )
        else:
            yield Note(number, "url", f"brings the same as {where}: remove one of them")


# ---- how often -------------------------------------------------------------------------------------------------------


def _looks(sources: Sequence[Source], time: timedelta) -> float:
    """Requests of these sources in that time."""
    return sum(time / source.every for source in sources)


def _of_hosts(watched: Watched, domains: Sequence[str]) -> Watched:
    return [(number, one) for number, one in watched if any(known.within(host(one.url), domain) for domain in domains)]


def _budgets(watched: Watched, config: Config) -> Iterator[Note]:
    for budget in known.BUDGETS:
        there = [(number, one) for number, one in _of_hosts(watched, budget.hosts) if not _has_key(one)]
        asked = _looks([one for _, one in there], budget.per)
        if asked > budget.most:
            per = "a day" if budget.per == known.DAY else "an hour"
            yield _over(there, f"{asked:,.0f} requests {per} to {budget.what}, and {budget.why}", asked / budget.most)
    for at in dict.fromkeys(host(one.url) for _, one in watched):
        there = list(_of_hosts(watched, [at]))
        asked, spacing = _looks([one for _, one in there], HOUR), config.host_spacing / HOUR
        if asked * spacing > 1:
            room = 1 / spacing
            says = f"{asked:,.0f} requests an hour to {at}, and host_spacing leaves room for {room:,.0f}: looks will come late"
            yield _over(there, says, asked / room)
        elif asked > known.ANY_HOST and not any(known.within(at, one) for budget in known.BUDGETS for one in budget.hosts):
            yield _over(there, f"{asked:,.0f} requests an hour to {at}: that is a lot for one publisher", asked / known.ANY_HOST)


def _over(there: Watched, says: str, times: float) -> Note:
    """The finding, at the source that asks most."""
    number, most = min(there, key=lambda one: one[1].every)
    others = f" (with {', '.join(one.name for n, one in there if n != number)})" if len(there) > 1 else ""
    slower = rhythm.short(timedelta(minutes=-(-most.every * times // timedelta(minutes=1))))
    return Note(number, "every", f"{says}{others}: write every: {slower} or longer")


def _has_key(source: Source) -> bool:
    return written.carries_secret(source.url) or any("key" in name for name, _ in source.options) or source.auth is not None


def _spacing(watched: Watched, config: Config) -> Iterator[str]:
    for domain, (pause, why) in known.SPACED.items():
        there = _of_hosts(watched, [domain])
        if there and config.host_spacing.total_seconds() < pause:
            name = there[0][1].name
            yield f"{rhythm.short(config.host_spacing)} is too short for {domain} ({name}), which asks for {why}: write host_spacing: 1s"


def _ema(watched: Watched, config: Config) -> Iterator[Note]:  # noqa: ARG001
    for number, source in watched:
        heavy = known.within(host(source.url), "ema.europa.eu") and known.EMA_REPORT in source.url and "json" in source.url
        if heavy and source.every < known.EMA_TWICE:
            yield Note(
                number, "every", "EMA makes this file of several megabytes twice a day, and asks to be asked no more: write every: 12h"
            )


def _sec(watched: Watched, config: Config) -> Iterator[Note]:  # noqa: ARG001
    for number, source in watched:
        if known.within(host(source.url), "sec.gov") and "@" not in (source.contact or ""):
            missing = "a page is not enough" if source.contact else "without one it answers 403"
            yield Note(number, "contact", f"the SEC wants a mail address in every request, {missing}: write contact: you@your-company.org")


def _windows(watched: Watched, remembered: Remembered) -> Iterator[Note]:
    for number, source in watched:
        state, window = remembered.states.get(source.name), remembered.windows.get(source.name)
        if window is not None and window.tells and window.length < source.every:
            back = f"{window.entries} entries reached back {rhythm.short(window.length)} at the first look, so some are never seen"
            better = rhythm.short(rhythm.interval(window.length))
            yield Note(number, "every", f"{rhythm.short(source.every)} is longer than the window: {back}: write every: {better}")
        elif state is not None and state.last_missed_window and state.every is not None and state.every < source.every:
            last = f"{state.missed_windows} missed so far, the last on {state.last_missed_window:%Y-%m-%d}"
            by_itself = f"so the monitor looks every {rhythm.short(state.every)} by itself"
            better = rhythm.short(max((step for step in rhythm.STEPS if step <= state.every), default=rhythm.STEPS[0]))
            yield Note(number, "every", f"a window was missed ({last}), {by_itself}: write every: {better}")
