"""Days and months as an edition's language writes them: in the subject, on the page, in the text and in the picture."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor import delivering
from monitor.digest import alerting
from monitor.digest.ahead import Ahead
from monitor.digest.dates import day_name, months, period_name
from monitor.model import Alerted, Confirmation, Development, Digest, Edition, Outcome, Precision, Urgency
from monitor.picture import draw
from monitor.render import Renderer
from tests.conftest import ROOT
from tests.newsroom import EDITION as WEEKLY
from tests.newsroom import MONDAY, newsroom
from tests.weeks import ACT, EDITION, END, MARKETS, START, TYPES, composed, development, looked

RENDERER = Renderer(ROOT / "templates")
ENGLISH = re.compile(r"\b(?:January|February|March|May|June|July|October|December|Mar|Oct|Dec)\b")  # as German does not write them


@pytest.mark.parametrize(
    ("language", "day", "month", "quarter"),
    [
        ("en", "5 May 2026", "May 2026", "Q2 2026"),
        ("en-us", "May 5, 2026", "May 2026", "Q2 2026"),
        ("de", "5. Mai 2026", "Mai 2026", "Q2 2026"),
        ("fr", "5 mai 2026", "mai 2026", "T2 2026"),
        ("pt-br", "5 de mai. de 2026", "maio de 2026", "T2 de 2026"),
        ("ja", "2026年5月5日", "2026年5月", "2026/Q2"),
    ],
)
def test_a_date_is_written_as_the_language_does_and_no_more_exact_than_it_is_known(
    language: str, day: str, month: str, quarter: str
) -> None:
    exact: tuple[Precision, ...] = ("day", "month", "quarter")
    assert [day_name(date(2026, 5, 5), precision, language) for precision in exact] == [day, month, quarter]


@pytest.mark.parametrize(
    ("language", "week", "across"),
    [
        ("en", "week 20–26 Apr 2026", "week 27 Apr–3 May 2026"),
        ("de", "week 20.–26. Apr. 2026", "week 27. Apr. – 3. Mai 2026"),
        ("fr", "week 20–26 avr. 2026", "week 27 avr. – 3 mai 2026"),
    ],
)
def test_a_period_is_written_as_the_language_does(language: str, week: str, across: str) -> None:
    monday = datetime(2026, 4, 20, 7, 0, tzinfo=UTC)
    weeks = [monday + timedelta(weeks=n) for n in range(3)]
    assert [period_name(start, end, language) for start, end in itertools.pairwise(weeks)] == [week, across]


def everywhere(language: str) -> Digest:
    """A digest with a date in every place that has one, all of them in months which English and German write differently."""
    day, later = date(2025, 10, 6), date(2026, 5, 8)
    corrected = development("corrected", event_date=day)
    told = development("told", product="yescarta", confirmed=Confirmation("confirmed", "register", date(2026, 3, 2)))
    present = [development("old", product="yescarta", event_date=date(2025, 12, 1), date_precision="month", first_seen=START)]
    ahead = [
        Ahead(ACT.id, "decision", later, later, later.isoformat(), "FDA decision on Yescarta", "a"),
        Ahead(ACT.id, "closing", date(2026, 5, 1), date(2026, 5, 31), "2026-05", "Closing: Kite buys Tiny", "b"),
        Ahead(ACT.id, "decision", date(2026, 3, 4), date(2026, 3, 4), "2026-03-04", "EMA decision on Yescarta", "c"),
    ]
    return composed(
        [replace(corrected, event_date=date(2025, 10, 9)), told],
        edition=replace(EDITION, language=language),
        shown={corrected.id: corrected},
        present={ACT.id: present},
        ahead={ACT.id: ahead},
        alerted={"told": Alerted(3, datetime(2026, 3, 9, 8, 0, tzinfo=UTC), told)},
        coverage=[replace(looked("fda", Outcome.BLOCKED), since=datetime(2025, 12, 8, tzinfo=UTC))],
    )


def without_lines(digest: Digest) -> Digest:
    """The digest without the lines of the report, which keep the report's own style."""
    sections = [
        replace(one, proposed=tuple(replace(item, development=replace(item.development, line_text="A line.")) for item in one.proposed))
        for one in digest.sections
    ]
    return replace(digest, sections=tuple(replace(one, present_lines=("A line.",) if one.present_lines else ()) for one in sections))


@pytest.mark.parametrize("health", [False, True])
def test_every_date_of_page_and_text_is_in_the_language_of_the_edition(health: bool) -> None:
    german = without_lines(everywhere("de"))
    text, page = RENDERER.digest_text(german, health=health), RENDERER.digest_html(german, health=health)
    said = " ".join(text.split())
    assert "20.–26. Apr. 2026" in german.subject
    for told in (
        "Issue 7 · week 20.–26. Apr. 2026",
        "date now 9. Okt. 2025 (was 6. Okt. 2025)",
        "Confirmed by register, 2. März 2026",
        "report's line of Dezember 2025",
        "Already sent in alert 3 of 9. März 2026",
        "8. Mai 2026 – FDA decision on Yescarta",
        "expected in Mai 2026",
        "was due by 4. März 2026",
        "8. Dez. 2025 01:00",
        "for 20. Apr. 2026 07:00 to 27. Apr. 2026 07:00 (Europe/Berlin)",
    ):
        assert told in said
    assert ENGLISH.findall(text) == ENGLISH.findall(page) == []
    english = RENDERER.digest_text(without_lines(everywhere("en")), health=health)
    assert {"October", "Oct", "May", "Mar", "Dec", "December"} & set(ENGLISH.findall(english)), "the search finds English months"


def test_the_line_to_paste_stays_in_the_style_of_the_report() -> None:
    lines = [item.development.line_text for section in everywhere("de").sections for item in section.proposed]
    assert lines == [item.development.line_text for section in everywhere("en").sections for item in section.proposed]
    assert "In April 2026, Kite agreed to acquire Told." in lines


def test_an_alert_writes_its_days_in_its_language_too() -> None:
    alert = Edition("at-once", (ACT.id,), (), "", "Europe/Berlin", alert=Urgency(), language="fr")
    found: tuple[Development, ...] = (development(),)
    told = alerting.compose(alert, 1, START, END + timedelta(days=8), found, markets=MARKETS, types=TYPES, present={})
    assert "5 mai 2026" in told.subject
    assert "known since 5 mai 2026 07:00" in told.summary[0]
    assert "20 avr. 2026 · acquisition" in RENDERER.digest_text(told, health=False)


def test_the_picture_names_its_months_where_its_font_can_and_writes_numbers_where_it_cannot() -> None:
    trends = tuple((section.short, section.trend) for section in composed(recent={ACT.id: [development()]}).sections if section.trend)
    english, spanish, german, japanese = (draw(trends, language) for language in ("en", "es", "de", "ja"))
    assert months("es")[3] == "abr"
    assert len({english, spanish, german}) == 3
    assert german == japanese, "both in numbers: the font has neither ä nor 月"


def test_an_edition_of_feeds_yaml_says_its_language_and_the_mail_follows(tmp_path: Path) -> None:
    with newsroom(tmp_path, editions=WEEKLY + "    language: de\n") as room:
        digest = room.issue(MONDAY)
        assert digest.subject.endswith("| week 27. Apr. – 3. Mai 2026")
        delivering.deliver(room.monitor)
        (page,) = (tmp_path / "digests").glob("*.html")
        assert "week 27. Apr. – 3. Mai 2026" in page.read_text(encoding="utf-8")
        (state,) = room.monitor.store.issues("weekly", 1)
        assert state.digest.language == "de"
