"""The SEC: the feed of current filings, the full text search, a company's submissions, and the documents of a filing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from html import escape

from tests.internet import Asked, Endpoint, Reply, Row

ATOM, JSON, HTML = "application/atom+xml", "application/json", "text/html; charset=UTF-8"
PAST_THE_END = Reply(b"<!DOCTYPE html><html><head><title>SEC.gov</title></head><body><h1>Unavailable</h1></body></html>", HTML, 503)
GILEAD, ABBVIE, BMS = ("GILEAD SCIENCES, INC.", "0000882095"), ("AbbVie Inc.", "0001551152"), ("BRISTOL MYERS SQUIBB CO", "0000014272")
IOVANCE, AUTOLUS = ("IOVANCE BIOTHERAPEUTICS, INC.", "0001425205"), ("Autolus Therapeutics plc", "0001730463")
OFFICIAL = {
    "1.01": "Entry into a Material Definitive Agreement", "1.02": "Termination of a Material Definitive Agreement",
    "2.01": "Completion of Acquisition or Disposition of Assets", "2.02": "Results of Operations and Financial Condition",
    "7.01": "Regulation FD Disclosure", "8.01": "Other Events", "9.01": "Financial Statements and Exhibits",
}  # fmt: skip


def filing(number: str, filer: tuple[str, str], form: str, day: date, *items: str, role: str = "Filer") -> Row:
    """A filing of one filer; `number` is its accession."""
    return {"accession": number, "name": filer[0], "cik": filer[1], "form": form, "filed": day, "items": items, "role": role}


def own() -> list[Row]:
    """What the trial of each kind needs, newest first."""
    return [
        filing("0001193125-26-000104", GILEAD, "8-K", date(2026, 5, 1), "1.01", "9.01"),
        filing("0001193125-26-000103", BMS, "8-K", date(2026, 4, 30), "8.01", "9.01"),
        filing("0001193125-26-000102", IOVANCE, "8-K/A", date(2026, 4, 29), "2.01"),
        filing("0001193125-26-000101", ABBVIE, "8-K", date(2026, 4, 28), "2.02", "9.01"),
    ]


# ---- current filings ---------------------------------------------------------------------------------------------------


def current(rows: list[Row], asked: Asked) -> Reply:
    """A page of the feed; `type` is the beginning of a form's name, and behind the last page there is a 503."""
    start, count = int(asked.query.get("start", "0")), int(asked.query.get("count", "40"))
    fitting = [row for row in rows if row["form"].startswith(asked.query.get("type", ""))]
    shown = fitting[start : start + count]
    if start and not shown:
        return PAST_THE_END
    head = '<?xml version="1.0" encoding="ISO-8859-1" ?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n<title>Latest Filings</title>\n'
    return Reply(f"{head}{''.join(map(_entry, shown))}</feed>\n".encode("latin-1"), ATOM)


def _entry(row: Row) -> str:
    folder = row["accession"].replace("-", "")
    link = f"https://www.sec.gov/Archives/edgar/data/{int(row['cik'])}/{folder}/{row['accession']}-index.htm"
    items = "".join(f"<br>Item {number}: {OFFICIAL[number]}\n" for number in row["items"])
    told = f"\n <b>Filed:</b> {row['filed']} <b>AccNo:</b> {row['accession']} <b>Size:</b> 200 KB\n{items}"
    return (
        f"<entry>\n<title>{escape(row['form'])} - {escape(row['name'])} ({row['cik']}) ({row['role']})</title>\n"
        f'<link rel="alternate" type="text/html" href="{link}"/>\n<summary type="html">{escape(told)}</summary>\n'
        f"<updated>{row['filed']}T16:05:00-04:00</updated>\n"
        f'<category scheme="https://www.sec.gov/" label="form type" term="{escape(row["form"])}"/>\n'
        f"<id>urn:tag:sec.gov,2008:accession-number={row['accession']}</id>\n</entry>\n"
    )


# ---- full text search --------------------------------------------------------------------------------------------------


def search(rows: list[Row], asked: Asked) -> Reply:
    """A page of hits. Without both days it searches all years, as the real one does."""
    query = asked.query
    days = (query.get("startdt", ""), query.get("enddt", ""))
    forms, ciks = (set(filter(None, query.get(name, "").split(","))) for name in ("forms", "ciks"))
    hits = [
        hit
        for row in rows
        if (not all(days) or days[0] <= f"{row['filed']}" <= days[1])
        and (not forms or row["form"].removesuffix("/A") in forms)
        and (not ciks or row["cik"] in ciks)
        for hit in _hits(row)
    ]
    start = int(query.get("from", "0"))
    found = {"total": {"value": len(hits), "relation": "eq"}, "hits": hits[start : start + 100]}
    return Reply(json.dumps({"took": 5, "timed_out": False, "hits": found}).encode(), JSON)


def _hits(row: Row) -> Iterator[Row]:
    """A hit for each document in which the words stand."""
    for document, kind in (("main.htm", row["form"]), ("ex99-1.htm", "EX-99.1")):
        told = {
            "ciks": [row["cik"]], "display_names": [f"{row['name']}  (TICK)  (CIK {row['cik']})"], "root_forms": [row["form"][:3]],
            "form": row["form"], "file_type": kind, "file_date": f"{row['filed']}", "adsh": row["accession"], "items": list(row["items"]),
            "sics": ["2836"],
        }  # fmt: skip
        yield {"_index": "edgar_file", "_id": f"{row['accession']}:{document}", "_score": 7.1, "_source": told}


# ---- a company ---------------------------------------------------------------------------------------------------------


def submissions(rows: list[Row], asked: Asked) -> Reply:
    """The file of a company, a list for each column; none for a number that is nobody's."""
    cik = asked.path.rpartition("/CIK")[2].removesuffix(".json")
    mine = [row for row in rows if row["cik"] == cik]
    if not mine:
        return Reply(b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", "application/xml", 404)
    recent = {
        "accessionNumber": [row["accession"] for row in mine],
        "filingDate": [f"{row['filed']}" for row in mine],
        "acceptanceDateTime": [f"{row['filed']}T20:05:11.000Z" for row in mine],
        "form": [row["form"] for row in mine],
        "items": [",".join(row["items"]) for row in mine],
        "primaryDocument": ["main.htm" for _ in mine],
    }
    told = {"cik": cik.lstrip("0"), "name": mine[0]["name"], "tickers": ["TICK"], "filings": {"recent": recent, "files": []}}
    return Reply(json.dumps(told).encode(), JSON)


# ---- documents ---------------------------------------------------------------------------------------------------------

RELEASE = """<html><head><title>EX-99.1</title><style>p {font: 10pt}</style></head><body><p><b>Exhibit 99.1</b></p>
<p>Gilead to acquire a maker of cell therapies</p>
<p>FOSTER CITY, Calif., May 1, 2026. Gilead Sciences and Arcellx said today that Gilead will buy Arcellx for $115 a share in cash,
which values the company at $7.8 billion. The boards of both companies agreed; closing is expected in the third quarter of 2026.</p>
<p>About Gilead</p><p>Gilead Sciences makes medicines.</p></body></html>"""


def document(rows: list[Row], asked: Asked) -> Reply:
    """The index page of a filing, or one of its documents; `exhibit` of a row names the type of its second document."""
    row = next((row for row in rows if row["accession"].replace("-", "") in asked.path), None)
    if row is None:
        return Reply(b"<html><body>Not here</body></html>", HTML, 404)
    if not asked.path.endswith("-index.htm"):
        return Reply(RELEASE.encode(), HTML)
    folder = asked.path.rpartition("/")[0]
    listed = [
        ("1", "8-K", f"/ix?doc={folder}/main.htm", row["form"]),
        ("2", "RELEASE", f"{folder}/ex99-1.htm", row.get("exhibit", "EX-99.1")),
    ]
    told = "".join(
        f'<tr><td>{n}</td><td>{what}</td><td><a href="{link}">{link.rpartition("/")[2]}</a></td><td>{kind}</td><td>12345</td></tr>'
        for n, what, link, kind in listed
    )
    head = "<tr><th>Seq</th><th>Description</th><th>Document</th><th>Type</th><th>Size</th></tr>"
    return Reply(f'<!DOCTYPE html><html><body><table class="tableFile">{head}{told}</table></body></html>'.encode(), HTML)


def endpoints() -> dict[str, Endpoint]:
    """The three lists, and the documents."""
    kept = {"keys": ("accession",), "dates": ("filed",)}
    return {
        "edgar_current": Endpoint("/cgi-bin/browse-edgar", own(), current, **kept),  # type: ignore[arg-type]
        "edgar_search": Endpoint("/LATEST/search-index", own(), search, **kept),  # type: ignore[arg-type]
        "edgar_company": Endpoint(
            "/submissions/*",
            [row | {"cik": GILEAD[1], "name": GILEAD[0]} for row in own()],
            submissions,
            **kept,  # type: ignore[arg-type]
        ),
        "edgar_documents": Endpoint("/Archives/edgar/data/*", own(), document, ("accession",)),
    }
