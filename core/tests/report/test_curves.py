# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest
from scipy import stats

from ldlc.report import curves


@pytest.fixture
def summarise(make_run):
    """Returns what summarises curves, one a seed, of a single arm."""

    def make(*points):
        runs = {k: make_run("wide", k, curves={"loss": line}) for k, line in enumerate(points)}
        return curves.summarise("toy", {"wide": runs})[0]

    return make


def test_a_curve_is_the_mean_with_its_t_interval(summarise):
    seeds = [[(0.0, a), (1.0, b)] for a, b in ((1, 2), (2, 4), (4, 9))]

    found = summarise(*seeds).lines[0]

    for k, values in enumerate(((1, 2, 4), (2, 4, 9))):
        low, high = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
        assert [np.mean(values), low, high] == pytest.approx(
            [found.mean[k], found.low[k], found.high[k]], rel=1e-4
        )


def test_curves_over_two_decades_are_averaged_as_logarithms(summarise):
    found = summarise([(0.0, 100.0), (1.0, 1.0)], [(0.0, 1000.0), (1.0, 4.0)])

    assert found.log
    assert [math.sqrt(1e5), 2.0] == pytest.approx(found.lines[0].mean, rel=1e-4)


def test_a_run_that_stopped_keeps_its_last_value_and_the_note_says_so(summarise):
    found = summarise([(0.0, 1.0), (1.0, 0.5)], [(0.0, 1.0), (1.0, 0.5), (2.0, 0.1)])

    assert pytest.approx(found.lines[0].mean) == [1.0, 0.5, 0.3]
    assert found.notes == ["A run that stopped earlier keeps its last value."]


def test_a_diverged_run_is_kept_up_to_its_last_finite_value(summarise):
    found = summarise([(0.0, 1.0), (1.0, 3.0)], [(0.0, 1.0), (1.0, math.nan)])

    assert found.lines[0].mean == [1.0, 2.0]
    assert any("1 diverged run is shown" in note for note in found.notes)


def test_many_steps_are_thinned_by_interpolation(summarise):
    line = [(float(k), 2.0 * k + 1) for k in range(500)]

    found = summarise(line, line).lines[0]

    assert len(found.steps) == curves.POINTS
    assert [2 * step + 1 for step in found.steps] == pytest.approx(found.mean, rel=1e-3)


def test_one_seed_has_no_band(summarise):
    found = summarise([(0.0, 1.0), (1.0, 0.5)]).lines[0]

    assert [] == found.low == found.high
    assert found.seeds == 1


def test_arms_that_logged_nothing_are_left_out(make_run):
    runs = {
        "wide": {0: make_run("wide", 0)},
        "none": {0: make_run("none", 0, curves={})},
    }

    found = curves.summarise("toy", runs)

    assert [line.arm for line in found[0].lines] == ["wide"]
