"""Newsrooms without a feed, leads from Google News, and the second request for the text behind an entry."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor import explaining, following
from monitor.config import load_seeds, parse_config, shipped
from monitor.errors import ConfigError
from monitor.gazetteer import Seeds
from monitor.model import Entry, Outcome, Poll, Source, Status
from monitor.robots import Robots
from monitor.sources import Reader, article, filing, google_news
from monitor.store import Store
from tests.internet import Reply
from tests.internet.faults import later
from tests.internet.newsrooms import HTML, news
from tests.internet.outside import NOW, outside

URL = "https://acme.example/newsroom"
LIST = 'list: "li.item", title: h3, link: "h3 a", date: ".when", date_format: "%d %B %Y"'
PAGE = f'name: it, kind: page, url: "{URL}"'
COMPANY = 'name: it, kind: edgar_company, options: {cik: "882095"}'


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return load_seeds(shipped("seeds"))[0]


# ---- a newsroom without a feed -----------------------------------------------------------------------------------------


def test_a_newsroom_is_read_by_its_selectors(tmp_path: Path) -> None:
    with outside(tmp_path, f"{PAGE}, options: {{{LIST}}}") as here:
        first, second, _ = here.look().entries
        assert here.asked("/newsroom/") == []
    assert (first.title, first.link) == ("Regulator approves Aucatzyl for acute leukaemia", "https://acme.example/newsroom/tcell-approved")
    assert (first.published, first.identity) == (datetime(2026, 5, 1, tzinfo=UTC), first.link)
    assert second.title == "Acme & Orbit sign a pact - at last"


def test_the_next_page_is_read_only_when_the_admin_says_so(tmp_path: Path) -> None:
    with outside(tmp_path, f'{PAGE}, options: {{{LIST}, next: "a.next"}}') as here:
        assert len(here.look().entries) == 4
        assert here.asked("/newsroom") == ["/newsroom", "/newsroom?page=2"]


@pytest.mark.parametrize(
    ("said", "alarm"),
    [
        ("li.item=li.gone", "the selector of `list`, li.gone, matches nothing any more: the page has changed"),
        ("title: h3=title: h2", "the selector of `title`, h2, matches nothing any more: the page has changed"),
        ("h3 a=h4 a", "the selector of `link`, h4 a, matches nothing any more: the page has changed"),
        (".when=.then", "the selector of `date`, .then, matches nothing any more: the page has changed"),
        ("%d %B=%m %d", "none of its dates can be read as %m %d %Y; the first is '01 May 2026'"),
    ],
)
def test_a_selector_that_matches_nothing_is_an_alarm_and_not_an_empty_day(said: str, alarm: str, tmp_path: Path) -> None:
    with outside(tmp_path, f"{PAGE}, options: {{{LIST.replace(*said.split('='))}}}") as here:
        poll = here.look()
    assert (poll.outcome, poll.detail) == (Outcome.PARSE_ERROR, alarm)


def test_a_page_that_changes_after_it_was_read_well_raises_the_alarm(tmp_path: Path) -> None:
    with outside(tmp_path, f"{PAGE}, options: {{{LIST}}}") as here:
        assert here.look().outcome is Outcome.OK
        fresh = Reply(b"<!DOCTYPE html><html><body><div class=card>All new</div></body></html>", HTML)
        here.net["page"].fault = lambda talk, endpoint, usual: fresh.send(talk)
        assert here.look().outcome is Outcome.PARSE_ERROR
        here.net["page"].fault = None
        assert here.look().outcome is Outcome.NOT_MODIFIED


def test_what_robots_txt_forbids_is_not_asked_for(tmp_path: Path) -> None:
    with outside(tmp_path, f"{PAGE}, options: {{{LIST}}}") as here:
        here.net["robots"].rows = [{"line": "User-agent: *"}, {"line": "Disallow: /newsroom"}]
        poll = here.look()
        assert here.asked("/newsroom") == []
        here.look()
        assert len(here.asked("/robots.txt")) == 1, "it is remembered"
        here.now += timedelta(days=1)
        here.net["robots"].rows = []
        assert here.look().outcome is Outcome.OK, "for a day"
    assert (poll.outcome, poll.detail) == (Outcome.REFUSED, "robots.txt of acme.example asks programs not to read /newsroom")


def test_a_robots_txt_that_cannot_be_read_forbids_for_now(tmp_path: Path) -> None:
    with outside(tmp_path, f"{PAGE}, options: {{{LIST}}}") as here:
        here.net["robots"].fault = later("600")
        poll = here.look()
        assert (poll.outcome, here.asked("/newsroom")) == (Outcome.THROTTLED, [])
        assert "robots.txt could not be read" in poll.detail
        here.net["robots"].fault = None
        assert here.look().outcome is Outcome.OK


def test_rules_for_us_by_name_win() -> None:
    text = b"\xef\xbb\xbfUser-agent: MarketMonitor\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n"
    robots = Robots()
    assert robots.allow("https://a.example/news", NOW, lambda _: text)
    assert not robots.allow("https://a.example/private/x", NOW, lambda _: text)


@pytest.mark.parametrize(
    ("options", "place", "words"),
    [
        ('{list: "li["}', "3:68", 'li[ is no CSS selector (CSS selector of one item of the list): write it like ul.news > li'),
        ('{list: li, next: "xpath://a"}', "3:78", "xpath://a is no CSS selector"),
        ("{list: li, date: i, date_format: day}", "3:94", 'in the codes of strptime): write it like "%d %B %Y"'),
        ("{title: h3}", "3:61", "list is missing: add `list: ul.news > li`"),
    ],
)  # fmt: skip
def test_a_selector_that_is_none_is_named_with_its_place(options: str, place: str, words: str, seeds: Seeds) -> None:
    text = f"contact: a@example.org\nsources:\n  - {{name: it, kind: page, url: https://a.example, options: {options}}}\neditions: []\n"
    with pytest.raises(ConfigError) as wrong:
        parse_config(text, "feeds.yaml", seeds)
    (problem,) = [one for one in wrong.value.problems if "editions" not in one.key]
    assert f"{problem.line}:{problem.column}" == place
    assert words in problem.message


# ---- leads from Google News --------------------------------------------------------------------------------------------

LEADS = "name: leads, kind: google_news, options: {query: 'CAR-T site:a.example'}"


def test_a_lead_is_a_title_without_its_publisher_and_without_a_date(tmp_path: Path) -> None:
    with outside(tmp_path, LEADS) as here:
        entries = {entry.title: entry for entry in here.look("leads").entries}
        (asked,) = here.asked("/rss/search")
    assert parse_qs(urlsplit(asked).query) == {"q": ["CAR-T site:a.example when:7d"], "hl": ["en-US"], "gl": ["US"], "ceid": ["US:en"]}
    assert entries["Regulator approves Aucatzyl for acute leukaemia"].authors == ("The Cell Courier",)
    assert entries["Acme & Orbit sign a pact - at last"].authors == ("Deals - Weekly",)
    assert {(entry.published, entry.lead) for entry in entries.values()} == {(None, "")}


def test_what_google_dates_anew_under_another_id_is_no_second_lead(tmp_path: Path) -> None:
    with outside(tmp_path, LEADS) as here:
        here.look("leads")
        here.now += timedelta(days=9)
        here.net["google_news"].rows = [row | {"day": date(2026, 5, 12), "slug": row["slug"] + "2"} for row in here.net["google_news"].rows]
        here.look("leads")
        assert len(here.stored()) == 4
        assert {one.effective() for one in here.stored()} == {NOW}


def test_a_lead_joins_the_release_that_a_wire_has_and_leads_nothing(tmp_path: Path) -> None:
    title = "FDA approves Aucatzyl for adults with relapsed acute lymphoblastic leukemia"
    wire = "name: wire, url: 'https://wire.example/rss/wire', tier: 1"
    with outside(tmp_path, LEADS, wire, now=NOW - timedelta(days=3)) as here:
        here.net.endpoints["wire"] = dataclasses.replace(here.net["google_news"], path="/rss/wire", rows=[])
        here.net["google_news"].rows = []
        for name in ("leads", "wire"):
            here.look(name)
        here.now = NOW
        feed = f"<rss version='2.0'><channel><title>w</title><item><title>{title}</title><guid>w1</guid><link>https://wire.example/1</link>"
        body = f"{feed}<pubDate>Mon, 04 May 2026 03:00:00 GMT</pubDate></item></channel></rss>".encode()
        here.net["wire"].fault = lambda talk, endpoint, usual: Reply(body, "application/rss+xml").send(talk)
        here.net["google_news"].rows = [news("x", title, date(2026, 1, 1), publisher="The Cell Courier")]
        for name in ("leads", "wire"):
            here.look(name)
        (line,) = here.monitor.store.developments("adoptive-cell-therapy", statuses=(Status.PROPOSED,))
    assert (line.source_name, line.n_sources) == ("wire", 2)


def test_a_lead_is_never_trusted_more_than_an_aggregator(seeds: Seeds) -> None:
    text = "contact: a@example.org\nsources:\n  - {{{}, tier: {}}}\n"
    (source,) = parse_config(text.format(LEADS, 4), "feeds.yaml", seeds).sources
    assert source.tier == 4
    (source,) = parse_config(text.format(LEADS, 4).replace(", tier: 4", ""), "feeds.yaml", seeds).sources
    assert source.tier == 3
    with pytest.raises(ConfigError, match="tier: 2 is too much trust in google_news, which only leads to what others publish: write 3"):
        parse_config(text.format(LEADS, 2), "feeds.yaml", seeds)
    with pytest.raises(ConfigError, match="fetch_body: entries of google_news lead to no text that can be read: remove it"):
        parse_config(text.format(LEADS, 3).replace("tier: 3", "fetch_body: true"), "feeds.yaml", seeds)


def test_a_title_without_a_publisher_stays_whole() -> None:
    body = b"<rss version='2.0'><channel><title>s</title><item><title>Plain words</title><guid>1</guid></item></channel></rss>"
    (lead,) = google_news.read(body, URL, "it").entries
    assert (lead.title, lead.authors) == ("Plain words", ())


# ---- the text behind an entry ------------------------------------------------------------------------------------------

WITH_TEXT = f'{PAGE}, options: {{{LIST}, body: "div.text"}}'


def test_the_text_on_an_items_own_page_is_fetched_once(tmp_path: Path) -> None:
    with outside(tmp_path, WITH_TEXT) as here:
        here.look()
        before = here.entry("Aucatzyl")
        here.look()
        assert len(here.asked("/newsroom/tcell-approved")) == 1
        (stored,) = [one for one in here.stored() if one.entry == before]
    assert before.body.splitlines()[1] == "It tells more here, in a second paragraph."
    assert stored.revision == 1


def test_a_feed_brings_texts_when_it_is_told_to_and_only_to_entries_without_one(tmp_path: Path) -> None:
    with outside(tmp_path, "name: it, url: 'https://acme.example/rss', fetch_body: true") as here:
        items = (
            "<item><title>One</title><guid>1</guid><link>https://acme.example/newsroom/pact</link></item>"
            "<item><title>Two</title><guid>2</guid><link>https://acme.example/newsroom/trial</link><description>Short.</description>"
            "<content:encoded>All of it, in many words.</content:encoded></item>"
        )
        body = f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{items}</channel></rss>'.encode()
        here.net.web.scripts["/rss"] = lambda talk: Reply(body, "application/rss+xml").send(talk)
        here.look()
        assert here.entry("One").body.startswith("Acme & Orbit sign a pact - at last, the company said")
        assert here.asked("/newsroom/trial") == []


def test_a_filings_text_takes_two_requests_and_one_without_a_release_says_so(tmp_path: Path) -> None:
    with outside(tmp_path, COMPANY) as here:
        here.net["edgar_documents"].rows[0] |= {"exhibit": "EX-10.1"}
        here.look()
        assert here.entry("entry into a material").body_missing == "body not fetched: the filing has no exhibit 99.1"
        assert here.entry("other events").body
        assert len(here.asked("/Archives/")) == 7  # four indexes, three releases


def test_an_entry_survives_without_its_text_and_gets_it_later(tmp_path: Path) -> None:
    with outside(tmp_path, WITH_TEXT) as here:
        here.net["article"].fault = later(None)
        poll = here.look()
        assert (poll.outcome, len(here.stored())) == (Outcome.OK, 3)
        waiting = here.entry("Aucatzyl")
        assert waiting.body_missing == "body not fetched: asked us to come back later (429)"
        assert len(here.asked("/newsroom/")) == 1, "a host that wants peace is not asked again in this look"
        number = here.stored()[0].id
        assert waiting.body_missing in explaining.as_text(explaining.stored(here.monitor, f"{number}"))
        here.net["article"].fault = None
        here.now += timedelta(hours=1)
        here.look()
        got = here.entry("Aucatzyl")
        assert (bool(got.body), got.body_missing, got.body_until, got.content_hash) == (True, "", None, waiting.content_hash)
        assert {one.revision for one in here.stored()} == {1}
        assert here.monitor.store.unassessed(10) == (), "it was decided about anew, with its text"


def test_it_is_tried_for_three_days(tmp_path: Path) -> None:
    with outside(tmp_path, WITH_TEXT) as here:
        here.net["article"].fault = later(None)
        here.look()
        here.now += timedelta(days=2)
        here.look()
        here.now += timedelta(days=2)
        here.look()
        assert len(here.asked("/newsroom/")) == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Reply(b"no", HTML, 403), "the publisher forbids it (403)"),
        (Reply(b"no", HTML, 404), "there is nothing at this address any more (404)"),
        (Reply(b"%PDF-1.7 ...", "application/pdf"), "a PDF, which is not read"),
        (Reply(b"<!DOCTYPE html><html><body><p>Hm.</p></body></html>", HTML), "the selector of `body`, div.text, matches nothing"),
    ],
)
def test_what_will_not_get_better_is_remembered_and_not_tried_again(answer: Reply, why: str, tmp_path: Path) -> None:
    with outside(tmp_path, WITH_TEXT) as here:
        here.net["article"].fault = lambda talk, endpoint, usual: answer.send(talk)
        here.look()
        asked = len(here.asked("/newsroom/"))
        here.now += timedelta(hours=1)
        poll = here.look()
        assert here.entry("Aucatzyl").body_missing == f"body not fetched: {why}"
        assert len(here.asked("/newsroom/")) == asked
        assert asked == (1 if answer.status == 403 else 3), "after a wall nothing else of that host is asked for"
        assert poll.outcome is Outcome.NOT_MODIFIED, "nothing waits, so that the next look is conditional"


def test_a_look_fetches_ten_texts_and_the_next_one_the_rest(tmp_path: Path) -> None:
    with outside(tmp_path, f'{PAGE}, options: {{{LIST}, body: "div.text", next: "a.next"}}') as here:
        rows = [news(f"n{n}", f"News number {n}", date(2026, 5, 1)) for n in range(14)]
        here.net["page"].rows = here.net["article"].rows = rows
        here.look()
        assert len(here.asked("/newsroom/n")) == following.MOST == 10
        assert sum(one.entry.body_missing == "body not fetched: waits for the next look" for one in here.stored()) == 4
        here.look()
        assert all(one.entry.body for one in here.stored())


def test_old_news_keep_their_text_to_themselves(tmp_path: Path) -> None:
    with outside(tmp_path, WITH_TEXT) as here:
        here.net["page"].rows[1] |= {"day": date(2026, 1, 2)}
        here.look()
        assert here.asked("/newsroom/pact") == []
        assert here.entry("pact").body_missing == "body not fetched: published more than 14 days before it was first seen"


def test_robots_txt_counts_for_articles_too(tmp_path: Path) -> None:
    with outside(tmp_path, WITH_TEXT) as here:
        here.net["robots"].rows = [{"line": "User-agent: *"}, {"line": "Disallow: /newsroom/"}]
        assert here.look().outcome is Outcome.OK
        assert here.asked("/newsroom/") == []
        assert "robots.txt of acme.example asks programs not to read /newsroom/" in here.entry("Aucatzyl").body_missing


def test_an_edited_entry_gets_its_text_anew(tmp_path: Path) -> None:
    with outside(tmp_path, WITH_TEXT) as here:
        here.look()
        here.net["page"].rows[0] |= {"title": "Regulator approves Aucatzyl in leukaemia"}
        here.look()
        (edited,) = [one for one in here.stored() if one.revision == 2]
        assert edited.entry.body
        assert len(here.asked("/newsroom/tcell-approved")) == 2


def test_a_secret_is_not_shown_to_another_host() -> None:
    source = Source("it", "https://feeds.example/rss", auth="TOKEN")
    assert following._plain(source, "https://feeds.example/a").auth == "TOKEN"
    assert following._plain(source, "https://elsewhere.example/a").auth is None
    assert following._plain(source, "http://feeds.example/a").auth is None


# ---- the readers of texts ----------------------------------------------------------------------------------------------


def test_an_article_is_what_stands_in_the_middle_of_a_page() -> None:
    text = "Acme said today that its cell therapy did what it should, and that the regulator has taken up its application."
    body = f"<html><body><nav>Home</nav><div role=dialog>Cookies</div><article><h1>T</h1><p>{text}</p><aside>More</aside></article></body>"
    (found,) = article.read(body.encode(), URL, "it").entries
    assert found.body == f"T\n{text}"


def test_an_exhibit_of_plain_text_is_a_text_too() -> None:
    body = b"<PRE>\nEXHIBIT 99.1\n\nAcme &amp; Orbit said today that they will work together on a therapy made of cells.\n</PRE>"
    (found,) = article.read(body, URL, "it").entries
    assert "Acme & Orbit said today" in found.body


@pytest.mark.parametrize("body", [b"", b"\0\0\0", b"%PDF-1.4", b"<html></html>"])
def test_a_page_without_a_text_is_told(body: bytes) -> None:
    assert article.read(body, URL, "it").outcome is Outcome.PARSE_ERROR


def test_a_page_that_would_take_its_reader_for_ever_is_given_up() -> None:
    reader = Reader(workers=1, seconds=1)
    found = reader.read("article", b"<div>" * 200_000, Source("it", URL), URL)
    reader.close()
    assert (found.outcome, found.detail) == (Outcome.PARSE_ERROR, "reading it takes longer than 1 seconds")


def test_an_index_of_something_else_is_told() -> None:
    assert filing.read(b"<html><table><tr><td>1</td></tr></table></html>", URL, "it").outcome is Outcome.PARSE_ERROR


# ---- the store ---------------------------------------------------------------------------------------------------------


def test_the_store_knows_whose_text_is_to_be_fetched(store: Store) -> None:
    store.sync_sources([Source("it", URL)], NOW)

    def entry(name: str, digest: str = "1", **more: object) -> Entry:
        return Entry("it", name, name, link=f"{URL}/{name}", content_hash=digest, **more)  # type: ignore[arg-type]

    def look(*entries: Entry, followed: frozenset[str] = frozenset()) -> None:
        store.record_polls([Poll("it", Outcome.OK, NOW, NOW, NOW, entries=entries, followed=followed)])

    until = NOW + timedelta(days=3)
    look(entry("done", body="text"), entry("waits", body_missing="why", body_until=until), entry("over", body_missing="why"))
    asked = [entry("done"), entry("waits"), entry("over"), entry("new"), entry("done2")]
    assert store.without_text("it", asked, NOW) == {"waits": until, "new": None, "done2": None}
    assert store.without_text("it", [entry("done", "2"), entry("waits")], until) == {"done": None}
    look(entry("waits", body="text"), entry("done"), followed=frozenset({"waits"}))
    kept = {one.entry.identity: one.entry for one in store.unassessed(10)}
    assert (kept["waits"].body, kept["waits"].body_missing, kept["waits"].body_until) == ("text", "", None)
    assert (kept["done"].body, kept["over"].body_missing) == ("text", "why")
