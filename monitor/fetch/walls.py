"""Tells a wall from the publisher: what answers instead of it when it takes us for a robot, or wants a consent or a login first."""

from __future__ import annotations

import re

import httpx

from monitor.sources.sniff import is_html

APOLOGIES = ("/apology_objects/", "abuse-detection", "/cdn-cgi/challenge", "/_incapsula_", "/distil_", "/sorry/index")
CONSENT_HOST = re.compile(r"^(consent\.|guce\.|validate\.perfdrive\.|geo\.captcha-delivery\.)")
LOGIN_PATH = re.compile(r"/(log-?in|sign-?in|sso|saml2?|oauth2?|adfs|idp|auth/realms)(/|\.|$)", re.IGNORECASE)
LOGIN_PAGE = re.compile(rb"<title[^>]*>[^<]{0,80}\b(log[ -]?in|sign[ -]?in|anmelden|connexion)\b", re.IGNORECASE)
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
)


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
    if PASSWORD.search(start) and LOGIN_PAGE.search(start):
        return "a login page answered"
    return "the publisher forbids it (403)" if status == 403 else ""


def _robot_check(headers: httpx.Headers, start: bytes) -> str:
    if headers.get("cf-mitigated") == "challenge":
        return "Cloudflare"
    if "x-amzn-waf-action" in headers:
        return "AWS WAF"
    return next((name for name, signs in SIGNS if all(sign in start for sign in signs)), "")
