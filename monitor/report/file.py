"""The file itself: read without losing a byte, written whole or not at all, with a copy of how it was beside it."""

from __future__ import annotations

import errno
import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from monitor.errors import ReportFileError
from monitor.files import write_atomically
from monitor.report.package import Package, repacked, unpacked

Kind = Literal["text", "markdown", "rst", "html", "word"]

KINDS: dict[str, Kind] = {
    "": "text", ".txt": "text", ".text": "text", ".asc": "text", ".rst": "rst", ".rest": "rst",
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown", ".mkd": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".docx": "word", ".docm": "word",
}  # fmt: skip
ZIPPED = b"PK\x03\x04"
OTHER_PROGRAMS = {
    ZIPPED: "a Word or OpenDocument file", b"%PDF": "a PDF", b"{\\rtf": "an RTF file",
    b"\xd0\xcf\x11\xe0": "a Word file of the old form or under a password",
}  # fmt: skip
UTF8_DECLARED = re.compile(rb"charset\s*=\s*[\"']?utf-?8", re.IGNORECASE)
LARGEST = 50_000_000
MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report as read. `text` keeps a byte order mark as its first character, so that encoding it gives `raw` again."""

    path: Path
    raw: bytes
    text: str
    encoding: str
    kind: Kind
    package: Package | None = None  # of a Word file, whose `text` is its main part

    def again(self, text: str) -> str:
        """The text as it would be read once it was written."""
        return text if self.package is not None else self.encode(text).decode(self.encoding)

    def encode(self, text: str) -> bytes:
        """The text in the report's own encoding; raises ReportFileError when that lacks a character.

        HTML spells out what its encoding lacks, and everything beyond ASCII where the page is ASCII and names no encoding.
        """
        if self.package is not None:
            return repacked(self.raw, self.package.main, text)
        if self.kind == "html":
            plain = self.encoding == "utf-8" and self.raw.isascii() and not UTF8_DECLARED.search(self.raw)
            return text.encode("ascii" if plain else self.encoding, "xmlcharrefreplace")
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError as error:
            character = text[error.start]
            raise ReportFileError(
                self.path, f"is in {self.encoding}, which has no {character!r} (U+{ord(character):04X}); save it as UTF-8 and run again"
            ) from error


def read(path: Path) -> ReportFile:
    """The report as it is; raises ReportFileError when it is missing, not text, or in no encoding that can be told."""
    kind = KINDS.get(path.suffix.lower())
    raw = _bytes(path)
    if kind == "word" and raw.startswith(ZIPPED):
        package = unpacked(path, raw)
        return ReportFile(path, raw, package.document, "utf-8", kind, package)
    for start, what in OTHER_PROGRAMS.items():
        if raw.startswith(start):
            raise ReportFileError(path, f"is {what}; Word (.docx), HTML, Markdown, reStructuredText and plain text can be updated")
    if kind == "word":
        raise ReportFileError(path, "is no Word file, whatever its ending says; restore it and run again")
    if kind is None:
        raise ReportFileError(path, f"has the ending {path.suffix!r}; use .docx, .html, .md, .rst or .txt, so that its form is known")
    encoding = MARKS.get(raw[:2]) or _encoding(path, raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReportFileError(path, f"cannot be read as {encoding} at byte {error.start}; save it as UTF-8") from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ReportFileError(path, f"has a NUL byte on line {line}, so it is damaged or no text; restore it and run again")
    return ReportFile(path, raw, text, encoding, kind)


def _bytes(path: Path) -> bytes:
    try:
        if not path.exists():
            raise ReportFileError(path, "is a link to a file that is not there" if path.is_symlink() else "does not exist")
        if not path.is_file():
            raise ReportFileError(path, "is not a file")
        if path.stat().st_size > LARGEST:
            raise ReportFileError(path, f"is larger than {LARGEST // 1_000_000} MB")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise ReportFileError(path, f"cannot be read: {error}") from error


def _encoding(path: Path, raw: bytes) -> str:
    """UTF-8 where it is; else Windows-1252, of which printable Latin-1 is a part. A mixture of both is refused."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        if re.search(r"[^\x00-\x7f\udc80-\udcff]", raw.decode("utf-8", "surrogateescape")):
            raise ReportFileError(path, f"is UTF-8 but for a broken character on line {line}; repair it and run again") from error
        try:
            raw.decode("cp1252")
        except UnicodeDecodeError:
            raise ReportFileError(path, f"is neither UTF-8 nor Windows-1252 (line {line}); save it as UTF-8") from error
        return "cp1252"
    return "utf-8"


def replace(path: Path, before: bytes, after: bytes) -> Path:
    """Put `after` where `before` still stands and return the copy of `before` made beside it.

    The file appears complete or stays as it was, keeps its permissions, and is reached through links. Raises ReportFileError, and
    leaves it alone, when it changed meanwhile, may not be written, or is open in an editor or locked by another program.
    """
    real = path.resolve()
    try:
        if not real.stat().st_mode & 0o222 or not os.access(real, os.W_OK):
            raise ReportFileError(path, "is read-only; allow writing and run again")
        if lock := _editor_lock(real):
            raise ReportFileError(path, f"is open in another program ({lock.name} is there); close it and run again")
        with _locked(path, real):
            if real.read_bytes() != before:
                raise ReportFileError(path, "was changed while this was planned; run again")
            backup = _keep(real, before)
            write_atomically(real, after)
            return backup
    except OSError as error:
        raise ReportFileError(path, f"cannot be written: {error}") from error


def _editor_lock(real: Path) -> Path | None:
    """The note LibreOffice, Word, Emacs or Vim leaves beside a file that is open."""
    names = (f".~lock.{real.name}#", f"~${real.name}", f"~${real.name[2:]}", f".#{real.name}", f".{real.name}.swp")
    return next((lock for name in names if (lock := real.with_name(name)).is_symlink() or lock.exists()), None)


@contextmanager
def _locked(path: Path, real: Path) -> Iterator[None]:
    with real.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
                raise ReportFileError(path, "is locked by another program; try again when it is done") from error
            # Some network drives know no locks; the comparison with what was planned still holds.
        yield


def _keep(real: Path, content: bytes) -> Path:
    """A copy as NAME.bak-1, -2, …; the last one again when it holds the same, as after a run that was cut short."""
    taken = sorted(
        int(found[1]) for one in real.parent.iterdir() if (found := re.fullmatch(re.escape(real.name) + r"\.bak-(\d+)", one.name))
    )
    if taken and (last := real.with_name(f"{real.name}.bak-{taken[-1]}")).is_file() and last.read_bytes() == content:
        return last
    backup = real.with_name(f"{real.name}.bak-{taken[-1] + 1 if taken else 1}")
    mode = real.stat().st_mode & 0o777
    with os.fdopen(os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    backup.chmod(mode)
    return backup
