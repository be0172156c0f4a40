"""`monitor report audit`: what was overtaken elsewhere in a report, for reports nobody wrote rules for, and what must not alarm."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest

from monitor import stale
from monitor.config import load_seeds, shipped
from monitor.gazetteer import Market, Seeds
from monitor.model import Development, Status
from monitor.report import passages
from tests import commands
from tests.developments import development
from tests.newsroom import ACT, LM

TODAY = date(2026, 6, 30)
HERE = Path(__file__).parent / "stale"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    """The shipped seeds and a market that does not exist."""
    folder = tmp_path_factory.mktemp("seeds") / "seeds"
    shutil.copytree(shipped("seeds"), folder)
    shutil.copy(HERE / "tidal.yaml", folder / "markets" / "tidal-healing.yaml")
    return load_seeds(folder)[0]


@pytest.fixture
def tidal(seeds: Seeds) -> Market:
    return seeds.markets["tidal-healing"]


def audited(text: str, market: Market, folder: Path, *told: Development, ending: str = ".txt") -> tuple[stale.Finding, ...]:
    path = folder / f"report{ending}"
    path.write_text(text, encoding="utf-8")
    return stale.audit(passages.read(path), market, told, TODAY)


def event(type_: str, *players: tuple[str, str, str], **facts: Any) -> Development:
    empty: dict[str, Any] = {"product": None, "generic": None, "indication": None, "line_text": "", "evidence": "", "subtype": None}
    return development(f"e9-{type_}", market="tidal-healing", type=type_, players=players, **(empty | facts))


# ---- players ---------------------------------------------------------------------------------------------------------

LIST = (
    "Companies covered\n- Harbour Cells\n- Quayside Bio\n- Breakwater Pharma\n- Jetty Labs\n- Sluice Sciences, Inc.\n- Dyke Therapeutics\n"
)


def test_a_list_of_players_has_its_stale_members_with_place_reason_and_evidence(tidal: Market, tmp_path: Path) -> None:
    (found,) = audited(LIST, tidal, tmp_path)
    assert found.kind == "player list"
    assert [(str(one.place), one.kind, one.sentence, one.why) for one in found.members] == [
        ("3:3", "bought", "Quayside Bio", "Quayside Bio belongs to Harbour Cells since 2024-05-02, which the list names too"),
        ("4:3", "renamed", "Breakwater Pharma", "Breakwater Pharma AG is now Mole Medicines since 2023-03-15"),
        ("6:3", "bankrupt", "Sluice Sciences, Inc.", "Insolvent since 2024-10-01."),
    ]
    assert [(one.evidence[0].id, one.evidence[0].source) for one in found.members] == [
        ("harbour", "seeds/markets"), ("mole", "seeds/markets"), ("sluice", "seeds/markets"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ending", "text", "place"),
    [
        (".md", "# Who\n\n* **Harbour Cells**\n* [Sluice Sciences](https://sluice.example)\n* Dyke Therapeutics\n", "4:4"),
        (".html", "<h2>Who</h2>\n<ul>\n<li>Harbour Cells</li>\n<li><b>Sluice Sciences</b></li>\n<li>Dyke Therapeutics</li></ul>", "4:8"),
        (".txt", "The leading companies include Harbour Cells, Sluice Sciences and Dyke Therapeutics.\n", "1:46"),
        (".md", "| Company | Seat |\n|---|---|\n| a | b |\n\n1. Harbour Cells\n2. Sluice Sciences\n3. Dyke Therapeutics\n", "6:4"),
        (".txt", "-\nHarbour Cells (Skerry)\n-\nSluice Sciences – cells\n-\nDyke Therapeutics\n", "4:1"),
    ],
    ids=["markdown", "html", "sentence", "numbered", "bullet-alone"],
)
def test_a_list_is_found_in_every_format(ending: str, text: str, place: str, tidal: Market, tmp_path: Path) -> None:
    (found,) = audited(text, tidal, tmp_path, ending=ending)
    assert [str(one.place) for one in found.members] == [place]


def test_a_sentence_that_names_a_company_as_if_nothing_had_happened_is_found(tidal: Market, tmp_path: Path) -> None:
    text = "Overview.\n\nTwo makers matter. Breakwater Pharma leads in Skerry, and Sluice Sciences follows.\n"
    (found,) = audited(text, tidal, tmp_path)
    assert (found.kind, str(found.place), found.sentence) == (
        "player", "3:20", "Breakwater Pharma leads in Skerry, and Sluice Sciences follows.",
    )  # fmt: skip
    assert found.why == "Breakwater Pharma AG is now Mole Medicines since 2023-03-15; Insolvent since 2024-10-01."


@pytest.mark.parametrize(
    "text",
    [
        "Mole Medicines, formerly Breakwater Pharma, leads.",
        "In May 2022, Breakwater Pharma opened a plant in Skerry.",
        "In May 2022, Sluice Sciences began a study.",
        "Quayside Bio is a subsidiary of Harbour Cells.",
        "Sluice Sciences went bankrupt.",
        "Jetty Labs makes vectors.",
        "- Harbour Cells\n- Dyke Therapeutics\n- Mole Medicines (Breakwater Pharma)\n",
        "- Northlands\n- Skerry\n- Sea\n",
    ],
)
def test_what_knows_better_or_tells_of_a_day_before_is_left_alone(text: str, tidal: Market, tmp_path: Path) -> None:
    assert audited(text, tidal, tmp_path) == ()


def test_events_of_the_store_overtake_a_sentence_with_their_source(tidal: Market, tmp_path: Path) -> None:
    renamed = event(
        "corporate_rename", ("dyke", "Dyke Therapeutics", "old_name"), ("dyke", "Levee Bio", "new_name"), event_date=date(2026, 2, 3)
    )
    (found,) = audited("Dyke Therapeutics runs two studies.", tidal, tmp_path, renamed)
    assert found.why == "Dyke Therapeutics is now Levee Bio (2026-02-03)"
    assert (found.evidence[0].id, found.evidence[0].url) == (renamed.id, renamed.source_url)
    assert audited("Levee Bio runs two studies.", tidal, tmp_path, renamed) == ()


def test_a_purchase_that_was_called_off_or_withdrawn_overtakes_nothing(tidal: Market, tmp_path: Path) -> None:
    roles = (("harbour", "Harbour Cells", "acquirer"), ("dyke", "Dyke Therapeutics", "target"))
    bought = event("acquisition", *roles, event_date=date(2026, 2, 3))
    ended = event("deal_termination", *roles, event_date=date(2026, 3, 3))
    text = "Dyke Therapeutics runs two studies."
    assert [one.why for one in audited(text, tidal, tmp_path, bought)] == [
        "Dyke Therapeutics is being bought by Harbour Cells (2026-02-03)"
    ]
    assert audited(text, tidal, tmp_path, bought, ended) == ()
    assert audited(text, tidal, tmp_path, event("acquisition", *roles, status=Status.WITHDRAWN)) == ()


# ---- medicines -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "In September 2021, Surgefix was cleared for seaborne fever after three prior therapies.",
        "Surgefix is reserved for fourth-line seaborne fever.",
        "Patients receive Surgefix after two or more previous lines of treatment.",
    ],
)
def test_a_line_of_therapy_that_a_later_label_overtook_is_found(text: str, tidal: Market, tmp_path: Path) -> None:
    (found,) = audited(text, tidal, tmp_path)
    assert found.kind == "line of therapy"
    assert found.evidence[0].id == "seed-tid-001"


@pytest.mark.parametrize(
    "text",
    [
        "Surgefix is given after one prior line of therapy.",
        "Ebbane is reserved for fourth-line seaborne fever.",
        "Surgefix is studied in third-line melanoma.",
        "In June 2025, Surgefix was compared with care after three prior therapies in seaborne fever.",
    ],
)
def test_another_product_disease_or_a_later_day_is_no_alarm(text: str, tidal: Market, tmp_path: Path) -> None:
    assert audited(text, tidal, tmp_path) == ()


def test_a_label_of_the_store_overtakes_a_line_of_therapy(tidal: Market, tmp_path: Path) -> None:
    first = event("approval", product="Ebbane", generic="ebbamab", indication="newly diagnosed gull pox", event_date=date(2026, 1, 5))
    (found,) = audited("Ebbane is for gull pox in the third line; third-line gull pox is rare.", tidal, tmp_path, first)
    assert (found.why, found.evidence[0].id) == ("Ebbane: 2 earlier treatments is stated, first line by now", first.id)


@pytest.mark.parametrize(
    "text",
    [
        "There is no approved therapy for seaborne fever.",
        "No treatments are approved for patients with seaborne fever.",
        "Seaborne fever lacks any licensed medicine.",
        "Surgefix has not been approved.",
        "To date, none of the candidates has been approved.",
    ],
)
def test_no_approved_therapy_is_found_when_there_is_one(text: str, tidal: Market, tmp_path: Path) -> None:
    (found,) = audited(text, tidal, tmp_path)
    assert found.kind == "no approved therapy"
    assert found.why == "Surgefix is approved since 2021-09 for adults with seaborne fever after three earlier treatments"


@pytest.mark.parametrize(
    "text",
    [
        "There is no approved therapy for gull pox.",
        "Ebbane has not been approved.",
        "Until 2021 there was no approved therapy for seaborne fever.",
        "Several approved therapies exist for seaborne fever.",
    ],
)
def test_another_disease_product_or_time_without_a_therapy_is_no_alarm(text: str, tidal: Market, tmp_path: Path) -> None:
    assert audited(text, tidal, tmp_path) == ()


# ---- figures ---------------------------------------------------------------------------------------------------------


def kinds(found: tuple[stale.Finding, ...]) -> list[str]:
    return [one.kind for one in found]


def test_sizes_that_compete_in_one_report_are_found_without_any_seed(seeds: Seeds, tmp_path: Path) -> None:
    text = (
        "The market was worth $2.0 billion in 2021. By 2029 it should reach $4.0 billion, a compound annual growth rate of 9.1 percent.\n\n"
        "Others see revenues climbing from 3.5 billion US dollars in 2021 to 5.2 billion US dollars in 2029.\n"
    )
    found = audited(text, seeds.markets[LM], tmp_path)
    assert kinds(found) == ["market size", "market size"]
    assert [str(one.place) for one in found] == ["1:1", "3:1"]
    assert found[0].evidence[0].what == "2021: this says 2,000, at 3:1 says 3,500; 1.8 times apart"


@pytest.mark.parametrize(
    "text",
    [
        "The market was valued at EUR 100 million in 2020 and will reach EUR 200 million by 2030, growing at a CAGR of 12%.",
        "In 2020 the market stood at £100m and in 2030 it will stand at £200m, 12.0% a year.",
        "| Size (2020) | USD 100 million |\n| Size (2030) | USD 200 million |\n| CAGR, market | 12 % |",
        "From 2020 to 2030 the market will grow from USD 100 million to USD 200 million, which is 12 % per year.",
    ],
)
def test_a_growth_rate_that_does_not_recompute_is_found(text: str, seeds: Seeds, tmp_path: Path) -> None:
    found = audited(text, seeds.markets[LM], tmp_path)
    assert kinds(found) == ["growth rate"]
    assert "7.18 %" in found[0].why


@pytest.mark.parametrize(
    "text",
    [
        "The market was valued at USD 100 million in 2020 and will reach USD 200 million by 2030, growing at a CAGR of 7.2%.",
        "Harbour paid USD 100 million in 2020 and USD 900 million in 2022, 12% a year more for the market.",
        "The CSF cytology segment of the market was worth USD 10 million in 2020. The market was worth USD 500 million in 2020.",
        "The market was worth USD 1 billion in 2020 and USD 2 billion in 2030, at a CAGR of 9%.",
    ],
)
def test_what_recomputes_is_paid_or_is_a_part_of_the_market_is_no_alarm(text: str, seeds: Seeds, tmp_path: Path) -> None:
    assert audited(text, seeds.markets[LM], tmp_path) == ()


def test_a_figure_that_contradicts_its_own_series_is_held_against_the_seeds(tidal: Market, tmp_path: Path) -> None:
    assert audited("The market was valued at USD 500 million in 2022 and will be USD 1 billion in 2030.", tidal, tmp_path) == ()
    (found,) = audited("The market was valued at USD 700 million in 2022 and will be USD 1.4 billion in 2030.", tidal, tmp_path)
    assert (found.evidence[0].what, found.evidence[0].id) == (
        "contradicts its own series: 2022: this says 700, held says 500; 1.4 times apart", "held",
    )  # fmt: skip


def test_the_buyer_of_what_goes_by_its_id_is_no_stale_player(seeds: Seeds, tmp_path: Path) -> None:
    players = (("bms", "Bristol Myers Squibb", "acquirer"), ("bms", "2seventy bio", "target"))
    told = development("e9", type="acquisition_completed", event_date=date(2025, 5, 13), players=players)
    text = "Players\n- Bristol-Myers Squibb\n- Autolus Therapeutics\n- 2seventy bio\n"
    (found,) = audited(text, seeds.markets[ACT], tmp_path, told)
    assert [one.sentence for one in found.members] == ["2seventy bio"]


# ---- the two reports and the command ---------------------------------------------------------------------------------


def in_form(text: str, ending: str) -> str:
    """The report as Markdown or as a page: its lines as paragraphs, items and rows."""
    if ending != ".html":
        return text
    rows: list[str] = []
    lines = text.splitlines()
    for at, line in enumerate(lines):
        open_ = bool(rows) and rows[-1].endswith("</li>")
        if line.startswith("- ") or (at and lines[at - 1].strip() == "-"):
            rows.append(f"{'' if open_ else '<ul>'}<li>{line.removeprefix('- ')}</li>")
        elif line.startswith("|"):
            rows.append("<tr>" + "".join(f"<td>{cell.strip()}</td>" for cell in line.strip("|").split("|")) + "</tr>")
        elif line.strip() not in {"", "-"}:
            rows.append(f"{'</ul>' if open_ else ''}<p>{line}</p>")
    return "\n".join(rows)


def as_word(text: str, path: Path) -> Path:
    """The report as a Word file: headings, lists and tables are such."""
    document, lines = docx.Document(), text.splitlines()
    table = None
    for at, line in enumerate(lines):
        if line.startswith("|"):
            cells = line.strip("|").split("|")
            table = table or document.add_table(0, len(cells))
            if set(line) - set("|-"):
                for cell, said in zip(table.add_row().cells, cells, strict=True):
                    cell.text = said.strip()
            continue
        table = None
        if line.startswith("- ") or (at and lines[at - 1].strip() == "-"):
            document.add_paragraph(line.removeprefix("- "), style="List Bullet")
        elif line.strip() not in {"", "-"}:
            document.add_paragraph(line, style="Heading 2" if len(line) < 90 and line[-1] not in ".;:" else "Normal")
    document.save(str(path))
    return path


@pytest.mark.parametrize("ending", [".txt", ".md", ".html", ".docx"])
def test_the_report_on_adoptive_cell_therapy_is_found_out(ending: str, shared: Path, seeds: Seeds, tmp_path: Path) -> None:
    text = (shared / "reports" / "adoptive-cell-therapy.txt").read_text(encoding="utf-8")
    if ending == ".docx":
        path = as_word(text, tmp_path / "report.docx")
        found = stale.audit(passages.read(path), seeds.markets[ACT], (), TODAY)
    else:
        found = audited(in_form(text, ending), seeds.markets[ACT], tmp_path, ending=ending)
    lists = [{one.sentence for one in each.members} for each in found if each.kind == "player list"]
    assert {"GlaxoSmithKline", "Janssen", "Genentech"} in lists
    assert {"bluebird bio", "Nkarta, Inc.", "Anterogen Co., Ltd.", "Aurion Biotech", "Sorrento Therapeutics"} in lists
    assert kinds(found).count("market size") == 3
    assert [one.why[:6] for one in found if one.kind == "growth rate"] == ["24.5 %"]
    assert kinds(found).count("line of therapy") == 1
    assert kinds(found).count("overtaken") == 1
    # The profiled companies are printed twice: in the text and in the contents. Nothing else is told.
    assert len(found) == 9


def test_the_report_on_leptomeningeal_metastases_raises_no_alarm(shared: Path, seeds: Seeds, tmp_path: Path) -> None:
    text = (shared / "reports" / "leptomeningeal-metastases.txt").read_text(encoding="utf-8")
    assert audited(text, seeds.markets[LM], tmp_path) == ()


def test_the_command_changes_nothing_and_ends_with_1_when_there_is_something(tmp_path: Path) -> None:
    assert commands.monitor("init", tmp_path).code == 0
    report = tmp_path / "report.md"
    text = "# Players\n\n- Novartis\n- bluebird bio\n- Legend Biotech\n"
    report.write_text(text, encoding="utf-8")
    ran = commands.monitor("report", "audit", report, "--market", "ACT", folder=tmp_path)
    assert ran.code == 1
    assert f"{report}:4:3: renamed: bluebird bio is now Genetix Biotherapeutics since 2025-09-18" in ran.out
    (found,) = commands.monitor("report", "audit", report, "-m", "ACT", "--json", folder=tmp_path).json
    assert found["members"][0]["place"] == {"line": 4, "column": 3, "paragraph": 3, "heading": ""}
    assert found["members"][0]["evidence"][0] == {
        "what": "former name bluebird bio until 2025-09-18", "id": "bluebird", "source": "seeds/markets", "url": "",
    }  # fmt: skip
    assert report.read_text(encoding="utf-8") == text
    assert [one.name for one in tmp_path.glob("report.*")] == ["report.md"]


def test_in_a_word_file_the_place_is_the_paragraph_and_its_heading_and_nothing_changes(tmp_path: Path) -> None:
    assert commands.monitor("init", tmp_path).code == 0
    report = as_word("Report\nKey Players\n- Novartis\n- bluebird bio\n- Legend Biotech\n", tmp_path / "report.docx")
    before = report.read_bytes()
    ran = commands.monitor("report", "audit", report, "--market", "ACT", folder=tmp_path)
    assert (ran.code, report.read_bytes()) == (1, before)
    assert f"{report}:paragraph 4 under “Key Players”: renamed: bluebird bio is now Genetix Biotherapeutics since 2025-09-18" in ran.out


def test_a_report_with_nothing_overtaken_ends_well(tmp_path: Path) -> None:
    assert commands.monitor("init", tmp_path).code == 0
    report = tmp_path / "report.txt"
    report.write_text("Novartis makes Kymriah.\n", encoding="utf-8")
    ran = commands.monitor("report", "audit", report, "-m", "ACT", folder=tmp_path)
    assert (ran.code, ran.out) == (0, f"{report}: nothing is known to be overtaken\n")


@pytest.mark.parametrize(("name", "message"), [("report.pdf", "has the ending '.pdf'"), ("none.txt", "does not exist")])
def test_a_file_that_cannot_be_read_is_wrong_use(name: str, message: str, tmp_path: Path) -> None:
    assert commands.monitor("init", tmp_path).code == 0
    if name != "none.txt":
        (tmp_path / name).write_text("words", encoding="utf-8")
    ran = commands.monitor("report", "audit", tmp_path / name, "-m", "ACT", folder=tmp_path)
    assert ran.code == 2
    assert message in ran.err
