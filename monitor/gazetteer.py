"""What is tracked, as analysts wrote it in seeds/: markets, players, products, agencies, event types, noise.

Frozen values, like those of model.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from monitor.model import Precision, Tier

Listed = Literal["brand", "generic", "company"]  # what a name of names.tsv is


@dataclass(frozen=True, slots=True)
class Alias:
    """A name as it is printed, and what must be true of the text before it counts.

    `require_any`: at least one of these words must stand elsewhere in the text. `reject_any`: none of these may.
    `never_alone`: besides, another name of the same thing must stand in the text when `require_any` is empty.
    `since` and `until` bound the publication dates for which the name stands for its owner (ownership is dated).
    """

    text: str
    case: Literal["any", "exact"] = "any"
    require_any: tuple[str, ...] = ()
    reject_any: tuple[str, ...] = ()
    never_alone: bool = False
    since: date | None = None
    until: date | None = None
    place: str = ""  # file:line, for `monitor explain`


@dataclass(frozen=True, slots=True)
class Ownership:
    """A company that belongs (or is announced to belong) to a player. Announced is not owned: `since` is None until closing."""

    name: str
    since: date | None = None
    until: date | None = None
    announced: date | None = None


@dataclass(frozen=True, slots=True)
class Player:
    """A tracked company. The same id in two markets is one company."""

    id: str
    legal_name: str
    display: str
    house_name: str  # how a line names it in running text
    aliases: tuple[Alias, ...]
    owns: tuple[Ownership, ...] = ()
    former_names: tuple[tuple[str, date | None], ...] = ()  # (name, until)
    products: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()  # the report's own player lists it is printed on
    labels: tuple[str, ...] = ()  # as printed there
    tickers: tuple[str, ...] = ()
    note: str = ""  # e.g. why the report's mention of it is stale
    stale: bool = False  # the report's own list is out of date about it


@dataclass(frozen=True, slots=True)
class Product:
    """A tracked medicine or diagnostic. `tier` is how close an event about it is to the market."""

    id: str
    brand: str | None
    generic: str | None
    codes: tuple[str, ...]
    owner: str
    co_owner: str | None
    modality: str
    tier: Tier
    aliases: tuple[Alias, ...]
    target: str | None = None
    off_market: bool = False  # tracked, but in diseases outside the market: only a mention
    require_core_term: bool = False  # belongs to the market only beside one of its core terms
    next_date: date | None = None
    next_date_what: str = ""
    past_owners: tuple[Ownership, ...] = ()  # `name` is a player id: who else held it, in which period


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the market itself. `core` and `adjacent` make a text belong; `context` supports; `off_market` demotes.

    `competing` names medicines that take the place of the market's own: their news belong as adjacent, and are only mentioned.
    """

    alias: Alias
    role: Literal["core", "adjacent", "context", "competing", "off_market"]


@dataclass(frozen=True, slots=True)
class Agency:
    """A regulator or payer body, with the tree node its decisions fall under."""

    id: str
    name: str  # as a line spells it first, e.g. "U.S. FDA"
    short: str  # afterwards, e.g. "FDA"
    aliases: tuple[Alias, ...]
    country: str | None
    region: str | None  # id of a top node of the geography tree


@dataclass(frozen=True, slots=True)
class Region:
    """A top node of the geography tree and its countries, as the report prints them."""

    id: str
    name: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigurePoint:
    """One printed value of a series."""

    year: int
    usd_million: float
    kind: str


@dataclass(frozen=True, slots=True)
class FigureSeries:
    """A market-size claim of a report. Held, never overwritten, never averaged, never updated from news."""

    id: str
    status: Literal["headline", "alternate", "retired"]
    section: str
    points: tuple[FigurePoint, ...]
    cagr_percent: float
    cagr_from: int
    cagr_to: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Another statement of the report that is kept with its conflict: which claims disagree, and the rule for showing them."""

    id: str
    kind: str
    note: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A development the report prints already; its wording here is ours."""

    id: str
    date: date
    precision: Precision
    type: str
    subtype: str | None
    players: tuple[tuple[str, str, str], ...]  # (player id, printed name, role)
    product: str | None  # product id
    indication: str | None
    agency: str | None
    country: str | None
    region: str | None
    trial: str | None
    line: str
    superseded_by: str = ""  # what overtook it, in words
    source_name: str = ""
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class Market:
    """A tracked market: everything that decides whether an event belongs to it, and what its report says already."""

    id: str
    name: str
    short: str
    report_title: str
    report_order: Literal["oldest_first", "newest_first"]
    players: Mapping[str, Player]
    products: Mapping[str, Product]
    terms: tuple[Term, ...]
    regions: tuple[Region, ...]
    agencies: Mapping[str, Agency]
    trials: Mapping[str, str | None]  # name → product id
    segments: Mapping[str, tuple[str, ...]]
    series: tuple[FigureSeries, ...]
    claims: tuple[Claim, ...]
    baseline: tuple[Baseline, ...]
    proposal: Mapping[Tier, int]  # lowest importance at which an event of that tier is proposed; 6 means never
    proposal_families: Mapping[Tier, tuple[str, ...]] = field(default_factory=dict)  # types or families proposed at all; empty: every one
    pure_play: frozenset[str] = frozenset()  # folded names of companies all of whose business is this market's


@dataclass(frozen=True, slots=True)
class Trigger:
    """A phrase template, or an expert's regular expression, that says an event type (or, as a veto, that it does not).

    `phrase` is plain words with `…` for a short gap and {AGENCY}, {PRODUCT}, {PLAYER} for a mention; `stage` refines the type.
    """

    phrase: str
    rule: str  # stable id, e.g. "approval-3"
    subtype: str | None = None
    fields: tuple[str, ...] = ("title", "lead", "body")
    unless: str = ""  # of a veto: a phrase in the same sentence beside which it does not count
    place: str = ""  # file:line
    yes: tuple[str, ...] = ()  # an expert's examples that must be claimed
    no: tuple[str, ...] = ()  # and those that must not


@dataclass(frozen=True, slots=True)
class EventType:
    """One of the event types of types.yaml."""

    id: str
    family: str
    importance: int
    line: Literal["always", "conditional", "never"]
    definition: str
    subtypes: tuple[str, ...]
    triggers: tuple[Trigger, ...]
    vetoes: tuple[Trigger, ...]
    for_review: tuple[Trigger, ...]
    needs: tuple[str, ...]
    beats: tuple[str, ...] = ()  # types it wins over when both have a trigger
    lines: tuple[str, ...] = ()  # line templates, richest first (see phrase.py)
    headline: tuple[str, ...] = ()  # headline templates, richest first
    label: str = ""  # how a person says it, e.g. "approval"
    plural: str = ""
    negation: str | None = None  # the type a negated trigger stands for ("declines to approve" → regulatory_rejection)
    asserted: bool = True  # whether plans and hopes do not count
    only_tracked: bool = False  # whether it counts only where something tracked is named
    confirmed_by: tuple[str, ...] = ()  # whose record of it can be read: ids of agencies, or "filing"
    yes: tuple[str, ...] = ()  # examples written for us that must carry the type
    no: tuple[str, ...] = ()  # examples that must not
    expert: tuple[Trigger, ...] = ()  # triggers that are regular expressions (expert.py)


@dataclass(frozen=True, slots=True)
class Noise:
    """A class of items that never are developments; `level` says whether they are dropped or may be mentioned."""

    id: str
    label: str
    level: Literal["drop", "mention"]
    phrases: tuple[Trigger, ...]
    unless: tuple[Trigger, ...] = ()
    strong: bool = False  # counts even when the title claims an event
    expert: tuple[Trigger, ...] = ()  # phrases that are regular expressions


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with places for facts, such as `In {month}, {company} obtained {agency} approval of {product}.`"""

    text: str
    place: str = ""  # file:line


@dataclass(frozen=True, slots=True)
class Wording:
    """How events of a type, or of one of its stages, are told: each list richest first."""

    first: tuple[Template, ...] = ()  # what happened
    second: tuple[Template, ...] = ()  # on what it rests, on which terms
    headline: tuple[Template, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What decides between proposing a line, asking a person and only mentioning."""

    automatic: float = 0.0  # score from which an event is proposed without a person looking at it first
    review: float = 0.0  # score below which it is only mentioned
    financing_from: float = 100.0  # USD million
    large_deal: float = 1000.0  # USD million: as important as an approval
    first_agencies: tuple[str, ...] = ()  # whose first approvals count most
    complete: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # type → what must be known besides its `needs`


@dataclass(frozen=True, slots=True)
class House:
    """What a house wants of its lines besides their sentences; as it stands here, nothing is changed."""

    tense: Literal["past", "present"] = "past"
    order: Literal["date_first", "company_first"] = "date_first"
    brand: Literal["as_written", "capitals"] = "as_written"
    trademark: bool = False  # ™ behind a brand at its first mention
    date: Literal["month", "day"] = "month"
    sentences: Literal[1, 2] = 2
    source_note: bool = False
    present: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # word of the templates → in the present tense: of one, of several


@dataclass(frozen=True, slots=True)
class Style:
    """The house style of lines: style.yaml."""

    wordings: Mapping[str, Mapping[str, Wording]] = field(default_factory=dict)  # type → stage ("" for all) → wording
    any_headline: tuple[Template, ...] = ()  # for types without a headline of their own
    designations: Mapping[str, str] = field(default_factory=dict)  # as extracted → as a line says it
    modalities: Mapping[str, str] = field(default_factory=dict)  # as markets write it → as a line says it
    without_article: tuple[str, ...] = ()  # agencies that are named without "the"
    policy: Policy = Policy()
    house: House = House()


@dataclass(frozen=True, slots=True)
class Seeds:
    """All of seeds/, checked. `version` is a hash of the files: what was decided names what decided it."""

    version: str
    markets: Mapping[str, Market]
    types: Mapping[str, EventType]
    noise: tuple[Noise, ...]
    modality: tuple[Trigger, ...] = ()  # words that make a statement a plan, a hope or a condition
    negation: tuple[Trigger, ...] = ()
    history: tuple[Trigger, ...] = ()  # words that make a statement old news
    style: Style = Style()
    names: Mapping[str, Listed] = field(default_factory=dict)  # folded, what registers know and nobody need track
    substances: Mapping[str, str] = field(default_factory=dict)  # folded brand → its nonproprietary name, as far as listed
    reader: bytes = b""  # the second reader's model (reader.py); empty: the rules decide alone
