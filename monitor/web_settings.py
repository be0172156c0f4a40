"""What the environment says of the web server, and what it may not: to listen to others without a secret and a public address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from monitor.errors import MonitorError
from monitor.links import Links
from monitor.websub import Callbacks

LISTEN = "127.0.0.1:8765"
SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the server listens, how others reach it, and the secret from which links and signatures are made."""

    host: str = "127.0.0.1"
    port: int = 8765
    public: str = ""  # without a slash at its end
    secret: str = ""

    @property
    def links(self) -> Links | None:
        """What mails link to; None when nobody could follow."""
        return Links(self.public, self.secret) if self.public else None

    @property
    def callbacks(self) -> Callbacks | None:
        """Where hubs find us; None when they cannot."""
        return Callbacks(self.public, self.secret) if self.public else None


def settings(environ: Mapping[str, str]) -> Settings:
    """Read MONITOR_WEB_LISTEN, MONITOR_WEB_PUBLIC_URL and MONITOR_WEB_SECRET; raises MonitorError with what to write instead."""
    host, port = _listen(environ.get("MONITOR_WEB_LISTEN", "").strip() or LISTEN)
    public = _public(environ.get("MONITOR_WEB_PUBLIC_URL", "").strip().rstrip("/"))
    secret = environ.get("MONITOR_WEB_SECRET", "").strip()
    if secret and len(secret) < SHORTEST_SECRET:
        raise _wrong("MONITOR_WEB_SECRET", f"has {len(secret)} characters: take {SHORTEST_SECRET} or more, as from `openssl rand -hex 32`")
    if public and not secret:
        raise _wrong(
            "MONITOR_WEB_PUBLIC_URL",
            "is set without MONITOR_WEB_SECRET, from which signatures are made: set it, as from `openssl rand -hex 32`",
        )
    if not _is_loopback(host) and not (secret and public):
        missing = " and ".join(name for name, value in (("MONITOR_WEB_SECRET", secret), ("MONITOR_WEB_PUBLIC_URL", public)) if not value)
        raise _wrong("MONITOR_WEB_LISTEN", f"{host} can be reached by others, which needs {missing} as well; or listen on 127.0.0.1")
    return Settings(host, port, public, secret)


def _listen(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not host or not (port.isascii() and port.isdigit()) or int(port) > 65535 or ("[" not in text and ":" in host):
        raise _wrong("MONITOR_WEB_LISTEN", f"{text!r} is no host with its port: write it like {LISTEN} or [::1]:8765")
    return host, int(port)


def _public(text: str) -> str:
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    plain = not (parts.query or parts.fragment or "@" in parts.netloc) and text.isprintable() and " " not in text
    # Without https everybody on the way could read and change what arrives; on this machine there is no way.
    if not host or not plain or not (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))):
        raise _wrong(
            "MONITOR_WEB_PUBLIC_URL", f"{text!r} will not do: write the address behind your proxy, like https://monitor.example.org"
        )
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _wrong(name: str, told: str) -> MonitorError:
    return MonitorError(f"environment: {name} {told}")
