# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Could the published value be one of our own runs: is it less than two seed deviations away?

Hypothesis: |θ - v| >= 2σ. The noncentral t distribution gives the chance of a standardised distance
as small as ours (Wellek 2010, chapter 5). The quantity is δ = (θ - v)/σ, in seed deviations, and the
claim's set is [-2, 2]. Assumes nearly normal runs: it leans on the shape itself.
"""

from __future__ import annotations

import numpy as np
from scipy.special import nctdtr, nctdtrinc

from ldlc.plan.rules import LEVEL
from ldlc.verdict.contrast import summary
from ldlc.verdict.quantity import Array

REACH = 2.0  # seed deviations


class SeedDeviations:
    """The distance of the mean from a value, in seed deviations.

    Args:
      x: Runs `[..., n]`, or their logarithms.
      value: The published value, or its logarithm.
      resolution: Runs that spread wider than this (two deviations) tell nothing.
    """

    def __init__(self, x: Array, value: float, resolution: float) -> None:
        runs = summary(x)
        self.deviation = np.sqrt(runs.variance)
        still = runs.variance == 0
        with np.errstate(divide="ignore", invalid="ignore"):
            self.estimate = (runs.mean - value) / self.deviation
        self._root, self._df = np.sqrt(runs.n), runs.n - 1.0
        self._t = self._root * self.estimate
        self.guards = {"still": still, "resolution": 2.0 * self.deviation > resolution}

    def below(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return noncentral_t(self._df, bound * self._root, self._t)

    def above(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return noncentral_t(self._df, -bound * self._root, -self._t)

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """See `Quantity`."""
        high = nctdtrinc(self._df, level, self._t) / self._root
        low = -nctdtrinc(self._df, level, -self._t) / self._root
        return low, high


def noncentral_t(df: Array, noncentrality: Array, t: Array) -> Array:
    """Returns the chance that a noncentral t is at most `t`."""
    return np.asarray(np.clip(nctdtr(df, noncentrality, t), 0.0, 1.0))
