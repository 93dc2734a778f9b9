# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Medians, by the sign test: exact for every distribution.

Hypothesis: the median is above b. Then a run is at most b with a chance below a half, so the number
of such runs is compared with a binomial. A run without a value counts as the worst. The interval
runs between two order statistics. With 5 runs or fewer nothing can be decided.
"""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr

from ldlc.plan.rules import LEVEL
from ldlc.verdict.counts import at_least
from ldlc.verdict.quantity import Array, Flags


class Median:
    """The median of one arm.

    Args:
      x: Runs `[..., n]`; NaN is left out, infinite values are the worst.
    """

    def __init__(self, x: Array) -> None:
        self._sorted = np.sort(x, axis=-1)  # NaN last
        self._n = (~np.isnan(x)).sum(-1)
        middle = [self._nth(k) for k in ((self._n - 1) // 2, self._n // 2)]
        self.estimate = np.where(middle[0] == middle[1], middle[0], (middle[0] + middle[1]) / 2)
        self.guards: dict[str, Flags] = {}

    def below(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        x = self._sorted
        return self._p((x < bound) if strict else (x <= bound))

    def above(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        x = self._sorted
        return self._p((x > bound) if strict else (x >= bound))

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """See `Quantity`; an end without an order statistic is infinite."""
        r = np.vectorize(_rank)(self._n, level)
        return (
            np.where(r > 0, self._nth(r - 1), -np.inf),
            np.where(r > 0, self._nth(self._n - r), np.inf),
        )

    def _nth(self, k: Array) -> Array:
        last = self._sorted.shape[-1] - 1
        index = np.clip(k, 0, last).astype(int)[..., None]
        return np.take_along_axis(self._sorted, index, axis=-1)[..., 0]

    def _p(self, good: Flags) -> Array:
        return at_least(good.sum(-1).astype(float), self._n.astype(float), 0.5)


def _rank(n: int, level: float) -> int:
    """Returns the largest r with at most r-1 of n fair coins having a chance of `level` at most."""
    r = 0
    while r < n and bdtr(float(r), float(n), 0.5) <= level:
        r += 1
    return r
