"""What an item says a medicine is for: a disease with the words that narrow it, verbatim."""

from __future__ import annotations

import re

HEAD = re.compile(
    r"\b(?:cancers?|carcinomas?|lymphomas?|leuk(?:a)?emias?|myelomas?|melanomas?|sarcomas?|gliomas?|glioblastomas?|neuroblastomas?|retinoblastomas?|mesotheliomas?|tumou?rs?|malignanc(?:y|ies)|adenocarcinomas?"
    r"|metastas[ie]s|carcinomatosis|meningitis|nsclc|sclc|aml|dlbcl|diseases?|syndromes?|disorders?|deficienc(?:y|ies)|diabetes|obesity|overweight|asthma|copd|hypertension|psoriasis|arthritis|eczema|dermatitis"
    r"|migraines?|epilepsy|seizures|depression|schizophrenia|insomnia|dementia|parkinson(?:'s)?|alzheimer(?:'s)?|als|amyloidosis|fibrosis|cirrhosis|hepatitis(?:\s[a-e]\b)?|nash|mash|colitis|lupus|sclerosis|anemia|anaemia"
    r"|h(?:a)?emophilia(?:\s[ab]\b)?|thalass(?:a)?emia|neuropath(?:y|ies)|neuropathic pain|dystrophy|atrophy|covid-19|hiv(?:-1)?|influenza|rsv|malaria|tuberculosis|infections?|pneumonia|sepsis|allerg(?:y|ies)|urticaria"
    r"|neutropenia|thrombocytopenia|cardiomyopathy|heart failure|stroke|infarction|kidney disease|nephropathy|retinopathy|macular degeneration|blindness|glaucoma|dry eye|endometriosis|menopause|osteoporosis|acne|alopecia areata"
    r"|alopecia|vitiligo|gout|pain|autism|adhd|ataxia|myasthenia gravis|gravis|spondylitis|spondyloarthritis|vasculitis|sarcoidosis|transplant rejection|gvhd|graft-versus-host disease|neutropenia|hypercholesterol(?:a)?emia"
    r"|cholesterol|[a-z]{4,}(?:itis|osis|oma|omas|emia|aemia|pathy|penia|trophy|plegia|uria|algia))\b"
)
NOT_HEAD = frozenset("diagnosis prognosis hypnosis dosis osmosis mitosis aroma diploma academia apoptosis biosis sympathy empathy telepathy media homeopathy chemia ischemia".split())
# What may stand before the head and narrows it; anything else ends the phrase.
STOPS = frozenset(
    "for in of with the a an to and against treat treats treating treatment therapy patients patient adults adult people children individuals from by its on at as who whose that this their it drug drugs"
    " fda ec ema approval approved use indication trial study phase data results show shows showed plus versus vs after or than new first-in-class candidate certain treated have has having among between based"
    " experimental investigational potential next-generation prevent prevention risk company therapeutic oral once-daily targeting targeted some most other both all is are was including such via into using"
    " tackle fight fights curb curbs cure cures manage improve reduces reduce cut cuts slow slows lead late-stage mid-stage early-stage rare-disease pill vaccine".split()
)
KEPT = frozenset("or and to".split())  # "relapsed or refractory", "moderate to severe": kept between two narrowing words
NARROWS = re.compile(
    r"(?:relapsed|refractory|recurrent|advanced|metastatic|unresectable|resectable|resected|locally|severe|moderate|mild|chronic|acute|active|first-line|second-line|third-line|1l|2l|early|early-stage|late-stage"
    r"|symptomatic|newly|diagnosed|treated|previously|untreated|persistent|progressive|positive|negative|mutant|mutated|stage|high-risk|low-risk|intermediate)\b|.*-(?:positive|negative|mutated|mutant|sensitive|resistant|refractory|line|risk|driven|associated|altered|expressing|deficient|dependent)\Z"
)
WORD = re.compile(r"[\w'/+.%-]+")


def indication(folded: str, start: int, end: int) -> tuple[int, int] | None:
    """The first disease a sentence names, with the words that narrow it; None when it names none."""
    for found in HEAD.finditer(folded, start, end):
        if found[0] in NOT_HEAD:
            continue
        begin = _begin(folded, start, found.start())
        finish = found.end()
        # "cancer" may be followed by its site: "cancer of the bladder"
        if more := re.compile(r"\s(?:of the|of) [a-z]+(?: [a-z]+)?\b").match(folded, finish, end):
            if not set(WORD.findall(more[0])) & {"patients", "people", "adults"} and found[0] in {"cancer", "cancers", "carcinoma", "inflammation", "metastases", "metastasis"}:
                finish = more.end()
        return begin, finish
    return None


def _begin(folded: str, start: int, head: int) -> int:
    """Where the words that narrow a disease begin."""
    begin = head
    words = list(WORD.finditer(folded, max(start, head - 90), head))
    for n in range(len(words) - 1, -1, -1):
        word = words[n]
        if re.search(r"[,;:()\u00a0]|\s-\s", folded[word.end() : begin]) and not _listed(folded, word.end(), begin):
            break
        text = word[0]
        if text in KEPT:
            if n == 0 or not NARROWS.match(words[n - 1][0]):
                break
            continue
        if text in STOPS or not text.strip(".'") or text.isupper():
            break
        if folded[word.start()].isdigit() and not re.match(r"\d(?:l|st|nd|rd|th)\b", text):
            break
        begin = word.start()
    return begin


def _listed(folded: str, start: int, end: int) -> bool:
    return folded[start:end].strip() in {","} and bool(NARROWS.match(folded[max(0, start - 12) : start].split(" ")[-1]))
