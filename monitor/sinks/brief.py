"""A digest in few words, for places that are glanced at: the most important developments, and where the rest is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from urllib.parse import quote, urlsplit

from monitor.digest.wording import clip, rank
from monitor.model import Digest, DigestItem, Edition, Issue, MarketSection, Status

_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
LINES = 8
MARKS = {Status.REVIEW: "to review", Status.ACCEPTED: "accepted", Status.EDITED: "accepted"}


@dataclass(frozen=True, slots=True)
class Told:
    """One development: everything on one line, `url` empty when the source has none that may be followed."""

    headline: str
    why: str
    source: str
    url: str


def one_line(text: str, length: int) -> str:
    """The text without line breaks, marks that turn its direction and halves of characters; at most so long."""
    return clip(_NOT_SHOWN.sub(" ", text), length)


def link(url: str) -> str:
    """The address when it is plain web, with everything odd in it encoded; empty otherwise."""
    text = quote(url.strip(), safe="%/:?#[]@!$&'()*+,;=~-._", errors="replace")
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in {"http", "https"} and parts.netloc and len(text) <= 1000 else ""


def count(digest: Digest) -> int:
    """How many developments the digest tells or counts, as mentions too."""
    return sum(len({item.development.id for item in _all(one)}) + _left_out(one) for one in digest.sections)


def summary(digest: Digest) -> tuple[str, ...]:
    """The lines on top, as many as are taken in at a glance, and how many more there are."""
    more = len(digest.summary) - LINES
    return digest.summary if more <= 0 else (*digest.summary[: LINES - 1], f"and {more + 1} more lines")


def most(digest: Digest, n: int) -> list[tuple[str, list[Told]]]:
    """The n most important developments but for mentions, under the names of their markets, in the digest's order."""
    found = [(section, item) for section in digest.sections for item in _once(section)]
    kept = {id(item) for _, item in sorted(found, key=lambda pair: rank(pair[1].development))[:n]}
    grouped = [(section, [_told(item) for one, item in found if one is section and id(item) in kept]) for section in digest.sections]
    return [(one_line(f"{section.short} · {section.name}", 120), told) for section, told in grouped if told]


def pointer(issue: Issue, edition: Edition, shown: int) -> str:
    """Where everything stands that is not shown."""
    rest = count(issue.digest) - shown
    ways = [f"in the folder {sink.path}" for sink in edition.sinks if sink.kind == "folder"]
    ways += ["in the mail" for sink in edition.sinks if sink.kind == "email"]
    name = f"issue {issue.number} of {one_line(issue.digest.title, 100)}{' (' + ' and '.join(dict.fromkeys(ways)) + ')' if ways else ''}"
    if not issue.digest.sections:  # an alarm about sources
        return name
    if not count(issue.digest):
        return f"No reportable developments: {name}"
    return f"And {rest} more, mentions among them: {name}" if rest else f"All of {name}"


def _told(item: DigestItem) -> Told:
    one = item.development
    mark = item.correction or MARKS.get(one.status, "")
    why = "; ".join(part for part in (mark, item.why_it_matters) if part)
    return Told(
        one_line(one.headline or one.line_text, 250) or "(no title)",
        one_line(why, 250),
        one_line(one.source_name, 80),
        link(one.source_url),
    )


def _once(section: MarketSection) -> list[DigestItem]:
    items = chain(section.headlines, section.proposed, section.updates, section.review)
    return list({item.development.id: item for item in reversed(list(items))}.values())[::-1]


def _all(section: MarketSection) -> list[DigestItem]:
    return [*_once(section), *section.mentions]


def _left_out(one: MarketSection) -> int:
    return one.mentions_left_out + one.proposed_left_out + one.updates_left_out + one.review_left_out
