"""Which disease words mean: groups of names for one disease, each under the wider group it belongs to."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.text import fold

# disease: (the wider group it belongs to, its names as patterns over folded text)
DISEASES: dict[str, tuple[str, str]] = {
    "lymphoma": ("blood cancer", r"lymphomas?|non-hodgkin|nhl"),
    "large b-cell lymphoma": ("lymphoma", r"large[- ]b[- ]?cell|d?lbcl|aggressive b[- ]?cell lymphoma"),
    "primary cns lymphoma": ("large b-cell lymphoma", r"primary (?:cns|central nervous system) lymphoma|pcnsl"),
    "follicular lymphoma": ("lymphoma", r"follicular|fl(?= |$|\W)|indolent lymphoma"),
    "mantle cell lymphoma": ("lymphoma", r"mantle[- ]cell|mcl"),
    "marginal zone lymphoma": ("lymphoma", r"marginal[- ]zone|mzl"),
    "hodgkin lymphoma": ("lymphoma", r"(?<!non-)(?<!non )hodgkin"),
    "t-cell lymphoma": ("lymphoma", r"t[- ]cell lymphomas?|ctcl|ptcl"),
    "waldenstrom": ("lymphoma", r"waldenstrom"),
    "leukaemia": ("blood cancer", r"leuk(?:ae|e)mias?"),
    "acute lymphoblastic leukaemia": ("leukaemia", r"lymphoblastic|acute lymphocytic|b-?all"),
    "chronic lymphocytic leukaemia": ("leukaemia", r"chronic lymphocytic|cll(?:/sll)?|small lymphocytic"),
    "acute myeloid leukaemia": ("leukaemia", r"acute myeloid|aml"),
    "chronic myeloid leukaemia": ("leukaemia", r"chronic myeloid|cml"),
    "myeloma": ("blood cancer", r"myelomas?|rrmm|ndmm"),
    "amyloidosis": ("", r"amyloidosis"),
    "myelodysplastic syndrome": ("blood cancer", r"myelodysplas\w+|mds"),
    "myelofibrosis": ("blood cancer", r"myelofibrosis"),
    "lung cancer": ("solid tumour", r"lung"),
    "non-small cell lung cancer": ("lung cancer", r"non[- ]small[- ]cell|nsclc|egfr|alk|ros1|exon 20|lung adenocarcinoma"),
    "small cell lung cancer": ("lung cancer", r"(?<!non-)(?<!non )small[- ]cell|sclc"),
    "mesothelioma": ("solid tumour", r"mesothelioma"),
    "breast cancer": ("solid tumour", r"breast"),
    "her2-low breast cancer": ("breast cancer", r"her2-(?:ultra)?low"),
    "triple-negative breast cancer": ("breast cancer", r"triple[- ]negative|tnbc"),
    "hormone-positive breast cancer": ("breast cancer", r"hr-?\+|hr-positive|hormone receptor[- ]positive"),
    "melanoma": ("solid tumour", r"melanomas?"),
    "sarcoma": ("solid tumour", r"sarcomas?"),
    "gastric cancer": ("solid tumour", r"gastric|stomach|gastro-?(?:o?esophageal)|gej"),
    "colorectal cancer": ("solid tumour", r"colorectal|colon cancer|crc"),
    "pancreatic cancer": ("solid tumour", r"pancrea\w+ (?:cancer|ductal|adeno\w+|tumou?rs?)|pdac"),
    "liver cancer": ("solid tumour", r"hepatocellular|liver cancer|hcc"),
    "bile duct cancer": ("solid tumour", r"cholangio\w+|biliary|bile duct"),
    "kidney cancer": ("solid tumour", r"renal cell|kidney cancer|rcc"),
    "bladder cancer": ("solid tumour", r"bladder cancer|urothelial|nmibc"),
    "prostate cancer": ("solid tumour", r"prostate|mcrpc"),
    "ovarian cancer": ("solid tumour", r"ovarian"),
    "endometrial cancer": ("solid tumour", r"endometrial"),
    "cervical cancer": ("solid tumour", r"cervical cancer"),
    "thyroid cancer": ("solid tumour", r"thyroid cancer"),
    "head and neck cancer": ("solid tumour", r"head and neck|hnscc|nasopharyngeal"),
    "glioma": ("solid tumour", r"gliomas?|glioblastomas?|gbm"),
    "neuroblastoma": ("solid tumour", r"neuroblastomas?"),
    "post-transplant disease": ("", r"post-?transplant\w* lymphoprolif\w+|ptld|ebv\+? ?ptld"),
    "lupus": ("autoimmune", r"lupus|sle"),
    "myasthenia gravis": ("autoimmune", r"myasthenia"),
    "multiple sclerosis": ("autoimmune", r"multiple sclerosis"),
    "rheumatoid arthritis": ("autoimmune", r"rheumatoid"),
    "psoriasis": ("autoimmune", r"(?:plaque )?psoriasis"),
    "psoriatic arthritis": ("autoimmune", r"psoriatic arthritis"),
    "atopic dermatitis": ("autoimmune", r"atopic dermatitis|eczema"),
    "crohn's disease": ("bowel disease", r"crohn'?s?"),
    "ulcerative colitis": ("bowel disease", r"ulcerative colitis"),
    "asthma": ("", r"asthma"),
    "copd": ("", r"copd|chronic obstructive"),
    "alzheimer's disease": ("", r"alzheimer'?s?"),
    "parkinson's disease": ("", r"parkinson'?s?"),
    "obesity": ("", r"obesity|weight[- ]loss"),
    "diabetes": ("", r"diabetes|diabetic"),
    "heart failure": ("", r"heart failure"),
    "hypertension": ("", r"(?<!arterial )hypertension"),
    "pulmonary arterial hypertension": ("", r"pulmonary arterial hypertension"),
    "hiv": ("", r"hiv(?:-1)?"),
    "rsv": ("", r"rsv|respiratory syncytial"),
    "covid-19": ("", r"covid(?:-19)?|sars-cov-2"),
    "sickle cell disease": ("", r"sickle[- ]cell"),
    "thalassaemia": ("", r"thalass(?:ae|e)mia"),
    "haemophilia": ("", r"h(?:ae|e)mophilia"),
    "muscular dystrophy": ("", r"duchenne|muscular dystrophy|dmd"),
    "spinal muscular atrophy": ("", r"spinal muscular atrophy|sma"),
    "als": ("", r"amyotrophic|als"),
    "cystic fibrosis": ("", r"cystic fibrosis"),
    "migraine": ("", r"migraine"),
    "depression": ("", r"depressi(?:on|ve)"),
    "schizophrenia": ("", r"schizophrenia"),
    "epilepsy": ("", r"epilep\w+|seizures?|dravet|lennox-gastaut"),
    "huntington's disease": ("", r"huntington'?s?"),
    "cutaneous squamous cell carcinoma": ("solid tumour", r"cutaneous squamous[- ]cell|cscc"),
    "tumours of any site": ("solid tumour", r"regardless of tumou?r type|tumou?r[- ]agnostic|tmb-h|tumou?r mutational burden"),
    "oesophageal cancer": ("solid tumour", r"(?<!gastro)(?<!gastro-)o?esophageal (?:cancer|squamous|carcinoma|adeno\w+)|escc"),
    "neuroendocrine tumour": ("solid tumour", r"neuroendocrine"),
    "pneumococcal disease": ("infection", r"pneumococcal|pneumococcus"),
    "meningococcal disease": ("infection", r"meningococcal"),
    "influenza": ("infection", r"influenza|flu"),
    "hepatitis": ("infection", r"hepatitis (?:b|c|d)|hbv|hcv|hdv"),
    "tuberculosis": ("infection", r"tuberculosis"),
    "malaria": ("infection", r"malaria"),
    "hpv": ("infection", r"hpv|papillomavirus"),
    "lyme disease": ("infection", r"lyme"),
    "dengue": ("infection", r"dengue"),
    "chikungunya": ("infection", r"chikungunya"),
    "mpox": ("infection", r"mpox|monkeypox|smallpox"),
    "clostridioides infection": ("infection", r"clostridi\w+ difficile|c\.? diff\w*"),
    "cytomegalovirus": ("infection", r"cytomegalovirus|cmv"),
    "urinary tract infection": ("infection", r"urinary tract"),
    "transthyretin amyloidosis": ("amyloidosis", r"attr(?:-cm|-pn)?|transthyretin"),
    "hereditary angioedema": ("", r"angioedema"),
    "urticaria": ("autoimmune", r"urticaria"),
    "alopecia": ("autoimmune", r"alopecia"),
    "vitiligo": ("autoimmune", r"vitiligo"),
    "spondyloarthritis": ("autoimmune", r"spondyl\w+"),
    "hidradenitis": ("autoimmune", r"hidradenitis"),
    "acne": ("", r"acne"),
    "osteoarthritis": ("", r"osteoarthritis"),
    "osteoporosis": ("", r"osteoporosis"),
    "gout": ("", r"gout"),
    "growth hormone deficiency": ("", r"growth hormone deficiency"),
    "endometriosis": ("", r"endometriosis"),
    "uterine fibroids": ("", r"fibroids"),
    "macular degeneration": ("", r"macular (?:degeneration|edema|oedema)|geographic atrophy"),
    "pulmonary fibrosis": ("", r"pulmonary fibrosis|ipf"),
    "narcolepsy": ("", r"narcolepsy"),
    "adhd": ("", r"adhd|attention[- ]deficit"),
    "post-traumatic stress disorder": ("", r"post-?traumatic stress|ptsd"),
}  # fmt: skip

PATTERN = re.compile(
    r"(?<![a-z0-9])(?:" + "|".join(f"(?P<d{n}>{names})" for n, (_, names) in enumerate(DISEASES.values())) + r")(?![a-z0-9])"
)
EACH = {disease: re.compile(rf"(?<![a-z0-9])(?:{names})(?![a-z0-9])") for disease, (_, names) in DISEASES.items()}
ROOTS = ("blood cancer", "solid tumour", "autoimmune", "bowel disease", "")


@lru_cache(maxsize=8192)
def named(text: str) -> frozenset[str]:
    """The diseases a text names, the narrowest ones: a lymphoma that is also called follicular is only follicular."""
    folded = fold(text)
    if PATTERN.search(folded) is None:
        return frozenset()
    found = {disease for disease, pattern in EACH.items() if pattern.search(folded)}
    return frozenset(found - {wider for disease in found for wider in wider_than(disease)})


def wider_than(disease: str) -> tuple[str, ...]:
    """All groups a disease belongs to, nearest first."""
    chain: list[str] = []
    while disease := DISEASES.get(disease, ("", ""))[0]:
        chain.append(disease)
    return tuple(chain)


def disagree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both name diseases and none of one lies within, or around, one of the other."""
    return bool(one and other) and not any(
        first == second or first in wider_than(second) or second in wider_than(first) for first in one for second in other
    )
