# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The copy memory task does what its text says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldlc.data.tasks import copy_memory


@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, 10**12),
    st.integers(1, 30),
    st.integers(1, 12),
    st.integers(2, 9),
)
def test_the_symbols_come_first_and_are_wanted_last(
    seed: int, index: int, delay: int, symbols: int, alphabet: int
) -> None:
    task = copy_memory(seed, index, 3, delay=delay, symbols=symbols, alphabet=alphabet)

    blank, signal = alphabet, alphabet + 1
    for x, y in zip(task.inputs.tolist(), task.targets.tolist(), strict=True):
        copied = x[:symbols]
        assert all(0 <= symbol < alphabet for symbol in copied)
        assert x == copied + [blank] * (delay - 1) + [signal] + [blank] * symbols
        assert y == [blank] * (delay + symbols) + copied


def test_examples_do_not_depend_on_their_batch() -> None:
    together = copy_memory(3, 10, 7)

    assert together.inputs.dtype == together.targets.dtype == np.int32
    for row in range(7):
        np.testing.assert_array_equal(together.inputs[row], copy_memory(3, 10 + row).inputs[0])
    assert len({row.tobytes() for row in together.inputs}) == 7


def test_symbols_are_equally_frequent() -> None:
    counts = np.bincount(copy_memory(0, 0, 4_000).inputs[:, :10].ravel())

    assert ((counts - 5_000) ** 2 / 5_000).sum() < 24.4  # chi-square, 7 degrees: 1 in 1,000


@pytest.mark.parametrize("name", ["delay", "symbols", "alphabet"])
def test_what_is_too_small_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"`{name}` must be at least"):
        copy_memory(0, 0, **{name: 0})  # type: ignore[arg-type]
