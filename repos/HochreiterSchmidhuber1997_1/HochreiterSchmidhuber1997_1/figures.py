# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader of the paper looks for: its tables beside our runs, and where errors are left."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ldlc.report import Bars, Curves, Figure, Line, Points, Scatter, Series

if TYPE_CHECKING:
    from ldlc.runs import RunLine

Runs = Mapping[int, "RunLine"]
TABLE_1 = {  # remembered of the paper: share of successful trials in percent, strings to success
    "blocks4_rate01": ("4 x 1, 0.1", 100, 39_740),
    "blocks3_rate01": ("3 x 2, 0.1", 100, 21_730),
    "blocks3_rate02": ("3 x 2, 0.2", 97, 14_060),
    "blocks4_rate05": ("4 x 1, 0.5", 97, 9_500),
    "blocks3_rate05": ("3 x 2, 0.5", 100, 8_440),
    "elman": ("Elman", 0, math.nan),
}
ADDING = {
    "lstm": "LSTM",
    "linear_output": "linear output",
    "full_gradient": "linear output, full gradient",
    "recurrent": "plain recurrent net",
}


def figures(results: Mapping[tuple[str, str], Runs]) -> dict[str, Figure]:
    """Returns the figures that the record has runs for."""
    adding = _finished(results, "adding", list(ADDING))
    reber = _finished(results, "reber", list(TABLE_1))
    found: dict[str, Figure] = {}
    if reber:
        found["reber-table-1"] = reber_success(reber)
        found["reber-wrong"] = reber_wrong(reber)
    if adding:
        found["adding-wrong"] = adding_wrong(adding)
    if drawn := {arm: kept for arm, runs in adding.items() if (kept := _with_arrays(runs))}:
        found["adding-by-target"] = adding_by_target(drawn)
    return found


def reber_success(arms: Mapping[str, list[RunLine]]) -> Bars:
    """Returns the share of successful runs beside that of the paper's Table 1."""
    return Bars(
        "Embedded Reber grammar: runs that learned it (after Table 1)",
        "Blocks x cells and learning rate of each row. The published shares, of 30 trials, are from memory; so is "
        "the Elman net's, which had more strings.",
        [TABLE_1[arm][0] for arm in arms],
        [
            Series("published", [float(TABLE_1[arm][1]) for arm in arms]),
            Series(
                "here",
                [100 * statistics.fmean(_measured(runs, "learned")) for runs in arms.values()],
            ),
        ],
        "% of runs",
    )


def reber_wrong(arms: Mapping[str, list[RunLine]]) -> Scatter:
    """Returns how many test strings each run gets wrong at its end: what kind of failure it is."""
    groups = []
    for place, (arm, runs) in enumerate(arms.items()):
        wrong = sorted(_measured(runs, "wrong"))
        spread = [place + 0.6 * (k / max(1, len(wrong) - 1) - 0.5) for k in range(len(wrong))]
        groups.append(Points(TABLE_1[arm][0], spread, wrong))
    return Scatter(
        "Embedded Reber grammar: test strings with a mistake when learning ends",
        "A point is a run, sorted within its arm. At 0 it has learned the grammar. Near 128, half of the 256 "
        "strings, it foretells everything but the last symbol but one, which only the second one tells.",
        groups,
        "arm, in the order of the legend",
        "test strings of 256",
    )


def adding_wrong(arms: Mapping[str, list[RunLine]]) -> Bars:
    """Returns the share of new sequences that are processed incorrectly, beside the published one."""
    percent = [100 * statistics.median(_measured(runs, "wrong")) / 2560 for runs in arms.values()]
    return Bars(
        "Adding problem, T = 100: new sequences processed incorrectly",
        "Median over runs; off by 0.04 or more. Published, from memory: 1 of 2,560, 0.04 %.",
        [ADDING[arm] for arm in arms],
        [Series("wrong", percent)],
        "% of 2,560",
    )


def adding_by_target(arms: Mapping[str, list[RunLine]]) -> Curves:
    """Returns the mean absolute error of new sequences over their target."""
    middles = [0.05 + 0.1 * k for k in range(10)]
    lines = []
    for arm, runs in arms.items():
        rows = list(zip(*(run.arrays["error by target"] for run in runs), strict=True))
        lines.append(Line(ADDING[arm], middles, [statistics.fmean(row) for row in rows]))
    return Curves(
        "Adding problem, T = 100: where errors are left",
        "Mean absolute error on new sequences, by their target in tenths, the mean of the seeds whose arrays are "
        "recorded. A sequence counts as correct below 0.04.",
        lines,
        "target, 0.5 + (X1 + X2) / 4",
        "mean absolute error",
        log_y=True,
    )


def _finished(
    results: Mapping[tuple[str, str], Runs], experiment: str, arms: list[str]
) -> dict[str, list[RunLine]]:
    return {
        arm: finished
        for arm in arms
        if (finished := [r for r in results.get((experiment, arm), {}).values() if r.measures])
    }


def _with_arrays(runs: list[RunLine]) -> list[RunLine]:
    return [run for run in runs if "error by target" in run.arrays]


def _measured(runs: list[RunLine], name: str) -> list[float]:
    return [float(run.measures[name] or 0.0) for run in runs]
