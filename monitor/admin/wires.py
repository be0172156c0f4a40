"""Whether a GlobeNewswire address asks for what its words say: the number decides, and wrong numbers go round."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from monitor.admin import known
from monitor.admin.addresses import Wire


def wrong_wire(asked: Wire) -> str:
    """What is wrong with a GlobeNewswire address and what to write instead; nothing where it is as it should be."""
    if asked.what == "jswidgetfeed":
        return f"JSWidgetFeed is a script for web pages, no feed: write https://www.globenewswire.com/RssFeed/…, see {known.WIRE_LIST}"
    if not asked.names:
        return ""
    name = asked.names.get(asked.code)
    if name is None:
        return _no_number(asked)
    if asked.by == "subjectcode" and asked.code in known.NOISE:
        return f"{asked.code} is {name}: {known.NOISE[asked.code]}, nothing else. Remove it, or write enabled: false"
    return _other_words(asked, name)


def _no_number(asked: Wire) -> str:
    """The number is missing or nobody's."""
    advice = f"write {_meant(asked)}" if _meant(asked) else f"look it up in {known.WIRE_LIST}"
    if not asked.code:
        return f"names no number, and the number decides: {advice}"
    what = "subject" if asked.by == "subjectcode" else "industry"
    return f"{asked.code} is no {what} number that is known (there is {_listed(asked.names)}): {advice}"


def _other_words(asked: Wire, name: str) -> str:
    """The number is known, and the words stand for another one."""
    if asked.words and asked.words.lower() != name.lower():
        meant = _meant(asked)
        other = f"{meant} when that is meant, else " if meant and meant != f"{asked.code}-{name}" else ""
        return f"{asked.code} is {name}, whatever the words say ({asked.words}): write {other}{asked.code}-{name}"
    title = asked.title.lower()
    lies = [f"{code}-{other}" for code, other in asked.names.items() if other.lower() in title and other != name]
    if lies and name.lower() not in title:
        return f"{asked.code} is {name}, whatever the feedTitle says: write {lies[0]} when that is meant, else {name} in the feedTitle too"
    return ""


def _meant(asked: Wire) -> str:
    """The number and name that the words come nearest to."""
    names = {name.lower(): f"{code}-{name}" for code, name in asked.names.items()}
    found = get_close_matches(asked.words.lower(), names, n=1, cutoff=0.75)
    return names[found[0]] if found else ""


def _listed(names: Mapping[str, str]) -> str:
    return ", ".join(f"{code} {name}" for code, name in names.items() if code not in known.NOISE)
