"""What an item says a medicine is for: a disease with the words that narrow it, verbatim."""

from __future__ import annotations

import re

HEAD = re.compile(
    r"\b(?:cancers?|carcinomas?|lymphomas?|leuk(?:a)?emias?|myelomas?|melanomas?|sarcomas?|gliomas?|glioblastomas?|neuroblastomas?|retinoblastomas?|mesotheliomas?|tumou?rs?|malignanc(?:y|ies)|adenocarcinomas?"
    r"|metastas[ie]s|carcinomatosis|meningitis|nsclc|sclc|aml|dlbcl|diseases?|syndromes?|disorders?|deficienc(?:y|ies)|diabetes|obesity|overweight|asthma|copd|hypertension|psoriasis|arthritis|eczema|dermatitis"
    r"|migraines?|epilepsy|seizures|depression|schizophrenia|insomnia|dementia|(?:parkinson|alzheimer|crohn|huntington|hodgkin)(?:'s)?(?:\sdisease)?|als|amyloidosis|fibrosis|cirrhosis|hepatitis(?:\s[a-e]\b)?|nash|mash|colitis|lupus|sclerosis|anemia|anaemia"
    r"|h(?:a)?emophilia(?:\s[ab]\b)?|thalass(?:a)?emia|neuropath(?:y|ies)|neuropathic pain|dystrophy|atrophy|covid-19|hiv(?:-1)?|influenza|rsv|malaria|tuberculosis|infections?|pneumonia|sepsis|allerg(?:y|ies)|urticaria"
    r"|neutropenia|thrombocytopenia|cardiomyopathy|heart failure|stroke|infarction|kidney disease|nephropathy|retinopathy|macular degeneration|blindness|glaucoma|dry eye|endometriosis|menopause|osteoporosis|acne|alopecia areata"
    r"|alopecia|vitiligo|gout|pain|autism|adhd|ataxia|myasthenia gravis|gravis|spondylitis|spondyloarthritis|vasculitis|sarcoidosis|transplant rejection|gvhd|graft-versus-host disease|neutropenia|hypercholesterol(?:a)?emia"
    r"|cholesterol|[a-z]{4,}(?:itis|osis|oma|omas|emia|aemia|pathy|penia|trophy|plegia|uria|algia))\b"
)
NOT_HEAD = frozenset("diagnosis prognosis hypnosis dosis osmosis mitosis aroma diploma academia apoptosis biosis sympathy empathy telepathy media homeopathy chemia ischemia".split())
# What may stand before the head and narrows it; any other word ends the phrase.
QUALIFIERS = frozenset(
    "lung breast kidney liver prostate bladder head neck brain skin thyroid blood bone marrow lymph node stomach colon bowel bile duct tract skin eye heart muscle nerve spine spinal solid cell cells"
    " small non-small large b-cell t-cell nk-cell mantle marginal zone diffuse hodgkin non-hodgkin multiple smoldering high-grade low-grade grade soft tissue germ body type stage rare light chain food peanut"
    " graft-versus-host duchenne sickle macular retinal retinitis autoimmune inflammatory ulcerative atopic plaque cystic arterial muscular use alcohol opioid substance disorder heart failure dry wet age-related"
    " pediatric paediatric childhood juvenile adult-onset late-onset infant hormone growth factor enzyme acid storage lysosomal immune iron vitamin hair loss binge eating post-traumatic stress kidney"
    " hcc nsclc crc rcc egfr her2 her2- hr+ her2+ hr kras braf alk ros1 ret brca braf-mutant idh1 flt3 npm1 cd19 cd20 cd5 bcma al attr aat iga c3 alpha-1 antitrypsin complement igg4 hpv hbv hcv rsv csf cns"
    " gastric/gej gej esophagogastric junction nerve motor neuron minimal change lupus myasthenia gravis stem transplant transplant-associated urinary".split()
)
NARROWS = re.compile(
    r"(?:relapsed|refractory|relapsed/refractory|recurrent|advanced|metastatic|unresectable|resectable|resected|locally|severe|moderate|mild|chronic|acute|active|first-line|second-line|third-line|frontline|front-line"
    r"|1l|2l|early|early-stage|late-stage|end-stage|symptomatic|newly|diagnosed|treated|previously|untreated|persistent|progressive|mutant|mutated|high-risk|low-risk|intermediate|adjuvant|heavily|pretreated|moderate-to-severe|uncontrolled|compensated|castration-resistant)\Z"
    r"|.*[a-z0-9]-(?:positive|negative|mutated|mutant|sensitive|resistant|refractory|line|risk|driven|associated|altered|expressing|deficient|dependent|related|treated|onset|rearranged|amplified|infected|naive|stage|grade|high|low|invasive|specific|exposed|null)\Z"
    r"|(?:[a-z]{2,}-)?[a-z]{4,}(?:ic|al|ar|ous|oid|eal|ary|cellular|blastic|cytic|ative|ithelial|nomous|omal|ian|urse|erative)\Z|(?:crohn|parkinson|alzheimer|huntington|hodgkin|graves|addison|cushing|sjogren|peyronie|fabry|gaucher|pompe|stargardt|behcet|barrett|merkel|ewing|burkitt|waldenstrom)'s\Z"
)
NOT_NARROW = frozenset(
    "clinical potential additional novel real final global pivotal oral topical critical medical technical special several commercial natural general exceptional pharmaceutical biological dual total annual physical"
    " digital international national federal regional strategic historic public academic basic electronic automatic magic topic fantastic dramatic scientific specific logic terrific therapeutic optimal experimental"
    " investigational particular similar popular regular primary secondary library contrary necessary january february customary proprietary subsidiary australian canadian european russian italian indian asian brazilian"
    " previous various serious famous precious positive negative alternative innovative effective exclusive massive creative combination conditional traditional functional original promising key trial approval renewal"
    " arrival deal appeal meal goal ideal personal individual additional hospital journal signal animal capital formal minimal initial cellular vehicular muscular-skeletal preventive derivative today's world's company's".split()
)
KEPT = frozenset(("or", "and", "to"))  # "relapsed or refractory", "lung and thyroid", "moderate to severe": kept between two narrowing words
WORD = re.compile(r"[\w'/+.%-]+")


def _narrows(word: str) -> bool:
    return word in QUALIFIERS or (word not in NOT_NARROW and bool(NARROWS.match(word))) or bool(re.fullmatch(r"\d(?:l|st|nd|rd|th)?", word))


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
    begin = edge = head
    words = list(WORD.finditer(folded, max(start, head - 110), head))
    for n in range(len(words) - 1, -1, -1):
        word = words[n]
        between = folded[word.end() : edge].strip()
        if between and not (between == "," and _narrows(word[0])):
            break
        if word[0] in KEPT:
            if n == 0 or not _narrows(words[n - 1][0]):
                break
            edge = word.start()
            continue
        if not _narrows(word[0]):
            break
        begin = edge = word.start()
    return begin
