"""FDA: openFDA's two JSON endpoints, two pages with a table, and the monthly file of the Purple Book."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from tests.internet import Asked, Endpoint, Reply, Row

JSON, HTML = "application/json; charset=utf-8", "text/html; charset=UTF-8"
NOT_FOUND = Reply(b'{"error": {"code": "NOT_FOUND", "message": "No matches found!"}}', JSON, 404)
RANGE = re.compile(r"(\w+):\[(\S+?)[+ ]TO[+ ](\S+?)\]")


# ---- openFDA -------------------------------------------------------------------------------------------------------------


def submission(kind: str, number: str, day: date, code: str = "", status: str = "AP", **more: Any) -> dict[str, Any]:
    """A submission as Drugs@FDA keeps it."""
    told = {"submission_type": kind, "submission_number": number, "submission_status": status, "submission_status_date": f"{day:%Y%m%d}"}
    return told | ({"submission_class_code": code, "submission_class_code_description": code.capitalize()} if code else {}) | more


def application(number: str, brand: str, ingredient: str, sponsor: str, *submissions: dict[str, Any]) -> Row:
    """An application with its submissions."""
    product = {
        "product_number": "001", "brand_name": brand, "dosage_form": "TABLET;ORAL", "route": "ORAL", "marketing_status": "Prescription",
        "active_ingredients": [{"name": ingredient, "strength": "80MG"}],
    }  # fmt: skip
    return {"application_number": number, "sponsor_name": sponsor, "products": [product], "submissions": list(submissions)}


def own_applications() -> list[Row]:
    """Each class of submission once."""
    letter = {"id": "1", "url": "https://www.accessdata.fda.gov/drugsatfda_docs/appletter/2026/213411Orig1s000ltr.pdf", "type": "Letter"}
    return [
        application("NDA208065", "TAGRISSO", "OSIMERTINIB MESYLATE", "ASTRAZENECA PHARMACEUTICALS LP",
                    submission("ORIG", "1", date(2015, 11, 13), "TYPE 1"), submission("SUPPL", "35", date(2026, 4, 20), "EFFICACY"),
                    submission("SUPPL", "36", date(2026, 4, 21), "LABELING"), submission("SUPPL", "37", date(2026, 4, 22), "MANUF (CMC)")),
        application("NDA213411", "TUKYSA", "TUCATINIB", "SEAGEN INC",
                    submission("ORIG", "1", date(2026, 4, 17), "TYPE 1", review_priority="PRIORITY", application_docs=[letter])),
        application("NDA219999", "ZEVONIX", "ZEVONINIB", "ACME INC", submission("ORIG", "1", date(2026, 4, 16), "TYPE 1", status="TA")),
        application("ANDA210000", "OSIMERTINIB", "OSIMERTINIB MESYLATE", "GENERICS LTD", submission("ORIG", "1", date(2026, 4, 15))),
    ]  # fmt: skip


def letter(number: str, company: str, drug: str, day: date, kind: str = "COMPLETE RESPONSE") -> Row:
    """A letter, its text written for this test."""
    text = (
        f"{number} COMPLETE RESPONSE {company} Dear Madam: We looked at what you sent us on May 5, 2025, "
        f"as section 505(b) asks of the FD&C Act for {drug}. "
        "Our review of it has ended: we cannot approve it in its present form."
    )
    return {
        "file_name": f"CRL_{number.replace(' ', '')}_{day:%Y%m%d}.pdf", "application_number": [number], "letter_date": day,
        "letter_type": kind, "letter_year": str(day.year), "company_name": company, "approver_center": ["CDER"],
        "approval_status": "Unapproved", "text": text,
    }  # fmt: skip


def own_letters() -> list[Row]:
    """One to a tracked company, one that takes another back."""
    return [
        letter("BLA 761425", "Kite Pharma, Inc.", "Tecartus (brexucabtagene autoleucel)", date(2026, 4, 2)),
        letter("NDA 219998", "Acme Inc.", "zevonix (zevoninib) tablets", date(2026, 4, 3), "RESCIND COMPLETE RESPONSE"),
    ]


def paged(results: list[Any], asked: Asked) -> Reply:
    """The results from `skip` on, or the error that says there is none."""
    skip, limit = int(asked.query.get("skip", 0)), int(asked.query.get("limit", 1))
    if skip > 25_000 or limit > 1_000:
        return Reply(b'{"error": {"code": "BAD_REQUEST", "message": "Skip value must 25000 or less."}}', JSON, 400)
    if not results[skip:]:
        return NOT_FOUND
    meta = {"last_updated": "2026-04-28", "results": {"skip": skip, "limit": limit, "total": len(results)}}
    return Reply(json.dumps({"meta": meta, "results": results[skip : skip + limit]}).encode(), JSON)


def drugsfda(rows: list[Row], asked: Asked) -> Reply:
    """The applications with a submission in the span that is asked for."""
    found = RANGE.search(asked.query.get("search", ""))
    first, last = (found[2], found[3]) if found else ("0", "9")
    fitting = [row for row in rows if any(first <= one["submission_status_date"] <= last for one in row["submissions"])]
    return paged(fitting, asked)


def letters(rows: list[Row], asked: Asked) -> Reply:
    """The letters of the span that is asked for, their dates as MM/DD/YYYY."""
    found = RANGE.search(asked.query.get("search", ""))
    first, last = (found[2], found[3]) if found else ("0", "9")
    fitting = [row for row in rows if first <= f"{row['letter_date']}" <= last]
    return paged([row | {"letter_date": f"{row['letter_date']:%m/%d/%Y}"} for row in fitting], asked)


# ---- pages ---------------------------------------------------------------------------------------------------------------


def page(title: str, headings: tuple[str, ...], rows: list[list[str]]) -> Reply:
    """A page of fda.gov with one table, and another in its menu."""
    head = "".join(f'<th scope="col">{one}</th>' for one in headings)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    text = (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title} | FDA</title></head><body>'
        f'<nav><table><tr><td>Menu</td></tr></table></nav><main><h1>{title}</h1><table class="table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></main></body></html>"
    )
    return Reply(text.encode(), HTML)


def own_notifications() -> list[Row]:
    """One with the day of the decision in its prose, one without, one that is posted much later."""
    return [
        {"page": "FDA approves brexucabtagene autoleucel for relapsed or refractory mantle cell lymphoma", "path": "/drugs/tecartus-mcl",
         "text": "On {day}, the Food and Drug Administration approved brexucabtagene autoleucel (Tecartus, Kite Pharma, Inc.) for adults "
                 "with relapsed or refractory mantle cell lymphoma.", "day": date(2026, 4, 24), "posted": date(2026, 4, 28)},
        {"page": "FDA grants accelerated approval to zevoninib for lung cancer", "path": "/drugs/zevoninib",
         "text": "Zevoninib (Zevonix, Acme Inc.) may now be used in adults with lung cancer & a mutation.", "posted": date(2026, 4, 9)},
    ]  # fmt: skip


def notification(medicine: str, day: date, posted: date) -> Row:
    """A notification of an approval on that day."""
    text = f"On {{day}}, the Food and Drug Administration approved {medicine} for adults with acute lymphoblastic leukemia."
    title = f"FDA approves {medicine.partition(' (')[0]} for acute lymphoblastic leukemia"
    return {"page": title, "path": f"/drugs/{medicine[:8]}", "text": text, "day": day, "posted": posted}


def notifications(rows: list[Row], asked: Asked) -> Reply:
    """The table of the oncology approval notifications: the date of its column is that of the posting."""
    cells = [
        [
            f'<a href="{row["path"]}" data-entity-type="node">{escape(row["page"])}</a>',
            "<p>" + escape(row["text"].format(day=f"{row['day']:%B %-d, %Y}" if "day" in row else "")) + "</p>",
            f"{row['posted']:%-m/%-d/%Y}",
        ]
        for row in rows
    ]
    return page("Oncology / Hematologic Malignancies Approval Notifications", ("Webpage", "Description", "Date"), cells)


def own_products() -> list[Row]:
    """Three, of which two have one name."""
    return [
        {"product": "TECARTUS™ (brexucabtagene autoleucel)", "maker": "Kite Pharma, Inc.", "path": "/cgt/tecartus"},
        {"product": "HPC, Cord Blood", "maker": "Clinimmune Labs", "path": "/cgt/hpc-clinimmune"},
        {"product": "HPC, Cord Blood", "maker": "LifeSouth Community Blood Centers, Inc.", "path": "/cgt/hpc-lifesouth"},
    ]


def products(rows: list[Row], asked: Asked) -> Reply:
    """The list of approved cellular and gene therapy products, which knows no dates."""
    cells = [[f'<a href="{row["path"]}">{escape(row["product"])}</a>', escape(row["maker"])] for row in rows]
    return page("Approved Cellular and Gene Therapy Products", ("Product", "Manufacturer"), cells)


def products_of_facts(shared: Path) -> list[Row]:
    """The products of the shared list, as the page tells them."""
    lines = (shared / "data/facts/fda_approved_cgt_products_2026-08.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        {"product": f"{fact['brand'].upper()} ({fact['proper_name']})", "maker": fact["manufacturer"], "path": f"/cgt/{fact['bla']}"}
        for fact in map(json.loads, lines)
    ]


# ---- Purple Book ---------------------------------------------------------------------------------------------------------

BOOK = "/drugsatfda_docs/PurpleBook/"
COLUMNS = (
    "N/R/U", "Applicant", "BLA Number", "Proprietary Name", "Proper Name", "License Type", "Strength", "Dosage Form",
    "Route of Administration", "Product Presentation", "Marketing Status", "Licensure", "Approval Date", "Ref. Product Proper Name",
    "Ref. Product Proprietary Name", "Submission Type", "License Number", "Product Number", "Center",
)  # fmt: skip


def licensed(number: str, brand: str, proper: str, applicant: str, day: date, product: str = "1", change: str = "", **more: str) -> Row:
    """A row of the file."""
    return {
        "N/R/U": change, "Applicant": applicant, "BLA Number": number, "Proprietary Name": brand, "Proper Name": proper,
        "License Type": "351(a)", "Licensure": "Licensed", "Marketing Status": "Rx", "Approval Date": day, "Product Number": product,
        "Center": "CBER", **more,
    }  # fmt: skip


def own_licences() -> list[Row]:
    """A new one, one of two strengths, one of long ago, and a biosimilar."""
    return [
        licensed("125703", "Tecartus", "brexucabtagene autoleucel", "Kite Pharma, Inc.", date(2026, 4, 5), change="N"),
        licensed("761111", "Zevomab", "zevotamab-abcd", "Acme Inc.", date(2019, 6, 5), "1", Center="CDER"),
        licensed("761111", "Zevomab", "zevotamab-abcd", "Acme Inc.", date(2024, 6, 5), "2", Center="CDER"),
        licensed("101063", "", "Candida albicans Skin Test Antigen", "Nielsen, Inc.", date(1995, 11, 27)),
        licensed("761222", "Zevosim", "zevotamab-efgh", "Copy Ltd", date(2026, 3, 9), Center="CDER", **{
            "License Type": "351(k) Biosimilar", "Ref. Product Proprietary Name": "Zevomab"}),
    ]  # fmt: skip


def licences_of_facts(shared: Path) -> list[Row]:
    """The products of the shared list, as the Purple Book tells them."""
    lines = (shared / "data/facts/fda_approved_cgt_products_2026-08.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        licensed(one["bla"].removeprefix("BLA"), one["brand"], one["proper_name"], one["manufacturer"], date.fromisoformat(one["approved"]))
        for one in map(json.loads, lines)
    ]


def book(rows: list[Row], asked: Asked) -> Reply:
    """The file of one month, its changes first; only the months that were published are there."""
    found = re.fullmatch(r"(\d{4})/purplebook-search-(\w+)-data-download\.csv", asked.path.removeprefix(BOOK))
    if found is None or (found[1], found[2]) not in PUBLISHED:
        return Reply(b"Not found\n", "text/html", 404)
    text = io.StringIO()
    writer = csv.writer(text)

    def section(title: str, listed: list[Row]) -> None:
        writer.writerow([title])
        writer.writerow(COLUMNS)
        for row in listed:
            day = f"{row['Approval Date']:%-d-%b-%y}"
            writer.writerow([day if name == "Approval Date" else row.get(name, "") for name in COLUMNS])

    writer.writerow([f"Purple Book Monthly Historical Data Changes Report - {found[2].capitalize()} {found[1]}"])
    writer.writerow([])
    section("Newly Approved Products (N) / Products Added in Current Release (R) / Updated Products (U)", [r for r in rows if r["N/R/U"]])
    writer.writerow([])
    section("Full Data Download", [row | {"N/R/U": ""} for row in rows])
    return Reply(text.getvalue().encode(), "text/csv")


PUBLISHED = {("2026", "April"), ("2026", "may"), ("2025", "december")}


def endpoints() -> dict[str, Endpoint]:
    """Everything of FDA's."""
    return {
        "openfda": Endpoint("/drug/drugsfda.json", own_applications(), drugsfda, keys=("application_number",)),
        "openfda_crl": Endpoint("/transparency/crl.json", own_letters(), letters, keys=("file_name",), dates=("letter_date",)),
        "fda_oncology": Endpoint("/oncology", own_notifications(), notifications, keys=("path",), dates=("posted", "day")),
        "fda_cgt": Endpoint("/cgt", own_products(), products, keys=("product",)),
        "purple_book": Endpoint(BOOK + "*", own_licences(), book, keys=("BLA Number",), dates=("Approval Date",)),
    }
