"""Items of invented feeds: the same number always gives the same item, in words like those of the news.

One item in twenty is about a tracked medicine, as several outlets would tell it; the others are about companies nobody tracks.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 5, 1, 6, 0, tzinfo=UTC)
TRACKED = (
    ("Bristol Myers Squibb", "Breyanzi", "large B-cell lymphoma"), ("Gilead Sciences", "Yescarta", "follicular lymphoma"),
    ("Gilead Sciences", "Tecartus", "mantle cell lymphoma"), ("Novartis", "Kymriah", "acute lymphoblastic leukemia"),
    ("Bristol Myers Squibb", "Abecma", "multiple myeloma"), ("Johnson & Johnson", "Carvykti", "multiple myeloma"),
    ("Autolus Therapeutics", "Aucatzyl", "acute lymphoblastic leukemia"), ("Iovance Biotherapeutics", "Amtagvi", "melanoma"),
    ("AstraZeneca", "Tagrisso", "lung cancer"), ("Daiichi Sankyo", "Enhertu", "breast cancer"),
)  # fmt: skip
BEGINNINGS = ("Har", "Pol", "Nor", "Dun", "Fen", "Lim", "Vel", "Quo", "Sar", "Tam", "Wes", "Zel")
ENDINGS = ("bour Cells", "der Therapeutics", "lake Bio", "oria Oncology", "wick Medicines", "mark Sciences", "ton Pharma", "vale Genetics")
DECIDED = (
    "FDA approves {company}'s {product} in {disease}",
    "{company} wins European Commission approval of {product} for {disease}",
    "{company} reports positive phase 3 results of {product} in {disease}",
    "FDA accepts application for {product} of {company} in {disease}",
)
OTHERWISE = (
    "{company} reports second quarter results",
    "{company} will speak at an investor meeting in June",
    "{company} doses the first patient with {product}",
    "{company} opens a plant for {product}",
    "{company} appoints a head of manufacturing",
    "{company} and its partner go on with {product}",
    "{company} files {product} for {disease}",
    "Doctors ask for longer follow-up of {product}",
)
SENTENCES = (
    "{company} said on Friday that the work on {product} goes on as planned in three countries.",
    "The decision rests on a trial with one arm in which most patients answered to a single infusion.",
    "A partner holds the rights outside Europe and shares the costs of later studies.",
    "Doctors who were not part of the study call the follow-up short and the side effects known.",
    "A second reading of the figures is expected when all patients have been seen for a year.",
    "The company had 212 million dollars in the bank at the end of the quarter, enough until 2028.",
    "Patients who relapse after two earlier treatments have few choices left, and trials are small.",
    "Its plant near Ghent can make four hundred doses a year and is to double that by the autumn.",
)


def item(feed: int, number: int) -> tuple[str, str, datetime]:
    """Title, text and moment of one item; `number` counts back from the newest, a day at a time."""
    seed = feed * 31 + number * 7
    if (feed + number) % 20 == 0:
        company, product, disease = TRACKED[(number + feed // 20) % len(TRACKED)]
        title = DECIDED[number % len(DECIDED)]
    else:
        company = BEGINNINGS[seed % 12] + ENDINGS[(seed // 12) % 8]
        product, disease = f"{company[:2].upper()}-{100 + seed % 890}", "lymphoma"
        title = OTHERWISE[(seed // 3) % len(OTHERWISE)]
    words = {"company": company, "product": product, "disease": disease}
    text = " ".join(SENTENCES[(seed + place) % 8].format(**words) for place in range(6))
    return title.format(**words), text, START - timedelta(minutes=1440 * number + feed % 60)
