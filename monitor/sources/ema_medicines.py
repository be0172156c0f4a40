"""EMA's list of all human medicines with a central procedure: each step of a medicine's life that has a date is an entry of its own.

Opinion of the CHMP, decision of the European Commission, refusal, withdrawal of the application or of the medicine: the dates are written
DD/MM/YYYY. A later decision of the Commission (a new use, a renewal) moves `european_commission_decision_date` and nothing that says
what was decided, so it makes no entry: the news of EMA tell it. Cells that change with every edition of the list stay out of the text, and
so do the flags, of which those that say yes stand in its sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from monitor.model import NO_OPTIONS, Options, Outcome
from monitor.sources.document import Document
from monitor.sources.register import Row, answer, calls, day, entries, text

DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
ENDED = "withdrawal_expiry_revocation_lapse_of_marketing_authorisation_date"
HOLDER = "marketing_authorisation_developer_applicant_holder"
MARKS = {
    "advanced_therapy": "advanced therapy",
    "orphan_medicine": "orphan medicine",
    "prime_priority_medicine": "PRIME",
    "biosimilar": "biosimilar",
    "generic": "generic",
    "generic_or_hybrid": "generic",
}
SHOWN = (
    "name_of_medicine", "international_non_proprietary_name_common_name", "active_substance", HOLDER, "ema_product_number",
    "medicine_status", "opinion_status", "opinion_adopted_date", "marketing_authorisation_date", "refusal_of_marketing_authorisation_date",
    "withdrawal_of_application_date", ENDED, "suspension_of_marketing_authorisation_date", "therapeutic_area_mesh", "atc_code_human",
)  # fmt: skip


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:  # noqa: ARG001  (the same for every kind)
    """Every dated step of every human medicine of the list."""
    found = answer(body)
    if isinstance(found, Document):
        return found
    listed = found.get("data")
    if not isinstance(listed, list) or (listed and not any(isinstance(one, dict) and "name_of_medicine" in one for one in listed)):
        return Document(Outcome.PARSE_ERROR, detail="JSON, but not EMA's list of medicines: it has no data with name_of_medicine")
    return entries(listed, _rows, source)


def _rows(medicine: dict[str, Any]) -> Iterator[Row]:
    if text(medicine, "category").lower().startswith("vet"):
        return
    brand, holder = text(medicine, "name_of_medicine"), text(medicine, HOLDER)
    substance = text(medicine, "international_non_proprietary_name_common_name") or text(medicine, "active_substance")
    substance = ", ".join(part for one in substance.split(";") if (part := one.strip()))
    number = text(medicine, "ema_product_number") or brand
    name, owner = calls(brand, substance), holder or "The company"
    whose = calls(brand, substance, holder)
    cells = tuple((key, text(medicine, key)) for key in SHOWN)
    for step, column, sentence in (
        ("opinion", "opinion_adopted_date", f"CHMP adopts {_opinion(medicine)} on {whose}"),
        ("authorisation", "marketing_authorisation_date", f"European Commission grants {_granted(medicine)} to {whose}"),
        ("refusal", "refusal_of_marketing_authorisation_date", f"European Commission refuses to authorise {whose}"),
        ("application-withdrawn", "withdrawal_of_application_date",
         f"{owner} withdraws its application for marketing authorisation of {name} at the EMA"),
        ("ended", ENDED, f"{owner} withdraws {name} in the EU"),
        ("suspension", "suspension_of_marketing_authorisation_date", f"European Commission suspends the marketing authorisation of {name}"),
    ):  # fmt: skip
        written = text(medicine, column)
        if found := DATE.fullmatch(written):
            yield Row(
                key=f"{number}/{step}",
                title=sentence,
                lead=_lead(medicine, step),
                cells=cells,
                link=text(medicine, "medicine_url"),
                written=written,
                day=day(found[3], found[2], found[1]),
            )


def _opinion(medicine: dict[str, Any]) -> str:
    """The opinion in words. A medicine that was authorised had a positive one, whatever the column has kept of it."""
    status = text(medicine, "opinion_status").lower()
    if "negative" in status or (not status and text(medicine, "refusal_of_marketing_authorisation_date")):
        return "a negative opinion"
    if "positive" in status or text(medicine, "marketing_authorisation_date"):
        return "a positive opinion"
    return "an opinion"


def _granted(medicine: dict[str, Any]) -> str:
    if _has(medicine, "conditional_approval"):
        return "conditional marketing authorisation"
    if _has(medicine, "exceptional_circumstances"):
        return "marketing authorisation under exceptional circumstances"
    return "marketing authorisation"


def _lead(medicine: dict[str, Any], step: str) -> str:
    """What kind of medicine it is and what it is for; of one that is gone, how it went."""
    known = f"EMA lists it as {text(medicine, 'ema_product_number') or 'a medicine without a number'}. "
    if step == "ended":
        return f"{known}It is called: {text(medicine, 'medicine_status')}."
    marks = list(dict.fromkeys(word for key, word in MARKS.items() if _has(medicine, key)))
    kind = f"It is marked as: {', '.join(marks)}. " if marks else ""
    use = text(medicine, "therapeutic_indication") or text(medicine, "therapeutic_area_mesh").replace(";", ", ")
    return known + kind + (f"Indication: {use[:900]}" if use else "")


def _has(medicine: dict[str, Any], key: str) -> bool:
    return text(medicine, key).lower() == "yes"
