# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strings of the embedded Reber grammar as arrays, and when a net's prediction of them is right."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from ldlc.data.tasks import REBER_SYMBOLS as SYMBOLS
from ldlc.data.tasks import embedded_reber

LONGEST = 60  # steps; one string in 10^8 is longer, and is passed over


def strings(seed: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Returns the first strings of a seed.

    Args:
      seed: Names the stream of strings.
      count: How many, N.

    Returns:
      Symbols but the last, one-hot, and the symbols that follow each, one-hot, both `[T, N, 7]`, float32,
      zeros after a string's end; which symbols may follow, `[T, N, 7]`, all after a string's end; steps of
      each string, `[N]`, int32.
    """
    x, d = np.zeros([2, LONGEST, count, len(SYMBOLS)], np.float32)
    legal = np.ones(x.shape, bool)
    lengths = np.zeros([count], np.int32)
    index = 0
    for n in range(count):
        string = embedded_reber(seed, index)
        while len(string.targets) > LONGEST:
            index += 1
            string = embedded_reber(seed, index)
        index += 1
        t = lengths[n] = len(string.targets)
        x[:t, n], legal[:t, n] = string.inputs, string.legal
        d[np.arange(t), n, string.targets] = 1.0
    return x, d, legal, lengths


def order(seed: int, count: int, steps: int) -> np.ndarray:
    """Returns which string is shown at each step, `[steps]`, int32: all of them once before any again."""
    generator = np.random.Generator(np.random.Philox(key=[seed, 1]))
    rounds = [generator.permutation(count) for _ in range(-(-steps // count))]
    return np.concatenate(rounds)[:steps].astype(np.int32)


def is_right(y: tf.Tensor, legal: tf.Tensor) -> tf.Tensor:
    """Returns for each string, `[B]`, whether at every step the legal symbols are the most active ones.

    Where two symbols may follow, both must be more active than all others.

    Args:
      y: The net's outputs, `[T, B, 7]`.
      legal: Which symbols may follow, `[T, B, 7]`, bool; all of them where nothing is asked.
    """
    least_legal = tf.reduce_min(tf.where(legal, y, np.inf), axis=2)  # [T, B]
    most_other = tf.reduce_max(tf.where(legal, -np.inf, y), axis=2)
    return tf.reduce_all(least_legal > most_other, axis=0)
