# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loaders of sequences and tables of numbers: polyphonic music, regression problems."""

from __future__ import annotations

import io
from typing import Literal, NamedTuple

import numpy as np

from ldlc.data import archives
from ldlc.data.reading import content


class Music(NamedTuple):
    """Piano rolls, one array a piece: `[T, 88]`, uint8, 1 where a key sounds; T differs.

    Attributes:
      train: The pieces to train on.
      validation: The pieces to validate on.
      test: The pieces to test on.
    """

    train: tuple[np.ndarray, ...]
    validation: tuple[np.ndarray, ...]
    test: tuple[np.ndarray, ...]


def polyphonic_music(
    name: Literal["JSB_Chorales", "Nottingham", "MuseData", "Piano_midi"],
) -> Music:
    """Returns one of the four collections of Boulanger-Lewandowski et al. (2012)."""
    import scipy.io  # 0.1 s, and no other loader needs it

    found = scipy.io.loadmat(io.BytesIO(content("polyphonic_music", f"{name}.mat")))
    return Music(
        *(
            tuple(np.ascontiguousarray(piece, np.uint8) for piece in found[key][0])
            for key in ("traindata", "validdata", "testdata")
        )
    )


class Regression(NamedTuple):
    """A regression problem with its published random splits.

    Attributes:
      inputs: `[N, D]`, float64, in the units of the owner.
      targets: `[N]`, float64.
      splits: For each split, the rows to train on and the rows to test on, int64.
    """

    inputs: np.ndarray
    targets: np.ndarray
    splits: tuple[tuple[np.ndarray, np.ndarray], ...]


def uci_regression(
    name: Literal[
        "bostonHousing",
        "concrete",
        "energy",
        "kin8nm",
        "naval-propulsion-plant",
        "power-plant",
        "protein-tertiary-structure",
        "wine-quality-red",
        "yacht",
    ],
) -> Regression:
    """Returns one of nine regression problems with the splits of Hernandez-Lobato and Adams (2015)."""
    files = archives.unbundle(content("uci_regression", f"{name}.tar"))

    def integers(file: str) -> np.ndarray:
        return np.array(files[file].split(), np.float64).astype(np.int64)

    table = np.array(
        [line.split() for line in files["data.txt"].splitlines() if line.strip()], float
    )
    return Regression(
        table[:, integers("index_features.txt")],
        table[:, integers("index_target.txt")[0]],
        tuple(
            (integers(f"index_train_{split}.txt"), integers(f"index_test_{split}.txt"))
            for split in range(int(integers("n_splits.txt")[0]))
        ),
    )
