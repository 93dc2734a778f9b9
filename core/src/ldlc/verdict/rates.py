# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rates of success: one arm by the exact binomial, two arms by Boschloo's test.

One arm: the number of successes of independent runs is binomial; bounds by Clopper & Pearson
(1934). Two arms: hypothesis of equal rates, Boschloo (1970): Fisher's p-value is the statistic, and
its chance is taken at the common rate where it is largest, so the level holds whatever that rate
is. With a margin: one-sided Clopper-Pearson bounds at half the level each, subtracted.
"""

from __future__ import annotations

import functools

import numpy as np
from scipy.special import gammaln

from ldlc.plan.rules import LEVEL
from ldlc.verdict.counts import at_least, at_most, clopper_pearson, highest_rate, lowest_rate
from ldlc.verdict.quantity import Array, Flags

_TIE = 1.0 + 1e-9
# Common rates, as angles, at which the chance is looked for, then refined around the largest.
_ANGLES = np.linspace(0.0, np.pi / 2, 400)


class Rate:
    """The rate of success in one arm.

    Args:
      x: Runs `[..., n]` of 0 and 1; NaN is left out.
    """

    def __init__(self, x: Array) -> None:
        self.n = (~np.isnan(x)).sum(-1).astype(float)
        self.k = np.nansum(x, axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.estimate = self.k / self.n
        self.guards: dict[str, Flags] = {}

    def below(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return at_most(self.k, self.n, bound)

    def above(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return at_least(self.k, self.n, bound)

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """See `Quantity`."""
        return clopper_pearson(self.k, self.n, level)


class RateDifference:
    """The difference of two arms' rates.

    Args:
      a: Runs `[..., n]` of 0 and 1.
      b: Runs `[..., m]` of the rival.
    """

    def __init__(self, a: Array, b: Array) -> None:
        self._a, self._b = Rate(a), Rate(b)
        self.estimate = self._a.estimate - self._b.estimate
        self.guards: dict[str, Flags] = {}

    def below(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`; at 0 Boschloo's test, elsewhere exact bounds."""
        return _difference(self._a, self._b, bound)

    def above(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return _difference(self._b, self._a, -bound)

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """See `Quantity`; wider than the test of equal rates needs."""
        return -_highest(self._b, self._a, level), _highest(self._a, self._b, level)


def _highest(a: Rate, b: Rate, level: float | Array) -> Array:
    """Returns the upper bound of rate a - rate b that leaves `level` above it."""
    return highest_rate(a.k, a.n, level / 2) - lowest_rate(b.k, b.n, level / 2)


def _difference(a: Rate, b: Rate, bound: float) -> Array:
    """Returns the p-value that rate a - rate b is not below `bound`."""
    if bound == 0:
        whole = np.vectorize(boschloo_less, otypes=[float])
        return np.asarray(whole(a.k, a.n, b.k, b.n))
    least, most = np.zeros(a.estimate.shape), np.ones(a.estimate.shape)
    for _ in range(50):  # the smallest level whose bound lies below
        middle = (least + most) / 2
        lies_below = _highest(a, b, middle) < bound
        least, most = np.where(lies_below, least, middle), np.where(lies_below, middle, most)
    return most


@functools.lru_cache(maxsize=4096)
def boschloo_less(ka: float, na: float, kb: float, nb: float) -> float:
    """Returns Boschloo's one-sided p-value that the rate of a is not below that of b.

    Args:
      ka: Successes in arm a.
      na: Its runs.
      kb: Successes in arm b.
      nb: Its runs.
    """
    n, m = int(na), int(nb)
    statistic = _fisher_less(n, m)
    as_extreme = statistic <= statistic[int(ka), int(kb)] * _TIE
    # For each count in a, such tables have at least so many successes in b; m + 1: none has.
    least = m + 1 - as_extreme.sum(axis=1)
    found = (_chances(n)[0] * _chances(m)[1][:, least]).sum(axis=1)
    best = _ANGLES[int(np.argmax(found))]
    near = np.clip(best + _ANGLES[1] * np.linspace(-1.0, 1.0, 9), 0.0, np.pi / 2)
    refined = (_binomial(n, near) * _tails(_binomial(m, near))[:, least]).sum(axis=1)
    return float(min(1.0, refined.max()))  # `best` is among `near`


def fisher(ka: float, na: int, kb: float, nb: int) -> float:
    """Returns Fisher's two-sided p-value: the chance of tables no more likely than this one."""
    total = int(ka + kb)
    k = np.arange(max(0, total - nb), min(na, total) + 1)
    log_p = _log_choose(na)[k] + _log_choose(nb)[total - k] - _log_choose(na + nb)[total]
    p = np.exp(log_p)
    return float(min(1.0, p[p <= p[int(ka) - k[0]] * _TIE].sum()))


@functools.lru_cache(maxsize=64)
def _chances(n: int) -> tuple[Array, Array]:
    """Returns the chances of 0 to n successes, and of at least so many, at each rate of the grid."""
    chances = _binomial(n, _ANGLES)
    return chances, _tails(chances)


def _tails(chances: Array) -> Array:
    """Returns the chance of at least 0, 1, ... n + 1 successes."""
    tails = np.cumsum(chances[:, ::-1], axis=1)[:, ::-1]
    return np.concatenate([tails, np.zeros((len(tails), 1))], axis=1)


def _log_choose(n: int) -> Array:
    k = np.arange(n + 1)
    return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0))


def _binomial(n: int, angles: Array) -> Array:
    """Returns the chances of 0 to n successes, `[angle, n + 1]`; the rate is the squared sine."""
    k, rate = np.arange(n + 1), np.sin(angles)[:, None] ** 2
    return np.exp(_log_choose(n)) * rate**k * (1.0 - rate) ** (n - k)


@functools.lru_cache(maxsize=64)
def _fisher_less(n: int, m: int) -> Array:
    """Returns Fisher's one-sided p-value of every table, `[n + 1, m + 1]`: rate a below rate b."""
    log_a, log_b = _log_choose(n), _log_choose(m)
    p = np.ones((n + 1, m + 1))
    for total in range(n + m + 1):
        k = np.arange(max(0, total - m), min(n, total) + 1)
        weights = np.exp(log_a[k] + log_b[total - k] - _log_choose(n + m)[total])
        p[k, total - k] = np.minimum(np.cumsum(weights), 1.0)
    return p
