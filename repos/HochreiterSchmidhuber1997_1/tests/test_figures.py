# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from types import SimpleNamespace

import pytest

from HochreiterSchmidhuber1997_1.figures import figures


def run(measures: dict, **arrays: object) -> SimpleNamespace:
    named = {name.replace("_", " "): values for name, values in arrays.items()}
    return SimpleNamespace(measures=measures, arrays=named)


def test_nothing_is_drawn_without_a_record() -> None:
    assert figures({}) == {}
    assert figures({("adding", "lstm"): {0: run({})}, ("reber", "elman"): {}}) == {}


def test_shares_of_success_stand_beside_the_published_ones() -> None:
    arm = {s: run({"learned": float(s == 0), "wrong": 128.0 * s}) for s in range(4)}

    found = figures({("reber", "blocks3_rate02"): arm, ("reber", "elman"): {0: arm[1]}})

    assert list(found) == ["reber-table-1", "reber-wrong"]
    assert found["reber-table-1"].groups == ["3 x 2, 0.2", "Elman"]
    assert [s.values for s in found["reber-table-1"].series] == [[97, 0], [25, 0]]
    blocks, elman = found["reber-wrong"].groups
    assert blocks.y == [0, 128, 256, 384]
    assert blocks.x == pytest.approx([-0.3, -0.1, 0.1, 0.3])
    assert (elman.x, elman.y) == ([0.7], [128])


def test_wrong_sequences_are_drawn_in_percent_with_the_median_run() -> None:
    arm = {s: run({"wrong": wrong}) for s, wrong in enumerate((0.0, 256.0, 2560.0))}

    found = figures({("adding", "lstm"): arm})

    assert list(found) == ["adding-wrong"]
    assert found["adding-wrong"].groups == ["LSTM"]
    assert found["adding-wrong"].series[0].values == [10]


def test_errors_by_target_are_those_of_the_seeds_that_kept_them() -> None:
    arm = {
        0: run({"wrong": 1.0}, error_by_target=[0.1] * 10),
        1: run({"wrong": 1.0}, error_by_target=[0.3] * 10),
        7: run({"wrong": 1.0}),
    }

    (line,) = figures({("adding", "linear_output"): arm})["adding-by-target"].lines

    assert line.name == "linear output"
    assert line.x == pytest.approx([0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95])
    assert line.y == pytest.approx([0.2] * 10)
