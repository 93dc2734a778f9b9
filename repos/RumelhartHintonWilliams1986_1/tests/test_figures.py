# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import math
from types import SimpleNamespace

from RumelhartHintonWilliams1986_1.figures import figures


def run(measures, **arrays):
    return SimpleNamespace(measures=measures, arrays=arrays)


def test_nothing_is_drawn_without_a_record():
    assert figures({}) == {}


def test_only_solved_runs_are_drawn_and_failed_ones_are_left_out():
    solved = {"solved": 1.0, "middle_to_small": 2.1, "large_to_middle": 1.9}
    unsolved = {"solved": 0.0, "middle_to_small": 9.0, "large_to_middle": 9.0}
    hidden = [[float(i), float(-i)] for i in range(1, 8)]
    arm = {
        0: run(unsolved, hidden=hidden, output=[[0.0]] * 3),
        1: run(solved, hidden=hidden, output=[[-18.0], [-17.0], [8.0]]),
        2: run({}),
        7: run(solved),
    }

    found = figures({("symmetry", "two_hidden"): arm})

    assert list(found) == ["symmetry-weights", "symmetry-ratios"]
    (panel,) = found["symmetry-weights"].panels
    assert panel.name == "seed 1"
    assert list(panel.values[0]) == [1, 2, 3, 4, 5, 6, 7]
    assert list(panel.values[1]) == [-1, -2, -3, -4, -5, -6, -7]
    assert [v for v in panel.values[2] if not math.isnan(v)] == [-18, -17, 8]
    assert found["symmetry-ratios"].groups[0].x == [2.1, 2.1]


def test_each_unit_s_field_has_a_row_a_tree():
    features = {"nationality": 1.0, "generation": 0.5, "branch": 0.0}
    person = [[100.0 * unit + row for unit in range(6)] for row in range(25)]
    runs = {s: run(features | {"held_out_right": float(s)}, person=person) for s in (0, 1, 2)}

    found = figures({("family_trees", "faster"): runs, ("family_trees", "untrained"): {0: run({})}})

    assert list(found) == ["family-persons", "family-features", "family-held-out"]
    panels = found["family-persons"].panels
    assert len(panels) == 6
    assert list(panels[2].values[1]) == [200.0 + row for row in range(12, 24)]
    assert found["family-features"].groups == ("faster",)
    assert [s.values for s in found["family-features"].series] == [[1.0], [0.5], [0.0]]
    assert found["family-held-out"].series[0].values == [1.0]
