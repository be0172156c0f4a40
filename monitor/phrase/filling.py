"""Templates and the words that go into them, each with the place it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.gazetteer import Template, Wording
from monitor.model import Span

PLACEHOLDER = re.compile(r"\{(?:(a|the) )?([a-z_]+)('s)?\}")
BRACES = re.compile(r"\{[^{}]*\}|[{}]")
# Letters said one by one that begin with a vowel's sound: an MHRA decision; but NICE and HER2 are said as words.
LETTERS = re.compile(r"[FHLMNRSX](?:[B-DF-HJ-NP-TV-Z\d]|-\d|\b)|[AEIO](?=[A-Z\d-]|\b)")

# What templates may name, and what it stands for; `monitor check` shows this when a template names something else.
PLACES: Mapping[str, str] = {
    "month": "month and year of the event",
    "company": "the company or companies it is about",
    "companies": "two or more companies, joined with and",
    "partner": "the other company of a partnership",
    "funder": "who gives a grant",
    "acquirer": "who buys a company",
    "target": "the company or product bought",
    "licensor": "who gives rights",
    "licensee": "who gets rights",
    "seller": "who sells an asset",
    "buyer": "who buys an asset",
    "parent": "the company something is separated from",
    "new_company": "the company that becomes separate",
    "old_name": "the name given up",
    "new_name": "the name taken",
    "agency": "the agency: spelled in full first, short afterwards",
    "product": "brand with generic name in brackets first, the brand afterwards",
    "class": "the class of products, as a source names it",
    "modality": "what kind of product it is, from the market's file",
    "directed_at": "what the product is directed at, from the market's file",
    "indication": "the indication as a source words it",
    "for_indication": "the same after `for`: for adults with…, for the treatment of…",
    "in_indication": "the same after `in`",
    "in_short": "the same after `in`, when it has at most eight words",
    "designation": "the kind of status",
    "phase": "phase 3",
    "trial": "the study's name",
    "nct": "the study's register number",
    "upfront": "the payment at once, as USD 3.25 billion",
    "total": "the whole value with later payments",
    "milestones": "later payments",
    "proceeds": "what a financing brings",
    "per_share": "the price of a share",
    "goal_date": "when the agency means to decide",
    "expected_close": "when a purchase is expected to close: in the second half of 2026",
    "label": "the type as a person says it",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line and where it comes from: the template, a source's words, a name in seeds/, the event's date."""

    text: str
    kind: str  # template · span · seed · date
    origin: str = ""  # file:line of a template or name; source name of a span
    span: Span | None = None
    brand: bool = False  # a product's brand, which a house may want in capitals


@dataclass(frozen=True, slots=True)
class Words:
    """What stands for one placeholder: at its first mention, and afterwards."""

    first: tuple[Piece, ...]
    later: tuple[Piece, ...] = ()
    the: bool = False  # takes "the" where a template asks for it

    @property
    def text(self) -> str:
        """As it reads at its first mention."""
        return "".join(piece.text for piece in self.first)


def mistake(template: str) -> str:
    """Why a template cannot be used; empty when it can."""
    for match in BRACES.finditer(template):
        found = PLACEHOLDER.fullmatch(match[0])
        if found is None:
            return f"{match[0]} is no placeholder: write it like {{company}}, {{the agency}}, {{a modality}} or {{company's}}"
        if found[2] not in PLACES:
            return f"there is nothing called {found[2]}; there is: {', '.join(PLACES)}"
    return ""


def wanted(template: str) -> tuple[str, ...]:
    """The placeholders of a template, in order."""
    return tuple(match[2] for match in PLACEHOLDER.finditer(template))


# A second sentence may name again whom or what the first one named, but tells nothing twice.
MAY_REPEAT = frozenset(
    {"company", "companies", "agency", "product", "acquirer", "target", "licensee", "licensor", "buyer", "seller", "partner", "class"}
)


def choose(templates: Sequence[Template], words: Mapping[str, Words], used: frozenset[str] = frozenset()) -> Template | None:
    """The first template all of whose places can be filled, and that tells something besides what was `used`."""
    for template in templates:
        names = wanted(template.text)
        if all(name in words for name in names) and not used.intersection(names) - MAY_REPEAT:
            return template
    return None


def fill(template: Template, words: Mapping[str, Words], seen: set[str]) -> tuple[Piece, ...]:
    """The template with its places filled; `seen` are the names mentioned before, and is added to."""
    pieces: list[Piece] = []
    at = 0
    for match in PLACEHOLDER.finditer(template.text):
        article, name, possessive = match.groups()
        pieces.append(Piece(template.text[at : match.start()], "template", template.place))
        at = match.end()
        value = words[name]
        chosen = value.later if name in seen and value.later else value.first
        seen.add(name)
        text = "".join(piece.text for piece in chosen)
        if article == "a":
            pieces.append(Piece(f"{a_or_an(text)} ", "template", template.place))
        elif article == "the" and value.the:
            pieces.append(Piece("the ", "template", template.place))
        pieces += chosen
        if possessive:
            pieces.append(Piece("'" if text.endswith("s") else "'s", "template", template.place))
    pieces.append(Piece(template.text[at:], "template", template.place))
    return tidied([piece for piece in pieces if piece.text])


def tidied(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The same with one full stop at the end of a sentence that ends in Inc."""
    if len(pieces) > 1 and pieces[-1].text.startswith(".") and pieces[-2].text.endswith("."):
        last = pieces[-1]
        pieces = [*pieces[:-1], Piece(last.text[1:], last.kind, last.origin)]
    return tuple(piece for piece in pieces if piece.text)


def sentence(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The same with a capital at its beginning; a name with capitals or figures of its own, such as mRNA-4157, keeps its form."""
    first, *rest = pieces
    word = first.text.split(maxsplit=1)[0]
    if word != word.lower() or any(letter.isdigit() for letter in word):
        return tuple(pieces)
    return (replace(first, text=first.text[:1].upper() + first.text[1:]), *rest)


def text_of(pieces: Sequence[Piece]) -> str:
    """The line as it reads."""
    text = " ".join("".join(piece.text for piece in pieces).split())
    return text[:1].upper() + text[1:]


def a_or_an(text: str) -> str:
    """The article before a text."""
    word = text.lstrip("\"'(")
    return "an" if LETTERS.match(word) or re.match(r"(?i)[aio]|e(?!u)|u(?!ni|se|s\b|k\b|\.)|hour|honou?r", word) else "a"


def joined(names: Sequence[Words]) -> Words:
    """Several names as one: A, B and C."""
    pieces: list[Piece] = []
    for n, name in enumerate(names):
        if n:
            pieces.append(Piece(" and " if n == len(names) - 1 else ", ", "template"))
        pieces += name.first
    return Words(tuple(pieces))


def wording_of(wordings: Mapping[str, Wording], stage: str | None) -> Wording:
    """The wording of a stage; what it leaves out is as for every stage."""
    every, own = wordings.get("", Wording()), wordings.get(stage or "", Wording())
    return Wording(own.first or every.first, own.second or every.second, own.headline or every.headline)
