"""A Word file as a zip of parts: its main part as text, and the same zip with only that part replaced."""

from __future__ import annotations

import copy
import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from monitor.errors import ReportFileError
from monitor.report.xml import parsed

LARGEST_PART = 50_000_000
LARGEST_WHOLE = 400_000_000
NAMESPACES = ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")
DAMAGED = "is damaged ({}); restore it, or open and save it in Word, and run again"


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a Word file that an update reads; `main` is the name of the one it may change."""

    main: str
    document: str
    styles: str  # empty when it has none


def unpacked(path: Path, raw: bytes) -> Package:
    """The parts of a Word file; raises ReportFileError when it is damaged, protected, signed or hostile."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as file:
            _refuse(path, file)
            main = _main(path, file)
            styles = posixpath.join(posixpath.dirname(main), "styles.xml")
            document = _part(path, file, main)
            start = re.search(r"<(\w[\w.-]*:)?document\b[^>]*>", document)
            if start is None or start[1] != "w:" or not any(re.search(rf"xmlns:w=[\"']{space}[\"']", start[0]) for space in NAMESPACES):
                raise ReportFileError(path, "was not written as Word writes it; open it in Word, save it as .docx and run again")
            return Package(main, document, _part(path, file, styles) if styles in file.namelist() else "")
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise ReportFileError(path, DAMAGED.format(error)) from error


def repacked(raw: bytes, main: str, document: str) -> bytes:
    """The same zip, its other members as they were and in their order, with the main part replaced."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(written, "w") as new:
        new.comment = old.comment
        for member in old.infolist():
            content = document.encode() if member.filename == main else old.read(member)
            new.writestr(copy.copy(member), content, compress_type=member.compress_type)
    return written.getvalue()


def _refuse(path: Path, file: zipfile.ZipFile) -> None:
    members = file.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise ReportFileError(path, "is protected by a password; take it off and run again")
    if any(member.filename.startswith("_xmlsignatures/") for member in members):
        raise ReportFileError(path, "is signed, and a change would break the signature; take it off and run again")
    if len({member.filename for member in members}) != len(members):
        raise ReportFileError(path, DAMAGED.format("two parts have one name"))
    if sum(member.file_size for member in members) > LARGEST_WHOLE:
        raise ReportFileError(path, f"unpacks to more than {LARGEST_WHOLE // 1_000_000} MB")
    if broken := file.testzip():
        raise ReportFileError(path, DAMAGED.format(f"its part {broken} does not add up"))


def _main(path: Path, file: zipfile.ZipFile) -> str:
    for node in parsed(_part(path, file, "_rels/.rels")).walk():
        if node.tag.endswith("Relationship") and (node.attributes.get("Type") or "").endswith("/officeDocument"):
            return (node.attributes.get("Target") or "").lstrip("/")
    raise ReportFileError(path, DAMAGED.format("it names no document"))


def _part(path: Path, file: zipfile.ZipFile, name: str) -> str:
    if file.getinfo(name).file_size > LARGEST_PART:
        raise ReportFileError(path, f"has a part larger than {LARGEST_PART // 1_000_000} MB: {name}")
    content = file.read(name)
    reader = expat.ParserCreate()

    def declared(*_: object) -> None:
        raise ReportFileError(path, f"declares a document type in {name}, which no Word file does; do not trust it")

    reader.StartDoctypeDeclHandler = declared
    try:
        reader.Parse(content, True)
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReportFileError(path, f"is not UTF-8 inside ({name}); open and save it in Word, and run again") from error
    except expat.ExpatError as error:
        raise ReportFileError(path, DAMAGED.format(f"{name}: {error}")) from error
