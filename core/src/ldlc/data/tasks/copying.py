# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The copy memory task."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ldlc.data.tasks import draws


class Copies(NamedTuple):
    """Sequences to remember and repeat.

    Attributes:
      inputs: `[B, T + 2 S]`, int32 (S the number of symbols to copy).
      targets: `[B, T + 2 S]`, int32.
    """

    inputs: np.ndarray
    targets: np.ndarray


def copy_memory(
    seed: int, index: int, count: int = 1, *, delay: int = 100, symbols: int = 10, alphabet: int = 8
) -> Copies:
    """Returns examples of the copy memory task (ArjovskyShahBengio2015_1, section 5.1 of its first version).

    With K symbols in the alphabet: the input is S symbols from 0 to K - 1, all equally probable, T - 1
    blanks (K), the signal K + 1, and S blanks. The target is T + S blanks, then the S symbols again.
    Without memory the best mean cross-entropy a step is S log(K) / (T + 2 S).

    Args:
      seed: Names the stream of examples.
      index: The number of the first example.
      count: How many consecutive examples.
      delay: T, at least 1.
      symbols: S, at least 1.
      alphabet: K, at least 2.

    Raises:
      ValueError: If an argument is out of its range.
    """
    for name, value, low in (
        ("delay", delay, 1),
        ("symbols", symbols, 1),
        ("alphabet", alphabet, 2),
    ):
        if value < low:
            raise ValueError(f"`{name}` must be at least {low}, got {value}. Choose a larger one.")
    words = draws.words("copy memory", seed, index, count, symbols)
    copied = draws.below(words, alphabet)
    inputs = np.full((count, delay + 2 * symbols), alphabet, np.int32)
    inputs[:, :symbols] = copied
    inputs[:, symbols + delay - 1] = alphabet + 1
    targets = np.full((count, delay + 2 * symbols), alphabet, np.int32)
    targets[:, symbols + delay :] = copied
    return Copies(inputs, targets)
