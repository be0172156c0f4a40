"""What seeds/types.yaml may say: event types with their phrases (and, for experts, expressions), and classes of noise."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from monitor.config.checks import Strict
from monitor.config.market_file import Shorthand, Word


def _as_phrase(value: object) -> object:
    """A plain text is the short form of {phrase: …}."""
    return {"phrase": value} if isinstance(value, str) else value


class TriggerFile(Shorthand):
    """A phrase: plain words, `…` for a short gap, {AGENCY}, {PRODUCT}, {PLAYER} for a name that is tracked."""

    phrase: Word
    id: Word | None = Field(None, description="name of the rule; without it, type and number")
    subtype: Word | None = None
    fields: list[Literal["title", "lead", "body"]] | None = Field(None, min_length=1, description="where to look; default: everywhere")


TriggerEntry = Annotated[TriggerFile, BeforeValidator(_as_phrase)]


class VetoFile(TriggerFile):
    """A phrase that takes a claim back."""

    unless: Word | None = Field(None, description="a phrase beside which it does not, in the same sentence")


VetoEntry = Annotated[VetoFile, BeforeValidator(_as_phrase)]


class ExpertFile(Strict):
    """A regular expression as RE2 reads it, for what no phrase can say. It is searched in small letters, sentence by sentence."""

    pattern: Word = Field(description="in single quotes and small letters; {AGENCY} and the like as in phrases; no look-around")
    yes: list[Word] = Field(min_length=1, description="examples that this expression must claim")
    no: list[Word] = Field(min_length=1, description="examples that it must not claim")
    id: Word | None = Field(None, description="name of the rule; without it, type, expert and number")


class TypeExpertFile(ExpertFile):
    """A regular expression that says a type."""

    subtype: Word | None = None
    fields: list[Literal["title", "lead", "body"]] | None = Field(None, min_length=1, description="where to look; default: everywhere")


class TypeFile(Strict):
    """A kind of event."""

    family: Word
    importance: int = Field(ge=1, le=5, description="5 always a headline … 1 archive")
    line: Literal["always", "conditional", "never"] = Field(description="whether a line is proposed for the report")
    definition: Word
    label: Word = Field(description="as a person says it, e.g. approval")
    plural: Word
    subtypes: list[Word] = Field(default=[])
    triggers: list[TriggerEntry] = Field(min_length=1)
    expert: list[TypeExpertFile] = Field(default=[], description="triggers as regular expressions, for what no phrase can say")
    vetoes: list[VetoEntry] = Field(default=[])
    for_review: list[TriggerEntry] = Field(default=[], description="words in the sentence that leave the type, and let a person decide")
    needs: list[Word] = Field(default=[], description="slots without which the type is only up for review")
    beats: list[Word] = Field(default=[], description="types over which it wins when both have a trigger")
    negation: Word | None = Field(None, description="the type that a negated trigger stands for")
    asserted: bool = Field(True, description="false: plans and hopes may claim it too, since announcing is the event")
    only_tracked: bool = Field(False, description="true: counts only where something tracked is named; of others it is nobody's news")
    confirmed_by: list[Word] = Field(
        default=[], description="whose record of it can be read: agencies with a register, or filing; until then news only announce it"
    )
    lines: list[Word] = Field(default=[], description="line templates, richest first")
    headline: list[Word] = Field(default=[], description="headline templates, richest first")
    yes: list[Word] = Field(default=[], description="examples that must carry the type")
    no: list[Word] = Field(default=[], description="examples that must not")


class NoiseFile(Strict):
    """Items that never are developments."""

    label: Word
    level: Literal["drop", "mention"]
    strong: bool = Field(False, description="true: counts even when the title claims an event; what is dropped always does")
    phrases: list[TriggerEntry] = Field(min_length=1)
    expert: list[ExpertFile] = Field(default=[], description="regular expressions, for what no phrase can say")
    unless: list[TriggerEntry] = Field(default=[])


class TypesFile(Strict):
    """All of types.yaml."""

    types: dict[Word, TypeFile] = Field(min_length=1)
    noise: dict[Word, NoiseFile] = Field(default={})
    modality: list[TriggerEntry] = Field(default=[], description="words that make a statement a plan, a hope or a condition")
    negation: list[TriggerEntry] = Field(default=[], description="words that turn a statement into its opposite")
    history: list[TriggerEntry] = Field(default=[], description="words that make a statement old news")
