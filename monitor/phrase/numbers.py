"""The numbers of a line: only those that a source states whose numbers may be printed (tier 1 or 2)."""

from __future__ import annotations

from monitor.model import Event, Report, Slot
from monitor.phrase.filling import Piece, Words
from monitor.phrase.wording import amount, day

TRUSTED = 2  # the lowest tier whose numbers are printed
NUMBERS = ("upfront", "total", "milestones", "proceeds", "per_share")


def trusted(event: Event, name: str) -> tuple[Slot, Report] | None:
    """The best statement of a number by a source whose numbers may be printed."""
    for report in event.reports:
        slot = report.slot(name)
        if slot is not None and report.source_tier <= TRUSTED:
            return slot, report
    return None


def number(event: Event, name: str) -> tuple[float, str] | None:
    """An amount in millions (a price of a share in units) with its currency."""
    found = trusted(event, name)
    try:
        return (float(found[0].value.replace(",", "")), found[0].currency or "USD") if found else None
    except ValueError:
        return None


def numbers(event: Event) -> dict[str, Words]:
    """Amounts and expected dates as words."""
    words: dict[str, Words] = {}
    for name in NUMBERS:
        said, value = trusted(event, name), number(event, name)
        if said and value:
            text = amount(*value, single=name == "per_share")
            words[name] = Words((Piece(text, "span", said[1].source, said[0].span),))
    if "upfront" in words and "total" in words and words["upfront"].text == words["total"].text:
        del words["upfront"]
    for name in ("goal_date", "expected_close"):
        said = trusted(event, name)
        if said and (text := day(said[0].value)):
            pieces = (Piece(text, "span", said[1].source, said[0].span),)
            words[name] = Words(
                pieces if name == "goal_date" else (Piece("on " if text[:1].isdigit() and " " in text else "in ", "template"), *pieces)
            )
    return words
