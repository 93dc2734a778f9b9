# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every statistic offers to a verdict: an estimate, an interval and p-values at any bound.

Statistics work on arrays `[..., n]`: the last axis holds the runs of one paper, leading axes many
papers at once, as in simulations and in the chance that an extension settles a claim. NaN marks a
run that `among` leaves out, an infinite value one without a value (the worst).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ldlc.plan.rules import LEVEL

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Quantity(Protocol):
    """A quantity θ estimated from runs."""

    guards: dict[str, Flags]  # why there is no verdict, and for which papers

    @property
    def estimate(self) -> Array:
        """The best guess of θ."""

    def below(self, bound: float, strict: bool = False) -> Array:
        """Returns the p-value of the hypothesis that θ is not below `bound`.

        Args:
          bound: The edge of a claim's set.
          strict: Whether `bound` itself is no part of "below": only ties of ranks tell.
        """

    def above(self, bound: float, strict: bool = False) -> Array:
        """Returns the p-value of the hypothesis that θ is not above `bound`."""

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """Returns the ends of the interval that leaves `level` on each side."""


class Larger:
    """A quantity tested in two ways, of which the larger p-value counts.

    A guard: it can only turn a verdict into an inconclusive one. Its interval is the hull of both.

    Args:
      first: The test that counts everywhere.
      second: The test that must agree.
      where: For which papers it must; None for all.
    """

    def __init__(self, first: Quantity, second: Quantity, where: Flags | None = None) -> None:
        self._first, self._second = first, second
        self._where = np.asarray(True) if where is None else where
        self.estimate = first.estimate
        self.guards = {**second.guards, **first.guards}

    def below(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return self._larger(self._first.below(bound, strict), self._second.below(bound, strict))

    def above(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return self._larger(self._first.above(bound, strict), self._second.above(bound, strict))

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """See `Quantity`."""
        low, high = self._first.interval(level)
        other_low, other_high = self._second.interval(level)
        return (
            np.where(self._where, np.fmin(low, other_low), low),
            np.where(self._where, np.fmax(high, other_high), high),
        )

    def _larger(self, p: Array, other: Array) -> Array:
        return np.where(self._where, np.fmax(p, other), p)
