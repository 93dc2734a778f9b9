# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two arms by rank: exact Mann-Whitney, with runs that have no value as the worst.

Hypothesis: both arms have the same distribution, after one of them is shifted by a bound or divided
by it (Mann & Whitney 1947). Ties count one half, and the statistic is rounded towards no decision,
as SciPy's `mannwhitneyu(method="exact")` does. The interval holds the shifts or factors that are
not refuted: order statistics of the pairwise differences (Moses 1953), whose median is the estimate
(Hodges & Lehmann 1963). Assumes equal shapes for shifts; between arms of very different spread up to
4 % for 2.5 %.
"""

from __future__ import annotations

import functools

import numpy as np

from ldlc.plan.rules import LEVEL
from ldlc.verdict.quantity import Array, Flags


class RankComparison:
    """How far arm a lies from arm b: a factor of positive values, else a shift.

    Args:
      a: Runs `[..., n]`; absent ones are infinite.
      b: Runs `[..., m]` of the rival.
      ratio: Whether bounds are factors.
      budget: The largest value that a run could have had, where longer ones are absent.
    """

    def __init__(self, a: Array, b: Array, ratio: bool, budget: float = np.inf) -> None:
        self._a, self._b, self._ratio, self._budget = a, b, ratio, budget
        self.guards: dict[str, Flags] = {}

    @functools.cached_property
    def estimate(self) -> Array:
        """See `Quantity`; every pair of runs is compared, so only when it is asked for."""
        middle = _middle(_gaps(self._a, self._b, self._ratio, unknown=np.nan))
        return np.exp(middle) if self._ratio else middle

    def below(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return mann_whitney_less(*self._censored(bound))

    def above(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        a, b = self._censored(bound)
        return mann_whitney_less(b, a)

    def superiority(self) -> Array:
        """Returns P(a < b) + P(a = b)/2 among pairs of runs."""
        pairs = self._a.shape[-1] * self._b.shape[-1]
        return np.asarray(1.0 - _larger_pairs(self._a, self._b) / pairs)

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """See `Quantity`."""
        n, m = self._a.shape[-1], self._b.shape[-1]
        c = int(np.searchsorted(_null(n, m), level, side="right"))
        if c == 0:
            shape = self.estimate.shape
            return np.full(shape, 0.0 if self._ratio else -np.inf), np.full(shape, np.inf)
        # What a run without a value could have been at best: just beyond the budget.
        best_a, best_b = (np.where(x == np.inf, self._budget, x) for x in (self._a, self._b))
        low = np.sort(_gaps(best_a, self._b, self._ratio, unknown=-np.inf), axis=-1)[..., c - 1]
        high = np.sort(_gaps(self._a, best_b, self._ratio, unknown=np.inf), axis=-1)[..., n * m - c]
        return (np.exp(low), np.exp(high)) if self._ratio else (low, high)

    def _censored(self, bound: float) -> tuple[Array, Array]:
        """Returns both arms after the bound is taken off a; what a budget hides is infinite in both."""
        if self._ratio:
            a, most = self._a / bound, min(self._budget, self._budget / bound)
        else:
            a, most = self._a - bound, min(self._budget, self._budget - bound)
        return np.where(a > most, np.inf, a), np.where(self._b > most, np.inf, self._b)


def mann_whitney_less(a: Array, b: Array) -> Array:
    """Returns the exact one-sided p-value that `a` does not tend to be smaller than `b`."""
    u = np.ceil(_larger_pairs(a, b)).astype(int)
    return np.asarray(_null(a.shape[-1], b.shape[-1])[u])


def mann_whitney(a: Array, b: Array) -> float:
    """Returns the exact two-sided p-value."""
    return min(1.0, 2.0 * float(np.minimum(mann_whitney_less(a, b), mann_whitney_less(b, a))))


def _gaps(a: Array, b: Array, ratio: bool, unknown: float) -> Array:
    """Returns every difference of a run of a and one of b, `[..., n·m]`, of logs for a ratio."""
    x, y = (_log(a), _log(b)) if ratio else (a, b)
    with np.errstate(invalid="ignore"):
        gaps = x[..., :, None] - y[..., None, :]
    gaps = gaps.reshape(*gaps.shape[:-2], -1)
    return np.where(np.isnan(gaps), unknown, gaps)


def _log(x: Array) -> Array:
    with np.errstate(invalid="ignore"):
        return np.where(x == -np.inf, -np.inf, np.log(x))


def _middle(gaps: Array) -> Array:
    """Returns the median of what is known; between two infinite ends nothing is."""
    ordered = np.sort(gaps, axis=-1)
    size = (~np.isnan(gaps)).sum(-1)
    low, high = (
        np.take_along_axis(ordered, np.maximum(k, 0)[..., None], axis=-1)[..., 0]
        for k in ((size - 1) // 2, size // 2)
    )
    with np.errstate(invalid="ignore"):
        return np.where(low == high, low, (low + high) / 2)


def _larger_pairs(a: Array, b: Array) -> Array:
    x, y = a[..., :, None], b[..., None, :]
    return np.asarray((x > y).sum((-2, -1)) + 0.5 * (x == y).sum((-2, -1)))


@functools.lru_cache(maxsize=64)
def _null(n: int, m: int) -> Array:
    """Returns P(U <= u) for u = 0 to n·m where both arms have one distribution without ties.

    The largest value is in arm a with chance n/(n+m), and then exceeds all m of b.
    """
    rows = [np.ones(1)] * (m + 1)
    for i in range(1, n + 1):
        row = [np.ones(1)]
        for j in range(1, m + 1):
            p = np.zeros(i * j + 1)
            p[j:] = rows[j] * (i / (i + j))
            p[: i * (j - 1) + 1] += row[j - 1] * (j / (i + j))
            row.append(p)
        rows = row
    return np.minimum(np.cumsum(rows[m]), 1.0)
