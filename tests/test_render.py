"""The digest as a page and as text: the same content, nothing of a source ever markup, small enough for every mail program."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import RenderError
from monitor.model import Digest, Reason, Status
from monitor.render import Renderer
from monitor.sinks import mail
from tests.conftest import ROOT
from tests.weeks import ACT, EVIL_TITLES, START, composed, delivery, development, issue, looked, week

TEMPLATES = ROOT / "templates"
RENDERER = Renderer(TEMPLATES)
COUNTS = [0, 1, 40, 300]


def digest_of(count: int) -> Digest:
    present = [development(f"p{n}", status=Status.BASELINE, first_seen=START) for n in range(4)]
    return composed(
        week(count), present={ACT.id: present}, coverage=[looked(f"source-{n}", detail=EVIL_TITLES[n % 12]) for n in range(count)]
    )


class Page(HTMLParser):
    """Tags, links and visible words of a page; a link's words are replaced by where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._hidden: list[str] = []
        self._link: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        if tag in {"style", "title"} or "display:none" in (values.get("style") or ""):
            self._hidden.append(tag)
        if tag == "a":
            self._link = values["href"]
            assert self._link
            self.links.append((self._link, ""))
            self.words.append(self._link)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and self._hidden[-1] == tag:
            self._hidden.pop()
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._link is not None:
            self.links[-1] = (self._link, data)
        elif not self._hidden:
            self.words += data.split()


def content(words: list[str]) -> str:
    """The words without what only one of the two forms has: bullets, rules, separators of a table, line ends inside a long word."""
    return "".join(word for word in words if word not in {"*", "-", "|", ">", "·"} and not re.fullmatch(r"[=-]{3,}", word))


@pytest.mark.parametrize("health", [False, True])
@pytest.mark.parametrize("count", COUNTS)
def test_page_and_text_say_the_same_in_the_same_order(count: int, health: bool) -> None:
    digest = digest_of(count)
    page = Page(RENDERER.digest_html(digest, health=health))
    assert content(RENDERER.digest_text(digest, health=health).split()) == content(page.words)


@pytest.mark.parametrize("health", [False, True])
@pytest.mark.parametrize("count", COUNTS)
def test_no_mail_program_clips_the_page(count: int, health: bool) -> None:
    html = RENDERER.digest_html(digest_of(count), health=health)
    assert len(html.encode()) < 90_000
    message = mail.build(issue(digest_of(count)), delivery(), sender="monitor@example.org", html=html, text="")
    assert len(message) < 102_000, "some count what is encoded"


def test_a_digest_too_long_degrades_to_the_top_and_the_table() -> None:
    markets = {f"m{n}": replace(ACT, id=f"m{n}", short=f"M{n}") for n in range(12)}
    from tests.weeks import EDITION

    changed = [replace(one, market=f"m{n % 12}", source_url="https://www.example.org/" + "x" * 1500) for n, one in enumerate(week(300))]
    digest = composed(changed, markets=markets, edition=replace(EDITION, markets=tuple(markets)))
    html, text = RENDERER.digest_html(digest, health=True), RENDERER.digest_text(digest, health=True)
    assert len(html.encode()) < 90_000
    assert content(text.split()) == content(Page(html).words)
    assert text.count("more in the table") >= 12
    assert all(f"M{n} ·" in text for n in range(12))


@pytest.mark.parametrize("count", COUNTS)
def test_lines_of_text_are_at_most_78_characters_unless_a_link_is_longer(count: int) -> None:
    for line in RENDERER.digest_text(digest_of(count), health=True).splitlines():
        assert len(line) <= 78 or re.fullmatch(r" *https?://\S+", line), line


@pytest.mark.parametrize("count", COUNTS)
def test_every_link_says_where_it_leads_and_stands_in_the_text(count: int) -> None:
    digest = digest_of(count)
    text = RENDERER.digest_text(digest, health=False)
    for href, words in Page(RENDERER.digest_html(digest, health=False)).links:
        assert words == urlsplit(href).netloc
        assert href in text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://a@evil.example/", "https:///x", "http://[", "https://e.example/<b>", "//e", " https://e.example"]
)
def test_an_address_unfit_to_follow_is_no_link(url: str) -> None:
    digest = composed([development(source_url=url)])
    assert Page(RENDERER.digest_html(digest, health=False)).links == []


def test_a_tag_in_any_field_of_a_source_stays_text() -> None:
    plain = composed([development("a"), development("b", status=Status.REVIEW), development("c", status=Status.MENTION)])
    fields = (
        "headline",
        "line_text",
        "product",
        "modality",
        "indication",
        "agency",
        "country",
        "source_name",
        "conflict_note",
        "evidence",
        "type",
    )
    evil = {name: f"<b>{name}</b>\"'><script>x</script>" for name in fields}
    items = [
        development(name, status=status, players=(("kite", "<b>Kite</b>", "x"),), why=(Reason("<b>why</b>"),), **evil)
        for name, status in (("a", Status.PROPOSED), ("b", Status.REVIEW), ("c", Status.MENTION))
    ]
    digest = composed(items, coverage=[looked("<b>source</b>", detail="<b>detail</b>")])
    html = RENDERER.digest_html(digest, health=True)
    assert "<b>" not in html
    assert "<script" not in html
    for name in (*fields, "source", "detail", "why"):
        assert f"&lt;b&gt;{name}&lt;/b&gt;".replace("_", " ") in html.replace("_", " "), name
    assert "<b>" not in RENDERER.digest_html(plain, health=True)


def test_layout_tables_are_marked_and_headings_are_in_order() -> None:
    html = RENDERER.digest_html(digest_of(40), health=True)
    page = Page(html)
    tables = [values.get("role") for tag, values in page.tags if tag == "table"]
    assert tables.count("presentation") == len(tables) - 1, "only the table of sources is data"
    assert all(values.get("scope") == "col" for tag, values in page.tags if tag == "th")
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert page.tags[0] == ("html", {"lang": "en"})
    assert "<title>[Markets]" in html


def test_nothing_is_loaded_from_anywhere_and_dark_mode_is_asked_for() -> None:
    html = RENDERER.digest_html(digest_of(40), health=True)
    page = Page(html)
    assert not {tag for tag, _ in page.tags} & {"img", "link", "script", "form", "svg", "video", "iframe", "object", "base"}
    assert not {name for _, values in page.tags for name in values} & {"src", "background", "srcset", "onclick"}
    styles = " ".join(values.get("style") or "" for _, values in page.tags) + html.split("<style", 1)[1].split("</style>")[0]
    assert not re.search(r"url\(|@import|position:|flex|grid|#000\b|#fff\b|#ffffff|#000000", styles)
    assert html.count("<style") == 1
    assert "@media (prefers-color-scheme: dark)" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert '<meta name="supported-color-schemes" content="light dark">' in html


def test_the_first_words_of_the_page_are_the_preheader_and_filler_follows() -> None:
    digest = digest_of(1)
    body = RENDERER.digest_html(digest, health=False).split("<body", 1)[1].split(">", 2)[2]
    assert body.startswith(digest.preheader)
    assert body[len(digest.preheader) :].count("\u034f") == 40


def test_only_health_groups_see_the_details_of_the_sources() -> None:
    digest = composed()
    assert "law firm alert 12" in RENDERER.digest_text(digest, health=True)
    assert "law firm alert" not in RENDERER.digest_text(digest, health=False)
    assert "fda-press: blocked since 20 Apr 2026 07:00" in RENDERER.digest_text(digest, health=False)


def test_a_proposed_line_comes_with_the_commands_that_decide_about_it() -> None:
    text = RENDERER.digest_text(composed([development()]), health=False)
    assert "  monitor accept kelonia-act\n  monitor edit kelonia-act\n  monitor reject kelonia-act\n" in text
    assert "  > In April 2026, Kite agreed to acquire Kelonia." in text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400) | st.text(st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Lo")), max_size=80))
def test_whatever_a_source_writes_page_and_text_stay_equal_and_clean(text: str) -> None:
    digest = composed([development(headline=text, line_text=f"In April 2026, {text}.", evidence=text, indication=text, source_name=text)])
    html, plain = RENDERER.digest_html(digest, health=True), RENDERER.digest_text(digest, health=True)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html + plain)
    assert max(map(len, plain.splitlines())) <= 78


# ---- templates -------------------------------------------------------------------------------------------------------


def write(folder: Path, name: str, text: str) -> Renderer:
    (folder / name).write_text(text)
    return Renderer(folder)


def test_a_missing_name_is_an_error_that_names_template_and_name(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"template note\.html: 'colour' is undefined"):
        write(tmp_path, "note.html", "<p>{{ colour }}</p>").render("note.html", color="red")


def test_a_template_that_cannot_be_parsed_is_refused_at_once_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"template note\.txt, line 2"):
        write(tmp_path, "note.txt", "one\n{% if %}\n")


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"digest\.html is missing"):
        Renderer(tmp_path).digest_html(composed(), health=False)


def test_html_templates_escape_and_text_templates_do_not(tmp_path: Path) -> None:
    write(tmp_path, "a.html", "{{ x }}")
    renderer = write(tmp_path, "a.txt", "{{ x }}")
    assert (renderer.render("a.html", x="<b>"), renderer.render("a.txt", x="<b>")) == ("&lt;b&gt;", "<b>")


def test_no_template_switches_escaping_off() -> None:
    for path in TEMPLATES.glob("*.html"):
        assert not re.search(r"\|\s*safe|autoescape|Markup", path.read_text()), path
