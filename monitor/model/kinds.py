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


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of source is read: `module` has read(body, url, source, options) -> Document.

    `dated`: its module also has address(url, options, now), the address to ask at this moment, or several: the first that is there counts.
    `window`: it shows the last few only, so that what rolls out between two looks is lost.
    `register`: it is a regulator's or company's own record, which confirms what news only announce.
    `says_nothing`: a 404 with a JSON body is its way of saying that nothing fits what is asked for.
    `least_every`: how often it may be looked at, and `why`.
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
    options: tuple[Option, ...] = ()


def _days(default: str) -> Option:
    return Option("days", "how many days back to ask for", r"[1-9]\d{0,3}", example=default, default=(default,))


SEARCH = Option("search", "what else must hold, in openFDA's own words", example="sponsor_name:pfizer")
FDA = "https://www.fda.gov"
ONCOLOGY = f"{FDA}/drugs/resources-information-approved-drugs/oncology-cancer-hematologic-malignancies-approval-notifications"
CGT = f"{FDA}/vaccines-blood-biologics/cellular-gene-therapy-products/approved-cellular-and-gene-therapy-products"
PURPLE_BOOK = "https://www.accessdata.fda.gov/drugsatfda_docs/PurpleBook/{year}/purplebook-search-{month}-data-download.csv"
EMA = "https://www.ema.europa.eu/en/documents/report/medicines-output-medicines_json-report_en.json"
HALF_A_DAY = timedelta(hours=12)

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
}
