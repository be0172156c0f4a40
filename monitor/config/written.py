"""Names, URLs, secrets, mail addresses and colours as people write them in feeds.yaml; each refusal says what to write instead."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

SECRET_KEYS = re.compile(r"(?i)(^|[&;])(api[_-]?key|apikey|key|token|access[_-]?token|secret|password|passwd|pwd|sig|signature)=")


def name(text: str) -> str:
    """A name that may stand in file names and mail headers."""
    if not re.fullmatch(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?", text):
        raise ValueError("must be a short name of small letters, digits, hyphens, dots or underscores: write it like fda-press")
    return text


def option(value: object) -> tuple[str, ...]:
    """One text or a list of texts. Numbers are refused: YAML would have turned 1.10 into 1.1 and 0320193 into something else."""
    values = value if isinstance(value, list | tuple) else [value]
    for one in values:
        if isinstance(one, bool) or not isinstance(one, str):
            raise ValueError(f'must be text, or a list of texts: write "{one}" in quotes' if one is not None else "is empty: write a value")
        if not one.strip() or any(ord(character) < 32 for character in one):
            raise ValueError("must be one line of text")
    if not values:
        raise ValueError("must not be empty: write a value, or remove the key")
    return tuple(values)


# ---- URLs and secrets ------------------------------------------------------------------------------------------------


def url(text: str) -> str:
    """An http or https address without credentials. The text of a refused one is never repeated: it may hold a password."""
    if re.search(r"[\x00-\x20\x7f]", text):
        raise ValueError("holds a blank or a line break: write the address in one piece, blanks as %20")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError("cannot be read as an address: check brackets and the port number") from error
    if parts.scheme not in {"http", "https"}:
        raise ValueError(_scheme_advice(parts, text))
    if parts.username is not None or parts.password is not None:
        raise ValueError(
            "holds a user name or password: secrets belong in the environment. Remove everything up to the @ "
            'and write auth: "env:NAME", where NAME is set to the value of the Authorization header'
        )
    host = parts.hostname or ""
    if not host or port == 0 or not re.fullmatch(r"\[?[^\s/?#@\\<>\"'`{}|^]+\]?", host):
        raise ValueError("names no host: write https://host/path")
    if "." not in host and ":" not in host and host != "localhost" and port is None:
        raise ValueError(f"{host} is no complete host name: write it with its domain, as in www.{host}.org")
    return text


def _scheme_advice(parts: SplitResult, text: str) -> str:
    if parts.scheme == "feed":
        return f"feed: is no protocol: write https:{text[5:] if text[5:].startswith('//') else '//' + text[5:].removeprefix('https://')}"
    if not parts.scheme or "." in parts.scheme or re.match(r"[^:/]+:\d", text):  # no scheme, or a host with its port
        return "is no complete address: write https:// and the host in front"
    return f"{parts.scheme}: is not read here: write an address that begins with https:// (or http://)"


def carries_secret(address: str) -> bool:
    """Whether the query seems to hold a key or token."""
    return bool(SECRET_KEYS.search(urlsplit(address).query))


def same_address(address: str) -> str:
    """The address without what makes no difference: capitals of scheme and host, default port, fragment, final slash."""
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    port = "" if parts.port in {None, 80 if parts.scheme == "http" else 443} else f":{parts.port}"
    return f"{host}{port}{parts.path.rstrip('/')}?{parts.query}"


def secret_name(text: str) -> str:
    """The name of an environment variable, from "env:NAME". What is refused is not repeated: it may be the secret itself."""
    return _variable(text, "the secret", "FEED_TOKEN", "the value of the Authorization header")


def secret_of_sink(text: str) -> str:
    """The same, of the key that signs or the address that is secret itself."""
    return _variable(text, "the secret or address", "SINK_SECRET", "it")


def _variable(text: str, what: str, example: str, value: str) -> str:
    found = re.fullmatch(r"env:([A-Za-z_][A-Za-z0-9_]*)", text)
    if found is None:
        raise ValueError(f'must name an environment variable, never hold {what}: write "env:{example}" and set {example} to {value}')
    return found[1]


# ---- mail ------------------------------------------------------------------------------------------------------------


def mail_address(text: str) -> str:
    """A bare address; a domain in other letters is turned into its ASCII form. Nothing that could end a header or an SMTP line passes."""
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", text):
        raise ValueError("holds a line break or control character: write one address, as in analyst@example.org")
    if re.search(r"[<>]", text):
        raise ValueError("must be the bare address without name and angle brackets: write analyst@example.org")
    if re.search(r"[,;\s]", text):
        raise ValueError("must be one address without blanks: write several as a list, [a@example.org, b@example.org]")
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        raise ValueError("is no mail address: write it like analyst@example.org")
    if not local.isascii():
        raise ValueError("has letters before the @ that many mail servers refuse: use an address in plain letters")
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", local) or len(local) > 64:
        raise ValueError("has signs before the @ that no mail server takes: write it like analyst@example.org")
    try:
        plain = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError as error:
        raise ValueError("has a domain that does not exist in the mail system: check the part after the @") from error
    label = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if not re.fullmatch(rf"{label}(\.{label})+", plain) or len(plain) > 253:
        raise ValueError("has no complete domain after the @: write it like analyst@example.org")
    return f"{local}@{plain}"


def contact(text: str) -> str:
    """A mail address or page for publishers who want to reach us; it stands in the User-Agent."""
    if text.startswith(("http://", "https://")):
        if not text.isascii():
            raise ValueError("must be in plain letters, because it is sent in a header")
        return url(text)
    try:
        return mail_address(text)
    except ValueError as error:
        raise ValueError(f"{error} (or the address of a page, https://…)") from error


# ---- colours ---------------------------------------------------------------------------------------------------------


def colour(text: str, ground: str) -> str:
    """#rrggbb that can be read on a ground: a contrast of 4.5 or more (WCAG 2.2, AA)."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(f'{text} is no colour: write it like "#1d5c63"')
    brighter, darker = sorted((_luminance(text), _luminance(ground)), reverse=True)
    if (contrast := (brighter + 0.05) / (darker + 0.05)) < 4.5:
        way = "darker" if _luminance(ground) > 0.5 else "lighter"
        raise ValueError(f"{text} cannot be read on {ground} (contrast {contrast:.1f}, it needs 4.5): choose a {way} one")
    return text.lower()


def _luminance(text: str) -> float:
    parts = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
