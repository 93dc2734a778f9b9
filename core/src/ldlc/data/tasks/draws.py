# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random numbers for examples: a function of task, seed and index, and of nothing else.

They come from the raw output of Philox 4x64-10 (Salmon et al. 2011), which NumPy promises never to
change; how NumPy turns it into uniform numbers or integers it does not promise, so that is done here.
"""

from __future__ import annotations

import hashlib

import numpy as np

MAX_SEED = (1 << 64) - 1
MAX_INDEX = (1 << 62) - 1


def words(task: str, seed: int, index: int, count: int, each: int) -> np.ndarray:
    """Returns the random words of `count` consecutive examples, `[count, each]`, uint64.

    Row r is a function of (task, seed, index + r, each), whatever `index` and `count` are.

    Args:
      task: The name of the task; another task draws other numbers from the same seed.
      seed: 0 to 2^64 - 1.
      index: The number of the first example, from 0.
      count: How many examples.
      each: How many words an example takes.

    Raises:
      ValueError: If `seed`, `index` or `count` is out of its range.
    """
    for name, value, low, high in (
        ("seed", seed, 0, MAX_SEED),
        ("index", index, 0, MAX_INDEX),
        ("count", count, 1, 1 << 31),
    ):
        if not low <= value <= high:
            raise ValueError(f"`{name}` must be {low} to {high}, got {value}. Choose another.")
    own = int.from_bytes(hashlib.sha256(task.encode()).digest()[:8], "little")
    blocks = -(-each // 4)  # Philox makes four words at a time
    generator = np.random.Philox(key=seed | own << 64, counter=index * blocks)
    return generator.random_raw(count * blocks * 4).reshape(count, blocks * 4)[:, :each]


def uniform(words: np.ndarray) -> np.ndarray:
    """Returns numbers in [0, 1), from the upper 53 bits of each word."""
    return (words >> np.uint64(11)) * 2.0**-53


def below(words: np.ndarray, limit: int) -> np.ndarray:
    """Returns integers from 0 to `limit` - 1, int64; no probability is off by more than 2^-32."""
    return ((words >> np.uint64(32)) * np.uint64(limit) >> np.uint64(32)).astype(np.int64)
