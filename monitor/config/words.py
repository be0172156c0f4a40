"""Which names are too short or too common to count without context (domain.md 2, story D6)."""

from __future__ import annotations

from monitor.gazetteer import Alias

# Words of everyday language, places, surnames and brands that are also names of companies, products or studies.
WORDS = """
act adaptive adoptive alpha apollo arrow atlas aurion aurora bayer beacon beam belief bird black blackdiamond bloom
blue bluebird bridge canary century compass cullinan delta diamond eagle echo edge element embark felix focus forge
forward galapagos galaxy gilead harbor harmony hope horizon insight janssen juno kite laura legend liberty lilly lotus
merck miracle nova nucleus oak orbit orion passage phoenix pioneer plus prime pulse puma purple relay reliance roche
rubicon sage sana seagen sorrento spark spring star stone summit swift tango tempest titan transform unity vertex verve
victory vision vor voyager wave xenon zenith
"""
COMMON = frozenset(WORDS.split())
CONTEXT_HINT = "give it require_any with words that must stand beside it, or never_alone: true"


def unsafe(alias: Alias) -> str:
    """Why an alias would match what it does not mean, and what to write; empty when it is safe enough."""
    if alias.require_any or alias.reject_any or alias.never_alone:
        return ""
    text = alias.text
    if not text.isascii() and not any(character.isascii() and character.isalpha() for character in text):
        return ""  # names in other scripts are short and still say one thing
    letters = [character for character in text if character.isalnum()]
    is_code = any(character.isdigit() or character == "-" for character in text)  # CAR-T, X-396: nothing else looks so
    if len(letters) < (4 if is_code else 5):
        return f"{text} is shorter than five letters and counts without context: {CONTEXT_HINT}"
    if text.lower().replace(" ", "").replace("-", "") in COMMON:
        return f"{text} is also a common word or name and counts without context: {CONTEXT_HINT}"
    return ""
