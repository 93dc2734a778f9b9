# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The adding problem, in the version of 1997 and in the one that later papers use."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ldlc.data.tasks import draws


class Sequences(NamedTuple):
    """Sequences of (value, marker) pairs and the number to give at the end of each.

    Attributes:
      inputs: `[B, T, 2]`, float32; zeros after a sequence's end.
      lengths: `[B]`, int32.
      targets: `[B]`, float32.
    """

    inputs: np.ndarray
    lengths: np.ndarray
    targets: np.ndarray


def adding_1997(seed: int, index: int, count: int = 1, *, minimum_length: int = 100) -> Sequences:
    """Returns examples of the adding problem of HochreiterSchmidhuber1997_1, experiment 4.

    With T the minimum length: a sequence has T to T + T/10 pairs, all equally probable. Values are
    uniform in [-1, 1). One of the first ten pairs is marked (1), then one of the first T/2 - 1 pairs
    still unmarked; the first and the last pair have the marker -1, all others 0. The target is
    0.5 + (X1 + X2) / 4, with X1 and X2 the marked values. The first pair's marker stays -1 when it
    is chosen, and its value counts as 0.

    The text leaves open how "the first T/2 - 1 still unmarked pairs" are counted and what happens if
    the second choice falls on the first pair: here they are the first T/2 - 1 of the pairs without the
    one marked first, and the rule for the first pair holds for either choice.

    Args:
      seed: Names the stream of examples.
      index: The number of the first example.
      count: How many consecutive examples.
      minimum_length: T, at least 22.

    Returns:
      Sequences padded to T + T/10 pairs.

    Raises:
      ValueError: If an argument is out of its range.
    """
    if minimum_length < 22:
        raise ValueError(
            f"`minimum_length` must be at least 22, got {minimum_length}: ten pairs are marked in the "
            "first half. Choose a longer one."
        )
    longest = minimum_length + minimum_length // 10
    words = draws.words("adding 1997", seed, index, count, 3 + longest)
    lengths = minimum_length + draws.below(words[:, 0], longest - minimum_length + 1)
    first = draws.below(words[:, 1], 10)
    second = draws.below(words[:, 2], minimum_length // 2 - 1)
    second += second >= first  # skips the pair that is marked already
    rows = np.arange(count)
    values = (2.0 * draws.uniform(words[:, 3:]) - 1.0).astype(np.float32)
    markers = np.zeros((count, longest), np.float32)
    markers[rows, first] = markers[rows, second] = 1.0
    markers[:, 0] = markers[rows, lengths - 1] = -1.0
    x1 = np.where(first == 0, np.float32(0), values[rows, first])
    x2 = np.where(second == 0, np.float32(0), values[rows, second])
    inputs = np.stack([values, markers], axis=2)  # [B, T, 2]
    inputs[np.arange(longest) >= lengths[:, None]] = 0.0
    return Sequences(inputs, lengths.astype(np.int32), np.float32(0.5) + (x1 + x2) / np.float32(4))


def adding_halves(seed: int, index: int, count: int = 1, *, length: int = 100) -> Sequences:
    """Returns examples of the adding problem as later papers pose it (ArjovskyShahBengio2015_1, 5.2).

    Values are uniform in [0, 1). One pair of the first half and one of the second half are marked 1, all
    others 0. The target is the sum of the two marked values. Its variance, the squared error of always
    answering 1, is 1/6.

    Args:
      seed: Names the stream of examples.
      index: The number of the first example.
      count: How many consecutive examples.
      length: The number of pairs, at least 2.

    Raises:
      ValueError: If an argument is out of its range.
    """
    if length < 2:
        raise ValueError(f"`length` must be at least 2, got {length}: each half has a marked pair.")
    words = draws.words("adding halves", seed, index, count, 2 + length)
    half = length // 2
    first = draws.below(words[:, 0], half)
    second = half + draws.below(words[:, 1], length - half)
    rows = np.arange(count)
    # 24 bits, so that rounding to float32 can't give 1.
    values = (words[:, 2:] >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)
    markers = np.zeros((count, length), np.float32)
    markers[rows, first] = markers[rows, second] = 1.0
    return Sequences(
        np.stack([values, markers], axis=2),
        np.full(count, length, np.int32),
        values[rows, first] + values[rows, second],
    )
