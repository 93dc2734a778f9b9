# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The random numbers of the tasks."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldlc.data.tasks import draws


def philox_4x64_10(counter: tuple[int, ...], key: tuple[int, int]) -> list[int]:
    """Returns a block of Philox 4x64-10, by figure 2 and table 2 of Salmon et al. (2011)."""
    mask = (1 << 64) - 1
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        a, b = 0xD2E7470EE14C6C93 * c0, 0xCA5A826395121157 * c2
        c0, c1, c2, c3 = (b >> 64) ^ c1 ^ k0, b & mask, (a >> 64) ^ c3 ^ k1, a & mask
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) & mask, (k1 + 0xBB67AE8584CAA73B) & mask
    return [c0, c1, c2, c3]


def test_the_words_are_those_of_philox_with_the_example_as_its_counter() -> None:
    key = (5, int.from_bytes(hashlib.sha256(b"task").digest()[:8], "little"))

    # The counter counts blocks of four words from 1; example 3 of 6 words each starts at block 7.
    expected = philox_4x64_10((7, 0, 0, 0), key) + philox_4x64_10((8, 0, 0, 0), key)[:2]
    assert draws.words("task", 5, 3, 1, 6)[0].tolist() == expected


@given(
    st.integers(0, draws.MAX_SEED), st.integers(0, 1 << 60), st.integers(1, 5), st.integers(1, 9)
)
def test_an_example_is_a_function_of_seed_and_index_alone(
    seed: int, index: int, count: int, each: int
) -> None:
    together = draws.words("task", seed, index, count, each)

    for row in range(count):
        np.testing.assert_array_equal(
            together[row], draws.words("task", seed, index + row, 1, each)[0]
        )


def test_tasks_seeds_and_indices_have_words_of_their_own() -> None:
    rows = [
        draws.words(task, seed, index, 1, 4)[0].tolist()
        for task in ("a", "b")
        for seed in (0, 1, draws.MAX_SEED)
        for index in (0, 1, draws.MAX_INDEX)
    ]

    assert len({word for row in rows for word in row}) == 4 * len(rows)


@pytest.mark.parametrize(
    ("seed", "index", "count", "name"),
    [
        (-1, 0, 1, "seed"),
        (1 << 64, 0, 1, "seed"),
        (0, -1, 1, "index"),
        (0, 0, 0, "count"),
    ],
)
def test_what_is_out_of_range_is_refused(seed: int, index: int, count: int, name: str) -> None:
    with pytest.raises(ValueError, match=f"`{name}` must be .* to .*, got .*Choose another"):
        draws.words("task", seed, index, count, 1)


def test_numbers_stay_in_their_range_at_its_ends() -> None:
    ends = np.array([0, (1 << 64) - 1], np.uint64)

    assert draws.uniform(ends).tolist() == [0.0, 1.0 - 2.0**-53]
    assert draws.below(ends, 7).tolist() == [0, 6]


def test_numbers_are_spread_evenly() -> None:
    words = draws.words("task", 0, 0, 1, 60_000)[0]

    counts = np.bincount(draws.below(words, 6), minlength=6)
    # Chi-square with 5 degrees of freedom: above 20.5 in one case of a thousand.
    assert ((counts - 10_000) ** 2 / 10_000).sum() < 20.5
    values = draws.uniform(words)
    assert abs(values.mean() - 0.5) < 4 / np.sqrt(12 * 60_000)
    assert abs(values.var() - 1 / 12) < 4 * np.sqrt(1 / 180 / 60_000)
