# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest

from ldlc.plan.model import Measure
from ldlc.verdict.sample import sample

from cases import diverged, line, plan  # isort: skip

PLAN = plan()


def lines(*values, measure="x", **others):
    return [
        line(PLAN, "a", i, {measure: v, **{k: w[i] for k, w in others.items()}})
        for i, v in enumerate(values)
    ]


def test_values_come_in_the_order_of_their_seeds():
    found = sample(lines(3.0, 1.0, 2.0), "E.a.x", Measure())

    assert found.values.tolist() == [3.0, 1.0, 2.0]
    assert (found.seeds, found.used, found.problem) == ((0, 1, 2), 3, None)


@pytest.mark.parametrize(("better", "worst"), [("low", np.inf), ("high", -np.inf), (None, np.inf)])
@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_an_absent_value_is_the_worst(better, worst, value):
    found = sample(lines(3.0, value), "E.a.x", Measure(absent="never", better=better))

    assert found.values.tolist() == [3.0, worst]
    assert (found.absent, found.problem) == (1, None)


@pytest.mark.parametrize("value", [None, math.nan, -math.inf])
def test_a_diverged_run_allows_no_verdict(value):
    found = sample(lines(3.0, value, value), "E.a.x", Measure())

    assert found.problem == (
        "2 of 3 runs of `E.a.x` diverged or gave no number: declare what `absent` means, or a "
        "yes-no measure of success"
    )


def test_a_run_that_left_the_finite_numbers_is_a_diverged_one():
    found = sample([*lines(3.0), diverged(PLAN, "a", 1, "x")], "E.a.x", Measure())

    assert "1 of 2 runs" in found.problem


@pytest.mark.parametrize("value", [None, math.nan, math.inf, 0.0])
def test_a_yes_no_measure_without_a_value_is_no(value):
    found = sample(lines(1.0, value), "E.a.x", Measure(kind="yes-no"))

    assert found.values.tolist() == [1.0, 0.0]
    assert found.problem is None


@pytest.mark.parametrize(
    ("measure", "value", "rule"),
    [
        (Measure(kind="yes-no"), 0.5, "which is yes or no, so 1 or 0"),
        (Measure(kind="positive"), 0.0, "whose kind `positive` allows only values above 0"),
        (Measure(kind="positive"), -1.0, "whose kind `positive` allows only values above 0"),
        (Measure(kind="count", total=50), 51.0, "which counts out of 50"),
        (Measure(kind="count", total=50), -1.0, "which counts out of 50"),
        (Measure(kind="count", total=50), 2.5, "which counts out of 50"),
        (Measure(range=[0, 1]), 1.7, "whose range is [0, 1]"),
        (Measure(range=[0, 1]), -0.1, "whose range is [0, 1]"),
    ],
)
def test_an_impossible_value_allows_no_verdict(measure, value, rule):
    found = sample(lines(1.0, value, value), "E.a.x", measure)

    assert found.problem == f"seed 1 gave {value:g} for `E.a.x`, {rule}: mend the run or the plan"


def test_the_ends_of_a_range_are_possible():
    assert sample(lines(0.0, 1.0), "E.a.x", Measure(range=[0, 1])).problem is None
    assert sample(lines(0.0, 50.0), "E.a.x", Measure(kind="count", total=50)).problem is None


def test_runs_without_success_are_left_out_whatever_they_gave():
    runs = lines(3.0, math.nan, 5.0, ok=[1.0, 0.0, None])

    found = sample(runs, "E.a.x", Measure(), success="ok")

    assert found.values[0] == 3.0
    assert np.isnan(found.values[1:]).all()
    assert (found.left_out, found.used, found.problem) == (2, 1, None)


def test_runs_without_success_rank_last_between_arms():
    runs = lines(3.0, 4.0, ok=[1.0, 0.0])

    found = sample(runs, "E.a.x", Measure(better="low"), success="ok", failures_are_worst=True)

    assert found.values.tolist() == [3.0, np.inf]
    assert found.left_out == 1


@pytest.mark.parametrize(
    ("better", "expected"), [("high", [0.0, 1.0, 1.0, 0.0]), ("low", [1.0, 1.0, 0.0, 0.0])]
)
def test_runs_that_reach_a_value_are_counted(better, expected):
    runs = lines(1.0, 2.0, 3.0, None)

    found = sample(runs, "E.a.x", Measure(better=better), reach=2.0)

    assert found.values.tolist() == expected
    assert found.problem is None
