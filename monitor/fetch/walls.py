"""Tells a wall from the publisher: what answers instead of it when it takes us for a robot, or wants a consent or a login first."""

from __future__ import annotations

import json
import re

import httpx

from monitor.model import Outcome
from monitor.sources.sniff import is_html, is_json

APOLOGIES = ("/apology_objects/", "abuse-detection", "/cdn-cgi/challenge", "/_incapsula_", "/distil_", "/sorry/index")
CONSENT_HOST = re.compile(r"^(consent\.|guce\.|validate\.perfdrive\.|geo\.captcha-delivery\.)")
LOGIN_PATH = re.compile(r"/(log-?in|sign-?in|sso|saml2?|oauth2?|adfs|idp|auth/realms)(/|\.|$)", re.IGNORECASE)
LOGIN_PAGE = re.compile(rb"<title[^>]*>[^<]{0,80}\b(log[ -]?in|sign[ -]?in|anmelden|connexion)\b", re.IGNORECASE)
CONSENT_PAGE = re.compile(
    rb"<title[^>]*>[^<]{0,80}\b(before you continue|(cookie|privacy|consent) (consent|wall|choices|preferences|settings|banner|notice)"
    rb"|your (privacy|cookie) choices|we value your privacy|cookies? (zustimmen|akzeptieren)|einwilligung|consentement)\b",
    re.IGNORECASE,
)
AGREE = re.compile(rb"<(form|button|input|iframe)\b", re.IGNORECASE)
PASSWORD = re.compile(rb"<input[^>]{0,300}type=[\"']?password", re.IGNORECASE)

# Words of which all stand on a wall's own page and not all on others: pages behind a wall carry some of its scripts too. They are
# looked for in pages, never in feeds: news about a wall is not a wall.
SIGNS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("Cloudflare", (b"_cf_chl_opt",)),
    ("Cloudflare", (b"cf-browser-verification",)),
    ("Cloudflare", (b"just a moment...", b"/cdn-cgi/")),
    ("Cloudflare", (b"attention required! | cloudflare",)),
    ("Akamai", (b"edgesuite.net", b"access denied")),
    ("Akamai", (b"/apology_objects/",)),
    ("Imperva", (b"incapsula incident id",)),
    ("PerimeterX", (b"px-captcha",)),
    ("DataDome", (b"captcha-delivery.com",)),
    ("AWS WAF", (b"gokuprops",)),
    ("Sucuri", (b"sucuri website firewall", b"access denied")),
    ("SEC", (b"undeclared automated tool",)),
    ("SEC", (b"request rate threshold exceeded",)),
    ("Google", (b"unusual traffic from your computer network",)),
    ("Google", (b"before you continue to google",)),
    ("Cloudflare", (b"error 1015", b"you are being rate limited")),
    ("Akamai", (b"reference&#32;&#35;", b"access denied")),
    ("Kasada", (b"/149e9513-01fa-4fb0-aad4-566afd725d1b/",)),
    ("F5", (b"the requested url was rejected", b"support id")),
    ("Fastly", (b"client challenge", b"javascript is disabled in your browser")),
)

# An answer that is an error although its status is 200: a short object whose own words say so, without a list of anything.
ERROR_KEYS = ("error", "errors", "fault", "exception", "error_message", "errorMessage")
LONGEST_ERROR = 20_000
MOST_KEYS = 12
TOO_OFTEN = re.compile(r"rate.?limit|quota|too many|throttl|try again later|slow down", re.IGNORECASE)
NOT_ALLOWED = re.compile(r"forbidden|denied|unauthori[sz]ed|not allowed|api.?key|blocked|captcha", re.IGNORECASE)


def on_the_way(target: httpx.URL) -> str:
    """Which wall a redirect leads to, or nothing."""
    path = target.path.lower()
    if any(sign in path for sign in APOLOGIES):
        return "redirected to an apology page: the publisher's wall takes us for a robot"
    if CONSENT_HOST.match(target.host):
        return f"redirected to a consent or robot check at {target.host}"
    return ""


def in_the_way(url: httpx.URL, status: int, headers: httpx.Headers, body: bytes, redirected: bool) -> str:
    """Which wall answered, or nothing. A body that is no page is the publisher's."""
    start = body[:200_000].lower() if status != 200 or is_html(body) else b""
    if name := _robot_check(headers, start):
        return f"a robot check of {name} answered"
    if redirected and start and LOGIN_PATH.search(url.path) and is_html(body):
        return "redirected to a login page"
    if CONSENT_PAGE.search(start) and AGREE.search(start):
        return "a page that asks for consent answered"
    if PASSWORD.search(start) and LOGIN_PAGE.search(start):
        return "a login page answered"
    return "the publisher forbids it (403)" if status == 403 else ""


def _robot_check(headers: httpx.Headers, start: bytes) -> str:
    if headers.get("cf-mitigated") == "challenge":
        return "Cloudflare"
    if "x-amzn-waf-action" in headers:
        return "AWS WAF"
    return next((name for name, signs in SIGNS if all(sign in start for sign in signs)), "")


def error_within(body: bytes) -> tuple[Outcome, str] | None:
    """What an error in JSON says that came with status 200, and the state it means; None for everything else."""
    if len(body) > LONGEST_ERROR or not is_json(body):
        return None
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or len(said) > MOST_KEYS or any(_is_content(value) for value in said.values()):
        return None
    failed = next((said[key] for key in ERROR_KEYS if said.get(key)), None)
    if failed is None and str(said.get("status", said.get("success", ""))).lower() in {"error", "fail", "failed", "false"}:
        failed = said.get("message") or said.get("detail") or "without a word"
    if failed is None:
        return None
    words = _words(failed) or _words(said.get("message") or "") or "without a word"
    outcome = Outcome.THROTTLED if TOO_OFTEN.search(words) else Outcome.BLOCKED if NOT_ALLOWED.search(words) else Outcome.PARSE_ERROR
    return outcome, f"an error answered, although with status 200: {words}"


def _is_content(value: object) -> bool:
    return (
        isinstance(value, list) and len(value) > 0 and all(isinstance(one, dict) and not {"message", "code"} & one.keys() for one in value)
    )


def _words(failed: object) -> str:
    """The texts within an error, on one line."""
    if isinstance(failed, dict):
        parts = [_words(failed[key]) for key in ("code", "type", "message", "detail", "title", "error", "description") if failed.get(key)]
    elif isinstance(failed, list):
        parts = [_words(one) for one in failed[:3]]
    else:
        parts = [] if isinstance(failed, bool) else [" ".join(str(failed).split())]
    return " – ".join(filter(None, parts))[:160]
