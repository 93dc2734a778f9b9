# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Means, differences of means and slopes: one function, a linear contrast of arms' means.

L = Σ c_j·mean_j, SE² = Σ c_j² s_j²/n_j, with SE⁴ / Σ (c_j² s_j²/n_j)²/(n_j-1) degrees of freedom
(Welch 1938, Satterthwaite 1946); for one arm Student's t with n-1. Assumes that runs are
independent and that their means are nearly normal; of skewed measures see `spread`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from ldlc.plan.rules import LEVEL
from ldlc.verdict.quantity import Array, Flags, Larger, Quantity

STILL = 1e-12  # a deviation below this share of the mean is rounding, not spread


@dataclass(frozen=True)
class Summary:
    """Number, mean and variance of an arm's runs, each `[...]`."""

    n: Array
    mean: Array
    variance: Array


def summary(x: Array) -> Summary:
    """Returns number, mean and variance (ddof 1) of runs `[..., n]`; NaN is left out."""
    here = ~np.isnan(x)
    n = here.sum(-1).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(here, x, 0.0).sum(-1) / n
        deviation = np.where(here, x - mean[..., None], 0.0)
        variance = (deviation**2).sum(-1) / (n - 1.0)
    still = variance <= (STILL * np.abs(mean)) ** 2
    return Summary(n, mean, np.where(still, 0.0, variance))


class Contrast:
    """A weighted sum of arms' means.

    Two arms without any variance are compared by exact permutation: if they differ, their labels
    would fall so with a chance of one in the number of ways to choose one arm's runs.

    Args:
      arms: The arms.
      weights: The weight c_j of each.
    """

    def __init__(self, arms: Sequence[Summary], weights: Sequence[float]) -> None:
        parts = [w * w * a.variance / a.n for a, w in zip(arms, weights, strict=True)]
        self.estimate = _weighted([a.mean for a in arms], weights)
        variance = _weighted(parts, [1.0] * len(parts))
        with np.errstate(divide="ignore", invalid="ignore"):
            freedom = sum((p * p / (a.n - 1.0) for a, p in zip(arms, parts, strict=True)))
            self._df = variance**2 / freedom
        self._se = np.sqrt(variance)
        self._still: Flags = variance == 0
        self._permuted = np.asarray(1.0)
        if len(arms) == 2 and self._still.any():
            self._permuted = np.vectorize(_one_in)(arms[0].n, arms[1].n)
        equal = self.estimate == 0 if len(arms) == 2 else True
        self.guards = {"still": self._still & equal}

    def below(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return self._p(self.estimate - bound)

    def above(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return self._p(bound - self.estimate)

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """See `Quantity`."""
        with np.errstate(invalid="ignore"):
            half = np.where(
                self._still,
                np.where(self._permuted <= level, 0.0, np.inf),
                stdtrit(self._df, 1.0 - level) * self._se,
            )
        return self.estimate - half, self.estimate + half

    def _p(self, distance: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            p = stdtr(self._df, distance / self._se)
        return np.where(self._still, np.where(distance < 0, self._permuted, 1.0), p)


def _one_in(n: float, m: float) -> float:
    return 1.0 / math.comb(int(n + m), int(n))


def contrast(samples: Sequence[Array], weights: Sequence[float], paired: bool = False) -> Quantity:
    """Returns the contrast of arms whose run i has seed i in each.

    Unpaired arms that share seeds are compared by Welch's t. Where the observed correlation widens
    the contrast (negative, for a difference), Welch's t would take up to 5.4 % for 2.5 %: then the
    paired test must agree, on the seeds that all arms have.

    Args:
      samples: The runs of each arm, `[..., n_j]`, in the order of their seeds.
      weights: The weight of each arm.
      paired: Whether the plan says why runs of one seed form a pair.
    """
    return _contrast(_Arms(samples), weights, paired)


class _Arms:
    """What contrasts of the same arms have in common, whatever the weights."""

    def __init__(self, samples: Sequence[Array]) -> None:
        common = min(x.shape[-1] for x in samples)
        self.samples, self.shared = samples, [x[..., :common] for x in samples]

    @functools.cached_property
    def summaries(self) -> list[Summary]:
        return [summary(x) for x in self.samples]

    @functools.cached_property
    def variances(self) -> list[Array]:
        """Of the shared seeds."""
        return [summary(x).variance for x in self.shared]


def _contrast(arms: _Arms, weights: Sequence[float], paired: bool) -> Quantity:
    if len(arms.samples) == 1:
        return Contrast(arms.summaries, weights)
    per_seed = summary(_weighted(arms.shared, weights))
    pairs = Contrast([per_seed], [1.0])
    if paired:
        return pairs
    welch = Contrast(arms.summaries, weights)
    apart = _weighted(arms.variances, [w * w for w in weights])
    widened = (per_seed.n >= 3) & (apart > 0) & (per_seed.variance > apart * (1.0 + 1e-9))
    guarded = Larger(welch, pairs, widened)
    guarded.guards = welch.guards
    return guarded


def _weighted(terms: Sequence[Array], weights: Sequence[float]) -> Array:
    weighted = [w * x for x, w in zip(terms, weights, strict=True)]
    return np.asarray(np.sum(np.broadcast_arrays(*weighted), axis=0))


def correlation(a: Array, b: Array) -> float | None:
    """Returns the correlation of two arms over the seeds that both have; None without spread."""
    common = min(a.shape[-1], b.shape[-1])
    a, b = a[:common], b[:common]
    here = np.isfinite(a) & np.isfinite(b)
    if here.sum() < 3 or np.ptp(a[here]) == 0 or np.ptp(b[here]) == 0:
        return None
    return float(np.corrcoef(a[here], b[here])[0, 1])


class Ratio:
    """A ratio of two contrasts of the same arms, such as mean_a / mean_b.

    The bound ρ is tested by the contrast numerator - ρ·denominator at 0 and the interval holds the
    ratios that are not refuted (Fieller 1954, with Welch's degrees of freedom at each ρ). Assumes
    that the denominator is positive; where its mean is not, there is no verdict.

    Args:
      samples: The runs of each arm, `[..., n_j]`.
      numerator: Weights of the numerator.
      denominator: Weights of the denominator.
      paired: As in `contrast`.
    """

    def __init__(
        self,
        samples: Sequence[Array],
        numerator: Sequence[float],
        denominator: Sequence[float],
        paired: bool = False,
    ) -> None:
        self._samples, self._arms, self._paired = samples, _Arms(samples), paired
        self._numerator, self._denominator = numerator, denominator
        whole = _contrast(self._arms, denominator, paired=False)
        top = _contrast(self._arms, numerator, paired=False)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.estimate = top.estimate / whole.estimate
        self.guards = {"denominator": ~(whole.estimate > 0)}
        first, *others = [arm.variance for arm in self._arms.summaries]
        still = (first == 0) & np.all([v == 0 for v in others], axis=0)
        if len(samples) > 2:
            self.guards["still"] = still

    def below(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return self._less(self._arms, bound).below(0.0)

    def above(self, bound: float, strict: bool = False) -> Array:
        """See `Quantity`."""
        return self._less(self._arms, bound).above(0.0)

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """See `Quantity`; by bisection, an end that lies beyond 1,000 times the scale is open."""
        return self._end(-1.0, level), self._end(1.0, level)

    def _less(self, arms: _Arms, ratio: float) -> Quantity:
        """Returns the contrast that is negative where the ratio is below `ratio`."""
        weights = [p - ratio * q for p, q in zip(self._numerator, self._denominator, strict=True)]
        return _contrast(arms, weights, self._paired)

    def _end(self, side: float, level: float) -> Array:
        ends = np.full(self.estimate.shape, side * np.inf)
        for at in np.ndindex(self.estimate.shape):
            arms = _Arms([x[at] for x in self._samples])

            def is_outside(ratio: float, arms: _Arms = arms) -> bool:
                test = self._less(arms, ratio)
                return bool((test.below(0.0) if side > 0 else test.above(0.0)) <= level)

            if np.isfinite(self.estimate[at]):
                ends[at] = _first_outside(is_outside, float(self.estimate[at]), side)
        return ends


def _first_outside(is_outside: Callable[[float], bool], start: float, side: float) -> float:
    """Returns where a search from `start` to one side first finds values outside; infinite: never."""
    scale = max(1.0, abs(start))
    near, step = start, side * 0.01 * scale
    while not is_outside(start + step):
        near, step = start + step, 2 * step
        if abs(step) > 1e3 * scale:
            return side * math.inf
    far = start + step
    for _ in range(60):
        middle = (near + far) / 2
        before = near, far
        near, far = (near, middle) if is_outside(middle) else (middle, far)
        if before == (near, far):
            break
    return far
