# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import tomllib

import pytest
from papers import PLAN

from ldlc.plan.model import ArmEngine, Engine
from ldlc.tune import engine_text, with_engine

XLA = Engine(threads=1, jit=True)


def test_a_new_engine_stands_below_the_last_key_of_its_experiment() -> None:
    old = PLAN.replace("seeds = 6", "seeds = 6   # enough\n\n# what the paper prescribes")

    new = with_engine(old, "walk", XLA)

    assert new == old.replace(
        "seeds = 6   # enough\n", "seeds = 6   # enough\nengine = { threads = 1, jit = true }\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("engine = { jit = false }", "engine = { threads = 1, jit = true }"),
        (
            "  engine    = { threads = 2 } # by ldlc tune",
            "  engine    = { threads = 1, jit = true } # by ldlc tune",
        ),
        (
            "engine = { arms = { without = { jit = false } } }",
            "engine = { threads = 1, jit = true }",
        ),
        ("engine = {}\r", "engine = { threads = 1, jit = true }\r"),
    ],
)
def test_an_old_engine_is_replaced_and_every_other_byte_kept(old: str, new: str) -> None:
    text = PLAN.replace("seeds = 6", f"seeds = 6\n{old}")

    assert with_engine(text, "walk", XLA) == PLAN.replace("seeds = 6", f"seeds = 6\n{new}")


@pytest.mark.parametrize(
    "header",
    ["[experiments.walk]", "[ experiments . walk ]  # a walk", '[experiments."walk"]'],
)
def test_headers_are_found_as_toml_allows_them(header: str) -> None:
    text = PLAN.replace("[experiments.walk]", header)

    assert tomllib.loads(with_engine(text, "walk", XLA))["experiments"]["walk"]["engine"] == {
        "threads": 1,
        "jit": True,
    }


def test_arms_with_settings_of_their_own_are_written() -> None:
    engine = Engine(threads=1, jit=True, arms={"without": ArmEngine(jit=False), "b": ArmEngine(2)})

    text = engine_text(engine)

    expected = (
        "{ threads = 1, jit = true, arms = { without = { jit = false }, b = { threads = 2 } } }"
    )
    assert text == expected


@pytest.mark.parametrize(
    "layout",
    [
        "\n[experiments.walk.engine]\nthreads = 2\n",
        "\nengine.threads = 2\n",
    ],
)
def test_an_engine_laid_out_otherwise_is_refused_with_the_line_to_write(layout: str) -> None:
    text = PLAN.replace("seeds = 6\n", f"seeds = 6{layout}")

    with pytest.raises(
        ValueError, match=r"as one line under \[experiments.walk\]: engine = \{ thr"
    ):
        with_engine(text, "walk", XLA)


def test_a_text_within_a_string_is_not_taken_for_a_header() -> None:
    trap = 'says = """\n[experiments.walk]\nengine = { threads = 3 }\n"""\n'
    text = PLAN.replace('says = "A walk with drift ends above zero."\n', trap)
    moved = trap.join(["", PLAN.replace('says = "A walk with drift ends above zero."\n', "")])

    assert "threads = 3" in with_engine(text, "walk", XLA)
    with pytest.raises(ValueError, match="cannot be replaced safely"):
        with_engine(f"title = {trap[7:]}" + moved.removeprefix(trap), "walk", XLA)
