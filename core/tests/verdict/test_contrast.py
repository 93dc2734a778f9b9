# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ldlc.verdict.contrast import (
    Contrast,
    Ratio,
    _first_outside,
    contrast,
    correlation,
    summary,
)

from cases import students_interval  # isort: skip

A = np.array([4.1, 3.7, 5.0, 4.4, 4.9, 3.9])
B = np.array([5.2, 6.1, 4.8, 7.0, 5.5, 6.6])
C = np.array([1.0, 2.5, 0.5, 4.0, 3.0, 1.5])


def test_one_arm_is_students_t():
    found = contrast([A], [1.0])

    assert found.below(4.9) == pytest.approx(
        stats.ttest_1samp(A, 4.9, alternative="less").pvalue, rel=1e-9
    )
    assert found.above(4.0) == pytest.approx(
        stats.ttest_1samp(A, 4.0, alternative="greater").pvalue, rel=1e-9
    )


def test_the_interval_of_one_arm_is_the_textbooks():
    low, high = contrast([A], [1.0]).interval()

    assert (low, high) == pytest.approx(students_interval(A))


def test_t_is_worked_by_hand():
    x = np.array(
        [1.0, 2.0, 3.0]
    )  # mean 2, deviation 1, t = 2/(1/√3) = 3.4641, 2 degrees of freedom

    # With 2 degrees of freedom the distribution is 1/2 + t/(2√(2 + t²)).
    by_hand = 0.5 - 3.4641016 / (2 * math.sqrt(2 + 12))
    assert contrast([x], [1.0]).above(0.0) == pytest.approx(by_hand, abs=1e-7)


def test_two_arms_are_welchs_t():
    found = Contrast([summary(A), summary(B)], [1.0, -1.0])

    assert found.below(0.0) == pytest.approx(
        stats.ttest_ind(A, B, equal_var=False, alternative="less").pvalue, rel=1e-9
    )
    expected = stats.ttest_ind(A, B, equal_var=False).confidence_interval()
    assert found.interval() == pytest.approx(expected)


def test_arms_with_different_numbers_of_runs_keep_their_own_errors():
    found = Contrast([summary(A), summary(B[:3])], [1.0, -1.0])

    assert found.above(-2.0) == pytest.approx(
        stats.ttest_ind(A + 2.0, B[:3], equal_var=False, alternative="greater").pvalue, rel=1e-9
    )


def test_a_published_summary_stands_as_an_arm():
    paper = summary(np.array([5.0, 6.0, 7.0, 8.0, 9.0]))
    found = Contrast([summary(A), paper], [1.0, -1.0])

    expected = stats.ttest_ind_from_stats(
        A.mean(), A.std(ddof=1), 6, 7.0, math.sqrt(2.5), 5, equal_var=False, alternative="less"
    )
    assert found.below(0.0) == pytest.approx(expected.pvalue, rel=1e-9)


def test_three_arms_have_satterthwaites_degrees_of_freedom():
    weights = [0.5, 0.5, -1.0]
    parts = [w * w * x.var(ddof=1) / 6 for w, x in zip(weights, (A, B, C), strict=True)]
    df = sum(parts) ** 2 / sum(p * p / 5 for p in parts)
    t = (0.5 * A.mean() + 0.5 * B.mean() - C.mean() - 1.0) / math.sqrt(sum(parts))

    found = Contrast([summary(x) for x in (A, B, C)], weights)

    assert found.above(1.0) == pytest.approx(stats.t.sf(t, df), rel=1e-9)


def test_pairs_are_the_t_of_the_differences():
    found = contrast([A, B], [1.0, -1.0], paired=True)

    assert found.below(0.0) == pytest.approx(
        stats.ttest_rel(A, B, alternative="less").pvalue, rel=1e-9
    )


def test_positive_correlation_leaves_welchs_t_alone():
    b = A + 1.0 + 0.01 * np.arange(6)

    found = contrast([A, b], [1.0, -1.0])

    welch = stats.ttest_ind(A, b, equal_var=False, alternative="less").pvalue
    assert found.below(0.0) == pytest.approx(welch, rel=1e-9)
    assert found.interval() == pytest.approx(
        Contrast([summary(A), summary(b)], [1.0, -1.0]).interval()
    )


def test_negative_correlation_needs_the_paired_test_too():
    b = 10.0 - A + np.array([0.1, -0.1, 0.05, 0.0, -0.05, 0.02])

    found = contrast([A, b], [1.0, -1.0])

    welch = stats.ttest_ind(A, b, equal_var=False, alternative="less").pvalue
    paired = stats.ttest_rel(A, b, alternative="less").pvalue
    assert paired > welch
    assert found.below(0.0) == pytest.approx(paired, rel=1e-9)
    low, high = found.interval()
    narrow = Contrast([summary(A), summary(b)], [1.0, -1.0]).interval()
    assert low < narrow[0]
    assert high > narrow[1]


def test_a_slightly_negative_correlation_needs_the_paired_test_too():
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    b = np.array([4.5, 3.2, 5.6, 2.9, 5.1, 3.6])
    assert -0.1 < stats.pearsonr(a, b).statistic < 0

    found = contrast([a, b], [1.0, -1.0])

    welch = stats.ttest_ind(a, b, equal_var=False, alternative="less").pvalue
    paired = stats.ttest_rel(a, b, alternative="less").pvalue
    assert found.below(0.0) == pytest.approx(max(welch, paired), rel=1e-9)
    assert paired > welch


def test_the_guard_pairs_only_the_seeds_that_both_have():
    b = np.array([9.0, 9.4, 8.1])  # opposite to A's first three

    found = contrast([A, b], [1.0, -1.0])

    welch = stats.ttest_ind(A, b, equal_var=False, alternative="less").pvalue
    paired = stats.ttest_rel(A[:3], b, alternative="less").pvalue
    assert found.below(0.0) == pytest.approx(max(welch, paired), rel=1e-9)


def test_two_common_seeds_are_too_few_for_the_guard():
    b = np.array([9.0, 9.9])

    found = contrast([A, b], [1.0, -1.0])

    welch = stats.ttest_ind(A, b, equal_var=False, alternative="less").pvalue
    assert found.below(0.0) == pytest.approx(welch, rel=1e-9)


def test_runs_that_are_left_out_do_not_count():
    with_gaps = np.array([4.1, np.nan, 3.7, 5.0, np.nan, 4.4, 4.9, 3.9])

    assert contrast([with_gaps], [1.0]).below(4.9) == pytest.approx(
        float(contrast([A], [1.0]).below(4.9))
    )


def test_one_arm_without_spread_has_no_verdict():
    found = contrast([np.full(5, 0.1 + 0.2)], [1.0])

    assert found.guards["still"]
    assert found.below(1.0) == 1.0
    assert found.interval() == (-np.inf, np.inf)


def test_rounding_is_no_spread():
    x = 1e6 + np.array([0.0, 1e-10, -1e-10, 0.0])

    assert contrast([x], [1.0]).guards["still"]


def test_a_small_spread_about_a_large_mean_is_spread():
    x = 1e6 + np.array([0.0, 1e-4, -1e-4, 2e-4])

    assert not contrast([x], [1.0]).guards["still"]


@pytest.mark.parametrize(("n", "chance"), [(3, 1 / 20), (4, 1 / 70), (6, 1 / 924)])
def test_two_arms_without_spread_are_permuted(n, chance):
    found = contrast([np.full(n, 1.0), np.full(n, 2.0)], [1.0, -1.0])

    assert found.below(0.0) == pytest.approx(chance)
    assert found.above(0.0) == 1.0
    assert found.below(-1.0) == 1.0  # exactly there
    assert not found.guards["still"]
    assert found.interval() == ((-1.0, -1.0) if n > 3 else (-np.inf, np.inf))


def test_still_arms_of_different_length_are_permuted():
    found = contrast([np.full(4, 1.0), np.full(5, 2.0)], [1.0, -1.0])

    assert found.below(0.0) == pytest.approx(1 / 126)


def test_two_equal_arms_without_spread_have_no_verdict():
    assert contrast([np.full(5, 2.0), np.full(5, 2.0)], [1.0, -1.0]).guards["still"]


def test_three_arms_without_spread_have_no_verdict():
    still = [np.full(5, v) for v in (1.0, 2.0, 3.0)]

    assert contrast(still, [-0.5, 0.0, 0.5]).guards["still"]


def test_one_arm_of_two_without_spread_is_welch():
    still = np.full(6, 5.0)

    found = contrast([A, still], [1.0, -1.0])

    assert found.below(0.0) == pytest.approx(
        stats.ttest_1samp(A, 5.0, alternative="less").pvalue, rel=1e-9
    )


def test_many_papers_at_once_are_each_paper_alone():
    many = np.stack([A, B, C])

    together = contrast([many, many[::-1]], [1.0, -1.0])

    alone = [contrast([x, y], [1.0, -1.0]) for x, y in zip(many, many[::-1], strict=True)]
    assert together.below(0.5) == pytest.approx([float(q.below(0.5)) for q in alone])
    assert together.interval()[0] == pytest.approx([float(q.interval()[0]) for q in alone])


def test_many_papers_have_arms_of_different_length():
    a, b = np.stack([A, B, C]), np.stack([C, A, B])[:, :4]

    together = contrast([a, b], [1.0, -1.0])

    alone = [contrast([x, y], [1.0, -1.0]) for x, y in zip(a, b, strict=True)]
    assert together.below(0.5) == pytest.approx([float(q.below(0.5)) for q in alone])
    against = 10.0 - a[:, :4] + np.array([0.1, -0.1, 0.05, 0.0])  # the guard pairs four seeds
    guarded = contrast([a, against], [1.0, -1.0]).below(0.5)
    expected = [contrast([x, y], [1.0, -1.0]).below(0.5) for x, y in zip(a, against, strict=True)]
    assert guarded == pytest.approx([float(p) for p in expected])


def test_of_many_papers_only_those_without_spread_are_permuted():
    a, b = np.stack([A, np.full(6, 1.0)]), np.stack([B, np.full(6, 2.0)])

    together = contrast([a, b], [1.0, -1.0])

    assert together.below(0.0) == pytest.approx(
        [float(contrast([A, B], [1.0, -1.0]).below(0.0)), 1 / 924]
    )


@given(
    st.lists(st.floats(-100, 100), min_size=3, max_size=12),
    st.floats(-100, 100),
    st.floats(0.01, 100),
)
def test_scale_and_shift_change_nothing(x, shift, scale):
    x = np.array(x)
    if x.std() < 1e-3:
        return

    p = contrast([x], [1.0]).below(1.0)

    assert contrast([scale * x + shift], [1.0]).below(scale * 1.0 + shift) == pytest.approx(
        float(p), rel=1e-4, abs=1e-9
    )


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=12), st.floats(-200, 200))
def test_p_values_on_both_sides_are_complements_and_match_the_interval(x, bound):
    x = np.array(x)
    if x.std() < 1e-3:
        return
    found = contrast([x], [1.0])

    low, high = found.interval()

    assert found.below(bound) + found.above(bound) == pytest.approx(1.0)
    if abs(high - bound) > 1e-6 * max(1.0, abs(bound)):
        assert (found.below(bound) <= 0.025) == (high <= bound)
    if abs(low - bound) > 1e-6 * max(1.0, abs(bound)):
        assert (found.above(bound) <= 0.025) == (low >= bound)


def test_a_ratio_is_tested_by_its_contrast():
    found = Ratio([A, B], [1.0, 0.0], [0.0, 1.0])

    by_contrast = contrast([A, B], [1.0, -0.9])
    assert found.estimate == pytest.approx(A.mean() / B.mean())
    assert found.below(0.9) == pytest.approx(float(by_contrast.below(0.0)))
    assert found.above(0.9) == pytest.approx(float(by_contrast.above(0.0)))


def test_a_ratios_interval_holds_what_is_not_refuted():
    found = Ratio([A, B], [1.0, 0.0], [0.0, 1.0])

    low, high = (float(v) for v in found.interval())

    assert found.below(high) == pytest.approx(0.025, abs=1e-6)
    assert found.above(low) == pytest.approx(0.025, abs=1e-6)


def test_a_ratio_is_one_of_all_runs_also_where_an_arm_has_more():
    for a, b in [(A[:3], B), (A, B[:3])]:
        found = Ratio([a, b], [1.0, 0.0], [0.0, 1.0])

        assert found.estimate == pytest.approx(a.mean() / b.mean())


def test_a_ratio_in_pairs_has_fiellers_interval():
    t = stats.t.ppf(0.975, 5)
    (aa, ab), (_, bb) = np.cov(A, B) * t * t / 6
    a, b = A.mean(), B.mean()
    # The ratios ρ with (a - ρ·b)² <= t²·(s_aa - 2ρ·s_ab + ρ²·s_bb)/n: the roots of a square.
    middle, square = a * b - ab, b * b - bb
    root = math.sqrt(middle**2 - (a * a - aa) * square)

    low, high = Ratio([A, B], [1.0, 0.0], [0.0, 1.0], paired=True).interval()

    assert (low, high) == pytest.approx(((middle - root) / square, (middle + root) / square))


def test_a_ratio_to_an_uncertain_mean_is_open():
    uncertain = np.array([-3.0, 4.0, 0.5, -1.0, 3.0, 0.1])

    _, high = Ratio([A, uncertain], [1.0, 0.0], [0.0, 1.0]).interval()

    assert high == np.inf


@pytest.mark.parametrize(("mean", "guarded"), [(-0.5, True), (0.0, True), (0.5, False)])
def test_a_ratio_needs_a_mean_above_zero(mean, guarded):
    rival = mean + np.array([-0.1, 0.1, -0.2, 0.2, -0.05, 0.05])

    assert Ratio([A, rival], [1.0, 0.0], [0.0, 1.0]).guards["denominator"] == guarded


def test_a_ratio_to_a_mean_not_above_zero_has_no_verdict():
    assert Ratio([A, -B], [1.0, 0.0], [0.0, 1.0]).guards["denominator"]
    assert not Ratio([A, B], [1.0, 0.0], [0.0, 1.0]).guards["denominator"]


def test_a_ratio_without_a_denominator_is_open():
    found = Ratio([A, np.zeros(6)], [1.0, 0.0], [0.0, 1.0])

    assert found.interval() == (-np.inf, np.inf)


def test_a_fraction_of_a_gap_is_two_contrasts():
    found = Ratio([A, B, C], [1.0, -1.0, 0.0], [-1.0, 0.0, 1.0])
    f = 0.4

    # a - b - f(c - a) <= 0 and b - a - f(c - a) <= 0, with c < a here: the gap is negative
    first = contrast([A, B, C], [1.0 + f, -1.0, -f]).below(0.0)
    second = contrast([A, B, C], [-1.0 + f, 1.0, -f]).below(0.0)
    assert found.below(f) == pytest.approx(float(first))
    assert found.above(-f) == pytest.approx(float(second))


def test_three_arms_of_a_gap_without_spread_have_no_verdict():
    still = [np.full(5, v) for v in (1.0, 2.0, 3.0)]

    assert Ratio(still, [1.0, -1.0, 0.0], [-1.0, 0.0, 1.0]).guards["still"]


def test_correlation_is_pearsons_over_common_seeds():
    assert correlation(A, B[:3]) == pytest.approx(stats.pearsonr(A[:3], B[:3]).statistic)
    assert correlation(A, B[:4]) == pytest.approx(stats.pearsonr(A[:4], B[:4]).statistic)


@pytest.mark.parametrize(
    "b", [np.full(6, 1.0), np.array([1.0, 2.0]), np.array([np.inf, np.inf, np.nan, np.inf, 1, 2])]
)
def test_correlation_is_unknown_without_spread_or_runs(b):
    assert correlation(A, b) is None
    assert correlation(b, A[: len(b)]) is None


@pytest.mark.parametrize("still", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 2)])
def test_still_arms_of_a_gap_do_not_forbid_a_verdict_unless_all_are(still):
    arms = [np.full(6, 5.0) if i in still else x for i, x in enumerate((A, C, B))]

    found = Ratio(arms, [1.0, -1.0, 0.0], [-1.0, 0.0, 1.0])

    assert not found.guards["still"]


def test_a_ratio_of_two_still_arms_is_permuted():
    found = Ratio([np.full(4, 1.0), np.full(4, 3.0)], [1.0, 0.0], [0.0, 1.0])

    assert found.below(0.5) == pytest.approx(1 / 70)
    assert not any(mask.any() for mask in found.guards.values())


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_an_end_is_searched_from_the_estimate_up_to_a_thousand_times_its_scale(side):
    def found(start, edge):
        return _first_outside(lambda x: side * x > edge, start, side)

    assert found(side * 1.0, 3.0) == pytest.approx(side * 3.0)
    assert found(side * 0.001, 0.5) == pytest.approx(side * 0.5)
    assert found(0.0, 300.0) == pytest.approx(side * 300.0)  # the scale is 1 at least
    assert found(0.0, 3_000.0) == side * np.inf
    assert found(side * 30.0, 9_000.0) == pytest.approx(side * 9_000.0)
    assert found(side * 30.0, 90_000.0) == side * np.inf


def test_what_lies_outside_on_the_other_side_of_the_estimate_is_not_found():
    steps = []

    def is_outside(x):
        steps.append(x)
        return not 0.999 <= x <= 3.0

    assert _first_outside(is_outside, 1.0, 1.0) == pytest.approx(3.0)
    assert min(steps) > 1.0
