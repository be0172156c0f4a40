"""One form for every way of writing an address, and what a GlobeNewswire address asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from monitor.admin import known

TRACKING = re.compile(r"(?i)(utm_\w+|fbclid|gclid|mc_cid|mc_eid|ref_src)")
WIRE = re.compile(r"(?i)^/(?P<what>RssFeed|JSWidgetFeed)/(?P<by>[a-z]+)/(?P<code>\d*)-?(?P<words>[^/]*)(?:/feedTitle/(?P<title>[^/?]*))?")
NUMBERED = {"subjectcode": known.SUBJECTS, "industry": known.INDUSTRIES}


@dataclass(frozen=True, slots=True)
class Wire:
    """What a GlobeNewswire address asks for; `names` are the numbers that are known of its kind."""

    what: str
    by: str
    code: str
    words: str
    title: str

    @property
    def names(self) -> dict[str, str]:
        """Number → name, of subjects or industries; nothing for what has no numbers."""
        return NUMBERED.get(self.by, {})


def wire(url: str) -> Wire | None:
    """What a GlobeNewswire address asks for; None for every other address."""
    parts = _split(url)
    if parts is None or not known.within(parts.hostname or "", "globenewswire.com"):
        return None
    if "jswidgetfeed" in parts.path.lower():
        return Wire("jswidgetfeed", "", "", "", "")
    found = WIRE.match(parts.path)
    if found is None:
        return None
    words, title = (unquote(found[name] or "").replace("+", " ").strip() for name in ("words", "title"))
    return Wire(found["what"].lower(), found["by"].lower(), found["code"], words, title)


def same(url: str) -> str:
    """The address without what makes no difference to what it brings. Two addresses of one feed have the same."""
    parts = _split(url)
    if parts is None:
        return url
    host = (parts.hostname or "").removeprefix("www.")
    asked = wire(url)
    if asked and asked.names and asked.code:
        return f"{host}/{asked.by}/{asked.code}"  # whatever the words say
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    query = sorted((key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(key))
    path = quote(unquote(parts.path), safe="/%:@!$&'()*+,;=~-._").rstrip("/")
    return f"{host}{port}{path}?{urlencode(query)}"


def host(url: str) -> str:
    """The host of an address, in small letters; nothing where there is none."""
    parts = _split(url)
    return (parts.hostname or "") if parts else ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts
