"""Words that look like a medicine or a company although nobody tracks them: by their endings, codes, marks and legal forms.

Every item passes here, so a cheap question comes first: is there a mark, a bracket, a figure, one of the words that end a company's name?
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile

# ---- medicines ---------------------------------------------------------------------------------------------------------

# Endings that international nonproprietary names share (WHO stem list).
_STEMS = """
mab nib leucel ciclib parib rafenib degib lisib sertib zomib limus platin taxel rubicin cept kinra tide tixan vedotin deruxtecan
govitecan mafodotin tansine tesirine tecan siran rsen nersen gepant gliptin gliflozin glutide patide vir xaban sartan prazole statin
oxacin cycline penem floxacin azole pril olol dipine setron triptan bactam grastim poietin parvovec vec tamide relin relix stat fenacin
orexant plase leukin bine trexed trexate caine mycin cillin profen oxetine zepam ketamine lukast dronate coxib parin fungin sone
lidomide apine trectin citinib imod tocel racel lucel gene fusp alfa stinag fermin glerant capone pitant cabtagene resgene temcel virine
drostat begron caftor grelor faxine golix zolid pezil giline xifen xifene xafor ciguat cirnon glipron sterim vaptan melteon mustine miocel
meran oprim roxazine netap rasib milast pixant entan fibrate formin clax estrant terone inurad cromil siban sulfan uracil zotan tegrast
borole bulin gatran kacin toin thiazide prost quine quidar racetam bamate nabant lubant plon stigmine tadine trigine triptyline troban
tropium vudine zafil denafil dalafil laner iodarone curium semide rozole tocin tug bart exant oxib nepag anserin perone peridone bersat
rexole dopa micin acog tocog trogon capitan sermin glinide sulfase lasermin sidase cosanoid detomidine amfetamine phenidate dafinil terodine
"""
STEMS = tuple(_STEMS.split())
# Endings that names of companies and people share: with these a headline's first letter must be small.
_SHARED = "cept gene stat vec alfa plase relin relix bine caine sone apine parin leukin fusp rsen imod stim"
SHARED = tuple(_SHARED.split())
KEEPS = ("tagene", "resgene", "fanstat", "dustat", "inostat", "nimod", "gimod", "simod")
_NOT_GENERIC = """
hygiene kerosene oxygen polyethylene polystyrene antigene indigene gene epigene transgene oncogene thermostat rheostat april catalase
disease release increase decrease purchase lease database phase please showcase reservoir memoir biocept souvenir tapestry pathogene
pril accept concept precept intercept except peptide nucleotide polypeptide oligonucleotide riptide bedtide elvir apostate devastate
globulin immunoglobulin aldosterone progesterone galactosidase hobart stobart lombart
interstate combine concubine turbine carbine columbine cocaine person reason season lesson nonpeptide dipeptide
"""
NOT_GENERIC = frozenset(_NOT_GENERIC.split())
_SECOND = "autoleucel vedotin deruxtecan mafodotin govitecan tecan parvovec obisbemeda alfa beta pegol ozogamicin mertansine"
SECOND = frozenset(_SECOND.split())  # second words of such names that their ending does not tell
LONG_WORD = re.compile(r"\b[A-Za-z][a-z]{6,}(?:-[a-z]{4})?\b")
NEXT_WORD = re.compile(r"\s[A-Za-z][a-z]{3,}\b")
LAST_OF_TWO = re.compile(r"\s(?:[Aa]lfa|[Pp]egol)\b")  # no other words end so: epoetin alfa
WORD_BEFORE = re.compile(r"\b[A-Za-z][a-z]{5,}\s\Z")
CELLS = re.compile(r"\b[A-Za-z]{3,6}-[Cc]el\b")  # the short form of a cell therapy's name: cilta-cel

# Development codes: letters and figures.
CODED = re.compile(r"\b(?=[A-Za-z-]{1,12}\d)[A-Za-z][\w-]*(?:\.\d{3}\b)?")
CODE = re.compile(
    r"[A-Z]{1,6}[a-z]?-?\d{3,8}(?:[A-Za-z]{0,2}|[a-z]\d)|mRNA-\d{3,5}|[A-Z]{2,5}-\d{1,2}[A-Z]?\d?|[A-Z]{2,5}\d{2,3}|[A-Z]{2,4}-[A-Z]{1,3}\d{2,5}[A-Z]?"
    r"|[A-Za-z]{2,5}-[A-Z]\d{2,4}|[A-Z]{2,3}\d[A-Z]\d{2,5}|[A-Z]{2,3}-Co[Vv]\d{2,4}|[A-Z]\d{3,5}"
    r"|[A-Z]{2,5}-\d{1,2}[-.]\d{2,4}|[A-Z]{2,4}-[A-Z]{2,6}-\d{2,4}|[A-Z]{2,4}-[A-Z]{2,6}\d{1,3}(?:[A-Z]\d?)?|[A-Z][a-z]{3,9}-\d{2,3}"
)
# Targets, cytokines, diseases, standards, exchanges and quarters look alike and are none.
_NOT_CODE = """
COVID SARS CD IL PD PDL HER GLP GIP TNF ISO Q FY CA US EU GMP COP CES ASH ASCO AACR EHA ESMO JPM NCT CAR BCMA KRAS EGFR FGFR MET RET CDK
ANTI CV PARP STAT JAK BTK CTLA LAG TIM TIGIT GPC CLDN MAGE HPV RSV HIV HBV HCV H N B P T S K SB HB RFC CLL AML NY TSX NYSE TX IRA NASDAQ SWB
SEHK HK CCL CCR CXCR VEGF PSMA TROP SSTR HLA PTK FLT IDH NPM DLL MUC BRCA ROR FLAURA BA XBB JN EG PM HSV EBV CMV MSC NSD SEC FORM RULE
TYK TDP BCL AXL TGF FAP MDM SOS SHP PRMT ATR MEK ERK AKT SGLT DPP PCSK ANGPTL FCRN APOC LRRK TLR NLRP OX FOLR CEACAM HIF NTRK FOXP
"""
NOT_CODE = frozenset(_NOT_CODE.split())
LETTERS = re.compile(r"[A-Za-z]+")
# The same with a blank between: BI 1810631, ABP 938. Years, sums, forms and indexes of stocks look alike.
SPACED = re.compile(
    r"\b(?P<letters>[A-Z]{2,5})\s(?!(?:19|20)\d\d\b)\d{3,7}\b"
    r"(?![%°.,/-]?\d|%|\s(?:mg|mcg|kg|ml|million|billion|patients|people|adults|employees|jobs|companies|index)\b)"
)
_NO_LETTERS = """
OVER TOP ABOUT NEARLY FIRST NEXT WITH FROM ROOM PART SUITE BOX TEL FAX EXT ACT BILL TITLE USD EUR GBP RMB CNY CHF JPY AUD CAD HKD INR KRW
SEK DKK NOK SGD BRL IEC ASTM FTSE DAX CAC NIFTY BSE SPX ASX NDA BLA IND ANDA PMA CFR USC PMID DOI CPT HCPCS ICD DRG GMT EST EDT PST ST
NSE THE AND FOR SOME PLUS BY OF IN ON AT TO
"""
NO_LETTERS = frozenset(_NO_LETTERS.split())
MARKED = re.compile(  # a small figure behind the mark is a footnote's
    r"\b(?:[A-Z][A-Za-z0-9]+|[a-z]{5,12}(?=®))(?:-[A-Z][A-Za-z]*|\s\d{1,3}(?=[®™]))?\s?[®™▼](?:[5-9]\b)?"
)
BEHIND_MARK = re.compile(r"[®™]\s?\((?P<name>[a-z][a-z-]{4,}(?:\s[a-z][a-z-]{2,}){0,3})(?=[),;]|\s\d)")
_FORMS = """
injection injectable tablet tablets capsule capsules cream gel ointment solution suspension spray nasal oral topical ophthalmic inhalation
powder patch kit for and extended-release delayed-release subcutaneous intravenous intramuscular vaccine implant foam lotion system
intravitreal sublingual film granules pellets formerly investigational known previously developed marketed
"""
FORMS = frozenset(_FORMS.split())
BRACKETED = re.compile(r"\b([A-Z][A-Za-z-]{3,})\s?[®™]?\s?\((?=[a-z])([a-z -]{6,41})\)")


def medicines(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of what looks like a medicine; kind is brand, generic or code."""
    yield from _brands(text)
    yield from _generics(text)
    if any(figure in text for figure in "0123456789"):
        for found in CODED.finditer(text):
            word = found[0].rstrip("-")
            letters = LETTERS.match(word)
            if CODE.fullmatch(word) and letters is not None and letters[0].upper() not in NOT_CODE:
                yield found.start(), found.start() + len(word), "code"
        for found in SPACED.finditer(text):
            if found["letters"] not in NOT_CODE and found["letters"] not in NO_LETTERS:
                yield *found.span(), "code"


def _brands(text: str) -> Iterator[tuple[int, int, str]]:
    """Names with a trade mark, and names whose nonproprietary name follows in brackets."""
    if "®" in text or "™" in text or "▼" in text:
        for found in MARKED.finditer(text):
            end = found.end() if found[0][-1].isdigit() else found.start() + len(found[0].rstrip("®™▼ "))
            yield found.start(), end, "brand"
    if "(" in text:
        for found in BRACKETED.finditer(text):
            if not found[1].isupper() or not _initials(found[1], found[2]):
                yield found.start(1), found.end(1), "brand"


def _generics(text: str) -> Iterator[tuple[int, int, str]]:
    """Nonproprietary names: by their endings, of one word or two, and the short forms of cell therapies."""
    last = 0
    behind = dict(_behind_marks(text)) if "®" in text or "™" in text else {}
    for found in LONG_WORD.finditer(text):
        start, end = found.span()
        if start in behind:
            last = behind[start]
            yield start, last, "generic"
            continue
        if start < last or not (is_generic(found[0]) or LAST_OF_TWO.match(text, end)):
            continue
        if (found[0].lower() in SECOND or found[0].endswith("meran")) and (
            before := WORD_BEFORE.search(text, max(last, start - 30), start)
        ):
            start = before.start()
        following = NEXT_WORD.match(text, end)
        if following and ((second := following[0][1:].lower()) in SECOND or second.endswith(("leucel", "vec", "temcel", "meran"))):
            end = following.end()
        last = end
        yield start, end, "generic"
    if "-cel" in text or "-Cel" in text:
        for found in CELLS.finditer(text):
            yield found.start(), found.end(), "code"


def _behind_marks(text: str) -> Iterator[tuple[int, int]]:
    """What stands in brackets behind a mark, as far as it is no form or way of giving: neffy® (epinephrine nasal spray)."""
    for found in BEHIND_MARK.finditer(text):
        name = list(takewhile(lambda word: word not in FORMS, found["name"].split()))
        if name and len(name[0]) > 5:
            yield found.start("name"), found.start("name") + len(" ".join(name))


@lru_cache(maxsize=65_536)
def is_generic(word: str) -> bool:
    """Whether a word ends like a nonproprietary name."""
    name = word[:-5] if word[-5:-4] == "-" else word
    lowered = name.lower()
    if not lowered.endswith(STEMS) or lowered in NOT_GENERIC:
        return False
    return word[0].islower() or not lowered.endswith(SHARED) or lowered.endswith(KEEPS)


def _initials(short: str, long: str) -> bool:
    """Whether the bracketed words only spell an abbreviation out: ERV (endogenous retrovirus)."""
    letters = "".join(word[0] for word in long.split()).upper()
    return len(long.split()) > 1 and (letters.startswith(short[:2]) or short.startswith(letters[:2]))


# ---- companies ---------------------------------------------------------------------------------------------------------

_KINDS = """
Therapeutics Pharmaceuticals Pharmaceutical Pharma Bioscience Biosciences BioSciences Biotech Biotechnology Biotechnologies Biopharma
BioPharma Biopharmaceuticals BioPharmaceuticals Biologics Biomedical Biotherapeutics BioTherapeutics Oncology Genetics Genomics
Medicines Sciences Labs Laboratories Diagnostics Bio Biomed BioMedicine Bioworks Immunotherapies Immunotherapeutics Vaccines
Technologies Ventures University Hospital Foundation
"""
_LEGAL = "Inc Corp Corporation Ltd Limited LLC plc PLC AG SA S.A NV N.V BV B.V GmbH SE AB A/S KK K.K S.p.A Oyj ASA Holdings"
LEGAL = "(?:" + "|".join(re.escape(form) for form in _LEGAL.split()) + ")"
KIND = "(?:" + "|".join([*_KINDS.split(), "Cancer Center", "Medical Center"]) + ")"
LAST_WORD = re.compile(rf"(?<=\s)(?:{KIND}\b(?!\s+Licen)(?:,?\s{LEGAL}\b\.?)?|(?P<legal>{LEGAL}\b\.?))")
GROWN_ENDINGS = ("Bio", "Pharma", "Thera", "Gen", "Med", "Cell", "Rx", "Tx", "Vax")
TELLING_ENDINGS = ("Bio", "Pharma", "Rx", "Tx")  # of one capital before them enough is said
GROWN = re.compile(rf"\b[A-Za-z]{{2,24}}(?:{'|'.join(GROWN_ENDINGS)})\b")
NAME_WORD = re.compile(r"[A-Z0-9][\w&'’+-]*|&")
# Words of headlines in title case that are no part of a name.
_COMMON = """
A An And The Of For From With In On At By To As Its New First Second Third Phase Trial Study Data Result Results Positive Interim
Topline Top-Line Top-line Announce Announces Announced Report Reports Receive Receives Received Complete Completes Completed Acquire
Acquires Acquired Acquisition Buy Buys Enter Enters Into Sign Signs License Agreement Present Presents Grant Granted Grants Win Wins
Gain Gains Gets FDA EMA EU US U.S U.S. UK EC CHMP NMPA China Japan European Accept Accepts Rolling Supplemental Launch Launches Clinical
Cancer Cell Cells Gene Therapy Therapies Drug Drugs Treatment Patient Patients Advanced Combination Real-World Raise Raises Close Closes
Price Prices Appoint Appoints Name Names Sell Sells File Files Stock Share Shares After Against Over Up Down Between Among Why How What
When Is Are Will Expand Expands Demonstrate Demonstrates Show Shows Highlight Highlights Strategic Global Exclusive Next-Generation
Research Development Manufacturing Biotech Company Leading Former Biotechnology Biopharmaceutical Pharmaceutical Orphan Fast Track
Breakthrough Designation
"""
COMMON = frozenset(_COMMON.split())
BLANKS = " \u00a0\n\t"
OPENING = "([{“‘\"'–—-/:"
COMMON_BEGINNINGS = ("Collaborat", "Partner", "Approv", "Submi", "Initiat", "Clear", "Evaluat", "Launch")


def companies(text: str) -> Iterator[tuple[int, int]]:
    """Where something stands that is written like the name of a company or institution."""
    last = 0
    places: list[tuple[int, int]] = []
    for found in LAST_WORD.finditer(text):
        begin = _begin(text, found.start(), legal=found["legal"] is not None)
        if begin is not None:
            places.append((begin, found.end()))
    places += [found.span() for found in GROWN.finditer(text) if _is_grown(found[0])]
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if start >= last:
            last = end
            yield start, end


def _begin(text: str, end: int, *, legal: bool) -> int | None:
    """Where a name begins whose last word stands at a place: at most three words before it, none of them a common one.

    A comma may stand before a legal form only.
    """
    begin, edge = None, end
    for _ in range(3):
        stop = len(text[max(0, edge - 2) : edge].rstrip()) + max(0, edge - 2)
        if begin is None and legal and text[stop - 1 : stop] == ",":
            stop -= 1
        start = max(0, stop - 40)
        start = max(start, *(text.rfind(blank, start, stop) + 1 for blank in BLANKS))
        while start < stop and text[start] in OPENING:
            start += 1
        word = text[start:stop]
        if not NAME_WORD.fullmatch(word) or is_common(word):
            break
        if word != "&":
            begin = start
        if not start or text[start - 1] not in BLANKS:
            break
        edge = start
    return begin


def is_common(word: str) -> bool:
    """Whether a word in capitals belongs to a headline rather than to a name."""
    return word in COMMON or word.partition("-")[0] in COMMON or word.startswith(COMMON_BEGINNINGS)


def _is_grown(word: str) -> bool:
    """Whether a word that ends like a company also has its capitals: CureCell and AcmeBio, but neither Oxygen nor a bare Pharma."""
    ending = next(ending for ending in GROWN_ENDINGS if word.endswith(ending))
    before = word[: -len(ending)]
    if ending in TELLING_ENDINGS and before[:1].isupper() and before[1:].islower():
        return True
    return any(letter.isupper() for letter in before) and len(before) > 1
