"""The companies of an event: each once, in its part, under the name it had on that day, the tracked ones under their house names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from monitor.cluster.facts import company as telling_word
from monitor.gazetteer import Market, Player, Seeds
from monitor.model import Event
from monitor.phrase.filling import Piece, Words, joined
from monitor.phrase.stated import player_of, printed, products_of
from monitor.text import UNSPACED_RUN

ACTING = ("sponsor", "company")
ABBREVIATION = 5  # letters from which a name of its own is more than the short form of another
SINGLE = (
    "partner",
    "funder",
    "acquirer",
    "target",
    "licensor",
    "licensee",
    "seller",
    "buyer",
    "parent",
    "new_company",
    "old_name",
    "new_name",
)
AS_PRINTED = frozenset({"target", "old_name", "new_name", "parent", "new_company"})  # what changes hands is told under its own name


@dataclass(frozen=True, slots=True)
class Party:
    """A company of an event: its id (ours when it is tracked), how the line names it, in which role."""

    id: str
    role: str
    words: Words
    tracked: bool


def parties(event: Event, market: Market, seeds: Seeds) -> tuple[Party, ...]:
    """The companies with a role, each once, the tracked ones under their house names."""
    found: dict[str, Party] = {}
    for slot in event.slots:
        if not slot.name.startswith("role:"):
            continue
        role = slot.name.removeprefix("role:")
        player = player_of(slot.id, market, seeds)
        if player is not None and _goes_by_its_house_name(slot.value, role, player, event.date.value):
            party = Party(player.id, role, _house(player), True)
        else:
            party = Party(slot.id or slug(slot.value), role, printed(slot, event), slot.id is not None)
        found.setdefault(f"{party.id}/{party.words.text if role in AS_PRINTED else ''}", party)
    named = {party.id for party in found.values()}
    for id_, role in event.players:
        player = player_of(id_, market, seeds)
        if player is not None and id_ not in named:
            found[id_] = Party(id_, role, _house(player), True)
    if not found and (owner := _owner(event, market, seeds)):
        found[owner.id] = Party(owner.id, "sponsor", _house(owner), True)
    return tuple(found.values())


def _owner(event: Event, market: Market, seeds: Seeds) -> Player | None:
    """Whose product it was on that day, where no source names a company; nobody where others held it too, or before."""
    kind, products = seeds.types.get(event.type), products_of(event, market, seeds)
    if len(products) != 1 or (kind is not None and kind.family in {"deal", "corporate"}):
        return None
    product, when = products[0], event.date.value
    if any((one.since is None or one.since <= when) and (one.until is None or when < one.until) for one in product.past_owners):
        return None
    return player_of(product.owner, market, seeds)


def slug(name: str) -> str:
    """An id for a company nobody tracks."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "unnamed"


def _goes_by_its_house_name(printed: str, role: str, player: Player, when: date) -> bool:
    """Whether a line names a tracked company so, rather than as its source prints it; in Latin letters always."""
    if UNSPACED_RUN.search(printed):
        return True
    return _is_called_so(printed, player, when) and (role not in AS_PRINTED or _is_own_name(printed, player))


def _is_own_name(printed: str, player: Player) -> bool:
    return telling_word(printed) in {telling_word(name) for name in (player.house_name, player.legal_name, player.display)}


def _is_called_so(printed: str, player: Player, when: date) -> bool:
    """Whether a company acted under its house name on a day: not one it came to own later, nor one it took over from."""
    word = telling_word(printed)
    if owned := [one for one in player.owns if telling_word(one.name) == word]:
        return all(one.since is None or one.since <= when for one in owned)
    if former := [until for name, until in player.former_names if telling_word(name) == word]:
        return all(until is not None and until < when for until in former)
    names = (player.house_name, player.legal_name, player.display.partition("(")[0], *player.labels)
    own = {part for name in names for part in (telling_word(name), *re.findall(r"\w+", name.casefold()))}
    return word in own or len(word) < ABBREVIATION or printed.isupper()


def _house(player: Player) -> Words:
    return Words((Piece(player.house_name or player.display, "seed", f"player {player.id}"),))


def named(people: Iterable[Party]) -> dict[str, Words]:
    """Placeholder → names of the companies in that part."""
    every = [party for party in people if party.words.text]
    acting = [party for party in every if party.role in ACTING]
    if not acting and (owner := next((party for party in every if party.role not in {"partner", "funder"}), None)):
        acting = [owner]
    words: dict[str, Words] = {}
    for role in SINGLE:
        having = [party for party in every if party.role == role]
        if having:
            words[role] = joined([party.words for party in having[:3]])
    if acting:
        words["company"] = joined([party.words for party in acting[:3]])
    both = [party for party in every if party.role in (*ACTING, "partner")]
    if len(both) > 1:
        words["companies"] = joined([party.words for party in both[:4]])
        words.setdefault("partner", joined([party.words for party in both[1:3]]))
        if len(acting) > 1 and not any(party.role == "partner" for party in every):
            words["company"] = both[0].words
    shown: dict[str, str] = {}
    for role in SINGLE:  # nobody buys itself
        if role in words and shown.setdefault(words[role].text, role) != role:
            del words[role]
    return words
