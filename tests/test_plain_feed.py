"""The quick reader claims only what it reads exactly as feedparser does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.demo import DEMO_NOW
from monitor.demo.feeds import write
from monitor.demo.outlets import OUTLETS, published
from monitor.sources import Document, feed, plain_feed

CASES = Path(__file__).parent / "feeds" / "cases"
SHARED = Path(__file__).parents[2] / "shared" / "data" / "feeds"
URL = "https://news.example.org/dir/feed.xml"


def quick(body: bytes) -> Document | None:
    """The document as the quick reader has it, or None when it leaves it to feedparser."""
    return feed.read(body, URL, "s") if plain_feed.items(body, URL) is not None else None


def feeds(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".json", ".py", ".html"})


@pytest.mark.parametrize("path", feeds(CASES) + feeds(SHARED), ids=lambda path: path.name)
def test_what_is_claimed_equals_what_feedparser_reads(path: Path) -> None:
    body = path.read_bytes()
    claimed = quick(body)
    assert claimed is None or claimed == feed.thorough(body, URL, "s")


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.name)
def test_the_feeds_of_the_demo_are_read_alike(outlet: object) -> None:
    body = write(outlet, published(outlet, DEMO_NOW))  # type: ignore[arg-type]
    claimed = quick(body)
    assert claimed is None or claimed == feed.thorough(body, URL, "s")


def test_most_plain_feeds_are_claimed(shared: Path) -> None:
    assert sum(quick(path.read_bytes()) is not None for path in feeds(shared / "data" / "feeds")) >= 90


# ---- variations ----------------------------------------------------------------------------------------------------------

NAMESPACES = (
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:odd="http://odd.example.org/ns" xmlns:georss="http://www.georss.org/georss"'
)
ODD_NAMESPACES = [
    'xmlns:dc="http://odd.example.org/dc"', 'xmlns:dc="http://search.yahoo.com/mrss/"', 'xmlns:x="http://purl.org/dc/elements/1.1/"',
]  # fmt: skip
RSS = (
    f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"{NAMESPACES} @root@><channel @channel@><title>T</title>@around@'
    "<item @item@>@parts@</item>@around@<item>@parts@</item></channel></rss>"
)
RDF = (
    f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"{NAMESPACES} @root@>'
    '<channel rdf:about="u" @channel@><title>T</title>@around@</channel>'
    '<item rdf:about="http://news.example.org/1" @item@>@parts@</item><item>@parts@</item></rdf:RDF>'
)
ATOM = (
    f'<feed xmlns="http://www.w3.org/2005/Atom"{NAMESPACES} @root@><title @channel@>T</title>@around@'
    "<entry @item@>@parts@</entry><entry>@parts@</entry></feed>"
)
VALUES = [
    "", " ", "Plain text", "A &amp; B", "&lt;b&gt;bold&lt;/b&gt; &amp;amp; more", "<![CDATA[<p>One</p><p>Two</p>]]>",
    "Geb\u00c3\u00bchr \u0092s", "https://news.example.org/1", "/relative?a=1&amp;b=2", "two words", "urn:x:1", "2026-05-04", "soon",
    "me@example.org (Me)", "Jane Doe", "<b>child</b>", "x<!-- c -->y", "<![CDATA[a]]>b", "http://a.example.org/?q=&amp;copy;=1",
    "\u2028z\u00a0", "true", "a;b?c#d",
]  # fmt: skip
DATES = ["Mon, 04 May 2026 06:00:00 EDT", "2026-05-04T06:00:00+02:00", "4 May 26 06:00 +0100", "2026-05-04"]
DATED = {"pubDate", "updated", "published", "dc:date"}
WORDS = (
    "title link description guid pubDate category id summary content updated published content:encoded dc:creator dc:date "
    "author comments source enclosure dc:title dc:identifier dc:language "
    "dc:description dc:subject dc:publisher media:content media:thumbnail media:title media:description media:group "
    "atom:link atom:updated slash:comments itunes:author itunes:summary itunes:duration dcterms:modified odd:thing odd:title georss:point "
    "image textInput language copyright ttl docs cloud skipDays items date rights contributor name "
    "uri email subtitle icon logo generator webMaster managingEditor lastBuildDate issued modified created body tags keywords url width "
    "fullitem abstract info expirationDate newLocation xyz authors links"
)
NAMES = WORDS.split()
ATTRIBUTES = [
    'isPermaLink="false"', 'isPermaLink="true"', 'href="/there"', 'rel="self"', 'rel="enclosure"', 'rel="ALTERNATE"', 'type="html"',
    'type="text/html"', 'type="xhtml"', 'type="text"', 'type="image/png"', 'xml:base="http://base.example.org/x/"', 'xml:lang="de"',
    'base="/b/"', 'lang="fr"', 'url="http://u.example.org/"', 'odd:a="b"', 'domain="d"', 'src="http://s.example.org/"', 'mode="escaped"',
    'rdf="x"', 'version="2.0"',
]  # fmt: skip


def element(chance: random.Random) -> str:
    name = chance.choice(NAMES[:14] if chance.random() < 0.6 else NAMES)
    attributes = " ".join(set(chance.choices(ATTRIBUTES, k=chance.choice([0] * 20 + [1, 1, 2]))))
    inner = chance.choice(DATES if name in DATED and chance.random() < 0.9 else VALUES) if chance.random() < 0.95 else element(chance)
    return f"<{name} {attributes}>{inner}</{name}>"


def variations(number: int) -> Iterator[bytes]:
    chance = random.Random(20260504)
    for _ in range(number):
        text = chance.choice([RSS, RDF, ATOM])
        while "@parts@" in text:
            text = text.replace("@parts@", "".join(element(chance) for _ in range(chance.randint(0, 5))), 1)
        while "@around@" in text:
            text = text.replace("@around@", element(chance) if chance.random() < 0.3 else "", 1)
        for place in ("@root@", "@channel@", "@item@"):
            text = text.replace(place, chance.choice(ATTRIBUTES) if chance.random() < 0.05 else "")
        if chance.random() < 0.05:
            text = text.replace('xmlns:dc="http://purl.org/dc/elements/1.1/"', chance.choice(ODD_NAMESPACES))
        yield text.encode()


def test_thousands_of_variations_are_read_alike_or_left_alone() -> None:
    claimed, different = 0, []
    for body in variations(6000):
        found = quick(body)
        if found is not None:
            claimed += 1
            if found != feed.thorough(body, URL, "s"):
                different.append(body)
    assert different == []
    assert claimed > 200
