"""Places that publish news and no register: gov.uk, Google News, and the newsroom of a company that has no feed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from html import escape

from tests.internet import Asked, Endpoint, Reply, Row

ATOM, RSS, HTML = "application/atom+xml; charset=utf-8", "application/rss+xml; charset=utf-8", "text/html; charset=utf-8"
PAGE = 3  # items of a page of the newsroom


def news(slug: str, title: str, day: date, **more: object) -> Row:
    """An item."""
    return {"slug": slug, "title": title, "day": day, **more}


def own() -> list[Row]:
    """Newest first."""
    return [
        news("tcell-approved", "Regulator approves Aucatzyl for acute leukaemia", date(2026, 5, 1), publisher="The Cell Courier"),
        news("pact", "Acme & Orbit sign a pact - at last", date(2026, 4, 29), publisher="Deals - Weekly"),
        news("trial", "First patient treated in a trial of TIL therapy", date(2026, 4, 27), publisher="Oncology Post"),
        news("results", "Acme reports its first quarter", date(2026, 4, 20), publisher="Oncology Post"),
    ]


def gov_uk(rows: list[Row], asked: Asked) -> Reply:
    """gov.uk's Atom: `updated` is when a page was touched last, and stands behind # in the entry's id too."""
    told = "".join(
        f"<entry><id>https://www.gov.uk/government/news/{row['slug']}#{row['day']}T09:00:00+01:00</id>"
        f"<updated>{row['day']}T09:00:00+01:00</updated><title>{escape(row['title'])}</title>"
        f'<link rel="alternate" type="text/html" href="https://www.gov.uk/government/news/{row["slug"]}"/>'
        f'<summary type="html">{escape(row.get("summary", "What the agency did."))}</summary></entry>'
        for row in rows
        if asked.query.get("keywords", "").lower() in row["title"].lower()
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><feed xml:lang="en-GB" xmlns="http://www.w3.org/2005/Atom"><title>MHRA</title>'
    return Reply(f"{head}<id>https://www.gov.uk/</id><updated>2026-05-01T09:00:00+01:00</updated>{told}</feed>".encode(), ATOM)


def google(rows: list[Row], asked: Asked) -> Reply:
    """Google's search: the publisher behind the title, and whatever date Google gives it."""
    told = "".join(
        f"<item><title>{escape(row['title'])} - {escape(str(row['publisher']))}</title>"
        f'<link>https://news.google.com/rss/articles/CBMi{row["slug"]}?oc=5</link><guid isPermaLink="false">CBMi{row["slug"]}</guid>'
        f"<pubDate>{format_datetime(datetime.combine(row['day'], time(7), UTC), usegmt=True)}</pubDate>"
        f"<description>{escape('<a href=https://news.google.com/x>' + row['title'] + '</a>')}</description>"
        f'<source url="https://news.example">{escape(str(row["publisher"]))}</source></item>'
        for row in rows
        if "q" in asked.query
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><rss version="2.0"><channel><title>search</title>'
    return Reply(f"{head}<link>https://news.google.com</link><description>Google News</description>{told}</channel></rss>".encode(), RSS)


def newsroom(rows: list[Row], asked: Asked) -> Reply:
    """A page of the list, and a link to the next."""
    number = int(asked.query.get("page", "1"))
    shown = rows[(number - 1) * PAGE : number * PAGE]
    told = "".join(
        f'<li class="item"><span class="when">{row["day"]:%d %B %Y}</span><h3><a href="/newsroom/{row["slug"]}">{escape(row["title"])}</a>'
        f"</h3><script>track('{row['slug']}')</script></li>"
        for row in shown
    )
    more = f'<a class="next" href="/newsroom?page={number + 1}">Older</a>' if number * PAGE < len(rows) else ""
    return Reply(
        f'<!DOCTYPE html><html><head><title>News</title></head><body><ul class="news">{told}</ul>{more}</body></html>'.encode(), HTML
    )


def article(rows: list[Row], asked: Asked) -> Reply:
    """The page of an item."""
    row = next((row for row in rows if asked.path.endswith(f"/{row['slug']}")), None)
    if row is None:
        return Reply(b"<!DOCTYPE html><html><body>Gone</body></html>", HTML, 404)
    text = f"<p>{escape(row['title'])}, the company said on {row['day']:%d %B %Y}.</p><p>It tells more here, in a second paragraph.</p>"
    main = f'<nav><a href=/>Home</a></nav><header>Acme</header><main><div class="text">{text}</div></main><footer>Careers</footer>'
    return Reply(f"<!DOCTYPE html><html><head><title>x</title></head><body>{main}</body></html>".encode(), HTML)


def robots(rows: list[Row], asked: Asked) -> Reply:
    """What programs may read; no rows: there is no such file."""
    return Reply("\n".join(row["line"] for row in rows).encode(), "text/plain") if rows else Reply(b"", HTML, 404)


def endpoints() -> dict[str, Endpoint]:
    """The lists, the pages behind them, and what robots.txt says."""
    return {
        "mhra": Endpoint("/search/news-and-communications.atom", own(), gov_uk, keys=("slug",), dates=("day",)),
        "google_news": Endpoint("/rss/search", own(), google, keys=("slug",), dates=("day",)),
        "page": Endpoint("/newsroom", own(), newsroom, keys=("slug",), dates=("day",)),
        "article": Endpoint("/newsroom/*", own(), article),
        "robots": Endpoint("/robots.txt", [], robots),
    }
