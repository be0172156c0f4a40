"""What became of companies: names given up, purchases, bankruptcies, and players the seeds call stale; and where a text names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from monitor.gazetteer import Alias, Market, Player
from monitor.model import Development, Status
from monitor.stale.passages import SEEDS, Evidence

# Says nothing about which company a name means.
FORMS = frozenset(
    "the a an and of inc co corp corporation company companies ltd limited plc ag nv n.v sa s.a se gmbh kk llc lp bv ab as pte pty group "
    "holding holdings pharmaceutical pharmaceuticals pharma".split()
)
GONE = frozenset({Status.REJECTED, Status.WITHDRAWN})
Kind = Literal["renamed", "bought", "bankrupt", "out of date"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a company. `names` are searched in prose; `aware` are names that show that a text knows."""

    kind: Kind
    names: tuple[Alias, ...]
    why: str
    evidence: Evidence
    since: date | None
    aware: tuple[str, ...] = ()
    owner: str = ""  # player id of who bought it
    in_prose: bool = True

    def is_of(self, printed: str) -> bool:
        """Whether a bare name is one of the company's."""
        return core(printed) in {core(name.text) for name in self.names}


def core(name: str) -> frozenset[str]:
    """The words of a name that tell which company it is."""
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=\b\w)\.(?=\w)", "", name).casefold())
    return frozenset(word for word in words if word not in FORMS) or frozenset(words)


def names_of(player: Player) -> Iterator[str]:
    """Every name that stands for a player in a bare list."""
    yield from (player.legal_name, player.display, player.house_name, *player.labels)
    yield from (alias.text for alias in player.aliases)
    yield from (name for name, _ in player.former_names)
    yield from (owned.name for owned in player.owns)


def changes(market: Market, developments: Sequence[Development], today: date) -> tuple[Change, ...]:
    """Everything known by a day, from seeds and from developments."""
    found = [change for player in market.players.values() for change in _of_player(player, today)]
    return (*found, *_told(market, developments, today))


def _of_player(player: Player, today: date) -> Iterator[Change]:
    now = (player.house_name, player.legal_name)
    for name, until in player.former_names:
        if core(name) in {core(one) for one in now} or (until is not None and until > today):
            continue
        when = f" since {known(until)}" if until else ""
        why = f"{name} is now {player.house_name}{when}"
        evidence = Evidence(f"former name {name}{f' until {known(until)}' if until else ''}", player.id, SEEDS)
        yield Change("renamed", _searched(name, player), why, evidence, until, now)
    for owned in player.owns:
        if owned.since is None or owned.since > today or (owned.until is not None and owned.until <= today):
            continue
        why = f"{owned.name} belongs to {player.house_name} since {known(owned.since)}"
        evidence = Evidence(f"owned since {known(owned.since)}", player.id, SEEDS)
        trades = any(core(alias.text) == core(owned.name) and alias.since is None for alias in player.aliases)
        yield Change("bought", (Alias(owned.name),), why, evidence, owned.since, now, player.id, in_prose=not trades)
    if player.stale:
        note = player.note or "no longer as the report says"
        kind: Kind = "bankrupt" if re.search(r"(?i)\bbankrupt|insolven|chapter (?:7|11)\b", note) else "out of date"
        conditional = {alias.text.casefold() for alias in player.aliases}
        every = dict.fromkeys((player.display, player.legal_name, *player.labels))
        labels = tuple(Alias(name) for name in every if name.casefold() not in conditional)
        yield Change(kind, (*player.aliases, *labels), note, Evidence(note, player.id, SEEDS), None)


def _searched(name: str, player: Player) -> tuple[Alias, ...]:
    """A former name as a text may print it, with the conditions under which it counts."""
    return (Alias(name), *(alias for alias in player.aliases if core(alias.text) == core(name)))


def known(day: date) -> str:
    """A date of seeds: 2009 where no month was written, 2024-03 where no day was."""
    return day.isoformat() if day.day > 1 else f"{day:%Y-%m}" if day.month > 1 else f"{day:%Y}"


ROLES: dict[str, tuple[Kind, tuple[str, ...], tuple[str, ...], str]] = {
    "corporate_rename": ("renamed", ("old_name",), ("new_name",), "is now"),
    "acquisition": ("bought", ("target",), ("acquirer",), "is being bought by"),
    "acquisition_completed": ("bought", ("target",), ("acquirer",), "belongs to"),
    "bankruptcy": ("bankrupt", ("sponsor", "company"), (), "is bankrupt"),
}


def _told(market: Market, developments: Sequence[Development], today: date) -> Iterator[Change]:
    ended = {core(name): one.event_date for one in developments if one.type == "deal_termination" for _, name, _ in one.players}
    for one in developments:
        if one.type not in ROLES or one.status in GONE or one.subtype == "product_acquisition" or one.event_date > today:
            continue
        kind, whose, whom, verb = ROLES[one.type]
        new = [(id_, name) for id_, name, role in one.players if role in whom]
        for id_, name, role in one.players:
            if role not in whose or (whom and not new) or ended.get(core(name), date.min) >= one.event_date:
                continue
            into = " and ".join(other for _, other in new)
            why = " ".join(filter(None, (name, verb, into, f"({one.event_date.isoformat()})")))
            # What a player bought long ago goes by the buyer's own id.
            player = None if id_ in {buyer for buyer, _ in new} else market.players.get(id_)
            known = player.aliases if player and kind != "renamed" else ()
            evidence = Evidence(one.headline, one.id, one.source_name, one.source_url)
            yield Change(
                kind, (Alias(name), *known), why, evidence, one.event_date, tuple(other for _, other in new), new[0][0] if new else ""
            )


def stands_in(alias: Alias, text: str, around: str) -> int | None:
    """Where a name stands in a text and counts there; `around` is the text that may give it its context."""
    found = re.search(rf"(?<!\w){re.escape(alias.text)}(?!\w)", text, 0 if alias.case == "exact" else re.IGNORECASE)
    if found is None or any(_has(word, around) for word in alias.reject_any):
        return None
    if (alias.require_any or alias.never_alone) and not any(_has(word, around) for word in alias.require_any):
        return None
    return found.start()


def _has(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None
