"""What a file of seeds/markets/ may say. The JSON Schema that editors use comes from these models too, hence the descriptions."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema

from monitor.config.checks import Strict


def _first_day(value: object) -> object:
    """A date of which the day, or day and month, may be unknown: then its first day."""
    if isinstance(value, date) or value is None:
        return value
    found = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", str(value))
    if found is None:
        raise ValueError("must be a date: write 2026-05-04, or 2026-05 or 2026 when no more is known")
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError as error:
        raise ValueError(f"is no day of the calendar ({error}): write it as year-month-day") from error


def _whole_day(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return _first_day(value)
    raise ValueError("must be a full date: write 2026-05-04")


def _id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError("must be an id: small letters, digits and single hyphens, as in eli-lilly")
    return value


def _word(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty: write the words")
    if value != value.strip() or "\n" in value:
        raise ValueError("must not begin or end with a blank, nor break the line")
    return value


DATE_SCHEMA = {"type": ["string", "integer"], "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}
Day = Annotated[date, BeforeValidator(_first_day), WithJsonSchema(DATE_SCHEMA)]
WholeDay = Annotated[date, BeforeValidator(_whole_day), WithJsonSchema({"type": "string", "format": "date"})]
Id = Annotated[str, AfterValidator(_id), WithJsonSchema({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"})]
Word = Annotated[str, AfterValidator(_word), WithJsonSchema({"type": "string", "minLength": 1})]


class Shorthand(Strict):
    """A mapping that may be written as one plain text when only its first key is needed."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "minLength": 1}, dict(handler.resolve_ref_schema(handler(schema)))]}


def _as_text(value: object) -> object:
    """A plain text is the short form of {text: …}."""
    return {"text": value} if isinstance(value, str) else value


class AliasFile(Shorthand):
    """A name as it is printed; write it as plain text, or as a mapping when it needs context."""

    text: Word = Field(description="the name, exactly as sources print it")
    case: Literal["any", "exact"] = Field("any", description="exact: capitals must be as written here (for acronyms and English words)")
    require_any: list[Word] = Field(default=[], description="counts only when one of these stands elsewhere in the text")
    reject_any: list[Word] = Field(default=[], description="does not count when one of these stands in the text")
    never_alone: bool = Field(False, description="counts only beside another name of the same thing")
    since: Day | None = Field(None, description="first day on which the name stands for its owner")
    until: Day | None = Field(None, description="first day on which it no longer does")


AliasEntry = Annotated[AliasFile, BeforeValidator(_as_text)]


class OwnedFile(Strict):
    """A company that belongs, or is announced to belong, to a player. Announced is not owned."""

    name: Word
    since: Day | None = Field(None, description="day of closing; leave out until the closing is reported")
    until: Day | None = Field(None, description="first day on which it no longer belonged")
    announced: Day | None = Field(None, description="day of the announcement")
    aliases: list[AliasEntry] | None = Field(None, description="names that stand for the owner from `since` on; default: the name")
    lineage: bool = Field(False, description="the report counts the company's earlier history as the owner's: its names count at all times")


class FormerName(Strict):
    """A name the player no longer uses."""

    name: Word
    until: Day | None = None


class PlayerFile(Strict):
    """A tracked company. Write the same id in two markets for the same company."""

    legal_name: Word
    display: Word = Field(description="how tables name it")
    house_name: Word | None = Field(None, description="how a line names it in running text; without the key: display")
    aliases: list[AliasEntry] = Field(min_length=1, description="every name it goes by; short or common ones need require_any")
    owns: list[OwnedFile] = Field(default=[])
    former_names: list[FormerName] = Field(default=[])
    tickers: list[Word] = Field(default=[])
    lists: list[Word] = Field(default=[], description="player lists of the report on which it is printed")
    labels: list[Word] = Field(default=[], description="its printed names there")
    pure_play: bool | list[Word] = Field(
        False,
        description="true when all its business is this market's, or the aliases of which that is true: its headlines belong",
    )
    also_sells: list[Id] = Field(default=[], description="products of another owner that it sells or develops in some countries")
    note: str = ""
    stale: bool = Field(False, description="the report is out of date about it; the digest says so, with the note")


class PastOwner(Strict):
    """A player that held a product in a period."""

    player: Id
    since: Day | None = None
    until: Day | None = Field(None, description="first day on which it no longer held it")


class NextDate(Strict):
    """The next day on which something is expected."""

    date: WholeDay
    what: Word


class ProductFile(Strict):
    """A tracked medicine or diagnostic. Brand, generic and codes are aliases by themselves."""

    brand: Word | None = None
    generic: Word | None = None
    codes: list[Word] = Field(default=[], description="development codes and short forms")
    owner: Id = Field(description="player id")
    co_owner: Id | None = Field(None, description="player id")
    past_owners: list[PastOwner] = Field(default=[])
    modality: Word = Field(description="modality or class, e.g. car-t")
    target: Word | None = None
    tier: Literal["core", "adjacent", "player_only"] = Field(description="how close an event about it is to the market")
    aliases: list[AliasEntry] = Field(
        default=[], description="further names; one that repeats brand, generic or a code gives it its context"
    )
    off_market: bool = Field(False, description="tracked, but in diseases outside the market: only mentioned")
    require_core_term: bool = Field(False, description="belongs to the market only beside one of its core terms")
    next_date: NextDate | None = None
    note: str = ""


class AgencyFile(Strict):
    """A regulator or payer body."""

    name: Word = Field(description="as a line spells it first, e.g. U.S. FDA")
    short: Word = Field(description="as a line spells it afterwards, e.g. FDA")
    country: Word | None = Field(None, description="a country of the geography below")
    region: Id | None = Field(None, description="id of a region of the geography below")
    aliases: list[AliasEntry] = Field(min_length=1)


class RegionFile(Strict):
    """A top node of the report's geography tree."""

    name: Word
    countries: list[Word]


class PointFile(Strict):
    """One printed value."""

    year: int = Field(ge=1990, le=2100)
    usd_million: float
    kind: Literal["base", "actual_or_base", "forecast"]


class SeriesFile(Strict):
    """A market-size claim of the report: kept as printed, never averaged, never changed from news."""

    status: Literal["headline", "alternate", "retired"]
    section: Word
    points: list[PointFile] = Field(min_length=1)
    cagr_percent: float
    cagr_from: int
    cagr_to: int
    note: str = ""


class ClaimFile(Strict):
    """Another statement of the report that is kept with its conflict."""

    kind: Word
    note: Word
    rule: str = ""


class FiguresFile(Strict):
    """The report's numbers, held as claims."""

    series: dict[Id, SeriesFile] = Field(default={})
    claims: dict[Id, ClaimFile] = Field(default={})


class RoleFile(Strict):
    """A player in a baseline development."""

    id: Id
    printed: Word = Field(description="as the report prints it")
    role: Word


class BaselineFile(Strict):
    """A development that the report prints already; its line here is in our words."""

    date: WholeDay | None = Field(None, description="when the day is known to the report; otherwise month")
    month: Annotated[str, AfterValidator(lambda text: f"{_first_day(text):%Y-%m}")] | None = Field(None, description="e.g. 2022-02")
    type: Word
    subtype: Word | None = None
    players: list[RoleFile] = Field(default=[])
    product: Id | None = None
    indication: Word | None = None
    agency: Id | None = None
    country: Word | None = None
    region: Id | None = None
    trial: Word | None = None
    line: Word = Field(description="in our own words, in the house pattern; never the report's sentence")
    superseded_by: str = Field("", description="what overtook it, in words")
    source_name: str = ""
    source_url: str = ""


class ReportFile(Strict):
    """The report this market belongs to."""

    title: Word
    order: Literal["oldest_first", "newest_first"]


class TermsFile(Strict):
    """Words of the market itself."""

    core: list[AliasEntry] = Field(min_length=1, description="make a text belong")
    adjacent: list[AliasEntry] = Field(default=[], description="make a text belong loosely")
    context: list[AliasEntry] = Field(default=[], description="support other names")
    competing: list[AliasEntry] = Field(default=[], description="medicines that compete with the market's own: only mentioned, as adjacent")
    off_market: list[AliasEntry] = Field(default=[], description="demote a text to a mention")


class ProposalFile(Strict):
    """The lowest importance at which an event of a tier is proposed for the report; 6 means never."""

    core: int = Field(default=3, ge=1, le=6)
    adjacent: int = Field(default=3, ge=1, le=6)
    player_only: int = Field(default=6, ge=1, le=6)


class FamiliesFile(Strict):
    """Event types, or families of them, to which proposals of a tier are restricted; empty means all."""

    core: list[Word] = Field(default=[])
    adjacent: list[Word] = Field(default=[])
    player_only: list[Word] = Field(default=[])


class MarketFile(Strict):
    """A tracked market: adding one is adding a file like this."""

    id: Id = Field(description="stays for good: the database and feeds.yaml refer to it")
    name: Word
    short: Word = Field(description="label only, never matched on")
    report: ReportFile
    proposal: ProposalFile = ProposalFile()
    proposal_families: FamiliesFile = FamiliesFile()
    terms: TermsFile
    shares_with: Id | None = Field(None, description="market whose geography and agencies are used where this file has none")
    geography: dict[Id, RegionFile] = Field(default={})
    agencies: dict[Id, AgencyFile] = Field(default={})
    players: dict[Id, PlayerFile] = Field(default={})
    products: dict[Id, ProductFile] = Field(default={})
    trials: dict[Word, Id | None] = Field(default={}, description="name of a trial: id of its product")
    segments: dict[Word, list[Word]] = Field(default={}, description="as the report lists them; never matched on")
    figures: FiguresFile = FiguresFile()
    baseline: dict[Id, BaselineFile] = Field(default={}, description="what the report's Recent Developments already say; may be empty")
