"""What the finders of slots share: an entry with all that was read of it so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from monitor.classify import Claim
from monitor.masking import Masked
from monitor.match import Matched
from monitor.model import Entry, Mention
from monitor.text import Sentence

# FDA clears Zevocel, as Acme gets a warning
PARTS = re.compile(r";\s|,\s(?:as|while|plus|but)\s(?=(?:[\w’'&.-]+\s){1,3}?[a-z]{2,}s\b)")


@dataclass(frozen=True, slots=True)
class Text:
    """An entry with its names, its painted texts and its sentences; `published` is the day it became known."""

    entry: Entry
    matched: Matched
    masked: Masked
    sentences: tuple[Sentence, ...]
    published: date


def part_of_title(text: Text, claim: Claim, title: Sentence) -> Sentence:
    """Of a title that tells several things, what stands around the claim; the whole title for a claim from elsewhere."""
    if claim.field != "title":
        return title
    start, end = title.start, title.end
    for cut in PARTS.finditer(text.entry.title, start, end):
        if cut.end() <= claim.start:
            start = cut.end()
        elif cut.start() >= claim.end:
            end = cut.start()
            break
    return replace(title, start=start, end=end)


def within(mention: Mention, place: Sentence) -> bool:
    """Whether a name stands in a sentence."""
    return mention.span.field == place.field and place.start <= mention.span.start and mention.span.end <= place.end
