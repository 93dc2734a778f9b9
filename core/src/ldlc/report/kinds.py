# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of figures that a paper's own `figures.py` may hand over: data, not drawings.

A paper's package may hold a `figures.py` with one function:

    from ldlc.report import Curves, Figure, Line, Panel, Weights

    def figures(results) -> dict[str, Figure]:
        run = results["symmetry", "two_hidden"][0]
        return {"figure-1": Weights("Weights of a solution", "Seed 0.", [Panel("unit 1", run.arrays["weights"])])}

`results` maps (experiment, arm) to runs by seed; a run has `measures`, `curves` and, for the
experiment's `array_seeds`, `arrays`. Arms or seeds may be missing: a paper is reported while it is
being recorded. The function is called by `ldlc report`, without TensorFlow, and must give the same
figures from the same record on every machine: no clock, no random numbers without a seed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ldlc.report import chart, svg
from ldlc.report.rounding import estimate, text
from ldlc.report.svg import label, tag

WIDTH = 760
_CELL = 20
_EDGE = 20

Row = Sequence[float]


@dataclass(frozen=True)
class Line:
    """One line of `Curves`.

    Args:
      name: Its label.
      x: Abscissae.
      y: Ordinates, as many.
      low: Lower edge of its band, as many; or nothing.
      high: Upper edge of its band.
    """

    name: str
    x: Row
    y: Row
    low: Row = ()
    high: Row = ()

    def __post_init__(self) -> None:
        _same_length(f"line `{self.name}`", x=self.x, y=self.y)
        if len(self.low) or len(self.high):
            _same_length(f"line `{self.name}`", x=self.x, low=self.low, high=self.high)


@dataclass(frozen=True)
class Points:
    """One group of points of `Scatter`.

    Args:
      name: Its label.
      x: Abscissae.
      y: Ordinates, as many.
      names: A word beside each point; or nothing.
    """

    name: str
    x: Row
    y: Row
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        _same_length(f"points `{self.name}`", x=self.x, y=self.y)
        if len(self.names):
            _same_length(f"points `{self.name}`", x=self.x, names=self.names)


@dataclass(frozen=True)
class Series:
    """One bar in each group of `Bars`.

    Args:
      name: What its colour stands for.
      values: A length for each group.
      low: Lower ends of error bars, as many; or nothing.
      high: Upper ends.
    """

    name: str
    values: Row
    low: Row = ()
    high: Row = ()

    def __post_init__(self) -> None:
        if len(self.low) or len(self.high):
            _same_length(f"series `{self.name}`", values=self.values, low=self.low, high=self.high)


@dataclass(frozen=True)
class Panel:
    """One field of `Weights`.

    Args:
      name: Its heading.
      values: Rows of weights, all of one length; not-a-number leaves a place empty.
      rows: A word for each row; or nothing.
      columns: A word for each column; or nothing.
    """

    name: str
    values: Sequence[Row]
    rows: Sequence[str] = ()
    columns: Sequence[str] = ()

    def __post_init__(self) -> None:
        _table(f"panel `{self.name}`", self.values, self.rows, self.columns)


@dataclass(frozen=True)
class Curves:
    """Lines with optional bands over two axes."""

    title: str
    caption: str
    lines: Sequence[Line]
    x_label: str
    y_label: str
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True)
class Scatter:
    """Groups of points over two axes."""

    title: str
    caption: str
    groups: Sequence[Points]
    x_label: str
    y_label: str
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True)
class Bars:
    """Groups of horizontal bars from zero, with optional error bars.

    Args:
      title: Its heading.
      caption: What it shows.
      groups: A word for each group.
      series: The bars of each group.
      unit: What the bars measure.
    """

    title: str
    caption: str
    groups: Sequence[str]
    series: Sequence[Series]
    unit: str = ""

    def __post_init__(self) -> None:
        for one in self.series:
            _same_length(f"series `{one.name}`", groups=self.groups, values=one.values)


@dataclass(frozen=True)
class Weights:
    """Weights as squares on grey fields: white is positive, black negative, the area is the size.

    Args:
      title: Its heading.
      caption: What it shows.
      panels: The fields, side by side as far as they fit; all have one scale.
    """

    title: str
    caption: str
    panels: Sequence[Panel]


@dataclass(frozen=True)
class Heat:
    """A table of numbers as shades: blue is positive, red-brown negative, the shade is the size.

    Args:
      title: Its heading.
      caption: What it shows.
      values: Rows of numbers, all of one length; not-a-number leaves a place empty.
      rows: A word for each row.
      columns: A word for each column.
      show_values: Whether each number is written into its place.
    """

    title: str
    caption: str
    values: Sequence[Row]
    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    show_values: bool = False

    def __post_init__(self) -> None:
        _table(f"heat map `{self.title}`", self.values, self.rows, self.columns)


Figure = Curves | Scatter | Bars | Weights | Heat


def draw(figure: Figure) -> str:
    """Returns a paper's figure as SVG."""
    if isinstance(figure, Curves):
        lines = [chart.Series(o.name, o.x, o.y, o.low, o.high) for o in figure.lines]
        return _chart(figure, lines)
    if isinstance(figure, Scatter):
        groups = [chart.Series(g.name, g.x, g.y, (), (), True, g.names) for g in figure.groups]
        return _chart(figure, groups)
    if isinstance(figure, Bars):
        return _bars(figure)
    return _weights(figure) if isinstance(figure, Weights) else _heat(figure)


def _chart(figure: Curves | Scatter, series: Sequence[chart.Series]) -> str:
    return chart.draw(
        figure.title, figure.x_label, figure.y_label, series, figure.log_x, figure.log_y
    )


def _bars(figure: Bars) -> str:
    thick, gap = (16, 14) if len(figure.series) > 1 else (20, 12)
    group = thick * len(figure.series) + gap
    left = min(260.0, max(map(svg.width_of, figure.groups), default=0) + _EDGE + 12)
    top = 44.0 if len(figure.series) > 1 else 14.0
    values = [v for one in figure.series for vs in (one.values, one.low, one.high) for v in vs]
    axis = svg.spanning([0.0, *(_short(v) for v in values)], left, WIDTH - 84, pad=0.0)
    foot = top + group * len(figure.groups) + 4
    out: list[str] = []
    for value in axis.ticks():
        x = axis.at(value)
        out.append(tag("line", "f-grid", x1=x, x2=x, y1=top, y2=foot))
    out += svg.bottom(axis, foot)
    x = float(_EDGE)
    for k, one in enumerate(figure.series):
        if len(figure.series) > 1:
            out.append(tag("rect", chart.look(k, "bar"), x=x, y=14, width=14, height=14))
            out.append(label(x + 21, 26, one.name, "f-s"))
            x += svg.width_of(one.name) + 46
        for n, value in enumerate(one.values):
            out += _bar(
                one, k, n, _short(value), axis, top + group * n + gap / 2 + thick * k, thick
            )
    for n, name in enumerate(figure.groups):
        out.append(label(left - 12, top + group * (n + 0.5) + 4.5, name, "f-t", "end"))
    out.append(label(WIDTH - _EDGE, foot + 34, figure.unit, "f-s", "end"))
    return svg.document(WIDTH, foot + 46, figure.title, out)


def _bar(
    one: Series, k: int, n: int, value: float, axis: svg.Axis, y: float, thick: float
) -> list[str]:
    if not math.isfinite(value):
        return [label(axis.at(0) + 6, y + thick - 4, "none", "f-s")]
    zero, end = axis.at(0.0), axis.at(value)
    wide, tall = max(abs(end - zero), 0.5), thick - 2
    out = [tag("rect", chart.look(k, "bar"), x=min(zero, end), y=y, width=wide, height=tall)]
    furthest = max(zero, end)
    if len(one.low):
        a, b, middle = axis.at(_short(one.low[n])), axis.at(_short(one.high[n])), y + tall / 2
        caps = f"M{svg.xy(a)},{svg.xy(middle - 4)}v8M{svg.xy(b)},{svg.xy(middle - 4)}v8"
        line = f"M{svg.xy(a)},{svg.xy(middle)}H{svg.xy(b)}{caps}"
        out.append(tag("path", "f-error", d=line))
        furthest = max(furthest, b)
    out.append(label(furthest + 7, y + tall / 2 + 4.5, text(estimate(value, 3)), "f-s"))
    return out


def _weights(figure: Weights) -> str:
    largest = max(
        (abs(v) for p in figure.panels for row in p.values for v in map(_short, row) if v == v),
        default=0.0,
    )
    out: list[str] = []
    x, y, tallest = float(_EDGE), 16.0, 0.0
    for panel in figure.panels:
        drawn, wide, tall = _panel(panel, x, y, largest)
        if x > _EDGE and x + wide > WIDTH - _EDGE:
            x, y, tallest = float(_EDGE), y + tallest + 22, 0.0
            drawn, wide, tall = _panel(panel, x, y, largest)
        out += drawn
        x, tallest = x + wide + 28, max(tallest, tall)
    y += tallest + 20
    for classes, at, words in (("f-plus", _EDGE, "positive"), ("f-minus", 120, "negative")):
        out.append(tag("rect", "f-field", x=at, y=y, width=18, height=18))
        out.append(tag("rect", classes, x=at + 4, y=y + 4, width=10, height=10))
        out.append(label(at + 25, y + 13.5, words, "f-s"))
    size = text(estimate(largest, 3))
    out.append(label(220, y + 13.5, f"area: size; the largest is {size}", "f-s"))
    return svg.document(WIDTH, y + 34, figure.title, out)


def _panel(panel: Panel, x: float, y: float, largest: float) -> tuple[list[str], float, float]:
    """Returns a panel's elements, its width and its height."""
    count = max(map(len, panel.values), default=0)
    gutter = max(map(svg.width_of, panel.rows), default=-8.0) + 8
    wide, tall = count * _CELL, len(panel.values) * _CELL
    out = [label(x + gutter, y + 11, panel.name, "f-t f-b")] if panel.name else []
    top = y + 18 if panel.name else y
    heads, head = _column_names(panel.columns, x + gutter, top, _CELL)
    out += heads
    top += head
    out.append(tag("rect", "f-field", x=x + gutter, y=top, width=wide, height=tall, rx=2))
    for r, row in enumerate(panel.values):
        if len(panel.rows):
            out.append(label(x + gutter - 8, top + _CELL * r + 14, panel.rows[r], "f-s", "end"))
        for c, value in enumerate(map(_short, row)):
            side = (_CELL - 3) * math.sqrt(abs(value) / largest) if value == value and value else 0
            if side < 0.5:
                continue
            left = x + gutter + _CELL * (c + 0.5) - side / 2
            high = top + _CELL * (r + 0.5) - side / 2
            classes = "f-plus" if value > 0 else "f-minus"
            out.append(tag("rect", classes, x=left, y=high, width=side, height=side))
    title = svg.width_of(panel.name, 14)
    return out, max(gutter + wide, gutter + title), top + tall - y


def _heat(figure: Heat) -> str:
    count = max(map(len, figure.values), default=1)
    gutter = min(240.0, max(map(svg.width_of, figure.rows), default=0) + 8) + _EDGE
    cell = min(64.0 if figure.show_values else 28.0, (WIDTH - _EDGE - gutter) / count)
    tall = min(cell, 28.0)
    heads, head = _column_names(figure.columns, gutter, 14, cell)
    out, top = list(heads), 14 + head
    largest = max(
        (abs(v) for row in figure.values for v in map(_short, row) if v == v), default=0.0
    )
    for r, row in enumerate(figure.values):
        if len(figure.rows):
            y = top + tall * r + tall / 2 + 4.5
            out.append(label(gutter - 8, y, figure.rows[r], "f-s", "end"))
        for c, value in enumerate(map(_short, row)):
            if not math.isfinite(value):
                continue
            share = abs(value) / largest if largest else 0.0
            x, y = gutter + cell * c, top + tall * r
            colour = "f-v-not" if value < 0 else "f-v-replicated"
            shade = svg.xy(round(0.08 + 0.92 * share, 1))
            out.append(
                tag(
                    "rect", colour, x=x, y=y, width=cell - 1, height=tall - 1, fill_opacity=shade
                )
            )  # fmt: skip
            if figure.show_values:
                classes = "f-t f-tiny f-card" if share > 0.5 else "f-t f-tiny"
                shown = text(estimate(value, 3))
                out.append(label(x + cell / 2, y + tall / 2 + 4, shown, classes, "middle"))
    foot = top + tall * len(figure.values)
    out.append(label(gutter, foot + 22, f"darkest: ± {text(estimate(largest, 3))}", "f-s"))
    return svg.document(WIDTH, foot + 36, figure.title, out)


def _column_names(
    names: Sequence[str], left: float, top: float, cell: float
) -> tuple[list[str], float]:
    """Returns the words above the columns and the height that they take; long ones are turned."""
    if not len(names):
        return [], 0.0
    longest = max(map(svg.width_of, names))
    if longest <= cell - 2:
        return [
            label(left + cell * (c + 0.5), top + 12, name, "f-s", "middle")
            for c, name in enumerate(names)
        ], 18.0
    out = []
    for c, name in enumerate(names):
        x, y = svg.xy(left + cell * (c + 0.5) + 4), svg.xy(top + longest)
        turned = f"translate({x} {y}) rotate(-90)"
        out.append(tag("text", "f-s", escape(name, quote=False), transform=turned))
    return out, longest + 6


def _short(value: float) -> float:
    """Returns `value` with the digits that a report writes: the last bits must not be drawn."""
    return float(f"{float(value):.5g}")


def _same_length(subject: str, **lists: Sequence[object]) -> None:
    lengths = {name: len(values) for name, values in lists.items()}
    if len(set(lengths.values())) > 1:
        got = ", ".join(f"{count} `{name}`" for name, count in lengths.items())
        raise ValueError(
            f"{subject} must have equally many of each, got {got}. Give each its value."
        )


def _table(
    subject: str, values: Sequence[Row], rows: Sequence[str], columns: Sequence[str]
) -> None:
    widths = sorted({len(row) for row in values})
    if len(widths) > 1:
        raise ValueError(f"{subject} must have rows of one length, got {widths}. Fill up with nan.")
    if len(rows):
        _same_length(subject, values=values, rows=rows)
    if len(columns) and len(values):
        _same_length(subject, columns=columns, values=values[0])
