"""Curves as a picture in SVG: panels beside each other, passages on a logarithmic axis, heights from zero.

Written by hand, since a few lines and words need no plotting library. Colours are read on white and on black.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 300, 244
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 26, 66
_COLOURS = ("#2f7ed8", "#d9822b", "#3a9d5d", "#a05bb5")
_GREY = "#8a8f98"
_MARKS = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (passages, height) with a name; a dashed curve is an earlier state."""

    name: str
    points: Sequence[tuple[float, float]]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves over one axis."""

    title: str
    curves: Sequence[Curve]


def picture(panels: Sequence[Panel], columns: int = 2) -> str:
    """Return an SVG file with the panels in rows."""
    rows = math.ceil(len(panels) / columns)
    width, height = columns * _WIDTH, rows * _HEIGHT
    passages = [x for panel in panels for curve in panel.curves for x, _ in curve.points]
    bounds = (min(passages), max(passages))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="11" fill="{_GREY}">'
    ]
    for place, panel in enumerate(panels):
        at = f"translate({place % columns * _WIDTH} {place // columns * _HEIGHT})"
        parts.append(f'<g transform="{at}">{_panel(panel, bounds)}</g>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def marks(greatest: float) -> list[float]:
    """Return round heights from zero up to the first that is not below `greatest`."""
    step = 10 ** math.floor(math.log10(greatest / _MARKS)) if greatest > 0 else 1.0
    step *= next(factor for factor in (1, 2, 5, 10) if factor * step * _MARKS >= greatest)
    return [number * step for number in range(math.ceil(greatest / step - 1e-9) + 1)] or [0.0]


def _panel(panel: Panel, bounds: tuple[float, float]) -> str:
    heights = marks(max(y for curve in panel.curves for _, y in curve.points))
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT

    def across(x: float) -> float:
        least, most = map(math.log, bounds)
        share = (math.log(x) - least) / (most - least) if most > least else 0.5
        return _LEFT + share * (right - _LEFT)

    def up(y: float) -> float:
        return bottom - y / (heights[-1] or 1.0) * (bottom - _TOP)

    parts = [f'<text x="{_LEFT}" y="14" font-weight="bold">{escape(panel.title)}</text>']
    for height in heights:
        y = f"{up(height):.1f}"
        parts.append(f'<path d="M{_LEFT} {y}H{right}" stroke="{_GREY}" stroke-opacity=".3"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y}" dy="4" text-anchor="end">{height:,.6g}</text>')
    for x in sorted({x for curve in panel.curves for x, _ in curve.points}):
        parts.append(f'<text x="{across(x):.1f}" y="{bottom + 16}" text-anchor="middle">{_short(x)}</text>')
    for number, curve in enumerate(panel.curves):
        colour = _COLOURS[number % len(_COLOURS)]
        line = "L".join(f"{across(x):.1f} {up(y):.1f}" for x, y in curve.points)
        dash = ' stroke-dasharray="4 4"' if curve.dashed else ""
        parts.append(f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        parts += [f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="{colour}"/>' for x, y in curve.points]
        place = f'x="{_LEFT + number % 2 * 116}" y="{bottom + 34 + number // 2 * 14}"'
        parts.append(f'<text {place} fill="{colour}">{escape(curve.name)}</text>')
    return "".join(parts)


def _short(passages: float) -> str:
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if passages >= 0.95 * size:
            return f"{passages / size:.2g}{unit}" if passages < 10 * size else f"{passages / size:.0f}{unit}"
    return f"{passages:.0f}"
