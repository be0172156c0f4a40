"""A builder's report gains its lines and keeps every other byte, whatever form it has."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor import report
from monitor.errors import ReportFileError
from monitor.model import Development, Status
from tests.developments import APPROVAL, CARVYKTI, DEAL, GALAPAGOS, LEPTOMENINGEAL, SALE, development

WRITTEN_FOR_US = Path(__file__).parent / "reports"
NEWS = (APPROVAL, DEAL, SALE)
FORMS = ("oncology.md", "underlined.md", "page.html", "fragment.html", "paragraphs.txt", "bullets.txt", "empty.md", "empty_at_end.txt")


def copied(tmp_path: Path, name: str) -> Path:
    return Path(shutil.copy(WRITTEN_FOR_US / name, tmp_path / name))


def updated(path: Path, *developments: Development, create: bool = False, order: report.Order | None = None) -> str:
    """The text after an update, which must be stable: the same again changes nothing."""
    report.write(report.plan(path, developments, create=create, order=order))
    text = path.read_bytes()
    again = report.plan(path, developments, create=create, order=order)
    assert again.diff() == ""
    assert report.write(again) is None
    assert path.read_bytes() == text
    return text.decode()


def without(text: str, lines: tuple[str, ...]) -> str:
    for line in lines:
        assert text.count(line) == 1, line
        text = text.replace(line, "")
    return text


# ---- the two real reports --------------------------------------------------------------------------------------------


def test_the_cell_therapy_report_gains_its_lines_oldest_first_and_keeps_all_else(shared: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(shared / "reports/adoptive-cell-therapy.txt", tmp_path / "act.txt"))
    before = path.read_bytes()
    end = before.rindex(b"\n", 0, before.index(b"Segment Analysis")) + 1
    text = updated(path, DEAL, APPROVAL, CARVYKTI, GALAPAGOS)
    added = f"-\n{APPROVAL.line_text}\n-\n{DEAL.line_text}\n".encode()
    assert path.read_bytes() == before[:end] + added + before[end:]
    assert text.count("CARVYKTI") == 1


def test_a_line_older_than_the_reports_own_goes_between_them(shared: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(shared / "reports/adoptive-cell-therapy.txt", tmp_path / "act.txt"))
    older = replace(
        SALE, event_date=date(2022, 9, 1), line_text="In September 2022, Harbour Cells sold its Ghent plant to Polder Therapeutics."
    )
    updated(path, older)
    assert [line[:17] for line in report.present_lines(path)] == ["In February 2022,", "In September 2022", "In June 2023, Gal"]


def test_the_news_of_a_development_the_report_tells_already_is_not_added_again(shared: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(shared / "reports/adoptive-cell-therapy.txt", tmp_path / "act.txt"))
    from_the_news = replace(
        CARVYKTI, id="e9-act", status=Status.ACCEPTED, event_date=date(2022, 2, 28), date_precision="day", agency="U.S. FDA"
    )
    from_the_news = replace(from_the_news, line_text="In February 2022, Legend's partner won its first U.S. licence for Carvykti.")
    plan = report.plan(path, [CARVYKTI, GALAPAGOS, from_the_news])
    assert plan.added == ()
    in_europe = replace(
        from_the_news, id="e10-act", agency="European Commission", line_text="In February 2022, Carvykti was licensed in Europe."
    )
    assert report.plan(path, [CARVYKTI, GALAPAGOS, in_europe]).added == ("e10-act",)
    from_the_news = replace(from_the_news, line_text=CARVYKTI.line_text)
    assert report.plan(path, [from_the_news]).added == ()


def test_the_leptomeningeal_report_says_what_to_do_and_stays_untouched(shared: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(shared / "reports/leptomeningeal-metastases.txt", tmp_path / "lm.txt"))
    with pytest.raises(ReportFileError, match="--create"):
        report.plan(path, [LEPTOMENINGEAL])
    assert path.read_bytes() == (shared / "reports/leptomeningeal-metastases.txt").read_bytes()
    assert report.present_lines(path) == ()


def test_the_leptomeningeal_report_gets_its_section_before_its_closing_note(shared: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(shared / "reports/leptomeningeal-metastases.txt", tmp_path / "lm.txt"))
    before = path.read_bytes()
    note = before.index(b"Note: ")
    updated(path, LEPTOMENINGEAL, create=True)
    assert path.read_bytes() == before[:note] + f"Recent Developments\n- {LEPTOMENINGEAL.line_text}\n".encode() + before[note:]
    assert report.plan(path, [LEPTOMENINGEAL]).diff() == "", "once started, the section is found without --create"


def test_a_report_of_a_quiet_market_is_not_given_an_empty_section(shared: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(shared / "reports/leptomeningeal-metastases.txt", tmp_path / "lm.txt"))
    plan = report.plan(path, [], create=True)
    assert (plan.diff(), plan.created) == ("", False)


WITHOUT = (
    ("new.md", "# Report\n\n## Players\n\nNone.\n"),
    ("new.html", "<body>\n<h1>R</h1>\n<h2>Players</h2>\n<p>None.</p>\n</body>\n"),
    ("new.txt", "Report\n\nPlayers\n\nNone so far.\n"),
    ("bare.txt", ""),
    ("bare.md", "x"),
    ("bare.html", "<p>Note: closed.</p>"),
)

# ---- every form ------------------------------------------------------------------------------------------------------


def test_markdown_takes_the_line_into_its_list_with_an_id_no_reader_sees(tmp_path: Path) -> None:
    path = copied(tmp_path, "oncology.md")
    before = path.read_text()
    text = updated(path, SALE, APPROVAL)
    hidden = re.findall(r" <!-- monitor (\S+) [0-9a-f]{8} -->", text)
    assert hidden == ["e1-act", "e3-act"], "newest first, as the report has it"
    assert [line[:16] for line in report.present_lines(path)] == [
        "In April 2026, N",
        "In December 2025",
        "In September 202",
        "In June 2024, Ha",
    ]
    assert without(re.sub(r"\n\* [^\n]* <!-- monitor [^\n]*\n", "", text), ()) == before


def test_a_heading_in_front_matter_code_contents_or_a_sentence_is_none(tmp_path: Path) -> None:
    for name in ("oncology.md", "page.html", "paragraphs.txt"):
        text = updated(copied(tmp_path, name), DEAL)
        place = text.index("In February 2026")
        assert text.index("Players", place) > place
        assert text.rindex("Recent Developments", 0, place) > text.index(
            "Summary" if name.endswith("txt") else "example" if name.endswith("md") else "<main>"
        )


def test_a_numbered_list_goes_on_counting(tmp_path: Path) -> None:
    path = copied(tmp_path, "underlined.md")
    text = updated(path, SALE, DEAL)
    section = text[text.index("1. In January") : text.index("Outlook")]
    assert re.findall(r"^(\d)\. In (\w+)", section, re.MULTILINE) == [
        ("1", "January"),
        ("2", "September"),
        ("3", "March"),
        ("4", "February"),
    ]
    assert text.endswith("Outlook\n-------\n1. Growth\n2. Prices\n")


class _Items(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self.found.append((tag, dict(attrs)))


def test_a_page_takes_the_line_in_the_tags_and_classes_of_its_neighbours(tmp_path: Path) -> None:
    path = copied(tmp_path, "page.html")
    before = path.read_text()
    told = replace(DEAL, line_text="In February 2026, Gilead <b>& Arcellx</b> signed. Anito-cel™ comes with it.")
    text = updated(path, told)
    line = re.search(r'\n    <li class="entry" data-id="e2-act" data-monitor="[0-9a-f]{8}"><p class="line">([^\n]*)</p></li>', text)
    assert line is not None
    assert line[1] == "In February 2026, Gilead &lt;b&gt;&amp; Arcellx&lt;/b&gt; signed. Anito-cel™ comes with it."
    assert without(text, (line[0],)) == before
    assert [attributes.get("data-id") for _, attributes in _Items(text).found].count("e2-act") == 1


def test_a_fragment_without_end_tags_and_final_newline_takes_it_too(tmp_path: Path) -> None:
    path = copied(tmp_path, "fragment.html")
    text = updated(path, replace(DEAL, line_text="In February 2026, Gilead Sciences signed to buy Arcellx™."))
    line = re.search(r"\n<li data-id=[^\n]*</li>", text)
    assert line is not None
    assert "Arcellx&#8482;." in line[0], "a page that is ASCII and names no encoding stays ASCII"
    assert text.index("In May 2026") < line.start() < text.index("In July 2021")
    assert text.replace(line[0], "") == (WRITTEN_FOR_US / "fragment.html").read_text()


def test_paragraphs_stay_paragraphs_broken_at_their_width(tmp_path: Path) -> None:
    path = copied(tmp_path, "paragraphs.txt")
    text = updated(path, APPROVAL)
    place = text.index("In December 2025")
    block = text[place : text.index("3. Players")]
    assert text[place - 2 : place] == "\n\n"
    assert len(block.splitlines()) > 3
    assert max(map(len, block.splitlines())) <= 62
    assert text[:place] + text[text.index("3. Players") :] == (WRITTEN_FOR_US / "paragraphs.txt").read_text()


def test_text_bullets_keep_their_sign_and_indent(tmp_path: Path) -> None:
    text = updated(copied(tmp_path, "bullets.txt"), SALE)
    added = "  • In September 2024, Harbour Cells sold its Ghent plant to\n    Polder Therapeutics.\n"
    assert f"head of quality.\n{added}Key Players\n---" in text


def test_an_empty_section_takes_its_first_line_in_the_bullets_of_the_report(tmp_path: Path) -> None:
    assert updated(copied(tmp_path, "empty_at_end.txt"), SALE).endswith(f"\nRecent Developments\n- {SALE.line_text}")
    text = updated(copied(tmp_path, "empty.md"), SALE)
    assert re.search(r"## Recent Developments\n\n\+ In September 2024, [^\n]* -->\n\n## Outlook\n\n\+ steady\n\Z", text)


@pytest.mark.parametrize("name", FORMS)
def test_a_second_run_changes_nothing_and_a_later_line_finds_its_place(name: str, tmp_path: Path) -> None:
    path = copied(tmp_path, name)
    updated(path, DEAL)
    step_by_step = updated(path, *NEWS)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    assert updated(copied(fresh, name), *NEWS) == step_by_step


@pytest.mark.parametrize("name", FORMS)
def test_windows_newlines_stay(name: str, tmp_path: Path) -> None:
    path = copied(tmp_path, name)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    updated(path, *NEWS)
    content = path.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert len(report.present_lines(path)) >= 3


def test_two_sections_are_an_error_that_names_both(tmp_path: Path) -> None:
    with pytest.raises(ReportFileError, match="lines 2 and 6"):
        report.plan(copied(tmp_path, "two_sections.txt"), NEWS)
    path = copied(tmp_path, "two_sections.txt")
    report.write(report.plan(path, [SALE], heading="European Market Recent Developments"))
    assert path.read_text().endswith("- In June 2024, Polder was renamed.\n") or path.read_text().index(
        SALE.line_text
    ) > path.read_text().index("European")


@pytest.mark.parametrize(("name", "text"), WITHOUT)
def test_a_report_without_the_section_gets_it_in_its_own_form(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ReportFileError, match="--create"):
        report.plan(path, NEWS)
    after = updated(path, *NEWS, create=True)
    assert [line[:16] for line in report.present_lines(path)] == ["In February 2026", "In December 2025", "In September 202"]
    assert after.count("Recent Developments") == 1


def test_the_order_asked_for_is_kept_for_new_lines(tmp_path: Path) -> None:
    path = tmp_path / "new.md"
    path.write_text("# Report\n")
    text = updated(path, *NEWS, create=True, order="oldest_first")
    assert text.index("September 2024") < text.index("December 2025") < text.index("February 2026")


# ---- people's work ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMS)
def test_a_line_edited_by_hand_is_kept_and_named(name: str, tmp_path: Path) -> None:
    path = copied(tmp_path, name)
    text = updated(path, DEAL, SALE)
    path.write_text(text.replace("Ghent", "Antwerp"))
    plan = report.plan(path, [DEAL, SALE])
    assert (plan.diff(), plan.kept_by_hand) == ("", ("e3-act",))


def test_a_line_reworded_by_hand_in_plain_text_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text(
        "Recent Developments\n- In December 2025, the FDA cleared Breyanzi of Bristol Myers Squibb for marginal zone lymphoma (MZL).\n"
    )
    assert report.plan(path, [APPROVAL]).diff() == ""


@pytest.mark.parametrize(
    "other",
    [
        development("o", indication="mantle cell lymphoma", line_text=APPROVAL.line_text.replace("marginal zone", "mantle cell")),
        development("o", agency="EC", line_text=APPROVAL.line_text.replace("U.S. FDA", "European Commission")),
        development("o", event_date=date(2023, 12, 4), line_text=APPROVAL.line_text.replace("2025", "2023")),
        development(
            "o",
            event_date=date(2025, 10, 4),
            line_text=APPROVAL.line_text.replace("December", "October").replace("U.S. FDA", "European Commission"),
            agency="EC",
        ),
        development(
            "o", product="Yescarta", generic=None, line_text=APPROVAL.line_text.replace("Breyanzi (lisocabtagene maraleucel)", "Yescarta")
        ),
    ],
    ids=["another indication", "another agency", "another year", "another agency and month", "another product"],
)
def test_a_sister_event_in_nearly_the_same_words_is_still_added(other: Development, tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text(f"Recent Developments\n- {APPROVAL.line_text}\n")
    assert report.plan(path, [APPROVAL, other]).added == ("o",)
    assert report.plan(path, [other]).added == ("o",), "even when nothing else tells whose the line is"


def test_a_line_whose_month_was_put_right_by_hand_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text(f"Recent Developments\n- {APPROVAL.line_text.replace('December', 'November')}\n")
    plan = report.plan(path, [APPROVAL])
    assert (plan.diff(), plan.kept_by_hand) == ("", ("e1-act",))


def test_announcement_and_completion_of_one_deal_are_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text(f"Recent Developments\n- {DEAL.line_text}\n")
    closed = replace(
        DEAL, id="c", type="acquisition_completed", line_text="In February 2026, Gilead Sciences completed its purchase of Arcellx."
    )
    assert report.plan(path, [closed]).added == ("c",)


@pytest.mark.parametrize("name", FORMS)
def test_a_proposed_line_is_marked_until_it_is_accepted(name: str, tmp_path: Path) -> None:
    path = copied(tmp_path, name)
    proposed = replace(SALE, status=Status.PROPOSED)
    marked = updated(path, proposed)
    assert re.search(r"\\?\[proposed\\?\] In\s+September\s+2024", marked)
    assert report.plan(path, [SALE]).changed == ("e3-act",)
    accepted = updated(path, SALE)
    assert "proposed" not in accepted
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    if name not in {"paragraphs.txt", "bullets.txt"}:  # there the lines were broken with the mark in them
        assert accepted == updated(copied(fresh, name), SALE)


@pytest.mark.parametrize(("name", "follows"), [("oncology.md", True), ("page.html", True), ("bullets.txt", False)])
def test_a_line_nobody_touched_follows_a_persons_edit_where_that_can_be_known(name: str, follows: bool, tmp_path: Path) -> None:
    path = copied(tmp_path, name)
    updated(path, SALE)
    edited = replace(SALE, status=Status.EDITED, line_text=SALE.line_text.replace("plant", "factory"))
    plan = report.plan(path, [edited])
    assert ("factory" in plan.after) is follows
    assert (plan.changed, plan.kept_by_hand) == ((("e3-act",), ()) if follows else ((), ("e3-act",)))


@pytest.mark.parametrize("name", ["oncology.md", "page.html"])
def test_a_line_withdrawn_or_superseded_is_named_and_stays(name: str, tmp_path: Path) -> None:
    path = copied(tmp_path, name)
    updated(path, SALE, DEAL)
    plan = report.plan(path, [replace(DEAL, superseded_by="e8-act")])
    assert plan.diff() == ""
    assert sorted(flag.split(":")[0] for flag in plan.flagged) == ["e2-act", "e3-act"]


def test_an_accepted_development_without_a_line_is_named(tmp_path: Path) -> None:
    path = copied(tmp_path, "oncology.md")
    plan = report.plan(path, [replace(SALE, line_text="")])
    assert plan.diff() == ""
    assert "e3-act" in plan.flagged[0]


# ---- every byte ------------------------------------------------------------------------------------------------------

PROSE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
LINES = [
    "Outlook", "- a point.", "", "The market grew in May 2024.", "* x", "Recent growth", "---", "1. One", "\t", "Note: x.", "a\u2028b",
    "In May 2021, A met B.", "<ul><li>x", "<!-- ", "```", "<p>y</p>",
]  # fmt: skip
DRIFT = st.lists(st.sampled_from(LINES), max_size=12).map("\n".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=PROSE | DRIFT, after=PROSE | DRIFT, name=st.sampled_from(["r.txt", "r.md", "r.html"]), ending=st.sampled_from(["\n", "\r\n"]))
def test_whatever_stands_around_the_section_stays_byte_for_byte(before: str, after: str, name: str, ending: str, tmp_path: Path) -> None:
    heading, item, closing = {
        "r.txt": ("Recent Developments", "- In May 2023, Harbour Cells hired a chief.", "Market Outlook:"),
        "r.md": ("## Recent Developments", "- In May 2023, Harbour Cells hired a chief.", "## Market Outlook"),
        "r.html": ("<h2>Recent Developments</h2>", "<ul><li>In May 2023, Harbour Cells hired a chief.</li></ul>", "<h2>Outlook</h2>"),
    }[name]
    section = ending.join(["", "", heading, "", item, "", closing, ""])
    path = tmp_path / name
    content = (before + section + after).encode()
    path.write_bytes(content)
    try:
        plan = report.plan(path, [SALE])
    except ReportFileError:
        return  # refused, as when the text around it opens a comment or holds a second section: untouched
    report.write(plan)
    written = path.read_bytes()
    inserted = len(written) - len(content)
    assert plan.added == ("e3-act",)
    start = next((n for n, (one, other) in enumerate(zip(content, written, strict=False)) if one != other), len(content))
    assert content[start:] == written[start + inserted :], "one insertion and nothing else"
    assert report.plan(path, [SALE]).diff() == ""
