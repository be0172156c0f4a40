"""Lessons: the corpus of seeds/, labelled files, and what was decided in this installation, each text with the types that are right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import ConfigError, NotFound, Problem
from monitor.evaluation import Half, Item, read_items
from monitor.evaluation.trust import tier_of
from monitor.gazetteer import Market
from monitor.model import Entry, Status, StoredEntry
from monitor.reader import NOTHING
from monitor.store import Store

CORPUS, DECISIONS = "corpus", "decisions"
# Years in a text count as past or present beside the day it came out, and those of the corpus came out when it was written. Not
# today: the same corpus would give another model next year.
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
UNSURE = 0.3  # who labelled it hesitated
REJECTED = 0.3  # a person may have had other reasons than that nothing happened
DECIDED = (Status.ACCEPTED, Status.EDITED, Status.REJECTED)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text to learn from. Lessons of one `group` tell one event; whoever is asked about one must not have learnt from the others."""

    source: str  # "corpus", the name of a labelled file, or "decisions"
    id: str
    title: str
    lead: str
    published: datetime | None
    kinds: tuple[str, ...]  # the right ones, `nothing` among them
    group: str
    tier: int = 2
    weight: float = 1.0
    half: Half | None = None

    def stored(self) -> StoredEntry:
        """The text as the store would hand it out."""
        published = self.published or WRITTEN
        return StoredEntry(0, Entry(self.source, self.id, self.title, self.lead, published=published), published)


def corpus(folder: Path, types: Collection[str]) -> list[Lesson]:
    """The lines `type<TAB>title<TAB>lead` of a folder's *.tsv files; raises ConfigError with every line that is none."""
    lessons, problems = [], []
    for path in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if not line.strip():
                continue
            kind, title, lead = (*line.split("\t"), "", "")[:3]
            place = f"{folder.name}/{path.name}:{number}"
            if line.count("\t") > 2 or not title.strip():
                told = "write the type, a tab, the title, and where there is one a tab and the lead"
                problems.append(Problem(f"{folder.name}/{path.name}", number, 1, "", told))
            elif kind != "null" and kind not in types:
                told = f"{kind} is no event type of types.yaml: write one, or null for no development"
                problems.append(Problem(f"{folder.name}/{path.name}", number, 1, "", told))
            lessons.append(Lesson(CORPUS, place, title, lead, WRITTEN, (NOTHING if kind == "null" else kind,), place))
    if problems:
        raise ConfigError(problems)
    return lessons


def labelled(path: Path, types: Collection[str]) -> list[Lesson]:
    """The items of a file that say which types are right, or that nothing is; raises ConfigError with its mistakes."""
    items = read_items([path])
    strange = {kind: item.id for item in items for kind in item.expect.types or () if kind is not None and kind not in types}
    if strange:
        raise ConfigError([Problem(str(path), 1, 1, "expect.types", f"{kind} of {id_} is no event type") for kind, id_ in strange.items()])
    return [_lesson(path.name, item) for item in items if item.expect.types is not None or item.expect.level is not None]


def _lesson(source: str, item: Item) -> Lesson:
    kinds = tuple(dict.fromkeys(kind or NOTHING for kind in item.expect.types or (None,)))
    group = item.expect.event or item.id
    weight = UNSURE if item.expect.unsure else 1.0
    return Lesson(source, item.id, item.title, item.summary, item.published, kinds, group, tier_of(item.source), weight, item.half)


def decisions(store: Store, markets: Iterable[Market], tier: Callable[[str], int]) -> list[Lesson]:
    """What people made of what was read here: the reports of an event that one market took tell its type, of others' rejected ones nothing.

    `tier` gives that of a source. An event that nobody tells any more teaches nothing.
    """
    decided: dict[str, tuple[Status, str]] = {}
    for market in markets:
        for one in store.developments(market.id, statuses=DECIDED, oldest_first=True):
            if one.event and decided.get(one.event, (Status.REJECTED, ""))[0] is Status.REJECTED:
                decided[one.event] = (one.status, one.type)
    return [lesson for event, (status, kind) in sorted(decided.items()) for lesson in _told(store, event, status, kind, tier)]


def _told(store: Store, event: str, status: Status, kind: str, tier: Callable[[str], int]) -> Iterator[Lesson]:
    try:
        reports = store.event(event).reports
    except NotFound:
        return
    rejected = status is Status.REJECTED
    for number in sorted({report.entry for report in reports}):
        stored = store.entry(number)
        entry, kinds = stored.entry, (NOTHING if rejected else kind,)
        weight = REJECTED if rejected else 1.0
        yield Lesson(DECISIONS, str(number), entry.title, entry.lead, stored.effective(), kinds, event, tier(entry.source), weight)
