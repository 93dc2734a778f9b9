# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ldlc import Diverged, Log


class Tensor:
    """Something that is a number only when it is asked to be one, as a framework's tensors are."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value

    def numpy(self) -> np.ndarray[Any, Any]:
        return np.array([self.value])


def test_everything_that_is_logged_becomes_plain_numbers() -> None:
    told: list[tuple[float | None, str]] = []
    log = Log(lambda fraction, text: told.append((fraction, text)))

    log.progress(Tensor(5.0), Tensor(10.0))  # type: ignore[arg-type]
    log.scalar("error", Tensor(1.0), Tensor(2.5))  # type: ignore[arg-type]
    log.array("weights", Tensor(3.0))

    assert [(0.5, ""), (None, "error 2.5")] == told
    assert [type(told[0][0]), type(log.curves["error"][0][0])] == [float, float]
    assert {"weights": [3.0]} == log.arrays


@pytest.mark.parametrize(
    ("done", "total", "expected"), [(0, 4, 0.0), (1, 4, 0.25), (9, 4, 1.0), (-1, 4, 0.0)]
)
def test_progress_is_a_fraction(done: float, total: float, expected: float) -> None:
    told: list[float | None] = []

    Log(lambda fraction, text: told.append(fraction)).progress(done, total)

    assert [expected] == told


def test_progress_without_a_total_says_nothing() -> None:
    told: list[float | None] = []

    Log(lambda fraction, text: told.append(fraction)).progress(1, 0)

    assert [] == told


def test_a_curve_goes_forwards() -> None:
    log = Log()
    log.scalar("error", 1, 0.5)

    with pytest.raises(ValueError, match="`step` of the curve `error` must grow, got 1 after 1"):
        log.scalar("error", 1, 0.4)


def test_arrays_of_a_run_together_hold_a_thousand_numbers() -> None:
    log = Log()
    log.array("a", np.zeros((30, 30)))

    with pytest.raises(ValueError, match="`b` holds 101 numbers and this run's arrays 900 already"):
        log.array("b", np.zeros(101))
    log.array("c", np.zeros(100))

    assert {"a", "c"} == set(log.arrays)


def test_an_array_has_one_name() -> None:
    log = Log()
    log.array("a", [1.0])

    with pytest.raises(ValueError, match="`a` is already an array of this run"):
        log.array("a", [2.0])


@pytest.mark.parametrize("values", ["text", {"a": 1.0}, [["text"]], [None]])
def test_an_array_holds_numbers(values: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        Log().array("a", values)


def test_a_run_that_diverged_says_where() -> None:
    error = Diverged(7, "loss", 3.5)

    assert "`loss` is not finite at step 7; its last finite value was 3.5." == str(error)
