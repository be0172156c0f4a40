"""The kinds of source: how each is read, and what an admin may say about it in feeds.yaml. A new kind is one line here and one module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

Options = Mapping[str, tuple[str, ...]]  # what a source says under `options:`, the kind's own defaults filled in
NO_OPTIONS: Options = {}


@dataclass(frozen=True, slots=True)
class Option:
    """A key that a kind understands under `options:`."""

    name: str
    help: str
    pattern: str = r"\S.*"  # what each value must match as a whole
    example: str = ""
    many: bool = False  # a list
    required: bool = False
    default: tuple[str, ...] = ()
    css: bool = False  # a CSS selector


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of source is read: `module` has read(body, url, source, options) -> Document.

    `dated`: its module also has address(url, options, now), the address to ask at this moment, or several: the first that is there counts.
    `window`: it shows the last few only, so that what rolls out between two looks is lost.
    `register`: it is a regulator's or company's own record, which confirms what news only announce.
    `says_nothing`: a 404 with a JSON body is its way of saying that nothing fits what is asked for.
    `least_every`: how often it may be looked at, and `why`.
    `guessed`: the second reader may say what its rows tell; false where rows mostly tell no event, which it has not learnt from news.
    `best_tier`: how far it can be trusted at best.
    `text`: how the page that an entry links to is read (a key of TEXTS); empty: it leads to none that can be read.
    `fetch_body`: whether that page is fetched unless the source says otherwise; or the option with which it is.
    `for_people`: it reads pages made for people, and only where robots.txt lets a program in.
    `past_end`: the status with which a page after the last one is answered.
    """

    module: str
    what: str
    url: str = ""  # where it is when feeds.yaml does not say
    dated: bool = False
    register: bool = False
    window: bool = True
    says_nothing: bool = False
    least_every: timedelta = timedelta(0)
    why: str = ""
    largest: int = 0  # bytes that an answer may have, where it is more than others may
    guessed: bool = True
    best_tier: int = 1
    text: str = "article"
    fetch_body: bool | str = False
    for_people: bool = False
    past_end: int | None = None
    options: tuple[Option, ...] = ()


# How the text behind an entry is read: name → module, like a kind's, but nothing an admin would write.
TEXTS: Mapping[str, str] = {"article": "monitor.sources.article", "filing": "monitor.sources.filing"}


def _days(default: str) -> Option:
    return Option("days", "how many days back to ask for", r"[1-9]\d{0,3}", example=default, default=(default,))


SEARCH = Option("search", "what else must hold, in openFDA's own words", example="sponsor_name:pfizer")
FDA = "https://www.fda.gov"
ONCOLOGY = f"{FDA}/drugs/resources-information-approved-drugs/oncology-cancer-hematologic-malignancies-approval-notifications"
CGT = f"{FDA}/vaccines-blood-biologics/cellular-gene-therapy-products/approved-cellular-and-gene-therapy-products"
PURPLE_BOOK = "https://www.accessdata.fda.gov/drugsatfda_docs/PurpleBook/{year}/purplebook-search-{month}-data-download.csv"
EMA = "https://www.ema.europa.eu/en/documents/report/medicines-output-medicines_json-report_en.json"
HALF_A_DAY = timedelta(hours=12)


def _css(name: str, what: str, example: str, *, required: bool = False, default: tuple[str, ...] = ()) -> Option:
    return Option(name, f"CSS selector of {what}", example=example, required=required, default=default, css=True)


FORM, ITEM, CIK = r"[A-Z0-9][A-Z0-9 /-]{0,15}", r"\d\.\d\d", r"\d{1,10}"
ITEMS = Option("items", "keep only filings with one of these items of an 8-K", ITEM, example="1.01", many=True)
DATE_FORMAT = r"(?=.*%[yY])(?=.*%[bBm])(?=.*%[dej])(?:[^%]|%[aAbBdmyYHIMSpzZf%])*"  # what strptime takes, with day, month and year

KINDS: Mapping[str, Kind] = {
    "feed": Kind("monitor.sources.feed", "RSS, RDF, Atom and JSON feeds"),
    "openfda": Kind(
        "monitor.sources.openfda",
        "FDA's approved submissions (openFDA, Drugs@FDA): new medicines and supplements of CDER, so no CAR-T",
        url="https://api.fda.gov/drug/drugsfda.json",
        dated=True,
        register=True,
        window=False,
        says_nothing=True,
        largest=30_000_000,
        options=(_days("30"), SEARCH),
    ),
    "openfda_crl": Kind(
        "monitor.sources.openfda_crl",
        "FDA's complete response letters (openFDA), published weeks to months after they were sent",
        url="https://api.fda.gov/transparency/crl.json",
        dated=True,
        register=True,
        window=False,
        says_nothing=True,
        largest=30_000_000,
        options=(_days("365"), SEARCH),
    ),
    "fda_oncology": Kind(
        "monitor.sources.fda_oncology",
        "FDA's page of oncology approval notifications, CAR-T among them",
        ONCOLOGY,
        register=True,
        window=False,
    ),
    "fda_cgt": Kind(
        "monitor.sources.fda_cgt",
        "FDA's list of approved cell and gene therapies, which has no dates: a new row is news on the day it is seen",
        CGT,
        register=True,
        window=False,
    ),
    "purple_book": Kind(
        "monitor.sources.purple_book",
        "FDA's Purple Book: every licensed biological medicine of CBER and CDER, a new file each month",
        PURPLE_BOOK,
        dated=True,
        register=True,
        window=False,
        least_every=HALF_A_DAY,
        why="there is a new file once a month",
        largest=30_000_000,
        options=(Option("center", "only the products of this center", "CBER|CDER", example="CBER"),),
    ),
    "ema_medicines": Kind(
        "monitor.sources.ema_medicines",
        "EMA's list of human medicines: opinions of the CHMP, EU decisions, refusals, withdrawals",
        EMA,
        register=True,
        window=False,
        least_every=HALF_A_DAY,
        why="EMA renews its list at 06:00 and at 18:00, and it is 7 MB",
        largest=30_000_000,
    ),
    "edgar_current": Kind(
        "monitor.sources.edgar_current",
        "the SEC's newest filings of all companies: a window of minutes on busy days",
        url="https://www.sec.gov/cgi-bin/browse-edgar",
        dated=True,
        register=True,
        guessed=False,
        text="filing",
        past_end=503,
        options=(
            Option("forms", "which forms", FORM, example="8-K", many=True, default=("8-K",)),
            ITEMS,
            Option("pages", "how many pages of 100 to read of each form", r"[1-9]|10", example="1", default=("1",)),
        ),
    ),
    "edgar_search": Kind(
        "monitor.sources.edgar_search",
        "the SEC's full text search: filings that say something, by form, item and company",
        url="https://efts.sec.gov/LATEST/search-index",
        dated=True,
        register=True,
        window=False,
        guessed=False,
        text="filing",
        options=(
            Option("query", "words that stand in the filing", example='"CAR-T"'),
            Option("forms", "which forms", FORM, example="8-K", many=True, default=("8-K",)),
            ITEMS,
            Option("ciks", "only these companies, by their number at the SEC", CIK, example="1551152", many=True),
            _days("7"),
        ),
    ),
    "edgar_company": Kind(
        "monitor.sources.edgar_company",
        "the filings of one company at the SEC, each with the text of its press release (exhibit 99.1)",
        url="https://data.sec.gov/submissions",
        dated=True,
        register=True,
        window=False,
        guessed=False,
        text="filing",
        fetch_body=True,
        options=(
            Option("cik", "the company's number at the SEC", CIK, example="1551152", required=True),
            Option("forms", "which forms", FORM, example="8-K", many=True, default=("8-K", "6-K")),
            ITEMS,
        ),
    ),
    "clinicaltrials": Kind(
        "monitor.sources.clinicaltrials",
        "trials on ClinicalTrials.gov: first posted, results posted; a changed status is a revision",
        url="https://clinicaltrials.gov/api/v2/studies",
        dated=True,
        register=True,
        window=False,
        guessed=False,
        text="",
        options=(
            Option("condition", "disease, searched in all conditions of a trial", example="leptomeningeal metastases"),
            Option("intervention", "medicine or procedure", example="CAR-T"),
            Option("term", "any other words", example="tumor infiltrating lymphocytes"),
            Option("sponsor", "who runs it", example="Iovance Biotherapeutics"),
            Option("phases", "only these phases", r"EARLY_PHASE1|PHASE[1-4]|NA", example="PHASE3", many=True),
            Option("statuses", "only trials in these states", r"[A-Z]+(?:_[A-Z]+)*", example="RECRUITING", many=True),
            _days("14"),
        ),
    ),
    "mhra": Kind(
        "monitor.sources.mhra",
        "news of the UK's MHRA on gov.uk; a page that is touched again is a revision, not news",
        url="https://www.gov.uk/search/news-and-communications.atom",
        dated=True,
        register=True,
        options=(Option("keywords", "words to search for", example="approves"),),
    ),
    "page": Kind(
        "monitor.sources.page",
        "a newsroom without a feed, by CSS selectors, where robots.txt lets us",
        fetch_body="body",
        for_people=True,
        options=(
            _css("list", "one item of the list", "ul.news > li", required=True),
            _css("title", "the title inside the item; without it the link's text", "h3"),
            _css("link", "the link inside the item", "h3 a", default=("a[href]",)),
            _css("date", "the date inside the item", "time"),
            Option("date_format", "how the date is written, in the codes of strptime", DATE_FORMAT, example="%d %B %Y"),
            _css("body", "the text on the item's own page, which is then fetched", "div.article-body"),
            _css("next", "the link to the next page of the list, which is then read too", "a.next"),
        ),
    ),
    "google_news": Kind(
        "monitor.sources.google_news",
        "a search on Google News, as a lead: dated by first sight, never primary",
        url="https://news.google.com/rss/search",
        dated=True,
        best_tier=3,
        text="",
        options=(
            Option("query", "what to search for; without `when:` the last week", example='"CAR-T" (FDA OR approval)', required=True),
            Option("language", "of the edition", r"[a-z]{2}(?:-[A-Z]{2})?", example="en-US", default=("en-US",)),
            Option("country", "of the edition", r"[A-Z]{2}", example="US", default=("US",)),
        ),
    ),
}
