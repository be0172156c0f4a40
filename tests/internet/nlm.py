"""The National Library of Medicine: ClinicalTrials.gov, API v2."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from tests.internet import Asked, Endpoint, Reply, Row

JSON = "application/json"
POSTED = re.compile(r"AREA\[LastUpdatePostDate\]RANGE\[(\S+?),MAX\]")
PHASE = re.compile(r"AREA\[Phase\](\w+)")


def study(nct: str, sponsor: str, title: str, posted: date, **more: Any) -> Row:
    """A study."""
    usual = {"phases": ["PHASE2"], "status": "RECRUITING", "conditions": ["Melanoma"], "interventions": ["Lifileucel"], "updated": posted}
    return {"nct": nct, "sponsor": sponsor, "title": title, "posted": posted, **usual, **more}


def own() -> list[Row]:
    """A new one, one with results, and one that ended, without a phase."""
    return [
        study("NCT07000001", "Iovance Biotherapeutics, Inc.", "Cells After Surgery", date(2026, 4, 28)),
        study("NCT05000002", "Plus Therapeutics", "A Radioactive Medicine", date(2021, 10, 4), updated=date(2026, 4, 27),
              results=date(2026, 4, 27), status="COMPLETED", phases=["PHASE1", "PHASE2"], conditions=["Leptomeningeal Metastases"],
              interventions=["Rhenium (186Re) obisbemeda"]),
        study("NCT05000003", "M.D. Anderson Cancer Center", "Cells in the Spine", date(2022, 1, 11), updated=date(2026, 4, 25),
              status="TERMINATED", why="No funding.", phases=["NA"], conditions=["Leptomeningeal Metastasis"], interventions=[]),
    ]  # fmt: skip


def studies(rows: list[Row], asked: Asked) -> Reply:
    """A page of the studies that fit; what it does not know it refuses with 400, as the real one does."""
    if any(name.startswith("filter.") and name not in {"filter.overallStatus", "filter.advanced"} for name in asked.query):
        return Reply(b"Unknown parameter", "text/plain", 400)
    advanced = asked.query.get("filter.advanced", "")
    since, phases = POSTED.search(advanced), set(PHASE.findall(advanced))
    states = set(filter(None, asked.query.get("filter.overallStatus", "").split(",")))
    words = asked.query.get("query.cond", "").lower()
    fitting = [
        row
        for row in rows
        if (since is None or f"{row['updated']}" >= since[1])
        and (not phases or phases & set(row["phases"]))
        and (not states or row["status"] in states)
        and words in " ".join(row["conditions"]).lower()
    ]
    size, start = min(int(asked.query.get("pageSize", "10")), 1000), int(asked.query.get("pageToken", "0"))
    told: dict[str, Any] = {"totalCount": len(fitting), "studies": [_told(row) for row in fitting[start : start + size]]}
    if start + size < len(fitting):
        told["nextPageToken"] = f"{start + size}"
    return Reply(json.dumps(told).encode(), JSON, headers={"ETag": '"1"'})


def _told(row: Row) -> Row:
    status: Row = {"overallStatus": row["status"], "studyFirstPostDateStruct": {"date": f"{row['posted']}", "type": "ACTUAL"}}
    status |= {"whyStopped": row["why"]} if row.get("why") else {}
    status |= {"resultsFirstPostDateStruct": {"date": f"{row['results']}", "type": "ACTUAL"}} if row.get("results") else {}
    protocol: Row = {
        "identificationModule": {"nctId": row["nct"], "briefTitle": row["title"]},
        "statusModule": status,
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": row["sponsor"]}},
        "conditionsModule": {"conditions": row["conditions"]},
        "designModule": {"phases": row["phases"]},
    }
    if row["interventions"]:
        protocol["armsInterventionsModule"] = {"interventions": [{"name": name} for name in row["interventions"]]}
    return {"protocolSection": protocol}


def endpoints() -> dict[str, Endpoint]:
    """The one list."""
    return {"clinicaltrials": Endpoint("/api/v2/studies", own(), studies, keys=("nct",), dates=("posted", "results", "updated"))}
