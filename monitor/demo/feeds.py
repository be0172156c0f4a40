"""Writes an outlet's items as the feed it serves: RSS 2.0, RSS 1.0, Atom or JSON Feed, each with the habits real ones have."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape

from monitor.demo.outlets import Item, Outlet

CONTENT_TYPES = {
    "rss2": "application/rss+xml",
    "rss1": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
BERLIN_WINTER = timezone(timedelta(hours=1))  # the twelve weeks lie between two changes of the clock
NEW_YORK_WINTER = timezone(timedelta(hours=-5))


def write(outlet: Outlet, items: Sequence[Item]) -> bytes:
    """The document the outlet serves, in its own charset; the same items always give the same bytes."""
    writers = {"rss2": _rss2, "rss1": _rss1, "atom": _atom, "json": _json}
    return writers[outlet.format](outlet, items).encode(outlet.charset)


def _mail_date(outlet: Outlet, moment: datetime) -> str:
    if "est" in outlet.quirks:
        return moment.astimezone(NEW_YORK_WINTER).strftime("%a, %d %b %Y %H:%M:%S EST")
    if outlet.charset == "iso-8859-1":
        return format_datetime(moment.astimezone(BERLIN_WINTER))
    return format_datetime(moment, usegmt=True)


def _cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def _rss2_title(outlet: Outlet, item: Item) -> str:
    if "cdata" in outlet.quirks:
        return _cdata(item.title)
    if "anchor-title" in outlet.quirks:  # a title that is itself HTML, as some sites' systems write it
        return escape(f'<a href="{item.link}" hreflang="en">{escape(item.title, quote=False)}</a>')
    return escape(item.title, quote=False)


def _rss2_description(outlet: Outlet, item: Item) -> str:
    if "cdata" in outlet.quirks:
        return _cdata(f"<p>{escape(item.summary, quote=False)}</p>")
    if "repeated-guid" in outlet.quirks:  # escaped twice, with entities that XML does not know
        return escape(f"{escape(item.summary, quote=False)}&nbsp;&hellip;", quote=False)
    return escape(item.summary, quote=False)


def _rss2(outlet: Outlet, items: Sequence[Item]) -> str:
    entries = "".join(
        f"""
    <item>
      <title>{_rss2_title(outlet, item)}</title>
      <link>{item.link}</link>
      <guid isPermaLink="false">{item.guid}</guid>
      <pubDate>{_mail_date(outlet, item.published)}</pubDate>
      <description>{_rss2_description(outlet, item)}</description>
    </item>"""
        for item in items
    )
    return f"""<?xml version="1.0" encoding="{outlet.charset}"?>
<rss version="2.0">
  <channel>
    <title>{escape(outlet.title)}</title>
    <link>{outlet.site}</link>
    <description>{escape(outlet.title)}</description>{entries}
  </channel>
</rss>
"""


def _rss1(outlet: Outlet, items: Sequence[Item]) -> str:
    listed = "".join(f'<rdf:li rdf:resource="{item.link}"/>' for item in items)
    entries = "".join(
        f"""
  <item rdf:about="{item.link}">
    <title>{escape(item.title, quote=False)}</title>
    <link>{item.link}</link>
    <description>{escape(item.summary, quote=False)}</description>
    <dc:date>{item.published.isoformat()}</dc:date>
    <dc:identifier>{item.guid}</dc:identifier>
  </item>"""
        for item in items
    )
    return f"""<?xml version="1.0" encoding="{outlet.charset}"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="{outlet.site}">
    <title>{escape(outlet.title)}</title>
    <link>{outlet.site}</link>
    <description>{escape(outlet.title)}</description>
    <items><rdf:Seq>{listed}</rdf:Seq></items>
  </channel>{entries}
</rdf:RDF>
"""


def _atom(outlet: Outlet, items: Sequence[Item]) -> str:
    relative = "relative-links" in outlet.quirks
    base = f' xml:base="{outlet.site}"' if relative else ""
    newest = max((item.updated for item in items), default=None)
    entries = "".join(
        f"""
  <entry>
    <id>tag:{outlet.name}.example,2025:{item.guid}</id>
    <title type="html">{escape(escape(item.title, quote=False), quote=False)}</title>
    <link rel="alternate" href="{item.link.removeprefix(outlet.site) if relative else item.link}"/>
    <published>{item.published.isoformat()}</published>
    <updated>{item.updated.isoformat()}</updated>
    <author><name>{escape(outlet.title)}</name></author>
    <summary>{escape(item.summary, quote=False)}</summary>
  </entry>"""
        for item in items
    )
    return f"""<?xml version="1.0" encoding="{outlet.charset}"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"{base}>
  <id>tag:{outlet.name}.example,2025:feed</id>
  <title>{escape(outlet.title)}</title>
  <link rel="alternate" href="{outlet.site}"/>
  <updated>{newest.isoformat() if newest else ""}</updated>{entries}
</feed>
"""


def _json(outlet: Outlet, items: Sequence[Item]) -> str:
    entries = [
        {
            "id": item.guid,
            "url": item.link,
            "title": item.title,
            "summary": item.summary,
            "date_published": item.published.isoformat(),
            "date_modified": item.updated.isoformat(),
        }
        for item in items
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": outlet.title, "home_page_url": outlet.site, "language": "en"}
    return json.dumps({**feed, "items": entries}, ensure_ascii=False, indent=1)
