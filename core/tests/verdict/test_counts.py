# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest
from scipy import stats

from ldlc.verdict.counts import at_least, at_most, clopper_pearson, mean_count

X = np.array([2.0, 3.0, 1.0, 4.0, 2.0, 2.0])  # 14 wrong of 6 times 50


@pytest.mark.parametrize("k", [0, 1, 7, 19, 20])
def test_bounds_of_a_rate_are_clopper_and_pearsons(k):
    expected = tuple(stats.binomtest(k, 20).proportion_ci(method="exact"))

    assert clopper_pearson(np.asarray(float(k)), np.asarray(20.0)) == pytest.approx(expected)


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("k", [0, 3, 8])
def test_binomial_tails_are_scipys(k, p):
    k_, n = np.asarray(float(k)), np.asarray(8.0)

    assert at_most(k_, n, p) == pytest.approx(stats.binom.cdf(k, 8, p))
    assert at_least(k_, n, p) == pytest.approx(stats.binom.sf(k - 1, 8, p))


def test_a_bound_outside_what_counts_can_be_is_taken_at_the_end():
    assert at_most(np.asarray(3.0), np.asarray(8.0), 1.5) == 0.0
    assert at_most(np.asarray(3.0), np.asarray(8.0), -0.5) == 1.0
    assert at_least(np.asarray(3.0), np.asarray(8.0), -0.5) == 0.0
    assert at_least(np.asarray(3.0), np.asarray(8.0), 1.5) == 1.0


def test_t_and_the_binomial_must_agree():
    found = mean_count(X, 50)

    t = stats.ttest_1samp(X, 4.0, alternative="less").pvalue
    binomial = stats.binom.cdf(14, 300, 4 / 50)
    assert t < binomial
    assert found.below(4.0) == pytest.approx(binomial)
    t = stats.ttest_1samp(X, 1.2, alternative="greater").pvalue
    binomial = stats.binom.sf(13, 300, 1.2 / 50)
    assert t > binomial
    assert found.above(1.2) == pytest.approx(t)


def test_the_interval_is_the_hull_of_both():
    low, high = mean_count(X, 50).interval()

    t = stats.ttest_1samp(X, 0.0).confidence_interval()
    exact = [50 * v for v in stats.binomtest(14, 300).proportion_ci(method="exact")]
    assert low == pytest.approx(min(t.low, exact[0]))
    assert high == pytest.approx(max(t.high, exact[1]))


def test_runs_that_all_agree_are_left_to_the_binomial():
    zeros = mean_count(np.zeros(10), 50)

    assert zeros.below(2.0) == pytest.approx((1 - 2 / 50) ** 500)
    assert zeros.above(2.0) == pytest.approx(1.0)
    assert not any(mask.any() for mask in zeros.guards.values())
    assert zeros.interval() == pytest.approx((0.0, 50 * (1 - 0.025 ** (1 / 500))))


def test_counts_that_cluster_by_seed_have_no_verdict():
    clustered = np.array([0.0, 0.0, 0.0, 9.0, 0.0, 1.0])

    assert mean_count(clustered, 50).guards["clustered"]
    assert not mean_count(X, 50).guards["clustered"]


def test_large_counts_may_cluster():
    assert not mean_count(10 * np.array([1.0, 6.0, 2.0, 5.0, 1.0, 6.0]), 1000).guards["clustered"]


@pytest.mark.parametrize(("offset", "clustered"), [(-0.1, True), (0.1, False)])
def test_clustering_matters_below_a_mean_of_twenty(offset, clustered):
    x = 20.0 + offset + np.array([-10.0, 10.0, -9.0, 9.0])

    assert mean_count(x, 1000).guards["clustered"] == clustered


def test_clustering_is_twice_the_binomials_variance():
    # mean 2, variance 4 against 2·(1 - 2/N): with N huge, exactly twice.
    x = np.array([0.0, 4.0, 0.0, 4.0, 2.0])  # variance 4

    assert mean_count(x, 50).guards["clustered"]  # 4 > 2·2·0.96
    assert not mean_count(np.array([0.0, 3.0, 1.0, 4.0, 2.0]), 50).guards["clustered"]  # 2.5
