# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import sonnet as snt
import tensorflow as tf

from ldlc import debug

from .models import MODELS, X


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_right_gradients_pass_in_every_framework(make) -> None:
    model = make()
    before = [v.numpy().copy() for v in tf.nest.flatten(_variables(model.net))]

    check = debug.check_gradients(model.loss, model.net)

    assert all(probe.agrees for probe in check.probes)
    assert 4 == len(str(check).splitlines()) - 1
    for old, new in zip(before, tf.nest.flatten(_variables(model.net)), strict=True):
        np.testing.assert_array_equal(old, new)  # the variables have their old values


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("seed", range(3))
def test_rectifiers_pooling_and_zero_biases_raise_no_alarm(kind: str, seed: int) -> None:
    generator = np.random.default_rng(seed)
    ink = generator.random((4, 20, 20, 1)) * (generator.random((4, 20, 20, 1)) < 0.2)
    images = tf.constant(ink, kind)
    tf.random.set_seed(seed)
    net = snt.Sequential(
        [
            snt.Conv2D(4, 5),
            tf.nn.relu,
            lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"),
            snt.Flatten(),
            snt.nets.MLP([30, 10]),
        ]
    )
    net(images)

    def loss() -> tf.Tensor:
        return tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits([1, 2, 3, 4], net(images))
        )

    check = debug.check_gradients(tf.function(loss), net, seed=seed)

    assert all(probe.tells == "yes" for probe in check.probes if probe.along == "gradient")


def _scaled(g: tf.Tensor) -> tf.Tensor:
    return 1.1 * g


def _masked(g: tf.Tensor) -> tf.Tensor:
    return g * (np.arange(g.shape.num_elements()) % 7 > 0).reshape(g.shape)


def _turned(g: tf.Tensor) -> tf.Tensor:
    return tf.reverse(g, [0])


def _lost(g: tf.Tensor) -> tf.Tensor:
    return tf.zeros_like(g)


@pytest.mark.parametrize("wrong", [_scaled, _masked, _turned, _lost])
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_wrong_gradients_are_found(wrong: Callable[[tf.Tensor], tf.Tensor], kind: str) -> None:
    w = tf.Variable(np.random.default_rng(1).standard_normal((8, 5)), dtype=kind, name="w")
    x = tf.constant(np.random.default_rng(2).standard_normal((20, 8)), kind)

    @tf.custom_gradient
    def watched(v: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        return tf.identity(v), wrong

    with pytest.raises(AssertionError, match=r"(?s)the gradient is not that of the loss:\n.*w  "):
        debug.check_gradients(lambda: tf.reduce_mean(tf.tanh(x @ watched(w)) ** 2), w)


def test_a_mistake_in_the_sixth_digit_is_found_in_float64_alone() -> None:
    def loss_of(kind: str) -> tuple[Callable[[], tf.Tensor], tf.Variable]:
        w = tf.Variable([0.3, -0.8], dtype=kind)

        @tf.custom_gradient
        def watched(v: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            return tf.identity(v), lambda g: g * (1 + 1e-4)

        return lambda: tf.reduce_sum(tf.exp(watched(w))), w

    debug.check_gradients(*loss_of("float32"))
    with pytest.raises(AssertionError, match="is not that of the loss"):
        debug.check_gradients(*loss_of("float64"))


def test_a_gradient_by_hand_is_held_against_the_loss() -> None:
    w = tf.Variable([0.5, -0.3, 2.0], dtype=tf.float64)

    def loss() -> tf.Tensor:
        return tf.reduce_sum(w**3)

    debug.check_gradients(loss, {"w": w}, gradients={"w": 3 * w.numpy() ** 2})
    with pytest.raises(AssertionError, match=r"w +\[1\] +0.28 +0.27"):
        debug.check_gradients(loss, {"w": w}, gradients={"w": [0.75, 0.28, 12.0]})
    assert w.numpy().tolist() == [0.5, -0.3, 2.0]


def test_differences_that_drown_in_rounding_say_so() -> None:
    w = tf.Variable([1.0, 1.0])

    check = debug.check_gradients(lambda: 1e6 + tf.reduce_sum(w) * 1e-3, w)

    assert {"lost in rounding"} == {probe.tells for probe in check.probes}
    assert "lost in rounding" in str(check)


def test_a_loss_of_steps_is_too_rough_to_tell() -> None:
    w = tf.Variable(np.linspace(0.5, 1.5, 6), dtype=tf.float64)

    @tf.custom_gradient
    def stairs(v: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        noise = tf.sin(v * 1e9)  # another value at every point, the same one each time
        return v + 1e-6 * noise, lambda g: g

    with pytest.raises(AssertionError, match="the loss is too rough along `Variable` to tell"):
        debug.check_gradients(lambda: tf.reduce_sum(stairs(w)), w)


def test_a_loss_with_noise_is_refused() -> None:
    w = tf.Variable(1.0)

    with pytest.raises(ValueError, match="`loss` must give the same number when nothing changed"):
        debug.check_gradients(lambda: w * tf.random.normal([]), w)


def test_wrong_arguments_are_refused() -> None:
    w = tf.Variable([1.0, 2.0])

    def loss() -> tf.Tensor:
        return tf.reduce_sum(w)

    with pytest.raises(ValueError, match="`loss` must return a finite scalar, got array"):
        debug.check_gradients(lambda: w * 1, w)
    with pytest.raises(ValueError, match=r"`loss` must return a finite scalar, got .*nan"):
        debug.check_gradients(lambda: tf.reduce_sum(w) * float("nan"), w)
    with pytest.raises(ValueError, match="`gradients` must name the variables w, got v"):
        debug.check_gradients(loss, {"w": w}, gradients={"v": [1.0, 1.0]})
    with pytest.raises(ValueError, match=r"`gradients` of `w` must have shape \(2,\), got \(3,\)"):
        debug.check_gradients(loss, {"w": w}, gradients={"w": [1.0, 1.0, 1.0]})
    half = tf.Variable([1.0, 2.0], dtype=tf.float16)
    with pytest.raises(TypeError, match="`h` must hold float32 or float64, got float16"):
        debug.check_gradients(lambda: tf.reduce_sum(half), {"h": half})


def test_a_recurrent_net_passes() -> None:
    cell, out = snt.LSTM(6), snt.Linear(1)

    def loss() -> tf.Tensor:
        state = cell.initial_state(6)
        for _ in range(5):
            hidden, state = cell(X, state)
        return tf.reduce_mean(out(hidden) ** 2)

    loss()

    debug.check_gradients(tf.function(loss), [cell, out])


def _variables(net: object) -> list[tf.Variable]:
    return list(net.values()) if isinstance(net, dict) else list(net.trainable_variables)
