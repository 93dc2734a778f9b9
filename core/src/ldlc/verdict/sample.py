# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs of one arm as numbers: what is absent, left out, or no number at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ldlc.plan.model import Measure
from ldlc.runs import RunLine
from ldlc.verdict.quantity import Array


@dataclass(frozen=True)
class Sample:
    """One measure of one arm, run by run.

    Args:
      seeds: The seed of each run.
      values: The values, `[n]`: NaN where `among` leaves a run out, infinite (the worst) where a
        run has none.
      absent: How many have none.
      left_out: How many `among` leaves out.
      problem: Why these runs give no verdict; None if they do.
    """

    seeds: tuple[int, ...]
    values: Array
    absent: int
    left_out: int
    problem: str | None

    @property
    def used(self) -> int:
        """How many runs are judged."""
        return len(self.seeds) - self.left_out


def sample(
    lines: Sequence[RunLine],
    reference: str,
    measure: Measure,
    *,
    success: str | None = None,
    reach: float | None = None,
    failures_are_worst: bool = False,
) -> Sample:
    """Returns the values of one measure in finished runs.

    Args:
      lines: The runs, sorted by seed; none of them raised.
      reference: The measure, `experiment.arm.measure`.
      measure: Its declaration.
      success: The yes-no measure of a successful run, where only those count.
      reach: A value to reach: the sample then holds 1 for each run that did, else 0.
      failures_are_worst: Whether unsuccessful runs count as the worst instead of being left out.
    """
    name = reference.split(".")[2]
    worst = -math.inf if measure.better == "high" else math.inf
    values: list[float] = []
    left_out = absent = diverged = 0
    wrong: str | None = None
    for line in lines:
        if success is not None and line.measures.get(success) != 1:
            left_out += 1
            values.append(worst if failures_are_worst else math.nan)
            continue
        value = line.measures.get(name)
        if value is None or not math.isfinite(value):
            if measure.kind == "yes-no":
                values.append(0.0)
            elif reach is not None or measure.absent is not None:
                absent += 1
                values.append(worst)
            else:
                diverged += 1
                values.append(math.nan)
            continue
        values.append(float(value))
        wrong = wrong or _wrong(float(value), measure, reference, line.seed)
    x = np.array(values, dtype=float)
    if reach is not None:
        x = (x >= reach if measure.better == "high" else x <= reach).astype(float)
    if diverged:
        wrong = (
            f"{diverged} of {len(lines)} runs of `{reference}` diverged or gave no number: declare "
            "what `absent` means, or a yes-no measure of success"
        )
    return Sample(tuple(line.seed for line in lines), x, absent, left_out, wrong)


def _wrong(value: float, measure: Measure, reference: str, seed: int) -> str | None:
    """Returns what is wrong with a value of this kind."""
    low, high = measure.range or (-math.inf, math.inf)
    rule = None
    if measure.kind == "yes-no" and value not in (0.0, 1.0):
        rule = "which is yes or no, so 1 or 0"
    elif measure.kind == "positive" and value <= 0:
        rule = "whose kind `positive` allows only values above 0"
    elif measure.kind == "count" and not (
        value.is_integer() and 0 <= value <= (measure.total or math.inf)
    ):
        rule = f"which counts out of {measure.total}"
    elif not low <= value <= high:
        rule = f"whose range is [{low:g}, {high:g}]"
    return (
        rule and f"seed {seed} gave {value:g} for `{reference}`, {rule}: mend the run or the plan"
    )
