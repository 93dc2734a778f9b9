# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run does, held against the same done step by step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from ldlc import Log
from ldlc.data.tasks import adding_1997
from ldlc.plan import load, resolve_config

from HochreiterSchmidhuber1997_1 import experiments, model, tasks


def config_of(cls: type, experiment: str, arm: str) -> object:
    folder = load(Path(__file__).resolve().parents[1])
    return cls(**resolve_config(folder.plan.experiments[experiment], arm, "smoke"))


@pytest.fixture(autouse=True)
def xla(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LDLC_JIT", "1")


def test_the_adding_problem_is_learned_a_new_sequence_a_step() -> None:
    config = config_of(experiments.Adding, "adding", "linear_output")
    config = replace(config, max_sequences=1_010)  # the second block of sequences has begun
    log = Log()
    measures = experiments.adding(config)(10_003, log)

    tf.random.set_seed(10_003)
    hidden = model.adding_hidden("memory blocks", 0.1, True, (-3.0, -6.0))
    net = model.Net(hidden, 1, with_bias=True, is_linear=True, limit=0.1)
    s = adding_1997(10_003, 0, 1_010, minimum_length=config.minimum_length)
    errors = np.ones(config.window)

    @tf.function(autograph=False, jit_compile=True)
    def learn(x: tf.Tensor, length: tf.Tensor, d: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            y = net.at_end(x[:, None], length[None])
            e = 0.5 * (d - y[0, 0]) ** 2
        for w, slope in zip(
            net.trainable_variables, tape.gradient(e, net.trainable_variables), strict=True
        ):
            w.assign_sub(0.5 * slope)
        return tf.abs(d - y[0, 0])

    net.at_end(tf.zeros([24, 1, 2]), tf.constant([24]))
    for n in range(1_010):
        errors[n % config.window] = learn(
            *map(tf.constant, (s.inputs[n], s.lengths[n], s.targets[n]))
        )
    test = adding_1997(10_003, 1 << 40, config.test_sequences, minimum_length=config.minimum_length)
    y = net.at_end(tf.constant(test.inputs.swapaxes(0, 1)), tf.constant(test.lengths))[:, 0]
    distance = np.abs(y - test.targets)

    assert measures["learned"] == 0
    assert measures["sequences"] is measures["all_right"] is None
    assert log.curves["mean absolute error"][-1][1] == pytest.approx(errors.mean(), rel=1e-3)
    assert measures["error"] == pytest.approx(distance.mean(), rel=1e-3)
    assert measures["wrong"] == pytest.approx((distance >= 0.04).sum(), abs=1)


def test_learning_of_the_adding_problem_stops_when_both_criteria_hold() -> None:
    # With a bound on the error that every sequence keeps, and then one that none does.
    config = config_of(experiments.Adding, "adding", "lstm")
    easy = replace(config, window=50, max_sequences=300)
    right = experiments.RIGHT
    try:
        experiments.RIGHT = 2.0
        stops = experiments.adding(replace(easy, average_error=2.0))(10_000, Log())
        goes_on = experiments.adding(replace(easy, average_error=0.0))(10_000, Log())
    finally:
        experiments.RIGHT = right

    assert (stops["learned"], stops["sequences"], stops["all_right"]) == (1, 50, 50)
    assert (goes_on["learned"], goes_on["sequences"], goes_on["all_right"]) == (0, None, 50)


def test_the_grammar_is_learned_a_string_a_step_and_tested_after_each_round() -> None:
    config = config_of(experiments.Reber, "reber", "blocks3_rate02")
    config = replace(config, strings=8, max_strings=10, test_every=8)  # the second round has begun
    log = Log()
    experiments.reber(config)(10_000, log)

    tf.random.set_seed(10_000)
    net = model.Net(model.reber_hidden(3, 2, 0.2), 7, with_bias=False, limit=0.2)
    x, d, _, lengths = map(tf.constant, tasks.strings(10_000, 16))
    net(x[:, :1], lengths[:1])
    errors = [
        model.learn_string(net, x[:, k][:, None], d[:, k][:, None], lengths[k], 0.2)
        for k in tasks.order(10_000, 8, 10)
    ]

    assert [value for _, value in log.curves["error"]] == pytest.approx(
        [float(e) for e in errors], rel=1e-3
    )


def test_learning_of_the_grammar_stops_when_no_string_has_a_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = config_of(experiments.Reber, "reber", "elman")
    config = replace(config, strings=8, max_strings=40, test_every=8)
    monkeypatch.setattr(tasks, "is_right", lambda y, legal: tf.ones([16], tf.bool))

    measures = experiments.reber(config)(10_000, Log())

    assert measures == {"learned": 1, "strings": 8, "wrong": 0}
