"""Items of invented feeds: the same number always gives the same item, in words like those of the news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 5, 1, 6, 0, tzinfo=UTC)
COMPANIES = (
    "Harbour Cells",
    "Polder Therapeutics",
    "Gilead Sciences",
    "Northlake Bio",
    "Bristol Myers Squibb",
    "Dune Oncology",
    "Autolus",
    "Fenwick Medicines",
)
PRODUCTS = ("Breyanzi", "HC-101", "Yescarta", "NL-220", "Abecma", "DO-7", "Aucatzyl", "FM-3310")
ACTS = (
    "wins approval for {product} in large B-cell lymphoma",
    "reports second quarter results",
    "doses the first patient with {product}",
    "will speak at an investor meeting in June",
    "and {other} agree to develop {product} together",
    "opens a plant for {product}",
    "files {product} for multiple myeloma",
    "appoints a head of manufacturing",
)
SENTENCES = (
    "{company} said on Friday that the work on {product} goes on as planned in three countries.",
    "The decision rests on a trial with one arm in which most patients answered to a single infusion.",
    "{other} holds the rights outside Europe and shares the costs of later studies.",
    "Doctors who were not part of the study call the follow-up short and the side effects known.",
    "A second reading of the figures is expected when all patients have been seen for a year.",
    "The company had 212 million dollars in the bank at the end of the quarter, enough until 2028.",
    "Patients who relapse after two earlier treatments have few choices left, and trials are small.",
    "Its plant near Ghent can make four hundred doses a year and is to double that by the autumn.",
)


def item(feed: int, number: int) -> tuple[str, str, datetime]:
    """Title, text and moment of one item; `number` counts back from the newest."""
    seed = feed * 31 + number * 7
    words = {"company": COMPANIES[seed % 8], "product": PRODUCTS[(seed // 8) % 8], "other": COMPANIES[(seed + 3) % 8]}
    title = f"{words['company']} {ACTS[(seed // 3) % 8].format(**words)} ({feed}/{number})"
    text = " ".join(SENTENCES[(seed + place) % 8].format(**words) for place in range(6))
    return title, text, START - timedelta(minutes=97 * number + feed % 60)
