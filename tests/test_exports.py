"""The table says the same in every format, and nothing in it comes alive where it is opened."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from monitor import exports
from monitor.model import Development, Status
from tests.developments import APPROVAL, CARVYKTI, DEAL, GALAPAGOS

AS_OF = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)
ROWS = (DEAL, replace(APPROVAL, headline='A "quoted" | piped,\n<b>broken</b> *line*'), GALAPAGOS, replace(CARVYKTI, superseded_by="e4-act"))

HOSTILE = (
    "=HYPERLINK(\"https://evil.example\",\"x\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "|cmd", "%0A", "＝1+1", "＋1", "－1", "＠x",
    " =1", "\u200b=1", "\ufeff=1", "\x00=1", "\n=1",
)  # fmt: skip


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


class Table(HTMLParser):
    """What a browser makes of the fragment."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str | None] = []
        self.links: list[str | None] = []
        self.heads: list[str] = []
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.column = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.column = given.get("scope") == "col" or (self.column and tag not in {"tr", "td", "th"})
        if tag == "tr" and "data-id" in given:
            self.ids.append(given["data-id"])
            self.rows.append([])
        elif tag == "a":
            self.links.append(given["href"])
        elif tag in {"td", "th"} and not self.column:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.column and data.strip():
            self.heads.append(data)
        elif self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def markdown_rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if not line.startswith("|---")]


def test_every_format_has_the_same_rows_in_the_same_order_under_the_same_names() -> None:
    wanted = [one.id for one in ROWS]
    from_csv = read_csv(exports.export(ROWS, "csv", as_of=AS_OF))
    from_json = json.loads(exports.export(ROWS, "json", as_of=AS_OF))
    head, *from_markdown = markdown_rows(exports.export(ROWS, "markdown", as_of=AS_OF))
    from_html = Table(exports.export(ROWS, "html", as_of=AS_OF))
    place = exports.COLUMNS.index("id")
    assert [row["id"] for row in from_csv] == [row["id"] for row in from_json["rows"]] == wanted
    assert [row[place] for row in from_markdown] == [row[place] for row in from_html.rows] == from_html.ids == wanted
    assert list(from_csv[0]) == list(from_json["rows"][0]) == head == from_html.heads == list(exports.COLUMNS)
    for at, row in enumerate(from_csv):
        assert row["line_text"] == from_json["rows"][at]["line_text"] == from_html.rows[at][exports.COLUMNS.index("line_text")]
        assert row["headline"] == from_json["rows"][at]["headline"]


def test_the_columns_are_those_report_builders_were_promised_in_their_order() -> None:
    asked = (
        "event_date date_precision market type subtype headline line_text status players product modality_or_class indication agency "
        "country region trial deal_upfront deal_max currency importance relevance confidence source_url source_name n_sources "
        "first_seen updated_at story_id supersedes conflict_note reviewed_by id"
    )
    assert [name for name in exports.COLUMNS if name not in {"generic", "superseded_by", "confirmed"}] == asked.split()


def test_deal_values_are_numbers_and_players_a_list() -> None:
    text = exports.export([DEAL], "csv", as_of=AS_OF)
    assert ",7800.0,8000.0," in text, "numbers stand without quotes, so that a spreadsheet adds them up"
    assert text.endswith("\r\n")
    (row,) = json.loads(exports.export([DEAL], "json", as_of=AS_OF))["rows"]
    assert (row["deal_upfront"], row["deal_max"], row["currency"]) == (7800.0, 8000.0, "USD")
    assert row["players"][1] == {"id": "arcellx", "name": "Arcellx", "role": "target"}
    assert read_csv(text)[0]["players"] == "gilead: Gilead Sciences (acquirer); arcellx: Arcellx (target)"


def test_a_superseded_baseline_row_is_marked_and_says_by_what() -> None:
    row = read_csv(exports.export(ROWS, "csv", as_of=AS_OF))[3]
    assert (row["status"], row["superseded_by"]) == ("baseline", "e4-act")


@pytest.mark.parametrize(("precision", "shown"), [("day", "2026-05-04"), ("month", "2026-05"), ("quarter", "2026-Q2"), ("year", "2026")])
def test_a_date_is_shown_no_more_exact_than_it_is_known(precision: str, shown: str) -> None:
    one = replace(DEAL, event_date=date(2026, 5, 4), date_precision=precision)  # type: ignore[arg-type]
    assert read_csv(exports.export([one], "csv", as_of=AS_OF))[0]["event_date"] == shown


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_becomes_a_formula(title: str) -> None:
    one = replace(DEAL, headline=title, source_name=title, players=((title, title, title),))
    row = read_csv(exports.export([one], "csv", as_of=AS_OF))[0]
    for cell in (row["headline"], row["source_name"], row["players"]):
        assert cell.startswith("'")
        assert "\0" not in cell


@pytest.mark.parametrize("title", ["In May 2026 -2 % is plain", "3-in-1", "a=b", "2026", "CAR-T"])
def test_an_ordinary_title_is_left_alone(title: str) -> None:
    assert read_csv(exports.export([replace(DEAL, headline=title)], "csv", as_of=AS_OF))[0]["headline"] == title


def test_no_text_becomes_markup_and_no_address_a_script() -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=y>"
    rows = [
        replace(DEAL, id='x" onload="y', headline=evil, source_url="javascript:alert(1)"),
        replace(DEAL, source_url='https://a.example/?q="><b>'),
    ]
    table = Table(exports.export(rows, "html", as_of=AS_OF))
    assert table.tags <= {"table", "caption", "thead", "tbody", "tr", "th", "td", "a"}
    assert table.ids[0] == 'x" onload="y'
    assert table.links == ['https://a.example/?q="><b>']
    shown = exports.export(rows, "markdown", as_of=AS_OF)
    assert "<script" not in shown
    assert "javascript:alert(1)" in shown
    assert "<javascript" not in shown


def test_a_column_head_and_a_row_head_are_told_to_screen_readers() -> None:
    text = exports.export(ROWS, "html", as_of=AS_OF)
    assert text.count('<th scope="col">') == len(exports.COLUMNS)
    assert text.count('<th scope="row">') == len(ROWS)


def test_a_broken_character_does_not_stop_the_table() -> None:
    one = replace(DEAL, headline="half \ud83d a sign\x07")
    for format in ("csv", "json", "markdown", "html", "bullets"):  # noqa: A001
        assert exports.export([replace(one, line_text=one.headline)], format, as_of=AS_OF).encode()


@pytest.mark.parametrize("shape", ["csv", "json", "markdown", "html", "bullets"])
def test_the_same_pull_gives_the_same_bytes_and_comes_row_by_row(shape: exports.Format) -> None:
    pulled: list[str] = []

    def one_by_one() -> Iterator[Development]:
        for one in ROWS:
            pulled.append(one.id)
            yield one

    pieces = exports.chunks(one_by_one(), shape, as_of=AS_OF, filters={"market": "act", "status": {"baseline", "accepted"}})
    first = next(pieces)
    assert len(pulled) <= 1, "nothing is gathered before it is given"
    again = exports.export(ROWS, shape, as_of=AS_OF, filters={"status": {"accepted", "baseline"}, "market": "act"})
    assert first + "".join(pieces) == again


def test_json_says_as_of_when_and_what_was_asked() -> None:
    told = json.loads(exports.export([], "json", as_of=AS_OF, filters={"market": "lm", "since": date(2026, 1, 1)}))
    assert (told["as_of"], told["filters"], told["rows"]) == ("2026-05-04T05:00:00Z", {"market": "lm", "since": "2026-01-01"}, [])


def test_an_empty_table_succeeds_in_every_format() -> None:
    assert read_csv(exports.export([], "csv", as_of=AS_OF)) == []
    assert len(markdown_rows(exports.export([], "markdown", as_of=AS_OF))) == 1
    assert Table(exports.export([], "html", as_of=AS_OF)).rows == []
    assert exports.export([], "bullets", as_of=AS_OF) == ""


def test_bullets_are_the_lines_ready_to_paste() -> None:
    assert exports.export([DEAL, replace(APPROVAL, line_text="")], "bullets", as_of=AS_OF) == f"- {DEAL.line_text}\n- {APPROVAL.headline}\n"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        exports.export([], "csv", as_of=datetime(2026, 5, 4))  # noqa: DTZ001


def test_a_rejected_row_says_so_when_it_is_asked_for() -> None:
    assert read_csv(exports.export([replace(DEAL, status=Status.REJECTED)], "csv", as_of=AS_OF))[0]["status"] == "rejected"
