"""EMA: the JSON of all medicines, with dates as DD/MM/YYYY and every value as text."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from tests.internet import Asked, Endpoint, Reply, Row

MEDICINES = "/en/documents/report/medicines-output-medicines_json-report_en.json"
DATES = (
    "opinion_adopted_date",
    "marketing_authorisation_date",
    "refusal_of_marketing_authorisation_date",
    "withdrawal_of_application_date",
)
FLAGS = ("advanced_therapy", "orphan_medicine", "conditional_approval", "exceptional_circumstances", "biosimilar", "generic")
EMPTY = {
    "category": "Human", "name_of_medicine": "", "ema_product_number": "", "medicine_status": "Authorised", "opinion_status": "",
    "latest_procedure_affecting_product_information": "", "international_non_proprietary_name_common_name": "", "active_substance": "",
    "therapeutic_area_mesh": "", "species_veterinary": "", "patient_safety": "No", "atc_code_human": "", "therapeutic_indication": "",
    "accelerated_assessment": "No", "additional_monitoring": "No", "advanced_therapy": "No", "biosimilar": "No",
    "conditional_approval": "No",
    "exceptional_circumstances": "No", "generic": "No", "orphan_medicine": "No", "prime_priority_medicine": "No",
    "marketing_authorisation_developer_applicant_holder": "", "european_commission_decision_date": "", "start_of_rolling_review_date": "",
    "start_of_evaluation_date": "", "opinion_adopted_date": "", "withdrawal_of_application_date": "", "marketing_authorisation_date": "",
    "refusal_of_marketing_authorisation_date": "", "withdrawal_expiry_revocation_lapse_of_marketing_authorisation_date": "",
    "suspension_of_marketing_authorisation_date": "", "revision_number": "", "first_published_date": "", "last_updated_date": "",
    "medicine_url": "",
}  # fmt: skip


def medicine(number: int, name: str, substance: str, holder: str, **more: object) -> Row:
    """A row; what is not said is empty, as EMA leaves it."""
    return {
        "name_of_medicine": name,
        "ema_product_number": f"EMEA/H/C/{number:06d}",
        "international_non_proprietary_name_common_name": substance,
        "active_substance": substance,
        "marketing_authorisation_developer_applicant_holder": holder,
        "medicine_url": f"https://www.ema.europa.eu/en/medicines/human/EPAR/{name.lower().replace(' ', '-')}",
        **more,
    }


def own() -> list[Row]:
    """One medicine for each thing that can happen to it."""
    return [
        medicine(5102, "Tecartus", "brexucabtagene autoleucel", "Kite Pharma EU B.V.", advanced_therapy="Yes", conditional_approval="Yes",
                 opinion_status="Positive", therapeutic_indication="Treatment of relapsed or refractory mantle cell lymphoma",
                 opinion_adopted_date=date(2020, 10, 15), marketing_authorisation_date=date(2020, 12, 14)),
        medicine(6001, "Zevocel", "zevocabtagene autoleucel", "Acme Biologics", medicine_status="Opinion", opinion_status="Positive",
                 advanced_therapy="Yes", opinion_adopted_date=date(2026, 4, 23)),
        medicine(6002, "Nopamab", "nopatamab", "Acme Biologics", medicine_status="Opinion", opinion_status="Negative",
                 opinion_adopted_date=date(2026, 4, 23)),
        medicine(6003, "Refusix", "refusinib", "Acme Biologics", medicine_status="Refused", opinion_status="Negative",
                 opinion_adopted_date=date(2025, 11, 13), refusal_of_marketing_authorisation_date=date(2026, 1, 9)),
        medicine(6004, "Gonefa", "gonefitinib", "Acme Biologics", medicine_status="Application withdrawn",
                 withdrawal_of_application_date=date(2026, 3, 4)),
        medicine(900, "Purrvax", "cat vaccine", "Acme Animal Health", category="Veterinary", marketing_authorisation_date=date(2026, 2, 3)),
    ]  # fmt: skip


def of_facts(shared: Path) -> list[Row]:
    """The medicines of the shared list, as EMA's own file tells them."""
    rows = []
    lines = (shared / "data/facts/ema_medicines_2026-07-20.jsonl").read_text(encoding="utf-8").splitlines()
    for number, fact in enumerate(map(json.loads, lines), start=1):
        yes = {"advanced_therapy": "atmp", "orphan_medicine": "orphan", "conditional_approval": "conditional"}
        row = medicine(
            number, fact["name"], fact["inn"] or fact["substance"] or "", fact["holder"] or "",
            medicine_status="Authorised" if fact["status"] == "authorised" else "Opinion",
            opinion_status="Positive" if fact["chmp_opinion_on"] else "",
            therapeutic_area_mesh=fact["area"] or "", atc_code_human=fact["atc"] or "", therapeutic_indication=fact["indication"] or "",
            medicine_url=fact["url"] or "", **{key: "Yes" if fact[flag] else "No" for key, flag in yes.items()},
        )  # fmt: skip
        for key, day in (("opinion_adopted_date", fact["chmp_opinion_on"]), ("marketing_authorisation_date", fact["authorised_on"])):
            if day:
                row[key] = date.fromisoformat(day)
        rows.append(row)
    return rows


def listed(rows: list[Row], asked: Asked) -> Reply:
    """{"data": […], "meta": …} as EMA writes it."""
    written = [EMPTY | {key: f"{value:%d/%m/%Y}" if isinstance(value, date) else value for key, value in row.items()} for row in rows]
    told = {"data": written, "meta": {"total_records": len(written), "timestamp": "2026-07-20T04:00:00Z"}}
    return Reply(json.dumps(told, ensure_ascii=False).encode(), "application/json; charset=utf-8")


def endpoints() -> dict[str, Endpoint]:
    """The one list."""
    return {"ema_medicines": Endpoint(MEDICINES, own(), listed, keys=("ema_product_number",), dates=DATES)}
