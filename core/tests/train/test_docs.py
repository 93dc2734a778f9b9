# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example in docs/training.md runs, and does what the page says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
import sonnet as snt
import tensorflow as tf

from ldlc import Log

DOCS = Path(__file__).parents[3] / "docs" / "training.md"


@dataclass(frozen=True)
class Digits:
    hidden: int
    learning_rate: float
    batch_size: int
    steps: int


def digits() -> tuple[tf.Tensor, ...]:
    x = tf.random.stateless_normal([60, 4], [1, 2])
    y = tf.reduce_sum(x, axis=1, keepdims=True)
    return x[:40], y[:40], x[40:], y[40:]


@pytest.mark.skipif(not DOCS.exists(), reason="the documentation is not part of the package")
def test_the_example_trains_until_it_is_solved() -> None:
    example = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    model = SimpleNamespace(Net=lambda hidden: snt.nets.MLP([hidden, 1]))
    names = {"Digits": Digits, "model": model, "tasks": SimpleNamespace(digits=digits)}
    exec(example[1], names)
    run = names["digits"](Digits(hidden=16, learning_rate=0.01, batch_size=8, steps=3_000))  # type: ignore[operator]
    log = Log()

    measures = [run(seed, Log()) for seed in (0, 1)] + [run(0, log)]

    assert 0 < measures[0]["steps"] < 3_000
    assert 0 < measures[0]["error"] < 0.2
    assert measures[0] == measures[2] != measures[1]
    assert {"loss", "test error"} == set(log.curves)
