"""How alike two headlines are: their words, weighed by how much each tells, without any corpus, so that it stays the same for ever."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache

from monitor.text import fold

# Words that stand in headlines about anything.
_EMPTY = """
a an and are as at be been but by can could do does for from had has have he her his how if in into is it its itself just may more
most new not now of off on one or our out over s she so some such than that the their them then there these they this to too two
under up upon us was we were what when where which while who why will with would you your after amid against all also about before
between both during each here only other still through via vs within without yet stat update updated exclusive first second third
says said say get gets de la le van het een voor met op aan der die das und den von mit auf zu im des et les pour
"""
EMPTY = frozenset(_EMPTY.split())
# Words that stand in headlines of this field whatever happened.
_COMMON = """
acquire acquires acquired acquiring acquisition accelerated access agree agrees agreed agreement agency announce announces
announced application approval approvals approve approves approved authorisation authorised authorises authorization authorized
authority bid big biotech biotechs biopharma billion business buy buys buying buyout candidate cancer cancers care cash cell cells
ceo clears cleared clearance clinical close closes closing collaboration collaborate commercial commission committee company
companies complete completes completed completion conditional data day days deal deals decision designation develop developer
development disease disorder disorders drug drugs drugmaker early earlier efficacy eu european europe expand expands expanded
expansion expects fast fda file files filing financing firm firms full fund funding gain gains gene get global go grant granted
grants green group growth health hit hits human immune in-vivo inc indication initiates investment investors ipo issue join joins
key label land lands late launch launches launched lead leads letter license licence licensing light line long look makes maker
market marketing medicine medicines merger million milestone month months moves nabs nda bla need next nod north obtains offer
offering offers oncology option oral orphan pact paper partner partners partnership patient patients pay pays pharma
pharmaceutical pharmaceuticals phase pill pipeline plan plans plant platform positive potential present presents price priced
pricing primary prior priority private product production program programme programs progress public purchase quarter raise raises
rare receive receives received recommend recommends regulator regulators regulatory rejects rejection report reports request
research results review rights rival round sale sales secures secured seek seeks sell sells series set shares share showing shows
sign signs site solid start starts stock strategic strong study submission submits subsidiary success support surge sues take
takes taking target team technology test therapies therapeutic therapeutics therapy time today top topline track treat treating
treatment treatments trial trials tumor tumors tumour tumours unit unveils use uses vaccine win wins world worldwide year years
january february march april june july august september october november december monday tuesday wednesday thursday friday supreme
court fierce car-t car-ts car tcr-t til tils nsclc glp-1 adc adcs mrna crispr phase2 phase3 korean chinese japanese american
british german french indian achieve achieves
asco ash esmo aacr eha sitc ebmt asgct sabcs ectrims aan easd ada acr eular wclc sno astct ctad aaic aasld ismrm tandem
congress conference meeting annual symposium society association international journal lancet nejm presentation
presentations poster posters published publication best-in-class first-in-class encouraging promising updated longer-term
"""
COMMON = EMPTY | frozenset(_COMMON.split())
# Words for one thing: headlines of one story rarely use the same.
_SAME = """
earnings: sales revenue revenues growth forecast forecasts projections earnings profit profits guidance outlook quarter expects
  grow
purchase: acquire acquires acquired acquisition acquiring buy buys buying buyout takeover purchase purchases bid swoops snaps
  bought
consent: approval approves approved nod clears cleared clearance greenlight authorises authorised authorizes authorized ok oks
  okays
refusal: rejects rejected rejection declines declined refuses refused spurns spurned crl setback denied turned
lawsuit: lawsuit lawsuits suit sues sued court ruling verdict judge litigation dispute settles settlement antitrust
layoffs: layoffs layoff workforce headcount staff staffers jobs cuts restructuring trims
results: data results readout topline findings
pact: collaboration partnership alliance pact collaborate partner partners teams tie-up
money: raises raised financing ipo funding offering round
exit: withdraws withdraw withdrawn discontinues discontinued stops halts ends drops abandons axes scraps pulls cancels terminates
  terminated
"""
SAME = [line.partition(":")[::2] for line in _SAME.replace("\n  ", " ").strip().splitlines()]
CONCEPTS = {word: concept for concept, words in SAME for word in words.split()}
TOKEN = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0400-\uffff]+(?:[-'’./&+][A-Za-z0-9\u00c0-\u024f]+)*")


@lru_cache(maxsize=8192)
def weighed(title: str) -> Mapping[str, float]:
    """The stems of a headline with what each tells: much for names and numbers, little for the words of the field."""
    found: dict[str, float] = {}
    for match in TOKEN.finditer(title):
        word = fold(match[0]).replace("'s", "")
        for part in re.split(r"[-/]", word) if not re.search(r"\d", word) else [word]:
            if part in EMPTY or (len(part) < 2 and not part.isdigit()):
                continue
            key = CONCEPTS.get(part) or stem(part)
            weight = 0.7 if part in CONCEPTS else 0.35 if part in COMMON else 1.0 if match[0].islower() else 1.4
            found[key] = max(weight, found.get(key, 0.0))
    return found


def stem(word: str) -> str:
    """The word without its endings, roughly: withdraws, withdraw and withdrawn are one."""
    if any(character.isdigit() for character in word):
        return word
    word = re.sub(r"(?:ing|ed|es|s|e)$", "", word) if len(word) > 4 else word
    return word[:7]


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """From 0 (no telling word in common) to 1 (the same words)."""
    shared = sum(weight * other[word] for word, weight in one.items() if word in other)
    if not shared:
        return 0.0
    lengths = math.sqrt(sum(weight * weight for weight in one.values())) * math.sqrt(sum(weight * weight for weight in other.values()))
    return shared / lengths


@lru_cache(maxsize=8192)
def name_words(title: str) -> Mapping[str, int]:
    """Words of a headline that look like names, the first four, each with the run of words it stands in: Kyowa Kirin is one run."""
    found: dict[str, int] = {}
    last, run = -2, 0
    matches = list(TOKEN.finditer(title))
    long = [match[0] for match in matches if len(match[0]) > 3]
    titled = sum(word[0].isupper() for word in long) > 0.7 * len(long)
    for place, match in enumerate(matches):
        word, text = fold(match[0]).replace("'s", ""), match[0]
        capitals = sum(letter.isupper() for letter in text)
        if not capitals or word in COMMON or word.rstrip("s") in COMMON or len(word) < 3 or (text.isupper() and len(word) < 4):
            continue
        odd = capitals > 1 or any(letter.isdigit() for letter in text)
        if titled and not odd and len(found) >= 2 and match.start() > 40:
            continue  # in a headline of capitals the names come first
        run += place != last + 1
        last = place
        found.setdefault(word, run)
    return dict(list(found.items())[:4])
