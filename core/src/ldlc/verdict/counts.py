# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts: k wrong of N in each run, k small.

Hypothesis: the mean count is on the wrong side of b. Two tests must agree: t over the runs, which
knows how much runs differ, and the exact binomial of the total, which is right where all runs agree.
Runs whose counts vary by more than twice the binomial's variance get no verdict while the mean is
below 20: there, neither test holds its level.
"""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr, bdtrc, betaincinv

from ldlc.plan.rules import LEVEL
from ldlc.verdict.contrast import Contrast, summary
from ldlc.verdict.quantity import Array, Larger

CLUSTERED = 2.0  # variance over that of a binomial
SMALL = 20.0  # mean count below which clustering forbids a verdict


def at_most(k: Array, n: Array, p: float | Array) -> Array:
    """Returns the chance of at most `k` successes of `n`, each with chance `p`."""
    return np.asarray(bdtr(k, np.asarray(n, dtype=int), np.clip(p, 0.0, 1.0)))


def at_least(k: Array, n: Array, p: float | Array) -> Array:
    """Returns the chance of at least `k` successes of `n`, each with chance `p`."""
    p = np.clip(p, 0.0, 1.0)
    return np.where(k <= 0, 1.0, bdtrc(np.maximum(k, 1.0) - 1.0, np.asarray(n, dtype=int), p))


def clopper_pearson(k: Array, n: Array, level: float | Array = LEVEL) -> tuple[Array, Array]:
    """Returns the exact bounds of a rate that leave `level` on each side (Clopper & Pearson 1934)."""
    return lowest_rate(k, n, level), highest_rate(k, n, level)


def lowest_rate(k: Array, n: Array, level: float | Array) -> Array:
    """Returns the lower one of Clopper and Pearson's bounds."""
    with np.errstate(invalid="ignore"):
        return np.where(k <= 0, 0.0, betaincinv(np.maximum(k, 0.5), n - k + 1.0, level))


def highest_rate(k: Array, n: Array, level: float | Array) -> Array:
    """Returns the upper one of Clopper and Pearson's bounds."""
    with np.errstate(invalid="ignore"):
        return np.where(k >= n, 1.0, betaincinv(k + 1.0, np.maximum(n - k, 0.5), 1.0 - level))


class _Total:
    """The mean count by the exact binomial of the total."""

    def __init__(self, x: Array, total: int) -> None:
        runs = summary(x)
        self._total = total
        self._k = np.round(runs.mean * runs.n)
        self._n = runs.n * total
        self.estimate = runs.mean
        self.guards = {
            "clustered": (runs.variance > CLUSTERED * runs.mean * (1.0 - runs.mean / total))
            & (runs.mean < SMALL)
        }

    def below(self, bound: float, strict: bool = False) -> Array:
        return at_most(self._k, self._n, bound / self._total)

    def above(self, bound: float, strict: bool = False) -> Array:
        return at_least(self._k, self._n, bound / self._total)

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        low, high = clopper_pearson(self._k, self._n, level)
        return low * self._total, high * self._total


class _Spread(Contrast):
    """The mean count by t over runs; where all runs agree it leaves the verdict to the binomial."""

    def __init__(self, x: Array) -> None:
        super().__init__([summary(x)], [1.0])
        self.guards = {}

    def _p(self, distance: Array) -> Array:
        return np.where(self._still, 0.0, super()._p(distance))

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        low, high = super().interval(level)
        return np.where(self._still, self.estimate, low), np.where(self._still, self.estimate, high)


def mean_count(x: Array, total: int) -> Larger:
    """Returns the mean count of runs `[..., n]`, each out of `total`."""
    return Larger(_Total(x, total), _Spread(x))
