# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest
from scipy import stats

from ldlc.verdict.medians import Median

X = np.array([5.0, 1.0, 9.0, 3.0, 7.0, 2.0, 8.0, 4.0, 6.0, 10.0])


def test_a_median_is_judged_by_the_sign_test():
    found = Median(X)

    assert found.below(9.0) == pytest.approx(stats.binomtest(9, 10, alternative="greater").pvalue)
    assert found.above(2.0) == pytest.approx(stats.binomtest(9, 10, alternative="greater").pvalue)


def test_five_runs_decide_nothing_and_six_do():
    assert Median(X[:5]).below(100.0) == pytest.approx(1 / 32)
    assert Median(X[:6]).below(100.0) == pytest.approx(1 / 64)


def test_a_run_on_the_bound_speaks_for_the_claim_and_not_against_it():
    x = np.array([1.0, 1.0, 2.0, 2.0, 2.0, 2.0])

    assert Median(x).below(2.0) == pytest.approx(1 / 64)
    assert Median(x).below(2.0, strict=True) == pytest.approx(57 / 64)  # 2 or more of 6
    assert Median(x).above(1.0) == pytest.approx(1 / 64)
    assert Median(x).above(1.0, strict=True) == pytest.approx(22 / 64)  # 4 or more of 6


@pytest.mark.parametrize(
    ("n", "r", "s"), [(6, 1, 6), (10, 2, 9), (20, 6, 15), (40, 14, 27), (60, 22, 39)]
)
def test_the_interval_lies_between_order_statistics(n, r, s):
    assert Median(np.arange(1.0, n + 1)[::-1]).interval() == (r, s)


def test_five_runs_have_no_interval():
    assert Median(X[:5]).interval() == (-np.inf, np.inf)


def test_an_absent_run_is_the_worst():
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0, np.inf, np.inf])

    found = Median(x)

    assert found.estimate == 4.0
    assert found.below(5.0) == pytest.approx(stats.binom.sf(4, 7, 0.5))
    assert found.interval() == (1.0, np.inf)


def test_the_median_of_mostly_absent_runs_is_infinite():
    assert Median(np.array([1.0, np.inf, np.inf, 2.0])).estimate == np.inf
    assert Median(np.array([np.inf, np.inf, np.inf, 2.0])).estimate == np.inf


def test_an_even_number_of_runs_has_the_mean_of_the_middle():
    assert Median(X).estimate == 5.5


def test_runs_left_out_do_not_count():
    gaps = np.array([5.0, np.nan, 1.0, 9.0, 3.0, np.nan, 7.0, 2.0])

    assert Median(gaps).below(9.0) == pytest.approx(1 / 64)
    assert Median(gaps).interval() == (1.0, 9.0)


def test_many_papers_at_once():
    found = Median(np.stack([X, X + 1]))

    assert found.estimate == pytest.approx([5.5, 6.5])
    assert found.below(9.0) == pytest.approx(
        [stats.binom.sf(8, 10, 0.5), stats.binom.sf(7, 10, 0.5)]
    )
