# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded Reber grammar, with the symbols that may follow at each place."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ldlc.data.tasks import draws

REBER_SYMBOLS = "BTPSXVE"

# The Reber grammar: for each node, what may come next and where that leads. -1 is the end.
_GRAMMAR: dict[int, tuple[tuple[str, int], ...]] = {
    0: (("B", 1),),
    1: (("T", 2), ("P", 3)),
    2: (("S", 2), ("X", 4)),
    3: (("T", 3), ("V", 5)),
    4: (("X", 3), ("S", 6)),
    5: (("P", 4), ("V", 6)),
    6: (("E", -1),),
}


class ReberString(NamedTuple):
    """A string, and what a predictor of the next symbol sees and may say.

    Attributes:
      symbols: The string, such as `BTBTXSETE`; L symbols.
      inputs: All symbols but the last, one-hot in the order of `REBER_SYMBOLS`, `[L - 1, 7]`, float32.
      targets: The symbols that follow, indices into `REBER_SYMBOLS`, `[L - 1]`, int32.
      legal: Which symbols may follow, `[L - 1, 7]`, bool.
    """

    symbols: str
    inputs: np.ndarray
    targets: np.ndarray
    legal: np.ndarray


def embedded_reber(seed: int, index: int) -> ReberString:
    """Returns a string of the embedded Reber grammar (HochreiterSchmidhuber1997_1, experiment 1).

    B, then T or P, then a string of the Reber grammar, then the same T or P again, then E. Where two
    symbols may follow, either has probability 1/2. The last but one symbol can only be foretold by
    who remembers the second.

    Args:
      seed: Names the stream of strings.
      index: The number of the string.

    Raises:
      ValueError: If an argument is out of its range.
    """
    choices = _Choices(seed, index)
    outer = "TP"[choices.next()]
    steps = ["B", outer]
    legal = ["TP", "B"]  # after each symbol but the last
    node = 0
    while node >= 0:
        branches = _GRAMMAR[node]
        symbol, node = branches[choices.next() if len(branches) == 2 else 0]
        steps.append(symbol)
        legal.append("".join(s for s, _ in _GRAMMAR[node]) if node >= 0 else outer)
    steps += [outer, "E"]
    legal.append("E")
    numbers = np.array([REBER_SYMBOLS.index(symbol) for symbol in steps], np.int32)
    one_hot = np.eye(len(REBER_SYMBOLS), dtype=np.float32)
    return ReberString(
        "".join(steps),
        one_hot[numbers[:-1]],
        numbers[1:],
        np.array([[symbol in allowed for symbol in REBER_SYMBOLS] for allowed in legal]),
    )


class _Choices:
    """The coin tosses of one string, as many as it takes."""

    def __init__(self, seed: int, index: int) -> None:
        self._seed, self._index, self._part, self._left = seed, index, 0, 0
        self._bits = 0

    def next(self) -> int:
        """Returns 0 or 1."""
        if not self._left:
            task = f"embedded reber {self._part}"
            self._bits = int(draws.words(task, self._seed, self._index, 1, 1)[0, 0])
            self._part, self._left = self._part + 1, 64
        self._left -= 1
        self._bits, bit = divmod(self._bits, 2)
        return bit
