# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldlc.verdict.holm import holm


def test_holm_worked_by_hand():
    # Sorted: 0.005·4 = 0.02; 0.01·3 = 0.03; 0.03·2 = 0.06; 0.04·1 = 0.04, raised to 0.06.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_no_claims_need_no_correction():
    assert holm([]) == []
    assert holm([0.02]) == [0.02]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closed_test_by_bonferroni(p):
    """A claim is rejected if every set that it belongs to is, by Bonferroni (Marcus et al. 1976)."""
    sets = [s for n in range(1, len(p) + 1) for s in combinations(range(len(p)), n)]
    bonferroni = {s: min(1, len(s) * min(p[i] for i in s)) for s in sets}

    assert holm(p) == pytest.approx(
        [max(bonferroni[s] for s in sets if i in s) for i in range(len(p))]
    )
