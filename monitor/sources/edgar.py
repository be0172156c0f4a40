"""What the three ways into the SEC's filings have in common: the items of an 8-K in words, sentences, addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.model import Options
from monitor.sources.items import Item

ARCHIVES = "https://www.sec.gov/Archives/edgar/data"
ITEMS = {
    "1.01": "entry into a material definitive agreement",
    "1.02": "termination of a material definitive agreement",
    "1.03": "bankruptcy or receivership",
    "1.05": "material cybersecurity incident",
    "2.01": "assets acquired or disposed of (item 2.01)",  # "completion of an acquisition" would claim more
    "2.02": "results of operations and financial condition",
    "2.03": "creation of a direct financial obligation",
    "2.04": "events that accelerate a financial obligation",
    "2.05": "costs of exit or disposal activities",
    "2.06": "material impairments",
    "3.01": "notice of delisting",
    "3.02": "unregistered sale of equity securities",
    "3.03": "changed terms for holders of securities",
    "4.01": "change of accountant",
    "4.02": "earlier financial statements no longer to be relied on",
    "5.01": "change in control of the registrant",
    "5.02": "departure or appointment of directors or officers",
    "5.03": "amended articles or bylaws",
    "5.07": "votes of security holders",
    "5.08": "nominations of directors by shareholders",
    "7.01": "Regulation FD disclosure",
    "8.01": "other events",
    "9.01": "financial statements and exhibits",
}
AN = re.compile(r"8|11|18|[AEFHILMNORSX]")  # forms whose name begins with the sound of a vowel
EXHIBITS = "9.01"  # says only that something is attached


@dataclass(frozen=True, slots=True)
class Filing:
    """One filing of one filer."""

    accession: str  # 0001193125-26-000001
    cik: str
    name: str
    form: str
    items: tuple[str, ...]
    filed: str  # as given
    about: bool = False  # somebody else filed it about them


def wanted(filing: Filing, options: Options) -> bool:
    """Whether the options ask for it: its form (or an amendment of it), and one of its items."""
    forms, items = options.get("forms", ()), options.get("items", ())
    return (not forms or filing.form.removesuffix("/A") in forms or filing.form in forms) and (
        not items or not set(items).isdisjoint(filing.items)
    )


def item(filing: Filing, link: str = "") -> Item:
    """The filing as an item: a sentence that claims no more than the filing's cover says."""
    told = "; ".join(ITEMS.get(number, f"item {number}") for number in filing.items if number != EXHIBITS)
    form = f"{'an' if AN.match(filing.form) else 'a'} {filing.form}"
    says = f"{form} is filed about {filing.name}" if filing.about else f"{filing.name} files {form}"
    numbers = ", ".join(filing.items)
    return Item(
        title=f"{says[0].upper()}{says[1:]}{f': {told}' if told else ''}",
        summary=f"Form {filing.form} of {filing.name} (CIK {filing.cik}){f', items {numbers}' if numbers else ''}.",
        link=link or index(filing),
        guid=f"{filing.accession}/{filing.cik}",
        date=filing.filed,
    )


def index(filing: Filing) -> str:
    """Address of the page that lists the filing's documents."""
    return f"{ARCHIVES}/{int(filing.cik or 0)}/{filing.accession.replace('-', '')}/{filing.accession}-index.htm"
