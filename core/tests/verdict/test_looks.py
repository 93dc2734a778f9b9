# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import itertools

import pytest

from ldlc.verdict.decide import Reached
from ldlc.verdict.looks import settle, sizes

from cases import plan  # isort: skip

YES, NO, OPEN = Reached("replicated"), Reached("not replicated"), Reached("inconclusive")
SMALLER = Reached("replicated in direction")
UNSIZED = Reached("replicated in direction", size_open=True)


@pytest.mark.parametrize("reached", [YES, NO, OPEN, SMALLER, UNSIZED])
def test_one_look_stands_alone(reached):
    assert settle([reached]) == (reached, 1, False)


@pytest.mark.parametrize(
    ("first", "second", "outcome", "look"),
    [
        (OPEN, YES, YES, 2),
        (OPEN, NO, NO, 2),
        (OPEN, OPEN, OPEN, 2),
        (OPEN, UNSIZED, UNSIZED, 2),
        (YES, OPEN, YES, 1),
        (NO, OPEN, NO, 1),
        (YES, YES, YES, 1),
        (SMALLER, OPEN, SMALLER, 1),
        (UNSIZED, OPEN, UNSIZED, 1),
        (UNSIZED, YES, YES, 2),
        (UNSIZED, SMALLER, SMALLER, 2),
        (YES, UNSIZED, YES, 1),
        (SMALLER, UNSIZED, SMALLER, 1),
    ],
)
def test_the_first_look_that_decides_counts(first, second, outcome, look):
    assert settle([first, second]) == (outcome, look, False)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *itertools.permutations((YES, NO), 2),
        (NO, SMALLER),
        (SMALLER, NO),
        (UNSIZED, NO),
        (NO, UNSIZED),
    ],
)
def test_a_second_look_that_decides_the_opposite_leaves_nothing(first, second):
    assert settle([first, second]) == (OPEN, 2, True)


@pytest.mark.parametrize(("first", "second"), [(YES, SMALLER), (SMALLER, YES)])
def test_looks_that_differ_on_the_size_alone_leave_the_direction(first, second):
    assert settle([first, second]) == (UNSIZED, 2, True)


def test_a_costly_arm_keeps_its_share_at_both_looks():
    plan_ = plan(seeds=20, extend_to=60, fewer={"b": 5})

    assert sizes(plan_, "E.a.x", "full") == (20, 60)
    assert sizes(plan_, "E.b.x", "full") == (5, 15)
