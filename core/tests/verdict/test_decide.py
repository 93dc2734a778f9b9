# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest
from scipy import stats

from ldlc.verdict.contrast import contrast
from ldlc.verdict.decide import Answer, Reached, Set, answer, decide, merge
from ldlc.verdict.medians import Median

from cases import equivalence  # isort: skip

A = np.array([4.1, 3.7, 5.0, 4.4, 4.9, 3.9])
B = np.array([4.3, 4.6, 4.0, 5.1, 3.8, 4.4])


def p(show, refute=1.0):
    return Answer(np.asarray(show), np.asarray(refute))


def test_a_set_with_two_ends_is_shown_by_two_one_sided_tests():
    found = answer(contrast([A], [1.0]), Set(3.5, 5.0))

    assert found.show == pytest.approx(equivalence(A, 3.5, 5.0))


def test_two_similar_arms_are_shown_by_two_one_sided_tests():
    found = answer(contrast([A, B], [1.0, -1.0]), Set(-0.8, 0.8))

    welch = max(
        stats.ttest_ind(A + 0.8, B, equal_var=False, alternative="greater").pvalue,
        stats.ttest_ind(A - 0.8, B, equal_var=False, alternative="less").pvalue,
    )
    assert found.show >= welch  # the guard for a negative correlation may add to it
    assert np.corrcoef(A, B)[0, 1] < 0
    paired = contrast([A, B], [1.0, -1.0], paired=True)
    assert found.show == pytest.approx(max(welch, float(answer(paired, Set(-0.8, 0.8)).show)))


def test_a_set_is_refuted_by_either_side():
    arm = contrast([A], [1.0])

    found = answer(arm, Set(4.8, 6.0))

    assert found.refute == pytest.approx(min(float(arm.below(4.8)), float(arm.above(6.0))))


@pytest.mark.parametrize("accepted", [Set(high=2.0), Set(low=2.0)])
def test_runs_on_the_edge_of_a_median_show_the_claim_and_do_not_refute_it(accepted):
    found = answer(Median(np.full(6, 2.0)), accepted)

    assert (found.show, found.refute) == (pytest.approx(1 / 64), 1.0)


def test_a_guard_leaves_nothing_to_decide():
    still = contrast([np.full(5, 2.0)], [1.0])

    assert answer(still, Set(high=3.0)) == (1.0, 1.0)


def test_all_parts_must_be_shown_and_one_wrong_part_refutes():
    found = merge([p(0.01, 0.9), p(0.04, 0.002), p(0.001, 0.5)])

    assert found.show == 0.04
    assert found.refute == pytest.approx(3 * 0.002)
    assert merge([p(0.1, 0.6), p(0.1, 0.7)]).refute == 1.0


@pytest.mark.parametrize(
    ("show", "refute", "outcome"),
    [
        (0.025, 0.9, "replicated"),
        (0.0251, 0.9, "inconclusive"),
        (0.9, 0.025, "not replicated"),
        (0.9, 0.0251, "inconclusive"),
        (0.5, 0.5, "inconclusive"),
        (0.01, 0.01, "inconclusive"),  # cannot be, and then nothing is decided
    ],
)
def test_one_set_is_decided_by_its_p_values(show, refute, outcome):
    assert decide(p(show, refute)) == Reached(outcome)


@pytest.mark.parametrize(
    ("direction", "show", "refute", "outcome", "size_open"),
    [
        (0.01, 0.02, 0.9, "replicated", False),
        (0.025, 0.025, 0.9, "replicated", False),
        (0.025, 0.5, 0.025, "replicated in direction", False),
        (0.0251, 0.5, 0.025, "not replicated", False),
        (0.01, 0.5, 0.5, "replicated in direction", True),
        (0.01, 0.9, 0.01, "replicated in direction", False),
        (0.3, 0.9, 0.01, "not replicated", False),
        (0.3, 0.5, 0.5, "inconclusive", False),
        (0.3, 0.01, 0.9, "inconclusive", False),  # size without direction: nothing is decided
        (0.3, 0.01, 0.01, "inconclusive", False),
    ],
)
def test_direction_and_size(direction, show, refute, outcome, size_open):
    assert decide(p(show, refute), p(direction)) == Reached(outcome, size_open)


def test_an_amended_claim_is_decided_at_its_own_level():
    assert decide(p(0.02), level=0.0125) == Reached("inconclusive")
    assert decide(p(0.0125), level=0.0125) == Reached("replicated")


def test_an_open_end_needs_no_test():
    arm = contrast([A], [1.0])

    assert answer(arm, Set(low=4.0)).show == pytest.approx(float(arm.above(4.0)))
    assert answer(arm, Set(high=4.0)).show == pytest.approx(float(arm.below(4.0)))
    assert math.isinf(Set().low)
