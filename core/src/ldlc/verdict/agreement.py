# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a stranger's runs agree with the recorded ones, for one measure of one arm.

Equal code gives equal distributions, so deviations are pooled. **differs**: a two-sided t test at
1 % (many strangers, many numbers). **agrees**: the true means are less than two seed deviations
apart, shown at 5 % (Wellek 2010). Yes-no measures by Fisher's exact test, measures with absent
values by exact Mann-Whitney; exact ones are equal or differ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import nctdtrit, stdtr

from ldlc.plan.model import Measure
from ldlc.verdict.holm import holm
from ldlc.verdict.quantity import Array
from ldlc.verdict.ranks import mann_whitney
from ldlc.verdict.rates import fisher

LEVEL_OF_DIFFERENCE = 0.01
LEVEL_OF_AGREEMENT = 0.05
REACH = 2.0  # seed deviations: less is agreement

State = Literal["identical", "agrees", "differs", "differs, by less than 2 sd", "cannot tell"]


@dataclass(frozen=True)
class Agreement:
    """What one measure of one arm says.

    Args:
      state: Whether here agrees with the record.
      p: P-value of equal distributions; None where nothing was tested.
      recorded: How many recorded runs were compared.
      here: How many runs made here.
      distance: Difference of the means (here less recorded) in pooled seed deviations, if known.
    """

    state: State
    p: float | None
    recorded: int
    here: int
    distance: float | None = None

    @property
    def sentence(self) -> str:
        """The state in words, with the number of runs."""
        runs = f"{self.here} runs here, {self.recorded} recorded"
        if self.state == "identical":
            return f"identical ({runs}): nothing new was measured; the next unused seeds would tell more"
        if self.distance is None:
            return f"{self.state} ({runs})"
        return f"{self.state} ({runs}, {self.distance:+.2g} seed deviations apart)"


def agreement(
    recorded: Mapping[int, float | None], here: Mapping[int, float | None], measure: Measure
) -> Agreement:
    """Returns whether runs made here agree with the recorded ones.

    Args:
      recorded: The recorded values by seed; None or a non-finite number where a run has none.
      here: The values measured here, by seed, from runs of the same key.
      measure: What is measured.
    """
    n_r, n_h = len(recorded), len(here)
    if not (n_r and n_h):
        return Agreement("cannot tell", None, n_r, n_h)
    if all(seed in recorded and _same(recorded[seed], here[seed]) for seed in here):
        return Agreement("identical", None, n_r, n_h)
    if measure.kind == "exact":
        same = len({_value(v, measure) for v in (*recorded.values(), *here.values())}) == 1
        return Agreement("agrees" if same else "differs", 1.0 if same else 0.0, n_r, n_h)
    r, h = (np.array([_value(v, measure) for v in s.values()]) for s in (recorded, here))
    if measure.kind == "yes-no":
        p = fisher(float(h.sum()), n_h, float(r.sum()), n_r)
        return Agreement(_tested(p), p, n_r, n_h)
    if not (np.isfinite(r).all() and np.isfinite(h).all()):
        p = mann_whitney(h, r)
        return Agreement(_tested(p), p, n_r, n_h)
    if measure.kind == "positive":
        if min(r.min(), h.min()) <= 0:
            return Agreement("cannot tell", None, n_r, n_h)
        r, h = np.log(r), np.log(h)
    return _by_means(r, h)


def contradictions(p: Sequence[float | None]) -> list[int]:
    """Returns which differences survive Holm's correction over a paper's measures, at 1 %.

    Args:
      p: The p-value of each measure compared; None where nothing was tested.
    """
    adjusted = holm([1.0 if value is None else value for value in p])
    return [i for i, value in enumerate(adjusted) if value <= LEVEL_OF_DIFFERENCE]


def _by_means(r: Array, h: Array) -> Agreement:
    df, c = float(len(h) + len(r) - 2), math.sqrt(1 / len(h) + 1 / len(r))
    distance = float(h.mean() - r.mean())
    pooled = math.sqrt((r.var() * len(r) + h.var() * len(h)) / df) if df else 0.0
    if pooled <= 1e-12 * abs(float(r.mean())):
        if df == 0 or distance == 0:
            return Agreement("cannot tell", None, len(r), len(h))
        p = 2.0 / math.comb(len(r) + len(h), len(h))
        return Agreement(_tested(p), p, len(r), len(h))
    t = distance / (c * pooled)
    p = float(2.0 * stdtr(df, -abs(t)))
    near = abs(t) < float(nctdtrit(df, REACH / c, LEVEL_OF_AGREEMENT))
    state: State = "agrees" if near else "cannot tell"
    if p <= LEVEL_OF_DIFFERENCE:
        state = "differs, by less than 2 sd" if near else "differs"
    return Agreement(state, p, len(r), len(h), distance / pooled)


def _tested(p: float) -> State:
    return "differs" if p <= LEVEL_OF_DIFFERENCE else "cannot tell"


def _same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return a == b or (math.isnan(a) and math.isnan(b))


def _value(value: float | None, measure: Measure) -> float:
    """Returns a value with absent ones as the worst, and unsuccessful ones as 0."""
    if value is not None and math.isfinite(value):
        return float(value)
    if measure.kind == "yes-no":
        return 0.0
    return -math.inf if measure.better == "high" else math.inf
