# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A claim is a mark, a paper is a strip of marks: told apart by shape first, then by colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ldlc.report import svg


@dataclass(frozen=True)
class Mark:
    """How one outcome looks.

    Args:
      colour: The name of its colour in `svg.LIGHT` and `svg.DARK`.
      glyph: The character that stands for it on a terminal.
      short: Its name in counts, such as "in direction".
      style: Its colour on a terminal.
      shape: The `d` of its path in a square of 16 pixels.
    """

    colour: str
    glyph: str
    short: str
    style: str
    shape: str

    @property
    def slug(self) -> str:
        """The colour's name without its prefix, for names of files."""
        return self.colour.removeprefix("v-")


_DISC = "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0Z"
_RING = _DISC + "M8 1.7a6.3 6.3 0 1 0 0 12.6A6.3 6.3 0 0 0 8 1.7Z"

MARKS = {
    "replicated": Mark(
        "v-replicated", "✔", "replicated", "blue",
        _DISC + "M3.2 8.5l3.5 3.5 6.3-6.8-1.5-1.4-4.9 5.3-2-2Z",
    ),
    "replicated in direction": Mark(
        "v-direction", "◐", "in direction", "blue", _DISC + "M8 1.8v12.4A6.2 6.2 0 0 0 8 1.8Z"
    ),
    "not replicated": Mark(
        "v-not", "✘", "not replicated", "red",
        "M1.5 0h13A1.5 1.5 0 0 1 16 1.5v13a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 0 14.5v-13"
        "A1.5 1.5 0 0 1 1.5 0ZM4.6 3.2 3.2 4.6 6.6 8l-3.4 3.4 1.4 1.4L8 9.4l3.4 3.4 1.4-1.4"
        "L9.4 8l3.4-3.4-1.4-1.4L8 6.6Z",
    ),
    "inconclusive": Mark(
        "v-inconclusive", "?", "inconclusive", "default",
        _RING + "M7.1 9.8h1.7v-.6c0-.5.3-.8.9-1.2.8-.6 1.3-1.2 1.3-2.2C11 4.3 9.8 3.4 8.1 3.4"
        "c-1.7 0-2.8.8-3.1 2.4l1.7.3c.1-.7.6-1.1 1.3-1.1.7 0 1.2.3 1.2.9 0 .4-.3.7-.8 1.1"
        "-.9.6-1.3 1.2-1.3 2.1ZM7 11h1.9v1.8H7Z",
    ),
    "exploratory": Mark(
        "v-exploratory", "△", "exploratory", "magenta", "M8 .6 16 15H0ZM8 4.3 2.9 13.3h10.2Z"
    ),
    "blocked": Mark("v-blocked", "⊖", "blocked", "default", _RING + "M3.6 7.1h8.8v1.8H3.6Z"),
    "error": Mark(
        "v-error", "▲", "with an error", "yellow", "M8 .6 16 15H0ZM7 5.5v5h2v-5ZM7 11.5v2h2v-2Z"
    ),
    "not attempted": Mark(
        "v-none", "○", "not attempted", "bright_black",
        "M8 3.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z",
    ),
}  # fmt: skip
"""Every outcome of `ldlc.verdict`, in the order in which counts name them."""

PER_LINE = 30


def drawn(outcome: str, x: float, y: float, size: float) -> str:
    """Returns the mark of `outcome` with its upper left corner at (x, y)."""
    mark = MARKS[outcome]
    place = f"translate({svg.xy(x)} {svg.xy(y)}) scale({size / 16:g})"
    return svg.tag("path", f"f-{mark.colour}", d=mark.shape, transform=place, fill_rule="evenodd")


def alone(outcome: str) -> str:
    """Returns an SVG of one mark, 20 pixels wide."""
    return svg.document(20, 20, outcome, [drawn(outcome, 1, 1, 18)], card=False)


def counts(outcomes: Sequence[str]) -> str:
    """Returns a sentence part such as "3 replicated, 1 in direction, 2 inconclusive"."""
    found = Counter(outcomes)
    return ", ".join(f"{found[name]} {mark.short}" for name, mark in MARKS.items() if found[name])


def strip(outcomes: Sequence[str]) -> str:
    """Returns an SVG with one mark a claim, in the plan's order, 30 in a line."""
    step, size = 34, 28
    lines = max(1, -(-len(outcomes) // PER_LINE))
    parts = [
        drawn(outcome, 2 + step * (k % PER_LINE), 2 + step * (k // PER_LINE), size)
        for k, outcome in enumerate(outcomes)
    ]
    width = max(1, min(len(outcomes), PER_LINE)) * step - 2
    return svg.document(width, lines * step - 2, f"Claims: {counts(outcomes)}", parts, card=False)


def badge(outcomes: Sequence[str], headline: str) -> str:
    """Returns an SVG for a README: the strip and the headline beside it, in one line."""
    step, size = 21, 17
    shown = outcomes[:PER_LINE]
    parts = [drawn(outcome, 10 + step * k, 8, size) for k, outcome in enumerate(shown)]
    x = 16 + step * len(shown)
    parts.append(svg.label(x, 21.5, headline, "f-t f-b"))
    return svg.document(
        x + svg.width_of(headline) + 12, 33, f"{headline}: {counts(outcomes)}", parts
    )
