# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One decision for every judge: from p-values to an outcome.

A claim says that θ lies in a set C. `show` is the p-value of "θ is outside C", `refute` that of
"θ is inside C", each with θ on the edge. C with two ends is shown by two one-sided tests (Schuirmann
1987). Parts: the claim says all of them, so all must be shown (intersection-union, Berger 1982), and
one wrong part refutes the whole (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from ldlc.plan.rules import LEVEL
from ldlc.verdict.quantity import Array, Quantity

Decision = Literal["replicated", "not replicated", "inconclusive", "replicated in direction"]


class Set(NamedTuple):
    """The values that a claim accepts; infinite ends are open."""

    low: float = -math.inf
    high: float = math.inf


class Answer(NamedTuple):
    """The p-values of one part of a claim, each `[...]`."""

    show: Array
    refute: Array


class Reached(NamedTuple):
    """What one look at a claim says.

    Args:
      decision: The outcome.
      size_open: Whether the direction is shown and the size neither shown nor refuted.
    """

    decision: Decision
    size_open: bool = False


def answer(quantity: Quantity, accepted: Set) -> Answer:
    """Returns the p-values for and against θ lying in `accepted`."""
    show, refute = [], []
    if math.isfinite(accepted.high):
        show.append(quantity.below(accepted.high))
        refute.append(quantity.above(accepted.high, strict=True))
    if math.isfinite(accepted.low):
        show.append(quantity.above(accepted.low))
        refute.append(quantity.below(accepted.low, strict=True))
    blocked = np.any([mask for mask in quantity.guards.values()], axis=0)
    return Answer(
        np.where(blocked, 1.0, np.max(show, axis=0)),
        np.where(blocked, 1.0, np.min(refute, axis=0)),
    )


def merge(parts: Sequence[Answer]) -> Answer:
    """Returns the p-values of a claim from those of its parts."""
    return Answer(
        np.max([p.show for p in parts], axis=0),
        np.minimum(1.0, len(parts) * np.min([p.refute for p in parts], axis=0)),
    )


def decide(size: Answer, direction: Answer | None = None, level: float = LEVEL) -> Reached:
    """Returns the outcome of one look.

    Direction and size come from one interval, so neither is corrected for the other.

    Args:
      size: The p-values of the claimed set.
      direction: Those of the direction alone, where the claim also names a size.
      level: What the look may spend on one side.
    """
    shown, refuted = bool(size.show <= level), bool(size.refute <= level)
    if direction is None:
        if shown and not refuted:
            return Reached("replicated")
        return Reached("not replicated" if refuted and not shown else "inconclusive")
    in_direction = bool(direction.show <= level)
    if in_direction and shown and not refuted:
        return Reached("replicated")
    if in_direction:
        return Reached("replicated in direction", size_open=not refuted)
    return Reached("not replicated" if refuted and not shown else "inconclusive")
