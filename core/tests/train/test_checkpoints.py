# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A loop goes on from any of its checkpoints as if it had never stopped."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
import sonnet as snt
import tensorflow as tf

from ldlc import Log, data, train

X = tf.constant(np.random.RandomState(0).randn(40, 6).astype("f4"))
STEPS = 60


class Kept:
    """Checkpoints in memory: keeps everything that was written, and refusals."""

    def __init__(self, content: bytes | None = None) -> None:
        self.content, self.all, self.refused = content, list[bytes](), list[str]()
        self.written = content is not None

    def next(self) -> Kept:
        return self

    def read(self) -> bytes | None:
        return self.content

    def write(self, content: bytes) -> None:
        self.all.append(content)
        self.written = True

    def due(self) -> bool:
        return True

    def refuse(self, why: str) -> None:
        self.refused.append(why)
        self.written = False


def build(seed: tf.Variable, units: int = 4) -> Any:
    net, optimizer = snt.nets.MLP([units, 6]), snt.optimizers.Adam(0.01)
    batches = data.Batches(X, 8, seed)
    count = tf.Variable(0, trainable=False)
    half = tf.Variable(tf.zeros([3], tf.bfloat16), trainable=False)

    def step(i: tf.Tensor) -> dict[str, Any]:
        x = batches.at(i)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((net(x) - x) ** 2)
        variables = net.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        count.assign_add(1)
        half.assign(half + tf.cast(loss, tf.bfloat16))
        return {"loss": loss, "half": half[0], "done": count >= 55}

    return step, net, count


START = {units: train.seeded(functools.partial(build, units=units)) for units in (4, 5)}


def run(kept: Kept | None, units: int = 4) -> tuple[Any, ...]:
    step, net, count = START[units](3)
    calls: list[int] = []

    def test() -> dict[str, Any]:
        calls.append(int(count))
        return {"size": tf.norm(net.trainable_variables[0])}

    log = Log(checkpoints=kept)
    history = train.loop(step, STEPS, until="done", evaluate={7: test, (0,): at_zero}, log=log)
    terms = {name: values.tolist() for name, values in history.terms.items()}
    weights = [v.numpy().tolist() for v in net.trainable_variables]
    return (history.steps, terms, history.evaluations, log.curves, weights, int(count)), calls


def at_zero() -> dict[str, Any]:
    return {"zero": 0.0}


def test_a_loop_goes_on_from_each_of_its_checkpoints_to_the_same_end() -> None:
    kept = Kept()
    undisturbed, calls = run(kept)

    assert undisturbed == run(None)[0]
    assert calls == [7, 14, 21, 28, 35, 42, 49, 55]
    assert len(kept.all) > 8
    for content in kept.all:
        resumed, later = run(Kept(content))
        assert resumed == undisturbed
        assert (
            later == calls[len(calls) - len(later) :]
        )  # what was evaluated is not evaluated again
    assert run(Kept(kept.all[-1]))[1] == []


def test_a_checkpoint_of_other_variables_is_refused_and_the_loop_starts_over() -> None:
    written, kept = Kept(), Kept()
    run(written, units=5)
    kept.content = written.all[3]

    result, _ = run(kept)

    assert kept.refused == ["it holds other variables than the step has now"]
    assert result == run(None)[0]


def test_a_run_that_kept_nothing_on_the_way_writes_nothing_at_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Kept, "due", lambda self: False)
    kept = Kept()

    run(kept)

    assert kept.all == []
