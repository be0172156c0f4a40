"""A Word table across the page, its heading on every page; texts alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from monitor.exports.columns import CHANGE, COLUMNS, About, Row, printed, values
from monitor.exports.package import OFFICE, Package, text

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
READABLE = ("event_date", "type", "headline", "line_text", "players", "product", "agency", "status", "source_name", "id")
SHARES = {
    "event_date": 14,
    "headline": 22,
    "line_text": 42,
    "players": 20,
    "indication": 18,
    "source_url": 20,
    "source_name": 15,
    "id": 16,
    "type": 23,
    "product": 13,
}
WIDTH = 15_700  # of the text on an A4 page across, in twentieths of a point
TABLE = '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="BFBFBF"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
STYLES = (
    f'<w:styles xmlns:w="{MAIN}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>'
    '<w:sz w:val="15"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>'
    '<w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="80"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/></w:rPr>'
    f'</w:style><w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>{BORDERS}</w:tblBorders>'
    '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>'
)


def readable(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Those columns that one can read beside each other on a page, when all are meant; otherwise the chosen ones."""
    plain = tuple(name for name in columns if name != CHANGE)
    return (*(name for name in columns if name == CHANGE), *READABLE) if plain == COLUMNS else columns


def document(rows: Iterable[Row], about: About, file: IO[bytes]) -> None:
    """Write the document."""
    with Package(file, about.as_of, f"Latest developments as of {about.stamp}") as package:
        package.stream("word/document.xml", _body(rows, about), f"{KIND}.document.main+xml")
        package.add("word/styles.xml", STYLES, f"{KIND}.styles+xml")
        package.relate("word/document.xml", {"rId1": (f"{OFFICE}/styles", "styles.xml")})
        package.finish("word/document.xml")


def _body(rows: Iterable[Row], about: About) -> Iterator[str]:
    shares = [SHARES.get(name, 12) for name in about.columns]
    widths = [WIDTH * share // sum(shares) for share in shares]
    yield f'<w:document xmlns:w="{MAIN}"><w:body>'
    yield _paragraph(f"Latest developments as of {about.stamp}", '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>')
    if asked := "; ".join(f"{name}: {value}" for name, value in about.asked):
        yield _paragraph(asked)
    yield TABLE
    yield "".join(f'<w:gridCol w:w="{width}"/>' for width in widths) + "</w:tblGrid>"
    heads = "".join(_cell(name, width, bold=True) for name, width in zip(about.columns, widths, strict=True))
    yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
    for one in rows:
        cells = "".join(_cell(printed(value), width) for value, width in zip(values(one, about.columns), widths, strict=True))
        yield f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"
    yield (
        '</w:tbl><w:p/><w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        '<w:pgMar w:top="567" w:right="567" w:bottom="567" w:left="567" w:header="284" w:footer="284" w:gutter="0"/></w:sectPr>'
        "</w:body></w:document>"
    )


def _cell(value: str, width: int, *, bold: bool = False) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(value, bold=bold)}</w:tc>'


def _paragraph(value: str, properties: str = "", *, bold: bool = False) -> str:
    marked = "<w:rPr><w:b/></w:rPr>" if bold else ""
    shown = " ".join(value.split())
    return f'<w:p>{properties}<w:r>{marked}<w:t xml:space="preserve">{text(shown)}</w:t></w:r></w:p>'
