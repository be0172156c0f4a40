"""What a body is, from its first bytes: servers' own words about it are often wrong."""

from __future__ import annotations

import re

PAGE = re.compile(
    rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:\s|<\?xml[^>]{0,200}\?>|<!--.{0,2000}?-->)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)


def is_html(body: bytes) -> bool:
    """Whether a body is a web page."""
    start = body[:8192]
    return PAGE.match(start.replace(b"\0", b"")) is not None


def is_json(body: bytes) -> bool:
    """Whether a body may be JSON."""
    return body[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}
