"""Unpacks a body while it arrives, and stops at the first byte too many."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO

from monitor.fetch.allowance import Allowance, TooMuch

PIECE = 64 * 1024
ENCODINGS = "gzip, deflate"  # what is asked for
GZIP = b"\x1f\x8b"


class Unreadable(Exception):  # noqa: N818
    """The body broke off, or is packed in a way that was not asked for."""


def read(chunks: Iterable[bytes], encoding: str, most: int, allowance: Allowance) -> bytes:
    """The whole body, unpacked; raises TooMuch, OutOfTime or Unreadable."""
    body, size = BytesIO(), 0
    for piece in unpacked(chunks, encoding):
        allowance.seconds()  # also what needs no waiting ends at the deadline
        size += len(piece)
        if size > most:
            raise TooMuch(f"the answer is larger than {most // 1_000_000} MB")
        body.write(piece)
    return body.getvalue()


def unpacked(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The pieces of a body, each small, however much a byte on the wire stands for."""
    way = encoding.strip().lower()
    if way in {"", "identity"}:
        yield from chunks
    elif way in {"gzip", "x-gzip"}:
        yield from _inflated(chunks, zlib.MAX_WBITS | 16)
    elif way == "deflate":
        yield from _inflated(chunks, None)
    else:
        raise Unreadable("the answer is packed in a way that was not asked for")


def _inflated(chunks: Iterable[bytes], window: int | None) -> Iterator[bytes]:
    inflater, rest = None, b""
    for chunk in chunks:
        rest += chunk
        while rest:
            if inflater is None or inflater.eof:
                if len(rest) < 2:
                    break
                if inflater is not None and rest[:2] != GZIP:
                    return  # padding after the end
                inflater = zlib.decompressobj(window or _deflate_window(rest))
            yield from _pieces(inflater, rest)
            rest = inflater.unused_data if inflater.eof else b""
    if inflater is None or not inflater.eof:
        raise Unreadable("the answer broke off")


def _pieces(inflater: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    try:
        while True:
            piece = inflater.decompress(packed, PIECE)
            packed = inflater.unconsumed_tail
            if piece:
                yield piece
            if inflater.eof or (not packed and len(piece) < PIECE):
                return
    except zlib.error as error:
        raise Unreadable("the answer cannot be unpacked") from error


def _deflate_window(start: bytes) -> int:
    """Both kinds of deflate are in use: as the standard says, with a zlib header, and without."""
    with_header = start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return zlib.MAX_WBITS if with_header else -zlib.MAX_WBITS
