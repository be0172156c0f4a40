"""What the finders of slots share: an entry with all that was read of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitor.masking import Masked
from monitor.match import Matched
from monitor.model import Entry, Mention
from monitor.text import Sentence


@dataclass(frozen=True, slots=True)
class Text:
    """An entry with its names, its painted texts and its sentences; `published` is the day it became known."""

    entry: Entry
    matched: Matched
    masked: Masked
    sentences: tuple[Sentence, ...]
    published: date


def within(mention: Mention, place: Sentence) -> bool:
    """Whether a name stands in a sentence."""
    return mention.span.field == place.field and place.start <= mention.span.start and mention.span.end <= place.end
