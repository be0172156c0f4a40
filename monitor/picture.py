"""The one picture of a digest: developments per week and kind, a band of bars for each market, as a PNG. Pillow draws it.

It stands on its own light ground, so that dark mode leaves it readable, and its colours are told apart by colour-blind people
(Okabe and Ito). Twice as large as shown, for sharp screens; the font is Pillow's own.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from monitor.digest.dates import ENGLISH, months
from monitor.digest.trend import KINDS, week_number
from monitor.model import Trend

if TYPE_CHECKING:
    from PIL import ImageDraw

WIDTH = 552  # as shown
COLOURS = dict(zip(KINDS, ("#0072b2", "#d55e00", "#009e73", "#e69f00", "#56b4e9", "#8c8c8c"), strict=True))
GROUND, INK, FAINT = "#fcfcfa", "#1f2a30", "#cfd8dc"
SCALE = 2
BAND, PLOT, TOP, LEFT = 136, 78, 34, 8  # heights of a market's band and of its bars; the legend; the margin


def height(markets: int) -> int:
    """How high the picture of so many markets is shown."""
    return TOP + BAND * markets + 4


@functools.lru_cache(maxsize=16)
def draw(trends: tuple[tuple[str, Trend], ...], language: str = ENGLISH) -> bytes:
    """The picture of each market's (name, trend); the same numbers give the same bytes. Months are named in the language."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH * SCALE, height(len(trends)) * SCALE), GROUND)
    pen = ImageDraw.Draw(image)
    _legend(pen, [kind for kind in KINDS if any(kind in dict(trend.rows) for _, trend in trends)])
    most = max((max(_totals(trend)) for _, trend in trends), default=0)
    for n, (name, trend) in enumerate(trends):
        _band(pen, TOP + n * BAND, name, trend, max(most, 1), language)
    written = io.BytesIO()
    image.quantize(64).save(written, "PNG", optimize=True)
    return written.getvalue()


def _totals(trend: Trend) -> list[int]:
    return [sum(counts[n] for _, counts in trend.rows) for n in range(len(trend.weeks))]


def _legend(pen: ImageDraw.ImageDraw, kinds: Sequence[str]) -> None:
    x = float(LEFT)
    for kind in kinds:
        _box(pen, x, 11, x + 12, 23, COLOURS[kind])
        _text(pen, x + 17, 17, kind, 12, "lm")
        x += 17 + _font(12).getlength(kind) / SCALE + 14


def _band(pen: ImageDraw.ImageDraw, y: float, name: str, trend: Trend, most: int, language: str) -> None:
    base, step = y + 20 + PLOT, (WIDTH - 2 * LEFT) / len(trend.weeks)
    _text(pen, LEFT, y + 8, name, 13, "lm")
    _box(pen, LEFT, base, WIDTH - LEFT, base + 1, FAINT)
    for n, (week, total) in enumerate(zip(trend.weeks, _totals(trend), strict=True)):
        x, top = LEFT + n * step, base
        for kind, counts in trend.rows:
            if counts[n]:
                upper = top - counts[n] * (PLOT - 16) / most
                _box(pen, x + step * 0.18, upper, x + step * 0.82, max(top - 0.5, upper + 0.5), COLOURS[kind])
                top = upper
        if total:
            _text(pen, x + step / 2, top - 3, str(total), 11, "mb")
        _text(pen, x + step / 2, base + 10, f"W{week_number(week)}", 10, "mm")
        if n == 0 or week.month != trend.weeks[n - 1].month:
            _text(pen, x + step / 2, base + 21, _month(week, language), 10, "mm")


def _month(day: date, language: str) -> str:
    """Its name, or 2026-03 where Pillow's own font lacks a letter of one of them: it has those of ASCII only."""
    names = months(language)
    return names[day.month - 1] if all(name.isascii() for name in names) else f"{day:%Y-%m}"


@functools.lru_cache(maxsize=8)
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size * SCALE)


def _text(pen: ImageDraw.ImageDraw, x: float, y: float, text: str, size: int, anchor: str) -> None:
    pen.text((x * SCALE, y * SCALE), text, fill=INK, font=_font(size), anchor=anchor)


def _box(pen: ImageDraw.ImageDraw, left: float, top: float, right: float, bottom: float, colour: str) -> None:
    pen.rectangle((left * SCALE, top * SCALE, right * SCALE - 1, bottom * SCALE - 1), fill=colour)
