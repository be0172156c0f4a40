"""Templates → text: strict about missing names, everything escaped in HTML, links only where they are safe to follow.

What comes from a source is never markup: HTML templates are autoescaped, control and direction-changing characters never pass,
and a link is printed only when it is http(s); its text is the host it leads to, so that it cannot pose as another one.
"""

from __future__ import annotations

import base64
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import css_inline
import jinja2
from jinja2.runtime import Context
from markupsafe import Markup

from monitor import digest as composing
from monitor import picture
from monitor.digest import dates
from monitor.digest.trend import takeaway, week_number
from monitor.digest.wording import answered_text, clip, number_of, record, worth_a_look
from monitor.errors import RenderError
from monitor.links import Verb
from monitor.model import Coverage, Development, Digest, Precision, Trend

HTML_LIMIT = 85_000  # bytes; mail clients clip a little above 100,000 (reliability.md section 3)
TEXT_WIDTH = 78
FEW_SOURCES = 12  # in the table of sources, before anything else is left out
STEPS = (None, 8, 5, 3, 2, 1, 0, -1)  # how many of everything stay, one step after the other, until the HTML fits
SOURCES_NAMED = 40
LINK_LIMIT = 2048
PICTURE = "weeks"  # the Content-ID of the picture

Act = Callable[[Verb, Development], str]  # the link by which a recipient decides about a line

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_SURROGATES = re.compile("[\ud800-\udfff]")


class Renderer:
    """The templates of one folder. Raises RenderError at once when one of them cannot be parsed, naming its place."""

    def __init__(self, templates: Path) -> None:
        loader = jinja2.FileSystemLoader(templates)
        self._environments = {kind: _environment(loader, html=kind == "html") for kind in ("html", "txt")}
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
        for name in loader.list_templates():
            if name.endswith((".html", ".txt")):
                self._template(name)

    def digest_html(self, digest: Digest, *, health: bool, act: Act | None = None) -> str:
        """The digest as a page for mail programs, under 90 KB; what had to be left out is counted and stands in the table."""
        return self._fitted(digest, health, act)[1]

    def digest_text(self, digest: Digest, *, health: bool, act: Act | None = None) -> str:
        """The same content as plain text, in lines of at most 78 characters; only a link may be longer."""
        fitted, _ = self._fitted(digest, health, act)
        text = self.render("digest.txt", **_values(fitted, health, act))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip() + "\n"

    def digest_picture(self, digest: Digest, *, health: bool) -> bytes:
        """The picture that the page shows as `cid:weeks`; empty when it shows none."""
        trends = _trends(self._fitted(digest, health, None)[0])
        return picture.draw(trends, digest.language) if trends else b""

    def render(self, name: str, **values: object) -> str:
        """A template of the folder, filled in; raises RenderError naming the template and the missing name."""
        try:
            return self._template(name).render(**values)
        except jinja2.UndefinedError as error:
            raise RenderError(f"template {name}: {error.message}; see the names a template may use in the README") from error
        except jinja2.TemplateError as error:
            raise RenderError(f"template {name}: {error}") from error

    def _template(self, name: str) -> jinja2.Template:
        try:
            return self._environments["html" if name.endswith(".html") else "txt"].get_template(name)
        except jinja2.TemplateSyntaxError as error:
            raise RenderError(f"template {error.name or name}, line {error.lineno}: {error.message}") from error
        except jinja2.TemplateNotFound as error:
            raise RenderError(f"template {error.name} is missing from the templates folder; `monitor init` writes it") from error

    def _fitted(self, digest: Digest, health: bool, act: Act | None) -> tuple[Digest, str]:
        html = self._html(digest, health, act)
        for keep in STEPS:
            if len(html.encode()) <= HTML_LIMIT:
                break
            digest = replace(digest, sources_shown=FEW_SOURCES) if keep is None else composing.shortened(digest, keep)
            html = self._html(digest, health, act)
        return digest, html

    def _html(self, digest: Digest, health: bool, act: Act | None) -> str:
        page = self.render("digest.html", **_values(digest, health, act))
        inlined = re.sub(r'(?<= style=")[^"]*', lambda style: re.sub(r"([:;]) ", r"\1", style[0]), self._inliner.inline(page))
        return re.sub(r"\n\s*", "\n", inlined)


def standalone(html: str, png: bytes) -> str:
    """The page with its picture inside, for a browser: there no mail holds it."""
    return html.replace(f'"cid:{PICTURE}"', f'"data:image/png;base64,{base64.b64encode(png).decode()}"') if png else html


def _trends(digest: Digest) -> tuple[tuple[str, Trend], ...]:
    return tuple((section.short, section.trend) for section in digest.sections if section.trend)


def _values(digest: Digest, health: bool, act: Act | None = None) -> dict[str, object]:
    """The names a digest template may use. `act(verb, development)` is the link that decides; without links, none."""
    zone = ZoneInfo(digest.time_zone)
    named = sorted(one.source for one in digest.coverage)
    looked_at = ", ".join(clip(name, 40) for name in named[:SOURCES_NAMED]) or "nothing"
    out = ", ".join(f"{clip(reason, 40).replace('_', ' ')} {count}" for reason, count in digest.dropped[:12])
    trends = _trends(digest)
    which = f"Alert {digest.number} of" if digest.urgent else f"Issue {digest.number} of the edition"
    starts, ends = (dates.moment_name(each, digest.time_zone, digest.language) for each in (digest.start, digest.end))
    period = dates.period_name(digest.start.astimezone(zone), digest.end.astimezone(zone), digest.language)
    more = len(named) - SOURCES_NAMED
    return {
        "digest": digest,
        "accent": digest.colours.accent,
        "accent_dark": digest.colours.accent_dark,
        "trends": trends,
        "picture_height": picture.height(len(trends)),
        "health": health,
        "act": act,
        "quiet": composing.is_quiet(digest),
        "period": ends if digest.urgent else period,
        "since": digest.start.astimezone(zone).date().isoformat(),
        "answered": answered_text(digest.coverage),
        "looked_at": f"{looked_at} and {more} more" if more > 0 else looked_at,
        "to_look_at": [one for one in digest.coverage if worth_a_look(one)][:SOURCES_NAMED],
        "sources": digest.coverage[: digest.sources_shown],
        "sources_left_out": max(0, len(named) - digest.sources_shown),
        "known_only": f"Known only from a register, as no outlet told it: {number_of(digest.known_only, 'development')} of this issue."
        if digest.known_only
        else "",
        "counts": f"{number_of(digest.read, 'entry', 'entries')} read, {digest.kept} kept{f'; dropped: {out}' if out else ''}.",
        "footer": f"{which} {clip(digest.edition, 60)}, for {starts} to {ends} ({digest.time_zone}). "
        "Headlines and lines are composed by rules from the sources named; nothing enters a report before a person accepts it. "
        "To stop receiving it, answer this mail.",
    }


def _environment(loader: jinja2.BaseLoader, *, html: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=loader,
        autoescape=html,  # noqa: S701 - the other environment writes plain text
        undefined=jinja2.StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Callable[..., Any]] = {
        "clip": clip,
        "day": _day,
        "moment": _moment,
        "host": _host,
        "link": _link,
        "tags": _tags,
        "told_by": _told_by,
        "record": _record,
        "because": _because,
        "count": number_of,
        "state": _state,
        "takeaway": takeaway,
        "week_number": week_number,
        "columns": _columns,
        "health_row": _health_row,
        "wrap": _wrap,
        "rule": _rule,
    }
    environment.filters.update(filters)
    return environment


def _printable(value: object) -> object:
    """What a template prints: never a control character, a change of writing direction or half a character."""
    if not isinstance(value, str):
        return value
    cleaned = _SURROGATES.sub("\ufffd", _UNPRINTABLE.sub(" ", value))
    return Markup(cleaned) if isinstance(value, Markup) else cleaned  # noqa: S704 - it was markup before, only shorter now


def _link(url: str) -> str:
    """The address when it is safe to follow, empty otherwise."""
    if len(url) > LINK_LIMIT or not url.isascii() or any(character <= " " or character in '"<>\\^`{|}' for character in url):
        return ""
    try:
        parts = urlsplit(url)
        name = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and name and "@" not in parts.netloc else ""


def _host(url: str) -> str:
    """What a link's text says: where it leads."""
    return urlsplit(url).netloc.lower().removesuffix(":443").removesuffix(":80")


@jinja2.pass_context
def _day(around: Context, day: date, precision: Precision = "day") -> str:
    return dates.day_name(day, precision, _language(around))


@jinja2.pass_context
def _moment(around: Context, moment: datetime, time_zone: str) -> str:
    return dates.moment_name(moment, time_zone, _language(around))


@jinja2.pass_context
def _record(around: Context, development: Development) -> str:
    return record(development, _language(around))


@jinja2.pass_context
def _tags(around: Context, development: Development) -> str:
    """Date, type and what else places it, in a fixed order."""
    words = [
        dates.day_name(development.event_date, development.date_precision, _language(around)),
        development.type.replace("_", " "),
        (development.subtype or "").replace("_", " "),
        development.product or development.generic or "",
        development.modality or "",
        development.indication or "",
        development.agency or "",
        development.country or "",
        f"importance {development.importance} of 5",
    ]
    return " · ".join(clip(word, 60) for word in words if word)


def _told_by(development: Development) -> str:
    """The best source and how many others tell it."""
    others = development.n_sources - 1
    return clip(development.source_name or "source not named", 60) + (f" and {number_of(others, 'other source')}" if others > 0 else "")


def _because(development: Development) -> str:
    """The path that led here, shortened: which names, which rule, which source."""
    return "; ".join(dict.fromkeys(clip(reason.what, 60) for reason in development.why[:4]))


@jinja2.pass_context
def _state(around: Context, one: Coverage, time_zone: str) -> str:
    """`fda-press: blocked since 3 Mar 2026 06:00; 1 missed window`."""
    since = f" since {_moment(around, one.since, time_zone)}" if one.since else ""
    missed = f"; {number_of(one.missed_windows, 'missed window')}" if one.missed_windows else ""
    return f"{clip(one.source, 40)}: {_outcome(one)}{since}{missed}"


@jinja2.pass_context
def _health_row(around: Context, one: Coverage, time_zone: str) -> tuple[str, ...]:
    """Source, state, since, last read well, new entries, missed windows."""
    since = _moment(around, one.since, time_zone) if one.since else "–"
    well = _moment(around, one.last_success, time_zone) if one.last_success else "never"
    return (clip(one.source, 40), _outcome(one), since, well, str(one.entries), str(one.missed_windows))


def _language(around: Context) -> str:
    """That of the digest which the template prints; days and months are written in it."""
    language: str = around["digest"].language
    return language


def _outcome(one: Coverage) -> str:
    return str(one.outcome).replace("_", " ") if one.outcome else "never looked at"


def _columns(cells: Sequence[object]) -> str:
    """A row of a table in plain text: a name, then numbers."""
    name, *numbers = (str(cell) for cell in cells)
    return f"  {name:<12}" + "".join(f"{number:>4}" for number in numbers)


def _wrap(text: str, first: str = "", then: str | None = None) -> str:
    """The text in lines of at most 78 characters, the first led in by `first`, the others by `then` (default: as far in)."""
    line = " ".join(str(_printable(text)).split())
    return "\n".join(
        textwrap.wrap(
            line, TEXT_WIDTH, initial_indent=first, subsequent_indent=" " * len(first) if then is None else then, break_on_hyphens=False
        )
    )


def _rule(text: str, mark: str) -> str:
    """A line to put under a heading."""
    return mark * min(TEXT_WIDTH, max(3, len(" ".join(text.split()))))
