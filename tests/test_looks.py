"""How the digest looks: in mail programs (caniemail), as HTML (html-validate), to a screen reader (axe-core in Chromium), and to people.

The screenshots land in tests/looks/shots: light, dark, narrow as a phone, without images.
"""

from __future__ import annotations

import base64
import html as markup
import json
import shutil
import struct
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.digest.trend import trend
from monitor.model import Colours, Digest, Status
from monitor.picture import draw, height
from monitor.render import Renderer, standalone
from tests.conftest import ROOT, need
from tests.weeks import ACT, EDITION, END, EVIL_TITLES, LM, START, TYPES, composed, development, looked, replace, week

RENDERER = Renderer(ROOT / "templates")
LOOKS = ROOT / "tests" / "looks"
SHOTS = LOOKS / "shots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
COUNTS = [0, 1, 40, 300]
KINDS = ("approval", "acquisition", "trial_readout", "regulatory_rejection", "acquisition")
# What some program lacks, and why the digest stands without it.
FINE_WITHOUT = {
    "aria-label attribute": "then a screen reader says the host only, after the line it belongs to",
    "@media": "then it is light, and as wide as on a desk",
    "<style> element": "every style stands on its element too; only dark mode is lost",
    "color-scheme meta tag": "then the program darkens by itself or not at all",
    "display:none": "the preheader is shown, which is a true sentence",
    "max-height property": "another way to hide the preheader",
    "overflow": "another way to hide the preheader",
    "overflow-wrap": "a long word makes the page wider",
    "role attribute": "a screen reader announces tables of layout",
    "<body> element": "the outer table has the same ground",
}

NEEDED_IN_MAIL = {
    "no-inline-style": "some programs drop every style sheet",
    "no-deprecated-attr": "Outlook reads align, valign and width, and no style in their place",
    "no-conditional-comment": "by which Outlook gets a width",
}


def recent(market: str, count: int) -> list:  # type: ignore[type-arg]
    day = END.date()
    return [
        development(f"r{n}", type=KINDS[n % 5], event_date=day - timedelta(days=n * n % 84 + 1), status=Status.ACCEPTED, market=market)
        for n in range(count)
    ]


def digest_of(count: int) -> Digest:
    present = [development(f"p{n}", status=Status.BASELINE, first_seen=START) for n in range(4)]
    return composed(
        week(count),
        edition=replace(EDITION, intro="The desk is closed on Thursday."),
        present={ACT.id: present},
        recent={ACT.id: recent(ACT.id, 40), LM.id: recent(LM.id, 20)} if count else {},
        coverage=[looked(f"source-{n}", detail=EVIL_TITLES[n % 12]) for n in range(min(count, 40))],
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """The page of each week, with its picture inside."""
    folder, found = tmp_path_factory.mktemp("pages"), {}
    for count in COUNTS:
        digest = digest_of(count)
        found[count] = folder / f"{count}.html"
        page = standalone(RENDERER.digest_html(digest, health=True), RENDERER.digest_picture(digest, health=True))
        found[count].write_text(page, encoding="utf-8")
    return found


def chromium(*arguments: str) -> str:
    """What headless Chromium answers."""
    need(CHROMIUM is not None, "needs Chromium: apt-get install chromium")
    assert CHROMIUM
    ran = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", *arguments],
        capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    return ran.stdout


def package(name: str) -> Path:
    found = LOOKS / "node_modules" / name
    need(found.is_dir(), f"needs {name}: npm install --prefix tests/looks")
    return found


# ---- mail programs and screen readers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", COUNTS)
def test_no_mail_program_lacks_what_the_page_cannot_do_without(count: int, pages: dict[int, Path]) -> None:
    package("caniemail")
    need(shutil.which("node") is not None, "needs Node 20.19 or later: apt-get install nodejs npm")
    ran = subprocess.run(["node", "clients.mjs", str(pages[count])], cwd=LOOKS, capture_output=True, text=True, timeout=100, check=True)
    lacking = json.loads(ran.stdout)
    assert lacking, "caniemail finds something in every page: it was not read"
    assert {feature: programs for feature, programs in lacking.items() if feature not in FINE_WITHOUT} == {}


@pytest.mark.parametrize("count", COUNTS)
def test_the_page_is_valid_html_but_for_what_mail_programs_need(count: int, pages: dict[int, Path], tmp_path: Path) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"root": True, "extends": ["html-validate:recommended"], "rules": dict.fromkeys(NEEDED_IN_MAIL, "off")}))
    validate = package("html-validate") / "bin" / "html-validate.mjs"
    ran = subprocess.run(
        ["node", str(validate), "--config", str(rules), "--formatter", "json", str(pages[count])],
        cwd=LOOKS, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    found = [(one["ruleId"], one["line"], one["message"]) for page in json.loads(ran.stdout) for one in page["messages"]]
    assert found == []
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("count", COUNTS)
def test_links_that_lead_elsewhere_are_called_otherwise(count: int) -> None:
    page = RENDERER.digest_html(digest_of(count), health=True, act=lambda verb, one: f"https://monitor.example.org/{verb}/{one.id}")
    leads: dict[str, set[str]] = {}
    for link in LexborHTMLParser(page).css("a"):
        name, where = link.attributes.get("aria-label") or link.text(), link.attributes["href"] or ""
        assert name.startswith(link.text())  # who speaks to the machine says what is seen
        leads.setdefault(name, set()).add(where)
    assert bool(leads) is bool(count)
    assert {name: sorted(where) for name, where in leads.items() if len(where) > 1} == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("count", COUNTS)
def test_axe_finds_nothing_that_shuts_anybody_out(count: int, dark: bool, pages: dict[int, Path], tmp_path: Path) -> None:
    axe = (package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    run = (
        "axe.run({runOnly: ['wcag2a','wcag2aa','wcag21aa','best-practice'], rules: {region: {enabled: false}, 'landmark-one-main': "
        "{enabled: false}}}).then(r => { const p = document.createElement('pre'); p.id = 'axe'; p.textContent = btoa(unescape("
        "encodeURIComponent(JSON.stringify({passes: r.passes.length, violations: r.violations.map(v => [v.id, v.nodes.length, "
        "v.nodes[0].html.slice(0, 200)])})))); document.body.appendChild(p); });"
    )
    page = tmp_path / "page.html"  # a mail has no landmarks: the two rules about them are for whole sites
    page.write_text(pages[count].read_text(encoding="utf-8").replace("</body>", f"<script>{axe}</script><script>{run}</script></body>"))
    shown = chromium(
        f"--blink-settings=preferredColorScheme={0 if dark else 1}", "--virtual-time-budget=20000", "--dump-dom", page.as_uri()
    )
    told = json.loads(base64.b64decode(markup.unescape(shown.split('<pre id="axe">')[1].split("</pre>")[0])))
    assert told["passes"] > 10
    assert told["violations"] == []


WAYS = {
    "light": ("--blink-settings=preferredColorScheme=1",),
    "dark": ("--blink-settings=preferredColorScheme=0",),
    "images-off": ("--blink-settings=preferredColorScheme=1,imagesEnabled=false",),
    "narrow": ("--allow-file-access-from-files", "--blink-settings=preferredColorScheme=1"),
}


@pytest.mark.parametrize("way", WAYS)
def test_screenshots_are_kept_for_people(way: str, pages: dict[int, Path], tmp_path: Path) -> None:
    SHOTS.mkdir(exist_ok=True)
    for count in (1, 40):
        page, file = pages[count], SHOTS / f"{count}-{way}.png"
        tall, wide = (2400 if count == 1 else 9000), 640
        if way == "narrow":  # Chromium's own window is no narrower than 500
            frame = tmp_path / "frame.html"
            frame.write_text(f'<body style="margin:0"><iframe style="border:0" width="375" height="{tall}" src="{page.as_uri()}"></iframe>')
            page, wide = frame, 500
        chromium(*WAYS[way], f"--screenshot={file}", f"--window-size={wide},{tall}", page.as_uri())
        assert struct.unpack(">II", file.read_bytes()[16:24]) == (wide, tall)


# ---- the picture -------------------------------------------------------------------------------------------------------


def test_the_picture_is_a_small_png_twice_as_large_as_shown_and_always_the_same() -> None:
    digest = digest_of(40)
    png = RENDERER.digest_picture(digest, health=True)
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (1104, 2 * height(2))
    assert len(png) < 40_000
    draw.cache_clear()
    assert RENDERER.digest_picture(digest, health=True) == png


@pytest.mark.parametrize("count", COUNTS)
def test_what_the_picture_shows_stands_in_a_table_of_page_and_text(count: int) -> None:
    digest = digest_of(count)
    html, text = RENDERER.digest_html(digest, health=False), RENDERER.digest_text(digest, health=False)
    shown = bool(RENDERER.digest_picture(digest, health=False))
    assert shown is ('src="cid:weeks"' in html) is ("The last twelve weeks" in text) is bool(count)
    assert html.count("<img") == html.count(" alt=") == int(shown)


def test_a_week_counts_what_happened_in_it_and_is_sure() -> None:
    last = END.date() - timedelta(days=1)
    told = [
        development("a", event_date=last, type="approval"),
        development("b", event_date=last - timedelta(days=6)),
        development("c", event_date=last - timedelta(days=7)),
        development("too old", event_date=last - timedelta(weeks=12)),
        development("month", event_date=last, date_precision="month"),
        development("mention", event_date=last, status=Status.MENTION),
        development("rejected", event_date=last, status=Status.REJECTED),
    ]
    found = trend(told, last, TYPES)
    assert (found.weeks[-1], len(found.weeks)) == (last - timedelta(days=6), 12)
    assert {kind: counts[-2:] for kind, counts in found.rows} == {"Approvals": (0, 1), "Deals": (1, 1)}


def test_many_markets_share_one_picture_of_the_busiest() -> None:
    markets = {f"m{n}": replace(ACT, id=f"m{n}", short=f"M{n}") for n in range(9)}
    busy = {f"m{n}": recent(f"m{n}", n) for n in range(9)}
    digest = composed(markets=markets, edition=replace(EDITION, markets=tuple(markets)), recent=busy)
    assert [section.short for section in digest.sections if section.trend] == ["M5", "M6", "M7", "M8"]


# ---- slots of feeds.yaml -----------------------------------------------------------------------------------------------


def test_an_edition_has_its_own_intro_and_colours() -> None:
    edition = replace(EDITION, intro="The desk is <closed>.", colours=Colours("#7a1f3d", "#f0a0b8"))
    html = RENDERER.digest_html(composed(edition=edition), health=False)
    assert "The desk is &lt;closed&gt;." in html
    assert html.count("#7a1f3d") > 5
    assert "#f0a0b8" in html
    assert Colours().accent not in html
