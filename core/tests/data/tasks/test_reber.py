# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The strings are those of the embedded Reber grammar, which stands here a second time, as an expression."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ldlc.data.tasks import REBER_SYMBOLS, embedded_reber

INNER = "B(TS*X(XT*VP)*(S|XT*VV)|PT*V(PXT*V)*(V|PS))E"
EMBEDDED = re.compile(f"B(T{INNER}T|P{INNER}P)E")


def continues(prefix: str) -> set[str]:
    """Returns the symbols that may follow a prefix: those with which some short end makes a string."""
    ends = {"B", "T", "P", "S", "X", "V", "E"}
    tails = ["", "E", "TE", "PE"]
    for inner in (
        "E",
        "SE",
        "VE",
        "PSE",
        "VVE",
        "XSE",
        "XXVVE",
        "XVVE",
        "TVVE",
        "TXSE",
        "PVVE",
        "BTXSE",
    ):
        tails += [f"{inner}TE", f"{inner}PE"]
    return {s for s in ends if any(EMBEDDED.fullmatch(prefix + s + tail) for tail in tails)}


@given(st.integers(0, 2**64 - 1), st.integers(0, 10**12))
def test_every_string_is_of_the_grammar(seed: int, index: int) -> None:
    assert EMBEDDED.fullmatch(embedded_reber(seed, index).symbols)


@given(st.integers(0, 1_000))
def test_the_legal_symbols_are_those_that_the_grammar_allows(index: int) -> None:
    string = embedded_reber(7, index)

    for t, row in enumerate(string.legal):
        allowed = {s for s, is_legal in zip(REBER_SYMBOLS, row, strict=True) if is_legal}
        assert allowed == continues(string.symbols[: t + 1])
        assert 1 <= len(allowed) <= 2


def test_inputs_and_targets_spell_the_string() -> None:
    string = embedded_reber(0, 0)

    spelled = "".join(REBER_SYMBOLS[i] for i in string.inputs.argmax(1))
    assert spelled == string.symbols[:-1]
    assert "".join(REBER_SYMBOLS[i] for i in string.targets) == string.symbols[1:]
    assert string.inputs.sum(1).tolist() == [1.0] * (len(string.symbols) - 1)
    assert string.legal[np.arange(len(string.targets)), string.targets].all()
    assert (string.inputs.dtype, string.targets.dtype, string.legal.dtype) == (
        np.float32,
        np.int32,
        bool,
    )


def test_branches_are_taken_equally_often() -> None:
    n = 4_000
    strings = [embedded_reber(1, index).symbols for index in range(n)]
    inner = [symbols[2:-2] for symbols in strings]

    def share(hits: list[bool]) -> float:
        return sum(hits) / len(hits)

    margin = 4 * np.sqrt(0.25 / n)
    assert abs(share([s[1] == "T" for s in strings]) - 1 / 2) < margin
    assert abs(share([s[1] == "T" for s in inner]) - 1 / 2) < margin
    # The shortest strings: T X S and P V V, each three tosses of ten equally probable sides.
    assert abs(share([s == "BTXSE" for s in inner]) - 1 / 8) < margin
    assert abs(share([s == "BPVVE" for s in inner]) - 1 / 8) < margin
    assert len(set(strings)) > 200


def test_long_strings_draw_on() -> None:
    longest = max((embedded_reber(2, index).symbols for index in range(3_000)), key=len)

    assert len(longest) > 25
    assert EMBEDDED.fullmatch(longest)
