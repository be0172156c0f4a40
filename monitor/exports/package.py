"""Office files as what they are, parts of XML in a zip: written as a stream, always the same bytes; nothing in them runs or links out."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO, Self
from xml.sax.saxutils import escape

from monitor.exports.columns import moment

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CORE = "application/vnd.openxmlformats-package.core-properties+xml"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # of every part: the time of writing would make two pulls differ
QUICK = 1  # half the time of the usual level, for a tenth more bytes


class Package:
    """A zip of parts. `main`: the part that the file begins with; `types`: what each part is."""

    def __init__(self, file: IO[bytes], as_of: datetime, title: str) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=QUICK)
        self._types: dict[str, str] = {"docProps/core.xml": CORE}
        self.add(
            "docProps/core.xml",
            f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f'<dc:title>{text(title)}</dc:title><dc:creator>Market Monitor</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">'
            f"{moment(as_of)}</dcterms:created></cp:coreProperties>",
        )

    def add(self, name: str, content: str, kind: str = "") -> None:
        """A whole part."""
        self.stream(name, [content], kind)

    def stream(self, name: str, pieces: Iterable[str], kind: str = "") -> None:
        """A part piece by piece."""
        if kind:
            self._types[name] = kind
        part = zipfile.ZipInfo(name, LONG_AGO)
        part.compress_type = zipfile.ZIP_DEFLATED
        part._compresslevel = QUICK  # type: ignore[attr-defined]  # public, as compress_level, only from 3.13 on
        with self._zip.open(part, "w", force_zip64=True) as file:
            file.write(HEAD.encode())
            for piece in pieces:
                file.write(piece.encode())

    def relate(self, part: str, targets: Mapping[str, tuple[str, str]]) -> None:
        """What a part is made of: id → (kind of relation, target inside the file)."""
        folder, _, name = part.rpartition("/")
        related = "".join(f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, (kind, target) in targets.items())
        self.add(f"{folder}/_rels/{name}.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>')

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self._zip.close()

    def finish(self, main: str) -> None:
        """Say what the parts are, at the end."""
        core = f"{PACKAGE}/relationships/metadata/core-properties"
        self.add(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="{main}"/>'
            f'<Relationship Id="rId2" Type="{core}" Target="docProps/core.xml"/></Relationships>',
        )
        named = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in self._types.items())
        self.add(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>',
        )


def text(value: str) -> str:
    """Text inside an element."""
    return escape(value) if "&" in value or "<" in value or ">" in value else value


def attribute(value: str) -> str:
    """Text inside an attribute."""
    return escape(value, {'"': "&quot;", "\n": " ", "\t": " "})
