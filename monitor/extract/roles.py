"""Who did what to whom: names around a claim's verb, with their place and their part in the event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from monitor.shapes import COMMON
from monitor.text import fold

CONNECT = r"(?:\s(?:&|and|of|de|the)\s|\s|-)"
TOKEN = r"[A-Z0-9][\w.'’&+-]*[\w+]|[A-Z]|[a-z]{1,3}[A-Z]\w+"
VERB = re.compile(
    r"\s(?:announces?d?|reports?|receiv\w+|wins?|won|gains?|gets?|secures?|obtains?|nabs?|lands?|scores?|to\s|will\s|agrees?|buys?|bought|acquir\w+|snaps?|complet\w+|clos\w+|enters?|signs?|inks?|licens\w+|in-licens\w+|out-licens\w+"
    r"|partners?\s|teams?|collaborat\w+|launch\w*|says?|said|submit\w*|files?|filed|present\w*|posts?|present\w*|unveil\w*|initiat\w+|begins?|starts?|doses?|enroll?s?|rais\w+|pric\w+|sells?|sold|divests?|spins?|cuts?|lays?|ends?"
    r"|terminat\w+|discontinu\w+|drops?|halts?|pulls?|withdraws?|recalls?|is\s|are\s|has\s|have\s|in\s|for\s|from\s|with\s|on\s|at\s|as\s|after|over|by\s|(?:'s|’s)\s(?!Hospital|University|Institute|Medical|Cancer|Research|Health)|granted|awarded|approved|highlight\w*|shares?|show\w*|demonstrat\w*|achiev\w*|meets?|met\s"
    r"|expands?|extends?|exercis\w+|opts|exits?|swoops|scoops|makes?|strikes?|pens?|nears?|faces?|sees?|plans?|seeks?|hits?|misses|fails?|lifts?|adds?|joins?|changes?|renames?|rebrands?|forms?|names?|appoints?|reaches|commenc\w+|provid\w+|prices|opens?|publish\w+|evaluat\w+|pays?|invests?|returns?|regains?|advances?|moves?|resubmit\w*|dumps?|axes|scraps?|shelves|abandons?|gives|takes?|offloads?|picks?|grabs?|hands?|notches|snags|bags|earns|clinches|teams|links|ties|pulls|delays?|issues|settles?|sues?|beats|tops|touts|claims|debuts|showcases|outlines|outlicenses|sublicenses|merg\w+|combin\w+)",
    re.IGNORECASE,
)
NAME = re.compile(rf"(?:{TOKEN})(?:(?:{CONNECT})(?:{TOKEN}))*")
STOP_LEAD = re.compile(rf"^(?:{COMMON}|Biotech|Drugmaker|Pharma|Big|Swiss|German|French|Chinese|Japanese|American|British|Danish|Korean|Boston|Biosimilar|Updated?|Exclusive|Correct\w*|STAT\+|BRIEF|CEO|Investor\w*|\w+Breaks|Nasdaq|Study|Merger)\b[\s:–-]*")


@dataclass(frozen=True, slots=True)
class Named:
    """A name and its part: `side` of evaluation.md follows from the role."""

    role: str
    start: int
    end: int


def subject(title: str, end: int | None = None) -> tuple[int, int] | None:
    """The company or companies a headline begins with, without what describes them; None when it begins otherwise."""
    text = title[:end]
    lead = re.match(r"^(?:[A-Z][\w+]*(?:Breaks|NewsBreaks)\s*[–—-]+\s*|STAT\+:\s*|Updated?:\s*|UPDATE:\s*|Exclusive:\s*|BRIEF[-–:]\s*|[A-Z]{3,5} 20\d\d:\s*|#\w+\s*)", text)
    begin = lead.end() if lead else 0
    if colon := re.match(r"[^:]{2,40}:\s(?=[A-Z])", text[begin:]):
        begin += colon.end()
    verb = VERB.search(text, begin)
    head = text[begin : verb.start()] if verb else ""
    head = re.split(r"(?:'s|’s|’|'(?=\s))(?!\s(?:Hospital|University|Institute|Medical|Cancer|Research|Health))", head)[0]
    head = re.split(r"\s\(|,\s(?!Inc|Ltd|LLC|Co\b)|:\s", head)[0]
    found = NAME.match(head)
    if not found or len(found[0].split()) > 7 or STOP_LEAD.match(found[0]) or found[0].lower() in {"i", "we"}:
        return None
    return begin, begin + len(found[0].rstrip(" ."))


SKIPPED = re.compile(r"[\s,]+|(?:[a-z][\w-]*|privately-held|The|A|An)(?=\s)")
FOLLOWS = re.compile(rf"(?P<name>(?:{TOKEN})(?:(?:\s&\s|\s|-)(?:{TOKEN})){{0,5}})")


def name_after(title: str, start: int, end: int) -> tuple[int, int] | None:
    """The name that follows a place: descriptions in small letters before it are stepped over."""
    at = start
    for _ in range(16):
        step = SKIPPED.match(title, at, end)
        if not step or title[at : at + 3] in {"for", "in ", "to ", "fro", "wit"} and at > start + 1:
            break
        at = step.end()
    found = FOLLOWS.match(title, at, end)
    if not found:
        return None
    name = re.split(r"(?:'s|’s|’|'(?=\s|$))", found["name"])[0]
    kept: list[str] = []
    for word in name.split():
        if kept and STOP_NAME.fullmatch(word):
            break
        kept.append(word)
    name = " ".join(kept).rstrip(".,;:")
    if len(name) < 2 or STOP_NAME.fullmatch(name):
        return None
    return found.start("name"), found.start("name") + len(name)


STOP_NAME = re.compile(COMMON + r"|In|For|To|From|With|At|Deal|Buyout|Takeover|Shares")
GETS = r"(?P<verb>(?:to|will|agrees to|agreed to|offers to|plans to|set to|moves to|agreement to|deal to|option to|offer to|intent to|announces? (?:intention|agreement|plans?) to|proposal to|enters? (?:into )?(?:a )?(?:definitive )?agreement to|signs? (?:definitive )?agreement to)\s+(?:acquire|buy|purchase|take over|snap up|merge with|combine with)|acquires|acquired|acquiring|buys|bought|buying|snaps up|snapped up|scoops up|gobbles up|swallows|swoops (?:on|for)|picks up|takes over|takes out|nabs|grabs|completes? (?:the )?(?:acquisition|purchase|takeover|buyout) of|completed (?:its )?(?:the )?(?:acquisition|purchase|takeover|buyout) of|closes (?:its )?(?:the )?(?:[$€£][\d.,]+\s?\w* )?(?:acquisition|purchase|takeover|buyout) of|closing of (?:the )?acquisition of|acquisition of|takeover of|buyout of|finalizes (?:acquisition|purchase) of|wraps up (?:\S+ )?(?:acquisition|buyout|takeover) of|buys out|makes \S+ (?:deal|offer|bid) for|tender offer (?:to acquire|for)|bid for|shells out .{2,30}? (?:for|on)|pays .{2,25}? for|drops .{2,20} on|merges with|merger with|to merge with|bets .{2,25} on)"
PATTERNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "acquisition": ((rf"{GETS}\s", "acquirer", "target"), (r"(?P<verb>to be (?:acquired|bought|purchased|taken over) by|acquired by|bought by|agrees to be (?:acquired|bought) by|snapped up by|agrees to sell to|accepts .{2,30} from)\s", "target", "acquirer")),
    "licensing": (
        (r"(?P<verb>in-licenses|licenses?|in-licensing|obtains|acquires|gains|secures|nabs|snags|picks up|buys|gets|lands|takes)\b.{2,90}?\bfrom\s", "licensee", "licensor"),
        (r"(?P<verb>out-licenses|licenses|grants|sells|hands|sublicenses|outlicenses|gives)\b.{2,90}?\bto\s", "licensor", "licensee"),
        (r"(?P<verb>grants)\s", "licensor", "licensee"),
    ),
    "asset_sale": (
        (r"(?P<verb>sells|sold|divests?|to divest|to sell|divest\w*|sale of|offloads|hands)\b.{2,90}?\bto\s", "seller", "buyer"),
        (r"(?P<verb>acquires|acquire|buys|purchases|acquisition of)\b.{2,90}?\bfrom\s", "buyer", "seller"),
        (rf"{GETS}\s", "acquirer", "target"),
    ),
    "option_exercise": ((r"(?P<verb>exercises|opts in)\b.{2,90}?\b(?:from|with)\s", "licensee", "licensor"),),
    "partnership": ((r"(?P<verb>partners? with|teams? (?:up )?with|collaborat\w+ with|collaboration with|partnership with|joins forces with|agreement with|pact with|alliance with|deal with|ties up with|links up with|joint venture with|works with|partner with)\s", "sponsor", "partner"),
        (r"(?P<verb>expands?|extends?|deepens?|strengthens?|broadens?|renews?|inks?|strikes?|signs?)\s(?=[A-Z][\w&.’'-]*(?:\s[A-Z][\w&.’'-]*){0,3}\s(?:partnership|collaboration|alliance|pact|tie-up|deal)\b)", "sponsor", "partner"),
        (r"(?P<verb>\bwith)\s(?=[A-Z][\w&.’'-]*(?:\s[A-Z][\w&.’'-]*){0,3}\s(?:partnership|collaboration|alliance|pact|tie-up|deal)\b)", "sponsor", "partner"),
    ),
    "corporate_rename": ((r"(?P<verb>changes (?:its )?(?:corporate |company )?name to|rebrands (?:itself )?(?:as|to)|renamed|renamed as|becomes|is now|rebranded as|rebrands to|new name:?|renames itself)\s", "old_name", "new_name"),),
    "grant": ((r"(?P<verb>\b(?:grant|award|contract|funding|awarded|funds)\b.{0,60}?\b(?:from|by))\s", "company", "funder"),),
    "spin_off": ((r"(?P<verb>spins? (?:off|out)|spin-off of|to spin (?:off|out))\s", "parent", "new_company"),),
}  # fmt: skip
PATTERNS["acquisition_completed"] = PATTERNS["acquisition"]
COMPILED = {kind: tuple((re.compile(pattern, re.IGNORECASE), first, second) for pattern, first, second in found) for kind, found in PATTERNS.items()}
SINGLE = {"financing": "company", "restructuring": "company", "bankruptcy": "company", "manufacturing": "company", "grant": "company"}
BOTH = frozenset("partnership licensing acquisition deal_termination".split())  # "A and B" at the beginning are two sides
NO_NAME = re.compile(
    rf"\b(?:{COMMON}|Full|World|Long-Term|Emergency|Use|Assessing|Follow-up|Supports|Analysis|Update|Publication|Journal|Medicine(?=\s+Publish)|Investors?|Shares?|Experts?|Researchers|Scientists"
    r"|Doctors|Regulators?|Authorization|Expanded|Extended|Final|Early|Late|Long|Large|Small|Big|More|Most|Many|Some|Two|Three|Four|Five|Half|Selected|Another|This|That|These|It|They|We|Here|There|Not|No"
    r"|Could|Can|Should|May|Might|Would|Do|Does|Did|Has|Have|Had|Be|Been|January|February|March|April|May|June|July|August|September|October|November|December|Women|Men|Children(?!['’]s)|Adults|Pill|Vaccine|Shot)\b"
)
POSSESSIVE = re.compile(rf"\b(?P<name>(?:{TOKEN})(?:\s(?:{TOKEN}))?)(?:'s|’s|’(?=\s)|'(?=\s))")


@cache
def ordinary() -> frozenset[str]:
    """Words of everyday language, in small letters: no company goes by one alone. Written out of our own corpus (seeds/corpus)."""
    return frozenset((Path(__file__).parent / "ordinary.txt").read_text(encoding="utf-8").split())


def _a_name(words: str) -> bool:
    """Whether words in capitals can be a company's name although nothing else says so: the first is no everyday word nor a figure."""
    first = re.split(r"[\s-]", words.strip())[0].rstrip(".,’'s") if words.strip() else ""
    return bool(first) and not first[0].isdigit() and fold(first) not in ordinary()


def roles(kind: str, title: str, end: int, known: Sequence[tuple[int, int]]) -> Iterator[Named]:
    """The names of a headline with their parts, for an event of that kind.

    `known`: where tracked companies and words that look like companies stand.
    """
    def sure(place: tuple[int, int]) -> bool:
        return any(_inside(place, one) and abs(one[0] - place[0]) < 2 for one in known) or _a_name(title[place[0] : place[1]])

    first = subject(title, end)
    if first and not any(_inside(first, one) and one[0] == first[0] for one in known):
        name = title[first[0] : first[1]]
        first = None if NO_NAME.search(name) or not _a_name(name) else first
    for pattern, role, other in COMPILED.get(kind, ()):
        found = pattern.search(title, 0, end)
        if not found:
            continue
        second = name_after(title, found.end() - 1, end)
        if second and sure(second):
            if first and first[1] <= found.start("verb") + 1 and not _inside(first, second):
                yield Named(role, *first)
            elif nearest := next((one for one in sorted(known, reverse=True) if one[1] <= found.start("verb")), None):
                yield Named(role, *nearest)
            yield Named(other, *second)
            return
    if first and kind in BOTH and (both := re.search(r"\s(?:and|&)\s(?=[A-Z])", title[first[0] : first[1]])):
        yield Named("sponsor", first[0], first[0] + both.start())
        yield Named("partner", first[0] + both.end(), first[1])
        return
    if first is None:
        owner = next((found for found in POSSESSIVE.finditer(title, 0, end) if not NO_NAME.search(found["name"]) and _a_name(found["name"])), None)
        first = owner.span("name") if owner else next(iter(sorted(known)), None)
    if first:
        yield Named(SINGLE.get(kind, "sponsor"), *first)


def _inside(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
