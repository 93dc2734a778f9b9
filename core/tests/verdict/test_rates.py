# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ldlc.verdict.rates import Rate, RateDifference, boschloo_less, fisher


def runs(k, n):
    """Returns n runs of which k succeed."""
    return np.array([1.0] * k + [0.0] * (n - k))


def test_a_rate_is_judged_by_the_exact_binomial():
    found = Rate(runs(17, 20))

    assert found.above(0.5) == pytest.approx(
        stats.binomtest(17, 20, 0.5, alternative="greater").pvalue
    )
    assert found.below(0.99) == pytest.approx(
        stats.binomtest(17, 20, 0.99, alternative="less").pvalue
    )
    expected = stats.binomtest(17, 20).proportion_ci(0.95)
    assert found.interval() == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(("bound", "n"), [(0.8, 17), (0.9, 36)])
def test_the_least_number_of_runs_that_shows_a_rate(bound, n):
    assert Rate(runs(n, n)).above(bound) <= 0.025
    assert Rate(runs(n - 1, n - 1)).above(bound) > 0.025


def test_no_success_at_all():
    found = Rate(runs(0, 10))

    assert found.estimate == 0.0
    assert found.above(0.1) == 1.0
    assert found.below(0.4) == pytest.approx(0.6**10)
    assert found.interval()[0] == 0.0


def test_runs_left_out_do_not_count():
    assert Rate(np.array([1.0, np.nan, 0.0, 1.0])).estimate == pytest.approx(2 / 3)


def test_three_of_three_against_none_of_three():
    # (1/2)^6 at equal rates: the rate at which it is largest is found to its last digits.
    assert boschloo_less(0, 3, 3, 3) == pytest.approx(1 / 64, rel=1e-10)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_boschloo_is_scipys(data):
    n, m = data.draw(st.integers(1, 14)), data.draw(st.integers(1, 14))
    ka, kb = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = stats.boschloo_exact([[ka, kb], [n - ka, m - kb]], alternative="less").pvalue

    assert boschloo_less(ka, n, kb, m) == pytest.approx(expected, rel=1e-4)


def test_boschloo_of_no_runs_says_nothing():
    assert boschloo_less(0, 0, 1, 3) == 1.0
    assert boschloo_less(0, 3, 0, 0) == 1.0


@given(st.integers(1, 20), st.integers(1, 20), st.data())
def test_fisher_is_scipys(n, m, data):
    ka, kb = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))

    expected = stats.fisher_exact([[ka, kb], [n - ka, m - kb]]).pvalue

    assert fisher(ka, n, kb, m) == pytest.approx(expected, rel=1e-6)


def test_a_difference_of_rates_in_direction_is_boschloo():
    found = RateDifference(runs(3, 20), runs(12, 20))

    assert found.below(0.0) == pytest.approx(boschloo_less(3, 20, 12, 20))
    assert found.above(0.0) == pytest.approx(boschloo_less(12, 20, 3, 20))
    assert found.estimate == pytest.approx(-0.45)


def test_a_margin_of_rates_is_bounded_by_half_the_level_each():
    a, b = runs(18, 20), runs(3, 20)
    low_a = stats.binomtest(18, 20).proportion_ci(1 - 0.025).low
    high_b = stats.binomtest(3, 20).proportion_ci(1 - 0.025).high

    found = RateDifference(a, b)

    assert found.interval()[0] == pytest.approx(low_a - high_b)
    assert found.above(low_a - high_b - 1e-6) <= 0.025
    assert found.above(low_a - high_b + 1e-6) > 0.025
    high = found.interval()[1]
    assert found.below(high + 1e-6) <= 0.025
    assert found.below(high - 1e-6) > 0.025


def test_boschloo_holds_its_level_at_every_common_rate():
    n, m, level = 8, 6, 0.025
    reject = np.array(
        [[boschloo_less(i, n, j, m) <= level for j in range(m + 1)] for i in range(n + 1)]
    )

    for rate in np.linspace(0.01, 0.99, 50):
        a, b = (
            stats.binom.pmf(np.arange(n + 1), n, rate),
            stats.binom.pmf(np.arange(m + 1), m, rate),
        )
        assert (np.outer(a, b) * reject).sum() <= level * (1 + 1e-6)


@pytest.mark.parametrize(("n", "m"), [(2, 9), (9, 2), (5, 5), (3, 12)])
def test_failures_are_told_apart_as_successes_are(n, m):
    for ka in range(n + 1):
        for kb in range(m + 1):
            mirrored = boschloo_less(m - kb, m, n - ka, n)
            assert boschloo_less(ka, n, kb, m) == pytest.approx(mirrored, rel=1e-6)
