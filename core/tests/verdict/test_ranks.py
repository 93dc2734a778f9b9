# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ldlc.verdict.ranks import RankComparison, mann_whitney, mann_whitney_less

values = st.lists(st.integers(0, 9) | st.just(np.inf), min_size=1, max_size=12)


@given(values, values)
def test_the_test_is_scipys_with_ties_and_absent_runs(a, b):
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)

    expected = stats.mannwhitneyu(a, b, alternative="less", method="exact").pvalue

    assert mann_whitney_less(a, b) == pytest.approx(expected)
    assert mann_whitney(a, b) == pytest.approx(
        stats.mannwhitneyu(a, b, alternative="two-sided", method="exact").pvalue
    )


@pytest.mark.parametrize(("n", "chance"), [(3, 1 / 20), (4, 1 / 70)])
def test_separated_arms_have_one_chance_in_all_labellings(n, chance):
    assert mann_whitney_less(np.arange(n) + 0.0, np.arange(n) + 10.0) == pytest.approx(chance)


A = np.array([1.0, 2.0, 4.0, 5.0, 7.0])
B = np.array([3.0, 6.0, 8.0, 9.0, 10.0, 12.0])


def test_a_shift_is_taken_off_the_first_arm():
    found = RankComparison(A, B, ratio=False)

    assert found.below(0.0) == pytest.approx(float(mann_whitney_less(A, B)))
    assert found.below(-2.0) == pytest.approx(float(mann_whitney_less(A + 2.0, B)))
    assert found.above(-2.0) == pytest.approx(float(mann_whitney_less(B, A + 2.0)))


def test_a_factor_is_divided_out():
    found = RankComparison(A, B, ratio=True)

    assert found.below(0.5) == pytest.approx(float(mann_whitney_less(2 * A, B)))


@pytest.mark.parametrize("ratio", [False, True])
def test_the_interval_holds_what_is_not_refuted(ratio):
    found = RankComparison(A + 0.1, B, ratio)

    low, high = found.interval()

    step = 1e-9
    assert found.below(high + step) <= 0.025 < found.below(high - step)
    assert found.above(low - step) <= 0.025 < found.above(low + step)


def test_the_estimate_is_the_median_of_all_pairs():
    assert RankComparison(A, B, ratio=False).estimate == np.median(np.subtract.outer(A, B))
    assert RankComparison(A, B, ratio=True).estimate == pytest.approx(
        np.exp(np.median(np.log(np.divide.outer(A, B))))
    )
    assert RankComparison(A[:1], B[:2], ratio=False).estimate == -3.5
    assert RankComparison(A[:1], B[:3], ratio=False).estimate == -5.0


def test_three_runs_an_arm_have_no_interval():
    assert RankComparison(A[:3], B[:3], ratio=False).interval() == (-np.inf, np.inf)
    assert RankComparison(A[:3], B[:3], ratio=True).interval() == (0.0, np.inf)


def test_superiority_counts_ties_half():
    a, b = np.array([1.0, 2.0]), np.array([2.0, 3.0])

    assert RankComparison(a, b, ratio=False).superiority() == pytest.approx(3.5 / 4)


@pytest.mark.parametrize("ratio", [False, True])
def test_many_papers_at_once_are_each_paper_alone(ratio):
    rng = np.random.default_rng(3)
    a, b = rng.lognormal(0, 1, (3, 5)), rng.lognormal(0.5, 1, (3, 7))
    a[1, 2] = b[1, 4] = np.inf

    together = RankComparison(a, b, ratio, budget=20.0)

    alone = [RankComparison(x, y, ratio, budget=20.0) for x, y in zip(a, b, strict=True)]
    assert together.estimate == pytest.approx([float(q.estimate) for q in alone])
    assert together.superiority() == pytest.approx([float(q.superiority()) for q in alone])
    for side in (0, 1):
        assert together.interval()[side] == pytest.approx(
            [float(q.interval()[side]) for q in alone]
        )
    for bound in (0.5, 2.0):
        assert together.below(bound) == pytest.approx([float(q.below(bound)) for q in alone])
        assert together.above(bound) == pytest.approx([float(q.above(bound)) for q in alone])


def test_a_shift_keeps_what_the_budget_hides_in_both_arms():
    # 30 later is 95 and 125; of an arm with a budget of 100 nobody would have seen 125.
    a, b = np.array([65.0, 95.0, 95.0, 95.0]), np.array([99.0, np.inf, np.inf, np.inf])

    found = RankComparison(a, b, ratio=False, budget=100.0).below(-30.0)

    hidden = mann_whitney_less(np.array([95.0, np.inf, np.inf, np.inf]), b)
    seen = mann_whitney_less(np.array([95.0, 125.0, 125.0, 125.0]), b)
    assert found == pytest.approx(float(hidden))
    assert hidden != pytest.approx(float(seen))


def test_absent_runs_rank_last():
    a, b = np.array([1.0, 2.0, 3.0, 4.0]), np.array([5.0, np.inf, 6.0, np.inf])

    found = RankComparison(a, b, ratio=True)

    assert found.below(1.0) == pytest.approx(1 / 70)
    assert found.interval()[0] == 0.0


def test_absent_runs_of_a_measure_whose_low_values_are_worst_rank_first():
    a, b = np.array([1.0, -np.inf, -np.inf, 2.0]), np.array([3.0, 4.0, 5.0, 6.0])

    assert RankComparison(a, b, ratio=False).below(0.0) == pytest.approx(1 / 70)
    assert RankComparison(a, b, ratio=True).below(1.0) == pytest.approx(1 / 70)
    low, high = RankComparison(a, b, ratio=True).interval()
    assert low == 0.0
    assert high < 1.0


def test_two_absent_runs_tell_nothing_about_each_other():
    a, b = np.array([1.0, np.inf]), np.array([np.inf, np.inf])

    found = RankComparison(a, b, ratio=True)

    assert found.superiority() == pytest.approx((2 + 1) / 4)
    absent = np.full(5, np.inf)
    assert RankComparison(absent, absent, ratio=False).interval() == (-np.inf, np.inf)


def test_a_budget_hides_what_lies_beyond_it_in_both_arms():
    # Budget 100. "Four times as fast": 4·a against b, and all above 100 is unknown.
    a = np.array([20.0, 30.0, 40.0, np.inf])
    b = np.array([90.0, 99.0, np.inf, np.inf])

    found = RankComparison(a, b, ratio=True, budget=100.0)

    beyond = np.inf  # 4 · 30 and 4 · 40 lie beyond the budget
    expected = mann_whitney_less(
        np.array([80.0, beyond, beyond, beyond]), np.array([90.0, 99.0, beyond, beyond])
    )
    assert found.below(0.25) == pytest.approx(float(expected))


def test_a_budget_that_shrinks_with_the_factor_hides_values_of_the_rival():
    # "At least twice as slow": a/2 against b; beyond 50 an absent run of a may lie on either side.
    a, b = np.array([60.0, 80.0, np.inf, np.inf]), np.array([20.0, 30.0, 60.0, 70.0])

    found = RankComparison(a, b, ratio=True, budget=100.0)

    expected = mann_whitney_less(
        np.array([20.0, 30.0, np.inf, np.inf]), np.array([30.0, 40.0, np.inf, np.inf])
    )
    assert found.above(2.0) == pytest.approx(float(expected))


def test_a_budget_with_a_shift():
    a, b = np.array([60.0, 80.0, np.inf]), np.array([20.0, 85.0, np.inf])

    later = RankComparison(a, b, ratio=False, budget=100.0)

    expected = mann_whitney_less(np.array([90.0, np.inf, np.inf]), b)
    assert later.below(-30.0) == pytest.approx(float(expected))
    sooner = mann_whitney_less(np.array([20.0, np.inf, np.inf]), np.array([30.0, 50.0, np.inf]))
    assert later.above(30.0) == pytest.approx(float(sooner))


def test_an_absent_run_lies_beyond_the_budget_at_least():
    a, b = np.full(4, np.inf), np.array([10.0, 20.0, 20.0, 50.0])

    low, high = RankComparison(a, b, ratio=True, budget=100.0).interval()

    assert (low, high) == pytest.approx((2.0, np.inf))
    low, high = RankComparison(b, a, ratio=True, budget=100.0).interval()
    assert (low, high) == pytest.approx((0.0, 0.5))


@pytest.mark.parametrize(("ratio", "bound"), [(True, 1.0), (False, 0.0)])
def test_a_run_that_ends_with_the_budget_is_before_those_that_never_did(ratio, bound):
    last, never = np.full(4, 100.0), np.full(4, np.inf)

    ended_in_a = RankComparison(last, never, ratio, budget=100.0)
    ended_in_b = RankComparison(never, last, ratio, budget=100.0)

    assert float(ended_in_a.below(bound)) == pytest.approx(1 / math.comb(8, 4))
    assert float(ended_in_b.above(bound)) == pytest.approx(1 / math.comb(8, 4))
