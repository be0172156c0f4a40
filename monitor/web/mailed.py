"""The room for links in mails. Looking at one changes nothing, whoever follows it: only its button does, or the mail program's own."""

# Without `annotations` from the future, as in websub.py.

from html import escape
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse

from monitor.errors import DecisionError, NotFound
from monitor.links import Act, Leave, Links, line_key
from monitor.model import Development, Status, Suppression
from monitor.pipeline import Monitor
from monitor.web.guarding import body

LONGEST_LINE = 4_000
BECOMES = {"accept": Status.ACCEPTED, "edit": Status.EDITED, "reject": Status.REJECTED}
TELLS = {
    "accept": "This line goes into the report as it stands, and is frozen.",
    "edit": "The line goes into the report in your words, and is frozen.",
    "reject": "This line stays out of the report, and is not proposed again.",
}


def room(monitor: Monitor, links: Links) -> APIRouter:
    """Unsubscribing, and deciding about a line."""
    router = APIRouter()
    _leaving(router, monitor, links)
    _deciding(router, monitor, links)
    return router


def _leaving(router: APIRouter, monitor: Monitor, links: Links) -> None:
    def leaving(token: str) -> Leave:
        one = links.leaving(token)
        if one is None:
            raise HTTPException(404)
        return one

    @router.get("/unsubscribe/{token}")
    def ask(one: Annotated[Leave, Depends(leaving)]) -> HTMLResponse:
        """What the button would do."""
        if monitor.store.suppression(one.recipient, one.edition):
            return _page("Unsubscribed", f"<p>{escape(one.recipient)} gets no more issues of {escape(one.edition)}.</p>")
        told = f"<p>{escape(one.recipient)} gets the edition {escape(one.edition)}.</p>"
        return _page("Unsubscribe", told + _button("Unsubscribe"))

    @router.post("/unsubscribe/{token}")
    def leave(one: Annotated[Leave, Depends(leaving)]) -> HTMLResponse:
        """End it, at once and however often it is asked; no cookie, no login, no redirect (RFC 8058)."""
        monitor.store.suppress(Suppression(one.recipient, one.edition, "unsubscribed", "by the link in a mail", monitor.now()))
        return _page("Unsubscribed", f"<p>{escape(one.recipient)} gets no more issues of {escape(one.edition)}, from the next one on.</p>")


def _deciding(router: APIRouter, monitor: Monitor, links: Links) -> None:
    def acting(token: str) -> Act:
        one = links.acting(token)
        if one is None:
            raise HTTPException(404)
        return one

    @router.get("/decide/{token}")
    def show(one: Annotated[Act, Depends(acting)]) -> HTMLResponse:
        """The line, what bears it out, and what the button would do; or why it would do nothing."""
        found = _development(monitor, one)
        if why := _spent(monitor, one, found):
            return _page("Nothing to do", f"<p>{escape(why)}</p>{_told(found)}", 410)
        field = f'<p><textarea name="line" rows="6" maxlength="{LONGEST_LINE}">{escape(found.line_text)}</textarea></p>'
        form = _button(f"{one.verb.capitalize()} this line", field if one.verb == "edit" else "")
        return _page(f"{one.verb.capitalize()} a line", f"{_told(found)}<p>{TELLS[one.verb]} Decided as {escape(one.recipient)}.</p>{form}")

    @router.post("/decide/{token}")
    def decide(one: Annotated[Act, Depends(acting)], sent: Annotated[bytes, Depends(body)]) -> HTMLResponse:
        """Do what the link is for, once, unless the line was told otherwise or decided since."""
        found = _development(monitor, one)
        if why := _spent(monitor, one, found):
            return _page("Nothing was done", f"<p>{escape(why)}</p>{_told(found)}", 410)
        line = " ".join(parse_qs(sent.decode("utf-8", "replace")).get("line", [""])[0].split()) if one.verb == "edit" else None
        if line is not None and not 0 < len(line) <= LONGEST_LINE:
            return _page("Nothing was done", f"<p>The line must have 1 to {LONGEST_LINE} characters.</p>", 400)
        try:
            after = monitor.store.decide(found.id, BECOMES[one.verb], one.recipient, monitor.now(), line, seen=found.line_text)
        except DecisionError as error:
            return _page("Nothing was done", f"<p>{escape(str(error))}</p>", 409)
        return _page(f"The line is {after.status}", _told(after))


def _development(monitor: Monitor, one: Act) -> Development:
    try:
        return monitor.store.development(one.development)
    except NotFound:
        raise HTTPException(404) from None


def _spent(monitor: Monitor, one: Act, found: Development) -> str:
    """Why a link does nothing any more; empty when it does."""
    if found.reviewed_by and found.reviewed_at:
        return f"{found.reviewed_by} decided on {found.reviewed_at:%Y-%m-%d %H:%M} UTC: the line is {found.status}."
    if found.status is Status.WITHDRAWN:
        return f"The development was withdrawn: {found.flag}."
    if monitor.now() >= one.until:
        return f"This link was good until {one.until:%Y-%m-%d}. Decide with `monitor {one.verb} {found.id}`."
    if line_key(found) != one.line:
        return "The line reads otherwise since that mail was sent; the next issue proposes it anew. Now it is:"
    return ""


def _told(one: Development) -> str:
    sources = "".join(f"<li>{_source(name, url)}</li>" for name, url in one.sources or ((one.source_name, one.source_url),))
    evidence = f"<p>In the source's words: “{escape(one.evidence)}”</p>" if one.evidence else ""
    differ = f"<p>Sources disagree: {escape(one.conflict_note)}</p>" if one.conflict_note else ""
    return f"<blockquote>{escape(one.line_text)}</blockquote>{evidence}{differ}<ul>{sources}</ul>"


def _source(name: str, url: str) -> str:
    safe = url.startswith(("https://", "http://"))
    return f'<a href="{escape(url)}" rel="noreferrer noopener">{escape(name)}</a>' if safe else escape(name)


def _button(words: str, field: str = "") -> str:
    return f'<form method="post">{field}<button>{escape(words)}</button></form>'


def _page(title: str, content: str, status: int = 200) -> HTMLResponse:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
    body = f"<body><main><h1>{escape(title)}</h1>{content}</main></body>"
    return HTMLResponse(f'<!doctype html><html lang="en"><head>{head}</head>{body}</html>', status)
