"""ClinicalTrials.gov, API v2: studies that changed lately, as sentences about when they were first posted and when their results were."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from monitor.model import NO_OPTIONS, Options, Outcome
from monitor.sources.document import Document
from monitor.sources.items import Item, document
from monitor.sources.sniff import is_html

PAGE = 500  # of 1000 that are allowed
FIELDS = (
    "NCTId", "BriefTitle", "OverallStatus", "WhyStopped", "Phase", "LeadSponsorName", "Condition", "InterventionName",
    "StudyFirstPostDate", "ResultsFirstPostDate",
)  # fmt: skip
ASKED = {"condition": "query.cond", "intervention": "query.intr", "term": "query.term", "sponsor": "query.spons"}
PHASES = {"EARLY_PHASE1": "early phase 1", "PHASE1": "phase 1", "PHASE2": "phase 2", "PHASE3": "phase 3", "PHASE4": "phase 4"}
SHOWN = 3  # conditions and interventions that are named


def address(url: str, options: Options, now: datetime) -> str:
    """Studies with a change posted in the last days. There is no filter for phases but in the advanced one."""
    since = now - timedelta(days=int(options["days"][0]))
    query = {key: options[name][0] for name, key in ASKED.items() if options.get(name)}
    if statuses := options.get("statuses"):
        query["filter.overallStatus"] = ",".join(statuses)
    phases = " OR ".join(f"AREA[Phase]{phase}" for phase in options.get("phases", ()))
    posted = f"AREA[LastUpdatePostDate]RANGE[{since:%Y-%m-%d},MAX]"
    query["filter.advanced"] = f"({phases}) AND {posted}" if phases else posted
    query |= {"fields": ",".join(FIELDS), "format": "json", "countTotal": "true", "pageSize": str(PAGE)}
    return f"{url.partition('?')[0]}?{urlencode(query, quote_via=quote)}"


def read(body: bytes, url: str, source: str, options: Options = NO_OPTIONS) -> Document:  # noqa: ARG001  (the same for every kind)
    """What the studies of a page say, and the address of the next page."""
    if is_html(body):
        return Document(Outcome.HTML, detail="a web page instead of JSON")
    try:
        found = json.loads(body)
        studies = found["studies"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return Document(Outcome.PARSE_ERROR, detail=f"no list of studies: {' '.join(body[:120].decode(errors='replace').split())}")
    if not isinstance(studies, list):
        return Document(Outcome.PARSE_ERROR, detail="no list of studies")
    items, strange = [], 0
    for study in studies:
        try:
            items += list(_items(study))
        except (TypeError, KeyError, AttributeError, ValueError):
            strange += 1
    if strange and not items:
        return Document(Outcome.PARSE_ERROR, unreadable=strange, detail=f"none of its {strange} studies can be read")
    readers: list[Callable[[], Item]] = [partial(_same, item) for item in items]
    token = found.get("nextPageToken")
    told = document(readers, source)
    detail = told.detail or ("" if told.entries else "no study that is asked for changed in these days")
    return replace(told, unreadable=strange, detail=detail, next_page=_next(url, token) if isinstance(token, str) and token else "")


def _same(item: Item) -> Item:
    return item


def _next(url: str, token: str) -> str:
    parts = urlsplit(url)
    return parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | {"pageToken": token}, quote_via=quote)).geturl()


def _items(study: dict[str, Any]) -> Iterator[Item]:
    """A study as it was first posted, with its status as it is now, and its results once they are posted."""
    protocol = study["protocolSection"]
    number, status = str(protocol["identificationModule"]["nctId"]), protocol["statusModule"]
    sponsor = _part(protocol, "sponsorCollaboratorsModule", "leadSponsor").get("name", "")
    phases = " and ".join(PHASES[one] for one in _part(protocol, "designModule").get("phases", ()) if one in PHASES)
    conditions = _listed(_part(protocol, "conditionsModule").get("conditions", ()))
    medicines = _listed(one.get("name", "") for one in _part(protocol, "armsInterventionsModule").get("interventions", ()))
    trial = f"a {phases} trial" if phases else "a trial"
    trial += f" of {medicines}" if medicines else ""
    trial += f" in {conditions}" if conditions else ""
    about = f"{protocol['identificationModule'].get('briefTitle', '')}. {_state(status)}"
    first = Item(
        title=f"{sponsor or 'A sponsor'} lists {trial} on ClinicalTrials.gov ({number})",
        summary=about,
        link=f"https://clinicaltrials.gov/study/{number}",
        guid=f"{number}/first-posted",
        date=_part(status, "studyFirstPostDateStruct").get("date", ""),
    )
    yield first
    if day := _part(status, "resultsFirstPostDateStruct").get("date", ""):
        title = f"{sponsor or 'A sponsor'} posts the results of {trial} on ClinicalTrials.gov ({number})"
        yield replace(first, title=title, link=f"{first.link}?tab=results", guid=f"{number}/results", date=day)


def _part(where: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        where = where.get(name) or {}
    return where


def _listed(names: Any) -> str:
    """The first few of them."""
    told = [str(name) for name in names if name]
    more = len(told) - SHOWN
    return ", ".join(told[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _state(status: dict[str, Any]) -> str:
    """The study's status in words."""
    word = str(status.get("overallStatus") or "unknown").replace("_", " ").lower()
    why = str(status.get("whyStopped") or "").strip().rstrip(".")
    return f"Status: {word}{f' ({why})' if why else ''}."
