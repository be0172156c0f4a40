"""FDA's complete response letters as openFDA gives them out: one entry for each letter, dated by the letter.

They come out in batches, weeks to months after they were sent, so the days asked for are many. That `letter_date` takes a range is how
openFDA's own site asks, and unconfirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from monitor.model import NO_OPTIONS, Options
from monitor.sources.document import Document
from monitor.sources.openfda import question, results, span
from monitor.sources.register import Row, day, named, text

DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
# "… submitted under section 505(b) of the … Act for NAME (substance) tablets."
MEDICINE = re.compile(r"\b(?:Act|FD&C Act|FDCA|PHS Act)\)?,? for (.{3,160}?)(?:[.;:]\s|, \d|, indicated|\s+We\b|$)")
FILES = "https://download.open.fda.gov/crl/"


def address(url: str, options: Options, now: datetime) -> str:
    """The question for the letters of the last days."""
    return question(url, options, f"letter_date:{span(options, now, '%Y-%m-%d')}")


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:  # noqa: ARG001  (the same for every kind)
    """The letters of the answer."""
    return results(body, url, source, _rows)


def _rows(letter: dict[str, Any]) -> Iterator[Row]:
    written, file = text(letter, "letter_date"), text(letter, "file_name")
    application, kind = text(letter, "application_number"), text(letter, "letter_type").upper() or "COMPLETE RESPONSE"
    company, words = named(text(letter, "company_name")), text(letter, "text")
    found, dated = MEDICINE.search(words), DATE.fullmatch(written)
    medicine = named(found[1].strip(" ,")) if found else f"application {application}" if application else "an application"
    if not (company or application or file):
        raise ValueError("a letter to nobody")
    yield Row(
        key=file or f"{application}/{written}",
        title=_title(kind, company or "a company", medicine),
        lead=f"The letter is about {application or 'an application without a number'}.",
        cells=(
            ("Letter type", kind),
            ("Application number", application),
            ("Company", company),
            ("Center", text(letter, "approver_center")),
            ("Letter date", written),
            ("Text", "" if kind.startswith("RESCIND") else words),  # what is taken back is not said again
        ),
        link=FILES + file if re.fullmatch(r"[\w.-]+", file) else "",
        written=written,
        day=day(dated[3], dated[1], dated[2]) if dated else None,
    )


def _title(kind: str, company: str, medicine: str) -> str:
    if kind == "COMPLETE RESPONSE":
        return f"FDA issues a complete response letter to {company} for {medicine}"
    if kind.startswith("RESCIND"):
        return f"FDA rescinds the complete response letter to {company} about {medicine}"
    return f"FDA has published a letter to {company} about {medicine}"
