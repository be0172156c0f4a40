"""Words that look like a medicine, a company or a trial although nobody tracks them: by their endings, codes, marks and legal forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Endings that international nonproprietary names share (WHO stem list), with enough letters before them to be a name.
STEMS = (
    "mab|nib|leucel|ciclib|parib|rafenib|degib|lisib|sertib|zomib|limus|platin|taxel|rubicin|cept|kinra|tide|tixan|vedotin|deruxtecan|govitecan"
    "|mafodotin|tansine|tesirine|tecan|siran|rsen|nersen|gepant|gliptin|gliflozin|glutide|patide|vir|xaban|sartan|prazole|statin|oxacin|cycline"
    "|penem|floxacin|azole|pril|olol|dipine|setron|triptan|bactam|grastim|poietin|parvovec|vec|tamide|lutamide|relin|relix|stat|fenacin|orexant"
    "|plase|trectin|citinib|tinib|axitinib|imod|ersen|tocel|racel|lucel|gene|fusp|alfa|stinag|fermin|glerant|capone|pitant|cabtagene|resgene"
)
GENERIC = re.compile(rf"\b(?=[a-zA-Z]{{7,}})[A-Za-z][a-z]{{2,}}(?:{STEMS})(?:-[a-z]{{4}})?(?:\s(?:autoleucel|vedotin|deruxtecan|mafodotin|govitecan|tecan|parvovec|obisbemeda|alfa|beta|pegol))?\b")
NOT_GENERIC = frozenset(
    "hygiene kerosene oxygen polyethylene polystyrene antigene indigene gene epigene transgene oncogene thermostat rheostat april catalase disease"
    " release increase decrease purchase lease database phase please showcase reservoir memoir souvenir tapestry pathogene pril".split()
)
# Development codes: letters and figures. Targets, cytokines, vaccines' diseases, standards and quarters look alike and are none.
CODE = re.compile(r"\b(?:[A-Z]{1,6}[a-z]?-?\d{3,6}[A-Za-z]{0,2}|[A-Z]{2,5}-\d{1,2}[A-Z]?\d?|[A-Z]{2,5}\d{2,3}|[A-Z]\d{3,5}|[A-Z]{2,4}-[A-Z]{1,3}\d{2,5}|[A-Za-z]{2,5}-[A-Z]\d{2,4}|[A-Z]{2,3}\d[A-Z]\d{2,5})\b")
NOT_CODE = re.compile(
    r"(?:COVID|SARS|CD|IL|PD|PDL|HER|GLP|GIP|TNF|H\d|ISO|Q\d|FY|CA|US|EU|Rule|FORM|SEC|GMP|COP|CES|ASH|ASCO|AACR|EHA|ESMO|JPM|NCT|CAR|BCMA|KRAS|EGFR|FGFR|MET|RET"
    r"|CDK|PARP|STAT|JAK|BTK|CTLA|LAG|TIM|TIGIT|GPC|CLDN|MAGE|HPV|RSV|HIV|HBV|HCV|H|N|B|P|T|S|K|SB|HB|RFC|CLL|AML|NY|TSX|NYSE|TX|IRA|NASDAQ|SWB|SEHK|HK|CCL|CCR|CXCR|FcRn|VEGF|PSMA|TROP|SSTR)-?\d"
)
BRAND = re.compile(r"\b[A-Z][A-Za-z0-9]+(?:-[A-Z][A-Za-z]+)?(?=\s?[®™])")
BEFORE_GENERIC = re.compile(r"\b([A-Z][A-Za-z-]{3,})(?=\s?[®™]?\s?\(([a-z][a-z -]{5,40})\))")

WORD = r"[A-Z0-9][\w&'’+-]*"
LEGAL = r"(?:Inc|Corp|Corporation|Ltd|Limited|LLC|plc|PLC|AG|SA|S\.A|N\.?V|B\.?V|GmbH|SE|AB|A/S|K\.?K|S\.p\.A|Oyj|ASA|Holdings)"
KIND = (
    r"(?:Therapeutics|Pharmaceuticals?|Pharma|Biosciences?|BioSciences|Biotech(?:nolog(?:y|ies))?|Bio[Pp]harma(?:ceuticals?)?|Biologics(?!\s+Licen)|Biomedical|Bio[Tt]herapeutics"
    r"|Oncology|Genetics|Genomics|Medicines|Sciences|Labs|Laboratories|Diagnostics|Bio|Biomed|BioMedicine|Bioworks|Immunotherapies|Immunotherapeutics|Vaccines|Technologies"
    r"|Ventures|University|Hospital|Foundation|Cancer Center|Medical Center)"
)
# Words of headlines in title case that are no part of a name.
COMMON = (
    r"(?:A|An|And|The|Of|For|From|With|In|On|At|By|To|As|Its|New|First|Second|Third|Phase|Trial|Study|Data|Results?|Positive|Interim|Topline|Top-[Ll]ine|Announces?d?|Reports?|Receives?d?|Completes?d?"
    r"|Acquires?d?|Acquisition|Acquire|Buy|Buys|Enters?|Into|Signs?|License|Agreement|Collaborat\w*|Partner\w*|Presents?|Granted?|Grants|Wins?|Gains?|Gets|FDA|EMA|EU|U\.?S\.?|US|UK|EC|CHMP|NMPA|China|Japan"
    r"|European|Approv\w*|Accepts?|Submi\w+|Initiat\w+|Rolling|Supplemental|Clear\w*|Launch\w*|Clinical|Cancer|Cell|Cells|Gene|Therapy|Therapies|Drug|Drugs|Treatment|Patients?|Advanced|Combination|Real-World"
    r"|Raises?|Closes?|Prices?|Appoints?|Names?|Sells?|Files?|Stock|Shares?|After|Against|Over|Up|Down|Between|Among|Why|How|What|When|Is|Are|Will|Evaluat\w*|Expands?|Demonstrat\w*|Shows?|Highlights?"
    r"|Strategic|Global|Exclusive|Next-Generation|Research|Development|Manufacturing|Biotech|Company|Leading|Former|Biotechnology|Biopharmaceutical|Pharmaceutical|Orphan|Fast|Track|Breakthrough|Designation)"
)
COMPANY = re.compile(
    rf"\b(?!{COMMON}\b){WORD}(?:\s+(?!{COMMON}\b)(?:{WORD}|&)){{0,2}}?\s+{KIND}\b(?:,?\s{LEGAL}\b\.?)?|\b(?!{COMMON}\b){WORD}(?:\s+(?!{COMMON}\b){WORD}){{0,2}}?,?\s{LEGAL}\b\.?"
    r"|\b[A-Z]?[a-z]*[A-Z][A-Za-z]*(?:Bio|Pharma|Thera|Gen|Med|Cell|Rx|Tx|Vax|zyme)\b|\b[A-Z][a-z]+(?:Bio|Pharma|Rx|Tx)\b"
)
TRIAL = re.compile(r"\bNCT\d{8}\b")


def medicines(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of what looks like a medicine; kind is brand, generic or code."""
    for found in BRAND.finditer(text):
        yield found.start(), found.end(), "brand"
    for found in BEFORE_GENERIC.finditer(text):
        if not found[1].isupper() or not _initials(found[1], found[2]):
            yield found.start(1), found.end(1), "brand"
    for found in GENERIC.finditer(text):
        if found[0].lower() not in NOT_GENERIC and not text[found.start()].isupper() or GENERIC_STRONG.search(found[0].lower()):
            yield found.start(), found.end(), "generic"
    for found in CODE.finditer(text):
        if not NOT_CODE.match(found[0]):
            yield found.start(), found.end(), "code"


GENERIC_STRONG = re.compile(r"(?:mab|nib|leucel|ciclib|parib|deruxtecan|vedotin|siran|glutide|patide|parvovec|gliflozin|gepant|limus|zomib|lutamide)(?:-[a-z]{4})?$")


def _initials(short: str, long: str) -> bool:
    """Whether the bracketed words only spell an abbreviation out: ERV (endogenous retrovirus)."""
    letters = "".join(word[0] for word in long.split()).upper()
    return len(long.split()) > 1 and (letters.startswith(short[:2]) or short.startswith(letters[:2]))


def companies(text: str) -> Iterator[tuple[int, int]]:
    """Where something stands that is written like the name of a company or institution."""
    for found in COMPANY.finditer(text):
        yield found.start(), found.end()
