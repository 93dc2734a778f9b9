# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper's drawings of weights, and what they leave out, from our runs."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ldlc.report import Bars, Figure, Panel, Points, Scatter, Series, Weights

from . import tasks

if TYPE_CHECKING:
    from ldlc.runs import RunLine

Runs = Mapping[int, "RunLine"]
FAMILY_ARMS = ("faster", "faster_no_decay", "remembered", "remembered_no_decay", "untrained")


def figures(results: Mapping[tuple[str, str], Runs]) -> dict[str, Figure]:
    """Returns the figures that the record has runs for."""
    solved = {
        seed: run
        for seed, run in sorted(results.get(("symmetry", "two_hidden"), {}).items())
        if run.measures.get("solved")
    }
    family = {
        arm: finished
        for arm in FAMILY_ARMS
        if (finished := [r for r in results.get(("family_trees", arm), {}).values() if r.measures])
    }
    found: dict[str, Figure] = {}
    if drawn := {seed: run for seed, run in solved.items() if "hidden" in run.arrays}:
        found["symmetry-weights"] = symmetry_weights(drawn)
    if solved:
        found["symmetry-ratios"] = symmetry_ratios(solved)
    faster = results.get(("family_trees", "faster"), {})
    if drawn := [seed for seed, run in sorted(faster.items()) if "person" in run.arrays]:
        found["family-persons"] = family_persons(drawn[0], faster[drawn[0]])
    if family:
        found["family-features"] = family_features(family)
        found["family-held-out"] = family_held_out(family)
    return found


def symmetry_weights(runs: Runs) -> Weights:
    """Returns the weights of solved runs, after the paper's Figure 1."""
    panels = []
    for seed, run in runs.items():
        hidden = list(zip(*run.arrays["hidden"], strict=True))  # a row a unit
        first, second, bias = (row[0] for row in run.arrays["output"])
        padded = [*([math.nan] * 2), first, second, *([math.nan] * 2), bias]
        columns = ["1", "2", "3", "4", "5", "6", "b"]
        rows = [f"hidden {n}" for n in range(1, len(hidden) + 1)]
        panels.append(Panel(f"seed {seed}", [*hidden, padded], [*rows, "output"], columns))
    return Weights(
        "Mirror symmetry: weights of solved runs (after Figure 1)",
        "Each hidden unit's weights from the six inputs and its bias (b); below, the output's weights "
        "from the two hidden units (in the middle) and its bias. The paper says that weights at "
        "mirrored positions are equal in size and opposite in sign.",
        panels,
    )


def symmetry_ratios(runs: Runs) -> Scatter:
    """Returns the two ratios between the sizes of mirrored pairs, a point a solved run."""

    def values(name: str) -> list[float]:
        return [float(run.measures[name] or math.nan) for run in runs.values()]

    return Scatter(
        "Mirror symmetry: ratios between the three pairs of weights",
        "A point is a solved run; beside them stand the published 1:2:4 and another solution, 2:3:4, in "
        "which too no two patterns above the midpoint send a hidden unit the same sum.",
        [
            Points("runs", values("middle_to_small"), values("large_to_middle")),
            Points("1:2:4, published", [2], [2]),
            Points("2:3:4", [3 / 2], [4 / 3]),
        ],
        "middle size over smallest",
        "largest over middle",
    )


def family_persons(seed: int, run: RunLine) -> Weights:
    """Returns the weights from the persons to each of the six units, after the paper's Figure 4."""
    people = len(tasks.ENGLISH)
    panels = []
    for n, weights in enumerate(zip(*run.arrays["person"][:-1], strict=True), start=1):
        trees = [weights[:people], weights[people:]]
        panels.append(Panel(f"unit {n}", trees, ["English", "Italian"], tasks.ENGLISH))
    return Weights(
        "Family trees: weights from the persons to the six units above them (after Figure 4)",
        f"Arm `faster`, seed {seed}. In each unit's field the upper row is the English tree; below "
        "each person stands the Italian with the same place in the tree.",
        panels,
    )


def family_features(arms: Mapping[str, list[RunLine]]) -> Bars:
    """Returns how far a person's code tells each feature, a bar an arm."""
    features = ("nationality", "generation", "branch")
    return Bars(
        "Family trees: features in the six activities that encode a person",
        "Median over seeds; 0 is chance, 1 tells the feature of every person.",
        tuple(arms),
        [
            Series(feature, [statistics.median(_measured(runs, feature)) for runs in arms.values()])
            for feature in features
        ],
        "separability",
    )


def family_held_out(arms: Mapping[str, list[RunLine]]) -> Bars:
    """Returns the mean number of held-out cases that are right, a bar an arm."""
    right = [statistics.fmean(_measured(runs, "held_out_right")) for runs in arms.values()]
    return Bars(
        "Family trees: held-out cases answered correctly",
        "Mean over seeds; each run holds out four cases of its own.",
        tuple(arms),
        [Series("right", right)],
        "cases of 4",
    )


def _measured(runs: list[RunLine], name: str) -> list[float]:
    return [float(run.measures[name] or 0.0) for run in runs]
