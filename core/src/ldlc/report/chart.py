# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A chart of lines or points over two axes; arms differ by colour, dash pattern and a label."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ldlc.report import svg
from ldlc.report.rounding import SIGNIFICANT
from ldlc.report.svg import Axis, label, tag

WIDTH = 760
_LABEL_GAP = 15


@dataclass(frozen=True)
class Series:
    """One line, or one group of points.

    Args:
      name: What its label says.
      x: Abscissae.
      y: Ordinates; a line is broken where one is not finite.
      low: Lower edge of its band; empty without one.
      high: Upper edge of its band.
      points: Whether it is drawn as points.
      names: A word beside each point; empty without.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    points: bool = False
    names: Sequence[str] = ()


def look(k: int, name: str) -> str:
    """Returns the classes of the k-th series: 16 series differ by colour and dash pattern."""
    dash = (k + k // len(svg.ARMS)) % len(svg.DASHES)
    classes = f"f-{name} f-{svg.ARMS[k % len(svg.ARMS)]}"
    return f"{classes} f-d{dash}" if name == "line" and dash else classes


def draw(
    title: str,
    x_label: str,
    y_label: str,
    series: Sequence[Series],
    log_x: bool = False,
    log_y: bool = False,
) -> str:
    """Returns the chart as SVG.

    Args:
      title: What a screen reader says.
      x_label: Under the horizontal axis.
      y_label: Above the vertical axis.
      series: What is drawn, back to front.
      log_x: Whether the horizontal axis is logarithmic, if all values are positive.
      log_y: Whether the vertical axis is.
    """
    series = [_rounded(one) for one in series]
    gutter = min(230.0, max([svg.width_of(one.name) for one in series] or [0]) + 18)
    height = max(340.0, _LABEL_GAP * len(series) + 90)
    left, right, top, foot = 68.0, WIDTH - 14 - gutter, 40.0, height - 48
    xs = [v for one in series for v in one.x]
    ys = [v for one in series for values in (one.y, one.low, one.high) for v in values]
    across = svg.spanning(xs, left, right, log_x, 0.04 if any(s.points for s in series) else 0.0)
    up = svg.spanning(ys, foot, top, log_y, pad=0.05)
    out = [*svg.sideways(up, left, right), *svg.bottom(across, foot)]
    middle = (left + right) / 2
    out.append(label(middle, height - 12, x_label, "f-s", "middle"))
    note = " (logarithmic)" if up.log else ""
    out.append(label(16, 24, f"{y_label}{note}", "f-s f-b"))
    for k, one in enumerate(series):
        out += _band(one, k, across, up)
    for k, one in enumerate(series):
        out += _points(one, k, across, up) if one.points else _line(one, k, across, up)
    out += _labels(series, up, right, top, foot)
    return svg.document(WIDTH, height, title, out)


def _rounded(one: Series) -> Series:
    """Returns the series with the digits that a report writes: the last bits must not be drawn."""

    def short(values: Sequence[float]) -> list[float]:
        return [float(f"{float(v):.{SIGNIFICANT}g}") for v in values]

    return Series(
        one.name, short(one.x), short(one.y), short(one.low), short(one.high), one.points, one.names
    )


def _band(one: Series, k: int, across: Axis, up: Axis) -> list[str]:
    edges = [
        (across.at(x), up.at(low), up.at(high))
        for x, low, high in zip(one.x, one.low, one.high, strict=False)
        if math.isfinite(low) and math.isfinite(high)
    ]
    if len(edges) < 2:
        return []
    outline = [(x, high) for x, _, high in edges] + [(x, low) for x, low, _ in reversed(edges)]
    return [tag("path", look(k, "band"), d=svg.path(outline, close=True))]


def _line(one: Series, k: int, across: Axis, up: Axis) -> list[str]:
    pieces: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(one.x, one.y, strict=True):
        if math.isfinite(x) and math.isfinite(y):
            pieces[-1].append((across.at(x), up.at(y)))
        elif pieces[-1]:
            pieces.append([])
    whole = "".join(svg.path(piece) for piece in pieces if len(piece) > 1)
    dots = [_dot(*piece[0], k, 3) for piece in pieces if len(piece) == 1]
    return [*([tag("path", look(k, "line"), d=whole)] if whole else []), *dots]


def _points(one: Series, k: int, across: Axis, up: Axis) -> list[str]:
    out = []
    for n, (x, y) in enumerate(zip(one.x, one.y, strict=True)):
        if math.isfinite(x) and math.isfinite(y):
            px, py = across.at(x), up.at(y)
            out.append(_dot(px, py, k, 4.5))
            if one.names:
                out.append(label(px + 7, py + 4, one.names[n], "f-s"))
    return out


def _dot(x: float, y: float, k: int, radius: float) -> str:
    """Returns a point; groups differ by shape as well: disc, square, triangle, diamond."""
    shape, classes = k % 4, look(k, "point")
    if shape == 0:
        return tag("circle", classes, cx=x, cy=y, r=radius)
    if shape == 1:
        side = radius * 1.8
        return tag("rect", classes, x=x - side / 2, y=y - side / 2, width=side, height=side)
    r = radius * 1.25
    corners = [(x, y - r), (x + r, y + r * 0.8), (x - r, y + r * 0.8)]
    if shape == 3:
        corners = [(x, y - r), (x + r, y), (x, y + r), (x - r, y)]
    return tag("path", classes, d=svg.path(corners, close=True))


def _labels(series: Sequence[Series], up: Axis, right: float, top: float, foot: float) -> list[str]:
    """Returns each series' name at its end, with a sample of its line, never one on another."""
    last = [[v for v in one.y if math.isfinite(v)][-1:] for one in series]
    wanted = [
        (top if one.points else up.at(ends[0]) if ends else foot) + 4
        for one, ends in zip(series, last, strict=True)
    ]
    out = []
    for k, (one, y) in enumerate(
        zip(series, svg.spread(wanted, _LABEL_GAP, top + 4, foot + 4), strict=True)
    ):
        if one.points:
            out.append(_dot(right + 14, y - 4, k, 4.5))
        out.append(label(right + (24 if one.points else 8), y, one.name))
    return out
