# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both versions of the adding problem do what their texts say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldlc.data.tasks import Sequences, adding_1997, adding_halves

seeds = st.integers(0, 2**64 - 1)
indices = st.integers(0, 10**12)


def parts(examples: Sequences, row: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns values and markers of one sequence, without what follows its end."""
    inside = examples.inputs[row, : examples.lengths[row]]
    return inside[:, 0], inside[:, 1]


@settings(max_examples=60)
@given(seeds, indices, st.integers(22, 120))
def test_the_1997_version_keeps_its_rules(seed: int, index: int, t: int) -> None:
    examples = adding_1997(seed, index, 4, minimum_length=t)

    for row in range(4):
        values, markers = parts(examples, row)
        assert t <= examples.lengths[row] <= t + t // 10
        assert np.abs(values).max() <= 1
        assert markers[0] == markers[-1] == -1
        marked = np.flatnonzero(markers == 1).tolist()
        assert set(markers[1:-1].tolist()) <= {0.0, 1.0}
        assert marked[-1] <= t // 2 - 1
        if len(marked) == 2:
            assert marked[0] < 10
        else:  # the other choice fell on the first pair, which keeps its -1
            assert len(marked) == 1
        total = sum(Fraction(float(values[i])) for i in marked)
        assert float(examples.targets[row]) == pytest.approx(
            float(Fraction(1, 2) + total / 4), abs=1e-7
        )
        assert not examples.inputs[row, examples.lengths[row] :].any()


def test_the_1997_version_marks_and_lasts_as_often_as_it_should() -> None:
    n, t = 40_000, 40
    examples = adding_1997(0, 0, n, minimum_length=t)
    markers = examples.inputs[..., 1]
    is_one = markers == 1

    # The first choice falls on the first pair in 1 of 10; else the second does in 1 of 19.
    hidden = (is_one.sum(1) == 1).mean()
    assert hidden == pytest.approx(0.1 + 0.9 / 19, abs=4 * np.sqrt(0.13 / n))
    lengths = np.bincount(examples.lengths)[t:]
    assert ((lengths - n / 5) ** 2 / (n / 5)).sum() < 18.5  # chi-square, 4 degrees: 1 in 1,000
    # Pair p of the first ten is marked: chosen first (1/10), or not first (9/10) and then second (1/19).
    share = is_one.mean(0)
    np.testing.assert_allclose(share[1:10], 0.1 + 0.9 / 19, atol=4 * np.sqrt(0.13 / n))
    # A later pair of the first half: always unmarked when the second choice is made.
    np.testing.assert_allclose(share[10:20], 1 / 19, atol=4 * np.sqrt(0.05 / n))
    assert not share[20:].any()


@settings(max_examples=60)
@given(seeds, indices, st.integers(2, 80))
def test_the_later_version_keeps_its_rules(seed: int, index: int, t: int) -> None:
    examples = adding_halves(seed, index, 4, length=t)

    for row in range(4):
        values, markers = parts(examples, row)
        assert len(values) == t
        assert 0 <= values.min() <= values.max() < 1
        first, second = np.flatnonzero(markers)
        assert first < t // 2 <= second
        assert markers.sum() == 2
        assert examples.targets[row] == np.float32(values[first] + values[second])


def test_the_later_version_has_the_variance_that_is_quoted_for_it() -> None:
    targets = adding_halves(1, 0, 40_000, length=10).targets.astype(float)

    # Sum of two uniform numbers: fourth central moment 1/15, so the variance of the square is 7/180.
    assert ((targets - 1) ** 2).mean() == pytest.approx(1 / 6, abs=4 * np.sqrt(7 / 180 / 40_000))


@pytest.mark.parametrize("task", [adding_1997, adding_halves])
def test_examples_do_not_depend_on_their_batch(task: object) -> None:
    together = task(3, 10, 7)  # type: ignore[operator]

    for row in range(7):
        alone = task(3, 10 + row)  # type: ignore[operator]
        for name in Sequences._fields:
            np.testing.assert_array_equal(getattr(together, name)[row], getattr(alone, name)[0])
    assert [array.dtype for array in together] == [np.float32, np.int32, np.float32]
    assert len({row.tobytes() for row in together.inputs}) == 7


def test_lengths_that_leave_no_room_are_refused() -> None:
    with pytest.raises(ValueError, match="`minimum_length` must be at least 22, got 21"):
        adding_1997(0, 0, minimum_length=21)
    with pytest.raises(ValueError, match="`length` must be at least 2, got 1"):
        adding_halves(0, 0, length=1)
