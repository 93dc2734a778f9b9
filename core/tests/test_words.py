# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that are looked for together are those that are found one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldlc.checks import hosts, secrets
from ldlc.checks.words import Words, lines_with

WORDS = hosts.WORDS.words | secrets.WORDS.words
PARTS = sorted({*WORDS, *(word[1:] for word in WORDS), *(word[:-1] for word in WORDS), "\n", "−"})


@given(st.lists(st.sampled_from(PARTS)).map("".join))
def test_words_are_found_together_as_they_are_one_by_one(text: str) -> None:
    assert {word for word in WORDS if word in text} == Words(WORDS).found_in(text)


def test_a_word_that_begins_within_another_is_found() -> None:
    assert {"/ab/", "/cd/"} == Words(["/ab/", "/cd/"]).found_in("/ab/cd/")


@pytest.mark.parametrize("word", sorted(WORDS))
def test_a_word_is_found_at_either_end_of_a_text(word: str) -> None:
    words = Words(WORDS)

    assert word in words.found_in(f"{word} and more")
    assert word in words.found_in(f"more and {word}")


def test_lines_are_given_with_where_they_begin() -> None:
    assert [(3, "b ab"), (8, "ab")] == list(lines_with("cd\nb ab\nab\nb", ["ab"]))
