# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from ldlc.verdict.spread import differs_by_factors, guarded_end

RNG = np.random.default_rng(5)


def test_the_guarded_end_is_the_finite_one_nearest_to_the_mean():
    x = np.array([0.9, 0.95, 0.97])

    assert guarded_end(x, (0.0, 1.0)) == 1.0
    assert guarded_end(1 - x, (0.0, 1.0)) == 0.0
    assert guarded_end(x, (0.0, np.inf)) == 0.0
    assert np.isnan(guarded_end(x, (-np.inf, np.inf)))


def test_runs_that_differ_by_factors_are_seen():
    wide = RNG.lognormal(0, 0.5, 20)

    assert differs_by_factors(wide, (0.0, np.inf))
    assert differs_by_factors(1 - wide / 100, (-np.inf, 1.0))


def test_runs_that_differ_by_a_few_percent_are_not():
    assert not differs_by_factors(10 + RNG.normal(size=20), (0.0, np.inf))


def test_the_limit_is_a_fifth_on_the_log_scale():
    logs = np.array([-1.0, 0.0, 1.0])  # deviation 1

    assert not differs_by_factors(np.exp(0.199 * logs), (0.0, np.inf))
    assert differs_by_factors(np.exp(0.201 * logs), (0.0, np.inf))


def test_a_run_on_the_end_itself_is_infinitely_far_on_the_log_scale():
    assert differs_by_factors(np.array([0.0, 0.0, 0.0]), (0.0, 100.0))


def test_one_run_on_the_end_is_enough():
    assert differs_by_factors(np.array([0.0, 10.0, 10.1, 9.9]), (0.0, np.inf))


def test_without_an_end_nothing_is_guarded():
    assert not differs_by_factors(RNG.lognormal(0, 2, 20), (-np.inf, np.inf))


@pytest.mark.parametrize("shape", [(20,), (3, 20)])
def test_runs_left_out_do_not_count(shape):
    x = 10 + RNG.normal(size=shape)
    x[..., 3] = np.nan

    assert not np.any(differs_by_factors(x, (0.0, np.inf)))
