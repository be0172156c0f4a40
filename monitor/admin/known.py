"""What is known of publishers' addresses: numbers, limits, and addresses that do not do what they seem to.

From their documentation and from what others met; what is only reported says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

# GlobeNewswire: the number in the address decides, the words behind it do not.
SUBJECTS = {
    "7": "Business Contracts", "13": "Earnings", "17": "Financing", "20": "Health", "23": "Joint Venture", "25": "Licensing Agreements",
    "27": "Mergers and Acquisitions", "29": "Partnerships", "73": "Regulatory Information", "81": "Market Research Reports",
    "84": "Class Action", "90": "Clinical Study",
}  # fmt: skip
INDUSTRIES = {"4000": "Health Care", "4535": "Medical Equipment", "4573": "Biotechnology", "4577": "Pharmaceuticals"}
NOISE = {"81": "market research reports", "84": "law firms looking for plaintiffs"}
WIRE_LIST = "https://www.globenewswire.com/rss/list"


@dataclass(frozen=True, slots=True)
class Budget:
    """How many requests a publisher takes. `what` names it; `per` is the time in which `most` may be made."""

    what: str
    hosts: tuple[str, ...]  # these, and everything below them
    most: int
    per: timedelta
    why: str


HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
BUDGETS = (
    Budget("api.fda.gov", ("api.fda.gov",), 1_000, DAY, "it takes 1,000 requests a day and 240 a minute from one machine without a key"),
    Budget("fda.gov", ("www.fda.gov", "www.accessdata.fda.gov", "purplebooksearch.fda.gov"), 6, HOUR,
           "its wall answers frequent requests with an apology page, and asking again makes it last longer"),
    Budget("sec.gov", ("sec.gov",), 36_000, HOUR, "the SEC takes 10 requests a second for everything, and blocks for ten minutes"),
)  # fmt: skip
ANY_HOST = 60  # requests an hour to a host of which nothing is known
SPACED = {  # hosts that want a pause between two requests, in seconds
    "sec.gov": (0.1, "10 requests a second"),
    "api.fda.gov": (0.25, "at most 240 requests a minute"),
    "clinicaltrials.gov": (1.0, "Crawl-delay 1 in its robots.txt"),
    "eutils.ncbi.nlm.nih.gov": (0.34, "3 requests a second without a key"),
}

HTTPS = (
    "fda.gov", "sec.gov", "ema.europa.eu", "gov.uk", "globenewswire.com", "prnewswire.com", "businesswire.com", "fiercebiotech.com",
    "fiercepharma.com", "biospace.com", "endpoints.news", "endpts.com", "statnews.com", "biopharmadive.com", "bioworld.com",
    "nasdaqtrader.com", "news.google.com", "ncbi.nlm.nih.gov", "clinicaltrials.gov", "ebi.ac.uk", "biorxiv.org", "federalregister.gov",
    "gdeltproject.org",
)  # fmt: skip

EMA_REPORT = "/en/documents/report/"  # files of several megabytes, made anew at about 06:00 and 18:00
EMA_TWICE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Trap:
    """An address that others met: its host ends with `host`, and `part` stands behind it, case aside."""

    host: str
    part: str
    says: str
    instead: str


FDA_FEEDS = "/about-fda/contact-fda/stay-informed/rss-feeds/"
TRAPS = (
    Trap("fda.gov", "/aboutfda/contactfda/stayinformed/rssfeeds/", "is an FDA address of years ago", f"write https://www.fda.gov{FDA_FEEDS}…"),
    Trap("fda.gov", f"{FDA_FEEDS}drugs/rss.xml", "lists page updates and workshops: none of 20 items was an approval in January 2026",
         "take press-releases/rss.xml, or enabled: false"),
    *(
        Trap("fda.gov", f"{FDA_FEEDS}{name}", "is an address on which reports contradict each other", "take press-releases/rss.xml")
        for name in ("oncology-center-excellence/", "press-announcements", "drug-approvals", "fda-drug-safety-communications",
                     "medwatch-safety-alerts")
    ),
    Trap("endpts.com", "/feed", "is the old address of Endpoints", "write https://endpoints.news/feed/"),
    Trap("feed.businesswire.com", "/rss/home", "is dead by some reports and alive by others", "take the companies' own wire"),
    Trap("biospace.com", "/deals.rss", "answered 403 where its sisters answered", "take https://www.biospace.com/business.rss"),
    Trap("biospace.com", "/drug-development.rss", "answered 403 where its sisters answered", "take https://www.biospace.com/all-news.rss"),
    Trap("ema.europa.eu", "/system/files/", "is a copy that stands still since December 2023",
         "write https://www.ema.europa.eu/en/documents/report/medicines-output-medicines_json-report_en.json"),
    Trap("prnewswire.com", "?company=", "asks for a company, which has no effect: it is the list of all", "take the list of an industry"),
    Trap("prnewswire.com", "clinical-trials-fda-approval", "is a list nobody has seen", "take the list of an industry"),
    Trap("pubmed.ncbi.nlm.nih.gov", "/rss/search/?term=", "is no feed: PubMed gives each search an id of its own",
         "make the feed at pubmed.ncbi.nlm.nih.gov and copy its address"),
)  # fmt: skip


def within(host: str, domain: str) -> bool:
    """Whether a host is that domain, or lies below it."""
    return host == domain or host.endswith(f".{domain}")
