# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that are looked for together are those that are found one by one."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldlc.checks import hosts, secrets, words
from ldlc.checks.words import Words, lines_with

NEEDLES = hosts.NEEDLES | secrets.NEEDLES
TOGETHER = Words(NEEDLES)
PIECES = {w[i:j] for w in NEEDLES for i in range(len(w)) for j in range(i + 1, len(w) + 1)}
PARTS = sorted(PIECES | {"\n", "−"})
TEXTS = st.lists(st.lists(st.sampled_from(PARTS)).map("".join))


@pytest.mark.parametrize("loaded", [{"numpy": np}, {}], ids=["numpy", "no numpy"])
@pytest.mark.parametrize("batch", [1 << 20, 20])
@given(TEXTS)
def test_words_are_found_together_as_they_are_one_by_one(
    loaded: dict[str, object], batch: int, texts: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_BATCH", batch)
        patch.setattr(sys, "modules", {**sys.modules, "numpy": None} | loaded)
        if not loaded:
            del sys.modules["numpy"]
        found = TOGETHER.found_in([text.encode() for text in texts])

    assert [{word for word in NEEDLES if word in text} for text in texts] == found


def test_words_within_one_another_are_found() -> None:
    those = ["/ab/", "/cd/", "abab", "baba", "abba", "ab", "xabab"]

    assert [set(those)] == Words(those).found_in([b"/ab/cd/ abab baba abba xabab"])


def test_a_word_that_is_added_later_is_found() -> None:
    those = Words(["abc"])
    before = those.found_in([b"abc def"])
    those.add(["def"])

    assert ([{"abc"}], [{"abc", "def"}]) == (before, those.found_in([b"abc def"]))


@pytest.mark.parametrize("piece", sorted(PIECES - NEEDLES))
def test_a_file_may_be_as_short_as_a_piece_of_a_word(piece: str) -> None:
    assert [{w for w in NEEDLES if w in piece}] == TOGETHER.found_in([piece.encode()])


def test_no_word_is_found_across_two_files() -> None:
    assert [set(), set()] == TOGETHER.found_in([b"gh", b"p_"])


@pytest.mark.parametrize("word", sorted(NEEDLES))
def test_a_word_is_found_at_either_end_of_a_text(word: str) -> None:
    texts = [f"{word} and more", f"more and {word}", f"and more {word}"]

    assert all(word in found for found in TOGETHER.found_in([text.encode() for text in texts]))


def test_lines_are_given_with_where_they_begin() -> None:
    assert [(3, "b ab"), (8, "ab")] == list(lines_with("cd\nb ab\nab\nb", ["ab"]))
