# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SVG as text: no dependency, the same bytes on every machine, readable in light and dark.

Every coordinate goes through `xy`, which rounds to a tenth of a pixel, so that the last bits of a
mathematical library do not reach the file. Colours are CSS variables with fallbacks: alone (`<img>`)
a figure follows the reader's `prefers-color-scheme`; inlined, it takes the colours of the page.
There are no ids, so that two figures in one page cannot collide, and every class is prefixed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from ldlc.report import rounding

LIGHT = {
    "card": "#ffffff", "ink": "#1d2126", "soft": "#565e69", "rule": "#dcdad4", "accept": "#d7e6ee",
    "v-replicated": "#0b6a96", "v-direction": "#0b6a96", "v-not": "#b8391a",
    "v-inconclusive": "#6a6458", "v-exploratory": "#6d4aa0", "v-blocked": "#6a6458",
    "v-error": "#8a5a00", "v-none": "#6f6a60",
    "arm-1": "#3a8fb7", "arm-2": "#b3551d", "arm-3": "#7d23bc", "arm-4": "#0b3823",
    "field": "#85827b", "plus": "#ffffff", "minus": "#1d2126",
}  # fmt: skip
DARK = {
    "card": "#1b1f24", "ink": "#e9ebee", "soft": "#a9b1bb", "rule": "#343a42", "accept": "#25405a",
    "v-replicated": "#5fb7ea", "v-direction": "#5fb7ea", "v-not": "#f58a63",
    "v-inconclusive": "#b5ae9f", "v-exploratory": "#bda0ea", "v-blocked": "#b5ae9f",
    "v-error": "#e3b04b", "v-none": "#a39d90",
    "arm-1": "#407d9a", "arm-2": "#dd7332", "arm-3": "#9559e6", "arm-4": "#c1e6b8",
    "field": "#6e6f70", "plus": "#ffffff", "minus": "#0d0f12",
}  # fmt: skip

OPENING = '<svg xmlns="http://www.w3.org/2000/svg" class="ldlc-fig"'  # how our files are known

VERDICTS = [name for name in LIGHT if name.startswith("v-")]
ARMS = ("arm-1", "arm-2", "arm-3", "arm-4")
DASHES = ("", "7 3", "2 3", "9 3 2 3")

_RULES = {  # later ones win
    **{f"f-{name}": f"fill:{{{name}}};stroke:{{{name}}}" for name in ARMS},
    "f-t": "font:13px system-ui,-apple-system,'Segoe UI',sans-serif;"
    "font-variant-numeric:tabular-nums lining-nums;fill:{ink}",
    "f-s": "font:12px system-ui,-apple-system,'Segoe UI',sans-serif;"
    "font-variant-numeric:tabular-nums lining-nums;fill:{soft}",
    "f-b": "font-weight:600",
    "f-big": "font-size:17px",
    "f-tiny": "font-size:10px",
    "f-card": "fill:{card}",
    "f-border": "stroke:{rule};stroke-width:1",
    "f-grid": "stroke:{rule};stroke-width:1",
    "f-axis": "stroke:{soft};stroke-width:1",
    "f-accept": "fill:{accept}",
    "f-edge": "stroke:{soft};stroke-width:1;stroke-dasharray:2 2",
    "f-pin": "fill:{ink};stroke:{ink};stroke-width:1",
    "f-ours": "fill:none;stroke-width:2.5",
    "f-dot": "stroke:{card};stroke-width:1.5",
    "f-line": "fill:none;stroke-width:2;stroke-linejoin:round",
    "f-band": "stroke:none;fill-opacity:.16",
    "f-point": "fill-opacity:.75;stroke:none",
    "f-bar": "stroke:none",
    "f-error": "stroke:{ink};stroke-width:1.5;fill:none",
    "f-field": "fill:{field}",
    "f-plus": "fill:{plus}",
    "f-minus": "fill:{minus}",
    **{f"f-{name}": f"fill:{{{name}}}" for name in VERDICTS},
    **{f"f-{name}-line": f"stroke:{{{name}}}" for name in VERDICTS},
    **{f"f-d{k}": f"stroke-dasharray:{dash}" for k, dash in enumerate(DASHES) if dash},
}


def xy(value: float) -> str:
    """Returns a coordinate in pixels with at most one decimal; never `-0`."""
    return f"{round(value * 10) / 10:.1f}".removesuffix(".0")  # an int, so there is no -0


def tag(name: str, classes: str = "", body: str | None = None, **attributes: float | str) -> str:
    """Returns one element.

    Args:
      name: The element's name.
      classes: Its classes, separated by spaces.
      body: Its content, already escaped; None closes the tag at once.
      **attributes: Numbers are printed by `xy`, strings are escaped; `_` stands for `-`.
    """
    words = [name]
    if classes:
        words.append(f'class="{classes}"')
    for key, value in attributes.items():
        shown = escape(value) if isinstance(value, str) else xy(value)
        words.append(f'{key.replace("_", "-")}="{shown}"')
    return f"<{' '.join(words)}/>" if body is None else f"<{' '.join(words)}>{body}</{name}>"


def label(x: float, y: float, content: str, classes: str = "f-t", anchor: str = "start") -> str:
    """Returns a text whose baseline is at `y`; `anchor` is start, middle or end."""
    more = {} if anchor == "start" else {"text_anchor": anchor}
    return tag("text", classes, escape(content, quote=False), x=x, y=y, **more)


def path(points: Iterable[tuple[float, float]], close: bool = False) -> str:
    """Returns the `d` of a line through `points`, in pixels."""
    return "M" + "L".join(f"{xy(x)},{xy(y)}" for x, y in points) + ("Z" if close else "")


def document(
    width: float, height: float, name: str, parts: Sequence[str], card: bool = True
) -> str:
    """Returns a whole SVG file.

    Args:
      width: In pixels.
      height: In pixels.
      name: What a screen reader says instead of the picture.
      parts: The elements, back to front.
      card: Whether the figure has a background of its own.
    """
    back = tag("rect", "f-card f-border", x=0.5, y=0.5, width=width - 1, height=height - 1, rx=8)
    body = [back, *parts] if card else list(parts)
    opening = (
        f'{OPENING} width="{xy(width)}" height="{xy(height)}" viewBox="0 0 {xy(width)} {xy(height)}" role="img" '
        f'aria-label="{escape(name)}">'
    )
    return "\n".join([opening, _style("".join(body)), *body, "</svg>"]) + "\n"


def _style(body: str) -> str:
    """Returns the `<style>` with the rules and colours that `body` uses, and no others."""
    used = {c for classes in re.findall(r'class="([^"]*)"', body) for c in classes.split()}
    rules = {c: rule for c, rule in _RULES.items() if c in used}
    names = [n for n in LIGHT if any(f"{{{n}}}" in rule for rule in rules.values())]

    def colours(palette: dict[str, str]) -> str:
        return ".ldlc-fig{" + ";".join(f"--f-{n}:{palette[n]}" for n in names) + "}"

    variables = {n: f"var(--{n},var(--f-{n}))" for n in LIGHT}
    lines = [
        colours(LIGHT),
        f"@media (prefers-color-scheme:dark){{{colours(DARK)}}}",
        *(f".ldlc-fig .{c}{{{rule.format_map(variables)}}}" for c, rule in rules.items()),
    ]
    return "<style>\n" + "\n".join(lines) + "\n</style>"


@dataclass(frozen=True)
class Axis:
    """A map from values to pixels, with round ticks.

    Args:
      low: The smallest value shown.
      high: The largest value shown.
      start: The pixel of `low`.
      end: The pixel of `high`.
      log: Whether equal factors are equally long.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """Returns the pixel of `value`; values beyond an end lie on that end."""
        inside = min(max(value, self.low), self.high)
        if self.log:
            share = math.log(inside / self.low) / math.log(self.high / self.low)
        else:
            share = (inside - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, count: int = 5) -> list[float]:
        """Returns round values on the axis, about `count` of them."""
        return (log_ticks if self.log else ticks)(self.low, self.high, count)


def spanning(
    values: Iterable[float], start: float, end: float, log: bool = False, pad: float = 0.08
) -> Axis:
    """Returns an axis that shows all `values` with a margin of `pad` of its length at both ends.

    Args:
      values: Finite numbers; a logarithmic axis needs all of them positive, else it is linear.
      start: The pixel of the low end.
      end: The pixel of the high end.
      log: Whether a logarithmic axis is wanted.
      pad: The margin, as a share of the values' span.
    """
    known = [v for v in values if math.isfinite(v)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if log and low > 0:
        factor = (high / low) ** pad if high > low else 2.0
        return Axis(low / factor, high * factor, start, end, log=True)
    margin = (high - low) * pad if high > low else abs(high) * 0.1 or 1.0
    return Axis(low - margin, high + margin, start, end)


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Returns the multiples of 1, 2 or 5 times a power of ten in [low, high], about `count`."""
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{i * step:.12g}") + 0.0 for i in range(first, last + 1)]


def log_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Returns 1, 2 and 5 times powers of ten in [low, high], or powers alone; else as `ticks`."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for multiples in ((1, 2, 5), (1,)):
        found = [float(f"{m}e{p}") for p in powers for m in multiples if low <= m * 10.0**p <= high]
        if len(found) <= count + 2:
            break
    if len(found) < 2:
        return ticks(low, high, count)
    return found[:: -(-len(found) // (count + 2))]


def bottom(axis: Axis, y: float, count: int = 6) -> list[str]:
    """Returns tick labels under a horizontal axis at `y`, with short tick marks."""
    out = []
    for value in axis.ticks(count):
        x = axis.at(value)
        out.append(tag("line", "f-axis", x1=x, x2=x, y1=y, y2=y + 4))
        out.append(label(x, y + 17, rounding.text(value), "f-s", "middle"))
    return out


def sideways(axis: Axis, left: float, right: float, count: int = 5) -> list[str]:
    """Returns grid lines from `left` to `right` and tick labels for a vertical axis."""
    out = []
    for value in axis.ticks(count):
        y = axis.at(value)
        out.append(tag("line", "f-grid", x1=left, x2=right, y1=y, y2=y))
        out.append(label(left - 8, y + 4, rounding.text(value), "f-s", "end"))
    return out


def width_of(content: str, size: float = 13) -> float:
    """Returns about how wide `content` is drawn: text is never measured, so this is generous."""
    return len(content) * size * 0.58


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Returns positions at least `gap` apart in [low, high], near `wanted` and in the same order.

    Args:
      wanted: Where labels would stand if they were alone.
      gap: The least distance between two of them.
      low: The least position.
      high: The greatest; where all do not fit, they run beyond it.
    """
    order = sorted(range(len(wanted)), key=lambda k: (wanted[k], k))
    placed: list[float] = []
    for k in order:
        placed.append(max(wanted[k], low, placed[-1] + gap if placed else low))
    limit = high
    for k in range(len(placed) - 1, -1, -1):
        placed[k] = max(min(placed[k], limit), low + k * gap)
        limit = placed[k] - gap
    result = [0.0] * len(wanted)
    for position, k in zip(placed, order, strict=True):
        result[k] = position
    return result
