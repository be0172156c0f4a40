"""Drugs@FDA as openFDA gives it out: what was approved in the last days, one entry for each submission.

It holds what CDER approves. Cell and gene therapies are CBER's and do not stand in it, so it never sees a CAR-T: see fda_oncology, fda_cgt
and purple_book. Generics (ANDA) and tentative approvals are left out. An original application is an approval, and so is an efficacy
supplement; a supplement of any other class is told as what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from monitor.model import NO_OPTIONS, Options, Outcome
from monitor.sources.document import Document
from monitor.sources.register import Row, answer, calls, day, entries, named, text

PAGE = 100  # applications: with all their submissions since 1940, a thousand would be too much for one answer
FARTHEST = 25_000  # openFDA skips no more
SPAN = re.compile(r"submission_status_date:(?:\[|%5B)(\d{8})(?:\+|%20)TO(?:\+|%20)(\d{8})", re.IGNORECASE)
LABEL, MANUFACTURE = re.compile(r"label", re.IGNORECASE), re.compile(r"manuf|cmc|package|chemistry", re.IGNORECASE)
OVERVIEW = "https://www.accessdata.fda.gov/scripts/cder/daf/index.cfm?event=overview.process&ApplNo="


def address(url: str, options: Options, now: datetime) -> str:
    """The question for the approvals of the last days. An address that has a question of its own is left as it is."""
    return question(url, options, f"submissions.submission_status_date:{span(options, now, '%Y%m%d')}")


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:  # noqa: ARG001  (the same for every kind)
    """The submissions that were approved in the span of days the address asks for; without one, all that ever were."""
    asked = SPAN.search(url)
    return results(body, url, source, partial(_rows, first=asked[1] if asked else "", last=asked[2] if asked else "9"))


def _rows(application: dict[str, Any], first: str, last: str) -> Iterator[Row]:
    number = text(application, "application_number")
    if number.startswith("ANDA"):
        return
    for submission in application["submissions"]:
        status, decided = text(submission, "submission_status"), text(submission, "submission_status_date")
        if status == "AP" and first <= decided <= last:
            yield _row(application, number, submission, decided)


def _row(application: dict[str, Any], number: str, submission: dict[str, Any], decided: str) -> Row:
    kind, serial = text(submission, "submission_type"), text(submission, "submission_number")
    code = text(submission, "submission_class_code")
    products = [one for one in application.get("products") or () if isinstance(one, dict)]
    brand = next((named(text(one, "brand_name")) for one in products), "")
    listed = (one for product in products[:1] for one in product.get("active_ingredients") or () if isinstance(one, dict))
    substance = ", ".join(text(one, "name").lower() for one in listed)
    sponsor = named(text(application, "sponsor_name"))
    link = next((text(one, "url") for one in submission.get("application_docs") or () if isinstance(one, dict)), "")
    digits = "".join(filter(str.isdigit, number))
    return Row(
        key=f"{number}/{kind}-{serial}",
        title=_title(kind, serial, code, calls(brand, substance, sponsor)),
        lead=f"Drugs@FDA, application {number}, {'original' if kind == 'ORIG' else 'supplement'} {serial}.",
        cells=(
            ("Application number", number),
            ("Sponsor", text(application, "sponsor_name")),
            ("Submission", f"{kind} {serial}"),
            ("Class", text(submission, "submission_class_code_description") or code),
            ("Review priority", text(submission, "review_priority")),
            ("Status date", decided),
        ),
        link=link if link.startswith("http") else OVERVIEW + digits,
        written=decided,
        day=moment(decided),
    )


def _title(kind: str, serial: str, code: str, medicine: str) -> str:
    if kind == "ORIG":
        return f"FDA approves {medicine}"
    if code.upper().startswith("EFFICACY"):
        return f"FDA approves an efficacy supplement for {medicine}"
    if LABEL.search(code):
        return f"FDA: label update of {medicine} (labelling supplement {serial})"
    if MANUFACTURE.search(code):
        return f"FDA: manufacturing supplement {serial} of {medicine}"
    return f"FDA: supplement {serial} of {medicine}" + (f" ({code})" if code else "")


# ---- what both endpoints of openFDA have in common -------------------------------------------------------------------------


def span(options: Options, now: datetime, form: str) -> str:
    """The last days as a range in openFDA's words."""
    (days,) = options["days"]
    return f"[{(now - timedelta(days=int(days))).strftime(form)}+TO+{now.strftime(form)}]"


def question(url: str, options: Options, within: str) -> str:
    """The address with its search. Plus signs stay as they are: openFDA takes %2B for a letter."""
    if "?" in url:
        return url
    more = "".join(f"+AND+({'+'.join(one.split())})" for one in options.get("search", ()))
    return f"{url}?search={within}{more}&limit={PAGE}"


def moment(compact: str) -> date | None:
    """The day that eight digits stand for."""
    return day(compact[:4], compact[4:6], compact[6:]) if len(compact) == 8 else None


def results(body: bytes, url: str, source: str, rows: Any) -> Document:
    """The document in an answer of openFDA; an error is told in its own words, and "not found" means that nothing fits."""
    found = answer(body)
    if isinstance(found, Document):
        return found
    error = found.get("error")
    if isinstance(error, dict):
        if text(error, "code") == "NOT_FOUND":
            return Document(Outcome.EMPTY, detail="openFDA has nothing in these days")
        return Document(Outcome.PARSE_ERROR, detail=f"openFDA answers with an error: {text(error, 'code')} {text(error, 'message')}"[:300])
    listed = found.get("results")
    if not isinstance(listed, list):
        return Document(Outcome.PARSE_ERROR, detail="JSON, but no answer of openFDA: it has no results")
    detail, next_page = _next(found, url)
    return entries(listed, rows, source, detail=detail, next_page=next_page)


def _next(found: dict[str, Any], url: str) -> tuple[str, str]:
    """What to say about further pages, and the address of the next one."""
    meta = found.get("meta")
    told = meta.get("results") if isinstance(meta, dict) else None
    if not isinstance(told, dict) or not all(isinstance(told.get(name), int) for name in ("skip", "limit", "total")):
        return "", ""
    skip, total = told["skip"] + max(told["limit"], 1), told["total"]
    if skip >= total:
        return "", ""
    if skip > FARTHEST:
        return f"more than {FARTHEST:,} fit, of {total:,}: ask for fewer days, or add a search", ""
    bare = re.sub(r"[?&]skip=\d+", "", url)
    return "", f"{bare}{'&' if '?' in bare else '?'}skip={skip}"
