# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loaders of music and of regression problems."""

from __future__ import annotations

import io

import numpy as np
import pytest
import scipy.io

from ldlc import data
from ldlc.data import archives, series

from .made_up import serve_contents


def test_a_piece_of_music_is_a_roll_of_88_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    def pieces(*lengths: int) -> np.ndarray:
        cells = np.empty((1, len(lengths)), object)
        for n, length in enumerate(lengths):
            cells[0, n] = np.full((length, 88), n % 2, float)
        return cells

    file = io.BytesIO()
    scipy.io.savemat(
        file, {"traindata": pieces(3, 5), "validdata": pieces(2), "testdata": pieces(1, 1, 4)}
    )
    serve_contents(monkeypatch, series, {"Nottingham.mat": file.getvalue()})

    music = data.polyphonic_music("Nottingham")

    assert [piece.shape for piece in music.train] == [(3, 88), (5, 88)]
    assert [piece.shape[0] for piece in music.test] == [1, 1, 4]
    assert music.train[1].dtype == np.uint8
    assert (music.train[0].sum(), music.train[1].sum()) == (0, 5 * 88)


def test_a_regression_problem_has_inputs_targets_and_splits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = archives.bundle(
        {
            "data.txt": b" 1.5 2 30\n 4 5 60\n\n 7 8 90\n",
            "index_features.txt": b"0\n2\n",
            "index_target.txt": b"1\n",
            "n_splits.txt": b"2\n",
            "index_train_0.txt": b"0\n1\n",
            "index_test_0.txt": b"2\n",
            "index_train_1.txt": b"1.000e+00\n2.000e+00\n",
            "index_test_1.txt": b"0\n",
        }
    )
    serve_contents(monkeypatch, series, {"yacht.tar": bundle})

    found = data.uci_regression("yacht")

    assert found.inputs.tolist() == [[1.5, 30], [4, 60], [7, 90]]
    assert found.targets.tolist() == [2, 5, 8]
    assert [(a.tolist(), b.tolist()) for a, b in found.splits] == [([0, 1], [2]), ([1, 2], [0])]


@pytest.mark.real_data
def test_real_music_has_the_published_counts() -> None:
    music = data.polyphonic_music("JSB_Chorales")

    assert [(len(part), sum(map(len, part))) for part in music] == [
        (229, 13_807),
        (76, 4_602),
        (77, 4_725),
    ]
    assert {int(value) for piece in music.train for value in np.unique(piece)} == {0, 1}


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "rows", "columns", "splits"),
    [
        ("bostonHousing", 506, 13, 20),
        ("energy", 768, 8, 20),
        ("protein-tertiary-structure", 45_730, 9, 5),
        ("yacht", 308, 6, 20),
    ],
)
def test_real_regression_problems_have_the_published_counts(
    name: str, rows: int, columns: int, splits: int
) -> None:
    found = data.uci_regression(name)  # type: ignore[arg-type]

    assert found.inputs.shape == (rows, columns)
    assert len(found.splits) == splits
    for train, test in found.splits:
        assert sorted([*train, *test]) == list(range(rows))
