# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Learning curves of many seeds as one line an arm: a mean and its 95 % interval."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ldlc.report import rounding
from ldlc.report.data import CurveReport, LineReport

if TYPE_CHECKING:
    from ldlc.runs import RunLine

POINTS = 50
LOG_FROM = 100.0  # a curve that falls or grows by this factor is drawn on a logarithmic axis

Curve = Sequence[Sequence[float]]


def summarise(experiment: str, arms: Mapping[str, Mapping[int, RunLine]]) -> list[CurveReport]:
    """Returns one summary for every curve that the runs of an experiment logged.

    Args:
      experiment: Its name.
      arms: The runs of each arm, by seed.
    """
    names = {name: None for runs in arms.values() for run in runs.values() for name in run.curves}
    return [_one(experiment, name, arms) for name in names]


def _one(experiment: str, name: str, arms: Mapping[str, Mapping[int, RunLine]]) -> CurveReport:
    curves: dict[str, list[Curve]] = {}
    cut = 0
    for arm, runs in arms.items():
        for _, run in sorted(runs.items()):
            whole = [(float(step), float(value)) for step, value in run.curves.get(name, [])]
            finite = _until_not_finite(whole)
            cut += len(finite) < len(whole)
            if finite:
                curves.setdefault(arm, []).append(finite)
    values = [v for lines in curves.values() for line in lines for _, v in line]
    log = bool(values) and min(values) > 0 and max(values) / min(values) >= LOG_FROM
    notes = []
    if any(len({line[-1][0] for line in lines}) > 1 for lines in curves.values()):
        notes.append("A run that stopped earlier keeps its last value.")
    if cut:
        are = "run is" if cut == 1 else "runs are"
        notes.append(f"{cut} diverged {are} shown up to the last finite value, and kept there.")
    lines = [_line(arm, lines, log) for arm, lines in curves.items()]
    figure = f"figures/curves-{experiment}-{_slug(name)}.svg"
    return CurveReport(experiment, name, log, lines, notes, figure)


def _line(arm: str, seeds: Sequence[Curve], log: bool) -> LineReport:
    steps = _grid(seeds)
    means, lows, highs = [], [], []
    for step in steps:
        values = [_at(seed, step) for seed in seeds]
        mean, half = _mean_and_half([math.log(v) for v in values] if log else values)
        back = math.exp if log else float
        means.append(rounding.estimate(back(mean)))
        lows.append(rounding.estimate(back(mean - half)))
        highs.append(rounding.estimate(back(mean + half)))
    if len(seeds) < 2:
        lows, highs = [], []
    return LineReport(arm, len(seeds), [rounding.estimate(s) for s in steps], means, lows, highs)


def _grid(seeds: Sequence[Curve]) -> list[float]:
    """Returns the steps that all seeds logged, or 50 evenly spaced ones where they are more."""
    union = sorted({step for seed in seeds for step, _ in seed})
    if len(union) <= POINTS:
        return union
    first, last = union[0], union[-1]
    return [first + (last - first) * k / (POINTS - 1) for k in range(POINTS)]


def _at(curve: Curve, step: float) -> float:
    """Returns the curve's value at `step`, by linear interpolation, constant beyond its ends."""
    k = bisect_right(curve, step, key=lambda point: point[0])
    if k == 0:
        return curve[0][1]
    if k == len(curve):
        return curve[-1][1]
    (x0, y0), (x1, y1) = curve[k - 1], curve[k]
    return y0 + (y1 - y0) * (step - x0) / (x1 - x0)


def _mean_and_half(values: Sequence[float]) -> tuple[float, float]:
    """Returns the mean and half the width of its 95 % t interval; sums are exactly rounded."""
    n = len(values)
    mean = math.fsum(values) / n
    if n < 2:
        return mean, 0.0
    from scipy.special import stdtrit  # costs 0.2 s, so only where it is needed

    variance = math.fsum((v - mean) ** 2 for v in values) / (n - 1)
    return mean, float(stdtrit(n - 1, 0.975)) * math.sqrt(variance / n)


def _until_not_finite(curve: Curve) -> Curve:
    for k, (_, value) in enumerate(curve):
        if not math.isfinite(value):
            return curve[:k]
    return curve


def _slug(name: str) -> str:
    """Returns `name` as part of a file name: ASCII letters, digits and hyphens."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())
