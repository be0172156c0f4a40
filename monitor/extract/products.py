"""Which medicines an event is about: brands and codes as `product`, nonproprietary names as `generic`; none it is only compared with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from monitor.classify import Claim
from monitor.extract.guessing import NEVER, NOT_NAMES, ordinary
from monitor.extract.leading import leading
from monitor.extract.names import known
from monitor.extract.text import Text, within
from monitor.extract.trials import is_called_trial
from monitor.gazetteer import Product, Seeds
from monitor.match import Shape
from monitor.model import Slot
from monitor.shapes import CODE, KIND, is_common, is_generic
from monitor.text import Sentence, fold, of, span

# What stands right before a medicine that another one is measured by.
COMPARED = re.compile(
    r"(?:superior to|inferior to|versus|vs\.?|over|than|rival|rivals|rivalling|rival to|alongside|alongside rival|challenges?|against"
    r"|beats?|tops|catch(?:es)?|compared (?:with|to)|comparable to|similar to|unlike|like|after|competitor|competitor to|joins|follows"
    r"|takes on|behind|instead of|as (?:effective|good|safe|well) as|alternatives? to|challengers? to|answer to|bests"
    r"|outperforms|edges out|trails|trailing|matches|matching|outsells"
    r"|copycats? of|copies of|knock-?offs? of|compounded|switch(?:es|ed|ing)? from|threat to|next"
    r"|referencing|biosimilars? to|biosimilars? of|biosimilars? for|biosimilar|version of|generic|following|progressed on|refractory to)"
    r"\s(?:[\w&-]+'s?\s)?(?:(?:injectable|oral|intravenous|subcutaneous|branded|standard|placebo plus|reference product,?)\s)?"
    r"(?:[\w()-]+\s{1,2}(?:and|or)\s)?\Z"
)
OF_OTHERS = re.compile(r"(?:following|after)\s\Z")  # said of what was given before; a code rather tells whose results these are
SUFFIXED = re.compile(r"[®™]?\s?\([A-Za-z ]+-[a-z]{4}\)")  # behind a biosimilar's own brand: (trastuzumab-qyyp)
COMBINED = re.compile(
    r"(?:in combination with|combined with|combination of|together with|plus|with|added to|on top of)\s(?:[\w&-]+'s?\s)?\Z|[\w)]-\Z|\+\s?\Z"
)
# What another one is given with, brand or not: it is the other one that is approved or tried.
GIVEN_WITH = re.compile(
    r"(?:in combination with|combined with|together with|added to|on top of)\s(?:[\w&'()-]+\s{1,2}){0,3}?(?:(?:and|or)\s)?\Z"
)
PLUS = re.compile(r"\bplus\s(?:nab-)?\Z")  # before the first medicine that is known: the other one is not
# Where a medicine is named although neither mark nor ending tells it: the words around it do.
NEWS_OF_MEDICINES = frozenset(
    [
        "approval",
        "label_update",
        "regulatory_rejection",
        "filing_submitted",
        "filing_accepted",
        "review_extension",
        "designation",
        "product_launch",
        "product_discontinued",
        "reimbursement",
        "trial_start",
        "ind_clearance",
        "clinical_hold",
        "trial_stopped",
        "licensing",
        "asset_sale",
        "trial_readout",
        "data_presentation",
        "safety_action",
        "regulatory_recommendation",
        "application_withdrawn",
    ]
)
LOUD = re.compile(r"(?<=\s)[A-Z]{6,14}(?=[\s,.;]|$)(?!\s(?:[Tt]rial|[Ss]tud|[Pp]rogram|[Dd]ata))")
BEFORE_LOUD = re.compile(r"(?:['’]s|\bof|\bfor|\bto|\bexpand|\bexpanded|\bapproves?|\blaunch(?:es)?|\band|\bwith|\bits)\s\Z")
_ASKS = (
    "[Aa]pproval [Oo]f|[Aa]pproves|[Aa]pproval [Ff]or|[Rr]ejection (?:of|[Ff]or)|[Ss]tudy [Ff]or|[Pp]athway [Ff]or|[Pp]ayment for|[Oo][Kk]s"
    "|[Cc]lears|[Ll]aunches|[Ll]aunch of|[Nn]od for|[Gg]o-ahead for|[Cc]learance of"
    "|[Rr]ejects|[Rr]ecall of|[Rr]ights to|[Aa]pplication for|[Ss]tudy of|[Tt]rial of|[Dd]ata for|[Dd]ata on|[Rr]esults for"
    "|[Rr]esults of|['’]s|[Ee]valuat(?:e|es|ing)|[Ii]nvestigating|[Tt]esting"
    "|(?:[Tt]reatment|[Rr]esults|[Dd]osed|[Tt]reated|[Dd]ata) [Ww]ith"
    "|(?:[Dd]esignation|[Rr]eview) (?:[Ff]or|[Tt]o)|s?(?:NDA|BLA)s? for|IND for|(?:[Ee]fficacy|[Ss]afety|[Dd]ose) of"
)
_KINDS = "[Pp]ill|[Dd]rug|[Ss]hot|[Vv]accine|[Mm]edicine|[Mm]ed|[Aa]ntibody|[Ii]njection|[Jj]ab|[Tt]herapy"
_DOES = (
    "[Cc]uts?|[Rr]educe[sd]?|[Ii]mprove[sd]?|[Ss]hows?|[Ss]low[sd]?|[Ee]xtends?|[Mm]eets|[Mm]isses|[Ff]ails|[Ff]ailed|[Aa]pproved|[Cc]leared"
    "|[Aa]uthori[sz]ed|[Rr]ecalled|[Bb]eats|[Hh]elps|[Ll]owers|[Pp]revents|[Ss]ignificantly|[Dd]emonstrate[sd]?"
)
_THEN = f"for|in|as|to|after|with|plus|on|from|now|is|was|gets|wins|gains|receives|combo|label|approval|indication|{_DOES}"
QUOTED = re.compile(rf"(?:{_KINDS})\s[\"'“‘](?P<name>[A-Z][A-Za-z-]{{4,16}})[\"'”’](?!\w)")  # a therapy ‘Somesuch’
QUIET = re.compile(
    rf"(?:(?:{_ASKS})\s(?P<name>[A-Z][a-z]{{4,14}})(?=\s(?i:{_THEN})\b|\s?[,.;:]|\s-\s|$))"
    rf"|(?:(?:{_KINDS})\s(?P<named>[A-Z][a-z]{{4,14}})(?=\s[a-z]|\s?[,.;:]|$))"
    r"|(?P<filed>(?<=\s)[A-Z][a-z]{4,14})(?=\ss?(?:NDA|BLA|IND|MAA)\b)"
)
# What companies do not do: they may miss a goal too, but cut no risks.
_MEDICINES_DO = "cuts?|reduce[sd]?|improve[sd]?|slow[sd]?|lowers|prevents|approved|cleared|authori[sz]ed|recalled|significantly"
FIRST_WORD = re.compile(rf"(?P<name>[A-Z][a-z]{{4,14}})(?P<named>)(?P<filed>)\s(?i:{_MEDICINES_DO})\b")
WITH = ":with"  # ends the name of a slot that holds what a medicine is given with: product:with, generic:with
MOST = 24  # medicines of a sentence that are looked at: more make a list, not a piece of news
NO_MEDICINE = frozenset(["Today", "Nanobody", "PROTAC", "Journal", "Sessions"])  # marks of journals, meetings and of kinds of medicines
BEFORE_IT = re.compile(r"-(?:containing|based|refractory|resistant|treated|naive|experienced|exposed|intolerant)\b", re.IGNORECASE)
AT = re.compile(r"\b[Aa]t\s(?:the\s)?\Z")
AIMED_AT = re.compile(  # behind what looks like a code and is what medicines aim at
    r"[\s-](?:inhibit|antagonist|agonist|block|receptor|protein|genes?\b(?! therap)|mutation|mutated|positive|negative|targeted|targeting"
    r"|directed|pathway)",
    re.IGNORECASE,
)
PLATFORM = re.compile(  # and what else is marked: a meeting of a year, a trial of outcomes
    rf"[®™\s-]{{1,3}}(?:based|powered|enabled|platform|technolog|system|device|test|assay)|[®™]\s(?:{KIND}\b|20\d\d\b|(?:\w+\s)?outcomes?\s(?:trial|study))",
    re.IGNORECASE,
)


def products(text: Text, claim: Claim, places: Sequence[Sentence], seeds: Seeds) -> Iterator[Slot]:
    """Medicines of the first sentence that names one, and the nonproprietary name that any sentence sets in brackets behind one."""
    tracked = {id_: product for market in seeds.markets.values() for id_, product in market.products.items()}
    for place in places:
        found = sorted([*_tracked(text, place, tracked), *_shaped(text, place)], key=_start)
        acting = _acting(text, found)
        # In other news the words before a medicine compare nothing: companies fall out over it.
        found = acting or (found if claim.type not in NEWS_OF_MEDICINES else [])
        if not found and place.field == "title" and claim.type in NEWS_OF_MEDICINES:
            found = _acting(text, list(_placed(text, place)))
        if found:
            given: dict[tuple[str, str], Slot] = {}
            for slot in found:
                given.setdefault((slot.name, fold(slot.value)), slot)
            yield from _partnered(text, list(given.values()))
            yield from _bracketed(text, places, list(given.values()))
            return


def _start(slot: Slot) -> int:
    return slot.span.start if slot.span else 0


def _tracked(text: Text, place: Sentence, tracked: dict[str, Product]) -> Iterator[Slot]:
    for mention in text.matched.mentions:
        if mention.kind == "product" and within(mention, place):
            is_generic = fold(tracked[mention.id].generic or "") == fold(mention.span.text)
            yield Slot("generic" if is_generic else "product", mention.span.text, mention.span, mention.id)


def _shaped(text: Text, place: Sentence) -> Iterator[Slot]:
    """What looks like a medicine; two codes with a stroke between them are the two companies' names of one."""
    shapes = [
        shape
        for shape in text.masked.shapes
        if shape.kind != "company" and shape.field == place.field and place.start <= shape.start and shape.end <= place.end
    ]
    shapes = sorted(shapes, key=lambda shape: (shape.start, -shape.end))[:MOST]
    shapes = [shape for shape in shapes if not _is_other_name(text, shape)]
    source, last = of(text.entry, place.field), 0
    for number, shape in enumerate(shapes):
        if shape.start < last:
            continue
        end = shape.end
        following = shapes[number + 1] if number + 1 < len(shapes) else None
        if shape.kind == "code" and following and following.kind == "code" and source[shape.end : following.start] == "/":
            end = following.end
        last = end
        where = span(text.entry, shape.field, shape.start, end)
        if shape.kind == "brand" and (where.text in NO_MEDICINE or PLATFORM.match(source, end) or _is_company(text, where.text)):
            continue
        if shape.kind == "brand" and fold(where.text) in ordinary():
            continue  # a meeting with its mark, or a word with a remark in brackets: duration (ongoing)
        if shape.kind == "generic" and BEFORE_IT.match(source, end):
            continue
        if shape.kind == "code" and AT.search(source, 0, shape.start):
            continue  # a meeting of a year: data at ONC24
        if not (shape.kind == "code" and (is_called_trial(source, shape.start, end) or AIMED_AT.match(source, end))):
            yield Slot("generic" if shape.kind == "generic" else "product", where.text, where)


def _is_company(text: Text, brand: str) -> bool:
    """Whether a marked name is that of a company: the headline begins with what it does, or the lead calls one so, with more words."""
    first = leading(text.entry.title, 0, len(text.entry.title))
    if first is not None and text.entry.title[: first[1]].startswith(brand):
        return True
    lead = text.entry.lead[:600]
    return any(lead.startswith(brand, start) and end - start > len(brand) for start, end in known(text, "lead", 0, len(lead)))


def _is_other_name(text: Text, shape: Shape) -> bool:
    kinds = {"product", "trial", "agency", "player"}
    here = (m.span for m in text.matched.mentions if m.kind in kinds and m.span.field == shape.field)
    if any(one.start < shape.end and shape.start < one.end for one in here):
        return True
    terms = (m.span for m in text.matched.mentions if m.kind == "term" and m.span.field == shape.field and not text.matched.competes(m))
    return any(one.start <= shape.start and shape.end <= one.end for one in terms)  # -cel is one of our terms, zevo-cel a medicine


def _acting(text: Text, found: list[Slot]) -> list[Slot]:
    """Without the medicines that another one is compared to, and without untracked, unmarked ones that another is given with."""
    kept = []
    for slot in found:
        assert slot.span is not None
        before = text.matched.folded[slot.span.field][max(0, slot.span.start - 40) : slot.span.start]
        marked = of(text.entry, slot.span.field)[slot.span.end : slot.span.end + 1] in {"®", "™"}
        given_with = not slot.id and not marked and COMBINED.search(before) and slot is not found[0]
        itself = SUFFIXED.match(of(text.entry, slot.span.field), slot.span.end) or (CODE.fullmatch(slot.value) and OF_OTHERS.search(before))
        if (itself or not COMPARED.search(before)) and not given_with:
            kept.append(slot)
    compared = [slot for slot in found if slot not in kept]
    return [slot for slot in kept if not any(_explains(text, other, slot) for other in compared)]


def _partnered(text: Text, found: list[Slot]) -> Iterator[Slot]:
    """The same, with those told apart that the event's own medicine is only given with."""
    behind: Slot | None = None
    for number, slot in enumerate(found):
        assert slot.span is not None
        before = text.matched.folded[slot.span.field][max(0, slot.span.start - 60) : slot.span.start]
        if GIVEN_WITH.search(before) or (number == 0 and PLUS.search(before)) or (behind is not None and _explains(text, behind, slot)):
            behind = slot
            yield replace(slot, name=f"{slot.name}{WITH}")
        else:
            yield slot


def _explains(text: Text, first: Slot, second: Slot) -> bool:
    """Whether a name stands in brackets right behind another: Wegovy (semaglutide)."""
    if first.span is None or second.span is None or first.span.field != second.span.field:
        return False
    between = of(text.entry, first.span.field)[first.span.end : second.span.start]
    return first.span.end <= second.span.start and bool(re.fullmatch(r"[\s®™]*\(\s*", between))


def _placed(text: Text, place: Sentence) -> Iterator[Slot]:
    """A name that only its place in the headline tells: the FDA's approval of Neverheardof for …"""
    source = text.entry.title
    companies = list(known(text, "title", place.start, place.end))
    for loud in LOUD.finditer(source, place.start, place.end):
        before = source[max(0, loud.start() - 14) : loud.start()].lower()
        if fold(loud[0]) not in ordinary() and BEFORE_LOUD.search(before):
            yield from _unless_a_company(text, *loud.span(), companies)
    for quoted in QUOTED.finditer(source, place.start, place.end):
        yield from _unless_a_company(text, *quoted.span("name"), companies)
    first = FIRST_WORD.match(source, place.start, place.end)
    for found in (*QUIET.finditer(source, place.start, place.end), *([first] if first else [])):
        name = next(group for group in ("name", "named", "filed") if found[group])
        word = fold(found[name])
        everyday = {word, word.rstrip("s")} & ordinary() or word in NEVER or is_common(found[name])
        if not everyday and not NOT_NAMES.search(word):
            yield from _unless_a_company(text, *found.span(name), companies)


def _unless_a_company(text: Text, start: int, end: int, companies: Sequence[tuple[int, int]]) -> Iterator[Slot]:
    others = [(m.span.start, m.span.end) for m in text.matched.mentions if m.span.field == "title" and not text.matched.competes(m)]
    if not any(start < other[1] and other[0] < end for other in (*companies, *others)):
        where = span(text.entry, "title", start, end)
        small = fold(where.text)  # running text writes nonproprietary names so
        yield Slot(
            "generic" if is_generic(small) or re.search(rf"\b{re.escape(small)}\b", text.entry.lead) else "product", where.text, where
        )


def _bracketed(text: Text, places: Sequence[Sentence], given: list[Slot]) -> Iterator[Slot]:
    """The nonproprietary name in brackets right behind a medicine that was found: Tecelra (afamitresgene autoleucel)."""
    if any(slot.name == "generic" for slot in given):
        return
    names = {fold(slot.value) for slot in given}
    for place in places:
        both = sorted([*_shaped(text, place), *(slot for slot in given if slot.span and slot.span.field == place.field)], key=_start)
        for first, second in pairwise(both):
            if second.name == "generic" and fold(first.value) in names and _explains(text, first, second):
                yield second
                return
