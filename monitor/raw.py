"""Bodies as they came, kept as files for a while, so that a look can be replayed.

Each body is two files: NAME.body.gz, and NAME.head.json with where and when it was read. The head is written last: a body without one
was not finished. Nothing of the request is kept, so no secret of a header; what looks like a key inside an address is left out.
"""

from __future__ import annotations

import gzip
import json
import logging
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor.config import written
from monitor.errors import MonitorError, NotFound
from monitor.files import write_atomically
from monitor.model import Page, Source, Validators

log = logging.getLogger(__name__)

HEAD, BODY = ".head.json", ".body.gz"
STAMP = "%Y%m%dT%H%M%S.%fZ"
GZIP = b"\x1f\x8b"
LARGEST = 50_000_000  # of a saved body, unpacked


@dataclass(frozen=True, slots=True)
class Saved:
    """A body from a file, with when it was read and from where. A plain file was read when it was last changed."""

    file: Path
    moment: datetime
    page: Page


class Raw:
    """The folder of kept bodies; each source has its own folder in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, source: Source, url: str, page: Page | None, now: datetime) -> None:
        """Keep what a look brought, when the source says so, and drop what is too old. Never raises: a look counts without it."""
        if source.keep_raw is None:
            return
        folder = self._folder / source.name
        try:
            if page is not None:
                _write(folder, source, url, page, now)
            _prune(folder, now - source.keep_raw)
        except (OSError, ValueError) as error:
            log.warning("%s: its body is not kept in %s: %s", source.name, folder, error)


def _write(folder: Path, source: Source, url: str, page: Page, now: datetime) -> None:
    stamp = now.astimezone(UTC).strftime(STAMP)
    name = f"{stamp}-{next(n for n in count(1) if not (folder / f'{stamp}-{n:02}{BODY}').exists()):02}"
    head = {
        "source": source.name, "kind": source.kind, "asked": without_secret(url), "url": without_secret(page.url), "status": page.status,
        "content_type": page.content_type, "etag": page.validators.etag, "last_modified": page.validators.last_modified,
        "moved_to": without_secret(page.moved_to) if page.moved_to else None, "read": now.astimezone(UTC).isoformat(),
        "size": len(page.body),
    }  # fmt: skip
    write_atomically(folder / f"{name}{BODY}", gzip.compress(page.body, mtime=0))
    write_atomically(folder / f"{name}{HEAD}", json.dumps(head, ensure_ascii=False, indent=1).encode("utf-8", "replace"))


def _prune(folder: Path, before: datetime) -> None:
    """Remove what was read before that moment; the head first, so that no head is without its body."""
    oldest = before.astimezone(UTC).strftime(STAMP)
    for ending in (HEAD, BODY):
        for path in folder.glob(f"[0-9]*T*Z-*{ending}"):
            if path.name.partition("-")[0] < oldest:
                path.unlink(missing_ok=True)


def without_secret(url: str) -> str:
    """The address with the values of what looks like a key or token left out."""
    if not written.carries_secret(url):
        return url
    parts = urlsplit(url)
    pairs = [(key, "…" if written.SECRET_KEYS.match(f"{key}=") else value) for key, value in parse_qsl(parts.query, keep_blank_values=True)]
    return parts._replace(query=urlencode(pairs, safe="…")).geturl()


# ---- reading them again ----------------------------------------------------------------------------------------------


def saved(where: Path) -> Iterator[Saved]:
    """Every body of a folder, oldest first, or the one of a file; kept ones, or plain ones where there is no kept one.

    Raises NotFound when there is none, MonitorError for one that cannot be read.
    """
    if where.is_file():
        yield _read(where)
        return
    if not where.is_dir():
        raise NotFound(f"no file or folder {where}: name a saved body, or a folder of them, with --from")
    heads = sorted(where.glob(f"*{HEAD}"))
    if heads:
        yield from (_kept(head) for head in heads)
        return
    plain = sorted(path for path in where.iterdir() if path.is_file() and not path.name.startswith(".") and not path.name.endswith(BODY))
    if not plain:
        raise NotFound(f"{where} holds no saved body: `keep_raw: 14d` in feeds.yaml keeps them, or save one there yourself")
    yield from sorted((_plain(path) for path in plain), key=lambda one: (one.moment, one.file))


def looks(bodies: Sequence[Saved]) -> list[list[Saved]]:
    """The bodies of one look together: a document of several pages was read at one moment."""
    grouped: dict[tuple[datetime, str], list[Saved]] = {}
    for one in bodies:
        kept = one.file.name.endswith(BODY)
        grouped.setdefault((one.moment, "" if kept else one.file.name), []).append(one)
    return list(grouped.values())


def _read(path: Path) -> Saved:
    for ending in (HEAD, BODY):
        head = path.with_name(path.name.removesuffix(ending) + HEAD)
        if path.name.endswith(ending) and head.is_file():
            return _kept(head)
    return _plain(path)


def _kept(path: Path) -> Saved:
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
        moment = datetime.fromisoformat(head["read"])
        asked = Validators(head.get("etag"), head.get("last_modified"))
        body = path.with_name(path.name.removesuffix(HEAD) + BODY)
        page = Page(str(head["url"]), int(head["status"]), _bytes(body), str(head.get("content_type", "")), asked, head.get("moved_to"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MonitorError(f"{path}: no head of a kept body ({type(error).__name__}: {error}): remove it, or name another file") from error
    return Saved(body, moment if moment.tzinfo else moment.replace(tzinfo=UTC), page)


def _plain(path: Path) -> Saved:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=path.stat().st_mtime)
    return Saved(path, moment, Page("", 200, _bytes(path), "", Validators()))


def _bytes(path: Path) -> bytes:
    """What a file holds, unpacked when it is packed; raises MonitorError when it is broken or too much."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if content.startswith(GZIP):
            with gzip.open(path) as packed:
                content = packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise MonitorError(f"{path}: cannot be read: {error}") from error
    if len(content) > LARGEST:
        raise MonitorError(f"{path} is larger than {LARGEST // 1_000_000} MB: no source answers so much")
    return content
